/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/work/house.h"

static struct duty_view view(struct ctx *c, struct house *h, slice num, struct moment m)
{
	struct case_head x = head(c, h, num);
	struct duty_view v;

	assert_ok(c, duties_at(c, node_store(h->node), h->terms, &x, m, &v));
	return v;
}

static jday day(struct ctx *c, const char *z)
{
	jday d;

	assert_ok(c, day_parse(c, slice_of(z), &d));
	return d;
}

static const struct duty_change *change_of(const struct followed *f, const char *rule)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_is(f->changes[i].duty.rule, rule))
			return &f->changes[i];
	return NULL;
}

static bool has_why(const struct duty_change *ch, const char *path)
{
	for (size_t i = 0; i < ch->nwhy; i++)
		if (slice_is(ch->why[i], path))
			return true;
	return false;
}

/* The days of the public case of 2023: counted from 5 June, the day of knowing being day 1. */
static void the_clock_starts_on_the_day_of_knowing_and_a_follow_up_never_starts_it_again(void **state)
{
	struct ctx *c = *state;
	struct duty_view v;
	struct followed o;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2023-06-05 10:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	v = view(c, &h, o.num, MOMENT_NOW);
	assert_int_equal(duty_of(&v, "APPI26.PRE")->target, day(c, "2023-06-09"));
	assert_false(duty_of(&v, "APPI26.PRE")->has_due);
	assert_int_equal(duty_of(&v, "APPI26.FIN")->due, day(c, "2023-08-03"));
	c->now = at(c, "2023-06-30 10:00");
	stated(c, &h, o.num, NULL, TEXTS("persons=約22,420,000", "sensitive=false", "financial_data=none"));
	v = view(c, &h, o.num, MOMENT_NOW);
	assert_int_equal(duty_of(&v, "APPI26.FIN")->due, day(c, "2023-08-03"));
	assert_int_equal(duty_of(&v, "APPI26.PRE")->target, day(c, "2023-06-09"));
	assert_int_equal(duty_urgency(duty_of(&v, "APPI26.PRE"), day(c, "2023-06-30")), URGENCY_SOON);
	assert_false(duty_is_overdue(duty_of(&v, "APPI26.PRE"), day(c, "2023-06-30")));
	assert_false(duty_is_overdue(duty_of(&v, "APPI26.FIN"), day(c, "2023-08-03")));
	assert_true(duty_is_overdue(duty_of(&v, "APPI26.FIN"), day(c, "2023-08-04")));
	house_close(c, &h);
}

static void a_duty_lapses_with_its_reason_when_the_fact_is_corrected(void **state)
{
	const struct duty_change *ch;
	struct ctx *c = *state;
	struct duty_view v;
	struct followed o;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 10:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS(RANSOMWARE, "sensitive=false", "financial_data=none", "persons=10", "persons_max=10"));
	assert_non_null(change_of(&o, "APPI26.FIN"));
	assert_true(has_why(change_of(&o, "APPI26.FIN"), "dishonest_purpose"));
	c->now = at(c, "2026-11-12 10:00");
	o = stated(c, &h, o.num, "2026-11-10 08:00", TEXTS("dishonest_purpose:=false", "medium=electronic_file"));
	ch = change_of(&o, "APPI26.FIN");
	assert_non_null(ch);
	assert_int_equal(ch->step, STEP_LAPSE);
	assert_int_equal(ch->nwhy, 1);
	assert_slice(ch->why[0], S("dishonest_purpose"));
	v = view(c, &h, o.num, MOMENT_NOW);
	assert_null(duty_of(&v, "APPI26.FIN"));
	/* what stood in the record before the correction */
	v = view(c, &h, o.num, (struct moment){ INT64_MAX, at(c, "2026-11-11") });
	assert_non_null(duty_of(&v, "APPI26.FIN"));
	/* and it comes back */
	o = stated(c, &h, o.num, NULL, TEXTS("sensitive=true"));
	assert_int_equal(change_of(&o, "APPI26.FIN")->step, STEP_OPEN);
	assert_true(has_why(change_of(&o, "APPI26.FIN"), "sensitive"));
	house_close(c, &h);
}

