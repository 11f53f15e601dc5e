#include "engine/deid/table.h"

#include "base/utf8.h"
#include "engine/deid/lane.h"

#include "base/banned.h"

/* A smaller window is not worth a second thread. */
#define PIECE_LEAST ((size_t)64 << 10)
/* A larger piece and its codes leave the cache before they are brought together; the longest row must fit. */
#define PIECE_MOST (CSV_ROW_MOST + ((size_t)64 << 10))

rc table_reader_init(struct ctx *c, struct table_reader *r, struct table *t, const struct column_spec *spec,
	uint32_t specs, enum column_role rest, const struct runner *runner)
{
	*r = (struct table_reader){ .t = t, .spec = spec, .specs = specs, .rest = rest };
	*t = (struct table){ .a = c->a, .runner = runner };
	return lanes_init(c, r);
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

static rc add_texts(struct ctx *c, struct dict *to, const struct dict *from)
{
	uint32_t code = 0;

	for (uint32_t i = 0; i < from->count; i++)
		TRY(dict_add(c, to, from->texts[i], &code));
	return OK;
}

static rc add_column(struct ctx *c, struct table_reader *r, uint32_t at, slice name)
{
	const struct column_spec *spec = spec_of(r, name);
	enum column_role role = spec ? spec->role : r->rest;
	struct table *t = r->t;
	struct column *col = &t->col[t->cols];

	/* what a pseudonym stands for must not be released elsewhere either */
	if (role == ROLE_IDENTIFYING || (spec && spec->pseudonym))
		r->left_out[r->left_outs++] = at;
	if (role == ROLE_IDENTIFYING)
		return OK;
	*col = (struct column){ .name = name, .role = role };
	if (spec) {
		col->h = spec->h;
		col->build = spec->build;
		col->pseudonym = spec->pseudonym;
	}
	dict_init(&col->texts, t->a);
	for (uint32_t i = 0; col->build && r->other && i < r->other->cols; i++)
		if (slice_eq(r->other->col[i].name, name))
			TRY(add_texts(c, &col->texts, &r->other->col[i].texts));
	TRY_ARRAY(c, col->open, TABLE_BLOCK);
	if (col->h)
		TRY_ARRAY(c, col->hist, col->h->leaves);
	t->from[t->cols++] = at;
	return OK;
}

static rc read_header(struct ctx *c, struct table_reader *r, const struct csv *csv)
{
	struct table *t = r->t;
	struct dict names;
	uint32_t code = 0;

	t->file_cols = csv->count;
	TRY_ARRAY(c, t->names, csv->count);
	TRY_ARRAY(c, t->col, csv->count);
	TRY_ARRAY(c, t->from, csv->count);
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
	return lanes_columns(c, r);
}

/* ---- blocks ---- */

static uint32_t bits_for(uint32_t most)
{
	return most == 0 ? 0 : 32 - (uint32_t)__builtin_clz(most);
}

static void pack_bits(const uint32_t *codes, uint32_t n, uint32_t bits, char *out)
{
	uint64_t word = 0;
	uint32_t have = 0;

	for (uint32_t i = 0; i < n; i++) {
		word |= (uint64_t)codes[i] << have;
		have += bits;
		if (have >= 32) {
			uint32_t low = (uint32_t)word;

			memcpy(out, &low, 4);
			out += 4;
			word >>= 32;
			have -= 32;
		}
	}
	memcpy(out, &word, 8);
}

static inline uint32_t bits_at(const char *p, uint32_t bits, uint64_t i)
{
	uint64_t word, bit = i * bits;

	memcpy(&word, p + (bit >> 3), 8);
	return (uint32_t)(word >> (bit & 7) & (((uint64_t)1 << bits) - 1));
}

static rc pack_block(struct ctx *c, const uint32_t *codes, uint32_t n, struct block *b)
{
	uint32_t all = 0;

	for (uint32_t i = 0; i < n; i++)
		all |= codes[i];
	b->bits = bits_for(all);
	/* a word more, since codes are read by words */
	b->codes = arena_bytes(c->a, ((size_t)n * b->bits + 7) / 8 + 16);
	if (!b->codes)
		return FAIL(c, E_LIMIT, "memory.limit");
	pack_bits(codes, n, b->bits, b->codes);
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
		TRY(pack_block(c, t->col[i].open, r->filled, &t->col[i].blocks[t->blocks]));
	t->blocks++;
	r->filled = 0;
	return OK;
}

rc column_store(struct ctx *c, const struct table *t, struct column *col, const uint32_t *codes)
{
	TRY_ARRAY(c, col->blocks, t->blocks);
	for (uint32_t b = 0; b < t->blocks; b++)
		TRY(pack_block(c, codes + (size_t)b * TABLE_BLOCK, table_block_rows(t, b), &col->blocks[b]));
	return OK;
}

/* ---- lanes brought together ---- */

/* New texts of the lane get codes of the table. */
static rc map_texts(struct ctx *c, struct lane *l, uint32_t i)
{
	const struct dict *texts = &l->texts[i];

	if (l->map_room[i] < texts->count) {
		uint32_t room = texts->count * 2;
		uint32_t *more = arena_grow(l->ctx.a, l->map[i], l->mapped[i] * sizeof *more, room * sizeof *more);

		if (!more)
			return FAIL(c, E_LIMIT, "memory.limit");
		l->map[i] = more;
		l->map_room[i] = room;
	}
	for (; l->mapped[i] < texts->count; l->mapped[i]++)
		TRY(dict_add(c, &l->r->t->col[i].texts, texts->texts[l->mapped[i]], &l->map[i][l->mapped[i]]));
	return OK;
}

/* Rows [from, from + n) of a lane's piece go to the open blocks at r->filled. */
struct transfer { struct lane *l; uint32_t from, n; };

static void transfer_column(void *p, uint32_t i)
{
	const struct transfer *tr = p;
	const struct lane *l = tr->l;
	struct column *col = &l->r->t->col[i];
	const uint32_t *in = l->codes + (size_t)i * l->room + tr->from;
	uint32_t *out = col->open + l->r->filled;

	if (!col->h) {
		for (uint32_t j = 0; j < tr->n; j++)
			out[j] = l->map[i][in[j]];
		return;
	}
	memcpy(out, in, tr->n * sizeof *out);
	for (uint32_t j = 0; j < tr->n; j++)
		col->hist[in[j]]++;
}

static rc take_lane(struct ctx *c, struct table_reader *r, struct lane *l)
{
	struct table *t = r->t;
	struct transfer tr = { .l = l };

	if (l->result != OK) {
		c->fault = l->ctx.fault;
		if (c->fault.row > 0)
			c->fault.row += r->line;
		return l->result;
	}
	for (uint32_t i = 0; i < t->cols; i++)
		if (!t->col[i].h)
			TRY(map_texts(c, l, i));
	while (tr.from < l->rows) {
		tr.n = l->rows - tr.from < TABLE_BLOCK - r->filled ? l->rows - tr.from : TABLE_BLOCK - r->filled;
		if (t->rows + tr.n > TABLE_ROWS_MOST)
			return FAIL(c, E_LIMIT, "table.rows");
		runner_each(tr.n < 4096 ? NULL : t->runner, t->cols, transfer_column, &tr);
		tr.from += tr.n;
		t->rows += tr.n;
		r->filled += tr.n;
		if (r->filled == TABLE_BLOCK)
			TRY(close_blocks(c, r));
	}
	r->line += l->csv.row;
	return OK;
}

/* Cuts [p, p + len) at line ends, one piece for each lane; a quote may hide line ends, then it is one piece. */
static uint32_t cut(struct table_reader *r, const char *p, size_t len, bool final)
{
	uint32_t n = len < PIECE_LEAST * r->lanes || memchr(p, '"', len) ? 1 : r->lanes;
	const char *end = p + len;

	for (uint32_t i = 0; i < n; i++) {
		struct lane *l = &r->lane[i];
		const char *to = end;

		if (i + 1 < n) {
			const char *lf = memchr(p + (size_t)(end - p) / (n - i), '\n', (size_t)(end - p) - (size_t)(end - p) / (n - i));

			to = lf ? lf + 1 : end;
			n = to == end ? i + 1 : n;
		}
		l->p = p;
		l->len = (size_t)(to - p);
		l->last = final && to == end;
		l->whole = l->last || to < end;
		p = to;
	}
	return n;
}

static rc feed_header(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	struct csv *csv = &r->lane[0].csv;
	enum csv_state state = CSV_MORE;

	csv->row = 0;
	csv_window(csv, p, len, final);
	TRY(csv_next(c, csv, &state));
	if (state != CSV_ROW) {
		*ret_used = 0;
		return state == CSV_END ? bad(c, "table.empty", 1, 1, S_NONE) : OK;
	}
	r->line = 1;
	*ret_used = (size_t)(csv->p - p);
	return read_header(c, r, csv);
}

/* Hierarchies that are built of the values of their column. */
static rc build_columns(struct ctx *c, struct table *t)
{
	uint32_t *codes = NULL;

	TRY_ARRAY(c, codes, TABLE_BLOCK);
	for (uint32_t i = 0; i < t->cols; i++) {
		struct column *col = &t->col[i];

		uint64_t *rows = NULL;

		if (!col->build)
			continue;
		TRY_ARRAY(c, rows, (size_t)col->texts.count + 1);
		for (uint32_t b = 0; col->build->kind == BUILD_FREQUENT && b < t->blocks; b++) {
			column_block(col, t, b, codes);
			for (uint32_t j = 0; j < table_block_rows(t, b); j++)
				rows[codes[j]]++;
		}
		if (build_hierarchy(c, col->build, &col->texts, rows, &col->h, &col->leaf_of) != OK) {
			fault_name(c, col->name);
			return c->fault.code;
		}
		TRY_ARRAY(c, col->hist, col->h->leaves);
		for (uint32_t b = 0; b < t->blocks; b++) {
			column_block(col, t, b, codes);
			for (uint32_t j = 0; j < table_block_rows(t, b); j++)
				col->hist[codes[j]]++;
		}
	}
	return OK;
}

rc table_share_hierarchies(struct ctx *c, const struct table *t, struct table *other)
{
	for (uint32_t i = 0; i < other->cols; i++) {
		struct column *to = &other->col[i];

		for (uint32_t j = 0; to->build && j < t->cols; j++) {
			const struct column *from = &t->col[j];

			if (!slice_eq(from->name, to->name))
				continue;
			to->h = from->h;
			TRY_ARRAY(c, to->leaf_of, (size_t)to->texts.count + 1);
			for (uint32_t k = 0; k < to->texts.count; k++)
				to->leaf_of[k] = from->leaf_of[dict_find(&from->texts, to->texts.texts[k])];
		}
	}
	return OK;
}

static rc feed_piece(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	uint32_t n = cut(r, p, len, final);

	runner_each(r->t->runner, n, lane_run, r->lane);
	for (uint32_t i = 0; i < n; i++)
		TRY(take_lane(c, r, &r->lane[i]));
	*ret_used = (size_t)(r->lane[n - 1].csv.p - p);
	return OK;
}

rc table_feed(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	size_t used = 0, from;

	if (!r->header) {
		TRY(feed_header(c, r, p, len, final, &used));
		if (!r->header) {
			*ret_used = used;
			return OK;
		}
	}
	do {
		size_t most = PIECE_MOST * r->lanes;
		bool rest = len - used <= most;

		from = used;
		TRY(feed_piece(c, r, p + from, rest ? len - from : most, rest && final, &used));
		used += from;
	} while (used > from && used < len);
	*ret_used = used;
	if (!final)
		return OK;
	TRY(close_blocks(c, r));
	return r->t->rows == 0 ? bad(c, "table.empty", 1, 1, S_NONE) : build_columns(c, r->t);
}

uint32_t table_block_rows(const struct table *t, uint32_t b)
{
	return b + 1 < t->blocks ? TABLE_BLOCK : (uint32_t)(t->rows - (uint64_t)b * TABLE_BLOCK);
}

void column_block(const struct column *col, const struct table *t, uint32_t b, uint32_t *out)
{
	const struct block *from = &col->blocks[b];
	uint32_t n = table_block_rows(t, b), bits = from->bits;

	for (uint32_t i = 0; i < n; i++)
		out[i] = bits_at(from->codes, bits, i);
	if (col->leaf_of)
		for (uint32_t i = 0; i < n; i++)
			out[i] = col->leaf_of[out[i]];
}

uint32_t column_at(const struct column *col, uint64_t row)
{
	const struct block *b = &col->blocks[row / TABLE_BLOCK];
	uint32_t code = bits_at(b->codes, b->bits, row % TABLE_BLOCK);

	return col->leaf_of ? col->leaf_of[code] : code;
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
