/*
 * Rows as words whose bits are the way down each hierarchy: the labels of a row at any node of the lattice are then a mask
 * away, and classes are counted without looking a single label up. For registers that are too large for lists of rows.
 */
#ifndef ENGINE_DEID_PACKED_H
#define ENGINE_DEID_PACKED_H

#include "engine/deid/problem.h"

#define PACKED_WORDS_MOST 4u

/* Where a column's bits are. The label at level l is the field without its lowest drop[l] bits. */
struct field {
	uint32_t word, at, bits;
	uint32_t drop[HIERARCHY_LEVELS_MOST];
	uint64_t *code;            /* [leaves] */
};

struct layout {
	const struct problem *p;
	struct field f[DEID_QUASI_MOST];
	uint32_t words;
	uint32_t halves;           /* of 32 bits; what a row takes: the upper half of the last word is left out when it is empty */
};

/* A count of two: rows of the table above, rows of the population (k-map, presence) below. */
#define PACKED_ROW ((uint64_t)1 << 32)
#define PACKED_PERSON ((uint64_t)1)

struct packed {
	uint32_t *key;             /* [n × halves], and one half more since keys are read by words */
	uint64_t *count;           /* [n] what each stands for; NULL: one row each */
	uint64_t n;
};

/* The bits of a key that show at a node: mask[PACKED_WORDS_MOST]. */
void layout_masks(const struct layout *l, const uint32_t *level, uint64_t *mask);
/* Memory for the keys of n rows; NULL when there is none. */
uint32_t *packed_room(const struct layout *l, struct arena *a, uint64_t n);
/* False when the columns need more than PACKED_WORDS_MOST words. */
MUST_USE rc layout_init(struct ctx *c, struct layout *l, const struct problem *p, bool *ret_fits);
/* All rows of the table; then those of the population, when there is one. */
MUST_USE rc packed_rows(struct ctx *c, const struct layout *l, struct packed *ret);
/* The node of column q's hierarchy that a key shows at a level. */
uint32_t layout_node(const struct layout *l, const uint64_t *key, uint32_t q, uint32_t level);

#endif
