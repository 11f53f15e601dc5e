/* Base64 in a line that is text with personal information in it: the whole run is held back. One level deep. */
#include "engine/select/pii_unit.h"

#include "base/utf8.h"

#include "base/banned.h"

#define RUN_LEAST 20u
#define RUN_MOST ((size_t)16384)
#define FIRST 12u          /* letters that are decoded before the rest is */

/* One more than what the letter stands for; both alphabets of RFC 4648. */
static const uint8_t values[256] = {
	[32] = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 63, 0, 63, 0, 64,
	[48] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0, 0, 0, 0, 0, 0,
	[64] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	[80] = 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 64,
	[96] = 0, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	[112] = 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 0, 0, 0, 0, 0,
};

static inline int value_of(unsigned char ch) { return values[ch] - 1; }

static size_t decode(const char *p, size_t n, char *out)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int v = value_of((unsigned char)p[i]);

		if (v < 0)
			break;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[len++] = (char)(acc >> bits & 0xff);
		}
	}
	return len;
}

/* UTF-16LE of ASCII, as PowerShell wants it, becomes ASCII. */
static size_t narrow(char *p, size_t n)
{
	if (n < 8 || p[1] || p[3] || p[5] || p[7])
		return n;
	for (size_t i = 0; i + 1 < n; i += 2)
		p[i / 2] = p[i + 1] ? '?' : p[i];
	return n / 2;
}

/* Text to its end, but for a character cut off there. */
static bool is_text(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return utf8_valid_prefix(s) + 3 >= s.len;
}

static bool is_control(size_t ch) { return ch < 0x20 && ch != '\n' && ch != '\r' && ch != '\t'; }

/* Can text begin with these two bytes: no control, no byte in the midst of a character, one behind the first of a long one? UTF-16 has 0. */
static bool may_begin(size_t a, size_t b)
{
	if (is_control(a) || (a >= 0x7f && a < 0xc2) || a > 0xf4)
		return false;
	return a < 0x80 ? !b || !(is_control(b) || (b >= 0x7f && b < 0xc2) || b > 0xf4) : b >= 0x80 && b < 0xc0;
}

bool nest_matters(slice s, size_t i)
{
	char out[FIRST];
	size_t n;

	if (i + RUN_LEAST > s.len || value_of((unsigned char)s.p[i + RUN_LEAST - 1]) < 0 || (i && value_of((unsigned char)s.p[i - 1]) >= 0))
		return false;
	/* The first two bytes tell of most hashes and names. */
	n = (size_t)(value_of((unsigned char)s.p[i]) << 2 | value_of((unsigned char)s.p[i + 1]) >> 4);
	if (!may_begin(n, (size_t)((value_of((unsigned char)s.p[i + 1]) << 4 | (value_of((unsigned char)s.p[i + 2]) >> 2)) & 255)))
		return false;
	for (size_t k = FIRST; k < RUN_LEAST; k++)
		if (value_of((unsigned char)s.p[i + k]) < 0)
			return false;
	n = decode(s.p + i, FIRST, out);
	if (n < 9)
		return false;
	n = narrow(out, n);
	return is_text((slice){ out, n });
}

/* Where the next run of RUN_LEAST letters begins, from i on, which is behind no letter; the end of the line when there is none. */
static size_t next_run(slice line, size_t i)
{
	size_t k;

	/* from the last letter that it must have backwards: most runs are short, and most of the line is never looked at */
	for (; i + RUN_LEAST <= line.len; i = k + 1) {
		for (k = i + RUN_LEAST; k > i && value_of((unsigned char)line.p[k - 1]) >= 0;)
			k--;
		if (k == i)
			return i;
		k--;
	}
	return line.len;
}

rc nest_find(struct unit *u, slice line)
{
	for (size_t i = next_run(line, 0); i < line.len; i = next_run(line, i)) {
		size_t end = i;
		slice text;
		char *out;

		if (!nest_matters(line, i)) {
			while (i < line.len && value_of((unsigned char)line.p[i]) >= 0)
				i++;
			continue;
		}
		while (end < line.len && end - i < RUN_MOST && value_of((unsigned char)line.p[end]) >= 0)
			end++;
		out = arena_bytes(u->c->a, end - i);
		if (!out)
			return FAIL(u->c, E_LIMIT, "memory.limit");
		text = (slice){ out, narrow(out, decode(line.p + i, end - i, out)) };
		while (end < line.len && line.p[end] == '=')
			end++;
		if (is_text(text))
			TRY(nest_hold(u, text, i, end));
		i = end;
	}
	return OK;
}
