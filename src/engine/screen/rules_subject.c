/* Rules on whom somebody looked at: persons, neighbours, namesakes, numbers in a row, other people's cases. */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_CHANCE = 21, V_MANY = 24 };

struct pick { uint32_t *v; uint32_t n; };

static void claim(struct screen *s, const uint32_t *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		s->cand[v[i]].claimed = true;
}

static int by_subject(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static int by_record(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static rc open_ones(struct finder *f, const struct span *p, bool claimed_too, struct pick *ret)
{
	ret->n = 0;
	TRY_ARRAY(f->c, ret->v, p->n ? p->n : 1);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &f->s->cand[p->v[i]];

		if ((k->mark & MARK_OPEN) && (claimed_too || !k->claimed))
			ret->v[ret->n++] = p->v[i];
	}
	return OK;
}

static uint32_t distinct_subjects(const struct screen *s, const uint32_t *sorted, uint32_t n)
{
	uint32_t d = 0;

	for (uint32_t i = 0; i < n; i++)
		d += i == 0 || s->cand[sorted[i]].subject != s->cand[sorted[i - 1]].subject;
	return d;
}

/* Who the person is to the user: the kind of the rule, or NULL for nobody in particular. */
static const char *relation(const struct screen *s, const struct org *o, uint32_t account, const struct cand *k,
	uint64_t *ret_share)
{
	const struct account *a = &s->account[account];
	uint32_t person = a->owner != NONE ? a->owner : account, own = s->account[person].subject;
	const struct resident *r;

	*ret_share = 0;
	if (k->subject >= o->nresidents)
		return NULL;
	r = &o->resident[k->subject];
	if (own != NONE && own == k->subject)
		return "self_view";
	if (own != NONE && r->household != NONE && r->household == o->resident[own].household)
		return "family_peek";
	if (r->watch) {
		*ret_share = o->watch_n;
		return "vip_peek";
	}
	if (r->protect) {
		*ret_share = o->protect_n;
		return "protected_view";
	}
	if (r->staff != NONE && r->staff != person) {
		*ret_share = o->staff_n;
		return "coworker_peek";
	}
	return NULL;
}

struct looks { uint32_t days, searches, prints, wrong_case, worked; };

static struct looks looks_of(const struct screen *s, const uint32_t *v, uint32_t n)
{
	struct looks l = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		const struct cand *k = &s->cand[v[i]];

		l.days += i == 0 || day_of(k->ts) != day_of(s->cand[v[i - 1]].ts);
		l.searches += k->search != 0;
		l.prints += k->act == ACT_PRINT;
		l.worked += k->act == ACT_UPDATE || k->act == ACT_CERT;
		l.wrong_case += k->expl == X1;
	}
	return l;
}

/* One pass before the rules: what is met, and what should be met by chance. */
rc find_chances(struct finder *f, uint32_t org, const struct span *spans, uint32_t n)
{
	struct screen *s = f->s;
	const struct org *o = &s->org[org];
	struct chances expected = { 0 }, met = { 0 };

	for (uint32_t i = 0; i < n && o->nresidents; i++) {
		struct pick open;
		uint32_t all;

		if (s->account[spans[i].account].org != org)
			continue;
		TRY(open_ones(f, &spans[i], true, &open));
		qsort_r(open.v, open.n, sizeof *open.v, by_subject, s);
		all = distinct_subjects(s, open.v, open.n);
		expected.vip += (double)o->watch_n * all / o->nresidents;
		expected.protect += (double)o->protect_n * all / o->nresidents;
		expected.staff += (double)o->staff_n * all / o->nresidents;
		for (uint32_t j = 0; j < open.n; j++) {
			uint64_t share;
			const char *kind = j && s->cand[open.v[j]].subject == s->cand[open.v[j - 1]].subject ? NULL :
				relation(s, o, spans[i].account, &s->cand[open.v[j]], &share);

			met.vip += kind && strcmp(kind, "vip_peek") == 0;
			met.protect += kind && strcmp(kind, "protected_view") == 0;
			met.staff += kind && strcmp(kind, "coworker_peek") == 0;
		}
	}
	f->chances[org].vip = met.vip > 0 ? fmin(1, expected.vip / met.vip) : 0;
	f->chances[org].protect = met.protect > 0 ? fmin(1, expected.protect / met.protect) : 0;
	f->chances[org].staff = met.staff > 0 ? fmin(1, expected.staff / met.staff) : 0;
	return OK;
}

