#include "engine/deid/local.h"

#include <math.h>

#include "base/banned.h"

/* Nodes are taken in bands of loss, narrow where it is small and the rows are many; inside a band their order does not matter (measured: under 0.3 %). */
#define BANDS 48u

/* The rows that are left when the first d columns are decided, in one of two buffers. */
struct step {
	struct live a, b, *live;
	uint64_t taken;           /* how many rows were taken when it was last cleaned */
	bool stale;               /* cleaning took rows out: classes may be too small now */
	uint32_t *most;           /* [qs] levels of the open columns, in search order */
};

struct peel {
	struct local *v;
	struct refiner f;
	struct step *step;        /* [qs + 1] */
	uint32_t *order;          /* columns, the finest divided first */
	double *rest;             /* [qs + 1] loss of all columns from this one on at their tops */
	double low, high;         /* the band */
	uint64_t taken;
};

static void order_columns(struct peel *s)
{
	const struct problem *p = s->v->p;

	for (uint32_t i = 0; i < p->qs; i++) {
		uint32_t j = i;

		for (; j > 0 && p->q[s->order[j - 1]].h->leaves < p->q[i].h->leaves; j--)
			s->order[j] = s->order[j - 1];
		s->order[j] = i;
	}
	s->rest[p->qs] = 0;
	for (uint32_t d = p->qs; d-- > 0;) {
		const struct quasi *q = &p->q[s->order[d]];

		s->rest[d] = s->rest[d + 1] + q->level[q->h->levels - 1];
	}
}

static void take_classes(struct peel *s, const struct live *live)
{
	struct local *v = s->v;

	for (uint32_t i = 0; i < live->n; i++)
		v->class_of[live->row[i]] = v->classes + live->group[i];
	v->classes += live->groups;
	s->taken += live->n;
}

/* Leaves out the rows that deeper nodes have taken meanwhile. */
static void clean(struct peel *s, uint32_t d)
{
	struct live *live = s->step[d].live;
	uint32_t n = 0;

	if (s->step[d].taken == s->taken)
		return;
	for (uint32_t i = 0; i < live->n; i++) {
		if (s->v->class_of[live->row[i]] != CLASS_NONE)
			continue;
		live->row[n] = live->row[i];
		live->group[n++] = live->group[i];
	}
	s->step[d].stale |= n < live->n;
	live->n = n;
	s->step[d].taken = s->taken;
}

static void copy_live(struct live *to, const struct live *from, struct live **ret)
{
	memcpy(to->row, from->row, from->n * sizeof *to->row);
	memcpy(to->group, from->group, from->n * sizeof *to->group);
	to->n = from->n;
	to->groups = from->groups;
	*ret = to;
}

/* The coarsest level of a column that a node of the band can have when all other open columns stay at their leaves. */
static uint32_t level_most(const struct quasi *q, double loss, double high)
{
	uint32_t l = q->h->levels - 1;

	while (l > 0 && loss + q->level[l] > high)
		l--;
	return l;
}

/* Splits the classes of step d by the column; the step then holds what is left. */
static void split(struct peel *s, struct step *step, const struct live *in, uint32_t col, uint32_t level)
{
	const struct hierarchy *h = s->v->p->q[col].h;
	struct live *out = in == &step->a ? &step->b : &step->a;

	(void)refine(&s->f, in, s->v->col[col], h->up[level], hierarchy_labels(h, level), UINT64_MAX, out);
	step->live = out;
}

/*
 * Step d + 1 with one more column decided. Open columns are held at the coarsest level that the band leaves them, so that
 * rows which are alone even there are dropped here and not at each node below.
 */
static bool descend(struct peel *s, uint32_t d, uint32_t level, double loss)
{
	const struct problem *p = s->v->p;
	const struct step *from = &s->step[d];
	struct step *to = &s->step[d + 1];
	const struct live *in = from->live;

	memcpy(to->most, from->most, p->qs * sizeof *to->most);
	/* counts are stale after deeper nodes took rows: then the same level counts anew */
	if (level != from->most[d] || from->stale) {
		split(s, to, in, s->order[d], level);
		in = to->live;
	}
	for (uint32_t i = d + 1; i < p->qs && in->n > 0; i++) {
		uint32_t most = level_most(&p->q[s->order[i]], loss, s->high);

		if (most == to->most[i])
			continue;
		split(s, to, in, s->order[i], most);
		to->most[i] = most;
		in = to->live;
	}
	if (in == from->live)
		copy_live(&to->a, in, &to->live);
	to->taken = s->taken;
	to->stale = false;
	return to->live->n > 0;
}

static void walk(struct peel *s, uint32_t d, double loss)
{
	const struct problem *p = s->v->p;
	const struct quasi *q;

	if (d == p->qs) {
		if (loss > s->low && loss <= s->high)
			take_classes(s, s->step[d].live);
		return;
	}
	q = &p->q[s->order[d]];
	for (uint32_t l = 0; l <= s->step[d].most[d]; l++) {
		double next = loss + q->level[l];

		if (next > s->high)
			break;
		if (next + s->rest[d + 1] <= s->low)
			continue;
		clean(s, d);
		if (s->step[d].live->n < p->model.k)
			break;
		if (descend(s, d, l, next))
			walk(s, d + 1, next);
	}
}

/* All rows that are left, split by every column at the coarsest level of the band. */
static bool begin_band(struct peel *s)
{
	const struct problem *p = s->v->p;
	struct step *step = &s->step[0];
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->v->rows; i++) {
		if (s->v->class_of[i] != CLASS_NONE)
			continue;
		step->a.row[n] = i;
		step->a.group[n++] = 0;
	}
	step->a.n = n;
	step->a.groups = 1;
	step->live = &step->a;
	step->taken = s->taken;
	step->stale = false;
	for (uint32_t i = 0; i < p->qs && step->live->n > 0; i++) {
		step->most[i] = level_most(&p->q[s->order[i]], 0, s->high);
		split(s, step, step->live, s->order[i], step->most[i]);
	}
	return step->live->n > 0;
}

static rc peel_init(struct ctx *c, struct peel *s, struct local *v)
{
	uint32_t qs = v->p->qs;

	*s = (struct peel){ .v = v };
	TRY(refiner_init(c, &s->f, v->rows, &v->p->model, v->judge));
	TRY_ARRAY(c, s->step, (size_t)qs + 1);
	TRY_ARRAY(c, s->order, qs);
	TRY_ARRAY(c, s->rest, (size_t)qs + 1);
	for (uint32_t d = 0; d <= qs; d++) {
		TRY(live_init(c, &s->step[d].a, v->rows));
		TRY(live_init(c, &s->step[d].b, v->rows));
		TRY_ARRAY(c, s->step[d].most, qs);
	}
	order_columns(s);
	return OK;
}

rc local_peel(struct ctx *c, struct local *v)
{
	struct peel s;
	double top;

	TRY(peel_init(c, &s, v));
	/* the top itself is no class worth forming: rows left for it join a class or are suppressed */
	top = s.rest[0] - 1e-9;
	s.low = -1;
	for (uint32_t b = 0; b <= BANDS; b++) {
		s.high = top * pow((double)b / BANDS, 1.5);
		if (begin_band(&s))
			walk(&s, 0, 0);
		s.low = s.high;
	}
	return OK;
}
