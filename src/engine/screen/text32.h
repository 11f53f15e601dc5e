/* Short texts as four words, which are compared and hashed at once: for caches of what was met before. */
#ifndef ENGINE_SCREEN_TEXT32_H
#define ENGINE_SCREEN_TEXT32_H

#include <string.h>

#include "base/slice.h"

#define TEXT32_MOST 32

/* Two texts of one length are the same when their words are. */
struct text32 { uint64_t w[4]; };

static inline uint64_t load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* The ten bytes of a day: 2025-04-01. */
static inline bool same_day(const char *a, const char *b)
{
	uint16_t x, y;

	memcpy(&x, a + 8, sizeof x);
	memcpy(&y, b + 8, sizeof y);
	return load8(a) == load8(b) && x == y;
}

/* Up to seven bytes as one word. */
static inline uint64_t short_word(slice s)
{
	uint32_t a, b;

	if (s.len >= 4) {
		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + s.len - 4, 4);
		return a | (uint64_t)b << 32;
	}
	if (s.len == 0)
		return 0;
	return (uint64_t)(unsigned char)s.p[0] | (uint64_t)(unsigned char)s.p[s.len / 2] << 8 |
		(uint64_t)(unsigned char)s.p[s.len - 1] << 16;
}

/* Up to eight bytes as one word. */
static inline uint64_t word8(slice s) { return s.len == 8 ? load8(s.p) : short_word(s); }

/* Texts of 1 to 32 bytes; pieces overlap, so that nothing beyond the text is read. */
static inline struct text32 text32_of(slice s)
{
	struct text32 t = { { 0, 0, 0, 0 } };

	if (s.len >= 8) {
		t.w[0] = load8(s.p);
		t.w[1] = load8(s.p + s.len - 8);
		if (s.len > 16) {
			t.w[2] = load8(s.p + 8);
			t.w[3] = load8(s.p + s.len - 16);
		}
	} else {
		t.w[0] = short_word(s);
	}
	return t;
}

static inline bool text32_eq(const struct text32 *a, const struct text32 *b)
{
	return ((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) | (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3])) == 0;
}

/* Only places in the caches depend on it, and the bytes are compared. */
static inline uint32_t text32_hash(const struct text32 *t, size_t len)
{
	uint64_t h = (t->w[0] * 0x9e3779b97f4a7c15u) ^ (t->w[1] * 0xff51afd7ed558ccdu) ^ (t->w[2] * 0xc4ceb9fe1a85ec53u) ^
		(t->w[3] + len);

	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 40);
}

#endif
