/*
 * How much: one day against the usual, weeks against the peers, searches that lead nowhere. Baselines come from the
 * organisation's own user-days; a share of the highest is left out, so that what is looked for does not set the usual.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

/* One user's day: different persons without explanation. */
struct day_count { int32_t day; uint32_t from, to, k; };

struct user_counts { struct day_count *v; uint32_t n; uint32_t worked; double rate; uint32_t dept; };

/* What the departments had on their days, and on a usual one. */
struct seasons {
	struct map64 days, depts;      /* (department, day) and department: places in the two below */
	uint32_t *of_day;
	uint32_t n, cap;
	struct dept_rate { double rate; uint32_t users; } *of_dept;
	uint32_t ndepts, cap_depts;
};

/* A department has its own days from so many colleagues on. */
#define SEASON_COLLEAGUES 3u
#define SEASON_MOST 4.0

struct baseline { double mean, size, user_median, user_mad; };

static uint64_t season_key(uint32_t dept, int32_t day) { return pair_key(dept, (uint32_t)day); }

static rc seasons_of(struct finder *f, const struct user_counts *u, uint32_t n, struct seasons *ret)
{
	struct ctx *c = f->c;
	uint32_t *at;

	for (uint32_t i = 0; i < n; i++) {
		if (u[i].dept == NONE || u[i].worked < 5)
			continue;
		TRY(map64_put(c, &ret->depts, (uint64_t)u[i].dept + 1, ret->ndepts, &at));
		if (*at == ret->ndepts)
			TRY_PUSH(c, ret->of_dept, ret->ndepts, ret->cap_depts);
		if (*at == ret->ndepts)
			ret->of_dept[ret->ndepts++] = (struct dept_rate){ 0, 0 };
		ret->of_dept[*at].rate += u[i].rate;
		ret->of_dept[*at].users++;
		for (uint32_t j = 0; j < u[i].n; j++) {
			TRY(map64_put(c, &ret->days, season_key(u[i].dept, u[i].v[j].day), ret->n, &at));
			if (*at == ret->n)
				TRY_PUSH(c, ret->of_day, ret->n, ret->cap);
			if (*at == ret->n)
				ret->of_day[ret->n++] = 0;
			ret->of_day[*at] += u[i].v[j].k;
		}
	}
	return OK;
}

/*
 * How much more than usual the colleagues had on that day, at least 1: the end of a fiscal year, the first day of a
 * month, a migration. The user's own lines do not count, so that nobody makes a season alone.
 */
static double season(const struct seasons *s, const struct user_counts *u, const struct day_count *d)
{
	uint32_t dept = u->dept == NONE || u->worked < 5 ? NONE : map64_get(&s->depts, (uint64_t)u->dept + 1);
	double usual, others;

	if (dept == NONE || s->of_dept[dept].users <= SEASON_COLLEAGUES)
		return 1;
	usual = s->of_dept[dept].rate - u->rate;
	others = (double)s->of_day[map64_get(&s->days, season_key(u->dept, d->day))] - d->k;
	return fmin(fmax((others + 1) / (usual + 1), 1), SEASON_MOST);
}

static void claim(struct screen *s, const uint32_t *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		s->cand[v[i]].claimed = true;
}

static int double_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median_of(double *v, uint32_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof *v, double_order);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static uint32_t distinct_in(const struct screen *s, const uint32_t *v, uint32_t n)
{
	uint32_t d = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool seen = false;

		for (uint32_t j = i; j-- > 0 && i - j <= 128 && !seen;)
			seen = s->cand[v[j]].subject == s->cand[v[i]].subject;
		d += !seen;
	}
	return d;
}

/* The days of one account; evidence stays as places in `kept`, the open and unclaimed candidates. */
static rc count_days(struct finder *f, const struct span *p, uint32_t *kept, struct user_counts *out)
{
	struct screen *s = f->s;
	uint32_t n = 0, from = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &s->cand[p->v[i]];

		if ((k->mark & MARK_OPEN) && !k->claimed)
			kept[n++] = p->v[i];
	}
	TRY_ARRAY(f->c, out->v, n ? n : 1);
	while (from < n) {
		uint32_t to = from + 1;
		int32_t day = day_of(s->cand[kept[from]].ts);

		while (to < n && day_of(s->cand[kept[to]].ts) == day)
			to++;
		out->v[out->n++] = (struct day_count){ day, from, to, distinct_in(s, kept + from, to - from) };
		from = to;
	}
	return OK;
}

static void worked_days(const struct screen *s, const struct span *v, uint32_t n, struct user_counts *u, uint32_t *place)
{
	for (uint32_t i = 0; i < n; i++)
		place[v[i].account] = i + 1;
	for (uint32_t i = 0; i < s->nuday; i++)
		if (s->uday[i].views && place[s->uday[i].account])
			u[place[s->uday[i].account] - 1].worked++;
}

