#include "engine/select/pii_mask.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "engine/select/pii_tables.h"
#include "engine/select/wide.h"

#include "base/banned.h"

#define INLINE static inline __attribute__((always_inline))   /* so that what calls decides on the instructions */

/* Kinds of ASCII, eight in each of four tables. Two signs that nothing tells apart are of one kind: FOUR_EIGHT, UH, SOD, TA (also of small letters). */
enum plane {
	P_DIGIT, P_ALPHA, P_UNDER, P_CAPITAL, P_COLON, P_OPEN, P_BLANK, P_QUOTE,
	P_TICK, P_HYPHEN, P_PARENS, P_COMMA, P_BAR, P_END, P_HEAD, P_AT,
	P_SLASH, P_PERCENT, P_BACK, P_EQUAL, P_DULL, P_PLUS, P_E, P_FOUR_EIGHT,
	P_UH, P_SOD, P_TA, P_ZERO, P_ONE, P_TWO, P_NINE,
};
#define PLANES 32u

#define K(name) (1u << P_##name % 8)
#define D K(DIGIT)
#define S K(ALPHA)
#define C (K(ALPHA) | K(CAPITAL))
static const uint8_t kinds[4][128] = {
	{ ['0'] = D, D, D, D, D, D, D, D, D, D, ['a'] = S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
		['A'] = C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, ['_'] = K(UNDER), [':'] = K(COLON), ['='] = K(COLON),
		['<'] = K(OPEN), ['('] = K(OPEN), ['['] = K(OPEN), [' '] = K(BLANK), ['"'] = K(QUOTE) },
	{ ['\''] = K(TICK), ['-'] = K(HYPHEN), ['('] = K(PARENS), [')'] = K(PARENS), [','] = K(COMMA), [';'] = K(COMMA), ['|'] = K(BAR), ['\t'] = K(BAR),
		['\n'] = K(END), ['C'] = K(HEAD), ['c'] = K(HEAD), ['D'] = K(HEAD), ['I'] = K(HEAD), ['i'] = K(HEAD), ['@'] = K(AT) },
	{ ['/'] = K(SLASH), ['%'] = K(PERCENT), ['\\'] = K(BACK), ['='] = K(EQUAL), ['.'] = K(DULL), ['#'] = K(DULL), ['$'] = K(DULL), ['+'] = K(PLUS),
		['E'] = K(E), ['e'] = K(E), ['4'] = K(FOUR_EIGHT), ['8'] = K(FOUR_EIGHT) },
	{ ['U'] = K(UH), ['u'] = K(UH), ['H'] = K(UH), ['h'] = K(UH), ['S'] = K(SOD), ['s'] = K(SOD), ['O'] = K(SOD), ['o'] = K(SOD), ['D'] = K(SOD),
		['d'] = K(SOD), ['T'] = K(TA), ['t'] = K(TA), ['A'] = K(TA), ['a'] = K(TA), ['0'] = K(ZERO), ['1'] = K(ONE), ['2'] = K(TWO), ['9'] = K(NINE) },
};
#undef D
#undef S
#undef C

/* What is known of the bytes of eight blocks, a bit each; of the block before them and the one behind, the kinds. */
struct planes {
	uint64_t of[PLANES][MASK_BLOCKS], before[PLANES], behind[PLANES];
	uint64_t high[MASK_BLOCKS], high_before;   /* beyond ASCII */
	uint64_t wide[MASK_BLOCKS];                /* the stops among letters beyond ASCII */
	uint64_t tail[MASK_BLOCKS];                /* behind what may be the last three letters of a label */
	unsigned any_high;                         /* a bit a block */
};

static bool is_kanji(const unsigned char *p) { return (p[0] >= 0xE4 && p[0] <= 0xE9) || (p[0] == 0xE3 && p[1] >= 0x90 && p[1] < 0xC0); }

