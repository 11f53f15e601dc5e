#include "base/parse.h"
#include "core/people/people.h"
#include "door/cli/ask.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"

#include "base/banned.h"

#define LIST_MOST 100000u

/* ---- what the commands share ---- */

static slice arg(const struct call *in, size_t i) { return slice_of(call_arg(in, i, "")); }

/* An account by its id or by the name that it signs in with. */
static rc find_account(struct desk *d, slice ref, struct account *ret)
{
	return slice_starts(ref, S("op-")) ? people_find(d->c, d->st, ref, ret) : people_find_login(d->c, d->node, ref, ret);
}

static rc open_names(struct desk *d, struct account *v, size_t n)
{
	struct look look;

	TRY(people_look(d->c, &d->actor, S("people"), &look));
	return people_names_open(d->c, d->node, &look, v, n);
}

static rc day_option(struct desk *d, const char *name, jday other, jday *ret)
{
	*ret = other;
	return desk_day(d, name, ret);
}

static void put_days(struct desk *d, jday from, jday to)
{
	jday_put(&d->out, from);
	buf_putz(&d->out, desk_say(d, "～", " to "));
	if (to != JDAY_MOST)
		jday_put(&d->out, to);
}

static rc say_done(struct desk *d, const char *ja, const char *en)
{
	buf_putf(&d->out, "%s\n", desk_say(d, ja, en));
	return desk_close(d);
}

static const char *state_name(const struct desk *d, enum account_state s)
{
	static const char *const ja[ACCOUNT_STATES] = { "招待中", "利用中", "停止", "退職" };

	return d->ja ? ja[s] : account_state_words[s];
}

/* Codes and tokens are shown once, on standard output, and stand nowhere else. */
static rc say_code(struct desk *d, slice account, slice code)
{
	if (d->json) {
		struct json_out o = json_out_on(&d->out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.people.invited/1"));
		jo_kv_text(&o, "account", account);
		jo_kv_text(&o, "code", code);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
	} else
		buf_putf(&d->out, "%.*s\n%s: %.*s\n%s\n", S_ARG(account), desk_say(d, "招待コード", "invitation code"), S_ARG(code),
		         desk_say(d, "このコードは一度だけ表示します。7日以内に本人が使ってください。",
		                  "It is shown this once and is good for seven days; hand it to the person."));
	return desk_close(d);
}

/* ---- begin, join, add, invite ---- */

static rc run_begin(struct ctx *c, const struct call *in, struct answer *out)
{
	slice account, code;
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, 0, &d));
	TRY(people_begin(c, d.node, &account, &code));
	return say_code(&d, account, code);
}

static rc run_join(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct from_where here = { .source = S("command line") };
	slice code, password, again;
	struct signin s = { 0 };
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_NOBODY, &d));
	TRY(ask_line(c, desk_say(&d, "招待コード", "invitation code"), true, &code));
	TRY(ask_line(c, desk_say(&d, "新しいパスワード（12文字以上）", "new password, 12 characters or more"), true, &password));
	TRY(ask_line(c, desk_say(&d, "もう一度", "once more"), true, &again));
	if (!slice_eq(password, again))
		return FAIL(c, E_INVALID, "ask.differ");
	TRY(signin_invited(c, d.node, c->app->data, code, password, &here, &s));
	TRY(session_end(c, d.node, s.token));   /* it was for the password only */
	buf_putf(&d.out, "%.*s ", S_ARG(s.account));
	return say_done(&d, "パスワードを登録しました。", "has a password now.");
}

