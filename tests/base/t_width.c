#include "tests/support.h"

#include "base/width.h"

static void a_full_width_character_takes_two_columns(void **state)
{
	static const struct { slice text; size_t cols; } cases[] = {
		{ S_INIT("abc"), 3 }, { S_INIT("個人情報"), 8 }, { S_INIT("ｱｲｳ"), 3 }, { S_INIT("第１号"), 6 },
		{ S_INIT("が"), 2 }, { S_INIT("か\xE3\x82\x99"), 2 }, { S_INIT("𠮷野家"), 6 }, { S_INIT("葛\xF3\xA0\x84\x80"), 2 },
		{ S_INIT("あと3日"), 7 }, { S_INIT(""), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(text_width(cases[i].text), cases[i].cols);
}

static void a_cell_is_filled_up_or_cut_at_a_whole_character(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 256);
	buf_put_cell(&b, S("警察"), 6);
	buf_putc(&b, '|');
	buf_put_cell(&b, S("個人情報保護委員会"), 8);
	buf_putc(&b, '|');
	assert_slice(buf_slice(&b), S("警察  |個人情… |"));
	assert_slice(text_cut(S("個人"), 3), S("個"));
}

static void a_long_text_is_wrapped_and_no_line_begins_with_a_full_stop(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 256);
	buf_put_wrapped(&b, S("報告を出しました。次は通知"), 2, 16);
	assert_slice(buf_slice(&b), S("報告を出しまし\n  た。次は通知"));
	buf_reset(&b);
	buf_put_wrapped(&b, S("one two three\nfour"), 1, 8);
	assert_slice(buf_slice(&b), S("one two\n three\n four"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_full_width_character_takes_two_columns),
		WORK_TEST(a_cell_is_filled_up_or_cut_at_a_whole_character),
		WORK_TEST(a_long_text_is_wrapped_and_no_line_begins_with_a_full_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
