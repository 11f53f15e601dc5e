#include "engine/select/anchor.h"

#include <endian.h>

#include "engine/select/chars.h"
#include "engine/select/wide.h"

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;
#define INLINE static inline __attribute__((always_inline))   /* so that what is always the same is made once for all blocks */

static inline uint64_t long_runs(uint64_t m, uint64_t next)
{
	u128 w = (u128)next << 64 | m;

	w &= w >> 1;
	w &= w >> 2;
	w &= w >> 4;
	w &= w >> 8;
	return (uint64_t)w;
}

/* "xx-xx-xx-xx-xx-xx": the first dash of five. */
static inline uint64_t mac_dashes(uint64_t m, uint64_t next)
{
	u128 d = (u128)next << 64 | m;

	return (uint64_t)(d & d >> 3 & d >> 6 & d >> 9 & d >> 12);
}

/* The bytes around one place, for the plain twins: b before, n and o behind. */
static bool is_point(char b, char ch, char n, char o)
{
	switch (ch) {
	case '.': case '@': return is_alnum(n) || is_class(n, CH_HIGH);
	case '\\': return true;
	case ':': return n == '/' || n == '\\' || n == ':' || (is_alnum(n) && (is_class(b, CH_HEX) || b == ':'));
	case '/': return !is_alnum(b) && is_alnum(n);
	case '%': return n == '3';
	case (char)0xe3: return n == (char)0x83 && o == (char)0x9f;
	default: return false;
	}
}

/* Telling words: CVE, CreateMutex, T1059, TA0001, AS1, mutex, Mozilla, OpenMutex, t13…_, q13…_ (JA4), User-Agent. */
static bool is_initial(char ch, char n)
{
	switch (lower(ch)) {
	case 'c': return lower(n) == 'v' || lower(n) == 'r';
	case 'm': return lower(n) == 'u' || lower(n) == 'o';
	case 'o': return lower(n) == 'p';
	case 'u': return lower(n) == 's';
	case 't': return is_digit(n) || (ch == 'T' && n == 'A');
	case 'q': return ch == 'q' && is_digit(n);
	case 'a': return ch == 'A' && n == 'S';
	default: return false;
	}
}

#define WITHIN (~(uint64_t)0 << 3 & ~(uint64_t)0 >> 6)   /* places whose six bytes behind and three before are in the block */

/* 10:20:30 and 10:20, as scan_colon() has it: nothing that a look would find something at. */
static inline uint64_t clocks(uint64_t colon, uint64_t digits, uint64_t hex)
{
	return WITHIN & colon & digits << 1 & digits >> 1 & digits >> 2 & ~(hex << 3 | hex >> 3) & ~(colon >> 3 & (colon >> 6 | colon << 3));
}

struct masks { uint64_t points, words, runs, percent, label, alnum, digits, hex, dots, url, high, ends; };

INLINE void put_masks(const struct masks *m, struct scan_bits *ret, unsigned i)
{
	ret->of[ANCHOR_POINTS][i] = htole64(m->points);
	ret->of[ANCHOR_RUNS][i] = htole64(m->runs);
	ret->of[ANCHOR_LOOKS][i] = htole64(m->points | m->runs | m->words);
	ret->of[ANCHOR_INNER][i] = htole64(m->words | m->percent);
	ret->of[ANCHOR_LABEL][i] = htole64(m->label);
	ret->of[ANCHOR_ALNUM][i] = htole64(m->alnum);
	ret->of[ANCHOR_DIGITS][i] = htole64(m->digits);
	ret->of[ANCHOR_HEX][i] = htole64(m->hex);
	ret->of[ANCHOR_DOTS][i] = htole64(m->dots);
	ret->of[ANCHOR_URL][i] = htole64(m->url);
	ret->of[ANCHOR_WORDY][i] = htole64((m->alnum & ~m->digits) | m->high);
	ret->of[ANCHOR_ENDS][i] = htole64(m->ends);
}

