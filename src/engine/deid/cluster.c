#include "engine/deid/cluster.h"

#include "base/banned.h"

/* Four columns at once: comparisons give all ones or zero. */
typedef int32_t v4 __attribute__((vector_size(16), aligned(4)));

static v4 load4(const uint32_t *p)
{
	v4 v;

	memcpy(&v, p, sizeof v);
	return v;
}

static rc nodes_init(struct ctx *c, struct lnode **ret, const struct quasi *q)
{
	const struct hierarchy *h = q->h;
	struct lnode *n = NULL;

	TRY_ARRAY(c, n, h->nodes);
	for (uint32_t i = 0; i < h->nodes; i++)
		n[i] = (struct lnode){ h->node[i].first, h->node[i].end, h->node[i].parent, q->weight * hierarchy_loss(h, i) };
	*ret = n;
	return OK;
}

static rc add_capacity(struct ctx *c, struct clusters *s, uint32_t need)
{
	uint32_t cap = s->cap ? s->cap : 256;
	struct cluster *cl;
	uint32_t *hull;

	while (cap < need)
		cap *= 2;
	if (cap == s->cap)
		return OK;
	cl = arena_grow(s->a, s->cl, s->cap * sizeof *cl, cap * sizeof *cl);
	hull = arena_grow(s->a, s->hull, (size_t)s->cap * s->qs * sizeof *hull, (size_t)cap * s->qs * sizeof *hull);
	if (!cl || !hull)
		return FAIL(c, E_LIMIT, "memory.limit");
	s->cl = cl;
	s->hull = hull;
	s->cap = cap;
	return OK;
}

/* The node over `node` and the leaf. */
static inline const struct lnode *over(const struct lnode *n, uint32_t node, uint32_t leaf)
{
	const struct lnode *at = n + node;

	while (leaf < at->first || leaf >= at->end)
		at = n + at->parent;
	return at;
}

static double labels_each(const struct clusters *s, const uint32_t *row, uint32_t n, uint32_t *hull)
{
	SCRATCH uint32_t least[DEID_QUASI_MOST + 4], most[DEID_QUASI_MOST + 4];
	const uint32_t *first = s->m + (size_t)row[0] * s->stride;
	double sum = 0;

	memcpy(least, first, s->stride * sizeof *least);
	memcpy(most, first, s->stride * sizeof *most);
	for (uint32_t i = 1; i < n; i++) {
		const uint32_t *x = s->m + (size_t)row[i] * s->stride;

		for (uint32_t q = 0; q < s->stride; q += 4) {
			v4 v = load4(x + q), lo = load4(least + q), hi = load4(most + q), less = (v4)(v < lo), more = (v4)(v > hi);

			lo = (v & less) | (lo & ~less);
			hi = (v & more) | (hi & ~more);
			memcpy(least + q, &lo, sizeof lo);
			memcpy(most + q, &hi, sizeof hi);
		}
	}
	for (uint32_t q = 0; q < s->qs; q++) {
		const struct lnode *node = over(s->nodes[q], least[q], most[q]);

		if (hull)
			hull[q] = (uint32_t)(node - s->nodes[q]);
		sum += node->loss;
	}
	return sum;
}

/* The loss of the values that `row` brings and rows[0 … n) do not have. */
static double news_loss(const struct clusters *s, const uint32_t *rows, uint32_t n, bool alike, uint32_t skip,
	uint32_t row)
{
	const uint32_t *x = s->m + (size_t)row * s->stride;
	double sum = 0;

	/* members that are all alike need one look */
	if (alike && n > 2)
		n = 2;
	for (uint32_t q = 0; q < s->stride; q += 4) {
		v4 v = load4(x + q), found = { 0 };

		for (uint32_t i = 0; i < n; i++)
			if (rows[i] != skip)
				found |= (v4)(v == load4(s->m + (size_t)rows[i] * s->stride + q));
		for (uint32_t j = 0; j < 4; j++)
			sum += found[j] ? 0 : s->step[q + j];
	}
	return sum;
}

