#include "engine/deid/leak.h"

#include "base/banned.h"

static rc grow(struct ctx *c, struct leak *l)
{
	uint64_t mask = l->slots ? l->mask * 4 + 3 : 1023;
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

rc leak_add(struct ctx *c, struct leak *l, slice value)
{
	uint64_t h = text_hash(value) | 1, i;

	if (value.len < LEAK_LEAST || value.len >= LEAK_LONGEST || l->count == LEAK_MOST)
		return OK;
	if (value.len < LEAK_DIGITS_LEAST && is_number(value))
		return OK;
	if (!l->slots || (uint64_t)l->count * 2 > l->mask)
		TRY(grow(c, l));
	l->seen++;
	l->lengths |= (uint64_t)1 << value.len;
	for (i = h & l->mask; l->slots[i]; i = (i + 1) & l->mask)
		if (l->slots[i] == h)
			return OK;
	l->slots[i] = h;
	l->count++;
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
