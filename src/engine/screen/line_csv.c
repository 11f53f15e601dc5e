#include "engine/screen/line.h"
#include "engine/screen/text32.h"

#include "base/banned.h"

static inline void set_field(const struct layout *l, struct line *out, size_t place, const char *p, size_t len)
{
	out->f[place < LINE_FIELDS_MOST ? l->col[place] : COL_NONE] = (slice){ p, len };
}

/*
 * A quoted field that begins behind the quote at *at; moves *at to the delimiter. False when the quote is never
 * closed before `end` or text follows the closing quote.
 */
static bool quoted(slice block, size_t *at, struct buf *scratch, slice *ret)
{
	size_t i = *at, from = i;
	bool doubled = false;
	size_t kept = scratch->len;

	for (;;) {
		const char *q = i < block.len ? memchr(block.p + i, '"', block.len - i) : NULL;

		/* a field of more than 4 KB in quotes is a quote that was never closed */
		if (!q || (size_t)(q - block.p) - from > 4096)
			return false;
		i = (size_t)(q - block.p);
		if (i + 1 < block.len && q[1] == '"') {
			buf_put(scratch, (slice){ block.p + from, i + 1 - from });
			from = i += 2;
			doubled = true;
			continue;
		}
		break;
	}
	if (doubled) {
		buf_put(scratch, (slice){ block.p + from, i - from });
		if (scratch->full)
			return false;
		*ret = (slice){ scratch->p + kept, scratch->len - kept };
	} else {
		*ret = (slice){ block.p + from, i - from };
	}
	*at = i + 1;
	return true;
}

/* The careful way, for lines with a quote: field by field. */
static bool fields_quoted(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	size_t i = *at, place = 0;

	for (;;) {
		slice v;

		if (i < block.len && block.p[i] == '"') {
			i++;
			if (!quoted(block, &i, scratch, &v))
				return false;
		} else {
			size_t from = i;

			while (i < block.len && block.p[i] != ',' && block.p[i] != '\n')
				i++;
			v = (slice){ block.p + from, i - from };
			if ((i == block.len || block.p[i] == '\n') && v.len && v.p[v.len - 1] == '\r')
				v.len--;
		}
		set_field(l, out, place++, v.p, v.len);
		if (i < block.len && block.p[i] == ',') {
			i++;
			continue;
		}
		if (i < block.len && block.p[i] == '\r')
			i++;
		if (i < block.len && block.p[i] != '\n')
			return false;
		break;
	}
	if (place != l->columns)
		return false;
	*at = i + (i < block.len ? 1 : 0);
	return true;
}

/* From a line with a quote in it: as written, else as one damaged line. */
static enum line_state with_quotes(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	size_t from = *at, end = from;
	size_t kept = scratch->len;
	const char *nl;

	if (fields_quoted(l, block, &end, scratch, out)) {
		*at = end;
		out->whole = (slice){ block.p + from, end - from };
		return LINE_GOOD;
	}
	scratch->len = kept;
	nl = memchr(block.p + from, '\n', block.len - from);
	end = nl ? (size_t)(nl - block.p) : block.len;
	out->whole = (slice){ block.p + from, end - from };
	*at = end + (nl ? 1 : 0);
	return LINE_DAMAGED;
}

static enum line_state ended(const struct layout *l, struct line *out, size_t fields)
{
	if (out->whole.len > 0 && out->whole.p[out->whole.len - 1] == '\r')
		out->whole.len--;
	if (out->whole.len == 0)
		return LINE_EMPTY;
	return fields == l->columns ? LINE_GOOD : LINE_DAMAGED;
}

/* The reference: a byte after the other. The marks of split.h give the same (marked_next). */
enum line_state line_csv(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	size_t base = *at, from = base, place = 0, i;

	out->utf8 = 0;
	for (i = base; i < block.len; i++) {
		char ch = block.p[i];

		if (ch == '"')
			return with_quotes(l, block, at, scratch, out);
		if (ch != ',' && ch != '\n')
			continue;
		set_field(l, out, place++, block.p + from, i - from);
		from = i + 1;
		if (ch == '\n') {
			/* the carriage return of a last field */
			if (i > base && block.p[i - 1] == '\r' && place <= LINE_FIELDS_MOST && out->f[l->col[place - 1]].len)
				out->f[l->col[place - 1]].len--;
			out->whole = (slice){ block.p + base, i - base };
			*at = i + 1;
			return ended(l, out, place);
		}
	}
	set_field(l, out, place++, block.p + from, block.len - from);
	out->whole = (slice){ block.p + base, block.len - base };
	*at = block.len;
	return ended(l, out, place);
}

