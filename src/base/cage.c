#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/message.h"

#include "base/banned.h"

/* AddressSanitizer reserves terabytes and asks the system for more; its own limits stand in. */
#ifdef __SANITIZE_ADDRESS__
#define CAGE_SANITIZED 1
#else
#define CAGE_SANITIZED 0
#endif

#define MAGIC 0x52434147u

/* What comes before the answer. Read as foreign bytes: the child may be in anybody's hand. */
struct head {
	uint32_t magic, code, row, col;
	uint64_t len, at;
	uint32_t has_at;
	char key[64], name[128];
};

static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(brk), SCMP_SYS(mmap),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(clock_gettime), SCMP_SYS(getrandom), SCMP_SYS(restart_syscall),
};

static const int allowed_sanitized[] = {
	SCMP_SYS(mprotect), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(gettid),
	SCMP_SYS(getpid), SCMP_SYS(tgkill), SCMP_SYS(prctl), SCMP_SYS(sched_yield),
};

/* Asked for by libraries that go on without: refused softly, so that they do. */
static const int refused[] = {
	SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(fstat),
	SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(ioctl), SCMP_SYS(lseek), SCMP_SYS(getuid), SCMP_SYS(umask),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(fcntl), SCMP_SYS(close), SCMP_SYS(sysinfo),
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static bool shut_doors(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = f != NULL;

	for (size_t i = 0; ok && i < COUNT(allowed); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
	for (size_t i = 0; ok && CAGE_SANITIZED && i < COUNT(allowed_sanitized); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed_sanitized[i], 0) == 0;
	for (size_t i = 0; ok && i < COUNT(refused); i++) {
		int e = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), refused[i], 0);

		ok = e == 0 || e == -EEXIST || (CAGE_SANITIZED && e == -EINVAL);
	}
	return ok && seccomp_load(f) == 0;
}

