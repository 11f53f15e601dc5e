/*
 * What goes out: for each released column the text of each cell, ready quoted, and which rows are suppressed.
 * Values are shown by hierarchy labels, or (sets) by {a;b;c} and, where neighbouring whole numbers are covered, by 20-24.
 */
#ifndef ENGINE_DEID_RELEASE_H
#define ENGINE_DEID_RELEASE_H

#include "base/buf.h"
#include "engine/deid/problem.h"

enum shown_by { SHOWN_BY_CODE, SHOWN_BY_CLASS };

struct shown {
	const struct column *col;
	enum shown_by by;
	slice *text;              /* by code of the column, or by class */
};

struct release {
	const struct table *t;
	struct shown *col;
	uint32_t cols;
	uint32_t *class_of;       /* [rows]; local recoding */
	uint8_t *suppressed;      /* bit per row; global recoding */
};

/* Global recoding at the given level of each quasi-identifier. */
MUST_USE rc release_global(struct ctx *c, const struct problem *p, const uint32_t *level, uint8_t *suppressed,
	struct release *ret);
/* Local recoding; rows of CLASS_NONE are suppressed. */
MUST_USE rc release_local(struct ctx *c, const struct problem *p, uint32_t *class_of, uint32_t classes,
	struct release *ret);
void release_header(const struct release *r, struct buf *out);
/*
 * Rows [from, from + n) of the release; order[i] is the row of the table that stands at place i, NULL: row i. Any thread
 * may make any rows.
 */
void release_rows(const struct release *r, const uint32_t *order, uint64_t from, uint32_t n, struct buf *out);
/* The text as a CSV cell, quoted where it must be. */
MUST_USE rc csv_quoted(struct ctx *c, slice text, slice *ret);

#endif
