#include "engine/deid/query.h"

#include <math.h>

#include "base/banned.h"

/* Steele, Lea, Flood 2014 (SplitMix64): the questions need no secrecy, only variety. */
static uint64_t vary(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* About a third of the leaves of each of two columns. */
static void ask(struct queries *w, uint32_t i, uint64_t *state)
{
	uint32_t qs = w->p->qs, first = (uint32_t)(vary(state) % qs);

	w->ask[i].q[0] = first;
	w->ask[i].q[1] = qs > 1 ? (first + 1 + (uint32_t)(vary(state) % (qs - 1))) % qs : first;
	for (uint32_t k = 0; k < 2; k++) {
		uint32_t leaves = w->p->q[w->ask[i].q[k]].h->leaves, n = (leaves + 2) / 3;

		w->ask[i].first[k] = (uint32_t)(vary(state) % (leaves - n + 1));
		w->ask[i].end[k] = w->ask[i].first[k] + n;
	}
	if (qs == 1) {
		w->ask[i].first[1] = w->ask[i].first[0];
		w->ask[i].end[1] = w->ask[i].end[0];
	}
}

/* Bit i of mask[leaf]: question i is not about the column, or about this leaf of it. */
static rc leaf_masks_of(struct ctx *c, const struct queries *w, uint32_t q, uint32_t **ret)
{
	uint32_t leaves = w->p->q[q].h->leaves, *mask = NULL;

	TRY_ARRAY(c, mask, leaves);
	for (uint32_t leaf = 0; leaf < leaves; leaf++) {
		mask[leaf] = UINT32_MAX;
		for (uint32_t i = 0; i < QUERIES; i++)
			for (uint32_t k = 0; k < 2; k++)
				if (w->ask[i].q[k] == q && (leaf < w->ask[i].first[k] || leaf >= w->ask[i].end[k]))
					mask[leaf] &= ~((uint32_t)1 << i);
	}
	*ret = mask;
	return OK;
}

struct truth {
	const struct queries *w;
	uint32_t *mask[DEID_QUASI_MOST];
	uint32_t tasks;
	uint32_t *codes, *all;                /* [tasks × TABLE_BLOCK] */
	uint64_t (*rows)[QUERIES];            /* [tasks] */
};

static void count_blocks(void *arg, uint32_t task)
{
	const struct truth *t = arg;
	const struct problem *p = t->w->p;
	uint32_t *codes = t->codes + (size_t)task * TABLE_BLOCK, *all = t->all + (size_t)task * TABLE_BLOCK;

	for (uint32_t b = task; b < p->t->blocks; b += t->tasks) {
		uint32_t rows = table_block_rows(p->t, b);

		memset(all, 0xff, rows * sizeof *all);
		for (uint32_t q = 0; q < p->qs; q++) {
			column_block(p->q[q].col, p->t, b, codes);
			for (uint32_t i = 0; i < rows; i++)
				all[i] &= t->mask[q][codes[i]];
		}
		for (uint32_t i = 0; i < rows; i++)
			for (uint32_t left = all[i]; left; left &= left - 1)
				t->rows[task][__builtin_ctz(left)]++;
	}
}

static rc count_truth(struct ctx *c, struct queries *w)
{
	const struct table *table = w->p->t;
	struct truth t = { .w = w, .tasks = runner_threads(table->runner) };

	TRY_ARRAY(c, t.codes, (size_t)t.tasks * TABLE_BLOCK);
	TRY_ARRAY(c, t.all, (size_t)t.tasks * TABLE_BLOCK);
	TRY_ARRAY(c, t.rows, t.tasks);
	for (uint32_t q = 0; q < w->p->qs; q++)
		TRY(leaf_masks_of(c, w, q, &t.mask[q]));
	runner_each(table->runner, t.tasks, count_blocks, &t);
	for (uint32_t i = 0; i < t.tasks; i++)
		for (uint32_t k = 0; k < QUERIES; k++)
			w->truth[k] += t.rows[i][k];
	return OK;
}

rc queries_init(struct ctx *c, struct queries *w, const struct problem *p)
{
	uint64_t state = 1;

	*w = (struct queries){ .p = p };
	for (uint32_t i = 0; i < QUERIES; i++)
		ask(w, i, &state);
	return count_truth(c, w);
}

static double inside(const struct cover *v, uint32_t first, uint32_t end)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->runs; i++) {
		uint32_t from = v->run[i].first > first ? v->run[i].first : first, to = v->run[i].end < end ? v->run[i].end : end;

		n += to > from ? to - from : 0;
	}
	return v->n > 0 ? (double)n / v->n : 0;
}

void queries_add_class(struct queries *w, const struct cover *const *cover, uint64_t rows)
{
	for (uint32_t i = 0; i < QUERIES; i++) {
		double share = inside(cover[w->ask[i].q[0]], w->ask[i].first[0], w->ask[i].end[0]);

		if (w->ask[i].q[1] != w->ask[i].q[0] && share > 0)
			share *= inside(cover[w->ask[i].q[1]], w->ask[i].first[1], w->ask[i].end[1]);
		w->told[i] += share * (double)rows;
	}
}

double queries_error(const struct queries *w)
{
	double sum = 0, least = (double)w->p->t->rows / 1000;

	for (uint32_t i = 0; i < QUERIES; i++) {
		double truth = (double)w->truth[i];

		sum += fabs(w->told[i] - truth) / (truth > least ? truth : least);
	}
	return sum / QUERIES;
}
