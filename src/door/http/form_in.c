/* Bytes of a request into pairs. */
#include "door/http/form.h"

#include "base/utf8.h"

#include "base/banned.h"

static int hex(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

rc percent_decode(struct ctx *c, slice text, bool plus, slice *ret)
{
	struct buf b;
	slice out;

	buf_init(&b, c->a, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.p[i];

		if (ch == '%') {
			int hi = -1, lo = -1;

			if (text.len - i > 2) {
				hi = hex(text.p[i + 1]);
				lo = hex(text.p[i + 2]);
			}
			if (hi < 0 || lo < 0)
				return FAIL(c, E_INVALID, "form.encoding");
			ch = (char)(hi * 16 + lo);
			i += 2;
		} else if (ch == '+' && plus) {
			ch = ' ';
		}
		buf_putc(&b, ch);
	}
	TRY(buf_done(c, &b, &out));
	if (!utf8_is_valid(out) || memchr(out.p ? out.p : "", '\0', out.len))
		return FAIL(c, E_INVALID, "form.encoding");
	*ret = out;
	return OK;
}

/* Browsers end the lines of a text with CR LF (HTML, "constructing the entry list"); here they end with LF. */
static rc plain_lines(struct ctx *c, slice text, slice *ret)
{
	struct buf b;

	*ret = text;
	if (slice_find(text, S("\r\n"), 0) == SIZE_MAX)
		return OK;
	buf_init(&b, c->a, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '\r' || i + 1 == text.len || text.p[i + 1] != '\n')
			buf_putc(&b, text.p[i]);
	return buf_done(c, &b, ret);
}

rc form_from_query(struct ctx *c, slice text, const struct field_spec *specs, struct form *f)
{
	slice part;

	while (slice_next(&text, '&', &part)) {
		size_t eq = slice_find(part, S("="), 0);
		slice name, value;

		if (part.len == 0)
			continue;
		TRY(percent_decode(c, slice_sub(part, 0, eq), true, &name));
		TRY(percent_decode(c, eq == SIZE_MAX ? S_NONE : slice_sub(part, eq + 1, SIZE_MAX), true, &value));
		TRY(plain_lines(c, value, &value));
		if (field_of(specs, name))
			TRY(form_add(c, f, name, value));
	}
	return OK;
}

/* ---- multipart ---- */

/* The value of `what`="…" in a header line; empty when there is none. Browsers write " as %22 (WHATWG). */
static slice quoted(slice line, slice what)
{
	size_t at = slice_find(line, what, 0), end;

	if (at == SIZE_MAX)
		return S_NONE;
	at += what.len;
	end = slice_find(line, S("\""), at);
	return end == SIZE_MAX ? S_NONE : slice_sub(line, at, end - at);
}

static rc add_part(struct ctx *c, slice part, const struct field_spec *specs, struct form *f)
{
	size_t end = slice_find(part, S("\r\n\r\n"), 0);
	slice head, name, file, value;

	if (end == SIZE_MAX)
		return FAIL(c, E_INVALID, "form.encoding");
	head = slice_sub(part, 0, end);
	value = slice_sub(part, end + 4, SIZE_MAX);
	name = quoted(head, S(" name=\""));
	file = quoted(head, S("filename=\""));
	if (!utf8_is_valid(name) || !field_of(specs, name))
		return OK;
	if (file.len > 0) {
		struct buf b;
		slice key;

		if (!utf8_is_valid(file))
			return FAIL(c, E_INVALID, "form.encoding");
		buf_init(&b, c->a, FORM_NAME_MOST);
		buf_putf(&b, "%" S_FMT ".name", S_ARG(name));
		TRY(buf_done(c, &b, &key));
		TRY(form_add(c, f, key, file));
	} else if (!utf8_is_valid(value)) {
		return FAIL(c, E_INVALID, "form.encoding");
	} else {
		TRY(plain_lines(c, value, &value));
	}
	return form_add(c, f, name, value);
}

rc form_from_parts(struct ctx *c, slice type, slice body, const struct field_spec *specs, struct form *f)
{
	size_t at = slice_find(type, S("boundary="), 0), from, to;
	slice boundary, mark;
	struct buf b;

	if (at == SIZE_MAX)
		return FAIL(c, E_INVALID, "form.encoding");
	boundary = slice_trim(slice_sub(type, at + 9, SIZE_MAX));
	boundary = slice_sub(boundary, 0, slice_find(boundary, S(";"), 0));
	if (boundary.len >= 2 && boundary.p[0] == '"')
		boundary = slice_sub(boundary, 1, boundary.len - 2);
	if (boundary.len == 0 || boundary.len > 70)
		return FAIL(c, E_INVALID, "form.encoding");
	buf_init(&b, c->a, 80);
	buf_putf(&b, "\r\n--%" S_FMT, S_ARG(boundary));
	TRY(buf_done(c, &b, &mark));
	if (!slice_starts(body, slice_sub(mark, 2, SIZE_MAX)))
		return FAIL(c, E_INVALID, "form.encoding");
	from = mark.len - 2;
	while (slice_starts(slice_sub(body, from, SIZE_MAX), S("\r\n"))) {
		from += 2;
		to = slice_find(body, mark, from);
		if (to == SIZE_MAX)
			return FAIL(c, E_INVALID, "form.encoding");
		TRY(add_part(c, slice_sub(body, from, to - from), specs, f));
		from = to + mark.len;
	}
	return slice_starts(slice_sub(body, from, SIZE_MAX), S("--")) ? OK : FAIL(c, E_INVALID, "form.encoding");
}

/* ---- JSON ---- */

static rc add_value(struct ctx *c, slice name, const struct json *v, const struct field_spec *specs, struct form *f)
{
	const struct field_spec *spec = field_of(specs, name);
	struct buf b;
	slice text;

	if (!spec) {
		(void)FAIL(c, E_INVALID, "form.member");
		fault_name(c, name);
		return E_INVALID;
	}
	switch (v->type) {
	case JSON_NULL: text = spec->type == FIELD_ANY ? S("?") : S_NONE; break;
	case JSON_FALSE: text = S("false"); break;
	case JSON_TRUE: text = S("true"); break;
	case JSON_INT: case JSON_NUMBER: case JSON_TEXT: text = v->text; break;
	case JSON_ARRAY: case JSON_OBJECT:
		buf_init(&b, c->a, (size_t)1 << 20);
		{
			struct json_out o = json_out_on(&b);

			jo_value(&o, v);
		}
		TRY(buf_done(c, &b, &text));
		break;
	}
	TRY(plain_lines(c, text, &text));
	return form_add(c, f, name, text);
}

rc form_from_json(struct ctx *c, slice body, const struct field_spec *specs, struct form *f)
{
	const struct json *root;

	if (slice_trim(body).len == 0)
		return OK;
	TRY(json_parse(c, body, &root));
	if (root->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "form.object");
	for JSON_EACH(m, root) {
		struct buf b;
		slice name;

		if (m->type != JSON_OBJECT || field_of(specs, m->name)) {
			TRY(add_value(c, m->name, m, specs, f));
			continue;
		}
		/* { "fact": { "persons": 3 } } is fact.persons */
		for JSON_EACH(x, m) {
			buf_init(&b, c->a, FORM_NAME_MOST);
			buf_putf(&b, "%" S_FMT ".%" S_FMT, S_ARG(m->name), S_ARG(x->name));
			TRY(buf_done(c, &b, &name));
			TRY(add_value(c, name, x, specs, f));
		}
	}
	return OK;
}
