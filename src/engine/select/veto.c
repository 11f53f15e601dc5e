#include "engine/select/lists.h"
#include "engine/select/scan.h"
#include "engine/select/suffix.h"

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
bool veto_operand(const struct scan *s, size_t end)
{
	size_t at = end + (scan_at(s, end) == ' ');
	char ch = scan_at(s, at), next = scan_at(s, at + 1);

	if (ch == '=')
		return next == '=' || (at > end && next == ' ');
	return ((ch == '!' || ch == '+') && next == '=') || ((ch == '&' || ch == '|') && next == ch);
}

/* document.location.host: an object, and members up to the last. */
static bool is_chain(const struct host *h, slice first, slice top)
{
	if (h->n >= HASHED_MOST || !in_list_hashed(&list_objects, h->first, first) || !in_list_hashed(&list_members, h->hash[h->n - 1], top))
		return false;
	for (unsigned k = 1; k + 1 < h->n; k++) {
		slice label = { h->text + h->from[k], (size_t)(h->from[k + 1] - h->from[k]) - 1 };

		if (!in_list(&list_members, label) && !in_list(&list_objects, label))
			return false;
	}
	return true;
}

/* android.os.Build: a class, whatever top level names there are. */
static bool is_class_name(slice raw, slice top)
{
	if (top.len < 4 || !is_titled(top))
		return false;
	for (const char *p = raw.p; p < top.p; p++)
		if (is_capital(*p))
			return false;
	return true;
}

/* "u.id==e&&", "(u.id=r)": programs made small have variables of one letter, between signs and without blanks. */
static bool is_minified(const struct scan *s, const struct host *h, slice first, slice top)
{
	char before = scan_before(s, h->start), after = scan_at(s, h->end);

	if (first.len != 1 || same_word(top, "com") || same_word(top, "co"))
		return false;
	return before && after && strchr("=,(!&|?:+;[{}", before) && strchr("=,)!&|?:+;]}.<", after) && (strchr("=!&|?+{}", before) || strchr("=!&|?+}", after));
}

/* Trojan.Win32.Agent.id: names of malware have the system in their midst. */
static bool is_malware(slice raw)
{
	static const char *const systems[] = { ".Win32.", ".Win64.", ".MSIL.", ".W32.", ".AndroidOS.", ".Linux.", ".OSX.", ".MSOffice.", ".MSWord.", ".MSExcel.",
		".Script.", ".VBS.", ".JS.", ".PHP.", ".BAT.", ".PowerShell." };

	for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
		size_t at = slice_find(raw, slice_of(systems[i]), 0);

		/* and then the family before the last label */
		if (at != SIZE_MAX && memchr(raw.p + at + strlen(systems[i]), '.', raw.len - at - strlen(systems[i])))
			return true;
	}
	return false;
}

bool veto_member(const struct scan *s, const struct host *h, slice first, slice top, size_t labels)
{
	char before = scan_before(s, h->start);

	if (labels == 2 && is_minified(s, h, first, top))
		return true;
	if (labels >= 4 && is_capital(first.p[0]) && is_malware((slice){ first.p, (size_t)(top.p + top.len - first.p) }))
		return true;
	if (labels >= 3 && is_class_name((slice){ first.p, (size_t)(top.p + top.len - first.p) }, top))
		return true;
	/* Finder.app of macOS; no name that can be registered has "_" */
	if (labels == 2 && ((same_word(top, "app") && is_titled(first) && scan_at(s, h->end) != '/') || (memchr(first.p, '_', first.len) && !veto_lifted(s, h))))
		return true;
	if (labels > 2 && is_chain(h, first, top))
		return true;

	/* (Get-Location).Drive.Name, $x[0].data.id */
	if (before == '.' && h->start > 1 && (s->t.p[h->start - 2] == ')' || s->t.p[h->start - 2] == ']'))
		return true;
	if (!in_list_hashed(&list_members, h->hash[h->n - 1], top))
		return false;
	/* slice.call(arguments) */
	if (scan_at(s, h->end) == '(' && !is_digit(scan_at(s, h->end + 1)))
		return true;
	/* Mail.Read, WScript.Network: both begin with a capital, and names of hosts are not written so. */
	return (labels == 2 && is_capital(first.p[0]) && is_titled(top)) || veto_operand(s, h->end);
}