static rc run_add(struct ctx *c, const struct call *in, struct answer *out)
{
	struct grant first = { .to = JDAY_MOST };
	slice account, code;
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	if (call_has(in, "role")) {
		struct actor a;
		struct buf b;

		buf_init(&b, c->a, 256);
		buf_putf(&b, "x:%s", call_value(in, "role"));
		TRY(actor_parse(c, buf_slice(&b), &a));
		first.role = a.role;
		first.section = desk_option(&d, "section");
		first.from = d.today;
	}
	TRY(account_add(c, d.node, &d.actor, arg(in, 0), desk_option(&d, "login"), desk_option(&d, "mail"),
	                first.role.len > 0 ? &first : NULL, &account, &code));
	return say_code(&d, account, code);
}

static rc run_invite(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a;
	AUTO_DESK d = { 0 };
	slice code;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	TRY(account_invite(c, d.node, &d.actor, a.id, &code));
	return say_code(&d, a.id, code);
}

/* ---- list, show: the inventory ---- */

static rc json_account(struct desk *d, const struct account *a)
{
	struct json_out o = json_out_on(&d->out);
	struct grant *g;
	size_t n;

	TRY(people_granted(d->c, d->st, a, d->today, &g, &n));
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.account/1"));
	jo_kv_text(&o, "id", a->id);
	jo_kv_text(&o, "name", a->name);
	jo_kv_text(&o, "login", a->login);
	jo_kv_text(&o, "mail", a->mail);
	jo_kv_text(&o, "state", slice_of(account_state_words[a->state]));
	jo_kv_int(&o, "factors", a->factors);
	desk_json_msec(&o, "made", a->made);
	if (a->last_in)
		desk_json_msec(&o, "last_in", a->last_in);
	jo_key(&o, S("roles"));
	jo_array(&o);
	for (size_t i = 0; i < n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "role", g[i].role);
		if (g[i].section.len)
			jo_kv_text(&o, "section", g[i].section);
		if (g[i].instead_of.len)
			jo_kv_text(&o, "instead_of", g[i].instead_of);
		desk_json_day(&o, "from", true, g[i].from);
		desk_json_day(&o, "to", g[i].to != JDAY_MOST, g[i].to);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
	return OK;
}

static void put_grant(struct desk *d, struct buf *b, const struct grant *g)
{
	if (b->len)
		buf_putz(b, d->ja ? "、" : ", ");
	buf_putz(b, role_name(g->role, d->ja));
	if (g->section.len)
		buf_putf(b, "(%.*s)", S_ARG(g->section));
	if (g->instead_of.len)
		buf_putf(b, "[%s%.*s%s]", desk_say(d, "", "for "), S_ARG(g->instead_of), desk_say(d, " の代理", ""));
}

static rc grants_text(struct desk *d, const struct account *a, slice *ret)
{
	struct grant *g;
	struct buf b;
	size_t n;

	TRY(people_granted(d->c, d->st, a, d->today, &g, &n));
	buf_init(&b, d->c->a, 65536);
	for (size_t i = 0; i < n; i++)
		put_grant(d, &b, &g[i]);
	return buf_keep(d->c, &b, ret);
}

static rc put_account(struct desk *d, const struct account *a)
{
	slice roles;
	struct buf b;

	if (d->json)
		return json_account(d, a);
	TRY(grants_text(d, a, &roles));
	if (!d->csv) {
		buf_putf(&d->out, "%.*s  %s  %.*s  %.*s\n", S_ARG(a->id), state_name(d, a->state), S_ARG(a->name), S_ARG(roles));
		return OK;
	}
	desk_csv_cell(d, a->id, false);
	desk_csv_cell(d, a->name, false);
	desk_csv_cell(d, a->login, false);
	desk_csv_cell(d, slice_of(state_name(d, a->state)), false);
	desk_csv_cell(d, roles, false);
	buf_init(&b, d->c->a, 64);
	buf_put_i64(&b, a->factors);
	desk_csv_cell(d, buf_slice(&b), false);
	buf_init(&b, d->c->a, 64);
	if (a->last_in)
		msec_put(&b, a->last_in);
	desk_csv_cell(d, buf_slice(&b), true);
	return OK;
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account *v;
	AUTO_DESK d = { 0 };
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(people_list(c, d.st, S_NONE, LIST_MOST, &v, &n));
	TRY(open_names(&d, v, n));
	if (d.csv)
		buf_putf(&d.out, "\xEF\xBB\xBF%s\r\n", desk_say(&d, "アカウント,氏名,サインイン名,状態,役割,認証要素の数,最後のサインイン",
		         "account,name,login,state,roles,factors,last sign-in"));
	for (size_t i = 0; i < n; i++)
		TRY(put_account(&d, &v[i]));
	return desk_close(&d);
}

