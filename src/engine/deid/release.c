#include "engine/deid/release.h"

#include <stdlib.h>

#include "base/parse.h"

#include "base/banned.h"

/* A longer set falls back to the hierarchy label: nobody reads it. */
#define SET_MOST 4096u
/* Fewer numbers are shown one by one. */
#define INTERVAL_LEAST 8u

rc csv_quoted(struct ctx *c, slice text, slice *ret)
{
	struct buf b;

	if (!text.p || (!memchr(text.p, ',', text.len) && !memchr(text.p, '"', text.len)
		&& !memchr(text.p, '\n', text.len) && !memchr(text.p, '\r', text.len))) {
		*ret = text;
		return OK;
	}
	buf_init(&b, c->a, text.len * 2 + 2);
	buf_putc(&b, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"')
			buf_putc(&b, '"');
		buf_putc(&b, text.p[i]);
	}
	buf_putc(&b, '"');
	return buf_done(c, &b, ret);
}

static rc begin(struct ctx *c, const struct problem *p, struct release *r)
{
	const struct table *t = p->t;

	*r = (struct release){ .t = t };
	TRY_ARRAY(c, r->col, t->cols);
	for (uint32_t i = 0; i < t->cols; i++) {
		struct shown *s;

		if (t->col[i].role == ROLE_PERSON)
			continue;
		s = &r->col[r->cols++];
		*s = (struct shown){ .col = &t->col[i], .by = SHOWN_BY_CODE };
		if (s->col->role == ROLE_QUASI)
			continue;
		TRY_ARRAY(c, s->text, (size_t)s->col->texts.count + 1);
		for (uint32_t code = 0; code < s->col->texts.count; code++)
			TRY(csv_quoted(c, s->col->texts.texts[code], &s->text[code]));
	}
	return OK;
}

static uint32_t quasi_index(const struct problem *p, const struct column *col)
{
	uint32_t i = 0;

	while (p->q[i].col != col)
		i++;
	return i;
}

rc release_global(struct ctx *c, const struct problem *p, const uint32_t *level, uint8_t *suppressed,
	struct release *ret)
{
	TRY(begin(c, p, ret));
	ret->suppressed = suppressed;
	for (uint32_t i = 0; i < ret->cols; i++) {
		struct shown *s = &ret->col[i];
		const struct hierarchy *h = s->col->h;
		uint32_t l, last = UINT32_MAX;

		if (s->col->role != ROLE_QUASI)
			continue;
		l = level[quasi_index(p, s->col)];
		TRY_ARRAY(c, s->text, h->leaves);
		for (uint32_t leaf = 0; leaf < h->leaves; leaf++) {
			if (leaf > 0 && h->up[l][leaf] == last)
				s->text[leaf] = s->text[leaf - 1];
			else
				TRY(csv_quoted(c, h->node[h->level_first[l] + h->up[l][leaf]].text, &s->text[leaf]));
			last = h->up[l][leaf];
		}
	}
	return OK;
}

/* The leaves of one class in one column, each once, rising. */
struct leaves { uint32_t *leaf, n; };

static int rising(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y ? 1 : 0;
}

static void make_distinct(struct leaves *v)
{
	uint32_t n = 0;

	qsort(v->leaf, v->n, sizeof *v->leaf, rising);
	for (uint32_t i = 0; i < v->n; i++)
		if (i == 0 || v->leaf[i] != v->leaf[n - 1])
			v->leaf[n++] = v->leaf[i];
	v->n = n;
}

