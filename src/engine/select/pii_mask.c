#include "engine/select/pii_mask.h"

#include <stdbool.h>
#include <stddef.h>

#include "engine/select/pii_tables.h"
#include "engine/select/wide.h"

#include "base/banned.h"

#define INLINE static inline __attribute__((always_inline))   /* so that what calls decides on the instructions */

/*
 * Byte classes of a block; `_before` of the byte before each. What stands behind the block is not looked at, but for base64: a run
 * that reaches the end counts as going on, and the gate looks again.
 */
struct ascii {
	uint64_t digit, letter, high, sign, colon, open, joint, blank, hyphen, century;
	uint64_t letter_before, digit_before, high_before, quiet_before;   /* quiet: blank or " */
	uint64_t key_before;                          /* what may stand between a key and its value */
	uint64_t dull_before;                         /* / . # % \ $: no number stands behind one */
	uint64_t capital;
	uint64_t tail;                                /* behind what may be the last three letters of a label */
	uint64_t end, head, field;                    /* line ends; C c D I i; what parts the cells of a table */
	uint64_t plain_stop;                          /* always: @, + before 8 */
	uint64_t open_next;                           /* t T @ a A 0 follows */
	uint64_t escape;                              /* %E %4 =E \u \U \D /ho /us: looked at again */
	uint64_t base64, next_base64, base64_before;  /* letters of it; of 64 bytes behind */
	bool near_high, high_behind_us;               /* beyond ASCII in the block or right before it; the latter alone */
};

/* The bits n places on; beyond the end all are set. */
INLINE uint64_t on(uint64_t m, unsigned n) { return m >> n | ~(~(uint64_t)0 >> n); }

/* 2025-01-19 that no key stands before: a bit at the beginning of each of the three groups. */
INLINE uint64_t dates(const struct ascii *k, uint64_t starts)
{
	uint64_t d = k->digit, h = k->hyphen, pair = d & d >> 1, date;

	date = pair & pair >> 2 & h >> 4 & pair >> 5 & h >> 7 & pair >> 8 & ~on(d, 10);
	date &= starts & k->century & ~(k->high_before | k->key_before);
	return date | date << 5 | date << 8;
}

/* " ' : = (with no digit before the latter two), and up to two blanks behind a letter or them. b and a are the two bytes before. */
INLINE uint64_t keys_before(const struct ascii *k, uint64_t quotes, unsigned char a, unsigned char b)
{
	uint64_t sign = quotes | (k->colon & ~k->digit_before);
	bool quote = b == '"' || b == '\'' || ((b == ':' || b == '=') && !(a >= '0' && a <= '9'));
	uint64_t blank = k->blank & (k->letter_before | sign << 1 | (uint64_t)quote);

	blank |= k->blank & (blank << 1 | (uint64_t)(b == ' '));
	return (sign | blank) << 1 | (uint64_t)(quote || b == ' ');
}

/* Five digits and more in a row. */
INLINE uint64_t fives(uint64_t d)
{
	uint64_t few = ~d | ~d >> 1;

	few |= few >> 2;
	return ~(few | ~d >> 4);
}

/* Ten and more. */
INLINE uint64_t tens(uint64_t m)
{
	uint64_t few = ~m;

	few |= few >> 1;
	few |= few >> 2;
	few |= few >> 4;
	return ~(few | few >> 2);
}

/* What joins digits to digits, or to what may be one beyond ASCII: one sign, or two such as ") ". */
INLINE uint64_t joints(const struct ascii *k, uint64_t behind)
{
	uint64_t signs = k->blank | k->joint, between = k->digit_before & signs & (on(behind, 1) | (on(signs, 1) & on(behind, 2)));

	return between | (between << 1 & ~k->digit & on(behind, 1));
}

/* Seven and more behind two capitals that begin a word: TR1142097. */
INLINE uint64_t after_capitals(const struct ascii *k)
{
	uint64_t d = k->digit, capitals = (k->capital << 1 | 1) & (k->capital << 2 | 3);

	return k->letter_before & capitals & ~((k->letter_before | k->digit_before) << 2) & ~(~d >> 5 | ~d >> 6);
}

