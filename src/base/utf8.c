#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

bool utf8_next(slice s, size_t *i, uint32_t *ret_cp)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t left = s.len - *i, n;
	uint32_t cp, least;

	if (p[0] < 0x80) {
		*ret_cp = p[0];
		(*i)++;
		return true;
	}
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		n = 2, cp = p[0] & 0x1Fu, least = 0x80;
	} else if ((p[0] & 0xF0) == 0xE0) {
		n = 3, cp = p[0] & 0x0Fu, least = 0x800;
	} else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		n = 4, cp = p[0] & 0x07u, least = 0x10000;
	} else {
		(*i)++;
		return false;
	}
	for (size_t k = 1; k < n; k++) {
		if (k >= left || (p[k] & 0xC0) != 0x80) {
			(*i)++;
			return false;
		}
		cp = cp << 6 | (p[k] & 0x3Fu);
	}
	if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) {
		(*i)++;
		return false;
	}
	*ret_cp = cp;
	*i += n;
	return true;
}

size_t utf8_valid_prefix(slice s)
{
	size_t i = 0;

	while (i < s.len) {
		uint64_t word;
		size_t at = i;
		uint32_t cp;

		if (s.len - i >= 8) {
			memcpy(&word, s.p + i, 8);
			if ((word & 0x8080808080808080u) == 0) {
				i += 8;
				continue;
			}
		}
		if (!utf8_next(s, &i, &cp))
			return at;
	}
	return i;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			return 0;
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	if (cp > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t utf8_count(slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}
