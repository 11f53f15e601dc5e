/*
 * Role core: the call is done. In this order, once for all routes: who is it, may they, does the form belong to this
 * session, was the same form sent before, are the fields right; then the handler; then the page around it.
 */
#include "door/http/http.h"

#include <stdlib.h>

#include <sodium.h>

#include "base/aside.h"
#include "base/message.h"
#include "door/app.h"
#include "door/http/call.h"
#include "door/http/draft.h"
#include "door/http/once.h"
#include "door/http/visit.h"

#include "base/banned.h"

#define MODEL_MOST ((size_t)16 << 20)

/* ---- the frame around every page ---- */

static void put_me(struct visit *v, struct json_out *o)
{
	jo_key(o, S("me"));
	jo_object(o);
	if (v->who.in) {
		jo_kv_text(o, "id", v->who.account);
		jo_kv_text(o, "name", who_name(v->c, v->n, v->who.account));   /* sealed: opened for pages only */
		jo_kv_text(o, "role", v->who.role);
		jo_kv_text(o, "role_name", slice_of(role_name(v->who.role, v->ja)));
	}
	jo_end_object(o);
}

static void put_can(struct visit *v, struct json_out *o)
{
	static const char *const words[][2] = {
		{ "report", "case.open" }, { "cases", "page:cases" }, { "record", "page:record" }, { "people", "page:people" },
		{ "settings", "page:settings" }, { "search", "page:search" }, { "calendar", "page:calendar" },
		{ "deputies", "deputy.set" }, { "reviews", "page:reviews" },
		{ "threads", "page:threads" }, { "partners", "page:partners" }, { "screening", "page:screening" }, { "persons", "page:screening_persons" }, { "deid", "page:deid" },
	};

	jo_key(o, S("can"));
	jo_object(o);
	for (size_t i = 0; v->who.in && i < sizeof words / sizeof words[0]; i++)
		jo_kv_bool(o, words[i][0], visit_can(v, words[i][1], S_NONE));
	jo_end_object(o);
}

static void put_errors(struct visit *v, struct json_out *o)
{
	jo_key(o, S("errors"));
	jo_array(o);
	for (size_t i = 0; i < v->nerrors; i++) {
		jo_object(o);
		jo_kv_text(o, "field", v->errors[i].field);
		jo_kv_text(o, "text", v->errors[i].text);
		jo_end_object(o);
	}
	jo_end_array(o);
	if (v->nerrors == 0 || v->api)
		return;
	/* the same by field, for the message beside it; names with dots do not stand in templates */
	jo_key(o, S("wrong"));
	jo_object(o);
	for (size_t i = 0; i < v->nerrors; i++) {
		bool twice = v->errors[i].field.len == 0;

		for (size_t k = 0; k < i; k++)
			twice = twice || slice_eq(v->errors[k].field, v->errors[i].field);
		if (twice)
			continue;
		jo_key(o, v->errors[i].field);
		jo_text(o, v->errors[i].text);
	}
	jo_end_object(o);
}

static void put_once(struct json_out *o)
{
	unsigned char bytes[16];
	char text[33];

	randombytes_buf(bytes, sizeof bytes);
	(void)sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
	jo_kv_text(o, "once", slice_of(text));
}

static rc put_frame(struct visit *v, struct json_out *o)
{
	jo_key(o, S("frame"));
	jo_object(o);
	jo_kv_text(o, "lang", v->ja ? S("ja") : S("en"));
	jo_kv_text(o, "node", node_name(v->n));
	jo_kv_bool(o, "exercise", node_is_exercise(v->n));
	jo_kv_text(o, "csrf", v->who.csrf);
	m_when(v, o, "now", (struct when){ v->c->now, false });
	put_me(v, o);
	put_can(v, o);
	put_errors(v, o);
	if (v->alert.len > 0)
		jo_kv_text(o, "alert", v->alert);
	if (v->keep.len > 0)
		jo_kv_text(o, "keep", v->keep);
	if (v->draft_at && !v->restored)
		m_when(v, o, "draft_at", (struct when){ v->draft_at, false });
	jo_kv_bool(o, "restored", v->restored);
	put_once(o);
	jo_end_object(o);
	return OK;
}

/* ---- the reply ---- */

