#include "engine/select/match.h"

#include "engine/select/anchor.h"
#include "engine/select/chars.h"
#include "engine/select/match_set.h"
#include "engine/select/scan.h"

#include "base/banned.h"

#define NAME_MOST 512u   /* how far a name is followed to each side */

struct walk {
	struct ctx *c;
	const struct match_set *set;
	slice t;
	match_fn *on_hit;
	void *to;
	size_t done;            /* everything before was looked at */
	size_t line, counted;   /* number of the line at `counted` */
	struct known *known;    /* the value of the last promise */
};

static bool same_lower(slice a, slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static slice seen(const struct walk *w, size_t start, size_t end) { return (slice){ w->t.p + start, end - start }; }

/* Does the set hold `s` (or the block of `bits` around it) under this fingerprint? Then it is in w->known. */
static bool holds(struct walk *w, uint64_t h, slice s, int bits)
{
	const struct match_set *set = w->set;
	uint32_t print = (uint32_t)(h >> 32) | 1;

	if (!set_may_hold(set, h))
		return false;
	for (uint64_t k = h & set->mask; set->slots[k].print; k = (k + 1) & set->mask) {
		if (set->slots[k].print != print || !known_read(known_line(set, &set->slots[k]), w->known))
			continue;
		if (bits < 0 ? same_lower(w->known->key, s) : (w->known->type == IND_IPV4 || w->known->type == IND_CIDR) && (int)w->known->bits == bits)
			return true;
	}
	return false;
}

static rc hit(struct walk *w, size_t start, size_t end)
{
	struct match_hit h = { .start = start, .end = end, .indicator = w->known->value, .type = w->known->type };

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

	if (end - start < 7 || end - start > 15 || !host_parse_ipv4(seen(w, start, end), a))
		return OK;
	for (int bits = 32; bits >= 0; bits--)
		if (w->set->used_bits[bits] && holds(w, hash_end(hash_ipv4(a, (unsigned)bits), IND_IPV4), S_NONE, bits))
			return hit(w, start, end);
	return OK;
}

/* The longest known name that is the seen one or above it. *ret_h is the fingerprint of the whole. */
static rc match_name(struct walk *w, size_t start, size_t end, bool *ret_host, uint64_t *ret_h)
{
	uint64_t h = HASH_START;
	size_t best = end;
	bool top = true;

	*ret_host = false;
	for (size_t i = end; i-- > start;) {
		h = hash_step(h, (uint8_t)lower(w->t.p[i]));
		if (i > start && w->t.p[i - 1] != '.')
			continue;
		if (top && !top_is_used(w->set, hash_end(h, IND_DOMAIN)))
			return OK;
		top = false;
		if (holds(w, hash_end(h, IND_DOMAIN), seen(w, i, end), -1))
			best = i;
	}
	*ret_host = true;
	*ret_h = h;
	if (best == end || !holds(w, hash_end(hash_back(seen(w, best, end)), IND_DOMAIN), seen(w, best, end), -1))
		return OK;
	return hit(w, start, end);
}

static rc match_exact(struct walk *w, size_t start, size_t end, enum ind_type tag)
{
	return holds(w, hash_end(hash_back(seen(w, start, end)), tag), seen(w, start, end), -1) ? hit(w, start, end) : OK;
}

/* A name with a path behind it: the whole, then without its query. */
static rc match_url(struct walk *w, size_t start, size_t at)
{
	size_t end = at, query = 0, n = w->counted;

	while (end < w->t.len && end - start < URL_MOST && is_class(w->t.p[end], CH_URL) && w->t.p[end] != '\'') {
		if (!query && w->t.p[end] == '?')
			query = end;
		end++;
	}
	while (end > at && strchr("/.,;)]", w->t.p[end - 1]))
		end--;
	TRY(match_exact(w, start, end, IND_URL));
	return query && w->counted == n ? match_exact(w, start, query, IND_URL) : OK;
}

static rc match_mail(struct walk *w, size_t at)
{
	size_t a = at, e = at + 1;

	while (a > 0 && at - a < 64 && is_class(w->t.p[a - 1], CH_LOCAL))
		a--;
	while (e < w->t.len && e - at < NAME_MOST && is_class(w->t.p[e], CH_HOST))
		e++;
	while (e > at && w->t.p[e - 1] == '.')
		e--;
	return match_exact(w, a, e, IND_EMAIL);
}

/* The word around the dot at `at`: an address, or a name with what follows it. */
static rc match_dot(struct walk *w, size_t at)
{
	size_t start = at, end = at;
	bool letters = false, host = true;
	uint64_t h = 0;

	while (start > w->done && at - start < NAME_MOST && is_class(w->t.p[start - 1], CH_HOST))
		letters |= !is_digit(w->t.p[--start]) && w->t.p[start] != '.';
	while (end < w->t.len && end - at < NAME_MOST && is_class(w->t.p[end], CH_HOST)) {
		letters |= !is_digit(w->t.p[end]) && w->t.p[end] != '.';
		end++;
	}
	w->done = end;
	while (end > start && (w->t.p[end - 1] == '.' || w->t.p[end - 1] == '-'))
		end--;
	while (start < end && (w->t.p[start] == '.' || w->t.p[start] == '-'))
		start++;
	if (letters)
		TRY(match_name(w, start, end, &host, &h));
	else
		TRY(match_ipv4(w, start, end));
	if (!w->set->has_urls || !host || end >= w->t.len || (w->t.p[end] != '/' && w->t.p[end] != ':'))
		return OK;
	if (!set_may_hold(w->set, hash_end(letters ? h : hash_back(seen(w, start, end)), KIND_URL_HOST)))
		return OK;
	return match_url(w, start, end);
}

static rc match_ipv6(struct walk *w, size_t at)
{
	size_t a = at, e = at, colons = 0;

	while (a > w->done && at - a < 40 && is_class(w->t.p[a - 1], CH_HEX))
		a--;
	while (e < w->t.len && e - a < 46 && (is_class(w->t.p[e], CH_HEX) || w->t.p[e] == ':'))
		colons += w->t.p[e++] == ':';
	w->done = e;
	return colons >= 2 && e - a > 3 ? match_exact(w, a, e, IND_IPV6) : OK;
}

/* Sixteen letters and digits or more: a hash? */
static rc match_run(struct walk *w, size_t start)
{
	size_t end = start;

	while (end < w->t.len && is_class(w->t.p[end], CH_HEX))
		end++;
	if (end < w->t.len && is_class(w->t.p[end], CH_HOST) && w->t.p[end] != '.' && w->t.p[end] != '-')
		return OK;
	switch (end - start) {
	case 32: case 40: case 64: case 128: return match_exact(w, start, end, IND_SHA256);
	default: return OK;
	}
}

static rc match_at(struct walk *w, size_t i, bool run)
{
	switch (w->t.p[i]) {
	case '.': return i >= w->done ? match_dot(w, i) : OK;
	case '@': return w->set->has_mails ? match_mail(w, i) : OK;
	case ':': return w->set->has_ipv6 && i >= w->done && i + 1 < w->t.len && w->t.p[i + 1] != '/' ? match_ipv6(w, i) : OK;
	default: return run ? match_run(w, i) : OK;
	}
}

/* The places of 64 bytes that are worth a look; near the edges of the text of a padded copy. */
static void look_at(const struct walk *w, anchor_fn *look, size_t at, struct anchor_masks *m)
{
	char edge[1 + 2 * ANCHOR_BLOCK];
	size_t n = w->t.len - at;

	if (at && n >= 2 * ANCHOR_BLOCK) {
		look(w->t.p + at, m);
		return;
	}
	memset(edge, '\n', sizeof edge);
	edge[0] = at ? w->t.p[at - 1] : '\n';
	memcpy(edge + 1, w->t.p + at, n < 2 * ANCHOR_BLOCK ? n : 2 * ANCHOR_BLOCK);
	look(edge + 1, m);
}

rc match_text(struct ctx *c, const struct match_set *set, slice text, match_fn *on_hit, void *to)
{
	__attribute__((uninitialized)) struct known known;
	struct walk w = { .c = c, .set = set, .t = text, .on_hit = on_hit, .to = to, .line = 1, .known = &known };
	anchor_fn *look = anchor_best();

	for (size_t at = 0; at < text.len; at += ANCHOR_BLOCK) {
		struct anchor_masks m;

		look_at(&w, look, at, &m);
		for (uint64_t all = m.points | m.runs; all; all &= all - 1) {
			size_t i = at + (size_t)__builtin_ctzll(all);

			if (i >= text.len)
				break;
			TRY(match_at(&w, i, (m.runs & (all & -all)) != 0));
		}
	}
	return OK;
}