static bool is_block(const unsigned char *p, unsigned char ch)   /* 丁 番 生 */
{
	return (ch == 0xE4 && p[1] == 0xB8 && p[2] == 0x81) || (ch == 0xE7 && p[1] == 0x95 && p[2] == 0xAA) ||
		(ch == 0xE7 && p[1] == 0x94 && p[2] == 0x9F);
}

static bool is_wide_stop(const unsigned char *p)
{
	if (p[0] == 0xEF || p[0] >= 0xF0)
		return true;
	if (p[0] == 0xE2)
		return p[1] == 0x80 || p[1] == 0x86;
	if (p[0] == 0xE3 && p[1] == 0x80)
		return p[2] != 0x81 && p[2] != 0x82;
	return is_kanji(p) && (!is_kanji(p - 3) || is_block(p, p[0]));
}

/* Are the three bytes before p the last letters of a label? */
static bool is_tail(const unsigned char *p)
{
	return pii_tail_classes[0][*(p - 3) & 31] & pii_tail_classes[1][*(p - 2) & 31] & pii_tail_classes[2][*(p - 1) & 31];
}

/* The kinds of 64 bytes, those beyond ASCII, and whether something of the latter stops. */
static uint64_t kinds_plain(const unsigned char *p, uint64_t ret[PLANES])
{
	uint64_t high = 0;

	memset(ret, 0, PLANES * sizeof *ret);
	for (unsigned i = 0; i < MASK_BLOCK; i++) {
		high |= (uint64_t)(p[i] >> 7) << i;
		for (unsigned k = 0; k < PLANES && p[i] < 0x80; k++)
			ret[k] |= (uint64_t)(kinds[k / 8][p[i]] >> k % 8 & 1) << i;
	}
	return high;
}

static void planes_plain(const unsigned char *p, struct planes *ret)
{
	ret->any_high = 0;
	ret->high_before = kinds_plain(p - MASK_BLOCK, ret->before);
	for (unsigned b = 0; b < MASK_BLOCKS; b++, p += MASK_BLOCK) {
		uint64_t kinds_of[PLANES];

		ret->high[b] = kinds_plain(p, kinds_of);
		ret->any_high |= (unsigned)(ret->high[b] != 0) << b;
		ret->wide[b] = ret->tail[b] = 0;
		for (unsigned k = 0; k < PLANES; k++)
			ret->of[k][b] = kinds_of[k];
		for (unsigned i = 0; i < MASK_BLOCK; i++) {
			ret->wide[b] |= (uint64_t)(p[i] >= 0xE2 && is_wide_stop(p + i)) << i;
			ret->tail[b] |= (uint64_t)is_tail(p + i) << i;
		}
	}
	(void)kinds_plain(p, ret->behind);
}

#define TARGET
#define LANES(name) name##_plain_lanes
#define planes_plain_lanes planes_plain
#include "engine/select/pii_mask_lanes.h"
#undef LANES
#undef TARGET

unsigned mask_plain(const unsigned char *p, struct masks *ret) { return mask_plain_lanes(p, ret); }

#if defined(__x86_64__)
AVX2 static inline uint64_t within(struct half h, unsigned char from, unsigned char span)
{
	return bits(near_to(h.a, from, span), near_to(h.b, from, span));
}

AVX2 static inline __m256i same(__m256i v, unsigned char ch) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)ch)); }

/* The stops of half a block beyond ASCII but for beginnings of kanji; h, s and t are the bytes and the two behind each. */
AVX2 static inline __m256i wide_signs(__m256i h, __m256i s, __m256i t)
{
	__m256i s80 = same(s, 0x80), m;

	m = _mm256_and_si256(same(h, 0xE2), _mm256_or_si256(s80, same(s, 0x86)));
	m = _mm256_or_si256(m, _mm256_andnot_si256(near_to(t, 0x81, 1), _mm256_and_si256(same(h, 0xE3), s80)));
	m = _mm256_or_si256(m, _mm256_and_si256(same(h, 0xE4), _mm256_and_si256(same(s, 0xB8), same(t, 0x81))));
	m = _mm256_or_si256(m, _mm256_and_si256(same(h, 0xE7), _mm256_or_si256(_mm256_and_si256(same(s, 0x95), same(t, 0xAA)),
		_mm256_and_si256(same(s, 0x94), same(t, 0x9F)))));
	return _mm256_or_si256(m, near_to(h, 0xEF, 0x10));
}

