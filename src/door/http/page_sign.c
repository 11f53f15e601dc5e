/* Signing in and out, and the language. */
#include "door/http/pages.h"

#include <sodium.h>

#include "door/http/passkey.h"

#include "base/banned.h"

/* A cookie that only this form can know: who has no session yet is guarded against a foreign sign-in (login CSRF). */
static rc start_cookie(struct visit *v, struct page *p, slice *ret)
{
	unsigned char bytes[18];
	char word[32];
	struct buf b;

	randombytes_buf(bytes, sizeof bytes);
	(void)sodium_bin2base64(word, sizeof word, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	buf_init(&b, v->c->a, 64);
	buf_putf(&b, "start=%s", word);
	TRY(buf_done(v->c, &b, &p->cookie));
	p->set_cookie = true;
	*ret = slice_sub(p->cookie, 6, SIZE_MAX);
	return OK;
}

static rc show(struct visit *v, struct page *p, const char *view)
{
	struct json_out *o = page_view(p, view);
	slice start;

	TRY(start_cookie(v, p, &start));
	jo_kv_text(o, "csrf", start);
	jo_kv_text(o, "login", given_or(v, "login", S_NONE));
	idp_put(v, o);
	return OK;
}

rc page_sign_in(struct visit *v, struct page *p)
{
	if (v->who.in && v->route->method == GET)
		return page_go(v, p, "/");
	return show(v, p, "sign_in");
}

rc page_code(struct visit *v, struct page *p)
{
	TRY(show(v, p, "sign_in_code"));
	return passkey_put(v, &p->o, true);
}

/* A new session at every step, never one that came with the request (session fixation). */
static rc go_on(struct visit *v, struct page *p, const struct who_signin *s)
{
	p->set_cookie = true;
	p->cookie = s->token;
	if (s->device.len > 0) {
		p->set_device = true;
		p->device = s->device;
	}
	switch (s->step) {
	case WHO_DONE: return page_go(v, p, "/");
	case WHO_FACTOR: return page_go(v, p, "/sign-in/code");
	case WHO_ENROL: return page_go(v, p, "/enrol");
	}
	return OK;
}

rc page_sign_in_do(struct visit *v, struct page *p)
{
	struct who_signin s;

	TRY(who_password(v->c, v->n, visit_text(v, "login"), form_get(v->in, S("password")), v->peer, v->device, &s));
	return go_on(v, p, &s);
}

rc page_code_do(struct visit *v, struct page *p)
{
	slice code;
	struct who_signin s;

	TRY(text_narrow(v->c, visit_text(v, "code"), &code));
	TRY(who_code(v->c, v->n, v->token, code, v->peer, v->device, &s));
	return go_on(v, p, &s);
}

rc page_sign_out(struct visit *v, struct page *p)
{
	if (v->who.in)
		TRY(who_leave(v->c, v->n, v->token));
	p->set_cookie = true;
	p->cookie = S_NONE;
	return page_go(v, p, "/sign-in");
}

rc page_language(struct visit *v, struct page *p)
{
	bool en = slice_is(visit_text(v, "to"), "en");

	p->set_cookie = true;
	p->cookie = en ? S("lang=en") : S("lang=ja");
	return page_go(v, p, "/");
}
