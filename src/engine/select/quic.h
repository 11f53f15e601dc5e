/*
 * The ClientHello within the first packets of a QUIC connection (RFC 9001 §5.2, RFC 9369): they are encrypted with keys that
 * everybody who sees the packets can derive.
 */
#ifndef ENGINE_SELECT_QUIC_H
#define ENGINE_SELECT_QUIC_H

#include <stdint.h>

#include "base/rc.h"

struct quic_flows;

MUST_USE rc quic_new(struct ctx *c, struct quic_flows **ret);
/*
 * A datagram of the direction `key` (a hash of addresses and ports). Returns the handshake message as far as it came without
 * gaps; S_NONE when it is no client's Initial packet, brought nothing new, or there is no memory.
 */
slice quic_datagram(struct ctx *c, struct quic_flows *q, uint64_t key, slice datagram);

#endif
