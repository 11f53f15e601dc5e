/*
 * One record in XML, as Windows events and audit messages of DICOM (PS3.15 A.5) are: elements, attributes and texts
 * under names, the first of a name counts. No entities but the five of XML and numbers, no declarations are followed.
 * Not libxml2: a log of many GB is cut into records, and nothing but flat names is asked for.
 */
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/screen/map.h"

#include "base/banned.h"

#define DEPTH 16

struct xml { const struct log_map *m; slice t; size_t i; struct buf *scratch; struct line *out; bool other; };

static bool entity(slice e, struct buf *out)
{
	static const struct { slice name; char ch; } known[] = { { S_INIT("amp"), '&' }, { S_INIT("lt"), '<' },
		{ S_INIT("gt"), '>' }, { S_INIT("quot"), '"' }, { S_INIT("apos"), '\'' } };
	uint32_t cp = 0;
	char u[4];

	for (unsigned i = 0; i < 5; i++)
		if (slice_eq(e, known[i].name)) {
			buf_putc(out, known[i].ch);
			return true;
		}
	if (e.len < 2 || e.p[0] != '#')
		return false;
	for (size_t i = e.p[1] == 'x' ? 2 : 1; i < e.len; i++) {
		unsigned base = e.p[1] == 'x' ? 16 : 10;
		char ch = e.p[i];
		uint32_t d = ch >= '0' && ch <= '9' ? (uint32_t)(ch - '0') : (ch | 0x20) >= 'a' && (ch | 0x20) <= 'f' ?
			(uint32_t)((ch | 0x20) - 'a') + 10 : 99;

		if (d >= base || cp > 0x10ffff)
			return false;
		cp = cp * base + d;
	}
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return false;
	buf_put(out, (slice){ u, utf8_encode(cp, u) });
	return true;
}

static slice text_of(slice v, struct buf *scratch)
{
	size_t from = scratch->len;

	v = slice_trim(v);
	if (v.len == 0 || !memchr(v.p, '&', v.len))
		return v;
	for (size_t i = 0; i < v.len; i++) {
		size_t end = v.p[i] == '&' ? slice_find(v, S(";"), i) : SIZE_MAX;

		if (end == SIZE_MAX || end - i > 10 || !entity(slice_sub(v, i + 1, end - i - 1), scratch)) {
			buf_putc(scratch, v.p[i]);
			continue;
		}
		i = end;
	}
	return scratch->full ? S_NONE : (slice){ scratch->p + from, scratch->len - from };
}

static bool space(char ch) { return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r'; }

static slice name_at(struct xml *x)
{
	size_t from = x->i;

	while (x->i < x->t.len && !space(x->t.p[x->i]) && !strchr("/>=", x->t.p[x->i]))
		x->i++;
	return slice_sub(x->t, from, x->i - from);
}

/* The part behind a prefix: evt:Data is Data. */
static slice local(slice name)
{
	size_t colon = slice_find(name, S(":"), 0);

	return colon == SIZE_MAX ? name : slice_sub(name, colon + 1, name.len);
}

/* element@attribute; `.other` behind the element when it is not the one who asked (DICOM: UserIsRequestor). */
static void attribute(struct xml *x, slice element, slice name, slice value)
{
	char text[200];
	size_t n = 0;
	slice parts[] = { element, x->other ? S(".other") : S_NONE, S("@"), name };

	for (unsigned i = 0; i < 4; i++) {
		if (n + parts[i].len > sizeof text)
			return;
		if (parts[i].len)
			memcpy(text + n, parts[i].p, parts[i].len);
		n += parts[i].len;
	}
	map_field(x->m, x->out, (slice){ text, n }, text_of(value, x->scratch), false);
}

/* The attributes of a tag; *ret_named is the value of Name=, which Windows gives to <Data>. False when it is no tag. */
static bool attributes(struct xml *x, slice element, slice *ret_named, bool *ret_closed)
{
	*ret_named = S_NONE;
	for (;;) {
		slice name, value;
		char quote;
		size_t end;

		while (x->i < x->t.len && space(x->t.p[x->i]))
			x->i++;
		if (x->i >= x->t.len)
			return false;
		if (x->t.p[x->i] == '>' || x->t.p[x->i] == '/') {
			*ret_closed = x->t.p[x->i] == '/';
			x->i += *ret_closed ? 2 : 1;
			return x->i <= x->t.len && x->t.p[x->i - 1] == '>';
		}
		name = local(name_at(x));
		while (x->i < x->t.len && (space(x->t.p[x->i]) || x->t.p[x->i] == '='))
			x->i++;
		if (name.len == 0 || x->i >= x->t.len || (x->t.p[x->i] != '"' && x->t.p[x->i] != '\''))
			return false;
		quote = x->t.p[x->i++];
		end = x->i;
		while (end < x->t.len && x->t.p[end] != quote)
			end++;
		if (end >= x->t.len)
			return false;
		value = slice_sub(x->t, x->i, end - x->i);
		x->i = end + 1;
		attribute(x, element, name, value);
		if (slice_is(name, "Name"))
			*ret_named = value;
	}
}

/* Does the tag that begins here say that its user is not the one who asked? */
static bool says_other(const struct xml *x)
{
	size_t end = slice_find(x->t, S(">"), x->i), at;

	if (end == SIZE_MAX)
		return false;
	at = slice_find(slice_sub(x->t, x->i, end - x->i), S("UserIsRequestor"), 0);
	return at != SIZE_MAX && slice_find(slice_sub(x->t, x->i + at, 24), S("alse"), 0) != SIZE_MAX;
}

/* One tag; the text behind it belongs to it. Returns false at the end or when it is damaged. */
static bool tag(struct xml *x, slice open[DEPTH], unsigned *depth)
{
	slice name, named;
	bool closed;
	size_t end;

	if (x->t.p[x->i] == '/') {
		end = slice_find(x->t, S(">"), x->i);
		if (end == SIZE_MAX || *depth == 0 || !slice_eq(local(slice_trim(slice_sub(x->t, x->i + 1, end - x->i - 1))), open[*depth - 1]))
			return false;
		(*depth)--;
		x->i = end + 1;
		return true;
	}
	name = local(name_at(x));
	x->other = says_other(x);
	if (name.len == 0 || name.len > 64 || *depth == DEPTH || !attributes(x, name, &named, &closed))
		return false;
	if (closed)
		return true;
	open[(*depth)++] = name;
	end = slice_find(x->t, S("<"), x->i);
	if (end != SIZE_MAX && end > x->i)
		map_field(x->m, x->out, named.len ? named : name, text_of(slice_sub(x->t, x->i, end - x->i), x->scratch), false);
	return true;
}

enum line_state line_xml(const struct log_map *m, slice text, struct buf *scratch, struct line *out)
{
	struct xml x = { .m = m, .t = text, .scratch = scratch, .out = out };
	slice open[DEPTH];
	unsigned depth = 0, tags = 0;

	for (;;) {
		x.i = slice_find(text, S("<"), x.i);
		if (x.i == SIZE_MAX)
			break;
		x.i++;
		if (x.i >= text.len)
			return LINE_DAMAGED;
		if (text.p[x.i] == '?' || text.p[x.i] == '!')
			continue;
		if (!tag(&x, open, &depth))
			return LINE_DAMAGED;
		tags++;
		if (depth == 0)
			break;
	}
	return tags == 0 ? LINE_EMPTY : depth == 0 ? LINE_GOOD : LINE_DAMAGED;
}
