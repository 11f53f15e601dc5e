#include "engine/select/common.h"
#include "engine/select/lists.h"
#include "engine/select/scan.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/banned.h"

/* Is "[" at `at` a part of a query ("a[]=1", "f[name]=x") rather than the text of a link? */
static bool is_query_bracket(const struct scan *s, size_t at)
{
	for (size_t i = at + 1; i < at + 24; i++) {
		char ch = scan_at(s, i);

		if (ch == ']')
			return scan_at(s, i + 1) == '=' || scan_at(s, i + 1) == '[';
		if (!is_alnum(ch) && ch != '_' && ch != '-')
			return false;
	}
	return false;
}

static bool stops(const struct scan *s, size_t start, size_t at)
{
	char ch = s->t.p[at], before = scan_before(s, start);

	if (ch == '\'' && before == '\'')
		return true;
	if (ch == '*' && before == '*' && scan_at(s, at + 1) == '*')
		return true;
	if (ch == '+' && before == '+' && scan_at(s, at + 1) == '+')
		return true;
	if (ch == '+' && before == '+' && !is_alnum(scan_at(s, at + 1)))
		return true;
	if (ch == '\\')
		return true;
	/*
	 * A comma parts values far more often than it belongs to one; only where signs around the URL tell its end, it is
	 * kept. What is cut off is the tail of a query, and a match by prefix still holds.
	 */
	if (ch == ',' && !(before == '"' || before == '<' || before == '`' || before == '\''))
		return true;
	if ((ch == ';' || ch == '|' || ch == ',') && (begins(s->t, at + 1, "http") || begins(s->t, at + 1, "hxxp")))
		return true;
	/* Tables with semicolons between the cells, and the last words of a cell. */
	if (ch == ';' && s->kind == IND_KIND_CSV && (before == ';' || before == '\n' || before == ' '))
		return true;
	if (ch == ';') {   /* the next word of a shell */
		size_t i = at + 1;

		while (is_alpha(scan_at(s, i)))
			i++;
		return i > at + 1 && scan_at(s, i) == ' ';
	}
	if (ch == '[')
		return !is_query_bracket(s, at);
	return false;
}

static size_t trim(const struct scan *s, size_t start, size_t at, size_t end)
{
	while (end > at) {
		char ch = s->t.p[end - 1];

		if (ch == '.' || ch == ',' || ch == ';' || ch == ':' || ch == '!' || ch == '?' || ch == '\'' || ch == '*' || ch == '^')
			end--;
		else if (ch == '_' && scan_before(s, start) == '_')
			end--;
		else
			break;
	}
	return end;
}

/* Behind the bytes from `at` on that need no second look. */
static inline size_t skip_plain(const struct scan *s, size_t at, size_t limit)
{
	if (s->bits)
		at = bits_skip(s->bits, ANCHOR_URL, at, limit);
	while (at < limit && is_fast(s->t.p[at], FAST_URL))
		at++;
	return at;
}

size_t url_end(const struct scan *s, size_t start, size_t at)
{
	size_t i = at, limit = at + URL_MOST < s->t.len ? at + URL_MOST : s->t.len;
	int round = 0, square = 0, curly = 0;

	while ((i = skip_plain(s, i, limit)) < limit) {
		char ch = s->t.p[i];
		bool cjk;
		size_t n;

		if (is_class(ch, CH_HIGH)) {
			n = char_letter_len(s->t, i, &cjk);
			if (n == 0 || cjk)
				break;
			i += n;
			continue;
		}
		if (!is_class(ch, CH_URL) || stops(s, start, i))
			break;
		round += (ch == '(') - (ch == ')');
		square += (ch == '[') - (ch == ']');
		curly += (ch == '{') - (ch == '}');
		if (round < 0 || square < 0 || curly < 0)
			break;
		i++;
	}
	if (round > 0)   /* "http://x/y(see" */
		for (size_t k = i; k > at; k--)
			if (s->t.p[k - 1] == '(') {
				i = k - 1;
				break;
			}
	return trim(s, start, at, i);
}

