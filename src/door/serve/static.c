#include "door/serve/static.h"

#include <stdlib.h>

#include "door/serve/http_out.h"

#include "base/banned.h"

slice http_header_of(const struct http_request *q, slice name)
{
	for (size_t i = 0; i < q->header_count; i++)
		if (slice_eq(q->headers[i].name, name))
			return q->headers[i].value;
	return S_NONE;
}

static int compare(const void *key, const void *row)
{
	return slice_cmp(*(const slice *)key, slice_of(((const struct static_file *)row)->name));
}

static void add(struct http_response *r, slice name, slice value)
{
	r->headers[r->header_count++] = (struct http_header){ name, value };
}

bool static_answer(const struct http_request *q, struct http_response *ret)
{
	const struct static_file *f;
	slice name;

	if (!slice_starts(q->path, S("/static/")))
		return false;
	name = slice_sub(q->path, sizeof "/static/" - 1, SIZE_MAX);
	f = bsearch(&name, static_table, static_count, sizeof *f, compare);
	if (!f) {
		http_plain(ret, 404, S("404 Not Found\n"));
		return true;
	}
	if (!slice_is(q->method, "GET") && !slice_is(q->method, "HEAD")) {
		http_plain(ret, 405, S("405 Method Not Allowed\n"));
		add(ret, S("Allow"), S("GET, HEAD"));
		return true;
	}
	*ret = (struct http_response){ .status = 200, .content_type = slice_of(f->type), .body = { (const char *)f->bytes, f->len } };
	if (slice_is(http_header_of(q, S("if-none-match")), f->tag))
		ret->status = 304;
	add(ret, S("Cache-Control"), S("public, max-age=300"));
	add(ret, S("ETag"), slice_of(f->tag));
	return true;
}
