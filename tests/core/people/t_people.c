/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/core/people/town.h"

/* ---- first start, invitation ---- */

static void the_first_administrator_comes_in_by_a_code_that_counts_once(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	struct actor a;
	struct town t;
	struct who w;

	town_begin(c, &t);
	assert_int_equal(t.code.len, 19);
	assert_fault(c, people_begin(c, t.n, &t.admin, &t.code), E_CONFLICT, "people.begun");
	assert_fault(c, signin_invited(c, t.n, SOURCE_ROOT, S("AAAA-AAAA-AAAA-AAAA"), GOOD_PASSWORD, &here, &in), E_DENIED,
	             "invite.wrong");
	assert_fault(c, signin_invited(c, t.n, SOURCE_ROOT, t.code, S("short"), &here, &in), E_INVALID, "password.short");
	assert_ok(c, signin_invited(c, t.n, SOURCE_ROOT, t.code, GOOD_PASSWORD, &here, &in));
	assert_int_equal(in.step, SIGNIN_ENROL);
	assert_fault(c, signin_invited(c, t.n, SOURCE_ROOT, t.code, GOOD_PASSWORD, &here, &in), E_DENIED, "invite.wrong");
	w = who_is(c, &t, in.token);
	assert_true(w.must_enrol);
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("account.add"), S_NONE, &a), E_DENIED, "people.need_factor");
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("self:factor"), S_NONE, &a));
	(void)enrol(c, &t, &in.token);
	w = who_is(c, &t, in.token);
	assert_false(w.must_enrol);
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("account.add"), S_NONE, &a));
	assert_slice(a.role, S("admin"));
	town_close(c, &t);
}

static void an_invitation_ends_after_seven_days(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice account, code;
	struct town t;

	town_open(c, &t);
	assert_ok(c, account_add(c, t.n, &t.by, S("佐藤 花子"), S("hanako.s"), S("h@example.lg.jp"), NULL, &account, &code));
	c->now += 7 * DAY_MSEC + 1;
	assert_fault(c, signin_invited(c, t.n, SOURCE_ROOT, code, GOOD_PASSWORD, &here, &in), E_DENIED, "invite.wrong");
	assert_ok(c, account_invite(c, t.n, &t.by, account, &code));
	assert_ok(c, signin_invited(c, t.n, SOURCE_ROOT, code, GOOD_PASSWORD, &here, &in));
	town_close(c, &t);
}

/* ---- names and secrets ---- */

static bool folder_has(const char *dir, const char *text)
{
	char cmd[400];

	(void)snprintf(cmd, sizeof cmd, "grep -rqaF -- '%s' '%s'", text, dir);
	return (system)(cmd) == 0;
}

static void no_name_and_no_secret_stands_readable_on_the_disk(void **state)
{
	struct ctx *c = *state;
	slice token, secret;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	secret = enrol(c, &t, &token);
	if (!getenv("RENKEI_PG")) {
		char text[64] = { 0 };

		memcpy(text, secret.p, secret.len);
		assert_true(folder_has(t.dir, "secret.set"));
		assert_false(folder_has(t.dir, "山田"));
		assert_false(folder_has(t.dir, "ichiro.y"));
		assert_false(folder_has(t.dir, "argon2id"));
		assert_false(folder_has(t.dir, text));
		memcpy(text, token.p, token.len < 60 ? token.len : 60);
		assert_false(folder_has(t.dir, text));
	}
	town_close(c, &t);
}

static void a_rebuild_from_the_record_keeps_signing_in_working(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice token, secret;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	secret = enrol(c, &t, &token);
	assert_ok(c, record_rebuild(c, t.n));
	(void)who_is(c, &t, token);
	c->now += 60000;
	assert_ok(c, signin_password(c, t.n, S("Ｉchiro.Y "), GOOD_PASSWORD, &here, &in));
	assert_int_equal(in.step, SIGNIN_FACTOR);
	assert_true(in.totp);
	assert_ok(c, signin_totp(c, t.n, in.token, totp_now(c, secret, c->now), &here, &in));
	assert_true(who_is(c, &t, in.token).factor);
	town_close(c, &t);
}

