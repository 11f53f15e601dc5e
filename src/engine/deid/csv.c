#include "engine/deid/csv.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/banned.h"

rc csv_init(struct ctx *c, struct csv *r, struct arena *cells_arena)
{
	*r = (struct csv){ .a = cells_arena, .cap = 64 };
	TRY_ARRAY(c, r->cells, r->cap);
	return OK;
}

void csv_window(struct csv *r, const char *p, size_t len, bool final)
{
	r->p = p;
	r->end = p + len;
	r->final = final;
	r->base = NULL;
}

/* Which of the 64 bytes at p are a or b, as bits. */
static inline uint64_t either(const char *p, char a, char b)
{
	uint64_t m = 0;
#if defined(__SSE2__)
	const __m128i as = _mm_set1_epi8(a), bs = _mm_set1_epi8(b);

	for (unsigned i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + (size_t)16 * i));
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, as), _mm_cmpeq_epi8(v, bs));

		m |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
	}
#else
	for (unsigned i = 0; i < 64; i++)
		m |= (uint64_t)(p[i] == a || p[i] == b) << i;
#endif
	return m;
}

static uint64_t delimiters(const char *p)
{
	return either(p, ',', '\n');
}

bool csv_odd_quotes(const char *p, size_t len)
{
	uint64_t odd = 0;

	for (; len >= 64; p += 64, len -= 64)
		odd ^= either(p, '"', '"');
	if (len > 0)
		odd ^= either(p, '"', '"') & (((uint64_t)1 << len) - 1);
	return __builtin_parityll(odd);
}

/* The next comma or line feed at or after `from`; r->end when the window has none. */
static const char *next_delimiter(struct csv *r, const char *from)
{
	if (!r->base || from < r->base || from >= r->base + 64) {
		if (from >= r->end)
			return r->end;
		r->base = from;
		r->mask = delimiters(from);
	}
	for (;;) {
		uint64_t m = r->mask & (UINT64_MAX << (from - r->base));
		const char *at;

		if (m) {
			at = r->base + __builtin_ctzll(m);
			return at < r->end ? at : r->end;
		}
		from = r->base + 64;
		if (from >= r->end)
			return r->end;
		r->base = from;
		r->mask = delimiters(from);
	}
}

static rc more_cells(struct ctx *c, struct csv *r)
{
	slice *more = NULL;

	if (r->cap >= CSV_COLUMNS_MOST) {
		(void)FAIL(c, E_LIMIT, "csv.columns");
		fault_place(c, r->row + 1, r->count + 1);
		return E_LIMIT;
	}
	TRY_ARRAY(c, more, (size_t)r->cap * 2);
	memcpy(more, r->cells, r->cap * sizeof *more);
	r->cells = more;
	r->cap *= 2;
	return OK;
}

/* Copies without the quotes. `from` is behind the first quote, `to` the last one. */
static rc unquote(struct ctx *c, struct csv *r, const char *from, const char *to, slice *ret)
{
	char *out = arena_bytes(r->a, (size_t)(to - from) + CSV_PADDING);
	size_t n = 0;

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	r->quoted = true;
	for (const char *p = from; p < to; p++) {
		out[n++] = *p;
		if (*p == '"')
			p++;
	}
	*ret = (slice){ out, n };
	return OK;
}

/*
 * The cell that begins with a quote at p. *ret_next: the delimiter behind it, NULL when the window ends first.
 */
static rc quoted_cell(struct ctx *c, struct csv *r, const char *p, slice *ret, const char **ret_next)
{
	const char *from = p + 1, *q = from;

	for (;;) {
		q = q < r->end ? memchr(q, '"', (size_t)(r->end - q)) : NULL;
		if (!q || (q + 1 == r->end && !r->final)) {
			*ret_next = NULL;
			if (!q && r->final)
				break;
			return OK;
		}
		if (q + 1 == r->end || q[1] != '"')
			break;
		q += 2;
	}
	if (q) {
		const char *next = q + 1;

		if (next < r->end && *next == '\r')
			next++;
		if (next == r->end && !r->final) {
			*ret_next = NULL;
			return OK;
		}
		if (next == r->end || *next == ',' || *next == '\n') {
			*ret_next = next;
			return unquote(c, r, from, q, ret);
		}
	}
	(void)FAIL(c, E_INVALID, "csv.quote");
	fault_place(c, r->row + 1, r->count + 1);
	return E_INVALID;
}

static rc cell_at(struct ctx *c, struct csv *r, const char *p, slice *ret, const char **ret_next)
{
	const char *next;

	if (p < r->end && *p == '"')
		return quoted_cell(c, r, p, ret, ret_next);
	next = next_delimiter(r, p);
	*ret = (slice){ p, (size_t)(next - p) };
	if ((next == r->end || *next == '\n') && ret->len > 0 && p[ret->len - 1] == '\r')
		ret->len--;
	*ret_next = next == r->end && !r->final ? NULL : next;
	return OK;
}

/*
 * A row without quotes that lies in the window whole: its delimiters are taken one after the other. False, with nothing
 * moved, for any other row.
 */
static bool quick_row(struct csv *r)
{
	const char *p = r->p, *base = r->base, *at;
	uint32_t count = 0, cap = r->cap;
	slice *cells = r->cells;
	uint64_t m;

	if (!base || p < base || p >= base + 64) {
		base = p;
		m = delimiters(p);
	} else {
		m = r->mask & (UINT64_MAX << (p - base));
	}
	do {
		while (m == 0) {
			base += 64;
			if (base >= r->end)
				return false;
			m = delimiters(base);
		}
		at = base + __builtin_ctzll(m);
		m &= m - 1;
		if (at >= r->end || *p == '"' || count == cap)
			return false;
		cells[count++] = (slice){ p, (size_t)(at - p) };
		p = at + 1;
	} while (*at != '\n');
	if ((size_t)(p - r->p) > CSV_ROW_MOST)
		return false;
	if (cells[count - 1].len > 0 && at[-1] == '\r')
		cells[count - 1].len--;
	r->base = base;
	r->mask = m;
	r->count = count;
	r->p = p;
	r->row++;
	return true;
}

rc csv_next(struct ctx *c, struct csv *r, enum csv_state *ret)
{
	const char *p = r->p, *next = NULL;

	r->count = 0;
	if (p >= r->end) {
		*ret = r->final ? CSV_END : CSV_MORE;
		return OK;
	}
	if (r->quoted) {
		arena_reset(r->a);
		r->quoted = false;
	}
	if (quick_row(r)) {
		*ret = CSV_ROW;
		return OK;
	}
	for (;;) {
		if (r->count == r->cap)
			TRY(more_cells(c, r));
		TRY(cell_at(c, r, p, &r->cells[r->count], &next));
		if (!next || (size_t)(next - r->p) > CSV_ROW_MOST) {
			if ((size_t)(r->end - r->p) > CSV_ROW_MOST) {
				(void)FAIL(c, E_LIMIT, "csv.row");
				fault_place(c, r->row + 1, 1);
				return E_LIMIT;
			}
			*ret = CSV_MORE;
			return OK;
		}
		r->count++;
		if (next == r->end || *next == '\n')
			break;
		p = next + 1;
	}
	r->p = next < r->end ? next + 1 : r->end;
	r->row++;
	*ret = CSV_ROW;
	return OK;
}
