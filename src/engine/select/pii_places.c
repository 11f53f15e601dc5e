#include "engine/select/pii_places.h"

#include <string.h>

#include "engine/select/chars.h"
#include "engine/select/wide.h"

#include "base/banned.h"

static bool is_weak(const char *p)
{
	static const char wide[][4] = { "様", "氏", "殿", "　", "〇" };

	if (*p == '.')
		return (p[-1] == 'r' || p[-1] == 's') && p[1] == ' ';
	if (*p == '\t')
		return is_digit(p[-1]) && (uint8_t)p[1] >= 0xE4 && (uint8_t)p[1] <= 0xE9;
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

#define SETS_OF_WORDS 5u
enum { SET_DIGITS = 32, SET_DIGITS_WIDE = 64, SET_DIGITS_JOINED_WIDE = 128 };

static void learn_byte(struct begins *b, unsigned k, uint8_t ch, unsigned sets)
{
	b->low[k][ch & 15] |= (uint8_t)sets;
	b->high[k][ch >> 4] |= (uint8_t)sets;
}

void begins_learn(struct begins *b, const char *word)
{
	uint8_t ch = (uint8_t)word[0];

	if (ch < 0x80)
		b->accounts = true;
	else if (ch == 0xE3)
		b->kana = true;
	else if (ch >= 0xE4 && ch <= 0xE9)
		b->kanji = true;
	else
		b->rare = true;
	for (unsigned k = 0; k < 3; k++)
		learn_byte(b, k, (uint8_t)word[k], 1u << (ch + (uint8_t)word[1]) % SETS_OF_WORDS);
}

/* In the second and third place a sign may stand, too, and what is beyond ASCII: 090-, 09-0, (03) 12, ０９. */
void begins_learn_digits(struct begins *b, const char digits[3])
{
	static const uint8_t joints[] = { '-', ' ', '(', ')' };

	b->digits = true;
	learn_byte(b, 0, (uint8_t)digits[0], SET_DIGITS | SET_DIGITS_WIDE | SET_DIGITS_JOINED_WIDE);
	learn_byte(b, 0, 0xEF, SET_DIGITS_WIDE);
	for (unsigned k = 0; k < sizeof joints; k++) {
		learn_byte(b, 1, joints[k], SET_DIGITS | SET_DIGITS_JOINED_WIDE);
		learn_byte(b, 2, joints[k], SET_DIGITS);
	}
	learn_byte(b, 1, (uint8_t)digits[1], SET_DIGITS | SET_DIGITS_JOINED_WIDE);
	learn_byte(b, 2, (uint8_t)digits[1], SET_DIGITS);
	learn_byte(b, 2, (uint8_t)digits[2], SET_DIGITS);
	for (unsigned ch = 0x80; ch < 0x100; ch++) {
		learn_byte(b, 1, (uint8_t)ch, SET_DIGITS_WIDE);
		learn_byte(b, 2, (uint8_t)ch, SET_DIGITS_JOINED_WIDE);
	}
	for (unsigned ch = 0; ch < 0x100; ch++)
		learn_byte(b, 2, (uint8_t)ch, SET_DIGITS_WIDE);
}

static bool is_begin(const struct begins *b, const char *p)
{
	unsigned sets = 255;

	for (unsigned k = 0; k < 3; k++)
		sets &= b->low[k][(uint8_t)p[k] & 15] & b->high[k][(uint8_t)p[k] >> 4];
	return sets != 0;
}

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
		if (is_begin(b, p + i) && (begins_wide(b, (uint8_t)p[i]) || (b->accounts && is_account(p[i]) && !is_account(before)) ||
			(b->digits && is_digit(p[i]) && !is_word(before))))
			m |= (uint64_t)1 << i;
	return m;
}

#if defined(__x86_64__)
AVX2 static inline uint64_t within(struct half h, uint8_t from, uint8_t span) { return bits(near_to(h.a, from, span), near_to(h.b, from, span)); }

AVX2 static uint64_t weak_avx2(const char *p)
{
	struct half h = load(p), b = load(p - 1), s = load(p + 1);
	uint64_t m = (equal(h, '.') & (equal(b, 'r') | equal(b, 's')) & equal(s, ' ')) | (equal(h, '\t') & within(b, '0', 9) & within(s, 0xE4, 5)), e3, e6;

	if (!bits(h.a, h.b))
		return m;
	struct half t = load(p + 2);

	e3 = (equal(s, 0x81) & equal(t, 0x95) & equal(load(p + 5), 0x93)) | (equal(s, 0x80) & (equal(t, 0x80) | equal(t, 0x87)));
	e6 = (equal(s, 0xA7) & equal(t, 0x98)) | (equal(s, 0xB0) & equal(t, 0x8F)) | (equal(s, 0xAE) & equal(t, 0xBF));
	return m | (equal(h, 0xE3) & e3) | (equal(h, 0xE6) & e6);
}

