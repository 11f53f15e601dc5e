/* Rules over many accounts: failures of logins, and one person whom many look at. */
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

static int by_term(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->term != b->term)
		return a->term < b->term ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static int by_account_time(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static int by_subject_time(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static uint32_t distinct_accounts(const struct screen *s, const uint32_t *v, uint32_t n)
{
	uint32_t d = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool seen = false;

		for (uint32_t j = 0; j < i && !seen; j++)
			seen = s->cand[v[j]].account == s->cand[v[i]].account;
		d += !seen;
	}
	return d;
}

static void claim(struct screen *s, const uint32_t *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		s->cand[v[i]].claimed = true;
}

/* Many accounts fail at one terminal within the rule's days: sliding, not cut by the clock. */
static rc spray(struct finder *f, const uint32_t *v, uint32_t n)
{
	const struct rule *r = rule_of(&f->s->rules, "password_spray");
	struct screen *s = f->s;
	uint32_t from = 0;
	struct hit *h;

	while (r && from < n) {
		uint32_t to = from + 1, k;

		while (to < n && s->cand[v[to]].term == s->cand[v[from]].term && to - from < 2000 &&
		    s->cand[v[to]].ts - s->cand[v[to - 1]].ts <= (wall)r->days * DAY_SECONDS)
			to++;
		k = s->cand[v[from]].term == NONE ? 0 : distinct_accounts(s, v + from, to - from);
		if (k >= (uint32_t)r->least) {
			TRY(hit_add(f, "password_spray", NULL, v + from, to - from, (int32_t)k * r->gain, &h));
			h->k = k;
			h->term = s->cand[v[from]].term;
			claim(s, v + from, to - from);
		}
		from = to;
	}
	return OK;
}

/* What was done from the same terminal right after the failures belongs to them. */
static void claim_entered(struct screen *s, const struct span *p, const struct hit *h)
{
	for (uint32_t i = 0; i < s->ncand; i++) {
		struct cand *k = &s->cand[i];

		if (k->account == p->account && k->term == h->term && k->ts >= h->from && k->ts - h->to <= 3600 && (k->mark & MARK_AWAY))
			k->claimed = true;
	}
}

/* Many failures of one account: within ten minutes, or twice as many in a day. */
static rc bruteforce(struct finder *f, const uint32_t *v, uint32_t n)
{
	const struct rule *r = rule_of(&f->s->rules, "login_bruteforce");
	struct screen *s = f->s;
	uint32_t from = 0;

	while (r && from < n) {
		uint32_t to = from + 1, burst = 0;
		struct span p = { s->cand[v[from]].account, NULL, 0 };

		while (to < n && s->cand[v[to]].account == p.account && s->cand[v[to]].ts - s->cand[v[to - 1]].ts < DAY_SECONDS / 2)
			to++;
		for (uint32_t i = from, j = from; i < to; i++) {
			while (s->cand[v[i]].ts - s->cand[v[j]].ts > 600)
				j++;
			burst = i - j + 1 > burst ? i - j + 1 : burst;
		}
		if (!s->cand[v[from]].claimed && (burst >= (uint32_t)r->least || to - from >= 2 * (uint32_t)r->least)) {
			struct hit *h;

			TRY(hit_add(f, "login_bruteforce", &p, v + from, to - from, (int32_t)(to - from) * r->gain, &h));
			h->term = s->cand[v[from]].term;
			claim(s, v + from, to - from);
			claim_entered(s, &p, h);
		}
		from = to;
	}
	return OK;
}

static rc pick_marked(struct finder *f, uint32_t org, uint32_t mark, bool claimed_too, uint32_t **ret, uint32_t *ret_n)
{
	uint32_t n = 0, *v;

	for (uint32_t i = 0; i < f->s->ncand; i++)
		n += f->s->cand[i].org == org && (f->s->cand[i].mark & mark);
	TRY_ARRAY(f->c, v, n ? n : 1);
	n = 0;
	for (uint32_t i = 0; i < f->s->ncand; i++)
		if (f->s->cand[i].org == org && (f->s->cand[i].mark & mark) && (claimed_too || !f->s->cand[i].claimed))
			v[n++] = i;
	*ret = v;
	*ret_n = n;
	return OK;
}

rc rules_login(struct finder *f, uint32_t org)
{
	uint32_t *v, n;

	TRY(pick_marked(f, org, MARK_FAILED, true, &v, &n));
	qsort_r(v, n, sizeof *v, by_term, f->s);
	TRY(spray(f, v, n));
	qsort_r(v, n, sizeof *v, by_account_time, f->s);
	return bruteforce(f, v, n);
}

static uint32_t distinct_depts(const struct screen *s, const uint32_t *v, uint32_t n)
{
	uint32_t d = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t dept = s->account[s->cand[v[i]].account].dept;
		bool seen = false;

		for (uint32_t j = 0; j < i && !seen; j++)
			seen = s->account[s->cand[v[j]].account].dept == dept;
		d += !seen;
	}
	return d;
}

/* One person, many users, several departments, no case: within the rule's days. */
rc rules_hotspot(struct finder *f, uint32_t org)
{
	const struct rule *r = rule_of(&f->s->rules, "hotspot_subject");
	struct screen *s = f->s;
	uint32_t *v, n, from = 0;

	if (!r)
		return OK;
	TRY(pick_marked(f, org, MARK_OPEN, false, &v, &n));
	qsort_r(v, n, sizeof *v, by_subject_time, s);
	while (from < n) {
		uint32_t to = from + 1, k, depts;
		struct hit *h;

		while (to < n && s->cand[v[to]].subject == s->cand[v[from]].subject && to - from < 1000 &&
		    day_of(s->cand[v[to]].ts) - day_of(s->cand[v[to - 1]].ts) <= r->days)
			to++;
		k = s->cand[v[from]].subject == NONE ? 0 : distinct_accounts(s, v + from, to - from);
		depts = k >= (uint32_t)r->least ? distinct_depts(s, v + from, to - from) : 0;
		if (k >= (uint32_t)r->least && (depts >= 2 || !s->have[T_ACCOUNTS])) {
			TRY(hit_add(f, "hotspot_subject", NULL, v + from, to - from, (int32_t)k * r->gain, &h));
			h->k = k;
			h->z = depts;
			claim(s, v + from, to - from);
		}
		from = to;
	}
	return OK;
}
