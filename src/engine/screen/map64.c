#include "engine/screen/map64.h"

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

static rc dense_grow(struct ctx *c, struct dense *m)
{
	uint32_t cap = m->cap ? m->cap * 4 : 256;

	if (cap == 0 || m->n >= DENSE_MOST)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY_ARRAY(c, m->cells, cap);
	for (uint32_t k = 0; k < m->n; k++) {
		uint64_t h = mix64(m->keys[k]);
		uint32_t i = (uint32_t)h & (cap - 1);

		while (m->cells[i])
			i = (i + 1) & (cap - 1);
		m->cells[i] = dense_tag(h) | (k + 1);
	}
	m->cap = cap;
	return OK;
}

rc dense_put(struct ctx *c, struct dense *m, uint64_t key, uint32_t *ret)
{
	uint32_t at = dense_get(m, key), i;
	uint64_t h = mix64(key);

	if (at != MAP_NONE) {
		*ret = at;
		return OK;
	}
	if ((uint64_t)m->n * 10 >= (uint64_t)m->cap * 6)
		TRY(dense_grow(c, m));
	TRY_PUSH(c, m->keys, m->n, m->cap_keys);
	for (i = (uint32_t)h & (m->cap - 1); m->cells[i];)
		i = (i + 1) & (m->cap - 1);
	m->keys[m->n] = key;
	m->cells[i] = dense_tag(h) | (m->n + 1);
	*ret = m->n++;
	return OK;
}