static rc baseline_of(struct finder *f, const struct user_counts *u, uint32_t n, struct baseline *ret)
{
	double *all, *rates, sum = 0, squares = 0;
	uint32_t days = 0, m = 0, users = 0, kept;

	for (uint32_t i = 0; i < n; i++)
		days += u[i].worked > u[i].n ? u[i].worked : u[i].n;
	TRY_ARRAY(f->c, all, days ? days : 1);
	TRY_ARRAY(f->c, rates, n ? n : 1);
	for (uint32_t i = 0; i < n; i++) {
		if (u[i].worked < 5)
			continue;
		rates[users++] = u[i].rate;
		for (uint32_t j = 0; j < u[i].n; j++)
			all[m++] = u[i].v[j].k;
		for (uint32_t j = u[i].n; j < u[i].worked; j++)
			all[m++] = 0;
	}
	qsort(all, m, sizeof *all, double_order);
	kept = m - m / 50;
	for (uint32_t i = 0; i < kept; i++) {
		sum += all[i];
		squares += all[i] * all[i];
	}
	ret->mean = kept ? sum / kept : 0;
	squares = kept ? squares / kept - ret->mean * ret->mean : 0;
	ret->size = squares > ret->mean * 1.05 ? ret->mean * ret->mean / (squares - ret->mean) : 1e9;
	ret->user_median = median_of(rates, users);
	for (uint32_t i = 0; i < users; i++)
		rates[i] = fabs(rates[i] - ret->user_median);
	ret->user_mad = median_of(rates, users);
	return OK;
}

static double own_median(struct finder *f, const struct user_counts *u)
{
	double *v = arena_alloc(f->c->a, u->worked + u->n + 1, sizeof *v);
	uint32_t n = 0;

	if (!v)
		return 0;
	for (uint32_t i = 0; i < u->n; i++)
		v[n++] = u->v[i].k;
	while (n < u->worked)
		v[n++] = 0;
	return median_of(v, n);
}

/* Days that stand out; more than a few of them are no spike but a habit. */
static rc sudden(struct finder *f, const struct span *p, const uint32_t *kept, const struct user_counts *u,
	const struct baseline *b, const struct seasons *seasons, bool habit)
{
	const struct rule *r = rule_of(&f->s->rules, "sudden_volume");
	double mean = own_median(f, u);

	if (!r || habit)
		return OK;
	if (mean < b->mean)
		mean = b->mean;
	for (uint32_t i = 0; i < u->n; i++) {
		const struct day_count *d = &u->v[i];
		double sp, usual;
		struct hit *h;

		if (d->k < (uint32_t)r->least)
			continue;
		usual = mean * season(seasons, u, d);
		sp = screen_surprise(d->k, usual, b->size);
		if (sp * 100 < r->severity * 100)
			continue;
		TRY(hit_add(f, "sudden_volume", p, kept + d->from, d->to - d->from, (int32_t)(sp * r->gain), &h));
		claim(f->s, kept + d->from, d->to - d->from);
		h->k = d->k;
		h->expected = (int32_t)(usual * 100);
		h->score += (int32_t)(10 * log2(d->k));
	}
	return OK;
}

/* The four weeks with the most, against what the peers have in as many working days. */
static rc slow(struct finder *f, const struct span *p, const uint32_t *kept, const struct user_counts *u,
	const struct baseline *b, const struct seasons *seasons, bool *ret_habit)
{
	const struct rule *r = rule_of(&f->s->rules, "slow_bulk");
	double usual = b->user_median > b->mean ? b->user_median : b->mean, off = 1.4826 * b->user_mad;
	uint32_t high = 0, sum = 0;
	double floor_ = 0.4 + 0.15 * usual, total = 0, z;
	struct hit *h;
	struct pick { uint32_t *v; uint32_t n; } g = { 0 };

	*ret_habit = false;
	if (!r || u->worked < 5)
		return OK;
	if (off < floor_)
		off = floor_;
	for (uint32_t i = 0; i < u->n; i++) {
		double as = season(seasons, u, &u->v[i]);

		total += u->v[i].k / as;
		if (u->v[i].k >= usual * as + 3) {
			high++;
			sum += u->v[i].k;
		}
	}
	z = (total / u->worked - usual) / off;
	if (high < (uint32_t)r->days || sum < (uint32_t)r->least || z < 3)
		return OK;
	TRY_ARRAY(f->c, g.v, u->v[u->n - 1].to);
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i].k >= usual * season(seasons, u, &u->v[i]) + 2)
			for (uint32_t j = u->v[i].from; j < u->v[i].to; j++)
				g.v[g.n++] = kept[j];
	*ret_habit = true;
	TRY(hit_add(f, "slow_bulk", p, g.v, g.n, (int32_t)(z * r->gain), &h));
	claim(f->s, g.v, g.n);
	h->k = sum;
	h->days = high;
	h->expected = (int32_t)(usual * high * 100);
	return OK;
}

