/*
 * What each role cannot do. A child gives up its user, files and system calls by the same table and function as the role does
 * (sandboxes.c, station_enter), tries one thing, and answers; a child that is killed for trying was refused.
 */
#include "tests/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/store/store.h"
#include "door/serve/station.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

static pid_t supervisor;    /* this process; asked for before the walls are up */
static char folder[64];      /* of a node with keys that nobody but their role may read */

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	return fd >= 0 ? 0 : errno;
}

static int open_passwd(void) { return try_open("/etc/passwd", O_RDONLY); }
static int open_packs(void) { return try_open("/usr/share/zoneinfo", O_RDONLY); }
static int write_tmp(void) { return try_open("/tmp/renkei-role-test", O_WRONLY | O_CREAT); }
static int write_here(void) { return try_open("mine", O_WRONLY | O_CREAT); }
static int read_key(void) { char p[128]; (void)snprintf(p, sizeof p, "%s/keep/kek-1", folder); return try_open(p, O_RDONLY); }
static int read_sign(void) { char p[128]; (void)snprintf(p, sizeof p, "%s/sign/record.key", folder); return try_open(p, O_RDONLY); }
static int read_tls(void) { char p[128]; (void)snprintf(p, sizeof p, "%s/tls/key.pem", folder); return try_open(p, O_RDONLY); }
static int read_db(void) { char p[128]; (void)snprintf(p, sizeof p, "%s/record.db", folder); return try_open(p, O_RDWR); }

static int connect_out(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	return connect(fd, (struct sockaddr *)&a, sizeof a) == 0 || errno == ECONNREFUSED ? 0 : errno;
}

static int listen_in(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 1) != 0 ? errno : 0;
}

static int make_child(void)
{
	pid_t p = fork();

	if (p == 0)
		_exit(0);
	return p > 0 ? 0 : errno;
}

static int run_program(void)
{
	char *argv[] = { (char *)(uintptr_t)"true", NULL };

	(void)execv("/bin/true", argv);
	return errno;
}

static int look_into(void) { return ptrace(PTRACE_ATTACH, supervisor, NULL, NULL) == 0 ? 0 : errno; }
static int read_memory(void) { char p[64]; (void)snprintf(p, sizeof p, "/proc/%d/mem", (int)supervisor); return try_open(p, O_RDONLY); }
static int end_parent(void) { return kill(supervisor, 0) == 0 ? 0 : errno; }
static int be_root(void) { return setuid(0) == 0 && geteuid() == 0 ? 0 : errno ? errno : EPERM; }
static int make_device(void) { return mknod("/tmp/renkei-dev", S_IFCHR | 0600, 0) == 0 ? 0 : errno; }
static int new_world(void) { return (int)syscall(SYS_unshare, 0x10000000) == 0 ? 0 : errno; }
static int load_module(void) { return (int)syscall(SYS_init_module, NULL, 0, "") == 0 ? 0 : errno; }
static int use_uring(void) { return (int)syscall(SYS_io_uring_setup, 1, NULL) >= 0 || errno == EFAULT ? 0 : errno; }

struct attempt { const char *name; int (*fn)(void); unsigned may; };

#define MAY(r) (1u << (r))

/* Everything is refused to every role but what stands in the third column. */
static const struct attempt attempts[] = {
	{ "open /etc/passwd", open_passwd, 0 },
	{ "read time zones and fonts", open_packs, MAY(ROLE_CORE) },
	{ "write in /tmp", write_tmp, 0 },
	{ "write in its own folder", write_here, MAY(ROLE_SIGN) | MAY(ROLE_KEEP) },
	{ "read the case keys by path", read_key, 0 },
	{ "read the signing key by path", read_sign, 0 },
	{ "read the TLS key", read_tls, 0 },
	{ "open the database", read_db, 0 },
	{ "connect", connect_out, MAY(ROLE_OUT) },
	{ "listen", listen_in, 0 },
	{ "fork", make_child, MAY(ROLE_PARSE) },
	{ "run a program", run_program, 0 },
	{ "attach to another process", look_into, 0 },
	{ "read another's memory", read_memory, 0 },
	{ "become root", be_root, 0 },
	{ "make a device", make_device, 0 },
	{ "make a user namespace", new_world, 0 },
	{ "load a kernel module", load_module, 0 },
	{ "use io_uring", use_uring, 0 },
	{ "signal the supervisor", end_parent, 0 },
};

static void make_file(const char *dir, const char *name)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, dir);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/%s/%s", folder, dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
}