/* How much address space the process has: the limit counts from there. */
size_t cage_address_space(void)
{
	char text[128] = "";
	AUTO_FD fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	return n > 0 ? (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static bool limit_memory(const struct cage_limits *limits)
{
	size_t base = limits->base ? limits->base : cage_address_space();
	struct rlimit memory = { base + limits->memory, base + limits->memory };

	return CAGE_SANITIZED || setrlimit(RLIMIT_AS, &memory) == 0;
}

static bool set_limits(const struct cage_limits *limits)
{
	struct rlimit time = { limits->seconds, limits->seconds + 1 }, none = { 0, 0 };
	struct itimerval timer = { .it_value = { limits->seconds + 1, 0 } };

	return limit_memory(limits) && setrlimit(RLIMIT_CPU, &time) == 0 &&
		setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_FSIZE, &none) == 0 &&
		setitimer(ITIMER_REAL, &timer, NULL) == 0;
}

static bool write_whole(int fd, const void *p, size_t n)
{
	for (const char *at = p; n > 0;) {
		ssize_t w = write(fd, at, n);

		if (w <= 0)
			return false;
		at += w;
		n -= (size_t)w;
	}
	return true;
}

struct job { const struct cage_limits *limits; cage_fn *fn; const void *arg; slice in; msec now; };

/* Behind the doors: the work, and its answer to `out`. */
static _Noreturn void work(int out, const struct job *j, struct arena *a)
{
	struct head head = { .magic = MAGIC };
	struct ctx c = { .now = j->now, .a = a };
	struct buf answer;
	rc r;

	buf_init(&answer, c.a, j->limits->answer);
	r = j->fn(&c, j->in, j->arg, &answer);
	if (r == OK && answer.full)
		r = FAIL(&c, E_LIMIT, "cage.answer");
	head.code = (uint32_t)r;
	head.len = r == OK ? answer.len : 0;
	head.row = c.fault.row;
	head.col = c.fault.col;
	head.at = c.fault.at;
	head.has_at = c.fault.has_at;
	if (c.fault.key)
		memcpy(head.key, c.fault.key, strnlen(c.fault.key, sizeof head.key - 1));
	memcpy(head.name, c.fault.name, sizeof head.name);
	_exit(write_whole(out, &head, sizeof head) && write_whole(out, answer.p, head.len) ? 0 : 1);
}

/* Keeps the files that are open; what was mapped from them, too. */
static _Noreturn void follower(int out, const struct job *j)
{
	struct rlimit none = { 0, 0 };
	struct arena *a = arena_new(j->limits->memory);

	if (!a || prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
	    !limit_memory(j->limits) || !shut_doors())
		_exit(1);
	work(out, j, a);
}

static _Noreturn void child(int out, const struct job *j)
{
	struct arena *a;

	/* the pipe becomes descriptor 3, all others go */
	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (out != 3 && dup2(out, 3) != 3)
		_exit(1);
	(void)close(0);
	(void)close_range(4, ~0U, 0);
	if (!CAGE_SANITIZED)
		(void)close(1);
	a = arena_new(j->limits->memory);
	if (!a || prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !set_limits(j->limits) ||
	    !shut_doors())
		_exit(1);
	work(3, j, a);
}

static int64_t milliseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads all that the child writes, until `end` (0: for ever). false: too much or too late. */
static bool listen_to(int fd, int64_t end, struct buf *b, bool *ret_late)
{
	*ret_late = false;
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end ? end - milliseconds() : -1;
		ssize_t n;

		if ((end && left <= 0) || poll(&p, 1, (int)left) == 0) {
			*ret_late = true;
			return false;
		}
		if (!buf_room(b, 65536))
			return false;
		n = read(fd, b->p + b->len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
	}
}

/* The key must be one of ours: it goes to people. */
static const char *known_key(const char key[64])
{
	for (size_t i = 0; i < message_count; i++)
		if (strncmp(message_table[i].key, key, 64) == 0)
			return message_table[i].key;
	return NULL;
}

static rc read_head(struct ctx *c, const struct buf *b, slice *ret)
{
	struct head head;
	const char *key;

	if (b->len < sizeof head)
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(&head, b->p, sizeof head);
	if (head.magic != MAGIC || head.code >= RC_CODES || head.len != b->len - sizeof head)
		return FAIL(c, E_INVALID, "cage.died");
	if (head.code == OK) {
		*ret = slice_sub(buf_slice(b), sizeof head, (size_t)head.len);
		return OK;
	}
	head.key[sizeof head.key - 1] = head.name[sizeof head.name - 1] = '\0';
	key = known_key(head.key);
	fault_set(c, (rc)head.code, key ? key : "cage.died", __FILE__, __LINE__);
	fault_place(c, head.row, head.col);
	fault_name(c, slice_of(head.name));
	if (head.has_at)
		fault_at(c, head.at);
	return (rc)head.code;
}

static rc judge(struct ctx *c, int status, bool whole, bool late, const struct buf *b, slice *ret)
{
	if (late || (WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU)))
		return FAIL(c, E_LIMIT, "cage.time");
	if (!whole || b->full)
		return FAIL(c, E_LIMIT, "cage.answer");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return FAIL(c, E_INVALID, "cage.died");
	return read_head(c, b, ret);
}

static rc start(struct ctx *c, const struct job *j, bool follow, slice *ret_answer)
{
	int fds[2], status = 0;
	bool whole, late;
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
		if (follow)
			follower(fds[1], j);
		child(fds[1], j);
	}
	(void)close(fds[1]);
	buf_init(&b, c->a, j->limits->answer + sizeof(struct head) + 65536);
	whole = listen_to(fds[0], follow ? 0 : milliseconds() + (int64_t)j->limits->seconds * 1000 + 500, &b, &late);
	(void)close(fds[0]);
	if (!whole)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(c, status, whole, late, &b, ret_answer);
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
