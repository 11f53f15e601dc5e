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

struct packing {
	const struct layout *l;
	const struct table *t;
	bool people;               /* the table is the population */
	uint64_t *key;
	uint32_t *scratch;         /* [tasks × TABLE_BLOCK] */
	uint32_t tasks;
};

static void pack_blocks(void *arg, uint32_t task)
{
	struct packing *w = arg;
	const struct layout *l = w->l;
	const struct table *t = w->t;
	uint32_t *codes = w->scratch + (size_t)task * TABLE_BLOCK;

	for (uint32_t b = task; b < t->blocks; b += w->tasks) {
		uint64_t *key = w->key + (uint64_t)b * TABLE_BLOCK * l->words;
		uint32_t n = table_block_rows(t, b);

		for (uint32_t q = 0; q < l->p->qs; q++) {
			const struct field *f = &l->f[q];

			if (f->bits == 0)
				continue;
			column_block(w->people ? l->p->people_col[q] : l->p->q[q].col, t, b, codes);
			for (uint32_t i = 0; i < n; i++)
				key[(size_t)i * l->words + f->word] |= f->code[codes[i]] << f->at;
		}
	}
}

rc packed_rows(struct ctx *c, const struct layout *l, struct packed *ret)
{
	const struct table *t = l->p->t, *people = l->p->people;
	uint64_t n = t->rows + (people ? people->rows : 0), *key = NULL, *count = NULL;
	struct packing w = { .l = l, .t = t, .tasks = runner_threads(t->runner) };

	TRY_ARRAY(c, key, n * l->words);
	TRY_ARRAY(c, w.scratch, (size_t)w.tasks * TABLE_BLOCK);
	w.key = key;
	runner_each(t->runner, w.tasks, pack_blocks, &w);
	if (people) {
		TRY_ARRAY(c, count, n);
		for (uint64_t i = 0; i < n; i++)
			count[i] = i < t->rows ? PACKED_ROW : PACKED_PERSON;
		w.t = people;
		w.people = true;
		w.key = key + t->rows * l->words;
		runner_each(t->runner, w.tasks, pack_blocks, &w);
	}
	*ret = (struct packed){ .key = key, .count = count, .n = n };
	return OK;
}

/* ---- counting ---- */

/* Classes that a pass may count at a time, and slots for them. */
#define PASS_CLASSES ((uint64_t)700000)
#define SLOTS_MOST ((uint64_t)1 << 20)
/* Hashes are cut in so many parts; a pass looks at some of them. */
#define PARTS 256u
/* Rows that are counted in one pass without a look at a part first. */
#define ROWS_AT_ONCE ((uint64_t)20000)

struct slots {
	uint64_t *slot;            /* [most × (words + 1)] key, then rows; 0 rows: free */
	uint32_t *used;            /* slots in use, in the order of their coming */
	uint64_t mask;             /* as many slots are used as the pass needs, so that they stay in the caches */
	uint32_t n;
	bool full;
};

struct counter {
	const struct layout *l;
	uint32_t threads;
	struct slots *slots;       /* [threads] */
	/* the pass that is being made */
	const struct packed *rows;
	uint64_t mask[PACKED_WORDS_MOST];
	uint32_t first, parts;     /* of the hash */
	uint64_t expected;         /* classes in the pass */
	uint64_t most;             /* slots of each thread */
	uint8_t *bits;             /* counter_mark: second round */
};

rc counter_init(struct ctx *c, const struct layout *l, uint64_t rows, struct counter **ret)
{
	struct counter *t = NULL;

	TRY_NEW(c, t);
	t->l = l;
	t->threads = runner_threads(l->p->t->runner);
	t->most = 1024;
	while (t->most < SLOTS_MOST && t->most < rows * 2)
		t->most *= 2;
	TRY_ARRAY(c, t->slots, t->threads);
	for (uint32_t i = 0; i < t->threads; i++) {
		TRY_ARRAY(c, t->slots[i].slot, t->most * (l->words + 1));
		TRY_ARRAY(c, t->slots[i].used, t->most);
	}
	*ret = t;
	return OK;
}

static inline __attribute__((always_inline)) uint64_t hash_key(const uint64_t *key, const uint64_t *mask, uint32_t words)
{
	uint64_t h = hash_mix(key[0] & mask[0], words > 1 ? key[1] & mask[1] : 0);

	if (words > 2)
		h = hash_mix(h ^ (key[2] & mask[2]), words > 3 ? key[3] & mask[3] : 0);
	return h;
}

