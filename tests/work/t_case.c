/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/work/house.h"

static void nothing_is_overwritten_and_a_correction_names_what_it_mends(void **state)
{
	struct ctx *c = *state;
	const struct fact *f;
	struct followed o;
	struct fact *all;
	struct house h;
	size_t n;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 09:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=100"));
	c->now = at(c, "2026-11-12 09:00");
	stated(c, &h, o.num, NULL, TEXTS("persons=250"));
	c->now = at(c, "2026-11-15 09:00");
	/* 250 was a slip of the pen: it was 25,000 already on the 12th */
	stated(c, &h, o.num, "2026-11-12 09:00", TEXTS("persons:=25000"));
	f = fact_at(c, &h, o.case_id, MOMENT_NOW, "persons");
	assert_int_equal(f->said.num, 25000);
	f = fact_at(c, &h, o.case_id, (struct moment){ at(c, "2026-11-11"), INT64_MAX }, "persons");
	assert_int_equal(f->said.num, 100);
	/* what we knew on the 13th, as we know now, and as it stood on the screen that day */
	f = fact_at(c, &h, o.case_id, (struct moment){ at(c, "2026-11-13"), INT64_MAX }, "persons");
	assert_int_equal(f->said.num, 25000);
	f = fact_at(c, &h, o.case_id, (struct moment){ INT64_MAX, at(c, "2026-11-13") }, "persons");
	assert_int_equal(f->said.num, 250);
	assert_ok(c, case_facts_all(c, node_store(h.node), h.terms, o.case_id, S("persons"), &all, &n));
	assert_int_equal(n, 3);
	assert_int_equal(all[2].mends, all[1].seq);
	house_close(c, &h);
}

static void a_fact_known_earlier_but_stated_later_does_not_push_out_newer_knowledge(void **state)
{
	struct ctx *c = *state;
	struct followed o;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 09:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=100"));
	c->now = at(c, "2026-11-14 09:00");
	stated(c, &h, o.num, NULL, TEXTS("persons=900"));
	stated(c, &h, o.num, "2026-11-11 09:00", TEXTS("persons=400"));
	assert_int_equal(fact_at(c, &h, o.case_id, MOMENT_NOW, "persons")->said.num, 900);
	assert_int_equal(fact_at(c, &h, o.case_id, (struct moment){ at(c, "2026-11-12"), INT64_MAX }, "persons")->said.num, 400);
	house_close(c, &h);
}

static void not_known_is_stated_too_and_states_of_counts_come_back(void **state)
{
	struct ctx *c = *state;
	struct followed o;
	struct house h;

	house_open(c, &h);
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=約22,420,000", "sensitive=?", "mynumber_persons=300人以下"));
	assert_int_equal(fact_at(c, &h, o.case_id, MOMENT_NOW, "persons")->said.exact, EXACT_ABOUT);
	assert_int_equal(fact_at(c, &h, o.case_id, MOMENT_NOW, "sensitive")->said.state, SAID_UNKNOWN);
	assert_int_equal(fact_at(c, &h, o.case_id, MOMENT_NOW, "mynumber_persons")->said.exact, EXACT_AT_MOST);
	house_close(c, &h);
}

static int hits;

static rc find_text(struct ctx *c, const struct entry *e, void *p)
{
	(void)c;
	if (slice_find(e->bytes, *(const slice *)p, 0) != SIZE_MAX)
		hits++;
	return OK;
}

static void names_and_free_text_never_stand_in_the_clear_part(void **state)
{
	struct ctx *c = *state;
	const struct look look = { .actor = lead };
	const struct entry_filter all = { 0 };
	slice secret = S("山田太郎");
	struct followed o;
	struct house h;
	struct fact *v;
	int64_t before;
	size_t n;

	house_open(c, &h);
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("summary=山田太郎から電話", "contacts=[{\"name\":\"山田太郎\"}]", "persons=3"));
	hits = 0;
	assert_ok(c, record_each(c, h.node, &all, find_text, &secret));
	assert_int_equal(hits, 0);
	assert_ok(c, case_facts_at(c, node_store(h.node), h.terms, o.case_id, MOMENT_NOW, &v, &n));
	assert_int_equal(n, 3);
	before = node_size(h.node);
	assert_ok(c, case_facts_open(c, h.node, &look, o.case_id, v, n));
	/* the look is an entry of its own */
	assert_int_equal(node_size(h.node), before + 1);
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].term->path, "summary"))
			assert_slice(v[i].said.json, S("\"山田太郎から電話\""));
	assert_slice(v[0].by, S("somebody"));
	house_close(c, &h);
}