/*
 * Beside letters beyond ASCII: also short chains that reach one, or that a key or such a letter stands before, with a few signs
 * between.
 */
INLINE uint64_t digit_starts_wide(const struct ascii *k, uint64_t starts)
{
	uint64_t d = k->digit, d2 = d & on(d, 1), d4 = d2 & on(d2, 2), j = k->joint | k->high, joined, spaced = k->blank & on(d, 1);
	uint64_t chain = d | joints(k, d | k->high), reach = chain & on(k->high, 1), more = chain, key = k->high_before | (k->high_behind_us ? 15u : 0);

	for (unsigned n = 1; n <= 8; n *= 2) {
		reach |= more & on(reach, n);
		more &= on(more, n);
	}
	key |= key << 1;
	key |= key << 2 | key << 1 | k->key_before;
	/* One to four digits and then a joint; a blank joins only two and more to the next digit. */
	joined = on(j, 1) | (d2 & on(j, 2)) | (d2 & on(d, 2) & on(j, 3)) | (d4 & on(j, 4));
	joined |= (d2 & on(spaced, 2)) | (d2 & on(d, 2) & on(spaced, 3)) | (d4 & on(spaced, 4));
	return starts & (k->high_before | (~k->letter_before & (tens(chain) | fives(d) | reach | (joined & key))));
}

/* Digits that may matter: see dull_digits() of pii_gate.c, which looks again. */
INLINE uint64_t digit_starts(const struct ascii *k)
{
	uint64_t d = k->digit, starts = d & ~(k->digit_before | k->dull_before), five = fives(d), stops;

	starts &= ~dates(k, starts);
	if (k->near_high)
		stops = digit_starts_wide(k, starts);
	else
		stops = starts & ((tens(d | joints(k, d)) & ~k->letter_before) | (five & k->key_before));
	return stops | (starts & five & after_capitals(k));
}

/* : and = behind letters that may end a label, or behind a blank or quote and them. */
INLINE uint64_t colons(const struct ascii *k)
{
	uint64_t word = k->letter_before << 1 & ~(k->tail << 1), number = k->digit_before << 1;

	return k->colon & ~(k->digit >> 1) & ((k->letter_before & k->tail) | (k->quiet_before & ~(word | number)));
}

/* Line ends that is_plain_line() of pii_gate.c has to look at. */
INLINE uint64_t line_ends(const struct ascii *k)
{
	return k->end & (on(k->head | k->high | k->end, 1) | on(k->end, 2));
}

/* Twenty letters of base64 and more. */
INLINE uint64_t long_runs(const struct ascii *k)
{
	uint64_t run = k->base64, starts = run & ~k->base64_before, m;
	unsigned tail = ~run ? (unsigned)__builtin_clzll(~run) : 64, behind = ~k->next_base64 ? (unsigned)__builtin_ctzll(~k->next_base64) : 64;

	run &= run >> 1;
	run &= run >> 2;
	run &= run >> 4;
	run &= run >> 8;
	run &= run >> 4;
	m = run & starts;
	if (tail && tail < 20 && tail + behind >= 20)
		m |= (uint64_t)1 << (64 - tail) & starts;
	return m;
}

INLINE uint64_t combine(const struct ascii *k)
{
	uint64_t m = k->plain_stop | k->escape | long_runs(k) | line_ends(k);

	if (k->digit)
		m |= digit_starts(k);
	m |= colons(k);
	m |= k->open & (k->open_next | k->high_before | (k->near_high ? k->quiet_before : 0));
	return m | (k->sign & k->high_before);
}

