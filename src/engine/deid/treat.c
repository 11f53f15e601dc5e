#include "engine/deid/treat.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/parse.h"
#include "engine/deid/count_noise.h"

#include "base/banned.h"

#define NO_NUMBER INT64_MIN
#define MDAV_ROWS_MOST 50000u

/* A column that is being changed: codes of the rows, texts of the codes, numbers of the texts. */
struct work {
	const struct table *t;
	struct column *col;
	uint32_t *code;            /* [rows] */
	int64_t *number;           /* [texts]; NO_NUMBER for empty cells and "*" */
};

static rc read_numbers(struct ctx *c, struct work *w)
{
	const struct dict *texts = &w->col->texts;

	TRY_ARRAY(c, w->number, (size_t)texts->count + 1);
	for (uint32_t i = 0; i < texts->count; i++) {
		slice s = texts->texts[i];

		w->number[i] = NO_NUMBER;
		if (s.len == 0 || slice_is(s, "*"))
			continue;
		if (parse_i64(c, s, -1000000000000000, 1000000000000000, &w->number[i]) != OK) {
			(void)FAIL(c, E_INVALID, "treat.number");
			fault_name(c, w->col->name);
			return E_INVALID;
		}
	}
	return OK;
}

static rc number_code(struct ctx *c, struct dict *texts, int64_t v, uint32_t *ret)
{
	struct buf b;

	buf_init(&b, c->a, 32);
	buf_put_i64(&b, v);
	return dict_add(c, texts, buf_slice(&b), ret);
}

/* The column with other texts: rows get map[their code]. */
static rc recode(struct ctx *c, struct work *w, const struct dict *texts, const uint32_t *map)
{
	for (uint64_t i = 0; i < w->t->rows; i++)
		w->code[i] = map[w->code[i]];
	w->col->texts = *texts;
	return column_store(c, w->t, w->col, w->code);
}

static rc count_values(struct ctx *c, const struct work *w, uint32_t **ret)
{
	uint32_t *count = NULL;

	TRY_ARRAY(c, count, (size_t)w->col->texts.count + 1);
	for (uint64_t i = 0; i < w->t->rows; i++)
		count[w->code[i]]++;
	*ret = count;
	return OK;
}

static rc treat_rare(struct ctx *c, struct work *w, uint32_t least)
{
	uint32_t *count = NULL, *map = NULL;
	struct dict texts;

	TRY(count_values(c, w, &count));
	TRY_ARRAY(c, map, (size_t)w->col->texts.count + 1);
	dict_init(&texts, c->a);
	for (uint32_t i = 0; i < w->col->texts.count; i++)
		TRY(dict_add(c, &texts, count[i] < least ? S("*") : w->col->texts.texts[i], &map[i]));
	return recode(c, w, &texts, map);
}

static rc end_code(struct ctx *c, struct dict *texts, int64_t v, const char *word, uint32_t *ret)
{
	struct buf b;

	buf_init(&b, c->a, 64);
	buf_put_i64(&b, v);
	buf_putz(&b, word);
	return dict_add(c, texts, buf_slice(&b), ret);
}

/* The multiple of `base` nearest to v; half away from zero. */
static int64_t nearest(int64_t v, int64_t base)
{
	int64_t half = (v < 0 ? -base : base) / 2;

	return (v + half) / base * base;
}

/* What depends on the value alone: top, bottom, rounding to the nearest. */
static rc treat_values(struct ctx *c, struct work *w, const struct treat *how)
{
	const struct dict *old = &w->col->texts;
	uint32_t *map = NULL;
	struct dict texts;

	TRY_ARRAY(c, map, (size_t)old->count + 1);
	dict_init(&texts, c->a);
	for (uint32_t i = 0; i < old->count; i++) {
		int64_t v = w->number[i];

		if (v == NO_NUMBER)
			TRY(dict_add(c, &texts, old->texts[i], &map[i]));
		else if ((how->what & TREAT_TOP) && v >= how->top)
			TRY(end_code(c, &texts, how->top, "以上", &map[i]));
		else if ((how->what & TREAT_BOTTOM) && v <= how->bottom)
			TRY(end_code(c, &texts, how->bottom, "以下", &map[i]));
		else
			TRY(number_code(c, &texts, how->what & TREAT_ROUND ? nearest(v, how->round) : v, &map[i]));
	}
	return recode(c, w, &texts, map);
}

static int64_t floor_to(int64_t v, int64_t base)
{
	int64_t rest = v % base;

	return v - (rest < 0 ? rest + base : rest);
}

