/* What a client of HTTP or SMTP says at the beginning of a stream. Bodies are never looked at. */
#ifndef ENGINE_SELECT_REQUEST_H
#define ENGINE_SELECT_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"

typedef void request_found_fn(void *to, const char *label, slice value);

/*
 * stream  as far as it came; `full`: no more will come.
 * server  the address that is talked to, and its port: the host of a request that names none.
 * True when nothing more is to come of it.
 */
bool request_read(struct ctx *c, slice stream, bool full, slice server, request_found_fn *found, void *to);

/* Does a stream of HTTP, SMTP or TLS begin so? */
bool request_begins(slice data);

#endif
