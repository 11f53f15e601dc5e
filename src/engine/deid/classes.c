#include "engine/deid/classes.h"

#include "base/banned.h"

/* Classes that a pass may count at a time, and slots for them. */
#define PASS_CLASSES ((uint64_t)700000)
#define SLOTS_MOST ((uint64_t)1 << 20)
/* Hashes are cut in so many parts; a pass looks at some of them. */
#define PARTS 256u
/* Rows that are counted in one pass without a look at a part first. */
#define ROWS_AT_ONCE ((uint64_t)20000)

/*
 * Slots lie in regions, told by bits of the hash: what several threads have counted is brought together, looked at and
 * cleared region by region, by as many threads. The regions and their order are the same for any number of threads.
 */
#define REGIONS 16u
#define REGION_SHIFT 52u
/* Fewer slots are not worth several threads. */
#define USED_LEAST 4096u
/* With more than a class for so many rows it costs less to look at each row in every thread than to join their tables. */
#define MANY_CLASSES 8u

struct slots {
	uint64_t *slot;            /* [most × (words + 1)] key, then rows; 0 rows: free */
	uint32_t *used;            /* [most] slots in use, in each region in the order of their coming */
	uint64_t mask;             /* of a region: as many slots are used as the pass needs, so that they stay in the caches */
	uint32_t bits;             /* of the mask */
	struct region { uint32_t n, apart[15]; } region[REGIONS];   /* slots in use; apart: no two threads write one line of the cache */
	_Atomic bool full;
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
	bool by_regions;           /* each thread looks at all rows and counts some regions; else all of some rows */
	uint8_t *bits;             /* counter_mark: second round */
};