/* 0: it could; else errno, or 1000 + signal. */
static int attempt_as(enum process r, const struct attempt *a, bool own_user)
{
	static struct settings set;
	int status;
	pid_t pid;

	supervisor = getpid();
	pid = fork();
	if (pid == 0) {
		struct ctx c = { .a = arena_new((size_t)1 << 20) };
		struct station s = { .role = r, .set = &set };
		char here[160];

		if (settings_text(&c, set.data, sizeof set.data, S("/usr/share/zoneinfo")) != OK)
			_exit(202);
		(void)snprintf(here, sizeof here, "%s/%s", folder, r == ROLE_SIGN ? "sign-own" : r == ROLE_KEEP ? "keep-own" : "");
		if (chdir(here) != 0)
			_exit(200);
		set.uid[r] = own_user ? (uid_t)(64400 + (int)r) : 0;
		set.gid[r] = (gid_t)set.uid[r];
		(void)!freopen("/dev/null", "w", stderr);
		if (station_user(&c, &s) != OK || station_enter(&c, &s) != OK)
			_exit(201);
		_exit(a->fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void try_all(bool own_user)
{
	for (int r = 0; r < ROLES; r++)
		for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
			bool may = attempts[i].may & MAY(r);
			int got;

			/* it ends its cage; before the sixth Landlock only another user keeps it from ending others */
			if (r == ROLE_PARSE && attempts[i].fn == end_parent && !own_user && sandbox_landlock_abi() < 6)
				continue;
			got = attempt_as((enum process)r, &attempts[i], own_user);
			if (got == 200 || got == 201)
				fail_msg("%s: could not enter its walls (%d)", process_name((enum process)r), got);
			if ((got == 0) != may)
				fail_msg("%s: %s: %s (%d)", process_name((enum process)r), attempts[i].name, may ? "cannot" : "can", got);
		}
}

static int make_node(void **state)
{
	(void)state;
	(void)strcpy(folder, "/tmp/renkei-roles-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)chmod(folder, 0711);
	make_file("keep", "kek-1");
	make_file("sign", "record.key");
	make_file("tls", "key.pem");
	make_file("", "record.db");
	make_file("sign-own", "x");
	make_file("keep-own", "x");
	return 0;
}

static int remove_node(void **state)
{
	static const char *const names[] = { "keep/kek-1", "keep", "sign/record.key", "sign", "tls/key.pem", "tls", "record.db",
		"sign-own/x", "sign-own/mine", "sign-own", "keep-own/x", "keep-own/mine", "keep-own", "" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[160];

		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	return 0;
}

/* As root, with one user for all: files and calls alone must hold. */
static void with_one_user_files_and_calls_alone_hold_each_role(void **state)
{
	(void)state;
	if (sandbox_landlock_abi() == 0)
		skip();
	try_all(false);
}

static void with_users_of_their_own_each_role_is_held_too(void **state)
{
	char path[160];

	(void)state;
	if (geteuid() != 0 || sandbox_landlock_abi() == 0)
		skip();
	(void)snprintf(path, sizeof path, "%s/sign-own", folder);
	assert_int_equal(chown(path, 64400 + ROLE_SIGN, 64400 + ROLE_SIGN), 0);
	(void)snprintf(path, sizeof path, "%s/sign-own/mine", folder);
	(void)remove(path);
	(void)snprintf(path, sizeof path, "%s/keep-own", folder);
	assert_int_equal(chown(path, 64400 + ROLE_KEEP, 64400 + ROLE_KEEP), 0);
	(void)snprintf(path, sizeof path, "%s/keep-own/mine", folder);
	(void)remove(path);
	try_all(true);
}

static void core_runs_no_statement_that_is_not_listed_for_it(void **state)
{
	struct ctx *c = *state;
	struct query q = { 0 };
	AUTO_STORE st = NULL;
	bool found;

	assert_ok(c, store_open_sqlite(c, "", true, &st));
	assert_ok(c, store_run(c, st, STMT_SUBTREE_CLEAR, NULL, 0));
	store_limit(st, "core");
	assert_fault(c, store_run(c, st, STMT_SUBTREE_CLEAR, NULL, 0), E_BUG, "store.may");
	assert_ok(c, store_one(c, st, STMT_ENTRY_LAST, NULL, 0, &q, &found));
	query_close(&q);
	store_limit(st, "web");
	assert_fault(c, store_one(c, st, STMT_ENTRY_LAST, NULL, 0, &q, &found), E_BUG, "store.may");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(with_one_user_files_and_calls_alone_hold_each_role, make_node, remove_node),
		cmocka_unit_test_setup_teardown(with_users_of_their_own_each_role_is_held_too, make_node, remove_node),
		WORK_TEST(core_runs_no_statement_that_is_not_listed_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
