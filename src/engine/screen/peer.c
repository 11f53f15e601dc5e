/*
 * Whether somebody works unlike the rest of the department: over four weeks, how their lines spread over systems, kinds
 * of action and times of day, against the department without them. It makes no finding of its own, it only raises
 * others (R36); community methods such as CADS reward this where few users misbehave.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

#define SYSTEM_BINS 8u
#define ACT_BINS 4u
#define HOUR_BINS 6u
#define SPAN_DAYS 28
#define PEERS_LEAST 20u

struct pattern {
	struct pattern *next;
	int32_t span;                  /* day / SPAN_DAYS */
	uint32_t lines, account, dept;
	bool counted;                  /* enough lines to be compared */
	double distance;
	uint32_t bin[PATTERN_BINS];
};

static const uint8_t act_bin[ACTS] = { [ACT_SEARCH] = 1, [ACT_VIEW] = 2, [ACT_UPDATE] = 3, [ACT_PRINT] = 3, [ACT_CERT] = 3 };

rc pattern_count(struct ctx *c, struct account *a, const struct ev *e)
{
	/* before work, morning, noon, afternoon, evening, night */
	static const uint8_t hour_bin[24] = { 5, 5, 5, 5, 5, 5, 0, 0, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5 };
	struct pattern *p = a->pattern;
	uint32_t sys = e->sys < SYSTEM_BINS ? e->sys : SYSTEM_BINS - 1;

	if (!p || p->span != e->day / SPAN_DAYS) {
		TRY_NEW(c, p);
		p->span = e->day / SPAN_DAYS;
		p->next = a->pattern;
		a->pattern = p;
	}
	p->lines++;
	p->bin[(sys * ACT_BINS + act_bin[e->act]) * HOUR_BINS + hour_bin[e->second / 3600 % 24]]++;
	return OK;
}

uint32_t pattern_lines(const struct account *a, uint32_t sys)
{
	uint32_t n = 0, from = (sys < SYSTEM_BINS ? sys : SYSTEM_BINS - 1) * ACT_BINS * HOUR_BINS;

	for (const struct pattern *p = a->pattern; p; p = p->next)
		for (uint32_t i = 0; i < ACT_BINS * HOUR_BINS; i++)
			n += p->bin[from + i];
	return n;
}

/* Jensen–Shannon divergence of one's lines from those of all others, 0 to 1. */
static double distance(const uint32_t *own, uint32_t lines, const uint64_t *all, uint64_t sum)
{
	double d = 0;

	for (uint32_t i = 0; i < PATTERN_BINS; i++) {
		double p = (double)own[i] / lines, q = (double)(all[i] - own[i]) / (double)(sum - lines), m = (p + q) / 2;

		if (p > 0)
			d += p / 2 * log2(p / m);
		if (q > 0)
			d += q / 2 * log2(q / m);
	}
	return d;
}

static int by_peers(const void *x, const void *y)
{
	const struct pattern *a = *(const struct pattern *const *)x, *b = *(const struct pattern *const *)y;

	if (a->dept != b->dept)
		return a->dept < b->dept ? -1 : 1;
	return a->span != b->span ? (a->span < b->span ? -1 : 1) : 0;
}

static int by_distance(const void *x, const void *y)
{
	const struct pattern *a = *(const struct pattern *const *)x, *b = *(const struct pattern *const *)y;

	return a->distance < b->distance ? -1 : a->distance > b->distance;
}

static int by_dept_and_distance(const void *x, const void *y)
{
	const struct pattern *a = *(const struct pattern *const *)x, *b = *(const struct pattern *const *)y;

	if (a->dept != b->dept)
		return a->dept < b->dept ? -1 : 1;
	return by_distance(x, y);
}

/* v[from, to) are the same department's in the same weeks. */
static void measure(struct pattern **v, uint32_t from, uint32_t to)
{
	uint64_t all[PATTERN_BINS] = { 0 }, sum = 0;

	for (uint32_t i = from; i < to; i++) {
		sum += v[i]->lines;
		for (uint32_t k = 0; k < PATTERN_BINS; k++)
			all[k] += v[i]->bin[k];
	}
	for (uint32_t i = from; i < to; i++)
		if (sum > v[i]->lines)
			v[i]->distance = distance(v[i]->bin, v[i]->lines, all, sum);
}

