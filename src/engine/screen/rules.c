/* The rules over what was put by: certain ones first, what they claim is not counted again by the vaguer ones. */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

double poisson_surprise(uint32_t k, double mean)
{
	double term = exp(-mean), below = 0;

	for (uint32_t i = 0; i < k; i++) {
		below += term;
		term *= mean / (i + 1.0);
	}
	return below >= 1.0 - 1e-12 ? 12.0 : -log10(1.0 - below);
}

double screen_surprise(uint32_t k, double mean, double size)
{
	double p, term, sum = 0;

	if (mean < 0.05)
		mean = 0.05;
	if (size > 1e6)
		return poisson_surprise(k, mean);
	p = size / (size + mean);
	term = exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1.0) + size * log(p) + k * log1p(-p));
	for (uint32_t i = k; i < k + 2000 && term > 1e-18; i++) {
		sum += term;
		term *= (i + size) / (i + 1.0) * (1.0 - p);
	}
	return sum < 1e-12 ? 12.0 : -log10(sum);
}

static int by_account(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	if (a->rec != b->rec)
		return a->rec < b->rec ? -1 : 1;
	return 0;
}

/*
 * Candidates by account, each account's in the order of records. They come in the order of the log, so that those of an
 * account only have to be put together; a search is put by late, when nothing followed it.
 */
static rc order_by_account(struct finder *f, struct span *spans, uint32_t *ret_n)
{
	struct ctx *c = f->c;
	struct screen *s = f->s;
	uint32_t *from, sum = 0;

	*ret_n = 0;
	TRY_ARRAY(c, from, (size_t)s->naccounts + 1);
	for (uint32_t i = 0; i < s->ncand; i++)
		from[s->cand[i].account]++;
	for (uint32_t i = 0; i < s->naccounts; i++) {
		uint32_t n = from[i];

		from[i] = sum;
		if (n)
			spans[(*ret_n)++] = (struct span){ i, f->order + sum, n };
		sum += n;
	}
	for (uint32_t i = 0; i < s->ncand; i++)
		f->order[from[s->cand[i].account]++] = i;
	for (uint32_t i = 0; i < *ret_n; i++)
		for (uint32_t k = 1; k < spans[i].n; k++)
			if (s->cand[spans[i].v[k - 1]].rec > s->cand[spans[i].v[k]].rec) {
				qsort_r(spans[i].v, spans[i].n, sizeof *spans[i].v, by_account, s);
				break;
			}
	return OK;
}

