#include "base/base64.h"

#include "base/banned.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void put(struct buf *b, slice s, const char *letters, bool pad)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	if (!buf_room(b, (s.len + 2) / 3 * 4))
		return;
	for (; i + 3 <= s.len; i += 3) {
		b->p[b->len++] = letters[p[i] >> 2];
		b->p[b->len++] = letters[(p[i] & 3) << 4 | p[i + 1] >> 4];
		b->p[b->len++] = letters[(p[i + 1] & 15) << 2 | p[i + 2] >> 6];
		b->p[b->len++] = letters[p[i + 2] & 63];
	}
	if (i == s.len)
		return;
	b->p[b->len++] = letters[p[i] >> 2];
	if (i + 1 < s.len) {
		b->p[b->len++] = letters[(p[i] & 3) << 4 | p[i + 1] >> 4];
		b->p[b->len++] = letters[(p[i + 1] & 15) << 2];
	} else {
		b->p[b->len++] = letters[(p[i] & 3) << 4];
		if (pad)
			b->p[b->len++] = '=';
	}
	if (pad)
		b->p[b->len++] = '=';
}

void base64_put(struct buf *b, slice bytes) { put(b, bytes, plain, true); }
void base64url_put(struct buf *b, slice bytes) { put(b, bytes, url, false); }

static int value_of(char ch, const char *letters)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == letters[62] ? 62 : ch == letters[63] ? 63 : -1;
}

/* `text` without padding; false when it is not the one right text. */
/* *ret_over: the bits at the end that belong to none. */
static bool decode_any(slice text, const char *letters, unsigned char *out, uint32_t *ret_over)
{
	uint32_t bits = 0;
	unsigned have = 0;

	if (text.len % 4 == 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int v = value_of(text.p[i], letters);

		if (v < 0)
			return false;
		bits = (bits << 6 | (uint32_t)v) & 0xffffffu;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*out++ = (unsigned char)(bits >> have);
		}
	}
	*ret_over = bits & ((1u << have) - 1);
	return true;
}

static bool decode(slice text, const char *letters, unsigned char *out)
{
	uint32_t over;

	return decode_any(text, letters, out, &over) && over == 0;
}

/* Cuts the padding off; false when it is not what the length asks for. */
static bool cut_padding(slice *text)
{
	size_t pad = 0;

	if (text->len % 4 != 0)
		return false;
	while (pad < 2 && pad < text->len && text->p[text->len - 1 - pad] == '=')
		pad++;
	text->len -= pad;
	return true;
}

static rc parse(struct ctx *c, slice text, const char *letters, slice *ret)
{
	unsigned char *out = arena_bytes(c->a, text.len / 4 * 3 + 3);

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (!decode(text, letters, out))
		return FAIL(c, E_INVALID, "base64.form");
	*ret = (slice){ (const char *)out, text.len * 3 / 4 };
	return OK;
}

rc base64_parse(struct ctx *c, slice text, slice *ret)
{
	if (!cut_padding(&text))
		return FAIL(c, E_INVALID, "base64.form");
	return parse(c, text, plain, ret);
}

rc base64_parse_loose(struct ctx *c, slice text, slice *ret)
{
	unsigned char *out = arena_bytes(c->a, text.len / 4 * 3 + 3);
	uint32_t over;

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (!cut_padding(&text) || !decode_any(text, plain, out, &over))
		return FAIL(c, E_INVALID, "base64.form");
	*ret = (slice){ (const char *)out, text.len * 3 / 4 };
	return OK;
}

rc base64url_parse(struct ctx *c, slice text, slice *ret) { return parse(c, text, url, ret); }

rc base64url_parse_n(struct ctx *c, slice text, unsigned char *out, size_t n)
{
	if (text.len != (n * 4 + 2) / 3 || !decode(text, url, out))
		return FAIL(c, E_INVALID, "base64.form");
	return OK;
}

rc base64_parse_n(struct ctx *c, slice text, unsigned char *out, size_t n)
{
	if (!cut_padding(&text) || text.len != (n * 4 + 2) / 3 || !decode(text, plain, out))
		return FAIL(c, E_INVALID, "base64.form");
	return OK;
}
