#include "engine/deid/unique.h"

#include <math.h>

#include "base/banned.h"

/* log L of Pitman's sampling formula for parameters θ and α, but for what does not depend on them. */
static double pitman_log(const struct sizes *s, double theta, double alpha)
{
	double u = (double)s->classes, n = (double)s->rows, sum;

	/* Σ log(θ + iα), i = 1 … u - 1 */
	sum = (u - 1) * log(alpha) + lgamma(theta / alpha + u) - lgamma(theta / alpha + 1);
	sum -= lgamma(theta + n) - lgamma(theta + 1);
	for (uint32_t j = 2; j <= UNIQUE_SIZES; j++)
		if (s->of[j] > 0)
			sum += (double)s->of[j] * (lgamma(j - alpha) - lgamma(1 - alpha));
	/* large classes as if each were the mean of them */
	if (s->large > 0) {
		double rest = n;

		for (uint32_t j = 1; j <= UNIQUE_SIZES; j++)
			rest -= (double)s->of[j] * j;
		sum += (double)s->large * (lgamma(rest / (double)s->large - alpha) - lgamma(1 - alpha));
	}
	return sum;
}

/* The place of the largest value of a function with one hump, by golden section. */
static double largest(const struct sizes *s, double low, double high, double other, bool of_theta)
{
	const double cut = 0.6180339887498949;

	for (int i = 0; i < 60; i++) {
		double a = high - cut * (high - low), b = low + cut * (high - low);
		double fa = of_theta ? pitman_log(s, exp(a), other) : pitman_log(s, other, a);
		double fb = of_theta ? pitman_log(s, exp(b), other) : pitman_log(s, other, b);

		if (fa < fb)
			low = a;
		else
			high = b;
	}
	return (low + high) / 2;
}

double unique_pitman(const struct sizes *s, double fraction)
{
	double alpha = 0.5, theta = 10, people = (double)s->rows / fraction;

	if (s->of[1] == 0)
		return 0;
	if (s->classes == s->rows || s->classes < 2)
		return (double)NAN;
	/* one after the other: the likelihood has one hump in each */
	for (int round = 0; round < 60; round++) {
		theta = exp(largest(s, log(1e-3), log(1e9), alpha, true));
		alpha = largest(s, 1e-4, 0.9999, theta, false);
	}
	/* E of classes of one: Γ(θ + 1) / Γ(θ + α) · N^α */
	return exp(lgamma(theta + 1) - lgamma(theta + alpha) + alpha * log(people));
}

/* P(one of a class of j is drawn) when n of N are: hypergeometric, by logarithms. */
static double one_of(double j, double n, double people)
{
	if (people - j < n - 1)
		return 0;
	return exp(log(j) + lgamma(people - j + 1) - lgamma(n) - lgamma(people - j - n + 2) - lgamma(people + 1) + lgamma(n + 1)
		+ lgamma(people - n + 1));
}

double unique_zayatz(const struct sizes *s, double fraction)
{
	double n = (double)s->rows, people = n / fraction, sum = 0, alone;

	if (s->of[1] == 0)
		return 0;
	/* classes of the population are taken to be as large, in shares, as those of the table */
	for (uint32_t j = 1; j <= UNIQUE_SIZES; j++)
		sum += (double)s->of[j] / (double)s->classes * one_of(j, n, people);
	alone = sum > 0 ? (double)s->of[1] / (double)s->classes * one_of(1, n, people) / sum : 1;
	return alone * (double)s->of[1] / fraction;
}

/*
 * Classes of the population are of 1 + X persons, X negative binomial (α, p). Of such a class the chance to miss the table
 * is G(r), G(z) = z (p / (1 - (1 - p) z))^α and r the share that is not drawn; to be alone in it f G'(r).
 */
struct snb { double f, r, people; };

static double snb_missed(const struct snb *m, double alpha, double p)
{
	return m->r * exp(alpha * (log(p) - log1p(-(1 - p) * m->r)));
}

static double snb_alone(const struct snb *m, double alpha, double p)
{
	double rest = 1 - (1 - p) * m->r;

	return m->f * exp(alpha * (log(p) - log(rest))) * (1 + m->r * alpha * (1 - p) / rest);
}

