/* Datagrams that came in pieces (RFC 791 §3.2, RFC 8200 §4.5). */
#ifndef ENGINE_SELECT_FRAGMENT_H
#define ENGINE_SELECT_FRAGMENT_H

#include <stdint.h>

#include "base/rc.h"

struct fragments;

MUST_USE rc fragments_new(struct ctx *c, struct fragments **ret);
/*
 * A piece of the datagram `key` (a hash of addresses, protocol and identification) at byte `at`. Returns the whole when this was
 * the last missing one, valid until the next call; else S_NONE. Old datagrams make room for new ones.
 */
slice fragment_put(struct ctx *c, struct fragments *f, uint64_t key, uint32_t at, bool more, slice piece);

#endif
