#include "engine/select/match_list.h"

#include "engine/select/chars.h"
#include "engine/select/doc.h"

#include "base/banned.h"

#define COLUMNS_MOST 64u

/* ---- JSON ---- */

/* A value in a list of values, or an object that has one. */
static bool put_plain(struct list_out *o, const struct json *v)
{
	static const char *const names[] = { "value", "indicator", "ioc" };

	if (v->type == JSON_TEXT) {
		list_put(o, v->text);
		return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct json *value = json_get(v, slice_of(names[i]));

		if (!value || value->type != JSON_TEXT)
			continue;
		if (slice_is(json_text(json_get(v, S("role"))), "ref"))
			o->passed++;
		else
			list_put(o, value->text);
		return true;
	}
	return false;
}

static bool put_any(struct list_out *o, const struct json *v, enum match_form *ret)
{
	if (list_stix(o, v)) {
		*ret = MATCH_STIX;
		return true;
	}
	if (list_misp(o, v)) {
		*ret = MATCH_MISP;
		return true;
	}
	*ret = MATCH_ARRAY;
	return put_plain(o, v);
}

/* The manifest of a MISP feed: the heads of its events by their ids. */
static bool is_manifest(const struct json *v)
{
	const struct json *head = v->child;

	return v->type == JSON_OBJECT && head && head->name.len == 36 && json_get(head, S("info")) && json_get(head, S("timestamp"));
}

static rc read_value(struct ctx *c, struct list_out *o, const struct json *v, enum match_form *ret)
{
	bool any = false;

	if (is_manifest(v))
		return FAIL(c, E_INVALID, "watch.list_manifest");
	if (v->type != JSON_ARRAY)
		return put_any(o, v, ret) ? OK : FAIL(c, E_INVALID, "watch.list_form");
	for JSON_EACH(x, v)
		any |= put_any(o, x, ret);
	return any ? OK : FAIL(c, E_INVALID, "watch.list_form");
}

/* One object a line, each a message of its own. */
static rc read_objects(struct ctx *c, struct list_out *o, slice text, enum match_form *ret)
{
	slice line;

	while (slice_next(&text, '\n', &line)) {
		const struct json *v;

		if (slice_trim(line).len == 0)
			continue;
		if (json_parse(c, line, &v) != OK || !put_any(o, v, ret)) {
			fault_clear(c);
			o->passed++;
		}
	}
	return OK;
}

static slice first_line(slice text)
{
	slice line = S_NONE;

	(void)slice_next(&text, '\n', &line);
	return slice_trim(line);
}

static rc read_json(struct ctx *c, slice text, struct list_out *o, struct match_list *ret)
{
	const struct json *first = NULL, *whole = NULL;

	/* JSON Lines as select writes them stay as they are: a million of them need no copy. */
	if (json_parse(c, first_line(text), &first) == OK && json_text(json_get(first, S("value"))).len && first->type == JSON_OBJECT) {
		ret->lines = text;
		return OK;
	}
	fault_clear(c);
	if (text.len > MATCH_LIST_MOST)
		return FAIL(c, E_LIMIT, "watch.list_size");
	if (json_parse(c, text, &whole) == OK)
		return read_value(c, o, whole, &ret->form);
	if (first && first->type == JSON_OBJECT) {
		fault_clear(c);
		return read_objects(c, o, text, &ret->form);
	}
	c->fault.key = "watch.list_json";   /* and the place that the parser told */
	return E_INVALID;
}

/* ---- tables ---- */

/* The cells of the row at the beginning of *rest: quotes double themselves within quotes (RFC 4180). */
static size_t next_row(slice *rest, char sep, slice cells[COLUMNS_MOST])
{
	size_t i = 0, n = 0;

	while (i <= rest->len && n < COLUMNS_MOST) {
		bool quoted = i < rest->len && rest->p[i] == '"';
		size_t from = i + quoted, to;

		for (i = from; i < rest->len && (quoted || (rest->p[i] != sep && rest->p[i] != '\n')); i++)
			if (quoted && rest->p[i] == '"' && !(i + 1 < rest->len && rest->p[i + 1] == '"' && ++i))
				break;
		to = i;
		while (i < rest->len && rest->p[i] != sep && rest->p[i] != '\n')
			i++;
		cells[n++] = slice_trim(slice_sub(*rest, from, to - from));
		if (i >= rest->len || rest->p[i++] == '\n')
			break;
	}
	*rest = slice_sub(*rest, i, rest->len);
	return n;
}

