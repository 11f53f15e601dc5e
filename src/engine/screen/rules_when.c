/* Rules whose conditions are data: lines picked, put together, counted. Standing order: turn, then the order of the file. */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

/* Lines of one rule; keys are what those of one finding have in common. */
struct pick { uint32_t *v; uint32_t n; };
struct key_sort { const struct screen *s; uint32_t per; };

static uint64_t common_key(const struct screen *s, uint32_t per, uint32_t at)
{
	const struct cand *k = &s->cand[at];
	uint64_t key = 0;

	if (per & PER_USER)
		key = mix64(key + k->account + 1);
	if (per & PER_PERSON)
		key = mix64(key + k->subject + 1);
	if (per & PER_HOUSEHOLD)
		key = mix64(key + k->household + 1);
	if (per & PER_TERMINAL)
		key = mix64(key + k->term + 1);
	if (per & PER_SYSTEM)
		key = mix64(key + k->sys + 1);
	return key;
}

static int by_key(const void *x, const void *y, void *how)
{
	const struct key_sort *q = how;
	uint32_t i = *(const uint32_t *)x, j = *(const uint32_t *)y;
	uint64_t a = common_key(q->s, q->per, i), b = common_key(q->s, q->per, j);

	if (a != b)
		return a < b ? -1 : 1;
	return q->s->cand[i].rec < q->s->cand[j].rec ? -1 : q->s->cand[i].rec > q->s->cand[j].rec;
}

static bool wanted(const struct screen *s, const struct rule *r, const struct cand *k)
{
	uint32_t other = k->mark & ~(MARK_OWN | MARK_WINDOWED);

	if (k->claimed || (r->all_lines ? !(k->mark & MARK_OWN) : other == 0 && !always_kept(k->act)))
		return false;
	if (((r->per & PER_PERSON) && k->subject == NONE) || ((r->per & PER_HOUSEHOLD) && k->household == NONE))
		return false;
	return when_holds(r->when, s, k);
}

bool rules_want(const struct screen *s, const struct cand *k)
{
	for (uint32_t i = 0; i < s->rules.n; i++)
		if (s->rules.v[i].all_lines && when_holds(s->rules.v[i].when, s, k))
			return true;
	return false;
}

static bool is_access(const struct cand *k)
{
	return k->act == ACT_VIEW || k->act == ACT_UPDATE || k->act == ACT_PRINT || k->act == ACT_CERT;
}

/* Who only logs in and out has seen nobody's data. */
#define SHARE_OF_NONE 60

/*
 * Share of the accesses, in hundredths, that no case number of their own stands behind. Cases that happen to be near do
 * not count here: strangers have those as well. A number that no table could tell is taken for what it says.
 */
static int32_t open_share(const struct screen *s, const uint32_t *v, uint32_t n)
{
	uint32_t all = 0, open = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct cand *k = &s->cand[v[i]];

		all += is_access(k);
		open += is_access(k) && k->expl != E1 && k->expl != E1_OTHER && k->expl != E2 && k->expl != E5 && k->expl != E6 &&
			k->expl != E_UNCHECKED;
	}
	return all ? (int32_t)(open * 100 / all) : SHARE_OF_NONE;
}

static uint64_t counted_value(const struct cand *k, enum count_of count)
{
	switch (count) {
	case COUNT_PERSONS: return k->subject;
	case COUNT_HOUSEHOLDS: return k->household;
	case COUNT_DAYS: return (uint64_t)day_of(k->ts);
	case COUNT_USERS: return k->account;
	case COUNT_TERMINALS: return k->term;
	case COUNT_SYSTEMS: return k->sys;
	case COUNT_RECORDS:
	case COUNT_ROWS: return k->rec;
	}
	return 0;
}

static int u64_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static rc count_them(struct finder *f, const struct rule *r, const uint32_t *v, uint32_t n, uint64_t *ret)
{
	uint64_t *all, sum = 0;
	uint32_t m = 0;

	TRY_ARRAY(f->c, all, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct cand *k = &f->s->cand[v[i]];

		if (r->counted && !when_holds(r->counted, f->s, k))
			continue;
		all[m++] = counted_value(k, r->count);
		sum += k->n;
	}
	if (r->count != COUNT_ROWS) {
		qsort(all, m, sizeof *all, u64_order);
		sum = 0;
		for (uint32_t i = 0; i < m; i++)
			sum += i == 0 || all[i] != all[i - 1];
	}
	*ret = sum;
	return OK;
}

