#include "tests/support.h"

#include "core/law/holidays.h"
#include "core/law/law.h"

/* Loaded once: it is never changed. */
static struct ctx shared;
static const struct law *law;

static int load(void **state)
{
	(void)state;
	shared.a = arena_new((size_t)256 << 20);
	return law_load(&shared, SOURCE_ROOT, &law) == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	arena_free(shared.a);
	return 0;
}

static jday day(struct ctx *c, const char *text)
{
	jday d = 0;

	assert_ok(c, jday_parse(c, slice_of(text), &d));
	return d;
}

static msec instant(struct ctx *c, const char *text)
{
	msec t = 0;

	assert_ok(c, msec_parse(c, slice_of(text), &t));
	return t;
}

static struct law_answer ask_at(struct ctx *c, const char *facts, const char *known, msec as_of, bool defaults)
{
	struct law_question q = { instant(c, known), as_of };
	struct law_answer a = { 0 };
	const struct json *doc = NULL;
	struct law_facts *f = NULL;

	assert_ok(c, law_facts_new(c, law, &f));
	assert_ok(c, json_parse(c, slice_of(facts), &doc));
	assert_ok(c, law_facts_set_all(c, f, doc));
	if (defaults)
		law_facts_assume_defaults(f);
	assert_ok(c, law_assess(c, f, &q, &a));
	return a;
}

static struct law_answer ask(struct ctx *c, const char *facts, const char *known, bool defaults)
{
	return ask_at(c, facts, known, LAW_NOW, defaults);
}

static const struct law_owed *owed(const struct law_answer *a, const char *id)
{
	for (uint32_t i = 0; i < a->nowed; i++)
		if (slice_is(a->owed[i].duty->id, id))
			return &a->owed[i];
	return NULL;
}

static const struct law_open *open_duty(const struct law_answer *a, const char *id)
{
	for (uint32_t i = 0; i < a->nopen; i++)
		if (slice_is(a->open[i].duty->id, id))
			return &a->open[i];
	return NULL;
}

static slice need(const uint32_t *needs, uint32_t i)
{
	return law_fact_at(law, needs[i])->id;
}

/* ---- holidays ---- */

static void holidays_equal_a_table_written_by_hand(void **state)
{
	/* From the yearly tables of the Cabinet Office as they were published; month and day, substitutes included. */
	static const struct { int32_t year; int days[24]; } table[] = {
		{ 2009, { 101, 112, 211, 320, 429, 503, 504, 505, 506, 720, 921, 922, 923, 1012, 1103, 1123, 1223 } },
		{ 2015, { 101, 112, 211, 321, 429, 503, 504, 505, 506, 720, 921, 922, 923, 1012, 1103, 1123, 1223 } },
		{ 2019, { 101, 114, 211, 321, 429, 430, 501, 502, 503, 504, 505, 506, 715, 811, 812, 916, 923, 1014, 1022,
			1103, 1104, 1123 } },
		{ 2020, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 723, 724, 810, 921, 922, 1103, 1123 } },
		{ 2021, { 101, 111, 211, 223, 320, 429, 503, 504, 505, 722, 723, 808, 809, 920, 923, 1103, 1123 } },
		{ 2022, { 101, 110, 211, 223, 321, 429, 503, 504, 505, 718, 811, 919, 923, 1010, 1103, 1123 } },
		{ 2023, { 101, 102, 109, 211, 223, 321, 429, 503, 504, 505, 717, 811, 918, 923, 1009, 1103, 1123 } },
		{ 2024, { 101, 108, 211, 212, 223, 320, 429, 503, 504, 505, 506, 715, 811, 812, 916, 922, 923, 1014, 1103,
			1104, 1123 } },
		{ 2025, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 721, 811, 915, 923, 1013, 1103, 1123, 1124 } },
		{ 2026, { 101, 112, 211, 223, 320, 429, 503, 504, 505, 506, 720, 811, 921, 922, 923, 1012, 1103, 1123 } },
		{ 2027, { 101, 111, 211, 223, 321, 322, 429, 503, 504, 505, 719, 811, 920, 923, 1011, 1103, 1123 } },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const struct holiday *days = NULL;
		uint32_t n = 0, at = 0;

		assert_ok(c, holidays_of_year(c, law_holidays(law), table[i].year, &days, &n));
		for (uint32_t j = 0; j < n; j++) {
			struct ymd d = jday_ymd(days[j].day);

			if (days[j].kind == HOLIDAY_OFFICE)
				continue;
			if (d.m * 100 + d.d != table[i].days[at])
				fail_msg("%d: %d is no holiday, %d is", table[i].year, d.m * 100 + d.d, table[i].days[at]);
			at++;
		}
		assert_int_equal(table[i].days[at], 0);
	}
}

