#include "engine/select/match_mask.h"

#include "engine/select/chars.h"
#include "engine/select/wide.h"

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

/* Byte classes of a block; `next_alnum` of the 64 bytes behind it. */
struct kinds { uint64_t alnum, next_alnum, digit, hex, high, dot, dash, at, colon, slash_next, colon_next; bool alnum_before, hex_before, high_behind; };

static inline __attribute__((always_inline)) void combine(const struct kinds *k, struct match_masks *ret)
{
	uint64_t after = k->alnum << 1 | (uint64_t)k->alnum_before, follows = k->alnum >> 1 | k->next_alnum << 63;
	uint64_t wide = k->high >> 1 | (uint64_t)k->high_behind << 63;
	u128 run = (u128)k->next_alnum << 64 | k->alnum;

	run &= run >> 1;
	run &= run >> 2;
	run &= run >> 4;
	run &= run >> 8;
	*ret = (struct match_masks){ .host = k->alnum | k->dot | k->dash, .digits = k->digit, .dots = k->dot, .points = k->dot & (follows | wide),
		.others = k->at & (follows | wide), .runs = k->alnum & ~after & (uint64_t)run };
	if (k->colon)
		ret->others |= k->colon & ~k->slash_next & (k->colon_next | (follows & ((k->hex | k->colon) << 1 | (uint64_t)k->hex_before)));
}

void match_mask_plain(const char *p, struct match_masks *ret)
{
	struct kinds k = { .alnum_before = is_alnum(p[-1]), .hex_before = is_class(p[-1], CH_HEX) || p[-1] == ':', .high_behind = is_class(p[64], CH_HIGH) };

	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;

		k.alnum |= is_alnum(p[i]) ? bit : 0;
		k.next_alnum |= is_alnum(p[64 + i]) ? bit : 0;
		k.digit |= is_digit(p[i]) ? bit : 0;
		k.hex |= is_class(p[i], CH_HEX) ? bit : 0;
		k.high |= is_class(p[i], CH_HIGH) ? bit : 0;
		k.dot |= p[i] == '.' ? bit : 0;
		k.dash |= p[i] == '-' || p[i] == '_' ? bit : 0;
		k.at |= p[i] == '@' ? bit : 0;
		k.colon |= p[i] == ':' ? bit : 0;
		k.slash_next |= p[i + 1] == '/' ? bit : 0;
		k.colon_next |= p[i + 1] == ':' || p[i + 1] == '\\' ? bit : 0;
	}
	combine(&k, ret);
}

#if defined(__x86_64__)
AVX2 static inline __m256i load32(const char *p) { return _mm256_loadu_si256((const __m256i *)(const void *)p); }
AVX2 static inline uint64_t bits32(__m256i v) { return (uint32_t)_mm256_movemask_epi8(v); }
AVX2 static inline uint64_t same(__m256i v, char ch) { return bits32(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(ch))); }
/* Digits, and letters from a to a + span in both cases. */
AVX2 static inline uint64_t letters(__m256i v, uint8_t span)
{
	return bits32(_mm256_or_si256(near_to(v, '0', 9), near_to(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', span)));
}

AVX2 static void mask_avx2(const char *p, struct match_masks *ret)
{
	struct kinds k = { .alnum_before = is_alnum(p[-1]), .hex_before = is_class(p[-1], CH_HEX) || p[-1] == ':', .high_behind = is_class(p[64], CH_HIGH) };

	for (unsigned i = 0; i < 64; i += 32) {
		__m256i h = load32(p + i), s = load32(p + i + 1);

		k.alnum |= letters(h, 25) << i;
		k.next_alnum |= letters(load32(p + 64 + i), 25) << i;
		k.digit |= bits32(near_to(h, '0', 9)) << i;
		k.hex |= letters(h, 5) << i;
		k.high |= bits32(h) << i;
		k.dot |= same(h, '.') << i;
		k.dash |= (same(h, '-') | same(h, '_')) << i;
		k.at |= same(h, '@') << i;
		k.colon |= same(h, ':') << i;
		k.slash_next |= same(s, '/') << i;
		k.colon_next |= (same(s, ':') | same(s, '\\')) << i;
	}
	combine(&k, ret);
}

AVX512 static void mask_avx512(const char *p, struct match_masks *ret)
{
	__m512i h = load64(p), l = small64(h), t = load64(p + 64);
	struct kinds k = { .digit = in(h, '0', 9), .dot = is(h, '.'), .dash = is(h, '-') | is(h, '_'), .at = is(h, '@'), .colon = is(h, ':'),
		.high = (uint64_t)_mm512_movepi8_mask(h), .alnum_before = is_alnum(p[-1]), .high_behind = is_class(p[64], CH_HIGH) };

	k.alnum = k.digit | in(l, 'a', 25);
	k.next_alnum = in(t, '0', 9) | in(small64(t), 'a', 25);
	if (k.colon) {
		__m512i s = load64(p + 1);

		k.hex = k.digit | in(l, 'a', 5);
		k.hex_before = is_class(p[-1], CH_HEX) || p[-1] == ':';
		k.slash_next = is(s, '/');
		k.colon_next = is(s, ':') | is(s, '\\');
	}
	combine(&k, ret);
}

match_mask_fn *const match_mask_all[3] = { mask_avx512, mask_avx2, match_mask_plain };
#else
match_mask_fn *const match_mask_all[3] = { match_mask_plain, match_mask_plain, match_mask_plain };
#endif

match_mask_fn *match_mask_best(void) { return match_mask_all[wide_skip()]; }
