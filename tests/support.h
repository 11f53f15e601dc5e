/* What every test needs: cmocka, a context with memory, and checks that show the fault. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rc.h"

static inline int work_begin(void **state)
{
	struct ctx *c = calloc(1, sizeof *c);

	c->a = arena_new((size_t)64 << 20);
	c->now = 1795219200000;   /* 2026-11-21T09:00+09:00 */
	*state = c;
	return 0;
}

static inline int work_end(void **state)
{
	struct ctx *c = *state;

	arena_free(c->a);
	free(c);
	return 0;
}

#define WORK_TEST(fn) cmocka_unit_test_setup_teardown(fn, work_begin, work_end)

#define assert_ok(c, expr) do { \
	rc got_ = (expr); \
	if (got_ != OK) \
		fail_msg("%s: %s %s %s", #expr, rc_word(got_), (c)->fault.key ? (c)->fault.key : "", (c)->fault.name); \
} while (0)

#define assert_fault(c, expr, code_, key_) do { \
	rc got_ = (expr); \
	assert_string_equal(rc_word(got_), rc_word(code_)); \
	assert_string_equal((c)->fault.key, (key_)); \
} while (0)

#define assert_slice(got, want) do { \
	slice got_ = (got), want_ = (want); \
	if (!slice_eq(got_, want_)) \
		fail_msg("got \"%.*s\", want \"%.*s\"", S_ARG(got_), S_ARG(want_)); \
} while (0)

#endif
