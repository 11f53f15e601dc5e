/*
 * Global recoding: each column at one level of its hierarchy for all rows. The node of the lattice with the least loss
 * whose suppressed rows stay within the limit is found by branch and bound, and is the optimum: every node left out is
 * left out by proof (too many rows in small classes at a coarser node, or a lower bound no better than what is held). A search
 * that has counted too many nodes ends with the best that it met, and says that nothing is proven.
 */
#ifndef ENGINE_DEID_GLOBAL_H
#define ENGINE_DEID_GLOBAL_H

#include "engine/deid/problem.h"

struct global {
	bool found, optimal;
	uint32_t level[DEID_QUASI_MOST];
	double loss;              /* mean over cells, suppressed rows 1 */
	uint64_t dropped;         /* rows suppressed */
	uint8_t *suppressed;      /* bit per row */
	uint64_t nodes, visited;  /* of the lattice; steps of the search (partial nodes among them) */
};

/* ret->found is false when not even the top keeps to the model within the limit. */
MUST_USE rc global_run(struct ctx *c, const struct problem *p, struct global *ret);

#endif
