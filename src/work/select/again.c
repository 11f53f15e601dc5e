#include "work/select/again.h"

#include <sodium.h>

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

#define PIECE 1024u                                   /* bytes hashed to two words */
#define PIECE_WORDS (PIECE / 8)
#define STATE_MOST ((size_t)8 << 10)
#define PIECES_MOST ((AGAIN_BLOCK_MOST + STATE_MOST) / PIECE + 2)
#define SLOTS 16384u
#define POOL ((size_t)4 << 20)

struct slot { struct again_mark mark; uint32_t at; };   /* at: place in the pool, 0 for none */

/* In the pool; the spans and the state follow. */
struct kept { uint64_t chars, learnt; uint64_t n_spans, state; };

struct again {
	uint64_t key[PIECE_WORDS], top[PIECES_MOST * 2 + 4];
	struct slot slots[SLOTS];
	uint32_t n;
	char *pool;
	size_t used;
};

rc again_new(struct ctx *c, struct again **ret)
{
	struct again *a;

	TRY_NEW(c, a);
	a->pool = arena_bytes(c->a, POOL);
	if (!a->pool)
		return FAIL(c, E_LIMIT, "memory.limit");
	a->used = sizeof(struct kept);   /* place 0 stands for none */
	randombytes_buf(a->key, sizeof a->key);
	randombytes_buf(a->top, sizeof a->top);
	*ret = a;
	return OK;
}

/*
 * NH with words of 64 bits (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, CRYPTO '99, §4): under a secret key that is as
 * long as the piece, two pieces have the same sum with a chance of 2^-64.
 */
static u128 sum_of(const uint64_t *key, const char *p, size_t words)
{
	u128 even = 0, odd = 0;

	for (size_t i = 0; i + 4 <= words; i += 4) {
		uint64_t w[4];

		memcpy(w, p + i * 8, sizeof w);
		even += (u128)(w[0] + key[i]) * (w[1] + key[i + 1]);
		odd += (u128)(w[2] + key[i + 2]) * (w[3] + key[i + 3]);
	}
	return even + odd;
}

static size_t sum_all(const struct again *a, slice s, uint64_t *words, size_t n)
{
	for (; s.len; s = slice_sub(s, PIECE, s.len)) {
		char edge[PIECE] = { 0 };
		u128 sum;

		if (s.len < PIECE)
			memcpy(edge, s.p, s.len);
		sum = sum_of(a->key, s.len < PIECE ? edge : s.p, PIECE_WORDS);
		words[n++] = (uint64_t)sum;
		words[n++] = (uint64_t)(sum >> 64);
	}
	return n;
}

struct again_mark again_mark_of(const struct again *a, slice block, slice before)
{
	__attribute__((uninitialized)) uint64_t words[PIECES_MOST * 2 + 4];
	size_t n = 0;
	u128 sum;

	words[n++] = block.len;
	words[n++] = before.len;
	n = sum_all(a, block, words, n);
	n = sum_all(a, before, words, n);
	while (n % 4)
		words[n++] = 0;
	sum = sum_of(a->top, (const char *)words, n);
	return (struct again_mark){ (uint64_t)sum, (uint64_t)(sum >> 64) };
}

/* The slot of the mark, or the empty one where it belongs. */
static uint32_t slot_of(const struct again *a, struct again_mark m)
{
	uint32_t k = (uint32_t)(m.b >> 20) & (SLOTS - 1);

	while (a->slots[k].at && (a->slots[k].mark.a != m.a || a->slots[k].mark.b != m.b))
		k = (k + 1) & (SLOTS - 1);
	return k;
}

bool again_find(const struct again *a, struct again_mark m, struct again_told *ret)
{
	const struct slot *s = &a->slots[slot_of(a, m)];
	const struct kept *k;

	if (!s->at)
		return false;
	k = (const void *)(a->pool + s->at);
	ret->chars = k->chars;
	ret->learnt = k->learnt;
	ret->spans = (const void *)(k + 1);
	ret->n_spans = k->n_spans;
	ret->state = (slice){ (const char *)(ret->spans + k->n_spans), k->state };
	return true;
}

void again_keep(struct again *a, struct again_mark m, const struct again_told *told)
{
	size_t spans = told->n_spans * sizeof *told->spans, need = (sizeof(struct kept) + spans + told->state.len + 15) & ~(size_t)15;
	struct kept *k;
	uint32_t slot;

	if (need > POOL / 4)
		return;
	if (need > POOL - a->used || a->n >= SLOTS / 2) {
		memset(a->slots, 0, sizeof a->slots);
		a->n = 0;
		a->used = sizeof(struct kept);
	}
	slot = slot_of(a, m);
	a->n += !a->slots[slot].at;
	a->slots[slot] = (struct slot){ m, (uint32_t)a->used };
	k = (void *)(a->pool + a->used);
	*k = (struct kept){ told->chars, told->learnt, told->n_spans, told->state.len };
	if (spans)
		memcpy(k + 1, told->spans, spans);
	if (told->state.len)
		memcpy((char *)(k + 1) + spans, told->state.p, told->state.len);
	a->used += need;
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
