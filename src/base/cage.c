#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cage_answer.h"
#include "base/cage_walls.h"
#include "base/file.h"

#include "base/banned.h"

struct job { const struct cage_limits *limits; cage_fn *fn; const void *arg; slice in; msec now; };

static bool limit_time(const struct cage_limits *limits)
{
	struct rlimit time = { limits->seconds, limits->seconds + 1 }, none = { 0, 0 };
	struct itimerval timer = { .it_value = { limits->seconds + 1, 0 } };

	return setrlimit(RLIMIT_CPU, &time) == 0 && setrlimit(RLIMIT_FSIZE, &none) == 0 && setitimer(ITIMER_REAL, &timer, NULL) == 0;
}

static _Noreturn void work(int out, const struct job *j)
{
	struct ctx c = { .now = j->now, .a = arena_new(j->limits->memory) };

	if (!c.a || !cage_close(j->limits))
		_exit(1);
	_exit(cage_answer(&c, out, j->limits, j->fn, j->in, j->arg) ? 0 : 1);
}

/* A follower keeps the files that are open; what was mapped from them, too. */
static _Noreturn void child(int out, const struct job *j, bool follow)
{
	if (follow)
		work(out, j);
	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (!cage_keep_only(out) || !limit_time(j->limits))
		_exit(1);
	work(3, j);
}

static rc judge(struct ctx *c, int status, bool whole, bool late, const struct buf *b, slice *ret)
{
	if (late || (WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU)))
		return FAIL(c, E_LIMIT, "cage.time");
	if (!whole || b->full)
		return FAIL(c, E_LIMIT, "cage.answer");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return FAIL(c, E_INVALID, "cage.died");
	return cage_answer_read(c, buf_slice(b), ret);
}

static rc start(struct ctx *c, const struct job *j, bool follow, slice *ret_answer)
{
	int64_t end = follow ? 0 : cage_clock() + (int64_t)j->limits->seconds * 1000 + 500, got;
	int fds[2], status = 0;
	struct buf b;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return FAIL_SYS(c, "cage.start");
	pid = fork();
	if (pid < 0) {
		(void)close(fds[0]);
		(void)close(fds[1]);
		return FAIL_SYS(c, "cage.start");
	}
	if (pid == 0) {
		(void)close(fds[0]);
		child(fds[1], j, follow);
	}
	(void)close(fds[1]);
	buf_init(&b, c->a, j->limits->answer + sizeof(struct cage_head) + 65536);
	while ((got = cage_listen(fds[0], end, &b)) > 0)
		;
	(void)close(fds[0]);
	if (got != 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(c, status, got == 0, got == CAGE_LATE, &b, ret_answer);
}

rc cage_run(struct ctx *c, const struct cage_limits *limits, cage_fn *fn, const void *arg, slice in, slice *ret_answer)
{
	struct job j = { limits, fn, arg, in, c->now };

	return start(c, &j, false, ret_answer);
}

rc cage_follow(struct ctx *c, const struct cage_limits *limits, cage_fn *fn, const void *arg, slice *ret_answer)
{
	struct job j = { limits, fn, arg, S_NONE, c->now };

	return start(c, &j, true, ret_answer);
}

rc cage_run_kind(struct ctx *c, const struct cage_kind *kind, const void *arg, slice in, slice *ret_answer)
{
	struct buf b;
	slice bytes;

	if (!c->cage && kind->program)
		return kind->program(c, &kind->limits, in, ret_answer);
	if (!c->cage)
		return cage_run(c, &kind->limits, kind->fn, arg, in, ret_answer);
	buf_init(&b, c->a, CAGE_ARG_MOST);
	kind->put(&b, arg);
	TRY(buf_done(c, &b, &bytes));
	return c->cage->run(c, c->cage->to, kind->name, bytes, in, ret_answer);
}