static void anchor_one(const char *p, struct scan_bits *ret, unsigned i)
{
	struct masks m = { 0 };
	uint64_t next = 0, dash = 0, next_dash = 0, initial = 0, colon = 0, starts;

	for (unsigned k = 0; k < 64; k++) {
		uint64_t bit = (uint64_t)1 << k;

		m.alnum |= is_alnum(p[k]) ? bit : 0;
		next |= is_alnum(p[64 + k]) ? bit : 0;
		dash |= p[k] == '-' ? bit : 0;
		next_dash |= p[64 + k] == '-' ? bit : 0;
		initial |= is_initial(p[k], p[k + 1]) ? bit : 0;
		colon |= p[k] == ':' ? bit : 0;
		m.points |= is_point(*(p + k - 1), p[k], p[k + 1], p[k + 2]) ? bit : 0;
		m.percent |= p[k] == '%' && p[k + 1] == '3' ? bit : 0;
		m.digits |= is_digit(p[k]) ? bit : 0;
		m.label |= is_fast(p[k], FAST_LABEL) && lower(p[k]) == p[k] ? bit : 0;
		m.dots |= p[k] == '.' ? bit : 0;
		m.hex |= is_class(p[k], CH_HEX) ? bit : 0;
		m.url |= is_fast(p[k], FAST_URL) ? bit : 0;
		m.high |= is_class(p[k], CH_HIGH) ? bit : 0;
		m.ends |= p[k] == '\n' ? bit : 0;
	}
	starts = m.alnum & ~(m.alnum << 1 | (uint64_t)is_alnum(p[-1]));
	m.points &= ~clocks(colon, m.digits, m.hex);
	m.words = starts & (initial | mac_dashes(dash, next_dash) >> 2);
	m.runs = starts & long_runs(m.alnum, next);
	put_masks(&m, ret, i);
}

void anchor_plain(const char *p, unsigned n, struct scan_bits *ret, unsigned i)
{
	for (unsigned k = 0; k < n; k++)
		anchor_one(p + k * ANCHOR_BLOCK, ret, i + k);
}

static bool opens_nothing(char n)
{
	return (is_alnum(n) && !strchr("dDaApP", n)) || n == '"' || n == '-' || n == '\'' || n == '%';
}

static uint64_t fold_one(const char *p, unsigned kind)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;
		char b = *(p + i - 1), c = *(p + i - 3), n = p[i + 1];
		uint8_t u = (uint8_t)n, v = (uint8_t)p[i + 2], w = (uint8_t)p[i + 3];

		switch (p[i]) {
		case '[': case '(': case '{': m |= opens_nothing(n) ? 0 : bit; break;
		case ']': case ')': case '}': m |= b == '.' ? bit : 0; break;
		case '\\': m |= (kind & FOLD_JSON) || n == '/' || n == 'x' || n == 'X' || n == '.' ? bit : 0; break;
		case '&': m |= is_alpha(n) || n == '#' ? bit : 0; break;
		case ',': case '"': m |= kind & FOLD_CSV ? bit : 0; break;
		case '<': m |= kind & FOLD_HTML ? bit : 0; break;
		case (char)0xe2: m |= u == 0x80 || u == 0x81 ? bit : 0; break;
		case (char)0xe3:
			if (u == 0x80 && (v == 0x80 || v == 0x90 || (v == 0x82 && (w < 0xe3 || w == 0xef) &&
					(!is_class(b, CH_HIGH) || c == (char)0xef))))
				m |= bit;
			break;
		case (char)0xc2: m |= u == 0xad ? bit : 0; break;
		case (char)0xef: m |= (u == 0xbc && v != 0x89) || u == 0xbd || (u == 0xbb && v == 0xbf) ? bit : 0; break;
		default: break;
		}
	}
	return m;
}

void anchor_fold_plain(const char *p, unsigned n, unsigned kind, uint64_t *ret)
{
	for (unsigned k = 0; k < n; k++)
		ret[k] = fold_one(p + k * ANCHOR_BLOCK, kind);
}

