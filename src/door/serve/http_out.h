/* The head of a response, with the headers that every response has. */
#ifndef DOOR_SERVE_HTTP_OUT_H
#define DOOR_SERVE_HTTP_OUT_H

#include "base/buf.h"
#include "door/http/http.h"

struct http_how {
	bool keep;       /* the connection stays open */
	bool secure;     /* came over TLS: Strict-Transport-Security */
	msec now;        /* Date */
};

/*
 * Writes the head of `r` with Content-Length. What the response says itself stands (Cache-Control, Content-Security-Policy);
 * what it does not say gets the strictest form. E_BUG "http.header" for a name or value that could begin another header.
 */
MUST_USE rc http_put_head(struct ctx *c, struct buf *b, const struct http_response *r, const struct http_how *how);
/* "Not Found"; "" for a status we do not send. */
const char *http_reason(int status);
/* A response of one line of text, for what has no page: refusals of the connection itself. */
void http_plain(struct http_response *ret, int status, slice text);
/* Sat, 21 Nov 2026 00:00:00 GMT */
void http_put_date(struct buf *b, msec t);

#endif
