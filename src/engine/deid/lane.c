#include "engine/deid/lane.h"

#include "base/utf8.h"

#include "base/banned.h"

static void free_arena(void *p)
{
	arena_free(p);
}

rc lane_arena(struct ctx *c, size_t most, struct arena **ret)
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
	if (r->lanes > RUNNER_THREADS_MOST)
		r->lanes = RUNNER_THREADS_MOST;
	TRY_ARRAY(c, r->lane, r->lanes);
	for (uint32_t i = 0; i < r->lanes; i++) {
		struct lane *l = &r->lane[i];

		l->r = r;
		atomic_flag_clear(&l->busy);
		l->ctx = *c;
		TRY(lane_arena(c, LANE_MEMORY, &l->ctx.a));
		TRY(lane_arena(c, (size_t)8 << 20, &l->cells));
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
	for (uint32_t i = 0; i < r->lanes; i++) {
		struct lane *l = &r->lane[i];

		TRY_ARRAY(c, l->texts, t->cols);
		TRY_ARRAY(c, l->coded, t->cols);
		for (uint32_t j = 0; j < t->cols; j++)
			if (t->col[j].h)
				l->coded[l->codeds++] = (struct coded){ t->col[j].h, j, t->from[j] };
		TRY_ARRAY(c, l->probe, (size_t)LANE_WAIT * l->codeds + 1);
		TRY_ARRAY(c, l->recent, (size_t)LANE_RECENT * texts + 1);
		memset(l->recent, 0xff, ((size_t)LANE_RECENT * texts + 1) * sizeof *l->recent);
		TRY_ARRAY(c, l->map, t->cols);
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
#define ROOM_FIRST 1024u

static rc more_room(struct lane *l)
{
	struct piece *piece = l->piece;
	const struct table_reader *r = l->r;
	/* each cell takes a byte at least: that many rows a piece of many columns can have */
	size_t fit = piece->len / r->t->file_cols + 2;
	uint32_t first = fit < ROOM_FIRST ? (uint32_t)fit : ROOM_FIRST + APART, room = piece->room ? piece->room * 2 + APART : first;
	uint32_t *codes = arena_bytes(l->ctx.a, (size_t)r->t->cols * room * sizeof *codes);
	uint64_t *hashes = arena_bytes(l->ctx.a, (size_t)r->left_outs * room * sizeof *hashes);

	if (!codes || !hashes)
		return FAIL(&l->ctx, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; piece->rows > 0 && i < r->t->cols; i++)
		memcpy(codes + (size_t)i * room, piece->codes + (size_t)i * piece->room, piece->rows * sizeof *codes);
	for (uint32_t i = 0; piece->rows > 0 && i < r->left_outs; i++)
		memcpy(hashes + (size_t)i * room, piece->hashes + (size_t)i * piece->room, piece->rows * sizeof *hashes);
	piece->codes = codes;
	piece->hashes = hashes;
	piece->room = room;
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
	uint32_t *out = l->piece->codes + l->ended;

	for (uint32_t i = 0; i < l->codeds; i++) {
		const struct coded *to = &l->coded[i];
		uint32_t leaf = leaf_probe_end(to->h, &probe[i]);

		if (leaf == DICT_NONE) {
			uint32_t line = l->line[l->ended % LANE_WAIT];

			l->ended = l->piece->rows;
			return bad(&l->ctx, "table.value", line, to->from + 1, l->r->t->col[to->col].name);
		}
		out[(size_t)to->col * l->piece->room] = leaf;
	}
	l->ended++;
	return OK;
}

static void begin_row(struct lane *l)
{
	uint32_t at = l->piece->rows % LANE_WAIT;
	struct leaf_probe *probe = l->probe + (size_t)at * l->codeds;

	for (uint32_t i = 0; i < l->codeds; i++)
		leaf_probe_begin(l->coded[i].h, l->csv.cells[l->coded[i].from], &probe[i]);
	l->line[at] = l->csv.row;
}

/* What is left out leaves its hashes, as long as more are remembered. */
static void hash_row(const struct table_reader *r, const struct csv *csv, struct piece *piece)
{
	uint64_t *to = piece->hashes + piece->rows;

	for (uint32_t i = 0; i < r->left_outs; i++)
		if (!leak_is_full(&r->t->leak[i]))
			to[(size_t)i * piece->room] = leak_hash(csv->cells[r->left_out[i]], &piece->lengths[i]);
}

static rc code_row(struct lane *l)
{
	const struct table_reader *r = l->r;
	const struct table *t = r->t;
	const struct csv *csv = &l->csv;
	struct piece *piece = l->piece;

	if (csv->count != t->file_cols)
		return bad(&l->ctx, "table.ragged", csv->row, csv->count < t->file_cols ? csv->count : t->file_cols, S_NONE);
	if (piece->rows == piece->room)
		TRY(more_room(l));
	if (piece->rows - l->ended == LANE_WAIT)
		TRY(end_row(l));
	begin_row(l);
	for (uint32_t i = 0; i < t->cols; i++) {
		if (t->col[i].h)
			continue;
		if (code_text(l, i, csv->cells[t->from[i]], &piece->codes[(size_t)i * piece->room + piece->rows]) != OK) {
			fault_place(&l->ctx, csv->row, t->from[i] + 1);
			return l->ctx.fault.code;
		}
	}
	hash_row(r, csv, piece);
	piece->rows++;
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
		else if (l->csv.p < l->csv.end || !l->piece->last)
			return bad(&l->ctx, "table.ragged", l->csv.row, 1, S_NONE);
	}
}

/* What is wrong with an earlier row is said first. */
static rc code_piece(struct lane *l)
{
	rc r = code_rows(l);
	struct fault fault = l->ctx.fault;

	while (l->ended < l->piece->rows)
		TRY(end_row(l));
	l->ctx.fault = fault;
	return r;
}

/* There are as many lanes as threads. */
static struct lane *free_lane(struct table_reader *r)
{
	for (uint32_t i = 0;; i = (i + 1) % r->lanes)
		if (!atomic_flag_test_and_set(&r->lane[i].busy))
			return &r->lane[i];
}

void piece_run(void *reader, uint32_t i)
{
	struct table_reader *r = reader;
	struct piece *piece = &r->piece[i];
	struct lane *l;

	piece->quotes = !r->quotes && memchr(piece->p, '"', piece->len);
	if (piece->quotes)
		return;
	l = free_lane(r);
	piece->lane = l;
	piece->rows = 0;
	memset(piece->lengths, 0, (r->left_outs + 1) * sizeof *piece->lengths);
	l->piece = piece;
	l->ended = 0;
	l->csv.row = 0;
	csv_window(&l->csv, piece->p, piece->len, piece->whole);
	piece->result = code_piece(l);
	piece->fault = l->ctx.fault;
	piece->lines = l->csv.row;
	piece->end = l->csv.p;
	atomic_flag_clear(&l->busy);
}
