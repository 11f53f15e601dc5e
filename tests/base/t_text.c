#include <stdio.h>

#include "tests/support.h"

#include "base/buf.h"
#include "base/message.h"
#include "base/parse.h"
#include "base/utf8.h"

static void numbers_that_do_not_fit_are_refused_not_wrapped(void **state)
{
	struct ctx *c = *state;
	uint64_t n;
	int64_t i;

	assert_ok(c, parse_u64(c, S("18446744073709551615"), 0, UINT64_MAX, &n));
	assert_fault(c, parse_u64(c, S("18446744073709551616"), 0, UINT64_MAX, &n), E_LIMIT, "number.range");
	assert_fault(c, parse_u64(c, S("7 "), 0, 9, &n), E_INVALID, "number.form");
	assert_fault(c, parse_u64(c, S("+7"), 0, 9, &n), E_INVALID, "number.form");
	assert_fault(c, parse_u64(c, S("007"), 0, 9, &n), E_INVALID, "number.form");
	assert_fault(c, parse_i64(c, S("-0"), -9, 9, &i), E_INVALID, "number.form");
	assert_ok(c, parse_i64(c, S("-9"), -9, 9, &i));
}

static void utf8_is_checked_to_the_letter(void **state)
{
	(void)state;
	assert_true(utf8_is_valid(S("髙﨑𠮷")));
	assert_false(utf8_is_valid(S("\xed\xa0\x80")));         /* surrogate */
	assert_false(utf8_is_valid(S("\xf4\x90\x80\x80")));     /* above U+10FFFF */
	assert_false(utf8_is_valid(S("\xe0\x80\x80")));         /* overlong */
	assert_false(utf8_is_valid(S("abcdefgh\xe3\x81")));     /* cut */
	assert_int_equal(utf8_valid_prefix(S("abcdefgh\xe3\x81")), 8);
	assert_int_equal(utf8_count(S("髙﨑𠮷")), 3);
}

static void a_full_buffer_says_so_at_the_end(void **state)
{
	struct ctx *c = *state;
	struct buf b;
	slice s;

	buf_init(&b, c->a, 10);
	buf_put(&b, S("123456789"));
	buf_put(&b, S("ab"));
	buf_putc(&b, 'c');
	assert_fault(c, buf_done(c, &b, &s), E_LIMIT, "text.limit");
}

static void numbers_have_the_digits_that_printf_gives_them(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 64);
	for (uint64_t n = 0; n < 10020; n++)
		for (uint64_t more = 0; more <= 1000000000000000000; more = more ? more * 10 : 10000) {
			char want[24];
			int len = snprintf(want, sizeof want, "%lld", (long long)(n + more));

			buf_reset(&b);
			buf_put_i64(&b, (int64_t)(n + more));
			assert_true(slice_eq(buf_slice(&b), (slice){ want, (size_t)len }));
		}
}

static void a_fault_never_repeats_free_text(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	(void)FAIL(c, E_INVALID, "json.duplicate");
	fault_name(c, S("山田 太郎"));
	fault_at(c, 7);
	buf_init(&b, c->a, 1000);
	fault_put(&b, &c->fault, LANGUAGE_EN);
	assert_slice(buf_slice(&b), S("a JSON member stands twice (at byte 7)"));
}

static void free_text_is_refused_by_the_name_of_its_field(void **state)
{
	struct ctx *c = *state;

	assert_ok(c, free_text_check(c, "note", S("一行目\n\t二行目"), 100));
	assert_fault(c, free_text_check(c, "note", S("four"), 3), E_LIMIT, "value.long");
	assert_fault(c, free_text_check(c, "note", S("\xff"), 100), E_INVALID, "value.utf8");
	assert_fault(c, free_text_check(c, "note", S("a\x1b[2J"), 100), E_INVALID, "value.control");
	assert_string_equal(c->fault.name, "note");
}

static void an_arena_stops_at_its_largest_size(void **state)
{
	struct arena *a = arena_new(1 << 20);

	(void)state;
	assert_non_null(arena_bytes(a, 1 << 19));
	assert_null(arena_bytes(a, 1 << 20));
	assert_null(arena_alloc(a, SIZE_MAX / 2, 8));
	arena_reset(a);
	assert_non_null(arena_bytes(a, 1 << 19));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(numbers_that_do_not_fit_are_refused_not_wrapped),
		WORK_TEST(utf8_is_checked_to_the_letter),
		WORK_TEST(a_full_buffer_says_so_at_the_end),
		WORK_TEST(numbers_have_the_digits_that_printf_gives_them),
		WORK_TEST(a_fault_never_repeats_free_text),
		WORK_TEST(free_text_is_refused_by_the_name_of_its_field),
		WORK_TEST(an_arena_stops_at_its_largest_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
