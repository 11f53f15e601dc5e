/*
 * Why an access may have been fine: the catalogue's explanations, the strongest that holds. Tenths; an access counts
 * as unexplained below 6. Published results: simple explanations account for more than nine in ten record accesses.
 */
#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_CASE_DAYS = 8, V_NEAR_DAYS = 9 };

static uint32_t home(uint32_t household, uint32_t subject)
{
	return household != NONE ? household : subject | 0x80000000u;
}

/* A ticket that names this household. */
static enum expl by_ticket(const struct screen *s, const struct ticket *t, uint32_t dept, int32_t day, int8_t *x)
{
	if (t->opened > day) {
		*x = -3;
		return X2;
	}
	if (day - t->opened > s->rules.value[V_CASE_DAYS]) {
		*x = 5;
		return E1_OLD;
	}
	if (dept != NONE && t->dept != NONE && t->dept != dept) {
		*x = 7;
		return E1_OTHER;
	}
	*x = 10;
	return E1;
}

static bool is_absent(const struct screen *s, uint32_t account, int32_t day)
{
	size_t n;
	const struct duty *d = duty_at(s, account, day, &n);

	for (size_t i = 0; i < n; i++)
		if (d[i].kind == DUTY_ABSENT)
			return true;
	return false;
}

/* A long-running case: of the user, of a colleague, or of another department. */
static enum expl by_assignment(const struct screen *s, const struct org *o, const struct ev *e, uint32_t account,
	uint32_t dept, uint32_t household, int8_t *x)
{
	uint32_t lo = 0, hi = o->nassigned;
	int32_t day = e->day;
	enum expl best = EXPL_NONE;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (o->assigned[mid].token < e->token)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < o->nassigned && o->assigned[lo].token == e->token; lo++) {
		const struct assignment *a = &o->assigned[lo];

		if (a->household != household) {
			if (best == EXPL_NONE) {
				best = X1;
				*x = -5;
			}
			continue;
		}
		if (a->account == account && a->from <= day && day <= a->to) {
			*x = 10;
			return E2;
		}
		if (dept != NONE && a->dept == dept && (e->why == WHY_PHONE || e->why == WHY_HANDOVER || is_absent(s, a->account, day))) {
			best = E2B;
			*x = 8;
		} else if (best != E2B) {
			best = E2_NOT;
			*x = 1;
		}
	}
	return best;
}

/* Somebody of the household was looked at today or yesterday, with a case. */
static bool handled(const struct org *o, uint32_t account, uint32_t household)
{
	return map64_get(&o->valid[0], pair_key(account, household)) != MAP_NONE ||
		map64_get(&o->valid[1], pair_key(account, household)) != MAP_NONE;
}

static enum expl by_case(const struct screen *s, const struct org *o, const struct ev *e, uint32_t account, uint32_t dept,
	uint32_t household, int8_t *x)
{
	int32_t day = e->day;
	enum expl found;

	if (e->ticket != NONE) {
		const struct ticket *t = &o->ticket[e->ticket];

		if (home(t->household, t->subject) == household)
			return by_ticket(s, t, dept, day, x);
		/* whether they are one family no table tells: so it may be, where the case's person was looked at as well */
		if (!s->have[T_RESIDENTS] && handled(o, account, home(t->household, t->subject))) {
			*x = 7;
			return E_UNCHECKED;
		}
		*x = -5;
		return X1;
	}
	found = by_assignment(s, o, e, account, dept, household, x);
	if (found != EXPL_NONE)
		return found;
	if (!s->have[T_CASES] || !s->have[T_ASSIGNMENTS]) {
		*x = 7;
		return E_UNCHECKED;
	}
	*x = -3;
	return X2;
}

/*
 * The number was left blank, but the department has a case of this household these days: worth most when the user
 * opened it that day, little when somebody else did last week. Tenths; 0 for none.
 */
