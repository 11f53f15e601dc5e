#include "engine/select/dnslog.h"

#include "base/arena.h"
#include "engine/select/chars.h"

#include "base/banned.h"

#define HEAD_MOST 65536u
#define NAME_MOST 255u

/* The length of "(n)" at `i`, n in *ret; 0 when there is none. */
static size_t count_at(slice t, size_t i, size_t *ret)
{
	size_t n = 0, at = i + 1;

	while (at < t.len && at - i < 4 && is_digit(t.p[at]))
		n = n * 10 + (size_t)(t.p[at++] - '0');
	if (at == i + 1 || at >= t.len || t.p[at] != ')')
		return 0;
	*ret = n;
	return at + 1 - i;
}

/* A whole name at `i` is written to `out`; returns where it ends, `i` when it is none. */
static size_t put_name(slice t, size_t i, char *out, size_t *n)
{
	size_t at = i, len = 0, used = 0, head;

	for (;;) {
		head = at < t.len && t.p[at] == '(' ? count_at(t, at, &len) : 0;
		if (!head || at + head + len > t.len || used + len + 1 > NAME_MOST)
			return i;
		at += head;
		if (len == 0)
			break;
		if (used)
			out[*n + used++] = '.';
		memcpy(out + *n + used, t.p + at, len);
		used += len;
		at += len;
	}
	*n += used;
	return at;
}

bool dnslog_is(slice head)
{
	head = slice_sub(head, 0, HEAD_MOST);
	return slice_find(head, S("(0)"), 0) != SIZE_MAX && slice_find(head, S(" PACKET "), 0) != SIZE_MAX;
}

rc dnslog_plain(struct ctx *c, slice text, slice *ret)
{
	char *out;
	size_t n = 0;

	*ret = text;
	if (slice_find(text, S("(0)"), 0) == SIZE_MAX)
		return OK;
	out = arena_bytes(c->a, text.len);
	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < text.len;) {
		size_t end = text.p[i] == '(' ? put_name(text, i, out, &n) : i;

		if (end == i)
			out[n++] = text.p[i++];
		else
			i = end;
	}
	*ret = (slice){ out, n };
	return OK;
}
