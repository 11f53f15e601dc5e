/* Tables from 64-bit tokens to small numbers, and vectors, in an arena. Lists never depend on their order. */
#ifndef ENGINE_SCREEN_MAP64_H
#define ENGINE_SCREEN_MAP64_H

#include <stdint.h>

#include "base/rc.h"

#define MAP_NONE UINT32_MAX

struct map64 {
	struct map64_cell { uint64_t key; uint32_t value; uint32_t pad; } *cells;
	uint32_t cap, n;   /* cap is a power of two or 0 */
};

static inline uint64_t mix64(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	return x ^ (x >> 29);
}

/* The value, or MAP_NONE. Key 0 is never in. */
static inline uint32_t map64_get(const struct map64 *m, uint64_t key)
{
	if (m->cap == 0)
		return MAP_NONE;
	for (uint32_t i = (uint32_t)mix64(key) & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		if (m->cells[i].key == key)
			return m->cells[i].value;
		if (m->cells[i].key == 0)
			return MAP_NONE;
	}
}

/* The processor may fetch the key's place while something else is done. */
static inline void map64_fetch(const struct map64 *m, uint64_t key)
{
	if (m->cap)
		__builtin_prefetch(&m->cells[(uint32_t)mix64(key) & (m->cap - 1)]);
}

/* Where the value of the key stands, put in as `first` when it was not there. E_LIMIT "memory.limit". */
MUST_USE rc map64_put(struct ctx *c, struct map64 *m, uint64_t key, uint32_t first, uint32_t **ret_value);

/*
 * Rows numbered in the order in which they came, each beginning with its key. A cell is four bytes, so that the table
 * of a whole town lies near the processor; a row of a power of two lies in one line of memory with its key.
 */
struct dense {
	uint32_t *cells;   /* number + 1 in the lower bits, some bits of the key above; 0 is free */
	char *rows;
	uint32_t cap, n, cap_rows;
	uint32_t row;      /* bytes of a row; 0 stands for a key alone */
	uint64_t expected; /* rows that will come, as far as known */
};

#define DENSE_BITS 27
#define DENSE_MOST ((1u << DENSE_BITS) - 2)

static inline uint32_t dense_tag(uint64_t mixed) { return (uint32_t)(mixed >> 32) & ~((1u << DENSE_BITS) - 1); }

/* Row `at`; its first eight bytes are the key. */
static inline void *dense_row(const struct dense *m, uint32_t at)
{
	return m->rows + (size_t)at * m->row;
}

static inline uint64_t dense_key(const struct dense *m, uint32_t at)
{
	return *(const uint64_t *)dense_row(m, at);
}

/*
 * From cell *i on, which moves along: the next row that the cells say may be the key's, without a look at it; MAP_NONE
 * at a free cell. There must be one, so m->cap is not 0.
 */
static inline uint32_t dense_next(const struct dense *m, uint32_t tag, uint32_t *i)
{
	uint32_t cell;

	for (; (cell = m->cells[*i]) != 0; *i = (*i + 1) & (m->cap - 1))
		if (((cell ^ tag) >> DENSE_BITS) == 0)
			return (cell & ((1u << DENSE_BITS) - 1)) - 1;
	return MAP_NONE;
}

/* The key's number, or MAP_NONE and the free cell where it would stand. */
static inline uint32_t dense_find(const struct dense *m, uint64_t key, uint32_t *ret_cell)
{
	uint64_t h = mix64(key);
	uint32_t i = (uint32_t)h & (m->cap - 1), at;

	while ((at = dense_next(m, dense_tag(h), &i)) != MAP_NONE && dense_key(m, at) != key)
		i = (i + 1) & (m->cap - 1);
	*ret_cell = i;
	return at;
}

/* The key's number, or MAP_NONE. */
static inline uint32_t dense_get(const struct dense *m, uint64_t key)
{
	uint32_t cell;

	return m->cap ? dense_find(m, key, &cell) : MAP_NONE;
}

static inline void dense_fetch(const struct dense *m, uint64_t key)
{
	if (m->cap)
		__builtin_prefetch(&m->cells[(uint32_t)mix64(key) & (m->cap - 1)]);
}

/* When its cell has come: the row that this one tells of is fetched as well. It is the key's, but for one time in 32. */
static inline uint32_t dense_fetch_row(const struct dense *m, uint64_t key)
{
	uint64_t h = mix64(key);
	uint32_t i = (uint32_t)h & (m->cap - 1), at;

	if (m->cap == 0)
		return MAP_NONE;
	at = dense_next(m, dense_tag(h), &i);
	if (at != MAP_NONE)
		__builtin_prefetch(dense_row(m, at));
	return at;
}

/*
 * The key's number, the next one when it is new: then *ret == m->n - 1 afterwards, and the rest of its row is zero. Rows
 * move. E_LIMIT "memory.limit".
 */
MUST_USE rc dense_put(struct ctx *c, struct dense *m, uint64_t key, uint32_t *ret);

/* Room for one more element of a vector that doubles. */
#define TRY_PUSH(c, v, n, cap) do { \
	if ((n) == (cap)) { \
		size_t new_ = (cap) ? (size_t)(cap) * 2 : 64; \
		void *p_ = arena_grow((c)->a, (v), (size_t)(cap) * sizeof *(v), new_ * sizeof *(v)); \
		if (!p_) return FAIL((c), E_LIMIT, "memory.limit"); \
		(v) = p_; \
		(cap) = (uint32_t)new_; \
	} \
} while (0)

#endif
