#include "work/select/withhold.h"

#include "base/banned.h"

/* Closed forms: nothing of a person can stand in them but by chance. */
static bool is_closed(enum ind_type t)
{
	switch (t) {
	case IND_IPV4: case IND_IPV6: case IND_CIDR: case IND_MD5: case IND_SHA1: case IND_SHA224: case IND_SHA256: case IND_SHA384:
	case IND_SHA512: case IND_IMPHASH: case IND_SSDEEP: case IND_TLSH: case IND_JA3: case IND_JA4: case IND_JARM: case IND_CVE:
	case IND_ATTACK: case IND_BTC: case IND_ETH: case IND_XMR: case IND_LTC: case IND_TRX: case IND_ASN: case IND_MAC:
		return true;
	case IND_DOMAIN: case IND_URL: case IND_EMAIL: case IND_REGISTRY: case IND_FILE_PATH: case IND_FILE_NAME: case IND_MUTEX:
	case IND_USER_AGENT:
		break;
	}
	return false;
}

/* The first span that ends behind `at`. */
static size_t span_after(const struct pii_result *found, size_t at)
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

static bool hold_mail(const struct pii_result *found, struct indicator *it)
{
	const struct pii_mail *m = mail_at(found, it->start, it->end);

	if (!m)
		return !it->defanged;   /* who writes "(at)" warns of it */
	switch (m->side) {
	case PII_SIDE_PERSON: return true;
	case PII_SIDE_ATTACKER: return false;
	case PII_SIDE_DESK:
		it->role = IND_REF;
		it->reason = "desk";
		return false;
	}
	return true;
}

bool withhold_item(const struct pii_result *found, struct indicator *it)
{
	size_t k;

	if (it->type == IND_EMAIL)
		return it->depth ? !it->defanged : hold_mail(found, it);
	if (is_closed(it->type))
		return false;
	k = span_after(found, it->start);
	return k < found->n_spans && found->spans[k].start < it->end;
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