/* The stops among letters beyond ASCII. */
AVX2 static uint64_t wide_avx2(const unsigned char *p, struct half h)
{
	struct half s = load(p + 1), t = load(p + 2);
	uint64_t e3 = equal(h, 0xE3), kanji = within(h, 0xE4, 5) | (e3 & within(s, 0x90, 0x2F)), before = kanji << 3;

	before |= (uint64_t)is_kanji(p - 3) | (uint64_t)is_kanji(p - 2) << 1 | (uint64_t)is_kanji(p - 1) << 2;
	return bits(wide_signs(h.a, s.a, t.a), wide_signs(h.b, s.b, t.b)) | (kanji & ~before);
}

/* Of 32 bytes, what a table of 32 has for the lowest five bits of each. */
AVX2 static inline __m256i of_table(const uint8_t *table, const unsigned char *p)
{
	__m256i i = _mm256_and_si256(_mm256_loadu_si256((const void *)p), _mm256_set1_epi8(31)), t = _mm256_loadu_si256((const void *)table);
	__m256i low = _mm256_permute2x128_si256(t, t, 0), high = _mm256_permute2x128_si256(t, t, 0x11);

	return _mm256_blendv_epi8(_mm256_shuffle_epi8(low, i), _mm256_shuffle_epi8(high, i), _mm256_slli_epi16(i, 3));
}

AVX2 static uint64_t tails_avx2(const unsigned char *p)
{
	__m256i m[2], z = _mm256_setzero_si256();

	for (unsigned k = 0; k < 2; k++, p += 32)
		m[k] = _mm256_and_si256(of_table(pii_tail_classes[0], p - 3), _mm256_and_si256(of_table(pii_tail_classes[1], p - 2),
			of_table(pii_tail_classes[2], p - 1)));
	return ~bits(_mm256_cmpeq_epi8(m[0], z), _mm256_cmpeq_epi8(m[1], z));
}

/* The kinds of 32 bytes in one table: sixteen entries at a time, those of one upper half byte. */
AVX2 static inline __m256i kinds_of_half(const uint8_t *table, __m256i h)
{
	__m256i kind = _mm256_setzero_si256();

	for (unsigned n = 0; n < 8; n++) {
		__m256i t = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(table + (size_t)16 * n)));
		__m256i i = _mm256_adds_epu8(_mm256_sub_epi8(h, _mm256_set1_epi8((char)(16 * n))), _mm256_set1_epi8(0x70));

		kind = _mm256_or_si256(kind, _mm256_shuffle_epi8(t, i));
	}
	return kind;
}

AVX2 static uint64_t kinds_avx2(const unsigned char *p, uint64_t *ret, size_t step)
{
	struct half h = load(p);

	for (unsigned t = 0; t < 4; t++) {
		struct half kind = { kinds_of_half(kinds[t], h.a), kinds_of_half(kinds[t], h.b) };

		for (unsigned k = 8; k--; kind = (struct half){ _mm256_add_epi8(kind.a, kind.a), _mm256_add_epi8(kind.b, kind.b) })
			ret[(t * 8 + k) * step] = bits(kind.a, kind.b);
	}
	return bits(h.a, h.b);
}