static rc put_factors(struct desk *d, slice account)
{
	struct factor *f;
	size_t n;

	TRY(factor_list(d->c, d->st, account, &f, &n));
	for (size_t i = 0; i < n; i++) {
		buf_putf(&d->out, "  %.*s  %.*s  %.*s", S_ARG(f[i].id), S_ARG(f[i].kind), S_ARG(f[i].label));
		if (f[i].left)
			buf_putf(&d->out, "  %s%lld", desk_say(d, "残り", "left: "), (long long)f[i].left);
		buf_putc(&d->out, '\n');
	}
	return OK;
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a;
	AUTO_DESK d = { 0 };
	struct grant *g;
	slice *deputies;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	TRY(open_names(&d, &a, 1));
	TRY(put_account(&d, &a));
	if (d.json)
		return desk_close(&d);
	TRY(people_granted(c, d.st, &a, d.today, &g, &n));
	for (size_t i = 0; i < n; i++) {
		struct buf b;

		buf_init(&b, c->a, 1024);
		put_grant(&d, &b, &g[i]);
		buf_putf(&d.out, "  %.*s  ", S_ARG(buf_slice(&b)));
		put_days(&d, g[i].from, g[i].to);
		buf_putc(&d.out, '\n');
	}
	TRY(people_deputies(c, d.st, a.id, d.today, &deputies, &n));
	for (size_t i = 0; i < n; i++)
		buf_putf(&d.out, "  %s %.*s\n", desk_say(&d, "代理", "deputy"), S_ARG(deputies[i]));
	TRY(put_factors(&d, a.id));
	return desk_close(&d);
}

/* ---- state, role, deputy, absence ---- */

static rc run_state(struct ctx *c, const struct call *in, struct answer *out)
{
	unsigned s = ACCOUNT_ACTIVE;
	struct account a;
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	while (s < ACCOUNT_STATES && !slice_is(arg(in, 1), account_state_words[s]))
		s++;
	if (s == ACCOUNT_STATES)
		return FAIL(c, E_INVALID, "people.state");
	TRY(find_account(&d, arg(in, 0), &a));
	TRY(account_set_state(c, d.node, &d.actor, a.id, s, call_has(in, "why") ? desk_option(&d, "why") : S("unsaid")));
	return say_done(&d, "状態を変えました。セッションとトークンは、利用中でなければすべて終了しました。",
	                "The state is set; unless active, all sessions and tokens have ended.");
}

static rc run_role(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a;
	struct actor role;
	AUTO_DESK d = { 0 };
	jday from, to;
	struct buf b;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	buf_init(&b, c->a, 256);
	buf_putf(&b, "x:%.*s", S_ARG(arg(in, 1)));
	TRY(actor_parse(c, buf_slice(&b), &role));
	if (call_has(in, "end")) {
		TRY(grant_end(c, d.node, &d.actor, a.id, role.role, desk_option(&d, "section")));
		return say_done(&d, "役割を外しました。", "The role is taken away.");
	}
	TRY(day_option(&d, "from", d.today, &from));
	TRY(day_option(&d, "to", JDAY_MOST, &to));
	TRY(grant_add(c, d.node, &d.actor, a.id, role.role, desk_option(&d, "section"), from, to));
	return say_done(&d, "役割を与えました。", "The role is given.");
}