#if defined(__x86_64__)
/* FAST_URL: a bit for each row of sixteen from 0x20 on. !#$%&-./ 0-9:=? @A-O P-Z_ a-o p-z~ */
static inline __m128i url_low(void) { return _mm_setr_epi8(46, 63, 62, 63, 63, 63, 63, 62, 62, 62, 62, 20, 20, 23, 53, 31); }
static inline __m128i url_high(void) { return _mm_setr_epi8(0, 0, 1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0); }

/*
 * Two letters that begin a telling word, as is_initial() has them, "Q" and a digit, too: a bit for each kind of first letter
 * and of the second ones it asks for. cC-vVrR 1, mM-uU 2, mM-oO 4, oO-pP 8, uU-sS 16, tTqQ-digit 32, T-A 64, A-S 128.
 */
static inline __m128i first_low(void) { return _mm_setr_epi8(0, (char)(32 | 128), 0, 1, 32 | 64, 16, 0, 0, 0, 0, 0, 0, 0, 2 | 4, 0, 8); }
static inline __m128i first_high(void) { return _mm_setr_epi8(0, 0, 0, 0, (char)(1 | 2 | 4 | 8 | 128), 16 | 32 | 64, 1 | 2 | 4 | 8, 16 | 32, 0, 0, 0, 0, 0, 0, 0, 0); }
static inline __m128i second_low(void)
{
	return _mm_setr_epi8(8 | 32, 32 | 64, 1 | 32, (char)(16 | 32 | 128), 32, 2 | 32, 1 | 32, 32, 32, 32, 0, 0, 0, 0, 0, 4);
}
static inline __m128i second_high(void) { return _mm_setr_epi8(0, 0, 0, 32, 4 | 64, (char)(1 | 2 | 8 | 16 | 128), 4, 1 | 2 | 8 | 16, 0, 0, 0, 0, 0, 0, 0, 0); }

AVX2 static inline __m256i alnum(__m256i v)
{
	return _mm256_or_si256(near_to(v, '0', 9), near_to(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 25));
}

AVX2 static inline uint64_t alnums(struct half h) { return bits(alnum(h.a), alnum(h.b)); }

AVX2 static inline uint64_t hexes(struct half h)
{
	__m256i s = _mm256_set1_epi8(0x20);

	return bits(_mm256_or_si256(near_to(h.a, '0', 9), near_to(_mm256_or_si256(h.a, s), 'a', 5)),
		_mm256_or_si256(near_to(h.b, '0', 9), near_to(_mm256_or_si256(h.b, s), 'a', 5)));
}

/* Members of a set by two look-ups on the half bytes: `low` and `high` share a bit exactly for members (and ASCII only). */
AVX2 static inline struct half classes(struct half h, __m256i low, __m256i high)
{
	__m256i f = _mm256_set1_epi8(0x0f);

	return (struct half){
		_mm256_and_si256(_mm256_shuffle_epi8(low, h.a), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.a, 4), f))),
		_mm256_and_si256(_mm256_shuffle_epi8(low, h.b), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.b, 4), f))),
	};
}

AVX2 static inline uint64_t any(struct half h)
{
	__m256i z = _mm256_setzero_si256();

	return ~bits(_mm256_cmpeq_epi8(h.a, z), _mm256_cmpeq_epi8(h.b, z));
}

AVX2 static inline struct half small(struct half h)
{
	__m256i s = _mm256_set1_epi8(0x20);

	return (struct half){ _mm256_or_si256(h.a, s), _mm256_or_si256(h.b, s) };
}

AVX2 static inline struct half set(struct half h, __m128i low, __m128i high)
{
	return classes(h, _mm256_broadcastsi128_si256(low), _mm256_broadcastsi128_si256(high));
}

/* The first letters of telling words, wherever they are; s are the bytes behind. */
AVX2 static inline uint64_t initials_avx2(struct half h, struct half s)
{
	struct half a = set(h, first_low(), first_high()), b = set(s, second_low(), second_high());

	return any((struct half){ _mm256_and_si256(a.a, b.a), _mm256_and_si256(a.b, b.b) }) & ~equal(h, 'Q');
}

