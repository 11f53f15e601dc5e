/*
 * Rows of a CSV text (RFC 4180, UTF-8): commas, LF or CRLF, cells in double quotes with "" for a quote. Streaming:
 * the caller shows a window of the text and moves it on by what was consumed. Cells point into the window, or into the
 * reader's own memory when quotes had to be taken away; they hold until the next row.
 */
#ifndef ENGINE_DEID_CSV_H
#define ENGINE_DEID_CSV_H

#include "base/rc.h"

/* Bytes behind the window that must be readable (not meaningful). */
#define CSV_PADDING 64u
/* One row may not be longer; a lost quote would else swallow the table. */
#define CSV_ROW_MOST ((size_t)1 << 20)
#define CSV_COLUMNS_MOST 16384u

enum csv_state { CSV_ROW, CSV_MORE, CSV_END };

struct csv {
	struct arena *a;        /* for unquoted cells; its own, so that it can be emptied at each quoted row */
	const char *p, *end;    /* the window not read yet */
	bool final;             /* nothing follows the window */
	const char *base;       /* 64 bytes whose delimiters stand in mask */
	uint64_t mask;
	slice *cells;
	uint32_t count, cap;
	uint32_t row;           /* number of the last row given, the header being 1 */
	bool quoted;            /* the arena holds something */
};

MUST_USE rc csv_init(struct ctx *c, struct csv *r, struct arena *cells_arena);
void csv_window(struct csv *r, const char *p, size_t len, bool final);
/*
 * The next row into r->cells, r->count. CSV_MORE: the row is not whole in the window; show a larger one that begins at r->p.
 * E_INVALID "csv.quote", "csv.utf8" (checked by the caller's decoder), E_LIMIT "csv.row", "csv.columns"; with row and column.
 */
MUST_USE rc csv_next(struct ctx *c, struct csv *r, enum csv_state *ret);
/* Whether an odd number of quotes stands in a part of a window; CSV_PADDING bytes behind it are read. */
bool csv_odd_quotes(const char *p, size_t len);

#endif
