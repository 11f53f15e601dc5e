#include "engine/select/match_set.h"

#include "engine/select/chars.h"
#include "engine/select/scan.h"

#include "base/banned.h"

#define WINDOW ((size_t)1 << 20)   /* how often the reader of the list is told */

uint64_t hash_back(slice s)
{
	uint64_t h = HASH_START;

	for (size_t i = s.len; i-- > 0;)
		h = hash_step(h, (uint8_t)lower(s.p[i]));
	return h;
}

uint64_t hash_ipv4(const uint8_t a[4], unsigned bits)
{
	uint32_t v = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	uint64_t m = bits ? v & ~(uint32_t)0 << (32 - bits) : 0;

	return (HASH_START ^ (m << 8 | bits)) * UINT64_C(0x100000001b3);
}

uint64_t hash_ipv6(const uint8_t a[16], unsigned bits)
{
	uint64_t h = hash_step(HASH_START, (uint8_t)bits);

	for (unsigned i = 0; i * 8 < bits; i++) {
		unsigned rest = bits - i * 8, part = a[i];

		h = hash_step(h, (uint8_t)(rest < 8 ? part & 0xff00u >> rest : part));
	}
	return h;
}

slice known_line(const struct match_set *set, const struct entry *e)
{
	const char *from = set->text.p + e->at, *nl = memchr(from, '\n', set->text.len - e->at);

	return (slice){ from, nl ? (size_t)(nl - from) : set->text.len - e->at };
}

static rc set_new(struct ctx *c, size_t most, struct match_set **ret)
{
	struct match_set *set;
	size_t cap = 1024, filter = 1024;

	while (cap < most * 3 / 2)
		cap *= 2;
	while (filter * 64 < most * 12)
		filter *= 2;
	TRY_NEW(c, set);
	TRY_ARRAY(c, set->slots, cap);
	TRY_ARRAY(c, set->filter, filter);
	TRY_ARRAY(c, set->hosts, URL_HOST_BITS / 64);
	set->mask = cap - 1;
	set->filter_mask = filter * 64 - 1;
	*ret = set;
	return OK;
}

static void filter_add(struct match_set *set, uint64_t h)
{
	uint64_t bit = h >> 20 & set->filter_mask;

	set->filter[bit / 64] |= filter_bits(h, bit);
}

static void set_add(struct match_set *set, uint64_t h, size_t at)
{
	uint64_t k = h & set->mask;

	if (set->n * 10 > set->mask * 9)
		return;   /* cannot be: the table was made for all lines */
	while (set->slots[k].print)
		k = (k + 1) & set->mask;
	set->slots[k] = (struct entry){ (uint32_t)(h >> 32) | 1, (uint32_t)at };
	filter_add(set, h);
	set->n++;
}

static void top_add(struct match_set *set, slice host)
{
	const char *dot = memrchr(host.p, '.', host.len);
	size_t from = dot ? (size_t)(dot + 1 - host.p) : 0;
	uint64_t bit = hash_end(hash_back(slice_sub(host, from, host.len)), IND_DOMAIN) >> 40 & 4095;

	set->tops[bit / 64] |= (uint64_t)1 << bit % 64;
}

static void length_add(struct match_lengths *l, unsigned bits)
{
	size_t i = 0;

	while (i < l->n && l->bits[i] > bits)
		i++;
	if (i < l->n && l->bits[i] == bits)
		return;
	memmove(l->bits + i + 1, l->bits + i, l->n++ - i);
	l->bits[i] = (uint8_t)bits;
}

static void link_add(struct match_set *set, slice link, size_t at)
{
	const char *end = memchr(link.p, '/', link.len);
	slice host = { link.p, (size_t)(end - link.p) };
	const char *port = memchr(host.p, ':', host.len);
	uint8_t a[4];
	uint64_t h;

	host.len = port ? (size_t)(port - host.p) : host.len;
	h = hash_end(host_parse_ipv4(host, a) ? hash_ipv4(a, 32) : hash_back(host), KIND_URL_HOST);
	set->has_urls = true;
	top_add(set, host);
	set->hosts[(h >> 44) / 64] |= (uint64_t)1 << (h >> 44) % 64;
	filter_add(set, h);
	set_add(set, hash_end(hash_back(link), IND_URL), at);
}

static void known_add(struct match_set *set, const struct known *k, size_t at)
{
	set->types[k->type]++;
	switch (k->family) {
	case 4:
		length_add(&set->ipv4, k->bits);
		set_add(set, hash_end(hash_ipv4(k->address, k->bits), IND_IPV4), at);
		return;
	case 6:
		length_add(&set->ipv6, k->bits);
		set_add(set, hash_end(hash_ipv6(k->address, k->bits), IND_IPV6), at);
		return;
	default: break;
	}
	switch ((int)k->type) {
	case IND_URL: link_add(set, k->key, at); return;
	case IND_DOMAIN: top_add(set, k->key); break;
	case IND_EMAIL: set->has_mails = true; break;
	case IND_JA4: set->has_ja4 = true; break;
	default: set_add(set, hash_end(hash_back(k->key), IND_SHA256), at); return;
	}
	set_add(set, hash_end(hash_back(k->key), k->type), at);
}

/* Lines, and lets go of what was read. */
static size_t count_lines(slice text, match_passed_fn *passed, void *to)
{
	size_t lines = 1;

	for (size_t at = 0; at < text.len; at += WINDOW) {
		slice window = slice_sub(text, at, WINDOW);

		for (const char *p = window.p; (p = memchr(p, '\n', (size_t)(window.p + window.len - p))) != NULL; p++)
			lines++;
		if (passed)
			passed(to, at + window.len);
	}
	return lines;
}

rc match_load(struct ctx *c, slice text, match_passed_fn *passed, void *to, struct match_set **ret, size_t *ret_skipped)
{
	__attribute__((uninitialized)) struct known k;
	struct match_set *set;
	slice rest = text, line;
	size_t skipped = 0, told = 0;

	if (text.len > UINT32_MAX)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(set_new(c, count_lines(text, passed, to), &set));
	set->text = text;
	while (slice_next(&rest, '\n', &line)) {
		size_t at = (size_t)(line.p - text.p);

		if (passed && at - told >= WINDOW) {
			passed(to, at);
			told = at;
		}
		if (slice_trim(line).len == 0 || line.p[0] == '#')
			continue;
		if (known_read(line, &k))
			known_add(set, &k, at);
		else
			skipped++;
	}
	if (passed)
		passed(to, text.len);
	*ret = set;
	*ret_skipped = skipped;
	return OK;
}

bool match_is_known(slice line)
{
	__attribute__((uninitialized)) struct known k;

	return known_read(line, &k);
}

const uint64_t *match_types(const struct match_set *set) { return set->types; }

size_t match_count(const struct match_set *set) { return set->n; }
