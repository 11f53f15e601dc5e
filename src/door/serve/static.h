/* Files of ui/ that are served as they are, compiled in: nothing is opened for them. /static/<name> */
#ifndef DOOR_SERVE_STATIC_H
#define DOOR_SERVE_STATIC_H

#include "door/http/http.h"

struct static_file {
	const char *name, *type, *tag;   /* tag: quoted, as in ETag */
	const unsigned char *bytes;
	size_t len;
};

/* Sorted by name; one empty row behind the last. */
extern const struct static_file static_table[];
extern const size_t static_count;

/* Answers when the path begins with /static/; false for all others. */
bool static_answer(const struct http_request *q, struct http_response *ret);
/* A header of the request, lower-case name; S_NONE when there is none. */
slice http_header_of(const struct http_request *q, slice name);

#endif
