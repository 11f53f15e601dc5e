#include "work/select/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

/* What the program and its loader need; files may be opened for reading only. Everything else ends it. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat),
	SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address), SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(prlimit64), SCMP_SYS(getrlimit), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(fcntl), SCMP_SYS(fadvise64), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(execve),
};
/* Refused softly: asked for by libraries that go on without. */
static const int refused[] = { SCMP_SYS(ioctl), SCMP_SYS(statfs), SCMP_SYS(prctl), SCMP_SYS(dup), SCMP_SYS(pipe2) };

static bool shut_doors(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = f != NULL;

	for (size_t i = 0; ok && i < sizeof allowed / sizeof allowed[0]; i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
	for (size_t i = 0; ok && i < sizeof refused / sizeof refused[0]; i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
	ok = ok && seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0 &&
		seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT)) == 0;
	return ok && seccomp_load(f) == 0;
}

/* In the child: nothing but input, output and the filter; then the program. */
static _Noreturn void become(int in, int out, const struct cage_limits *limits)
{
	/*
	 * With its layout, so that a row of a table stays a line: what a cell holds is said by the row and the head. The wide window:
	 * what runs over the edge of a page is text, too.
	 */
	static char *const argv[] = { (char *)"pdftotext", (char *)"-q", (char *)"-layout", (char *)"-enc", (char *)"UTF-8", (char *)"-nopgbrk", (char *)"-x",
		(char *)"0", (char *)"-y", (char *)"0", (char *)"-W", (char *)"20000", (char *)"-H", (char *)"20000", (char *)"-", (char *)"-", NULL };
	static char *const env[] = { (char *)"LC_ALL=C.UTF-8", (char *)"HOME=/nonexistent", NULL };
	static const char *const places[] = { "/usr/bin/pdftotext", "/usr/local/bin/pdftotext" };
	struct rlimit cpu = { limits->seconds, limits->seconds }, memory = { limits->memory, limits->memory }, none = { 0, 0 };
	struct itimerval timer = { .it_value = { limits->seconds, 0 } };   /* outlives execve() */

	if (dup2(in, 0) != 0 || dup2(out, 1) != 1)
		_exit(126);
	(void)close_range(3, ~0U, 0);
	(void)signal(SIGALRM, SIG_DFL);
	if (setitimer(ITIMER_REAL, &timer, NULL) != 0 || setrlimit(RLIMIT_CPU, &cpu) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NPROC, &none) != 0 ||
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !shut_doors())
		_exit(126);
	/* last: to build the filter takes memory, more than this of it under a sanitizer */
	if (setrlimit(RLIMIT_AS, &memory) != 0)
		_exit(126);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		(void)execve(places[i], argv, env);
	_exit(127);
}

/* A file that has a descriptor and no name: nothing of it is left behind, and no folder has to be open for writing. */
static rc spill(struct ctx *c, slice pdf, int *ret_fd)
{
	AUTO_FD fd = memfd_create("pdf", MFD_CLOEXEC);

	if (fd < 0)
		return FAIL_SYS(c, "file.write");
	TRY(fd_write_all(c, fd, pdf));
	if (lseek(fd, 0, SEEK_SET) != 0)
		return FAIL_SYS(c, "file.read");
	*ret_fd = TAKE_FD(fd);
	return OK;
}

static rc run(struct ctx *c, const struct cage_limits *limits, slice pdf, slice *ret)
{
	AUTO_FD in = -1;
	int pipes[2], status = 0;
	pid_t pid;
	rc r;

	TRY(spill(c, pdf, &in));
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return FAIL_SYS(c, "file.read");
	pid = fork();
	if (pid == 0)
		become(in, pipes[1], limits);
	(void)close(pipes[1]);
	if (pid < 0) {
		(void)close(pipes[0]);
		return FAIL(c, E_BUSY, "select.pdf");
	}
	r = fd_read_all(c, pipes[0], limits->answer, ret);
	(void)close(pipes[0]);
	if (r != OK)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r != OK || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return r;
	return FAIL(c, WIFEXITED(status) && WEXITSTATUS(status) == 127 ? E_IO : E_INVALID, "select.pdf");
}

static void put_nothing(struct buf *b, const void *arg)
{
	(void)b;
	(void)arg;
}

static rc get_nothing(struct ctx *c, slice bytes, const void **ret_arg)
{
	*ret_arg = NULL;
	return bytes.len ? FAIL(c, E_INVALID, "wire.form") : OK;
}

const struct cage_kind pdf_cage = {
	.name = "pdf", .program = run, .put = put_nothing, .get = get_nothing,
	.limits = { .memory = (size_t)2 << 30, .seconds = 60, .answer = (size_t)64 << 20 },
};

rc pdf_text(struct ctx *c, slice pdf, slice *ret) { return cage_run_kind(c, &pdf_cage, NULL, pdf, ret); }

bool pdf_is_scan(slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] > ' ')   /* pages are told apart by form feeds */
			return false;
	return true;
}
