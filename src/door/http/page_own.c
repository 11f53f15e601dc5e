/* One's own account: password, second factors, passkeys, recovery codes, sessions, tokens, being away. */
#include "door/http/pages.h"

#include "door/http/accounts.h"
#include "door/http/passkey.h"

#include "base/banned.h"

static const char *how_name(struct visit *v, slice how)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "password", "パスワード", "password" }, { "totp", "パスワードと認証アプリ", "password and app" },
		{ "passkey", "パスワードとパスキー", "password and passkey" }, { "recovery", "パスワードと予備のコード", "password and recovery code" },
		{ "oidc", "組織の認証基盤", "identity provider" }, { "invite", "招待", "invitation" }, { "token", "トークン", "token" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(how, names[i].word))
			return say(v, names[i].ja, names[i].en);
	return "";
}

rc account_put_sessions(struct visit *v, struct json_out *o, slice account)
{
	const struct who *me = v->who.inside;
	struct session *s;
	size_t n;

	TRY(session_list(v->c, v->n, account, &s, &n));
	jo_key(o, S("sessions"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		struct buf b;

		buf_init(&b, v->c->a, 4096);
		for (size_t k = 0; k < s[i].nscopes; k++)
			buf_putf(&b, "%s%" S_FMT, k ? " " : "", S_ARG(s[i].scopes[k]));
		jo_object(o);
		jo_kv_text(o, "id", s[i].id);
		jo_kv_bool(o, "token", s[i].token);
		jo_kv_bool(o, "here", me && slice_eq(me->session, s[i].id));
		jo_kv_text(o, "label", s[i].label);
		jo_kv_text(o, "scopes", buf_slice(&b));
		jo_kv_text(o, "how", slice_of(how_name(v, s[i].how)));
		m_when(v, o, "begun", (struct when){ s[i].begun, false });
		if (s[i].seen)
			m_when(v, o, "seen", (struct when){ s[i].seen, false });
		m_when(v, o, "until", (struct when){ s[i].until, false });
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc account_put_factors(struct visit *v, struct json_out *o, slice account)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "totp", "認証アプリ", "app" }, { "passkey", "パスキー", "passkey" }, { "recovery", "予備のコード", "recovery codes" },
		{ "oidc", "組織の認証基盤", "identity provider" },
	};
	struct factor *f;
	size_t n;

	TRY(factor_list(v->c, v->st, account, &f, &n));
	jo_key(o, S("factors"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "id", f[i].id);
		jo_kv_text(o, "kind", f[i].kind);
		for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
			if (slice_is(f[i].kind, names[k].word))
				jo_kv_text(o, "name", slice_of(say(v, names[k].ja, names[k].en)));
		jo_kv_text(o, "label", f[i].label);
		m_when(v, o, "made", (struct when){ f[i].made, false });
		if (f[i].used)
			m_when(v, o, "used", (struct when){ f[i].used, false });
		jo_kv_bool(o, "codes", slice_is(f[i].kind, "recovery"));
		jo_kv_int(o, "left", f[i].left);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_own(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "own");
	const struct who *me = v->who.inside;

	jo_kv_bool(o, "factor", me->factor);
	idp_put(v, o);
	TRY(account_put_sessions(v, o, v->who.account));
	TRY(account_put_factors(v, o, v->who.account));
	TRY(account_put_days(v, o, v->who.account));
	m_date(v, o, "from_date", "from", false, (struct when){ 0 });
	m_date(v, o, "to_date", "to", false, (struct when){ 0 });
	TRY(passkey_put(v, o, false));
	return account_put_grants(v, o, &(struct account){ .id = v->who.account, .state = ACCOUNT_ACTIVE });
}

/* Ten new ones, shown once. */
rc page_recovery(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "recovery");
	slice *codes;
	size_t n;

	TRY(recovery_make(v->c, v->n, v->who.inside, &codes, &n));
	jo_key(o, S("codes"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		jo_text(o, codes[i]);
	jo_end_array(o);
	return OK;
}

#define FEED_DAYS 366

/* The address is shown once, like every token. */
rc page_feed_add(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "feed");
	const slice scope = S("feed:case");
	struct buf b;
	slice token;

	TRY(token_add(v->c, v->n, &v->actor, v->who.account, S("calendar"), &scope, 1, v->c->now + FEED_DAYS * DAY_MSEC, &token));
	buf_init(&b, v->c->a, 1024);
	buf_putf(&b, "%s%" S_FMT "/feed/%" S_FMT ".ics", v->secure ? "https://" : "http://", S_ARG(v->host), S_ARG(token));
	jo_kv_text(o, "address", buf_slice(&b));
	return OK;
}

rc page_factor_drop(struct visit *v, struct page *p)
{
	TRY(factor_drop(v->c, v->n, &v->actor, v->who.account, visit_text(v, "factor")));
	return page_go(v, p, "/own");
}

rc page_absence_end(struct visit *v, struct page *p)
{
	TRY(absence_end(v->c, v->n, &v->actor, v->who.account));
	return page_go(v, p, "/own");
}

rc page_password_do(struct visit *v, struct page *p)
{
	slice password = form_get(v->in, S("password"));

	if (!slice_eq(password, form_get(v->in, S("again"))))
		return visit_wrong(v, S("again"), "二つのパスワードが違います。", "The two passwords differ.");
	TRY(password_change(v->c, v->n, v->h->data, v->who.inside, form_get(v->in, S("old")), password));
	return page_go(v, p, "/own");
}

rc page_session_end(struct visit *v, struct page *p)
{
	TRY(session_revoke(v->c, v->n, &v->actor, visit_text(v, "session")));
	return page_go(v, p, "/own");
}

#define SCOPES_MOST 40u

/* A token for programs, shown once. It may at most what its holder may, and of that only the words given. */
rc page_token_add(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "token");
	slice rest = visit_text(v, "scopes"), part, scopes[SCOPES_MOST], token;
	int64_t days;
	size_t n = 0;

	while (slice_next(&rest, ' ', &part)) {
		if (part.len == 0)
			continue;
		if (n == SCOPES_MOST)
			return FAIL(v->c, E_LIMIT, "form.many");
		scopes[n++] = part;
	}
	TRY(form_count(v->c, v->in, "days", 366, &days));
	TRY(token_add(v->c, v->n, &v->actor, v->who.account, visit_text(v, "label"), scopes, n, v->c->now + days * DAY_MSEC, &token));
	jo_kv_text(o, "token", token);
	return OK;
}

/* Away from … to …: notices go to the deputy (事例8: 責任者不在で報告が3日後・7日後). */
rc page_absence_do(struct visit *v, struct page *p)
{
	jday from = v->today, to = from;
	bool given;

	TRY(form_day(v->c, v->in, "from", &from, &given));
	TRY(form_day(v->c, v->in, "to", &to, &given));
	TRY(absence_set(v->c, v->n, &v->actor, v->who.account, from, to));
	return page_go(v, p, "/own");
}
