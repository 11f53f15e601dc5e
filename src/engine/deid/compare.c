#include "engine/deid/compare.h"

#include <math.h>

#include "engine/deid/cover.h"

#include "base/banned.h"

/* Pairs are counted for so many rows at most: their V does not need more. */
#define PAIR_ROWS_MOST 1000000u
#define NO_LABEL UINT32_MAX

struct look {
	struct cover_reader reader;
	uint32_t at;
	struct dict texts;
	uint32_t *label;           /* by text code: the one label over all it covers, or NO_LABEL */
	size_t room;
	struct cover *cover;       /* by text code */
	uint64_t *count;           /* by text code: rows */
};

struct comparing {
	const struct problem *p;
	struct csv csv;
	struct look *look;         /* [qs] */
	struct margin *margin;
	double *pair;              /* [qs × qs × MOST × MOST] rows by labels of both; upper half */
	uint64_t rows;
	bool header;
};

/* The finest level of few enough labels. */
static uint32_t level_of(const struct hierarchy *h)
{
	uint32_t l = 0;

	while (l + 1 < h->levels && hierarchy_labels(h, l) > COMPARE_LABELS_MOST)
		l++;
	return l;
}

static uint32_t label_at(const struct margin *m, const struct hierarchy *h, uint32_t leaf) { return h->up[m->level][leaf]; }

rc compare_begin(struct ctx *c, const struct problem *p, struct arena *cells, struct comparing **ret)
{
	struct comparing *x = NULL;

	TRY_NEW(c, x);
	x->p = p;
	TRY(csv_init(c, &x->csv, cells));
	TRY_ARRAY(c, x->look, p->qs);
	TRY_ARRAY(c, x->margin, p->qs);
	TRY_ARRAY(c, x->pair, (size_t)p->qs * p->qs * COMPARE_LABELS_MOST * COMPARE_LABELS_MOST);
	for (uint32_t q = 0; q < p->qs; q++) {
		const struct hierarchy *h = p->q[q].h;
		struct margin *m = &x->margin[q];

		m->level = level_of(h);
		m->labels = hierarchy_labels(h, m->level);
		TRY_ARRAY(c, m->before, m->labels);
		TRY_ARRAY(c, m->after, m->labels);
		for (uint32_t leaf = 0; leaf < h->leaves; leaf++)
			m->before[label_at(m, h, leaf)] += (double)p->q[q].col->hist[leaf] / (double)p->t->rows;
		x->look[q].at = UINT32_MAX;
		dict_init(&x->look[q].texts, c->a);
		TRY(cover_reader_init(c, &x->look[q].reader, h));
	}
	*ret = x;
	return OK;
}

static rc read_header(struct ctx *c, struct comparing *x)
{
	for (uint32_t i = 0; i < x->csv.count; i++)
		for (uint32_t q = 0; q < x->p->qs; q++)
			if (slice_eq(x->csv.cells[i], x->p->q[q].col->name))
				x->look[q].at = i;
	for (uint32_t q = 0; q < x->p->qs; q++)
		if (x->look[q].at == UINT32_MAX)
			return FAIL(c, E_INVALID, "release.column");
	x->header = true;
	return OK;
}

/* Spreads a text over the labels of its column: weight[label] += how often × share of the leaves. */
static void spread(const struct margin *m, const struct hierarchy *h, const struct cover *v, double how_often)
{
	for (uint32_t r = 0; r < v->runs; r++)
		for (uint32_t leaf = v->run[r].first; leaf < v->run[r].end; leaf++)
			m->after[label_at(m, h, leaf)] += how_often / v->n;
}

static rc text_room(struct ctx *c, struct look *k, uint32_t n)
{
	size_t room = k->room, same = k->room;

	TRY_ROOM(c, k->cover, n, room, 64);
	room = same;
	TRY_ROOM(c, k->count, n, room, 64);
	TRY_ROOM(c, k->label, n, k->room, 64);
	k->count[n] = 0;
	return OK;
}

static rc text_code(struct ctx *c, struct comparing *x, uint32_t q, slice text, uint32_t *ret)
{
	struct look *k = &x->look[q];
	const struct margin *m = &x->margin[q];
	const struct hierarchy *h = x->p->q[q].h;
	uint32_t known = k->texts.count, label = NO_LABEL;
	struct cover v;

	TRY(dict_add(c, &k->texts, text, ret));
	if (*ret != known)
		return OK;
	TRY(text_room(c, k, known));
	TRY(cover_read(c, &k->reader, text, &v));
	k->cover[known] = v;
	for (uint32_t r = 0; r < v.runs; r++) {
		uint32_t first = label_at(m, h, v.run[r].first), last = label_at(m, h, v.run[r].end - 1);

		label = first != last || (label != NO_LABEL && label != first) ? NO_LABEL - 1 : first;
		if (label == NO_LABEL - 1)
			break;
	}
	k->label[known] = label == NO_LABEL - 1 ? NO_LABEL : label;
	return OK;
}

static double *pair_cell(const struct comparing *x, uint32_t a, uint32_t b, uint32_t la, uint32_t lb)
{
	return x->pair + (((size_t)a * x->p->qs + b) * COMPARE_LABELS_MOST + la) * COMPARE_LABELS_MOST + lb;
}

static void add_pairs(struct comparing *x, const uint32_t *label)
{
	for (uint32_t a = 0; a < x->p->qs; a++)
		for (uint32_t b = a + 1; label[a] != NO_LABEL && b < x->p->qs; b++)
			if (label[b] != NO_LABEL)
				*pair_cell(x, a, b, label[a], label[b]) += 1;
}

