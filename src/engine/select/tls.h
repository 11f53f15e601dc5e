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

/* `record`: a TCP segment that begins with a TLS record. False when it is no ClientHello. */
bool tls_read_hello(slice record, struct tls_hello *ret);

#endif
