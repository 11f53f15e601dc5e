#include "engine/deid/few.h"

#include "base/banned.h"

bool few_can(const struct layout *l, const struct packed *rows)
{
	return rows->n <= FEW_ROWS_MOST && l->p->t->rows <= INT32_MAX && !l->p->people;
}

rc few_tables(struct ctx *c, struct few_tables **ret)
{
	TRY_NEW(c, *ret);
	(*ret)->a = c->a;
	TRY_ARRAY(c, (*ret)->counts, FEW_COUNTS + 4);
	return OK;
}

rc few_init(struct ctx *c, const struct layout *l, const struct packed *rows, struct few_tables *tables,
	struct few *ret)
{
	*ret = (struct few){ .l = l, .rows = rows, .classes = 1 };
	TRY_ARRAY(c, ret->class, rows->n);
	TRY_ARRAY(c, ret->weight, rows->n);
	TRY_ARRAY(c, ret->loss, 1);
	ret->tables = tables;
	for (uint64_t i = 0; i < rows->n; i++)
		ret->weight[i] = rows->count ? (uint32_t)(rows->count[i] / PACKED_ROW) : 1;
	return OK;
}

static uint32_t code_bits(const struct few *f, uint32_t q, uint32_t level)
{
	return f->l->f[q].bits - f->l->f[q].drop[level];
}

bool few_fits(const struct few *f, uint32_t q, uint32_t level)
{
	return (uint64_t)f->classes << code_bits(f, q, level) <= FEW_COUNTS;
}

/* Where a row is counted: its class, then the way down column q to the level. */
struct place { const uint32_t *key; uint32_t halves, shift, bits; uint64_t mask; };

static struct place place_of(const struct few *f, uint32_t q, uint32_t level)
{
	const struct field *field = &f->l->f[q];
	uint32_t bits = code_bits(f, q, level);

	return (struct place){ .key = f->rows->key + (bits > 0 ? (size_t)2 * field->word : 0), .halves = f->l->halves,
		.shift = bits > 0 ? field->at + field->drop[level] : 0, .bits = bits, .mask = ((uint64_t)1 << bits) - 1 };
}

static inline uint32_t place_at(const struct place *p, uint32_t class, uint64_t row)
{
	uint64_t word;

	memcpy(&word, p->key + row * p->halves, sizeof word);
	return class << p->bits | (uint32_t)(word >> p->shift & p->mask);
}

/* Rows that follow each other are often of one class: counted in turn at several places, none waits for the last. */
#define WAYS 4u

static inline __attribute__((always_inline)) void count_ways(const struct few *f, struct place p, uint32_t n, uint32_t ways)
{
	uint32_t *counts = f->tables->counts;
	const uint32_t *class = f->class, *weight = f->weight;
	uint64_t rows = f->rows->n, i = 0;

	for (; i + ways <= rows; i += ways)
		for (uint32_t way = 0; way < ways; way++)
			counts[(size_t)way * n + place_at(&p, class[i + way], i + way)] += weight[i + way];
	for (; i < rows; i++)
		counts[place_at(&p, class[i], i)] += weight[i];
}

/* Counts of all places; zeros behind them, up to a multiple of four. */
static uint32_t count_rows(const struct few *f, const struct place *p)
{
	uint32_t n = f->classes << p->bits, room = (n + 3) & ~3u, *counts = f->tables->counts;
	bool many = (uint64_t)room * WAYS * 4 > f->rows->n;

	memset(counts, 0, (size_t)room * (many ? 1 : WAYS) * sizeof *counts);
	if (many) {
		count_ways(f, *p, room, 1);
		return n;
	}
	count_ways(f, *p, room, WAYS);
	for (uint32_t way = 1; way < WAYS; way++)
		for (uint32_t i = 0; i < n; i++)
			counts[i] += counts[(size_t)way * room + i];
	return n;
}

