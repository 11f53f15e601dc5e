/*
 * The law of each stretch of days in which nothing changes, compiled: every expression of every rule in force becomes a
 * node of one graph, equal ones once, children before parents, so that one pass over an array tells all of them.
 */
#include "core/law/law_in.h"

#include <stdlib.h>

#include "base/banned.h"

#define ALWAYS ((uint16_t)0)   /* node 0 is true, node 1 is false */
#define NEVER_SO ((uint16_t)1)

struct builder {
	struct ctx *c;
	const struct law *law;
	struct program *p;
};

static bool node_same(const struct node *x, const struct node *y)
{
	return x->op == y->op && x->instant == y->instant && x->a == y->a && x->b == y->b && x->fact == y->fact &&
	       x->mask == y->mask && x->lo == y->lo && x->hi == y->hi;
}

static rc add_node(struct builder *b, struct node n, uint16_t *ret)
{
	struct program *p = b->p;

	for (uint32_t i = 0; i < p->nnodes; i++)
		if (node_same(&p->nodes[i], &n)) {
			*ret = (uint16_t)i;
			return OK;
		}
	if (p->nnodes >= LAW_NODES_MOST)
		return FAIL(b->c, E_LIMIT, "law.nodes");
	p->nodes[p->nnodes] = n;
	*ret = (uint16_t)p->nnodes++;
	return OK;
}

static struct node blank(uint8_t op)
{
	return (struct node){ .op = op };
}

static rc add_gate(struct builder *b, uint8_t op, uint16_t x, uint16_t y, uint16_t *ret)
{
	uint16_t absorbs = op == N_AND ? NEVER_SO : ALWAYS, leaves = op == N_AND ? ALWAYS : NEVER_SO;
	struct node n = blank(op);

	if (x == absorbs || y == absorbs) {
		*ret = absorbs;
		return OK;
	}
	if (x == leaves || x == y) {
		*ret = y;
		return OK;
	}
	if (y == leaves) {
		*ret = x;
		return OK;
	}
	n.a = x < y ? x : y;
	n.b = x < y ? y : x;
	return add_node(b, n, ret);
}

static rc add_not(struct builder *b, uint16_t x, uint16_t *ret)
{
	struct node n = blank(N_NOT);

	if (x == ALWAYS || x == NEVER_SO) {
		*ret = x == ALWAYS ? NEVER_SO : ALWAYS;
		return OK;
	}
	if (b->p->nodes[x].op == N_NOT) {
		*ret = b->p->nodes[x].a;
		return OK;
	}
	n.a = x;
	return add_node(b, n, ret);
}

static rc lower(struct builder *b, const struct law_expr *x, uint16_t *ret);

/* A predicate that has no version in force never holds. */
static rc lower_predicate(struct builder *b, uint32_t pred, uint16_t *ret)
{
	const struct predicate *in = &b->law->inside[pred];
	uint16_t node = NEVER_SO;

	if (b->p->preds[pred] == NODE_NONE) {
		for (uint32_t i = 0; i < in->nversions; i++)
			if (in->versions[i].from <= b->p->from && b->p->from <= in->versions[i].to)
				TRY(lower(b, in->versions[i].when, &node));
		b->p->preds[pred] = node;
	}
	*ret = b->p->preds[pred];
	return OK;
}

static rc lower_atom(struct builder *b, const struct law_expr *x, uint16_t *ret)
{
	struct node n = blank(x->op == X_MASK ? N_MASK : x->op == X_RANGE ? N_RANGE : x->op == X_AGAINST ? N_AGAINST : N_ASKED);

	n.fact = (uint16_t)x->fact;
	n.instant = (uint8_t)x->instant;
	n.mask = x->mask;
	n.lo = x->lo;
	n.hi = x->hi;
	if (x->op == X_AGAINST && b->law->facts[x->fact].type == FACT_DAY)
		n.a = 1;
	return add_node(b, n, ret);
}

