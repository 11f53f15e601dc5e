#include "engine/select/scan.h"

#include "base/utf8.h"

#include "base/banned.h"

/* One level of encoding inside the text: base64 that is plainly text, and percent encoding of a whole address. */

static int base64_value(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (is_digit(ch))
		return ch - '0' + 52;
	return ch == '+' || ch == '-' ? 62 : ch == '/' || ch == '_' ? 63 : -1;
}

static size_t decode(slice in, char *out)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		int v = base64_value(in.p[i]);

		if (v < 0)
			continue;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (char)(acc >> bits & 0xff);
		}
	}
	return n;
}

/* UTF-16LE that holds ASCII only (PowerShell -EncodedCommand)? */
static bool is_doubled(const char *p, size_t n)
{
	return n >= 8 && !p[1] && !p[3] && !p[5] && !p[7];
}

/* Drops the zero bytes of it. */
static size_t narrow(char *p, size_t n)
{
	if (!is_doubled(p, n))
		return n;
	for (size_t i = 0; i + 1 < n; i += 2)
		p[i / 2] = p[i + 1] ? '?' : p[i];
	return n / 2;
}

static bool has_controls(slice s)
{
	size_t bad = 0;

	for (size_t i = 0; i < s.len; i++)
		bad += ((uint8_t)s.p[i] < 0x20 && !is_space(s.p[i])) || s.p[i] == 0x7f;
	return bad != 0;
}

static bool is_plain_text(slice s)
{
	return s.len >= 8 && utf8_valid_prefix(s) + 3 >= s.len && !has_controls(s);
}

#define HEAD_MOST 64u

/* Does it begin like text? Nearly all that may be base64 is none, and is seen by this. */
static bool begins_text(slice in)
{
	char head[HEAD_MOST];
	size_t n = decode(slice_sub(in, 0, HEAD_MOST), head);

	return is_doubled(head, n) || !has_controls((slice){ head, n });
}

rc scan_encoded(struct scan *s, size_t start, size_t end)
{
	slice in = { s->t.p + start, end - start };
	char *out;
	size_t n;

	if (s->depth || in.len < 20 || in.len > ((size_t)1 << 20) || !begins_text(in))
		return OK;
	out = arena_bytes(s->c->a, in.len);
	if (!out)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	n = narrow(out, decode(in, out));
	if (!is_plain_text((slice){ out, n }))
		return OK;
	return scan_inner(s, (slice){ out, n }, start, end);
}

static int hex_of(char ch)
{
	if (is_digit(ch))
		return ch - '0';
	ch = lower(ch);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* "%3A%2F%2F" at `at`: the run of encoded characters around it is an address. */
rc scan_percent(struct scan *s, size_t at)
{
	size_t a = at, e = at, n = 0;
	char *out;

	if (s->depth || at < s->encoded)
		return OK;
	while (a > 0 && at - a < 8 && is_alpha(s->t.p[a - 1]))
		a--;
	while (e < s->t.len && e - at < 2048 && (is_class(s->t.p[e], CH_HOST) || s->t.p[e] == '%' || s->t.p[e] == '~' || s->t.p[e] == '+'))
		e++;
	s->encoded = e;
	out = arena_bytes(s->c->a, e - a + 1);
	if (!out)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	for (size_t i = a; i < e; i++) {
		if (s->t.p[i] == '%' && i + 2 < e && hex_of(s->t.p[i + 1]) >= 0 && hex_of(s->t.p[i + 2]) >= 0) {
			out[n++] = (char)(hex_of(s->t.p[i + 1]) * 16 + hex_of(s->t.p[i + 2]));
			i += 2;
		} else {
			out[n++] = s->t.p[i];
		}
	}
	return scan_inner(s, (slice){ out, n }, a, e);
}
