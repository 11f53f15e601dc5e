/* A line of the list of known indicators: what it stands for. */
#include <arpa/inet.h>

#include "engine/select/chars.h"
#include "engine/select/idn.h"
#include "engine/select/match_set.h"
#include "engine/select/scan.h"

#include "base/banned.h"

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

/* May a value of this type of ours be met in a log? What others call their types is left to the value. */
static bool type_is_met(slice line)
{
	static const enum ind_type met[] = { IND_IPV4, IND_DOMAIN, IND_URL, IND_SHA256, IND_MD5, IND_SHA1, IND_IPV6, IND_CIDR, IND_SHA512, IND_EMAIL,
		IND_JA3, IND_JA3S, IND_JA4, IND_IMPHASH };
	size_t at = slice_find(line, S("\"type\":"), 0), end;
	slice word;

	at = at == SIZE_MAX ? at : slice_find(line, S("\""), at + 7);
	end = at == SIZE_MAX ? at : slice_find(line, S("\""), at + 1);
	if (end == SIZE_MAX)
		return true;
	word = slice_sub(line, at + 1, end - at - 1);
	for (size_t i = 0; i < sizeof met / sizeof met[0]; i++)
		if (slice_is(word, ind_type_word(met[i])))
			return true;
	for (unsigned t = 0; t < IND_TYPES; t++)
		if (slice_is(word, ind_type_word((enum ind_type)t)))
			return false;
	return true;
}

