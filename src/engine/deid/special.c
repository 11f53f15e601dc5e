#include "engine/deid/special.h"

#include <stdlib.h>

#include "base/banned.h"

/* Sets of one size with the rows that are unique in them, minimal or not; masks rise. */
struct size { uint64_t *mask; uint64_t **unique; uint32_t n; };

struct special_search {
	const struct table *t;
	uint32_t rows, cols, most;
	uint32_t **code;           /* [cols][rows] */
	uint32_t *class_of;        /* [rows] by the set's columns but the last */
	uint32_t *slot, *count, *first;   /* classes by hash */
	uint64_t *key, mask;
	struct special *out;
	uint32_t room;
	double *worth;             /* [most + 1] score of a set of so many columns */
};

static uint64_t sets_of(uint32_t cols, uint32_t size)
{
	uint64_t n = 1;

	for (uint32_t i = 0; i < size; i++)
		n = n * (cols - i) / (i + 1);
	return n;
}

static rc begin(struct ctx *c, struct special_search *s, const uint32_t *cols)
{
	uint64_t slots = 1024;

	while (slots < (uint64_t)s->rows * 2)
		slots *= 2;
	s->mask = slots - 1;
	TRY_ARRAY(c, s->code, s->cols);
	for (uint32_t i = 0; i < s->cols; i++)
		TRY(column_all(c, s->t, &s->t->col[cols[i]], &s->code[i]));
	TRY_ARRAY(c, s->class_of, s->rows);
	TRY_ARRAY(c, s->slot, s->rows);
	TRY_ARRAY(c, s->count, slots);
	TRY_ARRAY(c, s->first, slots);
	TRY_ARRAY(c, s->key, slots);
	TRY_ARRAY(c, s->worth, (size_t)s->most + 1);
	for (uint32_t size = 1; size <= s->most; size++) {
		s->worth[size] = 1;
		for (uint32_t i = size; i <= s->most; i++)
			s->worth[size] *= s->cols > i ? s->cols - i : 1;
	}
	TRY_ARRAY(c, s->out->score, s->rows);
	TRY_ARRAY(c, s->out->least, s->rows);
	return OK;
}

/* Splits the classes by one more column; classes are numbered anew. */
static uint32_t split(struct special_search *s, const uint32_t *code)
{
	uint32_t classes = 0;

	memset(s->key, 0, (s->mask + 1) * sizeof *s->key);
	for (uint32_t i = 0; i < s->rows; i++) {
		uint64_t key = (((uint64_t)s->class_of[i] << 32) | code[i]) + 1, at = (key * 0x9e3779b97f4a7c15) >> 20 & s->mask;

		while (s->key[at] != 0 && s->key[at] != key)
			at = (at + 1) & s->mask;
		if (s->key[at] == 0) {
			s->key[at] = key;
			s->first[at] = classes++;
		}
		s->slot[i] = s->first[at];
	}
	memcpy(s->class_of, s->slot, s->rows * sizeof *s->slot);
	return classes;
}

static const uint64_t *unique_in(const struct size *v, uint64_t mask)
{
	uint32_t low = 0, high = v->n;

	while (high - low > 1) {
		uint32_t mid = (low + high) / 2;

		if (v->mask[mid] <= mask)
			low = mid;
		else
			high = mid;
	}
	return v->unique[low];
}

static rc keep_set(struct ctx *c, struct special_search *s, uint64_t mask, uint64_t rows)
{
	struct special *out = s->out;

	if (rows == 0)
		return OK;
	if (out->sets == s->room) {
		uint32_t room = s->room ? s->room * 2 : 64;
		struct special_set *more = arena_grow(c->a, out->set, s->room * sizeof *more, room * sizeof *more);

		if (!more)
			return FAIL(c, E_LIMIT, "memory.limit");
		out->set = more;
		s->room = room;
	}
	out->set[out->sets++] = (struct special_set){ .columns = mask, .rows = rows };
	return OK;
}