/* The accesses that such searches led to, where there was one. */
static uint32_t with_accesses(struct screen *s, const struct span *p, uint32_t *v, uint32_t n)
{
	uint32_t all = n;

	for (uint32_t i = 0; i < p->n; i++) {
		struct cand *k = &s->cand[p->v[i]];

		if (!(k->mark & MARK_OPEN) || k->claimed || !k->search)
			continue;
		for (uint32_t j = 0; j < n; j++)
			if (s->cand[v[j]].rec == k->search) {
				v[all++] = p->v[i];
				k->claimed = true;
				break;
			}
	}
	return all;
}

/* The unexplained access that the search at p->v[at] led to, or NULL. Both stand near each other. */
static const struct cand *led_to(const struct screen *s, const struct span *p, uint32_t at)
{
	uint64_t rec = s->cand[p->v[at]].rec;

	for (uint32_t i = at + 1; i < p->n && i <= at + 16; i++)
		if ((s->cand[p->v[i]].mark & MARK_OPEN) && s->cand[p->v[i]].search == rec)
			return &s->cand[p->v[i]];
	return NULL;
}

/*
 * Searches for names. Where most led to accesses that nothing explains, it is these that are looked at first (`led`
 * false), and only the searches whose accesses no finding has taken count afterwards.
 */
static uint32_t name_searches(const struct screen *s, const struct span *p, bool led, uint32_t *v)
{
	uint32_t n = 0, all = 0, followed = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k;

		if (!(s->cand[p->v[i]].mark & MARK_FISH))
			continue;
		k = led_to(s, p, i);
		all++;
		followed += k != NULL;
		if (!led || !k || !k->claimed)
			v[n++] = p->v[i];
	}
	return led == (followed * 2 > all) ? n : 0;
}

/* Days with many searches for names that lead to nothing. */
static rc fishing(struct finder *f, const struct span *p, uint32_t worked, bool led)
{
	const struct rule *r = rule_of(&f->s->rules, "name_fishing");
	struct screen *s = f->s;
	uint32_t *v, *all, n = 0, kept = 0, from = 0, quiet = 0, loud = 0;
	double mean;
	struct hit *h;

	if (!r)
		return OK;
	TRY_ARRAY(f->c, v, p->n + 1);
	TRY_ARRAY(f->c, all, (size_t)p->n * 2 + 1);
	n = name_searches(s, p, led, v);
	/* the usual: what stays when the days above the threshold are left out */
	for (uint32_t i = 0; i < n;) {
		uint32_t to = i + 1;

		while (to < n && day_of(s->cand[v[to]].ts) == day_of(s->cand[v[i]].ts))
			to++;
		if (to - i < (uint32_t)r->least)
			quiet += to - i;
		else
			loud++;
		i = to;
	}
	mean = worked > loud ? (double)quiet / (worked - loud) : 1;
	while (from < n) {
		uint32_t to = from + 1;

		while (to < n && day_of(s->cand[v[to]].ts) == day_of(s->cand[v[from]].ts))
			to++;
		if (to - from >= (uint32_t)r->least && poisson_surprise(to - from, mean + 0.3) >= 4)
			for (uint32_t j = from; j < to; j++)
				all[kept++] = v[j];
		from = to;
	}
	if (kept == 0)
		return OK;
	return hit_add(f, "name_fishing", p, all, with_accesses(s, p, all, kept), (int32_t)kept * r->gain, &h);
}

rc rules_volume(struct finder *f, const struct span *v, uint32_t n)
{
	struct user_counts *u;
	uint32_t **kept, *place;
	struct seasons seasons = { 0 };
	struct baseline b;

	TRY_ARRAY(f->c, u, n ? n : 1);
	TRY_ARRAY(f->c, kept, n ? n : 1);
	TRY_ARRAY(f->c, place, f->s->naccounts ? f->s->naccounts : 1);
	worked_days(f->s, v, n, u, place);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t total = 0;

		TRY(fishing(f, &v[i], u[i].worked, false));
		TRY_ARRAY(f->c, kept[i], v[i].n);
		TRY(count_days(f, &v[i], kept[i], &u[i]));
		for (uint32_t j = 0; j < u[i].n; j++)
			total += u[i].v[j].k;
		u[i].rate = u[i].worked ? (double)total / u[i].worked : 0;
		u[i].dept = dept_at(f->s, &f->s->account[v[i].account], v[i].account, INT32_MAX - 1);
	}
	TRY(baseline_of(f, u, n, &b));
	TRY(seasons_of(f, u, n, &seasons));
	for (uint32_t i = 0; i < n; i++) {
		bool habit;

		TRY(slow(f, &v[i], kept[i], &u[i], &b, &seasons, &habit));
		TRY(sudden(f, &v[i], kept[i], &u[i], &b, &seasons, habit));
		TRY(fishing(f, &v[i], u[i].worked, true));
	}
	return OK;
}
