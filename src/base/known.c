#include "base/known.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

#define STEP 1024u                                   /* bytes summed to two words */
#define STEP_WORDS (STEP / 8)
#define EACH ((size_t)32)                            /* of them at a time */
#define TOP_WORDS (1 + KNOWN_PIECES + 2 * (KNOWN_KEY_MOST / STEP + KNOWN_PIECES) + 3)
#define ALIGN ((size_t)16)

struct slot { struct mark mark; uint32_t at; };      /* at: place in the pool, 0 for none; its length stands before it */

struct half {
	struct slot *slots;
	uint32_t n;
	char *pool;
	size_t used;
};

/* When the young half is full, the old one is forgotten and takes its place: what is asked for again and again stays. */
struct known {
	uint64_t step[STEP_WORDS], top[TOP_WORDS];
	struct half halves[2];
	unsigned young;
	uint32_t slots;      /* of a half */
	size_t pool;         /* the same */
};

rc known_new(struct ctx *c, uint32_t slots, size_t pool, struct known **ret)
{
	struct known *k;

	assert(slots >= 4 && (slots & (slots - 1)) == 0);
	TRY_NEW(c, k);
	k->slots = slots / 2;
	k->pool = pool / 2;
	for (int i = 0; i < 2; i++) {
		TRY_ARRAY(c, k->halves[i].slots, k->slots);
		k->halves[i].pool = arena_bytes(c->a, k->pool);
		k->halves[i].used = ALIGN;
		if (!k->halves[i].pool)
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	randombytes_buf(k->step, sizeof k->step);
	randombytes_buf(k->top, sizeof k->top);
	*ret = k;
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

static size_t sum_all(const struct known *k, slice s, uint64_t *words, size_t n)
{
	for (; s.len; s = slice_sub(s, STEP, s.len)) {
		size_t len = s.len < STEP ? s.len : STEP, whole = len / EACH * EACH;
		u128 sum = sum_of(k->step, s.p, whole / 8);

		if (whole < len) {
			char rest[EACH] = { 0 };

			memcpy(rest, s.p + whole, len - whole);
			sum += sum_of(k->step + whole / 8, rest, EACH / 8);
		}
		words[n++] = (uint64_t)sum;
		words[n++] = (uint64_t)(sum >> 64);
	}
	return n;
}

struct mark known_mark(const struct known *k, const slice *pieces, size_t n)
{
	__attribute__((uninitialized)) uint64_t words[TOP_WORDS];
	size_t used = 0, all = 0;
	u128 sum;

	words[used++] = n;
	for (size_t i = 0; i < n; i++) {
		words[used++] = pieces[i].len;
		all += pieces[i].len;
	}
	assert(n <= KNOWN_PIECES && all <= KNOWN_KEY_MOST);
	for (size_t i = 0; i < n; i++)
		used = sum_all(k, pieces[i], words, used);
	while (used % 4)
		words[used++] = 0;
	sum = sum_of(k->top, (const char *)words, used);
	return (struct mark){ (uint64_t)sum, (uint64_t)(sum >> 64) };
}

/* The slot of the mark, or the empty one where it belongs. */
static struct slot *slot_of(const struct known *k, const struct half *h, struct mark m)
{
	uint32_t i = (uint32_t)(m.b >> 20) & (k->slots - 1);

	while (h->slots[i].at && (h->slots[i].mark.a != m.a || h->slots[i].mark.b != m.b))
		i = (i + 1) & (k->slots - 1);
	return &h->slots[i];
}

static slice bytes_at(const struct half *h, const struct slot *s)
{
	uint64_t len;

	memcpy(&len, h->pool + s->at, sizeof len);
	return (slice){ h->pool + s->at + ALIGN, (size_t)len };
}

static size_t room_for(size_t n) { return (n + 2 * ALIGN - 1) & ~(ALIGN - 1); }

static bool has_room(const struct known *k, const struct half *h, size_t n)
{
	return room_for(n) <= k->pool - h->used && h->n < k->slots / 2;
}

static char *add(const struct known *k, struct half *h, struct mark m, size_t n)
{
	struct slot *s = slot_of(k, h, m);
	char *p = h->pool + h->used;
	uint64_t len = n;

	h->n += !s->at;
	*s = (struct slot){ m, (uint32_t)h->used };
	memcpy(p, &len, sizeof len);
	h->used += room_for(n);
	return p + ALIGN;
}

bool known_find(struct known *k, struct mark m, slice *ret)
{
	struct half *young = &k->halves[k->young], *old = &k->halves[!k->young];
	const struct slot *s = slot_of(k, young, m);

	if (s->at) {
		*ret = bytes_at(young, s);
		return true;
	}
	s = slot_of(k, old, m);
	if (!s->at)
		return false;
	*ret = bytes_at(old, s);
	if (has_room(k, young, ret->len))
		memcpy(add(k, young, m, ret->len), ret->p, ret->len);
	return true;
}

void *known_put(struct known *k, struct mark m, size_t n)
{
	struct half *young = &k->halves[k->young];

	if (n > k->pool / 4)
		return NULL;
	if (!has_room(k, young, n)) {
		k->young = !k->young;
		young = &k->halves[k->young];
		memset(young->slots, 0, k->slots * sizeof *young->slots);
		young->n = 0;
		young->used = ALIGN;
	}
	return add(k, young, m, n);
}