AVX2 INLINE void anchor_one_avx2(const char *p, struct scan_bits *ret, unsigned i)
{
	/* . @ (low E, 0; high 2, 4), : \ (A, C; 3, 5), / (F; 2), % (5; 2): a bit for each pair, so that nothing else gets one. */
	__m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 0, 0, 0, 0, 32, 0, 0, 0, 0, 4, 0, 8, 0, 1, 16));
	__m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 1 | 16 | 32, 4, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	struct half h = load(p), s = load(p + 1);
	uint64_t next = alnums(load(p + 64)), dash = equal(h, '-'), starts, follows;
	struct masks m = { .alnum = alnums(h), .digits = bits(near_to(h.a, '0', 9), near_to(h.b, '0', 9)), .hex = hexes(h), .dots = equal(h, '.'),
		.high = bits(h.a, h.b), .ends = equal(h, '\n') };

	starts = m.alnum & ~(m.alnum << 1 | (uint64_t)is_alnum(p[-1]));
	follows = m.alnum >> 1 | next << 63;
	if (any(classes(h, low, high))) {
		uint64_t colon = equal(h, ':'), wide = m.high >> 1 | (uint64_t)is_class(p[64], CH_HIGH) << 63;

		m.percent = equal(h, '%') & equal(s, '3');
		m.points = equal(h, '\\') | ((m.dots | equal(h, '@')) & (follows | wide)) | m.percent;
		m.points |= equal(h, '/') & follows & ~(m.alnum << 1 | (uint64_t)is_alnum(p[-1]));
		if (colon)
			m.points |= colon & ~clocks(colon, m.digits, m.hex) & (equal(s, '/') | equal(s, '\\') | equal(s, ':') |
				(follows & ((m.hex | colon) << 1 | (uint64_t)(is_class(p[-1], CH_HEX) || p[-1] == ':'))));
	}
	if (m.high)
		m.points |= equal(h, 0xe3) & equal(s, 0x83) & equal(load(p + 2), 0x9f);
	m.label = (m.alnum & ~bits(near_to(h.a, 'A', 25), near_to(h.b, 'A', 25))) | dash;
	m.url = any(set(h, url_low(), url_high()));
	m.words = starts & (initials_avx2(h, s) | (dash ? mac_dashes(dash, equal(load(p + 64), '-')) >> 2 : 0));
	m.runs = starts & long_runs(m.alnum, next);
	put_masks(&m, ret, i);
}

/* What of []{}()\&,"< asks for a look. */
AVX2 static uint64_t fold_signs_avx2(const char *p, struct half h, unsigned kind)
{
	struct half s = load(p + 1), n = small(s);
	uint64_t open = equal(h, '[') | equal(h, '(') | equal(h, '{'), m = 0, x;
	uint64_t letters = alnums(s);

	if (open)
		m = open & ~((letters & ~(equal(n, 'd') | equal(n, 'a') | equal(n, 'p'))) | equal(s, '"') | equal(s, '-') | equal(s, '\'') | equal(s, '%'));
	m |= (equal(h, ']') | equal(h, ')') | equal(h, '}')) & equal(load(p - 1), '.');
	x = equal(h, '\\');
	if (x)
		m |= kind & FOLD_JSON ? x : x & (equal(s, '/') | equal(n, 'x') | equal(s, '.'));
	x = equal(h, '&');
	if (x)
		m |= x & (bits(near_to(n.a, 'a', 25), near_to(n.b, 'a', 25)) | equal(s, '#'));
	if (kind & FOLD_CSV)
		m |= equal(h, ',') | equal(h, '"');
	if (kind & FOLD_HTML)
		m |= equal(h, '<');
	return m;
}