AVX2 static void planes_avx2(const unsigned char *p, struct planes *ret)
{
	ret->any_high = 0;
	ret->high_before = kinds_avx2(p - MASK_BLOCK, ret->before, 1);
	for (unsigned b = 0; b < MASK_BLOCKS; b++, p += MASK_BLOCK) {
		ret->high[b] = kinds_avx2(p, &ret->of[0][b], MASK_BLOCKS);
		ret->any_high |= (unsigned)(ret->high[b] != 0) << b;
		ret->wide[b] = ret->high[b] ? wide_avx2(p, load(p)) : 0;
		ret->tail[b] = tails_avx2(p);
	}
	(void)kinds_avx2(p, ret->behind, 1);
}

#define TARGET AVX2
#define LANES(name) name##_avx2_lanes
#define planes_avx2_lanes planes_avx2
#include "engine/select/pii_mask_lanes.h"
#undef LANES
#undef TARGET

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,gfni,bmi,bmi2")))

VBMI static inline uint64_t wide_avx512(const unsigned char *p, __m512i h)
{
	__m512i s = load64(p + 1), t = load64(p + 2);
	uint64_t e3 = is(h, 0xE3), s80 = is(s, 0x80), kanji = in(h, 0xE4, 5) | (e3 & in(s, 0x90, 0x2F)), before = kanji << 3;

	before |= (uint64_t)is_kanji(p - 3) | (uint64_t)is_kanji(p - 2) << 1 | (uint64_t)is_kanji(p - 1) << 2;
	return in(h, 0xEF, 0x10) | (is(h, 0xE2) & (s80 | is(s, 0x86))) | (e3 & s80 & ~in(t, 0x81, 1)) | (kanji & ~before) |
		(is(h, 0xE4) & is(s, 0xB8) & is(t, 0x81)) | (is(h, 0xE7) & ((is(s, 0x95) & is(t, 0xAA)) | (is(s, 0x94) & is(t, 0x9F))));
}

struct tables { __m512i kinds[4][2], tail[3], reverse, bit, gather; };

/* A table of 32 twice. */
VBMI INLINE __m512i twice(const uint8_t *table) { return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)table)); }

VBMI INLINE void tables_load(struct tables *ret)
{
	static const uint8_t gather[64] = {
		0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57, 2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43, 51, 59,
		4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61, 6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39, 47, 55, 63,
	};
	*ret = (struct tables){ .tail = { twice(pii_tail_classes[0]), twice(pii_tail_classes[1]), twice(pii_tail_classes[2]) }, .gather = load64(gather),
		.reverse = _mm512_broadcast_i32x4(_mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)),
		.bit = _mm512_set1_epi64((int64_t)0x8040201008040201),
		.kinds = { { load64(kinds[0]), load64(kinds[0] + 64) }, { load64(kinds[1]), load64(kinds[1] + 64) },
			{ load64(kinds[2]), load64(kinds[2] + 64) }, { load64(kinds[3]), load64(kinds[3] + 64) } } };

}

/* Behind what may be the last three letters of a label, by the lowest bits of each. */
VBMI INLINE uint64_t tails_avx512(const struct tables *t, const unsigned char *p)
{
	__m512i a = _mm512_permutexvar_epi8(load64(p - 3), t->tail[0]), b = _mm512_permutexvar_epi8(load64(p - 2), t->tail[1]);

	return _mm512_test_epi8_mask(_mm512_and_si512(a, b), _mm512_permutexvar_epi8(load64(p - 1), t->tail[2]));
}

/*
 * The kinds of 64 bytes: eight planes of a table at once. The product with a matrix of one bit a row turns eight kinds of eight bytes
 * each into eight bytes of one kind (the bytes of a matrix stand in reverse), which are then gathered.
 */
VBMI INLINE void kinds_avx512(const struct tables *t, __m512i h, __m512i ret[4])
{
	__m512i r = _mm512_shuffle_epi8(h, t->reverse);
	uint64_t ascii = ~(uint64_t)_mm512_movepi8_mask(r);

#pragma GCC unroll 4
	for (unsigned k = 0; k < 4; k++) {
		__m512i kind = _mm512_maskz_permutex2var_epi8(ascii, t->kinds[k][0], r, t->kinds[k][1]);

		ret[k] = _mm512_permutexvar_epi8(t->gather, _mm512_gf2p8affine_epi64_epi8(t->bit, kind, 0));
	}
}