static void a_shredded_account_has_no_name_and_cannot_sign_in(void **state)
{
	struct ctx *c = *state;
	struct look look;
	struct account a;
	struct signin in = { 0 };
	slice id, key, chief_token;
	struct act order = { .act = S("erase.order") };
	struct actor lead = { .role = S("lead") }, chief = { .role = S("chief") };
	struct act propose = { .act = S("erase.propose") }, approve = { .act = S("approve") };
	int64_t seq, appr, proposal;
	struct town t;
	struct buf b;

	town_open(c, &t);
	id = person(c, &t, "ichiro.y", "handler", "", NULL);
	chief.id = person(c, &t, "chief.c", "chief", "", &chief_token);
	lead.id = person(c, &t, "lead.l", "lead", "", NULL);
	assert_ok(c, account_set_state(c, t.n, &t.by, id, ACCOUNT_LEFT, S("moved")));
	assert_ok(c, unit_key_id(c, id, &key));
	propose.actor = order.actor = chief;
	approve.actor = lead;
	propose.case_id = approve.case_id = order.case_id = id;
	buf_init(&b, c->a, 200);
	buf_putf(&b, "{\"keys\":[\"%" S_FMT "\"],\"rule\":\"own\"}", S_ARG(key));
	assert_ok(c, buf_keep(c, &b, &propose.members));
	assert_ok(c, node_append(c, t.n, &propose, &proposal));
	approve.ref = order.ref = (struct ints){ &proposal, 1 };
	assert_ok(c, node_append(c, t.n, &approve, &appr));
	order.appr = (struct ints){ &appr, 1 };
	buf_init(&b, c->a, 200);
	buf_putf(&b, "{\"keys\":[\"%" S_FMT "\"]}", S_ARG(key));
	assert_ok(c, buf_keep(c, &b, &order.members));
	assert_ok(c, node_append(c, t.n, &order, &seq));
	assert_ok(c, node_erase(c, t.n, seq, &seq));
	assert_ok(c, people_find(c, t.st, id, &a));
	assert_ok(c, people_look(c, &t.by, S("inventory"), &look));
	assert_ok(c, people_names_open(c, t.n, &look, &a, 1));
	assert_int_equal(a.name.len, 0);
	assert_fault(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	town_close(c, &t);
}

/* ---- signing in ---- */

static void an_unknown_name_and_a_wrong_password_look_the_same(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice id;
	struct town t;

	town_open(c, &t);
	id = person(c, &t, "ichiro.y", "handler", "", NULL);
	assert_fault(c, signin_password(c, t.n, S("ichiro.y"), OTHER_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	assert_fault(c, signin_password(c, t.n, S("nobody.n"), GOOD_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	assert_fault(c, signin_password(c, t.n, S("bad name\n"), GOOD_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	assert_fault(c, signin_password(c, t.n, S_NONE, S_NONE, &here, &in), E_DENIED, "signin.wrong");
	assert_ok(c, account_set_state(c, t.n, &t.by, id, ACCOUNT_SUSPENDED, S("leave")));
	assert_fault(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	assert_ok(c, account_set_state(c, t.n, &t.by, id, ACCOUNT_ACTIVE, S("back")));
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
	assert_int_equal(in.step, SIGNIN_DONE);
	town_close(c, &t);
}

static double seconds(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* CPU time, so that the disk and other processes do not count. */
static double time_of(struct ctx *c, struct town *t, const char *login, int n)
{
	struct signin in = { 0 };
	double least = 1e9;

	for (int i = 0; i < n; i++) {
		double from;

		c->now += 3600000;
		from = seconds();
		assert_int_equal(signin_password(c, t->n, slice_of(login), OTHER_PASSWORD, &here, &in), E_DENIED);
		from = seconds() - from;
		least = from < least ? from : least;
	}
	return least;
}

static void an_unknown_name_takes_the_time_of_a_wrong_password(void **state)
{
	struct ctx *c = *state;
	double known, unknown;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", NULL);
	known = time_of(c, &t, "ichiro.y", 5);
	unknown = time_of(c, &t, "nobody.n", 5);
	/* one hash each: without it the time would be a thousandth, with two it would be double */
	if (unknown < known * 0.6 || unknown > known * 1.6)
		fail_msg("known %.1f ms, unknown %.1f ms", known * 1e3, unknown * 1e3);
	town_close(c, &t);
}

static void a_code_counts_once_and_only_in_its_time(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 }, half = { 0 };
	slice token, secret, code;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	secret = enrol(c, &t, &token);
	code = totp_now(c, secret, c->now);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	/* the code that enrolled it was used already */
	assert_fault(c, signin_totp(c, t.n, half.token, code, &here, &in), E_DENIED, "signin.code");
	c->now += 30000;
	code = totp_now(c, secret, c->now);
	assert_ok(c, signin_totp(c, t.n, half.token, code, &here, &in));
	assert_fault(c, signin_totp(c, t.n, half.token, code, &here, &in), E_DENIED, "people.no_session");
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_fault(c, signin_totp(c, t.n, half.token, code, &here, &in), E_DENIED, "signin.code");
	assert_fault(c, signin_totp(c, t.n, half.token, totp_now(c, secret, c->now + 90000), &here, &in), E_DENIED, "signin.code");
	assert_fault(c, signin_totp(c, t.n, half.token, S("12345"), &here, &in), E_DENIED, "signin.code");
	/* a half session is no session, and ends after ten minutes */
	{
		struct who w = { 0 };

		assert_fault(c, people_session(c, t.n, half.token, &w), E_DENIED, "people.no_session");
	}
	c->now += 10 * 60000;
	assert_fault(c, signin_totp(c, t.n, half.token, totp_now(c, secret, c->now), &here, &in), E_DENIED, "people.no_session");
	town_close(c, &t);
}

static void a_recovery_code_counts_once(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 }, half = { 0 };
	struct factor *v;
	slice token, *codes;
	struct who w;
	struct town t;
	size_t n;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	w = who_is(c, &t, token);
	assert_fault(c, recovery_make(c, t.n, &w, &codes, &n), E_DENIED, "people.need_factor");
	(void)enrol(c, &t, &token);
	w = who_is(c, &t, token);
	assert_ok(c, recovery_make(c, t.n, &w, &codes, &n));
	assert_int_equal(n, 10);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_true(half.recovery);
	assert_ok(c, signin_recovery(c, t.n, half.token, codes[3], &here, &in));
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_fault(c, signin_recovery(c, t.n, half.token, codes[3], &here, &in), E_DENIED, "signin.code");
	assert_ok(c, signin_recovery(c, t.n, half.token, codes[9], &here, &in));
	assert_ok(c, factor_list(c, t.st, w.account, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].kind, "recovery"))
			assert_int_equal(v[i].left, 8);
	/* new codes void the old ones */
	w = who_is(c, &t, in.token);
	assert_ok(c, recovery_make(c, t.n, &w, &codes, &n));
	town_close(c, &t);
}

/* ---- guessing ---- */

static void guessing_is_slowed_and_the_colleague_still_comes_in(void **state)
{
	struct ctx *c = *state;
	struct from_where thief = { .source = S("198.51.100.9") }, home = here;
	struct signin in = { 0 };
	int tried = 0, refused = 0;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", NULL);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &home, &in));
	home.device = in.device;
	assert_true(home.device.len > 0);
	for (int second = 0; second < 3600; second += 5, c->now += 5000) {
		rc r = signin_password(c, t.n, S("ichiro.y"), OTHER_PASSWORD, &thief, &in);

		tried += r == E_DENIED;
		refused += r == E_BUSY;
	}
	/* 720 tries in an hour; 5 at once, then 1 s, 2 s, 4 s … 15 min */
	assert_true(tried <= 18);
	assert_true(refused >= 700);
	/* from the device that is known, and from a source that has not guessed, it goes on at once */
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &home, &in));
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
	/* the wait is told in seconds, for a name that does not exist too */
	for (int i = 0; i < 8; i++)
		assert_int_not_equal(signin_password(c, t.n, S("nobody.n"), OTHER_PASSWORD, &here, &in), OK);
	assert_fault(c, signin_password(c, t.n, S("nobody.n"), OTHER_PASSWORD, &here, &in), E_BUSY, "signin.wait");
	assert_true(c->fault.has_at && c->fault.at >= 1);
	town_close(c, &t);
}

static void guesses_from_many_sources_wait_but_not_on_a_known_device(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	struct from_where home = here;
	int tried = 0;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", NULL);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
	home.device = in.device;
	for (int i = 0; i < 120; i++, c->now += 1000) {
		char address[40];
		struct from_where f = { 0 };

		(void)snprintf(address, sizeof address, "2001:db8:%x::1", i + 1);
		f.source = slice_of(address);
		tried += signin_password(c, t.n, S("ichiro.y"), OTHER_PASSWORD, &f, &in) == E_DENIED;
	}
	assert_true(tried <= 60);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &home, &in));
	c->now += 30000;   /* and on a new device after half a minute at most */
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &(struct from_where){ .source = S("203.0.113.1") }, &in));
	town_close(c, &t);
}

