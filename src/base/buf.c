#include "base/buf.h"

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

void buf_put_i64(struct buf *b, int64_t n)
{
	char tmp[24];
	size_t i = sizeof tmp;
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	/* two digits a division */
	for (; u >= 100; u /= 100) {
		unsigned two = (unsigned)(u % 100);

		tmp[--i] = (char)('0' + two % 10);
		tmp[--i] = (char)('0' + two / 10);
	}
	do {
		tmp[--i] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (n < 0)
		tmp[--i] = '-';
	buf_put(b, (slice){ tmp + i, sizeof tmp - i });
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
