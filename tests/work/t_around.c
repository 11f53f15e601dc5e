#include "tests/support.h"

#include "base/buf.h"
#include "base/json.h"
#include "work/select/around.h"

#include "base/banned.h"

static uint32_t next_random(uint32_t *s)
{
	*s = *s * 1664525u + 1013904223u;
	return *s >> 8;
}

/* The time of a line, asked for at places in their order, is what it is when each is asked for alone. */
static void times_in_order_are_those_of_each_place(void **state)
{
	static const char *const parts[] = { "2025-01-19T10:20:30Z ", "19/Jan/2025:10:20:30 +0900 ", "Jan  9 10:20:30 ", "2025-01-19 10:20 ", "10:20", ":", " ", "\n", "\n",
		"192.0.2.14:8080", "T10:20", "evil.example", "https://a.example/x", "2025", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };
	struct pii_result none = { 0 };
	struct ctx *c = *state;
	uint32_t seed = 7;
	size_t times = 0;

	for (int round = 0; round < 3000; round++) {
		struct around around = { 0 };
		struct buf b;

		arena_reset(c->a);
		buf_init(&b, c->a, 1 << 16);
		for (uint32_t n = next_random(&seed) % 60 + 1; n; n--)
			buf_putz(&b, parts[next_random(&seed) % (sizeof parts / sizeof parts[0])]);
		around.text = buf_slice(&b);
		for (size_t at = 0; at < b.len; at += next_random(&seed) % 40) {
			slice alone = around_time(around.text, &none, at), next = around_time_next(&around, &none, at);

			assert_slice(next, alone);
			times += alone.len > 0;
			at += next_random(&seed) % 3 == 0;
		}
	}
	assert_true(times > 1000);
}

/* Values of each length, with a sign to escape at each place and without one. */
static void texts_of_any_length_are_escaped(void **state)
{
	struct ctx *c = *state;
	char text[80];

	memset(text, 'a', sizeof text);
	for (size_t n = 0; n < sizeof text; n++)
		for (size_t at = 0; at <= n; at++) {
			struct buf b;

			arena_reset(c->a);
			buf_init(&b, c->a, 1024);
			if (at < n)
				text[at] = '"';
			json_put_text(&b, (slice){ text, n });
			text[at < n ? at : 0] = 'a';
			assert_int_equal(b.len, n + 2 + (at < n));
			for (size_t i = 0, k = 1; i < n; i++) {
				if (i == at)
					assert_true(b.p[k++] == '\\');
				assert_true(b.p[k++] == (i == at ? '"' : 'a'));
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(times_in_order_are_those_of_each_place), WORK_TEST(texts_of_any_length_are_escaped) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
