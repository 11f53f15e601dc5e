#include "tests/support.h"

#include "base/json.h"

static const struct json *parsed(struct ctx *c, slice text)
{
	const struct json *v = NULL;

	assert_ok(c, json_parse(c, text, &v));
	return v;
}

static void a_tree_is_read_and_written_back(void **state)
{
	struct ctx *c = *state;
	slice text = S("{\"a\":[1,-2,3.5,1e3],\"b\":{\"c\":\"\\u9ad9\\n\"},\"d\":true,\"e\":null}");
	const struct json *v = parsed(c, text);
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_value(&o, v);
	assert_slice(buf_slice(&b), S("{\"a\":[1,-2,3.5,1e3],\"b\":{\"c\":\"\xe9\xab\x99\\n\"},\"d\":true,\"e\":null}"));
	assert_int_equal(json_get(v, S("a"))->child->num, 1);
	assert_int_equal(json_get(v, S("a"))->child->next->next->type, JSON_NUMBER);
	assert_null(json_get(v, S("z")));
}

static void surrogate_pairs_are_joined_and_halves_refused(void **state)
{
	struct ctx *c = *state;
	const struct json *v;

	assert_slice(parsed(c, S("\"\\ud842\\udfb7\""))->text, S("\xf0\xa0\xae\xb7"));   /* 𠮷 */
	assert_fault(c, json_parse(c, S("\"\\ud842\""), &v), E_INVALID, "json.surrogate");
	assert_fault(c, json_parse(c, S("\"\\udfb7\""), &v), E_INVALID, "json.surrogate");
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
	static const struct { slice text; rc code; const char *key; uint64_t at; } cases[] = {
		{ S_INIT(""), E_INVALID, "json.empty", 0 },
		{ S_INIT("  "), E_INVALID, "json.empty", 0 },
		{ S_INIT("{\"a\":1,\"a\":2}"), E_INVALID, "json.duplicate", 10 },
		{ S_INIT("{\"a\":1} x"), E_INVALID, "json.trailing", 8 },
		{ S_INIT("[1,]"), E_INVALID, "json.syntax", 3 },
		{ S_INIT("[01]"), E_INVALID, "json.syntax", 3 },
		{ S_INIT("\"\xc0\x80\""), E_INVALID, "json.utf8", 1 },
		{ S_INIT("\"a\tb\""), E_INVALID, "json.control", 2 },
		{ S_INIT("\"\\u0000\""), E_INVALID, "json.nul", 1 },
		{ S_INIT("\"abc"), E_INVALID, "json.syntax", 4 },
		{ S_INIT("{\"a\""), E_INVALID, "json.syntax", 4 },
	};
	struct ctx *c = *state;
	const struct json *v;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_fault(c, json_parse(c, cases[i].text, &v), cases[i].code, cases[i].key);
		assert_int_equal(c->fault.at, cases[i].at);
	}
}

static void nesting_has_a_limit(void **state)
{
	struct ctx *c = *state;
	const struct json *v;
	char deep[80];

	memset(deep, '[', 40);
	memset(deep + 40, ']', 40);
	assert_fault(c, json_parse(c, (slice){ deep, 80 }, &v), E_LIMIT, "json.depth");
}

static void an_object_of_any_size_with_a_duplicate_is_refused(void **state)
{
	static const int sizes[] = { 5, 8, 9, 78, 256, 257, 500 };
	struct ctx *c = *state;
	const struct json *v;
	struct buf b;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		buf_init(&b, c->a, 65536);
		buf_putc(&b, '{');
		for (int j = 1; j < sizes[i]; j++)
			buf_putf(&b, "\"k%d\":%d,", j, j);
		buf_put(&b, S("\"k\":0}"));
		assert_ok(c, json_parse(c, buf_slice(&b), &v));
		assert_int_equal(v->count, sizes[i]);
		buf_reset(&b);
		buf_putc(&b, '{');
		for (int j = 1; j < sizes[i]; j++)
			buf_putf(&b, "\"k%d\":%d,", j, j);
		buf_put(&b, S("\"k4\":0}"));
		assert_fault(c, json_parse(c, buf_slice(&b), &v), E_INVALID, "json.duplicate");
	}
}

/* Each length, and in each place a byte that has to be escaped, alone or with another behind it: copied in steps or one by one. */
static void what_has_to_be_escaped_is_found_wherever_it_stands(void **state)
{
	static const struct { char ch; const char *as; } escapes[] = { { '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" }, { '\0', "\\u0000" }, { 0x1f, "\\u001f" } };
	struct ctx *c = *state;
	struct buf got, want;
	char text[80];

	buf_init(&got, c->a, 4096);
	buf_init(&want, c->a, 4096);
	for (size_t n = 0; n < sizeof text; n++)
		for (size_t at = 0; at <= n; at++) {
			size_t k = (n + at) % (sizeof escapes / sizeof escapes[0]);

			memset(text, 0xe3, n);
			if (at < n)
				text[at] = escapes[k].ch;
			if (at + 9 < n)
				text[at + 9] = '"';
			buf_reset(&got);
			buf_reset(&want);
			json_put_text(&got, (slice){ text, n });
			buf_putc(&want, '"');
			for (size_t i = 0; i < n; i++)
				if (i == at)
					buf_putz(&want, escapes[k].as);
				else if (i == at + 9)
					buf_putz(&want, "\\\"");
				else
					buf_putc(&want, text[i]);
			buf_putc(&want, '"');
			assert_true(slice_eq(buf_slice(&got), buf_slice(&want)));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_tree_is_read_and_written_back),
		WORK_TEST(surrogate_pairs_are_joined_and_halves_refused),
		WORK_TEST(what_is_wrong_is_named_with_its_place),
		WORK_TEST(nesting_has_a_limit),
		WORK_TEST(an_object_of_any_size_with_a_duplicate_is_refused),
		WORK_TEST(what_has_to_be_escaped_is_found_wherever_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
