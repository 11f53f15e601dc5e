#include "door/http/qr.h"

#include <qrencode.h>

#include "base/arena.h"
#include "base/buf.h"

#include "base/banned.h"

#define QUIET 4u        /* ISO/IEC 18004: four modules of margin */
#define PATH_MOST 65536u

static void put_row(struct buf *b, const QRcode *q, uint32_t y)
{
	const unsigned char *row = q->data + (size_t)y * (size_t)q->width;
	uint32_t side = (uint32_t)q->width;

	for (uint32_t x = 0; x < side;) {
		uint32_t from = x;

		while (x < side && (row[x] & 1))
			x++;
		if (x > from)
			buf_putf(b, "M%u %uh%uv1h-%uz", from + QUIET, y + QUIET, x - from, x - from);
		x += x == from;
	}
}

rc qr_path(struct ctx *c, slice text, slice *ret_path, uint32_t *ret_side)
{
	const char *z = arena_cstr(c->a, text);
	struct buf b;
	QRcode *q;

	if (!z)
		return FAIL(c, E_NOMEM, "memory.limit");
	q = QRcode_encodeString8bit(z, 0, QR_ECLEVEL_M);
	if (!q)
		return FAIL(c, E_LIMIT, "http.qr");
	buf_init(&b, c->a, PATH_MOST);
	for (uint32_t y = 0; y < (uint32_t)q->width; y++)
		put_row(&b, q, y);
	*ret_side = (uint32_t)q->width + 2 * QUIET;
	QRcode_free(q);
	return buf_done(c, &b, ret_path);
}
