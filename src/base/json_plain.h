/* Text of which nearly none has to be escaped, copied while it is looked at. For what writes many values. */
#ifndef BASE_JSON_PLAIN_H
#define BASE_JSON_PLAIN_H

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/slice.h"

/* Copies s to `to`, up to the first byte that has to be escaped at least. How many stand before that: s.len for none. */
static inline size_t json_copy_plain(char *to, slice s);

static inline bool json_is_plain(char ch) { return (unsigned char)ch >= 0x20 && ch != '"' && ch != '\\'; }

static inline size_t json_copy_bytes(char *to, slice s)
{
	size_t i = 0;

	for (; i < s.len && json_is_plain(s.p[i]); i++)
		to[i] = s.p[i];
	return i;
}

#if defined(__SSE2__)   /* sixteen bytes at a time, the last ones together with some before */
/* Of sixteen bytes: those that have to be escaped. */
static inline unsigned json_to_escape(__m128i v)
{
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(control,
		_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')))));
}

static inline size_t json_copy_plain(char *to, slice s)
{
	unsigned bad;
	__m128i v;

	if (s.len < 8)
		return json_copy_bytes(to, s);
	if (s.len < 16) {
		__m128i head = _mm_loadl_epi64((const void *)s.p), tail = _mm_loadl_epi64((const void *)(s.p + s.len - 8));

		_mm_storel_epi64((void *)to, head);
		_mm_storel_epi64((void *)(to + s.len - 8), tail);
		bad = json_to_escape(_mm_unpacklo_epi64(head, tail));
		return !bad ? s.len : json_copy_bytes(to, s);
	}
	for (size_t i = 0; i + 16 < s.len; i += 16) {
		v = _mm_loadu_si128((const void *)(s.p + i));
		_mm_storeu_si128((void *)(to + i), v);
		bad = json_to_escape(v);
		if (bad)
			return i + (size_t)__builtin_ctz(bad);
	}
	v = _mm_loadu_si128((const void *)(s.p + s.len - 16));
	_mm_storeu_si128((void *)(to + s.len - 16), v);
	bad = json_to_escape(v);
	return bad ? s.len - 16 + (size_t)__builtin_ctz(bad) : s.len;
}
#else
static inline size_t json_copy_plain(char *to, slice s) { return json_copy_bytes(to, s); }
#endif

#endif
