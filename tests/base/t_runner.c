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
	static const uint32_t many[] = { 0, 1, 2, 7, 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
		AUTO_RUNNER r = { 0 };
		struct seen s = { 0 };

		runner_start(&r, many[i]);
		for (uint32_t times = 1; times <= 20; times++) {
			runner_each(&r, 1000, mark, &s);
			for (uint32_t j = 0; j < 1000; j++)
				assert_int_equal(s.times[j], times);
		}
	}
	runner_each(NULL, 0, mark, NULL);
}

struct nested { const struct runner *r; struct seen s[50]; };

static void mark_all_of_one(void *p, uint32_t i)
{
	struct nested *n = p;

	runner_each(n->r, 1000, mark, &n->s[i]);
}

static void a_piece_may_be_cut_into_pieces_itself(void **state)
{
	static struct nested n;
	AUTO_RUNNER r = { 0 };

	(void)state;
	runner_start(&r, 4);
	n.r = &r;
	runner_each(&r, 50, mark_all_of_one, &n);
	for (uint32_t i = 0; i < 50; i++)
		for (uint32_t j = 0; j < 1000; j++)
			assert_int_equal(n.s[i].times[j], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_piece_is_done_once_by_any_number_of_threads),
		WORK_TEST(a_piece_may_be_cut_into_pieces_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