static inline __attribute__((always_inline)) bool same(const uint64_t *slot, const uint64_t *key, const uint64_t *mask,
	uint32_t words)
{
	uint64_t differ = 0;

	for (uint32_t w = 0; w < words; w++)
		differ |= slot[w] ^ (key[w] & mask[w]);
	return differ == 0;
}

/* The rows of a class in its slot, made when it has none; NULL when there is no room. */
static inline __attribute__((always_inline)) uint64_t *slot_of(struct slots *s, const uint64_t *key, const uint64_t *mask,
	uint64_t hash, uint32_t words)
{
	uint64_t i = hash & s->mask;
	uint64_t *slot = s->slot + i * (words + 1);

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): slots are made before rows are counted */
	for (; slot[words] != 0; i = (i + 1) & s->mask, slot = s->slot + i * (words + 1))
		if (same(slot, key, mask, words))
			return slot + words;
	if (s->n > s->mask / 4 * 3) {
		s->full = true;
		return NULL;
	}
	for (uint32_t w = 0; w < words; w++)
		slot[w] = key[w] & mask[w];
	s->used[s->n++] = (uint32_t)i;
	return slot + words;
}

/* Rows whose slots are fetched before the first of them is looked at. */
#define BATCH 32u

static inline __attribute__((always_inline)) void count_range(const struct counter *t, struct slots *s, uint64_t from,
	uint64_t to, uint32_t words)
{
	const uint64_t *keys = t->rows->key;
	const uint64_t *count = t->rows->count;
	const uint64_t mask[4] = { t->mask[0], t->mask[1], t->mask[2], t->mask[3] };
	const uint32_t first = t->first, parts = t->parts;
	SCRATCH uint64_t hash[BATCH], row[BATCH];

	while (from < to && !s->full) {
		uint32_t n = 0;

		/* rows of other parts are overwritten by the next one: no branch that could be guessed wrong */
		for (; from < to && n < BATCH; from++) {
			uint64_t h = hash_key(keys + from * words, mask, words);

			hash[n] = h;
			row[n] = from;
			n += (uint32_t)(h >> 56) - first < parts;
		}
		for (uint32_t i = 0; i < n; i++)
			__builtin_prefetch(s->slot + (hash[i] & s->mask) * (words + 1), 1);
		for (uint32_t i = 0; i < n && !s->full; i++) {
			uint64_t *rows = slot_of(s, keys + row[i] * words, mask, hash[i], words);

			if (rows)
				*rows += count ? count[row[i]] : PACKED_ROW;
		}
	}
}

static void count_part(void *arg, uint32_t i)
{
	struct counter *t = arg;
	uint64_t from = t->rows->n * i / t->threads, to = t->rows->n * (i + 1) / t->threads;
	struct slots *s = &t->slots[i];

	switch (t->l->words) {
	case 1: count_range(t, s, from, to, 1); break;
	case 2: count_range(t, s, from, to, 2); break;
	case 3: count_range(t, s, from, to, 3); break;
	default: count_range(t, s, from, to, 4); break;
	}
}

static void slots_clear(struct slots *s, uint32_t words)
{
	for (uint32_t i = 0; i < s->n; i++)
		s->slot[(uint64_t)s->used[i] * (words + 1) + words] = 0;
	s->n = 0;
	s->full = false;
}

static void all_clear(struct counter *t)
{
	for (uint32_t i = 0; i < t->threads; i++)
		slots_clear(&t->slots[i], t->l->words);
}

/* Counts the parts [first, first + parts) into slots[0]; false when there is no room for so many classes. */
static bool count_pass(struct counter *t)
{
	struct slots *s = &t->slots[0];
	bool small = t->rows->n < 20000;
	uint32_t words = t->l->words, threads = t->threads;
	uint64_t mask = 1023;

	while (mask + 1 < t->most && mask < t->expected * 2)
		mask = mask * 2 + 1;
	for (uint32_t i = 0; i < threads; i++)
		t->slots[i].mask = mask;
	if (small)
		t->threads = 1;
	runner_each(small ? NULL : t->l->p->t->runner, t->threads, count_part, t);
	for (uint32_t i = 1; i < t->threads && !s->full; i++) {
		struct slots *other = &t->slots[i];

		s->full = s->full || other->full;
		for (uint32_t j = 0; j < other->n && !s->full; j++) {
			const uint64_t *key = other->slot + (uint64_t)other->used[j] * (words + 1);
			uint64_t *rows = slot_of(s, key, t->mask, hash_key(key, t->mask, words), words);

			if (rows)
				*rows += key[words];
		}
	}
	t->threads = threads;
	return !s->full;
}

