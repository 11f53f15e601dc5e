#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "engine/select/common.h"
#include "engine/select/lists.h"
#include "engine/select/scan.h"
#include "engine/select/suffix.h"

#include "base/banned.h"

/* Private, shared, loopback, link-local, documentation, multicast and the rest: RFC 6890, RFC 5737, RFC 3849. */
static const char *reserved_ipv4(const uint8_t a[4])
{
	if (a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0) == 16) || (a[0] == 192 && a[1] == 168))
		return "private";
	if (a[0] == 0 || a[0] == 127 || (a[0] == 169 && a[1] == 254) || (a[0] == 100 && (a[1] & 0xc0) == 64) || a[0] >= 224)
		return "reserved";
	if ((a[0] == 192 && a[1] == 0 && (a[2] == 2 || a[2] == 0)) || (a[0] == 198 && a[1] == 51 && a[2] == 100) ||
			(a[0] == 203 && a[1] == 0 && a[2] == 113) || (a[0] == 198 && (a[1] & 0xfe) == 18))
		return "documentation";
	return NULL;
}

const char *address_reason(const uint8_t a[4])
{
	uint32_t v = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	bool may = common_resolver_firsts[a[0] >> 6] >> (a[0] & 63) & 1, found = false;

	for (const uint32_t *r = common_resolvers; may && *r; r++)
		found |= *r == v;
	return found ? "resolver" : reserved_ipv4(a);
}

static const char *written_reason(slice value)
{
	const char *slash = memchr(value.p, '/', value.len);
	uint8_t a[4];

	if (slash)
		value.len = (size_t)(slash - value.p);
	if (!host_parse_ipv4(value, a))
		return NULL;
	if (in_list(&list_resolvers, value))
		return "resolver";
	return reserved_ipv4(a);
}

/* The same, asked of what was seen before first. */
static const char *address_again(const struct scan *s, slice value)
{
	struct address_seen *seen;
	uint32_t a, b;

	if (!s->addresses || value.len < 7 || value.len > 15)
		return written_reason(value);
	memcpy(&a, value.p, 4);
	memcpy(&b, value.p + value.len - 4, 4);
	seen = &s->addresses[((a * 2654435761u) ^ (b * 0x9E3779B1u)) >> 26];
	if (seen->len != value.len || memcmp(seen->text, value.p, value.len) != 0) {
		memcpy(seen->text, value.p, value.len);
		seen->len = (uint8_t)value.len;
		seen->reason = written_reason(value);
	}
	return seen->reason;
}

static const char *ipv6_reason(slice v)
{
	if (begins(v, 0, "fe80:") || begins(v, 0, "fc") || begins(v, 0, "fd"))
		return "private";
	if (begins(v, 0, "ff") || slice_is(v, "::1"))
		return "reserved";
	if (begins(v, 0, "2001:db8:"))
		return "documentation";
	if (begins(v, 0, "2001:4860:4860:") || begins(v, 0, "2606:4700:4700:"))
		return "resolver";
	return NULL;
}

slice url_host(slice url)
{
	size_t scheme = 0, at, end;

	while (scheme + 3 <= url.len && !(url.p[scheme] == ':' && url.p[scheme + 1] == '/' && url.p[scheme + 2] == '/'))
		scheme++;
	at = scheme + 3 <= url.len ? scheme + 3 : 0;
	for (end = at; end < url.len && url.p[end] != '/' && url.p[end] != '?' && url.p[end] != '#' && url.p[end] != '\0'; end++)
		if (url.p[end] == '@')
			at = end + 1;
	if (at < end && url.p[at] != '[') {
		const char *colon = memchr(url.p + at, ':', end - at);

		if (colon)
			end = (size_t)(colon - url.p);
	}
	return (slice){ url.p + at, end - at };
}

/* May a word of the list begin with these four bytes? telling() of tools/gen_common.py. */
static inline bool may_tell(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	v = (le32toh(v) | 0x20202020u) * 0x9E3779B1u >> 22;
	return common_tellings[v >> 6] >> (v & 63) & 1;
}

static bool says_at(slice line, size_t at)
{
	for (const char *const *w = list_reference_words.words; *w; w++)
		if (lower(line.p[at]) == **w && begins(line, at, *w))
			return true;
	return false;
}

#define WORDS_STEP 16u