static rc take_row(struct ctx *c, struct comparing *x)
{
	uint32_t label[DEID_QUASI_MOST] = { 0 };

	for (uint32_t q = 0; q < x->p->qs; q++) {
		struct look *k = &x->look[q];
		uint32_t code = 0;

		if (k->at >= x->csv.count)
			return FAIL(c, E_INVALID, "table.ragged");
		TRY(text_code(c, x, q, x->csv.cells[k->at], &code));
		label[q] = k->label[code];
		k->count[code]++;
	}
	if (x->rows++ < PAIR_ROWS_MOST)
		add_pairs(x, label);
	return OK;
}

rc compare_feed(struct ctx *c, struct comparing *x, const char *p, size_t len, bool final, size_t *ret_used)
{
	enum csv_state state = CSV_MORE;

	csv_window(&x->csv, p, len, final);
	for (;;) {
		TRY(csv_next(c, &x->csv, &state));
		if (state != CSV_ROW)
			break;
		TRY(x->header ? take_row(c, x) : read_header(c, x));
	}
	*ret_used = (size_t)(x->csv.p - p);
	return OK;
}

/* Cramér's V of a table of counts; 0 where one side is all alike. */
static double cramer(const double *cell, uint32_t rows, uint32_t cols)
{
	double row[COMPARE_LABELS_MOST] = { 0 }, col[COMPARE_LABELS_MOST] = { 0 }, n = 0, chi = 0;
	uint32_t used_rows = 0, used_cols = 0, least;

	for (uint32_t i = 0; i < rows; i++) {
		for (uint32_t j = 0; j < cols; j++) {
			double v = cell[(size_t)i * COMPARE_LABELS_MOST + j];

			row[i] += v;
			col[j] += v;
			n += v;
		}
	}
	for (uint32_t i = 0; i < rows; i++)
		used_rows += row[i] > 0;
	for (uint32_t j = 0; j < cols; j++)
		used_cols += col[j] > 0;
	least = used_rows < used_cols ? used_rows : used_cols;
	if (least < 2)
		return 0;
	for (uint32_t i = 0; i < rows; i++) {
		for (uint32_t j = 0; j < cols; j++) {
			double want = row[i] * col[j] / n, apart = cell[(size_t)i * COMPARE_LABELS_MOST + j] - want;

			chi += want > 0 ? apart * apart / want : 0;
		}
	}
	return sqrt(chi / n / (least - 1));
}

static double pair_sum(const struct comparing *x, uint32_t a, uint32_t b)
{
	double sum = 0;

	for (uint32_t i = 0; i < x->margin[a].labels; i++)
		for (uint32_t j = 0; j < x->margin[b].labels; j++)
			sum += *pair_cell(x, a, b, i, j);
	return sum;
}

static void pairs_of(const struct comparing *x, double *ret_v, double *ret_told)
{
	uint32_t qs = x->p->qs;
	double rows = x->rows < PAIR_ROWS_MOST ? (double)x->rows : PAIR_ROWS_MOST;

	for (uint32_t a = 0; a < qs; a++) {
		for (uint32_t b = a + 1; b < qs; b++) {
			ret_v[a * qs + b] = cramer(pair_cell(x, a, b, 0, 0), x->margin[a].labels, x->margin[b].labels);
			if (ret_told)
				ret_told[a * qs + b] = rows > 0 ? pair_sum(x, a, b) / rows : 0;
		}
	}
}

/* The same pairs of the source. */
static rc source_pairs(struct ctx *c, struct comparing *x)
{
	const struct problem *p = x->p;
	uint32_t *codes = NULL;

	memset(x->pair, 0, (size_t)p->qs * p->qs * COMPARE_LABELS_MOST * COMPARE_LABELS_MOST * sizeof *x->pair);
	TRY_ARRAY(c, codes, (size_t)p->qs * TABLE_BLOCK);
	for (uint32_t b = 0; b < p->t->blocks && (uint64_t)b * TABLE_BLOCK < PAIR_ROWS_MOST; b++) {
		for (uint32_t q = 0; q < p->qs; q++)
			column_block(p->q[q].col, p->t, b, codes + (size_t)q * TABLE_BLOCK);
		for (uint32_t i = 0; i < table_block_rows(p->t, b); i++) {
			uint32_t label[DEID_QUASI_MOST] = { 0 };

			for (uint32_t q = 0; q < p->qs; q++)
				label[q] = label_at(&x->margin[q], p->q[q].h, codes[(size_t)q * TABLE_BLOCK + i]);
			add_pairs(x, label);
		}
	}
	return OK;
}

rc compare_end(struct ctx *c, struct comparing *x, struct compare *ret)
{
	uint32_t qs = x->p->qs;
	struct compare v = { .p = x->p, .margin = x->margin };

	TRY_ARRAY(c, v.v_before, (size_t)qs * qs);
	TRY_ARRAY(c, v.v_after, (size_t)qs * qs);
	TRY_ARRAY(c, v.told, (size_t)qs * qs);
	for (uint32_t q = 0; q < qs; q++) {
		struct margin *m = &x->margin[q];
		struct look *k = &x->look[q];

		for (uint32_t i = 0; i < k->texts.count; i++)
			spread(m, x->p->q[q].h, &k->cover[i], (double)k->count[i] / (double)x->rows);
		for (uint32_t i = 0; i < m->labels; i++)
			m->distance += fabs(m->before[i] - m->after[i]) / 2;
	}
	pairs_of(x, v.v_after, v.told);
	TRY(source_pairs(c, x));
	pairs_of(x, v.v_before, NULL);
	*ret = v;
	return OK;
}