static void one_source_cannot_try_one_password_on_everybody(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	int tried = 0;
	struct town t;

	town_open(c, &t);
	for (int i = 0; i < 60; i++, c->now += 100) {
		char login[40];

		(void)snprintf(login, sizeof login, "name%d", i);
		tried += signin_password(c, t.n, slice_of(login), OTHER_PASSWORD,
		                         &(struct from_where){ .source = S("198.51.100.9") }, &in) == E_DENIED;
	}
	assert_true(tried < 40);
	town_close(c, &t);
}

/* ---- sessions ---- */

static void the_token_changes_with_every_step_and_the_old_one_is_dead(void **state)
{
	struct ctx *c = *state;
	struct signin half = { 0 }, in = { 0 };
	slice token, secret, old;
	struct who w = { 0 };
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	old = token;
	secret = enrol(c, &t, &token);
	assert_false(slice_eq(old, token));
	assert_fault(c, people_session(c, t.n, old, &w), E_DENIED, "people.no_session");
	c->now += 60000;
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_ok(c, signin_totp(c, t.n, half.token, totp_now(c, secret, c->now), &here, &in));
	assert_false(slice_eq(half.token, in.token));
	assert_fault(c, people_session(c, t.n, half.token, &w), E_DENIED, "people.no_session");
	assert_fault(c, people_session(c, t.n, S("s-abc.def"), &w), E_DENIED, "people.no_session");
	assert_fault(c, people_session(c, t.n, S_NONE, &w), E_DENIED, "people.no_session");
	town_close(c, &t);
}