static bool has_name(slice cell, const char *const *names)
{
	for (; *names; names++)
		if (same_word(cell, *names))
			return true;
	return false;
}

struct columns { char sep; size_t value, role, ids; };

/* Does the first line name the columns of a table that has one of values? */
static bool is_table(slice text, struct columns *ret)
{
	static const char *const values[] = { "value", "indicator", "ioc", "ioc_value", "indicator_value", "値", "指標", NULL };
	static const char *const roles[] = { "role", NULL }, *const ids[] = { "to_ids", NULL };
	slice cells[COLUMNS_MOST], head = first_line(text);
	struct columns k = { memchr(head.p, '\t', head.len) ? '\t' : ',', SIZE_MAX, SIZE_MAX, SIZE_MAX };
	size_t n;

	if (head.len == 0 || head.p[0] == '#')
		return false;
	n = next_row(&head, k.sep, cells);
	for (size_t i = n; i-- > 0;) {
		k.value = has_name(cells[i], values) ? i : k.value;
		k.role = has_name(cells[i], roles) ? i : k.role;
		k.ids = has_name(cells[i], ids) ? i : k.ids;
	}
	*ret = k;
	return n > 1 && k.value != SIZE_MAX;
}

static rc read_table(struct ctx *c, slice text, const struct columns *k, struct list_out *o)
{
	slice cells[COLUMNS_MOST];

	if (text.len > MATCH_LIST_MOST)
		return FAIL(c, E_LIMIT, "watch.list_size");
	(void)next_row(&text, k->sep, cells);
	while (text.len) {
		size_t n = next_row(&text, k->sep, cells);

		if (n == 1 && cells[0].len == 0)
			continue;
		if (k->value >= n || (k->role < n && slice_is(cells[k->role], "ref")) || (k->ids < n && slice_is(cells[k->ids], "0")))
			o->passed++;
		else
			list_put(o, cells[k->value]);
	}
	return OK;
}

/* ---- which is it ---- */

static bool is_markup(slice t)
{
	return slice_starts(t, S("<!")) || slice_starts(t, S("<?xml")) || same_word(slice_sub(t, 0, 5), "<html") || same_word(slice_sub(t, 0, 5), "<head");
}

static bool is_json(slice t)
{
	slice in = t.len ? slice_trim(slice_sub(t, 1, 64)) : S_NONE;

	return t.len && (t.p[0] == '{' || (t.p[0] == '[' && in.len && (in.p[0] == '{' || in.p[0] == '"' || (in.p[0] == ']' && t.len < 64))));
}

rc match_list_read(struct ctx *c, slice text, struct match_list *ret)
{
	struct match_list list = { .form = MATCH_LINES };
	struct list_out o = { 0 };
	struct columns columns;
	struct buf lines;
	slice t;

	if (doc_is_container(text) || slice_starts(text, S("%PDF")))
		return FAIL(c, E_INVALID, "watch.list_document");
	/* What the clipboard and the shell of Windows save. */
	if (slice_starts(text, S("\xff\xfe")) || slice_starts(text, S("\xfe\xff")))
		TRY(doc_decode(c, text, text.p[0] == '\xff' ? DOC_UTF16LE : DOC_UTF16BE, &text));
	if (slice_starts(text, S("\xef\xbb\xbf")))
		text = slice_sub(text, 3, text.len);
	t = slice_trim(text);
	if (is_markup(t) || memchr(t.p, '\0', t.len < 4096 ? t.len : 4096))
		return FAIL(c, E_INVALID, "watch.list_document");
	list.lines = text;
	buf_init(&lines, c->a, MATCH_LIST_MOST);
	o.lines = &lines;
	if (is_json(t)) {
		TRY(read_json(c, t, &o, &list));
	} else if (is_table(text, &columns)) {
		list.form = MATCH_CSV;
		TRY(read_table(c, text, &columns, &o));
	}
	if (list.form != MATCH_LINES)
		TRY(buf_done(c, &lines, &list.lines));
	list.passed = o.passed;
	*ret = list;
	return OK;
}
