/* Replies that wait for the disk: held until the flush, let go in order, never after a flush that failed. */
#include "tests/support.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "door/serve/durable.h"

#include "base/banned.h"

struct fixture { struct store *st; struct durable *d; struct wire_pipe p; int far; char path[64]; };

static void set_up(struct ctx *c, struct fixture *f, bool started)
{
	int ends[2];

	(void)snprintf(f->path, sizeof f->path, "/tmp/renkei-durable-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	(void)snprintf(f->path + strlen(f->path), 16, "/db");
	assert_ok(c, store_open_sqlite(c, f->path, true, &f->st));
	assert_ok(c, durable_open(c, f->st, &f->d));
	if (started)
		assert_ok(c, durable_start(c, f->d));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	wire_pipe_init(&f->p, ends[0], 65536);
	f->far = ends[1];
}

static void tear_down(struct fixture *f)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	durable_close(f->d);
	store_close(f->st);
	wire_pipe_close(&f->p);
	(void)close(f->far);
	for (size_t i = 0; i < 3; i++) {
		char path[96];

		(void)snprintf(path, sizeof path, "%s%s", f->path, ends[i]);
		(void)unlink(path);
	}
	*strrchr(f->path, '/') = '\0';
	assert_int_equal(rmdir(f->path), 0);
}

static void write_one(struct ctx *c, struct fixture *f, int64_t n)
{
	char tag[16];

	(void)snprintf(tag, sizeof tag, "t%d", (int)n);
	assert_ok(c, store_begin(c, f->st));
	assert_ok(c, STORE_RUN(c, f->st, STMT_ONCE_INSERT, v_text(slice_of(tag)), v_int(n)));
	assert_ok(c, store_commit(c, f->st));
}

static void wait_flush(const struct fixture *f)
{
	struct pollfd p = { .fd = durable_fd(f->d), .events = POLLIN };

	assert_int_equal(poll(&p, 1, 60000), 1);
}

/* The number of the next frame that web would get; 0: none. */
static uint64_t next_number(struct ctx *c, struct fixture *f)
{
	struct pollfd p = { .fd = f->far, .events = POLLIN };
	struct wire_frame got;

	assert_true(wire_pipe_flush(&f->p));
	if (poll(&p, 1, 0) != 1)
		return 0;
	assert_ok(c, wire_recv(c, f->far, 65536, 1000, &got));
	return got.number;
}

static void a_reply_leaves_when_its_act_is_on_the_disk(void **state)
{
	struct ctx *c = *state;
	struct fixture f = { 0 };
	uint64_t before;

	set_up(c, &f, true);
	/* nothing was written: at once */
	assert_true(durable_reply(f.d, &f.p, store_commits(f.st), 1, 11, S("read")));
	assert_int_equal(next_number(c, &f), 11);
	before = store_commits(f.st);
	write_one(c, &f, 1);
	assert_int_equal(store_commits(f.st), before + 1);
	assert_true(durable_reply(f.d, &f.p, before, 1, 12, S("written")));
	assert_int_equal(next_number(c, &f), 0);
	assert_int_equal(durable_waiting(f.d), 1);
	durable_go(f.d);
	wait_flush(&f);
	assert_ok(c, durable_come(c, f.d, &f.p));
	assert_int_equal(next_number(c, &f), 12);
	assert_int_equal(durable_waiting(f.d), 0);
	tear_down(&f);
}

