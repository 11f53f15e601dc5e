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
};

/* A count of two: rows of the table above, rows of the population (k-map, presence) below. */
#define PACKED_ROW ((uint64_t)1 << 32)
#define PACKED_PERSON ((uint64_t)1)

struct packed {
	uint64_t *key;             /* [n × words] */
	uint64_t *count;           /* [n] what each stands for; NULL: one row each */
	uint64_t n;
};

/* False when the columns need more than PACKED_WORDS_MOST words. */
MUST_USE rc layout_init(struct ctx *c, struct layout *l, const struct problem *p, bool *ret_fits);
/* All rows of the table; then those of the population, when there is one. */
MUST_USE rc packed_rows(struct ctx *c, const struct layout *l, struct packed *ret);
/* The node of column q's hierarchy that a key shows at a level. */
uint32_t layout_node(const struct layout *l, const uint64_t *key, uint32_t q, uint32_t level);

/* Counts classes of packed rows. Working memory for each thread. */
struct counter;

MUST_USE rc counter_init(struct ctx *c, const struct layout *l, uint64_t rows, struct counter **ret);

struct counted {
	bool holds;                /* no more than `gone_most` rows are in classes that break the model */
	uint64_t gone;             /* rows in such classes; a lower bound when it does not hold */
	double gone_loss;          /* Σ over those of the weighted loss of their labels below the top; when asked for */
	uint64_t classes;          /* of those looked at */
};

/*
 * level[q]: that of each column. Stops as soon as it does not hold: rows are looked at by parts of the hash of their
 * class, so that a part has whole classes.
 */
MUST_USE rc counter_check(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level,
	uint64_t gone_most, bool want_loss, struct counted *ret);
/* Distinct classes, estimated from a part. */
uint64_t counter_estimate(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level);
/* One row for each class, with its count; in memory of `a`. about: how many they will be. */
MUST_USE rc counter_fold(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint64_t about,
	struct arena *a, struct packed *ret);
/* Sets the bit of each row whose class breaks the model. `rows` are those of packed_rows(). */
MUST_USE rc counter_mark(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint8_t *bits);

#endif