/* The value of a line of JSON Lines; what stands between the quotes is used as it is: a value with an escape is not matched. */
static slice json_value(slice line)
{
	size_t at = slice_find(line, S("\"value\":"), 0), end;

	if (at == SIZE_MAX || slice_find(line, S("\"role\":\"ref\""), 0) != SIZE_MAX || slice_find(line, S("\"role\": \"ref\""), 0) != SIZE_MAX || !type_is_met(line))
		return S_NONE;
	at = slice_find(line, S("\""), at + 8);
	end = at == SIZE_MAX ? SIZE_MAX : slice_find(line, S("\""), at + 1);
	return end == SIZE_MAX ? S_NONE : slice_sub(line, at + 1, end - at - 1);
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

/* "203.0.113.0/24  # a remark" */
static slice without_remark(slice line)
{
	for (const char *p = line.p, *end = line.p + line.len; (p = memchr(p, '#', (size_t)(end - p))) != NULL; p++)
		if (p > line.p && is_class(p[-1], CH_SPACE))
			return slice_trim((slice){ line.p, (size_t)(p - line.p) });
	return line;
}

/* The number of bits behind "/", or `most` when there is none; more than `most` when it is no number. */
static unsigned block_bits(slice v, size_t slash, unsigned most)
{
	unsigned bits = 0;

	if (slash == v.len)
		return most;
	if (v.len - slash - 1 > 3 || v.len - slash == 1)
		return most + 1;
	for (size_t i = slash + 1; i < v.len; i++)
		bits = is_digit(v.p[i]) ? bits * 10 + (unsigned)(v.p[i] - '0') : 999;
	return bits;
}

/* An address or a block of addresses. */
static bool known_address(struct known *k, slice v)
{
	const char *p = memchr(v.p, '/', v.len);
	size_t slash = p ? (size_t)(p - v.p) : v.len;
	unsigned most;
	char z[INET6_ADDRSTRLEN];

	if (host_parse_ipv4((slice){ v.p, slash }, k->address)) {
		k->family = 4;
	} else if (slash < sizeof z && memchr(v.p, ':', slash)) {
		memcpy(z, v.p, slash);
		z[slash] = '\0';
		if (inet_pton(AF_INET6, z, k->address) != 1)
			return false;
		k->family = 6;
	} else {
		return false;
	}
	most = k->family == 4 ? 32 : 128;
	k->bits = block_bits(v, slash, most);
	if (k->bits > most) {
		k->family = 0;
		return false;
	}
	k->type = k->bits < most ? IND_CIDR : k->family == 4 ? IND_IPV4 : IND_IPV6;
	k->value = k->bits < most ? v : slice_sub(v, 0, slash);
	/* IPv6 can be written in many ways: as select does. */
	if (k->type == IND_IPV6 && inet_ntop(AF_INET6, k->address, z, sizeof z)) {
		k->value = (slice){ k->room, strlen(z) };
		memcpy(k->room, z, k->value.len);
	}
	return true;
}

static bool known_hash(struct known *k, slice v)
{
	switch (v.len) {
	case 32: k->type = IND_MD5; break;
	case 40: k->type = IND_SHA1; break;
	case 64: k->type = IND_SHA256; break;
	case 128: k->type = IND_SHA512; break;
	default: return false;
	}
	k->value = v;
	return all_hex(v);
}

bool is_ja4(slice v)
{
	if (v.len != JA4_LEN || !strchr("tqd", v.p[0]) || v.p[10] != '_' || v.p[23] != '_')
		return false;
	return is_digit(v.p[4]) && is_digit(v.p[7]) && all_hex(slice_sub(v, 11, 12)) && all_hex(slice_sub(v, 24, 12));
}

/* "host:443" and "[2001:db8::1]:443" without the port: it says how, not what. */
static slice without_port(slice v)
{
	const char *colon = memchr(v.p, ':', v.len), *bracket;

	if (v.len && v.p[0] == '[' && (bracket = memchr(v.p, ']', v.len)) != NULL)
		return (slice){ v.p + 1, (size_t)(bracket - v.p - 1) };
	if (!colon || colon == v.p || (size_t)(v.p + v.len - colon) > 6)
		return v;
	for (const char *p = colon + 1; p < v.p + v.len; p++)
		if (!is_digit(*p))
			return v;
	return (slice){ v.p, (size_t)(colon - v.p) };
}

/* "*.evil.example" and ".evil.example" are the name: all below it is met anyway. Names in other scripts as they stand in logs. */
static bool known_name(struct known *k, slice v)
{
	char ascii[256];
	size_t n;

	v = slice_starts(v, S("*.")) ? slice_sub(v, 2, v.len) : slice_starts(v, S(".")) ? slice_sub(v, 1, v.len) : v;
	while (v.len && v.p[v.len - 1] == '.')
		v.len--;
	for (n = 0; n < v.len && !is_class(v.p[n], CH_HIGH); n++)
		;
	if (n < v.len) {
		n = idn_to_ascii(v, ascii, sizeof ascii);
		memcpy(k->room, ascii, n);
		v = (slice){ k->room, n };
	}
	k->type = IND_DOMAIN;
	k->value = v;
	return is_name(v);
}

/* The first `n` bytes in small letters, as select writes them: a sighting refers to the indicator that everybody makes of the value. */
static void small(struct known *k, size_t n)
{
	size_t i = 0;

	while (i < n && (k->value.p[i] < 'A' || k->value.p[i] > 'Z'))
		i++;
	if (i == n)
		return;
	memmove(k->room, k->value.p, k->value.len);
	k->value.p = k->room;
	for (; i < n; i++)
		k->room[i] = lower(k->room[i]);
}

static bool known_link(struct known *k, slice v)
{
	const char *slash;
	size_t host;

	k->type = IND_URL;
	k->value = v;
	k->key = without_scheme(v);
	slash = memchr(k->key.p, '/', k->key.len);
	if (!slash || slash == k->key.p || memchr(k->key.p, ' ', (size_t)(slash - k->key.p)))
		return false;
	host = (size_t)(k->key.p - v.p);
	small(k, host + (size_t)(slash - k->key.p));
	k->key = without_scheme(k->value);
	return true;
}

static bool known_mail(struct known *k, slice v)
{
	k->type = IND_EMAIL;
	k->value = k->key = v;
	return memchr(v.p, '@', v.len) != NULL;
}

static bool known_ja4(struct known *k, slice v)
{
	k->type = IND_JA4;
	k->value = k->key = v;
	return is_ja4(v);
}

bool known_read(slice line, struct known *ret)
{
	slice v, host;

	line = slice_trim(line);
	line = line.len && line.p[0] == '{' ? json_value(line) : without_remark(line);
	if (line.len == 0 || line.len > VALUE_MOST)
		return false;
	ret->family = 0;
	v = refang(line, ret->room);
	if (known_ja4(ret, v))
		return true;
	if (!known_address(ret, v) && !known_hash(ret, v)) {
		if (memchr(v.p, '/', v.len) ? known_link(ret, v) : known_mail(ret, v))
			return true;
		host = without_port(without_scheme(v));
		if (!known_address(ret, host) && !known_name(ret, host))
			return false;
	}
	small(ret, ret->value.len);
	ret->key = ret->value;
	return true;
}
