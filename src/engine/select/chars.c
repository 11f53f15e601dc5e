#include "engine/select/chars.h"

#include "base/utf8.h"

#include "base/banned.h"

/* Rows of sixteen. SP blank, DG digit, HX letter that is a digit of base 16, AL other letter, HO of host names, LO of mail
 * names, UR of URLs, HI part of a character beyond ASCII. */
enum {
	SP = CH_SPACE, HI = CH_HIGH, UR = CH_URL, LO = CH_URL | CH_LOCAL, HO = CH_HOST | CH_URL | CH_LOCAL,
	DG = CH_DIGIT | CH_HEX | HO, HX = CH_ALPHA | CH_HEX | HO, AL = CH_ALPHA | HO,
};
#define HIGH_ROW HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI, HI

const uint8_t char_class[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, SP, SP, SP, SP, SP, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	SP, UR, 0, UR, UR, LO, UR, UR, UR, UR, UR, LO, UR, HO, HO, UR,
	DG, DG, DG, DG, DG, DG, DG, DG, DG, DG, UR, UR, 0, UR, 0, UR,
	UR, HX, HX, HX, HX, HX, HX, AL, AL, AL, AL, AL, AL, AL, AL, AL,
	AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, UR, UR, UR, UR, HO,
	0, HX, HX, HX, HX, HX, HX, AL, AL, AL, AL, AL, AL, AL, AL, AL,
	AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, AL, UR, 0, UR, UR, 0,
	HIGH_ROW, HIGH_ROW, HIGH_ROW, HIGH_ROW, HIGH_ROW, HIGH_ROW, HIGH_ROW, HIGH_ROW,
};

enum { FU = FAST_URL, FH = FAST_URL | FAST_HOST | FAST_LABEL, FE = FAST_AGENT_END, FA = FAST_UNSURE_BEFORE, FB = FAST_UNSURE_BEHIND };

const uint8_t char_fast[256] = {
	['\n'] = FE, ['\r'] = FE, ['\t'] = FE, ['"'] = FE, ['<'] = FE, ['`'] = FE, ['|'] = FE | FB,
	['#'] = FU | FA, ['$'] = FU | FA, ['%'] = FU | FA, ['&'] = FU | FB, ['-'] = FH, ['.'] = FU | FA, ['/'] = FU | FA | FB, [':'] = FU | FB,
	['='] = FU | FB, ['?'] = FU | FB, ['@'] = FU | FB, ['_'] = FU | FAST_HOST, ['~'] = FU, ['!'] = FU | FB,
	['['] = FA, ['\\'] = FA, [','] = FA, ['('] = FB, ['+'] = FB, [' '] = FB,
	['0'] = FH, ['1'] = FH, ['2'] = FH, ['3'] = FH, ['4'] = FH, ['5'] = FH, ['6'] = FH, ['7'] = FH, ['8'] = FH, ['9'] = FH,
	['A'] = FH, ['B'] = FH, ['C'] = FH, ['D'] = FH, ['E'] = FH, ['F'] = FH, ['G'] = FH, ['H'] = FH, ['I'] = FH, ['J'] = FH, ['K'] = FH,
	['L'] = FH, ['M'] = FH, ['N'] = FH, ['O'] = FH, ['P'] = FH, ['Q'] = FH, ['R'] = FH, ['S'] = FH, ['T'] = FH, ['U'] = FH, ['V'] = FH,
	['W'] = FH, ['X'] = FH, ['Y'] = FH, ['Z'] = FH,
	['a'] = FH, ['b'] = FH, ['c'] = FH, ['d'] = FH, ['e'] = FH, ['f'] = FH, ['g'] = FH, ['h'] = FH, ['i'] = FH, ['j'] = FH, ['k'] = FH,
	['l'] = FH, ['m'] = FH, ['n'] = FH, ['o'] = FH, ['p'] = FH, ['q'] = FH, ['r'] = FH, ['s'] = FH, ['t'] = FH, ['u'] = FH, ['v'] = FH,
	['w'] = FH, ['x'] = FH, ['y'] = FH, ['z'] = FH,
};

bool same_word(slice s, const char *z)
{
	for (size_t i = 0; i < s.len; i++)
		if (z[i] == '\0' || lower(s.p[i]) != z[i])
			return false;
	return z[s.len] == '\0';
}