static bool is_digit(unsigned char ch) { return ch >= '0' && ch <= '9'; }
static bool is_letter(unsigned char ch) { return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_'; }
static bool is_base64(unsigned char ch) { return (is_letter(ch) && ch != '_') || is_digit(ch) || ch == '+' || ch == '/'; }

static bool is_escape(unsigned char ch, unsigned char n, unsigned char o)
{
	switch (ch) {
	case '%': return (n | 0x20) == 'e' || n == '4';
	case '=': return (n | 0x20) == 'e';
	case '\\': return (n | 0x20) == 'u' || (n | 0x20) == 'd';
	case '/': return ((n | 0x20) == 'h' && (o | 0x20) == 'o') || ((n | 0x20) == 'u' && (o | 0x20) == 's');
	default: return false;
	}
}

static bool is_joint(unsigned char ch) { return ch == '-' || ch == '(' || ch == ')'; }

static bool is_quiet(unsigned char ch) { return ch == ' ' || ch == '"'; }

static bool is_dull(unsigned char ch) { return ch == '/' || ch == '.' || ch == '#' || ch == '%' || ch == '\\' || ch == '$'; }

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

static uint64_t block_plain(const unsigned char *p, uint64_t *ret_end, uint64_t *ret_field)
{
	struct ascii k = { 0 };
	uint64_t wide = 0, quotes = 0;

	for (int i = -(int)MASK_BEFORE; i < 0; i++)
		k.high_behind_us |= p[i] >= 0x80;
	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;
		unsigned char ch = p[i], b = *(p + i - 1), n = p[i + 1], o = p[i + 2];

		k.digit |= is_digit(ch) ? bit : 0;
		k.letter |= is_letter(ch) ? bit : 0;
		k.high |= ch >= 0x80 ? bit : 0;
		k.joint |= is_joint(ch) ? bit : 0;
		k.blank |= ch == ' ' ? bit : 0;
		k.hyphen |= ch == '-' ? bit : 0;
		k.century |= (ch == '2' && n == '0') || (ch == '1' && n == '9') ? bit : 0;
		k.colon |= ch == ':' || ch == '=' ? bit : 0;
		k.sign |= ch == ':' || ch == '=' || ch == '\t' || ch == ' ' || ch == '"' || ch == '|' || ch == '\'' ? bit : 0;
		k.open |= ch == '<' || ch == '(' || ch == '[' ? bit : 0;
		k.letter_before |= is_letter(b) ? bit : 0;
		k.digit_before |= is_digit(b) ? bit : 0;
		k.high_before |= b >= 0x80 ? bit : 0;
		k.quiet_before |= is_quiet(b) ? bit : 0;
		quotes |= ch == '"' || ch == '\'' ? bit : 0;
		k.dull_before |= is_dull(b) ? bit : 0;
		k.capital |= ch >= 'A' && ch <= 'Z' ? bit : 0;
		k.tail |= is_tail(p + i) ? bit : 0;
		k.end |= ch == '\n' ? bit : 0;
		k.head |= (ch | 0x20) == 'c' || (ch | 0x20) == 'i' || ch == 'D' ? bit : 0;
		k.field |= ch == ',' || ch == ';' || ch == '|' || ch == '\t' ? bit : 0;
		k.plain_stop |= ch == '@' || (ch == '+' && n == '8') ? bit : 0;
		k.open_next |= n == 't' || n == 'T' || n == '@' || n == 'a' || n == 'A' || n == '0' ? bit : 0;
		k.escape |= is_escape(ch, n, o) ? bit : 0;
		k.base64 |= is_base64(ch) ? bit : 0;
		k.base64_before |= is_base64(b) ? bit : 0;
		k.next_base64 |= is_base64(p[64 + i]) && is_base64(p[63]) ? bit : 0;
		if (ch >= 0xE2 && is_wide_stop(p + i))
			wide |= bit;
	}
	k.near_high = k.high || k.high_behind_us;
	k.key_before = keys_before(&k, quotes, *(p - 2), *(p - 1));
	*ret_end = k.end;
	*ret_field = k.field;
	return combine(&k) | wide;
}

unsigned mask_plain(const unsigned char *p, struct masks *ret)
{
	unsigned high = 0;

	for (unsigned i = 0; i < MASK_BLOCKS; i++) {
		ret->stops[i] = block_plain(p + (size_t)i * MASK_BLOCK, &ret->ends[i], &ret->fields[i]);
		for (unsigned k = 0; k < MASK_BLOCK; k++)
			high |= (unsigned)(p[i * MASK_BLOCK + k] >= 0x80) << i;
	}
	return high;
}

