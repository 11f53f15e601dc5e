#include "engine/select/common.h"

#include "base/banned.h"

#define INLINE static inline __attribute__((always_inline))
__extension__ typedef unsigned __int128 u128;

/* Where the label that ends before `at`, a place of the stretch, begins; `at` when it is longer than can be seen. */
static inline size_t label_start(const struct scan_bits *b, size_t at)
{
	size_t n = (size_t)__builtin_clzll(~bits_before(b, ANCHOR_LABEL, at));

	return n < BITS_SEEN ? at - n : at;
}

/* The first eight letters of a label of n > 0, the last one on top. Its length is anything: to ask for it with a branch costs more. */
INLINE uint64_t label_key(const char *p, size_t n)
{
	int64_t missing = 8 - (int64_t)n;
	uint64_t v;

	missing &= ~(missing >> 63);
	memcpy(&v, p, sizeof v);   /* behind the text are line ends */
	return le64toh(v) << missing * 8;
}

/* Places of a label of n letters in the tables of tools/gen_common.py; the upper bits of the product have all of it. */
INLINE uint64_t label_place(uint64_t key, size_t n) { return (key + n) * UINT64_C(0xD6E8FEB86659FD93); }

INLINE bool is_near(uint64_t place) { return common_near[place >> 54] >> (place >> 48 & 63) & 1; }

/* Of a label and what stands behind it: a top level name; 0: the label is the first one; 1: the one before the last. */
static inline uint64_t pair_place(uint64_t label, uint64_t behind)
{
	u128 v = (u128)(label ^ behind) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint64_t)v ^ (uint64_t)(v >> 64);
}

/* Three bits of one word. */
static inline bool has_bits(const uint64_t *bits, uint64_t place)
{
	uint64_t word = bits[place >> 54];

	return word >> (place & 63) & word >> (place >> 6 & 63) & word >> (place >> 12 & 63) & 1;
}

INLINE bool is_common_top(uint64_t top)
{
	for (size_t k = top * UINT64_C(0x9E3779B97F4A7C15) >> 52; common_tops[k]; k = (k + 1) % COMMON_TOPS)
		if (common_tops[k] == top)
			return true;
	return false;
}

/* Of a name: its length, that of its first label; the places of that and of the label before the last one, which are one in a pair; the last one. */
struct name { size_t len, first; uint64_t first_place, second_place, top; bool pair; };

/* The name that begins at `start`: sound labels in small letters under a common top level name. */
INLINE bool name_at(const struct scan *s, size_t start, struct name *ret)
{
	const char *p = s->t.p + start;
	uint64_t label, dots, below, edges, rest, top;
	size_t end, last, from;

	label = bits_from(s->bits, ANCHOR_LABEL, start);
	dots = bits_from(s->bits, ANCHOR_DOTS, start);
	end = (size_t)__builtin_ctzll(~(label | dots) | (uint64_t)1 << 63);
	if (end < 4 || end > BITS_SEEN || is_class(p[end], CH_HOST | CH_HIGH))
		return false;
	end -= dots >> (end - 1) & 1;   /* of a sentence */
	below = ~(~(uint64_t)0 << end);
	dots &= below;
	edges = (dots >> 1 | dots << 1 | 1 | (uint64_t)1 << (end - 1)) & below;
	if (!dots || (((label & ~bits_from(s->bits, ANCHOR_ALNUM, start)) | dots) & edges))
		return false;
	last = 64 - (size_t)__builtin_clzll(dots);
	if (end - last > 8)
		return false;
	top = label_key(p + last, end - last);
	if (!is_common_top(top))
		return false;
	rest = dots ^ (uint64_t)1 << (last - 1);
	from = 63 - (size_t)__builtin_clzll(rest << 1 | 1);
	ret->len = end;
	ret->first = (size_t)__builtin_ctzll(dots);
	ret->first_place = label_place(label_key(p, ret->first), ret->first);
	ret->second_place = label_place(label_key(p + from, last - 1 - from), last - 1 - from);
	ret->top = top;
	ret->pair = !rest;
	return true;
}

enum known { KNOWN_NOT, KNOWN_LISTED, KNOWN_OTHERWISE };

/*
 * One of its labels is in the tables. A list may know the name, or one above it; or it may be something else: known as such, a
 * suffix, begun as the member of an object or a package, or with an ending of files before the last label, as shop.pdf.com.
 */
static enum known look_closer(const struct name *name)
{
	uint64_t place = pair_place(name->second_place, name->top);

	if (has_bits(common_firsts, pair_place(name->first_place, 0)) || has_bits(common_firsts, pair_place(name->second_place, 1)) ||
			has_bits(common_others + name->pair * COMMON_WORDS, place))
		return KNOWN_OTHERWISE;
	return has_bits(common_listed, place) ? KNOWN_LISTED : KNOWN_NOT;
}

