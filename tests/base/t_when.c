#include "tests/support.h"

#include "base/when.h"

static void a_moment_is_read_in_the_ways_people_state_it(void **state)
{
	static const struct { slice text, iso; } cases[] = {
		{ S_INIT("2023-06-05"), S_INIT("2023-06-05") },
		{ S_INIT("2023-06-05 07:00"), S_INIT("2023-06-05 07:00") },
		{ S_INIT("2023-06-05T07:00+09:00"), S_INIT("2023-06-05 07:00") },
		{ S_INIT("2023-06-04T22:00Z"), S_INIT("2023-06-05 07:00") },
		{ S_INIT("令和5年6月5日"), S_INIT("2023-06-05") },
		{ S_INIT("令和5年6月5日7時30分"), S_INIT("2023-06-05 07:30") },
		{ S_INIT("令和５年６月５日　午後３時頃"), S_INIT("2023-06-05 15:00") },
		{ S_INIT("R5.6.5 7:05"), S_INIT("2023-06-05 07:05") },
		{ S_INIT("令和五年六月五日"), S_INIT("2023-06-05") },
	};
	struct ctx *c = *state;
	struct when w;
	struct buf b;

	buf_init(&b, c->a, 64);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&b);
		assert_ok(c, when_parse(c, cases[i].text, &w));
		when_put_iso(&b, w);
		assert_slice(buf_slice(&b), cases[i].iso);
	}
}

static void moments_that_do_not_exist_are_refused(void **state)
{
	struct ctx *c = *state;
	struct when w;

	assert_fault(c, when_parse(c, S("令和元年4月30日 7:00"), &w), E_INVALID, "date.era_range");
	assert_fault(c, when_parse(c, S("2023-02-30"), &w), E_INVALID, "date.impossible");
	assert_fault(c, when_parse(c, S("2023-06-05 24:00"), &w), E_INVALID, "time.impossible");
	assert_fault(c, when_parse(c, S("令和5年6月5日 午後13時"), &w), E_INVALID, "time.impossible");
	assert_fault(c, when_parse(c, S("2023-06-05 early"), &w), E_INVALID, "time.form");
	assert_fault(c, when_parse(c, S("yesterday"), &w), E_INVALID, "date.form");
	assert_fault(c, when_parse(c, S(""), &w), E_INVALID, "date.form");
}

static void a_day_of_this_year_is_written_short(void **state)
{
	struct ctx *c = *state;
	struct buf b;
	jday june;

	buf_init(&b, c->a, 128);
	assert_ok(c, jday_parse(c, S("2023-06-09"), &june));
	jday_put_short_ja(&b, june, june - 4);
	jday_put_short_ja(&b, june, june + 365);
	assert_slice(buf_slice(&b), S("6月9日（金）令和5年6月9日（金）"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_moment_is_read_in_the_ways_people_state_it),
		WORK_TEST(moments_that_do_not_exist_are_refused),
		WORK_TEST(a_day_of_this_year_is_written_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
