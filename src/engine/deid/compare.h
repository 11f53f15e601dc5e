/*
 * What a reader of the release sees of the data, beside what was there: shares of the values of each quasi-identifier, and
 * how strongly two of them go together (Cramér's V). A released text that covers several values counts for each of them
 * evenly, as a reader must take it.
 */
#ifndef ENGINE_DEID_COMPARE_H
#define ENGINE_DEID_COMPARE_H

#include "engine/deid/problem.h"

/* Bars of one column: more cannot be read. */
#define COMPARE_LABELS_MOST 24u

struct margin {
	uint32_t level, labels;    /* level of the hierarchy at which it is looked at */
	double *before, *after;    /* [labels] shares */
	double distance;           /* half the sum of the differences */
};

struct compare {
	const struct problem *p;
	struct margin *margin;     /* [qs] */
	double *v_before, *v_after;   /* [qs × qs] Cramér's V; of rows that tell both labels */
	double *told;              /* [qs × qs] share of the rows of the release that do */
};

struct comparing;

MUST_USE rc compare_begin(struct ctx *c, const struct problem *p, struct arena *cells, struct comparing **ret);
/* As table_feed(), with the release. */
MUST_USE rc compare_feed(struct ctx *c, struct comparing *x, const char *p, size_t len, bool final, size_t *ret_used);
MUST_USE rc compare_end(struct ctx *c, struct comparing *x, struct compare *ret);

#endif
