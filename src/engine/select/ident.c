#include <stdio.h>

#include "engine/select/common.h"
#include "engine/select/lists.h"

#include "base/banned.h"

/* Identifiers that are runs of letters and digits: hashes, wallets, CVE, ATT&CK, AS numbers; and telling words. */

static bool run_is(slice w, int set)
{
	for (size_t i = 0; i < w.len; i++)
		if (!is_class(w.p[i], set))
			return false;
	return true;
}

/* Of letters and digits: is it a number of base 16? */
static bool is_hex(const struct scan *s, size_t start, size_t end)
{
	if (s->bits)
		start = bits_skip(s->bits, ANCHOR_HEX, start, end);
	return run_is((slice){ s->t.p + start, end - start }, CH_HEX);
}

static bool same_everywhere(slice w)
{
	bool digits = true;

	for (size_t i = 1; i < w.len; i++)
		if (w.p[i] != w.p[0])
			goto differ;
	return true;
differ:
	for (size_t i = 0; i < w.len; i++)
		digits &= is_digit(w.p[i]);
	return digits;
}

/* The line before `at` tells what kind of hash it is: the last telling word counts. */
static enum ind_type hash_label(const struct scan *s, size_t at, enum ind_type plain)
{
	slice before;
	const char *newline;
	size_t from = at > 39 ? at - 39 : 0;
	/* "ja3server" is what our own reader of captures writes; people write JA3S for either. */
	static const struct { const char *word; enum ind_type is; } words[] = {
		{ "imphash", IND_IMPHASH }, { "ja3server", IND_JA3S }, { "ja3", IND_JA3 }, { "jarm", IND_JARM },
	};

	if (scan_before(s, at) == '\n')
		return plain;
	before = (slice){ s->t.p + from, at - from };
	newline = memrchr(before.p, '\n', before.len);
	if (newline)
		before = slice_sub(before, (size_t)(newline + 1 - before.p), before.len);
	for (size_t i = 0; i + 3 < before.len; i++) {
		if (lower(before.p[i]) != 'i' && lower(before.p[i]) != 'j')
			continue;
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
			if (begins(before, i, words[k].word))
				return words[k].is;
	}
	return plain;
}

/* Of letters and digits only: eight at a time. */
static bool has_capitals(slice s)
{
	uint64_t seen = 0, v;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&v, s.p + i, 8);
		seen |= (v & ~(v << 1)) & 0x4040404040404040u;
	}
	for (; i < s.len; i++)
		seen |= s.p[i] >= 'A' && s.p[i] <= 'Z';
	return seen != 0;
}

static rc claim_lower(struct scan *s, enum ind_type type, size_t start, size_t end)
{
	size_t n = end - start;
	uint64_t v;
	char *low;

	if (!has_capitals((slice){ s->t.p + start, n }))
		return scan_claim_text(s, type, start, end);
	low = arena_bytes(s->c->a, n + sizeof v);
	if (!low)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	/* Of letters and digits the former have the bit 0x40; behind the text are line ends. */
	for (size_t i = 0; i < n; i += sizeof v) {
		memcpy(&v, s->t.p + start + i, sizeof v);
		v |= (v & 0x4040404040404040u) >> 1;
		memcpy(low + i, &v, sizeof v);
	}
	return scan_claim_kept(s, type, start, end, (slice){ low, n }, 0);
}

/* "0123….evil.example", "0123…@evil.example": the run is a part of something larger. */
static bool is_host_label(const struct scan *s, size_t start, size_t end)
{
	__attribute__((uninitialized)) struct host h;

	if (scan_at(s, end) == '@')
		return true;
	while (end < start + 128 && is_fast(scan_at(s, end), FAST_LABEL))   /* 0123…-77a0.evil.example */
		end++;
	if (scan_at(s, end) != '.' || !is_alnum(scan_at(s, end + 1)))
		return false;
	host_judge(s, end, s->done, &h);
	return h.kind == HOST_NAME && h.start <= start && !host_is_no_name(s, &h);
}

/* media/441b….png: pictures of a report are often called by their own sum. */
static bool is_picture(const struct scan *s, size_t end)
{
	static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg" };

	if (scan_at(s, end) != '.')
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (begins(s->t, end, endings[i]) && !is_alnum(scan_at(s, end + strlen(endings[i]))))
			return true;
	return false;
}

