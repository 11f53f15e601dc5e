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

/* Text of the bytes that decide something, at random. */
static void random_text(char *p, size_t len, uint32_t *seed, const char *set)
{
	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		p[i] = set[(*seed >> 16) % strlen(set)];
	}
}

static void every_way_of_splitting_finds_the_same_marks(void **state)
{
	struct ctx *c = *state;
	uint32_t seed = 7;

	for (unsigned round = 0; round < 2000; round++) {
		struct marks m[2];
		char text[400];
		size_t len = round % 399;

		random_text(text, len, &seed, round % 3 ? "a,\"\nbcdefg,hij" : ",,\n\"");
		for (unsigned k = 0; k < 2; k++) {
			m[k].at = arena_alloc(c->a, len + SPLIT_ROOM, sizeof(uint32_t));
			m[k].end = arena_alloc(c->a, len + SPLIT_ROOM, sizeof(uint32_t));
		}
		for (unsigned way = 0;; way++) {
			const struct split_way *w = &split_ways[way];

			if (!w->fits())
				continue;
			w->run(text, len, ',', &m[0]);
			if (strcmp(w->name, "plain") == 0)
				break;
			for (unsigned last = way;; last++)
				if (strcmp(split_ways[last].name, "plain") == 0) {
					split_ways[last].run(text, len, ',', &m[1]);
					break;
				}
			assert_int_equal(m[0].n, m[1].n);
			assert_int_equal(m[0].lines, m[1].lines);
			assert_memory_equal(m[0].at, m[1].at, m[0].n * sizeof(uint32_t));
			assert_memory_equal(m[0].end, m[1].end, m[0].lines * sizeof(uint32_t));
		}
		arena_reset(c->a);
	}
}

/* The careful way, a byte after the other, against the one from marks: same lines, same states, same fields. */
static void compare_ways(struct ctx *c, const struct layout *l, slice text)
{
	struct marked_lines k = { .l = l };
	struct line a = { .utf8 = 0 }, b = { .utf8 = 0 };
	struct buf sa, sb;
	enum line_state st;
	size_t at = 0;

	k.m.at = arena_alloc(c->a, text.len + SPLIT_ROOM, sizeof(uint32_t));
	k.m.end = arena_alloc(c->a, text.len + SPLIT_ROOM, sizeof(uint32_t));
	buf_init(&sa, c->a, 1 << 16);
	buf_init(&sb, c->a, 1 << 16);
	marked_begin(&k, l, text, split_best());
	while (at < text.len) {
		assert_true(marked_next(&k, &sb, &b, &st));
		assert_int_equal(line_next(l, text, &at, &sa, &a), st);
		assert_int_equal(k.at, at);
		if (st == LINE_GOOD)
			for (unsigned i = 0; i < COLUMNS; i++)
				assert_slice(a.f[i], b.f[i]);
	}
	assert_false(marked_next(&k, &sb, &b, &st));
}

static void lines_from_marks_are_those_of_the_careful_way(void **state)
{
	struct ctx *c = *state;
	struct layout l = csv3();
	uint32_t seed = 11;
	char text[600];

	for (unsigned round = 0; round < 3000; round++) {
		size_t len = round % 599;

		random_text(text, len, &seed, round % 2 ? "a,b,c\n\"" : "1,2\"\",\r\n34");
		compare_ways(c, &l, (slice){ text, len });
		arena_reset(c->a);
	}
	compare_ways(c, &l, S("1,\"a,b\",u1\r\n1,\"a \"\"q\"\"\",u2\n\"1\",\"x\ny\",\"u\"\n2,b\"c,d\n3,4,5"));
}

static void json_from_marks_is_that_of_the_careful_way(void **state)
{
	static const char *const parts[] = { "{", "}", "\"id\"", ":", ",", "\"ts\"", "12", "\"a b\"", "\"x\\\"y\"", "\n", "null", " ", "\"user\":\"u\"",
		"{\"id\":\"1\",\"ts\":\"t\",\"user\":\"u\"}\n", "[1]" };
	struct ctx *c = *state;
	struct layout l = { .form = FORM_JSON, .nkeys = 3, .keys = { { S_INIT("id"), COL_ID }, { S_INIT("ts"), COL_TS }, { S_INIT("user"), COL_USER } } };
	uint32_t seed = 5;

	for (unsigned round = 0; round < 4000; round++) {
		char text[900];
		size_t len = 0;

		for (unsigned i = 0; i < round % 24; i++) {
			const char *p;

			seed = seed * 1664525u + 1013904223u;
			p = parts[(seed >> 16) % (sizeof parts / sizeof *parts)];
			memcpy(text + len, p, strlen(p));
			len += strlen(p);
		}
		compare_ways(c, &l, (slice){ text, len });
		arena_reset(c->a);
	}
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
		WORK_TEST(every_way_of_splitting_finds_the_same_marks),
		WORK_TEST(lines_from_marks_are_those_of_the_careful_way),
		WORK_TEST(json_from_marks_is_that_of_the_careful_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
