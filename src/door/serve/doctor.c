#include "door/serve/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sandbox.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define TMPFS 0x01021994L
#define RAMFS 0x858458f6L
#define NFS 0x6969L
#define LEAST_MLOCK ((size_t)64 << 10)
#define LEAST_FILES 4096u
#define LEAST_DISK ((uint64_t)1 << 30)

struct looking {
	struct ctx *c;
	const char *dir, *data;
	struct check *v;
	size_t n;
};

__attribute__((format(printf, 4, 5)))
static void say(struct looking *l, const char *name, enum finding f, const char *fmt, ...)
{
	struct check *k = &l->v[l->n];
	va_list ap;

	if (l->n == CHECKS_MOST)
		return;
	l->n++;
	k->name = name;
	k->finding = f;
	va_start(ap, fmt);
	(void)vsnprintf(k->says, sizeof k->says, fmt, ap);
	va_end(ap);
}

static void read_word(const char *path, char *to, size_t room)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, to, room - 1);

	to[n > 0 ? n : 0] = '\0';
	to[strcspn(to, "\n")] = '\0';
}

/* Loads a real filter in a child: what a container forbids shows only then. */
static void look_sandbox(struct looking *l)
{
	static const struct sandbox box = { .otherwise = SANDBOX_KILL, .files = 64 };
	int status = 0, abi = sandbox_landlock_abi();
	pid_t pid = fork();

	if (pid == 0) {
		struct sandbox_state state = { 0 };
		struct ctx c = { .a = l->c->a };

		_exit(sandbox_enter(&c, &box, &state) == OK && state.seccomp ? 0 : 1);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		say(l, "seccomp", FINDING_GOOD, "System call filters can be loaded.");
	else
		say(l, "seccomp", FINDING_BAD, "System call filters cannot be loaded: the node does not start.");
	if (abi >= 4)
		say(l, "landlock", FINDING_GOOD, "Landlock version %d: files and network of each process are restricted.", abi);
	else if (abi > 0)
		say(l, "landlock", FINDING_WEAK, "Landlock version %d: files are restricted, the network by system calls only.", abi);
	else
		say(l, "landlock", FINDING_BAD, "No Landlock: start the kernel with it (lsm=landlock,...; Linux 5.13 or newer).");
}

static void look_users(struct looking *l)
{
	int found = 0;

	for (int r = 0; r < ROLES; r++) {
		struct passwd p, *got = NULL;
		char name[64], room[4096];

		(void)snprintf(name, sizeof name, "renkei-%s", process_name((enum process)r));
		found += getpwnam_r(name, &p, room, sizeof room, &got) == 0 && got;
	}
	if (found == ROLES)
		say(l, "users", FINDING_GOOD, "All seven system users are there.");
	else if (found)
		say(l, "users", FINDING_BAD, "%d of seven system users are there: make all or none (etc/renkei.sysusers).", found);
	else if (geteuid() == 0)
		say(l, "users", FINDING_GOOD, "No system users; started as root the processes take free user numbers.");
	else
		say(l, "users", FINDING_WEAK, "Not root: all processes share one user, Landlock and seccomp alone part them.");
}

static void look_memory(struct looking *l)
{
	struct rlimit lock = { 0 }, core = { 0 };
	void *p = mmap(NULL, LEAST_MLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char word[32];

	(void)getrlimit(RLIMIT_MEMLOCK, &lock);
	(void)getrlimit(RLIMIT_CORE, &core);
	if (p != MAP_FAILED && mlock(p, LEAST_MLOCK) == 0)
		say(l, "mlock", FINDING_GOOD, "Keys can be kept out of swap.");
	else
		say(l, "mlock", FINDING_BAD, "Memory cannot be locked: keys could reach swap; raise LimitMEMLOCK.");
	if (p != MAP_FAILED)
		(void)munmap(p, LEAST_MLOCK);
	read_word("/proc/sys/kernel/randomize_va_space", word, sizeof word);
	say(l, "aslr", strcmp(word, "2") == 0 ? FINDING_GOOD : FINDING_WEAK, "Address space randomisation is %s.", word[0] ? word : "unknown");
}

static void look_random(struct looking *l)
{
	unsigned char b[32];

	if (getrandom(b, sizeof b, GRND_NONBLOCK) == (ssize_t)sizeof b)
		say(l, "random", FINDING_GOOD, "The kernel's random numbers are ready.");
	else
		say(l, "random", FINDING_BAD, "The kernel's random numbers are not ready yet.");
}

static void look_clock(struct looking *l)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);
	time_t now = time(NULL);
	struct tm local = { 0 };

	(void)localtime_r(&now, &local);
	if (state >= 0 && state != TIME_ERROR && !(t.status & STA_UNSYNC))
		say(l, "clock", FINDING_GOOD, "The clock is kept right (NTP).");
	else
		say(l, "clock", FINDING_WEAK, "Nobody keeps the clock right: run chrony or systemd-timesyncd; deadlines and signatures carry times.");
	if (local.tm_gmtoff == 9 * 3600)
		say(l, "zone", FINDING_GOOD, "The machine's time zone is Japan's.");
	else
		say(l, "zone", FINDING_GOOD, "The machine's time zone is another; the node counts in Japan's all the same.");
}

