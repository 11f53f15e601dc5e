#include "tests/support.h"

#include <stdio.h>
#include <string.h>

#include "base/known.h"

static struct mark mark(const struct known *k, const char *one, const char *two)
{
	const slice pieces[] = { slice_of(one), slice_of(two) };

	return known_mark(k, pieces, 2);
}

static void put(struct known *k, struct mark m, const char *text)
{
	char *p = known_put(k, m, strlen(text));

	assert_non_null(p);
	memcpy(p, text, strlen(text));
}

static void what_was_put_is_found_by_its_key(void **state)
{
	struct ctx *c = *state;
	struct known *k;
	slice got;

	assert_ok(c, known_new(c, 64, 4096, &k));
	assert_false(known_find(k, mark(k, "a", "b"), &got));
	put(k, mark(k, "a", "b"), "first");
	put(k, mark(k, "a", "c"), "second");
	assert_true(known_find(k, mark(k, "a", "b"), &got));
	assert_slice(got, S("first"));
	put(k, mark(k, "a", "b"), "");
	assert_true(known_find(k, mark(k, "a", "b"), &got));
	assert_int_equal(got.len, 0);
	assert_true(known_find(k, mark(k, "a", "c"), &got));
	assert_slice(got, S("second"));
}

static bool differ(struct mark x, struct mark y) { return x.a != y.a || x.b != y.b; }

static void where_a_piece_ends_makes_another_key(void **state)
{
	struct ctx *c = *state;
	struct known *k, *other;
	slice one[] = { S("ab") };
	char zeros[2100] = { 0 };

	assert_ok(c, known_new(c, 64, 4096, &k));
	assert_ok(c, known_new(c, 64, 4096, &other));
	assert_true(differ(mark(k, "ab", ""), mark(k, "a", "b")));
	assert_true(differ(mark(k, "ab", ""), known_mark(k, one, 1)));
	assert_true(differ(mark(k, "a", "b"), mark(other, "a", "b")));
	for (size_t n = 1; n < sizeof zeros; n++) {
		slice x = { zeros, n - 1 }, y = { zeros, n };

		assert_true(differ(known_mark(k, &x, 1), known_mark(k, &y, 1)));
	}
}

static void a_full_table_forgets_and_goes_on(void **state)
{
	struct ctx *c = *state;
	struct known *k;
	char key[16];
	slice got;

	assert_ok(c, known_new(c, 64, 4096, &k));
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(key, sizeof key, "%d", i);
		put(k, mark(k, key, ""), i % 2 ? "a text of some bytes, with which the pool is full at times" : key);
		assert_true(known_find(k, mark(k, key, ""), &got));
		assert_true(known_find(k, mark(k, "0", ""), &got));
		assert_slice(got, S("0"));
		assert_true(known_find(k, mark(k, key, ""), &got));
		assert_slice(got, slice_of(i % 2 ? "a text of some bytes, with which the pool is full at times" : key));
	}
	assert_false(known_find(k, mark(k, "1", ""), &got));
	assert_true(known_find(k, mark(k, "0", ""), &got));   /* asked for all the time */
	assert_null(known_put(k, mark(k, "x", ""), 2000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(what_was_put_is_found_by_its_key),
		WORK_TEST(where_a_piece_ends_makes_another_key),
		WORK_TEST(a_full_table_forgets_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
