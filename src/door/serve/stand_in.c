/* Stands in for the pages until they are there: their functions replace these at linking. */
#include "door/http/http.h"

#include "base/banned.h"

#define WEAK __attribute__((weak))

WEAK rc http_understand(struct ctx *c, const struct http_request *q, slice *ret_call, struct http_response *ret_response,
                        bool *ret_done)
{
	(void)q;
	(void)ret_response;
	*ret_done = false;
	return slice_keep(c, S("?"), ret_call);
}

WEAK rc http_perform(struct ctx *c, struct node *n, slice call, slice *ret_reply)
{
	(void)n;
	return slice_keep(c, call, ret_reply);
}

WEAK rc http_render(struct ctx *c, const struct http_request *q, slice reply, struct http_response *ret_response)
{
	(void)c;
	(void)q;
	(void)reply;
	*ret_response = (struct http_response){ .status = 200, .content_type = S("text/html; charset=utf-8"),
		.body = S("<!doctype html><html lang=\"ja\"><title>連携</title><p>連携</p></html>\n") };
	return OK;
}