bool veto_flow(const struct scan *s, size_t start)
{
	static const char word[] = "flowbits:";   /* Suricata, "flowbits:set,name;" */
	const size_t n = sizeof word - 1;

	if (scan_before(s, start) != ',')
		return false;
	for (size_t at = start > 16 ? start - 16 : 0; at + n <= start; at++)
		if (s->t.p[at + n - 1] == ':' && memcmp(s->t.p + at, word, n) == 0)
			return true;
	return false;
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

/* "magnet:?xt=…&dn=Some Program 4.0.9.3.zip": names and numbers of versions, up to the end of the line or its mark. */
static bool in_magnet(const struct scan *s, size_t at)
{
	const char *line = s->t.p + scan_line_start(s, at), *end = s->t.p + at;

	for (const char *p = line; (p = memchr(p, '?', (size_t)(end - p))) != NULL; p++)
		if (p - line >= 7 && memcmp(p - 7, "magnet:", 7) == 0)
			return !memchr(p, '`', (size_t)(end - p)) && !memchr(p, '"', (size_t)(end - p));
	return false;
}

bool veto_archive(const struct scan *s, const struct host *h, slice name)
{
	slice before;

	if (in_magnet(s, h->start) || hash_before(s, h->start))
		return true;
	if (h->n < 3)
		return false;
	/* keepass-2.52.zip, tool-4.5-any.zip */
	for (size_t i = 1; i + 1 < name.len; i++)
		if (name.p[i] == '.' && is_digit(name.p[i - 1]) && is_digit(name.p[i + 1]))
			return true;
	/* invoice.pdf.zip */
	before = slice_sub(name, h->from[h->n - 2], (size_t)(h->from[h->n - 1] - h->from[h->n - 2]) - 1);
	return in_list(&list_file_endings, before);
}

/* shop.pdf.com, mcutil.dll.bbc: two endings. "www.pdf.com" and the like are left. */
bool veto_endings(const struct host *h, slice name)
{
	slice before;

	if (h->n < 3 || slice_starts(name, S("www.")))
		return false;
	before = slice_sub(name, h->from[h->n - 2], (size_t)(h->from[h->n - 1] - h->from[h->n - 2]) - 1);
	return in_list(&list_double_endings, before);
}

static bool is_between_cells(char ch) { return ch == ' ' || ch == '\t' || ch == '|' || ch == ',' || ch == '"' || ch == '\0'; }

bool veto_version(const struct scan *s, size_t start, size_t end)
{
	size_t line = scan_line_start(s, start), e = start;
	slice before;

	/* "file-version ,1.0.0.0", "| Version | 2.1.0.4 |" */
	while (e > line && start - e < 8 && is_between_cells(s->t.p[e - 1]))
		e--;
	if ((e < start && word_ends(s, e, "version")) || (start > line + 16 && in_magnet(s, start)))
		return true;
	/* "the version in use is the 3.0.4.0 released in 2009": no host has the number 0 */
	before = (slice){ s->t.p + line, start - line };
	return s->t.p[end - 1] == '0' && s->t.p[end - 2] == '.' && scan_at(s, end) != '/' && says_version(before);
}

/* Android's packages of national makers, as ru.maker.money: few of their last words are top level names, too. */
static bool ends_package(slice top)
{
	static const char *const words[] = { "android", "app", "cash", "finance", "game", "games", "mobile", "money" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (same_word(top, words[i]))
			return true;
	return false;
}

bool veto_package(const struct host *h, slice first, slice top, size_t labels)
{
	if (labels < 3 || top.len <= 2 || !in_list_hashed(&list_package_tops, h->first, first) ||
			in_list_hashed(&list_package_tops, h->hash[h->n - 1], top))
		return false;
	/* de.pool.example: hosts are called by countries, too; io.netty and the old names of three letters begin packages. */
	return first.len != 2 || same_word(first, "io") || ends_package(top);
}

enum neighbour { NEIGHBOUR_NONE, NEIGHBOUR_HOST, NEIGHBOUR_OTHER, NEIGHBOUR_OPEN };

/* A line of a list: a host that nobody takes for anything else, something else, or not to be told. */
static enum neighbour neighbour_of(slice line)
{
	const char *dot, *first;
	size_t end = 0;
	uint8_t ip[4];
	slice top;

	line = slice_trim(line);
	if (line.len == 0 || line.p[0] == '#' || line.p[0] == '/')
		return NEIGHBOUR_OPEN;
	if (begins(line, 0, "http://") || begins(line, 0, "https://"))
		return NEIGHBOUR_HOST;
	while (end < line.len && (line.p[end] == '.' || is_fast(line.p[end], FAST_HOST)) && !is_capital(line.p[end]))
		end++;
	if (end < line.len && line.p[end] != ':' && line.p[end] != '/')
		return NEIGHBOUR_OTHER;
	line.len = end;
	dot = memrchr(line.p, '.', line.len);
	if (!dot)
		return NEIGHBOUR_OTHER;
	if (host_parse_ipv4(line, ip))
		return NEIGHBOUR_HOST;
	top = (slice){ dot + 1, (size_t)(line.p + line.len - dot) - 1 };
	if (!suffix_is_top(top))
		return NEIGHBOUR_OTHER;
	first = memchr(line.p, '.', line.len);
	if (in_list(&list_file_tops, top) || (first != dot && in_list(&list_package_tops, slice_sub(line, 0, (size_t)(first - line.p)))))
		return NEIGHBOUR_OPEN;
	return NEIGHBOUR_HOST;
}

#define LIST_LINES 8u

/* The nearest line above or below that tells. */
static enum neighbour look_up(const struct scan *s, size_t at)
{
	for (unsigned n = 0; n < LIST_LINES && at > 0; n++) {
		enum neighbour is = neighbour_of(scan_line(s, at - 1));

		if (is != NEIGHBOUR_OPEN)
			return is;
		at = scan_line_start(s, at - 1);
	}
	return NEIGHBOUR_NONE;
}

static enum neighbour look_down(const struct scan *s, size_t at)
{
	for (unsigned n = 0; n < LIST_LINES && at + 1 < s->t.len; n++) {
		enum neighbour is = neighbour_of(scan_line(s, at + 1));

		if (is != NEIGHBOUR_OPEN)
			return is;
		at = scan_line_end(s, at + 1);
	}
	return NEIGHBOUR_NONE;
}

bool veto_lifted(const struct scan *s, const struct host *h)
{
	size_t line = scan_line_start(s, h->start), end = scan_line_end(s, h->end);
	enum neighbour up, down;

	if (line != h->start || s->kind != IND_KIND_TEXT)
		return false;
	for (size_t i = h->end; i < end; i++)
		if (is_space(s->t.p[i]) && s->t.p[i] != '\r')
			return false;
	if (h->end < end && !strchr(":/\r", s->t.p[h->end]))
		return false;
	up = look_up(s, line);
	down = look_down(s, end);
	return (up == NEIGHBOUR_HOST || down == NEIGHBOUR_HOST) && up != NEIGHBOUR_OTHER && down != NEIGHBOUR_OTHER;
}
