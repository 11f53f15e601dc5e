/*
 * The seam between the connection (door/serve) and the pages and the API (door/http). One request is understood in the
 * process `web`, performed in the process `core`, and rendered in `web` again.
 */
#ifndef DOOR_HTTP_HTTP_H
#define DOOR_HTTP_HTTP_H

#include "base/rc.h"
#include "door/http/idp.h"
#include "door/http/packs.h"

struct node;

struct http_header { slice name, value; };                 /* names lower-case */

/* One whole request, bounded; borrowed. */
struct http_request {
	slice method, path, query, body, peer;             /* path still percent-encoded; peer: "192.0.2.7" */
	const struct http_header *headers;
	size_t header_count;
	bool secure;
};

struct http_response {
	int status;
	slice content_type, body;
	struct http_header headers[16];
	size_t header_count;
	slice once;              /* the word in the forms of a page that is another one each time; empty: none */
};

/*
 * In role web. Finds the route, parses the declared fields. Either ret_call (bytes of a typed message for core) is set,
 * or *ret_done is true and ret_response is complete.
 */
MUST_USE rc http_understand(struct ctx *c, const struct http_request *q, slice *ret_call, struct http_response *ret_response,
	bool *ret_done);
/*
 * In role core. Session, rights, handler, act. ret_reply: bytes of a typed message for web. A failure of the handler is a
 * reply too; rc != OK only for our own mistake. c->app->packs must be there (packs.h).
 */
MUST_USE rc http_perform(struct ctx *c, struct node *n, slice call, slice *ret_reply);
/*
 * Whether this reply to this call would be the same again (but for the word of its forms) as long as nothing is written and the
 * minute is the same: a page that only shows, to somebody who has signed in.
 */
bool http_may_keep(struct ctx *c, slice call, slice reply);
/* In role web. Renders page or JSON out of the reply. */
MUST_USE rc http_render(struct ctx *c, const struct http_request *q, slice reply, struct http_response *ret_response);

/* In role web, when core cannot: nobody is there now, and the node is being prepared for a new version (entries done, of how many). */
MUST_USE rc http_later(struct ctx *c, const struct http_request *q, int status, struct http_response *ret_response);
MUST_USE rc http_preparing(struct ctx *c, const struct http_request *q, uint64_t done, uint64_t all, struct http_response *ret_response);

/*
 * In role core, when nothing else is to be done: a small piece of what later calls will need. *ret_more false: it is all there.
 */
MUST_USE rc http_idle(struct ctx *c, struct node *n, bool *ret_more);

struct buf;

/* The API as OpenAPI 3.1, out of the table of routes. */
MUST_USE rc api_describe(struct ctx *c, struct buf *out);
/* Every route that the node answers, one JSON object a line: also those that no program may ask for. */
MUST_USE rc api_routes(struct ctx *c, struct buf *out);

#endif
