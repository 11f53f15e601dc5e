/*
 * What both searches are given and what they give back: an assignment of rows to classes. How a class is then shown
 * (hierarchy labels, sets, intervals) follows from its rows alone.
 */
#ifndef ENGINE_DEID_PROBLEM_H
#define ENGINE_DEID_PROBLEM_H

#include "engine/deid/refine.h"
#include "engine/deid/table.h"

#define DEID_QUASI_MOST 64u
/* Working arrays of hot functions: written before they are read, zeroing them would be a good part of the work. */
#define SCRATCH __attribute__((uninitialized))
/* Where columns have nothing to do with each other no bound helps, and the nodes are without number. */
#define NODES_MOST ((uint64_t)4000000)
#define CLASS_NONE UINT32_MAX   /* a suppressed row */

struct quasi {
	const struct column *col;
	const struct hierarchy *h;
	double weight;                       /* share of the loss; all weights sum to 1 */
	uint32_t least, most;                /* levels that may be shown; suppressed rows have the top */
	double level[HIERARCHY_LEVELS_MOST]; /* weight × mean loss over all rows when shown at this level */
};

/* A further sensitive column: what the model asks of values is asked of each column by itself. */
struct sensitive { const struct column *col; struct model model; };

#define DEID_SENSITIVE_MOST 16u

struct problem {
	const struct table *t;
	struct quasi q[DEID_QUASI_MOST];
	uint32_t qs;
	const struct column *sensitive;   /* the first one; NULL: none */
	struct sensitive more[DEID_SENSITIVE_MOST];
	uint32_t mores;
	const struct column *person;      /* NULL: each row is a person */
	struct model model;
	uint64_t suppress_most;           /* rows */
	double suppress_cost;             /* loss of a suppressed row to global recoding; one that shows nothing loses 1 */
	const struct table *people;       /* the population, for k-map and presence; NULL: none */
	const struct column **people_col; /* [qs] its columns, with the same hierarchies */
	uint64_t nodes_most;              /* that the search for the optimum counts, once it holds a node that keeps to the model */
	bool sets;                        /* classes are shown by sets and intervals, not by labels */
};

/* Takes the quasi-identifiers of t, equal weights; level losses from the histograms. E_LIMIT "deid.quasi", "deid.sensitive". */
MUST_USE rc problem_init(struct ctx *c, struct problem *p, const struct table *t);
/* Takes other weights: they are made to sum to 1. */
void problem_weigh(struct problem *p, const double *weight);
/*
 * What `gone` suppressed rows lose. Not final: the least that they and any rows that may still go lose more than if those
 * stayed, which is below nothing where suppressing is cheap.
 */
static inline double problem_gone(const struct problem *p, uint64_t gone, bool final)
{
	double still = final || p->suppress_cost >= 1 ? 0 : (double)(p->suppress_most - gone) * (1 - p->suppress_cost);

	return (double)gone * p->suppress_cost - still;
}
/* The lowest level that column q can have by itself; the histogram tells. */
uint32_t problem_least_level(const struct problem *p, uint32_t q);
/* Once the model is known: the same for the further sensitive columns. */
void problem_models(struct problem *p);
/* Distribution of the sensitive values over the table, for t-closeness; of each column. */
MUST_USE rc problem_share(struct ctx *c, struct problem *p);
/* A judge of classes of rows of the table; NULL when sizes alone count. */
MUST_USE rc problem_judge(struct ctx *c, const struct problem *p, struct judge **ret);

#endif
