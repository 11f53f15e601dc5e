/*
 * Lines of which each part has a name: syslog (RFC 5424, RFC 3164), CEF and LEEF, the combined format of web servers,
 * W3C extended format. Names are looked up in the map; values are only pointed at, but where escapes have to go.
 */
#include "engine/screen/map.h"

#include "base/banned.h"

/* Up to the next blank; moves behind it. */
static slice word_next(slice *rest)
{
	size_t n = 0;
	slice v;

	while (rest->len && rest->p[0] == ' ')
		*rest = slice_sub(*rest, 1, rest->len);
	while (n < rest->len && rest->p[n] != ' ')
		n++;
	v = slice_sub(*rest, 0, n);
	*rest = slice_sub(*rest, n + 1, rest->len);
	return v;
}

/* The text with backslashes taken away, in scratch. */
static slice unescaped(slice v, struct buf *scratch)
{
	size_t from = scratch->len;

	if (v.len == 0 || !memchr(v.p, '\\', v.len))
		return v;
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '\\' && i + 1 < v.len)
			i++;
		buf_putc(scratch, v.p[i]);
	}
	return scratch->full ? S_NONE : (slice){ scratch->p + from, scratch->len - from };
}

static bool name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '.' ||
		ch == '-' || ch == '@' || (unsigned char)ch >= 0x80;
}

/* user=x action="a b" in a message; words without '=' are passed over. */
static void message_pairs(const struct log_map *m, slice text, struct buf *scratch, struct line *out)
{
	size_t i = 0;

	while (i < text.len) {
		size_t from = i, eq, end;

		while (i < text.len && name_char(text.p[i]))
			i++;
		if (i == from || i >= text.len || text.p[i] != '=') {
			i += i == from;
			continue;
		}
		eq = i++;
		if (i < text.len && text.p[i] == '"') {
			end = ++i;
			while (end < text.len && text.p[end] != '"')
				end += text.p[end] == '\\' ? 2 : 1;
			if (end >= text.len)
				return;
			map_field(m, out, slice_sub(text, from, eq - from), unescaped(slice_sub(text, i, end - i), scratch), false);
			i = end + 1;
			continue;
		}
		for (end = i; end < text.len && text.p[end] != ' ' && text.p[end] != ',' && text.p[end] != ';'; end++)
			;
		map_field(m, out, slice_sub(text, from, eq - from), slice_sub(text, i, end - i), false);
		i = end;
	}
}

/* [id name="value" …]…; moves behind it. RFC 5424 §6.3. */
static bool structured_data(const struct log_map *m, slice *rest, struct buf *scratch, struct line *out)
{
	while (rest->len && rest->p[0] == '[') {
		size_t i = 1;

		while (i < rest->len && rest->p[i] != ' ' && rest->p[i] != ']')
			i++;
		while (i < rest->len && rest->p[i] == ' ') {
			size_t from = ++i, eq, v;

			while (i < rest->len && rest->p[i] != '=' && rest->p[i] != ']')
				i++;
			eq = i;
			if (i + 1 >= rest->len || rest->p[i] != '=' || rest->p[i + 1] != '"')
				return false;
			for (v = i += 2; i < rest->len && rest->p[i] != '"'; i++)
				i += rest->p[i] == '\\';
			if (i >= rest->len)
				return false;
			map_field(m, out, slice_sub(*rest, from, eq - from), unescaped(slice_sub(*rest, v, i - v), scratch), false);
			i++;
		}
		if (i >= rest->len || rest->p[i] != ']')
			return false;
		*rest = slice_sub(*rest, i + 1, rest->len);
	}
	return true;
}

/* "123 <34>…" of octet counting, and <34>; false when there is no priority at all. */
static bool priority(slice *t)
{
	size_t i = 0, from;

	while (i < t->len && t->p[i] >= '0' && t->p[i] <= '9')
		i++;
	from = i > 0 && i + 1 < t->len && t->p[i] == ' ' && t->p[i + 1] == '<' ? i + 1 : 0;
	if (from >= t->len || t->p[from] != '<')
		return false;
	for (i = from + 1; i < t->len && t->p[i] >= '0' && t->p[i] <= '9' && i < from + 5; i++)
		;
	if (i == from + 1 || i >= t->len || t->p[i] != '>')
		return false;
	*t = slice_sub(*t, i + 1, t->len);
	return true;
}

static bool is_month(slice t)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (t.len < 15 || t.p[3] != ' ')
		return false;
	for (unsigned i = 0; i < 12; i++)
		if (memcmp(months + 3 * i, t.p, 3) == 0)
			return true;
	return false;
}

