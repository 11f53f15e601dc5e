/* Rows of a release counted beside their source, by several threads; between measure.c and tally.c only. */
#ifndef ENGINE_DEID_TALLY_H
#define ENGINE_DEID_TALLY_H

#include "engine/deid/cover.h"
#include "engine/deid/cross.h"
#include "engine/deid/tuple.h"

/* One quasi-identifier of the release. */
struct seen {
	const struct quasi *q;
	const struct column *col;     /* texts of the release */
	struct cover_reader reader;
	struct cover *cover;          /* by text */
	double *below;                /* [leaves + 1] source rows with a smaller leaf */
	double *log_rows;             /* [leaves] log2 of the source rows of the leaf */
	double loss, share, entropy;
};

/* Another released column; shown is NULL where the release lacks it. */
struct pass {
	const struct column *col, *shown;
	uint32_t *same;               /* text of the release → that of the source */
};

/* What is counted. */
struct beside {
	const struct problem *p;
	const struct table *t;        /* the release as texts */
	const uint32_t *order;        /* NULL: row i is row i of the source */
	struct seen *seen;            /* [qs] */
	struct pass *pass;            /* [passes] */
	uint32_t passes;
	const struct cross *const *joint;   /* [joints] earlier releases */
	uint32_t joints;
};

struct sums {
	uint64_t suppressed, untrue, unread, altered;
	uint64_t untrue_row;          /* first row with such a cell, the header being row 1; 0 none */
	uint64_t **rows;              /* [qs][texts] rows of each text */
	struct tuples classes;        /* of text codes, in the order of the rows */
	struct tuples *pairs;         /* class and code, of each sensitive column */
	struct tuples persons;        /* class and person */
	struct tuples *both;          /* [joints] class here and there */
};

/* All rows. Classes have the same numbers whatever the threads of the runner of b->p->t. */
MUST_USE rc tally_rows(struct ctx *c, const struct beside *b, struct sums *ret);

#endif