static rc reply(struct visit *v, struct page *p, slice *ret)
{
	struct reply m = { .kind = p->kind, .status = (uint32_t)p->status, .ja = v->ja, .set_cookie = p->set_cookie,
		.set_device = p->set_device, .view = slice_of(p->view ? p->view : ""), .location = p->location, .etag = p->etag,
		.type = p->type, .file = p->file, .cookie = p->cookie, .device = p->device, .body = p->body };
	struct json_out o;
	struct buf b;
	slice data;

	if (p->kind == PAGE_VIEW || p->kind == PAGE_PROBLEM) {
		jo_end_object(&p->o);
		TRY(buf_done(v->c, &p->model, &data));
		buf_init(&b, v->c->a, MODEL_MOST + 65536);
		o = json_out_on(&b);
		jo_object(&o);
		jo_key(&o, S("data"));
		jo_raw(&o, data);
		if (!v->api)
			TRY(put_frame(v, &o));
		jo_end_object(&o);
		TRY(buf_done(v->c, &b, &m.body));
	}
	return reply_write(v->c, &m, ret);
}

static void page_init(struct visit *v, struct page *p)
{
	*p = (struct page){ .status = 200 };
	buf_init(&p->model, v->c->a, MODEL_MOST);
	p->o = json_out_on(&p->model);
	jo_object(&p->o);
}

static int status_of(rc code)
{
	switch (code) {
	case E_INVALID: return 422;
	case E_NOTFOUND: return 404;
	case E_DENIED: return 403;
	case E_CONFLICT: return 409;
	case E_LIMIT: return 413;
	case E_BUSY: return 503;
	case OK: case E_TAMPER: case E_IO: case E_NOMEM: case E_BUG: break;
	}
	return 500;
}

/* What the fault says, without file and line of ours. */
static slice words_of(struct visit *v, bool ja)
{
	return message_whole(v, v->c->fault.key ? v->c->fault.key : "bug", ja);
}

static rc problem(struct visit *v, rc code, slice *ret)
{
	struct page p;

	page_init(v, &p);
	p.kind = PAGE_PROBLEM;
	p.view = "problem";
	p.status = v->status ? v->status : status_of(code);
	jo_kv_text(&p.o, "type", S("about:blank"));
	jo_kv_int(&p.o, "status", p.status);
	jo_kv_text(&p.o, "code", slice_of(v->c->fault.key ? v->c->fault.key : "bug"));
	jo_kv_text(&p.o, "title", words_of(v, v->ja));
	jo_kv_text(&p.o, "title_ja", words_of(v, true));
	jo_kv_text(&p.o, "title_en", words_of(v, false));
	if (v->c->fault.name[0])
		jo_kv_text(&p.o, "name", slice_of(v->c->fault.name));
	if (v->nerrors > 0)
		put_errors(v, &p.o);
	fault_clear(v->c);
	return reply(v, &p, ret);
}

/* ---- before the handler ---- */

/* The token of the form must be the session's; of who has not signed in: that of the cookie that came with the form. */
static rc check_csrf(struct visit *v, slice start)
{
	slice got = form_text(v->in, "csrf"), want = v->who.in ? v->who.csrf : start;

	if (v->route->method != POST || v->api)
		return OK;
	if (want.len == 0 || got.len != want.len || sodium_memcmp(got.p, want.p, want.len) != 0)
		return FAIL(v->c, E_DENIED, "http.csrf");
	return OK;
}

static rc check_fields(struct visit *v)
{
	for (const struct field_spec *s = v->route->fields; s && s->name; s++) {
		const char *key;

		TRY(field_check(v->c, s, v->in, &key));
		if (key)
			(void)visit_wrong_key(v, slice_of(s->name), key);
	}
	return v->nerrors > 0 ? FAIL(v->c, E_INVALID, "form.wrong") : OK;
}

static rc come_in(struct visit *v, slice start)
{
	const struct route *r = v->route;

	TRY(who_came(v->c, v->n, v->token, &v->who));
	if (v->api && v->who.in && !v->who.token)
		v->who.in = false;   /* a session's cookie value is no API token */
	if (!v->who.in && r->may)
		return FAIL(v->c, E_DENIED, "people.no_session");
	if (v->who.must_enrol && !(r->flags & ROUTE_OPEN) && r->may)
		return FAIL(v->c, E_DENIED, "people.need_factor");
	if (r->may)
		TRY(who_may(v->c, v->n, v->h->rights, &v->who, slice_of(r->may), S_NONE, &v->actor));
	return check_csrf(v, start);
}

/* ---- after it ---- */