/* Weighted losses of the labels of column q at a level, by their way down; NULL: it is the top, which has none. */
static rc label_losses(struct ctx *c, const struct few *f, const struct place *p, uint32_t q, uint32_t level,
	const double **ret)
{
	const struct quasi *quasi = &f->l->p->q[q];
	const struct hierarchy *h = quasi->h;
	double **loss = &f->tables->loss[q][level];

	if (level + 1 < h->levels && !*loss) {
		*loss = arena_alloc(f->tables->a, (size_t)1 << p->bits, sizeof **loss);
		if (!*loss)
			return FAIL(c, E_LIMIT, "memory.limit");
		for (uint32_t node = h->level_first[level]; node < h->level_first[level + 1]; node++) {
			uint64_t code = f->l->f[q].code[h->node[node].first] >> f->l->f[q].drop[level];

			(*loss)[code] = quasi->weight * hierarchy_loss(h, node);
		}
	}
	*ret = *loss;
	return OK;
}

/* Loss of the decided labels and of that of one more column. */
static double place_loss(const struct few *f, const struct place *p, const double *labels, uint32_t at)
{
	return f->loss[at >> p->bits] + (labels ? labels[at & p->mask] : 0);
}

typedef int32_t four __attribute__((vector_size(16)));

/* Rows in classes of fewer than k; n counts, and zeros behind them up to a multiple of four. */
static uint64_t count_gone(const uint32_t *counts, uint32_t n, uint32_t k)
{
	four sum = { 0 }, v, least;
	int32_t part[4];

	if (k > INT32_MAX)
		k = INT32_MAX;   /* there are not so many rows */
	least = (four){ (int32_t)k, (int32_t)k, (int32_t)k, (int32_t)k };
	for (uint32_t i = 0; i < n; i += 4) {
		memcpy(&v, counts + i, sizeof v);
		sum += v & (v < least);
	}
	memcpy(part, &sum, sizeof part);
	return (uint64_t)part[0] + (uint64_t)part[1] + (uint64_t)part[2] + (uint64_t)part[3];
}

rc few_check(struct ctx *c, const struct few *f, uint32_t q, uint32_t level, uint64_t gone_most, struct counted *ret)
{
	struct place p = place_of(f, q, level);
	uint32_t n = count_rows(f, &p), k = f->l->p->model.k;
	const uint32_t *counts = f->tables->counts;
	const double *labels = NULL;

	TRY(label_losses(c, f, &p, q, level, &labels));
	*ret = (struct counted){ .gone = count_gone(counts, n, k) };
	ret->holds = ret->gone <= gone_most;
	for (uint32_t i = 0; ret->holds && ret->gone > 0 && i < n; i++)
		if (counts[i] - 1 < k - 1)
			ret->gone_loss += counts[i] * place_loss(f, &p, labels, i);
	return OK;
}

rc few_decide(struct ctx *c, const struct few *f, uint32_t q, uint32_t level, struct few *ret)
{
	struct place p = place_of(f, q, level);
	uint32_t n = count_rows(f, &p), classes = 0, *number = f->tables->counts;
	const double *labels = NULL;
	struct few d = *f;

	TRY(label_losses(c, f, &p, q, level, &labels));
	for (uint32_t i = 0; i < n; i++)
		classes += number[i] > 0;
	d.class = arena_bytes(c->a, f->rows->n * sizeof *d.class);
	d.loss = arena_bytes(c->a, classes * sizeof *d.loss);
	if (!d.class || !d.loss)
		return FAIL(c, E_LIMIT, "memory.limit");
	d.classes = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (number[i] == 0)
			continue;
		d.loss[d.classes] = place_loss(f, &p, labels, i);
		number[i] = d.classes++;
	}
	for (uint64_t i = 0; i < f->rows->n; i++)
		d.class[i] = number[place_at(&p, f->class[i], i)];
	*ret = d;
	return OK;
}

/* Room for folded rows, and slots that tell where they are (one more than the place; 0: free). */
struct folding {
	const struct few *from;
	struct few *to;
	struct packed *rows;
	uint64_t most, slots, mask[PACKED_WORDS_MOST];
};

