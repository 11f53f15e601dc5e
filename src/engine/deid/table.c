#include "engine/deid/table.h"

#include "base/utf8.h"
#include "engine/deid/lane.h"

#include "base/banned.h"

/* About so much text is a piece: enough to be worth the asking, little enough that no thread waits long for the last one. */
#define PIECE ((size_t)128 << 10)

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
	dict_init(&col->texts, r->group[t->cols % TABLE_GROUPS].ctx.a);
	for (uint32_t i = 0; col->build && r->other && i < r->other->cols; i++)
		if (slice_eq(r->other->col[i].name, name))
			TRY(add_texts(c, &col->texts, &r->other->col[i].texts));
	TRY_ARRAY(c, col->open, TABLE_BLOCK);
	if (col->h)
		TRY_ARRAY(c, col->hist, col->h->leaves);
	t->from[t->cols++] = at;
	return OK;
}

static rc groups_init(struct ctx *c, struct table_reader *r)
{
	TRY_ARRAY(c, r->group, (size_t)2 * TABLE_GROUPS);
	for (uint32_t i = 0; i < 2 * TABLE_GROUPS; i++) {
		r->group[i].ctx = *c;
		TRY(lane_arena(c, LANE_MEMORY, &r->group[i].ctx.a));
	}
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
	TRY(groups_init(c, r));
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
	r->groups = t->cols < TABLE_GROUPS ? t->cols : TABLE_GROUPS;
	t->leaks = r->left_outs;
	TRY_ARRAY(c, t->leak, (size_t)t->leaks + 1);
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

/* Memory for n codes of so many bits. */
static rc block_room(struct ctx *c, struct block *b, uint32_t n, uint32_t bits)
{
	b->bits = bits;
	/* a word more, since codes are read by words */
	b->codes = arena_bytes(c->a, ((size_t)n * bits + 7) / 8 + 16);
	return b->codes ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

static void pack_open(void *reader, uint32_t i)
{
	const struct table_reader *r = reader;
	const struct column *col = &r->t->col[i];
	const struct block *b = &col->blocks[r->t->blocks];

	pack_bits(col->open, r->filled, b->bits, b->codes);
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
	for (uint32_t i = 0; i < t->cols; i++) {
		TRY(block_room(c, &t->col[i].blocks[t->blocks], r->filled, bits_for(t->col[i].all)));
		t->col[i].all = 0;
	}
	runner_each(t->runner, t->cols, pack_open, r);
	t->blocks++;
	r->filled = 0;
	return OK;
}

rc column_store(struct ctx *c, const struct table *t, struct column *col, const uint32_t *codes)
{
	TRY_ARRAY(c, col->blocks, t->blocks);
	for (uint32_t b = 0; b < t->blocks; b++) {
		const uint32_t *from = codes + (size_t)b * TABLE_BLOCK, n = table_block_rows(t, b);
		uint32_t all = 0;

		for (uint32_t i = 0; i < n; i++)
			all |= from[i];
		TRY(block_room(c, &col->blocks[b], n, bits_for(all)));
		pack_bits(from, n, col->blocks[b].bits, col->blocks[b].codes);
	}
	return OK;
}

/* ---- pieces brought together ---- */

/* Rows [from, from + n) of the window go to the open blocks at r->filled. */
struct transfer { struct table_reader *r; uint32_t pieces, from, n, leaks; };

/* Room for the codes of all texts that the lane knows. */
static rc map_grow(struct ctx *c, struct lane *l, uint32_t i)
{
	uint32_t had = l->map_room[i], room = l->texts[i].count * 2;
	uint32_t *more;

	if (had >= l->texts[i].count)
		return OK;
	more = arena_grow(c->a, l->map[i], had * sizeof *more, room * sizeof *more);
	if (!more)
		return FAIL(c, E_LIMIT, "memory.limit");
	memset(more + had, 0xff, (room - had) * sizeof *more);
	l->map[i] = more;
	l->map_room[i] = room;
	return OK;
}

/* Codes of a lane's texts to codes of the table, given in the order of the rows. */
static rc take_texts(struct ctx *c, struct lane *l, uint32_t i, const uint32_t *in, uint32_t n, uint32_t *out)
{
	struct column *col = &l->r->t->col[i];
	uint32_t all = 0;

	TRY(map_grow(c, l, i));
	for (uint32_t j = 0; j < n; j++) {
		uint32_t *code = &l->map[i][in[j]];

		if (*code == DICT_NONE)
			TRY(dict_add(c, &col->texts, l->texts[i].texts[in[j]], code));
		all |= *code;
		out[j] = *code;
	}
	col->all |= all;
	return OK;
}

static void take_leaves(struct column *col, const uint32_t *in, uint32_t n, uint32_t *out)
{
	uint32_t all = 0;

	memcpy(out, in, n * sizeof *out);
	for (uint32_t j = 0; j < n; j++) {
		all |= in[j];
		col->hist[in[j]]++;
	}
	col->all |= all;
}

static rc transfer_column(struct ctx *c, const struct transfer *tr, uint32_t i)
{
	struct table_reader *r = tr->r;
	struct column *col = &r->t->col[i];
	uint32_t end = tr->from + tr->n;

	for (uint32_t k = 0; k < tr->pieces; k++) {
		const struct piece *piece = &r->piece[k];
		uint32_t from = piece->first > tr->from ? piece->first : tr->from;
		uint32_t to = piece->first + piece->rows < end ? piece->first + piece->rows : end;
		const uint32_t *in = piece->codes + (size_t)i * piece->room + (from - piece->first);
		uint32_t *out = col->open + r->filled + (from - tr->from);

		if (from >= to)
			continue;
		if (col->h)
			take_leaves(col, in, to - from, out);
		else
			TRY(take_texts(c, piece->lane, i, in, to - from, out));
	}
	return OK;
}

static rc transfer_leak(struct ctx *c, const struct transfer *tr, uint32_t i)
{
	struct table_reader *r = tr->r;
	struct leak *leak = &r->t->leak[i];

	for (uint32_t k = 0; k < tr->pieces && !leak_is_full(leak); k++) {
		const struct piece *piece = &r->piece[k];

		leak->lengths |= piece->lengths[i];
		TRY(leak_add(c, leak, piece->hashes + (size_t)i * piece->room, piece->rows));
	}
	return OK;
}

static void transfer_group(void *p, uint32_t g)
{
	const struct transfer *tr = p;
	struct group *group = &tr->r->group[g];
	const struct table *t = tr->r->t;

	for (uint32_t i = g; i < t->cols && group->result == OK; i += tr->r->groups)
		group->result = transfer_column(&group->ctx, tr, i);
}

static void transfer_leaks(void *p, uint32_t g)
{
	const struct transfer *tr = p;
	struct group *group = &tr->r->group[TABLE_GROUPS + g];

	for (uint32_t i = g; i < tr->r->t->leaks && group->result == OK; i += TABLE_GROUPS)
		group->result = transfer_leak(&group->ctx, tr, i);
}

/* First the columns that are left out: they take longest. */
static void transfer_any(void *p, uint32_t i)
{
	const struct transfer *tr = p;

	if (i < tr->leaks)
		transfer_leaks(p, i);
	else
		transfer_group(p, i - tr->leaks);
}

static rc transfer(struct ctx *c, struct transfer *tr)
{
	struct table_reader *r = tr->r;

	tr->leaks = tr->from > 0 ? 0 : r->t->leaks < TABLE_GROUPS ? r->t->leaks : TABLE_GROUPS;
	runner_each(r->t->runner, tr->leaks + r->groups, transfer_any, tr);
	for (uint32_t g = 0; g < 2 * TABLE_GROUPS; g++) {
		if (r->group[g].result == OK)
			continue;
		c->fault = r->group[g].ctx.fault;
		return r->group[g].result;
	}
	return OK;
}

/* Rows of pieces that went well; what is wrong in an earlier one is said first. */
static rc count_rows(struct ctx *c, struct table_reader *r, uint32_t pieces, uint32_t *ret_rows)
{
	uint32_t rows = 0;

	for (uint32_t i = 0; i < pieces; i++) {
		struct piece *piece = &r->piece[i];

		if (piece->result != OK) {
			c->fault = piece->fault;
			if (c->fault.row > 0)
				c->fault.row += r->line;
			return piece->result;
		}
		piece->first = rows;
		rows += piece->rows;
		r->line += piece->lines;
	}
	*ret_rows = rows;
	return OK;
}

static rc take_pieces(struct ctx *c, struct table_reader *r, uint32_t pieces)
{
	struct table *t = r->t;
	struct transfer tr = { .r = r, .pieces = pieces };
	uint32_t rows = 0;

	TRY(count_rows(c, r, pieces, &rows));
	if (t->rows + rows > TABLE_ROWS_MOST)
		return FAIL(c, E_LIMIT, "table.rows");
	for (; tr.from < rows; tr.from += tr.n) {
		tr.n = rows - tr.from < TABLE_BLOCK - r->filled ? rows - tr.from : TABLE_BLOCK - r->filled;
		TRY(transfer(c, &tr));
		t->rows += tr.n;
		r->filled += tr.n;
		if (r->filled == TABLE_BLOCK)
			TRY(close_blocks(c, r));
	}
	return OK;
}

/* ---- a window cut into pieces ---- */

static rc more_pieces(struct ctx *c, struct table_reader *r, uint32_t n)
{
	struct piece *more = NULL;

	if (n <= r->pieces)
		return OK;
	TRY_ARRAY(c, more, n);
	TRY_ARRAY(c, r->odd, n);
	if (r->pieces > 0)
		memcpy(more, r->piece, r->pieces * sizeof *more);
	for (uint32_t i = r->pieces; i < n; i++)
		TRY_ARRAY(c, more[i].lengths, (size_t)r->left_outs + 1);
	r->piece = more;
	r->pieces = n;
	return OK;
}

struct quotes { const char *p; size_t len; uint32_t *odd; };

static void count_quotes(void *arg, uint32_t i)
{
	const struct quotes *w = arg;
	const char *p = w->p + (size_t)i * PIECE;
	size_t n = w->len - (size_t)i * PIECE < PIECE ? w->len - (size_t)i * PIECE : PIECE;

	w->odd[i] = csv_odd_quotes(p, n);
}

/*
 * Cuts [p, p + len) at line ends into pieces of about PIECE bytes; not at line ends in quotes, which are told by the number
 * of quotes before them, once a quote was met. Where quotes stand elsewhere than the format has it, that is wrong, and the piece before the cut
 * ends in an open quote: it fails, and the window is coded in one piece.
 */
static rc cut(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, uint32_t *ret_n)
{
	uint32_t parts = (uint32_t)((len + PIECE - 1) / PIECE), n = 0, odd = 0;
	const char *from = p, *end = p + len;

	TRY(more_pieces(c, r, parts + 1));
	if (r->quotes)
		runner_each(r->t->runner, parts, count_quotes, &(struct quotes){ p, len, r->odd });
	for (uint32_t i = 0; i < parts; i++) {
		const char *to = p + (size_t)(i + 1) * PIECE;

		odd ^= r->quotes ? r->odd[i] : 0;
		if (i + 1 == parts)
			to = end;
		else if (to <= from)
			continue;
		if (to < end) {
			uint32_t within = odd;

			while (to < end && (*to != '\n' || within))
				within ^= r->quotes && *to == '"', to++;
			to += to < end;
		}
		r->piece[n].p = from;
		r->piece[n].len = (size_t)(to - from);
		r->piece[n].last = final && to == end;
		r->piece[n].whole = to < end || final;
		n++;
		from = to;
		if (to == end)
			break;
	}
	*ret_n = n;
	return OK;
}

static void one_piece(struct table_reader *r, const char *p, size_t len, bool final)
{
	r->piece[0].p = p;
	r->piece[0].len = len;
	r->piece[0].last = r->piece[0].whole = final;
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

/* Codes a window; again when it has the first quotes of the table. */
static rc code_pieces(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, uint32_t *ret_n)
{
	bool quotes = false;
	uint32_t n = 0;

	TRY(cut(c, r, p, len, final, &n));
	runner_each(r->t->runner, n, piece_run, r);
	for (uint32_t i = 0; i < n; i++)
		quotes = quotes || r->piece[i].quotes;
	*ret_n = n;
	if (!quotes)
		return OK;
	r->quotes = true;
	TRY(cut(c, r, p, len, final, ret_n));
	runner_each(r->t->runner, *ret_n, piece_run, r);
	return OK;
}

static rc feed_rows(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	uint32_t n = 0;
	bool failed = false;

	TRY(code_pieces(c, r, p, len, final, &n));
	for (uint32_t i = 0; i < n; i++)
		failed = failed || r->piece[i].result != OK;
	if (failed && n > 1 && r->quotes) {
		n = 1;
		one_piece(r, p, len, final);
		piece_run(r, 0);
	}
	TRY(take_pieces(c, r, n));
	*ret_used = n > 0 ? (size_t)(r->piece[n - 1].end - p) : 0;
	return OK;
}

rc table_feed(struct ctx *c, struct table_reader *r, const char *p, size_t len, bool final, size_t *ret_used)
{
	size_t header = 0, used = 0;

	if (!r->header) {
		TRY(feed_header(c, r, p, len, final, &header));
		if (!r->header) {
			*ret_used = header;
			return OK;
		}
	}
	TRY(feed_rows(c, r, p + header, len - header, final, &used));
	*ret_used = header + used;
	if (!final)
		return OK;
	TRY(close_blocks(c, r));
	return r->t->rows == 0 ? bad(c, "table.empty", 1, 1, S_NONE) : build_columns(c, r->t);
}

uint32_t table_block_rows(const struct table *t, uint32_t b)
{
	return b + 1 < t->blocks ? TABLE_BLOCK : (uint32_t)(t->rows - (uint64_t)b * TABLE_BLOCK);
}

void column_rows(const struct column *col, uint64_t row, uint32_t n, uint32_t *out)
{
	const struct block *from = &col->blocks[row / TABLE_BLOCK];
	uint32_t bits = from->bits, first = (uint32_t)(row % TABLE_BLOCK);

	for (uint32_t i = 0; i < n; i++)
		out[i] = bits_at(from->codes, bits, first + i);
	if (col->leaf_of)
		for (uint32_t i = 0; i < n; i++)
			out[i] = col->leaf_of[out[i]];
}

void column_block(const struct column *col, const struct table *t, uint32_t b, uint32_t *out)
{
	column_rows(col, (uint64_t)b * TABLE_BLOCK, table_block_rows(t, b), out);
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
