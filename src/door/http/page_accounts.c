/* Accounts: who may do what, who stands in, who is away. */
#include "door/http/pages.h"

#include "door/http/accounts.h"
#include "door/http/listing.h"

#include "base/banned.h"

#define ROWS 500u

/* The name of a section; empty for the whole house. */
static rc section_title(struct visit *v, slice id, slice *ret)
{
	struct section *s;
	size_t n;

	*ret = id;
	if (id.len == 0)
		return OK;
	TRY(people_sections(v->c, v->n, &s, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_eq(s[i].id, id) && s[i].name.len > 0)
			*ret = s[i].name;
	return OK;
}

rc account_put_grants(struct visit *v, struct json_out *o, const struct account *a)
{
	struct grant *g;
	size_t n;

	TRY(people_granted(v->c, v->st, a, v->today, &g, &n));
	jo_key(o, S("grants"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		slice title;

		TRY(section_title(v, g[i].section, &title));
		jo_object(o);
		jo_kv_text(o, "role", g[i].role);
		jo_kv_text(o, "role_name", slice_of(role_name(g[i].role, v->ja)));
		jo_kv_text(o, "section", g[i].section);
		jo_kv_text(o, "section_name", title);
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
	TRY(account_put_grants(v, o, a));
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

/* ---- one account ---- */

rc account_put_days(struct visit *v, struct json_out *o, slice account)
{
	struct deputy *d;
	struct absence *w;
	size_t n;

	TRY(people_absences(v->c, v->st, account, v->today, &w, &n));
	jo_key(o, S("absences"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		m_day(v, o, "from", w[i].from);
		m_day(v, o, "to", w[i].to);
		jo_end_object(o);
	}
	jo_end_array(o);
	TRY(people_deputy_list(v->c, v->st, account, &d, &n));
	jo_key(o, S("deputies"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (d[i].to < v->today)
			continue;
		jo_object(o);
		jo_kv_text(o, "deputy", d[i].account);
		jo_kv_text(o, "name", who_name(v->c, v->n, d[i].account));
		m_day(v, o, "from", d[i].from);
		if (d[i].to != JDAY_MOST)
			m_day(v, o, "to", d[i].to);
		jo_kv_bool(o, "standing", d[i].standing);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_account(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "account");
	struct account a;
	struct look look;

	TRY(visit_may(v, "page:account", S_NONE));
	TRY(people_find(v->c, v->st, visit_text(v, "account"), &a));
	TRY(people_look(v->c, &v->actor, S("accounts"), &look));
	TRY(people_names_open(v->c, v->n, &look, &a, 1));
	jo_key(o, S("account"));
	TRY(put_account(v, o, &a));
	TRY(account_put_days(v, o, a.id));
	TRY(m_people(v, o, "others", &(struct people_choice){ .active = true, .but = a.id, .look = &look }));
	put_roles(v, o);
	TRY(put_sections(v, o));
	jo_kv_bool(o, "may_list", visit_can(v, "page:people", S_NONE));
	jo_kv_bool(o, "may_add", visit_can(v, "account.add", S_NONE));
	jo_kv_bool(o, "may_grant", visit_can(v, "grant.add", S_NONE) && !slice_eq(a.id, v->who.account));
	jo_kv_bool(o, "may_deputy", visit_can(v, "deputy.set", S_NONE));
	jo_kv_bool(o, "may_absence", visit_can(v, "absence.set", S_NONE));
	jo_kv_bool(o, "may_sessions", visit_can(v, "session.end", S_NONE));
	jo_kv_bool(o, "may_factors", visit_can(v, "secret.drop", S_NONE));
	if (visit_can(v, "session.end", S_NONE))
		TRY(account_put_sessions(v, o, a.id));
	if (visit_can(v, "secret.drop", S_NONE))
		TRY(account_put_factors(v, o, a.id));
	return OK;
}

/* Away and deputies of everybody, for those who see to it that nothing waits. */
rc page_deputies(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "deputies");
	struct account *a;
	struct look look;
	size_t n;

	TRY(people_look(v->c, &v->actor, S("accounts"), &look));
	TRY(people_list(v->c, v->st, S_NONE, ROWS, &a, &n));
	TRY(people_names_open(v->c, v->n, &look, a, n));
	jo_key(o, S("accounts"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		bool absent;

		if (a[i].state != ACCOUNT_ACTIVE)
			continue;
		TRY(people_is_absent(v->c, v->st, a[i].id, v->today, &absent));
		jo_object(o);
		jo_kv_text(o, "id", a[i].id);
		jo_kv_text(o, "name", a[i].name.len ? a[i].name : a[i].id);
		jo_kv_bool(o, "absent", absent);
		TRY(account_put_grants(v, o, &a[i]));
		TRY(account_put_days(v, o, a[i].id));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc back_to_account(struct visit *v, struct page *p)
{
	return page_go(v, p, "/accounts/%" S_FMT, S_ARG(visit_text(v, "account")));
}

rc page_deputy_set(struct visit *v, struct page *p)
{
	jday from = v->today, to = JDAY_MOST;
	bool given;

	TRY(form_day(v->c, v->in, "from", &from, &given));
	TRY(form_day(v->c, v->in, "to", &to, &given));
	TRY(deputy_set(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "deputy"), from, to, form_has(v->in, "standing")));
	return back_to_account(v, p);
}

rc page_deputy_end(struct visit *v, struct page *p)
{
	TRY(deputy_end(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "deputy")));
	return back_to_account(v, p);
}

rc page_account_absence(struct visit *v, struct page *p)
{
	jday from = v->today, to = from;
	bool given;

	TRY(form_day(v->c, v->in, "from", &from, &given));
	TRY(form_day(v->c, v->in, "to", &to, &given));
	TRY(absence_set(v->c, v->n, &v->actor, visit_text(v, "account"), from, to));
	return back_to_account(v, p);
}

rc page_account_absence_end(struct visit *v, struct page *p)
{
	TRY(absence_end(v->c, v->n, &v->actor, visit_text(v, "account")));
	return back_to_account(v, p);
}

rc page_account_session_end(struct visit *v, struct page *p)
{
	TRY(session_revoke(v->c, v->n, &v->actor, visit_text(v, "session")));
	return back_to_account(v, p);
}

rc page_account_factor_drop(struct visit *v, struct page *p)
{
	TRY(factor_drop(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "factor")));
	return back_to_account(v, p);
}

rc page_section_close(struct visit *v, struct page *p)
{
	TRY(section_close(v->c, v->n, &v->actor, visit_text(v, "id")));
	return page_go(v, p, "/accounts");
}

/* Roles with their sections in brackets, blanks between. */
static rc roles_text(struct visit *v, const struct account *a, slice *ret)
{
	struct grant *g;
	struct buf b;
	size_t n;

	TRY(people_granted(v->c, v->st, a, v->today, &g, &n));
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

	TRY(roles_text(v, a, &roles));
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
	const struct grant first = { .role = visit_text(v, "role"), .section = visit_text(v, "section"), .from = v->today, .to = JDAY_MOST };
	struct json_out *o = page_view(p, "account_code");
	slice account, code;

	if (first.role.len > 0)
		TRY(visit_may(v, "grant.add", S_NONE));
	TRY(account_add(v->c, v->n, &v->actor, visit_text(v, "name"), visit_text(v, "login"), visit_text(v, "mail"),
	                first.role.len > 0 ? &first : NULL, &account, &code));
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
	return page_go(v, p, "/accounts/%" S_FMT, S_ARG(visit_text(v, "account")));
}

rc page_grant_end(struct visit *v, struct page *p)
{
	TRY(grant_end(v->c, v->n, &v->actor, visit_text(v, "account"), visit_text(v, "role"), visit_text(v, "section")));
	return page_go(v, p, "/accounts/%" S_FMT, S_ARG(visit_text(v, "account")));
}

rc page_account_state(struct visit *v, struct page *p)
{
	slice word = visit_text(v, "state");

	for (unsigned i = 0; i < ACCOUNT_STATES; i++)
		if (slice_is(word, account_state_words[i])) {
			TRY(account_set_state(v->c, v->n, &v->actor, visit_text(v, "account"), (enum account_state)i, S("admin")));
			return page_go(v, p, "/accounts/%" S_FMT, S_ARG(visit_text(v, "account")));
		}
	return visit_wrong_key(v, S("state"), "form.choice");
}

rc page_section_add(struct visit *v, struct page *p)
{
	TRY(section_add(v->c, v->n, &v->actor, visit_text(v, "id"), visit_text(v, "name"), S_NONE));
	return page_go(v, p, "/accounts");
}
