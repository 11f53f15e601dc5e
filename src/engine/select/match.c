#include "engine/select/match.h"

#include <arpa/inet.h>

#include "engine/select/chars.h"
#include "engine/select/match_link.h"
#include "engine/select/match_mask.h"
#include "engine/select/match_set.h"
#include "engine/select/scan.h"

#include "base/banned.h"

#define NAME_MOST 512u   /* how far a name is followed to each side */
#define BLOCK 64u
#define WAITING 16u      /* a power of two */

/* An address whose place in the filter is on its way from memory. */
struct waiting { size_t start, end; uint8_t a[4]; };

struct walk {
	struct ctx *c;
	const struct match_set *set;
	slice t;
	match_fn *on_hit;
	void *to;
	size_t done;            /* every name or number before was looked at */
	size_t colons;          /* likewise what may be an IPv6 address */
	size_t line, counted;   /* number of the line at `counted` */
	size_t told;            /* hits */
	struct known *known;    /* the value of the last promise */
	struct waiting waiting[WAITING];
	size_t asked, answered; /* of the addresses, all in their order */
	size_t at;              /* the block that is read, and its masks */
	struct match_masks m;
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

/* The next value of the list under this fingerprint is in w->known; `*k` goes along the table. */
static bool promised(struct walk *w, uint32_t print, uint64_t *k)
{
	const struct match_set *set = w->set;

	while (set->slots[*k].print) {
		const struct entry *e = &set->slots[*k];

		*k = (*k + 1) & set->mask;
		if (e->print == print && known_read(known_line(set, e), w->known))
			return true;
	}
	return false;
}

/* Does the set hold `s` under this fingerprint? Then it is in w->known. */
static bool holds(struct walk *w, uint64_t h, slice s)
{
	uint64_t k = h & w->set->mask;

	if (!set_may_hold(w->set, h))
		return false;
	while (promised(w, (uint32_t)(h >> 32) | 1, &k))
		if (w->known->family == 0 && same_lower(w->known->key, s))
			return true;
	return false;
}

/* The same for the block of `bits` around an address. */
static bool holds_block(struct walk *w, uint64_t h, unsigned family, unsigned bits, const uint8_t *a)
{
	uint64_t k = h & w->set->mask;

	if (!set_may_hold(w->set, h))
		return false;
	while (promised(w, (uint32_t)(h >> 32) | 1, &k)) {
		const struct known *known = w->known;
		unsigned rest = bits % 8;

		if (known->family == family && known->bits == bits && memcmp(known->address, a, bits / 8) == 0 &&
				(rest == 0 || (known->address[bits / 8] ^ a[bits / 8]) >> (8 - rest) == 0))
			return true;
	}
	return false;
}

static rc tell(struct walk *w, size_t start, size_t end)
{
	struct match_hit h = { .start = start, .end = end, .indicator = w->known->value, .type = w->known->type };

	/* The name within a mail address was told before all of it. */
	for (const char *p = w->t.p + w->counted; start > w->counted && (p = memchr(p, '\n', (size_t)(w->t.p + start - p))) != NULL; p++)
		w->line++;
	w->counted = start > w->counted ? start : w->counted;
	h.line = w->line;
	for (h.line_start = start; h.line_start > 0 && w->t.p[h.line_start - 1] != '\n' && start - h.line_start < 2048;)
		h.line_start--;
	for (h.line_end = end; h.line_end < w->t.len && w->t.p[h.line_end] != '\n' && h.line_end - end < 2048;)
		h.line_end++;
	w->told++;
	return w->on_hit(w->c, w->to, &h);
}

static rc answer(struct walk *w)
{
	const struct waiting *a = &w->waiting[w->answered++ % WAITING];

	for (size_t i = 0; i < w->set->ipv4.n; i++) {
		unsigned bits = w->set->ipv4.bits[i];

		if (holds_block(w, hash_end(hash_ipv4(a->a, bits), IND_IPV4), 4, bits, a->a))
			return tell(w, a->start, a->end);
	}
	return OK;
}

/* Addresses that still wait stand before what is told next. */
static rc answer_all(struct walk *w)
{
	while (w->answered < w->asked)
		TRY(answer(w));
	return OK;
}

/* tcpdump, and pf with it, write the port behind one more dot: where the host ends. */
static size_t without_dotted_port(const struct walk *w, size_t start, size_t end)
{
	size_t last = end;

	while (last > start && is_digit(w->t.p[last - 1]))
		last--;
	return last == end || last == start || w->t.p[last - 1] != '.' || end - last > 5 ? end : last - 1;
}

/* Nearly every line of a log has another address: it is asked for, and looked at when some more were read. *ret_h: its fingerprint. */
static rc match_ipv4(struct walk *w, size_t start, size_t end, uint64_t *ret_h)
{
	struct waiting *a = &w->waiting[w->asked % WAITING];

	if (end - start < 7 || end - start > 21 || (!w->set->ipv4.n && !w->set->has_urls))
		return OK;
	if (w->asked - w->answered == WAITING)
		TRY(answer(w));
	if (!host_parse_ipv4(seen(w, start, end), a->a)) {
		end = without_dotted_port(w, start, end);
		if (!host_parse_ipv4(seen(w, start, end), a->a))
			return OK;
	}
	a->start = start;
	a->end = end;
	w->asked++;
	*ret_h = hash_ipv4(a->a, 32);
	for (size_t i = 0; i < w->set->ipv4.n; i++)
		set_prefetch(w->set, hash_end(hash_ipv4(a->a, w->set->ipv4.bits[i]), IND_IPV4));
	return OK;
}

/* The text at [start, end) was met: as `what`, which may be known under fingerprint h. */
static rc match_hash(struct walk *w, uint64_t h, size_t start, size_t end, slice what)
{
	if (!holds(w, h, what))
		return OK;
	if (w->answered < w->asked) {
		TRY(answer_all(w));
		(void)holds(w, h, what);   /* w->known was of an address by now */
	}
	return tell(w, start, end);
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
		if (holds(w, hash_end(h, IND_DOMAIN), seen(w, i, end)))
			best = i;
	}
	*ret_host = true;
	*ret_h = h;
	return best == end ? OK : match_hash(w, hash_end(hash_back(seen(w, best, end)), IND_DOMAIN), start, end, seen(w, best, end));
}