static double sets_each(const struct clusters *s, const uint32_t *row, uint32_t n)
{
	struct marks *k = s->marks;
	double sum = 0;

	for (uint32_t q = 0; q < s->qs; q++) {
		uint32_t distinct = 0, now = ++k->now;

		for (uint32_t i = 0; i < n; i++) {
			uint32_t *seen = &k->seen[q][s->m[(size_t)row[i] * s->stride + q]];

			distinct += *seen != now;
			*seen = now;
		}
		sum += s->step[q] * (distinct - 1);
	}
	return sum;
}

double clusters_each(const struct clusters *s, const uint32_t *row, uint32_t n, uint32_t *hull)
{
	return s->sets ? sets_each(s, row, n) : labels_each(s, row, n, hull);
}

static void renew(struct clusters *s, uint32_t i)
{
	struct cluster *cl = &s->cl[i];

	if (cl->n == 0)
		cl->each = 0;
	else if (s->sets)
		cl->each = sets_each(s, cl->row, cl->n);
	else
		cl->each = labels_each(s, cl->row, cl->n, s->hull + (size_t)i * s->qs);
}

double clusters_join(const struct clusters *s, const uint32_t *member, uint32_t n, const uint32_t *hull, double each,
	uint32_t row)
{
	const uint32_t *x = s->m + (size_t)row * s->stride;
	double sum = 0;

	if (s->sets)
		return each + news_loss(s, member, n, each <= 0, CLASS_NONE, row);
	for (uint32_t q = 0; q < s->qs; q++)
		sum += over(s->nodes[q], hull[q], x[q])->loss;
	return sum;
}

double clusters_price(const struct clusters *s, uint32_t i, uint32_t row, double most)
{
	const struct cluster *cl = &s->cl[i];
	double each;

	/* no row can come in for less than those that are there pay */
	if (cl->each >= most)
		return most;
	each = clusters_join(s, cl->row, cl->n, s->hull + (size_t)i * s->qs, cl->each, row);
	return each > CLUSTER_TOP ? CLUSTER_FORBIDDEN : (cl->n + 1) * each - cl->n * cl->each;
}

double clusters_rest(const struct clusters *s, uint32_t i, uint32_t out, uint32_t *rest, uint32_t *hull)
{
	const struct cluster *cl = &s->cl[i];
	uint32_t n = 0;

	for (uint32_t j = 0; j < cl->n; j++)
		if (cl->row[j] != out)
			rest[n++] = cl->row[j];
	if (!s->sets)
		return labels_each(s, rest, n, hull);
	return out == CLASS_NONE ? cl->each : cl->each - news_loss(s, rest, n, false, CLASS_NONE, out);
}

double clusters_without(const struct clusters *s, uint32_t i, uint32_t out)
{
	SCRATCH uint32_t rest[CLUSTER_SCAN_MOST];

	if (s->cl[i].n > CLUSTER_SCAN_MOST || s->cl[i].each <= 0)
		return s->cl[i].each;
	return clusters_rest(s, i, out, rest, NULL);
}

bool clusters_keep(struct clusters *s, uint32_t i, uint32_t out, uint32_t in)
{
	const struct cluster *cl = &s->cl[i];
	uint32_t n = 0, *codes;

	if (!s->v->judge)
		return true;
	codes = s->v->codes;
	for (uint32_t j = 0; j < cl->n; j++)
		if (cl->row[j] != out)
			codes[n++] = cl->row[j];
	if (in != CLASS_NONE)
		codes[n++] = in;
	return n == 0 || judge_ok(s->v->judge, codes, n);
}

static rc insert(struct ctx *c, struct clusters *s, uint32_t i, uint32_t row)
{
	struct cluster *cl = &s->cl[i];

	if (cl->n == cl->cap) {
		uint32_t cap = cl->cap ? cl->cap * 2 : 8;
		uint32_t *more = arena_grow(s->a, cl->row, cl->cap * sizeof *more, cap * sizeof *more);

		if (!more)
			return FAIL(c, E_LIMIT, "memory.limit");
		cl->row = more;
		cl->cap = cap;
	}
	cl->row[cl->n++] = row;
	return OK;
}

static void take_out(struct cluster *cl, uint32_t row)
{
	uint32_t j = 0;

	while (cl->row[j] != row)
		j++;
	cl->row[j] = cl->row[--cl->n];
}

