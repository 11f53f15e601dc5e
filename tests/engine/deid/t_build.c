/* Values brought into one form, hierarchies built of them, codes found by their form. */
#include "tests/support.h"

#include "engine/deid/build.h"
#include "engine/deid/codes.h"

static void values_come_into_one_form(void **state)
{
	static const struct { struct build b; const char *raw, *want; } cases[] = {
		{ { .kind = BUILD_DATE }, "令和元年5月1日", "2019-05-01" },
		{ { .kind = BUILD_DATE }, "R1.5.1", "2019-05-01" },
		{ { .kind = BUILD_DATE }, "2024-01-05 10:30", "2024-01-05" },
		{ { .kind = BUILD_DATE }, "2024-01-05T10:30:00+09:00", "2024-01-05" },
		{ { .kind = BUILD_DATE }, "T15.12.1 8:05", "1926-12-01" },
		{ { .kind = BUILD_DATE }, "2024-01-05 noon", NULL },
		{ { .kind = BUILD_NUMBER }, "34歳", "34" },
		{ { .kind = BUILD_NUMBER }, "1,200円", "1200" },
		{ { .kind = BUILD_NUMBER }, "歳", NULL },
		{ { .kind = BUILD_POSTAL }, "1,234,567", NULL },
		{ { .kind = BUILD_DATE }, "2019-05-01", "2019-05-01" },
		{ { .kind = BUILD_DATE }, "昭和64年1月8日", NULL },
		{ { .kind = BUILD_DATE }, "2019-02-30", NULL },
		{ { .kind = BUILD_AGE, .at = 20454 }, "1953-05-17", "72" },
		{ { .kind = BUILD_AGE, .at = 0 }, "1980-01-01", NULL },
		{ { .kind = BUILD_NUMBER }, "007", "7" },
		{ { .kind = BUILD_NUMBER }, "１，２３４", "1234" },
		{ { .kind = BUILD_NUMBER }, "-3", "-3" },
		{ { .kind = BUILD_NUMBER }, "3.50", "3.50" },
		{ { .kind = BUILD_NUMBER }, "3.", "3." },
		{ { .kind = BUILD_NUMBER }, "1e9", NULL },
		{ { .kind = BUILD_NUMBER }, "", NULL },
		{ { .kind = BUILD_NUMBER, .has_top = true, .top = 100 }, "250", "100以上" },
		{ { .kind = BUILD_NUMBER, .has_bottom = true, .bottom = 10 }, "10", "10以下" },
		{ { .kind = BUILD_POSTAL }, "〒100-0001", "1000001" },
		{ { .kind = BUILD_POSTAL }, "100000", NULL },
		{ { .kind = BUILD_MUNICIPALITY }, "13101", "131016" },
		{ { .kind = BUILD_MUNICIPALITY }, "131016", "131016" },
		{ { .kind = BUILD_MUNICIPALITY }, "131017", NULL },
		{ { .kind = BUILD_ICD }, "h35.1", "H351" },
		{ { .kind = BUILD_ICD }, "35H", NULL },
		{ { .kind = BUILD_OCCUPATION }, "B12", "B12" },
		{ { .kind = BUILD_FLAT }, "👪", "👪" },
	};
	struct ctx *c = *state;
	slice got;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rc r = build_canonical(c, &cases[i].b, slice_of(cases[i].raw), &got);

		if ((r == OK) != (cases[i].want != NULL) || (r == OK && !slice_is(got, cases[i].want)))
			fail_msg("%s: %d, %.*s", cases[i].raw, (int)r, r == OK ? (int)got.len : 0, r == OK ? got.p : "");
	}
}

static void labels_of(struct ctx *c, const struct build *b, const char *const *values, size_t n, const struct hierarchy **h,
	uint32_t **leaf)
{
	uint32_t code = 0;
	struct dict raw;

	dict_init(&raw, c->a);
	for (size_t i = 0; i < n; i++)
		assert_ok(c, dict_add(c, &raw, slice_of(values[i]), &code));
	assert_ok(c, build_check(c, b));
	assert_ok(c, build_hierarchy(c, b, &raw, NULL, h, leaf));
}

static slice label(const struct hierarchy *h, uint32_t leaf, uint32_t level)
{
	return h->node[h->level_first[level] + h->up[level][leaf]].text;
}

static void dates_climb_through_months_and_decades_or_eras(void **state)
{
	static const char *const values[] = { "昭和64年1月7日", "平成元年1月8日", "1989-12-31" };
	const struct build west = { .kind = BUILD_DATE, .step = { STEP_MONTH, STEP_YEAR, 5, 10 }, .steps = 4 };
	const struct build eras = { .kind = BUILD_DATE, .step = { STEP_ERA_MONTH, STEP_ERA_YEAR, STEP_ERA }, .steps = 3 };
	struct ctx *c = *state;
	const struct hierarchy *h = NULL;
	uint32_t *leaf = NULL;

	labels_of(c, &west, values, 3, &h, &leaf);
	assert_slice(label(h, leaf[0], 1), S("1989-01"));
	assert_slice(label(h, leaf[0], 3), S("1985-1989"));
	assert_slice(label(h, leaf[1], 4), S("1980-1989"));
	labels_of(c, &eras, values, 3, &h, &leaf);
	assert_slice(label(h, leaf[0], 1), S("昭和64年1月"));
	assert_slice(label(h, leaf[1], 2), S("平成元年"));
	assert_slice(label(h, leaf[2], 3), S("平成"));
}