rc counter_init(struct ctx *c, const struct layout *l, uint64_t rows, struct counter **ret)
{
	struct counter *t = NULL;

	TRY_NEW(c, t);
	t->l = l;
	t->threads = runner_threads(l->p->t->runner);
	t->most = REGIONS * 256;
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

/* A key with its words side by side; what is read behind the last half is under no mask. */
static inline __attribute__((always_inline)) void load_key(const uint32_t *from, uint64_t *key, uint32_t words)
{
	memcpy(key, from, words * sizeof *key);
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

/* The slot where the search for a hash begins. */
static inline __attribute__((always_inline)) uint64_t slot_first(const struct slots *s, uint64_t hash)
{
	return (hash >> REGION_SHIFT & (REGIONS - 1)) << s->bits | (hash & s->mask);
}

/* The rows of a class in its slot, made when it has none; NULL when there is no room. */
static inline __attribute__((always_inline)) uint64_t *slot_of(struct slots *s, const uint64_t *key, const uint64_t *mask,
	uint64_t first, uint32_t words)
{
	uint64_t i = first, region = first >> s->bits;
	uint64_t *slot = s->slot + i * (words + 1);

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): slots are made before rows are counted */
	for (; slot[words] != 0; i = (i & ~s->mask) | ((i + 1) & s->mask), slot = s->slot + i * (words + 1))
		if (same(slot, key, mask, words))
			return slot + words;
	if (s->region[region].n > s->mask / 4 * 3) {
		s->full = true;
		return NULL;
	}
	for (uint32_t w = 0; w < words; w++)
		slot[w] = key[w] & mask[w];
	s->used[(region << s->bits) + s->region[region].n++] = (uint32_t)i;
	return slot + words;
}

/* Rows whose slots are fetched before the first of them is looked at. */
#define BATCH 32u

/* The rows and regions that a thread counts. */
struct share { uint64_t from, to; uint32_t region, regions; };

static inline __attribute__((always_inline)) void count_range(const struct counter *t, struct slots *s, struct share share,
	uint32_t words)
{
	uint64_t from = share.from, to = share.to;
	const uint32_t *keys = t->rows->key;
	const uint64_t *count = t->rows->count;
	const uint64_t mask[4] = { t->mask[0], t->mask[1], t->mask[2], t->mask[3] };
	const uint32_t first = t->first, parts = t->parts, halves = t->l->halves;
	SCRATCH uint64_t at[BATCH], row[BATCH], key[4];

	while (from < to && !s->full) {
		uint32_t n = 0;

		/* rows of other parts are overwritten by the next one: no branch that could be guessed wrong */
		for (; from < to && n < BATCH; from++) {
			uint64_t h;

			load_key(keys + from * halves, key, words);
			h = hash_key(key, mask, words);
			at[n] = slot_first(s, h);
			row[n] = from;
			n += ((uint32_t)(h >> 56) - first < parts)
				& ((uint32_t)(h >> REGION_SHIFT & (REGIONS - 1)) - share.region < share.regions);
		}
		for (uint32_t i = 0; i < n; i++)
			__builtin_prefetch(s->slot + at[i] * (words + 1), 1);
		for (uint32_t i = 0; i < n && !s->full; i++) {
			uint64_t *rows;

			load_key(keys + row[i] * halves, key, words);
			rows = slot_of(s, key, mask, at[i], words);
			if (rows)
				*rows += count ? count[row[i]] : PACKED_ROW;
		}
	}
}

static void count_part(void *arg, uint32_t i)
{
	struct counter *t = arg;
	struct slots *s = &t->slots[t->by_regions ? 0 : i];
	struct share share = { .to = t->rows->n, .regions = REGIONS };

	if (t->by_regions) {
		share.region = REGIONS * i / t->threads;
		share.regions = REGIONS * (i + 1) / t->threads - share.region;
	} else {
		share.from = t->rows->n * i / t->threads;
		share.to = t->rows->n * (i + 1) / t->threads;
	}
	switch (t->l->words) {
	case 1: count_range(t, s, share, 1); break;
	case 2: count_range(t, s, share, 2); break;
	case 3: count_range(t, s, share, 3); break;
	default: count_range(t, s, share, 4); break;
	}
}

static uint64_t used(const struct slots *s)
{
	uint64_t n = 0;

	for (uint32_t g = 0; g < REGIONS; g++)
		n += s->region[g].n;
	return n;
}

/* Slot i of those in use of a region; those that come soon are fetched, since they lie anywhere. */
static inline uint64_t *used_slot(const struct slots *s, uint32_t g, uint32_t i, uint32_t words)
{
	const uint32_t *in_use = s->used + ((uint64_t)g << s->bits) + i;

	if (i + BATCH / 2 < s->region[g].n)
		__builtin_prefetch(s->slot + (uint64_t)in_use[BATCH / 2] * (words + 1), 1);
	return s->slot + (uint64_t)in_use[0] * (words + 1);
}

/* Calls fn for each region; by several threads where that is worth it. */
static void each_region(struct counter *t, void (*fn)(void *p, uint32_t region), void *p)
{
	runner_each(used(&t->slots[0]) < USED_LEAST ? NULL : t->l->p->t->runner, REGIONS, fn, p);
}

static void clear_region(void *arg, uint32_t g)
{
	const struct counter *t = arg;
	uint32_t words = t->l->words;

	for (uint32_t i = 0; i < t->threads; i++) {
		struct slots *s = &t->slots[i];

		for (uint32_t j = 0; j < s->region[g].n; j++)
			used_slot(s, g, j, words)[words] = 0;
		s->region[g].n = 0;
	}
}

static void all_clear(struct counter *t)
{
	each_region(t, clear_region, t);
	for (uint32_t i = 0; i < t->threads; i++)
		t->slots[i].full = false;
}

/* What the other threads counted goes to the slots of the first one; places in both are fetched ahead. */
static void join_region(void *arg, uint32_t g)
{
	struct counter *t = arg;
	struct slots *s = &t->slots[0];
	uint32_t words = t->l->words, n;

	for (uint32_t i = 1; i < t->threads; i++) {
		const struct slots *other = &t->slots[i];
		SCRATCH uint64_t at[BATCH], *key[BATCH];

		for (uint32_t from = 0; from < other->region[g].n; from += n) {
			n = other->region[g].n - from < BATCH ? other->region[g].n - from : BATCH;
			for (uint32_t j = 0; j < n; j++) {
				key[j] = used_slot(other, g, from + j, words);
				at[j] = slot_first(s, hash_key(key[j], t->mask, words));
				__builtin_prefetch(s->slot + at[j] * (words + 1), 1);
			}
			for (uint32_t j = 0; j < n; j++) {
				uint64_t *rows = slot_of(s, key[j], t->mask, at[j], words);

				if (!rows)
					return;
				*rows += key[j][words];
			}
		}
	}
}

/* Counts the parts [first, first + parts) into slots[0]; false when there is no room for so many classes. */
static bool count_pass(struct counter *t)
{
	struct slots *s = &t->slots[0];
	bool small = t->rows->n < 20000;
	uint32_t threads = t->threads, bits = 8;

	while ((uint64_t)REGIONS << (bits + 1) <= t->most && (uint64_t)REGIONS << bits < t->expected * 2)
		bits++;
	for (uint32_t i = 0; i < threads; i++) {
		t->slots[i].bits = bits;
		t->slots[i].mask = ((uint64_t)1 << bits) - 1;
	}
	if (small)
		t->threads = 1;
	t->by_regions = t->expected > t->rows->n / MANY_CLASSES;
	runner_each(small ? NULL : t->l->p->t->runner, t->threads, count_part, t);
	for (uint32_t i = 1; i < t->threads; i++)
		s->full = s->full || t->slots[i].full;
	if (t->threads > 1 && !t->by_regions && !s->full)
		each_region(t, join_region, t);
	t->threads = threads;
	return !s->full;
}

static void set_masks(struct counter *t, const struct packed *rows, const uint32_t *level)
{
	layout_masks(t->l, level, t->mask);
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
		each = used(&t->slots[0]) / t->parts + 1;
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

static rc fold_room(struct ctx *c, const struct counter *t, struct fold *f, uint64_t room)
{
	size_t one = t->l->halves * sizeof *f->rows.key;
	uint32_t *key = arena_grow(f->a, f->rows.key, f->room > 0 ? f->room * one + 4 : 0, room * one + 4);
	uint64_t *count = arena_grow(f->a, f->rows.count, f->room * sizeof *count, room * sizeof *count);

	if (!key || !count)
		return FAIL(c, E_LIMIT, "memory.limit");
	f->rows.key = key;
	f->rows.count = count;
	f->room = room;
	return OK;
}

/* Classes of the pass go to rows of the fold from `to` on. */
struct taking { const struct counter *t; struct fold *fold; uint64_t to[REGIONS]; };

static void take_region(void *arg, uint32_t g)
{
	const struct taking *w = arg;
	const struct slots *s = &w->t->slots[0];
	uint32_t words = w->t->l->words, halves = w->t->l->halves;

	for (uint32_t i = 0; i < s->region[g].n; i++) {
		const uint64_t *key = used_slot(s, g, i, words);

		uint32_t *to = w->fold->rows.key + (w->to[g] + i) * halves;

		for (uint32_t h = 0; h < halves; h++)
			to[h] = (uint32_t)(key[h / 2] >> (h % 2 * 32));
		w->fold->rows.count[w->to[g] + i] = key[words];
	}
}

/* The classes of a pass, unless they are too many. */
static rc take_classes(struct ctx *c, struct counter *t, struct fold *f)
{
	struct taking w = { .t = t, .fold = f };
	uint64_t n = used(&t->slots[0]);

	if (f->rows.n + n > f->most) {
		f->whole = false;
		return OK;
	}
	if (f->rows.n + n > f->room)
		TRY(fold_room(c, t, f, f->room == 0 ? n : (f->rows.n + n) * 3 / 2));
	for (uint32_t g = 0; g < REGIONS; g++) {
		w.to[g] = f->rows.n;
		f->rows.n += t->slots[0].region[g].n;
	}
	each_region(t, take_region, &w);
	return OK;
}

struct checking {
	struct counter *t;
	struct fold *fold;
	struct counted *ret;
	const uint32_t *level;
	uint64_t gone_most;
	bool want_loss;
	uint64_t gone[REGIONS];    /* of the pass */
	double gone_loss[REGIONS];
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

static void check_region(void *arg, uint32_t g)
{
	struct checking *w = arg;
	const struct counter *t = w->t;
	const struct slots *s = &t->slots[0];
	uint64_t gone = 0;
	double gone_loss = 0;

	for (uint32_t i = 0; i < s->region[g].n && gone <= w->gone_most; i++) {
		const uint64_t *key = used_slot(s, g, i, t->l->words);
		uint64_t n = 0;

		if (!breaks(&t->l->p->model, key[t->l->words], &n))
			continue;
		gone += n;
		if (w->want_loss)
			gone_loss += (double)n * labels_loss(t, key, w->level);
	}
	w->gone[g] = gone <= w->gone_most ? gone : w->gone_most + 1;
	w->gone_loss[g] = gone_loss;
}

static rc check_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	struct checking *w = p;
	uint32_t done;

	w->ret->classes += used(&t->slots[0]);
	each_region(t, check_region, w);
	for (uint32_t g = 0; g < REGIONS; g++) {
		w->ret->gone += w->gone[g];
		w->ret->gone_loss += w->gone_loss[g];
	}
	w->ret->holds = w->ret->gone <= w->gone_most;
	if (w->fold && w->fold->whole && w->ret->holds)
		TRY(take_classes(c, t, w->fold));
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
	uint64_t gone_most, bool want_loss, struct fold *fold, struct counted *ret)
{
	struct checking w = { .t = t, .fold = fold, .ret = ret, .level = level, .gone_most = gone_most, .want_loss = want_loss };

	*ret = (struct counted){ .holds = true };
	if (fold) {
		fold->rows.n = 0;
		fold->whole = true;
	}
	set_masks(t, rows, level);
	TRY(each_pass(c, t, first_look(rows), check_pass, &w));
	if (fold)
		fold->whole = fold->whole && ret->holds;
	return OK;
}

uint64_t counter_estimate(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level)
{
	uint64_t n;

	(void)c;
	set_masks(t, rows, level);
	t->parts = rows->n < (uint64_t)1 << 22 ? 16 : 1;
	t->expected = t->most;
	n = count_pass(t) ? used(&t->slots[0]) * (PARTS / t->parts) : UINT64_MAX;
	all_clear(t);
	return n;
}

static rc fold_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	(void)parts;
	return take_classes(c, t, p);
}

rc counter_fold(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint64_t about,
	struct fold *ret)
{
	ret->rows = (struct packed){ 0 };
	ret->most = UINT64_MAX;
	ret->room = 0;
	if (about > 0)
		TRY(fold_room(c, t, ret, about + about / 8));
	set_masks(t, rows, level);
	TRY(each_pass(c, t, first_look(rows), fold_pass, ret));
	ret->whole = true;
	return OK;
}

struct showing { counts_fn fn; void *p; };

static rc show_pass(struct ctx *c, struct counter *t, void *p, uint32_t *parts)
{
	const struct showing *w = p;
	const struct slots *s = &t->slots[0];
	uint64_t counts[256];

	(void)parts;
	for (uint32_t g = 0; g < REGIONS; g++) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < s->region[g].n; i++) {
			counts[n++] = used_slot(s, g, i, t->l->words)[t->l->words];
			if (n == 256 || i + 1 == s->region[g].n) {
				TRY(w->fn(c, counts, n, w->p));
				n = 0;
			}
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
		uint64_t key[PACKED_WORDS_MOST] = { 0 }, hash, *rows;

		load_key(t->rows->key + row * t->l->halves, key, words);
		hash = hash_key(key, t->mask, words);

		if ((uint32_t)(hash >> 56) - t->first >= t->parts)
			continue;
		/* every class of these parts has its slot: none is made */
		rows = slot_of(s, key, t->mask, slot_first(s, hash), words);
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
