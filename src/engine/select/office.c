#include "engine/select/office.h"

#include "engine/select/chars.h"
#include "engine/select/doc.h"

#include "base/banned.h"

/*
 * The text of OOXML and ODF parts, read as a stream of tags and text. No tree, no entities but the five of XML and
 * numbers, no external anything: so nothing of a hostile document is followed or expanded.
 */

bool office_tag_is(slice tag, const char *name)
{
	size_t n = strlen(name);

	return slice_starts(tag, slice_of(name)) && (tag.len == n || is_space(tag.p[n]) || tag.p[n] == '/');
}

/* Where the text stands: in a cell the end of its last paragraph ends no line. */
struct place { bool cell, ended; };

/* A cell begins or ends; false when the tag does neither. */
static bool put_cell(struct buf *b, slice tag, struct place *at)
{
	static const char *const cells[] = { "table:table-cell", "w:tc", "a:tc" };
	bool close = tag.len && tag.p[0] == '/';

	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		if (office_tag_is(close ? slice_sub(tag, 1, tag.len) : tag, cells[i])) {
			at->cell = !close && !slice_ends(tag, S("/"));
			at->ended = false;
			if (!at->cell)
				buf_putc(b, '\t');
			return true;
		}
	return false;
}

/* What a tag puts between pieces of text: paragraphs and rows end lines, cells are parted by tabs. */
static void put_tag(struct buf *b, slice tag, struct place *at)
{
	static const char *const lines[] = { "/w:p", "/a:p", "/text:p", "/text:h", "/row", "/si", "w:br", "text:line-break", "/table:table-row",
		"/w:tr", "/a:tr", "/text:list-item", "/comment" };
	static const char *const cells[] = { "/c", "w:tab", "text:tab" };

	if (put_cell(b, tag, at))
		return;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (office_tag_is(tag, lines[i])) {
			if (at->cell)
				at->ended = true;
			else
				buf_putc(b, '\n');
			return;
		}
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		if (office_tag_is(tag, cells[i])) {
			buf_putc(b, '\t');
			return;
		}
	if (office_tag_is(tag, "text:s"))
		buf_putc(b, ' ');
}

/* Where links go: Target="…" of relations, xlink:href="…" of ODF. */
static void put_link(struct buf *b, slice tag, const char *name)
{
	size_t at = slice_find(tag, slice_of(name), 0), end;

	if (at == SIZE_MAX)
		return;
	at += strlen(name);
	end = slice_find(tag, S("\""), at);
	if (end == SIZE_MAX || slice_find(slice_sub(tag, at, end - at), S("://"), 0) == SIZE_MAX)
		return;
	buf_putc(b, ' ');
	buf_put(b, slice_sub(tag, at, end - at));
	buf_putc(b, '\n');
}

void office_put(struct buf *b, slice text)
{
	static const struct { const char *name; char is; } entities[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
	};

	for (size_t i = 0; i < text.len; i++) {
		size_t k = 0;

		if (text.p[i] == '&') {
			for (; k < 5; k++)
				if (begins(text, i, entities[k].name))
					break;
			if (k < 5) {
				buf_putc(b, entities[k].is);
				i += strlen(entities[k].name) - 1;
				continue;
			}
		}
		buf_putc(b, text.p[i]);
	}
}

bool office_next(slice xml, size_t *i, slice *text, slice *tag)
{
	size_t lt = slice_find(xml, S("<"), *i), gt = lt == SIZE_MAX ? SIZE_MAX : slice_find(xml, S(">"), lt);

	if (*i >= xml.len)
		return false;
	*text = slice_sub(xml, *i, (lt == SIZE_MAX ? xml.len : lt) - *i);
	*tag = gt == SIZE_MAX ? S("") : slice_sub(xml, lt + 1, gt - lt - 1);
	*i = gt == SIZE_MAX ? xml.len : gt + 1;
	return true;
}

rc doc_office_text(struct ctx *c, slice xml, slice part, slice *ret)
{
	struct buf b;
	slice text, tag;
	bool relations = slice_ends(part, S(".rels"));
	struct place at = { 0 };

	buf_init(&b, c->a, xml.len * 2 + 64);
	for (size_t i = 0; office_next(xml, &i, &text, &tag);) {
		if (at.ended && text.len) {
			buf_putc(&b, '\n');   /* a further paragraph of the cell */
			at.ended = false;
		}
		office_put(&b, text);
		if (relations)
			put_link(&b, tag, "Target=\"");
		else if (office_tag_is(tag, "text:a") || office_tag_is(tag, "draw:a"))
			put_link(&b, tag, "xlink:href=\"");
		else
			put_tag(&b, tag, &at);
	}
	return buf_done(c, &b, ret);
}