static void numbers_and_places_climb(void **state)
{
	static const char *const numbers[] = { "-1", "0", "19", "1000", "-" }, *const munis[] = { "011002", "47201" };
	static const slice missing[] = { S_INIT("-") };
	const struct build n = { .kind = BUILD_NUMBER, .step = { 10, 100 }, .steps = 2, .missing = missing, .missings = 1 };
	const struct build m = { .kind = BUILD_MUNICIPALITY };
	struct ctx *c = *state;
	const struct hierarchy *h = NULL;
	uint32_t *leaf = NULL;

	labels_of(c, &n, numbers, 5, &h, &leaf);
	assert_slice(label(h, leaf[0], 1), S("-10..-1"));
	assert_slice(label(h, leaf[2], 1), S("10-19"));
	assert_slice(label(h, leaf[3], 2), S("1000-1099"));
	assert_slice(label(h, leaf[4], 2), S("-"));
	labels_of(c, &m, munis, 2, &h, &leaf);
	assert_slice(label(h, leaf[0], 1), S("01"));
	assert_slice(label(h, leaf[1], 2), S("九州沖縄"));
}

static void neighbours_are_grouped_in_the_order_that_is_given(void **state)
{
	static const char *const schools[] = { "高校", "小学", "大学", "?" }, *const numbers[] = { "100", "9", "50", "x" };
	static const slice order[] = { S_INIT("小学"), S_INIT("中学"), S_INIT("高校"), S_INIT("大学") }, missing[] = { S_INIT("?") };
	const struct build given = { .kind = BUILD_ORDER, .step = { 2 }, .steps = 1, .values = order, .many = 4, .missing = missing,
		.missings = 1 };
	const struct build sorted = { .kind = BUILD_ORDER, .step = { 2 }, .steps = 1 };
	struct ctx *c = *state;
	const struct hierarchy *h = NULL;
	uint32_t *leaf = NULL;
	slice s;

	labels_of(c, &given, schools, 4, &h, &leaf);
	assert_slice(label(h, leaf[0], 1), S("小学..高校"));
	assert_slice(label(h, leaf[2], 1), S("大学"));
	assert_slice(label(h, leaf[3], 1), S("?"));
	assert_fault(c, build_canonical(c, &given, S("大学院"), &s), E_INVALID, "build.order");
	labels_of(c, &sorted, numbers, 4, &h, &leaf);
	assert_slice(label(h, leaf[1], 1), S("9..50"));
	assert_slice(label(h, leaf[0], 1), S("100..x"));
	assert_fault(c, build_canonical(c, &sorted, S("*"), &s), E_INVALID, "build.star");
}

static void frequent_values_stay_longest(void **state)
{
	static const char *const values[] = { "B", "A", "C", "D" };
	static const uint64_t rows[] = { 5, 9, 1, 1 };
	const struct build two = { .kind = BUILD_FREQUENT, .step = { 2, 1 }, .steps = 2 };
	struct ctx *c = *state;
	const struct hierarchy *h = NULL;
	uint32_t *leaf = NULL, code = 0;
	struct dict raw;

	dict_init(&raw, c->a);
	for (size_t i = 0; i < 4; i++)
		assert_ok(c, dict_add(c, &raw, slice_of(values[i]), &code));
	assert_ok(c, build_check(c, &two));
	assert_ok(c, build_hierarchy(c, &two, &raw, rows, &h, &leaf));
	assert_slice(label(h, leaf[0], 1), S("B"));
	assert_slice(label(h, leaf[2], 1), S("上位2以外"));
	assert_slice(label(h, leaf[3], 1), S("上位2以外"));
	assert_slice(label(h, leaf[0], 2), S("上位1以外"));
	assert_slice(label(h, leaf[1], 2), S("A"));
}

static void steps_that_do_not_nest_are_refused(void **state)
{
	static const struct build cases[] = {
		{ .kind = BUILD_NUMBER, .step = { 10, 25 }, .steps = 2 },
		{ .kind = BUILD_NUMBER, .step = { 10, 10 }, .steps = 2 },
		{ .kind = BUILD_DATE, .step = { STEP_YEAR, STEP_MONTH }, .steps = 2 },
		{ .kind = BUILD_DATE, .step = { 5, 8 }, .steps = 2 },
		{ .kind = BUILD_DATE, .step = { STEP_MONTH, STEP_ERA }, .steps = 2 },
		{ .kind = BUILD_POSTAL, .step = { 3, 5 }, .steps = 2 },
		{ .kind = BUILD_FREQUENT, .step = { 3, 5 }, .steps = 2 },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_fault(c, build_check(c, &cases[i]), E_INVALID, "build.steps");
}

static void codes_are_found_by_their_check_digit(void **state)
{
	static const struct { const char *value; enum code_kind want; } cases[] = {
		{ "123456789018", CODE_MY_NUMBER }, { "123456789017", CODE_NONE }, { "03-1234-5678", CODE_PHONE },
		{ "TK1234567", CODE_PASSPORT }, { "who@example.jp", CODE_MAIL }, { "東京都", CODE_NONE },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t code = 0;
		struct dict d;

		dict_init(&d, c->a);
		assert_ok(c, dict_add(c, &d, slice_of(cases[i].value), &code));
		if (codes_find(&d) != cases[i].want)
			fail_msg("%s is %s", cases[i].value, code_words[codes_find(&d)]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(values_come_into_one_form),
		WORK_TEST(dates_climb_through_months_and_decades_or_eras),
		WORK_TEST(numbers_and_places_climb),
		WORK_TEST(frequent_values_stay_longest),
		WORK_TEST(neighbours_are_grouped_in_the_order_that_is_given),
		WORK_TEST(steps_that_do_not_nest_are_refused),
		WORK_TEST(codes_are_found_by_their_check_digit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
