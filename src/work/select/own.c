#include "work/select/own.h"

#include <string.h>

#include "engine/select/suffix.h"

#include "base/banned.h"

/* The part of a host that somebody registered. */
static slice registrable(slice host)
{
	size_t n = suffix_registrable(host);

	return slice_sub(host, host.len - n, n);
}

static bool same_letter(char a, char b) { return (a | 0x20) == (b | 0x20); }

static bool same_name(slice a, slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (!same_letter(a.p[i], b.p[i]))
			return false;
	return true;
}

void own_read(slice text, const struct pii_result *found, struct own *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < found->n_mails && i < OWN_MOST; i++) {
		slice mail = slice_sub(text, found->mails[i].start, found->mails[i].end - found->mails[i].start);
		const char *at = memchr(mail.p, '@', mail.len);

		if (found->mails[i].side == PII_SIDE_PERSON && at)
			ret->hosts[ret->n++] = slice_sub(mail, (size_t)(at + 1 - mail.p), mail.len);
	}
}

/*
 * May what is registrable of `host` end the other name, too? That is all of the host or its last labels, two at least: so much of
 * their common end is asked for here, for the list of suffixes takes far longer.
 */
static bool may_share(slice host, slice other)
{
	size_t most = host.len < other.len ? host.len : other.len, n = 0, dots = 0;

	for (; n < most && same_letter(host.p[host.len - n - 1], other.p[other.len - n - 1]); n++)
		dots += host.p[host.len - n - 1] == '.';
	return n == host.len || dots > 1 || (dots == 1 && host.p[host.len - n - 1] == '.');
}

bool own_mark(const struct own *own, struct indicator *it)
{
	slice host, mine = S_NONE;

	if ((it->type != IND_DOMAIN && it->type != IND_URL) || it->role == IND_REF || it->defanged)
		return false;
	host = it->type == IND_URL ? url_host(it->value) : it->value;
	for (size_t i = 0; i < own->n; i++) {
		slice mail = own->hosts[i];

		if (!may_share(host, mail))
			continue;
		if (!mine.len)
			mine = registrable(host);
		if (mail.len >= mine.len && same_name(slice_sub(mail, mail.len - mine.len, mine.len), mine)) {
			it->role = IND_REF;
			it->reason = "own";
			return true;
		}
	}
	return false;
}
