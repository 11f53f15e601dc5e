/*
 * A table of persons as codes, column by column, in blocks of 65,536 rows with the least width that holds them
 * (1, 2 or 4 bytes). Identifying columns are never stored.
 */
#ifndef ENGINE_DEID_TABLE_H
#define ENGINE_DEID_TABLE_H

#include "engine/deid/csv.h"
#include "engine/deid/hierarchy.h"
#include "engine/deid/leak.h"

#define TABLE_BLOCK 65536u
#define TABLE_ROWS_MOST ((uint64_t)UINT32_MAX - 1)

enum role {
	ROLE_IDENTIFYING,   /* left out: names, numbers, whatever nobody spoke for */
	ROLE_QUASI,
	ROLE_SENSITIVE,
	ROLE_OTHER,         /* released as it is */
};

#define ROLES 4

struct column_spec {
	slice name;
	enum role role;
	const struct hierarchy *h;   /* ROLE_QUASI */
};

struct block { void *codes; uint32_t width; };

struct column {
	slice name;
	enum role role;
	const struct hierarchy *h;
	struct dict texts;        /* of sensitive and other columns */
	struct block *blocks;
	uint32_t *open;           /* the block being filled */
	uint64_t *hist;           /* of quasi-identifiers: rows by leaf */
};

struct table {
	struct arena *a;
	struct column *col;       /* stored columns, in file order */
	uint32_t cols;
	uint32_t *from;           /* [cols] column of the file */
	slice *names;             /* all names of the header */
	uint32_t file_cols;
	struct leak *leak;        /* [file_cols] of columns left out */
	uint64_t rows;
	uint32_t blocks, blocks_cap;
};

struct table_reader {
	struct table *t;
	struct csv csv;
	const struct column_spec *spec;
	uint32_t specs;
	enum role rest;           /* of columns that the spec does not name */
	bool header;              /* seen */
	uint32_t filled;          /* rows in the open blocks */
	uint32_t *left_out;       /* [left_outs] file columns of persons' names and the like */
	uint32_t left_outs;
};

MUST_USE rc table_reader_init(struct ctx *c, struct table_reader *r, struct table *t, const struct column_spec *spec,
	uint32_t specs, enum role rest, struct arena *cells);
/*
 * Takes whole rows from the window [p, p + len); CSV_PADDING bytes behind it must be readable. *ret_used: how many
 * bytes; the rest comes again with more behind it. final: nothing follows.
 * E_INVALID with row and column: those of csv.h, "table.ragged", "table.value" (not in the hierarchy), "table.column"
 * (named in the spec, not in the header), "table.twice" (a name stands twice), "table.empty".
 */
MUST_USE rc table_feed(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used);
/* Rows of block b, all but the last being full. */
uint32_t table_block_rows(const struct table *t, uint32_t b);
/* Unpacks block b of a column to out[TABLE_BLOCK]. */
void column_block(const struct column *col, const struct table *t, uint32_t b, uint32_t *out);
/* All codes of a column; for tables that fit. */
MUST_USE rc column_all(struct ctx *c, const struct table *t, const struct column *col, uint32_t **ret);

#endif
