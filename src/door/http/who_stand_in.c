/*
 * People of an exercise node that has no accounts: the name is the role, no password. Never for a real node: nobody can
 * sign in there.
 */
#include "door/http/who.h"

#include "work/case/case.h"

#include "base/banned.h"

struct rights { int none; };

static const struct role *role_of(slice word)
{
	for (const struct role *r = role_table; r->word; r++)
		if (slice_is(word, r->word) && strcmp(r->word, "system") != 0)
			return r;
	return NULL;
}

rc who_came(struct ctx *c, struct node *n, slice token, struct visitor *ret)
{
	const struct role *r = slice_starts(token, S("exercise-")) ? role_of(slice_sub(token, 9, SIZE_MAX)) : NULL;
	struct buf b;

	*ret = (struct visitor){ 0 };
	if (!r || !node_is_exercise(n))
		return OK;
	buf_init(&b, c->a, 64);
	buf_putf(&b, "op-%s", r->word);
	ret->in = true;
	ret->account = buf_slice(&b);
	ret->name = slice_of(r->ja);
	ret->role = slice_of(r->word);
	ret->csrf = S("exercise");
	return OK;
}

rc who_may(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, slice what, slice case_id,
           struct actor *ret)
{
	bool reads = slice_starts(what, S("page:"));

	(void)n;
	(void)r;
	(void)case_id;
	if (!w->in)
		return FAIL(c, E_DENIED, "people.no_session");
	if (!reads && (slice_is(w->role, "reader") || slice_is(w->role, "auditor")))
		return FAIL(c, E_DENIED, "people.may_not");
	*ret = (struct actor){ .id = w->account, .role = w->role };
	return OK;
}

bool who_can(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, const char *what, slice case_id)
{
	struct actor a;
	bool can = who_may(c, n, r, w, slice_of(what), case_id, &a) == OK;

	fault_clear(c);
	return can;
}

rc who_password(struct ctx *c, struct node *n, slice login, slice password, slice peer, slice device, struct who_signin *ret)
{
	struct buf b;

	(void)password;
	(void)peer;
	(void)device;
	if (!node_is_exercise(n) || !role_of(login))
		return FAIL(c, E_DENIED, "signin.wrong");
	buf_init(&b, c->a, 64);
	buf_putf(&b, "exercise-%" S_FMT, S_ARG(login));
	*ret = (struct who_signin){ .step = WHO_DONE, .token = buf_slice(&b), .until = c->now + DAY_MSEC };
	return OK;
}

rc who_code(struct ctx *c, struct node *n, slice token, slice code, slice peer, struct who_signin *ret)
{
	(void)n;
	(void)token;
	(void)code;
	(void)peer;
	(void)ret;
	return FAIL(c, E_DENIED, "signin.code");
}

rc who_leave(struct ctx *c, struct node *n, slice token)
{
	(void)c;
	(void)n;
	(void)token;
	return OK;
}

rc who_rights(struct ctx *c, const char *data, const struct rights **ret)
{
	struct rights *r;

	(void)data;
	TRY_NEW(c, r);
	*ret = r;
	return OK;
}

slice who_name(struct ctx *c, struct node *n, slice account)
{
	(void)c;
	(void)n;
	return account;
}
