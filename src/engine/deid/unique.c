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