/* What all but one in two hundred of v, in the order of distances, keep below, without those of one account; less than 0: too few. */
static double usual_most(struct pattern *const *v, uint32_t n, const struct pattern *but, const struct pattern *own, bool dept)
{
	uint32_t m = n, above;

	for (; own; own = own->next)
		m -= own->counted && (!dept || own->dept == but->dept);
	if (m < PEERS_LEAST)
		return -1;
	above = m - 1 - (uint32_t)((m - 1) * 0.995 + 0.5);
	for (uint32_t i = n; i-- > 0;)
		if (v[i]->account != but->account && above-- == 0)
			return v[i]->distance;
	return -1;
}

static rc patterns_of(struct ctx *c, const struct screen *s, uint32_t org, uint32_t least, struct pattern ***ret, uint32_t *ret_n)
{
	struct pattern **v;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->naccounts; i++)
		for (struct pattern *p = s->account[i].pattern; p; p = p->next)
			n += s->account[i].org == org;
	TRY_ARRAY(c, v, n ? n : 1);
	n = 0;
	for (uint32_t i = 0; i < s->naccounts; i++) {
		const struct account *a = &s->account[i];

		for (struct pattern *p = a->pattern; p && a->org == org && a->type <= TYPE_PERSONAL; p = p->next) {
			if (p->lines < least)
				continue;
			p->account = i;
			p->counted = true;
			p->dept = dept_at(s, a, i, (p->span + 1) * SPAN_DAYS - 1);
			v[n++] = p;
		}
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

struct finder_hits { struct hit **v; uint32_t n; const struct rule *rule; };

static void raise_hits(struct hit *const *h, uint32_t n, const struct pattern *p, const struct rule *r, double usual)
{
	double above = usual > 0 ? p->distance / usual - 1 : 0;
	int32_t by = (int32_t)(fmin(above, 1) * r->gain);

	for (uint32_t i = 0; i < n; i++)
		if (h[i]->account == p->account && h[i]->raised < by && day_of(h[i]->from) / SPAN_DAYS <= p->span &&
		    day_of(h[i]->to) / SPAN_DAYS >= p->span)
			h[i]->raised = by;
}

/* Where a department is small, the organisation's weeks are the measure; where that is, nothing is unusual. */
static void raise_dept(struct finder_hits *h, const struct screen *s, struct pattern *const *v, uint32_t n,
	struct pattern *const *all, uint32_t nall)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct pattern *own = s->account[v[i]->account].pattern;
		double usual = usual_most(v, n, v[i], own, true);

		if (usual < 0)
			usual = usual_most(all, nall, v[i], own, false);
		if (usual >= 0 && v[i]->distance > usual)
			raise_hits(h->v, h->n, v[i], h->rule, usual);
	}
}

rc peers_raise(struct ctx *c, struct screen *s, struct hit **hits, uint32_t nhits)
{
	struct finder_hits h = { hits, nhits, rule_of(&s->rules, "new_peer_pattern") };

	for (uint32_t org = 0; h.rule && org < s->norg; org++) {
		struct pattern **v, **all;
		uint32_t n;

		TRY(patterns_of(c, s, org, (uint32_t)h.rule->least, &v, &n));
		qsort(v, n, sizeof(*v), by_peers);
		for (uint32_t from = 0, to; from < n; from = to) {
			for (to = from + 1; to < n && by_peers(&v[from], &v[to]) == 0;)
				to++;
			measure(v, from, to);
		}
		TRY_ARRAY(c, all, n ? n : 1);
		memcpy(all, v, n * sizeof(*v));
		qsort(all, n, sizeof(*all), by_distance);
		qsort(v, n, sizeof(*v), by_dept_and_distance);
		for (uint32_t from = 0, to; from < n; from = to) {
			for (to = from + 1; to < n && v[from]->dept == v[to]->dept;)
				to++;
			raise_dept(&h, s, v + from, to - from, all, n);
		}
	}
	for (uint32_t i = 0; i < nhits; i++)
		if (!slice_is(hits[i]->rule->kind, SAMPLE_KIND))
			hits[i]->score += hits[i]->raised;
	return OK;
}
