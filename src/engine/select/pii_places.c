#include "engine/select/pii_places.h"

#include <string.h>

#include "engine/select/chars.h"
#include "engine/select/wide.h"

#include "base/banned.h"

static bool is_weak(const char *p)
{
	static const char wide[][4] = { "様", "氏", "殿", "　", "〇" };

	if (*p == '.')
		return p[-1] == 'r' || p[-1] == 's';
	if (*p == '\t')
		return is_digit(p[-1]);
	for (size_t k = 0; k < sizeof wide / sizeof wide[0]; k++)
		if (memcmp(p, wide[k], 3) == 0)
			return true;
	return memcmp(p, "さ", 3) == 0 && p[5] == (char)0x93;
}

uint64_t weak_plain(const char *p)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < 64; i++)
		m |= is_weak(p + i) ? (uint64_t)1 << i : 0;
	return m;
}

static bool is_word(char ch) { return is_alnum(ch) || ch == '_'; }
static bool is_account(char ch) { return is_word(ch) || ch == '.' || ch == '-'; }

static bool begins_wide(const struct begins *b, uint8_t ch)
{
	if (ch == 0xE3)
		return b->kana;
	if (ch >= 0xE4 && ch <= 0xE9)
		return b->kanji;
	return ch >= 0xC0 && (b->rare || (b->digits && ch == 0xEF));   /* full-width digits */
}

uint64_t begins_plain(const struct begins *b, const char *p, char before)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < 64; before = p[i++])
		if (begins_wide(b, (uint8_t)p[i]) || (b->accounts && is_account(p[i]) && !is_account(before)) ||
			(b->digits && is_digit(p[i]) && !is_word(before)))
			m |= (uint64_t)1 << i;
	return m;
}

#if defined(__x86_64__)
static inline __m128i load16(const char *p) { return _mm_loadu_si128((const __m128i *)(const void *)p); }
static inline __m128i same(__m128i v, uint8_t ch) { return _mm_cmpeq_epi8(v, _mm_set1_epi8((char)ch)); }
static inline __m128i near16(__m128i v, uint8_t from, uint8_t span)
{
	__m128i d = _mm_sub_epi8(v, _mm_set1_epi8((char)from));

	return _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8((char)span)), d);
}
static inline __m128i and(__m128i a, __m128i b) { return _mm_and_si128(a, b); }
static inline __m128i or(__m128i a, __m128i b) { return _mm_or_si128(a, b); }
static inline uint64_t bits16(__m128i v) { return (uint64_t)(uint32_t)_mm_movemask_epi8(v); }

static inline uint64_t weak_sixteen(const char *p)
{
	__m128i h = load16(p), b = load16(p - 1), m = or(and(same(h, '.'), or(same(b, 'r'), same(b, 's'))), and(same(h, '\t'), near16(b, '0', 9)));

	if (_mm_movemask_epi8(h)) {
		__m128i s = load16(p + 1), t = load16(p + 2);
		__m128i san = and(and(same(s, 0x81), same(t, 0x95)), same(load16(p + 5), 0x93));
		__m128i e3 = or(san, and(same(s, 0x80), or(same(t, 0x80), same(t, 0x87))));
		__m128i e6 = or(and(same(s, 0xA7), same(t, 0x98)), or(and(same(s, 0xB0), same(t, 0x8F)), and(same(s, 0xAE), same(t, 0xBF))));

		m = or(m, or(and(same(h, 0xE3), e3), and(same(h, 0xE6), e6)));
	}
	return bits16(m);
}

static uint64_t weak_sse2(const char *p)
{
	return weak_sixteen(p) | weak_sixteen(p + 16) << 16 | weak_sixteen(p + 32) << 32 | weak_sixteen(p + 48) << 48;
}

AVX512 static uint64_t weak_avx512(const char *p)
{
	__m512i h = load64(p), b = load64(p - 1);
	uint64_t m = (is(h, '.') & (is(b, 'r') | is(b, 's'))) | (is(h, '\t') & in(b, '0', 9)), e3, e6;

	if (!_mm512_movepi8_mask(h))
		return m;
	__m512i s = load64(p + 1), t = load64(p + 2);

	e3 = (is(s, 0x81) & is(t, 0x95) & is(load64(p + 5), 0x93)) | (is(s, 0x80) & (is(t, 0x80) | is(t, 0x87)));
	e6 = (is(s, 0xA7) & is(t, 0x98)) | (is(s, 0xB0) & is(t, 0x8F)) | (is(s, 0xAE) & is(t, 0xBF));
	return m | (is(h, 0xE3) & e3) | (is(h, 0xE6) & e6);
}

/* Of the bytes that are digits, of words or of accounts, those that begin what is asked for. */
static inline uint64_t begins_ascii(const struct begins *b, uint64_t digit, uint64_t word, uint64_t sign, char before)
{
	uint64_t account = word | sign, m = 0;

	if (b->digits)
		m = digit & ~(word << 1 | (uint64_t)is_word(before));
	if (b->accounts)
		m |= account & ~(account << 1 | (uint64_t)is_account(before));
	return m;
}

static uint64_t begins_sse2(const struct begins *b, const char *p, char before)
{
	uint64_t wide = 0, digit = 0, word = 0, sign = 0;

	for (unsigned k = 0; k < 64; k += 16) {
		__m128i v = load16(p + k), d = near16(v, '0', 9);

		if (_mm_movemask_epi8(v)) {
			uint64_t kana = bits16(same(v, 0xE3)), kanji = bits16(near16(v, 0xE4, 5)), rare = bits16(b->rare ? near16(v, 0xC0, 0x3F) : same(v, 0xEF));

			wide |= ((b->kana ? kana : 0) | (b->kanji ? kanji : 0) | (b->rare || b->digits ? rare & ~(kana | kanji) : 0)) << k;
		}
		digit |= bits16(d) << k;
		word |= bits16(or(or(d, near16(or(v, _mm_set1_epi8(0x20)), 'a', 25)), same(v, '_'))) << k;
		sign |= bits16(near16(v, '-', 1)) << k;   /* - . */
	}
	return wide | begins_ascii(b, digit, word, sign, before);
}

AVX512 static uint64_t begins_avx512(const struct begins *b, const char *p, char before)
{
	__m512i v = load64(p);
	uint64_t m = 0, digit;

	if (_mm512_movepi8_mask(v)) {
		uint64_t kana = is(v, 0xE3), kanji = in(v, 0xE4, 5);

		m = (b->kana ? kana : 0) | (b->kanji ? kanji : 0);
		if (b->rare || b->digits)
			m |= (b->rare ? in(v, 0xC0, 0x3F) : is(v, 0xEF)) & ~(kana | kanji);
	}
	if (!b->digits && !b->accounts)
		return m;
	digit = in(v, '0', 9);
	return m | begins_ascii(b, digit, digit | in(small64(v), 'a', 25) | is(v, '_'), in(v, '-', 1), before);
}

weak_fn *const weak_all[3] = { weak_avx512, weak_sse2, weak_plain };
begins_fn *const begins_all[3] = { begins_avx512, begins_sse2, begins_plain };

unsigned places_skip(void) { return has_avx512() ? 0 : 1; }
#else
weak_fn *const weak_all[3] = { weak_plain, weak_plain, weak_plain };
begins_fn *const begins_all[3] = { begins_plain, begins_plain, begins_plain };

unsigned places_skip(void) { return 2; }
#endif

weak_fn *weak_best(void) { return weak_all[places_skip()]; }
begins_fn *begins_best(void) { return begins_all[places_skip()]; }
