#include "engine/screen/line.h"

#include "base/banned.h"

enum line_state line_next(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	const char *p = block.p + *at, *nl;
	size_t left = block.len - *at;
	slice text;

	if (l->form == FORM_CSV)
		return line_csv(l, block, at, scratch, out);
	nl = memchr(p, '\n', left);
	text = (slice){ p, nl ? (size_t)(nl - p) : left };
	*at += text.len + (nl ? 1 : 0);
	if (text.len > 0 && text.p[text.len - 1] == '\r')
		text.len--;
	out->whole = text;
	if (text.len == 0)
		return LINE_EMPTY;
	return l->form == FORM_JSON ? line_json(l, text, scratch, out) : line_ltsv(l, text, out);
}

size_t line_cut(const struct layout *l, slice bytes)
{
	const char *nl = bytes.len ? memrchr(bytes.p, '\n', bytes.len) : NULL;
	const char *before, *q;
	size_t quotes = 0;

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

	for (size_t i = 0; i < COLUMNS; i++)
		out->f[i] = S_NONE;
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
		if (tries < l->nkeys && l->keys[place].col < COLUMNS) {
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
