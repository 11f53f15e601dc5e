/*
 * Splitting classes by one more column. Both searches walk the lattice column by column: rows whose class is too small
 * with the columns decided so far (and all others hidden) stay too small whatever the others become, and are dropped.
 */
#ifndef ENGINE_DEID_REFINE_H
#define ENGINE_DEID_REFINE_H

#include "engine/deid/model.h"

/* Rows still alive, with the number of their class; those of a class stand together, numbers rise. */
struct live {
	uint32_t *row, *group;
	uint32_t n, groups;
	uint64_t weight;      /* rows of the table that they stand for */
};

struct refiner {
	uint32_t k;
	struct judge *judge;          /* NULL: k only */
	const uint32_t *weight;       /* [rows]; NULL: each row stands for itself */
	struct tally { uint32_t count, id, rows; } *tally;   /* direct table, all zero between calls */
	uint32_t *slot;               /* [rows] */
	uint64_t *keys;               /* hash table, keys + 1, all zero between calls */
	uint64_t hash_mask;
	uint32_t *start, *codes;      /* for the judge */
};

MUST_USE rc refiner_init(struct ctx *c, struct refiner *f, uint32_t rows, const struct model *m, struct judge *judge);
MUST_USE rc live_init(struct ctx *c, struct live *v, uint32_t rows);
/*
 * out: the rows of `in` whose class by (its group, up[code of the row]) is large enough and passes the judge.
 * codes: [rows] leaf of the column; up: leaf → label of the level, labels: how many.
 * Stops and is false as soon as rows of more than `gone_most` have been dropped for the size of their class.
 */
bool refine(struct refiner *f, const struct live *in, const uint32_t *codes, const uint32_t *up, uint32_t labels,
	uint64_t gone_most, struct live *out);

#endif