static double by_chance(const struct finder *f, uint32_t org, const char *kind)
{
	const struct chances *k = &f->chances[org];

	return strcmp(kind, "vip_peek") == 0 ? k->vip : strcmp(kind, "protected_view") == 0 ? k->protect :
		strcmp(kind, "coworker_peek") == 0 ? k->staff : 0;
}

/*
 * All of one user's unexplained accesses to one person. The fewer such persons somebody with as many unexplained
 * accesses meets by chance, the more it counts.
 */
static rc one_subject(struct finder *f, const struct span *p, const uint32_t *v, uint32_t n, uint32_t all_subjects)
{
	struct screen *s = f->s;
	const struct org *o = &s->org[s->cand[v[0]].org];
	struct looks l = looks_of(s, v, n);
	const struct rule *repeat = rule_of(&s->rules, "repeat_target");
	uint64_t share;
	const char *kind = relation(s, o, p->account, &s->cand[v[0]], &share);
	double chance = o->nresidents ? (double)share * all_subjects / o->nresidents : 0;
	int32_t extra;
	struct hit *h;
	const struct rule *r;

	if (!kind && (!repeat || l.days < (uint32_t)repeat->least))
		return OK;
	if (!kind)
		kind = "repeat_target";
	r = rule_of(&s->rules, kind);
	if (!r)
		return OK;
	extra = (int32_t)(l.days - 1) * r->gain + (l.searches ? 40 : 0) + (l.prints ? 60 : 0) + (l.wrong_case ? 50 : 0);
	if (n == 1)
		extra -= 10;
	/* who looks without need changes nothing and issues nothing */
	if (l.worked)
		extra -= 150;
	TRY(hit_add(f, kind, p, v, n, extra, &h));
	h->expected = (int32_t)(chance * 100);
	if (l.days == 1 && chance > 0) {
		double sp = poisson_surprise(1, chance);
		double full = s->rules.value[V_CHANCE] / 100.0;

		if (sp < full)
			h->score = (int32_t)(h->score * (0.4 + 0.6 * sp / full));
	}
	/* with many users somebody meets such a person anyway; who comes back, searches by name or prints, less so */
	if (l.days <= 2)
		h->score = (int32_t)(h->score * (1.0 - by_chance(f, h->org, kind) * (n >= 3 || l.prints ? 0.5 : 1.0) *
			s->rules.value[V_MANY] / 100.0));
	return OK;
}

/* A run that is broken here and there: what lies between its ends, in time and in number, belongs to it. */
static void fill_run(const struct screen *s, const struct pick *open, struct pick *g)
{
	const struct cand *first = &s->cand[g->v[0]], *last = &s->cand[g->v[g->n - 1]];
	uint32_t low = UINT32_MAX, high = 0;
	wall from = first->ts, to = last->ts;

	for (uint32_t i = 0; i < g->n; i++) {
		uint32_t at = s->cand[g->v[i]].serial;

		low = at < low ? at : low;
		high = at > high ? at : high;
	}
	low = low > 20 ? low - 20 : 0;
	high = high < UINT32_MAX - 20 ? high + 20 : UINT32_MAX;
	g->n = 0;
	for (uint32_t i = 0; i < open->n; i++) {
		const struct cand *k = &s->cand[open->v[i]];

		if (k->ts + 1800 >= from && k->ts <= to + 1800 && day_of(k->ts) == day_of(from) && k->serial >= low && k->serial <= high)
			g->v[g->n++] = open->v[i];
	}
}