#if defined(__x86_64__)
AVX2 static inline uint64_t within(struct half h, unsigned char from, unsigned char span)
{
	return bits(near_to(h.a, from, span), near_to(h.b, from, span));
}

AVX2 static inline uint64_t alphas(struct half h)
{
	__m256i s = _mm256_set1_epi8(0x20);

	return bits(near_to(_mm256_or_si256(h.a, s), 'a', 25), near_to(_mm256_or_si256(h.b, s), 'a', 25));
}

AVX2 static uint64_t escapes_avx2(const unsigned char *p, struct half h, uint64_t slash)
{
	__m256i s = _mm256_set1_epi8(0x20);
	struct half n = load(p + 1), o = load(p + 2), l = { _mm256_or_si256(n.a, s), _mm256_or_si256(n.b, s) };
	uint64_t e = equal(l, 'e'), u = equal(l, 'u');

	if (slash) {
		o = (struct half){ _mm256_or_si256(o.a, s), _mm256_or_si256(o.b, s) };
		slash &= (u & equal(o, 's')) | (equal(l, 'h') & equal(o, 'o'));
	}
	return (equal(h, '%') & (e | equal(n, '4'))) | (equal(h, '=') & e) | (equal(h, '\\') & (u | equal(l, 'd'))) | slash;
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

/* Members of a set of ASCII by two look-ups on the half bytes: `low` and `high` share a bit exactly for members. */
AVX2 static inline uint64_t member(struct half h, __m256i low, __m256i high)
{
	__m256i f = _mm256_set1_epi8(0x0f), z = _mm256_setzero_si256();
	__m256i a = _mm256_and_si256(_mm256_shuffle_epi8(low, h.a), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.a, 4), f)));
	__m256i b = _mm256_and_si256(_mm256_shuffle_epi8(low, h.b), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.b, 4), f)));

	return ~bits(_mm256_cmpeq_epi8(a, z), _mm256_cmpeq_epi8(b, z));
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

