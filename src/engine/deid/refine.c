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

rc refiner_init(struct ctx *c, struct refiner *f, uint32_t rows, const struct model *m, struct judge *judge)
{
	uint64_t size = 1024;

	*f = (struct refiner){ .k = m->k, .judge = judge };
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

/* Some whole classes, one after the other: rows [from, to) of a list. */
struct part {
	uint32_t from, to, first;     /* first: number of the first class */
	uint64_t mask;                /* of the hash table, as large as these rows need */
	bool direct;
};

/* Enough rows to be worth a round, few enough that what is counted for them stays in the first caches. */
#define PART_ROWS 2048u

static struct part next_part(const struct refiner *f, const struct live *in, uint32_t from, uint32_t labels)
{
	struct part p = { .from = from, .to = from, .first = in->group[from], .mask = 1023 };

	while (p.to < in->n && (p.to - from < PART_ROWS || in->group[p.to] == in->group[p.to - 1]))
		p.to++;
	p.direct = ((uint64_t)in->group[p.to - 1] - p.first + 1) * labels <= DIRECT_MOST;
	while (p.mask < (uint64_t)(p.to - from) * 2 && p.mask < f->hash_mask)
		p.mask = p.mask * 2 + 1;
	return p;
}

static uint32_t hash_slot(struct refiner *f, uint64_t key, uint64_t mask)
{
	uint64_t i = (key * 0x9e3779b97f4a7c15u >> 20) & mask;

	key++;
	while (f->keys[i] != key && f->keys[i] != 0)
		i = (i + 1) & mask;
	f->keys[i] = key;
	return (uint32_t)i;
}

static void count_classes(struct refiner *f, const struct live *in, const struct part *p, const uint32_t *codes,
	const uint32_t *up, uint32_t labels)
{
	struct tally *tally = f->tally;
	uint32_t *slots = f->slot;

	for (uint32_t i = p->from; i < p->to; i++) {
		uint32_t row = in->row[i], group = in->group[i] - p->first, slot;

		if (p->direct)
			slot = group * labels + up[codes[row]];
		else
			slot = hash_slot(f, (uint64_t)group * labels + up[codes[row]], p->mask);
		slots[i] = slot;
		tally[slot].count += f->weight ? f->weight[row] : 1;
		tally[slot].rows++;
	}
}

/*
 * Rows of classes of k or more go on, each class together, classes being numbered in the order of their first row.
 * Returns the weight of those that do not.
 */
static uint64_t keep_large(struct refiner *f, const struct live *in, const struct part *p, struct live *out)
{
	uint32_t at = out->n, k = f->k;
	uint64_t gone = 0;

	for (uint32_t i = p->from; i < p->to; i++) {
		struct tally *t = &f->tally[f->slot[i]];
		uint32_t to;

		if (t->count < k) {
			gone += f->weight ? f->weight[in->row[i]] : 1;
			continue;
		}
		if (t->id == 0) {
			/* from here on `rows` is where its next row goes */
			to = at;
			at += t->rows;
			t->rows = to;
			t->id = ++out->groups;
			out->weight += t->count;
		}
		to = t->rows++;
		out->row[to] = in->row[i];
		out->group[to] = t->id - 1;
	}
	out->n = at;
	return gone;
}

static void clear(struct refiner *f, const struct part *p)
{
	for (uint32_t i = p->from; i < p->to; i++) {
		f->tally[f->slot[i]] = (struct tally){ 0 };
		if (!p->direct)
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
		f->codes[f->start[v->group[i] + 1]++] = v->row[i];
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

bool refine(struct refiner *f, const struct live *in, const uint32_t *codes, const uint32_t *up, uint32_t labels,
	uint64_t gone_most, struct live *out)
{
	uint64_t gone = 0;

	out->n = 0;
	out->groups = 0;
	out->weight = 0;
	for (uint32_t i = 0; i < in->n;) {
		struct part p = next_part(f, in, i, labels);

		count_classes(f, in, &p, codes, up, labels);
		gone += keep_large(f, in, &p, out);
		clear(f, &p);
		if (gone > gone_most)
			return false;
		i = p.to;
	}
	if (f->judge && out->n > 0)
		keep_judged(f, out);
	return true;
}
