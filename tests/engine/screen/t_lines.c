#include "tests/support.h"

#include "engine/screen/cp932.h"
#include "engine/screen/line.h"
#include "engine/screen/model.h"
#include "engine/screen/unpack.h"

/* Three columns: id, time, user. */
static struct layout csv3(void)
{
	return (struct layout){ .form = FORM_CSV, .columns = 3, .col = { COL_ID, COL_TS, COL_USER } };
}

static enum line_state next_csv(struct ctx *c, slice text, size_t *at, struct line *line)
{
	struct layout l = csv3();
	struct buf scratch;

	buf_init(&scratch, c->a, 1 << 16);
	memset(line, 0, sizeof *line);
	return line_next(&l, text, at, &scratch, line);
}

static void a_quoted_field_may_hold_commas_quotes_and_line_ends(void **state)
{
	struct ctx *c = *state;
	slice text = S("1,\"a,b \"\"c\"\"\nd\",u1\r\n2,x,u2\n");
	struct line line;
	size_t at = 0;

	assert_int_equal(next_csv(c, text, &at, &line), LINE_GOOD);
	assert_slice(line.f[COL_TS], S("a,b \"c\"\nd"));
	assert_slice(line.f[COL_USER], S("u1"));
	assert_int_equal(next_csv(c, text, &at, &line), LINE_GOOD);
	assert_slice(line.f[COL_ID], S("2"));
	assert_int_equal(at, text.len);
}

static void a_quote_that_is_never_closed_damages_one_line_only(void **state)
{
	struct ctx *c = *state;
	slice text = S("1,\"a,u1\n2,x,u2\n3,y,u3\n");
	struct line line;
	size_t at = 0;

	assert_int_equal(next_csv(c, text, &at, &line), LINE_DAMAGED);
	assert_int_equal(next_csv(c, text, &at, &line), LINE_GOOD);
	assert_slice(line.f[COL_ID], S("2"));
}

static void too_few_and_too_many_columns_are_damage(void **state)
{
	struct ctx *c = *state;
	struct line line;
	size_t at = 0;

	assert_int_equal(next_csv(c, S("1,2"), &at, &line), LINE_DAMAGED);
	at = 0;
	assert_int_equal(next_csv(c, S("1,2,3,4\n"), &at, &line), LINE_DAMAGED);
	at = 0;
	assert_int_equal(next_csv(c, S("\r\n"), &at, &line), LINE_EMPTY);
}

/* Lines longer than the 64 bytes that are looked at in one go, and fields that end at their borders. */
static void fields_are_found_at_every_distance(void **state)
{
	struct ctx *c = *state;
	char text[512];

	for (size_t first = 0; first < 150; first++) {
		struct line line;
		size_t at = 0, len = 0;

		memset(text, 'x', first);
		len = first;
		memcpy(text + len, ",b,c\n", 5);
		assert_int_equal(next_csv(c, (slice){ text, len + 5 }, &at, &line), LINE_GOOD);
		assert_int_equal(line.f[COL_ID].len, first);
		assert_slice(line.f[COL_USER], S("c"));
		assert_int_equal(at, len + 5);
	}
}

static struct layout keyed(enum line_form form, bool cp932)
{
	struct layout l = { .form = form, .cp932 = cp932, .nkeys = 3 };

	l.keys[0].key = S("id");
	l.keys[0].col = COL_ID;
	l.keys[1].key = S("user");
	l.keys[1].col = COL_USER;
	l.keys[2].key = S("q");
	l.keys[2].col = COL_QUERY;
	return l;
}

/* ソ and 表 end in 0x5C in CP932: a reader that looks at bytes only would take it for an escape. */
static void a_backslash_inside_a_cp932_character_is_no_escape(void **state)
{
	struct ctx *c = *state;
	struct layout l = keyed(FORM_JSON, true);
	struct buf scratch;
	struct line line;
	size_t at = 0;

	buf_init(&scratch, c->a, 1 << 16);
	assert_int_equal(line_next(&l, S("{\"q\":\"\x83\x5c\x95\x5c\",\"id\":\"7\",\"user\":\"u\\u0041\"}\n"), &at, &scratch, &line), LINE_GOOD);
	assert_slice(line.f[COL_QUERY], S("\x83\x5c\x95\x5c"));
	assert_slice(line.f[COL_USER], S("uA"));
	assert_slice(line.f[COL_ID], S("7"));
}