static void a_session_ends_when_idle_and_at_the_latest_after_twelve_hours(void **state)
{
	struct ctx *c = *state;
	slice token;
	struct who w = { 0 };
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", &token);
	for (int i = 0; i < 29; i++) {
		c->now += 25 * 60000;
		if (i < 28)
			assert_ok(c, people_session(c, t.n, token, &w));
	}
	assert_fault(c, people_session(c, t.n, token, &w), E_DENIED, "people.no_session");
	{
		struct signin in = { 0 };

		assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
		c->now += SESSION_IDLE + 1;
		assert_fault(c, people_session(c, t.n, in.token, &w), E_DENIED, "people.no_session");
	}
	town_close(c, &t);
}

static void a_revoked_session_is_dead_at_once_and_so_is_its_token(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	struct session *v;
	slice token, api, id;
	struct actor self, other = { .role = S("self") };
	struct who w = { 0 };
	struct town t;
	size_t n;

	town_open(c, &t);
	id = person(c, &t, "ichiro.y", "handler", "", &token);
	other.id = person(c, &t, "hanako.s", "handler", "", NULL);
	self = (struct actor){ .id = id, .role = S("self") };
	assert_ok(c, token_add(c, t.n, &self, id, S("backup"), (slice[]){ S("page:") }, 1, c->now + DAY_MSEC, &api));
	w = who_is(c, &t, api);
	assert_true(w.token);
	assert_ok(c, session_list(c, t.n, id, &v, &n));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_fault(c, session_revoke(c, t.n, &other, v[i].id), E_NOTFOUND, "people.no_session");
	for (size_t i = 0; i < n; i++)
		assert_ok(c, session_revoke(c, t.n, &self, v[i].id));
	assert_fault(c, people_session(c, t.n, token, &w), E_DENIED, "people.no_session");
	assert_fault(c, people_session(c, t.n, api, &w), E_DENIED, "people.no_session");
	/* suspending ends everything too, also in the middle of signing in */
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
	assert_ok(c, account_set_state(c, t.n, &t.by, id, ACCOUNT_SUSPENDED, S("check")));
	assert_fault(c, people_session(c, t.n, in.token, &w), E_DENIED, "people.no_session");
	town_close(c, &t);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice token;
	struct who w;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", &token);
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in));
	w = who_is(c, &t, token);
	assert_fault(c, password_change(c, t.n, SOURCE_ROOT, &w, OTHER_PASSWORD, OTHER_PASSWORD), E_DENIED, "signin.wrong");
	assert_ok(c, password_change(c, t.n, SOURCE_ROOT, &w, GOOD_PASSWORD, OTHER_PASSWORD));
	(void)who_is(c, &t, token);
	assert_fault(c, people_session(c, t.n, in.token, &w), E_DENIED, "people.no_session");
	assert_fault(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &in), E_DENIED, "signin.wrong");
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), OTHER_PASSWORD, &here, &in));
	town_close(c, &t);
}

