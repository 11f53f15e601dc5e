/* What understand.c and render.c share; role web. */
#ifndef DOOR_HTTP_RENDER_H
#define DOOR_HTTP_RENDER_H

#include "door/http/http.h"

bool request_is_api(const struct http_request *q);
bool request_is_japanese(const struct http_request *q);
const char *cookie_name(bool secure);
slice cookie_of(const struct http_request *q, const char *name);
/* A page or problem+json that says why not; `key` of ui/messages. */
MUST_USE rc render_problem(struct ctx *c, const struct http_request *q, int status, const char *key, struct http_response *ret);

#endif