AVX2 INLINE uint64_t block_avx2(const unsigned char *p, uint64_t *ret_end, uint64_t *ret_field, unsigned *ret_high)
{
	struct half h = load(p);
	/* \t " ' = | : and the blank (low 9, 2, 7, D, C, A, 0; high 0, 2, 2, 3, 7, 3, 2) */
	__m256i sign_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 0, 2, 0, 0, 0, 0, 2, 0, 1, 4, 0, 8, 4, 0, 0));
	__m256i sign_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 2, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0));
	/* < ( [ (low C, 8, B; high 3, 2, 5) */
	__m256i open_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 4, 1, 0, 0, 0));
	__m256i open_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 2, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	/* # $ % . / \ (low 3, 4, 5, E, F, C; high 2, 5); C c I i D (low 3, 9, 4; high 4, 6); , ; | \t (low C, B, 9; high 2, 3, 7, 0) */
	__m256i dull_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1));
	__m256i dull_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	__m256i head_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 3, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0));
	__m256i head_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	__m256i field_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 2, 1, 0, 0, 0));
	__m256i field_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(4, 0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
	struct ascii k = { .digit = within(h, '0', 9), .high = bits(h.a, h.b), .colon = equal(h, ':') | equal(h, '='),
		.open = member(h, open_low, open_high), .end = equal(h, '\n'), .head = member(h, head_low, head_high),
		.field = member(h, field_low, field_high),
		.high_behind_us = _mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(const void *)(p - 32))) != 0 };
	unsigned char b = *(p - 1);
	uint64_t plus = equal(h, '+'), m, alpha = alphas(h), slash = equal(h, '/'), some = equal(h, '%') | equal(h, '=') | equal(h, '\\') | slash;

	k.near_high = k.high || k.high_behind_us;
	k.high_before = k.high << 1 | (uint64_t)(b >= 0x80);
	if (k.near_high)
		k.sign = member(h, sign_low, sign_high);
	if (k.colon | k.open | k.digit) {
		uint64_t quote = equal(h, '"');

		k.blank = equal(h, ' ');
		k.quiet_before = (k.blank | quote) << 1 | (uint64_t)is_quiet(b);
		k.letter_before = (alpha | equal(h, '_')) << 1 | (uint64_t)is_letter(b);
		k.digit_before = k.digit << 1 | (uint64_t)is_digit(b);
		k.key_before = keys_before(&k, quote | equal(h, '\''), *(p - 2), b);
	}
	k.base64 = alpha | k.digit | plus | slash;
	k.base64_before = k.base64 << 1 | (uint64_t)is_base64(b);
	if (k.base64 >> 63) {
		struct half t = load(p + 64);

		k.next_base64 = alphas(t) | within(t, '0', 9) | equal(t, '+') | equal(t, '/');
	}
	if (some)
		k.escape = escapes_avx2(p, h, slash);
	if (k.colon)
		k.tail = tails_avx2(p);
	if (k.digit) {
		struct half s = load(p + 1);

		k.dull_before = member(load(p - 1), dull_low, dull_high);
		k.capital = within(h, 'A', 25);
		k.hyphen = equal(h, '-');
		k.joint = within(h, '(', 1) | k.hyphen;
		k.century = (equal(h, '2') & equal(s, '0')) | (equal(h, '1') & equal(s, '9'));
	}
	k.plain_stop = equal(h, '@');
	if (plus | k.open) {
		struct half s = load(p + 1);

		k.plain_stop |= plus & equal(s, '8');
		if (k.open) {
			struct half low = { _mm256_or_si256(s.a, _mm256_set1_epi8(0x20)), _mm256_or_si256(s.b, _mm256_set1_epi8(0x20)) };

			k.open_next = equal(low, 't') | equal(low, 'a') | equal(s, '@') | equal(s, '0');
		}
	}
	m = combine(&k);
	*ret_end = k.end;
	*ret_field = k.field;
	*ret_high = k.high != 0;
	return k.high ? m | wide_avx2(p, h) : m;
}

AVX2 static unsigned mask_avx2(const unsigned char *p, struct masks *ret)
{
	unsigned all = 0, high;

	for (unsigned i = 0; i < MASK_BLOCKS; i++) {
		ret->stops[i] = block_avx2(p + (size_t)i * MASK_BLOCK, &ret->ends[i], &ret->fields[i], &high);
		all |= high << i;
	}
	return all;
}

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,bmi,bmi2")))

VBMI static inline uint64_t wide_avx512(const unsigned char *p, __m512i h)
{
	__m512i s = load64(p + 1), t = load64(p + 2);
	uint64_t e3 = is(h, 0xE3), s80 = is(s, 0x80), kanji = in(h, 0xE4, 5) | (e3 & in(s, 0x90, 0x2F)), before = kanji << 3;

	before |= (uint64_t)is_kanji(p - 3) | (uint64_t)is_kanji(p - 2) << 1 | (uint64_t)is_kanji(p - 1) << 2;
	return in(h, 0xEF, 0x10) | (is(h, 0xE2) & (s80 | is(s, 0x86))) | (e3 & s80 & ~in(t, 0x81, 1)) | (kanji & ~before) |
		(is(h, 0xE4) & is(s, 0xB8) & is(t, 0x81)) | (is(h, 0xE7) & ((is(s, 0x95) & is(t, 0xAA)) | (is(s, 0x94) & is(t, 0x9F))));
}

/* Kinds of ASCII, a bit each, in three tables: two of a byte, one of the byte behind it. */
enum { A_DIGIT = 1, A_LETTER = 2, A_BASE64 = 4, A_COLON = 8, A_OPEN = 16, A_QUIET = 32, A_QUOTE = 64, A_DULL = 128 };
enum { B_BLANK = 1, B_HYPHEN = 2, B_JOINT = 4, B_SIGN = 8, B_SLASH = 16, B_END = 32, B_HEAD = 64, B_FIELD = 128 };
enum { N_E = 1, N_E4 = 2, N_UD = 4, N_U = 8, N_H = 16, N_OPEN = 32, N_8 = 64, N_0 = 128 };

