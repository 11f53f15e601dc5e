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

static bool all_hex(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_class(s.p[i], CH_HEX))
			return false;
	return true;
}

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

/* The value of a line of JSON Lines; what stands between the quotes is used as it is: a value with an escape is not matched. */
static slice json_value(slice line)
{
	size_t at = slice_find(line, S("\"value\":\""), 0), end;

	if (at == SIZE_MAX || slice_find(line, S("\"role\":\"ref\""), 0) != SIZE_MAX)
		return S_NONE;
	at += 9;
	end = slice_find(line, S("\""), at);
	return end == SIZE_MAX ? S_NONE : slice_sub(line, at, end - at);
}

/* What "[.]" and its like at `at` stand for, and their length; 0 for none. */
static size_t defang_at(slice s, size_t at, const char **ret_is)
{
	static const struct { const char *written, *is; } table[] = {
		{ "[.]", "." }, { "(.)", "." }, { "{.}", "." }, { "[dot]", "." }, { "(dot)", "." }, { "{dot}", "." }, { " dot ", "." }, { "\\.", "." },
		{ "[:]", ":" }, { "[://]", "://" }, { "[/]", "/" }, { "[@]", "@" }, { "[at]", "@" }, { "(@)", "@" }, { "(at)", "@" }, { " at ", "@" },
		{ "[.", "." }, { "．", "." }, { "。", "." }, { "＠", "@" }, { "：", ":" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (begins(s, at, table[i].written)) {
			*ret_is = table[i].is;
			return strlen(table[i].written);
		}
	return 0;
}

static bool may_defang(char ch) { return !is_fast(ch, FAST_HOST) && (ch == '[' || ch == '(' || ch == '{' || ch == '\\' || ch == ' ' || is_class(ch, CH_HIGH)); }

/* The plain form; the line itself when there is nothing to take back. */
static slice refang(slice s, char room[VALUE_MOST])
{
	size_t n = 0;
	bool scheme = begins(s, 0, "hxxp") || begins(s, 0, "h**p") || begins(s, 0, "hxtp") || begins(s, 0, "htxp"), any = scheme;

	for (size_t i = 0; i < s.len && !any; i++)
		any = may_defang(s.p[i]);
	if (!any || s.len > VALUE_MOST)
		return s;
	for (size_t i = 0; i < s.len;) {
		const char *is = NULL;
		size_t len = may_defang(s.p[i]) ? defang_at(s, i, &is) : 0;

		if (!len) {
			room[n++] = s.p[i++];
			continue;
		}
		memcpy(room + n, is, strlen(is));
		n += strlen(is);
		i += len;
		/* the other half of "[.]" that was written in two */
		if (i < s.len && s.p[i] == ']' && len == 2)
			i++;
	}
	if (scheme)
		memcpy(room, "http", 4);
	return (slice){ room, n };
}

static slice without_scheme(slice url)
{
	size_t at = slice_find(url, S("://"), 0);

	url = at == SIZE_MAX || at > 12 ? url : slice_sub(url, at + 3, url.len);
	while (url.len && url.p[url.len - 1] == '/')
		url.len--;
	return url;
}

/* An IPv4 address or block. */
static bool known_ipv4(struct known *k, size_t n)
{
	uint8_t a[4];
	slice v = k->value;

	if (!host_parse_ipv4((slice){ v.p, n }, a) || v.len - n > 3)
		return false;
	k->bits = 32;
	if (n < v.len) {
		k->bits = 0;
		for (size_t i = n + 1; i < v.len; i++)
			k->bits = is_digit(v.p[i]) ? k->bits * 10 + (unsigned)(v.p[i] - '0') : 99;
	}
	k->type = k->bits == 32 ? IND_IPV4 : IND_CIDR;
	return k->bits <= 32;
}

static bool known_hash(struct known *k)
{
	switch (k->value.len) {
	case 32: k->type = IND_MD5; break;
	case 40: k->type = IND_SHA1; break;
	case 64: k->type = IND_SHA256; break;
	case 128: k->type = IND_SHA512; break;
	default: return false;
	}
	return all_hex(k->value);
}

bool known_read(slice line, struct known *ret)
{
	const char *slash;
	slice v;

	line = slice_trim(line);
	if (line.len && line.p[0] == '{')
		line = json_value(line);
	if (line.len == 0 || line.len > VALUE_MOST)
		return false;
	v = ret->value = ret->key = refang(line, ret->room);
	slash = memchr(v.p, '/', v.len);
	if (known_ipv4(ret, slash ? (size_t)(slash - v.p) : v.len) || known_hash(ret))
		return true;
	if (!slash && memchr(v.p, '@', v.len)) {
		ret->type = IND_EMAIL;
		return true;
	}
	if (!slash && memchr(v.p, ':', v.len)) {
		ret->type = IND_IPV6;
		for (size_t i = 0; i < v.len; i++)
			if (!is_class(v.p[i], CH_HEX) && v.p[i] != ':' && v.p[i] != '.')
				return false;
		return true;
	}
	if (slash) {
		ret->key = without_scheme(v);
		ret->type = IND_URL;
		if (memchr(ret->key.p, '/', ret->key.len))
			return true;
	}
	ret->type = IND_DOMAIN;
	return is_name(ret->key);
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

static void length_add(struct match_set *set, unsigned bits)
{
	size_t i = 0;

	while (i < set->n_lengths && set->lengths[i] > bits)
		i++;
	if (i < set->n_lengths && set->lengths[i] == bits)
		return;
	memmove(set->lengths + i + 1, set->lengths + i, set->n_lengths++ - i);
	set->lengths[i] = (uint8_t)bits;
}

static void known_add(struct match_set *set, const struct known *k, size_t at)
{
	uint8_t a[4];

	switch ((int)k->type) {
	case IND_IPV4: case IND_CIDR: {
		const char *slash = memchr(k->value.p, '/', k->value.len);

		length_add(set, k->bits);
		if (host_parse_ipv4((slice){ k->value.p, slash ? (size_t)(slash - k->value.p) : k->value.len }, a))
			set_add(set, hash_end(hash_ipv4(a, k->bits), IND_IPV4), at);
		return;
	}
	case IND_URL: {
		const char *end = memchr(k->key.p, '/', k->key.len);
		slice host = { k->key.p, (size_t)(end - k->key.p) };
		const char *port = memchr(host.p, ':', host.len);

		host.len = port ? (size_t)(port - host.p) : host.len;
		set->has_urls = true;
		top_add(set, host);
		filter_add(set, hash_end(hash_back(host), KIND_URL_HOST));
		set_add(set, hash_end(hash_back(k->key), IND_URL), at);
		return;
	}
	case IND_DOMAIN: top_add(set, k->key); break;
	case IND_EMAIL: set->has_mails = true; break;
	case IND_IPV6: set->has_ipv6 = true; break;
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

size_t match_count(const struct match_set *set) { return set->n; }
