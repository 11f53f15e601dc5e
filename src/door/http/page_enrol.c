/* The first steps of an account: the invitation, and the second factor. */
#include "door/http/pages.h"

#include <sodium.h>

#include "door/http/passkey.h"
#include "door/http/qr.h"

#include "base/banned.h"

static rc go_on(struct visit *v, struct page *p, const struct who_signin *s)
{
	p->set_cookie = true;
	p->cookie = s->token;
	return page_go(v, p, s->step == WHO_ENROL ? "/enrol" : s->step == WHO_FACTOR ? "/sign-in/code" : "/");
}

rc page_invited(struct visit *v, struct page *p)
{
	TRY(page_sign_in(v, p));
	if (p->kind == PAGE_VIEW)
		p->view = "invited";
	return OK;
}

rc page_invited_do(struct visit *v, struct page *p)
{
	slice password = form_get(v->in, S("password"));
	struct who_signin s;

	if (!slice_eq(password, form_get(v->in, S("again"))))
		return visit_wrong(v, S("again"), "二つのパスワードが違います。", "The two passwords differ.");
	TRY(who_invited(v->c, v->n, v->h->data, visit_text(v, "code"), password, v->peer, &s));
	return go_on(v, p, &s);
}

/* As it is typed from the screen into a telephone that cannot read the picture. */
static rc in_fours(struct ctx *c, slice text, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	for (size_t i = 0; i < text.len; i += 4) {
		if (i)
			buf_putc(&b, ' ');
		buf_put(&b, slice_sub(text, i, 4));
	}
	return buf_done(c, &b, ret);
}

rc page_enrol(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "enrol");
	slice secret, uri, path, spaced;
	uint32_t side;

	if (!v->who.in)
		return FAIL(v->c, E_DENIED, "people.no_session");
	TRY(who_enrol_begin(v->c, v->n, &v->who, form_text(v->in, "secret"), &secret, &uri));
	TRY(qr_path(v->c, uri, &path, &side));
	TRY(in_fours(v->c, secret, &spaced));
	jo_kv_text(o, "secret", secret);
	jo_kv_text(o, "spaced", spaced);
	jo_kv_text(o, "uri", uri);
	jo_kv_text(o, "qr", path);
	jo_kv_int(o, "qr_side", side);
	return passkey_put(v, o, false);
}

rc page_enrol_do(struct visit *v, struct page *p)
{
	struct who_signin s;
	slice code;

	if (!v->who.in)
		return FAIL(v->c, E_DENIED, "people.no_session");
	TRY(text_narrow(v->c, visit_text(v, "code"), &code));
	TRY(who_enrol(v->c, v->n, v->token, visit_text(v, "secret"), code, &s));
	return go_on(v, p, &s);
}