static rc lower(struct builder *b, const struct law_expr *x, uint16_t *ret)
{
	uint16_t l = 0, r = 0;

	switch (x->op) {
	case X_AND:
	case X_OR:
		TRY(lower(b, x->a, &l));
		TRY(lower(b, x->b, &r));
		return add_gate(b, x->op == X_AND ? N_AND : N_OR, l, r, ret);
	case X_NOT:
		TRY(lower(b, x->a, &l));
		return add_not(b, l, ret);
	case X_PRED:
		return lower_predicate(b, x->pred, ret);
	case X_MASK:
	case X_RANGE:
	case X_AGAINST:
	case X_ASKED:
		return lower_atom(b, x, ret);
	case X_CONST:
		*ret = x->truth ? ALWAYS : NEVER_SO;
		return OK;
	}
	return FAIL(b->c, E_BUG, "bug");
}

/* ---- rules ---- */

static rc lower_parts(struct builder *b, const struct part *parts, uint32_t n, uint16_t **ret)
{
	uint16_t *out;

	TRY_ARRAY(b->c, out, (size_t)n + 1);
	for (uint32_t i = 0; i < n; i++) {
		out[i] = NEVER_SO;
		if (parts[i].from <= b->p->from && b->p->from <= parts[i].to)
			TRY(lower(b, parts[i].when, &out[i]));
	}
	*ret = out;
	return OK;
}

static rc lower_trigger(struct builder *b, const struct row *row, struct rule *r)
{
	uint16_t n = 0;

	TRY(lower(b, row->scope, &r->scope));
	TRY(lower_parts(b, row->who, row->nwho, &r->who_parts));
	TRY(lower(b, row->when, &r->when));
	TRY(lower_parts(b, row->unless, row->nunless, &r->unless));
	r->who = row->nwho > 0 ? NEVER_SO : ALWAYS;
	for (uint32_t i = 0; i < row->nwho; i++)
		TRY(add_gate(b, N_OR, r->who, r->who_parts[i], &r->who));
	TRY(add_gate(b, N_AND, r->scope, r->who, &r->root));
	TRY(add_gate(b, N_AND, r->root, r->when, &r->root));
	for (uint32_t i = 0; i < row->nunless; i++) {
		TRY(add_not(b, r->unless[i], &n));
		TRY(add_gate(b, N_AND, r->root, n, &r->root));
	}
	return OK;
}

static rc lower_answers(struct builder *b, const struct row *row, const struct law_duty *d, struct rule *r)
{
	TRY_ARRAY(b->c, r->recipient, (size_t)row->nrecipient + 1);
	for (uint32_t i = 0; i < row->nrecipient; i++) {
		r->recipient[i] = NODE_NONE;
		if (row->recipient[i].when)
			TRY(lower(b, row->recipient[i].when, &r->recipient[i]));
	}
	TRY_ARRAY(b->c, r->review, (size_t)d->nreview + 1);
	for (uint32_t i = 0; i < d->nreview; i++) {
		r->review[i] = NODE_NONE;
		if (d->review[i].when)
			TRY(lower(b, d->review[i].when, &r->review[i]));
	}
	return OK;
}

static void mark_reasons(struct builder *b, const struct law_expr *x, uint8_t *seen)
{
	if (x->op == X_PRED) {
		const struct predicate *in = &b->law->inside[x->pred];

		if (seen[x->pred])
			return;
		seen[x->pred] = 1;
		for (uint32_t i = 0; i < in->nversions; i++)
			if (in->versions[i].from <= b->p->from && b->p->from <= in->versions[i].to)
				mark_reasons(b, in->versions[i].when, seen);
		return;
	}
	if (x->a)
		mark_reasons(b, x->a, seen);
	if (x->b)
		mark_reasons(b, x->b, seen);
}

static rc list_reasons(struct builder *b, const struct row *row, struct rule *r)
{
	uint8_t *seen;

	TRY_ARRAY(b->c, seen, (size_t)b->law->npredicates + 1);
	TRY_ARRAY(b->c, r->reasons, (size_t)b->law->npredicates + 1);
	mark_reasons(b, row->when, seen);
	for (uint32_t i = 0; i < b->law->npredicates; i++)
		if (seen[i] && b->law->predicates[i].reason)
			r->reasons[r->nreasons++] = (struct reason){ i, b->p->preds[i] };
	return OK;
}

