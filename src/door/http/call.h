/*
 * The two messages between `web` and `core`: the call (a request, understood) and the reply (a page as data). Strict:
 * every length is checked, nothing may follow. A message that is not right is E_BUG: our sibling lies.
 */
#ifndef DOOR_HTTP_CALL_H
#define DOOR_HTTP_CALL_H

#include "door/http/form.h"

#define CALL_MOST ((size_t)40 << 20)

struct http_call {
	uint32_t route;              /* place in route_table */
	bool api, ja, secure;
	slice token, device, peer, if_match, once, start, state, host;
	struct form form;
};

struct reply {
	uint32_t kind;               /* enum page_kind */
	uint32_t status;
	bool ja, set_cookie, set_device;
	slice view, location, etag, type, file, cookie, device;
	slice body;                  /* the model as JSON, or the bytes */
};

MUST_USE rc call_write(struct ctx *c, const struct http_call *m, slice *ret);
MUST_USE rc call_read(struct ctx *c, slice bytes, struct http_call *ret);
MUST_USE rc reply_write(struct ctx *c, const struct reply *m, slice *ret);
MUST_USE rc reply_read(struct ctx *c, slice bytes, struct reply *ret);

#endif
