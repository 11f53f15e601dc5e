/* One thread's part of reading a table; between table.c and lane.c only. */
#ifndef ENGINE_DEID_LANE_H
#define ENGINE_DEID_LANE_H

#include <stdatomic.h>

#include "engine/deid/table.h"

/* Rows that wait for memory at a time, and texts that are remembered of a column; powers of two. */
#define LANE_WAIT 4u
#define LANE_RECENT 256u
/* The dictionaries of a table are much smaller than the table. */
#define LANE_MEMORY ((size_t)8 << 30)

struct lane {
	struct table_reader *r;
	struct ctx ctx;           /* its own memory and fault */
	atomic_flag busy;
	struct arena *cells;
	struct csv csv;
	struct piece *piece;      /* the one it is at */
	struct dict *texts;       /* [cols] of columns without a given hierarchy */
	uint32_t **map;           /* [cols] code of texts → code of the table; DICT_NONE: not given yet */
	uint32_t *map_room;       /* [cols] */
	struct coded { const struct hierarchy *h; uint32_t col, from; } *coded; /* columns with a given hierarchy */
	uint32_t codeds;
	struct leaf_probe *probe; /* [LANE_WAIT × codeds] of the last rows: memory is waited for while others are read */
	uint32_t line[LANE_WAIT]; /* their places in the text */
	uint32_t ended;           /* rows whose leaves are known */
	struct leaf_slot *recent; /* [cols × LANE_RECENT] texts met lately and their codes; columns without a hierarchy */
};

/* Whole rows of a window, coded by one lane. */
struct piece {
	const char *p;
	size_t len;
	bool whole;               /* nothing follows the piece */
	bool last;                /* the end of the piece is the end of the text */
	bool quotes;              /* stand in it where none were reckoned with: it was not coded */
	struct lane *lane;
	uint32_t *codes;          /* [cols × room] column by column; of texts those of the lane */
	uint64_t *hashes;         /* [left_outs × room] of values that are left out; see leak.h */
	uint64_t *lengths;        /* [left_outs] */
	uint32_t rows, room;
	uint32_t first;           /* rows of the window before it */
	uint32_t lines;
	const char *end;          /* first byte that was not used */
	rc result;
	struct fault fault;
};

/* Memory of a thread's own; ends with c->a. */
MUST_USE rc lane_arena(struct ctx *c, size_t most, struct arena **ret);
MUST_USE rc lanes_init(struct ctx *c, struct table_reader *r);
/* After the header: dictionaries for each column. */
MUST_USE rc lanes_columns(struct ctx *c, struct table_reader *r);
/* Codes piece i by a lane that is free; the result is in the piece. */
void piece_run(void *reader, uint32_t i);

#endif
