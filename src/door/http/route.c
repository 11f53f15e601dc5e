#include "door/http/route.h"

#include "door/http/form.h"

#include "base/banned.h"

static bool word_ok(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == '/')
			return false;
	return s.len > 0 && s.len <= 200;
}

/* Compares part by part; "{case}" takes any one part. */
static bool fits(struct ctx *c, const char *pattern, slice path, struct route_part *parts, size_t *ret_n)
{
	slice want = slice_of(pattern), a, b;
	size_t n = 0;

	if (slice_ends(path, S("/")) != slice_ends(want, S("/")))
		return false;
	for (;;) {
		bool more = slice_next(&want, '/', &a), got = slice_next(&path, '/', &b);

		if (!more || !got)
			break;
		if (a.len > 0 && a.p[0] == '{') {
			parts[n].name = slice_sub(a, 1, a.len - 2);
			if (percent_decode(c, b, false, &parts[n].value) != OK || !word_ok(parts[n].value)) {
				fault_clear(c);
				return false;
			}
			n++;
		} else if (!slice_eq(a, b)) {
			return false;
		}
		if ((want.len == 0) != (path.len == 0))
			return false;
	}
	*ret_n = n;
	return true;
}

rc route_find(struct ctx *c, slice method, slice path, const struct route **ret, struct route_part *parts,
              size_t *ret_nparts, const char **ret_allow)
{
	bool get = slice_is(method, "GET") || slice_is(method, "HEAD"), post = slice_is(method, "POST");
	bool has_get = false, has_post = false;

	*ret = NULL;
	for (const struct route *r = route_table; r->path; r++) {
		if (!fits(c, r->path, path, parts, ret_nparts))
			continue;
		if ((r->method == GET && get) || (r->method == POST && post)) {
			*ret = r;
			return OK;
		}
		has_get = has_get || r->method == GET;
		has_post = has_post || r->method == POST;
	}
	*ret_allow = has_get && has_post ? "GET, HEAD, POST" : has_get ? "GET, HEAD" : has_post ? "POST" : NULL;
	return OK;
}
