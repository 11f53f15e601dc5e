/* Who may what. On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/core/people/town.h"

#include "base/file.h"

static slice enrolled(struct ctx *c, struct town *t, const char *login, const char *role, const char *section, struct who *ret)
{
	slice token, id = person(c, t, login, role, section, &token);

	(void)enrol(c, t, &token);
	*ret = who_is(c, t, token);
	return id;
}

/* ---- the table ---- */

#define ROLES 7

static void each_role_may_what_the_matrix_says_and_nothing_else(void **state)
{
	struct ctx *c = *state;
	struct who who[ROLES] = { 0 };
	slice text, line, names[ROLES], word;
	size_t rows = 0, nrows;
	struct town t;

	town_open(c, &t);
	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/data/people/matrix.txt", 65536, &text));
	assert_true(slice_next(&text, '\n', &line));
	assert_true(slice_next(&text, '\n', &line));
	assert_true(slice_next(&line, ' ', &word));
	for (size_t i = 0; i < ROLES;) {
		assert_true(slice_next(&line, ' ', &word));
		if (word.len == 0)
			continue;
		names[i] = word;
		{
			char login[40];

			(void)snprintf(login, sizeof login, "the-%.*s", S_ARG(word));
			(void)enrolled(c, &t, login, arena_cstr(c->a, word), "", &who[i]);
		}
		i++;
	}
	for (; slice_next(&text, '\n', &line); rows++) {
		slice what, cell;
		bool wanted[ROLES + 1];

		assert_true(slice_next(&line, ' ', &what));
		for (size_t i = 0; i <= ROLES;) {
			assert_true(slice_next(&line, ' ', &cell));
			if (cell.len)
				wanted[i++] = slice_is(cell, "y");
		}
		for (size_t i = 0; i < ROLES; i++) {
			struct actor a;
			rc r = people_may(c, t.st, t.rights, &who[i], what, S_NONE, &a);

			if ((r == OK) != (wanted[i] || wanted[ROLES]))
				fail_msg("%.*s %.*s", S_ARG(names[i]), S_ARG(what));
			if (r == OK)
				assert_slice(a.role, wanted[i] ? names[i] : S("self"));
		}
	}
	(void)rights_rows(t.rights, &nrows);
	assert_int_equal(rows, nrows);
	for (size_t i = 0; i < ROLES; i++) {
		struct actor a;

		assert_fault(c, people_may(c, t.st, t.rights, &who[i], S("no.such"), S_NONE, &a), E_DENIED, "people.may_not");
	}
	town_close(c, &t);
}

static void a_case_of_one_section_is_closed_to_the_other(void **state)
{
	struct ctx *c = *state;
	struct actor a, chief = { .role = S("chief") };
	struct who tax, health, all;
	struct town t;

	town_open(c, &t);
	assert_ok(c, section_add(c, t.n, &t.by, S("zeimu"), S("税務課"), S_NONE));
	assert_ok(c, section_add(c, t.n, &t.by, S("kenko"), S("健康課"), S_NONE));
	assert_fault(c, section_add(c, t.n, &t.by, S("x"), S("係"), S("none")), E_NOTFOUND, "people.no_section");
	(void)enrolled(c, &t, "tax.t", "lead", "zeimu", &tax);
	(void)enrolled(c, &t, "health.h", "lead", "kenko", &health);
	chief.id = enrolled(c, &t, "chief.c", "chief", "", &all);
	assert_ok(c, people_may(c, t.st, t.rights, &health, S("fact.state"), S("c-1"), &a));
	assert_ok(c, case_assign(c, t.n, &chief, S("c-1"), (slice[]){ S("zeimu") }, 1));
	assert_ok(c, people_may(c, t.st, t.rights, &tax, S("fact.state"), S("c-1"), &a));
	assert_ok(c, people_may(c, t.st, t.rights, &all, S("fact.state"), S("c-1"), &a));
	assert_fault(c, people_may(c, t.st, t.rights, &health, S("fact.state"), S("c-1"), &a), E_DENIED, "people.other_section");
	assert_fault(c, people_may(c, t.st, t.rights, &health, S("look:case"), S("c-1"), &a), E_DENIED, "people.other_section");
	assert_ok(c, case_assign(c, t.n, &chief, S("c-1"), (slice[]){ S("zeimu"), S("kenko") }, 2));
	assert_ok(c, people_may(c, t.st, t.rights, &health, S("fact.state"), S("c-1"), &a));
	{
		struct section *v;
		size_t n;

		assert_ok(c, section_close(c, t.n, &t.by, S("kenko")));
		assert_ok(c, people_sections(c, t.n, &v, &n));
		assert_int_equal(n, 2);
		assert_slice(v[0].name, S("健康課"));
		assert_true(v[0].closed);
		assert_slice(v[1].name, S("税務課"));
	}
	town_close(c, &t);
}

