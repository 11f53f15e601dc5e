/* Base64 in a line that is text with personal information in it: the whole run is held back. One level deep. */
#include "engine/select/pii_unit.h"

#include "base/utf8.h"

#include "base/banned.h"

#define RUN_LEAST 20u
#define RUN_MOST ((size_t)16384)
#define FIRST 12u          /* letters that are decoded before the rest is */

static int value_of(unsigned char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == '+' || ch == '-' ? 62 : ch == '/' || ch == '_' ? 63 : -1;
}

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

bool nest_matters(slice s, size_t i)
{
	char out[FIRST];
	size_t n;

	if (i + RUN_LEAST > s.len || (i && value_of((unsigned char)s.p[i - 1]) >= 0))
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

rc nest_find(struct unit *u, slice line)
{
	for (size_t i = 0; i + RUN_LEAST <= line.len; i++) {
		size_t end = i;
		slice text;
		char *out;

		if (!nest_matters(line, i)) {
			while (i + 1 < line.len && value_of((unsigned char)line.p[i]) >= 0)
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
