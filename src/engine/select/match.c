#include "engine/select/match.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/json.h"
#include "engine/select/chars.h"
#include "engine/select/scan.h"

#include "base/banned.h"

/*
 * One table of 64-bit fingerprints. A filter of one bit lies before it, so that a look-up that finds nothing (nearly all)
 * touches one cache line. What a fingerprint promises is compared with the value itself.
 */
struct entry { uint32_t print, at; uint16_t len; uint8_t type, bits; };   /* print 0: empty; 12 bytes */

struct match_set {
	slice text;
	struct entry *slots;
	uint64_t mask, n;
	uint64_t *filter;
	uint64_t filter_mask;
	bool used_bits[33];   /* lengths of IPv4 blocks in the set */
};

#define HASH_START 0x9e3779b97f4a7c15u

static uint64_t step(uint64_t h, uint8_t b) { return (h ^ b) * 0x100000001b3u; }
static uint64_t finish(uint64_t h, unsigned type)
{
	h ^= (uint64_t)type << 56;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

/* From the last byte to the first, in lower case: the names above a name are on the way. */
static uint64_t hash_back(slice s)
{
	uint64_t h = HASH_START;

	for (size_t i = s.len; i-- > 0;)
		h = step(h, (uint8_t)lower(s.p[i]));
	return h;
}

static uint64_t hash_ipv4(const uint8_t a[4], unsigned bits)
{
	uint32_t v = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	uint64_t h = HASH_START;

	v = bits ? v & ~(uint32_t)0 << (32 - bits) : 0;
	for (int i = 0; i < 4; i++)
		h = step(h, (uint8_t)(v >> 8 * i));
	return step(h, (uint8_t)bits);
}

static rc set_new(struct ctx *c, size_t most, struct match_set **ret)
{
	struct match_set *set;
	size_t cap = 1024, filter = 1024;

	while (cap < most * 2 - most / 2)
		cap *= 2;
	while (filter * 64 < most * 16)
		filter *= 2;
	TRY_NEW(c, set);
	TRY_ARRAY(c, set->slots, cap);
	TRY_ARRAY(c, set->filter, filter);
	set->mask = cap - 1;
	set->filter_mask = filter * 64 - 1;
	*ret = set;
	return OK;
}

static void set_add(struct match_set *set, uint64_t h, enum ind_type type, unsigned bits, slice value)
{
	uint64_t k = h & set->mask, bit = h >> 20 & set->filter_mask;
	uint32_t print = (uint32_t)(h >> 32) | 1;

	if (set->n * 10 > set->mask * 9)
		return;   /* cannot be: the table was made for all lines */
	while (set->slots[k].print)
		k = (k + 1) & set->mask;
	set->slots[k] = (struct entry){ .print = print, .at = (uint32_t)(value.p - set->text.p), .len = (uint16_t)value.len, .type = (uint8_t)type,
		.bits = (uint8_t)bits };
	set->filter[bit / 64] |= (uint64_t)1 << bit % 64;
	set->n++;
}

/* The first entry with this hash; NULL. */
static const struct entry *set_find(const struct match_set *set, uint64_t h)
{
	uint64_t bit = h >> 20 & set->filter_mask;
	uint32_t print = (uint32_t)(h >> 32) | 1;

	if (!(set->filter[bit / 64] >> bit % 64 & 1))
		return NULL;
	for (uint64_t k = h & set->mask; set->slots[k].print; k = (k + 1) & set->mask)
		if (set->slots[k].print == print)
			return &set->slots[k];
	return NULL;
}

static slice entry_value(const struct match_set *set, const struct entry *e) { return slice_sub(set->text, e->at, e->len); }

static bool same_lower(slice a, slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static slice without_scheme(slice url)
{
	size_t at = slice_find(url, S("://"), 0);

	url = at == SIZE_MAX || at > 12 ? url : slice_sub(url, at + 3, url.len);
	while (url.len && url.p[url.len - 1] == '/')
		url.len--;
	return url;
}

static bool all_hex(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_class(s.p[i], CH_HEX))
			return false;
	return true;
}

static bool is_hash_length(size_t n) { return n == 32 || n == 40 || n == 64 || n == 128; }

static bool is_name(slice s)
{
	bool dot = false;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_class(s.p[i], CH_HOST))
			return false;
		dot |= s.p[i] == '.';
	}
	return dot && s.len < 254;
}

