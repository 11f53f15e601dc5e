#include "engine/deid/table.h"

#include "base/utf8.h"

#include "base/banned.h"

rc table_reader_init(struct ctx *c, struct table_reader *r, struct table *t, const struct column_spec *spec,
	uint32_t specs, enum role rest, struct arena *cells)
{
	*r = (struct table_reader){ .t = t, .spec = spec, .specs = specs, .rest = rest };
	*t = (struct table){ .a = c->a };
	return csv_init(c, &r->csv, cells);
}

static rc bad(struct ctx *c, const char *key, uint32_t row, uint32_t col, slice name)
{
	(void)FAIL(c, E_INVALID, key);
	fault_place(c, row, col);
	fault_name(c, name);
	return E_INVALID;
}

static const struct column_spec *spec_of(const struct table_reader *r, slice name)
{
	for (uint32_t i = 0; i < r->specs; i++)
		if (slice_eq(r->spec[i].name, name))
			return &r->spec[i];
	return NULL;
}

static rc add_column(struct ctx *c, struct table_reader *r, uint32_t at, slice name)
{
	const struct column_spec *spec = spec_of(r, name);
	enum role role = spec ? spec->role : r->rest;
	struct table *t = r->t;
	struct column *col = &t->col[t->cols];

	if (role == ROLE_IDENTIFYING) {
		r->left_out[r->left_outs++] = at;
		return OK;
	}
	*col = (struct column){ .name = name, .role = role, .h = spec ? spec->h : NULL };
	dict_init(&col->texts, t->a);
	TRY_ARRAY(c, col->open, TABLE_BLOCK);
	if (col->h)
		TRY_ARRAY(c, col->hist, col->h->leaves);
	t->from[t->cols++] = at;
	return OK;
}

static rc read_header(struct ctx *c, struct table_reader *r)
{
	struct csv *csv = &r->csv;
	struct table *t = r->t;
	struct dict names;
	uint32_t code = 0;

	t->file_cols = csv->count;
	TRY_ARRAY(c, t->names, csv->count);
	TRY_ARRAY(c, t->col, csv->count);
	TRY_ARRAY(c, t->from, csv->count);
	TRY_ARRAY(c, t->leak, csv->count);
	TRY_ARRAY(c, r->left_out, csv->count);
	dict_init(&names, c->a);
	for (uint32_t i = 0; i < csv->count; i++) {
		slice name = csv->cells[i];

		if (i == 0 && slice_starts(name, S("\xef\xbb\xbf")))
			name = slice_sub(name, 3, name.len);
		if (!utf8_is_valid(name))
			return bad(c, "csv.utf8", 1, i + 1, S_NONE);
		TRY(dict_add(c, &names, name, &code));
		if (code != i)
			return bad(c, "table.twice", 1, i + 1, name);
		t->names[i] = names.texts[i];
		TRY(add_column(c, r, i, t->names[i]));
	}
	for (uint32_t i = 0; i < r->specs; i++)
		if (dict_find(&names, r->spec[i].name) == DICT_NONE)
			return bad(c, "table.column", 1, 0, r->spec[i].name);
	r->header = true;
	return OK;
}

/* The open block of a column, packed to the least width that holds it. */
static rc close_block(struct ctx *c, struct table *t, struct column *col, uint32_t n)
{
	struct block *b = &col->blocks[t->blocks];
	uint32_t all = 0;

	for (uint32_t i = 0; i < n; i++)
		all |= col->open[i];
	b->width = all < 256 ? 1 : all < 65536 ? 2 : 4;
	b->codes = arena_bytes(t->a, (size_t)n * b->width);
	if (!b->codes)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < n; i++) {
		if (b->width == 1)
			((uint8_t *)b->codes)[i] = (uint8_t)col->open[i];
		else if (b->width == 2)
			((uint16_t *)b->codes)[i] = (uint16_t)col->open[i];
		else
			((uint32_t *)b->codes)[i] = col->open[i];
	}
	return OK;
}