static void a_privileged_role_counts_only_with_the_second_factor(void **state)
{
	struct ctx *c = *state;
	struct actor a;
	slice token;
	struct who w;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "lead.l", "lead", "", &token);
	w = who_is(c, &t, token);
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("case.open"), S_NONE, &a), E_DENIED, "people.need_factor");
	assert_ok(c, grant_add(c, t.n, &t.by, w.account, S("handler"), S_NONE, msec_jday(c->now), JDAY_MOST));
	w = who_is(c, &t, token);
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("case.open"), S_NONE, &a));
	assert_slice(a.role, S("handler"));
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("case.close"), S_NONE, &a), E_DENIED, "people.need_factor");
	town_close(c, &t);
}

/* ---- roles given and taken ---- */

static void nobody_takes_power_by_an_act_of_ones_own(void **state)
{
	struct ctx *c = *state;
	struct actor second = { .role = S("admin") }, chief = { .role = S("chief") };
	jday today = msec_jday(c->now);
	struct town t;

	town_open(c, &t);
	assert_fault(c, grant_add(c, t.n, &t.by, t.admin, S("chief"), S_NONE, today, JDAY_MOST), E_DENIED, "people.own_grant");
	second.id = person(c, &t, "second.s", "admin", "", NULL);
	chief.id = person(c, &t, "chief.c", "chief", "", NULL);
	assert_fault(c, deputy_set(c, t.n, &t.by, chief.id, t.admin, today, JDAY_MOST, true), E_DENIED, "people.own_grant");
	assert_fault(c, deputy_set(c, t.n, &t.by, chief.id, chief.id, today, JDAY_MOST, true), E_INVALID, "people.own_deputy");
	assert_fault(c, grant_add(c, t.n, &chief, t.admin, S("system"), S_NONE, today, JDAY_MOST), E_INVALID, "role.unknown");
	assert_fault(c, grant_add(c, t.n, &chief, t.admin, S("lead"), S_NONE, today, today - 1), E_INVALID, "people.days");
	/* a deputy does not give a role to oneself in the name of the absent one either */
	assert_ok(c, deputy_set(c, t.n, &t.by, t.admin, second.id, today, JDAY_MOST, true));
	second.via = arena_copy(c->a, S("for:"));
	{
		struct buf b;

		buf_init(&b, c->a, 100);
		buf_putf(&b, "for:%.*s", S_ARG(t.admin));
		second.via = buf_slice(&b);
	}
	assert_fault(c, grant_add(c, t.n, &second, t.admin, S("chief"), S_NONE, today, JDAY_MOST), E_DENIED, "people.own_grant");
	town_close(c, &t);
}

static void the_last_administrator_stays(void **state)
{
	struct ctx *c = *state;
	struct actor second = { .role = S("admin") };
	struct town t;

	town_open(c, &t);
	assert_fault(c, account_set_state(c, t.n, &t.by, t.admin, ACCOUNT_LEFT, S("moved")), E_CONFLICT, "people.last_admin");
	assert_fault(c, grant_end(c, t.n, &t.by, t.admin, S("admin"), S_NONE), E_CONFLICT, "people.last_admin");
	second.id = person(c, &t, "second.s", "admin", "", NULL);
	assert_ok(c, account_set_state(c, t.n, &second, t.admin, ACCOUNT_LEFT, S("moved")));
	assert_fault(c, account_set_state(c, t.n, &second, t.admin, ACCOUNT_ACTIVE, S("back")), E_CONFLICT, "people.left");
	assert_fault(c, grant_end(c, t.n, &second, second.id, S("admin"), S_NONE), E_CONFLICT, "people.last_admin");
	town_close(c, &t);
}