static int by_record(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

rc hit_add(struct finder *f, const char *kind, const struct span *of, const uint32_t *cand, uint32_t n, int32_t extra,
	struct hit **ret)
{
	const struct rule *r = rule_of(&f->s->rules, kind);
	struct hit *h = NULL;

	if (r)
		TRY(hit_add_rule(f, r, of, cand, n, extra, &h));
	if (ret)
		*ret = h;
	return OK;
}

rc hit_add_rule(struct finder *f, const struct rule *r, const struct span *of, const uint32_t *cand, uint32_t n,
	int32_t extra, struct hit **ret)
{
	const struct cand *first, *last;
	struct hit *h;

	TRY_NEW(f->c, h);
	TRY_ARRAY(f->c, h->cand, n ? n : 1);
	if (n)
		memcpy(h->cand, cand, n * sizeof *cand);
	qsort_r(h->cand, n, sizeof *h->cand, by_record, f->s);
	cand = h->cand;
	h->rule = r;
	h->n = n;
	h->account = of ? of->account : NONE;
	h->term = h->sys = NONE;
	h->score = r->base + extra < r->cap ? r->base + extra : r->cap;
	if (n) {
		first = &f->s->cand[cand[0]];
		last = &f->s->cand[cand[n - 1]];
		h->org = first->org;
		h->from = first->ts;
		h->to = last->ts;
		h->day = day_of(first->ts);
		h->days = 1;
		for (uint32_t i = 1; i < n; i++) {
			const struct cand *k = &f->s->cand[cand[i]];

			h->days += day_of(k->ts) != day_of(f->s->cand[cand[i - 1]].ts);
			h->from = k->ts < h->from ? k->ts : h->from;
			h->to = k->ts > h->to ? k->ts : h->to;
		}
	}
	if (f->last)
		f->last->next = h;
	else
		f->first = h;
	f->last = h;
	f->n++;
	*ret = h;
	return OK;
}

static rc org_rules(struct finder *f, uint32_t org, const struct span *spans, uint32_t n)
{
	TRY(rules_log(f, org));
	TRY(rules_login(f, org));
	for (uint32_t i = 0; i < n; i++)
		if (f->s->account[spans[i].account].org == org)
			TRY(rules_account(f, &spans[i]));
	TRY(rules_hotspot(f, org));
	for (uint32_t i = 0; i < n; i++) {
		if (f->s->account[spans[i].account].org != org)
			continue;
		TRY(rules_when(f, &spans[i], 5));
		TRY(rules_when(f, &spans[i], 6));
		TRY(rules_when(f, &spans[i], 7));
		TRY(rules_subject(f, &spans[i]));
		TRY(rules_group(f, &spans[i]));
		TRY(rules_case(f, &spans[i]));
		TRY(rules_when(f, &spans[i], TURN_OWN));
		TRY(rules_when(f, &spans[i], RULE_TURNS));
	}
	for (int32_t turn = 0; turn <= RULE_TURNS; turn++)
		TRY(rules_when_all(f, org, turn));
	return OK;
}

/* Accounts of one organisation together, for the baselines of peers. */
static rc volume_rules(struct finder *f, uint32_t org, const struct span *spans, uint32_t n)
{
	struct span *own;
	uint32_t k = 0;

	TRY_ARRAY(f->c, own, n ? n : 1);
	for (uint32_t i = 0; i < n; i++)
		if (f->s->account[spans[i].account].org == org)
			own[k++] = spans[i];
	return rules_volume(f, own, k);
}

static int double_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * How often users mistype case numbers or open other people's cases, without the tenth that does it most: what is
 * looked for must not set the usual.
 */
static rc find_slips(struct finder *f, uint32_t org, const struct span *spans, uint32_t n, double *ret, enum expl expl)
{
	double *rate, sum = 0;
	uint32_t k = 0, days = 1;

	TRY_ARRAY(f->c, rate, n ? n : 1);
	for (uint32_t i = 0; i < n; i++) {
		const struct account *a = &f->s->account[spans[i].account];
		uint32_t homes = 0, last = NONE;

		if (a->org != org || a->first_day == INT32_MIN)
			continue;
		days = (uint32_t)(day_of(a->last_seen) - a->first_day + 1);
		for (uint32_t j = 0; j < spans[i].n; j++) {
			const struct cand *q = &f->s->cand[spans[i].v[j]];

			if ((q->mark & MARK_OPEN) && q->expl == expl && q->household != last) {
				homes++;
				last = q->household;
			}
		}
		if (days >= 14)
			rate[k++] = (double)homes / days;
	}
	qsort(rate, k, sizeof *rate, double_order);
	k -= k / 10;
	for (uint32_t i = 0; i < k; i++)
		sum += rate[i];
	*ret = k ? sum / k : 0;
	if (*ret < 0.002)
		*ret = 0.002;
	return OK;
}

rc hits_find(struct ctx *c, struct screen *s, struct hit **ret)
{
	struct finder f = { .c = c, .s = s };
	struct span *spans;
	uint32_t n = 0;

	TRY_ARRAY(c, f.order, s->ncand ? s->ncand : 1);
	TRY_ARRAY(c, spans, s->naccounts ? s->naccounts : 1);
	TRY(order_by_account(&f, spans, &n));
	for (uint32_t i = 0; i < n && !s->have[T_CASES]; i++)
		usual_systems(s, &spans[i]);
	TRY_ARRAY(c, f.slips, s->norg ? s->norg : 1);
	TRY_ARRAY(c, f.chances, s->norg ? s->norg : 1);
	for (uint32_t org = 0; org < s->norg; org++) {
		TRY(find_slips(&f, org, spans, n, &f.slips[org].wrong, X1));
		TRY(find_slips(&f, org, spans, n, &f.slips[org].others, E2_NOT));
		TRY(find_chances(&f, org, spans, n));
		TRY(org_rules(&f, org, spans, n));
		TRY(volume_rules(&f, org, spans, n));
		TRY(rules_sample(&f, org));
	}
	*ret = f.first;
	return OK;
}
