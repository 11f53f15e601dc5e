/* The API as OpenAPI 3.1, out of the table of routes. */
#ifndef DOOR_HTTP_DESCRIBE_H
#define DOOR_HTTP_DESCRIBE_H

#include "base/buf.h"
#include "base/rc.h"

MUST_USE rc api_describe(struct ctx *c, struct buf *out);

#endif
