#include "base/cage_walls.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

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

bool cage_keep_only(int fd)
{
	if (fd != 3 && dup2(fd, 3) != 3)
		return false;
	(void)close(0);
	(void)close_range(4, ~0U, 0);
	if (!CAGE_SANITIZED)
		(void)close(1);
	return true;
}

bool cage_close(const struct cage_limits *limits)
{
	struct rlimit none = { 0, 0 };

	return prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
		limit_memory(limits) && shut_doors();
}