/* Eight planes of each of eight blocks become eight blocks of each of eight planes. */
VBMI INLINE void turn(const __m512i *r, size_t step, uint64_t ret[8][MASK_BLOCKS])
{
#pragma GCC unroll 2
	for (unsigned odd = 0; odd < 2; odd++) {
		__attribute__((uninitialized)) __m512i a[4], b[4];

#pragma GCC unroll 4
		for (unsigned k = 0; k < 4; k++)
			a[k] = odd ? _mm512_unpackhi_epi64(r[2 * k * step], r[(2 * k + 1) * step]) : _mm512_unpacklo_epi64(r[2 * k * step], r[(2 * k + 1) * step]);
#pragma GCC unroll 2
		for (unsigned k = 0; k < 2; k++) {
			b[2 * k] = _mm512_shuffle_i64x2(a[2 * k], a[2 * k + 1], 0x88);
			b[2 * k + 1] = _mm512_shuffle_i64x2(a[2 * k], a[2 * k + 1], 0xdd);
		}
		_mm512_storeu_si512(ret[odd], _mm512_shuffle_i64x2(b[0], b[2], 0x88));
		_mm512_storeu_si512(ret[odd + 2], _mm512_shuffle_i64x2(b[1], b[3], 0x88));
		_mm512_storeu_si512(ret[odd + 4], _mm512_shuffle_i64x2(b[0], b[2], 0xdd));
		_mm512_storeu_si512(ret[odd + 6], _mm512_shuffle_i64x2(b[1], b[3], 0xdd));
	}
}

VBMI static void planes_avx512(const unsigned char *p, struct planes *ret)
{
	__attribute__((uninitialized)) struct tables t;
	__attribute__((uninitialized)) __m512i all[MASK_BLOCKS][4];
	__m512i edge[4];

	tables_load(&t);
	kinds_avx512(&t, load64(p - MASK_BLOCK), edge);
	memcpy(ret->before, edge, sizeof ret->before);
	ret->high_before = (uint64_t)_mm512_movepi8_mask(load64(p - MASK_BLOCK));
	ret->any_high = 0;
	for (unsigned b = 0; b < MASK_BLOCKS; b++, p += MASK_BLOCK) {
		__m512i h = load64(p);

		kinds_avx512(&t, h, all[b]);
		ret->high[b] = (uint64_t)_mm512_movepi8_mask(h);
		ret->any_high |= (unsigned)(ret->high[b] != 0) << b;
		ret->wide[b] = ret->high[b] ? wide_avx512(p, h) : 0;
		ret->tail[b] = tails_avx512(&t, p);
	}
	kinds_avx512(&t, load64(p), edge);
	memcpy(ret->behind, edge, sizeof ret->behind);
	for (unsigned k = 0; k < 4; k++)
		turn(&all[0][k], 4, ret->of + (size_t)8 * k);
}

#define TARGET VBMI
#define LANES(name) name##_avx512_lanes
#define planes_avx512_lanes planes_avx512
#include "engine/select/pii_mask_lanes.h"
#undef LANES
#undef TARGET

mask_fn *const mask_all[3] = { mask_avx512_lanes, mask_avx2_lanes, mask_plain };

unsigned mask_skip(void)
{
	if (has_avx512() && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("gfni"))
		return 0;
	return has_avx2() ? 1 : 2;
}
#else
mask_fn *const mask_all[3] = { mask_plain, mask_plain, mask_plain };

unsigned mask_skip(void) { return 2; }
#endif

mask_fn *mask_best(void) { return mask_all[mask_skip()]; }
