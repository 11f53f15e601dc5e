#include "base/cage_stay.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cage_answer.h"
#include "base/cage_walls.h"

#include "base/banned.h"

/* What is asked: the argument and the input stand one behind the other in the memory that both see. */
struct ask { uint64_t arg, in; };

struct cage_stay {
	const struct cage_kind *kind;
	char *shared;      /* CAGE_STAY_MOST bytes; the child may only read them */
	pid_t child;       /* 0: none */
	clockid_t clock;   /* of the time that it computes */
	int fd;            /* its other end is descriptor 3 of the child */
	unsigned inputs;   /* that the child has had */
	rlim_t most;       /* of its time, from whoever started us */
};

static int end_child(struct cage_stay *s)
{
	int status = 0;

	if (!s->child)
		return 0;
	(void)close(s->fd);
	(void)kill(s->child, SIGKILL);   /* one that has ended already keeps its status */
	while (waitpid(s->child, &status, 0) < 0 && errno == EINTR)
		;
	s->child = 0;
	return status;
}

static void end_stay(void *p)
{
	struct cage_stay *s = p;

	(void)end_child(s);
	(void)munmap(s->shared, CAGE_STAY_MOST);
}

rc cage_stay_new(struct ctx *c, const struct cage_kind *kind, struct cage_stay **ret)
{
	struct cage_stay *s;

	TRY_NEW(c, s);
	s->kind = kind;
	s->shared = mmap(NULL, CAGE_STAY_MOST, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->shared == MAP_FAILED)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (arena_on_end(c->a, end_stay, s) != 0) {
		(void)munmap(s->shared, CAGE_STAY_MOST);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	*ret = s;
	return OK;
}

/* ---- in the child ---- */

static bool next_ask(struct ask *ret)
{
	for (;;) {
		ssize_t n = read(3, ret, sizeof *ret);

		if (n < 0 && errno == EINTR)
			continue;
		return n == (ssize_t)sizeof *ret && ret->arg <= CAGE_STAY_MOST && ret->in <= CAGE_STAY_MOST - ret->arg;
	}
}

struct put_off { const struct cage_kind *kind; slice arg; };

static rc with_argument(struct ctx *c, slice in, const void *p, struct buf *out)
{
	const struct put_off *o = p;
	const void *arg;

	TRY(o->kind->get(c, o->arg, &arg));
	return o->kind->fn(c, in, arg, out);
}

static _Noreturn void stay(const struct cage_stay *s, int fd, msec now)
{
	const struct cage_limits *limits = &s->kind->limits;
	struct rlimit none = { 0, 0 };
	struct arena *a = arena_new(limits->memory);
	struct ask ask;

	if (!a || !cage_keep_only(fd) || setrlimit(RLIMIT_FSIZE, &none) != 0 || mprotect(s->shared, CAGE_STAY_MOST, PROT_READ) != 0 ||
	    !cage_close(limits))
		_exit(1);
	while (next_ask(&ask)) {
		struct put_off o = { s->kind, { s->shared, (size_t)ask.arg } };
		struct ctx c = { .now = now, .a = a };

		arena_reset(a);
		if (!cage_answer(&c, 3, limits, with_argument, (slice){ s->shared + ask.arg, (size_t)ask.in }, &o))
			_exit(1);
	}
	_exit(0);
}

/* ---- in the caller ---- */

static rc new_child(struct ctx *c, struct cage_stay *s)
{
	struct rlimit time;
	int fds[2];
	pid_t pid;

	if (getrlimit(RLIMIT_CPU, &time) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return FAIL_SYS(c, "cage.start");
	pid = fork();
	if (pid == 0)
		stay(s, fds[1], c->now);
	(void)close(fds[1]);
	if (pid < 0) {
		(void)close(fds[0]);
		return FAIL_SYS(c, "cage.start");
	}
	s->child = pid;
	s->fd = fds[0];
	if (clock_getcpuclockid(pid, &s->clock) != 0) {
		(void)end_child(s);
		return FAIL_SYS(c, "cage.start");
	}
	s->inputs = 0;
	s->most = time.rlim_max;
	return OK;
}

/* The time that the child computes from now on, besides what it had. A second more: the system counts in whole ones. */
static void limit_time(const struct cage_stay *s)
{
	struct rlimit time = { s->most, s->most };
	struct timespec had;

	if (clock_gettime(s->clock, &had) == 0 && (rlim_t)had.tv_sec + 1 + s->kind->limits.seconds < s->most)
		time.rlim_cur = (rlim_t)had.tv_sec + 1 + s->kind->limits.seconds;
	(void)prlimit(s->child, RLIMIT_CPU, &time, NULL);
}

static bool is_whole(const struct buf *b)
{
	struct cage_head head;

	return cage_head_read(buf_slice(b), &head) && b->len - sizeof head >= head.len;
}

static rc read_one(struct ctx *c, struct cage_stay *s, const struct ask *ask, slice *ret_answer)
{
	const struct cage_limits *limits = &s->kind->limits;
	int64_t end = cage_clock() + (int64_t)limits->seconds * 1000 + 500, got = 1;
	struct buf b;
	int status;
	rc r;

	if (!s->child)
		TRY(new_child(c, s));
	s->inputs++;
	limit_time(s);
	buf_init(&b, c->a, limits->answer + sizeof(struct cage_head) + 65536);
	/* To one that has died it cannot be sent, and nothing will come from it. */
	(void)send(s->fd, ask, sizeof *ask, MSG_NOSIGNAL);
	while (!is_whole(&b) && (got = cage_listen(s->fd, end, &b)) > 0)
		;
	if (got > 0) {
		r = cage_answer_read(c, buf_slice(&b), ret_answer);
		if (r != OK || s->inputs >= CAGE_STAY_INPUTS)
			(void)end_child(s);
		return r;
	}
	status = end_child(s);
	if (got == CAGE_LATE || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return FAIL(c, E_LIMIT, "cage.time");
	return b.full ? FAIL(c, E_LIMIT, "cage.answer") : FAIL(c, E_INVALID, "cage.died");
}

rc cage_stay_run(struct ctx *c, struct cage_stay *s, const void *arg, slice in, slice *ret_answer)
{
	bool had_others = s->child && s->inputs;
	struct ask ask;
	struct buf b;
	slice bytes;
	rc r;

	buf_init(&b, c->a, CAGE_ARG_MOST);
	s->kind->put(&b, arg);
	TRY(buf_done(c, &b, &bytes));
	if (c->cage || bytes.len > CAGE_STAY_MOST || in.len > CAGE_STAY_MOST - bytes.len)
		return cage_run_kind(c, s->kind, arg, in, ret_answer);
	ask = (struct ask){ bytes.len, in.len };
	if (bytes.len)
		memcpy(s->shared, bytes.p, bytes.len);
	if (in.len)
		memcpy(s->shared + bytes.len, in.p, in.len);
	r = read_one(c, s, &ask, ret_answer);
	if (r == OK || !had_others || (c->fault.key && strcmp(c->fault.key, "cage.time") == 0))
		return r;
	fault_clear(c);
	return read_one(c, s, &ask, ret_answer);
}
