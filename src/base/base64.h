/* Base64 (RFC 4648): §4 with padding for signed notes, §5 without padding for canonical JSON. Strict: one text for one value. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/rc.h"

void base64_put(struct buf *b, slice bytes);
void base64url_put(struct buf *b, slice bytes);
/* Into c->a. E_INVALID "base64.form" for other letters, wrong length or padding, bits that are not zero at the end. */
MUST_USE rc base64_parse(struct ctx *c, slice text, slice *ret);
MUST_USE rc base64url_parse(struct ctx *c, slice text, slice *ret);
/* What others wrote: as base64_parse, but the bits that are over at the end may be anything (RFC 4648 §3.5 leaves it open). */
MUST_USE rc base64_parse_loose(struct ctx *c, slice text, slice *ret);
/* Exactly n bytes into `out`. */
MUST_USE rc base64url_parse_n(struct ctx *c, slice text, unsigned char *out, size_t n);
MUST_USE rc base64_parse_n(struct ctx *c, slice text, unsigned char *out, size_t n);

#endif
