#include <stdatomic.h>

#include "tests/support.h"

#include "base/runner.h"

struct seen { _Atomic uint32_t times[1000]; };

static void mark(void *p, uint32_t i)
{
	struct seen *s = p;

	atomic_fetch_add(&s->times[i], 1);
}

static void every_piece_is_done_once_by_any_number_of_threads(void **state)
{
	static const struct runner many[] = { { 0 }, { 1 }, { 2 }, { 7 }, { 1000 } };

	(void)state;
	for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
		struct seen s = { 0 };

		runner_each(&many[i], 1000, mark, &s);
		for (uint32_t j = 0; j < 1000; j++)
			assert_int_equal(s.times[j], 1);
	}
	runner_each(NULL, 0, mark, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(every_piece_is_done_once_by_any_number_of_threads) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
