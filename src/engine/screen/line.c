#include "engine/screen/line.h"

#include "engine/screen/map.h"

#include "base/banned.h"

/* Where the record that begins at or behind `from` ends: behind its closing tag; 0 when that is not there. */
static size_t record_end(const struct layout *l, slice bytes, size_t from)
{
	const slice name = l->map->record;

	for (size_t i = from; (i = slice_find(bytes, S("</"), i)) != SIZE_MAX; i += 2) {
		slice tag = slice_sub(bytes, i + 2, name.len + 1);

		if (slice_starts(tag, name) && tag.len > name.len && tag.p[name.len] == '>')
			return i + 2 + name.len + 1;
	}
	return 0;
}

/* A record in XML, which may go over several lines; what stands between records is nothing. */
static enum line_state next_record(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	size_t end = record_end(l, block, *at), from = *at, begin;

	*at = end ? end : block.len;
	out->whole = slice_sub(block, from, *at - from);
	for (begin = from; (begin = slice_find(block, S("<"), begin)) < *at; begin++) {
		slice tag = slice_sub(block, begin + 1, l->map->record.len + 1);

		if (slice_starts(tag, l->map->record) && tag.len > l->map->record.len && strchr(" >\t\r\n", tag.p[tag.len - 1]))
			break;
	}
	if (begin >= *at)
		return end ? LINE_DAMAGED : LINE_EMPTY;
	out->whole = slice_sub(block, begin, *at - begin);
	return line_mapped(l, out->whole, scratch, out);
}

enum line_state line_next(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	const char *p = block.p + *at, *nl;
	size_t left = block.len - *at;
	slice text;

	if (l->form == FORM_CSV)
		return line_csv(l, block, at, scratch, out);
	if (l->form == FORM_XML)
		return next_record(l, block, at, scratch, out);
	nl = memchr(p, '\n', left);
	text = (slice){ p, nl ? (size_t)(nl - p) : left };
	*at += text.len + (nl ? 1 : 0);
	if (text.len > 0 && text.p[text.len - 1] == '\r')
		text.len--;
	out->whole = text;
	if (text.len == 0)
		return LINE_EMPTY;
	if (l->form >= FORM_SYSLOG)
		return line_mapped(l, text, scratch, out);
	return l->form == FORM_JSON ? line_json(l, text, scratch, out) : line_ltsv(l, text, out);
}

size_t line_cut(const struct layout *l, slice bytes)
{
	const char *nl = bytes.len ? memrchr(bytes.p, '\n', bytes.len) : NULL;
	const char *before, *q;
	size_t quotes = 0;

	if (l->form == FORM_XML) {
		size_t end = 0, next;

		/* the last closing tag: looked for from the end in growing pieces */
		for (size_t piece = 4096; end == 0 && bytes.len; piece *= 4) {
			size_t from = bytes.len > piece ? bytes.len - piece : 0;

			while ((next = record_end(l, bytes, end ? end : from)) != 0)
				end = next;
			if (from == 0)
				break;
		}
		return end;
	}
	if (!nl)
		return 0;
	if (l->form != FORM_CSV)
		return (size_t)(nl - bytes.p) + 1;
	/* a last line with a quote left open may go on in the next block */
	before = nl > bytes.p ? memrchr(bytes.p, '\n', (size_t)(nl - bytes.p)) : NULL;
	before = before ? before + 1 : bytes.p;
	for (q = before; (q = memchr(q, '"', (size_t)(nl - q))) != NULL; q++)
		quotes++;
	return quotes % 2 != 0 && before > bytes.p ? (size_t)(before - bytes.p) : (size_t)(nl - bytes.p) + 1;
}

enum line_state line_ltsv(const struct layout *l, slice text, struct line *out)
{
	slice rest = text, part;
	size_t place = 0, known = 0;

	memset(out->f, 0, sizeof out->f);
	out->utf8 = 0;
	while (rest.len > 0) {
		const char *tab = memchr(rest.p, '\t', rest.len), *colon;
		slice key;
		size_t tries;

		part = (slice){ rest.p, tab ? (size_t)(tab - rest.p) : rest.len };
		rest = tab ? (slice){ tab + 1, rest.len - part.len - 1 } : S_NONE;
		colon = part.len ? memchr(part.p, ':', part.len) : NULL;
		if (!colon)
			return LINE_DAMAGED;
		key = (slice){ part.p, (size_t)(colon - part.p) };
		/* labels mostly come in the same order, so the next one is tried first */
		for (tries = 0; tries < l->nkeys && !slice_eq(l->keys[place].key, key); tries++)
			place = place + 1 < l->nkeys ? place + 1 : 0;
		if (tries < l->nkeys && l->keys[place].col != COL_NONE) {
			slice v = { colon + 1, part.len - key.len - 1 };

			out->f[l->keys[place].col] = v.len == 1 && v.p[0] == '-' ? S_NONE : v;
			known++;
		}
		if (l->nkeys)
			place = place + 1 < l->nkeys ? place + 1 : 0;
	}
	/* a cut line loses its last labels: LTSV lines of one writer all have the same ones */
	return known == 0 || (l->columns && known < l->columns) ? LINE_DAMAGED : LINE_GOOD;
}