/* Consecutive numbers; household members have neighbouring ones, so runs of up to five mean nothing. */
static rc sequences(struct finder *f, const struct span *p, const struct pick *open)
{
	const struct rule *r = rule_of(&f->s->rules, "sequential_scan");
	struct screen *s = f->s;
	struct pick g = { 0 };
	uint32_t from = 0;

	if (!r || open->n < (uint32_t)r->least)
		return OK;
	TRY_ARRAY(f->c, g.v, open->n);
	for (uint32_t i = 1, run = 0; i <= open->n; i++) {
		const struct cand *k = i < open->n ? &s->cand[open->v[i]] : NULL, *b = &s->cand[open->v[i - 1]];
		bool step = k && day_of(k->ts) == day_of(b->ts) && k->subject != b->subject && k->serial >= b->serial &&
			k->serial - b->serial <= 4;

		run = step ? run + 1 : 0;
		if (step)
			continue;
		if (i - from >= 6)
			for (uint32_t j = from; j < i; j++)
				g.v[g.n++] = open->v[j];
		from = i;
		if (g.n && (!k || day_of(k->ts) != day_of(s->cand[g.v[0]].ts))) {
			if (g.n >= (uint32_t)r->least) {
				struct hit *h;

				fill_run(s, open, &g);
				TRY(hit_add(f, "sequential_scan", p, g.v, g.n, (int32_t)g.n * r->gain, &h));
				for (uint32_t j = 0; h && j < p->n; j++)
					h->z += (s->cand[p->v[j]].mark & MARK_MISS) && s->cand[p->v[j]].ts >= h->from && s->cand[p->v[j]].ts <= h->to;
				claim(s, g.v, g.n);
			}
			g.n = 0;
		}
	}
	return OK;
}

static int by_serial(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->serial != b->serial)
		return a->serial < b->serial ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

/* The same in mixed order: four in ten of a day's numbers inside an interval of five times that length. */
static rc narrow_interval(struct finder *f, const struct span *p, const struct pick *open)
{
	const struct rule *r = rule_of(&f->s->rules, "sequential_scan");
	struct screen *s = f->s;
	uint32_t *day_v, from = 0;

	if (!r || open->n < 24)
		return OK;
	TRY_ARRAY(f->c, day_v, open->n);
	while (from < open->n) {
		uint32_t n = 0, want, best = UINT32_MAX, at = 0;
		int32_t day = day_of(s->cand[open->v[from]].ts);

		for (; from < open->n && day_of(s->cand[open->v[from]].ts) == day; from++)
			if (!s->cand[open->v[from]].claimed)
				day_v[n++] = open->v[from];
		if (n < 24)
			continue;
		qsort_r(day_v, n, sizeof *day_v, by_serial, s);
		want = n * 2 / 5 > 16 ? n * 2 / 5 : 16;
		for (uint32_t i = 0; i + want <= n; i++) {
			uint32_t width = s->cand[day_v[i + want - 1]].serial - s->cand[day_v[i]].serial;

			if (width < best) {
				best = width;
				at = i;
			}
		}
		if (best > want * 5 || best < want / 2)
			continue;
		while (at + want < n && s->cand[day_v[at + want]].serial - s->cand[day_v[at + want - 1]].serial <= 10)
			want++;
		while (at > 0 && s->cand[day_v[at]].serial - s->cand[day_v[at - 1]].serial <= 10) {
			at--;
			want++;
		}
		qsort_r(day_v + at, want, sizeof *day_v, by_record, s);
		TRY(hit_add(f, "sequential_scan", p, day_v + at, want, (int32_t)want * r->gain, NULL));
		claim(s, day_v + at, want);
	}
	return OK;
}

rc rules_subject(struct finder *f, const struct span *p)
{
	struct screen *s = f->s;
	struct pick open;
	uint32_t from = 0, all;

	TRY(open_ones(f, p, false, &open));
	TRY(sequences(f, p, &open));
	TRY(narrow_interval(f, p, &open));
	TRY(open_ones(f, p, false, &open));
	qsort_r(open.v, open.n, sizeof *open.v, by_subject, s);
	all = distinct_subjects(s, open.v, open.n);
	while (from < open.n) {
		uint32_t to = from + 1;

		while (to < open.n && s->cand[open.v[to]].subject == s->cand[open.v[from]].subject)
			to++;
		if (s->cand[open.v[from]].subject != NONE)
			TRY(one_subject(f, p, open.v + from, to - from, all));
		from = to;
	}
	return OK;
}