#define AB (A_LETTER | A_BASE64)
#define AD (A_DIGIT | A_BASE64)
static const uint8_t kinds[3][128] = {
	{ ['A'] = AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB,
		['a'] = AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB, AB,
		['_'] = A_LETTER, ['0'] = AD, AD, AD, AD, AD, AD, AD, AD, AD, AD, ['+'] = A_BASE64, ['/'] = A_BASE64 | A_DULL, [':'] = A_COLON, ['='] = A_COLON,
		['<'] = A_OPEN, ['('] = A_OPEN, ['['] = A_OPEN, [' '] = A_QUIET, ['"'] = A_QUIET | A_QUOTE, ['\''] = A_QUOTE, ['.'] = A_DULL, ['#'] = A_DULL,
		['%'] = A_DULL, ['\\'] = A_DULL, ['$'] = A_DULL },
	{ [' '] = B_BLANK | B_SIGN, ['-'] = B_HYPHEN | B_JOINT, ['('] = B_JOINT, [')'] = B_JOINT, [':'] = B_SIGN, ['='] = B_SIGN, ['\t'] = B_SIGN | B_FIELD,
		['"'] = B_SIGN, ['|'] = B_SIGN | B_FIELD, ['\''] = B_SIGN, ['/'] = B_SLASH, [','] = B_FIELD, [';'] = B_FIELD, ['\n'] = B_END,
		['C'] = B_HEAD, ['c'] = B_HEAD, ['I'] = B_HEAD, ['i'] = B_HEAD, ['D'] = B_HEAD },
	{ ['e'] = N_E | N_E4, ['E'] = N_E | N_E4, ['4'] = N_E4, ['u'] = N_UD | N_U, ['U'] = N_UD | N_U, ['d'] = N_UD, ['D'] = N_UD, ['h'] = N_H,
		['H'] = N_H, ['t'] = N_OPEN, ['T'] = N_OPEN, ['a'] = N_OPEN, ['A'] = N_OPEN, ['@'] = N_OPEN, ['0'] = N_OPEN | N_0, ['8'] = N_8 },
};

struct tables { __m512i t[3][2], tail[3]; };

/* A look-up of 64 bytes at once; nothing for those beyond ASCII. */
VBMI INLINE __m512i kinds_of(const struct tables *t, unsigned k, __m512i h)
{
	uint64_t ascii = ~(uint64_t)_mm512_movepi8_mask(h);

	return _mm512_maskz_permutex2var_epi8(ascii, t->t[k][0], h, t->t[k][1]);
}

VBMI INLINE uint64_t of(__m512i v, uint8_t bit) { return _mm512_test_epi8_mask(v, _mm512_set1_epi8((char)bit)); }

/* What is known of the bytes before a block, and the first kinds of the block itself. */
struct before { uint64_t letter, digit, quiet, base64, dull, high; __m512i kinds; };

/* What may end a label: its last three letters, by the lowest six bits of each. */
VBMI INLINE uint64_t tails_avx512(const struct tables *t, const unsigned char *p)
{
	__m512i a = _mm512_permutexvar_epi8(load64(p - 3), t->tail[0]), b = _mm512_permutexvar_epi8(load64(p - 2), t->tail[1]);

	return _mm512_test_epi8_mask(_mm512_and_si512(a, b), _mm512_permutexvar_epi8(load64(p - 1), t->tail[2]));
}