static rc match_exact(struct walk *w, size_t start, size_t end, enum ind_type tag)
{
	return match_hash(w, hash_end(hash_back(seen(w, start, end)), tag), start, end, seen(w, start, end));
}

/* The links that the host at [start, end) and what follows it in the line may be. */
static rc match_links(struct walk *w, size_t start, size_t end)
{
	char room[LINK_MOST];
	struct link_try try = { .from = start, .host = seen(w, start, end), .at = end };
	size_t before = w->told;
	slice link;

	while (w->told == before && link_next(w->t, &try, room, &link))
		TRY(match_hash(w, hash_end(hash_back(link), IND_URL), start, try.end, link));
	return OK;
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

/* Bits [from, to) of 64. */
static inline uint64_t between(unsigned from, unsigned to) { return (to < 64 ? ((uint64_t)1 << to) - 1 : ~(uint64_t)0) & ~(uint64_t)0 << from; }

static bool is_letter(char ch) { return !is_digit(ch) && ch != '.'; }

/* The word around the dot at `at`, of the masks as far as they reach. Has it letters? */
static bool word_around(const struct walk *w, size_t at, size_t *ret_start, size_t *ret_end)
{
	unsigned bit = (unsigned)(at - w->at), from = 0, to = BLOCK, done = w->done > w->at ? (unsigned)(w->done - w->at) : 0;
	uint64_t below = ~w->m.host & between(0, bit), above = ~w->m.host & ~between(0, bit);
	bool letters;
	size_t start, end;

	if (below)
		from = BLOCK - (unsigned)__builtin_clzll(below);
	if (above)
		to = (unsigned)__builtin_ctzll(above);
	from = from > done ? from : done;
	letters = (w->m.host & ~w->m.digits & ~w->m.dots & between(from, to)) != 0;
	start = w->at + from;
	end = w->at + to;
	while (from == 0 && start > w->done && at - start < NAME_MOST && is_class(w->t.p[start - 1], CH_HOST))
		letters |= is_letter(w->t.p[--start]);
	while (to == BLOCK && end < w->t.len && end - at < NAME_MOST && is_class(w->t.p[end], CH_HOST))
		letters |= is_letter(w->t.p[end++]);
	*ret_start = start;
	*ret_end = end;
	return letters;
}

/* The word around the dot at `at`: an address, or a name with what follows it. */
static rc match_dot(struct walk *w, size_t at)
{
	size_t start, end;
	bool letters = word_around(w, at, &start, &end), host = true;
	uint64_t h = 0;

	w->done = end;
	while (end > start && (w->t.p[end - 1] == '.' || w->t.p[end - 1] == '-'))
		end--;
	while (start < end && (w->t.p[start] == '.' || w->t.p[start] == '-'))
		start++;
	if (letters && is_digit(w->t.p[end - 1]))
		end = without_dotted_port(w, start, end);
	if (letters)
		TRY(match_name(w, start, end, &host, &h));
	else
		TRY(match_ipv4(w, start, end, &h));
	if (!w->set->has_urls || !host || end >= w->t.len || !set_may_link(w->set, hash_end(h, KIND_URL_HOST)))
		return OK;
	TRY(answer_all(w));
	return match_links(w, start, end);
}

/* However it is written: iptables has all digits, others as few as can be. */
static rc match_ipv6(struct walk *w, size_t at)
{
	char z[INET6_ADDRSTRLEN];
	uint8_t a[16];
	size_t start = at, end = at, colons = 0;
	bool pair = false;

	while (start > w->colons && at - start < 4 && is_class(w->t.p[start - 1], CH_HEX))
		start--;
	if (start > w->colons && is_class(w->t.p[start - 1], CH_HOST))
		start = at + 1;   /* "dst:2001:db8::1" */
	for (end = start; end < w->t.len && end - start < sizeof z - 1 && (is_class(w->t.p[end], CH_HEX) || w->t.p[end] == ':'); end++) {
		colons += w->t.p[end] == ':';
		pair |= w->t.p[end] == ':' && end > start && w->t.p[end - 1] == ':';
	}
	w->colons = end;
	while (end > start + 1 && w->t.p[end - 1] == ':' && w->t.p[end - 2] != ':')
		end--, colons--;
	if (end - start < 3 || (!pair && colons != 7))
		return OK;   /* a time, mostly */
	memcpy(z, w->t.p + start, end - start);
	z[end - start] = '\0';
	if (inet_pton(AF_INET6, z, a) != 1)
		return OK;
	for (size_t i = 0; i < w->set->ipv6.n; i++) {
		unsigned bits = w->set->ipv6.bits[i];
		uint64_t h = hash_end(hash_ipv6(a, bits), IND_IPV6);

		if (!holds_block(w, h, 6, bits, a))
			continue;
		TRY(answer_all(w));
		return holds_block(w, h, 6, bits, a) ? tell(w, start, end) : OK;
	}
	return OK;
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

/* In the block at w->at: "_" within its reach on both sides. */
static rc match_ja4s(struct walk *w)
{
	size_t to = w->at + BLOCK < w->t.len ? w->at + BLOCK : w->t.len;

	for (size_t i = w->at; i < to; i++) {
		if (w->t.p[i] != '_' || i < 10 || i - 10 + JA4_LEN > w->t.len || !is_ja4(seen(w, i - 10, i - 10 + JA4_LEN)))
			continue;
		if ((i > 10 && is_class(w->t.p[i - 11], CH_HOST)) || (i - 10 + JA4_LEN < w->t.len && is_class(w->t.p[i - 10 + JA4_LEN], CH_HOST)))
			continue;
		TRY(match_exact(w, i - 10, i - 10 + JA4_LEN, IND_JA4));
	}
	return OK;
}

static rc match_at(struct walk *w, size_t i)
{
	uint64_t bit = (uint64_t)1 << (i - w->at);

	if (w->m.points & bit)
		return i >= w->done ? match_dot(w, i) : OK;
	if (w->m.runs & bit)
		return match_run(w, i);
	if (w->t.p[i] == '@')
		return w->set->has_mails ? match_mail(w, i) : OK;
	return w->set->ipv6.n && i >= w->colons ? match_ipv6(w, i) : OK;
}

/* The masks of 64 bytes near the edges of the text, of a padded copy. */
static __attribute__((noinline)) void look_at_edge(struct walk *w, match_mask_fn *look)
{
	char edge[1 + 2 * BLOCK];
	size_t n = w->t.len - w->at;

	memset(edge, '\n', sizeof edge);
	edge[0] = w->at ? w->t.p[w->at - 1] : '\n';
	memcpy(edge + 1, w->t.p + w->at, n < 2 * BLOCK ? n : 2 * BLOCK);
	look(edge + 1, &w->m);
}

rc match_text(struct ctx *c, const struct match_set *set, slice text, match_fn *on_hit, void *to)
{
	__attribute__((uninitialized)) struct known known;
	struct walk w = { .c = c, .set = set, .t = text, .on_hit = on_hit, .to = to, .line = 1, .known = &known };
	match_mask_fn *look = match_mask_best();

	for (; w.at < text.len; w.at += BLOCK) {
		if (set->has_ja4)
			TRY(match_ja4s(&w));
		if (w.at && w.at + 2 * BLOCK <= text.len)
			look(text.p + w.at, &w.m);
		else
			look_at_edge(&w, look);
		for (uint64_t all = w.m.points | w.m.others | w.m.runs; all; all &= all - 1)
			TRY(match_at(&w, w.at + (size_t)__builtin_ctzll(all)));
	}
	return answer_all(&w);
}