static rc close_blocks(struct ctx *c, struct table_reader *r)
{
	struct table *t = r->t;

	if (r->filled == 0)
		return OK;
	if (t->blocks == t->blocks_cap) {
		uint32_t cap = t->blocks_cap ? t->blocks_cap * 2 : 16;

		for (uint32_t i = 0; i < t->cols; i++) {
			struct block *more = arena_grow(t->a, t->col[i].blocks, t->blocks_cap * sizeof *more, cap * sizeof *more);

			if (!more)
				return FAIL(c, E_LIMIT, "memory.limit");
			t->col[i].blocks = more;
		}
		t->blocks_cap = cap;
	}
	for (uint32_t i = 0; i < t->cols; i++)
		TRY(close_block(c, t, &t->col[i], r->filled));
	t->blocks++;
	r->filled = 0;
	return OK;
}

static rc code_row(struct ctx *c, struct table_reader *r)
{
	struct csv *csv = &r->csv;
	struct table *t = r->t;

	if (csv->count != t->file_cols)
		return bad(c, "table.ragged", csv->row, csv->count < t->file_cols ? csv->count : t->file_cols, S_NONE);
	for (uint32_t i = 0; i < t->cols; i++) {
		struct column *col = &t->col[i];
		slice cell = csv->cells[t->from[i]];
		uint32_t code = 0;

		if (col->h) {
			code = hierarchy_leaf(col->h, cell);
			if (code == DICT_NONE)
				return bad(c, "table.value", csv->row, t->from[i] + 1, col->name);
			col->hist[code]++;
		} else {
			uint32_t known = col->texts.count;

			TRY(dict_add(c, &col->texts, cell, &code));
			if (code == known && !utf8_is_valid(cell))
				return bad(c, "csv.utf8", csv->row, t->from[i] + 1, S_NONE);
		}
		col->open[r->filled] = code;
	}
	for (uint32_t i = 0; i < r->left_outs; i++)
		TRY(leak_add(c, &t->leak[r->left_out[i]], csv->cells[r->left_out[i]]));
	if (t->rows >= TABLE_ROWS_MOST)
		return FAIL(c, E_LIMIT, "table.rows");
	t->rows++;
	return ++r->filled == TABLE_BLOCK ? close_blocks(c, r) : OK;
}

/* An empty line is a row only where a row of one empty cell can stand. */
static bool is_blank(const struct table_reader *r)
{
	return r->csv.count == 1 && r->csv.cells[0].len == 0 && r->t->file_cols != 1;
}

rc table_feed(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	enum csv_state state = CSV_MORE;

	csv_window(&r->csv, p, len, final);
	for (;;) {
		TRY(csv_next(c, &r->csv, &state));
		if (state != CSV_ROW)
			break;
		if (!r->header)
			TRY(read_header(c, r));
		else if (!is_blank(r))
			TRY(code_row(c, r));
		else if (r->csv.p < r->csv.end || !final)
			return bad(c, "table.ragged", r->csv.row, 1, S_NONE);
	}
	*ret_used = (size_t)(r->csv.p - p);
	if (!final)
		return OK;
	TRY(close_blocks(c, r));
	return r->t->rows == 0 ? bad(c, "table.empty", 1, 1, S_NONE) : OK;
}

uint32_t table_block_rows(const struct table *t, uint32_t b)
{
	return b + 1 < t->blocks ? TABLE_BLOCK : (uint32_t)(t->rows - (uint64_t)b * TABLE_BLOCK);
}

void column_block(const struct column *col, const struct table *t, uint32_t b, uint32_t *out)
{
	const struct block *from = &col->blocks[b];
	uint32_t n = table_block_rows(t, b);

	if (from->width == 1)
		for (uint32_t i = 0; i < n; i++)
			out[i] = ((const uint8_t *)from->codes)[i];
	else if (from->width == 2)
		for (uint32_t i = 0; i < n; i++)
			out[i] = ((const uint16_t *)from->codes)[i];
	else
		memcpy(out, from->codes, n * sizeof *out);
}

rc column_all(struct ctx *c, const struct table *t, const struct column *col, uint32_t **ret)
{
	uint32_t *out = arena_bytes(c->a, t->blocks * (size_t)TABLE_BLOCK * sizeof *out);

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t b = 0; b < t->blocks; b++)
		column_block(col, t, b, out + (size_t)b * TABLE_BLOCK);
	*ret = out;
	return OK;
}