AVX2 static uint64_t fold_wide_avx2(const char *p, struct half h)
{
	struct half s = load(p + 1), t, w, c;
	uint64_t next80 = equal(s, 0x80), high = bits(h.a, h.b), behind, before;

	/* Most letters beyond ASCII are others. */
	if (!((equal(h, 0xe3) & next80) | equal(h, 0xe2) | equal(h, 0xc2) | equal(h, 0xef)))
		return 0;
	t = load(p + 2);
	w = load(p + 3);
	c = load(p - 3);
	behind = ~bits(near_to(w.a, 0xe3, 0x1c), near_to(w.b, 0xe3, 0x1c)) | equal(w, 0xef);
	before = ~(high << 1 | (uint64_t)is_class(p[-1], CH_HIGH)) | equal(c, 0xef);
	return (equal(h, 0xe3) & next80 & (equal(t, 0x80) | equal(t, 0x90) | (equal(t, 0x82) & behind & before))) |
		(equal(h, 0xe2) & (next80 | equal(s, 0x81))) |
		(equal(h, 0xc2) & equal(s, 0xad)) |
		(equal(h, 0xef) & ((equal(s, 0xbc) & ~equal(t, 0x89)) | equal(s, 0xbd) | (equal(s, 0xbb) & equal(t, 0xbf))));
}

AVX2 INLINE uint64_t fold_one_avx2(const char *p, unsigned kind)
{
	/* [ { (low B; high 5, 7), ] } (D; 5, 7), ( ) & (8, 9, 6; 2), \ (C; 5); for CSV , " (C, 2; 2), for HTML < (C; 3) */
	__m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 8, 0, 0, 0, 2, 0, 2, 2, 0, 1, 4 | 8 | 16, 1, 0, 0));
	__m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 2 | 8, 16, 0, 1 | 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
	struct half h = load(p);
	uint64_t m = any(classes(h, low, high));

	if (m)
		m = fold_signs_avx2(p, h, kind);
	return bits(h.a, h.b) ? m | fold_wide_avx2(p, h) : m;
}

AVX512 static inline __m512i set512(__m512i v, __m128i low, __m128i high)
{
	__m512i upper = _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(15));

	return _mm512_and_si512(_mm512_shuffle_epi8(_mm512_broadcast_i32x4(low), v), _mm512_shuffle_epi8(_mm512_broadcast_i32x4(high), upper));
}

AVX512 INLINE void anchor_one_avx512(const char *p, struct scan_bits *ret, unsigned i)
{
	__m512i h = load64(p), s = load64(p + 1), l = small64(h), t = load64(p + 64);
	uint64_t next = in(t, '0', 9) | in(small64(t), 'a', 25), colon = is(h, ':'), dash = is(h, '-'), after, starts, follows, wide;
	struct masks m = { .digits = in(h, '0', 9), .dots = is(h, '.'), .high = (uint64_t)_mm512_movepi8_mask(h), .ends = is(h, '\n'),
		.percent = is(h, '%') & is(s, '3') };

	m.alnum = m.digits | in(l, 'a', 25);
	m.hex = m.digits | in(l, 'a', 5);
	m.label = m.digits | in(h, 'a', 25) | dash;
	after = m.alnum << 1 | (uint64_t)is_alnum(p[-1]);
	starts = m.alnum & ~after;
	follows = m.alnum >> 1 | next << 63;
	wide = m.high >> 1 | (uint64_t)is_class(p[64], CH_HIGH) << 63;
	m.points = is(h, '\\') | ((m.dots | is(h, '@')) & (follows | wide)) | (is(h, '/') & follows & ~after) | m.percent;
	if (colon)
		m.points |= colon & ~clocks(colon, m.digits, m.hex) & (is(s, '/') | is(s, '\\') | is(s, ':') |
			(follows & ((m.hex | colon) << 1 | (uint64_t)(is_class(p[-1], CH_HEX) || p[-1] == ':'))));
	if (m.high)
		m.points |= is(h, 0xe3) & is(s, 0x83) & is(load64(p + 2), 0x9f);
	m.words = _mm512_test_epi8_mask(set512(h, first_low(), first_high()), set512(s, second_low(), second_high())) & ~is(h, 'Q');
	if (dash)
		m.words |= mac_dashes(dash, is(t, '-')) >> 2;
	m.words &= starts;
	m.url = _mm512_cmpneq_epi8_mask(set512(h, url_low(), url_high()), _mm512_setzero_si512());
	m.runs = starts & long_runs(m.alnum, next);
	put_masks(&m, ret, i);
}