enum group_kind { GROUP_BLOCK, GROUP_SURNAME };

static uint32_t group_of(const struct org *o, const struct cand *k, enum group_kind kind)
{
	if (k->subject >= o->nresidents)
		return NONE;
	return kind == GROUP_BLOCK ? o->resident[k->subject].block : o->resident[k->subject].surname;
}

struct group_sort { const struct screen *s; const struct org *o; enum group_kind kind; };

static int by_group(const void *x, const void *y, void *how)
{
	const struct group_sort *g = how;
	const struct cand *a = &g->s->cand[*(const uint32_t *)x], *b = &g->s->cand[*(const uint32_t *)y];
	uint32_t ga = group_of(g->o, a, g->kind), gb = group_of(g->o, b, g->kind);

	if (ga != gb)
		return ga < gb ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

/* Distinct households (persons where there are none) of v[from, to). */
static uint32_t households(const struct screen *s, const uint32_t *v, uint32_t n)
{
	uint32_t d = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool seen = false;

		for (uint32_t j = 0; j < i && !seen; j++)
			seen = s->cand[v[j]].household == s->cand[v[i]].household;
		d += !seen;
	}
	return d;
}

/* The longest stretch of at most `days` days that begins at v[0]. */
static uint32_t stretch(const struct screen *s, const uint32_t *v, uint32_t n, int32_t days)
{
	uint32_t to = 1;

	while (to < n && day_of(s->cand[v[to]].ts) - day_of(s->cand[v[0]].ts) <= days)
		to++;
	return to;
}

static rc one_group(struct finder *f, const struct span *p, const uint32_t *v, uint32_t n, const char *kind, double share,
	uint32_t all, bool own)
{
	const struct rule *r = rule_of(&f->s->rules, kind);
	uint32_t best = 0, at = 0, k, len = 0;
	double mean = share * all;
	struct hit *h;

	if (!r || n < (uint32_t)r->least)
		return OK;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t to = stretch(f->s, v + i, n - i, r->days);

		k = households(f->s, v + i, to < 64 ? to : 64);
		if (k > best) {
			best = k;
			at = i;
			len = to;
		}
	}
	k = best;
	if (k < (uint32_t)r->least || k <= mean + 4 * sqrt(mean + 0.05))
		return OK;
	TRY(hit_add(f, kind, p, v + at, len, (int32_t)((k - mean) * r->gain) + (own ? 100 : 0), &h));
	h->k = k;
	h->expected = (int32_t)(mean * 100);
	claim(f->s, v + at, len);
	return OK;
}

static rc grouped(struct finder *f, const struct span *p, enum group_kind kind)
{
	struct screen *s = f->s;
	struct org *o = &s->org[s->account[p->account].org];
	struct group_sort how = { s, o, kind };
	uint32_t person = s->account[p->account].owner != NONE ? s->account[p->account].owner : p->account;
	uint32_t own_subject = s->account[person].subject, own = NONE, all, from = 0;
	struct pick open;

	if (own_subject != NONE)
		own = kind == GROUP_BLOCK ? o->resident[own_subject].block : o->resident[own_subject].surname;
	if ((kind == GROUP_BLOCK && own == NONE) || o->nresidents == 0)
		return OK;
	TRY(open_ones(f, p, false, &open));
	qsort_r(open.v, open.n, sizeof *open.v, by_subject, s);
	all = distinct_subjects(s, open.v, open.n);
	qsort_r(open.v, open.n, sizeof *open.v, by_group, &how);
	while (from < open.n) {
		uint32_t g = group_of(o, &s->cand[open.v[from]], kind), to = from + 1;
		double share;

		while (to < open.n && group_of(o, &s->cand[open.v[to]], kind) == g)
			to++;
		if (g != NONE && (kind == GROUP_SURNAME || g == own)) {
			share = (double)(kind == GROUP_BLOCK ? o->block_size[g] : o->surname_size[g]) / o->nresidents;
			TRY(one_group(f, p, open.v + from, to - from, kind == GROUP_BLOCK ? "neighbour_peek" : "same_surname", share,
				all, g == own));
		}
		from = to;
	}
	return OK;
}