/* Schemes as written and what they stand for. */
static const char *scheme_of(slice w)
{
	static const struct { const char *written, *is; } table[] = {
		{ "http", "http" }, { "https", "https" }, { "hxxp", "http" }, { "hxxps", "https" }, { "htxp", "http" },
		{ "htxps", "https" }, { "hxtp", "http" }, { "hxtps", "https" }, { "meow", "http" }, { "meows", "https" },
		{ "h**p", "http" }, { "h**ps", "https" }, { "h__p", "http" }, { "h__ps", "https" }, { "h--p", "http" },
		{ "[http]", "http" }, { "[https]", "https" }, { "h[tt]p", "http" }, { "h[tt]ps", "https" }, { "h[xx]p", "http" }, { "h[xx]ps", "https" }, { "ttp", "http" },
		{ "ttps", "https" }, { "hp", "http" }, { "hps", "https" }, { "hpp", "http" }, { "hpps", "https" }, { "hxxxp", "http" },
		{ "hxxxps", "https" }, { "hzzp", "http" }, { "hzzps", "https" }, { "h..p", "http" }, { "htp", "http" }, { "xxxx", "http" },
		{ "ftp", "ftp" }, { "fxp", "ftp" }, { "ftps", "ftps" }, { "sftp", "sftp" }, { "tcp", "tcp" }, { "udp", "udp" },
		{ "ws", "ws" }, { "wss", "wss" }, { "ldap", "ldap" }, { "ldaps", "ldaps" }, { "rmi", "rmi" }, { "socks5", "socks5" },
		{ "stratum+tcp", "stratum+tcp" }, { "ssh", "ssh" }, { "smb", "smb" }, { "rtsp", "rtsp" }, { "git", "git" },
		{ "", "http" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (same_word(w, table[i].written))
			return table[i].is;
	return NULL;
}

/* The scheme that ends at the colon; the longest known one. */
static const char *find_scheme(const struct scan *s, size_t colon, size_t *ret_start)
{
	size_t from = colon;

	/* As nearly all of them are written. */
	for (size_t n = 4; n < 6 && colon >= s->done + n; n++)
		if (begins(s->t, colon - n, n == 4 ? "http" : "https") && !strchr("*_[]+-.", scan_before(s, colon - n)) &&
				!is_alnum(scan_before(s, colon - n))) {
			*ret_start = colon - n;
			return n == 4 ? "http" : "https";
		}
	while (from > s->done && colon - from < 12) {
		char ch = s->t.p[from - 1];

		if (!is_alnum(ch) && !(ch && strchr("*_[]+-.", ch)))
			break;
		from--;
	}
	for (; from <= colon; from++) {
		const char *is = scheme_of((slice){ s->t.p + from, colon - from });

		if (is && (is_alnum(scan_at(s, from)) || scan_at(s, from) == '[' || from == colon)) {
			/* A letter before means that it is the end of another word, unless that is glued text. */
			if (from > s->done && is_alpha(scan_before(s, from)) && from != colon && colon - from < 4)
				continue;
			if (from == colon && from > 0 && is_alnum(scan_before(s, from)))
				return NULL;
			*ret_start = from;
			return is;
		}
	}
	return NULL;
}

static bool write_port(const struct scan *s, size_t *at, uint16_t *ret_port)
{
	size_t i = *at + 1;
	unsigned v = 0;

	if (scan_at(s, *at) != ':' || !is_digit(scan_at(s, i)))
		return false;
	for (; is_digit(scan_at(s, i)) && i < *at + 6; i++)
		v = v * 10 + (unsigned)(s->t.p[i] - '0');
	if (v == 0 || v > 65535 || is_digit(scan_at(s, i)))
		return false;
	*ret_port = (uint16_t)v;
	*at = i;
	return true;
}

/* "[2001:db8::1]" at `at`. */
static bool bracketed_ipv6(const struct scan *s, size_t at, struct host *h)
{
	char z[64];
	struct in6_addr a;
	size_t i = at + 1, n = 0;

	while (n < sizeof z - 1 && (is_class(scan_at(s, i), CH_HEX) || scan_at(s, i) == ':' || scan_at(s, i) == '.'))
		z[n++] = s->t.p[i++];
	z[n] = '\0';
	if (scan_at(s, i) != ']' || inet_pton(AF_INET6, z, &a) != 1)
		return false;
	h->kind = HOST_NAME;
	h->start = at;
	h->end = i + 1;
	h->len = n + 2;
	h->text[0] = '[';
	memcpy(h->text + 1, z, n);
	h->text[n + 1] = ']';
	return true;
}

size_t url_after_user(const struct scan *s, size_t at)
{
	size_t found = at;

	for (size_t i = at; i < at + 256; i++) {
		char ch = scan_at(s, i);

		if (ch == '@')
			found = i + 1;
		if (!is_class(ch, CH_URL) || ch == '/' || ch == '?' || ch == '#' || ch == '\\')
			break;
	}
	return found;
}

/* May anything in it be more than a part of the link? */
static bool has_inner(const struct scan *s, size_t from, size_t end)
{
	for (; s->bits && from + BITS_SEEN < end && bits_none(s->bits, ANCHOR_INNER, from, from + BITS_SEEN);)
		from += BITS_SEEN;
	return !s->bits || !bits_none(s->bits, ANCHOR_INNER, from, end);
}

/* What a URL carries in its path and query: another URL, percent-encoded; the name of a vulnerability. */
rc scan_within_url(struct scan *s, size_t from, size_t end)
{
	size_t done = s->done;

	if (!has_inner(s, from, end))
		return OK;
	for (size_t i = from; i + 9 < end; i++) {
		char ch = s->t.p[i];

		if (ch == '%' && begins(s->t, i, "%3a%2f%2f")) {
			TRY(scan_percent(s, i));
			break;
		}
		if ((ch | 32) == 'v' && begins(s->t, i - 1, "cve") && !is_alnum(scan_before(s, i - 1)))
			TRY(scan_run(s, i - 1, i + 2));
	}
	s->done = done;
	return OK;
}

static rc claim_url(struct scan *s, const char *scheme, size_t start, size_t authority, const struct host *h)
{
	size_t at = h->end, end, user = h->start > authority ? h->start - authority : 0, n = 0;
	uint16_t port = 0;
	char next, *url;

	(void)write_port(s, &at, &port);
	next = scan_at(s, at);
	end = next == '/' || next == '?' || next == '#' ? url_end(s, start, at) : at;
	url = arena_bytes(s->c->a, 16 + user + h->len + 8 + (end - at));
	if (!url)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	if (scheme) {
		n = strlen(scheme);
		memcpy(url, scheme, n);
		memcpy(url + n, "://", 3);
		n += 3;
	}
	memcpy(url + n, s->t.p + authority, user);
	memcpy(url + n + user, h->text, h->len);
	n += user + h->len;
	if (port)
		n += (size_t)snprintf(url + n, 8, ":%u", port);
	memcpy(url + n, s->t.p + at, end - at);
	TRY(scan_claim_kept(s, IND_URL, start, end, (slice){ url, n + (end - at) }, port));
	return at < end ? scan_within_url(s, at, end) : OK;
}

static bool is_host_at(const struct scan *s, size_t at)
{
	__attribute__((uninitialized)) struct host h;

	if (scan_at(s, at) == '[')
		return true;
	host_parse(s, at, &h);
	return h.kind != HOST_NONE && h.kind != HOST_FILE;
}

/* "//" after a scheme. */
static rc scan_url(struct scan *s, size_t colon)
{
	size_t start = 0, authority = colon + 3, host_at;
	const char *scheme;
	__attribute__((uninitialized)) struct host h;

	scheme = find_scheme(s, colon, &start);
	if (!scheme)
		return OK;
	while ((scan_at(s, authority) == '/' || scan_at(s, authority) == '\\') && authority < colon + 5)
		authority++;
	host_at = url_after_user(s, authority);
	if (host_at > authority && !is_host_at(s, host_at))
		host_at = authority;   /* 203.0.113.7@80/share, as WebDAV has it */
	if (scan_at(s, host_at) == '[' ? !bracketed_ipv6(s, host_at, &h) : (host_parse(s, host_at, &h), h.kind == HOST_NONE || h.kind == HOST_FILE)) {
		/* No public host: not a value, but its path is not one either. */
		size_t end = url_end(s, start, authority);

		if (is_alnum(scan_at(s, authority)) && end > s->done)
			s->done = end;
		return OK;
	}
	return claim_url(s, scheme, start, authority, &h);
}

static bool is_drive(const struct scan *s, size_t at)
{
	return at > s->done && is_alpha(s->t.p[at - 1]) && !is_alnum(at > 1 ? s->t.p[at - 2] : ' ') && scan_at(s, at + 1) == '\\';
}

static bool hex_group(char ch) { return is_class(ch, CH_HEX) || ch == ':'; }

static rc claim_ipv6(struct scan *s, size_t start, size_t end)
{
	char z[64], out[INET6_ADDRSTRLEN], cidr[INET6_ADDRSTRLEN + 8];
	struct in6_addr a;
	size_t n = end - start, colons = 0, digits = 0, i;
	unsigned bits = 0;
	bool shortened = false;

	for (i = start; i < end; i++) {
		colons += s->t.p[i] == ':';
		shortened |= s->t.p[i] == ':' && i > start && s->t.p[i - 1] == ':';
		digits += is_class(s->t.p[i], CH_HEX) && s->t.p[i] != ':';
	}
	if (n >= sizeof z || colons < 2 || digits < 3 || (colons < 3 && digits < 5))
		return OK;
	if (colons < 6 && !shortened)
		return OK;
	memcpy(z, s->t.p + start, n);
	z[n] = '\0';
	if (inet_pton(AF_INET6, z, &a) != 1 || !inet_ntop(AF_INET6, &a, out, sizeof out))
		return OK;
	if (scan_at(s, end) == '/' && is_digit(scan_at(s, end + 1))) {
		for (i = end + 1; is_digit(scan_at(s, i)) && i < end + 4; i++)
			bits = bits * 10 + (unsigned)(s->t.p[i] - '0');
		if (bits <= 128 && !is_alnum(scan_at(s, i))) {
			snprintf(cidr, sizeof cidr, "%s/%u", out, bits);
			return scan_claim(s, IND_CIDR, start, i, slice_of(cidr), 0);
		}
	}
	uint16_t port = 0;
	size_t after = end + 1;

	/* An IPv4 address as programs for both show it; what is meant is the four numbers. */
	if (IN6_IS_ADDR_V4MAPPED(&a) && memchr(out, '.', sizeof out))
		return scan_claim(s, IND_IPV4, start, end, slice_of(strrchr(out, ':') + 1), 0);
	if (scan_before(s, start) == '[' && scan_at(s, end) == ']' && write_port(s, &after, &port))
		return scan_claim(s, IND_IPV6, start, end, slice_of(out), port);
	return scan_claim(s, IND_IPV6, start, end, slice_of(out), 0);
}

#define GROUP_MOST 4u

/* Hexadecimal groups with colons: an IPv6 address, a hardware address, a serial number, a time of day. */
static rc scan_groups(struct scan *s, size_t at)
{
	size_t a = at, e = at, groups = 1, pairs = 0, run = 0;

	while (a > s->done && at - a < 64 && hex_group(s->t.p[a - 1]))
		a--;
	while (e < s->t.len && e - at < 64 && hex_group(s->t.p[e]))
		e++;
	if (e - at > GROUP_MOST + 1 && !memchr(s->t.p + at + 1, ':', GROUP_MOST + 1))
		return OK;   /* sha256:ca978112… */
	if (e - a < 4 || is_alnum(scan_at(s, e)) || is_alpha(scan_before(s, a)) || scan_before(s, a) == '_') {
		s->done = e > s->done ? e : s->done;
		return OK;
	}
	/* A dotted tail (::ffff:1.2.3.4) belongs to it. */
	if (scan_at(s, e) == '.' && is_digit(scan_before(s, e))) {
		size_t k = e;

		while (k < s->t.len && k - e < 16 && (is_digit(s->t.p[k]) || s->t.p[k] == '.'))
			k++;
		if (k > e + 5 && a < e && memmem(s->t.p + a, e - a, "::", 2))
			e = k;
		else {
			return OK;   /* 10:20:30.123 */
		}
	}
	for (size_t i = a; i <= e; i++) {
		if (i == e || s->t.p[i] == ':') {
			pairs += run == 2;
			run = 0;
			groups += i < e;
		} else {
			run++;
		}
	}
	s->done = e;
	if (groups == 6 && pairs == 6) {
		char mac[18];

		for (size_t i = 0; i < 17; i++)
			mac[i] = lower(s->t.p[a + i]);
		return scan_claim(s, IND_MAC, a, e, (slice){ mac, 17 }, 0);
	}
	while (e > a && s->t.p[e - 1] == ':' && !(e - a > 2 && s->t.p[e - 2] == ':'))
		e--;
	return claim_ipv6(s, a, e);
}

static rc scan_ssdeep(struct scan *s, size_t at, bool *ret_found)
{
	size_t a = at, e = at + 1, second;

	*ret_found = false;
	while (a > s->done && at - a < 7 && is_digit(s->t.p[a - 1]))
		a--;
	if (a == at || is_alnum(scan_before(s, a)))
		return OK;
	while (e < s->t.len && e - at < 130 && (is_alnum(s->t.p[e]) || s->t.p[e] == '+' || s->t.p[e] == '/'))
		e++;
	if (e - at < 12 || scan_at(s, e) != ':')
		return OK;
	second = e + 1;
	for (e = second; e < s->t.len && e - second < 130 && (is_alnum(s->t.p[e]) || s->t.p[e] == '+' || s->t.p[e] == '/');)
		e++;
	if (e - second < 6 || is_alnum(scan_at(s, e)))
		return OK;
	*ret_found = true;
	return scan_claim_text(s, IND_SSDEEP, a, e);
}

/* "hxxp:\\\\evil.example": the other slashes. */
static bool has_backslashes(const struct scan *s, size_t at)
{
	return scan_at(s, at + 1) == '\\' && scan_at(s, at + 2) == '\\' && at >= 4 &&
		(begins(s->t, at - 4, "http") || begins(s->t, at - 4, "hxxp") || (at >= 5 && (begins(s->t, at - 5, "https") || begins(s->t, at - 5, "hxxps"))));
}

rc scan_colon(struct scan *s, size_t at)
{
	bool found;

	/* 10:20:30 and 10:20 */
	if (is_digit(scan_before(s, at)) && is_digit(scan_at(s, at + 1)) && is_digit(scan_at(s, at + 2)) && !is_class(scan_at(s, at + 3), CH_HEX) &&
			(at < 3 || !is_class(s->t.p[at - 3], CH_HEX)) && (scan_at(s, at + 3) != ':' || scan_at(s, at + 6) != ':'))
		if (at < 3 || s->t.p[at - 3] != ':' || scan_at(s, at + 3) != ':')
			return OK;
	if (scan_at(s, at + 1) == '/' && scan_at(s, at + 2) == '/')
		return scan_url(s, at);
	if (is_drive(s, at))
		return scan_backslash(s, at + 1);
	if (has_backslashes(s, at))
		return scan_url(s, at);
	if (is_digit(scan_before(s, at)) && is_alnum(scan_at(s, at + 1))) {
		TRY(scan_ssdeep(s, at, &found));
		if (found)
			return OK;
	}
	if (hex_group(scan_at(s, at + 1)) && (hex_group(scan_before(s, at)) || scan_at(s, at + 1) == ':'))
		return scan_groups(s, at);
	return OK;
}

/* "/24" behind an address. */
static bool prefix_bits(const struct scan *s, size_t at, size_t *ret_end, unsigned *ret_bits)
{
	size_t i = at + 1;
	unsigned v = 0;

	for (; is_digit(scan_at(s, i)) && i < at + 3; i++)
		v = v * 10 + (unsigned)(s->t.p[i] - '0');
	if (i == at + 1 || v > 32 || is_alnum(scan_at(s, i)) || scan_at(s, i) == '/' || (scan_at(s, i) == '.' && is_alnum(scan_at(s, i + 1))))
		return false;
	*ret_end = i;
	*ret_bits = v;
	return true;
}

/* "evil.example/203.0.113.5", "a.example／b.example": the slash parts two hosts. */
static bool parts_hosts(const struct scan *s, size_t at)
{
	__attribute__((uninitialized)) struct host h;
	const char *dot;

	host_parse(s, at + 1, &h);
	if (h.kind == HOST_IPV4)
		return scan_at(s, h.end) != '/';
	/* Two names: only when the slash was a wide one; "evil.example/load.info" is a path. */
	if (h.kind != HOST_NAME || fold_origin(s->f, at + 1) - fold_origin(s->f, at) != 3 || scan_at(s, h.end) == '/')
		return false;
	dot = memrchr(h.text, '.', h.len);
	slice top = slice_sub((slice){ h.text, h.len }, (size_t)(dot + 1 - h.text), h.len);

	return !in_list(&list_file_tops, top) && !in_list(&list_file_endings, top);
}

bool is_protocol(slice w) { return same_word(w, "tcp") || same_word(w, "udp") || same_word(w, "icmp"); }

/* Is what follows the slash a path, and not "/tcp", "/24" or a second word? */
static bool has_path(const struct scan *s, size_t at)
{
	char next = scan_at(s, at + 1);
	size_t e = at + 1;

	if (scan_at(s, at) == '?')
		return is_alnum(next) || next == '_';
	if (scan_at(s, at) != '/' || !(is_class(next, CH_URL)) || next == ')' || next == ']' || next == ',' || next == ';' || next == '\'')
		return false;
	while (is_alnum(scan_at(s, e)))
		e++;
	slice w = { s->t.p + at + 1, e - at - 1 };

	if (parts_hosts(s, at))
		return false;
	return !is_protocol(w) && next != '|' &&
		(next != '/' || is_alnum(scan_at(s, at + 2)));
}

static rc claim_ipv4(struct scan *s, const struct host *h)
{
	size_t at = h->end, end;
	unsigned bits;
	uint16_t port = 0;
	char text[40];

	if (scan_at(s, at) == '/' && prefix_bits(s, at, &end, &bits)) {
		if (bits == 32)
			return scan_claim(s, IND_IPV4, h->start, end, (slice){ h->text, h->len }, 0);
		snprintf(text, sizeof text, "%.*s/%u", (int)h->len, h->text, bits);
		return scan_claim(s, IND_CIDR, h->start, end, slice_of(text), 0);
	}
	if (write_port(s, &at, &port) && has_path(s, at))
		return claim_url(s, NULL, h->start, h->start, h);
	if (has_path(s, h->end))
		return claim_url(s, NULL, h->start, h->start, h);
	return scan_claim(s, IND_IPV4, h->start, h->end, (slice){ h->text, h->len }, port);
}

static rc claim_name(struct scan *s, struct host *h)
{
	size_t at = h->end;
	uint16_t port = 0;
	rc r;

	(void)write_port(s, &at, &port);
	if (has_path(s, at))
		return claim_url(s, NULL, h->start, h->start, h);
	host_hash(h);
	s->host = h;
	r = scan_claim(s, IND_DOMAIN, h->start, h->end, (slice){ h->text, h->len }, port);
	s->host = NULL;
	return r;
}

rc scan_dot(struct scan *s, size_t at)
{
	__attribute__((uninitialized)) struct host h;
	size_t floor = s->done;
	bool defanged;

	if (at < s->local || (!is_alnum(scan_at(s, at + 1)) && !is_class(scan_at(s, at + 1), CH_HIGH)))
		return OK;
	if ((scan_at(s, at + 1) | 32) == 't' && is_digit(scan_at(s, at + 2))) {
		TRY(scan_technique(s, at + 1));
		if (s->done > at)
			return OK;
	}
	host_judge(s, at, s->done, &h);
	if (h.kind == HOST_NONE) {
		s->done = h.resume > s->done ? h.resume : s->done;
		return OK;
	}
	if (scan_at(s, h.end) == '@' && is_alnum(scan_at(s, h.end + 1))) {
		s->local = h.end;   /* the part of a mail address before the sign */
		return OK;
	}
	defanged = fold_defanged(s->f, h.start, h.end);
	s->done = h.resume > s->done ? h.resume : s->done;
	switch (h.kind) {
	case HOST_IPV4:
		if (h.text[0] == '0' || (!defanged && host_is_version(s, h.start, h.end)))
			return OK;
		return claim_ipv4(s, &h);
	case HOST_NAME:
		if (!defanged && host_is_no_name(s, &h))
			return file_claim(s, floor, h.start, h.end);
		return claim_name(s, &h);
	case HOST_FILE: return file_claim(s, floor, h.start, h.end);
	case HOST_NONE: break;
	}
	return OK;
}

rc scan_mail(struct scan *s, size_t at)
{
	size_t a = at;
	__attribute__((uninitialized)) struct host h;
	struct buf b;
	slice value;

	while (a > s->done && at - a < 64 && is_class(s->t.p[a - 1], CH_LOCAL))
		a--;
	while (a < at && !is_alnum(s->t.p[a]) && s->t.p[a] != '_')
		a++;
	if (a == at)
		return OK;
	host_parse(s, at + 1, &h);
	if (h.kind != HOST_NAME)
		return OK;
	buf_init(&b, s->c->a, 512);
	buf_put(&b, (slice){ s->t.p + a, at - a });
	buf_putc(&b, '@');
	buf_put(&b, (slice){ h.text, h.len });
	TRY(buf_done(s->c, &b, &value));
	return scan_claim(s, IND_EMAIL, a, h.end, value, 0);
}