static void a_time_of_knowing_in_the_future_is_refused_and_nothing_is_written(void **state)
{
	const struct origin o = { .by = S("x") };
	struct ctx *c = *state;
	struct statement s[2];
	struct followed f, g;
	struct house h;
	int64_t before;

	house_open(c, &h);
	f = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=1"));
	before = node_size(h.node);
	assert_int_equal(words(c, &h, c->now + 1000, TEXTS("persons=2"), s), 1);
	assert_fault(c, duty_state_facts(c, h.node, h.terms, &lead, f.num, s, 1, &o, &g), E_INVALID, "fact.known_future");
	assert_fault(c, duty_open_case(c, h.node, h.terms, &lead, (struct when){ c->now + 1, false }, S("t"), NULL, 0, &o, &g),
	             E_INVALID, "case.known_future");
	assert_int_equal(words(c, &h, c->now, TEXTS("persons=2", "subjects_count=3"), s), 2);
	assert_fault(c, duty_state_facts(c, h.node, h.terms, &lead, f.num, s, 2, &o, &g), E_INVALID, "fact.twice");
	assert_int_equal(words(c, &h, c->now, TEXTS("sensitive:=true"), s), 1);
	assert_fault(c, duty_state_facts(c, h.node, h.terms, &lead, f.num, s, 1, &o, &g), E_INVALID, "fact.nothing_to_mend");
	assert_fault(c, duty_state_facts(c, h.node, h.terms, &reader, f.num, s, 0, &o, &g), E_INVALID, "fact.none");
	assert_int_equal(words(c, &h, c->now, TEXTS("sensitive=true"), s), 1);
	assert_fault(c, duty_state_facts(c, h.node, h.terms, &reader, f.num, s, 1, &o, &g), E_DENIED, "act.role");
	assert_int_equal(node_size(h.node), before);
	house_close(c, &h);
}

static void numbers_run_by_year_and_lists_come_in_pages(void **state)
{
	struct ctx *c = *state;
	struct case_head *page;
	struct followed o;
	struct house h;
	size_t n;

	house_open(c, &h);
	c->now = at(c, "2026-12-31 09:00");
	o = opened(c, &h, "2026-12-30", TEXTS("persons=1"));
	assert_slice(o.num, S("2026-0001"));
	o = opened(c, &h, "2026-12-30", TEXTS(RANSOMWARE));
	assert_slice(o.num, S("2026-0002"));
	c->now = at(c, "2027-01-01 09:00");
	o = opened(c, &h, "2026-12-31", TEXTS("cause=lost_media"));
	assert_slice(o.num, S("2027-0001"));
	assert_ok(c, case_page(c, node_store(h.node), false, NULL, 2, &page, &n));
	assert_int_equal(n, 2);
	assert_slice(page[0].num, S("2026-0002"));
	assert_slice(page[0].cause, S("ransomware"));
	assert_ok(c, case_page(c, node_store(h.node), false, &page[1], 2, &page, &n));
	assert_int_equal(n, 1);
	house_close(c, &h);
}

static void an_event_that_was_mended_is_gone_from_the_timeline_but_not_from_the_record(void **state)
{
	struct ctx *c = *state;
	struct case_head x;
	struct event *v;
	struct followed o;
	struct house h;
	struct act a;
	int64_t first, second;
	size_t n;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 12:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=1"));
	x = head(c, &h, o.num);
	assert_ok(c, case_act_event(c, &lead, &x, (struct when){ at(c, "2026-11-10 07:00"), false }, EVENT_MINUTE, S("detection"),
	                            S("alarm"), S_NONE, S_NONE, -1, &a));
	assert_ok(c, node_append(c, h.node, &a, &first));
	c->now = at(c, "2026-11-11 12:00");
	assert_ok(c, case_act_event(c, &lead, &x, (struct when){ at(c, "2026-11-10 06:00"), false }, EVENT_ABOUT, S("detection"),
	                            S("alarm, an hour earlier"), S_NONE, S_NONE, first, &a));
	assert_ok(c, node_append(c, h.node, &a, &second));
	assert_ok(c, case_events_at(c, node_store(h.node), o.case_id, INT64_MAX, &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].seq, second);
	assert_ok(c, case_events_at(c, node_store(h.node), o.case_id, at(c, "2026-11-11"), &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].seq, first);
	house_close(c, &h);
}

static void a_case_with_open_duties_cannot_be_closed(void **state)
{
	struct ctx *c = *state;
	struct case_head x;
	struct followed o;
	struct house h;
	struct act a;
	int64_t seq;

	house_open(c, &h);
	o = opened(c, &h, "2026-11-10 08:00", TEXTS(RANSOMWARE));
	x = head(c, &h, o.num);
	assert_ok(c, case_act_close(c, &lead, &x, false, S("settled"), S("done"), &a));
	assert_fault(c, node_append(c, h.node, &a, &seq), E_CONFLICT, "case.open_duties");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS("persons=1"));
	x = head(c, &h, o.num);
	assert_ok(c, case_act_close(c, &lead, &x, false, S("settled"), S("done"), &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	assert_true(head(c, &h, o.num).closed);
	assert_fault(c, node_append(c, h.node, &a, &seq), E_CONFLICT, "case.closed");
	assert_ok(c, case_act_close(c, &lead, &x, true, S("reopened"), S_NONE, &a));
	assert_ok(c, node_append(c, h.node, &a, &seq));
	assert_false(head(c, &h, o.num).closed);
	house_close(c, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(nothing_is_overwritten_and_a_correction_names_what_it_mends),
		WORK_TEST(a_fact_known_earlier_but_stated_later_does_not_push_out_newer_knowledge),
		WORK_TEST(not_known_is_stated_too_and_states_of_counts_come_back),
		WORK_TEST(names_and_free_text_never_stand_in_the_clear_part),
		WORK_TEST(a_time_of_knowing_in_the_future_is_refused_and_nothing_is_written),
		WORK_TEST(numbers_run_by_year_and_lists_come_in_pages),
		WORK_TEST(an_event_that_was_mended_is_gone_from_the_timeline_but_not_from_the_record),
		WORK_TEST(a_case_with_open_duties_cannot_be_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
