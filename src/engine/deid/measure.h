/*
 * Reads a release back as text and measures it against the source table: whether every value covers what it stands
 * for, how large the classes are, what an attacker gains, what a reader loses. Nothing of the search is believed here.
 */
#ifndef ENGINE_DEID_MEASURE_H
#define ENGINE_DEID_MEASURE_H

#include "engine/deid/problem.h"

struct figures {
	uint64_t rows, suppressed, classes;
	uint64_t untrue;              /* cells that do not cover their source */
	uint64_t unread;              /* cells that are no leaf, label, set or interval of the column */
	uint64_t altered;             /* sensitive or other cells that differ from the source */
	uint64_t small;               /* classes under k */
	uint64_t refused;             /* classes that break ℓ or t */
	uint64_t leaks;               /* released texts in which a value of an identifying column stands */
	uint64_t least, most;         /* class sizes; 0 without classes */
	uint64_t persons, persons_least;   /* in the kept rows, in the class of fewest; with a column of persons */
	double loss, share, entropy, dm, aecs;
	double risk_most, risk_mean;  /* prosecutor: 1 / least, mean of 1 / class size over kept rows (= marketer) */
	double at_risk;               /* share of kept rows whose risk is over 1/k */
	uint32_t l_distinct;          /* over classes: least distinct values */
	double l_entropy, t_most;     /* least 2^entropy, largest distance */
	double c_recursive;           /* largest c needed for the ℓ asked for (2 without) */
	double query_error;           /* see query.h */
	double *column_loss;          /* [qs] */
	uint64_t joint_small;         /* rows in joint classes with an earlier release that are under k */
	uint64_t joint_least;         /* the smallest joint class; 0: no earlier release */
	uint64_t map_least;           /* least rows of the population in a class; 0 without population */
	double map_mean;              /* mean of 1 / rows of the population, over kept rows */
	double presence_least, presence_most;
	uint64_t untrue_row;          /* first row with such a cell, the header being row 1; 0 none */
};

struct measure;

/*
 * order: NULL when row i of the release is row i of the source, else the source row of each place; it must hold until
 * measure_end.
 */
struct cross;

/* Earlier releases that the classes are joined with, before the first feed; each by itself. */
MUST_USE rc measure_join(struct ctx *c, struct measure *m, const struct cross *earlier);
MUST_USE rc measure_begin(struct ctx *c, const struct problem *p, const uint32_t *order, struct measure **ret);
/*
 * As table_feed(). Also E_INVALID "release.column", "release.rows" (more or fewer rows than the source). The threads of the
 * source's runner read and count.
 */
MUST_USE rc measure_feed(struct ctx *c, struct measure *m, const char *p, size_t len, bool final, size_t *ret_used);
/*
 * Counts the population (p->people) over the classes of the release; before measure_end(). Texts of a column must not
 * overlap: E_INVALID "release.overlap" for what is no global recoding.
 */
MUST_USE rc measure_people(struct ctx *c, struct measure *m);
MUST_USE rc measure_end(struct ctx *c, struct measure *m, struct figures *ret);

#endif