static void substitutes_sandwiched_days_and_year_ends_are_closed(void **state)
{
	static const struct { const char *day; bool closed; } cases[] = {
		{ "2026-05-06", true }, { "2026-05-07", false }, { "2026-09-22", true }, { "2032-09-21", true },
		{ "2026-12-28", false }, { "2026-12-29", true }, { "2027-01-03", true }, { "2027-01-04", false },
		{ "2026-11-21", true }, { "2026-11-20", false }, { "2019-05-02", true }, { "2019-12-23", false },
		{ "2018-12-24", true }, { "2021-10-11", false }, { "2020-07-20", false },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (holidays_closed(law_holidays(law), day(c, cases[i].day)) != cases[i].closed)
			fail_msg("%s", cases[i].day);
	assert_int_equal(holidays_open_from(law_holidays(law), day(c, "2026-05-02")), day(c, "2026-05-07"));
	assert_int_equal(holidays_open_from(law_holidays(law), day(c, "2026-12-29")), day(c, "2027-01-04"));
}

static void the_gazette_overrides_the_rule(void **state)
{
	static const char text[] = "calendar: t\nfirst_year: 2030\nlast_year: 2031\nweekend: [saturday, sunday]\n"
		"holidays:\n  - { id: v, ja: 春分の日, en: v, month: 3, equinox: \"20.8431\" }\n"
		"substitute: { ja: s, en: s }\nsandwiched: { ja: b, en: b }\n"
		"overrides:\n  - { day: 2031-03-21, holiday: false }\n  - { day: 2031-03-20, holiday: true, ja: 春分の日, en: v }\n";
	struct ctx *c = *state;
	const struct pack *p = NULL;
	const struct holidays *h = NULL;

	assert_ok(c, pack_parse(c, "t.yaml", slice_of(text), &p));
	assert_ok(c, holidays_load(c, p, &h));
	assert_true(holidays_closed(h, day(c, "2031-03-20")));
	assert_false(holidays_closed(h, day(c, "2031-03-21")));
	assert_false(holidays_cover(h, day(c, "2031-12-01"), day(c, "2032-01-01")));
}

/* ---- three values ---- */

static void nothing_known_decides_nothing_and_asks_first_what_decides_most(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask(c, "{}", "2026-05-08T09:00+09:00", false);

	assert_int_equal(a.nowed, 0);
	assert_true(a.nopen > 40);
	assert_slice(need(open_duty(&a, "APPI26.PRE")->needs, 0), S("node_role"));
	assert_slice(need(open_duty(&a, "APPI26.PRE")->needs, 1), S("org_type"));
}

static const char all_but_two[] = "{\"node_role\":\"reporter\",\"phase\":\"incident\",\"org_type\":\"private\",\"cause\":"
	"\"misconfiguration\",\"leak\":\"confirmed\",\"loss\":\"none\",\"damage\":\"none\",\"recovered_unviewed\":false,"
	"\"other_copy_exists\":false,\"unauthorized_subdelegation\":false,\"pseudonymized\":false,\"has_personal_data\":true,"
	"\"handles_data\":true,\"encryption\":\"none\",\"key_compromised\":false,\"data_state\":\"held\","
	"\"financial_data\":\"none\",\"dishonest_purpose\":false,\"against_handler\":true,\"delegated_to\":\"\","
	"\"processor_role\":\"none\",\"principal_notified\":false,\"contactable\":true,\"sensitive\":";

static struct law_answer ask_rest(struct ctx *c, const char *rest)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s%s}", all_but_two, rest);
	buf_putc(&b, '\0');
	return ask(c, b.p, "2026-09-01T09:00+09:00", false);
}