/* Takes the head off and names its parts; what is left is the message. */
static bool syslog_head(const struct log_map *m, slice *t, struct buf *scratch, struct line *out)
{
	(void)priority(t);
	if (t->len > 2 && t->p[0] == '1' && t->p[1] == ' ') {
		static const slice names[] = { S_INIT("time"), S_INIT("host"), S_INIT("app"), S_INIT("procid"), S_INIT("msgid") };

		*t = slice_sub(*t, 2, t->len);
		for (unsigned i = 0; i < 5; i++)
			map_field(m, out, names[i], word_next(t), false);
		if (t->len && t->p[0] == '-')
			*t = slice_sub(*t, 1, t->len);
		else if (!structured_data(m, t, scratch, out))
			return false;
		return true;
	}
	if (is_month(*t)) {
		map_field(m, out, S("time"), slice_sub(*t, 0, 15), false);
		*t = slice_sub(*t, 16, t->len);
	} else {
		/* rsyslog's RFC 3339 times in the old form */
		if (t->len < 19 || t->p[4] != '-')
			return false;
		map_field(m, out, S("time"), word_next(t), false);
	}
	map_field(m, out, S("host"), word_next(t), false);
	return true;
}

enum line_state line_syslog(const struct log_map *m, slice text, struct buf *scratch, struct line *out)
{
	slice rest = text, app;
	size_t colon;

	if (!syslog_head(m, &rest, scratch, out))
		return LINE_DAMAGED;
	rest = slice_trim(rest);
	colon = slice_find(slice_sub(rest, 0, 64), S(": "), 0);
	if (colon != SIZE_MAX && !memchr(rest.p, '=', colon)) {
		app = slice_sub(rest, 0, colon);
		if (app.len && memchr(app.p, '[', app.len))
			app = slice_sub(app, 0, slice_find(app, S("["), 0));
		map_field(m, out, S("app"), app, false);
		rest = slice_sub(rest, colon + 2, rest.len);
	}
	map_field(m, out, S("message"), rest, false);
	message_pairs(m, rest, scratch, out);
	return LINE_GOOD;
}

/* Names of the fields before the extension. */
static const slice cef_names[] = { S_INIT("version"), S_INIT("vendor"), S_INIT("product"), S_INIT("device"), S_INIT("id"),
	S_INIT("name"), S_INIT("severity") };

/* One field of the head; '|' ends it, but not behind a backslash. */
static slice head_field(slice *rest, struct buf *scratch)
{
	size_t n = 0;
	slice v;

	while (n < rest->len && rest->p[n] != '|')
		n += rest->p[n] == '\\' ? 2 : 1;
	if (n > rest->len)
		n = rest->len;
	v = slice_sub(*rest, 0, n);
	*rest = slice_sub(*rest, n + 1, rest->len);
	return unescaped(v, scratch);
}

/* The place of the '=' of the next name=, at or behind i; a value may hold blanks and escaped '='. */
static size_t next_equals(slice t, size_t i)
{
	for (; i < t.len; i++) {
		if (t.p[i] == '\\')
			i++;
		else if (t.p[i] == '=')
			return i;
	}
	return SIZE_MAX;
}

static void cef_extension(const struct log_map *m, slice t, struct buf *scratch, struct line *out)
{
	size_t at = 0, eq = next_equals(t, 0);

	while (eq != SIZE_MAX) {
		size_t next = next_equals(t, eq + 1), end = t.len, from = at;

		if (next != SIZE_MAX)
			for (end = next; end > eq && t.p[end - 1] != ' '; end--)
				;
		while (from < eq && t.p[from] == ' ')
			from++;
		map_field(m, out, slice_sub(t, from, eq - from), slice_trim(unescaped(slice_sub(t, eq + 1, end > eq + 1 ? end - eq - 1 : 0),
			scratch)), false);
		at = end;
		eq = next;
	}
}

/* LEEF 2.0 may name its delimiter, as a character or as x09. */
static char leef_delimiter(slice v)
{
	static const char hex[] = "0123456789abcdef";
	const char *hi, *lo;

	if (v.len == 1)
		return v.p[0];
	if (v.len < 3 || (v.p[v.len - 3] | 0x20) != 'x')
		return '\t';
	hi = strchr(hex, v.p[v.len - 2] | 0x20);
	lo = strchr(hex, v.p[v.len - 1] | 0x20);
	return hi && lo && *hi && *lo ? (char)((hi - hex) * 16 + (lo - hex)) : '\t';
}

static void leef_extension(const struct log_map *m, slice t, char delimiter, struct line *out)
{
	slice part;

	while (slice_next(&t, delimiter, &part)) {
		size_t eq = slice_find(part, S("="), 0);

		if (eq != SIZE_MAX)
			map_field(m, out, slice_trim(slice_sub(part, 0, eq)), slice_trim(slice_sub(part, eq + 1, part.len)), false);
	}
}

