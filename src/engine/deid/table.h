/*
 * A table of persons as codes, column by column, in blocks of 65,536 rows with as many bits for a code as the block needs.
 * Identifying columns are never stored. A window of text is cut into pieces, which lanes, one for each thread, code by
 * themselves; the codes are then brought together column by column in the order of the rows, so that the table does not
 * tell how many lanes there were, or which piece was whose.
 */
#ifndef ENGINE_DEID_TABLE_H
#define ENGINE_DEID_TABLE_H

#include "base/runner.h"
#include "engine/deid/build.h"
#include "engine/deid/csv.h"
#include "engine/deid/leak.h"

#define TABLE_BLOCK 65536u
#define TABLE_ROWS_MOST ((uint64_t)UINT32_MAX - 1)
/* Columns are brought together by groups, each with its own memory: a thread does one of them. */
#define TABLE_GROUPS 64u
/* Text of a pseudonym. */
#define PSEUDONYM_LEN 26u

enum column_role {
	ROLE_IDENTIFYING,   /* left out: names, numbers, whatever nobody spoke for */
	ROLE_QUASI,
	ROLE_SENSITIVE,
	ROLE_OTHER,         /* released as it is */
	ROLE_PERSON,        /* left out, but rows of a person are known to be one's: keyed codes */
};

#define ROLES 5

struct column_spec {
	slice name;
	enum column_role role;
	const struct hierarchy *h;   /* ROLE_QUASI: this, or … */
	const struct build *build;   /* … built from the values */
	bool pseudonym;              /* ROLE_OTHER: released as a keyed code of the value */
};

/* The keyed code of a value: PSEUDONYM_LEN characters to `out`. */
typedef void (*pseudonym_fn)(const void *key, slice value, char *out);

struct block { void *codes; uint32_t bits; };

struct column {
	slice name;
	enum column_role role;
	const struct hierarchy *h;
	const struct build *build;
	bool pseudonym;
	struct dict texts;        /* of columns without a given hierarchy, in the order of the rows */
	uint32_t texts_at;        /* which of the columns without a given hierarchy */
	uint32_t *leaf_of;        /* built hierarchies: code of texts → leaf; NULL: codes are leaves, or texts */
	struct block *blocks;
	uint32_t *open;           /* the block being filled */
	uint32_t all;             /* bits that its codes have */
	uint64_t *hist;           /* of quasi-identifiers: rows by leaf */
};

struct table {
	struct arena *a;
	struct column *col;       /* stored columns, in file order */
	uint32_t cols;
	uint32_t *from;           /* [cols] column of the file */
	slice *names;             /* all names of the header */
	uint32_t file_cols;
	struct leak *leak;        /* [leaks] of columns left out */
	uint32_t leaks;
	uint64_t rows;
	uint32_t blocks, blocks_cap;
	const struct runner *runner;
};

struct lane;
struct piece;

struct table_reader {
	struct table *t;
	const struct column_spec *spec;
	uint32_t specs;
	enum column_role rest;           /* of columns that the spec does not name */
	pseudonym_fn pseudonym;
	const void *key;
	const struct table *other;  /* its values belong to built hierarchies too; NULL: none */
	struct lane *lane;
	uint32_t lanes;
	struct piece *piece;      /* [pieces] room for those of a window */
	uint32_t pieces, *odd;    /* odd: room for cut() */
	struct group { struct ctx ctx; rc result; } *group;   /* [2 × TABLE_GROUPS] of columns, and of such as are left out */
	uint32_t groups;
	bool header;              /* seen */
	bool quotes;              /* seen */
	uint32_t filled;          /* rows in the open blocks */
	uint32_t line;            /* rows of the text so far, the header being 1 */
	uint32_t *left_out;       /* [left_outs] file columns of persons' names and the like */
	uint32_t left_outs;
};

/* runner: how many threads may code; it also goes into the table. NULL: one. */
MUST_USE rc table_reader_init(struct ctx *c, struct table_reader *r, struct table *t, const struct column_spec *spec,
	uint32_t specs, enum column_role rest, const struct runner *runner);
/*
 * Takes whole rows from the window [p, p + len); CSV_PADDING bytes behind it must be readable. *ret_used: how many
 * bytes; the rest comes again with more behind it. final: nothing follows.
 * E_INVALID with row and column: those of csv.h and build.h, "table.ragged", "table.value" (not in the hierarchy),
 * "table.column" (named in the spec, not in the header), "table.twice" (a name stands twice), "table.empty".
 */
MUST_USE rc table_feed(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used);
/* Columns of `other` (read first, see table_reader) get the hierarchies that were built for t. */
MUST_USE rc table_share_hierarchies(struct ctx *c, const struct table *t, struct table *other);
/* Rows of block b, all but the last being full. */
uint32_t table_block_rows(const struct table *t, uint32_t b);
/* Unpacks block b of a column to out[TABLE_BLOCK]. */
void column_block(const struct column *col, const struct table *t, uint32_t b, uint32_t *out);
/* The codes of rows [row, row + n), which lie in one block. */
void column_rows(const struct column *col, uint64_t row, uint32_t n, uint32_t *out);
/* The code of one row. */
uint32_t column_at(const struct column *col, uint64_t row);
/* All codes of a column; for tables that fit. */
MUST_USE rc column_all(struct ctx *c, const struct table *t, const struct column *col, uint32_t **ret);
/* Stores codes (one for each row of t) as the codes of a column; col->blocks is made. */
MUST_USE rc column_store(struct ctx *c, const struct table *t, struct column *col, const uint32_t *codes);

#endif
