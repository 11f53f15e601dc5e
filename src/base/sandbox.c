#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- Landlock (Documentation/userspace-api/landlock.rst). By number: the headers of Debian 12 know its second version. ---- */

#define NR_CREATE_RULESET 444
#define NR_ADD_RULE 445
#define NR_RESTRICT_SELF 446
#define RULE_PATH_BENEATH 1

struct ruleset_attr { uint64_t fs, net, scoped; };
struct path_attr { uint64_t allowed; int32_t parent; } __attribute__((packed));

#define FS_EXECUTE (1u << 0)
#define FS_WRITE_FILE (1u << 1)
#define FS_READ_FILE (1u << 2)
#define FS_READ_DIR (1u << 3)
#define FS_REMOVE_FILE (1u << 5)
#define FS_MAKE_DIR (1u << 7)
#define FS_MAKE_REG (1u << 8)
#define FS_REFER (1u << 13)         /* from ABI 2 */
#define FS_TRUNCATE (1u << 14)      /* from ABI 3 */
#define FS_ALL_1 ((1u << 13) - 1)
#define NET_ALL 3u                  /* from ABI 4: bind and connect with TCP */
#define SCOPE_ALL 3u                /* from ABI 6: abstract sockets, signals */

int sandbox_landlock_abi(void)
{
	long v = syscall(NR_CREATE_RULESET, NULL, (size_t)0, 1u);

	return v > 0 ? (int)v : 0;
}

static uint64_t fs_handled(int abi)
{
	uint64_t all = FS_ALL_1;

	if (abi >= 2)
		all |= FS_REFER;
	if (abi >= 3)
		all |= FS_TRUNCATE;
	return all;
}

static bool add_path(int rules, int abi, const struct sandbox_rule *r)
{
	struct path_attr a = { .allowed = FS_READ_FILE | FS_READ_DIR };
	AUTO_FD fd = open(r->path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT || errno == EACCES;
	if (fstat(fd, &st) != 0)
		return false;
	if (r->may == SANDBOX_WRITE)
		a.allowed |= FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_MAKE_DIR | (abi >= 2 ? FS_REFER : 0) |
		             (abi >= 3 ? FS_TRUNCATE : 0);
	if (r->may == SANDBOX_RUN)
		a.allowed |= FS_EXECUTE;
	if (!S_ISDIR(st.st_mode))
		a.allowed &= FS_EXECUTE | FS_READ_FILE | FS_WRITE_FILE | (abi >= 3 ? FS_TRUNCATE : 0);
	a.parent = fd;
	return syscall(NR_ADD_RULE, rules, RULE_PATH_BENEATH, &a, 0u) == 0;
}

static rc enter_landlock(struct ctx *c, const struct sandbox *s, struct sandbox_state *state)
{
	int abi = sandbox_landlock_abi();
	struct ruleset_attr attr = { .fs = fs_handled(abi), .net = abi >= 4 && !s->network ? NET_ALL : 0,
	                             .scoped = abi >= 6 ? SCOPE_ALL : 0 };
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	AUTO_FD rules = -1;

	if (abi == 0)
		return OK;
	rules = (int)syscall(NR_CREATE_RULESET, &attr, size, 0u);
	if (rules < 0)
		return FAIL_SYS(c, "sandbox.landlock");
	for (const struct sandbox_rule *r = s->paths; r && r->path; r++)
		if (!add_path(rules, abi, r)) {
			rc code = FAIL_SYS(c, "sandbox.landlock");

			fault_where(c, r->path);
			return code;
		}
	if (syscall(NR_RESTRICT_SELF, rules, 0u) != 0)
		return FAIL_SYS(c, "sandbox.landlock");
	state->landlock = true;
	state->landlock_abi = abi;
	return OK;
}

/* ---- seccomp ---- */

/* Memory, time, waiting, what is open already, and ending. */
static const int always[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom), SCMP_SYS(restart_syscall), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(fstat), SCMP_SYS(sched_yield), SCMP_SYS(rseq), SCMP_SYS(mlock), SCMP_SYS(munlock),
	SCMP_SYS(mprotect), SCMP_SYS(lseek), SCMP_SYS(sched_getaffinity), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid),
};

static const int always_sanitized[] = {
	SCMP_SYS(sigaltstack), SCMP_SYS(tgkill), SCMP_SYS(prctl), SCMP_SYS(openat), SCMP_SYS(readlink), SCMP_SYS(ioctl),
};

