/*
 * Methods for columns that are no quasi-identifiers (the table of techniques of the Commission's guideline 匿名加工情報編):
 * rare values, top and bottom coding, rounding, microaggregation, swapping, noise; and sampling of rows. The column of the
 * table is replaced, so that models, release and verification all see what goes out. Noise comes from `chance` alone.
 */
#ifndef ENGINE_DEID_TREAT_H
#define ENGINE_DEID_TREAT_H

#include "engine/deid/chance.h"
#include "engine/deid/table.h"

#define TREAT_RARE 1u       /* values of fewer than `rare` rows become "*" */
#define TREAT_TOP 2u        /* numbers from `top` on become "<top>以上" */
#define TREAT_BOTTOM 4u
#define TREAT_ROUND 8u      /* to the nearest multiple of `round`; half away from zero */
#define TREAT_RANDOM 16u    /* rounding up or down by chance, so that the mean stays */
#define TREAT_MICRO 32u     /* groups of `micro` neighbours or more become their mean; least squared error */
#define TREAT_SWAP 64u      /* a share of the rows change values with each other */
#define TREAT_NOISE 128u    /* two-sided geometric noise of scale `noise` */

#define TREATS_OF_NUMBERS (TREAT_TOP | TREAT_BOTTOM | TREAT_ROUND | TREAT_RANDOM | TREAT_MICRO | TREAT_NOISE)

struct treat {
	unsigned what;
	uint32_t rare, micro, noise;
	int64_t top, bottom, round;
	double swap;
};

/* Errors: E_INVALID "treat.number" (a value is no whole number where one is needed). Empty cells and "*" stay. */
MUST_USE rc treat_column(struct ctx *c, const struct table *t, struct column *col, const struct treat *how, struct chance *r);
/*
 * MDAV (Domingo-Ferrer, Mateo-Sanz 2002): several number columns together; groups of k to 2k-1 rows near each other
 * become their mean, rounded. Columns are standardised. O(n²/k): E_LIMIT "treat.mdav" over 50,000 rows.
 */
MUST_USE rc treat_mdav(struct ctx *c, const struct table *t, struct column *const *cols, uint32_t n, uint32_t k);
/* Keeps `share` of the rows, by chance; the table is made anew. */
MUST_USE rc treat_sample(struct ctx *c, struct table *t, double share, struct chance *r);

#endif
