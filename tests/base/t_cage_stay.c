#include "tests/support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cage_stay.h"

/* What a child remembers of its inputs: an honest parser remembers nothing. */
static unsigned had;
static bool poisoned;

static void burn(long nanoseconds)
{
	struct timespec t = { 0, 0 };

	while (t.tv_sec * 1000000000L + t.tv_nsec < nanoseconds)
		(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
}

static rc obey(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	had++;
	if (poisoned || slice_is(in, "crash"))
		(void)raise(SIGSEGV);
	if (slice_is(in, "poison"))
		poisoned = true;
	if (slice_is(in, "fault"))
		return FAIL(c, E_INVALID, "json.syntax");
	if (slice_is(in, "much"))
		for (int i = 0; i < 1 << 20; i++)
			buf_putc(out, 'x');
	if (slice_is(in, "net"))
		buf_put_i64(out, socket(AF_INET, SOCK_STREAM, 0));
	if (slice_is(in, "open"))
		buf_putz(out, open("/etc/passwd", O_RDONLY) < 0 ? "refused" : "open");
	if (slice_is(in, "write"))
		((char *)(uintptr_t)in.p)[0] = 'x';
	if (slice_is(in, "burn"))
		burn(1200000000L);
	while (slice_is(in, "endless"))
		buf_putc(out, 'x');
	if (slice_is(in, "large") || slice_is(in, "too large"))
		if (!arena_bytes(c->a, (size_t)(in.len == 5 ? 40 : 80) << 20))
			return FAIL(c, E_LIMIT, "memory.limit");
	if (slice_is(in, "count"))
		buf_put_i64(out, had);
	buf_put(out, *(const slice *)arg);
	return OK;
}

static void put_slice(struct buf *b, const void *arg) { buf_put(b, *(const slice *)arg); }

static rc get_slice(struct ctx *c, slice bytes, const void **ret)
{
	slice *s;

	TRY_NEW(c, s);
	*s = bytes;
	*ret = s;
	return OK;
}

static const struct cage_kind kind = {
	.name = "obey", .fn = obey, .put = put_slice, .get = get_slice,
	.limits = { .memory = (size_t)64 << 20, .seconds = 20, .answer = 1 << 16 },
};
/* One for an input that has no end: on a busy machine the others need longer. */
static const struct cage_kind hasty = {
	.name = "obey", .fn = obey, .put = put_slice, .get = get_slice,
	.limits = { .memory = (size_t)64 << 20, .seconds = 1, .answer = 1 << 30 },
};

static struct cage_stay *new_stay(struct ctx *c, const struct cage_kind *k)
{
	struct cage_stay *s = NULL;

	assert_ok(c, cage_stay_new(c, k, &s));
	return s;
}

static rc ask(struct ctx *c, struct cage_stay *s, const char *in, slice *ret)
{
	const slice arg = S(".");

	fault_clear(c);
	return cage_stay_run(c, s, &arg, slice_of(in), ret);
}

static void assert_answer(struct ctx *c, struct cage_stay *s, const char *in, const char *want)
{
	slice got;

	assert_ok(c, ask(c, s, in, &got));
	assert_slice(got, slice_of(want));
}

/* The only child of this process; 0 for none. */
static pid_t child(void)
{
	char path[64];
	int pid = 0;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "r");
	assert_non_null(f);
	if (fscanf(f, "%d", &pid) != 1)
		pid = 0;
	(void)fclose(f);
	return pid;
}

static void many_are_read_by_one_child(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);

	assert_answer(c, s, "count", "1.");
	assert_answer(c, s, "", ".");
	assert_answer(c, s, "count", "3.");
	assert_answer(c, s, "open", "refused.");
}

static void a_child_is_replaced_after_so_many(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);

	for (unsigned i = 0; i < CAGE_STAY_INPUTS; i++)
		assert_answer(c, s, "x", ".");
	assert_answer(c, s, "count", "1.");
}

static void what_fails_is_told_and_the_next_is_read_by_a_new_child(void **state)
{
	static const struct { const char *in, *key; rc code; } bad[] = {
		{ "crash", "cage.died", E_INVALID }, { "net", "cage.died", E_INVALID }, { "write", "cage.died", E_INVALID },
		{ "fault", "json.syntax", E_INVALID }, { "much", "cage.answer", E_LIMIT }, { "too large", "memory.limit", E_LIMIT },
	};
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);
	slice got;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_answer(c, s, "x", ".");
		assert_fault(c, ask(c, s, bad[i].in, &got), bad[i].code, bad[i].key);
		assert_answer(c, s, "count", "1.");
	}
}

static void what_one_broke_does_not_fail_the_next(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);

	assert_answer(c, s, "poison", ".");
	assert_answer(c, s, "count", "1.");
}

static void a_child_that_was_killed_is_replaced(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);

	assert_answer(c, s, "count", "1.");
	assert_int_equal(kill(child(), SIGKILL), 0);
	assert_answer(c, s, "count", "1.");
	assert_answer(c, s, "count", "2.");
}

static void memory_is_limited_for_each(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);

	for (int i = 0; i < 5; i++)
		assert_answer(c, s, "large", ".");
	assert_answer(c, s, "count", "6.");
}

static void time_is_limited_for_each(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind), *h = new_stay(c, &hasty);
	struct rlimit first, second;
	slice got;

	assert_answer(c, s, "burn", ".");
	assert_int_equal(prlimit(child(), RLIMIT_CPU, NULL, &first), 0);
	assert_answer(c, s, "x", ".");
	assert_int_equal(prlimit(child(), RLIMIT_CPU, NULL, &second), 0);
	assert_int_equal(first.rlim_cur, 21);
	assert_in_range(second.rlim_cur, 22, 23);
	assert_fault(c, ask(c, h, "endless", &got), E_LIMIT, "cage.time");
}

static void one_too_long_has_a_child_of_its_own(void **state)
{
	struct ctx *c = *state;
	struct cage_stay *s = new_stay(c, &kind);
	char *p = arena_alloc(c->a, CAGE_STAY_MOST, 1);
	const slice arg = S(".");
	slice got;

	assert_ok(c, cage_stay_run(c, s, &arg, (slice){ p, CAGE_STAY_MOST - 1 }, &got));
	assert_ok(c, cage_stay_run(c, s, &arg, (slice){ p, CAGE_STAY_MOST }, &got));
	assert_slice(got, S("."));
	assert_answer(c, s, "count", "2.");
}

static void nobody_is_left_behind(void **state)
{
	struct ctx *c = *state, own = { .a = arena_new((size_t)16 << 20) };

	(void)c;
	assert_answer(&own, new_stay(&own, &kind), "x", ".");
	arena_free(own.a);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(many_are_read_by_one_child),
		WORK_TEST(a_child_is_replaced_after_so_many),
		WORK_TEST(what_fails_is_told_and_the_next_is_read_by_a_new_child),
		WORK_TEST(what_one_broke_does_not_fail_the_next),
		WORK_TEST(a_child_that_was_killed_is_replaced),
		WORK_TEST(memory_is_limited_for_each),
		WORK_TEST(time_is_limited_for_each),
		WORK_TEST(one_too_long_has_a_child_of_its_own),
		WORK_TEST(nobody_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
