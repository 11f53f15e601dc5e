/*
 * Work at an hour that is the person's usual one: shifts, a late counter, market days that no table tells. Somebody who
 * was there at these hours in week after week, on days of the same kind, has a reason that the attendance list lacks;
 * once at night is what is looked for.
 */
#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_USUAL_WEEKS = 23 };

/* Hours of another day count from so long before to so long behind; no more, for after an evening's overtime comes the night. */
#define AROUND_SECONDS 1800
/* Of the weeks the person is seen in, in one of so many at least: every other one, and some away. */
#define ONE_WEEK_OF 5
/* A Saturday in a week with so many usual evenings is the end of a week of shifts. */
#define EVENINGS 2

/* The hours of one day that nobody ordered: seconds after midnight. */
struct off_day { int32_t day; int32_t from, to; };

static int32_t week_of(int32_t day) { return (day + 3) / 7; }

/* Weekdays are alike; each day of the weekend is like itself; a holiday is like none. */
static int like_kind(struct screen *s, int32_t day)
{
	enum day_kind kind = day_kind(s, day);

	if (kind == DAY_HOLIDAY)
		return -1;
	return kind == DAY_WEEKEND || kind == DAY_COUNTER ? jday_weekday(day) + 1 : 0;
}

/* In another week, and at least half of it within the other day's hours. */
static bool is_like(struct screen *s, const struct off_day *it, const struct off_day *other)
{
	int32_t from = other->from - AROUND_SECONDS, to = other->to + AROUND_SECONDS;

	from = from > it->from ? from : it->from;
	to = to < it->to ? to : it->to;
	return to >= from && 2 * (to - from) >= it->to - it->from && week_of(other->day) != week_of(it->day) &&
		like_kind(s, other->day) == like_kind(s, it->day);
}

/* The account's days with such hours, made once for all its findings. */
static rc off_days(struct finder *f, const struct span *p)
{
	struct off_days *o = &f->off;

	if (o->v && o->account == p->account)
		return OK;
	*o = (struct off_days){ .account = p->account };
	TRY_ARRAY(f->c, o->v, 16);
	o->room = 16;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &f->s->cand[p->v[i]];
		int32_t at = (int32_t)(k->ts % DAY_SECONDS);
		struct off_day *d = o->n ? &o->v[o->n - 1] : NULL;

		if (!(k->mark & MARK_HOURS))
			continue;
		if (d && d->day == day_of(k->ts)) {
			d->from = at < d->from ? at : d->from;
			d->to = at > d->to ? at : d->to;
			continue;
		}
		TRY_PUSH(f->c, o->v, o->n, o->room);
		o->v[o->n++] = (struct off_day){ day_of(k->ts), at, at };
	}
	return OK;
}

static void add_week(uint32_t *weeks, int32_t *last, int32_t day)
{
	*weeks += week_of(day) != *last;
	*last = week_of(day);
}

/* Weeks in which such hours were ordered: what is filed mostly may be forgotten once. */
static uint32_t weeks_ordered(struct screen *s, uint32_t account, const struct off_day *it)
{
	const struct account *a = &s->account[account];
	uint32_t weeks = 0;
	int32_t last = INT32_MIN;

	for (int32_t day = a->first_day; day <= day_of(a->last_seen); day++) {
		size_t n;
		const struct duty *v = duty_at(s, account, day, &n);

		for (size_t i = 0; i < n; i++) {
			struct off_day d = { day, (int32_t)v[i].from, (int32_t)v[i].to };

			if (v[i].kind == DUTY_APPROVED && is_like(s, it, &d))
				add_week(&weeks, &last, day);
		}
	}
	return weeks;
}

static uint32_t weeks_like(const struct finder *f, const struct off_day *it)
{
	uint32_t weeks = 0;
	int32_t last = INT32_MIN;

	for (uint32_t i = 0; i < f->off.n; i++)
		if (is_like(f->s, it, &f->off.v[i]))
			add_week(&weeks, &last, f->off.v[i].day);
	if (weeks < (uint32_t)f->s->rules.value[V_USUAL_WEEKS])
		weeks += weeks_ordered(f->s, f->off.account, it);
	return weeks;
}

static bool enough(const struct finder *f, uint32_t weeks)
{
	const struct account *a = &f->s->account[f->off.account];
	uint32_t all = (uint32_t)(week_of(day_of(a->last_seen)) - week_of(a->first_day)) + 1;

	return weeks >= (uint32_t)f->s->rules.value[V_USUAL_WEEKS] && weeks * ONE_WEEK_OF >= all;
}

static bool ends_shifts(const struct finder *f, const struct off_day *it)
{
	uint32_t evenings = 0;

	for (uint32_t i = 0; i < f->off.n; i++) {
		const struct off_day *d = &f->off.v[i];

		evenings += week_of(d->day) == week_of(it->day) && like_kind(f->s, d->day) == 0 && enough(f, weeks_like(f, d));
	}
	return evenings >= EVENINGS;
}

rc usual_weeks(struct finder *f, const struct span *p, const uint32_t *v, uint32_t n, uint32_t *ret)
{
	struct screen *s = f->s;
	struct off_day it = { day_of(s->cand[v[0]].ts), DAY_SECONDS, 0 };
	int like = like_kind(s, it.day);
	uint32_t weeks;

	*ret = 0;
	if (s->rules.value[V_USUAL_WEEKS] == 0 || s->account[p->account].first_day == INT32_MIN || like < 0)
		return OK;
	for (uint32_t i = 0; i < n; i++) {
		int32_t at = (int32_t)(s->cand[v[i]].ts % DAY_SECONDS);

		/* a night through is one matter, and nobody's usual hours */
		if (day_of(s->cand[v[i]].ts) != it.day)
			return OK;
		it.from = at < it.from ? at : it.from;
		it.to = at > it.to ? at : it.to;
	}
	TRY(off_days(f, p));
	weeks = weeks_like(f, &it);
	if (enough(f, weeks) || (like > 0 && weeks > 0 && ends_shifts(f, &it)))
		*ret = weeks;
	return OK;
}

/* One line in so many without an explanation is ordinary untidiness. */
#define UNTIDY 5

void usual_systems(struct screen *s, const struct span *p)
{
	uint32_t foreign[SYSTEMS_MOST + 1] = { 0 };

	for (uint32_t i = 0; i < p->n; i++)
		if (s->cand[p->v[i]].mark & MARK_FOREIGN)
			foreign[s->cand[p->v[i]].sys]++;
	for (uint32_t i = 0; i < p->n; i++) {
		struct cand *k = &s->cand[p->v[i]];

		if ((k->mark & MARK_FOREIGN) && foreign[k->sys] * UNTIDY <= pattern_lines(&s->account[p->account], k->sys))
			k->mark &= ~MARK_FOREIGN;
	}
}
