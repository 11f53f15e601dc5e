#include "tests/support.h"

#include "base/pack.h"

static const struct pack *parse(struct ctx *c, const char *text)
{
	const struct pack *p = NULL;

	assert_ok(c, pack_parse(c, "test.yaml", slice_of(text), &p));
	return p;
}

static void a_tree_keeps_order_and_places(void **state)
{
	struct ctx *c = *state;
	const struct pack *p = parse(c, "a: 1\nlist:\n  - 日本\n  - { x: y, 'q': \"\" }\n"), *list, *flow;

	assert_int_equal(p->kind, PACK_MAP);
	assert_int_equal(p->count, 2);
	list = pack_get(p, S("list"));
	assert_int_equal(list->kind, PACK_LIST);
	assert_slice(list->child->text, S("日本"));
	assert_int_equal(list->child->row, 3);
	assert_int_equal(list->child->col, 5);
	flow = list->child->next;
	assert_slice(pack_get(flow, S("x"))->text, S("y"));
	assert_true(pack_get(flow, S("q"))->quoted);
	assert_null(flow->next);
	assert_null(pack_get(p, S("none")));
}

static void what_the_subset_leaves_out_is_refused_with_its_place(void **state)
{
	static const struct { const char *text, *key; uint32_t row, col; } cases[] = {
		{ "a: &x 1\nb: *x\n", "pack.anchor", 1, 4 },
		{ "a: 1\nb: *x\n", "pack.anchor", 2, 4 },
		{ "a: !!int 1\n", "pack.tag", 1, 4 },
		{ "%YAML 1.1\n---\na: 1\n", "pack.directive", 1, 1 },
		{ "a: 1\n---\nb: 2\n", "pack.documents", 2, 1 },
		{ "a: 1\nb: 2\na: 3\n", "pack.duplicate", 3, 1 },
		{ "? [a, b]\n: 1\n", "pack.key", 1, 3 },
		{ "'': 1\n", "pack.key", 1, 1 },
		{ "a: [1, 2\nb: 3\n", "pack.syntax", 2, 2 },
		{ "", "pack.empty", 1, 1 },
		{ "# only a comment\n", "pack.empty", 1, 1 },
		{ "a: 1\nb: \xff\n", "pack.utf8", 2, 4 },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pack *p = NULL;

		assert_fault(c, pack_parse(c, "bad.yaml", slice_of(cases[i].text), &p), E_INVALID, cases[i].key);
		assert_null(p);
		assert_string_equal(c->fault.where, "bad.yaml");
		assert_int_equal(c->fault.row, cases[i].row);
		assert_int_equal(c->fault.col, cases[i].col);
	}
}

static void a_deep_nest_meets_its_limit(void **state)
{
	struct ctx *c = *state;
	char text[4096];
	const struct pack *p;

	memset(text, '[', sizeof text);
	assert_fault(c, pack_parse(c, "deep.yaml", (slice){ text, sizeof text }, &p), E_LIMIT, "pack.depth");
}

static void numbers_are_plain_digits_only(void **state)
{
	static const char *const bad[] = { "030", "30日", "0x1e", "3_0", "+30", " '30'", "30.0", "", "1e3" };
	struct ctx *c = *state;
	int64_t n;

	assert_ok(c, pack_int(c, parse(c, "n: 30\n"), "n", 0, 99, &n));
	assert_int_equal(n, 30);
	assert_fault(c, pack_int(c, parse(c, "n: 100\n"), "n", 0, 99, &n), E_INVALID, "pack.range");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buf b;

		buf_init(&b, c->a, 64);
		buf_putf(&b, "n: %s\n", bad[i]);
		buf_putc(&b, '\0');
		assert_fault(c, pack_int(c, parse(c, b.p), "n", 0, 99, &n), E_INVALID, "pack.number");
		assert_string_equal(c->fault.name, "n");
	}
}

static void no_is_a_word_and_only_true_and_false_are_bool(void **state)
{
	struct ctx *c = *state;
	const struct pack *p = parse(c, "a: no\nb: true\nc: yes\nd: 2026-02-30\n");
	slice s;
	bool b;
	jday d;

	assert_ok(c, pack_text(c, p, "a", &s));
	assert_slice(s, S("no"));
	assert_ok(c, pack_bool(c, p, "b", &b));
	assert_true(b);
	assert_fault(c, pack_bool(c, p, "c", &b), E_INVALID, "pack.bool");
	assert_fault(c, pack_day(c, p, "d", &d), E_INVALID, "pack.day");
	assert_fault(c, pack_text(c, p, "e", &s), E_INVALID, "pack.missing");
	assert_string_equal(c->fault.name, "e");
}

static void a_key_that_the_schema_lacks_is_named(void **state)
{
	static const char *const keys[] = { "a", "b", NULL };
	struct ctx *c = *state;

	assert_ok(c, pack_keys(c, parse(c, "b: 1\na: 2\n"), keys));
	assert_fault(c, pack_keys(c, parse(c, "b: 1\nbb: 2\n"), keys), E_INVALID, "pack.unknown_key");
	assert_string_equal(c->fault.name, "bb");
	assert_int_equal(c->fault.row, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_tree_keeps_order_and_places),
		WORK_TEST(what_the_subset_leaves_out_is_refused_with_its_place),
		WORK_TEST(a_deep_nest_meets_its_limit),
		WORK_TEST(numbers_are_plain_digits_only),
		WORK_TEST(no_is_a_word_and_only_true_and_false_are_bool),
		WORK_TEST(a_key_that_the_schema_lacks_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
