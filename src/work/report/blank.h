/*
 * An agency's own blank workbook (.xlsx), filled by a cell map. The blank is foreign: it is opened only in a cage
 * (base/cage.h), with limits on size, entries, unpacked size and ratio; macros, outside links to data, encryption and
 * DTDs are refused. Styles, merged cells and everything that is not a mapped cell stay as they are.
 */
#ifndef WORK_REPORT_BLANK_H
#define WORK_REPORT_BLANK_H

#include "work/report/filled.h"

struct cell_rule {
	slice sheet;          /* name of the worksheet */
	slice cell;           /* "C7" */
	slice source;         /* code of a field ("PV-06", "RW-41/PV-20"), or a path of the record */
	uint32_t part;        /* 1-based part of the field; 0: all */
	uint32_t row, column; /* of a table, 1-based; 0: none */
	slice choice;         /* prints `mark` when this choice is ticked */
	slice mark;
};

struct cell_map {
	slice form, version;
	struct cell_rule *rules;
	uint32_t n;
};

/* Reads a cell map (YAML) and checks it against the form. E_INVALID "cellmap.…" with place. */
MUST_USE rc cell_map_load(struct ctx *c, const char *path, const struct form *form, const struct cell_map **ret);
/*
 * The blank with the mapped cells filled. E_INVALID "blank.not_xlsx", "blank.sheet", "blank.xml", E_DENIED
 * "blank.macro", "blank.encrypted", "blank.external", E_LIMIT "blank.limit", "cage.time", "cage.memory".
 */
MUST_USE rc blank_fill(struct ctx *c, slice blank, const struct cell_map *map, const struct filled *f, slice *ret);

#endif