AVX512 INLINE uint64_t fold_one_avx512(const char *p, unsigned kind)
{
	__m512i h = load64(p), s = load64(p + 1), n = small64(s);
	uint64_t open = is(h, '[') | is(h, '(') | is(h, '{'), close = is(h, ']') | is(h, ')') | is(h, '}'), back = is(h, '\\'), m = 0;
	uint64_t high = (uint64_t)_mm512_movepi8_mask(h), next80;

	if (open)
		m = open & ~(((in(s, '0', 9) | in(n, 'a', 25)) & ~(is(n, 'd') | is(n, 'a') | is(n, 'p'))) | is(s, '"') | is(s, '-') | is(s, '\'') | is(s, '%'));
	if (close)
		m |= close & is(load64(p - 1), '.');
	m |= kind & FOLD_JSON ? back : back & (is(s, '/') | is(n, 'x') | is(s, '.'));
	m |= is(h, '&') & (in(n, 'a', 25) | is(s, '#'));
	if (kind & FOLD_CSV)
		m |= is(h, ',') | is(h, '"');
	if (kind & FOLD_HTML)
		m |= is(h, '<');
	/* Most letters beyond ASCII are others. */
	if (!high)
		return m;
	next80 = is(s, 0x80);
	if (!((is(h, 0xe3) & next80) | is(h, 0xe2) | is(h, 0xc2) | is(h, 0xef)))
		return m;
	__m512i t = load64(p + 2), w = load64(p + 3), c = load64(p - 3);
	uint64_t behind = ~in(w, 0xe3, 0x1c) | is(w, 0xef);
	uint64_t before = ~(high << 1 | (uint64_t)is_class(p[-1], CH_HIGH)) | is(c, 0xef);

	return m | (is(h, 0xe3) & next80 & (is(t, 0x80) | is(t, 0x90) | (is(t, 0x82) & behind & before))) |
		(is(h, 0xe2) & (next80 | is(s, 0x81))) |
		(is(h, 0xc2) & is(s, 0xad)) |
		(is(h, 0xef) & ((is(s, 0xbc) & ~is(t, 0x89)) | is(s, 0xbd) | (is(s, 0xbb) & is(t, 0xbf))));
}

AVX2 static void anchor_avx2(const char *p, unsigned n, struct scan_bits *ret, unsigned i)
{
	for (unsigned k = 0; k < n; k++)
		anchor_one_avx2(p + k * ANCHOR_BLOCK, ret, i + k);
}

AVX2 static void fold_avx2(const char *p, unsigned n, unsigned kind, uint64_t *ret)
{
	for (unsigned k = 0; k < n; k++)
		ret[k] = fold_one_avx2(p + k * ANCHOR_BLOCK, kind);
}

AVX512 static void anchor_avx512(const char *p, unsigned n, struct scan_bits *ret, unsigned i)
{
	for (unsigned k = 0; k < n; k++)
		anchor_one_avx512(p + k * ANCHOR_BLOCK, ret, i + k);
}

AVX512 static void fold_avx512(const char *p, unsigned n, unsigned kind, uint64_t *ret)
{
	for (unsigned k = 0; k < n; k++)
		ret[k] = fold_one_avx512(p + k * ANCHOR_BLOCK, kind);
}

anchor_fn *const anchor_all[3] = { anchor_avx512, anchor_avx2, anchor_plain };
fold_fn *const anchor_fold_all[3] = { fold_avx512, fold_avx2, anchor_fold_plain };
#else
anchor_fn *const anchor_all[3] = { anchor_plain, anchor_plain, anchor_plain };
fold_fn *const anchor_fold_all[3] = { anchor_fold_plain, anchor_fold_plain, anchor_fold_plain };
#endif

anchor_fn *anchor_best(void) { return anchor_all[wide_skip()]; }

fold_fn *anchor_fold_best(void) { return anchor_fold_all[wide_skip()]; }