VBMI INLINE uint64_t block_avx512(const struct tables *t, const unsigned char *p, struct before *last, uint64_t *ret_end, uint64_t *ret_field,
	unsigned *ret_high)
{
	__m512i h = load64(p), a = last->kinds, b = kinds_of(t, 1, h), one = kinds_of(t, 2, load64(p + 1)), behind = kinds_of(t, 0, load64(p + 64)), two = small64(load64(p + 2));
	uint64_t letter = of(a, A_LETTER), quiet = of(a, A_QUIET), dull = of(a, A_DULL), slash = of(b, B_SLASH), m;
	struct ascii k = { .high = (uint64_t)_mm512_movepi8_mask(h), .digit = of(a, A_DIGIT), .colon = of(a, A_COLON), .open = of(a, A_OPEN),
		.blank = of(b, B_BLANK), .sign = of(b, B_SIGN), .base64 = of(a, A_BASE64), .next_base64 = of(behind, A_BASE64),
		.end = of(b, B_END), .head = of(b, B_HEAD), .field = of(b, B_FIELD), .high_behind_us = last->high >> (64 - MASK_BEFORE) };

	k.near_high = k.high || k.high_behind_us;
	k.high_before = k.high << 1 | last->high >> 63;
	k.quiet_before = quiet << 1 | last->quiet >> 63;
	k.digit_before = k.digit << 1 | last->digit >> 63;
	k.letter_before = letter << 1 | last->letter >> 63;
	k.base64_before = k.base64 << 1 | last->base64 >> 63;
	k.dull_before = dull << 1 | last->dull >> 63;
	k.key_before = keys_before(&k, of(a, A_QUOTE), *(p - 2), *(p - 1));
	*last = (struct before){ letter, k.digit, quiet, k.base64, dull, k.high, behind };
	k.escape = (is(h, '%') & of(one, N_E4)) | (is(h, '=') & of(one, N_E)) | (is(h, '\\') & of(one, N_UD));
	k.escape |= slash & ((of(one, N_U) & is(two, 's')) | (of(one, N_H) & is(two, 'o')));
	k.tail = tails_avx512(t, p);
	if (k.digit) {
		k.capital = in(h, 'A', 25);
		k.hyphen = of(b, B_HYPHEN);
		k.joint = of(b, B_JOINT);
		k.century = (is(h, '2') & of(one, N_0)) | (is(h, '1') & is(load64(p + 1), '9'));
	}
	k.plain_stop = is(h, '@') | (is(h, '+') & of(one, N_8));
	k.open_next = of(one, N_OPEN);
	m = combine(&k);
	*ret_end = k.end;
	*ret_field = k.field;
	*ret_high = k.high != 0;
	return k.high ? m | wide_avx512(p, h) : m;
}

/* A table of 32 twice. */
VBMI INLINE __m512i twice(const uint8_t *table) { return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)table)); }

VBMI static unsigned mask_avx512(const unsigned char *p, struct masks *ret)
{
	struct tables t = { { { load64(kinds[0]), load64(kinds[0] + 64) }, { load64(kinds[1]), load64(kinds[1] + 64) },
		{ load64(kinds[2]), load64(kinds[2] + 64) } }, { twice(pii_tail_classes[0]), twice(pii_tail_classes[1]), twice(pii_tail_classes[2]) } };
	unsigned char b = *(p - 1);
	struct before last = { (uint64_t)is_letter(b) << 63, (uint64_t)is_digit(b) << 63, (uint64_t)is_quiet(b) << 63, (uint64_t)is_base64(b) << 63,
		(uint64_t)is_dull(b) << 63,
		(uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(const void *)(p - 32))) << 32, kinds_of(&t, 0, load64(p)) };
	unsigned all = 0, high;

	for (unsigned i = 0; i < MASK_BLOCKS; i++) {
		ret->stops[i] = block_avx512(&t, p + (size_t)i * MASK_BLOCK, &last, &ret->ends[i], &ret->fields[i], &high);
		all |= high << i;
	}
	return all;
}

mask_fn *const mask_all[3] = { mask_avx512, mask_avx2, mask_plain };

unsigned mask_skip(void)
{
	if (has_avx512() && __builtin_cpu_supports("avx512vbmi"))
		return 0;
	return has_avx2() ? 1 : 2;
}
#else
mask_fn *const mask_all[3] = { mask_plain, mask_plain, mask_plain };

unsigned mask_skip(void) { return 2; }
#endif

mask_fn *mask_best(void) { return mask_all[mask_skip()]; }