AVX512 static uint64_t weak_avx512(const char *p)
{
	__m512i h = load64(p), b = load64(p - 1), s = load64(p + 1);
	uint64_t m = (is(h, '.') & (is(b, 'r') | is(b, 's')) & is(s, ' ')) | (is(h, '\t') & in(b, '0', 9) & in(s, 0xE4, 5)), e3, e6;

	if (!_mm512_movepi8_mask(h))
		return m;
	__m512i t = load64(p + 2);

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

/* The sets that byte k of what begins at each of 32 places may be of. */
AVX2 static inline __m256i sets_avx2(const struct begins *b, unsigned k, const char *p)
{
	__m256i v = _mm256_loadu_si256((const void *)(p + k)), f = _mm256_set1_epi8(15);
	__m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)b->low[k]));
	__m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)b->high[k]));

	return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(v, f)), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(v, 4), f)));
}

AVX2 static inline __m256i sets_avx2_all(const struct begins *b, const char *p)
{
	return _mm256_and_si256(sets_avx2(b, 0, p), _mm256_and_si256(sets_avx2(b, 1, p), sets_avx2(b, 2, p)));
}

AVX2 static uint64_t begins_avx2(const struct begins *b, const char *p, char before)
{
	__m256i z = _mm256_setzero_si256();
	uint64_t may = ~bits(_mm256_cmpeq_epi8(sets_avx2_all(b, p), z), _mm256_cmpeq_epi8(sets_avx2_all(b, p + 32), z)), m = 0, digit;
	struct half v = load(p);

	if (!may)
		return 0;
	if (bits(v.a, v.b)) {
		uint64_t kana = equal(v, 0xE3), kanji = within(v, 0xE4, 5);

		m = (b->kana ? kana : 0) | (b->kanji ? kanji : 0);
		if (b->rare || b->digits)
			m |= (b->rare ? within(v, 0xC0, 0x3F) : equal(v, 0xEF)) & ~(kana | kanji);
	}
	if (b->digits || b->accounts) {
		struct half low = { _mm256_or_si256(v.a, _mm256_set1_epi8(0x20)), _mm256_or_si256(v.b, _mm256_set1_epi8(0x20)) };

		digit = within(v, '0', 9);
		m |= begins_ascii(b, digit, digit | within(low, 'a', 25) | equal(v, '_'), within(v, '-', 1), before);
	}
	return m & may;
}

AVX512 static inline __m512i sets_avx512(const struct begins *b, unsigned k, const char *p)
{
	__m512i v = load64(p + k), f = _mm512_set1_epi8(15);
	__m512i low = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)b->low[k])), high = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)b->high[k]));

	return _mm512_and_si512(_mm512_shuffle_epi8(low, _mm512_and_si512(v, f)), _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16(v, 4), f)));
}

AVX512 static uint64_t begins_avx512(const struct begins *b, const char *p, char before)
{
	uint64_t may = _mm512_test_epi8_mask(_mm512_and_si512(sets_avx512(b, 0, p), sets_avx512(b, 1, p)), sets_avx512(b, 2, p)), m = 0, digit;
	__m512i v = load64(p);

	if (!may)
		return 0;
	if (_mm512_movepi8_mask(v)) {
		uint64_t kana = is(v, 0xE3), kanji = in(v, 0xE4, 5);

		m = (b->kana ? kana : 0) | (b->kanji ? kanji : 0);
		if (b->rare || b->digits)
			m |= (b->rare ? in(v, 0xC0, 0x3F) : is(v, 0xEF)) & ~(kana | kanji);
	}
	if (b->digits || b->accounts) {
		digit = in(v, '0', 9);
		m |= begins_ascii(b, digit, digit | in(small64(v), 'a', 25) | is(v, '_'), in(v, '-', 1), before);
	}
	return m & may;
}

weak_fn *const weak_all[3] = { weak_avx512, weak_avx2, weak_plain };
begins_fn *const begins_all[3] = { begins_avx512, begins_avx2, begins_plain };
#else
weak_fn *const weak_all[3] = { weak_plain, weak_plain, weak_plain };
begins_fn *const begins_all[3] = { begins_plain, begins_plain, begins_plain };
#endif

weak_fn *weak_best(void) { return weak_all[wide_skip()]; }
begins_fn *begins_best(void) { return begins_all[wide_skip()]; }
