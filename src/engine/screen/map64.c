#include "engine/screen/map64.h"

#include <string.h>

#include "base/banned.h"

static struct map64_cell *cell_of(struct map64 *m, uint64_t key)
{
	uint32_t i = (uint32_t)mix64(key) & (m->cap - 1);

	while (m->cells[i].key != 0 && m->cells[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return &m->cells[i];
}

static rc grow(struct ctx *c, struct map64 *m)
{
	struct map64 wide = { .cap = m->cap ? m->cap * 4 : 256 };

	if (wide.cap == 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY_ARRAY(c, wide.cells, wide.cap);
	for (uint32_t i = 0; i < m->cap; i++)
		if (m->cells[i].key)
			*cell_of(&wide, m->cells[i].key) = m->cells[i];
	wide.n = m->n;
	*m = wide;
	return OK;
}

rc map64_put(struct ctx *c, struct map64 *m, uint64_t key, uint32_t first, uint32_t **ret_value)
{
	struct map64_cell *cell;

	if ((uint64_t)m->n * 10 >= (uint64_t)m->cap * 6)
		TRY(grow(c, m));
	cell = cell_of(m, key);
	if (cell->key == 0) {
		cell->key = key;
		cell->value = first;
		m->n++;
	}
	*ret_value = &cell->value;
	return OK;
}

/* Twice the room, or what is expected, a third of it free. */
static rc dense_grow(struct ctx *c, struct dense *m)
{
	uint64_t cap = m->cap ? (uint64_t)m->cap * 2 : 256;

	while (cap * 2 < m->expected * 3 && cap < DENSE_MOST)
		cap *= 2;
	if (cap > UINT32_MAX || m->n >= DENSE_MOST)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY_ARRAY(c, m->cells, cap);
	m->cap = (uint32_t)cap;
	for (uint32_t k = 0; k < m->n; k++) {
		uint64_t h = mix64(dense_key(m, k));
		uint32_t i = (uint32_t)h & (m->cap - 1);

		while (m->cells[i])
			i = (i + 1) & (m->cap - 1);
		m->cells[i] = dense_tag(h) | (k + 1);
	}
	return OK;
}

#define LINE 64u

static rc rows_grow(struct ctx *c, struct dense *m)
{
	size_t n = m->cap_rows ? (size_t)m->cap_rows * 2 : 64;
	char *p;

	if (n < m->expected && m->expected < DENSE_MOST)
		n = (size_t)m->expected;
	m->row = m->row ? m->row : sizeof(uint64_t);
	p = arena_bytes(c->a, n * m->row + LINE);
	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	p += (LINE - (uintptr_t)p % LINE) % LINE;
	if (m->n)
		memcpy(p, m->rows, (size_t)m->n * m->row);
	m->rows = p;
	m->cap_rows = (uint32_t)n;
	return OK;
}

rc dense_put(struct ctx *c, struct dense *m, uint64_t key, uint32_t *ret)
{
	uint32_t i, at;

	if (m->cap == 0)
		TRY(dense_grow(c, m));
	at = dense_find(m, key, &i);
	if (at != MAP_NONE) {
		*ret = at;
		return OK;
	}
	if ((uint64_t)m->n * 10 >= (uint64_t)m->cap * 7) {
		TRY(dense_grow(c, m));
		(void)dense_find(m, key, &i);
	}
	if (m->n == m->cap_rows)
		TRY(rows_grow(c, m));
	memset(dense_row(m, m->n), 0, m->row);
	memcpy(dense_row(m, m->n), &key, sizeof key);
	m->cells[i] = dense_tag(mix64(key)) | (m->n + 1);
	*ret = m->n++;
	return OK;
}