static void set_masks(struct counter *t, const struct packed *rows, const uint32_t *level)
{
	memset(t->mask, 0, sizeof t->mask);
	for (uint32_t q = 0; q < t->l->p->qs; q++) {
		const struct field *f = &t->l->f[q];
		uint32_t drop = f->drop[level[q]];

		if (f->bits > drop)
			t->mask[f->word] |= (((uint64_t)1 << (f->bits - drop)) - 1) << (f->at + drop);
	}
	t->rows = rows;
	t->first = 0;
	t->parts = PARTS;
}

/*
 * What a pass that went through is for. *parts: how many parts the next one should have, as room allows; 0: no more.
 */
typedef rc (*pass_fn)(struct ctx *c, struct counter *t, void *p, uint32_t *parts);

/* Counts the parts that stand in t, or fewer when there is no room. */
static rc count_what_fits(struct ctx *c, struct counter *t)
{
	while (!count_pass(t)) {
		all_clear(t);
		/* the slots were too few, or one part alone is too many classes: hundreds of millions in all */
		if (t->expected < t->most)
			t->expected = t->expected * 4 + 1024;
		else if (t->parts == 1)
			return FAIL(c, E_LIMIT, "memory.limit");
		else
			t->parts /= 2;
	}
	return OK;
}

/* All parts in as many passes as the room for classes asks for. first_parts: of the first pass. */
static rc each_pass(struct ctx *c, struct counter *t, uint32_t first_parts, pass_fn fn, void *p)
{
	uint32_t parts = first_parts;

	t->expected = t->rows->n * parts / PARTS < PASS_CLASSES ? t->rows->n * parts / PARTS / 2 : PASS_CLASSES / 4;
	for (t->first = 0; t->first < PARTS && parts > 0; t->first += t->parts) {
		uint64_t each, most;

		t->parts = parts < PARTS - t->first ? parts : PARTS - t->first;
		TRY(count_what_fits(c, t));
		each = t->slots[0].n / t->parts + 1;
		most = PASS_CLASSES / each + 1;
		parts = PARTS;
		TRY(fn(c, t, p, &parts));
		parts = most < parts ? (uint32_t)most : parts;
		t->expected = each * parts / 4 * 5;
		all_clear(t);
	}
	return OK;
}

/* Whether a class breaks the model; *ret_gone: its rows, or more than any limit when dropping them mends nothing. */
static inline bool breaks(const struct model *m, uint64_t count, uint64_t *ret_gone)
{
	uint64_t rows = count >> 32, people = count & UINT32_MAX;

	*ret_gone = rows;
	if (rows == 0) {
		/* people who are surely not in the table */
		*ret_gone = UINT64_MAX / 4;
		return m->presence && m->presence_least > 0;
	}
	return rows < m->k || people < m->k_map || (m->presence && ((double)rows < m->presence_least * (double)people
		|| (double)rows > m->presence_most * (double)people));
}

struct checking {
	struct counted *ret;
	const uint32_t *level;
	uint64_t gone_most;
	bool want_loss;
};

static double labels_loss(const struct counter *t, const uint64_t *key, const uint32_t *level)
{
	const struct problem *p = t->l->p;
	double sum = 0;

	for (uint32_t q = 0; q < p->qs; q++)
		if (level[q] + 1 < p->q[q].h->levels)
			sum += p->q[q].weight * hierarchy_loss(p->q[q].h, layout_node(t->l, key, q, level[q]));
	return sum;
}

static rc check_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	struct checking *w = p;
	const struct slots *s = &t->slots[0];
	uint32_t done;

	(void)c;
	w->ret->classes += s->n;
	for (uint32_t i = 0; i < s->n; i++) {
		const uint64_t *key = s->slot + (uint64_t)s->used[i] * (t->l->words + 1);
		uint64_t n = 0;

		if (!breaks(&t->l->p->model, key[t->l->words], &n))
			continue;
		w->ret->gone += n;
		if (w->ret->gone > w->gone_most)
			break;
		if (w->want_loss)
			w->ret->gone_loss += (double)n * labels_loss(t, key, w->level);
	}
	w->ret->holds = w->ret->gone <= w->gone_most;
	done = t->first + t->parts;
	/* as many parts as will show that it does not hold, when it looks like that */
	if (!w->ret->holds)
		*parts = 0;
	else if (w->ret->gone * PARTS / done > w->gone_most + w->gone_most / 8 && done < PARTS)
		*parts = (uint32_t)((w->gone_most - w->ret->gone) * done / w->ret->gone * 9 / 8) + 1;
	return OK;
}

