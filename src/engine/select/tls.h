/* What a TLS ClientHello shows: the server's name and the fingerprints JA3 and JA4. */
#ifndef ENGINE_SELECT_TLS_H
#define ENGINE_SELECT_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct tls_hello {
	char name[256];
	size_t name_len;
	bool whole;      /* all extensions were in the segment: the fingerprints hold */
	char ja3[33], ja4[37];
};

/*
 * What a TLS stream shows when its records are joined: calls `found` with a label and a value for the server's name, JA3 and JA4
 * of a ClientHello, JA3S of a ServerHello, and of each certificate (TLS 1.2 and before) SHA-1, SHA-256, common name and DNS names.
 * False while more of the stream is needed.
 */
typedef void tls_found_fn(void *to, const char *label, slice value);
bool tls_read_stream(slice stream, tls_found_fn *found, void *to);

/* The same for a ClientHello as QUIC carries it, without records, as far as it came. */
void tls_read_quic(slice handshake, tls_found_fn *found, void *to);

/* `record`: a TCP segment that begins with a TLS record. False when it is no ClientHello. */
bool tls_read_hello(slice record, struct tls_hello *ret);

#endif