static void the_record_takes_no_act_in_a_role_that_is_not_held_that_day(void **state)
{
	struct ctx *c = *state;
	struct act act = { .act = S("test.draft"), .case_id = S("c-1"), .actor = { .role = S("handler") } };
	jday today = msec_jday(c->now);
	int64_t seq;
	slice id;
	struct town t;

	town_open(c, &t);
	id = act.actor.id = person(c, &t, "ichiro.y", NULL, "", NULL);
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_held");
	assert_ok(c, grant_add(c, t.n, &t.by, id, S("handler"), S_NONE, today + 1, today + 1));
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_held");
	c->now += DAY_MSEC;
	assert_ok(c, node_append(c, t.n, &act, &seq));
	act.actor.role = S("lead");
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_held");
	act.actor.role = S("handler");
	c->now += DAY_MSEC;
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_held");
	act.actor.id = S("op-nobody");
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_active");
	/* "self" is oneself */
	assert_fault(c, factor_drop(c, t.n, &(struct actor){ .id = id, .role = S("self") }, t.admin, S("f-1")), E_DENIED,
	             "people.not_held");
	town_close(c, &t);
}

/* ---- deputies ---- */

static void a_deputy_acts_while_the_other_is_absent_and_the_record_says_for_whom(void **state)
{
	struct ctx *c = *state;
	slice chief_token, deputy_token, chief, deputy, *v;
	jday today = msec_jday(c->now);
	struct act act = { .act = S("test.draft"), .case_id = S("c-1") };
	struct actor a;
	struct entry e;
	struct who w;
	int64_t seq;
	size_t n;
	bool absent;
	struct town t;

	town_open(c, &t);
	chief = person(c, &t, "chief.c", "chief", "", &chief_token);
	deputy = person(c, &t, "deputy.d", "lead", "", &deputy_token);
	(void)enrol(c, &t, &deputy_token);
	assert_ok(c, deputy_set(c, t.n, &t.by, chief, deputy, today, today + 30, false));
	w = who_is(c, &t, deputy_token);
	assert_fault(c, people_may(c, t.st, t.rights, &w, S("people.policy"), S_NONE, &a), E_DENIED, "people.may_not");
	assert_ok(c, absence_set(c, t.n, &(struct actor){ .id = chief, .role = S("self") }, chief, today, today + 2));
	assert_ok(c, people_is_absent(c, t.st, chief, today + 2, &absent));
	assert_true(absent);
	assert_ok(c, people_deputies(c, t.st, chief, today, &v, &n));
	assert_int_equal(n, 1);
	w = who_is(c, &t, deputy_token);
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("people.policy"), S_NONE, &a));
	assert_slice(a.id, deputy);
	assert_slice(a.role, S("chief"));
	assert_slice(via_account(a.via), chief);
	/* what one may oneself, one does in one's own name */
	act.actor = a;
	assert_ok(c, people_may(c, t.st, t.rights, &w, S("case.open"), S_NONE, &a));
	assert_slice(a.role, S("lead"));
	assert_ok(c, node_append(c, t.n, &act, &seq));
	assert_ok(c, record_get(c, t.n, seq, &e));
	assert_slice(via_account(e.actor.via), chief);
	assert_ok(c, absence_end(c, t.n, &(struct actor){ .id = chief, .role = S("self") }, chief));
	assert_fault(c, node_append(c, t.n, &act, &seq), E_DENIED, "people.not_held");
	town_close(c, &t);
}

/* ---- four eyes ---- */

static int64_t drafted(struct ctx *c, struct town *t, slice who, const char *role, slice via)
{
	struct act act = { .act = S("test.draft"), .case_id = S("c-1"), .actor = { .id = who, .role = slice_of(role), .via = via } };
	int64_t seq = -1;

	assert_ok(c, node_append(c, t->n, &act, &seq));
	return seq;
}

