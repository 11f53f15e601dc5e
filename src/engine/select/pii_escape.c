/* Escapes within a line: %E5%B1%B1, =E5=B1=B1 (quoted-printable), \u5c71 (JSON), &#23665; and &nbsp; (HTML). Only what cannot be plain text is taken back. */
#include "engine/select/pii_unit.h"

#include "base/banned.h"

static int hex(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch = (char)(ch | 0x20);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* The byte that `sign` and two digits at i stand for, or -1. */
static int byte_at(slice s, size_t i, char sign)
{
	int a, b;

	if (i + 2 >= s.len || s.p[i] != sign)
		return -1;
	a = hex(s.p[i + 1]);
	b = hex(s.p[i + 2]);
	return a < 0 || b < 0 ? -1 : a * 16 + b;
}

/* A letter of two to four bytes, each written as sign and two digits. */
static size_t bytes_read(slice s, size_t i, uint32_t *ret_cp)
{
	char sign = s.p[i];
	int first = byte_at(s, i, sign), more = first >= 0xF0 && first < 0xF5 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
	uint32_t cp = (uint32_t)first & (0x3Fu >> more);

	/* @ and blanks hide mail addresses and parts of names. */
	if (sign == '%' && (first == '@' || first == ' ' || first == '-')) {
		*ret_cp = (uint32_t)first;
		return 3;
	}
	if (!more || first >= 0xF5)
		return 0;
	for (int k = 1; k <= more; k++) {
		int b = byte_at(s, i + 3 * (size_t)k, sign);

		if (b < 0x80 || b > 0xBF)
			return 0;
		cp = cp << 6 | ((uint32_t)b & 0x3F);
	}
	*ret_cp = cp;
	return 3 + 3 * (size_t)more;
}

static size_t unit_u(slice s, size_t i, uint32_t *ret_cp)
{
	uint32_t cp = 0;

	if (i + 5 >= s.len || s.p[i + 1] != 'u')
		return 0;
	for (size_t k = 2; k < 6; k++) {
		int d = hex(s.p[i + k]);

		if (d < 0)
			return 0;
		cp = cp * 16 + (uint32_t)d;
	}
	if (cp < 0x80)
		return 0;
	*ret_cp = cp;
	return 6;
}

/* &#23665; &#x5c71; &nbsp; */
static size_t entity_read(slice s, size_t i, uint32_t *ret_cp)
{
	static const char *const blanks[] = { "&nbsp;", "&emsp;", "&ensp;", "&thinsp;" };
	bool base16 = i + 2 < s.len && (s.p[i + 2] | 0x20) == 'x';
	size_t k = i + 2 + base16, first = k;
	uint32_t cp = 0;

	for (size_t n = 0; n < sizeof blanks / sizeof blanks[0] && i + 5 < s.len; n++)
		if (slice_starts(slice_sub(s, i, 8), slice_of(blanks[n]))) {
			*ret_cp = ' ';
			return strlen(blanks[n]);
		}
	if (i + 3 >= s.len || s.p[i + 1] != '#')
		return 0;
	for (; k < s.len && k - first < 7 && s.p[k] != ';'; k++) {
		int d = hex(s.p[k]);

		if (d < 0 || (!base16 && d > 9))
			return 0;
		cp = cp * (base16 ? 16u : 10u) + (uint32_t)d;
	}
	if (k >= s.len || s.p[k] != ';' || cp < 0x20 || cp > 0x10FFFF)
		return 0;
	*ret_cp = cp;
	return k + 1 - i;
}

size_t escape_read(slice s, size_t i, uint32_t *ret_cp)
{
	if (s.p[i] == '&')
		return entity_read(s, i, ret_cp);
	return s.p[i] == '\\' ? unit_u(s, i, ret_cp) : bytes_read(s, i, ret_cp);
}

/* Kana, kanji and the like, or an @ between letters. */
bool escape_matters(slice s, size_t i)
{
	uint32_t cp;
	size_t len = escape_read(s, i, &cp);

	if (!len)
		return false;
	if (cp == '@')
		return i && i + len < s.len && (pii_class[(unsigned char)s.p[i - 1]] & (PC_ALPHA | PC_DIGIT)) &&
			(pii_class[(unsigned char)s.p[i + len]] & (PC_ALPHA | PC_DIGIT));
	return cp >= 0x3000;
}
