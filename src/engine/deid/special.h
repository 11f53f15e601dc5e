/*
 * Special uniques (SUDA2: Manning, Haglin, Keane 2008; scores: Elliot et al. 2005). A row is unique in a set of columns when no
 * other row shares its values there; the set is minimal when the row is unique in no part of it. The smaller such sets are and
 * the more of them a row has, the easier it is recognised from little knowledge.
 */
#ifndef ENGINE_DEID_SPECIAL_H
#define ENGINE_DEID_SPECIAL_H

#include "engine/deid/table.h"

#define SPECIAL_COLUMNS_MOST 64u
#define SPECIAL_SIZE_MOST 6u
/* Sets of columns that are looked at; each is one pass over the rows. */
#define SPECIAL_SETS_MOST 200000u

struct special_set { uint64_t columns; uint64_t rows; };   /* rows for which the set is minimal */

struct special {
	struct special_set *set;   /* [sets] those with such rows, most rows first */
	uint32_t sets;
	double *score;             /* [rows] */
	uint8_t *least;            /* [rows] columns of the smallest set; 0: unique in none */
	double total;
	double column[SPECIAL_COLUMNS_MOST];   /* score of the sets that the column is in */
	uint64_t unique;           /* rows with at least one set */
};

/*
 * Sets of at most `most` of the given columns of t. The score of a set of s columns is the product of (cols - i) for i = s …
 * most (factors of at least 1), that of a row the sum over its sets. E_LIMIT "special.many".
 */
MUST_USE rc special_find(struct ctx *c, const struct table *t, const uint32_t *cols, uint32_t n, uint32_t most,
	struct special *ret);

#endif