static rc submitted(struct ctx *c, struct town *t, slice who, slice via, int64_t draft, int64_t appr, bool emergency, int64_t *ret_seq)
{
	static const slice code[] = { S_INIT("deadline") };
	struct act act = { .act = S("report.submit"), .case_id = S("c-1"), .actor = { .id = who, .role = S("chief"), .via = via } };

	act.ref = (struct ints){ &draft, 1 };
	act.appr = (struct ints){ &appr, appr >= 0 };
	if (emergency) {
		act.members = S("{\"emergency\":true}");
		act.code = (struct words){ code, 1 };
	}
	return node_append(c, t->n, &act, ret_seq);
}

static void submission_needs_the_approval_of_somebody_else(void **state)
{
	struct ctx *c = *state;
	slice chief, lead, handler;
	struct actor by_lead = { .role = S("lead") }, by_chief = { .role = S("chief") };
	jday today = msec_jday(c->now);
	int64_t draft, other, appr, seq, *v;
	size_t n;
	struct town t;

	town_open(c, &t);
	by_chief.id = chief = person(c, &t, "chief.c", "chief", "", NULL);
	by_lead.id = lead = person(c, &t, "lead.l", "lead", "", NULL);
	handler = person(c, &t, "hand.h", "handler", "", NULL);
	draft = drafted(c, &t, handler, "handler", S_NONE);
	assert_fault(c, submitted(c, &t, chief, S_NONE, draft, -1, false, &seq), E_DENIED, "approval.need");
	assert_fault(c, submitted(c, &t, chief, S_NONE, draft, draft, false, &seq), E_DENIED, "approval.need");
	/* two people are enough: one who drafted, one who approves and submits */
	assert_ok(c, approval_give(c, t.n, &by_chief, S("report.submit"), S("c-1"), draft, &appr));
	assert_ok(c, approval_give(c, t.n, &by_lead, S("report.submit"), S("c-1"), draft, &appr));
	assert_ok(c, approval_list(c, t.st, S("c-1"), S("report.submit"), draft, &v, &n));
	assert_int_equal(n, 2);
	/* an approval is for one draft and one act */
	other = drafted(c, &t, handler, "handler", S_NONE);
	assert_fault(c, submitted(c, &t, chief, S_NONE, other, appr, false, &seq), E_DENIED, "approval.need");
	assert_fault(c, approval_give(c, t.n, &by_lead, S("report.submit"), S("c-2"), other, &appr), E_DENIED, "record.other_case");
	assert_ok(c, approval_give(c, t.n, &by_lead, S("item.disclose"), S("c-1"), other, &seq));
	assert_fault(c, submitted(c, &t, chief, S_NONE, other, seq, false, &seq), E_DENIED, "approval.need");
	assert_ok(c, submitted(c, &t, chief, S_NONE, draft, appr, false, &seq));
	/* who drafted may submit what another has approved, but does not approve it nor does a deputy in that one's name */
	draft = drafted(c, &t, lead, "lead", S_NONE);
	assert_fault(c, approval_give(c, t.n, &by_lead, S("report.submit"), S("c-1"), draft, &appr), E_DENIED, "approval.own");
	assert_fault(c, submitted(c, &t, chief, S_NONE, draft, -1, false, &seq), E_DENIED, "approval.need");
	assert_ok(c, deputy_set(c, t.n, &t.by, lead, handler, today, JDAY_MOST, true));
	{
		struct actor by_deputy = { .id = handler, .role = S("lead") };
		struct buf b;

		buf_init(&b, c->a, 100);
		buf_putf(&b, "for:%.*s", S_ARG(lead));
		by_deputy.via = buf_slice(&b);
		assert_fault(c, approval_give(c, t.n, &by_deputy, S("report.submit"), S("c-1"), draft, &appr), E_DENIED, "approval.own");
	}
	/* a handler does not approve */
	assert_fault(c, approval_give(c, t.n, &(struct actor){ .id = handler, .role = S("handler") }, S("report.submit"), S("c-1"),
	             draft, &appr), E_DENIED, "act.role");
	town_close(c, &t);
}