static rc scan_hex(struct scan *s, size_t start, size_t end)
{
	enum ind_type type;

	switch (end - start) {
	case 32: type = hash_label(s, start, IND_MD5); break;
	case 40: type = IND_SHA1; break;
	case 56: type = IND_SHA224; break;
	case 62: type = IND_JARM; break;
	case 64: type = IND_SHA256; break;
	case 96: type = IND_SHA384; break;
	case 128: type = IND_SHA512; break;
	default: return OK;
	}
	if (is_host_label(s, start, end) || is_picture(s, end))
		return OK;
	if (same_everywhere((slice){ s->t.p + start, end - start }))
		return OK;
	if (type == IND_JARM && hash_label(s, start, IND_MD5) != IND_JARM)
		return OK;
	return claim_lower(s, type, start, end);
}

static rc scan_wallet(struct scan *s, size_t start, size_t end)
{
	static const char versions[] = { 0x00, 0x05, 0x30, 0x32, 0x41 };
	slice w = { s->t.p + start, end - start };
	uint8_t version;

	if (w.len >= 42 && w.len <= 62 && wallet_is_bech32(w, "bc"))
		return claim_lower(s, IND_BTC, start, end);
	if (w.len >= 42 && w.len <= 62 && wallet_is_bech32(w, "ltc"))
		return claim_lower(s, IND_LTC, start, end);
	if (w.len == 95 && (w.p[0] == '4' || w.p[0] == '8') && run_is(w, CH_ALPHA | CH_DIGIT) && !run_is(w, CH_HEX))
		return scan_claim_text(s, IND_XMR, start, end);
	if (w.len < 26 || w.len > 35 || !strchr("13LMT", w.p[0]) || !wallet_is_base58check(w, versions, sizeof versions, &version))
		return OK;
	switch (version) {
	case 0x00: case 0x05: return scan_claim_text(s, IND_BTC, start, end);
	case 0x30: case 0x32: return scan_claim_text(s, IND_LTC, start, end);
	case 0x41: return scan_claim_text(s, IND_TRX, start, end);
	default: return OK;
	}
}

/* The dashes people write: hyphens, en and em dashes, minus signs, a blank, none. Bytes of it; 0 when it is none. */
static size_t dash_len(const struct scan *s, size_t at)
{
	slice rest = slice_sub(s->t, at, 3);
	char ch = scan_at(s, at);

	if (ch == '-' || ch == ' ' || ch == '_')
		return 1;
	if (rest.len == 3 && (uint8_t)rest.p[0] == 0xe2 && (((uint8_t)rest.p[1] == 0x80 && (uint8_t)rest.p[2] >= 0x90 &&
			(uint8_t)rest.p[2] <= 0x95) || ((uint8_t)rest.p[1] == 0x88 && (uint8_t)rest.p[2] == 0x92)))
		return 3;
	if (slice_eq(rest, S("ー")) || slice_eq(rest, S("－")))
		return 3;
	if (rest.len >= 2 && (uint8_t)rest.p[0] == 0xc2 && (uint8_t)rest.p[1] == 0xa0)
		return 2;
	return 0;
}

static size_t count_digits(const struct scan *s, size_t at)
{
	size_t n = 0;

	while (n < 12 && is_digit(scan_at(s, at + n)))
		n++;
	return n;
}

/* "CVE" at `start`. */
static rc scan_cve(struct scan *s, size_t start)
{
	size_t at = start + 3, d, n;
	char text[32];

	d = dash_len(s, at);
	at += d;
	if (d == 0 || count_digits(s, at) != 4 || (!begins(s->t, at, "19") && !begins(s->t, at, "20")))
		return OK;
	d = dash_len(s, at + 4);
	if (d == 0 || (n = count_digits(s, at + 4 + d)) < 4 || n > 8)
		return OK;
	if (s->t.p[start] == 'c' && is_host_label(s, start, at + 4 + d + n))   /* cve-2019-0708.com */
		return OK;
	snprintf(text, sizeof text, "CVE-%.4s-%.*s", s->t.p + at, (int)n, s->t.p + at + 4 + d);
	return scan_claim(s, IND_CVE, start, at + 4 + d + n, slice_of(text), 0);
}

/* Techniques of the matrices for enterprise, mobile (T1001 to T1699) and control systems (T08xx); tactics TA00xx, TA01xx. */
static rc scan_attack(struct scan *s, size_t start, size_t end)
{
	slice w = { s->t.p + start, end - start };
	size_t to = end;

	if (w.len == 6 && w.p[1] == 'A' && w.p[2] == '0' && run_is((slice){ w.p + 2, 4 }, CH_DIGIT) && (w.p[3] == '0' || w.p[3] == '1') &&
			!memchr("56789", w.p[4], 5))
		return scan_claim_text(s, IND_ATTACK, start, end);
	if (w.len != 5 || !run_is((slice){ w.p + 1, 4 }, CH_DIGIT) || !((w.p[1] == '1' && w.p[2] <= '6') || (w.p[1] == '0' && w.p[2] == '8')))
		return OK;
	if (scan_at(s, end) == '.' && count_digits(s, end + 1) == 3 && !is_alnum(scan_at(s, end + 4)))
		to = end + 4;
	else if (scan_at(s, end) == '-' || scan_before(s, start) == '-')
		return OK;
	return scan_claim_text(s, IND_ATTACK, start, to);
}

