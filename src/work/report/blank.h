/*
 * An agency's own blank workbook (.xlsx), filled by a cell map. The blank is foreign: it is opened only in a cage
 * (base/cage.h), with limits on size, entries, unpacked size and ratio; macros, links to other files, encryption and
 * DTDs are refused. Styles, merged cells and everything that is not a mapped cell stay as they are: parts of the file
 * without a mapped cell are copied byte by byte.
 */
#ifndef WORK_REPORT_BLANK_H
#define WORK_REPORT_BLANK_H

#include "base/cage.h"
#include "work/report/filled.h"

struct cell_rule {
	slice sheet;                     /* name of the worksheet */
	uint32_t row, col;               /* of the cell, 1-based */
	const struct form_field *field;  /* NULL: `source` */
	slice annex;                     /* its sheet in the form; empty: the form itself */
	struct source source;            /* a path of the record */
	uint32_t part;                   /* 1-based part of the field; 0: all */
	uint32_t table_row, table_col;   /* of a table part, 1-based; 0: none */
	slice choice, mark;              /* prints `mark` when this choice is ticked */
	bool has_choice;
};

struct cell_map {
	slice form, version;
	struct cell_rule *rules;
	uint32_t n;
};

/* What goes into a cell. */
struct cell_text {
	slice sheet, text;
	uint32_t row, col;
	bool number;                     /* the text is a whole number and goes in as one */
};

/*
 * Reads a cell map (YAML) and checks it against the form. E_INVALID "cellmap.cell", "cellmap.source", "cellmap.part",
 * "cellmap.choice", "cellmap.form", "cellmap.duplicate" and those of packs, with file, row and column.
 */
MUST_USE rc cell_map_load(struct ctx *c, const struct forms *f, const char *path, const struct form *form,
	const struct cell_map **ret);
/* The same from a pack that was read. */
MUST_USE rc cell_map_read(struct ctx *c, const struct forms *f, const struct pack *root, const struct form *form,
	const struct cell_map **ret);
/* The texts of the cells of a map. */
MUST_USE rc cell_map_texts(struct ctx *c, const struct cell_map *map, const struct filled *f, struct cell_text **ret,
	uint32_t *ret_n);
/*
 * The blank with the mapped cells filled. E_INVALID "blank.not_xlsx", "blank.no_sheet", "blank.xml", "blank.formula",
 * E_DENIED "blank.macro", "blank.encrypted", "blank.external", E_LIMIT "blank.limit" and those of the cage.
 */
MUST_USE rc blank_fill(struct ctx *c, slice blank, const struct cell_map *map, const struct filled *f, slice *ret);

/* The part that runs in the cage; apart for tests and fuzzing. `arg` is a struct blank_job. */
struct blank_job { const struct cell_text *cells; uint32_t n; };
rc blank_in_cage(struct ctx *c, slice in, const void *arg, struct buf *out);
/* The same with its argument as bytes; blank_cage.c. */
extern const struct cage_kind blank_cage;

#endif