void marked_begin(struct marked_lines *k, const struct layout *l, slice block, split_fn *split)
{
	k->l = l;
	k->block = block;
	k->line = k->mark = 0;
	k->at = 0;
	k->place = 0;
	for (uint8_t i = 0; l->form == FORM_JSON && i < l->nkeys; i++)
		k->key_word[i] = l->keys[i].key.len <= 8 ? word8(l->keys[i].key) : 0;
	split(block.p, block.len, l->form == FORM_JSON ? '\\' : ',', &k->m);
}

/* The next line has moved on to `at`: the marks follow. */
static void follow(struct marked_lines *k, size_t at)
{
	k->at = at;
	while (k->line < k->m.lines && k->m.at[k->m.end[k->line] & ~SPLIT_QUOTE] < at)
		k->line++;
	k->mark = k->line ? (k->m.end[k->line - 1] & ~SPLIT_QUOTE) + 1 : 0;
}

/* A line with quotes, from mark to mark; false when something is unusual and the careful way has to look. */
static bool quoted_line(const struct marked_lines *k, uint32_t last, struct buf *scratch, struct line *out)
{
	const struct layout *l = k->l;
	const uint32_t *at = k->m.at;
	const char *p = k->block.p;
	size_t from = k->at, place = 0;
	uint32_t i = k->mark;

	while (place < l->columns) {
		slice v;
		size_t end;

		if (p[from] == '"') {
			end = from + 1;
			if (!quoted(k->block, &end, scratch, &v) || end > at[last])
				return false;
			while (at[i] < end)
				i++;
			if (at[i] != end && !(i == last && at[i] == end + 1 && p[end] == '\r'))
				return false;
		} else {
			if (p[at[i]] == '"')
				return false;
			v = (slice){ p + from, at[i] - from };
			if (i == last && v.len && v.p[v.len - 1] == '\r')
				v.len--;
		}
		set_field(l, out, place++, v.p, v.len);
		if (i == last)
			return place == l->columns;
		from = at[i++] + 1;
	}
	return false;
}

/* Each field goes where its column says, also those that nobody asks for (COL_NONE): that is cheaper than to choose. */
static inline void fill_fields(const struct marked_lines *k, const uint32_t *at, struct line *out)
{
	const char *p = k->block.p;
	const uint8_t *col = k->l->col;
	uint32_t from = (uint32_t)k->at, n = k->l->columns;

	for (uint32_t i = 0; i < n; i++) {
		out->f[col[i]] = (slice){ p + from, at[i] - from };
		from = at[i] + 1;
	}
}

/* A line of JSON from its marks, or the careful way, which takes one line as well. */
static enum line_state next_json(struct marked_lines *k, struct buf *scratch, struct line *out)
{
	enum line_state st = LINE_GOOD;
	uint32_t last;

	if (k->line == k->m.lines)
		return line_next(k->l, k->block, &k->at, scratch, out);
	last = k->m.end[k->line++] & ~SPLIT_QUOTE;
	if (json_marked(k, last, out)) {
		out->whole = (slice){ k->block.p + k->at, k->m.at[last] - k->at };
		k->at = k->m.at[last] + 1;
	} else {
		st = line_next(k->l, k->block, &k->at, scratch, out);
	}
	k->mark = last + 1;
	return st;
}

bool marked_next(struct marked_lines *k, struct buf *scratch, struct line *out, enum line_state *ret)
{
	uint32_t last, fields;
	size_t begin = k->at, end;

	if (begin >= k->block.len)
		return false;
	if (k->l->form != FORM_CSV) {
		*ret = next_json(k, scratch, out);
		return true;
	}
	if (k->line == k->m.lines) {
		*ret = line_csv(k->l, k->block, &k->at, scratch, out);
		return true;
	}
	last = k->m.end[k->line] & ~SPLIT_QUOTE;
	end = k->m.at[last];
	if (k->m.end[k->line] & SPLIT_QUOTE) {
		size_t kept = scratch->len;

		if (!quoted_line(k, last, scratch, out)) {
			scratch->len = kept;
			*ret = line_csv(k->l, k->block, &k->at, scratch, out);
			follow(k, k->at);
			return true;
		}
		out->utf8 = 0;
		out->whole = (slice){ k->block.p + begin, end + 1 - begin };
		*ret = LINE_GOOD;
	} else {
		const uint32_t *at = k->m.at + k->mark;

		fields = last - k->mark + 1;
		out->whole = (slice){ k->block.p + begin, end - begin };
		if (fields == k->l->columns) {
			fill_fields(k, at, out);
			out->utf8 = 0;
			if (end > begin && k->block.p[end - 1] == '\r' && out->f[k->l->col[fields - 1]].len &&
			    k->l->col[fields - 1] < COLUMNS)
				out->f[k->l->col[fields - 1]].len--;
		}
		*ret = ended(k->l, out, fields);
	}
	k->at = end + 1;
	k->mark = last + 1;
	k->line++;
	return true;
}
