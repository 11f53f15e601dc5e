/*
 * Tables of counts over one or two columns, with totals, made safe to publish. Cells, row totals, column totals and the
 * grand total are arcs of a network in which every sum is kept at a node (Cox; Fischetti and Salazar): what a suppressed
 * cell can be, given all that is shown, is then a question of flows, and the answer is exact.
 */
#ifndef ENGINE_DEID_COUNTS_H
#define ENGINE_DEID_COUNTS_H

#include "base/rc.h"
#include "engine/deid/chance.h"

#define COUNTS_SIDE_MOST 5000u
#define COUNTS_CELLS_MOST 4000000u

enum hidden { SHOWN, HIDDEN_PRIMARY, HIDDEN_SECONDARY };

/* Row r, column c; the last row and the last column are the totals. One column: cols is 1 and has no total beside it. */
struct counts {
	uint32_t rows, cols;       /* without totals */
	int64_t *n;                /* [(rows + 1) × (cols + 1)] */
	double *sum, *most;        /* of a magnitude: the cell's sum and its largest contribution; NULL: counts only */
	uint8_t *hidden;           /* enum hidden */
};

static inline size_t counts_at(const struct counts *t, uint32_t r, uint32_t c) { return (size_t)r * (t->cols + 1) + c; }
/* E_LIMIT "counts.size". */
MUST_USE rc counts_init(struct ctx *c, struct counts *t, uint32_t rows, uint32_t cols, bool magnitude);
/* Fills the totals from the cells. */
void counts_total(struct counts *t);
/*
 * Primary: cells and totals of 1 … least - 1 persons; with a magnitude also those of which one contribution is more than
 * `dominance` of the sum (0: not asked for). Returns how many.
 */
uint64_t counts_primary(struct counts *t, int64_t least, double dominance);
/*
 * Secondary: cells are hidden along cheapest cycles until the range that a reader can work out for each primary cell is
 * `width` wide. *ret_good is false when that cannot be had.
 */
MUST_USE rc counts_secondary(struct ctx *c, struct counts *t, int64_t width, bool *ret_good);
/* What a reader who knows that counts are not negative can work out of a hidden cell: exact bounds. */
MUST_USE rc counts_range(struct ctx *c, const struct counts *t, uint32_t row, uint32_t col, int64_t *ret_low, int64_t *ret_high);
/*
 * Controlled rounding (Cox 1987): every number becomes a multiple of `base` next to it, all sums hold, and each number is
 * right on average. Multiples stay.
 */
MUST_USE rc counts_round(struct ctx *c, struct counts *t, int64_t base, struct chance *r);
/* Differential privacy, ε = num/den: noise on the cells, none below zero, totals from them. */
void counts_noise(struct counts *t, uint64_t num, uint64_t den, struct chance *r);

#endif