static bool any_strong(const struct screen *s, const struct rule *r, const uint32_t *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (when_holds(r->strong, s, &s->cand[v[i]]))
			return true;
	return false;
}

/* What is mostly explained after all weighs less: a leave that was not taken, overtime that was not filed. */
static rc found(struct finder *f, const struct rule *r, const struct span *p, const uint32_t *v, uint32_t n)
{
	struct screen *s = f->s;
	int32_t share = open_share(s, v, n), gain;
	uint32_t weeks = 0;
	uint64_t count;
	struct hit *h;

	TRY(count_them(f, r, v, n, &count));
	if (count < (uint64_t)r->least)
		return OK;
	if (r->usual < 100 && p)
		TRY(usual_weeks(f, p, v, n, &weeks));
	/* at the usual hours, and with cases: explained */
	if (weeks && share < r->claim_from)
		return OK;
	gain = r->count == COUNT_ROWS ? (int32_t)(log10((double)count + 1) * r->gain) :
		(int32_t)(count < 100000 ? count : 100000) * r->gain;
	TRY(hit_add_rule(f, r, p, v, n, gain, &h));
	h->score = h->score * (r->soften + (100 - r->soften) * share / 100) / 100;
	if (r->strong && !any_strong(s, r, v, n))
		h->score = h->score * r->weak / 100;
	h->k = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	h->term = s->cand[v[0]].term;
	h->sys = s->cand[v[0]].sys;
	if (weeks) {
		/* what was done at these hours is left for other rules to find */
		h->usual_weeks = weeks;
		h->score = h->score * r->usual / 100;
		return OK;
	}
	for (uint32_t i = 0; share >= r->claim_from && i < n; i++)
		s->cand[v[i]].claimed = true;
	return OK;
}

/* Too far from the line before to be one matter. */
static bool apart(const struct rule *r, const struct cand *a, const struct cand *b)
{
	if (r->one_day)
		return day_of(a->ts) != day_of(b->ts);
	if (r->hours)
		return b->ts - a->ts > (wall)r->hours * 3600;
	return day_of(b->ts) - day_of(a->ts) > r->days;
}

static rc matters(struct finder *f, const struct rule *r, const struct span *p, const struct pick *g)
{
	struct screen *s = f->s;

	for (uint32_t from = 0, to; from < g->n; from = to) {
		for (to = from + 1; to < g->n; to++)
			if (common_key(s, r->per, g->v[to]) != common_key(s, r->per, g->v[from]) ||
			    apart(r, &s->cand[g->v[to - 1]], &s->cand[g->v[to]]))
				break;
		TRY(found(f, r, p, g->v + from, to - from));
	}
	return OK;
}

rc rules_when(struct finder *f, const struct span *p, int32_t turn)
{
	struct screen *s = f->s;
	struct pick g = { 0 };

	for (uint32_t i = 0; i < s->rules.n; i++) {
		const struct rule *r = &s->rules.v[i];

		if (!r->when || r->turn != turn || !(r->per & PER_USER))
			continue;
		if (!g.v)
			TRY_ARRAY(f->c, g.v, p->n ? p->n : 1);
		g.n = 0;
		for (uint32_t j = 0; j < p->n; j++)
			if (wanted(s, r, &s->cand[p->v[j]]))
				g.v[g.n++] = p->v[j];
		if (r->per != PER_USER)
			qsort_r(g.v, g.n, sizeof *g.v, by_key, &(struct key_sort){ s, r->per });
		TRY(matters(f, r, p, &g));
	}
	return OK;
}

rc rules_when_all(struct finder *f, uint32_t org, int32_t turn)
{
	struct screen *s = f->s;
	struct pick g = { 0 };

	for (uint32_t i = 0; i < s->rules.n; i++) {
		const struct rule *r = &s->rules.v[i];

		if (!r->when || r->turn != turn || (r->per & PER_USER))
			continue;
		if (!g.v)
			TRY_ARRAY(f->c, g.v, s->ncand ? s->ncand : 1);
		g.n = 0;
		for (uint32_t j = 0; j < s->ncand; j++)
			if (s->cand[j].org == org && wanted(s, r, &s->cand[j]))
				g.v[g.n++] = j;
		qsort_r(g.v, g.n, sizeof *g.v, by_key, &(struct key_sort){ s, r->per });
		TRY(matters(f, r, NULL, &g));
	}
	return OK;
}
