/* Fingerprints of what was written for a document, so that a value stands in a list once. */
#ifndef WORK_SELECT_SEEN_H
#define WORK_SELECT_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

#define SEEN_MOST ((size_t)1 << 20)   /* 8 MB; a document with more values may repeat some */

/* `begun` counts how often the memory began anew. */
struct seen { uint64_t *slots; size_t cap, n; uint64_t begun; };   /* slots: owned */

/* None was seen; their room is given back. */
void seen_forget(struct seen *s);
/* Where the look begins: by its upper bits. */
static inline size_t seen_place(size_t cap, uint64_t h) { return h >> 32 & (cap - 1); }
/* Half of it is full: more room, or at the largest size it begins anew. */
MUST_USE rc seen_room(struct ctx *c, struct seen *s);
/* Is it new? h != 0. */
MUST_USE static inline rc seen_add(struct ctx *c, struct seen *s, uint64_t h, bool *ret_new)
{
	size_t k;

	if (s->n * 2 >= s->cap)
		TRY(seen_room(c, s));
	for (k = seen_place(s->cap, h); s->slots[k]; k = (k + 1) & (s->cap - 1))
		if (s->slots[k] == h) {
			*ret_new = false;
			return OK;
		}
	s->slots[k] = h;
	s->n++;
	*ret_new = true;
	return OK;
}
/* Room for `cap` fingerprints, none set; NULL when out of memory. */
uint64_t *seen_slots(size_t cap);

/* The table is larger than the caches; items some places ahead are asked for early. */
static inline void seen_prefetch(const struct seen *s, uint64_t h)
{
	if (s->slots)
		__builtin_prefetch(&s->slots[seen_place(s->cap, h)]);
}

#endif
