#include "tests/support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cage.h"

static const struct cage_limits limits = { .memory = (size_t)64 << 20, .seconds = 2, .answer = 1 << 16 };

static rc in_capitals(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)arg;
	for (size_t i = 0; i < in.len; i++)
		buf_putc(out, in.p[i] >= 'a' && in.p[i] <= 'z' ? (char)(in.p[i] - 32) : in.p[i]);
	return OK;
}

static rc that_finds_a_mistake(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)in;
	(void)arg;
	(void)out;
	(void)FAIL(c, E_INVALID, "json.syntax");
	fault_at(c, 7);
	fault_name(c, S("row"));
	return E_INVALID;
}

static rc that_opens_a_file(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	int fd = open("/etc/passwd", O_RDONLY);

	(void)in;
	(void)arg;
	buf_putz(out, fd < 0 ? "refused" : "open");
	(void)c;
	return OK;
}

static rc that_calls_the_network(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)in;
	(void)arg;
	buf_put_i64(out, socket(AF_INET, SOCK_STREAM, 0));
	return OK;
}

static rc that_starts_a_process(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)in;
	(void)arg;
	buf_put_i64(out, fork());
	return OK;
}

static rc that_starts_a_program(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	char name[] = "true", *argv[] = { name, NULL };

	(void)c;
	(void)in;
	(void)arg;
	buf_put_i64(out, execv("/bin/true", argv));
	return OK;
}

static rc that_never_ends(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)in;
	(void)arg;
	for (volatile unsigned i = 0; i != UINT32_MAX - 1u; i = i > 9 ? 0 : i + 1)
		if (i == 100)
			buf_putc(out, 'x');
	return OK;
}

static rc that_takes_all_memory(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	size_t n = 0;

	(void)in;
	(void)arg;
	(void)out;
	while (n < ((size_t)1 << 40)) {
		void *p = arena_bytes(c->a, (size_t)1 << 20);

		if (!p)
			return FAIL(c, E_LIMIT, "memory.limit");
		n += (size_t)1 << 20;
	}
	return OK;
}

static rc that_answers_too_much(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)in;
	(void)arg;
	for (int i = 0; i < 1 << 20; i++)
		buf_putc(out, 'x');
	return OK;
}

static rc that_writes_to_nowhere(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	(void)c;
	(void)in;
	(void)arg;
	(void)out;
	(void)raise(SIGSEGV);
	return OK;
}

static void bytes_go_in_and_come_out(void **state)
{
	struct ctx *c = *state;
	slice out;

	assert_ok(c, cage_run(c, &limits, in_capitals, NULL, S("kurage"), &out));
	assert_slice(out, S("KURAGE"));
	assert_ok(c, cage_run(c, &limits, in_capitals, NULL, S_NONE, &out));
	assert_int_equal(out.len, 0);
}

static void a_fault_comes_out_with_its_place(void **state)
{
	struct ctx *c = *state;
	slice out;

	assert_fault(c, cage_run(c, &limits, that_finds_a_mistake, NULL, S("x"), &out), E_INVALID, "json.syntax");
	assert_int_equal(c->fault.at, 7);
	assert_string_equal(c->fault.name, "row");
}

static void no_file_can_be_opened(void **state)
{
	struct ctx *c = *state;
	slice out;

	assert_ok(c, cage_run(c, &limits, that_opens_a_file, NULL, S("x"), &out));
	assert_slice(out, S("refused"));
}

static void what_breaks_a_rule_dies_alone(void **state)
{
	static cage_fn *const bad[] = {
		that_calls_the_network, that_starts_a_process, that_starts_a_program, that_writes_to_nowhere,
	};
	struct ctx *c = *state;
	slice out;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_fault(c, cage_run(c, &limits, bad[i], NULL, S("x"), &out), E_INVALID, "cage.died");
	/* and nobody is left behind */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void time_memory_and_answer_have_limits(void **state)
{
	struct ctx *c = *state;
	slice out;

	assert_fault(c, cage_run(c, &limits, that_never_ends, NULL, S("x"), &out), E_LIMIT, "cage.time");
	assert_fault(c, cage_run(c, &limits, that_takes_all_memory, NULL, S("x"), &out), E_LIMIT, "memory.limit");
	assert_fault(c, cage_run(c, &limits, that_answers_too_much, NULL, S("x"), &out), E_LIMIT, "cage.answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(bytes_go_in_and_come_out),
		WORK_TEST(a_fault_comes_out_with_its_place),
		WORK_TEST(no_file_can_be_opened),
		WORK_TEST(what_breaks_a_rule_dies_alone),
		WORK_TEST(time_memory_and_answer_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
