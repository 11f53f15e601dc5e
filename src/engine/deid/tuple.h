/* Rows of codes to numbers of their own: equal rows have the same number. Compared whole, never by hash alone. */
#ifndef ENGINE_DEID_TUPLE_H
#define ENGINE_DEID_TUPLE_H

#include "engine/deid/dict.h"

struct tuples {
	struct arena *a;
	uint32_t width;           /* codes in a row */
	uint32_t count, cap;
	uint32_t *key;            /* [count × width] */
	uint32_t *size;           /* [count] how often each was added */
	uint32_t *hash;           /* [count] */
	uint32_t *slots;          /* number + 1; 0 free */
	uint64_t mask;
};

MUST_USE rc tuples_init(struct ctx *c, struct tuples *t, uint32_t width);
/* The number of a row that was added; UINT32_MAX when it was not. */
uint32_t tuples_find(const struct tuples *t, const uint32_t *code);
MUST_USE rc tuples_add_times(struct ctx *c, struct tuples *t, const uint32_t *code, uint32_t times, uint32_t *ret);
static inline MUST_USE rc tuples_add(struct ctx *c, struct tuples *t, const uint32_t *code, uint32_t *ret)
{
	return tuples_add_times(c, t, code, 1, ret);
}

#endif
