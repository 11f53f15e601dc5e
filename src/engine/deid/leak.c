#include "engine/deid/leak.h"

#include "base/banned.h"

static rc grow(struct ctx *c, struct leak *l)
{
	uint64_t mask = l->slots ? l->mask * 2 + 1 : 1023;
	uint64_t *slots = arena_alloc(c->a, mask + 1, sizeof *slots);

	if (!slots)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint64_t i = 0; l->slots && i <= l->mask; i++) {
		uint64_t j = l->slots[i] & mask;

		if (l->slots[i] == 0)
			continue;
		while (slots[j])
			j = (j + 1) & mask;
		slots[j] = l->slots[i];
	}
	l->slots = slots;
	l->mask = mask;
	return OK;
}

static bool is_number(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

uint64_t leak_hash(slice value, uint64_t *lengths)
{
	if (value.len < LEAK_LEAST || value.len >= LEAK_LONGEST || (value.len < LEAK_DIGITS_LEAST && is_number(value)))
		return 0;
	*lengths |= (uint64_t)1 << value.len;
	return text_hash(value) | 1;
}

/* Slots that are fetched before the first of them is looked at. */
#define AHEAD 16u

rc leak_add(struct ctx *c, struct leak *l, const uint64_t *hash, uint32_t n)
{
	for (uint32_t i = 0; i < n && !leak_is_full(l); i++) {
		uint64_t at;

		if (hash[i] == 0)
			continue;
		if (!l->slots || (uint64_t)l->count * 4 > l->mask * 3)
			TRY(grow(c, l));
		if (i + AHEAD < n)
			__builtin_prefetch(&l->slots[hash[i + AHEAD] & l->mask], 1);
		l->seen++;
		for (at = hash[i] & l->mask; l->slots[at] && l->slots[at] != hash[i];)
			at = (at + 1) & l->mask;
		l->count += l->slots[at] == 0;
		l->slots[at] = hash[i];
	}
	return OK;
}

static bool has(const struct leak *l, slice value)
{
	uint64_t h = text_hash(value) | 1;

	for (uint64_t i = h & l->mask; l->slots[i]; i = (i + 1) & l->mask)
		if (l->slots[i] == h)
			return true;
	return false;
}

bool leak_stands_in(const struct leak *l, slice text)
{
	if (!leak_identifies(l))
		return false;
	for (size_t len = LEAK_LEAST; len < LEAK_LONGEST && len <= text.len; len++) {
		if (!(l->lengths >> len & 1))
			continue;
		for (size_t i = 0; i + len <= text.len; i++)
			if (has(l, slice_sub(text, i, len)))
				return true;
	}
	return false;
}
