/* The inside of role `out`: one job under way in libcurl. */
#ifndef DOOR_SERVE_SENDING_H
#define DOOR_SERVE_SENDING_H

#include <curl/curl.h>

#include "door/serve/outbox.h"
#include "door/serve/settings.h"

/* What jobs need of the disk, read before the walls go up. All owned; NULL: there is none. */
struct out_keys { char *mail_password; slice node_key, node_cert, ca; };

struct reading { slice rest; };

struct sending {
	struct sending *next;
	uint64_t number;
	struct arena *a;             /* owned */
	enum job_kind kind;
	bool pinned;
	CURL *h;                     /* owned */
	struct curl_slist *list;     /* owned; recipients or head lines */
	struct reading upload;
	struct buf answer;
};

/* Takes the job over into memory of its own; nothing is sent yet. */
MUST_USE rc sending_new(struct ctx *c, const struct settings *s, const struct out_keys *k, uint64_t number, slice job,
                        struct sending **ret);
void sending_free(struct sending *x);
/* What came of it: the body of the answer, or a fault. */
MUST_USE rc sending_verdict(struct ctx *c, struct sending *x, CURLcode got, struct buf *reply);

#endif
