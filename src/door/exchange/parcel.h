/*
 * What goes over one line in one request: envelopes that wait, and the way to whom they are for. Peers that share address and
 * keys share a line.
 */
#ifndef DOOR_EXCHANGE_PARCEL_H
#define DOOR_EXCHANGE_PARCEL_H

#include "work/thread/thread.h"

#define PARCEL_MOST 64u                   /* envelopes of one request */
#define PARCEL_BYTES ((size_t)6 << 20)

/* pins: base64url of SHA-256 of the keys that the peer may show. */
struct way { slice host; int64_t port; slice pins[GENERATIONS_MOST]; size_t npins; };

/* In c->a. E_NOTFOUND "partner.no_address", "partner.no_key": no line to it, the paper way. */
MUST_USE rc way_find(struct ctx *c, const struct exchange *x, slice peer, struct way *ret);
bool way_same(const struct way *a, const struct way *b);

struct parcel {
	struct sent v[PARCEL_MOST];
	slice bytes[PARCEL_MOST];
	size_t n, len;
};

/*
 * The first of `v` that fit; *ret_used of them. One that cannot be made (its content was shredded, its time is over) is noted
 * and waits for a person or its end.
 */
MUST_USE rc parcel_fill(struct ctx *c, const struct exchange *x, const struct sent *v, size_t n, struct parcel *p, size_t *ret_used);
/* Its bytes, one behind the other. */
MUST_USE rc parcel_bytes(struct ctx *c, const struct parcel *p, slice *ret);

#endif
