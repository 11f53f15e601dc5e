/*
 * How many people are alone with their values in the population that a table was drawn from. Exact where the population is
 * at hand; otherwise estimated from the sizes of the classes of the table: Pitman's model (Hoshino 2001), Zayatz'
 * (1991), the slide negative binomial (Chen, Keller-McNulty 1998), and which of them to believe (Dankar et al. 2012).
 */
#ifndef ENGINE_DEID_UNIQUE_H
#define ENGINE_DEID_UNIQUE_H

#include "engine/deid/classes.h"

/* Classes of one row, two rows … ; larger ones are counted in `large`. */
#define UNIQUE_SIZES 64u

struct sizes {
	uint64_t of[UNIQUE_SIZES + 1];   /* of[j]: classes of j rows */
	uint64_t large, rows, classes;
};

struct uniqueness {
	bool known;                      /* the columns fit: the figures below are there */
	uint64_t rows_alone;             /* in the table */
	uint64_t people_alone;           /* in the population, exact; with a population */
	uint64_t both_alone;             /* rows alone in the table who are alone in the population */
	double pitman, zayatz, snb, dankar;   /* people alone in a population of rows / fraction; NAN: cannot be told */
};

/* fraction: of the population that is in the table, 0 < fraction ≤ 1. */
MUST_USE rc uniqueness_measure(struct ctx *c, const struct problem *p, double fraction, struct uniqueness *ret);
double unique_pitman(const struct sizes *s, double fraction);
double unique_zayatz(const struct sizes *s, double fraction);
/* NAN when the sizes do not fit the model. */
double unique_snb(const struct sizes *s, double fraction);
/* Pitman's for a tenth of the population or less, else the lesser of Zayatz' and SNB. */
double unique_dankar(const struct uniqueness *u, double fraction);

#endif