/* Of so many bytes: the letters, and the first bytes of the kanji with which a word of the list begins (tools/gen_common.py holds to it). */
struct initials { uint32_t letters, kanji; };

#if defined(__SSE2__)
static inline uint32_t within(__m128i v, char from, char span)
{
	__m128i d = _mm_sub_epi8(v, _mm_set1_epi8(from));

	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(span)), d));
}

static inline struct initials initials_read(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (struct initials){ within(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 25), within(v, (char)0xe5, 3) };
}
#else
static inline struct initials initials_read(const char *p)
{
	struct initials m = { 0 };

	for (unsigned i = 0; i < WORDS_STEP; i++) {
		m.letters |= (uint32_t)is_alpha(p[i]) << i;
		m.kanji |= (uint32_t)((uint8_t)p[i] >= 0xe5 && (uint8_t)p[i] <= 0xe8) << i;
	}
	return m;
}
#endif

/* A word of the list at the beginning of a word of the line, which is a part of the text: behind that are line ends. */
static bool line_says(slice line)
{
	uint32_t before = 0;

	for (size_t at = 0; at + 4 <= line.len; at += WORDS_STEP) {
		struct initials m = initials_read(line.p + at);
		uint32_t starts = (m.letters & ~(m.letters << 1 | before)) | m.kanji;

		before = m.letters >> (WORDS_STEP - 1);
		if (line.len - 3 - at < WORDS_STEP)
			starts &= ~(~(uint32_t)0 << (line.len - 3 - at));
		for (; starts; starts &= starts - 1) {
			size_t i = at + (size_t)__builtin_ctz(starts);

			if (may_tell(line.p + i) && says_at(line, i))
				return true;
		}
	}
	return false;
}

/* Is the last letter of the line that ends at `end` that of " at" or " from"? */
static bool may_lead_on(const struct scan *s, size_t end)
{
	while (end && (s->t.p[end - 1] == ' ' || s->t.p[end - 1] == '\t' || s->t.p[end - 1] == '\r'))
		end--;
	return end && (s->t.p[end - 1] == 't' || s->t.p[end - 1] == 'm');
}

/* Do letters stand in [start, end)? Told from the masks, when they have it. */
static inline bool has_letters(const struct scan *s, size_t start, size_t end)
{
	return start < end && !(s->bits && bits_none(s->bits, ANCHOR_WORDY, start, end));
}

/* The line around the value, which begins at `a`, and the one before when the value stands alone. `led`: there are words before the value. */
static bool says_around(const struct scan *s, size_t a, bool led, size_t start, size_t end)
{
	size_t e = scan_line_end(s, end);

	if ((led && line_says((slice){ s->t.p + a, start - a })) || (has_letters(s, end, e) && line_says((slice){ s->t.p + end, e - end })))
		return true;
	/* "… is available on WeLiveSecurity at" and the link on a line of its own */
	if (start == a && a > 1 && may_lead_on(s, a - 1)) {
		slice before = scan_line(s, a - 2);

		return (slice_ends(slice_trim(before), S(" at")) || slice_ends(slice_trim(before), S(" from"))) && line_says(before);
	}
	return false;
}

static bool is_before_text(char ch)
{
	switch (ch) {
	case '#': case '*': case '-': case '/': case ' ': case '\t': case '>': case '|': case ';': case '"': case '\'': case '(': case '\0':
		return true;
	default: return false;
	}
}

/* "# Reference: https://…" and the like: the line begins by saying so. */
static bool line_is_reference(slice line)
{
	while (line.len && is_before_text(line.p[0]))
		line = (slice){ line.p + 1, line.len - 1 };
	if (!line.len)
		return false;
	switch (lower(line.p[0])) {
	case 'r': return begins(line, 0, "ref:") || begins(line, 0, "reference");
	case 's': return begins(line, 0, "source:") || begins(line, 0, "sources:") || begins(line, 0, "see:");
	case 'l': return begins(line, 0, "link:");
	case 'a': return begins(line, 0, "author");
	default: return is_class(line.p[0], CH_HIGH) && (slice_starts(line, S("参考")) || slice_starts(line, S("出典")) || slice_starts(line, S("参照")));
	}
}

#define SECTION_LINES 24u