static rc lower_rules(struct builder *b)
{
	const struct law *law = b->law;

	TRY_ARRAY(b->c, b->p->rules, (size_t)law->nduties + 1);
	for (uint32_t i = 0; i < law->nduties; i++) {
		struct rule *r = &b->p->rules[b->p->nrules];

		if (b->p->from < law->duties[i].from || b->p->from > law->duties[i].to)
			continue;
		r->row = i;
		TRY(lower_trigger(b, &law->rows[i], r));
		TRY(lower_answers(b, &law->rows[i], &law->duties[i], r));
		TRY(list_reasons(b, &law->rows[i], r));
		b->p->nrules++;
	}
	return OK;
}

static rc lower_clocks(struct builder *b)
{
	const struct law *law = b->law;

	TRY_ARRAY(b->c, b->p->clocks, (size_t)law->nclocks + 1);
	for (uint32_t i = 0; i < law->nclocks; i++) {
		const struct clock *k = &law->clocks[i];
		struct ticking *t = &b->p->clocks[i];

		TRY_ARRAY(b->c, t->starts, (size_t)k->nstarts + 1);
		TRY_ARRAY(b->c, t->days, (size_t)k->ndays + 1);
		for (uint32_t j = 0; j < k->nstarts; j++)
			TRY(lower(b, k->starts[j].when, &t->starts[j]));
		for (uint32_t j = 0; j < k->ndays; j++) {
			t->days[j] = NODE_NONE;
			if (k->days[j].when)
				TRY(lower(b, k->days[j].when, &t->days[j]));
		}
	}
	return OK;
}

/* ---- what-ifs: for each fact the values that the graph can tell apart ---- */

