/* What each role may still do when it meets its first message. tests/door/t_roles.c tries what it may not. */
#include <errno.h>
#include <limits.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Bytes between connections that are there already; new ones come from the listening socket. */
static const int calls_tls[] = {
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(accept4),
	SCMP_SYS(socketpair), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(shutdown), SCMP_SYS(sendto), SCMP_SYS(recvfrom),
	SCMP_SYS(fcntl),
};

static const int calls_web[] = {
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(shutdown),
	SCMP_SYS(sendto), SCMP_SYS(recvfrom),
};

/* SQLite on its open files, fonts and packs to read, PostgreSQL on its open socket. */
static const int calls_core[] = {
	SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(fcntl),
	SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
	SCMP_SYS(unlink), SCMP_SYS(fchmod), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(ioctl), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(prlimit64), SCMP_SYS(fadvise64),
	SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(rename), SCMP_SYS(mkdir), SCMP_SYS(sigaltstack),
	SCMP_SYS(memfd_create), SCMP_SYS(dup), SCMP_SYS(getdents), SCMP_SYS(rmdir), SCMP_SYS(flock),
};

/* Its own folder: read, add, put a new file in place. */
static const int calls_keys[] = {
	SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(fcntl), SCMP_SYS(flock), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(fchmod), SCMP_SYS(rename), SCMP_SYS(unlink), SCMP_SYS(ftruncate), SCMP_SYS(prlimit64),
};

/* Makes the cage of each file and waits for it; the cage has its own, shorter list (base/cage.c). */
static const int calls_parse[] = {
	SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(kill), SCMP_SYS(pipe2),
	SCMP_SYS(prctl), SCMP_SYS(setrlimit), SCMP_SYS(prlimit64), SCMP_SYS(setitimer), SCMP_SYS(dup2), SCMP_SYS(dup3),
	SCMP_SYS(close_range), SCMP_SYS(seccomp), SCMP_SYS(set_robust_list), SCMP_SYS(sigaltstack),
	/* What pdftotext and its loader need, whose own list is shorter (work/select/pdf.c). Only where Landlock says which program
	 * may be started and what may be opened: see station_enter(). */
#define CALLS_PDF 18u
	SCMP_SYS(execve), SCMP_SYS(memfd_create), SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(statx),
	SCMP_SYS(access), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(arch_prctl),
	SCMP_SYS(set_tid_address), SCMP_SYS(fcntl), SCMP_SYS(statfs), SCMP_SYS(dup), SCMP_SYS(getrlimit),
};

/* The network, as a client. */
static const int calls_out[] = {
	SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg), SCMP_SYS(shutdown),
	SCMP_SYS(socketpair), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(openat),
	SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(pread64), SCMP_SYS(getdents64),
	SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(prlimit64), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(sigaltstack),
};

static const struct sandbox_rule paths_keys[] = { { ".", SANDBOX_WRITE }, { 0 } };

static const struct sandbox_rule paths_out[] = {
	{ "/etc/resolv.conf", SANDBOX_READ }, { "/etc/hosts", SANDBOX_READ }, { "/etc/nsswitch.conf", SANDBOX_READ },
	{ "/etc/gai.conf", SANDBOX_READ }, { "/etc/host.conf", SANDBOX_READ }, { "/etc/services", SANDBOX_READ },
	{ "/etc/ssl", SANDBOX_READ }, { "/usr/share/ca-certificates", SANDBOX_READ }, { "/usr/local/share/ca-certificates", SANDBOX_READ },
	{ "/usr/lib", SANDBOX_READ }, { "/etc/ld.so.cache", SANDBOX_READ }, { "/run/systemd/resolve", SANDBOX_READ },
	{ "/dev/urandom", SANDBOX_READ }, { "/dev/null", SANDBOX_READ }, { 0 },
};

/* pdftotext, what it loads, and the tables of Japanese encodings. */
static const struct sandbox_rule paths_parse[] = {
	{ "/usr/bin/pdftotext", SANDBOX_RUN }, { "/usr/local/bin/pdftotext", SANDBOX_RUN },
	{ "/lib64/ld-linux-x86-64.so.2", SANDBOX_RUN }, { "/lib/ld-linux-aarch64.so.1", SANDBOX_RUN },
	{ "/usr/lib", SANDBOX_READ }, { "/usr/local/lib", SANDBOX_READ }, { "/etc/ld.so.cache", SANDBOX_READ },
	{ "/usr/share/poppler", SANDBOX_READ }, { "/usr/share/fonts", SANDBOX_READ }, { "/etc/fonts", SANDBOX_READ },
	{ "/usr/share/fontconfig", SANDBOX_READ }, { "/var/cache/fontconfig", SANDBOX_READ }, { "/dev/null", SANDBOX_READ }, { 0 },
};