/* What chance decides for each row: noise, rounding up or down. */
static rc treat_rows(struct ctx *c, struct work *w, const struct treat *how, struct chance *r)
{
	struct dict texts;

	dict_init(&texts, c->a);
	for (uint64_t i = 0; i < w->t->rows; i++) {
		uint32_t old = w->code[i];
		int64_t v = w->number[old], low;

		if (v == NO_NUMBER) {
			TRY(dict_add(c, &texts, w->col->texts.texts[old], &w->code[i]));
			continue;
		}
		if (how->what & TREAT_NOISE)
			v += noise_laplace(r, 1, how->noise);
		if (how->what & TREAT_RANDOM) {
			low = floor_to(v, how->round);
			v = low + ((int64_t)chance_below(r, (uint64_t)how->round) < v - low ? how->round : 0);
		}
		TRY(number_code(c, &texts, v, &w->code[i]));
	}
	w->col->texts = texts;
	return column_store(c, w->t, w->col, w->code);
}

/* ---- microaggregation of one column ---- */

struct value { int64_t v; uint32_t code, count; };

static int by_value(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->v < y->v ? -1 : x->v > y->v ? 1 : 0;
}

/*
 * Groups of neighbours with the least squared error: Hansen and Mukherjee 2003, a shortest path over the sorted values.
 * Equal values stay together, which an optimum may do without loss; a group ends as soon as it could be two.
 */
static rc best_groups(struct ctx *c, const struct value *v, uint32_t n, uint32_t k, uint32_t **ret_from)
{
	double *cost = NULL, *sum = NULL, *squares = NULL, middle;
	uint64_t *rows = NULL;
	uint32_t *from = NULL, half = n / 2;

	middle = (double)v[half].v;
	TRY_ARRAY(c, cost, (size_t)n + 1);
	TRY_ARRAY(c, sum, (size_t)n + 1);
	TRY_ARRAY(c, squares, (size_t)n + 1);
	TRY_ARRAY(c, rows, (size_t)n + 1);
	TRY_ARRAY(c, from, (size_t)n + 1);
	for (uint32_t i = 0; i < n; i++) {
		double d = (double)v[i].v - middle;

		rows[i + 1] = rows[i] + v[i].count;
		sum[i + 1] = sum[i] + d * v[i].count;
		squares[i + 1] = squares[i] + d * d * v[i].count;
	}
	for (uint32_t i = 1; i <= n; i++) {
		cost[i] = INFINITY;
		for (uint32_t j = i; j-- > 0;) {
			uint64_t size = rows[i] - rows[j];
			double mean, error;

			if (size < k)
				continue;
			/* two groups of k are never worse than one of both */
			if (size - v[j].count >= (uint64_t)2 * k && cost[i] < INFINITY)
				break;
			mean = (sum[i] - sum[j]) / (double)size;
			error = squares[i] - squares[j] - mean * mean * (double)size;
			if (cost[j] + error < cost[i]) {
				cost[i] = cost[j] + error;
				from[i] = j;
			}
		}
	}
	*ret_from = from;
	return OK;
}

static rc treat_micro(struct ctx *c, struct work *w, uint32_t k)
{
	const struct dict *old = &w->col->texts;
	uint32_t *count = NULL, *map = NULL, *from = NULL, n = 0;
	struct value *v = NULL;
	struct dict texts;

	TRY(count_values(c, w, &count));
	TRY_ARRAY(c, v, (size_t)old->count + 1);
	TRY_ARRAY(c, map, (size_t)old->count + 1);
	dict_init(&texts, c->a);
	for (uint32_t i = 0; i < old->count; i++) {
		if (w->number[i] == NO_NUMBER)
			TRY(dict_add(c, &texts, old->texts[i], &map[i]));
		else if (count[i] > 0)
			v[n++] = (struct value){ w->number[i], i, count[i] };
	}
	if (n == 0)
		return OK;
	qsort(v, n, sizeof *v, by_value);
	TRY(best_groups(c, v, n, k, &from));
	for (uint32_t end = n; end > 0; end = from[end]) {
		double sum = 0, rows = 0;
		uint32_t code = 0;

		for (uint32_t i = from[end]; i < end; i++) {
			sum += (double)v[i].v * v[i].count;
			rows += v[i].count;
		}
		TRY(number_code(c, &texts, llround(sum / rows), &code));
		for (uint32_t i = from[end]; i < end; i++)
			map[v[i].code] = code;
	}
	return recode(c, w, &texts, map);
}

/* ---- swapping ---- */

