#include "engine/screen/line.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/banned.h"

/* Which of the 64 bytes at p are a comma, a quote or a line end. */
static inline uint64_t mask64(const char *p)
{
	uint64_t m = 0;

#if defined(__SSE2__)
	const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), nl = _mm_set1_epi8('\n');

	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, quote)),
			_mm_cmpeq_epi8(v, nl));

		m |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
	}
#else
	for (int i = 0; i < 64; i++)
		m |= (uint64_t)(p[i] == ',' || p[i] == '"' || p[i] == '\n') << i;
#endif
	return m;
}

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

			while (i < block.len && block.p[i] != ',' && block.p[i] != '\n' && block.p[i] != '\r')
				i++;
			v = (slice){ block.p + from, i - from };
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

enum line_state line_csv(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out)
{
	size_t base = *at, from = base, place = 0;
	char tail[64];

	out->utf8 = 0;
	for (size_t pos = base; pos < block.len; pos += 64) {
		const char *p = block.p + pos;
		uint64_t m;

		if (block.len - pos < 64) {
			memset(tail, 0, sizeof tail);
			memcpy(tail, p, block.len - pos);
			p = tail;
		}
		for (m = mask64(p); m; m &= m - 1) {
			size_t i = pos + (size_t)__builtin_ctzll(m);
			char ch = block.p[i];

			if (ch == '"')
				return with_quotes(l, block, at, scratch, out);
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
	}
	set_field(l, out, place++, block.p + from, block.len - from);
	out->whole = (slice){ block.p + base, block.len - base };
	*at = block.len;
	return ended(l, out, place);
}
