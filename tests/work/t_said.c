#include "tests/work/house.h"

static const struct term *term(const struct house *h, const char *path)
{
	const struct term *t = terms_find(h->terms, slice_of(path));

	assert_non_null(t);
	return t;
}

static void a_count_that_is_not_exact_is_a_state_and_no_number(void **state)
{
	static const struct { const char *text, *json; enum said_state state; enum said_exact exact; int64_t num; } cases[] = {
		{ "320", "320", SAID_VALUE, EXACT, 320 },
		{ "22,420,000", "22420000", SAID_VALUE, EXACT, 22420000 },
		{ "約2242万人", "22420000", SAID_VALUE, EXACT_ABOUT, 22420000 },
		{ "１２０名", "120", SAID_VALUE, EXACT, 120 },
		{ "1000人以下", "1000", SAID_VALUE, EXACT_AT_MOST, 1000 },
		{ "最大1,000", "1000", SAID_VALUE, EXACT_AT_MOST, 1000 },
		{ "at least 5", "5", SAID_VALUE, EXACT_AT_LEAST, 5 },
		{ "300人程度", "300", SAID_VALUE, EXACT_ABOUT, 300 },
		{ "1億2000万", "120000000", SAID_VALUE, EXACT, 120000000 },
		{ "?", "", SAID_UNKNOWN, EXACT, 0 },
		{ "不明", "", SAID_UNKNOWN, EXACT, 0 },
		{ "-", "", SAID_NOT_APPLICABLE, EXACT, 0 },
	};
	struct ctx *c = *state;
	struct house h;
	struct said s;

	packs(c, &h);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_ok(c, said_from_text(c, term(&h, "persons"), slice_of(cases[i].text), &s));
		assert_int_equal(s.state, cases[i].state);
		assert_int_equal(s.exact, cases[i].exact);
		assert_slice(s.json, slice_of(cases[i].json));
	}
	assert_fault(c, said_from_text(c, term(&h, "persons"), S("-1"), &s), E_INVALID, "value.negative");
	assert_fault(c, said_from_text(c, term(&h, "persons"), S("約▲3"), &s), E_INVALID, "value.negative");
	assert_fault(c, said_from_text(c, term(&h, "persons"), S("many"), &s), E_INVALID, "value.count");
	assert_fault(c, said_from_text(c, term(&h, "persons"), S("12 34"), &s), E_INVALID, "value.count");
	assert_fault(c, said_from_text(c, term(&h, "persons"), S("99999999999999999999"), &s), E_INVALID, "value.count");
}

static void answers_are_read_as_people_give_them(void **state)
{
	static const struct { const char *path, *text, *json; } cases[] = {
		{ "sensitive", "はい", "true" }, { "sensitive", "無", "false" },
		{ "cause", "ransomware", "\"ransomware\"" },
		{ "occurred_on", "令和8年11月21日", "\"2026-11-21\"" },
		{ "discovered_at", "令和5年6月5日 午前6時", "\"2023-06-05T06:00:00+09:00\"" },
		{ "discovered_at", "2023-06-05", "\"2023-06-05\"" },
		{ "data_items", "氏名、住所", "[\"name\",\"address\"]" },
		{ "helpdesk", "{\"tel\":\"03-0000-0000\"}", "{\"tel\":\"03-0000-0000\"}" },
		{ "org_name", "髙﨑𠮷商店", "\"髙﨑𠮷商店\"" },
	};
	struct ctx *c = *state;
	struct house h;
	struct said s;

	packs(c, &h);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_ok(c, said_from_text(c, term(&h, cases[i].path), slice_of(cases[i].text), &s));
		assert_slice(s.json, slice_of(cases[i].json));
	}
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct { const char *path, *text, *key; } cases[] = {
		{ "occurred_on", "令和元年4月30日", "date.era_range" }, { "occurred_on", "2026-02-30", "date.impossible" },
		{ "cause", "bad luck", "value.choice" }, { "sensitive", "maybe", "value.yes_no" },
		{ "org_name", "", "value.empty" }, { "org_name", "a\x01" "b", "value.control" },
		{ "org_name", "\xff\xfe", "value.utf8" }, { "helpdesk", "{\"colour\":\"red\"}", "value.column" },
		{ "contacts", "[1]", "value.kind" },
	};
	struct ctx *c = *state;
	struct house h;
	struct said s;

	packs(c, &h);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_fault(c, said_from_text(c, term(&h, cases[i].path), slice_of(cases[i].text), &s), E_INVALID, cases[i].key);
}

static void a_path_that_is_a_fact_of_the_law_is_kept_once(void **state)
{
	struct ctx *c = *state;
	struct house h;

	packs(c, &h);
	assert_ptr_equal(term(&h, "subjects_count"), term(&h, "persons"));
	assert_null(terms_find(h.terms, S("presons")));
	assert_true(term_is_clear(term(&h, "persons")));
	assert_false(term_is_clear(term(&h, "summary")));
	assert_false(term_is_clear(term(&h, "contacts")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_count_that_is_not_exact_is_a_state_and_no_number),
		WORK_TEST(answers_are_read_as_people_give_them),
		WORK_TEST(what_cannot_be_is_refused),
		WORK_TEST(a_path_that_is_a_fact_of_the_law_is_kept_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
