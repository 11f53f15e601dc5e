/*
 * The beginnings of TCP streams out of their segments: enough for a request, a ClientHello or a chain of certificates that is
 * cut over several segments, out of order or sent twice. Each direction is a stream of its own.
 */
#ifndef ENGINE_SELECT_TCP_H
#define ENGINE_SELECT_TCP_H

#include <stdint.h>

#include "base/rc.h"

#define TCP_BEGIN_MOST 16384u   /* bytes of a stream that are kept */

struct tcp_streams;

struct tcp_stream {
	uint8_t *p;          /* its beginning, without gaps */
	uint32_t n;
	uint32_t told;       /* for the caller: how much of it was dealt with */
	bool done;           /* for the caller: nothing more is wanted */
	/* inside */
	uint64_t key;
	uint32_t first;      /* sequence number of p[0] */
	bool begun;
	struct { uint32_t at, n; } held[4];   /* behind a gap, already at their place in p */
};

MUST_USE rc tcp_new(struct ctx *c, struct tcp_streams **ret);
/*
 * A segment of the direction `key` (a hash of addresses and ports). Returns the stream when it is longer than before; NULL when
 * it is not, is done, or there is no memory. Old streams make room for new ones.
 */
struct tcp_stream *tcp_segment(struct ctx *c, struct tcp_streams *t, uint64_t key, uint32_t seq, bool syn, slice data);

#endif