static void nested_values_are_skipped_and_cut_lines_are_damage(void **state)
{
	struct ctx *c = *state;
	struct layout l = keyed(FORM_JSON, false);
	struct buf scratch;
	struct line line;
	size_t at = 0;

	buf_init(&scratch, c->a, 1 << 16);
	assert_int_equal(line_next(&l, S("{\"x\":{\"id\":[1,{\"a\":\"}\"}]},\"id\":9,\"user\":null}"), &at, &scratch, &line), LINE_GOOD);
	assert_slice(line.f[COL_ID], S("9"));
	assert_int_equal(line.f[COL_USER].len, 0);
	at = 0;
	assert_int_equal(line_next(&l, S("{\"id\":\"9\",\"user\":\"u"), &at, &scratch, &line), LINE_DAMAGED);
}

static void ltsv_labels_come_in_any_order_and_a_dash_is_nothing(void **state)
{
	struct ctx *c = *state;
	struct layout l = keyed(FORM_LTSV, false);
	struct buf scratch;
	struct line line;
	size_t at = 0;

	buf_init(&scratch, c->a, 1 << 16);
	assert_int_equal(line_next(&l, S("q:-\tuser:u1\tother:x:y\tid:5\n"), &at, &scratch, &line), LINE_GOOD);
	assert_slice(line.f[COL_ID], S("5"));
	assert_slice(line.f[COL_USER], S("u1"));
	assert_int_equal(line.f[COL_QUERY].len, 0);
}

static void cp932_has_the_nec_and_ibm_characters(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 4096);
	/* 髙 (IBM), ㈱ and ① (NEC), half-width ｱ, ～ */
	assert_true(cp932_put(&b, S("\xfb\xfc\x87\x8a\x87\x40\xb1\x81\x60 a")));
	assert_slice(buf_slice(&b), S("髙㈱①ｱ～ a"));
	buf_reset(&b);
	assert_false(cp932_put(&b, S("\xff\x81")));
	assert_false(text_is_cp932(S("日本語")));
	assert_true(text_is_cp932(S("\x93\xfa\x96\x7b\x8c\xea")));
}

static void times_come_with_eras_with_zones_and_without(void **state)
{
	wall want, got;
	static const char *const same[] = { "2025/03/03 08:05:00", "2025-03-03T08:05:00+09:00", "2025-03-02T23:05:00Z", "R7.3.3 8:05",
		"2025/3/3 8:05", "20250303 08:05:00", "2025-03-03T07:05:00+08:00", "2025-03-03 08:05:00.123" };
	static const char *const wrong[] = { "", "2025/02/30 08:00:00", "2025/03/03 25:00:00", "R0.3.3 8:05", "2025/03/03 08:05:00x", "R7" };

	(void)state;
	assert_true(log_time_parse(S("2025/03/03 08:05:00"), &want));
	assert_int_equal(want / DAY_SECONDS, 20150);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(log_time_parse(slice_of(same[i]), &got));
		assert_int_equal(got, want);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(log_time_parse(slice_of(wrong[i]), &got));
}

static void a_compressed_file_that_grows_without_end_is_refused(void **state)
{
	struct ctx *c = *state;
	/* gzip of nothing but its header, then plain text */
	slice in = S("\x1f\x8bxxxxxxxxxxxxxxxx");
	struct unpack *u;
	char out[64];
	size_t len;

	assert_ok(c, unpack_new(c, in, 1000, &u));
	assert_fault(c, unpack_some(c, u, &in, out, sizeof out, &len), E_INVALID, "screen.packed");
	in = S("0123456789");
	assert_ok(c, unpack_new(c, in, 5, &u));
	assert_fault(c, unpack_some(c, u, &in, out, sizeof out, &len), E_LIMIT, "screen.bomb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_quoted_field_may_hold_commas_quotes_and_line_ends),
		WORK_TEST(a_quote_that_is_never_closed_damages_one_line_only),
		WORK_TEST(too_few_and_too_many_columns_are_damage),
		WORK_TEST(fields_are_found_at_every_distance),
		WORK_TEST(a_backslash_inside_a_cp932_character_is_no_escape),
		WORK_TEST(nested_values_are_skipped_and_cut_lines_are_damage),
		WORK_TEST(ltsv_labels_come_in_any_order_and_a_dash_is_nothing),
		WORK_TEST(cp932_has_the_nec_and_ibm_characters),
		WORK_TEST(times_come_with_eras_with_zones_and_without),
		WORK_TEST(a_compressed_file_that_grows_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
