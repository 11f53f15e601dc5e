/* Notices on several pages: the list of what waits, home, a duty. */
#ifndef DOOR_HTTP_NOTICES_H
#define DOOR_HTTP_NOTICES_H

#include "door/http/visit.h"
#include "work/notice/notice.h"

/* What waits for the person who asks, as a list. */
MUST_USE rc notices_put_mine(struct visit *v, struct json_out *o, const char *name, size_t most);
/* Who was told of a duty: list `told`. */
MUST_USE rc notices_put_sent(struct visit *v, struct json_out *o, const struct duty *d, bool *ret_taken);
/* What lies ahead for a duty: list `steps` and text `escalate`. */
MUST_USE rc notices_put_ladder(struct visit *v, struct json_out *o, const struct duty *d);

#endif