static void a_count_not_known_leaves_the_duty_open_until_it_decides(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask_rest(c, "false");

	assert_null(owed(&a, "APPI26.PRE"));
	assert_int_equal(open_duty(&a, "APPI26.PRE")->nneeds, 2);
	assert_slice(need(open_duty(&a, "APPI26.PRE")->needs, 0), S("persons"));
	assert_slice(need(open_duty(&a, "APPI26.PRE")->needs, 1), S("persons_max"));
	a = ask_rest(c, "false,\"persons\":900");
	assert_int_equal(open_duty(&a, "APPI26.PRE")->nneeds, 1);
	a = ask_rest(c, "false,\"persons\":900,\"persons_max\":1000");
	assert_null(open_duty(&a, "APPI26.PRE"));
	assert_null(owed(&a, "APPI26.PRE"));
	a = ask_rest(c, "false,\"persons\":900,\"persons_max\":1001");
	assert_non_null(owed(&a, "APPI26.PRE"));
	a = ask_rest(c, "false,\"persons\":1001");
	assert_non_null(owed(&a, "APPI26.PRE"));
	a = ask_rest(c, "true");
	assert_non_null(owed(&a, "APPI26.PRE"));
	assert_int_equal(owed(&a, "APPI26.PRE")->nneeds, 0);
}

static void a_deadline_that_may_still_change_is_shown_at_its_earliest(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask(c, "{\"dishonest_purpose\":null,\"leak\":\"confirmed\",\"sensitive\":true}",
		"2026-04-07T09:00+09:00", true);
	const struct law_owed *o = owed(&a, "APPI26.FIN");

	assert_non_null(o);
	assert_int_equal(o->due, day(c, "2026-05-07"));
	assert_int_equal(o->nneeds, 1);
	assert_slice(need(o->needs, 0), S("dishonest_purpose"));
	a = ask(c, "{\"dishonest_purpose\":true,\"leak\":\"confirmed\",\"sensitive\":true}", "2026-04-07T09:00+09:00", true);
	assert_int_equal(owed(&a, "APPI26.FIN")->due, day(c, "2026-06-05"));
	assert_int_equal(owed(&a, "APPI26.FIN")->nneeds, 0);
}

static void an_addressee_that_depends_on_an_unknown_fact_is_not_named(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask(c, "{\"delegated_to\":null,\"leak\":\"confirmed\",\"sensitive\":true}",
		"2026-04-07T09:00+09:00", true);

	assert_int_equal(owed(&a, "APPI26.PRE")->recipient.len, 0);
	assert_slice(need(owed(&a, "APPI26.PRE")->needs, 0), S("delegated_to"));
	a = ask(c, "{\"delegated_to\":\"XYZ\",\"leak\":\"confirmed\",\"sensitive\":true}", "2026-04-07T09:00+09:00", true);
	assert_slice(owed(&a, "APPI26.PRE")->recipient, S("XYZ"));
	assert_true(owed(&a, "APPI26.PRE")->review);
}

static void asked_and_not_known_stays_so_when_defaults_are_assumed(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask(c, "{\"leak\":null,\"sensitive\":true}", "2026-04-07T09:00+09:00", true);

	assert_null(owed(&a, "APPI26.PRE"));
	assert_int_equal(open_duty(&a, "APPI26.PRE")->nneeds, 1);
	assert_slice(need(open_duty(&a, "APPI26.PRE")->needs, 0), S("leak"));
}