static void a_reader_waits_for_what_it_has_seen_and_for_nothing_else(void **state)
{
	struct ctx *c = *state;
	struct fixture f = { 0 };
	uint64_t before;

	set_up(c, &f, true);
	before = store_commits(f.st);
	write_one(c, &f, 1);   /* not shown to others: a note of who looked */
	assert_true(durable_reply(f.d, &f.p, before, 1, 21, S("looked")));
	assert_true(durable_reply(f.d, &f.p, store_commits(f.st), 1, 22, S("other page")));
	assert_int_equal(next_number(c, &f), 22);
	write_one(c, &f, 2);
	durable_shown(f.d);
	assert_true(durable_reply(f.d, &f.p, store_commits(f.st), 1, 23, S("sees it")));
	assert_true(durable_reply(f.d, &f.p, store_commits(f.st), 1, 24, S("sees it too")));
	assert_int_equal(next_number(c, &f), 0);
	assert_int_equal(durable_waiting(f.d), 3);
	assert_ok(c, durable_all(c, f.d, &f.p));
	/* in the order in which they came */
	assert_int_equal(next_number(c, &f), 21);
	assert_int_equal(next_number(c, &f), 23);
	assert_int_equal(next_number(c, &f), 24);
	assert_int_equal(next_number(c, &f), 0);
	tear_down(&f);
}

static void what_may_be_lost_waits_for_nothing(void **state)
{
	struct ctx *c = *state;
	struct fixture f = { 0 };
	uint64_t before;

	set_up(c, &f, true);
	before = store_commits(f.st);
	assert_ok(c, store_begin_light(c, f.st));
	assert_ok(c, STORE_RUN(c, f.st, STMT_ONCE_INSERT, v_text(S("t")), v_int(1)));
	assert_ok(c, store_commit(c, f.st));
	assert_true(durable_reply(f.d, &f.p, before, 1, 31, S("light")));
	assert_int_equal(next_number(c, &f), 31);
	tear_down(&f);
}

/* fdatasync() on a pipe fails: as a disk that is gone. */
static void nobody_is_answered_after_a_flush_that_failed(void **state)
{
	struct ctx *c = *state;
	struct fixture f = { 0 };
	int journal, ends[2];
	uint64_t before;

	set_up(c, &f, true);
	assert_ok(c, store_put_off(c, f.st, &journal));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], journal), journal);
	before = store_commits(f.st);
	write_one(c, &f, 1);
	assert_true(durable_reply(f.d, &f.p, before, 1, 41, S("written")));
	durable_go(f.d);
	wait_flush(&f);
	assert_fault(c, durable_come(c, f.d, &f.p), E_IO, "store.commit");
	assert_int_equal(next_number(c, &f), 0);
	assert_int_equal(durable_waiting(f.d), 1);
	(void)close(ends[0]);
	(void)close(ends[1]);
	tear_down(&f);
}

/* A flush covers what stood there when it began. */
static void what_is_written_during_a_flush_waits_for_the_next_one(void **state)
{
	struct ctx *c = *state;
	struct fixture f = { 0 };
	uint64_t before;

	set_up(c, &f, false);
	before = store_commits(f.st);
	write_one(c, &f, 1);
	assert_true(durable_reply(f.d, &f.p, before, 1, 51, S("first")));
	durable_go(f.d);   /* asked, and the thread not there yet */
	before = store_commits(f.st);
	write_one(c, &f, 2);
	assert_true(durable_reply(f.d, &f.p, before, 1, 52, S("second")));
	assert_ok(c, durable_start(c, f.d));
	wait_flush(&f);
	assert_ok(c, durable_come(c, f.d, &f.p));
	assert_int_equal(next_number(c, &f), 51);
	assert_int_equal(next_number(c, &f), 0);
	durable_go(f.d);
	wait_flush(&f);
	assert_ok(c, durable_come(c, f.d, &f.p));
	assert_int_equal(next_number(c, &f), 52);
	/* whoever waited has gone */
	before = store_commits(f.st);
	write_one(c, &f, 3);
	assert_true(durable_reply(f.d, &f.p, before, 1, 53, S("third")));
	durable_forget(f.d);
	assert_ok(c, durable_all(c, f.d, &f.p));
	assert_int_equal(next_number(c, &f), 0);
	tear_down(&f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(a_reply_leaves_when_its_act_is_on_the_disk),
		WORK_TEST(a_reader_waits_for_what_it_has_seen_and_for_nothing_else),
		WORK_TEST(what_may_be_lost_waits_for_nothing),
		WORK_TEST(nobody_is_answered_after_a_flush_that_failed),
		WORK_TEST(what_is_written_during_a_flush_waits_for_the_next_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
