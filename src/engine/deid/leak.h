/*
 * Whether a value of an identifying column stands anywhere in a release, also as a part of another text. Values of
 * columns that nearly every row has its own of are remembered as hashes; columns of few values identify nobody.
 */
#ifndef ENGINE_DEID_LEAK_H
#define ENGINE_DEID_LEAK_H

#include "engine/deid/dict.h"

/* Shorter values are parts of too many words. */
#define LEAK_LEAST 4u
/* So are short numbers: an income is a part of some postal code. */
#define LEAK_DIGITS_LEAST 8u
#define LEAK_LONGEST 64u
/* Values remembered of one column: three quarters of the slots of 8 MB. */
#define LEAK_MOST ((uint32_t)3 << 18)

struct leak {
	uint64_t *slots, mask;
	uint32_t count;           /* distinct values */
	uint64_t seen;            /* cells looked at until the memory was full */
	uint64_t lengths;         /* bit per length of a value in bytes */
};

/* What is remembered of a value, and its length as a bit of *lengths; 0: it is not looked for. */
uint64_t leak_hash(slice value, uint64_t *lengths);
/* Remembers hashes of leak_hash(). */
MUST_USE rc leak_add(struct ctx *c, struct leak *l, const uint64_t *hash, uint32_t n);
static inline bool leak_is_full(const struct leak *l) { return l->count == LEAK_MOST; }
/* Most rows have their own value, or there are very many: the column points to persons. */
static inline bool leak_identifies(const struct leak *l)
{
	return l->count >= 2 && ((uint64_t)l->count * 2 > l->seen || l->count >= 1000);
}
/* A value of the column is a part of the text. */
bool leak_stands_in(const struct leak *l, slice text);

#endif