/* Do the words before `start` say that a technique follows: attack.t1059 (a tag of Sigma), "techniqueID": "t1059"? */
static bool tells_technique(const struct scan *s, size_t start)
{
	static const char *const words[] = { "attack", "technique", "techniqueid", "technique_id", "attack_id", "attack-id", "mitre" };
	size_t end = start;

	while (end > 0 && start - end < 4 && memchr(": \"'=.", s->t.p[end - 1], 6))
		end--;
	for (size_t i = 0; end < start && i < sizeof words / sizeof words[0]; i++) {
		size_t n = strlen(words[i]);

		if (end >= n && begins(s->t, end - n, words[i]) && !is_alnum(scan_before(s, end - n)))
			return true;
	}
	return false;
}

/* "t1059" or "t1059.001" in small letters, where the words before it say what it is. */
rc scan_technique(struct scan *s, size_t start)
{
	size_t end = start + 5;
	char id[9];

	if (count_digits(s, start + 1) != 4 || is_alnum(scan_at(s, end)) || !tells_technique(s, start))
		return OK;
	if (scan_at(s, end) == '.' && count_digits(s, end + 1) == 3 && !is_alnum(scan_at(s, end + 4)))
		end += 4;
	if (scan_at(s, end) == '.' && is_alnum(scan_at(s, end + 1)))
		return OK;   /* attack.t1059.example.com */
	memcpy(id, s->t.p + start, end - start);
	id[0] = 'T';
	if (!((id[1] == '1' && id[2] <= '6') || (id[1] == '0' && id[2] == '8')))
		return OK;
	return scan_claim(s, IND_ATTACK, start, end, (slice){ id, end - start }, 0);
}

static rc scan_asn(struct scan *s, size_t start, size_t end)
{
	slice digits = { s->t.p + start + 2, end - start - 2 };

	if (digits.len > 10 || !run_is(digits, CH_DIGIT) || digits.p[0] == '0' || scan_before(s, start) == '-' ||
			scan_at(s, end) == '-' || (scan_at(s, end) == '.' && is_alnum(scan_at(s, end + 1))))
		return OK;
	return scan_claim_text(s, IND_ASN, start, end);
}

/* Over blanks, colons, equals signs and one opening quote or bracket. */
static size_t after_label(const struct scan *s, size_t at, char *ret_quote)
{
	size_t end = at + 24;

	*ret_quote = '\0';
	for (; at < end; at++) {
		char ch = scan_at(s, at);

		if (ch == '"' || ch == '\'' || ch == '`') {
			*ret_quote = ch;
			return at + 1;
		}
		if (ch != ' ' && ch != ':' && ch != '=' && ch != '(' && ch != '*' && ch != '|')
			break;
	}
	return at;
}

/* "mutex", "CreateMutexA(", "ミューテックス" ends at `at`: its name follows. */
rc scan_mutex(struct scan *s, size_t at)
{
	char quote;
	size_t from, to, word;

	word = at;
	while (is_alpha(scan_at(s, word)) && word < at + 8)   /* CreateMutexA, mutexes */
		word++;
	if (begins(s->t, word, " name") || begins(s->t, word, " 名"))
		word += begins(s->t, word, " name") ? 5 : 4;
	else if (slice_starts(slice_sub(s->t, word, 3), S("名")))
		word += 3;
	from = after_label(s, word, &quote);
	if (from == word || scan_at(s, from) == '\n')
		return OK;
	for (to = from; to < s->t.len && to - from < 200; to++) {
		char ch = s->t.p[to];

		if (quote ? ch == quote || ch == '\n' : is_space(ch) || ch == ')' || ch == '"' || ch == ',' || ch == ';' || ch == '<' || is_class(ch, CH_HIGH))
			break;
	}
	/* A word of a sentence is no name: names have capitals, digits, "_" or "\" in them. */
	for (size_t i = from; i < to; i++)
		if (s->t.p[i] == '\\' || s->t.p[i] == '_' || is_digit(s->t.p[i]) || (quote && i > from))
			return to - from >= 4 ? scan_claim_text(s, IND_MUTEX, from, to) : OK;
	return OK;
}