static int8_t near_case(const struct screen *s, const struct org *o, uint32_t account, uint32_t subject, uint32_t household,
	uint32_t dept, int32_t day)
{
	int32_t near = s->rules.value[V_NEAR_DAYS];
	uint32_t n;
	const struct near *v = near_tickets(o, household, &n);
	int8_t best = 0;

	for (uint32_t i = 0; i < n; i++) {
		int32_t away = v[i].opened > day ? v[i].opened - day : day - v[i].opened;
		const struct ticket *k;
		int8_t x = 4;

		if (away > near)
			continue;
		k = &o->ticket[v[i].ticket];
		if (dept != NONE && k->dept != dept)
			continue;
		if (k->by == NONE)
			x = 7;
		else if (k->by == account)
			x = away <= 1 ? 8 : 6;
		else if (k->subject == subject && away == 0)
			x = 6;
		best = x > best ? x : best;
	}
	return best;
}

static bool in_duty(const struct screen *s, uint32_t account, const struct ev *e)
{
	size_t n;
	const struct duty *d = duty_at(s, account, e->day, &n);
	uint32_t at = e->second;

	for (size_t i = 0; i < n; i++)
		if (d[i].kind == DUTY_EMERGENCY && d[i].from <= at + 1800 && at <= d[i].to + 1800)
			return true;
	return false;
}

/* The reason names a table that was not given: what it would say is not known, so nobody is blamed for it. */
static bool reason_unchecked(const struct screen *s, const struct ev *e)
{
	if (e->why == WHY_DISASTER)
		return !s->have[T_ATTENDANCE];
	return (e->why == WHY_AUDIT || e->why == WHY_HANDOVER || e->why == WHY_BULK || e->why == WHY_UPKEEP) && !s->have[T_WINDOWS];
}

enum expl screen_explain(struct screen *s, struct org *o, uint32_t account, const struct ev *e, uint32_t subject,
	uint32_t household, int8_t *ret_x)
{
	const struct account *a = &s->account[account];
	int32_t day = e->day;
	uint32_t dept = dept_at(s, a, account, day);
	enum expl found = EXPL_NONE;
	int8_t x = 0;

	if (a->has_window && window_at(s, account, e->ts)) {
		*ret_x = 10;
		return E4;
	}
	if (in_duty(s, account, e)) {
		*ret_x = 10;
		return E5;
	}
	/* a person who has worked on another department's cases for weeks moved there, whatever the roster says */
	if (a->home_dept != NONE && a->home_count >= 12)
		dept = a->home_dept;
	if (e->token)
		found = by_case(s, o, e, account, dept, household, &x);
	if (x >= 6 || found == X1) {
		*ret_x = x;
		return found;
	}
	if (e->why == WHY_PAYROLL && (dept == NONE || !s->have[T_DEPARTMENTS] ||
	    (dept_systems(s, a->org, dept) >> (e->sys < SYSTEMS_MOST ? e->sys : 0) & 1))) {
		*ret_x = 10;
		return E6;
	}
	if (map64_get(&o->valid[0], pair_key(account, household)) != MAP_NONE) {
		*ret_x = 9;
		return E9;
	}
	if (map64_get(&o->valid[1], pair_key(account, household)) != MAP_NONE) {
		*ret_x = 9;
		return E3;
	}
	if (map64_get(&o->assigned_homes, pair_key(account, household)) != MAP_NONE) {
		*ret_x = 8;
		return E2;
	}
	if (found == EXPL_NONE && reason_unchecked(s, e)) {
		*ret_x = 7;
		return E_UNCHECKED;
	}
	if (found == EXPL_NONE)
		x = near_case(s, o, account, subject, household, dept, day);
	if (found == EXPL_NONE && x > 0) {
		*ret_x = x;
		return E7;
	}
	if (found == EXPL_NONE && e->why == WHY_PHONE) {
		*ret_x = 4;
		return E8;
	}
	*ret_x = x;
	return found;
}
