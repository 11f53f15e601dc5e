#include "engine/deid/packed.h"

#include "base/banned.h"

/* ---- layout ---- */

static uint32_t bits_for(uint32_t n)
{
	return n <= 1 ? 0 : 32 - (uint32_t)__builtin_clz(n - 1);
}

/* Most children that a label of level l + 1 has on level l. */
static uint32_t fan(const struct hierarchy *h, uint32_t l)
{
	uint32_t most = 1;

	for (uint32_t n = h->level_first[l + 1]; n < h->level_first[l + 2]; n++) {
		uint32_t first = h->up[l][h->node[n].first], last = h->up[l][h->node[n].end - 1];

		most = last - first + 1 > most ? last - first + 1 : most;
	}
	return most;
}

static rc field_init(struct ctx *c, struct field *f, const struct hierarchy *h)
{
	f->bits = 0;
	for (uint32_t l = 0; l + 1 < h->levels; l++) {
		f->drop[l] = f->bits;
		f->bits += bits_for(fan(h, l));
	}
	f->drop[h->levels - 1] = f->bits;
	if (f->bits > 60)
		return OK;
	TRY_ARRAY(c, f->code, h->leaves);
	for (uint32_t leaf = 0; leaf < h->leaves; leaf++) {
		for (uint32_t l = 0; l + 1 < h->levels; l++) {
			const struct hnode *parent = &h->node[h->level_first[l + 1] + h->up[l + 1][leaf]];

			f->code[leaf] |= (uint64_t)(h->up[l][leaf] - h->up[l][parent->first]) << f->drop[l];
		}
	}
	return OK;
}

rc layout_init(struct ctx *c, struct layout *l, const struct problem *p, bool *ret_fits)
{
	uint32_t used[PACKED_WORDS_MOST] = { 0 };

	*l = (struct layout){ .p = p, .words = 1 };
	*ret_fits = false;
	for (uint32_t q = 0; q < p->qs; q++) {
		struct field *f = &l->f[q];
		uint32_t w = 0;

		TRY(field_init(c, f, p->q[q].h));
		if (f->bits > 60)
			return OK;
		while (w < PACKED_WORDS_MOST && used[w] + f->bits > 64)
			w++;
		if (w == PACKED_WORDS_MOST)
			return OK;
		f->word = w;
		f->at = used[w];
		used[w] += f->bits;
		l->words = w + 1 > l->words ? w + 1 : l->words;
	}
	l->halves = 2 * l->words - (used[l->words - 1] <= 32);
	*ret_fits = true;
	return OK;
}

uint32_t layout_node(const struct layout *l, const uint64_t *key, uint32_t q, uint32_t level)
{
	const struct field *f = &l->f[q];
	const struct hierarchy *h = l->p->q[q].h;
	uint64_t v = f->bits > 0 ? key[f->word] >> f->at : 0;
	uint32_t node = h->nodes - 1;

	for (uint32_t i = h->levels - 1; i > level; i--) {
		uint32_t child = (uint32_t)(v >> f->drop[i - 1] & (((uint64_t)1 << (f->drop[i] - f->drop[i - 1])) - 1));

		node = h->level_first[i - 1] + h->up[i - 1][h->node[node].first] + child;
	}
	return node;
}

void layout_masks(const struct layout *l, const uint32_t *level, uint64_t *mask)
{
	memset(mask, 0, PACKED_WORDS_MOST * sizeof *mask);
	for (uint32_t q = 0; q < l->p->qs; q++) {
		const struct field *f = &l->f[q];
		uint32_t drop = f->drop[level[q]];

		if (f->bits > drop)
			mask[f->word] |= (((uint64_t)1 << (f->bits - drop)) - 1) << (f->at + drop);
	}
}

struct packing {
	const struct layout *l;
	const struct table *t;
	bool people;               /* the table is the population */
	uint32_t *key;
	uint32_t *scratch;         /* [tasks × TABLE_BLOCK] */
	uint32_t tasks;
};

uint32_t *packed_room(const struct layout *l, struct arena *a, uint64_t n)
{
	return arena_alloc(a, n * l->halves + 1, sizeof(uint32_t));
}

/* Adds one column to the keys of n rows. A field lies in one word, and in its lower half where there is no upper one. */
static void pack_field(const struct layout *l, const struct field *f, const uint32_t *codes, uint32_t n, uint32_t *key)
{
	bool half = 2 * f->word + 1 == l->halves;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t *to = key + (size_t)i * l->halves + (size_t)2 * f->word;
		uint64_t v = f->code[codes[i]] << f->at;

		to[0] |= (uint32_t)v;
		if (!half)
			to[1] |= (uint32_t)(v >> 32);
	}
}

static void pack_blocks(void *arg, uint32_t task)
{
	struct packing *w = arg;
	const struct layout *l = w->l;
	const struct table *t = w->t;
	uint32_t *codes = w->scratch + (size_t)task * TABLE_BLOCK;

	for (uint32_t b = task; b < t->blocks; b += w->tasks) {
		uint32_t *key = w->key + (uint64_t)b * TABLE_BLOCK * l->halves;
		uint32_t n = table_block_rows(t, b);

		for (uint32_t q = 0; q < l->p->qs; q++) {
			const struct field *f = &l->f[q];

			if (f->bits == 0)
				continue;
			column_block(w->people ? l->p->people_col[q] : l->p->q[q].col, t, b, codes);
			pack_field(l, f, codes, n, key);
		}
	}
}

rc packed_rows(struct ctx *c, const struct layout *l, struct packed *ret)
{
	const struct table *t = l->p->t, *people = l->p->people;
	uint64_t n = t->rows + (people ? people->rows : 0), *count = NULL;
	uint32_t *key = packed_room(l, c->a, n);
	struct packing w = { .l = l, .t = t, .tasks = runner_threads(t->runner) };

	if (!key)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY_ARRAY(c, w.scratch, (size_t)w.tasks * TABLE_BLOCK);
	w.key = key;
	runner_each(t->runner, w.tasks, pack_blocks, &w);
	if (people) {
		TRY_ARRAY(c, count, n);
		for (uint64_t i = 0; i < n; i++)
			count[i] = i < t->rows ? PACKED_ROW : PACKED_PERSON;
		w.t = people;
		w.people = true;
		w.key = key + t->rows * l->halves;
		runner_each(t->runner, w.tasks, pack_blocks, &w);
	}
	*ret = (struct packed){ .key = key, .count = count, .n = n };
	return OK;
}
