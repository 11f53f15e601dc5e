#include "engine/select/common.h"

#include "base/banned.h"

/* Where the label that ends before `at`, a place of the stretch, begins; `at` when it is longer than can be seen. */
static inline size_t label_start(const struct scan_bits *b, size_t at)
{
	size_t d = at - b->at, n;
	uint64_t v;

	memcpy(&v, (const char *)b->label + d / 8 - 7, sizeof v);
	n = (size_t)__builtin_clzll(~(le64toh(v) << (8 - d % 8)));
	return n < BITS_SEEN ? at - n : at;
}

/* The first eight letters of a label of n. */
static inline uint64_t label_key(const char *p, size_t n)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);   /* behind the text are line ends */
	v = le64toh(v);
	return n < 8 ? v & ~(~(uint64_t)0 << n * 8) : v;
}

/* places() of tools/gen_common.py. */
static inline bool has_bits(const uint64_t *bits, uint64_t key, size_t n, uint64_t top)
{
	uint64_t h = ((key ^ top * UINT64_C(0x9E3779B97F4A7C15)) + n) * UINT64_C(0xD6E8FEB86659FD93);

	h ^= h >> 32;
	h *= UINT64_C(0x9E3779B97F4A7C15);
	return (bits[h >> 54] >> (h >> 48 & 63) & 1) && (bits[h >> 38 & 1023] >> (h >> 32 & 63) & 1);
}

static inline bool is_common_top(uint64_t top)
{
	for (size_t k = top * UINT64_C(0x9E3779B97F4A7C15) >> 52; common_tops[k]; k = (k + 1) % COMMON_TOPS)
		if (common_tops[k] == top)
			return true;
	return false;
}

/* Of a name: its length, that of its first label; the label before the last one, which is the first of a pair; a list may know it
 * or one above it; an example. */
struct name { size_t len, first, second_len; uint64_t second; bool pair, listed, reserved; };

/* The name that begins at `start`: sound labels in small letters under a common top level name. */
static inline bool name_at(const struct scan *s, size_t start, struct name *ret)
{
	const char *p = s->t.p + start;
	uint64_t label, dots, below, edges, rest, top;
	size_t end, last, from;

	label = bits_from(s->bits, s->bits->label, start);
	dots = bits_from(s->bits, s->bits->dots, start);
	end = (size_t)__builtin_ctzll(~(label | dots) | (uint64_t)1 << 63);
	if (end < 4 || end > BITS_SEEN || is_class(p[end], CH_HOST | CH_HIGH))
		return false;
	end -= dots >> (end - 1) & 1;   /* of a sentence */
	below = ~(~(uint64_t)0 << end);
	dots &= below;
	edges = (dots >> 1 | dots << 1 | 1 | (uint64_t)1 << (end - 1)) & below;
	if (!dots || ((bits_from(s->bits, s->bits->dashes, start) | dots) & edges))
		return false;
	ret->len = end;
	ret->first = (size_t)__builtin_ctzll(dots);
	last = 64 - (size_t)__builtin_clzll(dots);
	rest = dots ^ (uint64_t)1 << (last - 1);
	from = rest ? 64 - (size_t)__builtin_clzll(rest) : 0;
	if (end - last > 8)
		return false;
	top = label_key(p + last, end - last);
	ret->pair = !rest;
	ret->second_len = last - 1 - from;
	ret->second = label_key(p + from, ret->second_len);
	ret->listed = has_bits(rest ? common_names : common_pairs, ret->second, ret->second_len, top);
	ret->reserved = ret->listed && has_bits(common_reserved, ret->second, ret->second_len, top);
	return is_common_top(top);
}

/* ":8080" at `at`, as it would be written anew: its end; `at` when there is none, 0 when it is something else. */
static size_t port_end(const struct scan *s, size_t at, uint16_t *ret_port)
{
	size_t i = at + 1;
	unsigned v = 0;

	*ret_port = 0;
	if (s->t.p[at] != ':')
		return at;
	for (; i < at + 6 && is_digit(scan_at(s, i)); i++)
		v = v * 10 + (unsigned)(s->t.p[i] - '0');
	if (v == 0 || v > 65535 || s->t.p[at + 1] == '0' || is_digit(scan_at(s, i)))
		return 0;
	*ret_port = (uint16_t)v;
	return i;
}

