#include "base/json.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

struct reader {
	struct ctx *c;
	const char *p, *end, *start;
	unsigned depth;
};

static rc bad(struct reader *r, rc code, const char *key)
{
	(void)FAIL(r->c, code, key);
	fault_at(r->c, (uint64_t)(r->p - r->start));
	return code;
}

static void skip_blank(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char ch = p[i];
		int d = ch >= '0' && ch <= '9' ? ch - '0' : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10 : -1;

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* At a backslash-u; one code point, surrogate pairs joined. */
static rc read_unicode(struct reader *r, uint32_t *ret_cp)
{
	int hi, lo;

	if (r->end - r->p < 6 || (hi = hex4(r->p + 2)) < 0)
		return bad(r, E_INVALID, "json.syntax");
	if (hi >= 0xDC00 && hi <= 0xDFFF)
		return bad(r, E_INVALID, "json.surrogate");
	if (hi >= 0xD800 && hi <= 0xDBFF) {
		if (r->end - r->p < 12 || r->p[6] != '\\' || r->p[7] != 'u' || (lo = hex4(r->p + 8)) < 0xDC00 || lo > 0xDFFF)
			return bad(r, E_INVALID, "json.surrogate");
		*ret_cp = 0x10000u + ((uint32_t)(hi - 0xD800) << 10) + (uint32_t)(lo - 0xDC00);
		r->p += 12;
		return OK;
	}
	if (hi == 0)
		return bad(r, E_INVALID, "json.nul");
	*ret_cp = (uint32_t)hi;
	r->p += 6;
	return OK;
}

static rc read_escaped(struct reader *r, const char *from, slice *ret)
{
	const char *quote = r->p;
	char *out;
	size_t n = (size_t)(r->p - from);

	/* the text cannot get longer than what is left up to its closing quote */
	while (quote < r->end && *quote != '"')
		quote += *quote == '\\' ? 2 : 1;
	if (quote >= r->end)
		return bad(r, E_INVALID, "json.syntax");
	out = arena_bytes(r->c->a, (size_t)(quote - from) + 1);
	if (!out)
		return FAIL(r->c, E_LIMIT, "memory.limit");
	memcpy(out, from, n);
	while (r->p < quote) {
		static const char plain[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
		const char *hit;
		uint32_t cp;

		if ((unsigned char)*r->p < 0x20)
			return bad(r, E_INVALID, "json.control");
		if (*r->p != '\\') {
			out[n++] = *r->p++;
			continue;
		}
		hit = r->p[1] ? strchr(plain, r->p[1]) : NULL;
		if (hit) {
			out[n++] = means[hit - plain];
			r->p += 2;
		} else if (r->p[1] == 'u') {
			TRY(read_unicode(r, &cp));
			n += utf8_encode(cp, out + n);
		} else {
			return bad(r, E_INVALID, "json.syntax");
		}
	}
	*ret = (slice){ out, n };
	r->p = quote + 1;
	return OK;
}

static rc read_text(struct reader *r, slice *ret)
{
	const char *from = ++r->p;

	while (r->p < r->end) {
		unsigned char ch = (unsigned char)*r->p;

		if (ch == '"') {
			*ret = (slice){ from, (size_t)(r->p - from) };
			r->p++;
			return OK;
		}
		if (ch == '\\')
			return read_escaped(r, from, ret);
		if (ch < 0x20)
			return bad(r, E_INVALID, "json.control");
		r->p++;
	}
	return bad(r, E_INVALID, "json.syntax");
}

static bool digits(struct reader *r)
{
	const char *from = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

static rc read_number(struct reader *r, struct json *v)
{
	const char *from = r->p, *first;
	bool whole = true;

	if (*r->p == '-')
		r->p++;
	first = r->p;
	if (!digits(r) || (*first == '0' && r->p - first > 1))
		return bad(r, E_INVALID, "json.syntax");
	if (r->p < r->end && *r->p == '.') {
		whole = false;
		r->p++;
		if (!digits(r))
			return bad(r, E_INVALID, "json.syntax");
	}
	if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
		whole = false;
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (!digits(r))
			return bad(r, E_INVALID, "json.syntax");
	}
	v->text = (slice){ from, (size_t)(r->p - from) };
	v->type = JSON_NUMBER;
	if (whole && r->p - first <= 16) {
		int64_t n = 0;

		for (const char *q = first; q < r->p; q++)
			n = n * 10 + (*q - '0');
		if (n <= JSON_INT_MOST) {
			v->type = JSON_INT;
			v->num = first > from ? -n : n;
		}
	}
	return OK;
}

static rc read_word(struct reader *r, slice word, enum json_type type, struct json *v)
{
	if ((size_t)(r->end - r->p) < word.len || memcmp(r->p, word.p, word.len) != 0)
		return bad(r, E_INVALID, "json.syntax");
	r->p += word.len;
	v->type = type;
	return OK;
}

static rc read_value(struct reader *r, struct json *v);

static bool has_name(const struct json *obj, const struct json *before, slice name)
{
	for (const struct json *m = obj->child; m && m != before; m = m->next)
		if (slice_eq(m->name, name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(*(const slice *)a, *(const slice *)b);
}

/*
 * Small objects are compared pair by pair as they come, middle ones through a table at their end, where hostile names cost
 * no more than its size squared, and large ones sorted, so that hostile input costs n log n.
 */
#define PAIRWISE_MOST 8u
#define TABLE_MOST 256u
#define TABLE_SLOTS 512u

static rc duplicate(struct reader *r, slice name)
{
	(void)bad(r, E_INVALID, "json.duplicate");
	fault_name(r->c, name);
	return E_INVALID;
}

static uint32_t name_slot(slice s)
{
	return (uint32_t)(slice_hash(s) >> 55);   /* TABLE_SLOTS */
}

static rc check_in_table(struct reader *r, const struct json *obj)
{
	const struct json *slots[TABLE_SLOTS] = { NULL };

	for JSON_EACH(m, obj) {
		uint32_t at = name_slot(m->name);

		for (; slots[at]; at = (at + 1) % TABLE_SLOTS)
			if (slice_eq(slots[at]->name, m->name))
				return duplicate(r, m->name);
		slots[at] = m;
	}
	return OK;
}

static rc check_duplicates(struct reader *r, const struct json *obj)
{
	slice *names;
	uint32_t n = 0;

	if (obj->count <= PAIRWISE_MOST)
		return OK;
	if (obj->count <= TABLE_MOST)
		return check_in_table(r, obj);
	TRY_ARRAY(r->c, names, obj->count);
	for JSON_EACH(m, obj)
		names[n++] = m->name;
	qsort(names, n, sizeof *names, by_name);
	for (uint32_t i = 1; i < n; i++)
		if (slice_eq(names[i - 1], names[i]))
			return duplicate(r, names[i]);
	return OK;
}

static rc read_member_name(struct reader *r, const struct json *obj, struct json *m)
{
	if (r->p >= r->end || *r->p != '"')
		return bad(r, E_INVALID, "json.syntax");
	TRY(read_text(r, &m->name));
	if (obj->count <= PAIRWISE_MOST && has_name(obj, m, m->name))
		return duplicate(r, m->name);
	skip_blank(r);
	if (r->p >= r->end || *r->p != ':')
		return bad(r, E_INVALID, "json.syntax");
	r->p++;
	skip_blank(r);
	return OK;
}

static rc read_group(struct reader *r, struct json *v, bool object)
{
	struct json **tail = &v->child;
	char close = object ? '}' : ']';

	if (++r->depth > LIMIT_JSON_DEPTH)
		return bad(r, E_LIMIT, "json.depth");
	v->type = object ? JSON_OBJECT : JSON_ARRAY;
	r->p++;
	skip_blank(r);
	if (r->p < r->end && *r->p == close) {
		r->p++;
		r->depth--;
		return OK;
	}
	for (;;) {
		struct json *m;

		TRY_NEW(r->c, m);
		*tail = m;
		tail = &m->next;
		v->count++;
		if (object)
			TRY(read_member_name(r, v, m));
		TRY(read_value(r, m));
		skip_blank(r);
		if (r->p < r->end && *r->p == ',') {
			r->p++;
			skip_blank(r);
			continue;
		}
		if (r->p >= r->end || *r->p != close)
			return bad(r, E_INVALID, "json.syntax");
		r->p++;
		r->depth--;
		return object ? check_duplicates(r, v) : OK;
	}
}

static rc read_value(struct reader *r, struct json *v)
{
	if (r->p >= r->end)
		return bad(r, E_INVALID, "json.syntax");
	v->at = (size_t)(r->p - r->start);
	switch (*r->p) {
	case '{': return read_group(r, v, true);
	case '[': return read_group(r, v, false);
	case '"':
		v->type = JSON_TEXT;
		return read_text(r, &v->text);
	case 't': return read_word(r, S("true"), JSON_TRUE, v);
	case 'f': return read_word(r, S("false"), JSON_FALSE, v);
	case 'n': return read_word(r, S("null"), JSON_NULL, v);
	default:
		if (*r->p == '-' || (*r->p >= '0' && *r->p <= '9'))
			return read_number(r, v);
		return bad(r, E_INVALID, "json.syntax");
	}
}

rc json_parse(struct ctx *c, slice text, const struct json **ret)
{
	struct reader r = { .c = c, .p = text.p, .end = text.p + text.len, .start = text.p };
	size_t good = utf8_valid_prefix(text);
	struct json *v;

	if (good < text.len) {
		r.p = text.p + good;
		return bad(&r, E_INVALID, "json.utf8");
	}
	if (text.len > 0 && memchr(text.p, '\0', text.len)) {
		r.p = memchr(text.p, '\0', text.len);
		return bad(&r, E_INVALID, "json.nul");
	}
	if (text.len == 0)
		return FAIL(c, E_INVALID, "json.empty");
	TRY_NEW(c, v);
	skip_blank(&r);
	if (r.p >= r.end)
		return FAIL(c, E_INVALID, "json.empty");
	TRY(read_value(&r, v));
	skip_blank(&r);
	if (r.p < r.end)
		return bad(&r, E_INVALID, "json.trailing");
	*ret = v;
	return OK;
}

const struct json *json_get(const struct json *obj, slice name)
{
	if (!obj || obj->type != JSON_OBJECT)
		return NULL;
	for JSON_EACH(m, obj)
		if (slice_eq(m->name, name))
			return m;
	return NULL;
}

slice json_text(const struct json *v)
{
	return v && v->type == JSON_TEXT ? v->text : S_NONE;
}
