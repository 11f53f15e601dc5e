#include "tests/support.h"

#include "engine/select/anchor.h"

#include "base/banned.h"

/* The fast masks against the plain ones on random bytes, dense in what matters. */
static uint32_t next_random(uint32_t *s)
{
	*s = *s * 1664525u + 1013904223u;
	return *s >> 8;
}

static void fast_masks_equal_plain_ones(void **state)
{
	static const char dense[] = "a0.:@\\/%-TcmuAsZz9[]{}()&,\"< \n\xe3\x83\x9f\xe3\x80\x82\xe2\x80\xef\xbc_";
	anchor_fn *fast = anchor_best();
	fold_fn *fold = anchor_fold_best();
	uint32_t seed = 20261121;
	char text[1 + 64 + ANCHOR_PAD];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct anchor_masks a, b;
		bool csv = round & 1, html = round & 2;

		for (size_t i = 0; i < sizeof text; i++)
			text[i] = round % 3 ? dense[next_random(&seed) % (sizeof dense - 1)] : (char)next_random(&seed);
		if (round % 5 == 0)
			memset(text + next_random(&seed) % 100, 'f', 64);
		anchor_plain(text + 1, &a);
		fast(text + 1, &b);
		assert_memory_equal(&a, &b, sizeof a);
		assert_true(anchor_fold_plain(text + 1, csv, html) == fold(text + 1, csv, html));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fast_masks_equal_plain_ones) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