rc rules_group(struct finder *f, const struct span *p)
{
	if (f->s->account[p->account].type == TYPE_VENDOR || f->s->account[p->account].type == TYPE_BATCH)
		return OK;
	TRY(grouped(f, p, GROUP_BLOCK));
	return grouped(f, p, GROUP_SURNAME);
}

static bool day_among(const struct screen *s, const uint32_t *v, uint32_t n, int32_t day)
{
	for (uint32_t i = 0; i < n; i++)
		if (day_of(s->cand[v[i]].ts) == day)
			return true;
	return false;
}

/* Unclaimed accesses of the same working days that are unexplained in another way. */
static uint32_t others_in(const struct screen *s, const struct span *p, enum expl expl, const uint32_t *v, uint32_t nv)
{
	uint32_t n = 0, subject = NONE;

	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &s->cand[p->v[i]];

		if (!(k->mark & MARK_OPEN) || k->claimed || k->expl == expl || k->subject == subject ||
		    !day_among(s, v, nv, day_of(k->ts)))
			continue;
		subject = k->subject;
		n++;
	}
	return n;
}

/* How many households a user meets in this way by mistyping, over so many days; from all users of the organisation. */
static double usual_slips(const struct finder *f, uint32_t org, enum expl expl, int32_t days)
{
	double rate = expl == X1 ? f->slips[org].wrong : f->slips[org].others;

	return rate * (days + 1);
}

static rc case_hit(struct finder *f, const struct span *p, const char *kind, enum expl expl, const uint32_t *v, uint32_t n)
{
	const struct rule *r = rule_of(&f->s->rules, kind);
	struct screen *s = f->s;
	uint32_t homes = households(s, v, n < 400 ? n : 400);
	int32_t days = day_of(s->cand[v[n - 1]].ts) - day_of(s->cand[v[0]].ts);
	double usual = usual_slips(f, s->account[p->account].org, expl, days), sp;
	struct hit *h;

	if (homes < (uint32_t)r->least)
		return OK;
	/* families cannot be told: what everybody has is no finding, and users differ more than chance */
	if (!s->have[T_RESIDENTS] && homes < 2 * usual)
		return OK;
	/* among many more accesses without any number, wrong ones are how volume is hidden */
	if (others_in(s, p, expl, v, n) * 10 > homes * 4 && homes >= 2)
		return OK;
	sp = poisson_surprise(homes, usual);
	if (sp < 2)
		return OK;
	TRY(hit_add(f, kind, p, v, n, (int32_t)(sp * r->gain) + 10 * (int32_t)homes, &h));
	h->k = homes;
	claim(s, v, n);
	return OK;
}

/* Accesses with one finding on the case number, over different households, close enough in time. */
static rc case_rule(struct finder *f, const struct span *p, const char *kind, enum expl expl)
{
	const struct rule *r = rule_of(&f->s->rules, kind);
	struct screen *s = f->s;
	uint32_t *v, n = 0;
	wall last = 0;

	if (!r)
		return OK;
	TRY_ARRAY(f->c, v, p->n ? p->n : 1);
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &s->cand[p->v[i]] : NULL;

		if (k && (!(k->mark & MARK_OPEN) || k->expl != expl || k->claimed))
			continue;
		if (n && (!k || day_of(k->ts) - day_of(last) > r->days)) {
			TRY(case_hit(f, p, kind, expl, v, n));
			n = 0;
		}
		if (k) {
			v[n++] = p->v[i];
			last = k->ts;
		}
	}
	return OK;
}

rc rules_case(struct finder *f, const struct span *p)
{
	TRY(case_rule(f, p, "not_assigned", E2_NOT));
	return case_rule(f, p, "false_case_no", X1);
}
