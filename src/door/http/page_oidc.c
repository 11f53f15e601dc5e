/*
 * Signing in by the organisation's identity provider (OpenID Connect, code flow with PKCE), and tying it to an account. The browser
 * goes there and comes back by links; the cookie `oidc` holds the state, so that the answer counts only where it was asked for.
 */
#include "door/http/pages.h"

#include "base/aside.h"
#include "base/wire.h"
#include "door/app.h"
#include "door/http/idp.h"
#include "door/http/template.h"

#include "base/banned.h"

#define URL_MOST 1900u
#define FORM_MOST 16384u
#define WELL_KNOWN "/.well-known/openid-configuration"

/* ---- what goes out ---- */

rc idp_question(struct ctx *c, slice url, slice form, slice login, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, URL_MOST + 2 * FORM_MOST + 64);
	wire_put_bytes(&b, url);
	wire_put_bytes(&b, form);
	wire_put_bytes(&b, login);
	return buf_done(c, &b, ret);
}

rc idp_question_read(struct ctx *c, slice question, slice *ret_url, slice *ret_form, slice *ret_login)
{
	TRY(wire_get_bytes(c, &question, URL_MOST, ret_url));
	TRY(wire_get_bytes(c, &question, FORM_MOST, ret_form));
	TRY(wire_get_bytes(c, &question, FORM_MOST, ret_login));
	return wire_end(c, question);
}

static rc fetch(struct ctx *c, void *p, slice url, slice form, slice login, slice *ret_body)
{
	slice question;

	(void)p;
	if (!c->aside || url.len > URL_MOST)
		return FAIL(c, E_BUSY, "signin.oidc_away");
	TRY(idp_question(c, url, form, login, &question));
	TRY(c->aside->ask(c, c->aside->to, ASIDE_FETCH, question, ret_body));
	return ret_body->len > 0 ? OK : FAIL(c, E_BUSY, "signin.oidc_away");
}

static rc find_provider(struct visit *v, struct oidc_provider *ret)
{
	const struct idp *idp = v->c->app->idp;
	slice issuer, body;
	struct buf b;

	if (!idp)
		return FAIL(v->c, E_NOTFOUND, "http.no_page");
	*ret = idp->provider;
	issuer = ret->issuer;
	if (slice_ends(issuer, S("/")))
		issuer = slice_sub(issuer, 0, issuer.len - 1);
	buf_init(&b, v->c->a, URL_MOST);
	buf_putf(&b, "%" S_FMT WELL_KNOWN, S_ARG(issuer));
	TRY(fetch(v->c, NULL, buf_slice(&b), S_NONE, S_NONE, &body));
	return oidc_discover(v->c, body, ret);
}

void idp_put(struct visit *v, struct json_out *o)
{
	const struct idp *idp = v->c->app->idp;

	jo_kv_bool(o, "idp", idp != NULL);
	if (idp)
		jo_kv_text(o, "idp_name", idp->name);
}

/* ---- there ---- */

static rc put_cookie(struct visit *v, struct page *p, const char *mark, slice state)
{
	struct buf b;

	buf_init(&b, v->c->a, 256);
	buf_putf(&b, "oidc=%s%" S_FMT, mark, S_ARG(state));
	p->set_cookie = true;
	return buf_done(v->c, &b, &p->cookie);
}

/* Each way there is a question to the provider and a row here, and anybody may begin one. */
static rc take_pace(struct visit *v)
{
	const struct idp *idp = v->c->app->idp;
	rc r = idp && idp->pace && !v->c->again ? pace_take(v->c, idp->pace, v->peer) : OK;

	if (r == E_BUSY)
		v->status = 429;
	return r;
}

/* `mark`: what the answer is for. */
static rc go_there(struct visit *v, struct page *p, const char *mark)
{
	struct oidc_provider at;
	slice state;

	TRY(take_pace(v));
	TRY(find_provider(v, &at));
	TRY(oidc_begin(v->c, v->n, &at, &p->location, &state));
	if (p->location.len > URL_MOST)
		return FAIL(v->c, E_LIMIT, "text.limit");
	p->kind = PAGE_GO;
	p->status = 303;
	return put_cookie(v, p, mark, state);
}

rc page_oidc_go(struct visit *v, struct page *p)
{
	return v->who.in ? page_go(v, p, "/") : go_there(v, p, "in.");
}

rc page_oidc_tie_go(struct visit *v, struct page *p) { return go_there(v, p, "tie."); }

/* ---- and back ---- */

static rc finish(struct visit *v, const char *mark, struct oidc_identity *ret)
{
	slice state = v->state;
	struct oidc_provider at;

	if (!slice_starts(state, slice_of(mark)) || visit_text(v, "error").len > 0)
		return FAIL(v->c, E_DENIED, "signin.oidc");
	TRY(find_provider(v, &at));
	return oidc_finish(v->c, v->n, &at, slice_sub(state, strlen(mark), SIZE_MAX), form_get(v->in, S("state")),
	                   form_get(v->in, S("code")), fetch, NULL, ret);
}

/*
 * A page that goes on by itself: what a foreign page began comes without the cookie of the session (SameSite=Strict), what this
 * page begins comes with it.
 */
static rc go_on(struct visit *v, struct page *p, slice where)
{
	struct json_out *o = page_view(p, "go_on");

	(void)v;
	jo_kv_text(o, "go_to", where);
	return OK;
}

static rc tie_next(struct visit *v, struct page *p)
{
	struct buf b;
	slice where;

	buf_init(&b, v->c->a, 8192);
	buf_putz(&b, "/own/oidc/back?code=");
	put_url_part(&b, form_get(v->in, S("code")));
	buf_putz(&b, "&state=");
	put_url_part(&b, form_get(v->in, S("state")));
	TRY(buf_done(v->c, &b, &where));
	return go_on(v, p, where);
}

rc page_oidc_back(struct visit *v, struct page *p)
{
	struct oidc_identity id;
	struct who_signin s;

	if (slice_starts(v->state, S("tie.")) && visit_text(v, "error").len == 0)
		return tie_next(v, p);
	TRY(finish(v, "in.", &id));
	TRY(who_identity(v->c, v->n, id.issuer, id.subject, id.mfa, v->peer, v->device, &s));
	p->set_cookie = true;
	p->cookie = s.token;
	if (s.device.len > 0) {
		p->set_device = true;
		p->device = s.device;
	}
	return go_on(v, p, s.step == WHO_FACTOR ? S("/sign-in/code") : s.step == WHO_ENROL ? S("/enrol") : S("/"));
}

rc page_oidc_tie(struct visit *v, struct page *p)
{
	struct oidc_identity id;
	struct signin s;

	TRY(finish(v, "tie.", &id));
	TRY(oidc_tie(v->c, v->n, v->token, id.issuer, id.subject, &s));
	p->set_cookie = true;
	p->cookie = s.token;
	return page_go(v, p, "/own");
}
