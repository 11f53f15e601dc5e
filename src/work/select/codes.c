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

#define BOUNDARIES_MOST 32u

/* What the heads of a mail say that parts it: a line of a text may begin with "--" as well. */
struct boundaries { slice at[BOUNDARIES_MOST]; size_t n; };

static void boundary_note(struct boundaries *k, slice line)
{
	size_t at = slice_find(line, S("boundary="), 0), end;
	slice value;

	if (at == SIZE_MAX || k->n == BOUNDARIES_MOST)
		return;
	value = slice_trim(slice_sub(line, at + sizeof "boundary=" - 1, line.len));
	if (value.len && value.p[0] == '"')
		value = slice_sub(value, 1, value.len);
	for (end = 0; end < value.len && value.p[end] != '"' && value.p[end] != ';' && value.p[end] != ' ';)
		end++;
	if (end)
		k->at[k->n++] = slice_sub(value, 0, end);
}

static bool is_boundary(const struct boundaries *k, slice line)
{
	if (!slice_starts(line, S("--")))
		return false;
	line = slice_sub(line, 2, line.len);
	for (size_t i = 0; i < k->n; i++)
		if (slice_starts(line, k->at[i]))
			return true;
	return k->n == BOUNDARIES_MOST;
}

/* The coding that a line of a part's head announces: 'b' for base64, 'q' for quoted-printable; else 0. */
static char announced(slice line)
{
	static const char words[] = "content-transfer-encoding:";

	if (line.len < sizeof words - 1)
		return 0;
	for (size_t i = 0; words[i]; i++)
		if ((line.p[i] | (words[i] == '-' || words[i] == ':' ? 0 : 0x20)) != words[i])
			return 0;
	line = slice_trim(slice_sub(line, sizeof words - 1, line.len));
	if (line.len < 6)
		return 0;
	if ((line.p[0] | 0x20) == 'b' && (line.p[1] | 0x20) == 'a')
		return 'b';
	return (line.p[0] | 0x20) == 'q' && (line.p[1] | 0x20) == 'u' ? 'q' : 0;
}

rc without_codes(struct ctx *w, slice mail, slice *ret)
{
	char coding = 0;
	struct boundaries parted = { .n = 0 };
	bool body = false;
	struct buf b;
	slice line;

	buf_init(&b, w->a, CODES_MOST);
	while (slice_next(&mail, '\n', &line)) {
		boundary_note(&parted, line);
		if (is_boundary(&parted, line)) {
			coding = 0;
			body = false;
		}
		coding = !body && announced(line) ? announced(line) : coding;
		body |= slice_trim(line).len == 0;
		/* a value may go on behind the soft end of a line, where nothing says what it is */
		if (body && (coding == 'q' || (coding == 'b' && is_base64_line(line))))
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
