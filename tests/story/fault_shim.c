/*
 * Lets one system call that writes fail: the $FAULT_AT-th of the kinds in $FAULT_CALLS (letters: w write, s sync, r rename,
 * t truncate, m memory), with errno $FAULT_ERRNO. With $FAULT_ON all from there on fail (a full disk stays full). LD_PRELOAD only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

static long calls, armed;

/* For a program that forks and fails in the child: from here on the `at`-th allocation fails. */
void fault_arm(long at);
void fault_arm(long at)
{
	calls = 0;
	armed = at;
}

/* Whether that many were asked for. */
int fault_met(void);
int fault_met(void) { return calls >= armed; }

static long number_of(const char *name)
{
	const char *v = getenv(name);

	return v ? strtol(v, NULL, 10) : 0;
}

static int fails(int fd, char kind)
{
	const char *kinds = armed ? "m" : getenv("FAULT_CALLS");
	long at = armed ? armed : number_of("FAULT_AT");

	/* pipes to the one who watches are not the disk */
	if (fd == STDOUT_FILENO || fd == STDERR_FILENO || at == 0 || !kinds || !strchr(kinds, kind))
		return 0;
	calls++;
	if (calls != at && !(getenv("FAULT_ON") && calls > at))
		return 0;
	errno = armed ? ENOMEM : (int)number_of("FAULT_ERRNO");
	return 1;
}

static void *next(const char *name)
{
	void *fn = dlsym(RTLD_NEXT, name);

	if (!fn)
		abort();
	return fn;
}

ssize_t write(int fd, const void *p, size_t n)
{
	ssize_t (*real)(int, const void *, size_t);

	*(void **)&real = next("write");
	return fails(fd, 'w') ? -1 : real(fd, p, n);
}

/* A write that fails has often put half of its bytes there. */
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t);

	*(void **)&real = next("pwrite64");
	if (!fails(fd, 'w'))
		return real(fd, p, n, at);
	{
		int kept = errno;

		(void)!real(fd, p, n / 2, at);
		errno = kept;
	}
	return -1;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at) { return pwrite64(fd, p, n, at); }

int fsync(int fd)
{
	int (*real)(int);

	*(void **)&real = next("fsync");
	return fails(fd, 's') ? -1 : real(fd);
}

int fdatasync(int fd)
{
	int (*real)(int);

	*(void **)&real = next("fdatasync");
	return fails(fd, 's') ? -1 : real(fd);
}

int ftruncate64(int fd, off64_t n)
{
	int (*real)(int, off64_t);

	*(void **)&real = next("ftruncate64");
	return fails(fd, 't') ? -1 : real(fd, n);
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *);

	*(void **)&real = next("rename");
	return fails(-1, 'r') ? -1 : real(from, to);
}

/* A disk with $FAULT_FREE percent left. */
int statvfs64(const char *path, struct statvfs64 *v)
{
	int (*real)(const char *, struct statvfs64 *), r;

	*(void **)&real = next("statvfs64");
	r = real(path, v);
	if (r == 0 && getenv("FAULT_FREE")) {
		v->f_blocks = 4000000000u / v->f_frsize;
		v->f_bavail = v->f_blocks / 100 * (fsblkcnt64_t)number_of("FAULT_FREE");
	}
	return r;
}

/* Memory: by the names behind malloc, because dlsym() itself allocates. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n) { return fails(-1, 'm') ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails(-1, 'm') ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return fails(-1, 'm') ? NULL : __libc_realloc(p, n); }

/* How many calls there were: for who wants to let each fail in turn. */
__attribute__((destructor)) static void tell(void)
{
	if (getenv("FAULT_COUNT"))
		(void)dprintf(STDERR_FILENO, "calls %ld\n", calls);
}
