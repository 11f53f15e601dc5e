#include "engine/deid/hierarchy.h"

#include "engine/deid/csv.h"

#include "base/banned.h"

/* While reading: the codes of all labels of a line, in one dictionary for the whole file. */
struct raw {
	struct dict labels;
	uint32_t *cell;        /* [lines × levels] */
	uint32_t lines, levels, cap;
};

static rc bad(struct ctx *c, const char *key, uint32_t line, uint32_t col)
{
	(void)FAIL(c, E_INVALID, key);
	fault_place(c, line, col);
	return E_INVALID;
}

static rc raw_line(struct ctx *c, struct raw *raw, const struct csv *csv)
{
	uint32_t *cell;

	if (raw->lines == 0)
		raw->levels = csv->count;
	if (csv->count != raw->levels || csv->count < 2 || csv->count > HIERARCHY_LEVELS_MOST)
		return bad(c, "hierarchy.ragged", csv->row, csv->count < raw->levels ? csv->count : raw->levels);
	if (!slice_is(csv->cells[csv->count - 1], "*"))
		return bad(c, "hierarchy.top", csv->row, csv->count);
	if (raw->lines == raw->cap) {
		uint32_t cap = raw->cap ? raw->cap * 2 : 256;
		size_t one = raw->levels * sizeof *cell;

		cell = arena_grow(c->a, raw->cell, raw->cap * one, cap * one);
		if (!cell)
			return FAIL(c, E_LIMIT, "memory.limit");
		raw->cell = cell;
		raw->cap = cap;
	}
	cell = raw->cell + (size_t)raw->lines++ * raw->levels;
	for (uint32_t l = 0; l < raw->levels; l++) {
		TRY(dict_add(c, &raw->labels, csv->cells[l], &cell[l]));
		for (uint32_t below = 0; below + 1 < l; below++)
			if (cell[below] == cell[l] && cell[l - 1] != cell[l])
				return bad(c, "hierarchy.loop", csv->row, l + 1);
	}
	return OK;
}

