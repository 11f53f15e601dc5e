#include "core/record/jcs.h"

#include <stdlib.h>

#include "base/banned.h"

static bool name_is_valid(slice s)
{
	if (s.len < 1 || s.len > 32 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
			return false;
	return true;
}

static rc check(struct ctx *c, const struct json *v, unsigned depth)
{
	switch (v->type) {
	case JSON_NULL:
	case JSON_NUMBER: break;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_TEXT:
	case JSON_INT: return OK;
	case JSON_ARRAY:
	case JSON_OBJECT:
		if (depth >= JCS_DEPTH)
			return FAIL(c, E_LIMIT, "jcs.depth");
		for JSON_EACH(m, v) {
			if (v->type == JSON_OBJECT && !name_is_valid(m->name))
				return FAIL(c, E_INVALID, "jcs.form");
			TRY(check(c, m, depth + 1));
		}
		return OK;
	}
	return FAIL(c, E_INVALID, "jcs.form");
}

rc jcs_check(struct ctx *c, const struct json *v) { return check(c, v, 0); }

static int by_name(const void *a, const void *b)
{
	return slice_cmp((*(const struct json *const *)a)->name, (*(const struct json *const *)b)->name);
}

static bool is_sorted(const struct json *v)
{
	for JSON_EACH(m, v)
		if (m->next && slice_cmp(m->name, m->next->name) >= 0)
			return false;
	return true;
}

static rc put(struct ctx *c, struct buf *b, const struct json *v);

static rc put_member(struct ctx *c, struct buf *b, const struct json *m)
{
	json_put_text(b, m->name);
	buf_putc(b, ':');
	return put(c, b, m);
}

static rc put_object(struct ctx *c, struct buf *b, const struct json *v)
{
	const struct json **sorted;
	uint32_t n = 0;

	if (is_sorted(v)) {
		for JSON_EACH(m, v) {
			if (m != v->child)
				buf_putc(b, ',');
			TRY(put_member(c, b, m));
		}
		return OK;
	}
	TRY_ARRAY(c, sorted, v->count);
	for JSON_EACH(m, v)
		sorted[n++] = m;
	qsort(sorted, n, sizeof *sorted, by_name);
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_putc(b, ',');
		TRY(put_member(c, b, sorted[i]));
	}
	return OK;
}

static rc put(struct ctx *c, struct buf *b, const struct json *v)
{
	switch (v->type) {
	case JSON_FALSE: buf_put(b, S("false")); return OK;
	case JSON_TRUE: buf_put(b, S("true")); return OK;
	case JSON_INT: buf_put_i64(b, v->num); return OK;
	case JSON_TEXT: json_put_text(b, v->text); return OK;
	case JSON_ARRAY:
		buf_putc(b, '[');
		for JSON_EACH(e, v) {
			if (e != v->child)
				buf_putc(b, ',');
			TRY(put(c, b, e));
		}
		buf_putc(b, ']');
		return OK;
	case JSON_OBJECT:
		buf_putc(b, '{');
		TRY(put_object(c, b, v));
		buf_putc(b, '}');
		return OK;
	case JSON_NULL:
	case JSON_NUMBER: break;
	}
	return FAIL(c, E_INVALID, "jcs.form");
}

rc jcs_put(struct ctx *c, struct buf *b, const struct json *v)
{
	TRY(jcs_check(c, v));
	return put(c, b, v);
}

rc jcs_parse(struct ctx *c, slice text, const struct json **ret)
{
	const struct json *v;
	struct buf again;

	if (text.len > JCS_MOST)
		return FAIL(c, E_LIMIT, "jcs.size");
	TRY(json_parse(c, text, &v));
	buf_init(&again, c->a, text.len + 64);
	(void)buf_room(&again, text.len);
	TRY(jcs_put(c, &again, v));
	if (again.full || !slice_eq(buf_slice(&again), text))
		return FAIL(c, E_INVALID, "jcs.form");
	*ret = v;
	return OK;
}
