/* Role web: from a reply to a response. */
#include "door/http/render.h"

#include "base/message.h"
#include "door/http/call.h"
#include "door/http/template.h"
#include "door/http/visit.h"

#include "base/banned.h"

#define HTML_MOST ((size_t)24 << 20)

static rc add(struct ctx *c, struct http_response *r, slice name, slice value)
{
	NEVER(r->header_count == sizeof r->headers / sizeof r->headers[0]);
	for (size_t i = 0; i < value.len; i++)
		NEVER((unsigned char)value.p[i] < ' ' || value.p[i] == 127);
	r->headers[r->header_count++] = (struct http_header){ name, value };
	return OK;
}

/*
 * No script and no style but our own files; nothing from outside; in no frame; no address of ours in other logs.
 * What is shown may be personal, so no cache keeps it.
 */
static rc add_security(struct ctx *c, const struct http_request *q, struct http_response *r)
{
	TRY(add(c, r, S("Content-Security-Policy"), S("default-src 'none'; style-src 'self'; script-src 'self'; "
		"img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")));
	TRY(add(c, r, S("X-Content-Type-Options"), S("nosniff")));
	TRY(add(c, r, S("Referrer-Policy"), S("no-referrer")));
	TRY(add(c, r, S("Cross-Origin-Opener-Policy"), S("same-origin")));
	TRY(add(c, r, S("Cross-Origin-Resource-Policy"), S("same-origin")));
	TRY(add(c, r, S("X-Frame-Options"), S("DENY")));
	TRY(add(c, r, S("Permissions-Policy"), S("camera=(), microphone=(), geolocation=()")));
	TRY(add(c, r, S("Cache-Control"), S("no-store")));
	if (q->secure)
		TRY(add(c, r, S("Strict-Transport-Security"), S("max-age=31536000")));
	return OK;
}

static rc put_cookie(struct ctx *c, struct http_response *r, const char *name, slice value, bool secure, const char *age)
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s=%" S_FMT "; Path=/; HttpOnly; SameSite=%s%s%s", name, S_ARG(value),
	         strcmp(name, "lang") == 0 || strcmp(name, "oidc") == 0 ? "Lax" : "Strict", secure ? "; Secure" : "",
	         value.len ? age : "; Max-Age=0");
	TRY(buf_done(c, &b, &text));
	return add(c, r, S("Set-Cookie"), text);
}

static rc cookies(struct ctx *c, const struct http_request *q, const struct reply *m, struct http_response *r)
{
	if (m->set_cookie) {
		/* "lang=en", "start=…", "oidc=…" name another cookie than the session's */
		size_t eq = slice_find(m->cookie, S("="), 0);
		const char *name = eq != SIZE_MAX ? arena_cstr(c->a, slice_sub(m->cookie, 0, eq)) : cookie_name(q->secure);
		slice value = eq != SIZE_MAX ? slice_sub(m->cookie, eq + 1, SIZE_MAX) : m->cookie;

		if (!name)
			return FAIL(c, E_LIMIT, "memory.limit");
		TRY(put_cookie(c, r, name, value, q->secure, strcmp(name, "lang") == 0 ? "; Max-Age=31536000" :
		               strcmp(name, "oidc") == 0 ? "; Max-Age=600" : ""));
	}
	if (m->set_device)
		TRY(put_cookie(c, r, q->secure ? "__Host-device" : "device", m->device, q->secure, "; Max-Age=34560000"));
	return OK;
}

static rc html(struct ctx *c, slice view, const struct json *data, const struct json *frame, bool ja, slice *ret)
{
	const struct view *v = view_find(view);
	struct buf b;

	NEVER(!v);
	buf_init(&b, c->a, HTML_MOST);
	TRY(view_run(c, v, data, frame, ja, &b));
	return buf_done(c, &b, ret);
}

static rc json_of(struct ctx *c, const struct json *data, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, HTML_MOST);
	o = json_out_on(&b);
	jo_value(&o, data);
	buf_putc(&b, '\n');
	return buf_done(c, &b, ret);
}

static rc show(struct ctx *c, const struct http_request *q, const struct reply *m, struct http_response *r)
{
	bool api = request_is_api(q);
	const struct json *root, *data;

	TRY(json_parse(c, m->body, &root));
	data = json_get(root, S("data"));
	NEVER(!data);
	r->content_type = !api ? S("text/html; charset=utf-8") : m->kind == PAGE_PROBLEM ? S("application/problem+json") :
		S("application/json");
	if (api)
		return json_of(c, data, &r->body);
	r->once = json_text(json_get(json_get(root, S("frame")), S("once")));
	return html(c, m->view, data, json_get(root, S("frame")), m->ja, &r->body);
}