/* "User-Agent: …" to the end of the line or quote. */
static rc claim_agent(struct scan *s, size_t from, char quote)
{
	size_t to = from, limit = s->t.len - from < 512 ? s->t.len : from + 512;
	const char *end = memchr(s->t.p + from, quote, limit - from);

	if (end)
		limit = (size_t)(end - s->t.p);
	while (to < limit && !is_fast(s->t.p[to], FAST_AGENT_END))
		to++;
	while (to > from && (s->t.p[to - 1] == ' ' || s->t.p[to - 1] == '\''))
		to--;
	if (to - from < 4)
		return OK;
	/* (Chrome, Firefox, Safari) to get past the filter: a list of products, not what one sends */
	if (!memchr(s->t.p + from, '/', to - from) && slice_find(slice_sub(s->t, from, to - from), S(", "), 0) != SIZE_MAX)
		return OK;
	return scan_claim_text(s, IND_USER_AGENT, from, to);
}

static rc scan_agent(struct scan *s, size_t at)
{
	char quote;
	size_t from = after_label(s, at, &quote);

	if (from == at || scan_at(s, from) == '\n')
		return OK;
	return claim_agent(s, from, quote ? quote : '\n');
}

/* "9e-1e-48-06-13-3d" */
static rc scan_mac(struct scan *s, size_t at)
{
	char mac[17];

	for (size_t i = 0; i < 17; i++) {
		char ch = scan_at(s, at + i);

		if (i % 3 == 2 ? ch != '-' : !is_class(ch, CH_HEX))
			return OK;
		mac[i] = i % 3 == 2 ? ':' : lower(ch);
	}
	if (is_alnum(scan_at(s, at + 17)) || scan_at(s, at + 17) == '-' || scan_before(s, at) == '-')
		return OK;
	return scan_claim(s, IND_MAC, at, at + 17, (slice){ mac, 17 }, 0);
}

/* "t13d1516h2_8daaf6152771_b186095e22b6" */
static rc scan_ja4(struct scan *s, size_t start)
{
	for (size_t i = 0; i < 36; i++) {
		char ch = scan_at(s, start + i);

		if (i == 10 || i == 23 ? ch != '_' : !(i < 10 ? is_alnum(ch) : is_class(ch, CH_HEX)))
			return OK;
	}
	if (is_alnum(scan_at(s, start + 36)))
		return OK;
	return scan_claim_text(s, IND_JA4, start, start + 36);
}

static rc scan_word(struct scan *s, size_t start, size_t end)
{
	switch (lower(s->t.p[start])) {
	case 'm':
		if (begins(s->t, start, "mutex"))
			return scan_mutex(s, start + 5);
		if (begins(s->t, start, "mozilla/"))
			return claim_agent(s, start, scan_before(s, start) == '\'' ? '\'' : '\n');
		break;
	case 'c':
		if (begins(s->t, start, "createmutex") || begins(s->t, start, "openmutex"))
			return scan_mutex(s, start + 11);
		break;
	case 'u':
		if (begins(s->t, start, "user-agent"))
			return scan_agent(s, start + 10);
		if (begins(s->t, start, "useragent"))
			return scan_agent(s, start + 9);
		break;
	case 't': case 'q':
		if (end - start == 5)
			return scan_technique(s, start);
		if (end - start == 10 && scan_at(s, end) == '_')
			return scan_ja4(s, start);
		break;
	}
	return OK;
}

rc scan_run(struct scan *s, size_t start, size_t end)
{
	slice w = { s->t.p + start, end - start };

	if (w.len == 3 && (w.p[0] | 32) == 'c' && begins(w, 0, "cve"))
		return scan_cve(s, start);
	if (w.p[0] == 'T' && (w.len == 5 || w.len == 6) && (is_digit(w.p[1]) || w.p[1] == 'A')) {
		TRY(scan_attack(s, start, end));
		return OK;
	}
	if (w.p[0] == 'A' && w.len >= 4 && w.p[1] == 'S' && is_digit(w.p[2]))
		return scan_asn(s, start, end);
	if (w.len == 2 && scan_at(s, end) == '-' && is_class(w.p[0], CH_HEX) && is_class(w.p[1], CH_HEX))
		return scan_mac(s, start);
	if (w.len < 26)
		return scan_word(s, start, end);
	if (w.p[0] == '0' && (w.p[1] | 32) == 'x') {
		if (w.len == 42 && run_is((slice){ w.p + 2, 40 }, CH_HEX) && !same_everywhere((slice){ w.p + 2, 40 }))
			return scan_claim_text(s, IND_ETH, start, end);
		return OK;
	}
	if (is_hex(s, start, end))
		return scan_hex(s, start, end);
	if (w.len == 72 && w.p[0] == 'T' && w.p[1] == '1' && run_is((slice){ w.p + 2, 70 }, CH_HEX))
		return scan_claim_text(s, IND_TLSH, start, end);
	if (w.len <= 95)
		return scan_wallet(s, start, end);
	return OK;
}