enum line_state line_cef(const struct log_map *m, slice text, struct buf *scratch, struct line *out)
{
	size_t cef = slice_find(text, S("CEF:"), 0), leef = slice_find(text, S("LEEF:"), 0);
	bool is_leef = leef != SIZE_MAX && (cef == SIZE_MAX || leef < cef);
	slice rest = text, head = slice_sub(text, 0, is_leef ? leef : cef == SIZE_MAX ? 0 : cef);
	char delimiter = '\t';
	slice version;

	if (cef == SIZE_MAX && leef == SIZE_MAX)
		return LINE_DAMAGED;
	if (head.len)
		(void)syslog_head(m, &head, scratch, out);
	rest = slice_sub(text, is_leef ? leef + 5 : cef + 4, text.len);
	version = slice_sub(rest, 0, 1);
	for (unsigned i = 0; i < (is_leef ? 5u : 7u); i++) {
		if (rest.len == 0)
			return LINE_DAMAGED;
		map_field(m, out, cef_names[i], head_field(&rest, scratch), false);
	}
	if (!is_leef) {
		cef_extension(m, rest, scratch, out);
		return LINE_GOOD;
	}
	if (slice_is(version, "2") && slice_find(slice_sub(rest, 0, 6), S("|"), 0) != SIZE_MAX)
		delimiter = leef_delimiter(head_field(&rest, scratch));
	leef_extension(m, rest, delimiter, out);
	return LINE_GOOD;
}

/* "…" with \" in it, or a word; moves behind it. */
static bool quoted_word(slice *rest, slice *ret)
{
	size_t n = 1;

	while (rest->len && rest->p[0] == ' ')
		*rest = slice_sub(*rest, 1, rest->len);
	if (rest->len == 0 || rest->p[0] != '"')
		return false;
	while (n < rest->len && rest->p[n] != '"')
		n += rest->p[n] == '\\' ? 2 : 1;
	if (n >= rest->len)
		return false;
	*ret = slice_sub(*rest, 1, n - 1);
	*rest = slice_sub(*rest, n + 1, rest->len);
	return true;
}

static void request(const struct log_map *m, slice r, struct line *out)
{
	slice method = word_next(&r), url = word_next(&r);
	size_t q = slice_find(url, S("?"), 0);

	map_field(m, out, S("method"), method, false);
	map_field(m, out, S("path"), slice_sub(url, 0, q), false);
	if (q != SIZE_MAX)
		map_field(m, out, S("query"), slice_sub(url, q + 1, url.len), false);
	map_field(m, out, S("url"), url, false);
}

enum line_state line_combined(const struct log_map *m, slice text, struct line *out)
{
	slice rest = text, v;
	size_t close;

	map_field(m, out, S("host"), word_next(&rest), false);
	map_field(m, out, S("ident"), word_next(&rest), false);
	map_field(m, out, S("user"), word_next(&rest), false);
	if (rest.len < 2 || rest.p[0] != '[' || (close = slice_find(rest, S("]"), 0)) == SIZE_MAX)
		return LINE_DAMAGED;
	map_field(m, out, S("time"), slice_sub(rest, 1, close - 1), false);
	rest = slice_sub(rest, close + 1, rest.len);
	if (!quoted_word(&rest, &v))
		return LINE_DAMAGED;
	request(m, v, out);
	map_field(m, out, S("status"), word_next(&rest), false);
	map_field(m, out, S("bytes"), word_next(&rest), false);
	if (quoted_word(&rest, &v))
		map_field(m, out, S("referer"), v, false);
	if (quoted_word(&rest, &v))
		map_field(m, out, S("agent"), v, false);
	return out->f[COL_TS].len ? LINE_GOOD : LINE_DAMAGED;
}

enum line_state line_w3c(const struct layout *l, slice text, struct buf *scratch, struct line *out)
{
	const struct log_map *m = l->map;
	slice names = out->w3c.len ? out->w3c : l->header, rest = text, date = S_NONE, time = S_NONE;
	size_t from = scratch->len;

	if (slice_starts(text, S("#Fields:")))
		out->w3c = slice_sub(text, 8, text.len);
	if (text.p[0] == '#')
		return LINE_HEADER;
	for (slice name = word_next(&names); name.len; name = word_next(&names)) {
		slice v;

		if (rest.len == 0)
			return LINE_DAMAGED;
		v = word_next(&rest);
		if (slice_is(name, "date"))
			date = v;
		else if (slice_is(name, "time"))
			time = v;
		map_field(m, out, name, v, false);
	}
	if (date.len && time.len) {
		buf_put(scratch, date);
		buf_putc(scratch, ' ');
		buf_put(scratch, time);
		if (!scratch->full)
			map_field(m, out, S("date-time"), (slice){ scratch->p + from, scratch->len - from }, false);
	}
	return rest.len == 0 ? LINE_GOOD : LINE_DAMAGED;
}
