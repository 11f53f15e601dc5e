/* A town with accounts, for the tests of people. */
#ifndef TESTS_CORE_PEOPLE_TOWN_H
#define TESTS_CORE_PEOPLE_TOWN_H

#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/people/people_inside.h"

struct town {
	char dir[64];
	struct node *n;
	struct store *st;
	const struct rights *rights;
	slice admin, code;
	struct actor by;          /* the administrator */
	slice admin_token;
};

/* An act that needs four eyes, and one to prepare it, as work/report has them. */
__attribute__((unused)) static rc submit_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return approval_check(c, st, e, e->ref.v[0]);
}

__attribute__((unused)) static rc submit_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return approval_project(c, st, e);
}

static const struct member_spec submit_members[] = { { "emergency", MEMBER_BOOL, false, NULL }, { 0 } };
static const struct act_kind test_kinds[] = {
	{ "test.draft", NULL, "handler lead chief", ACT_CASE, NULL, NULL, NULL, NULL },
	{ "report.submit", submit_members, "lead chief", ACT_CASE, submit_validate, submit_project, NULL, NULL },
	{ 0 },
};
static const struct act_kind *const kinds[] = { people_kinds, signin_kinds, test_kinds, NULL };
static const struct from_where here = { .source = S_INIT("192.0.2.7") };

#define GOOD_PASSWORD S("kumo to takenoko 7 ban")
#define OTHER_PASSWORD S("hashi no shita de ame")

static void remove_folder(const char *dir)
{
	char cmd[300];

	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	assert_int_equal((system)(cmd), 0);
}

__attribute__((unused)) static void town_begin(struct ctx *c, struct town *t)
{
	static int number;
	char name[40];
	struct node_options o = { .exercise = true };

	(void)snprintf(t->dir, sizeof t->dir, "/tmp/renkei-people-XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	(void)snprintf(name, sizeof name, "town-%d-%d.example", (int)getpid(), number++);
	o.name = slice_of(name);
	if (getenv("RENKEI_PG")) {
		o.backend = BACKEND_PG;
		o.conninfo = getenv("RENKEI_PG");
	}
	assert_ok(c, node_create(c, t->dir, &o));
	assert_ok(c, node_open(c, t->dir, kinds, &t->n));
	t->st = node_store(t->n);
	assert_ok(c, rights_load(c, SOURCE_ROOT, &t->rights));
	assert_ok(c, people_begin(c, t->n, &t->admin, &t->code));
	t->by = (struct actor){ .id = t->admin, .role = S("admin") };
}

__attribute__((unused)) static void town_open(struct ctx *c, struct town *t)
{
	struct signin in = { 0 };

	town_begin(c, t);
	assert_ok(c, signin_invited(c, t->n, SOURCE_ROOT, t->code, S("tsuru wa sennen kame wa"), &(struct from_where){ .source = S("192.0.2.1") }, &in));
	t->admin_token = in.token;
}

/* Every test ends here: the tables are what the entries give. */
__attribute__((unused)) static void town_close(struct ctx *c, struct town *t)
{
	struct verdict v;

	assert_ok(c, record_verify(c, t->n, &v));
	if (!v.good)
		fail_msg("%s %s", v.key, v.table ? v.table : "");
	assert_ok(c, node_close(c, t->n));
	remove_folder(t->dir);
}

__attribute__((unused)) static slice totp_now(struct ctx *c, slice secret, msec now)
{
	struct buf b;
	slice key;

	assert_ok(c, base32_parse(c, secret, &key));
	buf_init(&b, c->a, 16);
	buf_putf(&b, "%06u", totp_code((const unsigned char *)key.p, key.len, now / 30000));
	return buf_slice(&b);
}

/* Enrols TOTP for a session; gives the secret. The token is a new one. */
__attribute__((unused)) static slice enrol(struct ctx *c, struct town *t, slice *token)
{
	struct who w = { 0 };
	struct signin in = { 0 };
	slice secret, uri;

	assert_ok(c, people_session(c, t->n, *token, &w));
	assert_ok(c, totp_begin(c, &secret));
	assert_ok(c, totp_uri(c, t->n, &w, secret, &uri));
	assert_true(slice_starts(uri, S("otpauth://totp/")));
	assert_ok(c, totp_confirm(c, t->n, *token, secret, totp_now(c, secret, c->now), &in));
	*token = in.token;
	return secret;
}

/* A person with a role, in and with a password; returns the account, *ret_token the session (level 1). */
__attribute__((unused)) static slice person(struct ctx *c, struct town *t, const char *login, const char *role, const char *section, slice *ret_token)
{
	struct signin in = { 0 };
	slice account, code;
	jday today = msec_jday(c->now);

	assert_ok(c, account_add(c, t->n, &t->by, S("山田 一郎"), slice_of(login), S_NONE, NULL, &account, &code));
	if (role)
		assert_ok(c, grant_add(c, t->n, &t->by, account, slice_of(role), slice_of(section), today, JDAY_MOST));
	assert_ok(c, signin_invited(c, t->n, SOURCE_ROOT, code, GOOD_PASSWORD, &here, &in));
	if (ret_token)
		*ret_token = in.token;
	return account;
}

__attribute__((unused)) static struct who who_is(struct ctx *c, struct town *t, slice token)
{
	struct who w = { 0 };

	assert_ok(c, people_session(c, t->n, token, &w));
	return w;
}

#endif