/* The number of n <= 8 digits. */
static inline uint64_t digits_read(const char *p, size_t n)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);   /* behind the text are line ends */
	v = le64toh(v) << (8 - n) * 8 & UINT64_C(0x0f0f0f0f0f0f0f0f);   /* the last digit on top */
	v = (v * 10 + (v >> 8)) & UINT64_C(0x00ff00ff00ff00ff);   /* of pairs, of fours, of all */
	v = (v * 100 + (v >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (v * 10000 + (v >> 32)) & UINT64_C(0xffffffff);
}

/* ":8080" at `at`, as it would be written anew: its end; `at` when there is none, 0 when it is something else. */
INLINE size_t port_end(const struct scan *s, size_t at, uint16_t *ret_port)
{
	size_t n;
	uint64_t v;

	*ret_port = 0;
	if (s->t.p[at] != ':')
		return at;
	if (!bits_have(s->bits, at + 1))
		return 0;
	n = (size_t)__builtin_ctzll(~bits_from(s->bits, ANCHOR_DIGITS, at + 1));
	if (n - 1 > 4 || s->t.p[at + 1] == '0' || (v = digits_read(s->t.p + at + 1, n)) > 65535)
		return 0;
	*ret_port = (uint16_t)v;
	return at + 1 + n;
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

/* Does the text around the name make something else of it? A page below it ends at *ret_page, 0 when there is none. */
static bool is_otherwise(const struct scan *s, size_t start, size_t end, size_t *ret_page)
{
	char before = scan_before(s, start), after = s->t.p[end];

	*ret_page = 0;
	if (is_fast(before, FAST_UNSURE_BEFORE) && (before != ',' || veto_flow(s, start)))
		return true;
	if (after == '/')
		return (*ret_page = page_end(s, start, end)) == 0;
	return after == '(' || after == '@' || after == ':' || after == '?' || veto_operand(s, end);
}

INLINE rc claim_name(struct scan *s, size_t start)
{
	enum known known = KNOWN_NOT;
	struct name name;
	size_t end, page = 0;

	if (!name_at(s, start, &name) || name.first == 1)
		return OK;
	if (is_near(name.first_place) | is_near(name.second_place))
		known = look_closer(&name);
	end = start + name.len;
	if (known == KNOWN_OTHERWISE || ((is_fast(scan_before(s, start), FAST_UNSURE_BEFORE) | is_fast(s->t.p[end], FAST_UNSURE_BEHIND)) &&
			is_otherwise(s, start, end, &page)))
		return OK;
	if (page)
		return known == KNOWN_NOT ? claim_page(s, start, end, page) : OK;
	if (known == KNOWN_LISTED)
		return scan_claim_text(s, IND_DOMAIN, start, end);
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
	uint64_t digits = bits_from(s->bits, ANCHOR_DIGITS, start), dots = bits_from(s->bits, ANCHOR_DOTS, start), more;
	size_t end = (size_t)__builtin_ctzll(~(digits | dots) | (uint64_t)1 << 63), at = 0;
	bool sound = true;

	if (!(digits & 1) || end > 15 || is_class(p[end], CH_HOST | CH_HIGH))
		return false;
	dots &= ~(~(uint64_t)0 << end);
	more = dots & (dots - 1);
	more &= more - 1;
	if (!more || (more & (more - 1)))   /* three of them */
		return false;
	dots |= (uint64_t)1 << end;
	for (unsigned part = 0; part < 4; part++, dots &= dots - 1) {
		size_t to = (size_t)__builtin_ctzll(dots), n = to - at;
		uint32_t v, number;

		memcpy(&v, p + at, sizeof v);
		v = le32toh(v) << (32 - n % 4 * 8) % 32 & 0x0f0f0f0fu;   /* the last digit on top */
		number = (v >> 24) + (v >> 16 & 15) * 10 + (v >> 8 & 15) * 100;
		sound &= (n - 1 < 3) & (number < 256) & ((n == 1) | (p[at] != '0'));
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

/* "/24" at `at`, as it would be written anew, of a network of more than one address: its end, 0 when it is something else. */
static size_t network_end(const struct scan *s, size_t at)
{
	size_t end = at + 1;
	char next;

	while (end < at + 3 && is_digit(scan_at(s, end)))
		end++;
	next = scan_at(s, end);
	if (end == at + 1 || (end == at + 3 && (s->t.p[at + 1] == '0' || memcmp(s->t.p + at + 1, "32", 2) >= 0)))
		return 0;
	return is_alnum(next) || next == '/' || (next == '.' && is_alnum(scan_at(s, end + 1))) ? 0 : end;
}

static rc claim_address(struct scan *s, size_t start)
{
	char before = scan_before(s, start);
	uint16_t port;
	size_t end, len, network = 0;
	uint8_t a[4];

	if (!address_at(s, start, &len, a) || s->t.p[start] == '0' || before == '%')
		return OK;
	/* A word before it in its line may say that it is a version. */
	if (before != '\n' && host_is_version(s, start, start + len))
		return OK;
	end = port_end(s, start + len, &port);
	if (end == 0 || s->t.p[end] == '?' || s->t.p[end] == '@' || (s->t.p[end] == '/' && (port || (network = network_end(s, end)) == 0)))
		return OK;
	if (!scan_claim_as(s, network ? IND_CIDR : IND_IPV4, start, network ? network : start + len, port, address_reason(a)))
		return FAIL(s->c, E_LIMIT, "memory.limit");
	/* At the end of a line the colon and what follows mean nothing more. */
	if (s->t.p[end] == '\n')
		s->done = end;
	return OK;
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
	if (!name_at(s, at, &name) || is_number(s, at, at + name.first))
		return 0;
	if (is_near(name.second_place)) {
		uint64_t place = pair_place(name.second_place, name.top);

		*ret_listed = has_bits(common_listed, place);
		if (*ret_listed && has_bits(common_reserved, place))
			return 0;
	}
	return name.len;
}

static rc claim_link(struct scan *s, size_t colon)
{
	size_t start = scheme_start(s, colon), host = colon + 3, at, end, len;
	struct indicator *it;
	const char *reason;
	uint16_t port;
	bool listed;
	char next;

	if (start == colon || (len = host_len(s, host, &reason, &listed)) == 0)
		return OK;
	at = port_end(s, host + len, &port);
	next = scan_at(s, at);
	end = at;
	if (at == 0)
		return OK;
	if (next == '/' || next == '?' || next == '#')
		end = url_end(s, start, at);
	else if (is_class(next, CH_URL) && url_after_user(s, at) != at)
		return OK;
	it = scan_claim_as(s, IND_URL, start, end, port, reason);
	if (!it)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	if (!reason)
		role_of_link(s, it, start, end, slice_sub(s->t, host, listed ? len : 0));
	return at < end ? scan_within_url(s, at, end) : OK;
}

/* Where the value begins whose first dot is at `at`; `at` when that is no beginning of a common one. */
INLINE size_t value_start(const struct scan *s, size_t at)
{
	size_t start = label_start(s->bits, at);

	if (start < s->done)
		return at > s->done ? s->done : at;
	return start && is_class(s->t.p[start - 1], CH_HOST | CH_HIGH) ? at : start;
}

/*
 * What asks for a look next behind s->done, when it may be a common value: the first dot of a name or address, which begins at
 * *ret_start, or the colon of a link. 0 otherwise. In lists the value begins the next line; that is seen without a search.
 */
INLINE size_t next_value(const struct scan *s, size_t *ret_start)
{
	const struct scan_bits *b = s->bits;
	size_t from = s->done, at;
	uint64_t looks;

	if (!bits_have(b, from) || !(looks = bits_from(b, ANCHOR_LOOKS, from)))
		return 0;
	at = from + (size_t)__builtin_ctzll(looks);
	*ret_start = at;
	if (at >= s->t.len || at < s->local)
		return 0;
	if (s->t.p[at] != '.')
		return s->t.p[at] == ':' && s->t.p[at + 1] == '/' && s->t.p[at + 2] == '/' ? at : 0;
	/* Nothing but the line end and a label before it? */
	if (s->t.p[from] == '\n' && (((looks & -looks) - 1) & ~bits_from(b, ANCHOR_LABEL, from)) == 1)
		*ret_start = from + 1;
	else if (bits_have(b, at) && at - b->at >= ANCHOR_BLOCK)
		*ret_start = value_start(s, at);
	return *ret_start < at ? at : 0;
}

/* The value at `start`, whose first dot, or colon of a scheme, is at `at`, and what follows as long as it is common: most of a list is. */
static rc claim_values(struct scan *s, size_t start, size_t at)
{
	do {
		if (s->t.p[at] == ':')
			TRY(claim_link(s, at));
		else if (is_number(s, start, at))
			TRY(claim_address(s, start));
		else
			TRY(claim_name(s, start));
		if (s->done <= at) {
			s->uncommon = at;
			return OK;
		}
	} while ((at = next_value(s, &start)) != 0);
	return OK;
}

rc common_value(struct scan *s, size_t at)
{
	size_t start = value_start(s, at);

	return start < at ? claim_values(s, start, at) : OK;
}

rc common_url(struct scan *s, size_t colon) { return claim_values(s, colon, colon); }