static rc raw_read(struct ctx *c, slice text, struct raw *raw)
{
	AUTO_ARENA quoted = arena_new((size_t)4 << 20);
	char *copy = arena_bytes(c->a, text.len + CSV_PADDING);
	enum csv_state state = CSV_MORE;
	struct csv csv;

	if (!quoted || !copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (slice_starts(text, S("\xef\xbb\xbf")))
		text = slice_sub(text, 3, text.len);
	if (text.len > 0)
		memcpy(copy, text.p, text.len);
	memset(copy + text.len, 0, CSV_PADDING);
	dict_init(&raw->labels, c->a);
	TRY(csv_init(c, &csv, quoted));
	csv_window(&csv, copy, text.len, true);
	for (;;) {
		TRY(csv_next(c, &csv, &state));
		if (state == CSV_END)
			break;
		TRY(raw_line(c, raw, &csv));
	}
	return raw->lines == 0 ? bad(c, "hierarchy.empty", 1, 1) : OK;
}

/* Each label has one label above it; else two leaves would share it and part again. */
static rc check_laminar(struct ctx *c, const struct raw *raw)
{
	uint32_t *above = NULL;

	TRY_ARRAY(c, above, raw->labels.count);
	for (uint32_t l = 0; l + 1 < raw->levels; l++) {
		memset(above, 0xff, raw->labels.count * sizeof *above);
		for (uint32_t i = 0; i < raw->lines; i++) {
			const uint32_t *cell = raw->cell + (size_t)i * raw->levels;

			if (above[cell[l]] == DICT_NONE)
				above[cell[l]] = cell[l + 1];
			else if (l == 0)
				return bad(c, "hierarchy.twice", i + 1, 1);
			else if (above[cell[l]] != cell[l + 1])
				return bad(c, "hierarchy.laminar", i + 1, l + 2);
		}
	}
	return OK;
}

/* Brings lines that share a label next to each other, level by level from the top; equal ones keep their order. */
static rc order_lines(struct ctx *c, const struct raw *raw, uint32_t *order)
{
	uint32_t *rank = NULL, *start = NULL, *other = NULL, labels = raw->labels.count;

	TRY_ARRAY(c, rank, labels);
	TRY_ARRAY(c, start, (size_t)labels + 1);
	TRY_ARRAY(c, other, raw->lines);
	for (uint32_t i = 0; i < raw->lines; i++)
		order[i] = i;
	/* radix sort, least significant level (the one just above the leaf) first; rank: first sight in the file */
	for (uint32_t l = 1; l < raw->levels; l++) {
		uint32_t seen = 0;

		memset(rank, 0xff, labels * sizeof *rank);
		memset(start, 0, ((size_t)labels + 1) * sizeof *start);
		for (uint32_t i = 0; i < raw->lines; i++) {
			uint32_t code = raw->cell[(size_t)i * raw->levels + l];

			if (rank[code] == DICT_NONE)
				rank[code] = seen++;
			start[rank[code] + 1]++;
		}
		for (uint32_t i = 0; i < seen; i++)
			start[i + 1] += start[i];
		for (uint32_t i = 0; i < raw->lines; i++)
			other[start[rank[raw->cell[(size_t)order[i] * raw->levels + l]]]++] = order[i];
		memcpy(order, other, raw->lines * sizeof *order);
	}
	return OK;
}

static rc make_nodes(struct ctx *c, struct hierarchy *h, const struct raw *raw, const uint32_t *order)
{
	uint32_t n = 0, cap = 0;

	TRY_ARRAY(c, h->level_first, h->levels + 1);
	TRY_ARRAY(c, h->up, h->levels);
	for (uint32_t l = 0; l < h->levels; l++) {
		uint32_t last = DICT_NONE, in_level = 0;

		TRY_ARRAY(c, h->up[l], h->leaves);
		for (uint32_t i = 0; i < h->leaves; i++) {
			uint32_t code = raw->cell[(size_t)order[i] * raw->levels + l];

			in_level += code != last;
			last = code;
			h->up[l][i] = in_level - 1;
		}
		h->level_first[l] = n;
		n += in_level;
	}
	h->level_first[h->levels] = cap = h->nodes = n;
	TRY_ARRAY(c, h->node, cap);
	for (uint32_t l = 0; l < h->levels; l++) {
		for (uint32_t i = h->leaves; i-- > 0;) {
			struct hnode *node = &h->node[h->level_first[l] + h->up[l][i]];
			uint32_t code = raw->cell[(size_t)order[i] * raw->levels + l];

			node->text = raw->labels.texts[code];
			node->level = l;
			node->first = i;
			node->end = node->end ? node->end : i + 1;
			node->parent = l + 1 < h->levels ? h->level_first[l + 1] + h->up[l + 1][i] : h->nodes - 1;
		}
	}
	return OK;
}

/* A label that means different sets of leaves at different levels cannot be read back from a release. */
static rc check_meaning(struct ctx *c, const struct hierarchy *h, const struct raw *raw)
{
	uint32_t *means = NULL;

	TRY_ARRAY(c, means, raw->labels.count);
	memset(means, 0xff, raw->labels.count * sizeof *means);
	for (uint32_t n = 0; n < h->nodes; n++) {
		uint32_t code = dict_find(&raw->labels, h->node[n].text);

		/* one leaf that keeps its name on all levels, or a label whose set stays the same, is fine */
		if (means[code] == DICT_NONE)
			means[code] = n;
		else if (h->node[means[code]].first != h->node[n].first || h->node[means[code]].end != h->node[n].end)
			return bad(c, "hierarchy.ambiguous", h->node[n].first + 1, h->node[n].level + 1);
	}
	return OK;
}

/* Bytes behind a text of this length count as zero. Words are read as they lie in memory, low byte first. */
#define MASK8(n) ((n) >= 8 ? UINT64_MAX : (((uint64_t)1 << (8 * ((n) & 7))) - 1))
#define MASKS(n) { MASK8(n), (n) > 8 ? MASK8((n) - 8) : 0, (n) > 16 ? MASK8((n) - 16) : 0 }

const uint64_t leaf_masks[LEAF_SLOT_TEXT + 1][3] = {
	MASKS(0), MASKS(1), MASKS(2), MASKS(3), MASKS(4), MASKS(5), MASKS(6), MASKS(7), MASKS(8), MASKS(9), MASKS(10), MASKS(11),
	MASKS(12), MASKS(13), MASKS(14), MASKS(15), MASKS(16), MASKS(17), MASKS(18), MASKS(19), MASKS(20), MASKS(21), MASKS(22),
	MASKS(23), MASKS(24),
};

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the masks are for low byte first"
#endif

static rc make_slots(struct ctx *c, struct hierarchy *h)
{
	struct leaf_slot *room = NULL;
	uint64_t size = 16;

	while (size < (uint64_t)h->leaves * 2)
		size *= 2;
	TRY_ARRAY(c, room, size + 2);
	h->slots = (struct leaf_slot *)(((uintptr_t)room + 63) & ~(uintptr_t)63);
	memset(h->slots, 0xff, size * sizeof *h->slots);
	h->mask = size - 2;
	for (uint32_t leaf = 0; leaf < h->leaves; leaf++) {
		char padded[LEAF_SLOT_TEXT] = { 0 };
		slice s = h->node[leaf].text;
		struct leaf_slot slot = { .leaf = leaf, .len = (uint32_t)s.len };
		uint64_t i;

		if (s.len > LEAF_SLOT_TEXT)
			continue;
		if (s.len > 0)
			memcpy(padded, s.p, s.len);
		leaf_parts((slice){ padded, s.len }, slot.part);
		i = leaf_hash(slot.part, slot.len) & h->mask;
		while (h->slots[i].len != UINT32_MAX)
			i = (i + 1) & (size - 1);
		h->slots[i] = slot;
	}
	return OK;
}

rc hierarchy_read(struct ctx *c, slice text, const struct hierarchy **ret)
{
	struct raw raw = { 0 };
	struct hierarchy *h = NULL;
	uint32_t *order = NULL, code = 0;

	TRY(raw_read(c, text, &raw));
	TRY(check_laminar(c, &raw));
	TRY_NEW(c, h);
	TRY_ARRAY(c, order, raw.lines);
	TRY(order_lines(c, &raw, order));
	h->leaves = raw.lines;
	h->levels = raw.levels;
	TRY(make_nodes(c, h, &raw, order));
	TRY(check_meaning(c, h, &raw));
	dict_init(&h->by_text, c->a);
	TRY_ARRAY(c, h->leaf_of, h->leaves);
	for (uint32_t i = 0; i < raw.lines; i++)
		TRY(dict_add(c, &h->by_text, raw.labels.texts[raw.cell[(size_t)i * raw.levels]], &code));
	for (uint32_t i = 0; i < raw.lines; i++)
		h->leaf_of[order[i]] = i;
	TRY(make_slots(c, h));
	*ret = h;
	return OK;
}
