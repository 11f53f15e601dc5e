#include "base/parse.h"

#include "base/utf8.h"

#include "base/banned.h"

rc parse_u64(struct ctx *c, slice text, uint64_t least, uint64_t most, uint64_t *ret)
{
	uint64_t n = 0;

	if (text.len == 0 || (text.len > 1 && text.p[0] == '0'))
		return FAIL(c, E_INVALID, "number.form");
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.p[i];

		if (ch < '0' || ch > '9')
			return FAIL(c, E_INVALID, "number.form");
		if (__builtin_mul_overflow(n, 10u, &n) || __builtin_add_overflow(n, (uint64_t)(ch - '0'), &n))
			return FAIL(c, E_LIMIT, "number.range");
	}
	if (n < least || n > most)
		return FAIL(c, E_LIMIT, "number.range");
	*ret = n;
	return OK;
}

rc parse_u32(struct ctx *c, slice text, uint32_t least, uint32_t most, uint32_t *ret)
{
	uint64_t n;

	TRY(parse_u64(c, text, least, most, &n));
	*ret = (uint32_t)n;
	return OK;
}

rc parse_i64(struct ctx *c, slice text, int64_t least, int64_t most, int64_t *ret)
{
	bool minus = text.len > 0 && text.p[0] == '-';
	uint64_t n;
	int64_t v;

	TRY(parse_u64(c, minus ? slice_sub(text, 1, text.len) : text, 0, (uint64_t)INT64_MAX, &n));
	if (minus && n == 0)
		return FAIL(c, E_INVALID, "number.form");
	v = minus ? -(int64_t)n : (int64_t)n;
	if (v < least || v > most)
		return FAIL(c, E_LIMIT, "number.range");
	*ret = v;
	return OK;
}

static int nibble(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

rc parse_hex(struct ctx *c, slice text, unsigned char *out, size_t n)
{
	if (text.len != 2 * n)
		return FAIL(c, E_INVALID, "hex.form");
	for (size_t i = 0; i < n; i++) {
		int hi = nibble(text.p[2 * i]), lo = nibble(text.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return FAIL(c, E_INVALID, "hex.form");
		out[i] = (unsigned char)(hi << 4 | lo);
	}
	return OK;
}

rc free_text_check(struct ctx *c, const char *name, slice s, size_t most)
{
	const char *key = NULL;
	rc code = s.len > most ? E_LIMIT : E_INVALID;

	if (s.len > most)
		key = "value.long";
	else if (!utf8_is_valid(s))
		key = "value.utf8";
	for (size_t i = 0; i < s.len && !key; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t')
			key = "value.control";
	if (!key)
		return OK;
	fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, slice_of(name));
	return code;
}