static rc run_deputy(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a, deputy;
	AUTO_DESK d = { 0 };
	jday from, to;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	TRY(find_account(&d, arg(in, 1), &deputy));
	if (call_has(in, "end")) {
		TRY(deputy_end(c, d.node, &d.actor, a.id, deputy.id));
		return say_done(&d, "代理を終えました。", "Not the deputy any more.");
	}
	TRY(day_option(&d, "from", d.today, &from));
	TRY(day_option(&d, "to", JDAY_MOST, &to));
	TRY(deputy_set(c, d.node, &d.actor, a.id, deputy.id, from, to, call_has(in, "standing")));
	return say_done(&d, "代理を決めました。", "The deputy is set.");
}

static rc run_absence(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a;
	AUTO_DESK d = { 0 };
	jday from, to;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	if (call_has(in, "end")) {
		TRY(absence_end(c, d.node, &d.actor, a.id));
		return say_done(&d, "不在を取り消しました。", "The absence is ended.");
	}
	TRY(day_option(&d, "from", d.today, &from));
	TRY(day_option(&d, "to", from, &to));
	TRY(absence_set(c, d.node, &d.actor, a.id, from, to));
	return say_done(&d, "不在を登録しました。", "The absence is noted.");
}

/* ---- sections ---- */

static rc run_section(struct ctx *c, const struct call *in, struct answer *out)
{
	struct section *v;
	AUTO_DESK d = { 0 };
	size_t n;

	TRY(desk_open(c, in, out, in->nargs ? DESK_ACTOR : 0, &d));
	if (in->nargs == 1 || call_has(in, "close")) {
		if (!call_has(in, "close"))
			return FAIL(c, E_INVALID, "people.name");
		TRY(section_close(c, d.node, &d.actor, arg(in, 0)));
		return say_done(&d, "部署を廃止しました。", "The section is closed.");
	}
	if (in->nargs == 2) {
		TRY(section_add(c, d.node, &d.actor, arg(in, 0), arg(in, 1), desk_option(&d, "parent")));
		return say_done(&d, "部署を登録しました。", "The section is set up.");
	}
	TRY(people_sections(c, d.node, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_putf(&d.out, "%.*s  %.*s%s\n", S_ARG(v[i].id), S_ARG(v[i].name), v[i].closed ? desk_say(&d, "（廃止）", " (closed)") : "");
	return desk_close(&d);
}

/* ---- sessions, tokens, factors ---- */

static void put_session(struct desk *d, const struct session *s)
{
	buf_putf(&d->out, "%.*s  %.*s  %.*s  ", S_ARG(s->id), S_ARG(s->account), S_ARG(s->how));
	if (s->token)
		buf_putf(&d->out, "%.*s  ", S_ARG(s->label));
	msec_put(&d->out, s->begun);
	buf_putz(&d->out, desk_say(d, "～", " to "));
	msec_put(&d->out, s->until);
	for (size_t i = 0; i < s->nscopes; i++)
		buf_putf(&d->out, " %.*s", S_ARG(s->scopes[i]));
	buf_putc(&d->out, '\n');
}

static rc run_session(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a = { 0 };
	struct session *v;
	AUTO_DESK d = { 0 };
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	if (call_has(in, "revoke")) {
		TRY(session_revoke(c, d.node, &d.actor, desk_option(&d, "revoke")));
		return say_done(&d, "終了しました。", "It has ended.");
	}
	if (in->nargs)
		TRY(find_account(&d, arg(in, 0), &a));
	TRY(session_list(c, d.node, a.id, &v, &n));
	for (size_t i = 0; i < n; i++)
		put_session(&d, &v[i]);
	return desk_close(&d);
}

static rc run_token(struct ctx *c, const struct call *in, struct answer *out)
{
	slice scopes[64], rest, one, token;
	struct account a;
	AUTO_DESK d = { 0 };
	uint32_t days = 90;
	size_t n = 0;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	TRY(call_u32(c, in, "days", 1, 366, &days));
	rest = desk_option(&d, "scope");
	while (n < 64 && slice_next(&rest, ',', &one))
		scopes[n++] = one;
	TRY(token_add(c, d.node, &d.actor, a.id, arg(in, 1), scopes, n, c->now + (msec)days * DAY_MSEC, &token));
	buf_putf(&d.out, "%.*s\n", S_ARG(token));
	return desk_close(&d);
}

static rc run_factor(struct ctx *c, const struct call *in, struct answer *out)
{
	struct account a;
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(find_account(&d, arg(in, 0), &a));
	if (call_has(in, "drop")) {
		TRY(factor_drop(c, d.node, &d.actor, a.id, desk_option(&d, "drop")));
		return say_done(&d, "認証要素を外しました。", "The factor is removed.");
	}
	TRY(put_factors(&d, a.id));
	return desk_close(&d);
}

/* ---- review, rights, policy ---- */

static rc run_review(struct ctx *c, const struct call *in, struct answer *out)
{
	struct review *v;
	AUTO_DESK d = { 0 };
	int64_t seq;
	size_t n;

	TRY(desk_open(c, in, out, in->nargs ? DESK_ACTOR : 0, &d));
	if (in->nargs) {
		TRY(parse_i64(c, arg(in, 0), 0, INT64_MAX, &seq));
		TRY(review_done(c, d.node, &d.actor, seq, call_has(in, "result") ? desk_option(&d, "result") : S("kept")));
		return say_done(&d, "確認済みにしました。", "Reviewed.");
	}
	TRY(review_list(c, d.st, !call_has(in, "done"), &v, &n));
	for (size_t i = 0; i < n; i++) {
		buf_putf(&d.out, "#%lld  ", (long long)v[i].seq);
		jday_put(&d.out, v[i].due);
		buf_putf(&d.out, "  %s  %.*s %.*s\n", slice_is(v[i].kind, "rights") ?
		         desk_say(&d, "アカウントと権限の点検（年1回）", "yearly review of accounts and rights") :
		         desk_say(&d, "承認を待たずに行った操作の確認", "an act without four eyes"),
		         S_ARG(v[i].case_id), S_ARG(v[i].act));
		out->no = out->no || (!v[i].done && v[i].due < d.today);
	}
	return desk_close(&d);
}

static rc run_policy(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	bool on;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	on = slice_is(arg(in, 0), "on");
	if (!on && !slice_is(arg(in, 0), "off"))
		return FAIL(c, E_INVALID, "people.on_off");
	TRY(people_set_four_eyes(c, d.node, &d.actor, on));
	return say_done(&d, on ? "提出と提供には別の人の承認が必要です。" : "承認なしで提出と提供ができます。",
	                on ? "Submission and disclosure need a second person." : "Submission and disclosure need no second person.");
}

static rc run_rights(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct rights *r;
	const struct right *v;
	struct buf b;
	slice text;
	size_t n;

	out->ja = !call_has(in, "lang") || strcmp(call_value(in, "lang"), "en") != 0;
	TRY(rights_load(c, c->app->data, &r));
	v = rights_rows(r, &n);
	buf_init(&b, c->a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		buf_putf(&b, "%.*s:", S_ARG(v[i].what));
		for (size_t k = 0; k < v[i].nroles; k++)
			buf_putf(&b, " %s", role_name(v[i].roles[k], out->ja));
		if (v[i].self)
			buf_putf(&b, " %s", role_name(S("self"), out->ja));
		buf_putc(&b, '\n');
	}
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };
static const struct option_spec list_options[] = { { "csv", NULL, "Comma-separated values." }, DESK_OPTIONS, { 0 } };
static const struct option_spec add_options[] = {
	{ "login", "NAME", "Name to sign in with; must be given." },
	{ "mail", "ADDRESS", "Address for notices; sealed." },
	{ "role", "ROLE", "A first role, from today." },
	{ "section", "ID", "Section of that role (default: the whole organisation)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec state_options[] = { { "why", "CODE", "Reason as a word." }, DESK_OPTIONS, { 0 } };
static const struct option_spec role_options[] = {
	{ "section", "ID", "For this section (default: the whole organisation)." },
	{ "from", "DAY", "First day (default: today)." },
	{ "to", "DAY", "Last day (default: without end)." },
	{ "end", NULL, "Take the role away." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec deputy_options[] = {
	{ "from", "DAY", "First day (default: today)." },
	{ "to", "DAY", "Last day (default: without end)." },
	{ "standing", NULL, "Also while the other is not absent." },
	{ "end", NULL, "Not the deputy any more." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec absence_options[] = {
	{ "from", "DAY", "First day (default: today)." },
	{ "to", "DAY", "Last day (default: the first)." },
	{ "end", NULL, "Not absent any more." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec section_options[] = {
	{ "parent", "ID", "The section above it." },
	{ "close", NULL, "Close it: no new roles, no new cases." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec session_options[] = { { "revoke", "ID", "End it at once." }, DESK_OPTIONS, { 0 } };
static const struct option_spec token_options[] = {
	{ "scope", "LIST", "Words of renkei people rights, with commas; \"case.\" for all that begin so." },
	{ "days", "N", "Good for N days, 1 to 366 (default 90)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec factor_options[] = { { "drop", "ID", "Remove it: a lost telephone." }, DESK_OPTIONS, { 0 } };
static const struct option_spec review_options[] = {
	{ "result", "WORD", "What came of it (default: kept)." },
	{ "done", NULL, "List those that are done." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec rights_options[] = { { "lang", "LANG", "ja (default) or en." }, { 0 } };

const struct command cmd_people[] = {
	{ "people", "begin", "", 0, 0, "Make the first administrator; prints a one-time code", plain_options, run_begin },
	{ "people", "join", "", 0, 0, "Take an invitation: asks for the code and a password", plain_options, run_join },
	{ "people", "add", "NAME", 1, 1, "Make an account; prints its invitation code", add_options, run_add },
	{ "people", "invite", "ACCOUNT", 1, 1, "Make a new invitation code: a forgotten password", plain_options, run_invite },
	{ "people", "list", "", 0, 0, "List accounts with their roles of today", list_options, run_list },
	{ "people", "show", "ACCOUNT", 1, 1, "Show an account", plain_options, run_show },
	{ "people", "state", "ACCOUNT active|suspended|left", 2, 2, "Suspend an account, or let it in again", state_options, run_state },
	{ "people", "role", "ACCOUNT ROLE", 2, 2, "Give a role, or take it away", role_options, run_role },
	{ "people", "deputy", "ACCOUNT DEPUTY", 2, 2, "Say who stands in for whom", deputy_options, run_deputy },
	{ "people", "absence", "ACCOUNT", 1, 1, "Note that somebody is away", absence_options, run_absence },
	{ "people", "section", "[ID [NAME]]", 0, 2, "List sections, set one up, close one", section_options, run_section },
	{ "people", "session", "[ACCOUNT]", 0, 1, "List open sessions and tokens, end one", session_options, run_session },
	{ "people", "token", "ACCOUNT LABEL", 2, 2, "Make a token for a program; printed once", token_options, run_token },
	{ "people", "factor", "ACCOUNT", 1, 1, "List second factors, remove one", factor_options, run_factor },
	{ "people", "review", "[SEQ]", 0, 1, "List reviews that are due, or note that one is done", review_options, run_review },
	{ "people", "four-eyes", "on|off", 1, 1, "Say whether a second person approves; the chief only", plain_options, run_policy },
	{ "people", "rights", "", 0, 0, "Print which role may what", rights_options, run_rights },
	{ 0 },
};
