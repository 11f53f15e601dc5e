/*
 * One HTTP/1.1 request off a stream of bytes, strictly (RFC 9110, RFC 9112). No I/O, no clock; input in pieces of any size.
 *
 * Whatever two readers could understand differently is refused, because that is what request smuggling lives on: a line
 * end that is not CRLF, a folded line, a blank before the colon, Content-Length twice or beside Transfer-Encoding,
 * another coding than "chunked", trailers, an authority in the target. Behind a refusal nothing more is read from the connection.
 */
#ifndef DOOR_SERVE_HTTP_IN_H
#define DOOR_SERVE_HTTP_IN_H

#include "base/buf.h"
#include "door/http/http.h"

struct http_limits {
	size_t line;         /* the request line, one header line: 414, 431 */
	size_t head;         /* all of them: 431 */
	size_t headers;      /* how many: 431 */
	size_t body;         /* 413 */
};

enum http_step {
	HTTP_MORE,           /* give more bytes */
	HTTP_WHOLE,          /* http_in_request() has it */
	HTTP_BAD,            /* answer with .status and close */
};

#define HTTP_STEPS 3

/* Where the reader stands; private but for the fields named below. */
struct http_in {
	const struct http_limits *limits;   /* borrowed */
	struct buf head, body;
	struct http_header *headers;
	size_t nheaders;
	slice method, target;
	int at;                             /* enum place */
	size_t line_from;                   /* of the head: where the line that comes in begins */
	uint64_t left;                      /* bytes that are still to come of the body or the chunk */
	size_t digits, extra;               /* of the chunk's size; bytes of its extension */
	bool cr, skipped;
	/* for the one who asks */
	int status;                         /* HTTP_BAD: 400, 413, 414, 417, 431, 501, 505 */
	const char *why;                    /* HTTP_BAD: a word for the log */
	bool began;                         /* a byte of the request has come */
	bool head_done;
	bool keep;                          /* the connection may stay open */
	bool expects;                       /* wants "100 Continue" before it sends the body */
};

/* Begins a request. Memory comes from `a`, which must live as long as the request. */
void http_in_init(struct http_in *h, struct arena *a, const struct http_limits *limits);
/* Takes bytes; *ret_used of them belong to this request, the others to the next one. */
enum http_step http_in_feed(struct http_in *h, slice bytes, size_t *ret_used);
/* After HTTP_WHOLE: the request, borrowed from the reader. `peer` and `secure` are the connection's. */
struct http_request http_in_request(const struct http_in *h, slice peer, bool secure);

#endif