static void a_token_may_what_its_scope_and_its_owner_may_and_nothing_of_the_owners_own(void **state)
{
	struct ctx *c = *state;
	slice id, api;
	struct actor self, a;
	struct who w;
	struct town t;

	town_open(c, &t);
	id = person(c, &t, "ichiro.y", "handler", "", NULL);
	self = (struct actor){ .id = id, .role = S("self") };
	assert_fault(c, token_add(c, t.n, &self, id, S("x"), NULL, 0, c->now + 1, &api), E_INVALID, "token.scope");
	assert_fault(c, token_add(c, t.n, &self, id, S("x"), (slice[]){ S("case.") }, 1, c->now + 400 * DAY_MSEC, &api), E_INVALID,
	             "token.until");
	assert_ok(c, token_add(c, t.n, &self, id, S("siem"), (slice[]){ S("case."), S("duty.waive") }, 2, c->now + DAY_MSEC, &api));
	w = who_is(c, &t, api);
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("case.open"), S_NONE, &a));
	assert_slice(a.via, w.session);
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("fact.state"), S_NONE, &a), E_DENIED, "people.scope");
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("duty.waive"), S_NONE, &a), E_DENIED, "people.may_not");
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("self:token"), S_NONE, &a), E_DENIED, "people.scope");
	assert_fault(c, password_change(c, t.n, SOURCE_ROOT, &w, GOOD_PASSWORD, OTHER_PASSWORD), E_DENIED, "people.scope");
	c->now += DAY_MSEC;
	assert_fault(c, people_session(c, t.n, api, &w), E_DENIED, "people.no_session");
	town_close(c, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(the_first_administrator_comes_in_by_a_code_that_counts_once),
		WORK_TEST(an_invitation_ends_after_seven_days),
		WORK_TEST(no_name_and_no_secret_stands_readable_on_the_disk),
		WORK_TEST(a_rebuild_from_the_record_keeps_signing_in_working),
		WORK_TEST(a_shredded_account_has_no_name_and_cannot_sign_in),
		WORK_TEST(an_unknown_name_and_a_wrong_password_look_the_same),
		WORK_TEST(an_unknown_name_takes_the_time_of_a_wrong_password),
		WORK_TEST(a_code_counts_once_and_only_in_its_time),
		WORK_TEST(a_recovery_code_counts_once),
		WORK_TEST(guessing_is_slowed_and_the_colleague_still_comes_in),
		WORK_TEST(guesses_from_many_sources_wait_but_not_on_a_known_device),
		WORK_TEST(one_source_cannot_try_one_password_on_everybody),
		WORK_TEST(the_token_changes_with_every_step_and_the_old_one_is_dead),
		WORK_TEST(a_session_ends_when_idle_and_at_the_latest_after_twelve_hours),
		WORK_TEST(a_revoked_session_is_dead_at_once_and_so_is_its_token),
		WORK_TEST(a_new_password_ends_the_other_sessions),
		WORK_TEST(a_token_may_what_its_scope_and_its_owner_may_and_nothing_of_the_owners_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