static void what_became_known_later_does_not_count(void **state)
{
	static const char facts[] = "{\"leak\":\"confirmed\",\"persons\":1200,\"count_known_at\":\"2026-06-15T14:00+09:00\"}";
	struct ctx *c = *state;
	struct law_answer a = ask_at(c, facts, "2026-06-01T09:00+09:00", instant(c, "2026-06-15T13:59+09:00"), true);

	assert_null(owed(&a, "APPI26.FIN"));
	a = ask_at(c, facts, "2026-06-01T09:00+09:00", instant(c, "2026-06-15T14:00+09:00"), true);
	assert_int_equal(owed(&a, "APPI26.FIN")->due, day(c, "2026-07-14"));
	assert_int_equal(owed(&a, "APPI26.PRE")->target, day(c, "2026-06-19"));
}

/* ---- law in force, grounds, review ---- */

static void the_law_of_the_day_of_knowing_applies(void **state)
{
	static const struct { const char *facts, *known, *id; bool arises; } cases[] = {
		{ "{\"leak\":\"confirmed\",\"sensitive\":true}", "2022-03-31T23:59+09:00", "APPI26.PRE", false },
		{ "{\"leak\":\"confirmed\",\"sensitive\":true}", "2022-04-01T00:00+09:00", "APPI26.PRE", true },
		{ "{\"org_type\":\"local_gov\",\"leak\":\"confirmed\",\"sensitive\":true}", "2023-03-31T23:59+09:00", "APPI68.PRE", false },
		{ "{\"org_type\":\"local_gov\",\"leak\":\"confirmed\",\"sensitive\":true}", "2023-03-31T15:00Z", "APPI68.PRE", true },
		{ "{\"org_type\":\"national_admin\",\"leak\":\"confirmed\",\"sensitive\":true}", "2022-04-01T09:00+09:00", "APPI68.PRE", true },
		{ "{\"cause\":\"ransomware\"}", "2025-09-30T23:59+09:00", "FORM.RANSOM", false },
		{ "{\"cause\":\"ransomware\"}", "2025-10-01T00:00+09:00", "FORM.RANSOM", true },
		{ "{\"cause\":\"ransomware\"}", "2025-10-01T00:00+09:00", "NCO.SHARE", true },
		{ "{\"cause\":\"malware\",\"sector\":\"finance\"}", "2026-09-30T09:00+09:00", "FORM.OTHER", false },
		{ "{\"cause\":\"malware\",\"sector\":\"finance\"}", "2026-10-01T09:00+09:00", "FORM.OTHER", true },
		{ "{\"cause\":\"malware\"}", "2026-10-01T09:00+09:00", "FORM.OTHER", false },
		{ "{\"special_infra_operator\":true,\"acd_new_computer\":true}", "2026-09-30T09:00+09:00", "ACD4.REG", false },
		{ "{\"special_infra_operator\":true,\"acd_new_computer\":true}", "2026-10-01T09:00+09:00", "ACD4.REG", true },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct law_answer a = ask(c, cases[i].facts, cases[i].known, true);

		if (!!owed(&a, cases[i].id) != cases[i].arises)
			fail_msg("%s on %s", cases[i].id, cases[i].known);
	}
}

static void the_answer_names_its_grounds_and_what_a_person_must_look_at(void **state)
{
	struct ctx *c = *state;
	struct law_answer a = ask(c, "{\"leak\":\"confirmed\",\"dishonest_purpose\":true,\"data_state\":\"being_acquired\","
		"\"occurred_on\":\"2024-03-20\"}", "2024-04-10T09:00+09:00", true);
	const struct law_owed *o = owed(&a, "APPI26.PRE");

	assert_non_null(o);
	assert_int_equal(o->nbecause, 2);
	assert_slice(o->because[1]->id, S("rule7_item3"));
	assert_true(o->review);
	a = ask(c, "{\"mynumber\":true,\"mynumber_public_view\":true,\"leak\":\"confirmed\",\"recovered_unviewed\":true}",
		"2026-04-10T09:00+09:00", true);
	assert_int_equal(owed(&a, "MYN.PRE")->nnotes, 2);
}

