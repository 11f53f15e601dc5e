#include "door/http/who.h"

#include "core/people/people.h"

#include "base/banned.h"

/* The role that is shown: the one with most to answer for. */
static const struct grant *highest(const struct who *w)
{
	static const char *const order[] = { "chief", "lead", "admin", "auditor", "inspector", "handler", "reader" };

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		for (size_t k = 0; k < w->ngrants; k++)
			if (slice_is(w->grants[k].role, order[i]) && w->grants[k].instead_of.len == 0)
				return &w->grants[k];
	return w->ngrants > 0 ? &w->grants[0] : NULL;
}

rc who_came(struct ctx *c, struct node *n, slice token, struct visitor *ret)
{
	const struct grant *g;
	struct who *w;
	rc r;

	*ret = (struct visitor){ 0 };
	if (token.len == 0)
		return OK;
	TRY_NEW(c, w);
	r = people_session(c, n, token, w);
	if (r == E_DENIED || r == E_NOTFOUND || r == E_INVALID) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	g = highest(w);
	*ret = (struct visitor){ .in = true, .token = w->token, .must_enrol = w->must_enrol, .account = w->account,
		.role = g ? g->role : S_NONE, .section = g ? g->section : S_NONE, .csrf = slice_of(w->csrf), .inside = w };
	return OK;
}

rc who_may(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, slice what, slice case_id,
           struct actor *ret)
{
	if (!w->in)
		return FAIL(c, E_DENIED, "people.no_session");
	return people_may(c, node_store(n), r, w->inside, what, case_id, ret);
}

bool who_can(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, const char *what, slice case_id)
{
	bool can = false;

	if (!w->in || people_can(c, node_store(n), r, w->inside, slice_of(what), case_id, &can) != OK)
		fault_clear(c);
	return can;
}

static void signed_in(const struct signin *s, struct who_signin *ret)
{
	static const enum who_step steps[SIGNIN_STEPS] = { WHO_DONE, WHO_FACTOR, WHO_ENROL };

	*ret = (struct who_signin){ .step = steps[s->step], .token = s->token, .device = s->device, .until = s->until };
}

rc who_password(struct ctx *c, struct node *n, slice login, slice password, slice peer, slice device, struct who_signin *ret)
{
	const struct from_where f = { .source = peer, .device = device };
	struct signin s;

	TRY(signin_password(c, n, login, password, &f, &s));
	signed_in(&s, ret);
	return OK;
}

rc who_code(struct ctx *c, struct node *n, slice token, slice code, slice peer, slice device, struct who_signin *ret)
{
	const struct from_where f = { .source = peer, .device = device };
	struct signin s;
	bool digits = code.len == 6;

	for (size_t i = 0; i < code.len; i++)
		digits = digits && code.p[i] >= '0' && code.p[i] <= '9';
	TRY(digits ? signin_totp(c, n, token, code, &f, &s) : signin_recovery(c, n, token, code, &f, &s));
	signed_in(&s, ret);
	return OK;
}

rc who_identity(struct ctx *c, struct node *n, slice issuer, slice subject, bool mfa, slice peer, slice device,
                struct who_signin *ret)
{
	const struct from_where f = { .source = peer, .device = device };
	struct signin s;

	TRY(signin_oidc(c, n, issuer, subject, mfa, &f, &s));
	signed_in(&s, ret);
	return OK;
}

rc who_invited(struct ctx *c, struct node *n, const char *data, slice code, slice password, slice peer, struct who_signin *ret)
{
	const struct from_where f = { .source = peer };
	struct signin s;

	TRY(signin_invited(c, n, data, code, password, &f, &s));
	signed_in(&s, ret);
	return OK;
}

rc who_enrol_begin(struct ctx *c, struct node *n, const struct visitor *w, slice secret, slice *ret_secret, slice *ret_uri)
{
	if (secret.len == 0)
		TRY(totp_begin(c, &secret));
	*ret_secret = secret;
	return totp_uri(c, n, w->inside, secret, ret_uri);
}

rc who_enrol(struct ctx *c, struct node *n, slice token, slice secret, slice code, struct who_signin *ret)
{
	struct signin s;

	TRY(totp_confirm(c, n, token, secret, code, &s));
	signed_in(&s, ret);
	return OK;
}

rc who_leave(struct ctx *c, struct node *n, slice token) { return session_end(c, n, token); }

rc who_rights(struct ctx *c, const char *data, const struct rights **ret) { return rights_load(c, data, ret); }

slice who_name(struct ctx *c, struct node *n, slice account)
{
	struct account a;

	/* names of colleagues on pages of the work: no look of its own, they stand on every paper; NULL: opened for the program */
	if (people_find(c, node_store(n), account, &a) != OK || people_names_open(c, n, NULL, &a, 1) != OK || a.name.len == 0) {
		fault_clear(c);
		return account;
	}
	return a.name;
}