/* Adds one plain value; false when it is of no kind that can be matched. */
static bool add_plain(struct match_set *set, slice v)
{
	const char *slash = v.len ? memchr(v.p, '/', v.len) : NULL;
	uint8_t a[4];
	size_t n = slash ? (size_t)(slash - v.p) : v.len;

	if (v.len == 0 || v.len > 4096)
		return false;
	if (host_parse_ipv4((slice){ v.p, n }, a)) {
		unsigned bits = 32;

		if (slash && v.len - n <= 3) {
			bits = 0;
			for (size_t i = n + 1; i < v.len; i++)
				bits = is_digit(v.p[i]) ? bits * 10 + (unsigned)(v.p[i] - '0') : 99;
		}
		if (!slash || (v.len - n <= 3 && bits <= 32)) {
			set->used_bits[bits] = true;
			set_add(set, finish(hash_ipv4(a, bits), IND_IPV4), bits == 32 ? IND_IPV4 : IND_CIDR, bits, v);
			return true;
		}
	}
	if (is_hash_length(v.len) && all_hex(v)) {
		set_add(set, finish(hash_back(v), IND_SHA256), v.len == 32 ? IND_MD5 : v.len == 40 ? IND_SHA1 : v.len == 64 ? IND_SHA256 : IND_SHA512, 0, v);
		return true;
	}
	if (memchr(v.p, ':', v.len) && !slash) {
		for (size_t i = 0; i < v.len; i++)
			if (!is_class(v.p[i], CH_HEX) && v.p[i] != ':' && v.p[i] != '.')
				return false;
		set_add(set, finish(hash_back(v), IND_IPV6), IND_IPV6, 0, v);
		return true;
	}
	if (memchr(v.p, '@', v.len) && !slash) {
		set_add(set, finish(hash_back(v), IND_EMAIL), IND_EMAIL, 0, v);
		return true;
	}
	if (slash) {
		slice bare = without_scheme(v);

		if (memchr(bare.p, '/', bare.len)) {
			set_add(set, finish(hash_back(bare), IND_URL), IND_URL, 0, v);
			return true;
		}
		v = bare;
	}
	if (!is_name(v))
		return false;
	set_add(set, finish(hash_back(v), IND_DOMAIN), IND_DOMAIN, 0, v);
	return true;
}

/* The value of a line of JSON Lines; what stands between the quotes is used in place, as our own writer never escapes it. */
static slice json_value(slice line)
{
	size_t at = slice_find(line, S("\"value\":\""), 0), end;

	if (at == SIZE_MAX || slice_find(line, S("\"role\":\"ref\""), 0) != SIZE_MAX)
		return S_NONE;
	at += 9;
	end = slice_find(line, S("\""), at);
	return end == SIZE_MAX ? S_NONE : slice_sub(line, at, end - at);
}

/* "evil[.]example" and the like, once: into the arena. The set's text must hold all values, so they are refused here. */
static bool is_defanged(slice v) { return memchr(v.p, '[', v.len) || memchr(v.p, '(', v.len) || memchr(v.p, '\\', v.len); }

static rc refang_all(struct ctx *c, slice text, slice *ret)
{
	struct folded f;

	if (!is_defanged(text) || text.p[0] == '{') {
		*ret = text;
		return OK;
	}
	TRY(fold_text(c, text, IND_KIND_TEXT, &f));
	*ret = f.text;
	return OK;
}

rc match_load(struct ctx *c, slice text, struct match_set **ret, size_t *ret_skipped)
{
	struct match_set *set;
	slice rest, line;
	size_t lines = 1, skipped = 0;

	if (text.len > UINT32_MAX)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(refang_all(c, text, &text));
	for (const char *p = text.p; p && (p = memchr(p, '\n', text.len - (size_t)(p - text.p))) != NULL; p++)
		lines++;
	TRY(set_new(c, lines, &set));
	set->text = text;
	for (rest = text; slice_next(&rest, '\n', &line);) {
		line = slice_trim(line);
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (line.p[0] == '{')
			line = json_value(line);
		if (begins(line, 0, "hxxp"))
			line = slice_sub(line, slice_find(line, S("://"), 0) == SIZE_MAX ? 0 : slice_find(line, S("://"), 0) + 3, line.len);
		skipped += !add_plain(set, line);
	}
	*ret = set;
	*ret_skipped = skipped;
	return OK;
}

size_t match_count(const struct match_set *set) { return set->n; }

struct walk {
	struct ctx *c;
	const struct match_set *set;
	slice t;
	match_fn *on_hit;
	void *to;
	size_t line, counted;   /* number of the line at `counted` */
};

static rc hit(struct walk *w, size_t start, size_t end, const struct entry *e)
{
	struct match_hit h = { .start = start, .end = end, .indicator = entry_value(w->set, e), .type = (enum ind_type)e->type };

	for (const char *p = w->t.p + w->counted; (p = memchr(p, '\n', (size_t)(w->t.p + start - p))) != NULL; p++)
		w->line++;
	w->counted = start;
	h.line = w->line;
	for (h.line_start = start; h.line_start > 0 && w->t.p[h.line_start - 1] != '\n' && start - h.line_start < 2048;)
		h.line_start--;
	for (h.line_end = end; h.line_end < w->t.len && w->t.p[h.line_end] != '\n' && h.line_end - end < 2048;)
		h.line_end++;
	return w->on_hit(w->c, w->to, &h);
}