bool begins_whole(slice t, size_t at, const char *z)
{
	for (; *z; z++, at++)
		if (at >= t.len || lower(t.p[at]) != *z)
			return false;
	return true;
}

#define EACH(k) (UINT64_C(0x0101010101010101) * (k))

/* Eight ASCII letters at once in lower case; other bytes stay. */
static inline uint64_t lower_eight(uint64_t v)
{
	uint64_t low = v & EACH(0x7f), from_a = low + EACH(0x80 - 'A'), behind_z = low + EACH(0x7f - 'Z');

	return v | ((from_a ^ behind_z) & ~v & EACH(0x80)) >> 2;
}

/* Up to seven bytes as a number, without a look behind them. */
static inline uint64_t tail_read(const char *p, size_t n)
{
	uint32_t a, b;

	if (n < 4)
		return n ? (uint64_t)(uint8_t)p[0] | (uint64_t)(uint8_t)p[n / 2] << n / 2 * 8 | (uint64_t)(uint8_t)p[n - 1] << (n - 1) * 8 : 0;
	memcpy(&a, p, 4);
	memcpy(&b, p + n - 4, 4);
	return a | (uint64_t)b << (n - 4) * 8;
}

static inline uint64_t hash_step(uint64_t h, uint64_t eight)
{
	h = (h ^ lower_eight(eight)) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

uint64_t label_hash(const char *p, size_t n)
{
	uint64_t h = n, v;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		memcpy(&v, p + i, 8);
		h = hash_step(h, v);
	}
	return i < n ? hash_step(h, tail_read(p + i, n - i)) : h;
}

uint64_t word_hash(slice s)
{
	uint64_t h = 0;

	for (size_t end = s.len;;) {
		const char *dot = end ? memrchr(s.p, '.', end) : NULL;
		size_t from = dot ? (size_t)(dot + 1 - s.p) : 0;

		h = label_join(h, label_hash(s.p + from, end - from));
		if (!dot)
			return h;
		end = from - 1;
	}
}

bool in_list(const struct words *list, slice s) { return in_list_hashed(list, word_hash(s), s); }

size_t in_lists_above(const struct words *const *lists, size_t n, slice host)
{
	uint64_t h = 0;

	for (size_t end = host.len;;) {
		const char *dot = end ? memrchr(host.p, '.', end) : NULL;
		size_t from = dot ? (size_t)(dot + 1 - host.p) : 0;

		h = label_join(h, label_hash(host.p + from, end - from));
		for (size_t k = 0; k < n; k++)
			if (in_list_hashed(lists[k], h, (slice){ host.p + from, host.len - from }))
				n = k;   /* an earlier list may still hold a name above it */
		if (!dot)
			return n;
		end = from - 1;
	}
}

bool in_list_above(const struct words *list, slice host) { return in_lists_above(&list, 1, host) == 0; }

static bool is_letter(uint32_t cp, bool *ret_cjk)
{
	*ret_cjk = true;
	if (cp == 0x3005 || cp == 0x3007 || (cp >= 0x3041 && cp <= 0x309f) || (cp >= 0x30a1 && cp <= 0x30fa) || cp == 0x30fc ||
			(cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0xff66 && cp <= 0xff9f) ||
			(cp >= 0x20000 && cp <= 0x3ffff))
		return true;
	*ret_cjk = false;
	return (cp >= 0xc0 && cp <= 0x24f && cp != 0xd7 && cp != 0xf7) || (cp >= 0x370 && cp <= 0x1fff) ||
		(cp >= 0xac00 && cp <= 0xd7a3);
}

size_t char_letter_len(slice t, size_t at, bool *ret_cjk)
{
	size_t i = at;
	uint32_t cp;

	*ret_cjk = false;
	if (at >= t.len || !((uint8_t)t.p[at] & 0x80) || !utf8_next(t, &i, &cp) || !is_letter(cp, ret_cjk))
		return 0;
	return i - at;
}

size_t char_before(slice t, size_t at)
{
	size_t n = 1;

	while (n < 4 && n < at && ((uint8_t)t.p[at - n] & 0xc0) == 0x80)
		n++;
	return n;
}
