/* What a DNS message shows: names that were asked for, and the names and addresses of the answers. */
#ifndef ENGINE_SELECT_DNS_H
#define ENGINE_SELECT_DNS_H

#include <stdbool.h>

#include "base/slice.h"

typedef void dns_found_fn(void *to, const char *label, slice value);
void dns_read(slice message, dns_found_fn *found, void *to);
/* The messages of a TCP stream, each with its length before it (RFC 1035 §4.2.2). */
void dns_read_stream(slice stream, dns_found_fn *found, void *to);

#endif