/* Where the typefaces of the papers are; core also reads the packs. */
static const struct sandbox_rule paths_fonts[] = {
	{ "/usr/share/fonts", SANDBOX_READ }, { "/usr/local/share/fonts", SANDBOX_READ }, { "/etc/fonts", SANDBOX_READ },
	{ "/usr/share/fontconfig", SANDBOX_READ }, { "/var/cache/fontconfig", SANDBOX_READ }, { "/usr/share/zoneinfo", SANDBOX_READ },
	{ "/dev/urandom", SANDBOX_READ }, { "/dev/null", SANDBOX_READ },
};

#define FONT_PATHS COUNT(paths_fonts)

static const struct sandbox sandboxes[ROLES] = {
	[ROLE_TLS] = { .calls = calls_tls, .ncalls = COUNT(calls_tls), .otherwise = SANDBOX_KILL, .files = 20000 },
	[ROLE_WEB] = { .calls = calls_web, .ncalls = COUNT(calls_web), .otherwise = SANDBOX_KILL, .files = 10000 },
	[ROLE_CORE] = { .calls = calls_core, .ncalls = COUNT(calls_core), .otherwise = SANDBOX_REFUSE, .files = 256, .threads = true },
	[ROLE_SIGN] = { .calls = calls_keys, .ncalls = COUNT(calls_keys), .otherwise = SANDBOX_KILL, .files = 32, .paths = paths_keys },
	[ROLE_KEEP] = { .calls = calls_keys, .ncalls = COUNT(calls_keys), .otherwise = SANDBOX_KILL, .files = 32, .paths = paths_keys },
	[ROLE_PARSE] = { .calls = calls_parse, .ncalls = COUNT(calls_parse), .otherwise = SANDBOX_KILL, .files = 32, .processes = true,
	                 .paths = paths_parse },
	[ROLE_OUT] = { .calls = calls_out, .ncalls = COUNT(calls_out), .otherwise = SANDBOX_REFUSE, .files = 256, .threads = true,
	               .paths = paths_out, .network = true },
};

rc station_user(struct ctx *c, struct station *s)
{
	return sandbox_user(c, s->set->uid[s->role], s->set->gid[s->role], &s->sandbox);
}

/*
 * What witnesses said, and what this node knows as a witness, lie in two folders of the store; people add to them (renkei record
 * witness). They have to be there before the walls go up, else a node that gets its first witness later would see none until it
 * starts again.
 */
static const char *look_into(const struct station *s, const char *name, char *room, size_t size)
{
	int n = snprintf(room, size, "%s/%s", s->set->dir, name);

	if (n < 0 || (size_t)n >= size)
		return NULL;
	return mkdir(room, 0700) == 0 || errno == EEXIST ? room : NULL;
}

static size_t add_rule(struct sandbox_rule *paths, size_t n, const char *path, enum sandbox_path what)
{
	if (path)
		paths[n++] = (struct sandbox_rule){ path, what };
	return n;
}

rc station_enter(struct ctx *c, struct station *s)
{
	struct sandbox_rule paths[FONT_PATHS + 5] = { { s->set->data, SANDBOX_READ } };
	char cosign[PATH_MAX + 16], witness[PATH_MAX + 16];
	struct sandbox box = sandboxes[s->role];
	size_t n = FONT_PATHS + 1;

	if (s->role == ROLE_CORE) {
		memcpy(paths + 1, paths_fonts, sizeof paths_fonts);
		n = add_rule(paths, n, look_into(s, "cosign", cosign, sizeof cosign), SANDBOX_WRITE);
		n = add_rule(paths, n, look_into(s, "witness", witness, sizeof witness), SANDBOX_WRITE);
		(void)add_rule(paths, n, s->scratch[0] ? s->scratch : NULL, SANDBOX_WRITE);
		box.paths = paths;
	}
	if (s->role == ROLE_PARSE && sandbox_landlock_abi() == 0)
		box.ncalls -= CALLS_PDF;   /* no PDF, then: any program could be started */
	TRY(sandbox_enter(c, &box, &s->sandbox));
	LOG("role.start", WORD("name", process_name(s->role)), NUM("own_user", s->sandbox.user), NUM("landlock", s->sandbox.landlock_abi),
	    NUM("seccomp", s->sandbox.seccomp));
	return OK;
}