static rc treat_swap(struct ctx *c, struct work *w, double share, struct chance *r)
{
	uint32_t *chosen = NULL, n = 0, rows = (uint32_t)w->t->rows;
	uint64_t limit = (uint64_t)(share * 4294967296.0);

	TRY_ARRAY(c, chosen, rows);
	for (uint32_t i = 0; i < rows; i++)
		if ((r->next(r->p) >> 32) < limit)
			chosen[n++] = i;
	for (uint32_t i = n; i > 1; i--) {
		uint32_t j = (uint32_t)chance_below(r, i), a = chosen[i - 1], code = w->code[a];

		w->code[a] = w->code[chosen[j]];
		w->code[chosen[j]] = code;
	}
	return column_store(c, w->t, w->col, w->code);
}

rc treat_column(struct ctx *c, const struct table *t, struct column *col, const struct treat *how, struct chance *r)
{
	struct work w = { .t = t, .col = col };

	if (how->what == 0)
		return OK;
	TRY(column_all(c, t, col, &w.code));
	if (how->what & TREAT_SWAP)
		TRY(treat_swap(c, &w, how->swap, r));
	if (how->what & TREATS_OF_NUMBERS)
		TRY(read_numbers(c, &w));
	if (how->what & (TREAT_NOISE | TREAT_RANDOM)) {
		TRY(treat_rows(c, &w, how, r));
		TRY(read_numbers(c, &w));
	}
	if (how->what & TREAT_MICRO) {
		TRY(treat_micro(c, &w, how->micro));
		TRY(read_numbers(c, &w));
	}
	if (how->what & (TREAT_TOP | TREAT_BOTTOM | TREAT_ROUND))
		TRY(treat_values(c, &w, how));
	return how->what & TREAT_RARE ? treat_rare(c, &w, how->rare) : OK;
}

/* ---- MDAV ---- */

struct mdav {
	uint32_t n, cols, k;
	double *x;                 /* [n × cols] standardised */
	uint32_t *left, lefts;     /* rows of no group yet */
	uint32_t *group;           /* [n] */
	double *distance;          /* [n] working memory */
};

static double apart(const struct mdav *m, const double *a, const double *b)
{
	double sum = 0;

	for (uint32_t i = 0; i < m->cols; i++)
		sum += (a[i] - b[i]) * (a[i] - b[i]);
	return sum;
}

static void middle_of(const struct mdav *m, double *ret)
{
	for (uint32_t i = 0; i < m->cols; i++) {
		double sum = 0;

		for (uint32_t j = 0; j < m->lefts; j++)
			sum += m->x[(size_t)m->left[j] * m->cols + i];
		ret[i] = sum / m->lefts;
	}
}

static uint32_t farthest(const struct mdav *m, const double *from)
{
	double most = -1;
	uint32_t best = m->left[0];

	for (uint32_t j = 0; j < m->lefts; j++) {
		double d = apart(m, from, m->x + (size_t)m->left[j] * m->cols);

		if (d > most) {
			most = d;
			best = m->left[j];
		}
	}
	return best;
}

/* The k rows nearest to `row` (itself among them) become a group. */
static void take_nearest(struct mdav *m, uint32_t row, uint32_t group)
{
	const double *from = m->x + (size_t)row * m->cols;

	for (uint32_t j = 0; j < m->lefts; j++)
		m->distance[m->left[j]] = apart(m, from, m->x + (size_t)m->left[j] * m->cols);
	m->distance[row] = -1;
	for (uint32_t taken = 0; taken < m->k && m->lefts > 0; taken++) {
		uint32_t best = 0;

		for (uint32_t j = 1; j < m->lefts; j++)
			if (m->distance[m->left[j]] < m->distance[m->left[best]])
				best = j;
		m->group[m->left[best]] = group;
		m->left[best] = m->left[--m->lefts];
	}
}

static rc mdav_groups(struct ctx *c, struct mdav *m, uint32_t *ret_groups)
{
	double *middle = NULL;
	uint32_t groups = 0;

	TRY_ARRAY(c, middle, m->cols);
	while (m->lefts >= 3 * m->k) {
		uint32_t r, s;

		middle_of(m, middle);
		r = farthest(m, middle);
		s = farthest(m, m->x + (size_t)r * m->cols);
		take_nearest(m, r, groups++);
		/* s went with r's group when all rows are alike */
		if (m->group[s] == UINT32_MAX)
			take_nearest(m, s, groups++);
	}
	if (m->lefts >= 2 * m->k) {
		middle_of(m, middle);
		take_nearest(m, farthest(m, middle), groups++);
	}
	for (uint32_t j = 0; j < m->lefts; j++)
		m->group[m->left[j]] = groups;
	*ret_groups = groups + (m->lefts > 0);
	return OK;
}

