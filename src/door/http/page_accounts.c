/* Accounts: who may do what, who stands in, who is away. */
#include "door/http/pages.h"

#include "core/people/people.h"
#include "door/http/listing.h"

#include "base/banned.h"

#define ROWS 500u

static rc put_grants(struct visit *v, struct json_out *o, slice account)
{
	struct grant *g;
	size_t n;

	TRY(people_grants(v->c, v->st, account, v->today, &g, &n));
	jo_key(o, S("grants"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "role", g[i].role);
		jo_kv_text(o, "role_name", slice_of(role_name(g[i].role, v->ja)));
		jo_kv_text(o, "section", g[i].section);
		jo_kv_text(o, "instead_of", g[i].instead_of);
		if (g[i].to != JDAY_MOST)
			m_day(v, o, "until", g[i].to);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static slice state_name(struct visit *v, enum account_state s)
{
	static const char *const ja[ACCOUNT_STATES] = { "招待中", "有効", "停止中", "退職・異動" };
	static const char *const en[ACCOUNT_STATES] = { "invited", "active", "suspended", "left" };

	return slice_of(say(v, ja[s], en[s]));
}

static rc put_account(struct visit *v, struct json_out *o, const struct account *a)
{
	bool absent;

	TRY(people_is_absent(v->c, v->st, a->id, v->today, &absent));
	jo_object(o);
	jo_kv_text(o, "id", a->id);
	jo_kv_text(o, "name", a->name.len ? a->name : a->id);
	jo_kv_text(o, "login", a->login);
	jo_kv_text(o, "mail", a->mail);
	jo_kv_text(o, "state", slice_of(account_state_words[a->state]));
	jo_kv_text(o, "state_name", state_name(v, a->state));
	jo_kv_int(o, "factors", a->factors);
	jo_kv_bool(o, "absent", absent);
	if (a->last_in)
		m_when(v, o, "last_in", (struct when){ a->last_in, false });
	TRY(put_grants(v, o, a->id));
	jo_end_object(o);
	return OK;
}

static void put_roles(struct visit *v, struct json_out *o)
{
	jo_key(o, S("roles"));
	jo_array(o);
	for (const struct role *r = role_table; r->word; r++) {
		if (!r->person)
			continue;
		jo_object(o);
		jo_kv_text(o, "value", slice_of(r->word));
		jo_kv_text(o, "label", slice_of(say(v, r->ja, r->en)));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_sections(struct visit *v, struct json_out *o)
{
	struct section *s;
	size_t n;

	TRY(people_sections(v->c, v->n, &s, &n));
	jo_key(o, S("sections"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (s[i].closed)
			continue;
		jo_object(o);
		jo_kv_text(o, "value", s[i].id);
		jo_kv_text(o, "label", s[i].name.len ? s[i].name : s[i].id);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_accounts(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "accounts");
	slice reason = S("accounts");
	struct account *a;
	struct look look;
	size_t n;

	TRY(visit_may(v, "page:people", S_NONE));
	TRY(people_look(v->c, &v->actor, reason, &look));
	TRY(people_list(v->c, v->st, visit_text(v, "after"), ROWS, &a, &n));
	TRY(people_names_open(v->c, v->n, &look, a, n));
	jo_key(o, S("accounts"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		TRY(put_account(v, o, &a[i]));
	jo_end_array(o);
	put_roles(v, o);
	TRY(put_sections(v, o));
	jo_kv_bool(o, "may_add", visit_can(v, "account.add", S_NONE));
	jo_kv_bool(o, "may_grant", visit_can(v, "grant.add", S_NONE));
	jo_kv_bool(o, "may_section", visit_can(v, "section.add", S_NONE));
	jo_kv_text(o, "next_account", n == ROWS ? a[n - 1].id : S_NONE);
	jo_kv_text(o, "name_given", given_or(v, "name", S_NONE));
	jo_kv_text(o, "login_given", given_or(v, "login", S_NONE));
	jo_kv_text(o, "mail_given", given_or(v, "mail", S_NONE));
	return OK;
}

/* Roles with their sections in brackets, blanks between. */
static rc roles_text(struct visit *v, slice account, slice *ret)
{
	struct grant *g;
	struct buf b;
	size_t n;

	TRY(people_grants(v->c, v->st, account, v->today, &g, &n));
	buf_init(&b, v->c->a, 8192);
	for (size_t i = 0; i < n; i++) {
		buf_putf(&b, "%s%s", i ? " " : "", role_name(g[i].role, v->ja));
		if (g[i].section.len > 0)
			buf_putf(&b, "(%" S_FMT ")", S_ARG(g[i].section));
	}
	return buf_done(v->c, &b, ret);
}

static rc list_account(struct listing *l, struct visit *v, const struct account *a)
{
	slice roles;

	TRY(roles_text(v, a->id, &roles));
	TRY(listing_cell(l, a->id));
	TRY(listing_cell(l, a->name));
	TRY(listing_cell(l, a->login));
	TRY(listing_cell(l, a->mail));
	TRY(listing_cell(l, state_name(v, a->state)));
	TRY(listing_cell(l, roles));
	TRY(listing_int(l, a->factors));
	return listing_time(l, a->last_in > 0, a->last_in);
}

/* The inventory of accounts and rights, for the yearly review. */
rc page_accounts_table(struct visit *v, struct page *p)
{
	slice after = S_NONE;
	struct account *a;
	struct listing l;
	struct look look;
	size_t n;

	TRY(visit_may(v, "page:people", S_NONE));
	TRY(people_look(v->c, &v->actor, S("accounts"), &look));
	TRY(listing_begin(&l, v, say(v, "番号,氏名,利用者名,メールアドレス,状態,役割,二つ目の認証,最後のサインイン",
	                             "id,name,user name,mail,state,roles,second factors,last sign-in")));
	do {
		TRY(people_list(v->c, v->st, after, ROWS, &a, &n));
		TRY(people_names_open(v->c, v->n, &look, a, n));
		for (size_t i = 0; i < n; i++)
			TRY(list_account(&l, v, &a[i]));
		if (n > 0)
			after = a[n - 1].id;
	} while (n == ROWS);
	return listing_done(&l, p, say(v, "利用者の一覧", "accounts"));
}

/* The code of the invitation is shown once, here. */
rc page_account_add(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "account_code");
	slice account, code;

	TRY(account_add(v->c, v->n, &v->actor, visit_text(v, "name"), visit_text(v, "login"), visit_text(v, "mail"), &account, &code));
	if (visit_text(v, "role").len > 0) {
		TRY(visit_may(v, "grant.add", S_NONE));
		TRY(grant_add(v->c, v->n, &v->actor, account, visit_text(v, "role"), visit_text(v, "section"), v->today, JDAY_MOST));
	}
	jo_kv_text(o, "account", account);
	jo_kv_text(o, "name", visit_text(v, "name"));
	jo_kv_text(o, "code", code);
	return OK;
}

rc page_account_invite(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "account_code");
	slice code;

	TRY(account_invite(v->c, v->n, &v->actor, visit_text(v, "account"), &code));
	jo_kv_text(o, "account", visit_text(v, "account"));
	jo_kv_text(o, "name", who_name(v->c, v->n, visit_text(v, "account")));
	jo_kv_text(o, "code", code);
	return OK;
}

rc page_grant_add(struct visit *v, struct page *p)
{
	jday to = JDAY_MOST;
	bool given;

	TRY(form_day(v->c, v->in, "until", &to, &given));
	TRY(grant_add(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "role"), visit_text(v, "section"), v->today, to));
	return page_go(v, p, "/accounts");
}

rc page_grant_end(struct visit *v, struct page *p)
{
	TRY(grant_end(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "role"), visit_text(v, "section")));
	return page_go(v, p, "/accounts");
}

rc page_account_state(struct visit *v, struct page *p)
{
	slice word = visit_text(v, "state");

	for (unsigned i = 0; i < ACCOUNT_STATES; i++)
		if (slice_is(word, account_state_words[i])) {
			TRY(account_set_state(v->c, v->n, &v->actor, visit_text(v, "account"), (enum account_state)i, S("admin")));
			return page_go(v, p, "/accounts");
		}
	return visit_wrong_key(v, S("state"), "form.choice");
}

rc page_section_add(struct visit *v, struct page *p)
{
	TRY(section_add(v->c, v->n, &v->actor, visit_text(v, "id"), visit_text(v, "name"), S_NONE));
	return page_go(v, p, "/accounts");
}

/* ---- one's own ---- */

rc page_own(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "own");
	struct session *s;
	struct factor *f;
	size_t n;

	TRY(session_list(v->c, v->n, v->who.account, &s, &n));
	jo_key(o, S("sessions"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "id", s[i].id);
		jo_kv_bool(o, "token", s[i].token);
		jo_kv_text(o, "label", s[i].label);
		jo_kv_text(o, "how", s[i].how);
		m_when(v, o, "begun", (struct when){ s[i].begun, false });
		m_when(v, o, "until", (struct when){ s[i].until, false });
		jo_end_object(o);
	}
	jo_end_array(o);
	TRY(factor_list(v->c, v->st, v->who.account, &f, &n));
	jo_key(o, S("factors"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "kind", f[i].kind);
		m_when(v, o, "made", (struct when){ f[i].made, false });
		jo_kv_int(o, "left", f[i].left);
		jo_end_object(o);
	}
	jo_end_array(o);
	return put_grants(v, o, v->who.account);
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