static void agencies_bear_the_name_of_the_day(void **state)
{
	struct ctx *c = *state;

	assert_slice(law_agency_name(law, S("NCO"), day(c, "2025-06-30"), true), S("内閣サイバーセキュリティセンター（NISC）"));
	assert_slice(law_agency_name(law, S("NCO"), day(c, "2025-07-01"), true), S("国家サイバー統括室（NCO）"));
	assert_slice(law_agency_name(law, S("NOBODY"), 0, true), S("NOBODY"));
}

static void facts_are_checked_by_name_and_type(void **state)
{
	struct ctx *c = *state;
	struct law_facts *f = NULL;
	struct json v = { .type = JSON_INT, .num = -1 };
	struct buf b;

	assert_ok(c, law_facts_new(c, law, &f));
	assert_fault(c, law_fact_set(c, f, S("nothing"), &v), E_INVALID, "fact.unknown");
	assert_fault(c, law_fact_set(c, f, S("persons"), &v), E_INVALID, "fact.negative");
	v = (struct json){ .type = JSON_TEXT, .text = S("令和8年5月8日") };
	assert_ok(c, law_fact_set(c, f, S("occurred_on"), &v));
	buf_init(&b, c->a, 64);
	law_fact_put(&b, f, (uint32_t)law_fact_find(law, S("occurred_on")), false);
	assert_slice(buf_slice(&b), S("2026-05-08"));
}

static void a_day_outside_the_calendar_is_refused(void **state)
{
	struct ctx *c = *state;
	struct law_question q = { instant(c, "2099-12-20T09:00+09:00"), LAW_NOW };
	struct law_facts *f = NULL;
	struct law_answer a;
	struct json yes = { .type = JSON_TRUE };

	assert_ok(c, law_facts_new(c, law, &f));
	assert_ok(c, law_fact_set(c, f, S("telecom_secrecy_leak"), &yes));
	law_facts_assume_defaults(f);
	assert_fault(c, law_assess(c, f, &q, &a), E_LIMIT, "calendar.range");
}

static void every_rule_can_be_shown_and_explained(void **state)
{
	struct ctx *c = *state;
	struct law_question q = { instant(c, "2026-10-09T09:00+09:00"), LAW_NOW };
	struct law_facts *f = NULL;
	struct buf b;

	for (uint32_t i = 0; i < law_duty_count(law); i++) {
		buf_init(&b, c->a, (size_t)1 << 20);
		assert_ok(c, law_show(c, law, law_duty_at(law, i)->id, &b));
		assert_true(b.len > 200 && !b.full);
	}
	assert_ok(c, law_facts_new(c, law, &f));
	buf_init(&b, c->a, (size_t)8 << 20);
	assert_ok(c, law_explain(c, f, &q, &b));
	assert_true(slice_find(buf_slice(&b), S("まだ分かりません"), 0) != SIZE_MAX);
	assert_int_equal(law_show(c, law, S("NOTHING"), &b), E_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(holidays_equal_a_table_written_by_hand),
		WORK_TEST(substitutes_sandwiched_days_and_year_ends_are_closed),
		WORK_TEST(the_gazette_overrides_the_rule),
		WORK_TEST(nothing_known_decides_nothing_and_asks_first_what_decides_most),
		WORK_TEST(a_count_not_known_leaves_the_duty_open_until_it_decides),
		WORK_TEST(a_deadline_that_may_still_change_is_shown_at_its_earliest),
		WORK_TEST(an_addressee_that_depends_on_an_unknown_fact_is_not_named),
		WORK_TEST(asked_and_not_known_stays_so_when_defaults_are_assumed),
		WORK_TEST(what_became_known_later_does_not_count),
		WORK_TEST(the_law_of_the_day_of_knowing_applies),
		WORK_TEST(the_answer_names_its_grounds_and_what_a_person_must_look_at),
		WORK_TEST(agencies_bear_the_name_of_the_day),
		WORK_TEST(facts_are_checked_by_name_and_type),
		WORK_TEST(a_day_outside_the_calendar_is_refused),
		WORK_TEST(every_rule_can_be_shown_and_explained),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
