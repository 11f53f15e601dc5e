#include "engine/deid/lane.h"

#include "base/utf8.h"

#include "base/banned.h"

static void free_arena(void *p)
{
	arena_free(p);
}

static rc own_arena(struct ctx *c, size_t most, struct arena **ret)
{
	struct arena *a = arena_new(most);

	if (!a || arena_on_end(c->a, free_arena, a) != 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = a;
	return OK;
}

rc lanes_init(struct ctx *c, struct table_reader *r)
{
	r->lanes = runner_threads(r->t->runner);
	if (r->lanes > TABLE_LANES_MOST)
		r->lanes = TABLE_LANES_MOST;
	TRY_ARRAY(c, r->lane, r->lanes);
	for (uint32_t i = 0; i < r->lanes; i++) {
		struct lane *l = &r->lane[i];

		l->r = r;
		l->ctx = *c;
		/* the dictionaries of a table are much smaller than the table */
		TRY(own_arena(c, (size_t)8 << 30, &l->ctx.a));
		TRY(own_arena(c, (size_t)8 << 20, &l->cells));
		TRY(csv_init(c, &l->csv, l->cells));
	}
	return OK;
}

rc lanes_columns(struct ctx *c, struct table_reader *r)
{
	struct table *t = r->t;
	uint32_t texts = 0;

	for (uint32_t i = 0; i < t->cols; i++)
		t->col[i].texts_at = t->col[i].h ? 0 : texts++;
	t->leaks = r->lanes * t->file_cols;
	TRY_ARRAY(c, t->leak, t->leaks);
	for (uint32_t i = 0; i < r->lanes; i++) {
		struct lane *l = &r->lane[i];

		l->leak = t->leak + (size_t)i * t->file_cols;
		TRY_ARRAY(c, l->texts, t->cols);
		TRY_ARRAY(c, l->coded, t->cols);
		for (uint32_t j = 0; j < t->cols; j++)
			if (t->col[j].h)
				l->coded[l->codeds++] = (struct coded){ t->col[j].h, j, t->from[j] };
		TRY_ARRAY(c, l->probe, (size_t)LANE_WAIT * l->codeds + 1);
		TRY_ARRAY(c, l->recent, (size_t)LANE_RECENT * texts + 1);
		memset(l->recent, 0xff, ((size_t)LANE_RECENT * texts + 1) * sizeof *l->recent);
		TRY_ARRAY(c, l->map, t->cols);
		TRY_ARRAY(c, l->mapped, t->cols);
		TRY_ARRAY(c, l->map_room, t->cols);
		for (uint32_t j = 0; j < t->cols; j++)
			dict_init(&l->texts[j], l->ctx.a);
	}
	return OK;
}

static rc bad(struct ctx *c, const char *key, uint32_t row, uint32_t col, slice name)
{
	(void)FAIL(c, E_INVALID, key);
	fault_place(c, row, col);
	fault_name(c, name);
	return E_INVALID;
}

/* Columns that lie a power of two apart would fight for the same few lines of the cache. */
#define APART 80u

static rc more_room(struct lane *l)
{
	uint32_t room = l->room ? (l->room - APART) * 2 + APART : 4096 + APART, cols = l->r->t->cols;
	uint32_t *more = arena_bytes(l->ctx.a, (size_t)cols * room * sizeof *more);

	if (!more)
		return FAIL(&l->ctx, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; l->rows > 0 && i < cols; i++)
		memcpy(more + (size_t)i * room, l->codes + (size_t)i * l->room, l->rows * sizeof *more);
	l->codes = more;
	l->room = room;
	return OK;
}

static rc code_new_text(struct lane *l, uint32_t i, slice cell, uint32_t *ret)
{
	const struct column *col = &l->r->t->col[i];
	struct dict *texts = &l->texts[i];
	uint32_t known = texts->count;
	char pseudonym[PSEUDONYM_LEN];

	if (col->pseudonym) {
		l->r->pseudonym(l->r->key, cell, pseudonym);
		cell = (slice){ pseudonym, PSEUDONYM_LEN };
	}
	TRY(dict_add(&l->ctx, texts, cell, ret));
	if (*ret != known)
		return OK;
	if (!utf8_is_valid(cell))
		return FAIL(&l->ctx, E_INVALID, "csv.utf8");
	return col->build ? build_canonical(&l->ctx, col->build, cell, &cell) : OK;
}

/* A value of a column without a given hierarchy. */
static rc code_text(struct lane *l, uint32_t i, slice cell, uint32_t *ret)
{
	struct leaf_slot *recent = l->recent + (size_t)LANE_RECENT * l->r->t->col[i].texts_at;
	uint64_t part[3];

	if (cell.len > LEAF_SLOT_TEXT)
		return code_new_text(l, i, cell, ret);
	leaf_parts(cell, part);
	recent += leaf_hash(part, cell.len) & (LANE_RECENT - 1);
	if (!leaf_is(part, cell.len, recent->part, recent->len)) {
		TRY(code_new_text(l, i, cell, &recent->leaf));
		memcpy(recent->part, part, sizeof part);
		recent->len = (uint32_t)cell.len;
	}
	*ret = recent->leaf;
	return OK;
}

/* The leaves of the first row that still waits; after a fault none waits. */
static rc end_row(struct lane *l)
{
	const struct leaf_probe *probe = l->probe + (size_t)(l->ended % LANE_WAIT) * l->codeds;
	uint32_t *out = l->codes + l->ended;

	for (uint32_t i = 0; i < l->codeds; i++) {
		const struct coded *to = &l->coded[i];
		uint32_t leaf = leaf_probe_end(to->h, &probe[i]);

		if (leaf == DICT_NONE) {
			uint32_t line = l->line[l->ended % LANE_WAIT];

			l->ended = l->rows;
			return bad(&l->ctx, "table.value", line, to->from + 1, l->r->t->col[to->col].name);
		}
		out[(size_t)to->col * l->room] = leaf;
	}
	l->ended++;
	return OK;
}

static void begin_row(struct lane *l)
{
	struct leaf_probe *probe = l->probe + (size_t)(l->rows % LANE_WAIT) * l->codeds;

	for (uint32_t i = 0; i < l->codeds; i++)
		leaf_probe_begin(l->coded[i].h, l->csv.cells[l->coded[i].from], &probe[i]);
	l->line[l->rows % LANE_WAIT] = l->csv.row;
}

static rc code_row(struct lane *l)
{
	const struct table_reader *r = l->r;
	const struct table *t = r->t;
	const struct csv *csv = &l->csv;

	if (csv->count != t->file_cols)
		return bad(&l->ctx, "table.ragged", csv->row, csv->count < t->file_cols ? csv->count : t->file_cols, S_NONE);
	if (l->rows == l->room)
		TRY(more_room(l));
	if (l->rows - l->ended == LANE_WAIT)
		TRY(end_row(l));
	begin_row(l);
	for (uint32_t i = 0; i < t->cols; i++) {
		if (t->col[i].h)
			continue;
		if (code_text(l, i, csv->cells[t->from[i]], &l->codes[(size_t)i * l->room + l->rows]) != OK) {
			fault_place(&l->ctx, csv->row, t->from[i] + 1);
			return l->ctx.fault.code;
		}
	}
	for (uint32_t i = 0; i < r->left_outs; i++)
		TRY(leak_add(&l->ctx, &l->leak[r->left_out[i]], csv->cells[r->left_out[i]]));
	l->rows++;
	return OK;
}

/* An empty line is a row only where a row of one empty cell can stand. */
static bool is_blank(const struct lane *l)
{
	return l->csv.count == 1 && l->csv.cells[0].len == 0 && l->r->t->file_cols != 1;
}

static rc code_rows(struct lane *l)
{
	enum csv_state state = CSV_MORE;

	for (;;) {
		TRY(csv_next(&l->ctx, &l->csv, &state));
		if (state != CSV_ROW)
			return OK;
		if (!is_blank(l))
			TRY(code_row(l));
		else if (l->csv.p < l->csv.end || !l->last)
			return bad(&l->ctx, "table.ragged", l->csv.row, 1, S_NONE);
	}
}

/* What is wrong with an earlier row is said first. */
static rc code_piece(struct lane *l)
{
	rc r = code_rows(l);
	struct fault fault = l->ctx.fault;

	while (l->ended < l->rows)
		TRY(end_row(l));
	l->ctx.fault = fault;
	return r;
}

void lane_run(void *lanes, uint32_t i)
{
	struct lane *l = (struct lane *)lanes + i;

	l->rows = 0;
	l->ended = 0;
	l->csv.row = 0;
	csv_window(&l->csv, l->p, l->len, l->whole);
	l->result = code_piece(l);
}
