/*
 * Counting where rows are few. Each row knows the number of its class by the columns that are decided; with one column more
 * the classes are an array of counts, without a hash. For k-anonymity alone: no population.
 */
#ifndef ENGINE_DEID_FEW_H
#define ENGINE_DEID_FEW_H

#include "engine/deid/classes.h"

#define FEW_ROWS_MOST ((uint64_t)1 << 17)
/* Counts that are held at a time: what is looked at stays in the caches. */
#define FEW_COUNTS ((uint64_t)1 << 18)

/* Working memory of one search. */
struct few_tables {
	struct arena *a;
	uint32_t *counts;          /* [FEW_COUNTS + 4] */
	double *loss[DEID_QUASI_MOST][HIERARCHY_LEVELS_MOST];   /* of labels; made when they are asked for */
};

struct few {
	const struct layout *l;
	const struct packed *rows;
	uint32_t *class, *weight;  /* [rows] class; rows of the table that each stands for */
	uint32_t classes;
	double *loss;              /* [classes] weighted loss of the decided labels below the top */
	struct few_tables *tables;
};

bool few_can(const struct layout *l, const struct packed *rows);
MUST_USE rc few_tables(struct ctx *c, struct few_tables **ret);
/* All rows in one class; at most FEW_ROWS_MOST. */
MUST_USE rc few_init(struct ctx *c, const struct layout *l, const struct packed *rows, struct few_tables *tables,
	struct few *ret);
/* Whether column q at a level makes few enough counts for the other functions. */
bool few_fits(const struct few *f, uint32_t q, uint32_t level);
/* What counter_check() tells of the decided columns and column q at a level. */
MUST_USE rc few_check(struct ctx *c, const struct few *f, uint32_t q, uint32_t level, uint64_t gone_most,
	struct counted *ret);
/* The same rows with column q decided too; memory of c->a. */
MUST_USE rc few_decide(struct ctx *c, const struct few *f, uint32_t q, uint32_t level, struct few *ret);
/*
 * Rows alike at the levels that are left become one, if they become at most `most`; *ret_done. `rows` and `ret` are of the
 * memory of c->a.
 */
MUST_USE rc few_fold(struct ctx *c, const struct few *f, const uint32_t *level, uint64_t most, struct packed *rows,
	struct few *ret, bool *ret_done);

#endif