/* Rows that are unique here and in no part of the set: a part with one column less is enough to ask. */
static rc score_set(struct ctx *c, struct special_search *s, uint64_t mask, uint32_t size, const uint64_t *unique,
	const struct size *smaller)
{
	const uint64_t *part[SPECIAL_SIZE_MOST];
	uint32_t parts = 0;
	uint64_t rows = 0;

	for (uint64_t left = size > 1 ? mask : 0; left; left &= left - 1)
		part[parts++] = unique_in(smaller, mask & ~(left & -left));
	for (uint32_t w = 0; w <= s->rows / 64; w++) {
		uint64_t minimal = unique[w];

		for (uint32_t i = 0; i < parts; i++)
			minimal &= ~part[i][w];
		for (; minimal; minimal &= minimal - 1) {
			uint32_t row = w * 64 + (uint32_t)__builtin_ctzll(minimal);

			rows++;
			s->out->unique += s->out->least[row] == 0;
			s->out->least[row] = s->out->least[row] ? s->out->least[row] : (uint8_t)size;
			s->out->score[row] += s->worth[size];
		}
	}
	for (uint64_t left = mask; left; left &= left - 1)
		s->out->column[__builtin_ctzll(left)] += s->worth[size] * (double)rows;
	s->out->total += s->worth[size] * (double)rows;
	return keep_set(c, s, mask, rows);
}

static void find_unique(struct special_search *s, uint64_t mask, uint64_t *unique)
{
	uint32_t classes = 1;

	memset(s->class_of, 0, s->rows * sizeof *s->class_of);
	for (uint64_t left = mask; left && classes < s->rows; left &= left - 1)
		classes = split(s, s->code[__builtin_ctzll(left)]);
	memset(s->count, 0, (size_t)classes * sizeof *s->count);
	for (uint32_t i = 0; i < s->rows; i++)
		s->count[s->class_of[i]]++;
	for (uint32_t i = 0; i < s->rows; i++)
		unique[i / 64] |= (uint64_t)(s->count[s->class_of[i]] == 1) << (i % 64);
}

/* The next number with as many bits (Gosper). */
static uint64_t next_set(uint64_t mask)
{
	uint64_t low = mask & -mask, up = mask + low;

	return up == 0 ? 0 : up | (((mask ^ up) / low) >> 2);
}

static rc look_at_size(struct ctx *c, struct special_search *s, uint32_t size, const struct size *smaller, struct size *ret)
{
	uint64_t sets = sets_of(s->cols, size), mask = ((uint64_t)1 << size) - 1;
	struct size v = { 0 };

	TRY_ARRAY(c, v.mask, sets);
	TRY_ARRAY(c, v.unique, sets);
	for (uint64_t i = 0; i < sets; i++, mask = next_set(mask)) {
		uint64_t *unique = NULL;

		TRY_ARRAY(c, unique, (size_t)s->rows / 64 + 1);
		find_unique(s, mask, unique);
		TRY(score_set(c, s, mask, size, unique, smaller));
		v.mask[v.n] = mask;
		v.unique[v.n++] = unique;
	}
	*ret = v;
	return OK;
}

static int by_rows(const void *a, const void *b)
{
	const struct special_set *x = a, *y = b;

	if (x->rows != y->rows)
		return x->rows > y->rows ? -1 : 1;
	return x->columns < y->columns ? -1 : x->columns > y->columns;
}

rc special_find(struct ctx *c, const struct table *t, const uint32_t *cols, uint32_t n, uint32_t most, struct special *ret)
{
	struct special out = { 0 };
	struct special_search s = { .t = t, .rows = (uint32_t)t->rows, .cols = n, .most = most > n ? n : most, .out = &out };
	struct size size = { 0 }, larger;
	uint64_t sets = 0;

	for (uint32_t i = 1; i <= s.most; i++)
		sets += sets_of(n, i);
	if (n == 0 || n > SPECIAL_COLUMNS_MOST || s.most > SPECIAL_SIZE_MOST || sets > SPECIAL_SETS_MOST)
		return FAIL(c, E_LIMIT, "special.many");
	TRY(begin(c, &s, cols));
	for (uint32_t i = 1; i <= s.most; i++) {
		TRY(look_at_size(c, &s, i, &size, &larger));
		size = larger;
	}
	if (out.sets > 0)
		qsort(out.set, out.sets, sizeof *out.set, by_rows);
	*ret = out;
	return OK;
}
