/*
 * Tables that blanks lay out, as clerks type them and as a PDF gives them back: a head of labels, and below it cells that begin
 * where their label does, or stand in its turn.
 */
#include "engine/select/pii_unit.h"

#include "base/banned.h"

#define CELL_MOST 60u     /* code points */
#define SHIFT_MOST 3u     /* what fonts and signs of unclear width move a cell */

struct cell { uint32_t start, end, at; };

/* How wide the letter at i is shown: kana of half width 1, what else takes three bytes 2. */
static uint32_t shown(const struct unit *u, uint32_t i)
{
	const unsigned char *p = (const unsigned char *)u->w->text.p + u->base + u->at[i];
	uint32_t n = u->at[i + 1] - u->at[i], width = 0;

	for (uint32_t k = 0; k < n;) {
		bool half = p[k] == 0xEF && k + 2 < n && ((p[k + 1] == 0xBD && p[k + 2] >= 0xA1) || (p[k + 1] == 0xBE && p[k + 2] <= 0x9F));

		width += p[k] < 0xE0 || half ? 1 : 2;
		k += p[k] < 0x80 ? 1 : p[k] < 0xE0 ? 2 : p[k] < 0xF0 ? 3 : 4;
	}
	return width;
}

/* Does a cell end at i? With `single` one blank in full width is enough. │ and ｜ part cells, too. */
static bool ends_cell(const struct unit *u, uint32_t i, bool single)
{
	if (u->cp[i] == '\r' || (u->cp[i] == '|' && u_is_wide(u, i)))
		return true;
	return u_is(u, i, PC_BLANK) && (u_is(u, i + 1, PC_BLANK) || (single && u_is_wide(u, i)) || (u_cp(u, i + 1) == '|' && u_is_wide(u, i + 1)));
}

/* The cells that two blanks or more part; how many, or 0 when there are too many. */
static uint32_t cells_read(const struct unit *u, bool single, struct cell out[LAID_MOST])
{
	uint32_t n = 0, at = 0;

	for (uint32_t i = 0; i < u->n;) {
		struct cell c;
		uint32_t bars = 0;

		while (i < u->n && (u_is(u, i, PC_BLANK) || (u->cp[i] == '|' && u_is_wide(u, i)))) {
			if (u->cp[i] == '|' && bars++ && n < LAID_MOST)
				out[n++] = (struct cell){ i, i, at };   /* nothing between two */
			at += shown(u, i++);
		}
		if (i >= u->n || u->cp[i] == '\r')
			break;
		c = (struct cell){ .start = i, .at = at };
		while (i < u->n && !ends_cell(u, i, single))
			at += shown(u, i++);
		c.end = i;
		if (n == LAID_MOST)
			return 0;
		out[n++] = c;
	}
	return n;
}

/* Labels and hardly anything else, two of them of what persons have. */
static bool head_read(const struct unit *u, bool single, const struct cell *cells, uint32_t n, struct laid *ret)
{
	uint32_t hits = 0, typed = 0;

	*ret = (struct laid){ .n = n, .single = single };
	for (uint32_t k = 0; k < n; k++) {
		bool pure, pure_bare;
		uint32_t bare = cells[k].start;
		uint64_t mask;
		uint32_t digits = 0;
		bool remark = false;   /* （12桁） */

		while (bare < cells[k].end && (u->cp[bare] != '(' || bare == cells[k].start))
			bare++;
		/* 氏名（フリガナ）: what the remark says counts, but for how much of the head is a label */
		mask = table_head_mask(u, cells[k].start, cells[k].end, &pure);
		(void)table_head_mask(u, cells[k].start, bare, &pure_bare);
		pure |= pure_bare;

		/* 氏　　名　 of a form is one label */
		if (cells[k].end - cells[k].start > 24 || (cells[k].end - cells[k].start == 1 && u->cp[cells[k].start] != 0x3012))
			return false;
		for (uint32_t i = cells[k].start; i < cells[k].end; i++) {
			remark |= u->cp[i] == '(';
			if (u->cp[i] == ':' || u->cp[i] == 0x3001 || u->cp[i] == 0x3002 || u->cp[i] == '@' || (!remark && u_is(u, i, PC_DIGIT) && ++digits > 1))
				return false;
		}
		ret->at[k] = cells[k].at;
		ret->mask[k] = pure ? mask & ~LX(LX_NONE) : 0;
		hits += pure;
		typed += ret->mask[k] != 0;
	}
	return typed >= 2 && (single ? n >= 3 && hits * 4 >= n * 3 : hits * 2 >= n);
}

/* The column that the cell stands in, from `from` on; laid.n when there is none. */
static uint32_t column_of(const struct laid *l, const struct cell *c, uint32_t from)
{
	uint32_t best = l->n, near = SHIFT_MOST + 1;

	for (uint32_t k = from; k < l->n; k++) {
		uint32_t away = l->at[k] > c->at ? l->at[k] - c->at : c->at - l->at[k];

		if (away < near) {
			near = away;
			best = k;
		}
	}
	return best;
}

static bool is_rule(const struct unit *u)
{
	for (uint32_t i = 0; i < u->n; i++)
		if (u_is(u, i, PC_KANJI | PC_HIRA | PC_KATA | PC_ALPHA | PC_DIGIT) && u->cp[i] != 0x30FC)
			return false;
	return u->n > 3;
}

static void row_tags(struct unit *u, const struct cell *cells, uint32_t n)
{
	const struct laid *l = &u->w->laid;
	uint32_t from = 0;

	for (uint32_t k = 0; k < n && from < l->n; k++) {
		uint32_t col = n == l->n ? k : column_of(l, &cells[k], from);

		if (col == l->n || cells[k].end - cells[k].start > CELL_MOST)
			continue;
		table_cell(u, cells[k].start, cells[k].end, l->mask[col]);
		from = col + 1;
	}
}

void columns_line(struct unit *u)
{
	struct cell cells[LAID_MOST];
	struct laid head;
	uint64_t mask;
	uint32_t n;

	if (u->latin_only && !u->w->laid.n)
		return;
	if (u->n_tags || u->w->nested || u->w->state->table == TABLE_CSV || u->w->state->kind == PII_KIND_CSV) {
		u->w->laid.n = 0;
		return;
	}
	for (int single = 0; single < 2; single++) {
		n = cells_read(u, single, cells);
		if (n >= 2 && table_may_be_head(u) && head_read(u, single, cells, n, &head)) {
			u->w->laid = head;
			unit_close(u, 0, u->n);
			return;
		}
	}
	if (!u->w->laid.n || is_rule(u))
		return;
	n = cells_read(u, u->w->laid.single, cells);
	/* 現住所　〒029-5251 in a form whose line before had two labels */
	if (n < 2 || (u->w->laid.n == 2 && lex_match(u, cells[0].start, LX_LABEL, &mask) > 1))
		u->w->laid.n = 0;
	else
		row_tags(u, cells, n);
}