/* "IV. ", "## ", "4) ": before the words of a heading. */
static bool is_before_heading(char ch)
{
	switch (ch) {
	case '#': case '*': case '-': case '=': case '/': case ' ': case '\t': case '.': case '(': case ')': case ':': case 'I': case 'V': case 'X': case '\0':
		return true;
	default: return is_digit(ch);
	}
}

static bool begins_heading(slice line)
{
	static const char *const wide[] = { "参考", "出典", "参照", "関連情報", "関連リンク", "関連資料", "引用" };

	switch (line.len ? lower(line.p[0]) : '\0') {
	case 'r': return begins(line, 0, "reference") || begins(line, 0, "related link");
	case 's': return begins(line, 0, "sources");
	case 'f': return begins(line, 0, "further reading");
	case 'e': return begins(line, 0, "external link");
	default: break;
	}
	if (line.len && is_class(line.p[0], CH_HIGH))
		for (size_t w = 0; w < sizeof wide / sizeof wide[0]; w++)
			if (slice_starts(line, slice_of(wide[w])))
				return true;
	return false;
}

/* A short line without a link: "4. 参考", "References:", "## 関連情報", "【参考】". */
static bool is_reference_heading(slice line)
{
	while (line.len && (is_before_heading(line.p[0]) || slice_starts(line, S("【")) || slice_starts(line, S("■"))))
		line = slice_sub(line, line.p[0] & 0x80 ? 3 : 1, line.len);
	return line.len <= 40 && begins_heading(line);
}

static bool has_link(slice line)
{
	const char *end = line.p + line.len;

	for (const char *p = line.p; (p = memchr(p, ':', (size_t)(end - p))) != NULL; p++)
		if (end - p >= 3 && p[1] == '/' && p[2] == '/')
			return true;
	return false;
}

/*
 * Do only links stand between the value, whose line begins at `at`, and a heading of references? What the line before was told
 * holds for the next.
 */
static bool in_references(struct scan *s, size_t at, size_t start)
{
	size_t from = at;
	bool found = false;

	if (s->section_end && s->section_line == at)
		return s->section;
	if (s->section_end && at <= s->section_end + 1 && s->section_end <= at) {
		s->section_line = at;
		s->section_end = scan_line_end(s, start);
		return s->section;
	}
	for (unsigned n = 0; n < SECTION_LINES && from > 0; n++) {
		slice line;

		if (s->section_end && from - 1 <= s->section_end && s->section_end <= at) {
			found = s->section;
			break;
		}
		line = scan_line(s, from - 1);
		from = scan_line_start(s, from - 1);
		if (!has_link(line) && slice_trim(line).len) {
			found = is_reference_heading(line);
			break;
		}
	}
	s->section = found;
	s->section_line = at;
	s->section_end = scan_line_end(s, start);
	return found;
}

/* Rules of Suricata and Snort: "reference:url,evil.example/x;" */
static bool is_rule_reference(const struct scan *s, size_t start)
{
	return start > 14 && s->t.p[start - 1] == ',' && begins(s->t, start - 14, "reference:url,");
}

/* x.com/name in a cell: an account that is told of; what people wrote there has a longer path. */
static bool is_account(slice url, slice host)
{
	static const char *const hosts[] = { "x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com" };
	size_t at = (size_t)(host.p + host.len - url.p) + 1;

	if (at >= url.len || url.p[at - 1] != '/' || memchr(url.p + at, '/', url.len - at - 1))
		return false;
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		if (same_word(host, hosts[i]))
			return true;
	return false;
}

/* A table's column of values: the first cell of the row, or the one behind a cell that says "url". */
static bool in_value_column(const struct scan *s, size_t start)
{
	size_t line = scan_line_start(s, start);
	slice row = slice_trim((slice){ s->t.p + line, start - line }), cell = row;
	const char *tab = memrchr(row.p, '\t', row.len);

	if (s->kind != IND_KIND_CSV)
		return false;
	if (tab)
		cell = slice_trim((slice){ tab, row.len - (size_t)(tab - row.p) });
	return row.len == 0 || same_word(cell, "url") || same_word(cell, "uri");
}

#define OBJECT_MOST 600u