/* Parts of a first look: enough rows to tell a node that does not hold, few enough to be quick. */
static uint32_t first_look(const struct packed *rows)
{
	uint64_t parts = rows->n <= ROWS_AT_ONCE ? PARTS : ROWS_AT_ONCE / 2 * PARTS / rows->n;

	return parts == 0 ? 1 : (uint32_t)parts;
}

rc counter_check(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level,
	uint64_t gone_most, bool want_loss, struct counted *ret)
{
	struct checking w = { .ret = ret, .level = level, .gone_most = gone_most, .want_loss = want_loss };

	*ret = (struct counted){ .holds = true };
	set_masks(t, rows, level);
	return each_pass(c, t, first_look(rows), check_pass, &w);
}

uint64_t counter_estimate(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level)
{
	uint64_t n;

	(void)c;
	set_masks(t, rows, level);
	t->parts = rows->n < (uint64_t)1 << 22 ? 16 : 1;
	t->expected = t->most;
	n = count_pass(t) ? (uint64_t)t->slots[0].n * (PARTS / t->parts) : UINT64_MAX;
	all_clear(t);
	return n;
}

struct folding { struct packed *ret; uint64_t room, about; struct arena *a; };

static rc fold_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	struct folding *w = p;
	const struct slots *s = &t->slots[0];
	uint32_t words = t->l->words;

	(void)parts;
	if (w->ret->n + s->n > w->room) {
		uint64_t room = w->room == 0 && w->about > s->n ? w->about : (w->ret->n + s->n) * 3 / 2;
		uint64_t *key = arena_grow(w->a, w->ret->key, w->room * words * sizeof *key, room * words * sizeof *key);
		uint64_t *count = arena_grow(w->a, w->ret->count, w->room * sizeof *count, room * sizeof *count);

		if (!key || !count)
			return FAIL(c, E_LIMIT, "memory.limit");
		w->ret->key = key;
		w->ret->count = count;
		w->room = room;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		const uint64_t *key = s->slot + (uint64_t)s->used[i] * (words + 1);

		memcpy(w->ret->key + w->ret->n * words, key, words * sizeof *key);
		w->ret->count[w->ret->n++] = key[words];
	}
	return OK;
}

rc counter_fold(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint64_t about,
	struct arena *a, struct packed *ret)
{
	struct packed folded = { 0 };
	struct folding w = { .ret = &folded, .a = a, .about = about + about / 8 };

	set_masks(t, rows, level);
	TRY(each_pass(c, t, first_look(rows), fold_pass, &w));
	*ret = folded;
	return OK;
}

struct showing { counts_fn fn; void *p; };

static rc show_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	const struct showing *w = p;
	const struct slots *s = &t->slots[0];
	uint64_t counts[256];
	uint32_t n = 0;

	(void)parts;
	for (uint32_t i = 0; i < s->n; i++) {
		counts[n++] = s->slot[(uint64_t)s->used[i] * (t->l->words + 1) + t->l->words];
		if (n == 256 || i + 1 == s->n) {
			TRY(w->fn(c, counts, n, w->p));
			n = 0;
		}
	}
	return OK;
}

rc counter_each(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, counts_fn fn, void *p)
{
	struct showing w = { fn, p };

	set_masks(t, rows, level);
	return each_pass(c, t, first_look(rows), show_pass, &w);
}

static void mark_part(void *arg, uint32_t i)
{
	struct counter *t = arg;
	uint32_t words = t->l->words;
	struct slots *s = &t->slots[0];
	/* rows of the table alone; whole bytes of bits for each thread */
	uint64_t n = t->l->p->t->rows, gone, from = n / 8 * i / t->threads * 8;
	uint64_t to = i + 1 == t->threads ? n : n / 8 * (i + 1) / t->threads * 8;

	for (uint64_t row = from; row < to; row++) {
		const uint64_t *key = t->rows->key + row * words;
		uint64_t hash = hash_key(key, t->mask, words), *rows;

		if ((uint32_t)(hash >> 56) - t->first >= t->parts)
			continue;
		/* every class of these parts has its slot: none is made */
		rows = slot_of(s, key, t->mask, hash, words);
		if (rows && breaks(&t->l->p->model, *rows, &gone))
			t->bits[row >> 3] |= (uint8_t)(1u << (row & 7));
	}
}

static rc mark_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	(void)c;
	(void)parts;
	t->bits = p;
	runner_each(t->l->p->t->runner, t->threads, mark_part, t);
	return OK;
}

rc counter_mark(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint8_t *bits)
{
	set_masks(t, rows, level);
	return each_pass(c, t, first_look(rows), mark_pass, bits);
}
