/* One thread's part of reading a table; between table.c and lane.c only. */
#ifndef ENGINE_DEID_LANE_H
#define ENGINE_DEID_LANE_H

#include "engine/deid/table.h"

/* Rows that wait for memory at a time, and texts that are remembered of a column; powers of two. */
#define LANE_WAIT 4u
#define LANE_RECENT 256u

struct lane {
	struct table_reader *r;
	struct ctx ctx;           /* its own memory and fault */
	struct arena *cells;
	struct csv csv;
	struct dict *texts;       /* [cols] of columns without a given hierarchy */
	uint32_t **map;           /* [cols] code of texts → code of the table */
	uint32_t *mapped, *map_room;   /* [cols] */
	struct leak *leak;        /* [file_cols] */
	uint32_t *codes;          /* [cols × room] of the piece, column by column */
	uint32_t rows, room;
	struct coded { const struct hierarchy *h; uint32_t col, from; } *coded; /* columns with a given hierarchy */
	uint32_t codeds;
	struct leaf_probe *probe; /* [LANE_WAIT × codeds] of the last rows: memory is waited for while others are read */
	uint32_t line[LANE_WAIT]; /* their places in the text */
	uint32_t ended;           /* rows whose leaves are known */
	struct leaf_slot *recent; /* [cols × LANE_RECENT] texts met lately and their codes; columns without a hierarchy */
	rc result;
	const char *p;            /* the piece */
	size_t len;
	bool whole;               /* nothing follows the piece */
	bool last;                /* the end of the piece is the end of the text */
};

MUST_USE rc lanes_init(struct ctx *c, struct table_reader *r);
/* After the header: dictionaries for each column. */
MUST_USE rc lanes_columns(struct ctx *c, struct table_reader *r);
/* Codes the piece of lane i; the result is in the lane. */
void lane_run(void *lanes, uint32_t i);

#endif
