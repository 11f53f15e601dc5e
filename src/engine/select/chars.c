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

/* FAST_HOST: the letters of host names, without the dot. */
enum { FU = FAST_URL, FH = FAST_URL | FAST_HOST, FE = FAST_AGENT_END };

const uint8_t char_fast[256] = {
	['\n'] = FE, ['\r'] = FE, ['\t'] = FE, ['"'] = FE, ['<'] = FE, ['`'] = FE, ['|'] = FE,
	['#'] = FU, ['$'] = FU, ['%'] = FU, ['&'] = FU, ['-'] = FH, ['.'] = FU, ['/'] = FU, [':'] = FU, ['='] = FU, ['?'] = FU, ['@'] = FU,
	['_'] = FH, ['~'] = FU, ['!'] = FU,
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

bool begins(slice t, size_t at, const char *z)
{
	for (; *z; z++, at++)
		if (at >= t.len || lower(t.p[at]) != *z)
			return false;
	return true;
}

static bool probe(const struct words *list, uint32_t h, slice s)
{
	for (uint32_t k = h & list->mask; list->slots[k]; k = (k + 1) & list->mask)
		if (same_word(s, list->words[list->slots[k] - 1]))
			return true;
	return false;
}

bool in_list(const struct words *list, slice s)
{
	uint32_t h = 2166136261u;

	for (size_t i = s.len; i-- > 0;)
		h = (h ^ (uint8_t)lower(s.p[i])) * 16777619u;
	return probe(list, h, s);
}

bool in_list_above(const struct words *list, slice host)
{
	uint32_t h = 2166136261u;

	for (size_t i = host.len; i-- > 0;) {
		h = (h ^ (uint8_t)lower(host.p[i])) * 16777619u;
		if ((i == 0 || host.p[i - 1] == '.') && probe(list, h, (slice){ host.p + i, host.len - i }))
			return true;
	}
	return false;
}

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
