#include "engine/select/lists.h"
#include "engine/select/scan.h"

#include "base/banned.h"

/* Places where what looks like a host name is a part of a program, of a rule or of a file. Only plain names are asked. */

static bool is_capital(char ch) { return ch >= 'A' && ch <= 'Z'; }

/* "Drive", "Mail": one capital, then small letters. */
static bool is_titled(slice w)
{
	if (w.len < 2 || !is_capital(w.p[0]))
		return false;
	for (size_t i = 1; i < w.len; i++)
		if (is_capital(w.p[i]) || !is_alpha(w.p[i]))
			return false;
	return true;
}

/* "d.data === 1", "iframe.style.top = '0'", "e.data && …" */
static bool is_operand(const struct scan *s, size_t end)
{
	size_t at = end + (scan_at(s, end) == ' ');
	char ch = scan_at(s, at), next = scan_at(s, at + 1);

	if (ch == '=')
		return next == '=' || (at > end && next == ' ');
	return ((ch == '!' || ch == '+') && next == '=') || ((ch == '&' || ch == '|') && next == ch);
}

bool veto_member(const struct scan *s, const struct host *h, slice first, slice top, size_t labels)
{
	char before = scan_before(s, h->start);

	/* (Get-Location).Drive.Name, $x[0].data.id */
	if (before == '.' && h->start > 1 && (s->t.p[h->start - 2] == ')' || s->t.p[h->start - 2] == ']'))
		return true;
	if (!in_list_hashed(&list_members, h->hash[h->n - 1], top))
		return false;
	/* Mail.Read, WScript.Network: both begin with a capital, and names of hosts are not written so. */
	return (labels == 2 && is_capital(first.p[0]) && is_titled(top)) || is_operand(s, h->end);
}

bool veto_flow(const struct scan *s, size_t start)
{
	size_t from = start > 16 ? start - 16 : 0;
	slice before = { s->t.p + from, start - from };

	/* Suricata, "flowbits:set,name;" */
	return slice_ends(before, S(",")) && slice_find(before, S("flowbits:"), 0) != SIZE_MAX;
}

/* Does the word `z` end at `end`? */
static bool word_ends(const struct scan *s, size_t end, const char *z)
{
	size_t n = strlen(z);

	return end >= n && begins(s->t, end - n, z);
}

static bool says_version(slice before)
{
	for (size_t i = 0; i + 7 <= before.len; i++)
		if ((before.p[i] | 32) == 'v' && begins(before, i, "version"))
			return true;
	return false;
}

bool veto_archive(const struct host *h, slice name)
{
	slice before;

	if (h->n < 3)
		return false;
	before = slice_sub(name, h->from[h->n - 2], (size_t)(h->from[h->n - 1] - h->from[h->n - 2]) - 1);
	/* invoice.pdf.zip, keepass-2.52.zip */
	for (size_t i = 0; i < before.len; i++)
		if (!is_digit(before.p[i]))
			return in_list(&list_file_endings, before);
	return true;
}

bool veto_version(const struct scan *s, size_t start, size_t end)
{
	size_t line = scan_line_start(s, start), e = start;
	slice before;

	/* "file-version ,1.0.0.0", "| Version | 2.1.0.4 |" */
	while (e > line && start - e < 8 && strchr(" \t|,\"", s->t.p[e - 1]))
		e--;
	if (e < start && word_ends(s, e, "version"))
		return true;
	/* "the version in use is the 3.0.4.0 released in 2009": no host has the number 0 */
	before = (slice){ s->t.p + line, start - line };
	return s->t.p[end - 1] == '0' && s->t.p[end - 2] == '.' && scan_at(s, end) != '/' && says_version(before);
}
