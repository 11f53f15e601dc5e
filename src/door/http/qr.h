/* A QR code (ISO/IEC 18004) as the path of an SVG. */
#ifndef DOOR_HTTP_QR_H
#define DOOR_HTTP_QR_H

#include "base/rc.h"
#include "base/slice.h"

/*
 * The dark modules of `text` as path data, one unit a module, with the quiet zone of four around; *ret_side is the side of the
 * whole. In c->a. E_LIMIT "http.qr" when the text is too long for a code (about 2,300 bytes).
 */
MUST_USE rc qr_path(struct ctx *c, slice text, slice *ret_path, uint32_t *ret_side);

#endif
