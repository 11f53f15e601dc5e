#include "base/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/banned.h"

#define SHORT_MOST 64u

static void sep(struct json_out *o)
{
	if (o->comma)
		buf_putc(o->b, ',');
	o->comma = true;
}

/* Has one of eight bytes to be escaped? (Each test is exact for the lowest byte that it finds.) */
static inline bool eight_plain(const char *p)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t v, q, w;

	memcpy(&v, p, 8);
	q = v ^ ones * '"';
	w = v ^ ones * '\\';
	return !((((v - ones * 0x20) & ~v) | ((q - ones) & ~q) | ((w - ones) & ~w)) & tops);
}

/* Bytes before the first that has to be escaped. */
static size_t plain_len(slice s)
{
	size_t i = 0;

	while (i + 8 <= s.len && eight_plain(s.p + i))
		i += 8;
	if (i + 8 > s.len && s.len >= 8 && eight_plain(s.p + s.len - 8))
		return s.len;   /* the rest together with what was looked at before */
	for (; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch < 0x20 || ch == '"' || ch == '\\')
			break;
	}
	return i;
}

#if defined(__SSE2__)
/* Of sixteen bytes: those that have to be escaped. */
static inline __m128i to_escape(__m128i v)
{
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

	return _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
}

/* Copies 8 to 64 bytes while it looks at them, the last ones together with some before: false when one has to be escaped. */
static inline bool copy_plain(char *to, slice s)
{
	__m128i v, bad;

	if (s.len < 16) {
		__m128i head = _mm_loadl_epi64((const void *)s.p), tail = _mm_loadl_epi64((const void *)(s.p + s.len - 8));

		_mm_storel_epi64((void *)to, head);
		_mm_storel_epi64((void *)(to + s.len - 8), tail);
		return !_mm_movemask_epi8(to_escape(_mm_unpacklo_epi64(head, tail)));
	}
	v = _mm_loadu_si128((const void *)(s.p + s.len - 16));
	bad = to_escape(v);
	_mm_storeu_si128((void *)(to + s.len - 16), v);
	for (size_t i = 0; i + 16 < s.len; i += 16) {
		v = _mm_loadu_si128((const void *)(s.p + i));
		bad = _mm_or_si128(bad, to_escape(v));
		_mm_storeu_si128((void *)(to + i), v);
	}
	return !_mm_movemask_epi8(bad);
}
#else
/* Copies 8 to 64 bytes while it looks at them: false when one has to be escaped. */
static inline bool copy_plain(char *to, slice s)
{
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		if (!eight_plain(s.p + i))
			return false;
		memcpy(to + i, s.p + i, 8);
	}
	memcpy(to + s.len - 8, s.p + s.len - 8, 8);   /* the rest together with what was looked at before */
	return eight_plain(s.p + s.len - 8);
}
#endif

void json_put_text(struct buf *b, slice s)
{
	size_t from;

	if (s.len >= 8 && s.len <= SHORT_MOST && buf_room(b, s.len + 2) && copy_plain(b->p + b->len + 1, s)) {
		b->p[b->len] = b->p[b->len + s.len + 1] = '"';
		b->len += s.len + 2;
		return;
	}
	from = plain_len(s);
	/* Nearly every text has nothing to escape. */
	if (from == s.len && buf_room(b, s.len + 2)) {
		b->p[b->len++] = '"';
		if (s.len)
			memcpy(b->p + b->len, s.p, s.len);
		b->len += s.len;
		b->p[b->len++] = '"';
		return;
	}
	buf_putc(b, '"');
	buf_put(b, slice_sub(s, 0, from));
	for (size_t i = from; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		const char *esc = NULL;

		if (ch >= 0x20 && ch != '"' && ch != '\\')
			continue;
		buf_put(b, slice_sub(s, from, i - from));
		from = i + 1;
		switch (ch) {
		case '"': esc = "\\\""; break;
		case '\\': esc = "\\\\"; break;
		case '\b': esc = "\\b"; break;
		case '\t': esc = "\\t"; break;
		case '\n': esc = "\\n"; break;
		case '\f': esc = "\\f"; break;
		case '\r': esc = "\\r"; break;
		default: buf_putf(b, "\\u%04x", ch);
		}
		if (esc)
			buf_putz(b, esc);
	}
	if (from < s.len)
		buf_put(b, slice_sub(s, from, s.len - from));
	buf_putc(b, '"');
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