/* Where the page below the name ends, when has_path() of url.c takes it for one and nothing more has to be asked of it; 0 otherwise. */
static size_t page_end(const struct scan *s, size_t start, size_t slash)
{
	size_t from, to, end, e = slash + 1;

	if (!is_alpha(scan_at(s, e)) || !fold_whole(s->f, slash, e, &from, &to))
		return 0;
	while (e < slash + 6 && is_alnum(scan_at(s, e)))
		e++;
	if (e - slash <= 5 && is_protocol((slice){ s->t.p + slash + 1, e - slash - 1 }))
		return 0;
	end = url_end(s, start, slash);
	return memchr(s->t.p + slash, ':', end - slash) ? 0 : end;   /* another link within it */
}

static rc claim_page(struct scan *s, size_t start, size_t slash, size_t end)
{
	struct indicator *it = scan_claim_as(s, IND_URL, start, end, 0, NULL);

	if (!it)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	role_of_link(s, it, start, end, S_NONE);
	return scan_within_url(s, slash, end);
}

static inline rc claim_name(struct scan *s, size_t start, bool *ret_claimed)
{
	struct name name;
	char before, after;
	size_t end, page = 0;

	if (!name_at(s, start, &name) || name.listed || name.first == 1)
		return OK;
	/* The member of an object, a package: a first label that begins such a thing. shop.pdf.com: the one before the last. */
	if (has_bits(common_firsts, label_key(s->t.p + start, name.first), name.first, 0))
		return OK;
	if (!name.pair && has_bits(common_firsts, name.second, name.second_len, 1))
		return OK;
	end = start + name.len;
	before = scan_before(s, start);
	after = s->t.p[end];
	if (before == '/' || before == '\\' || before == '$' || before == '#' || before == '%' || before == '.' || before == '[')
		return OK;
	if (after == '(' || after == '@' || after == ':' || after == '?' || (after == '/' && (page = page_end(s, start, end)) == 0))
		return OK;
	if (veto_operand(s, end) || (before == ',' && veto_flow(s, start)))
		return OK;
	*ret_claimed = true;
	if (page)
		return claim_page(s, start, end, page);
	return scan_claim_as(s, IND_DOMAIN, start, end, 0, NULL) ? OK : FAIL(s->c, E_LIMIT, "memory.limit");
}

/* What may belong to a scheme that is written otherwise (url.c). */
static bool is_glue(char ch)
{
	switch (ch) {
	case '*': case '_': case '[': case ']': case '+': case '-': case '.': case '\0': return true;
	default: return is_alnum(ch);
	}
}

/* Where "http" or "https" before the colon begins; the colon when it is written otherwise, or glued to something. */
static size_t scheme_start(const struct scan *s, size_t colon)
{
	size_t n = colon >= s->done + 4 && memcmp(s->t.p + colon - 4, "http", 4) == 0 ? 4
		: colon >= s->done + 5 && memcmp(s->t.p + colon - 5, "https", 5) == 0 ? 5 : 0;
	char before = scan_before(s, colon - n);

	return is_glue(before) ? colon : colon - n;
}

/* The four numbers that begin at `start`, written as they are written anew; false when it is anything else. */
static inline bool address_at(const struct scan *s, size_t start, size_t *ret_len, uint8_t ret[4])
{
	const char *p = s->t.p + start;
	uint64_t digits = bits_from(s->bits, s->bits->digits, start), dots = bits_from(s->bits, s->bits->dots, start);
	size_t end = (size_t)__builtin_ctzll(~(digits | dots) | (uint64_t)1 << 63), at = 0;
	bool sound = true;

	if (!(digits & 1) || end > 15 || is_class(p[end], CH_HOST | CH_HIGH))
		return false;
	dots = (dots & ~(~(uint64_t)0 << end)) | (uint64_t)1 << end;
	if (__builtin_popcountll(dots) != 4)
		return false;
	for (unsigned part = 0; part < 4; part++, dots &= dots - 1) {
		size_t to = (size_t)__builtin_ctzll(dots), n = to - at;
		uint32_t v, number;

		memcpy(&v, p + at, sizeof v);
		v = le32toh(v) << (32 - n % 4 * 8) % 32 & 0x0f0f0f0fu;   /* the last digit on top */
		number = (v >> 24) + (v >> 16 & 15) * 10 + (v >> 8 & 15) * 100;
		sound &= n >= 1 && n <= 3 && number < 256 && (n == 1 || p[at] != '0');
		ret[part] = (uint8_t)number;
		at = to + 1;
	}
	*ret_len = end;
	return sound;
}

