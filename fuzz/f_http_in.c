/* The HTTP reader: no crash, and the same reading in one piece and in pieces cut where the input says. */
#include <assert.h>
#include <string.h>

#include "door/serve/http_in.h"

static const struct http_limits limits = { .line = 512, .head = 4096, .headers = 16, .body = 4096 };

static enum http_step read_in(struct arena *a, slice in, size_t piece, struct http_in *h, size_t *ret_at)
{
	enum http_step s = HTTP_MORE;
	size_t at = 0;

	http_in_init(h, a, &limits);
	while (at < in.len && s == HTTP_MORE) {
		size_t used = 0;

		s = http_in_feed(h, slice_sub(in, at, piece), &used);
		assert(used <= piece);
		at += used;
	}
	*ret_at = at;
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	slice in = { (const char *)data + 1, size ? size - 1 : 0 };
	struct arena *a = arena_new((size_t)1 << 20);
	size_t at[2], piece = size ? data[0] % 31u + 1 : 1;
	struct http_in h[2];
	enum http_step s[2];

	if (!a)
		return 0;
	s[0] = read_in(a, in, in.len + 1, &h[0], &at[0]);
	s[1] = read_in(a, in, piece, &h[1], &at[1]);
	assert(s[0] == s[1]);
	if (s[0] == HTTP_BAD)
		assert(h[0].status == h[1].status && h[0].status >= 400 && h[0].why);
	if (s[0] == HTTP_WHOLE) {
		struct http_request q[2] = { http_in_request(&h[0], S("p"), false), http_in_request(&h[1], S("p"), false) };

		assert(at[0] == at[1] && slice_eq(q[0].path, q[1].path) && slice_eq(q[0].query, q[1].query) && slice_eq(q[0].body, q[1].body));
		assert(q[0].header_count == q[1].header_count && q[0].path.p[0] == '/' && !memchr(q[0].path.p, '\r', q[0].path.len));
		for (size_t i = 0; i < q[0].header_count; i++)
			assert(slice_eq(q[0].headers[i].name, q[1].headers[i].name) && !memchr(q[0].headers[i].value.p ? q[0].headers[i].value.p : "",
				'\n', q[0].headers[i].value.len));
	}
	arena_free(a);
	return 0;
}