static rc folding_init(struct ctx *c, struct folding *w)
{
	const struct few *f = w->from;

	*w->to = *f;
	w->to->rows = w->rows;
	*w->rows = (struct packed){ .key = arena_bytes(c->a, (w->most * f->l->halves + 1) * sizeof *w->rows->key) };
	w->rows->count = arena_bytes(c->a, w->most * sizeof *w->rows->count);
	w->to->class = arena_bytes(c->a, w->most * sizeof *w->to->class);
	w->to->weight = arena_bytes(c->a, w->most * sizeof *w->to->weight);
	if (!w->rows->key || !w->rows->count || !w->to->class || !w->to->weight)
		return FAIL(c, E_LIMIT, "memory.limit");
	w->slots = 64;
	while (w->slots < w->most * 2 + 2)
		w->slots *= 2;
	memset(f->tables->counts, 0, w->slots * sizeof *f->tables->counts);
	return OK;
}

static inline __attribute__((always_inline)) void masked_key(const uint32_t *from, const uint64_t *mask, uint32_t words,
	uint64_t *key)
{
	memcpy(key, from, words * sizeof *key);
	for (uint32_t i = 0; i < words; i++)
		key[i] &= mask[i];
}

static inline __attribute__((always_inline)) bool same_key(const uint32_t *other, const uint64_t *key, const uint64_t *mask,
	uint32_t words)
{
	uint64_t is[PACKED_WORDS_MOST] = { 0 }, differ = 0;

	masked_key(other, mask, words, is);
	for (uint32_t i = 0; i < words; i++)
		differ |= is[i] ^ key[i];
	return differ == 0;
}

/* False when there is no room for another folded row. */
static inline __attribute__((always_inline)) bool fold_rows(struct folding *w, uint32_t words)
{
	const struct few *f = w->from;
	const uint64_t mask[PACKED_WORDS_MOST] = { w->mask[0], w->mask[1], w->mask[2], w->mask[3] };
	const uint32_t last = (uint32_t)w->slots - 1;
	uint32_t halves = f->l->halves, *slots = f->tables->counts, *keys = w->rows->key, *class = w->to->class, *weight = w->to->weight;
	uint64_t key[PACKED_WORDS_MOST] = { 0 };
	uint32_t n = 0;

	for (uint64_t row = 0; row < f->rows->n; row++) {
		uint32_t at, is;
		uint64_t hash;

		if (n == w->most)
			return false;
		masked_key(f->rows->key + row * halves, mask, words, key);
		hash = hash_mix(key[0], words > 1 ? key[1] : 0);
		if (words > 2)
			hash = hash_mix(hash ^ key[2], words > 3 ? key[3] : 0);
		/* written as if it were new: whether it is cannot be guessed, and a wrong guess costs more than the writing */
		memcpy(keys + (size_t)n * halves, key, halves * sizeof *keys);
		class[n] = f->class[row];
		weight[n] = 0;
		for (at = (uint32_t)hash & last;; at = (at + 1) & last) {
			is = slots[at] - 1;
			is = is < n ? is : n;   /* a free slot is 0 */
			if (same_key(keys + (size_t)is * halves, key, mask, words))
				break;
		}
		weight[is] += f->weight[row];
		slots[at] = is + 1;
		n += is == n;
	}
	w->rows->n = n;
	return true;
}

rc few_fold(struct ctx *c, const struct few *f, const uint32_t *level, uint64_t most, struct packed *rows, struct few *ret,
	bool *ret_done)
{
	struct folding w = { .from = f, .to = ret, .rows = rows, .most = most < FEW_COUNTS / 2 ? most : FEW_COUNTS / 2 };

	TRY(folding_init(c, &w));
	layout_masks(f->l, level, w.mask);
	switch (f->l->words) {
	case 1: *ret_done = fold_rows(&w, 1); break;
	case 2: *ret_done = fold_rows(&w, 2); break;
	case 3: *ret_done = fold_rows(&w, 3); break;
	default: *ret_done = fold_rows(&w, 4); break;
	}
	for (uint64_t i = 0; i < rows->n; i++)
		rows->count[i] = ret->weight[i] * PACKED_ROW;
	return OK;
}
