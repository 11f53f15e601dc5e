/* Role web: from a request to a call. */
#include "door/http/http.h"

#include "base/message.h"
#include "door/http/call.h"
#include "door/http/render.h"
#include "door/http/route.h"

#include "base/banned.h"

#define API "/api/v1"

static slice header(const struct http_request *q, const char *name)
{
	for (size_t i = 0; i < q->header_count; i++)
		if (slice_is(q->headers[i].name, name))
			return slice_trim(q->headers[i].value);
	return S_NONE;
}

slice cookie_of(const struct http_request *q, const char *name)
{
	slice all = header(q, "cookie"), part;

	while (slice_next(&all, ';', &part)) {
		size_t eq = slice_find(part, S("="), 0);

		if (eq != SIZE_MAX && slice_is(slice_trim(slice_sub(part, 0, eq)), name))
			return slice_trim(slice_sub(part, eq + 1, SIZE_MAX));
	}
	return S_NONE;
}

bool request_is_api(const struct http_request *q)
{
	return slice_starts(q->path, S(API "/")) || slice_is(q->path, API);
}

/* Japanese unless the person chose English, or the program asks for it. */
bool request_is_japanese(const struct http_request *q)
{
	if (request_is_api(q))
		return !slice_starts(header(q, "accept-language"), S("en"));
	return !slice_is(cookie_of(q, "lang"), "en");
}

static rc refuse(struct ctx *c, const struct http_request *q, int status, const char *key, const char *allow,
                 struct http_response *ret)
{
	fault_clear(c);
	(void)FAIL(c, E_INVALID, key);
	TRY(render_problem(c, q, status, key, ret));
	if (allow)
		ret->headers[ret->header_count++] = (struct http_header){ S("Allow"), slice_of(allow) };
	return OK;
}

/*
 * "https://node.example:8443" belongs to Host "node.example:8443". Sec-Fetch-Site says it plainly; Origin is for browsers
 * without it, and "null" there because our pages give no referrer (Fetch §3.1.7). The token of the form is checked anyhow.
 */
static bool same_origin(const struct http_request *q)
{
	slice origin = header(q, "origin"), site = header(q, "sec-fetch-site");
	size_t at = slice_find(origin, S("://"), 0);

	if (site.len > 0)
		return slice_is(site, "same-origin") || slice_is(site, "none");
	if (origin.len == 0 || slice_is(origin, "null"))
		return true;
	return at != SIZE_MAX && slice_eq(slice_sub(origin, at + 3, SIZE_MAX), header(q, "host"));
}

static rc read_body(struct ctx *c, const struct http_request *q, const struct route *r, struct http_call *m)
{
	slice type = header(q, "content-type");

	if (r->method == GET)
		return form_from_query(c, q->query, r->fields, &m->form);
	if (m->api && (slice_starts(type, S("application/json")) || q->body.len == 0))
		return form_from_json(c, q->body, r->fields, &m->form);
	if (!m->api && slice_starts(type, S("application/x-www-form-urlencoded")))
		return form_from_query(c, q->body, r->fields, &m->form);
	if ((r->flags & ROUTE_FILE) && slice_starts(type, S("multipart/form-data")))
		return form_from_parts(c, type, q->body, r->fields, &m->form);
	return FAIL(c, E_INVALID, "http.type");
}

static slice bearer(const struct http_request *q)
{
	slice v = header(q, "authorization");

	if (v.len > 7 && (slice_starts(v, S("Bearer ")) || slice_starts(v, S("bearer "))))
		return slice_trim(slice_sub(v, 7, SIZE_MAX));
	return S_NONE;
}

/* The name with the __Host- prefix can only be set by this very host over TLS (RFC 6265bis §4.1.3.2). */
const char *cookie_name(bool secure) { return secure ? "__Host-renkei" : "renkei"; }

static rc fill(struct ctx *c, const struct http_request *q, const struct route *r, struct http_call *m)
{
	m->secure = q->secure;
	m->ja = request_is_japanese(q);
	m->peer = q->peer;
	m->host = header(q, "host");
	m->token = m->api ? bearer(q) : cookie_of(q, cookie_name(q->secure));
	m->device = m->api ? S_NONE : cookie_of(q, q->secure ? "__Host-device" : "device");
	m->start = m->api ? S_NONE : cookie_of(q, "start");
	if (!m->api && r->flags & ROUTE_STATE)
		m->state = cookie_of(q, "oidc");
	m->if_match = header(q, "if-match");
	m->once = header(q, "idempotency-key");
	return read_body(c, q, r, m);
}

rc http_understand(struct ctx *c, const struct http_request *q, slice *ret_call, struct http_response *ret_response,
                   bool *ret_done)
{
	struct http_call m = { .api = request_is_api(q) };
	struct route_part parts[ROUTE_PARTS];
	const struct route *r;
	const char *allow = NULL;
	size_t nparts = 0;
	slice path = m.api ? slice_sub(q->path, sizeof API - 1, SIZE_MAX) : q->path;
	rc got;

	*ret_done = true;
	TRY(route_find(c, q->method, path, &r, parts, &nparts, &allow));
	if (!r || (m.api && (r->flags & ROUTE_PAGE_ONLY)))
		return refuse(c, q, !r && allow ? 405 : 404, !r && allow ? "http.method" : "http.no_page", allow, ret_response);
	if (r->method == POST && !m.api && !same_origin(q))
		return refuse(c, q, 403, "http.origin", NULL, ret_response);
	/* first, so that no field of the body stands before a part of the path */
	for (size_t i = 0; i < nparts; i++)
		TRY(form_add(c, &m.form, parts[i].name, parts[i].value));
	got = fill(c, q, r, &m);
	if (got != OK) {
		const char *key = c->fault.key;

		return refuse(c, q, key && strcmp(key, "http.type") == 0 ? 415 : got == E_LIMIT ? 413 : 400, key, NULL, ret_response);
	}
	m.route = (uint32_t)(r - route_table);
	*ret_done = false;
	return call_write(c, &m, ret_call);
}
