#include "engine/deid/dict.h"

#include "base/banned.h"

#define FIRST_SLOTS 64u

static uint64_t load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static uint32_t load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

uint64_t text_hash(slice s)
{
	uint64_t h = s.len * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
	const char *p = s.p;
	size_t n = s.len;

	while (n > 16) {
		h = hash_mix(load64(p) ^ h, load64(p + 8));
		p += 16;
		n -= 16;
	}
	if (n >= 8)
		return hash_mix(load64(p) ^ h, load64(p + n - 8));
	if (n >= 4)
		return hash_mix(load32(p) ^ h, load32(p + n - 4));
	if (n > 0)
		h ^= (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n >> 1] << 8
			| (unsigned char)p[n - 1];
	return hash_mix(h, n);
}

void dict_init(struct dict *d, struct arena *a)
{
	*d = (struct dict){ .a = a };
}

static uint32_t find(const struct dict *d, slice text, uint64_t hash, uint64_t *ret_slot)
{
	uint64_t i = hash & d->mask;

	while (d->slots[i].used) {
		const struct dict_slot *s = &d->slots[i];

		if (s->hash == hash && slice_eq(d->texts[s->code], text))
			return s->code;
		i = (i + 1) & d->mask;
	}
	*ret_slot = i;
	return DICT_NONE;
}

uint32_t dict_find(const struct dict *d, slice text)
{
	uint64_t slot = 0;

	return d->count > 0 ? find(d, text, text_hash(text), &slot) : DICT_NONE;
}

static rc grow_slots(struct ctx *c, struct dict *d)
{
	uint64_t size = d->slots ? (d->mask + 1) * 2 : FIRST_SLOTS;
	struct dict_slot *bigger = arena_alloc(d->a, size, sizeof *bigger);

	if (!bigger)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint64_t i = 0; d->slots && i <= d->mask; i++) {
		uint64_t j = d->slots[i].hash & (size - 1);

		if (!d->slots[i].used)
			continue;
		while (bigger[j].used)
			j = (j + 1) & (size - 1);
		bigger[j] = d->slots[i];
	}
	d->slots = bigger;
	d->mask = size - 1;
	return OK;
}

static rc grow_texts(struct ctx *c, struct dict *d)
{
	uint32_t cap = d->cap ? d->cap * 2 : FIRST_SLOTS / 2;
	slice *more = arena_grow(d->a, d->texts, d->cap * sizeof *more, cap * sizeof *more);

	if (!more || d->count >= UINT32_MAX / 4)
		return FAIL(c, E_LIMIT, "memory.limit");
	d->texts = more;
	d->cap = cap;
	return OK;
}

rc dict_add(struct ctx *c, struct dict *d, slice text, uint32_t *ret_code)
{
	uint64_t hash = text_hash(text), slot = 0;
	uint32_t code;

	if (!d->slots || (uint64_t)d->count * 2 > d->mask)
		TRY(grow_slots(c, d));
	code = find(d, text, hash, &slot);
	if (code == DICT_NONE) {
		slice kept;

		if (d->count == d->cap)
			TRY(grow_texts(c, d));
		kept = arena_copy(d->a, text);
		if (!kept.p)
			return FAIL(c, E_LIMIT, "memory.limit");
		code = d->count++;
		d->texts[code] = kept;
		d->slots[slot] = (struct dict_slot){ hash, code, 1 };
	}
	*ret_code = code;
	return OK;
}
