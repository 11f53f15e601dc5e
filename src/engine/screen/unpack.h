/* gzip and zstd, a piece at a time, with a largest size for what comes out. */
#ifndef ENGINE_SCREEN_UNPACK_H
#define ENGINE_SCREEN_UNPACK_H

#include "base/rc.h"

struct unpack;

/*
 * By the first bytes: gzip, zstd or plain. A file may grow to `most` bytes, and to 1000 times its packed size:
 * beyond that it is E_LIMIT "screen.bomb". Ends with c->a.
 */
MUST_USE rc unpack_new(struct ctx *c, slice begin, uint64_t most, struct unpack **ret);
/*
 * Takes bytes off `in` and writes up to `room` bytes to `out`. Both may be only partly used; when *ret_len is 0 and
 * `in` is empty, more input is needed. E_INVALID "screen.packed".
 */
MUST_USE rc unpack_some(struct ctx *c, struct unpack *u, slice *in, char *out, size_t room, size_t *ret_len);
/* Not packed: bytes may go past it. */
bool unpack_is_plain(const struct unpack *u);
/* After the last input: E_INVALID "screen.packed" when it ended within a member or frame. */
MUST_USE rc unpack_end(struct ctx *c, const struct unpack *u);

#endif
