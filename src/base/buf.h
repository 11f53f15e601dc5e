/*
 * Growing text with a largest size given at birth. Writing never fails at the call: the first write that does not
 * fit marks the buffer, later ones do nothing, and buf_done() tells. So a page or a line is put together without a
 * check at each piece, and a half one is never used.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdint.h>

#include "base/rc.h"

struct buf {
	struct arena *a;   /* borrowed */
	char *p;
	size_t len, cap, max;
	bool full;
};

void buf_init(struct buf *b, struct arena *a, size_t max);
/* Keeps the memory, forgets the text and the mark. */
void buf_reset(struct buf *b);
/* Room for n more bytes at b->p + b->len; false marks the buffer full. */
bool buf_grow(struct buf *b, size_t n);
static inline bool buf_room(struct buf *b, size_t n)
{
	return (!b->full && n <= b->cap - b->len) || buf_grow(b, n);
}
void buf_put(struct buf *b, slice s);
static inline void buf_putc(struct buf *b, char ch)
{
	if (buf_room(b, 1))
		b->p[b->len++] = ch;
}
void buf_put_i64(struct buf *b, int64_t n);
/* The four digits of n < 10000 as numbers, the first in the lowest byte: pairs, then the digits of both pairs at once. */
static inline uint32_t four_digits(uint32_t n)
{
	uint32_t hundreds = n * 5243 >> 19, pairs = hundreds | (n - hundreds * 100) << 16, tens = pairs * 103 >> 10 & 0x000f000fu;

	return tens | (pairs - tens * 10) << 8;
}
/* 1,234,567: for people. */
void buf_put_grouped(struct buf *b, int64_t n);
void buf_putf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline void buf_putz(struct buf *b, const char *z) { buf_put(b, slice_of(z)); }
/* The text so far; borrowed from the buffer until the next write. */
static inline slice buf_slice(const struct buf *b) { return (slice){ b->p, b->len }; }
/* E_LIMIT "text.limit" when something did not fit. */
MUST_USE rc buf_done(struct ctx *c, const struct buf *b, slice *ret_text);
/* The same as a copy in c->a that outlives the buffer. Also E_LIMIT "memory.limit". */
MUST_USE rc buf_keep(struct ctx *c, const struct buf *b, slice *ret_text);

#endif
