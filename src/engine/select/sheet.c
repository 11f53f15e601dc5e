/*
 * Sheets of workbooks (OOXML, ECMA-376 part 1 §18.3, §18.4). A cell mostly holds the number of a string that stands elsewhere, and
 * empty cells are left out: only when both are put back does the head of a column say what stands under it.
 */
#include "engine/select/office.h"

#include "engine/select/chars.h"
#include "engine/select/doc.h"

#include "base/banned.h"

#define WIDTH_MOST 256u     /* columns that short rows are filled up to */

static size_t count_of(slice xml, slice what)
{
	size_t n = 0;

	for (size_t at = 0; (at = slice_find(xml, what, at)) != SIZE_MAX; at += what.len)
		n++;
	return n;
}

static bool is_empty(slice tag) { return tag.len && tag.p[tag.len - 1] == '/'; }

rc office_strings_read(struct ctx *c, slice xml, struct office_strings *ret)
{
	struct office_strings s = { 0 };
	size_t i = 0, n = count_of(xml, S("<si"));
	bool open = false, reading = false;
	slice text, tag;
	struct buf b;

	TRY_ARRAY(c, s.end, n + 1);
	TRY_ARRAY(c, s.used, n + 1);
	buf_init(&b, c->a, xml.len + 64);
	while (office_next(xml, &i, &text, &tag)) {
		if (open && !reading)
			office_put(&b, text);
		if (office_tag_is(tag, "rPh"))
			reading = !is_empty(tag);                          /* how it is read: not shown in the cell */
		else if (office_tag_is(tag, "/rPh"))
			reading = false;
		else if (office_tag_is(tag, "si"))
			open = true;
		if (open && s.n < n && (office_tag_is(tag, "/si") || (office_tag_is(tag, "si") && is_empty(tag)))) {
			s.end[s.n++] = b.len;
			open = false;
		}
	}
	TRY(buf_done(c, &b, &s.text));
	*ret = s;
	return OK;
}

static slice string_at(const struct office_strings *s, size_t k)
{
	size_t from = k ? s->end[k - 1] : 0;

	return slice_sub(s->text, from, s->end[k] - from);
}

/* In one line and one cell. */
static void put_flat(struct buf *b, slice text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_putc(b, text.p[i] == '\n' || text.p[i] == '\t' || text.p[i] == '\r' ? ' ' : text.p[i]);
}

rc office_strings_rest(struct ctx *c, const struct office_strings *s, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, s->text.len + s->n + 64);
	for (size_t k = 0; k < s->n; k++)
		if (!s->used[k]) {
			put_flat(&b, string_at(s, k));
			buf_putc(&b, '\n');
		}
	return buf_done(c, &b, ret);
}

/* The value of an attribute; empty when it is not there. */
static slice attribute(slice tag, slice name)
{
	size_t at = slice_find(tag, name, 0), end;

	if (at == SIZE_MAX)
		return S("");
	at += name.len;
	end = slice_find(tag, S("\""), at);
	return end == SIZE_MAX ? S("") : slice_sub(tag, at, end - at);
}

/* "C5" is the third column, 2; without a reference, the one after the last. */
static uint32_t column_of(slice cell, uint32_t next)
{
	slice ref = attribute(cell, S(" r=\""));
	uint32_t n = 0;
	size_t i = 0;

	for (; i < ref.len && i < 3 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++)
		n = n * 26 + (uint32_t)(ref.p[i] - 'A' + 1);
	return i ? n - 1 : next;
}

/* How many columns the widest row has. */
static uint32_t width_of(slice xml)
{
	uint32_t next = 0, widest = 0;
	slice text, tag;

	for (size_t i = 0; office_next(xml, &i, &text, &tag);) {
		if (office_tag_is(tag, "row"))
			next = 0;
		if (!office_tag_is(tag, "c"))
			continue;
		next = column_of(tag, next) + 1;
		widest = next > widest ? next : widest;
	}
	return widest < WIDTH_MOST ? widest : WIDTH_MOST;
}

/* What is read: a row of cells into `rows`, what stands elsewhere (headers, formulas with text) into `more`. */
struct sheet { struct buf rows, more; struct office_strings *strings; uint32_t width, column; bool cell, shared, formula; };

static void tabs_to(struct sheet *t, uint32_t column)
{
	for (; t->column < column && t->column < WIDTH_MOST; t->column++)
		buf_putc(&t->rows, '\t');
}

static void put_value(struct sheet *t, slice text)
{
	size_t k = 0, i = t->rows.len;

	if (!t->shared) {
		office_put(&t->rows, text);
		for (; i < t->rows.len; i++)
			if (t->rows.p[i] == '\n' || t->rows.p[i] == '\t' || t->rows.p[i] == '\r')
				t->rows.p[i] = ' ';
		return;
	}
	for (i = 0; i < text.len && i < 9 && is_digit(text.p[i]); i++)
		k = k * 10 + (size_t)(text.p[i] - '0');
	if (i != text.len || !i || !t->strings || k >= t->strings->n)
		return;
	t->strings->used[k] = true;
	put_flat(&t->rows, string_at(t->strings, k));
}

static void take_text(struct sheet *t, slice text)
{
	if (text.len == 0)
		return;
	if (t->cell && !t->formula) {
		put_value(t, text);
	} else if (slice_trim(text).len && (!t->formula || slice_find(text, S("quot;"), 0) != SIZE_MAX || slice_find(text, S("\""), 0) != SIZE_MAX)) {
		office_put(&t->more, text);
		buf_putc(&t->more, '\n');
	}
}

static void cell_begins(struct sheet *t, slice tag)
{
	uint32_t column = column_of(tag, t->column);

	tabs_to(t, column);
	if (column >= WIDTH_MOST)
		buf_putc(&t->rows, '\t');
	t->shared = slice_is(attribute(tag, S(" t=\"")), "s");
	t->cell = true;
}

static void cell_ends(struct sheet *t)
{
	t->cell = t->shared = false;
	if (t->column + 1 < t->width)
		tabs_to(t, t->column + 1);
}

static void take_tag(struct sheet *t, slice tag)
{
	if (office_tag_is(tag, "c"))
		cell_begins(t, tag);
	if (office_tag_is(tag, "/c") || (office_tag_is(tag, "c") && is_empty(tag)))
		cell_ends(t);
	if (office_tag_is(tag, "f"))
		t->formula = !is_empty(tag);
	if (office_tag_is(tag, "/f"))
		t->formula = false;
	if (office_tag_is(tag, "/row")) {
		tabs_to(t, t->width ? t->width - 1 : 0);
		t->column = 0;
		buf_putc(&t->rows, '\n');
	}
}

rc office_sheet(struct ctx *c, slice xml, struct office_strings *s, slice *ret)
{
	struct sheet t = { .strings = s, .width = width_of(xml) };
	slice text, tag, more;

	/* each cell may stand for any string, so the text may be longer than what it was made of */
	buf_init(&t.rows, c->a, DOC_TEXT_MOST);
	buf_init(&t.more, c->a, xml.len * 2 + 64);
	for (size_t i = 0; office_next(xml, &i, &text, &tag);) {
		take_text(&t, text);
		take_tag(&t, tag);
	}
	TRY(buf_done(c, &t.more, &more));
	buf_put(&t.rows, more);
	return buf_done(c, &t.rows, ret);
}