static rc mdav_means(struct ctx *c, const struct mdav *m, struct work *w, uint32_t groups)
{
	double *sum = NULL, *rows = NULL;
	uint32_t *code = NULL;
	struct dict texts;

	TRY_ARRAY(c, sum, groups);
	TRY_ARRAY(c, rows, groups);
	TRY_ARRAY(c, code, groups);
	for (uint32_t i = 0; i < m->n; i++) {
		sum[m->group[i]] += (double)w->number[w->code[i]];
		rows[m->group[i]] += 1;
	}
	dict_init(&texts, c->a);
	for (uint32_t g = 0; g < groups; g++)
		TRY(number_code(c, &texts, llround(sum[g] / rows[g]), &code[g]));
	for (uint32_t i = 0; i < m->n; i++)
		w->code[i] = code[m->group[i]];
	w->col->texts = texts;
	return column_store(c, w->t, w->col, w->code);
}

static void standardise(struct mdav *m, const struct work *w, uint32_t col)
{
	double sum = 0, squares = 0, mean, scale;

	for (uint32_t i = 0; i < m->n; i++)
		sum += (double)w->number[w->code[i]];
	mean = sum / m->n;
	for (uint32_t i = 0; i < m->n; i++) {
		double d = (double)w->number[w->code[i]] - mean;

		squares += d * d;
		m->x[(size_t)i * m->cols + col] = d;
	}
	scale = squares > 0 ? 1 / sqrt(squares / m->n) : 0;
	for (uint32_t i = 0; i < m->n; i++)
		m->x[(size_t)i * m->cols + col] *= scale;
}

rc treat_mdav(struct ctx *c, const struct table *t, struct column *const *cols, uint32_t n, uint32_t k)
{
	struct mdav m = { .n = (uint32_t)t->rows, .cols = n, .k = k };
	uint32_t groups = 0;
	struct work *w = NULL;

	if (t->rows > MDAV_ROWS_MOST)
		return FAIL(c, E_LIMIT, "treat.mdav");
	TRY_ARRAY(c, w, n);
	TRY_ARRAY(c, m.x, (size_t)m.n * n);
	TRY_ARRAY(c, m.left, m.n);
	TRY_ARRAY(c, m.group, m.n);
	TRY_ARRAY(c, m.distance, m.n);
	for (uint32_t i = 0; i < n; i++) {
		w[i] = (struct work){ .t = t, .col = cols[i] };
		TRY(column_all(c, t, cols[i], &w[i].code));
		TRY(read_numbers(c, &w[i]));
		for (uint32_t j = 0; j < cols[i]->texts.count; j++) {
			if (w[i].number[j] == NO_NUMBER) {
				(void)FAIL(c, E_INVALID, "treat.number");
				fault_name(c, cols[i]->name);
				return E_INVALID;
			}
		}
		standardise(&m, &w[i], i);
	}
	for (uint32_t i = 0; i < m.n; i++) {
		m.left[m.lefts++] = i;
		m.group[i] = UINT32_MAX;
	}
	TRY(mdav_groups(c, &m, &groups));
	for (uint32_t i = 0; i < n; i++)
		TRY(mdav_means(c, &m, &w[i], groups));
	return OK;
}

/* ---- sampling ---- */

rc treat_sample(struct ctx *c, struct table *t, double share, struct chance *r)
{
	uint64_t limit = (uint64_t)(share * 4294967296.0), kept = 0, rows = t->rows;
	uint32_t *keep = NULL, *codes = NULL, blocks = t->blocks;

	TRY_ARRAY(c, keep, rows);
	for (uint32_t i = 0; i < rows; i++)
		if ((r->next(r->p) >> 32) < limit)
			keep[kept++] = i;
	if (kept == 0)
		return FAIL(c, E_INVALID, "table.empty");
	for (uint32_t i = 0; i < t->cols; i++) {
		struct column *col = &t->col[i];
		uint32_t *leaf_of = col->leaf_of;

		/* codes as they are stored, before the way to leaves */
		col->leaf_of = NULL;
		t->rows = rows;
		t->blocks = blocks;
		TRY(column_all(c, t, col, &codes));
		for (uint64_t j = 0; j < kept; j++)
			codes[j] = codes[keep[j]];
		t->rows = kept;
		t->blocks = (uint32_t)((kept + TABLE_BLOCK - 1) / TABLE_BLOCK);
		TRY(column_store(c, t, col, codes));
		col->leaf_of = leaf_of;
		if (!col->h)
			continue;
		memset(col->hist, 0, col->h->leaves * sizeof *col->hist);
		for (uint64_t j = 0; j < kept; j++)
			col->hist[leaf_of ? leaf_of[codes[j]] : codes[j]]++;
	}
	return OK;
}