/* Libraries ask for these and go on without. */
static const int softly[] = {
	SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(ioctl), SCMP_SYS(fcntl), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getrusage), SCMP_SYS(prlimit64), SCMP_SYS(fadvise64), SCMP_SYS(statx), SCMP_SYS(getcwd), SCMP_SYS(prctl),
	SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigtimedwait),
};

/* Never, even where the rest is only refused: what turns a hole into a foothold. */
static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(setuid), SCMP_SYS(setresuid), SCMP_SYS(setgid), SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(keyctl),
	SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(chroot), SCMP_SYS(pivot_root),
};

static bool add(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int e = seccomp_rule_add(f, action, calls[i], 0);

		/* -EINVAL: the same as the default; -EEXIST, -EACCES likewise */
		if (e != 0 && e != -EEXIST && e != -EINVAL && e != -EACCES)
			return false;
	}
	return true;
}

static bool listed(const struct sandbox *s, int call)
{
	for (size_t i = 0; i < s->ncalls; i++)
		if (s->calls[i] == call)
			return true;
	for (size_t i = 0; SANITIZED && i < COUNT(always_sanitized); i++)
		if (always_sanitized[i] == call)
			return true;
	return false;
}

/* A thread is a process that shares its memory; clone3 hides its flags behind a pointer, the libraries do without it. */
static bool add_threads(scmp_filter_ctx f, const struct sandbox *s)
{
	if (!s->threads)
		return true;
	return seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                        SCMP_A0(SCMP_CMP_MASKED_EQ, 0x00010000u, 0x00010000u)) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(set_robust_list), 0) == 0;
}

static rc enter_seccomp(struct ctx *c, const struct sandbox *s, struct sandbox_state *state)
{
	scmp_filter_ctx f = seccomp_init(s->otherwise == SANDBOX_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
	bool ok = f != NULL && add(f, SCMP_ACT_ALLOW, always, COUNT(always)) && add(f, SCMP_ACT_ALLOW, s->calls, s->ncalls) &&
	          add_threads(f, s);

	if (ok && SANITIZED)
		ok = add(f, SCMP_ACT_ALLOW, always_sanitized, COUNT(always_sanitized));
	for (size_t i = 0; ok && s->otherwise == SANDBOX_KILL && i < COUNT(softly); i++)
		if (!listed(s, softly[i]))
			ok = add(f, SCMP_ACT_ERRNO(EACCES), &softly[i], 1);
	for (size_t i = 0; ok && s->otherwise == SANDBOX_REFUSE && i < COUNT(deadly); i++)
		if (!listed(s, deadly[i]))
			ok = add(f, SCMP_ACT_KILL_PROCESS, &deadly[i], 1);
	ok = ok && seccomp_load(f) == 0;
	if (f)
		seccomp_release(f);
	if (!ok)
		return FAIL_SYS(c, "sandbox.seccomp");
	state->seccomp = true;
	return OK;
}

/* ---- all of it ---- */

static bool limit(int what, size_t n)
{
	struct rlimit l = { n, n }, now;

	/* never more than there is */
	if (getrlimit(what, &now) == 0 && now.rlim_max < l.rlim_max)
		l.rlim_cur = l.rlim_max = now.rlim_max;
	return setrlimit(what, &l) == 0;
}

rc sandbox_user(struct ctx *c, uid_t uid, gid_t gid, struct sandbox_state *state)
{
	if (uid == 0)
		return OK;
	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		return FAIL(c, E_DENIED, "sandbox.user");
	if (setuid(0) == 0 || geteuid() != uid || getegid() != gid)
		return FAIL(c, E_BUG, "sandbox.user");
	state->user = true;
	return OK;
}

rc sandbox_enter(struct ctx *c, const struct sandbox *s, struct sandbox_state *state)
{
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit(RLIMIT_CORE, 0) ||
	    !limit(RLIMIT_NOFILE, s->files) || (!s->threads && !s->processes && !limit(RLIMIT_NPROC, 0)) ||
	    (s->memory && !SANITIZED && !limit(RLIMIT_AS, s->memory)))
		return FAIL_SYS(c, "sandbox.limits");
	TRY(enter_landlock(c, s, state));
	return enter_seccomp(c, s, state);
}