/* RFC 6266 with the name in UTF-8; the plain one for the rest. */
static rc disposition(struct ctx *c, const struct reply *m, struct http_response *r)
{
	struct buf b;
	slice text;

	if (m->file.len == 0)
		return OK;
	buf_init(&b, c->a, 4096);
	buf_putz(&b, "attachment; filename*=UTF-8''");
	put_url_part(&b, m->file);
	TRY(buf_done(c, &b, &text));
	return add(c, r, S("Content-Disposition"), text);
}

static rc go(struct ctx *c, const struct http_request *q, const struct reply *m, struct http_response *r)
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, 4096);
	if (request_is_api(q))
		buf_putz(&b, "/api/v1");
	buf_put(&b, m->location);
	TRY(buf_done(c, &b, &text));
	TRY(add(c, r, S("Location"), text));
	if (!request_is_api(q))
		return OK;
	r->status = 201;
	r->content_type = S("application/json");
	return json_of(c, &(struct json){ .type = JSON_OBJECT }, &r->body);
}

rc http_render(struct ctx *c, const struct http_request *q, slice reply, struct http_response *ret)
{
	struct http_response r = { 0 };
	struct reply m;

	TRY(reply_read(c, reply, &m));
	r.status = (int)m.status;
	TRY(add_security(c, q, &r));
	TRY(cookies(c, q, &m, &r));
	if (m.etag.len > 0)
		TRY(add(c, &r, S("ETag"), m.etag));
	switch ((enum page_kind)m.kind) {
	case PAGE_VIEW: case PAGE_PROBLEM: TRY(show(c, q, &m, &r)); break;
	case PAGE_GO: TRY(go(c, q, &m, &r)); break;
	case PAGE_BYTES:
		r.content_type = m.type;
		r.body = m.body;
		TRY(disposition(c, &m, &r));
		break;
	}
	*ret = r;
	return OK;
}

/* `percent` below 0: none. */
static rc problem_page(struct ctx *c, const struct http_request *q, const char *view, int status, const char *key, int percent,
                       struct http_response *ret)
{
	bool ja = request_is_japanese(q);
	struct reply m = { .kind = PAGE_PROBLEM, .status = (uint32_t)status, .ja = ja, .view = slice_of(view) };
	struct json_out o;
	struct buf b;
	slice bytes;

	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("data"));
	jo_object(&o);
	jo_kv_text(&o, "type", S("about:blank"));
	jo_kv_int(&o, "status", status);
	jo_kv_text(&o, "code", slice_of(key));
	jo_kv_text(&o, "title", slice_of(message_text(key, ja ? LANGUAGE_JA : LANGUAGE_EN)));
	jo_kv_text(&o, "title_ja", slice_of(message_text(key, LANGUAGE_JA)));
	jo_kv_text(&o, "title_en", slice_of(message_text(key, LANGUAGE_EN)));
	if (percent >= 0)
		jo_kv_int(&o, "percent", percent);
	jo_end_object(&o);
	jo_key(&o, S("frame"));
	jo_object(&o);
	jo_kv_text(&o, "lang", ja ? S("ja") : S("en"));
	jo_end_object(&o);
	jo_end_object(&o);
	TRY(buf_done(c, &b, &m.body));
	TRY(reply_write(c, &m, &bytes));
	return http_render(c, q, bytes, ret);
}

rc render_problem(struct ctx *c, const struct http_request *q, int status, const char *key, struct http_response *ret)
{
	return problem_page(c, q, "problem", status, key, -1, ret);
}

/* A page that was asked for is asked for again by itself; what was sent is not. */
static rc add_again(struct ctx *c, const struct http_request *q, const char *seconds, struct http_response *r)
{
	TRY(add(c, r, S("Retry-After"), slice_of(seconds)));
	return slice_is(q->method, "GET") && !request_is_api(q) ? add(c, r, S("Refresh"), slice_of(seconds)) : OK;
}

rc http_later(struct ctx *c, const struct http_request *q, int status, struct http_response *ret)
{
	TRY(render_problem(c, q, status, "serve.later", ret));
	return add_again(c, q, "2", ret);
}

rc http_preparing(struct ctx *c, const struct http_request *q, uint64_t done, uint64_t all, struct http_response *ret)
{
	TRY(problem_page(c, q, "preparing", 503, "serve.preparing", (int)(done * 100 / (all ? all : 1)), ret));
	return add_again(c, q, "5", ret);
}