static void an_emergency_passes_is_flagged_and_somebody_else_reviews_it(void **state)
{
	struct ctx *c = *state;
	struct actor auditor = { .role = S("auditor") }, by_chief = { .role = S("chief") };
	jday today = msec_jday(c->now);
	struct review *v;
	slice handler;
	int64_t draft, seq;
	size_t n;
	struct town t;

	town_open(c, &t);
	by_chief.id = person(c, &t, "chief.c", "chief", "", NULL);
	auditor.id = person(c, &t, "audit.a", "auditor", "", NULL);
	handler = person(c, &t, "hand.h", "handler", "", NULL);
	draft = drafted(c, &t, handler, "handler", S_NONE);
	assert_ok(c, submitted(c, &t, by_chief.id, S_NONE, draft, -1, true, &seq));
	assert_ok(c, review_list(c, t.st, true, &v, &n));
	assert_int_equal(n, 2);
	assert_slice(v[0].kind, S("emergency"));
	assert_int_equal(v[0].due, today + 7);
	assert_int_equal(v[0].seq, seq);
	assert_fault(c, review_done(c, t.n, &by_chief, seq, S("right")), E_DENIED, "review.own");
	assert_ok(c, review_done(c, t.n, &auditor, seq, S("right")));
	assert_fault(c, review_done(c, t.n, &auditor, seq, S("right")), E_CONFLICT, "review.none");
	town_close(c, &t);
}

static void the_rights_are_reviewed_every_year(void **state)
{
	struct ctx *c = *state;
	struct actor auditor = { .role = S("auditor") };
	jday today = msec_jday(c->now);
	struct review *v;
	size_t n;
	struct town t;

	town_open(c, &t);
	auditor.id = person(c, &t, "audit.a", "auditor", "", NULL);
	assert_ok(c, review_list(c, t.st, true, &v, &n));
	assert_int_equal(n, 1);
	assert_slice(v[0].kind, S("rights"));
	assert_int_equal(v[0].due, today + 365);
	c->now += 300 * DAY_MSEC;
	assert_ok(c, review_done(c, t.n, &auditor, v[0].seq, S("kept")));
	assert_ok(c, review_list(c, t.st, true, &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].due, today + 665);
	assert_ok(c, review_list(c, t.st, false, &v, &n));
	assert_int_equal(n, 1);
	assert_slice(v[0].done_by, auditor.id);
	town_close(c, &t);
}

static void every_look_at_names_is_an_act(void **state)
{
	struct ctx *c = *state;
	struct account *v;
	struct look look;
	int64_t before;
	size_t n;
	struct town t;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", NULL);
	assert_ok(c, people_list(c, t.st, S_NONE, 100, &v, &n));
	assert_int_equal(n, 2);
	before = node_size(t.n);
	assert_ok(c, people_look(c, &t.by, S("inventory"), &look));
	assert_ok(c, people_names_open(c, t.n, &look, v, n));
	assert_int_equal(node_size(t.n), before + 1);
	assert_true(v[0].name.len > 0 && v[1].name.len > 0);
	town_close(c, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(each_role_may_what_the_matrix_says_and_nothing_else),
		WORK_TEST(a_case_of_one_section_is_closed_to_the_other),
		WORK_TEST(a_privileged_role_counts_only_with_the_second_factor),
		WORK_TEST(nobody_takes_power_by_an_act_of_ones_own),
		WORK_TEST(the_last_administrator_stays),
		WORK_TEST(the_record_takes_no_act_in_a_role_that_is_not_held_that_day),
		WORK_TEST(a_deputy_acts_while_the_other_is_absent_and_the_record_says_for_whom),
		WORK_TEST(submission_needs_the_approval_of_somebody_else),
		WORK_TEST(an_emergency_passes_is_flagged_and_somebody_else_reviews_it),
		WORK_TEST(the_rights_are_reviewed_every_year),
		WORK_TEST(every_look_at_names_is_an_act),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
