#include "engine/deid/model.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

/* Limits are met when they are met but for rounding. */
#define SLACK 1e-9

rc judge_init(struct ctx *c, struct judge *j, const struct model *m)
{
	*j = (struct judge){ .m = m };
	TRY_ARRAY(c, j->count, (size_t)m->values + 1);
	TRY_ARRAY(c, j->seen, (size_t)m->values + 1);
	if (m->persons > 0)
		TRY_ARRAY(c, j->met, m->persons);
	if (m->t_tree)
		TRY_ARRAY(c, j->excess, m->t_tree->nodes);
	return OK;
}

void judge_class(struct judge *j, const uint32_t *codes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (j->count[codes[i]]++ == 0)
			j->seen[j->seens++] = codes[i];
}

void judge_counts(struct judge *j, const uint32_t *codes, const uint32_t *counts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		j->count[codes[i]] = counts[i];
		j->seen[j->seens++] = codes[i];
	}
}

void judge_end(struct judge *j)
{
	for (uint32_t i = 0; i < j->seens; i++)
		j->count[j->seen[i]] = 0;
	j->seens = 0;
}

double judge_entropy(const struct judge *j, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 0; i < j->seens; i++) {
		double p = (double)j->count[j->seen[i]] / n;

		sum -= p * log2(p);
	}
	return exp2(sum);
}

static int falling(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* r1 / (r_l + … + r_m), counts falling: the class is recursive (c,ℓ) when this is less than c. */
double judge_recursive(struct judge *j, uint32_t l)
{
	uint32_t most = 0;
	double tail = 0;

	if (j->seens < l || l == 0)
		return INFINITY;
	for (uint32_t i = 0; i < j->seens; i++) {
		uint32_t value = j->seen[i];

		j->seen[i] = j->count[value];
		j->count[value] = 0;
	}
	qsort(j->seen, j->seens, sizeof *j->seen, falling);
	most = j->seen[0];
	for (uint32_t i = l - 1; i < j->seens; i++)
		tail += j->seen[i];
	j->seens = 0;
	return most / tail;
}

static double equal_distance(const struct judge *j, uint32_t n)
{
	double sum = 0, met = 0;

	/* values that the class lacks differ by their whole share */
	for (uint32_t i = 0; i < j->seens; i++) {
		double share = j->m->share[j->seen[i]];

		sum += fabs((double)j->count[j->seen[i]] / n - share);
		met += share;
	}
	return (sum + (met < 1 ? 1 - met : 0)) / 2;
}

/* Earth mover's distance between ordered values (Li et al. §5.2): neighbours are 1 / (values - 1) apart. */
static double ordered_distance(const struct judge *j, uint32_t n)
{
	double over = 0, cost = 0;

	for (uint32_t i = 0; i < j->m->values; i++) {
		uint32_t value = j->m->t_order[i];

		over += (double)j->count[value] / n - j->m->share[value];
		cost += fabs(over);
	}
	return j->m->values > 1 ? cost / (j->m->values - 1) : 0;
}

/*
 * Earth mover's distance with the hierarchical ground distance (Li et al. §5.3): what a subtree has too much of and
 * what it has too little of is moved inside it as far as possible, at the price of its height over the whole height.
 */
static double tree_distance(struct judge *j, uint32_t n)
{
	const struct hierarchy *h = j->m->t_tree;
	double cost = 0;
	uint32_t tops = h->levels - 1;

	memset(j->excess, 0, h->nodes * sizeof *j->excess);
	for (uint32_t i = 0; i < j->m->values; i++)
		j->excess[j->m->t_leaf[i]] += (double)j->count[i] / n - j->m->share[i];
	for (uint32_t l = 1; l < h->levels; l++) {
		uint32_t child = h->level_first[l - 1];

		for (uint32_t v = h->level_first[l]; v < h->level_first[l + 1]; v++) {
			double over = 0, under = 0;

			for (; child < h->level_first[l] && h->node[child].parent == v; child++) {
				if (j->excess[child] > 0)
					over += j->excess[child];
				else
					under -= j->excess[child];
			}
			cost += (double)l / tops * (over < under ? over : under);
			j->excess[v] = over - under;
		}
	}
	return cost;
}

double judge_distance(struct judge *j, uint32_t n)
{
	switch (j->m->t_kind) {
	case T_NONE: case T_EQUAL: break;
	case T_ORDERED: return ordered_distance(j, n);
	case T_HIERARCHICAL: return tree_distance(j, n);
	}
	return equal_distance(j, n);
}

bool judge_holds(struct judge *j, uint32_t n)
{
	const struct model *m = j->m;
	bool ok = true;

	if (m->t_kind != T_NONE)
		ok = judge_distance(j, n) <= m->t + SLACK;
	switch (m->l_kind) {
	case L_NONE: break;
	case L_DISTINCT: ok = ok && j->seens >= m->l; break;
	case L_ENTROPY: ok = ok && judge_entropy(j, n) >= m->l - SLACK; break;
	case L_RECURSIVE: ok = ok && judge_recursive(j, (uint32_t)m->l) < m->c; break;
	}
	return ok;
}

/*
 * A class of fewer than ℓ values has no part of ℓ values, and each kind of diversity needs ℓ values. Nothing more is sure:
 * a part of a class can be more even than the whole.
 */
static bool might_hold(const struct judge *j)
{
	return j->m->l_kind == L_NONE || j->seens >= j->m->l - SLACK;
}

static bool has_persons(struct judge *j, const uint32_t *rows, uint32_t n)
{
	uint32_t met = 0;

	if (++j->turn == 0) {
		memset(j->met, 0, j->m->persons * sizeof *j->met);
		j->turn = 1;
	}
	for (uint32_t i = 0; i < n && met < j->m->k; i++) {
		uint32_t person = j->person[rows ? rows[i] : i];

		met += j->met[person] != j->turn;
		j->met[person] = j->turn;
	}
	return met >= j->m->k;
}

bool judge_ok(struct judge *j, const uint32_t *rows, uint32_t n)
{
	bool ok;

	/* a class of too few persons has no part of more */
	if (j->person && !has_persons(j, rows, n))
		return false;
	if (!j->sensitive)
		return true;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t code = j->sensitive[rows ? rows[i] : i];

		if (j->count[code]++ == 0)
			j->seen[j->seens++] = code;
	}
	ok = j->lenient ? might_hold(j) : judge_holds(j, n);
	judge_end(j);
	if (!ok || !j->next)
		return ok;
	j->next->lenient = j->lenient;
	return judge_ok(j->next, rows, n);
}
