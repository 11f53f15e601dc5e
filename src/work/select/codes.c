/* A mail that is written with its personal information masked: what stands in it in codes goes, too. */
#include "work/select/codes.h"

#include "base/banned.h"

#define CODES_MOST ((size_t)512 << 20)

static bool ends_word(char ch) { return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '<'; }

/* =?UTF-8?B?…?=: the end of what begins at i, or i. Nobody can read it, but any mail program can. */
static size_t encoded_end(slice s, size_t i)
{
	size_t k = i + 2, signs = 0;

	for (; k < s.len && k - i < 2048 && !ends_word(s.p[k]); k++) {
		signs += s.p[k] == '?';
		if (signs >= 3 && s.p[k] == '?' && k + 1 < s.len && s.p[k + 1] == '=')
			return k + 2;
	}
	return i;
}

static bool is_base64_line(slice line)
{
	line = slice_trim(line);
	for (size_t i = 0; i < line.len; i++) {
		char ch = line.p[i];

		if (!((ch >= '0' && ch <= '9') || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z') || ch == '+' || ch == '/' || ch == '='))
			return false;
	}
	return line.len >= 4;
}

static bool is_boundary(slice line) { return line.len > 2 && line.p[0] == '-' && line.p[1] == '-'; }

static bool announces_base64(slice line)
{
	static const char words[] = "content-transfer-encoding:";

	if (line.len < sizeof words - 1)
		return false;
	for (size_t i = 0; words[i]; i++)
		if ((line.p[i] | (words[i] == '-' || words[i] == ':' ? 0 : 0x20)) != words[i])
			return false;
	line = slice_trim(slice_sub(line, sizeof words - 1, line.len));
	return line.len >= 6 && (line.p[0] | 0x20) == 'b' && (line.p[1] | 0x20) == 'a';
}

rc without_codes(struct ctx *w, slice mail, slice *ret)
{
	bool coded = false, body = false;
	struct buf b;
	slice line;

	buf_init(&b, w->a, CODES_MOST);
	while (slice_next(&mail, '\n', &line)) {
		if (is_boundary(line))
			coded = body = false;
		coded |= announces_base64(line);
		body |= slice_trim(line).len == 0;
		if (coded && body && is_base64_line(line))
			continue;
		for (size_t i = 0; i < line.len;) {
			size_t end = line.p[i] == '=' && i + 1 < line.len && line.p[i + 1] == '?' ? encoded_end(line, i) : i;

			if (end > i)
				buf_put(&b, S("[…]"));
			else
				buf_putc(&b, line.p[end++]);
			i = end;
		}
		if (mail.p)
			buf_putc(&b, '\n');
	}
	return buf_done(w, &b, ret);
}
