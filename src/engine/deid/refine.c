#include "engine/deid/refine.h"

#include "base/banned.h"

/* The direct table is used up to this size: it should stay in the second cache. */
#define DIRECT_MOST ((uint64_t)1 << 17)

rc live_init(struct ctx *c, struct live *v, uint32_t rows)
{
	*v = (struct live){ .groups = 1 };
	TRY_ARRAY(c, v->row, rows);
	TRY_ARRAY(c, v->group, rows);
	return OK;
}

rc refiner_init(struct ctx *c, struct refiner *f, uint32_t rows, const struct model *m, struct judge *judge,
	const uint32_t *sensitive)
{
	uint64_t size = 1024;

	*f = (struct refiner){ .k = m->k, .judge = judge, .sensitive = sensitive };
	while (size < (uint64_t)rows * 2)
		size *= 2;
	f->hash_mask = size - 1;
	if (size < DIRECT_MOST)
		size = DIRECT_MOST;
	TRY_ARRAY(c, f->tally, size);
	TRY_ARRAY(c, f->slot, rows);
	TRY_ARRAY(c, f->keys, f->hash_mask + 1);
	if (judge) {
		TRY_ARRAY(c, f->start, (size_t)rows + 2);
		TRY_ARRAY(c, f->codes, rows);
	}
	return OK;
}

static uint32_t hash_slot(struct refiner *f, uint64_t key)
{
	uint64_t i = (key * 0x9e3779b97f4a7c15u >> 20) & f->hash_mask;

	key++;
	while (f->keys[i] != key && f->keys[i] != 0)
		i = (i + 1) & f->hash_mask;
	f->keys[i] = key;
	return (uint32_t)i;
}

static void count_classes(struct refiner *f, const struct live *in, const uint32_t *codes, const uint32_t *up,
	uint32_t labels, bool direct)
{
	struct tally *tally = f->tally;
	uint32_t *slots = f->slot;

	for (uint32_t i = 0; i < in->n; i++) {
		uint32_t row = in->row[i], slot;

		if (direct)
			slot = in->group[i] * labels + up[codes[row]];
		else
			slot = hash_slot(f, (uint64_t)in->group[i] * labels + up[codes[row]]);
		slots[i] = slot;
		tally[slot].count += f->weight ? f->weight[row] : 1;
	}
}

/* Rows of classes of k or more go on, classes being numbered in the order of their first row. */
static void keep_large(struct refiner *f, const struct live *in, struct live *out)
{
	uint32_t n = 0, groups = 0, k = f->k, *rows = out->row, *group = out->group;
	uint64_t weight = 0;

	for (uint32_t i = 0; i < in->n; i++) {
		struct tally *t = &f->tally[f->slot[i]];

		if (t->count < k)
			continue;
		if (t->id == 0) {
			t->id = ++groups;
			weight += t->count;
		}
		rows[n] = in->row[i];
		group[n++] = t->id - 1;
	}
	out->n = n;
	out->groups = groups;
	out->weight = weight;
}

static void clear(struct refiner *f, uint32_t n, bool direct)
{
	for (uint32_t i = 0; i < n; i++) {
		f->tally[f->slot[i]] = (struct tally){ 0 };
		if (!direct)
			f->keys[f->slot[i]] = 0;
	}
}

/* Drops the classes that the judge refuses. Rows stand for themselves here. */
static void keep_judged(struct refiner *f, struct live *v)
{
	uint32_t n = 0, groups = 0;

	memset(f->start, 0, ((size_t)v->groups + 2) * sizeof *f->start);
	for (uint32_t i = 0; i < v->n; i++)
		f->start[v->group[i] + 2]++;
	for (uint32_t g = 0; g < v->groups; g++)
		f->start[g + 2] += f->start[g + 1];
	for (uint32_t i = 0; i < v->n; i++)
		f->codes[f->start[v->group[i] + 1]++] = f->sensitive[v->row[i]];
	for (uint32_t g = 0; g < v->groups; g++) {
		bool ok = judge_ok(f->judge, f->codes + f->start[g], f->start[g + 1] - f->start[g]);

		/* start[g] is not read any more: the new number of the class, 0 when it is gone */
		f->start[g] = ok ? ++groups : 0;
	}
	for (uint32_t i = 0; i < v->n; i++) {
		if (f->start[v->group[i]] == 0)
			continue;
		v->row[n] = v->row[i];
		v->group[n++] = f->start[v->group[i]] - 1;
	}
	v->n = n;
	v->groups = groups;
	v->weight = n;
}

void refine(struct refiner *f, const struct live *in, const uint32_t *codes, const uint32_t *up, uint32_t labels,
	struct live *out)
{
	bool direct = (uint64_t)in->groups * labels <= DIRECT_MOST;

	count_classes(f, in, codes, up, labels, direct);
	keep_large(f, in, out);
	clear(f, in->n, direct);
	if (f->judge && out->n > 0)
		keep_judged(f, out);
}
