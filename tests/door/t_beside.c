/* Calls that wait for something slow: put aside, answered by the thread or by another machine, begun again, forgotten. */
#include "tests/support.h"

#include <poll.h>

#include "core/people/people_inside.h"
#include "door/serve/beside.h"

#include "base/banned.h"

static struct beside *open_beside(struct ctx *c)
{
	struct beside *b;

	assert_ok(c, beside_open(c, &b));
	assert_ok(c, beside_start(c, b));
	return b;
}

/* A call runs: it asks, and is put aside. */
static void asks(struct ctx *c, struct beside *b, enum aside_kind kind, slice question, uint64_t number)
{
	const struct aside *door = beside_door(b, 0);
	slice answer;

	assert_fault(c, door->ask(c, door->to, kind, question, &answer), E_BUSY, "aside.later");
	assert_true(aside_is_later(c));
	fault_clear(c);
	assert_true(beside_park(b, number, S("the call")));
}

static uint64_t wait_ready(struct beside *b)
{
	for (int i = 0; i < 100; i++) {
		struct pollfd p = { .fd = beside_fd(b), .events = POLLIN };
		uint64_t id;

		(void)poll(&p, 1, 200);
		id = beside_ready(b);
		if (id)
			return id;
	}
	return 0;
}

static void a_password_is_compared_by_the_thread_and_the_call_begun_again(void **state)
{
	static const struct { const char *password; bool right; } tries[] = { { "kumo to takenoko", true }, { "kumo", false } };
	struct ctx *c = *state;
	struct beside *b = open_beside(c);
	slice hash;

	assert_ok(c, password_hash(c, S("kumo to takenoko"), &hash));
	for (size_t i = 0; i < 2; i++) {
		uint64_t number, id;
		bool right = !tries[i].right;

		c->aside = beside_door(b, 0);
		assert_fault(c, password_verify(c, hash, slice_of(tries[i].password), &right), E_BUSY, "aside.later");
		fault_clear(c);
		assert_true(beside_park(b, 40 + i, S("the call")));
		id = wait_ready(b);
		assert_true(id != 0);
		assert_slice(beside_call(b, id, &number), S("the call"));
		assert_int_equal(number, 40 + i);
		c->aside = beside_door(b, id);
		assert_ok(c, password_verify(c, hash, slice_of(tries[i].password), &right));
		assert_int_equal(right, tries[i].right);
		beside_over(b, id);
	}
	c->aside = NULL;
	beside_close(b);
}

static void an_answer_is_for_its_question_and_its_call_alone(void **state)
{
	struct ctx *c = *state;
	struct beside *b = open_beside(c);
	const struct aside *door;
	slice job, answer;
	uint64_t id, other;

	asks(c, b, ASIDE_FETCH, S("one"), 1);
	id = beside_fetch(b, &job);
	assert_slice(job, S("one"));
	beside_sent(b, id, 900);
	assert_int_equal(beside_fetch(b, &job), 0);
	/* another call asks the same: it is not answered with what the first one gets */
	asks(c, b, ASIDE_FETCH, S("one"), 2);
	other = beside_fetch(b, &job);
	assert_true(other != 0 && other != id);
	assert_int_equal(beside_settle(b, 901, S("stray")), 0);
	assert_int_equal(beside_settle(b, 900, S("answer")), id);
	door = beside_door(b, id);
	assert_ok(c, door->ask(c, door->to, ASIDE_FETCH, S("one"), &answer));
	assert_slice(answer, S("answer"));
	assert_fault(c, door->ask(c, door->to, ASIDE_VERIFY, S("one"), &answer), E_BUSY, "aside.later");
	assert_fault(c, door->ask(c, door->to, ASIDE_FETCH, S("two"), &answer), E_BUSY, "aside.later");
	fault_clear(c);
	/* it needs a second answer, and keeps the first */
	assert_true(beside_park(b, 1, S("the call")));
	assert_int_equal(beside_fetch(b, &job), id);
	assert_slice(job, S("two"));
	beside_sent(b, id, 902);
	beside_lost(b);
	assert_int_equal(beside_fetch(b, &job), id);
	beside_sent(b, id, 903);
	assert_int_equal(beside_settle(b, 902, S("late")), 0);
	assert_int_equal(beside_settle(b, 903, S("second")), id);
	door = beside_door(b, id);
	assert_ok(c, door->ask(c, door->to, ASIDE_FETCH, S("one"), &answer));
	assert_ok(c, door->ask(c, door->to, ASIDE_FETCH, S("two"), &answer));
	assert_slice(answer, S("second"));
	beside_forget(b);
	assert_int_equal(beside_fetch(b, &job), 0);
	beside_close(b);
}

static void too_many_are_told_to_come_later(void **state)
{
	struct ctx *c = *state;
	struct beside *b = open_beside(c);
	const struct aside *door;
	slice answer;

	for (uint64_t i = 0; i < BESIDE_CALLS; i++)
		asks(c, b, ASIDE_FETCH, S("x"), i);
	door = beside_door(b, 0);
	assert_fault(c, door->ask(c, door->to, ASIDE_FETCH, S("x"), &answer), E_BUSY, "aside.later");
	fault_clear(c);
	assert_false(beside_park(b, 99, S("one too many")));
	beside_forget(b);
	asks(c, b, ASIDE_FETCH, S("x"), 1);
	beside_close(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(a_password_is_compared_by_the_thread_and_the_call_begun_again),
		WORK_TEST(an_answer_is_for_its_question_and_its_call_alone),
		WORK_TEST(too_many_are_told_to_come_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