static void look_files(struct looking *l)
{
	struct rlimit files = { 0 };

	(void)getrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_max >= LEAST_FILES)
		say(l, "descriptors", FINDING_GOOD, "%llu files and connections at a time.", (unsigned long long)files.rlim_max);
	else
		say(l, "descriptors", FINDING_WEAK, "Only %llu files and connections at a time; raise LimitNOFILE.",
		    (unsigned long long)files.rlim_max);
}

static void look_flush(struct looking *l)
{
	char path[PATH_MAX];
	struct timespec a, b;
	struct statfs fs;
	double ms = -1;
	int fd;

	(void)snprintf(path, sizeof path, "%s/.doctor-XXXXXX", l->dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		say(l, "disk", FINDING_BAD, "Cannot write in the folder of the node.");
		return;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	if (write(fd, "x", 1) == 1 && fsync(fd) == 0) {
		(void)clock_gettime(CLOCK_MONOTONIC, &b);
		ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	}
	if (fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS || fs.f_type == RAMFS))
		say(l, "disk", FINDING_BAD, "The node lies in memory (tmpfs): it is gone when the machine stops.");
	else if (fs.f_type == NFS)
		say(l, "disk", FINDING_BAD, "The node lies on NFS: its locks and flushes cannot be relied on.");
	else if (ms < 0)
		say(l, "disk", FINDING_BAD, "A flush to the disk fails.");
	else
		say(l, "disk", FINDING_GOOD, "A flush to the disk takes %.2f ms.", ms);
	(void)close(fd);
	(void)unlink(path);
}

static void look_store(struct looking *l)
{
	struct statvfs v;
	struct stat st;

	if (!l->dir || !l->dir[0])
		return;
	look_flush(l);
	if (statvfs(l->dir, &v) == 0) {
		uint64_t left = (uint64_t)v.f_bavail * v.f_frsize;

		say(l, "space", left >= LEAST_DISK ? FINDING_GOOD : FINDING_WEAK, "%llu MiB are free.", (unsigned long long)(left >> 20));
	}
	if (stat(l->dir, &st) == 0)
		say(l, "folder", st.st_mode & 022 ? FINDING_BAD : FINDING_GOOD,
		    st.st_mode & 022 ? "Others may write in the folder of the node." : "Only the node's own user writes in its folder.");
}

/* Whether a stolen password of the database could change what stands in the record. */
static void look_rights(struct looking *l)
{
	enum store_rights rights;

	if (!l->dir || !l->dir[0])
		return;
	if (node_rights(l->c, l->dir, &rights) != OK) {
		fault_clear(l->c);
		say(l, "database", FINDING_WEAK, "The database of the node cannot be opened from here.");
		return;
	}
	switch (rights) {
	case STORE_RIGHTS_FILE: say(l, "database", FINDING_GOOD, "SQLite: only who may write the file could touch entries, and the signed tree shows it."); break;
	case STORE_RIGHTS_ADD: say(l, "database", FINDING_GOOD, "PostgreSQL: the node's role can add entries and cannot change or delete one."); break;
	case STORE_RIGHTS_ALL:
		say(l, "database", FINDING_WEAK, "PostgreSQL: the node's role owns the record's tables; part the roles: renkei node upgrade --pg-owner=CONNINFO");
		break;
	}
}

static void look_kernel(struct looking *l)
{
	struct utsname u;
	char word[32];

	if (uname(&u) == 0)
		say(l, "kernel", FINDING_GOOD, "%.32s %.64s", u.sysname, u.release);
	read_word("/proc/sys/kernel/yama/ptrace_scope", word, sizeof word);
	say(l, "ptrace", word[0] && word[0] != '0' ? FINDING_GOOD : FINDING_WEAK,
	    word[0] && word[0] != '0' ? "Programs cannot look into each other's memory."
	                              : "Programs of one user may look into each other (yama.ptrace_scope is 0); ours forbid it to themselves.");
}

size_t doctor_look(struct ctx *c, const char *dir, const char *data, struct check ret[CHECKS_MOST])
{
	struct looking l = { .c = c, .dir = dir, .data = data, .v = ret };

	look_kernel(&l);
	look_sandbox(&l);
	look_users(&l);
	look_memory(&l);
	look_random(&l);
	look_clock(&l);
	look_files(&l);
	say(&l, "packs", access(data, R_OK) == 0 ? FINDING_GOOD : FINDING_BAD,
	    access(data, R_OK) == 0 ? "The data packs can be read." : "The data packs cannot be read.");
	look_store(&l);
	look_rights(&l);
	return l.n;
}
