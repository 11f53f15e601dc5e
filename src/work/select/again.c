#include "work/select/again.h"

#include "base/known.h"

#include "base/banned.h"

#define SLOTS 16384u
#define POOL ((size_t)4 << 20)

struct again { struct known *known; };

/* The spans and the state follow. */
struct kept { uint64_t chars, learnt; uint64_t n_spans, state; };

rc again_new(struct ctx *c, struct again **ret)
{
	struct again *a;

	TRY_NEW(c, a);
	TRY(known_new(c, SLOTS, POOL, &a->known));
	*ret = a;
	return OK;
}

struct mark again_mark_of(const struct again *a, slice block, slice before)
{
	const slice pieces[] = { block, before };

	return known_mark(a->known, pieces, 2);
}

bool again_find(struct again *a, struct mark m, struct again_told *ret)
{
	const struct kept *k;
	slice bytes;

	if (!known_find(a->known, m, &bytes))
		return false;
	k = (const void *)bytes.p;
	ret->chars = k->chars;
	ret->learnt = k->learnt;
	ret->spans = (const void *)(k + 1);
	ret->n_spans = k->n_spans;
	ret->state = (slice){ (const char *)(ret->spans + k->n_spans), k->state };
	return true;
}

void again_keep(struct again *a, struct mark m, const struct again_told *told)
{
	size_t spans = told->n_spans * sizeof *told->spans;
	struct kept *k = known_put(a->known, m, sizeof *k + spans + told->state.len);

	if (!k)
		return;
	*k = (struct kept){ told->chars, told->learnt, told->n_spans, told->state.len };
	if (spans)
		memcpy(k + 1, told->spans, spans);
	if (told->state.len)
		memcpy((char *)(k + 1) + spans, told->state.p, told->state.len);
}

#define CUT_LEAST ((size_t)24 << 10)

/* One line in 64, by what stands in it. */
static bool is_edge(const char *p, size_t n)
{
	uint64_t h = n, v;

	for (size_t i = 0; i < n; i += 8) {
		v = 0;
		memcpy(&v, p + i, n - i < 8 ? n - i : 8);
		h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 32;
	}
	return (h & 63) == 0;
}

size_t again_cut(const char *p, size_t n, size_t most)
{
	const char *nl, *line;

	if (n <= CUT_LEAST)
		return n;
	line = memchr(p + CUT_LEAST, '\n', (n < most ? n : most) - CUT_LEAST);
	while (line && (size_t)(++line - p) < most && (size_t)(line - p) < n) {
		size_t rest = (n < most ? n : most) - (size_t)(line - p);

		nl = memchr(line, '\n', rest);
		if (nl && is_edge(line, (size_t)(nl - line)))
			return (size_t)(nl + 1 - p);
		line = nl;
	}
	if (n <= most)
		return n;
	nl = memrchr(p, '\n', most);
	if (!nl)
		nl = memchr(p + most, '\n', n - most);
	return nl ? (size_t)(nl - p) + 1 : n;
}
