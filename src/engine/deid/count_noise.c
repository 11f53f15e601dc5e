#include "engine/deid/count_noise.h"

#include "base/banned.h"

/* True with probability num/den, num ≤ den. */
static bool coin(struct chance *r, uint64_t num, uint64_t den)
{
	return chance_below(r, den) < num;
}

/* exp(-γ) for γ = num/den ≤ 1: the first k whose coin of γ/k fails; odd k means true. */
static bool exp_small(struct chance *r, uint64_t num, uint64_t den)
{
	uint64_t k = 1;

	/* k grows past a few with probability 1/k!; den × k does not overflow for den below 2^40 */
	while (k < 1000 && coin(r, num, den * k))
		k++;
	return k % 2 == 1;
}

bool noise_exp(struct chance *r, uint64_t num, uint64_t den)
{
	for (; num > den; num -= den)
		if (!exp_small(r, 1, 1))
			return false;
	return exp_small(r, num, den);
}

int64_t noise_laplace(struct chance *r, uint64_t num, uint64_t den)
{
	for (;;) {
		uint64_t u = chance_below(r, den), whole = 0, x;
		bool minus;

		if (!noise_exp(r, u, den))
			continue;
		while (noise_exp(r, 1, 1))
			whole++;
		x = (u + den * whole) / num;
		minus = chance_below(r, 2) == 1;
		/* zero must not be twice as likely */
		if (minus && x == 0)
			continue;
		return minus ? -(int64_t)x : (int64_t)x;
	}
}