/* Digits only, and few: lists of addresses and of names are asked the same way, line after line. */
static inline bool is_number(const struct scan *s, size_t start, size_t at)
{
	return at - start <= 3 && is_digit(s->t.p[start]) && is_digit(s->t.p[at - 1]) && is_digit(s->t.p[start + (at - start) / 2]);
}

static inline rc claim_address(struct scan *s, size_t start, bool *ret_claimed)
{
	char before = scan_before(s, start);
	uint16_t port;
	size_t end, len;
	uint8_t a[4];

	if (!address_at(s, start, &len, a) || s->t.p[start] == '0' || before == '%')
		return OK;
	/* A word before it in its line may say that it is a version. */
	if (before != '\n' && host_is_version(s, start, start + len))
		return OK;
	end = port_end(s, start + len, &port);
	if (end == 0 || s->t.p[end] == '/' || s->t.p[end] == '?' || s->t.p[end] == '@')
		return OK;
	if (!scan_claim_as(s, IND_IPV4, start, start + len, port, address_reason(a)))
		return FAIL(s->c, E_LIMIT, "memory.limit");
	*ret_claimed = true;
	/* At the end of a line the colon and what follows mean nothing more. */
	if (s->t.p[end] == '\n')
		s->done = end;
	return OK;
}

rc common_value(struct scan *s, size_t at, bool *ret_claimed)
{
	size_t start = label_start(s->bits, at);

	*ret_claimed = false;
	if (start == at)
		return OK;
	if (start < s->done)
		start = s->done;
	else if (start && is_class(s->t.p[start - 1], CH_HOST | CH_HIGH))
		return OK;
	return is_number(s, start, at) ? claim_address(s, start, ret_claimed) : claim_name(s, start, ret_claimed);
}

/* How far the host of a link goes that begins at `at`, and what is told of it without a look at the text around; 0: the long way. */
static size_t host_len(const struct scan *s, size_t at, const char **ret_reason, bool *ret_listed)
{
	struct name name;
	uint8_t a[4];
	size_t len;

	*ret_reason = NULL;
	*ret_listed = false;
	if (!bits_have(s->bits, at))
		return 0;
	if (address_at(s, at, &len, a)) {
		*ret_reason = address_reason(a);
		return len;
	}
	if (!name_at(s, at, &name) || name.reserved || is_number(s, at, at + name.first))
		return 0;
	*ret_listed = name.listed;
	return name.len;
}

rc common_url(struct scan *s, size_t colon, bool *ret_claimed)
{
	size_t start = scheme_start(s, colon), host = colon + 3, at, end, len;
	struct indicator *it;
	const char *reason;
	uint16_t port;
	bool listed;
	char next;

	*ret_claimed = false;
	if (start == colon || (len = host_len(s, host, &reason, &listed)) == 0)
		return OK;
	at = port_end(s, host + len, &port);
	next = scan_at(s, at);
	end = at;
	if (at == 0)
		return OK;
	if (next == '/' || next == '?' || next == '#')
		end = url_end(s, start, at);
	else if (is_class(next, CH_URL) && url_after_user(s, host) != host)
		return OK;
	*ret_claimed = true;
	it = scan_claim_as(s, IND_URL, start, end, port, reason);
	if (!it)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	if (!reason)
		role_of_link(s, it, start, end, slice_sub(s->t, host, listed ? len : 0));
	return at < end ? scan_within_url(s, at, end) : OK;
}
