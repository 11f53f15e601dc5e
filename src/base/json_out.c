#include "base/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/banned.h"

static void sep(struct json_out *o)
{
	if (o->comma)
		buf_putc(o->b, ',');
	o->comma = true;
}

static inline bool is_plain(char ch) { return (unsigned char)ch >= 0x20 && ch != '"' && ch != '\\'; }

static size_t copy_bytes(char *to, slice s, size_t i)
{
	for (; i < s.len && is_plain(s.p[i]); i++)
		to[i] = s.p[i];
	return i;
}

#if defined(__SSE2__)
/* Of sixteen bytes: those that have to be escaped. */
static inline unsigned to_escape(__m128i v)
{
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(control,
		_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')))));
}

/* Sixteen bytes at a time, the last ones together with some before. */
size_t json_copy_plain(char *to, slice s)
{
	unsigned bad;
	__m128i v;

	if (s.len < 8)
		return copy_bytes(to, s, 0);
	if (s.len < 16) {
		__m128i head = _mm_loadl_epi64((const void *)s.p), tail = _mm_loadl_epi64((const void *)(s.p + s.len - 8));

		_mm_storel_epi64((void *)to, head);
		_mm_storel_epi64((void *)(to + s.len - 8), tail);
		bad = to_escape(_mm_unpacklo_epi64(head, tail));
		return !bad ? s.len : copy_bytes(to, s, 0);
	}
	for (size_t i = 0; i + 16 < s.len; i += 16) {
		v = _mm_loadu_si128((const void *)(s.p + i));
		_mm_storeu_si128((void *)(to + i), v);
		bad = to_escape(v);
		if (bad)
			return i + (size_t)__builtin_ctz(bad);
	}
	v = _mm_loadu_si128((const void *)(s.p + s.len - 16));
	_mm_storeu_si128((void *)(to + s.len - 16), v);
	bad = to_escape(v);
	return bad ? s.len - 16 + (size_t)__builtin_ctz(bad) : s.len;
}
#else
size_t json_copy_plain(char *to, slice s) { return copy_bytes(to, s, 0); }
#endif

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
