#include "engine/deid/cover.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

/* A decimal number that fills the whole text. */
static bool read_number(slice s, double *ret)
{
	char z[40], *end = NULL;
	double v;

	if (s.len == 0 || s.len >= sizeof z)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '.' && !(i == 0 && s.p[i] == '-'))
			return false;
	memcpy(z, s.p, s.len);
	z[s.len] = '\0';
	v = strtod(z, &end);
	if (end != z + s.len)
		return false;
	*ret = v;
	return true;
}

rc cover_reader_init(struct ctx *c, struct cover_reader *r, const struct hierarchy *h)
{
	*r = (struct cover_reader){ .h = h };
	dict_init(&r->labels, c->a);
	TRY_ARRAY(c, r->node_of, h->nodes);
	TRY_ARRAY(c, r->number, h->leaves);
	TRY_ARRAY(c, r->in, h->leaves);
	for (uint32_t n = 0; n < h->nodes; n++) {
		uint32_t known = r->labels.count, code = 0;

		TRY(dict_add(c, &r->labels, h->node[n].text, &code));
		if (code == known)
			r->node_of[code] = n;
	}
	for (uint32_t i = 0; i < h->leaves; i++) {
		if (read_number(h->node[i].text, &r->number[i]))
			r->numbers = true;
		else
			r->number[i] = (double)NAN;
	}
	return OK;
}

static rc cover_leaves(struct ctx *c, const uint8_t *in, uint32_t leaves, struct cover *ret)
{
	uint32_t runs = 0, n = 0;
	struct run *run = NULL;

	for (uint32_t i = 0; i < leaves; i++)
		runs += in[i] && (i == 0 || !in[i - 1]);
	TRY_ARRAY(c, run, runs);
	runs = 0;
	for (uint32_t i = 0; i < leaves; i++) {
		if (!in[i])
			continue;
		if (i == 0 || !in[i - 1])
			run[runs++].first = i;
		run[runs - 1].end = i + 1;
		n++;
	}
	*ret = (struct cover){ .run = run, .runs = runs, .n = n, .all = n == leaves };
	return OK;
}

static rc cover_node(struct ctx *c, const struct cover_reader *r, uint32_t node, struct cover *ret)
{
	struct run *run = NULL;

	TRY_NEW(c, run);
	*run = (struct run){ r->h->node[node].first, r->h->node[node].end };
	*ret = (struct cover){ .run = run, .runs = 1, .n = run->end - run->first, .all = run->end - run->first == r->h->leaves };
	return OK;
}

static int by_first(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first ? 1 : 0;
}

/* Joins runs that touch. */
static void cover_runs(const struct cover_reader *r, struct run *run, uint32_t n, struct cover *ret)
{
	uint32_t runs = 0;

	qsort(run, n, sizeof *run, by_first);
	*ret = (struct cover){ .run = run };
	for (uint32_t i = 0; i < n; i++) {
		if (runs > 0 && run[i].first <= run[runs - 1].end)
			run[runs - 1].end = run[i].end > run[runs - 1].end ? run[i].end : run[runs - 1].end;
		else
			run[runs++] = run[i];
	}
	for (uint32_t i = 0; i < runs; i++)
		ret->n += run[i].end - run[i].first;
	ret->runs = runs;
	ret->all = ret->n == r->h->leaves;
}

static rc cover_set(struct ctx *c, const struct cover_reader *r, slice inside, struct cover *ret)
{
	uint32_t most = 1, n = 0;
	struct run *run = NULL;
	slice part;

	for (size_t i = 0; i < inside.len; i++)
		most += inside.p[i] == ';';
	TRY_ARRAY(c, run, most);
	while (slice_next(&inside, ';', &part)) {
		uint32_t label = dict_find(&r->labels, part);
		const struct hnode *node;

		if (label == DICT_NONE)
			return OK;
		node = &r->h->node[r->node_of[label]];
		run[n++] = (struct run){ node->first, node->end };
	}
	cover_runs(r, run, n, ret);
	return OK;
}

/* The two ends of 20-24, [20,25[ or [20,25]; *ret_open: the upper one does not belong to it. */
static bool read_interval(slice s, double *ret_low, double *ret_high, bool *ret_open)
{
	size_t cut;

	*ret_open = false;
	if (s.len >= 5 && s.p[0] == '[' && (s.p[s.len - 1] == '[' || s.p[s.len - 1] == ']')) {
		*ret_open = s.p[s.len - 1] == '[';
		s = slice_sub(s, 1, s.len - 2);
		cut = slice_find(s, S(","), 0);
	} else {
		cut = slice_find(s, S("-"), 1);
	}
	return cut != SIZE_MAX && read_number(slice_sub(s, 0, cut), ret_low)
		&& read_number(slice_sub(s, cut + 1, s.len), ret_high);
}

rc cover_read(struct ctx *c, const struct cover_reader *r, slice text, struct cover *ret)
{
	uint32_t label = dict_find(&r->labels, text);
	double low = 0, high = 0;
	bool open = false;

	*ret = (struct cover){ 0 };
	if (label != DICT_NONE)
		return cover_node(c, r, r->node_of[label], ret);
	if (text.len > 2 && text.p[0] == '{' && text.p[text.len - 1] == '}')
		return cover_set(c, r, slice_sub(text, 1, text.len - 2), ret);
	if (!r->numbers || !read_interval(text, &low, &high, &open))
		return OK;
	for (uint32_t i = 0; i < r->h->leaves; i++)
		r->in[i] = r->number[i] >= low && (open ? r->number[i] < high : r->number[i] <= high);
	return cover_leaves(c, r->in, r->h->leaves, ret);
}
