#include "base/json.h"

#include "base/json_plain.h"

#include "base/banned.h"

static void sep(struct json_out *o)
{
	if (o->comma)
		buf_putc(o->b, ',');
	o->comma = true;
}

static void put_escape(struct buf *b, char ch)
{
	switch (ch) {
	case '"': buf_put(b, S("\\\"")); return;
	case '\\': buf_put(b, S("\\\\")); return;
	case '\b': buf_put(b, S("\\b")); return;
	case '\t': buf_put(b, S("\\t")); return;
	case '\n': buf_put(b, S("\\n")); return;
	case '\f': buf_put(b, S("\\f")); return;
	case '\r': buf_put(b, S("\\r")); return;
	}
	buf_putf(b, "\\u%04x", (unsigned char)ch);
}

void json_put_text(struct buf *b, slice s)
{
	size_t n;

	if (!buf_room(b, s.len + 2))
		return;
	b->p[b->len++] = '"';
	while ((n = json_copy_plain(b->p + b->len, s)) < s.len) {
		b->len += n;
		put_escape(b, s.p[n]);
		s = slice_sub(s, n + 1, s.len);
		if (!buf_room(b, s.len + 1))
			return;
	}
	b->len += n;
	b->p[b->len++] = '"';
}

void jo_object(struct json_out *o)
{
	sep(o);
	buf_putc(o->b, '{');
	o->comma = false;
}

void jo_end_object(struct json_out *o)
{
	buf_putc(o->b, '}');
	o->comma = true;
}

void jo_array(struct json_out *o)
{
	sep(o);
	buf_putc(o->b, '[');
	o->comma = false;
}

void jo_end_array(struct json_out *o)
{
	buf_putc(o->b, ']');
	o->comma = true;
}

void jo_key(struct json_out *o, slice name)
{
	sep(o);
	json_put_text(o->b, name);
	buf_putc(o->b, ':');
	o->comma = false;
}

void jo_text(struct json_out *o, slice s)
{
	sep(o);
	json_put_text(o->b, s);
}

void jo_int(struct json_out *o, int64_t n)
{
	sep(o);
	buf_put_i64(o->b, n);
}

void jo_bool(struct json_out *o, bool v)
{
	sep(o);
	buf_put(o->b, v ? S("true") : S("false"));
}

void jo_null(struct json_out *o)
{
	sep(o);
	buf_put(o->b, S("null"));
}

void jo_raw(struct json_out *o, slice json)
{
	sep(o);
	buf_put(o->b, json);
}

void jo_value(struct json_out *o, const struct json *v)
{
	switch (v->type) {
	case JSON_NULL: jo_null(o); break;
	case JSON_FALSE: jo_bool(o, false); break;
	case JSON_TRUE: jo_bool(o, true); break;
	case JSON_INT:
	case JSON_NUMBER: jo_raw(o, v->text); break;
	case JSON_TEXT: jo_text(o, v->text); break;
	case JSON_ARRAY:
		jo_array(o);
		for JSON_EACH(e, v)
			jo_value(o, e);
		jo_end_array(o);
		break;
	case JSON_OBJECT:
		jo_object(o);
		for JSON_EACH(m, v) {
			jo_key(o, m->name);
			jo_value(o, m);
		}
		jo_end_object(o);
		break;
	}
}