static double snb_classes(const struct snb *m, double alpha, double p)
{
	return m->people / (1 + alpha * (1 - p) / p);
}

/* The α for which as many classes are in the table as there are: classes of the population grow fewer with it. */
static double snb_alpha(const struct snb *m, double p, double classes)
{
	double low = log(1e-9), high = log(1e9);

	for (int i = 0; i < 80; i++) {
		double mid = (low + high) / 2, alpha = exp(mid);

		if (snb_classes(m, alpha, p) * (1 - snb_missed(m, alpha, p)) > classes)
			low = mid;
		else
			high = mid;
	}
	return exp((low + high) / 2);
}

static double snb_off(const struct snb *m, const struct sizes *s, double p)
{
	double alpha = snb_alpha(m, p, (double)s->classes);

	return snb_classes(m, alpha, p) * snb_alone(m, alpha, p) - (double)s->of[1];
}

double unique_snb(const struct sizes *s, double fraction)
{
	const struct snb m = { .f = fraction, .r = 1 - fraction, .people = (double)s->rows / fraction };
	double low = 0, before = 0;

	if (s->of[1] == 0)
		return 0;
	if (s->classes < 2 || s->classes == s->rows)
		return (double)NAN;
	/* where the number of those alone in the table is met, going up in log-odds of p */
	for (int quarter = -64; quarter <= 64; quarter++) {
		const double at = quarter / 4.0;
		double off = snb_off(&m, s, 1 / (1 + exp(-at)));

		if (quarter > -64 && (before < 0) != (off < 0)) {
			double high = at;

			for (int i = 0; i < 60; i++) {
				double mid = (low + high) / 2;

				if ((snb_off(&m, s, 1 / (1 + exp(-mid))) < 0) == (before < 0))
					low = mid;
				else
					high = mid;
			}
			low = 1 / (1 + exp(-low));
			return snb_classes(&m, snb_alpha(&m, low, (double)s->classes), low)
				* exp(snb_alpha(&m, low, (double)s->classes) * log(low));
		}
		before = off;
		low = at;
	}
	return (double)NAN;
}

double unique_dankar(const struct uniqueness *u, double fraction)
{
	if (fraction <= 0.1)
		return isnan(u->pitman) ? u->zayatz : u->pitman;
	return isnan(u->snb) || u->zayatz < u->snb ? u->zayatz : u->snb;
}

struct measuring { struct sizes s; struct uniqueness u; };

static rc take_sizes(struct ctx *c, const uint64_t *counts, uint32_t n, void *p)
{
	struct measuring *w = p;

	(void)c;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t rows = counts[i] >> 32, people = counts[i] & UINT32_MAX;

		w->u.people_alone += people == 1;
		w->u.both_alone += people == 1 && rows == 1;
		if (rows == 0)
			continue;
		w->s.classes++;
		w->s.rows += rows;
		if (rows <= UNIQUE_SIZES)
			w->s.of[rows]++;
		else
			w->s.large++;
	}
	return OK;
}

static rc measure(struct ctx *c, const struct problem *p, double fraction, struct uniqueness *ret)
{
	struct measuring w = { 0 };
	uint32_t level[DEID_QUASI_MOST] = { 0 };
	struct counter *counter = NULL;
	struct packed rows = { 0 };
	struct layout l;

	TRY(layout_init(c, &l, p, &w.u.known));
	if (w.u.known) {
		TRY(packed_rows(c, &l, &rows));
		TRY(counter_init(c, &l, rows.n, &counter));
		TRY(counter_each(c, counter, &rows, level, take_sizes, &w));
		w.u.rows_alone = w.s.of[1];
		w.u.pitman = unique_pitman(&w.s, fraction);
		w.u.zayatz = unique_zayatz(&w.s, fraction);
		w.u.snb = unique_snb(&w.s, fraction);
		w.u.dankar = unique_dankar(&w.u, fraction);
	}
	*ret = w.u;
	return OK;
}

rc uniqueness_measure(struct ctx *c, const struct problem *p, double fraction, struct uniqueness *ret)
{
	AUTO_ARENA a = arena_new((size_t)64 << 30);
	struct ctx own = *c;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	own.a = a;
	r = measure(&own, p, fraction, ret);
	c->fault = own.fault;
	return r;
}