/* The form again, with what is wrong in words. */
static rc again(struct visit *v, rc code, slice *ret)
{
	struct page p;
	rc r;

	if (v->nerrors == 0) {
		slice name = arena_copy(v->c->a, slice_of(v->c->fault.name));

		v->alert = words_of(v, v->ja);
		if (name.len > 0)
			(void)visit_wrong_key(v, name, v->c->fault.key);
	}
	fault_clear(v->c);
	page_init(v, &p);
	r = v->route->back(v, &p);
	if (r != OK)
		return problem(v, r, ret);
	p.status = v->status ? v->status : status_of(code);
	return reply(v, &p, ret);
}

/* Signing in first, then back to where they wanted to go. */
static rc sign_in_first(struct visit *v, slice *ret)
{
	struct page p;

	page_init(v, &p);
	fault_clear(v->c);
	TRY(page_go(v, &p, v->who.must_enrol ? "/enrol" : "/sign-in"));
	return reply(v, &p, ret);
}

static rc after(struct visit *v, rc code, struct page *p, slice *ret)
{
	const char *key = v->c->fault.key;
	bool nobody = key && (strcmp(key, "people.no_session") == 0 || strcmp(key, "people.need_factor") == 0);

	if (code == OK)
		return reply(v, p, ret);
	if (code == E_BUSY && aside_is_later(v->c))
		return code;
	if (code == E_BUG || (key && strcmp(key, "record.write") == 0) || (key && strcmp(key, "store.commit") == 0))
		return code;
	if (code == E_DENIED && nobody && !v->api && v->route->method == GET)
		return sign_in_first(v, ret);
	if (code == E_DENIED && nobody)
		v->status = 401;
	if ((code == E_INVALID || code == E_CONFLICT || code == E_LIMIT || code == E_BUSY || (code == E_DENIED && !v->route->may)) &&
	    v->route->back && !v->api)
		return again(v, code, ret);
	return problem(v, code, ret);
}

static rc run(struct visit *v, slice start, struct page *p)
{
	bool seen = false;
	rc r;

	TRY(come_in(v, start));
	if (v->route->method == POST && v->route->may)
		TRY(once_begin(v, p, &seen));
	if (seen)
		return OK;
	if ((v->route->flags & ROUTE_KEEP) && !v->api)
		TRY(draft_offer(v));
	r = check_fields(v);
	if (r == OK)
		r = v->route->run(v, p);
	if (v->route->method != POST || !v->route->may)
		return r;
	if (r == OK && v->route->back && form_text(v->in, "keep").len > 0)
		TRY(draft_drop(v, form_text(v->in, "keep")));
	if (r == OK)
		return once_end(v, p);
	if (r == E_INVALID || r == E_DENIED || r == E_NOTFOUND || r == E_CONFLICT || r == E_LIMIT) {
		struct fault kept = v->c->fault;

		/* if the word stays, the next sending is refused: safe, and said */
		if (once_undo(v) != OK)
			fault_clear(v->c);
		v->c->fault = kept;
	}
	return r;
}

rc http_perform(struct ctx *c, struct node *n, slice call, slice *ret_reply)
{
	struct visit v = { .c = c, .n = n, .today = msec_jday(c->now) };
	struct packs *own = NULL;
	struct page p;
	struct http_call m;
	size_t routes = 0;
	rc r;

	TRY(call_read(c, call, &m));
	while (route_table[routes].path)
		routes++;
	NEVER(m.route >= routes);
	v.h = c->app->packs;
	if (!v.h) {
		TRY(packs_open(c, c->app->data, &own));
		v.h = own;
		if (c->app->store)
			TRY(packs_keys(c, own, c->app->store));
	}
	v.st = node_store(n);
	v.route = &route_table[m.route];
	v.in = &m.form;
	v.token = m.token;
	v.device = m.device;
	v.peer = m.peer;
	v.host = m.host;
	v.state = m.state;
	v.if_match = m.if_match;
	v.once = m.once.len ? m.once : form_text(&m.form, "once");
	v.ja = m.ja;
	v.api = m.api;
	v.secure = m.secure;
	page_init(&v, &p);
	/* one view of the tables for all that a page shows, and for what is read before something is written */
	r = store_read(c, v.st);
	if (r == OK)
		r = run(&v, m.start, &p);
	r = after(&v, r, &p, ret_reply);
	store_read_end(v.st);
	packs_close(own);
	return r;
}

bool http_may_keep(struct ctx *c, slice call, slice reply)
{
	const struct route *r;
	struct http_call q;
	struct reply m;

	if (call_read(c, call, &q) != OK || reply_read(c, reply, &m) != OK) {
		fault_clear(c);
		return false;
	}
	r = &route_table[q.route];
	return r->method == GET && r->may && m.kind == PAGE_VIEW && m.status == 200 && !m.set_cookie && !m.set_device;
}