static void what_cannot_be_told_names_the_facts_that_decide_it(void **state)
{
	struct ctx *c = *state;
	struct duty_view v;
	struct followed o;
	struct house h;
	bool asked = false;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 10:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("org_type=private", "leak=confirmed", "processor_role=none", "cause=misdelivery",
	           "medium=paper", "dishonest_purpose=false", "financial_data=none", "persons=3", "persons_max=3", "sensitive=?"));
	v = view(c, &h, o.num, MOMENT_NOW);
	assert_null(duty_of(&v, "APPI26.PRE"));
	for (size_t i = 0; i < v.nasks; i++)
		asked = asked || slice_is(v.asks[i].term->path, "sensitive");
	assert_true(asked);
	house_close(c, &h);
}

/* On the first day next to nothing is known: the GDPR pack, which few need, must not push the domestic questions down. */
static void questions_of_an_optional_pack_come_after_the_domestic_ones(void **state)
{
	struct ctx *c = *state;
	struct followed o;
	struct duty_view v;
	struct house h;
	size_t gdpr = 0, domestic = 0;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 10:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("org_type=private"));
	v = view(c, &h, o.num, MOMENT_NOW);
	for (size_t i = 0; i < v.nasks; i++) {
		if (slice_is(v.asks[i].term->path, "gdpr_role"))
			gdpr = i;
		if (slice_is(v.asks[i].term->path, "processor_role"))
			domestic = i;
	}
	assert_true(gdpr > domestic);
	assert_true(gdpr >= 8);   /* not on the first screen */
	house_close(c, &h);
}

static void at_most_a_thousand_is_not_more_than_a_thousand(void **state)
{
	static const struct { const char *said; bool owed; } cases[] = {
		{ "persons=1000人以下", false }, { "persons=1001人以下", true }, { "persons=約1200", true },
		{ "persons=1001人以上", true },
	};
	struct ctx *c = *state;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 10:00");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct followed o = opened(c, &h, "2026-11-10 08:00", TEXTS("org_type=private", "delegated_to=-", "handles_data=true",
			"has_personal_data=true", "leak=confirmed", "loss=none", "damage=none", "unauthorized_subdelegation=false",
			"recovered_unviewed=false", "processor_role=none", "cause=misconfiguration", "against_handler=true",
			"medium=electronic_file", "dishonest_purpose=false", "data_state=held", "financial_data=none", "sensitive=false",
			"encryption=none", "pseudonymized=false", "contactable=true", cases[i].said));

		assert_int_equal(change_of(&o, "APPI26.FIN") != NULL, cases[i].owed);
	}
	house_close(c, &h);
}

