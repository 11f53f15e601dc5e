#include "tests/support.h"

#include "base/calendar.h"

static void japanese_dates_are_read_in_all_the_ways_people_write_them(void **state)
{
	static const struct { slice text; slice iso; } cases[] = {
		{ S_INIT("令和8年11月21日"), S_INIT("2026-11-21") },
		{ S_INIT("令和８年１１月２１日"), S_INIT("2026-11-21") },
		{ S_INIT("令和八年十一月二十一日"), S_INIT("2026-11-21") },
		{ S_INIT("二〇二六年十一月二十一日"), S_INIT("2026-11-21") },
		{ S_INIT("R8.11.21"), S_INIT("2026-11-21") },
		{ S_INIT("Ｒ８／１１／２１"), S_INIT("2026-11-21") },
		{ S_INIT("2026/11/21"), S_INIT("2026-11-21") },
		{ S_INIT("令和元年5月1日"), S_INIT("2019-05-01") },
		{ S_INIT("平成31年4月30日"), S_INIT("2019-04-30") },
		{ S_INIT("S64.1.7"), S_INIT("1989-01-07") },
		{ S_INIT("大正十五年十二月二十四日"), S_INIT("1926-12-24") },
		{ S_INIT("平成三十年二月二日"), S_INIT("2018-02-02") },
	};
	struct ctx *c = *state;
	struct buf b;
	jday d;

	buf_init(&b, c->a, 64);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&b);
		assert_ok(c, jday_parse_ja(c, cases[i].text, &d));
		jday_put(&b, d);
		assert_slice(buf_slice(&b), cases[i].iso);
	}
}

static void a_date_outside_its_era_is_refused(void **state)
{
	struct ctx *c = *state;
	jday d;

	assert_fault(c, jday_parse_ja(c, S("令和元年4月30日"), &d), E_INVALID, "date.era_range");
	assert_fault(c, jday_parse_ja(c, S("平成31年5月1日"), &d), E_INVALID, "date.era_range");
	assert_fault(c, jday_parse_ja(c, S("昭和64年1月8日"), &d), E_INVALID, "date.era_range");
	assert_fault(c, jday_parse_ja(c, S("令和8年2月30日"), &d), E_INVALID, "date.impossible");
	assert_fault(c, jday_parse_ja(c, S("令和8年11月"), &d), E_INVALID, "date.form");
	assert_fault(c, jday_parse_ja(c, S("8.11.21"), &d), E_INVALID, "date.form");
	assert_fault(c, jday_parse_ja(c, S("二十十年1月1日"), &d), E_INVALID, "date.form");
}

static void the_first_year_of_an_era_is_written_gannen(void **state)
{
	struct ctx *c = *state;
	struct buf b;
	jday d;

	buf_init(&b, c->a, 64);
	assert_ok(c, jday_parse(c, S("2019-05-01"), &d));
	jday_put_era(&b, d);
	jday_put_era(&b, d - 1);
	assert_slice(buf_slice(&b), S("令和元年5月1日平成31年4月30日"));
}

static void the_japanese_day_of_an_instant_is_nine_hours_ahead(void **state)
{
	struct ctx *c = *state;
	struct buf b;
	msec t;

	buf_init(&b, c->a, 64);
	assert_ok(c, msec_parse(c, S("2026-11-20T15:00:00Z"), &t));
	jday_put(&b, msec_jday(t));
	assert_slice(buf_slice(&b), S("2026-11-21"));
	assert_ok(c, msec_parse(c, S("2026-11-20T14:59:59.999Z"), &t));
	buf_reset(&b);
	msec_put(&b, t);
	assert_slice(buf_slice(&b), S("2026-11-20T23:59:59.999+09:00"));
	assert_int_equal(jday_msec(msec_jday(t)), t - (DAY_MSEC - 1));
}

static void times_that_do_not_exist_are_refused(void **state)
{
	struct ctx *c = *state;
	msec t;

	assert_fault(c, msec_parse(c, S("2026-11-21T24:00:00Z"), &t), E_INVALID, "time.impossible");
	assert_fault(c, msec_parse(c, S("2026-02-30T10:00:00Z"), &t), E_INVALID, "date.impossible");
	assert_fault(c, msec_parse(c, S("2026-11-21T10:00:00"), &t), E_INVALID, "time.form");
	assert_fault(c, msec_parse(c, S("2026-11-21T10:00:00+9:00"), &t), E_INVALID, "time.form");
	assert_ok(c, msec_parse(c, S("2026-11-21T10:00+09:00"), &t));
}

static void every_day_of_four_centuries_comes_back(void **state)
{
	struct ctx *c = *state;

	for (jday d = JDAY_LEAST; d < JDAY_LEAST + 200; d++)
		assert_true(jday_weekday(d) >= 0);
	for (jday d = -100000; d < 60000; d++) {
		jday back;

		assert_ok(c, jday_from_ymd(c, jday_ymd(d), &back));
		assert_int_equal(back, d);
		assert_int_equal(jday_weekday(d + 1), (jday_weekday(d) + 1) % 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(japanese_dates_are_read_in_all_the_ways_people_write_them),
		WORK_TEST(a_date_outside_its_era_is_refused),
		WORK_TEST(the_first_year_of_an_era_is_written_gannen),
		WORK_TEST(the_japanese_day_of_an_instant_is_nine_hours_ahead),
		WORK_TEST(times_that_do_not_exist_are_refused),
		WORK_TEST(every_day_of_four_centuries_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
