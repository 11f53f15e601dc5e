/*
 * Local recoding: each class has its own labels. First peeling (all nodes of the lattice from fine to coarse, every class
 * that is large enough is taken, the rest goes on), then an improvement of the classes by exchange of rows.
 */
#ifndef ENGINE_DEID_LOCAL_H
#define ENGINE_DEID_LOCAL_H

#include "engine/deid/problem.h"

/* Rows of a local problem in memory: codes row by row, for the improvement, and column by column, for peeling. */
struct local {
	const struct problem *p;
	uint32_t rows;
	uint32_t **col;           /* [qs][rows] */
	uint32_t *codes;          /* [rows + 1] working memory of the judge */
	struct judge *judge;      /* NULL when the model looks at sizes only */
	uint32_t *class_of;       /* [rows] */
	uint32_t classes;
	bool found;               /* false: not even one class of all rows keeps to the model */
	double loss;              /* sum over rows, at the end of the search; suppressed rows count 1 */
};

/*
 * effort: 0 peeling only; larger ones improve longer. The work depends on the input alone, never on the clock.
 */
MUST_USE rc local_run(struct ctx *c, const struct problem *p, uint32_t effort, struct local *ret);

/* peel.c */
MUST_USE rc local_peel(struct ctx *c, struct local *v);
/* improve.c */
MUST_USE rc local_improve(struct ctx *c, struct local *v, uint32_t effort);

#endif