rc clusters_move(struct ctx *c, struct clusters *s, uint32_t row, uint32_t to)
{
	uint32_t from = s->class_of[row];

	if (from != CLASS_NONE) {
		struct cluster *cl = &s->cl[from];

		take_out(cl, row);
		/* a large class hardly ever changes by one row less; its labels stay true, if not the finest */
		if (cl->n <= CLUSTER_SCAN_MOST && (s->sets || cl->each > 0))
			renew(s, from);
	}
	s->class_of[row] = to;
	if (to == CLASS_NONE)
		return OK;
	if (s->cl[to].n > 0 && s->sets)
		s->cl[to].each = clusters_join(s, s->cl[to].row, s->cl[to].n, NULL, s->cl[to].each, row);
	TRY(insert(c, s, to, row));
	if (s->cl[to].n == 1) {
		renew(s, to);
	} else if (!s->sets) {
		uint32_t *hull = s->hull + (size_t)to * s->qs;

		s->cl[to].each = 0;
		for (uint32_t q = 0; q < s->qs; q++) {
			const struct lnode *node = over(s->nodes[q], hull[q], s->m[(size_t)row * s->stride + q]);

			hull[q] = (uint32_t)(node - s->nodes[q]);
			s->cl[to].each += node->loss;
		}
	}
	return OK;
}

rc clusters_add(struct ctx *c, struct clusters *s, uint32_t *ret)
{
	TRY(add_capacity(c, s, s->n + 1));
	s->cl[s->n] = (struct cluster){ 0 };
	*ret = s->n++;
	return OK;
}

static rc load_members(struct ctx *c, struct clusters *s, const struct local *v)
{
	uint32_t *all = NULL, at = 0;

	TRY_ARRAY(c, all, v->rows);
	TRY(add_capacity(c, s, v->classes));
	s->n = v->classes;
	memset(s->cl, 0, s->n * sizeof *s->cl);
	for (uint32_t i = 0; i < v->rows; i++)
		if (v->class_of[i] != CLASS_NONE)
			s->cl[v->class_of[i]].cap++;
	for (uint32_t i = 0; i < s->n; i++) {
		s->cl[i].row = all + at;
		at += s->cl[i].cap;
	}
	for (uint32_t i = 0; i < v->rows; i++)
		if (v->class_of[i] != CLASS_NONE)
			s->cl[v->class_of[i]].row[s->cl[v->class_of[i]].n++] = i;
	for (uint32_t i = 0; i < s->n; i++)
		renew(s, i);
	return OK;
}

rc clusters_init(struct ctx *c, struct clusters *s, struct local *v)
{
	const struct problem *p = v->p;

	*s = (struct clusters){ .v = v, .a = c->a, .qs = p->qs, .k = p->model.k, .sets = p->sets, .class_of = v->class_of };
	s->stride = (s->qs + 3) & ~3u;
	TRY_ARRAY(c, s->m, (size_t)v->rows * s->stride);
	TRY_ARRAY(c, s->nodes, s->qs);
	TRY_ARRAY(c, s->step, s->stride);
	TRY_NEW(c, s->marks);
	TRY_ARRAY(c, s->marks->seen, s->qs);
	for (uint32_t q = 0; q < s->qs; q++) {
		const struct hierarchy *h = p->q[q].h;

		TRY(nodes_init(c, &s->nodes[q], &p->q[q]));
		s->step[q] = p->q[q].weight / (h->leaves > 1 ? h->leaves - 1 : 1);
		if (s->sets)
			TRY_ARRAY(c, s->marks->seen[q], h->leaves);
		for (uint32_t i = 0; i < v->rows; i++)
			s->m[(size_t)i * s->stride + q] = v->col[q][i];
	}
	return load_members(c, s, v);
}

void clusters_end(struct clusters *s, struct local *v)
{
	uint32_t n = 0;

	v->loss = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->cl[i].n == 0)
			continue;
		for (uint32_t j = 0; j < s->cl[i].n; j++)
			v->class_of[s->cl[i].row[j]] = n;
		v->loss += clusters_cost(s, i);
		n++;
	}
	for (uint32_t i = 0; i < v->rows; i++)
		v->loss += v->class_of[i] == CLASS_NONE;
	v->classes = n;
}
