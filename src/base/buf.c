#include "base/buf.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void buf_init(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){ .a = a, .max = max };
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->full = false;
}

bool buf_grow(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->full)
		return false;
	if (n <= b->cap - b->len)
		return true;
	if (n > b->max - b->len) {
		b->full = true;
		return false;
	}
	cap = b->cap < 256 ? 256 : b->cap;
	if (cap > b->max)
		cap = b->max;
	while (cap - b->len < n)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	p = arena_grow(b->a, b->p, b->cap, cap);
	if (!p) {
		b->full = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, slice s)
{
	if (s.len == 0 || !buf_room(b, s.len))
		return;
	memcpy(b->p + b->len, s.p, s.len);
	b->len += s.len;
}

/* "00" to "99", so that a division gives two digits. */
static const char pairs[] =
	"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
	"5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

#define EIGHT_DIGITS 100000000

void buf_put_i64(struct buf *b, int64_t n)
{
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n, ten = 10;
	size_t digits = 1;
	char *p;

	/* A number of up to eight digits, as most are: those in front that are 0 fall out. */
	if (n >= 0 && u < EIGHT_DIGITS && !b->full && sizeof u <= b->cap - b->len) {
		size_t zeros;

		u = four_digits((uint32_t)u / 10000) | (uint64_t)four_digits((uint32_t)u % 10000) << 32;
		zeros = (size_t)__builtin_ctzll(u | (uint64_t)1 << 56) / 8;
		u = htole64((u | 0x3030303030303030u) >> zeros * 8);
		memcpy(b->p + b->len, &u, sizeof u);
		b->len += sizeof u - zeros;
		return;
	}
	for (; digits < 20 && u >= ten; digits++)
		ten *= 10;   /* past 10^19 it has wrapped, and is not asked again */
	if (!buf_room(b, digits + (n < 0)))
		return;
	if (n < 0)
		b->p[b->len++] = '-';
	b->len += digits;
	p = b->p + b->len;
	for (; u >= 10000; u /= 10000, p -= 4) {
		unsigned four = (unsigned)(u % 10000);

		memcpy(p - 4, pairs + four / 100 * 2, 2);
		memcpy(p - 2, pairs + four % 100 * 2, 2);
	}
	for (; u >= 100; u /= 100)
		memcpy(p -= 2, pairs + u % 100 * 2, 2);
	if (u >= 10)
		memcpy(p - 2, pairs + u * 2, 2);
	else
		p[-1] = (char)('0' + u);
}

void buf_put_grouped(struct buf *b, int64_t n)
{
	if (n >= 1000) {
		buf_put_grouped(b, n / 1000);
		buf_putf(b, ",%03d", (int)(n % 1000));
	} else {
		buf_put_i64(b, n);
	}
}

void buf_putf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !buf_room(b, (size_t)n + 1))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

rc buf_done(struct ctx *c, const struct buf *b, slice *ret_text)
{
	if (b->full)
		return FAIL(c, E_LIMIT, "text.limit");
	*ret_text = buf_slice(b);
	return OK;
}

rc buf_keep(struct ctx *c, const struct buf *b, slice *ret_text)
{
	slice s;

	TRY(buf_done(c, b, &s));
	return slice_keep(c, s, ret_text);
}