static void a_duty_that_was_done_stays_done_and_shows_when(void **state)
{
	struct discharge how = { .how = S("online"), .receipt = S("R-1") };
	struct ctx *c = *state;
	struct case_head x;
	struct duty_view v;
	struct followed o;
	struct house h;
	struct duty d;
	struct act a;
	int64_t seq;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 15:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	x = head(c, &h, o.num);
	assert_int_equal(x.open_must, 3);
	assert_ok(c, duty_find(c, node_store(h.node), h.law, &x, S("APPI26.PRE"), &d));
	how.on.at = c->now + 1;
	assert_fault(c, duty_act_done(c, &lead, &d, &how, &a), E_INVALID, "duty.done_future");
	how.on.at = at(c, "2023-06-08 11:00");
	assert_ok(c, duty_act_done(c, &lead, &d, &how, &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	assert_fault(c, node_append(c, h.node, &a, &seq), E_CONFLICT, "duty.not_open");
	assert_int_equal(head(c, &h, o.num).open_must, 2);
	v = view(c, &h, o.num, (struct moment){ at(c, "2023-06-08 10:00"), INT64_MAX });
	assert_int_equal(duty_of(&v, "APPI26.PRE")->state, DUTY_OPEN);
	v = view(c, &h, o.num, (struct moment){ at(c, "2023-06-08 12:00"), INT64_MAX });
	assert_int_equal(duty_of(&v, "APPI26.PRE")->state, DUTY_DONE);
	assert_ok(c, duty_find(c, node_store(h.node), h.law, &x, S("APPI26.PRE"), &d));
	assert_ok(c, duty_act_undo(c, &lead, &d, S("wrong case"), &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	v = view(c, &h, o.num, MOMENT_NOW);
	assert_int_equal(duty_of(&v, "APPI26.PRE")->state, DUTY_OPEN);
	house_close(c, &h);
}

static void only_the_chief_waives_what_is_mandatory_and_only_on_a_ground(void **state)
{
	struct ctx *c = *state;
	struct case_head x;
	struct followed o;
	struct house h;
	struct duty d;
	struct act a;
	int64_t seq;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 15:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	x = head(c, &h, o.num);
	assert_ok(c, duty_find(c, node_store(h.node), h.law, &x, S("APPI26.PERSON"), &d));
	assert_fault(c, duty_act_waive(c, &chief, &d, S("voluntary"), S(" "), &a), E_INVALID, "duty.reason");
	assert_ok(c, duty_act_waive(c, &chief, &d, S("voluntary"), S("no"), &a));
	assert_fault(c, node_append(c, h.node, &a, &seq), E_DENIED, "duty.must_ground");
	assert_ok(c, duty_act_waive(c, &lead, &d, S("joint_report"), S("joint"), &a));
	assert_fault(c, node_append(c, h.node, &a, &seq), E_DENIED, "duty.must_chief");
	assert_ok(c, duty_act_waive(c, &chief, &d, S("joint_report"), S("joint"), &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	assert_ok(c, duty_find(c, node_store(h.node), h.law, &x, S("POLICE"), &d));
	assert_ok(c, duty_act_waive(c, &lead, &d, S("voluntary"), S("later"), &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	house_close(c, &h);
}

static void the_tables_of_now_and_the_law_asked_again_say_the_same(void **state)
{
	struct ctx *c = *state;
	struct duty_view v;
	struct followed o;
	struct house h;
	struct duty *page;
	size_t n, open = 0;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 15:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	v = view(c, &h, o.num, MOMENT_NOW);
	for (size_t i = 0; i < v.n; i++)
		open += v.duties[i].must;
	assert_ok(c, duty_page(c, node_store(h.node), h.law, true, NULL, 50, &page, &n));
	assert_int_equal(n, open);
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = duty_of(&v, arena_cstr(c->a, page[i].rule));

		assert_non_null(d);
		assert_int_equal(d->sort_day, page[i].sort_day);
		assert_slice(d->recipient, page[i].recipient);
	}
	house_close(c, &h);
}

static void deadlines_are_said_in_words(void **state)
{
	static const struct { struct duty d; const char *today, *ja; } cases[] = {
		{ { .must = true, .has_due = true, .due = 19572 }, "2023-06-05", "あと59日（期限 8月3日（木））" },
		{ { .must = true, .has_due = true, .due = 19572 }, "2023-08-03", "今日が期限（8月3日（木））" },
		{ { .must = true, .has_due = true, .due = 19572 }, "2023-08-05", "2日超過（期限 8月3日（木））" },
		{ { .must = true, .has_target = true, .target = 19517 }, "2023-06-06", "目標日まであと3日（6月9日（金））" },
		{ { .must = true, .has_target = true, .target = 19517 }, "2023-06-11", "目標日を2日過ぎ（6月9日（金））" },
		{ { .must = true }, "2023-06-11", "速やかに（日数の定めなし）" },
		{ { .must = false }, "2023-06-11", "期限なし" },
	};
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 256);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&b);
		duty_put_deadline(&b, &cases[i].d, day(c, cases[i].today), true);
		assert_slice(buf_slice(&b), slice_of(cases[i].ja));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(the_clock_starts_on_the_day_of_knowing_and_a_follow_up_never_starts_it_again),
		WORK_TEST(a_duty_lapses_with_its_reason_when_the_fact_is_corrected),
		WORK_TEST(what_cannot_be_told_names_the_facts_that_decide_it),
		WORK_TEST(questions_of_an_optional_pack_come_after_the_domestic_ones),
		WORK_TEST(at_most_a_thousand_is_not_more_than_a_thousand),
		WORK_TEST(a_duty_that_was_done_stays_done_and_shows_when),
		WORK_TEST(only_the_chief_waives_what_is_mandatory_and_only_on_a_ground),
		WORK_TEST(the_tables_of_now_and_the_law_asked_again_say_the_same),
		WORK_TEST(deadlines_are_said_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
