/* Fields as people fill them in. */
#include "tests/support.h"

#include "door/http/form.h"

static const struct field_spec specs[] = {
	{ "on", FIELD_MOMENT, .need = true, .ja = "日", .en = "day" }, { "n", FIELD_COUNT, .ja = "数", .en = "n" },
	{ "word", FIELD_WORD, .ja = "記号", .en = "word" }, { "line", FIELD_TEXT, .max = 10, .ja = "行", .en = "line" },
	{ "how", FIELD_CHOICE, .choices = "call letter", .ja = "方法", .en = "how" }, { "fact.", FIELD_ANY, .ja = "", .en = "" }, { 0 },
};

static struct form given(struct ctx *c, const char *query)
{
	struct form f = { 0 };

	assert_ok(c, form_from_query(c, slice_of(query), specs, &f));
	return f;
}

static void a_date_may_be_written_in_every_way_that_people_write_it(void **state)
{
	static const char *const same[] = {
		"on.y=2026&on.m=11&on.d=21", "on.y=R8&on.m=11&on.d=21", "on.y=%E4%BB%A4%E5%92%8C8&on.m=11&on.d=21",
		"on.y=%E4%BB%A4%E5%92%8C8%E5%B9%B4&on.m=11&on.d=21", "on.y=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%96&on.m=%EF%BC%91%EF%BC%91&on.d=21",
		"on=R8.11.21", "on=%E4%BB%A4%E5%92%8C8%E5%B9%B411%E6%9C%8821%E6%97%A5", "on.y=%E4%BB%A4%E5%92%8C8%E5%B9%B411%E6%9C%8821%E6%97%A5",
		"on=2026-11-21", "on.y=2026%2F11%2F21", "on.y=%EF%BC%B2%EF%BC%98&on.m=11&on.d=21",
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		struct form f = given(c, same[i]);
		struct when w;
		jday want;
		bool there;

		assert_ok(c, form_moment(c, &f, "on", &w, &there));
		assert_ok(c, jday_from_ymd(c, (struct ymd){ 2026, 11, 21 }, &want));
		assert_true(there && w.day_only);
		assert_int_equal(msec_jday(w.at), want);
	}
}

static void a_clock_may_be_full_width_and_needs_a_day(void **state)
{
	struct ctx *c = *state;
	struct form f = given(c, "on.y=2026&on.m=11&on.d=21&on.t=%EF%BC%99%EF%BC%9A%EF%BC%93%EF%BC%90");
	struct when w;
	const char *key;
	bool there;

	assert_ok(c, form_moment(c, &f, "on", &w, &there));
	assert_false(w.day_only);
	assert_int_equal((w.at + JST_OFFSET) % DAY_MSEC, (9 * 60 + 30) * 60000);
	f = given(c, "on.t=9:30");
	assert_ok(c, field_check(c, &specs[0], &f, &key));
	assert_non_null(key);
}

static void what_is_wrong_is_said_by_its_reason(void **state)
{
	static const struct { size_t spec; const char *query, *key; } cases[] = {
		{ 0, "", "form.need" }, { 0, "on=2026-02-30", "date.impossible" }, { 0, "on.y=2026&on.m=11", "date.form" },
		{ 1, "n=many", "number.form" }, { 1, "n=-1", "number.form" }, { 2, "word=a%20b", "form.word" },
		{ 3, "line=aaaaaaaaaaaaaaaa", "value.long" }, { 3, "line=a%0ab", "form.one_line" }, { 4, "how=never", "form.choice" },
		{ 1, "", NULL }, { 1, "n=%EF%BC%91%EF%BC%8C%EF%BC%92%EF%BC%90%EF%BC%90", NULL }, { 4, "how=call", NULL },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct form f = given(c, cases[i].query);
		const char *key;

		assert_ok(c, field_check(c, &specs[cases[i].spec], &f, &key));
		if (cases[i].key)
			assert_string_equal(key ? key : "", cases[i].key);
		else
			assert_null(key);
	}
}

static void what_was_not_declared_does_not_come_in(void **state)
{
	struct ctx *c = *state;
	struct form f = given(c, "case=2026-0001&fact.x=1&role=admin&n=3");

	assert_int_equal(f.n, 2);
	assert_slice(form_text(&f, "n"), S("3"));
	assert_slice(form_text(&f, "role"), S_NONE);
	f = (struct form){ 0 };
	assert_fault(c, form_from_json(c, S("{\"role\":\"admin\"}"), specs, &f), E_INVALID, "form.member");
}

static void lines_of_a_text_end_as_browsers_send_them(void **state)
{
	static const struct field_spec texts[] = { { "what", FIELD_LONG, .ja = "何", .en = "what" }, { "file", FIELD_ANY, .ja = "物", .en = "file" }, { 0 } };
	struct ctx *c = *state;
	struct form f = { 0 }, g = { 0 };
	const char *key;

	assert_ok(c, form_from_query(c, S("what=a%0D%0Ab%0D%0A"), texts, &f));
	assert_true(slice_is(form_get(&f, S("what")), "a\nb\n"));
	assert_ok(c, field_check(c, &texts[0], &f, &key));
	assert_null(key);
	assert_ok(c, form_from_parts(c, S("multipart/form-data; boundary=x"), S("--x\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\na\r\nb\r\n"
		"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\na\r\nb\r\n--x--\r\n"), texts, &g));
	assert_true(slice_is(form_get(&g, S("what")), "a\nb"));
	assert_true(slice_is(form_get(&g, S("file")), "a\r\nb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_date_may_be_written_in_every_way_that_people_write_it), WORK_TEST(a_clock_may_be_full_width_and_needs_a_day),
		WORK_TEST(what_is_wrong_is_said_by_its_reason), WORK_TEST(what_was_not_declared_does_not_come_in),
		WORK_TEST(lines_of_a_text_end_as_browsers_send_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
