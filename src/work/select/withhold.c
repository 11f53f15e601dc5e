#include "work/select/withhold.h"

#include "base/banned.h"

/* Closed forms: nothing of a person can stand in them but by chance. */
static bool is_closed(enum ind_type t)
{
	switch (t) {
	case IND_IPV4: case IND_IPV6: case IND_CIDR: case IND_MD5: case IND_SHA1: case IND_SHA224: case IND_SHA256: case IND_SHA384:
	case IND_SHA512: case IND_IMPHASH: case IND_SSDEEP: case IND_TLSH: case IND_JA3: case IND_JA3S: case IND_JA4: case IND_JARM: case IND_CVE:
	case IND_ATTACK: case IND_BTC: case IND_ETH: case IND_XMR: case IND_LTC: case IND_TRX: case IND_ASN: case IND_MAC:
		return true;
	case IND_DOMAIN: case IND_URL: case IND_EMAIL: case IND_REGISTRY: case IND_FILE_PATH: case IND_FILE_NAME: case IND_MUTEX:
	case IND_USER_AGENT:
		break;
	}
	return false;
}

size_t span_after(const struct pii_result *found, size_t at)
{
	size_t lo = 0, hi = found->n_spans;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (found->spans[mid].end <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static const struct pii_mail *mail_at(const struct pii_result *found, size_t start, size_t end)
{
	size_t lo = 0, hi = found->n_mails;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (found->mails[mid].end <= start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < found->n_mails && found->mails[lo].start < end ? &found->mails[lo] : NULL;
}

static bool hold_mail(const struct select_policy *policy, const struct pii_result *found, struct indicator *it)
{
	const struct pii_mail *m = mail_at(found, it->start, it->end);

	if (!m)
		return !it->defanged;   /* who writes "(at)" warns of it */
	switch (m->side) {
	case PII_SIDE_PERSON: return !(policy && policy->emails_out);
	case PII_SIDE_ATTACKER: return false;
	case PII_SIDE_DESK:
		it->role = IND_REF;
		it->reason = "desk";
		return false;
	}
	return true;
}

/* Addresses of our own networks and of somebody's home; `touched` is what was found there, or NULL. */
static bool hold_address(const struct select_policy *policy, const struct pii_span *touched, struct indicator *it)
{
	const struct own_network *own;

	if (touched && touched->rule && strcmp(touched->rule, RULE_HOME) == 0)
		return !(policy && policy->homes_out);
	own = policy_network(policy, it->value);
	if (own && own->rule == OWN_REF) {
		it->role = IND_REF;
		it->reason = "own";
	}
	return own && own->rule == OWN_IN;
}

bool withhold_look(const struct select_policy *policy, const struct pii_result *found, struct free_place *free, struct indicator *it)
{
	bool address = withhold_is_address(it->type), touches;
	size_t k;

	if (it->type == IND_EMAIL)
		return it->depth ? !it->defanged : hold_mail(policy, found, it);
	if (!address && is_closed(it->type))
		return false;
	if ((it->type == IND_FILE_NAME || it->type == IND_FILE_PATH) && pii_file_names_person(it->value))
		return true;
	k = span_after(found, it->start);
	free->from = k ? found->spans[k - 1].end : 0;
	free->to = k < found->n_spans ? found->spans[k].start : SIZE_MAX;
	touches = free->to < it->end;
	return address ? hold_address(policy, touches ? &found->spans[k] : NULL, it) : touches;
}

/* Where the value has what stands from byte `at` of the text on; only when both end alike. */
static bool value_place(slice text, const struct indicator *it, size_t at, size_t *ret)
{
	size_t tail = it->end - at;

	if (at < it->start || tail >= it->value.len || memcmp(it->value.p + it->value.len - tail, text.p + at, tail) != 0)
		return false;
	*ret = it->value.len - tail;
	return true;
}

/* https://evil.example/verify?email=… without its query; …/reset/taro@… without the last part. */
static bool cut_url(slice text, const struct pii_span *s, struct indicator *it)
{
	size_t host = slice_find(it->value, S("://"), 0), cut, query;
	const char *slash;

	host = host == SIZE_MAX ? 0 : host + 3;
	slash = host < it->value.len ? memchr(it->value.p + host, '/', it->value.len - host) : NULL;
	if (!slash || !value_place(text, it, s->start, &cut) || (size_t)(slash - it->value.p) >= cut)
		return false;
	for (query = (size_t)(slash - it->value.p); query < cut && it->value.p[query] != '?' && it->value.p[query] != '#';)
		query++;
	if (query == cut)
		while (query > 0 && it->value.p[query - 1] != '/')
			query--;
	it->value.len = query;
	it->reason = "cut";
	return true;
}

static size_t find_small(slice s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++) {
		size_t k = 0;

		while (k < n && (s.p[i + k] == word[k] || (s.p[i + k] >= 'A' && s.p[i + k] <= 'Z' && s.p[i + k] + 32 == word[k])))
			k++;
		if (k == n)
			return i + n;
	}
	return SIZE_MAX;
}

/* C:\Users\yamada\a.exe → %USERPROFILE%\a.exe, /home/yamada/.a → ~/.a */
static bool mend_path(struct ctx *c, struct indicator *it)
{
	static const char *const folders[] = { "\\users\\", "\\documents and settings\\", "/home/", "/users/" };

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		size_t at = find_small(it->value, folders[i]), end;
		bool windows = folders[i][0] == '\\';
		struct buf b;

		if (at == SIZE_MAX)
			continue;
		for (end = at; end < it->value.len && it->value.p[end] != folders[i][0];)
			end++;
		if (end == it->value.len)
			return false;
		buf_init(&b, c->a, 8192);
		buf_putz(&b, windows ? "%USERPROFILE%" : "~");
		buf_put(&b, slice_sub(it->value, end, it->value.len));
		if (b.full)
			return false;
		it->value = buf_slice(&b);
		it->reason = "profile folder";
		return true;
	}
	return false;
}

bool withhold_mend(struct ctx *c, slice text, const struct pii_result *found, struct indicator *it)
{
	size_t k = span_after(found, it->start);
	bool profiles = true;

	if (it->depth || k == found->n_spans)
		return false;
	if (it->type == IND_URL)
		return found->spans[k].start > it->start && cut_url(text, &found->spans[k], it);
	if (it->type != IND_FILE_PATH)
		return false;
	for (; k < found->n_spans && found->spans[k].start < it->end; k++)
		profiles &= found->spans[k].rule && strcmp(found->spans[k].rule, "profile folder") == 0;
	return profiles && mend_path(c, it);
}

enum pii_kind withhold_kind(const struct doc_part *part)
{
	if (part->mail)
		return PII_KIND_MAIL;
	switch (part->kind) {
	case IND_KIND_CSV: return PII_KIND_CSV;
	case IND_KIND_JSON: return PII_KIND_JSON;
	case IND_KIND_HTML: case IND_KIND_XML: return PII_KIND_HTML;
	case IND_KIND_LOG: return PII_KIND_LOG;
	case IND_KIND_TEXT: case IND_KIND_MARKUP: break;
	}
	return PII_KIND_UNKNOWN;
}