/* STIX: the address of an external reference, an object that names its source, too. */
static bool is_external_reference(const struct scan *s, size_t start, size_t end)
{
	size_t from = start > OBJECT_MOST ? start - OBJECT_MOST : 0, to = s->t.len - end > OBJECT_MOST ? end + OBJECT_MOST : s->t.len;
	const char *open = memrchr(s->t.p + from, '{', start - from), *close = memchr(s->t.p + end, '}', to - end);
	slice object;

	if (!open || !close)
		return false;
	object = (slice){ open, (size_t)(close - open) };
	return slice_find(object, S("\"source_name\""), 0) != SIZE_MAX;
}

/*
 * Markdown, "[cert.example](https://cert.example/article/1)": the words of a link name the host it goes to. Text over a link
 * to somewhere else, as to an analysis of it, stays what it is.
 */
static bool names_its_link(const struct scan *s, size_t start, size_t end, slice host)
{
	size_t at, n = 0;
	slice to;

	if (scan_before(s, start) != '[' || scan_at(s, end) != ']' || scan_at(s, end + 1) != '(' || !begins(s->t, end + 2, "http"))
		return false;
	to = slice_sub(s->t, end + 2, HOST_MOST);
	at = slice_find(to, S("://"), 0);
	if (at == SIZE_MAX)
		return false;
	to = slice_sub(to, at + 3, to.len);
	while (n < to.len && (to.p[n] == '.' || is_fast(to.p[n], FAST_HOST)))
		n++;
	/* and then on to a page there */
	if (n < host.len || n + 1 >= to.len || to.p[n] != '/' || !is_alnum(to.p[n + 1]))
		return false;
	return word_hash(slice_sub(to, n - host.len, host.len)) == word_hash(host) && (n == host.len || to.p[n - host.len - 1] == '.');
}

/* Of a URL without a scheme. */
static const char *bare_reason(const struct scan *s, size_t start, size_t end, slice host)
{
	if (names_its_link(s, start, end, host))
		return "link";
	return (s->kind == IND_KIND_TEXT || s->kind == IND_KIND_XML || s->kind == IND_KIND_MARKUP || s->kind == IND_KIND_JSON) &&
		in_list_above(&list_vendors, host) ? "publisher" : NULL;
}

/* What the text around the link says of it, and its host when that may stand in a list (else empty). */
static const char *link_reason(struct scan *s, const struct indicator *it, size_t start, size_t end, slice host)
{
	size_t line, rest = s->t.len - start;
	char next = scan_at(s, end);
	bool bare, led;

	if (it->defanged)
		return NULL;
	line = scan_line_start(s, start);
	bare = lower(s->t.p[start]) != 'h' || lower(scan_at(s, start + 1)) != 't';
	led = has_letters(s, line, start);
	/* Only its beginning is looked at: where it ends does not matter. */
	if ((bare || led) && (line_is_reference(slice_sub(s->t, line, start - line + (rest < LINE_MOST ? rest : LINE_MOST))) || is_rule_reference(s, start)))
		return "reference";
	if (bare)
		return bare_reason(s, start, end, host);
	if (s->kind == IND_KIND_JSON && is_external_reference(s, start, end))
		return "reference";
	if (s->kind != IND_KIND_LOG && s->kind != IND_KIND_CSV && s->kind != IND_KIND_JSON && in_references(s, line, start))
		return "reference";
	/* A table of accounts or of files on such a host is no reading matter. */
	if (host.len && in_list_above(&list_vendors, host) && !in_value_column(s, start) && !(s->kind == IND_KIND_CSV && is_account(it->value, host)))
		return "publisher";
	if ((s->kind == IND_KIND_MARKUP && next == '[') || (next == ')' && scan_before(s, start) == '(' && start > 1 && s->t.p[start - 2] == ']'))
		return "link";
	if ((s->kind == IND_KIND_TEXT || s->kind == IND_KIND_MARKUP || s->kind == IND_KIND_HTML) && says_around(s, line, led, start, end))
		return "reference";
	return NULL;
}

static const char *url_reason(struct scan *s, const struct indicator *it, size_t start, size_t end)
{
	slice host = url_host(it->value);
	const char *why = address_again(s, host);

	if (why)
		return why;
	if (in_list_above(&list_reserved_names, host))
		return "reserved";
	return link_reason(s, it, start, end, host);
}

void role_of_link(struct scan *s, struct indicator *it, size_t start, size_t end, slice host)
{
	const char *why = link_reason(s, it, start, end, host);

	it->role = why ? IND_REF : IND_IOC;
	it->reason = why ? why : "plain";
}

