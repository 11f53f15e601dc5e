/*
 * A form that is sent twice does its work once. Each form carries a random word, each API call may carry an
 * Idempotency-Key; the answer of the first is kept for a day and given again.
 */
#ifndef DOOR_HTTP_ONCE_H
#define DOOR_HTTP_ONCE_H

#include "door/http/visit.h"

/*
 * Takes the word. *ret_seen: it was used before, and `p` is where the first call led to. E_CONFLICT "http.once" when the
 * first one has not ended: nobody knows whether it was done, so nothing is done again.
 */
MUST_USE rc once_begin(struct visit *v, struct page *p, bool *ret_seen);
MUST_USE rc once_end(struct visit *v, const struct page *p);
/* Refused before anything was written: the same form may be sent again, mended. */
MUST_USE rc once_undo(struct visit *v);

#endif