static rc match_ipv4(struct walk *w, size_t start, size_t end)
{
	uint8_t a[4];

	if (!host_parse_ipv4(slice_sub(w->t, start, end - start), a))
		return OK;
	for (unsigned bits = 33; bits-- > 0;) {
		const struct entry *e = w->set->used_bits[bits] ? set_find(w->set, finish(hash_ipv4(a, bits), IND_IPV4)) : NULL;

		if (e && e->bits == bits)
			return hit(w, start, end, e);
	}
	return OK;
}

/* The longest known name that is the seen one or above it. */
static rc match_name(struct walk *w, size_t start, size_t end)
{
	uint64_t h = HASH_START;
	const struct entry *best = NULL;

	for (size_t i = end; i-- > start;) {
		const struct entry *e;

		h = step(h, (uint8_t)lower(w->t.p[i]));
		if (i > start && w->t.p[i - 1] != '.')
			continue;
		e = set_find(w->set, finish(h, IND_DOMAIN));
		if (e && e->type == IND_DOMAIN && same_lower(without_scheme(entry_value(w->set, e)), slice_sub(w->t, i, end - i)))
			best = e;
	}
	return best ? hit(w, start, end, best) : OK;
}

static rc match_exact(struct walk *w, size_t start, size_t end, enum ind_type tag)
{
	slice s = slice_sub(w->t, start, end - start);
	const struct entry *e = set_find(w->set, finish(hash_back(s), tag));

	if (!e)
		return OK;
	slice v = entry_value(w->set, e);

	return same_lower(tag == IND_URL ? without_scheme(v) : v, s) ? hit(w, start, end, e) : OK;
}

/* A name with a path behind it: the whole, then without its query. */
static rc match_url(struct walk *w, size_t start, size_t at)
{
	size_t end = at, query = 0;

	while (end < w->t.len && end - start < URL_MOST && is_class(w->t.p[end], CH_URL) && w->t.p[end] != '"' && w->t.p[end] != '\'') {
		if (!query && w->t.p[end] == '?')
			query = end;
		end++;
	}
	while (end > at && strchr("/.,;)]", w->t.p[end - 1]))
		end--;
	TRY(match_exact(w, start, end, IND_URL));
	return query ? match_exact(w, start, query, IND_URL) : OK;
}

static rc match_run(struct walk *w, size_t start, size_t end, bool dots, bool letters)
{
	while (end > start && (w->t.p[end - 1] == '.' || w->t.p[end - 1] == '-'))
		end--;
	if (dots && !letters)
		TRY(match_ipv4(w, start, end));
	else if (dots)
		TRY(match_name(w, start, end));
	else if (is_hash_length(end - start) && all_hex(slice_sub(w->t, start, end - start)))
		return match_exact(w, start, end, IND_SHA256);
	if (dots && end < w->t.len && (w->t.p[end] == '/' || (w->t.p[end] == ':' && end + 1 < w->t.len && is_digit(w->t.p[end + 1]))))
		TRY(match_url(w, start, end));
	if (end < w->t.len && w->t.p[end] == '@') {
		size_t e = end + 1;

		while (e < w->t.len && is_class(w->t.p[e], CH_HOST))
			e++;
		while (e > end && w->t.p[e - 1] == '.')
			e--;
		return match_exact(w, start, e, IND_EMAIL);
	}
	return OK;
}

static rc match_ipv6(struct walk *w, size_t at, size_t *ret_end)
{
	size_t a = at, e = at, colons = 0;

	while (a > 0 && at - a < 40 && is_class(w->t.p[a - 1], CH_HEX))
		a--;
	while (e < w->t.len && e - a < 46 && (is_class(w->t.p[e], CH_HEX) || w->t.p[e] == ':'))
		colons += w->t.p[e++] == ':';
	*ret_end = e;
	return colons >= 2 && e - a > 3 ? match_exact(w, a, e, IND_IPV6) : OK;
}

rc match_text(struct ctx *c, const struct match_set *set, slice text, match_fn *on_hit, void *to)
{
	struct walk w = { .c = c, .set = set, .t = text, .on_hit = on_hit, .to = to, .line = 1 };
	size_t i = 0;

	while (i < text.len) {
		size_t start = i;
		bool dots = false, letters = false;

		if (!is_class(text.p[i], CH_HOST)) {
			if (text.p[i] == ':' && i + 1 < text.len && text.p[i + 1] != '/' && (is_class(text.p[i + 1], CH_HEX) || text.p[i + 1] == ':')) {
				TRY(match_ipv6(&w, i, &start));
				i = start > i ? start : i + 1;
				continue;
			}
			i++;
			continue;
		}
		for (; i < text.len && is_class(text.p[i], CH_HOST); i++) {
			dots |= text.p[i] == '.';
			letters |= !is_digit(text.p[i]) && text.p[i] != '.';
		}
		if (i - start >= 4)
			TRY(match_run(&w, start, i, dots, letters));
	}
	return OK;
}
