#include "engine/deid/tuple.h"

#include "base/banned.h"

rc tuples_init(struct ctx *c, struct tuples *t, uint32_t width)
{
	*t = (struct tuples){ .a = c->a, .width = width, .mask = 1023 };
	TRY_ARRAY(c, t->slots, t->mask + 1);
	return OK;
}

static rc grow(struct ctx *c, struct tuples *t)
{
	uint32_t cap = t->cap ? t->cap * 2 : 256;
	size_t one = t->width * sizeof *t->key;
	uint32_t *key = arena_grow(t->a, t->key, t->cap * one, cap * one);
	uint32_t *size = arena_grow(t->a, t->size, t->cap * sizeof *size, cap * sizeof *size);
	uint32_t *hash = arena_grow(t->a, t->hash, t->cap * sizeof *hash, cap * sizeof *hash);

	if (!key || !size || !hash || t->cap >= UINT32_MAX / 4)
		return FAIL(c, E_LIMIT, "memory.limit");
	t->key = key;
	t->size = size;
	t->hash = hash;
	t->cap = cap;
	return OK;
}

static rc grow_slots(struct ctx *c, struct tuples *t)
{
	uint64_t mask = t->mask * 4 + 3;
	uint32_t *slots = arena_alloc(t->a, mask + 1, sizeof *slots);

	if (!slots)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t j = t->hash[i] & mask;

		while (slots[j])
			j = (j + 1) & mask;
		slots[j] = i + 1;
	}
	t->slots = slots;
	t->mask = mask;
	return OK;
}

static uint32_t hash_of(const struct tuples *t, const uint32_t *code)
{
	uint64_t h = 0;

	for (uint32_t j = 0; j < t->width; j++)
		h = hash_mix(h, code[j]);
	return (uint32_t)(h >> 32);
}

uint32_t tuples_find(const struct tuples *t, const uint32_t *code)
{
	uint32_t hash = hash_of(t, code);

	for (uint64_t i = hash & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
		uint32_t n = t->slots[i] - 1;

		if (t->hash[n] == hash && memcmp(t->key + (size_t)n * t->width, code, t->width * sizeof *code) == 0)
			return n;
	}
	return UINT32_MAX;
}

rc tuples_add_times(struct ctx *c, struct tuples *t, const uint32_t *code, uint32_t times, uint32_t *ret)
{
	size_t one = t->width * sizeof *code;
	uint32_t hash = hash_of(t, code);
	uint64_t i;

	for (i = hash & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
		uint32_t n = t->slots[i] - 1;

		if (t->hash[n] == hash && memcmp(t->key + (size_t)n * t->width, code, one) == 0) {
			t->size[n] += times;
			*ret = n;
			return OK;
		}
	}
	if (t->count == t->cap)
		TRY(grow(c, t));
	memcpy(t->key + (size_t)t->count * t->width, code, one);
	t->size[t->count] = times;
	t->hash[t->count] = hash;
	t->slots[i] = t->count + 1;
	*ret = t->count++;
	return (uint64_t)t->count * 2 > t->mask ? grow_slots(c, t) : OK;
}
