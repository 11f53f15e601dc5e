#include "base/slice.h"

#include <stdint.h>

#include "base/banned.h"

int slice_cmp(slice a, slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.len > b.len) - (a.len < b.len);
}

bool slice_starts(slice s, slice prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

bool slice_ends(slice s, slice suffix)
{
	return s.len >= suffix.len &&
	       (suffix.len == 0 || memcmp(s.p + s.len - suffix.len, suffix.p, suffix.len) == 0);
}

uint64_t slice_hash(slice s)
{
	uint64_t head = 0, tail = 0;

	if (s.len >= 8) {
		memcpy(&head, s.p, 8);
		memcpy(&tail, s.p + s.len - 8, 8);
	} else if (s.len > 0) {
		memcpy(&head, s.p, s.len);
	}
	return (head ^ (tail << 1) ^ s.len) * 0x9E3779B97F4A7C15u;
}

bool slice_is_ascii(slice s)
{
	uint64_t high = 0, v[4];
	size_t i = 0;

	for (; i + sizeof v <= s.len; i += sizeof v) {
		memcpy(v, s.p + i, sizeof v);
		high |= v[0] | v[1] | v[2] | v[3];
	}
	for (; i < s.len; i++)
		high |= (uint64_t)(s.p[i] & 0x80);
	return !(high & 0x8080808080808080u);
}

size_t slice_find(slice s, slice what, size_t from)
{
	const char *hit;

	if (from > s.len || what.len > s.len - from)
		return SIZE_MAX;
	if (what.len == 0)
		return from;
	hit = what.len == 1 ? memchr(s.p + from, what.p[0], s.len - from) : memmem(s.p + from, s.len - from, what.p, what.len);
	return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

slice slice_sub(slice s, size_t from, size_t len)
{
	if (from >= s.len)
		return S_NONE;
	if (len > s.len - from)
		len = s.len - from;
	return (slice){ s.p + from, len };
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

slice slice_trim(slice s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool slice_next(slice *rest, char sep, slice *ret_part)
{
	const char *hit;

	if (rest->len == 0)
		return false;
	hit = memchr(rest->p, sep, rest->len);
	if (!hit) {
		*ret_part = *rest;
		*rest = S_NONE;
		return true;
	}
	*ret_part = (slice){ rest->p, (size_t)(hit - rest->p) };
	rest->len -= ret_part->len + 1;
	rest->p = hit + 1;
	return true;
}