/* How to reach those who publish. */
static const char *mail_reason(slice value)
{
	const char *sign = memrchr(value.p, '@', value.len);
	slice host = sign ? slice_sub(value, (size_t)(sign + 1 - value.p), value.len) : S_NONE;

	if (in_list_above(&list_reserved_names, host))
		return "reserved";
	return in_list_above(&list_vendors, host) ? "publisher" : NULL;
}

/* Mistyped or made up: still what the document says, and told so. Ethereum (EIP-55) and onion names of version 3. */
static bool sum_failed(const struct indicator *it)
{
	if (it->type == IND_ETH)
		return it->value.len == 42 && !wallet_is_eth(slice_sub(it->value, 2, 40));
	if (it->type != IND_DOMAIN || !slice_ends(it->value, S(".onion")))
		return false;
	slice label = slice_sub(it->value, 0, it->value.len - 6);
	const char *dot = memrchr(label.p, '.', label.len);

	if (dot)
		label = slice_sub(label, (size_t)(dot + 1 - label.p), label.len);
	return label.len == 56 && !onion_is_v3(label);
}

/* loot.s3.ap-south-1.amazonaws.com, loot.blob.core.windows.net: the store of a customer of the service, whoever that is. */
static bool is_customers(slice host)
{
	const char *dot = host.len ? memchr(host.p, '.', host.len) : NULL;
	slice rest = dot ? slice_sub(host, (size_t)(dot + 1 - host.p), host.len) : S_NONE;

	if (slice_ends(host, S(".amazonaws.com")))
		return slice_starts(rest, S("s3.")) || slice_starts(rest, S("s3-")) || slice_find(rest, S(".s3."), 0) != SIZE_MAX;
	return slice_starts(rest, S("blob.core.windows.net")) || slice_starts(rest, S("web.core.windows.net"));
}

enum ind_role role_of(struct scan *s, const struct indicator *it, size_t start, size_t end, const char **ret_reason)
{
	static const struct words *const lists[] = { &list_reserved_names, &list_services, &list_vendors };
	static const char *const reasons[] = { "reserved", "service", "publisher" };
	const char *why = NULL;
	size_t n, found;

	switch (it->type) {
	case IND_IPV4: case IND_CIDR: why = address_again(s, it->value); break;
	case IND_IPV6: why = ipv6_reason(it->value); break;
	case IND_URL: why = url_reason(s, it, start, end); break;
	case IND_DOMAIN:
		/* of a defanged name only the first list is asked */
		n = it->defanged ? 1 : 3;
		found = s->host && s->host->n < HASHED_MOST ? host_in_lists(s->host, lists, n) : in_lists_above(lists, n, it->value);
		if (found == 1 && is_customers(it->value))
			found = n;
		why = found < n ? reasons[found] : !it->defanged && names_its_link(s, start, end, it->value) ? "link" : NULL;
		break;
	case IND_EMAIL: why = mail_reason(it->value); break;   /* also of "name [at] host": that is done against spam */
	case IND_MD5: if (slice_is(it->value, "d41d8cd98f00b204e9800998ecf8427e")) why = "empty"; break;
	case IND_SHA1: if (slice_is(it->value, "da39a3ee5e6b4b0d3255bfef95601890afd80709")) why = "empty"; break;
	case IND_SHA256:
		if (slice_is(it->value, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
			why = "empty";
		break;
	case IND_SHA512:
		if (begins(it->value, 0, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"))
			why = "empty";
		break;
	case IND_SHA224: case IND_SHA384: case IND_IMPHASH: case IND_SSDEEP: case IND_TLSH:
	case IND_JA3: case IND_JA3S: case IND_JA4: case IND_JARM: case IND_CVE: case IND_ATTACK: case IND_BTC: case IND_ETH: case IND_XMR:
	case IND_LTC: case IND_TRX: case IND_REGISTRY: case IND_FILE_PATH: case IND_FILE_NAME: case IND_MUTEX:
	case IND_USER_AGENT: case IND_ASN: case IND_MAC:
		break;
	}
	*ret_reason = why ? why : sum_failed(it) ? "checksum failed" : "plain";
	return why ? IND_REF : IND_IOC;
}