static bool small_number(slice s, uint64_t *ret)
{
	uint64_t n = 0;

	if (s.len == 0 || s.len > 15 || (s.len > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	}
	*ret = n;
	return true;
}

/*
 * 20-24 when the leaves are just the whole numbers from 20 to 24, and many. Not when the hierarchy has a label of that
 * name: it may mean other leaves ("15-19" over 16 to 20 in the Adult hierarchies of the literature).
 */
static bool put_interval(const struct hierarchy *h, const struct dict *labels, const struct leaves *v, struct buf *b)
{
	uint64_t least = UINT64_MAX, most = 0, n = 0;

	if (v->n < INTERVAL_LEAST)
		return false;

	for (uint32_t i = 0; i < v->n; i++) {
		if (!small_number(h->node[v->leaf[i]].text, &n))
			return false;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (most - least + 1 != v->n)
		return false;
	buf_put_i64(b, (int64_t)least);
	buf_putc(b, '-');
	buf_put_i64(b, (int64_t)most);
	return dict_find(labels, buf_slice(b)) == DICT_NONE;
}

static bool can_stand_in_set(slice s)
{
	return s.len > 0 && !memchr(s.p, ';', s.len) && !memchr(s.p, '{', s.len) && !memchr(s.p, '}', s.len);
}

static bool put_set(const struct hierarchy *h, const struct leaves *v, struct buf *b)
{
	buf_putc(b, '{');
	for (uint32_t i = 0; i < v->n; i++) {
		slice text = h->node[v->leaf[i]].text;

		if (!can_stand_in_set(text) || b->len > SET_MOST)
			return false;
		if (i > 0)
			buf_putc(b, ';');
		buf_put(b, text);
	}
	buf_putc(b, '}');
	return true;
}

static rc class_text(struct ctx *c, const struct problem *p, const struct hierarchy *h, const struct dict *labels,
	uint32_t least, struct leaves *v, slice *ret)
{
	uint32_t node;
	struct buf b;
	slice text;

	make_distinct(v);
	node = hierarchy_over(h, v->leaf[0], v->leaf[v->n - 1]);
	while (h->node[node].level < least)
		node = h->node[node].parent;
	if (!p->sets || least > 0 || h->node[node].end - h->node[node].first == v->n)
		return csv_quoted(c, h->node[node].text, ret);
	buf_init(&b, c->a, SET_MOST * 4);
	if (!put_interval(h, labels, v, &b)) {
		buf_reset(&b);
		if (!put_set(h, v, &b))
			return csv_quoted(c, h->node[node].text, ret);
	}
	TRY(buf_done(c, &b, &text));
	return csv_quoted(c, text, ret);
}

static rc label_texts(struct ctx *c, const struct hierarchy *h, struct dict *ret)
{
	uint32_t code = 0;

	dict_init(ret, c->a);
	for (uint32_t n = h->leaves; n < h->nodes; n++)
		TRY(dict_add(c, ret, h->node[n].text, &code));
	return OK;
}

/* Rows of each class one after the other: those of class i are row[start[i]] … row[start[i + 1] - 1]. */
struct by_class { uint32_t *start, *row; };

static rc sort_by_class(struct ctx *c, const struct release *r, uint32_t classes, struct by_class *ret)
{
	uint32_t rows = (uint32_t)r->t->rows;

	TRY_ARRAY(c, ret->start, (size_t)classes + 2);
	TRY_ARRAY(c, ret->row, rows);
	for (uint32_t i = 0; i < rows; i++)
		if (r->class_of[i] != CLASS_NONE)
			ret->start[r->class_of[i] + 2]++;
	for (uint32_t i = 2; i < classes + 2; i++)
		ret->start[i] += ret->start[i - 1];
	for (uint32_t i = 0; i < rows; i++)
		if (r->class_of[i] != CLASS_NONE)
			ret->row[ret->start[r->class_of[i] + 1]++] = i;
	return OK;
}

rc release_local(struct ctx *c, const struct problem *p, uint32_t *class_of, uint32_t classes, struct release *ret)
{
	struct by_class by = { 0 };
	struct leaves v = { 0 };

	TRY(begin(c, p, ret));
	ret->class_of = class_of;
	TRY(sort_by_class(c, ret, classes, &by));
	TRY_ARRAY(c, v.leaf, p->t->rows);
	for (uint32_t i = 0; i < ret->cols; i++) {
		struct shown *s = &ret->col[i];
		struct dict labels;
		uint32_t *codes = NULL;

		if (s->col->role != ROLE_QUASI)
			continue;
		TRY(label_texts(c, s->col->h, &labels));
		s->by = SHOWN_BY_CLASS;
		TRY(column_all(c, p->t, s->col, &codes));
		TRY_ARRAY(c, s->text, (size_t)classes + 1);
		for (uint32_t k = 0; k < classes; k++) {
			v.n = 0;
			for (uint32_t j = by.start[k]; j < by.start[k + 1]; j++)
				v.leaf[v.n++] = codes[by.row[j]];
			if (v.n > 0)
				TRY(class_text(c, p, s->col->h, &labels, p->q[quasi_index(p, s->col)].least, &v, &s->text[k]));
		}
	}
	return OK;
}

void release_header(const struct release *r, struct buf *out)
{
	for (uint32_t i = 0; i < r->cols; i++) {
		slice name = r->col[i].col->name;
		bool quote = memchr(name.p, ',', name.len) || memchr(name.p, '"', name.len) || memchr(name.p, '\n', name.len);

		if (i > 0)
			buf_putc(out, ',');
		if (quote)
			buf_putc(out, '"');
		for (size_t j = 0; j < name.len; j++) {
			if (name.p[j] == '"')
				buf_putc(out, '"');
			buf_putc(out, name.p[j]);
		}
		if (quote)
			buf_putc(out, '"');
	}
	buf_putc(out, '\n');
}

static bool row_suppressed(const struct release *r, uint64_t row)
{
	return r->class_of ? r->class_of[row] == CLASS_NONE
		: r->suppressed && (r->suppressed[row >> 3] >> (row & 7) & 1);
}

static slice cell(const struct release *r, uint32_t col, uint64_t row, uint32_t code, bool suppressed)
{
	const struct shown *s = &r->col[col];

	if (suppressed && s->col->role == ROLE_QUASI)
		return S("*");
	return s->text[s->by == SHOWN_BY_CLASS ? r->class_of[row] : code];
}

/* code: that of each column, `apart` words from one to the next. */
static void put_row(const struct release *r, uint64_t row, const uint32_t *code, uint32_t apart, struct buf *out)
{
	bool suppressed = row_suppressed(r, row);

	for (uint32_t i = 0; i < r->cols; i++) {
		slice s = cell(r, i, row, code[(size_t)i * apart], suppressed);

		/* an empty line is no row to most readers */
		if (r->cols == 1 && s.len == 0)
			s = S("\"\"");
		if (!buf_room(out, s.len + 1))
			return;
		if (s.len > 0)
			memcpy(out->p + out->len, s.p, s.len);
		out->len += s.len;
		out->p[out->len++] = i + 1 < r->cols ? ',' : '\n';
	}
}

/* Codes of one column; rows [from, from + n) lie in one block. */
static void codes_of(const struct shown *s, const uint32_t *order, uint64_t from, uint32_t n, uint32_t *out)
{
	if (s->by != SHOWN_BY_CODE)
		memset(out, 0, n * sizeof *out);
	else if (!order)
		column_rows(s->col, from, n, out);
	else
		for (uint32_t i = 0; i < n; i++)
			out[i] = column_at(s->col, order[from + i]);
}

void release_rows(const struct release *r, const uint32_t *order, uint64_t from, uint32_t n, struct buf *out)
{
	SCRATCH uint32_t code[CSV_COLUMNS_MOST];
	uint32_t most = CSV_COLUMNS_MOST / (r->cols > 0 ? r->cols : 1), rows;

	for (; n > 0; from += rows, n -= rows) {
		uint32_t left = TABLE_BLOCK - (uint32_t)(from % TABLE_BLOCK);

		rows = n < most ? n : most;
		rows = rows < left ? rows : left;
		for (uint32_t i = 0; i < r->cols; i++)
			codes_of(&r->col[i], order, from, rows, code + (size_t)i * rows);
		for (uint32_t i = 0; i < rows; i++)
			put_row(r, order ? order[from + i] : from + i, code + i, rows, out);
	}
}
