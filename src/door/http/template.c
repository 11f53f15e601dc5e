#include "door/http/template.h"

#include "base/message.h"

#include "base/banned.h"

#define DEPTH 8

struct loop { const struct json *item; };

struct run {
	const struct json *data, *frame;
	struct loop loops[DEPTH];
	size_t depth;
	bool ja;
};

const struct view *view_find(slice name)
{
	for (const struct view *v = view_table; v->name; v++)
		if (slice_is(name, v->name))
			return v;
	return NULL;
}

void put_html(struct buf *b, slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		switch (s.p[i]) {
		case '&': buf_put(b, S("&amp;")); break;
		case '<': buf_put(b, S("&lt;")); break;
		case '>': buf_put(b, S("&gt;")); break;
		case '"': buf_put(b, S("&#34;")); break;
		case '\'': buf_put(b, S("&#39;")); break;
		default: buf_putc(b, s.p[i]);
		}
	}
}

void put_url_part(struct buf *b, slice s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '\0' && strchr(plain, s.p[i]))
			buf_putc(b, s.p[i]);
		else
			buf_putf(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
	}
}

/* An address of this node, or "#": so no value of the model can lead elsewhere or be a script. */
static void put_path(struct buf *b, slice s)
{
	bool ours = s.len > 0 && s.p[0] == '/' && !(s.len > 1 && (s.p[1] == '/' || s.p[1] == '\\'));

	for (size_t i = 0; i < s.len; i++)
		ours = ours && (unsigned char)s.p[i] > ' ' && s.p[i] != '\\';
	ours = ours || (s.len > 0 && s.p[0] == '#');
	put_html(b, ours ? s : S("#"));
}

static const struct json *member(const struct json *from, slice name)
{
	slice part;

	while (from && slice_next(&name, '.', &part))
		from = from->type == JSON_OBJECT ? json_get(from, part) : NULL;
	return from;
}

static const struct json *find(const struct run *r, slice name)
{
	const struct json *v;

	if (slice_is(name, "."))
		return r->depth > 0 ? r->loops[r->depth - 1].item : NULL;
	for (size_t i = r->depth; i-- > 0;) {
		v = member(r->loops[i].item, name);
		if (v)
			return v;
	}
	v = member(r->data, name);
	return v ? v : member(r->frame, name);
}

static slice text_of(const struct json *v)
{
	if (!v)
		return S_NONE;
	switch (v->type) {
	case JSON_TEXT: case JSON_INT: case JSON_NUMBER: return v->text;
	case JSON_TRUE: return S("true");
	case JSON_FALSE: return S("false");
	case JSON_NULL: case JSON_ARRAY: case JSON_OBJECT: break;
	}
	return S_NONE;
}

static bool holds(const struct json *v, slice word)
{
	if (word.len > 0)
		return slice_eq(text_of(v), word);
	if (!v)
		return false;
	switch (v->type) {
	case JSON_NULL: case JSON_FALSE: return false;
	case JSON_TRUE: return true;
	case JSON_INT: return v->num != 0;
	case JSON_NUMBER: return true;
	case JSON_TEXT: return v->text.len > 0;
	case JSON_ARRAY: case JSON_OBJECT: return v->count > 0;
	}
	return false;
}

static void put_value(const struct run *r, const struct tpl_op *op, struct buf *out)
{
	slice s = text_of(find(r, op->text));

	switch (op->escape) {
	case TPL_HTML: put_html(out, s); break;
	case TPL_PATH: put_path(out, s); break;
	case TPL_PART: put_url_part(out, s); break;
	}
}

static rc each(struct ctx *c, struct run *r, const struct tpl_op *op, uint32_t *at)
{
	const struct json *list = find(r, op->text);

	if (!list || list->type != JSON_ARRAY || !list->child) {
		*at = op->jump;
		return OK;
	}
	if (r->depth == DEPTH)
		return FAIL(c, E_BUG, "http.view");
	r->loops[r->depth++].item = list->child;
	++*at;
	return OK;
}

static void next(struct run *r, const struct tpl_op *op, uint32_t *at)
{
	struct loop *l = &r->loops[r->depth - 1];

	l->item = l->item->next;   /* NOLINT(clang-analyzer-core.NullDereference): each() entered with an item */
	if (l->item) {
		*at = op->jump + 1;
	} else {
		r->depth--;
		++*at;
	}
}

rc view_run(struct ctx *c, const struct view *v, const struct json *data, const struct json *frame, bool ja,
            struct buf *out)
{
	struct run r = { .data = data, .frame = frame, .ja = ja };
	uint32_t at = 0;

	for (;;) {
		const struct tpl_op *op = &v->ops[at];

		switch (op->kind) {
		case TPL_TEXT: buf_put(out, op->text); at++; break;
		case TPL_SAY: buf_put(out, ja ? op->text : op->other); at++; break;
		case TPL_MESSAGE:
			put_html(out, slice_of(message_text(op->text.p, ja ? LANGUAGE_JA : LANGUAGE_EN)));
			at++;
			break;
		case TPL_VALUE: put_value(&r, op, out); at++; break;
		case TPL_IF: at = holds(find(&r, op->text), op->other) ? at + 1 : op->jump; break;
		case TPL_UNLESS: at = holds(find(&r, op->text), op->other) ? op->jump : at + 1; break;
		case TPL_JUMP: at = op->jump; break;
		case TPL_EACH: TRY(each(c, &r, op, &at)); break;
		case TPL_NEXT: next(&r, op, &at); break;
		case TPL_END: return OK;
		}
	}
}