#define FAR ((int64_t)1 << 58)   /* behind or ahead of any instant */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Values that may stand for a class: every word, or every border of a range. */
static rc list_candidates(struct builder *b, uint32_t fact, int64_t **ret, uint32_t *ret_n)
{
	const struct law_fact *f = &b->law->facts[fact];
	uint32_t n = 0, words = f->type == FACT_BOOL ? 2 : f->nchoices;
	int64_t *v;

	TRY_ARRAY(b->c, v, (size_t)words + 2 * (size_t)b->p->nnodes + 5);
	for (uint32_t i = 0; i < words; i++)
		v[n++] = i;
	if (words == 0) {
		v[n++] = f->type == FACT_COUNT ? 0 : LAW_NONE;
		if (f->type != FACT_COUNT) {
			v[n++] = f->type == FACT_DAY ? JDAY_LEAST : f->type == FACT_CODE ? 0 : -FAR;
			if (f->type == FACT_TIME)
				v[n++] = FAR;
		}
		for (uint32_t i = 0; i < b->p->nnodes; i++) {
			const struct node *x = &b->p->nodes[i];

			if (x->op != N_RANGE || x->fact != fact)
				continue;
			if (x->lo > LAW_NONE + 1)
				v[n++] = x->lo;
			if (x->hi < INT64_MAX)
				v[n++] = x->hi + 1;
		}
		qsort(v, n, sizeof *v, by_number);
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

static bool same_class(const struct program *p, uint32_t fact, int64_t x, int64_t y)
{
	struct law_question none = { 0, 0 };

	for (uint32_t i = 0; i < p->nnodes; i++) {
		const struct node *n = &p->nodes[i];

		if (n->fact == fact && (n->op == N_MASK || n->op == N_RANGE || n->op == N_AGAINST) &&
		    atom_holds(n, x, &none) != atom_holds(n, y, &none))
			return false;
	}
	return true;
}

static bool fact_is_used(const struct program *p, uint32_t fact)
{
	for (uint32_t i = 0; i < p->nnodes; i++)
		if (p->nodes[i].fact == fact &&
		    (p->nodes[i].op == N_MASK || p->nodes[i].op == N_RANGE || p->nodes[i].op == N_AGAINST))
			return true;
	return false;
}

static rc add_classes(struct builder *b, uint32_t fact)
{
	struct program *p = b->p;
	struct what_if *w = &p->what_ifs[fact];
	int64_t *v = NULL;
	uint32_t n = 0;

	w->first = (uint16_t)p->nwhat_ifs;
	if (!fact_is_used(p, fact))
		return OK;
	TRY(list_candidates(b, fact, &v, &n));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t j = w->first;

		if (i > 0 && v[i] == v[i - 1])
			continue;
		while (j < p->nwhat_ifs && !same_class(p, fact, p->values[j], v[i]))
			j++;
		if (j == p->nwhat_ifs) {
			if (j >= LAW_WORDS_MOST * 64)
				return FAIL(b->c, E_LIMIT, "law.nodes");
			p->values[p->nwhat_ifs++] = v[i];
			w->count++;
		}
		p->weights[j]++;
		w->weight++;
	}
	return OK;
}

static rc list_what_ifs(struct builder *b)
{
	static const struct law_question none = { 0, 0 };
	struct program *p = b->p;

	TRY_ARRAY(b->c, p->what_ifs, b->law->nfacts);
	TRY_ARRAY(b->c, p->values, LAW_WORDS_MOST * 64);
	TRY_ARRAY(b->c, p->weights, LAW_WORDS_MOST * 64);
	for (uint32_t f = 0; f < b->law->nfacts; f++)
		TRY(add_classes(b, f));
	p->nwords = (p->nwhat_ifs + 63) / 64;
	TRY_ARRAY(b->c, p->atom_true, (size_t)p->nnodes + 1);
	TRY_ARRAY(b->c, p->atom_false, (size_t)p->nnodes + 1);
	TRY_ARRAY(b->c, p->atom_odds, (size_t)p->nnodes + 1);
	for (uint32_t i = 0; i < p->nnodes; i++) {
		const struct node *n = &p->nodes[i];
		uint32_t holds = 0;

		p->atom_odds[i] = 0.5f;

		if (n->op != N_MASK && n->op != N_RANGE)
			continue;
		for (uint32_t j = p->what_ifs[n->fact].first, k = 0; k < p->what_ifs[n->fact].count; j++, k++) {
			if (atom_holds(n, p->values[j], &none)) {
				p->atom_true[i][j / 64] |= (uint64_t)1 << j % 64;
				holds++;
			} else {
				p->atom_false[i][j / 64] |= (uint64_t)1 << j % 64;
			}
		}
		p->atom_odds[i] = (float)holds / (float)p->what_ifs[n->fact].count;
	}
	return OK;
}

static rc build_one(struct ctx *c, const struct law *law, struct program *p)
{
	struct builder b = { c, law, p };
	struct node n = blank(N_CONST);
	uint16_t at;

	TRY_ARRAY(c, p->nodes, LAW_NODES_MOST);
	TRY_ARRAY(c, p->preds, (size_t)law->npredicates + 1);
	for (uint32_t i = 0; i < law->npredicates; i++)
		p->preds[i] = NODE_NONE;
	n.a = IS_T;
	TRY(add_node(&b, n, &at));
	n.a = IS_F;
	TRY(add_node(&b, n, &at));
	TRY(lower_rules(&b));
	TRY(lower_clocks(&b));
	return list_what_ifs(&b);
}

/* ---- stretches ---- */

static void add_border(jday *days, uint32_t *n, jday from, jday to)
{
	if (from > JDAY_LEAST)
		days[(*n)++] = from;
	if (to < JDAY_MOST)
		days[(*n)++] = to + 1;
}

static int by_day(const void *a, const void *b)
{
	jday x = *(const jday *)a, y = *(const jday *)b;

	return (x > y) - (x < y);
}

static rc list_borders(struct ctx *c, const struct law *law, jday **ret, uint32_t *ret_n)
{
	size_t most = 1;
	uint32_t n = 0, m = 0;
	jday *d;

	for (uint32_t i = 0; i < law->npredicates; i++)
		most += 2 * (size_t)law->inside[i].nversions;
	for (uint32_t i = 0; i < law->nduties; i++)
		most += 2 + 2 * ((size_t)law->rows[i].nwho + law->rows[i].nunless);
	TRY_ARRAY(c, d, most);
	d[n++] = JDAY_LEAST;
	for (uint32_t i = 0; i < law->npredicates; i++)
		for (uint32_t j = 0; j < law->inside[i].nversions; j++)
			add_border(d, &n, law->inside[i].versions[j].from, law->inside[i].versions[j].to);
	for (uint32_t i = 0; i < law->nduties; i++) {
		const struct row *r = &law->rows[i];

		add_border(d, &n, law->duties[i].from, law->duties[i].to);
		for (uint32_t j = 0; j < r->nwho; j++)
			add_border(d, &n, r->who[j].from, r->who[j].to);
		for (uint32_t j = 0; j < r->nunless; j++)
			add_border(d, &n, r->unless[j].from, r->unless[j].to);
	}
	qsort(d, n, sizeof *d, by_day);
	for (uint32_t i = 0; i < n; i++)
		if (m == 0 || d[i] != d[m - 1])
			d[m++] = d[i];
	*ret = d;
	*ret_n = m;
	return OK;
}

const struct program *program_on(const struct law *law, jday day)
{
	uint32_t i = law->nprograms;

	while (i > 1 && law->programs[i - 1].from > day)
		i--;
	return &law->programs[i - 1];
}

/* ---- can a rule arise at all? ---- */

struct search {
	struct ctx *c;
	const struct program *p;
	struct law_facts *f;
	struct law_question q;
	uint16_t root;
	unsigned steps;
};

#define SEARCH_STEPS_MOST 20000u

static rc can_hold(struct search *s, bool *ret)
{
	struct truth t = { 0 };
	const uint32_t *needs = NULL;
	uint32_t n = 0;

	*ret = true;
	if (++s->steps > SEARCH_STEPS_MOST)
		return OK;
	TRY(truth_of(s->c, s->p, s->f, &s->q, &t));
	if (t.val[s->root] != IS_U) {
		*ret = t.val[s->root] == IS_T;
		return OK;
	}
	TRY(truth_needs(s->c, &t, &s->root, 1, &needs, &n));
	if (n == 0)
		return FAIL(s->c, E_BUG, "bug");
	for (uint32_t i = 0; i < s->p->what_ifs[needs[0]].count; i++) {
		s->f->state[needs[0]] = FACT_KNOWN;
		s->f->num[needs[0]] = s->p->values[s->p->what_ifs[needs[0]].first + i];
		TRY(can_hold(s, ret));
		if (*ret)
			return OK;
	}
	s->f->state[needs[0]] = FACT_UNSET;
	return OK;
}

static rc row_can_arise(struct ctx *c, const struct law *law, uint32_t row, bool *ret)
{
	for (uint32_t i = 0; i < law->nprograms; i++) {
		const struct program *p = &law->programs[i];

		for (uint32_t j = 0; j < p->nrules; j++) {
			struct search s = { .c = c, .p = p, .root = p->rules[j].root };

			if (p->rules[j].row != row)
				continue;
			s.q.known_at = jday_msec(p->from > JDAY_LEAST ? p->from : p->to < JDAY_MOST ? p->to : 0);
			s.q.as_of = LAW_NOW;
			TRY(law_facts_new(c, law, &s.f));
			TRY(can_hold(&s, ret));
			if (*ret)
				return OK;
		}
	}
	*ret = false;
	return OK;
}

rc programs_build(struct ctx *c, struct law *law)
{
	uint32_t n = 0;
	jday *d = NULL;

	TRY(list_borders(c, law, &d, &n));
	TRY_ARRAY(c, law->programs, n);
	law->nprograms = n;
	for (uint32_t i = 0; i < n; i++) {
		law->programs[i].from = d[i];
		law->programs[i].to = i + 1 < n ? d[i + 1] - 1 : JDAY_MOST;
		TRY(build_one(c, law, &law->programs[i]));
	}
	for (uint32_t i = 0; i < law->nduties; i++) {
		bool can = false;

		TRY(row_can_arise(c, law, i, &can));
		if (can)
			continue;
		(void)PACK_FAIL(c, law->rows[i].place, "law.unreachable");
		fault_name(c, law->duties[i].id);
		return E_INVALID;
	}
	return OK;
}
