#include "core/record/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"

#include "base/banned.h"

rc secret_new(struct ctx *c, size_t len, struct secret *ret)
{
	unsigned char *p;

	if (sodium_init() < 0)
		return FAIL(c, E_BUG, "bug");
	p = sodium_malloc(len);
	if (!p)
		return FAIL(c, E_NOMEM, "memory.limit");
	memset(p, 0, len);
	*ret = (struct secret){ p, len };
	return OK;
}

rc secret_random(struct ctx *c, size_t len, struct secret *ret)
{
	TRY(secret_new(c, len, ret));
	randombytes_buf(ret->p, ret->len);
	return OK;
}

void secret_wipe(struct secret *s)
{
	if (s->p)
		sodium_free(s->p);
	*s = (struct secret){ 0 };
}

static rc fail_file(struct ctx *c, rc code, const char *key, const char *path)
{
	(void)FAIL(c, code, key);
	fault_where(c, path);
	return code;
}

rc secret_read(struct ctx *c, const char *path, size_t len, struct secret *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_SECRET s = { 0 };
	struct stat st;

	if (fd < 0) {
		rc r = FAIL_SYS(c, "secret.open");

		fault_where(c, path);
		return r;
	}
	if (fstat(fd, &st) != 0 || (size_t)st.st_size != len || (st.st_mode & 077) != 0)
		return fail_file(c, E_TAMPER, "secret.file", path);
	TRY(secret_new(c, len, &s));
	if (read(fd, s.p, len) != (ssize_t)len)
		return fail_file(c, E_IO, "file.read", path);
	*ret = s;
	s = (struct secret){ 0 };
	return OK;
}

rc secret_write(struct ctx *c, const char *path, const struct secret *s)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	char *copy = arena_cstr(c->a, slice_of(path));

	if (fd < 0) {
		if (errno == EEXIST)
			return fail_file(c, E_CONFLICT, "secret.exists", path);
		return FAIL_SYS(c, "file.create");
	}
	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(fd_own_as_folder(c, fd, path));
	TRY(fd_write_all(c, fd, (slice){ (const char *)s->p, s->len }));
	if (fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	return dir_sync(c, dirname(copy));
}

rc secret_destroy_file(struct ctx *c, const char *path)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	char *copy = arena_cstr(c->a, slice_of(path));
	unsigned char noise[4096];
	struct stat st;

	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (fd < 0 || fstat(fd, &st) != 0)
		return FAIL_SYS(c, "file.open");
	for (off_t left = st.st_size; left > 0; left -= (off_t)sizeof noise) {
		randombytes_buf(noise, sizeof noise);
		TRY(fd_write_all(c, fd, (slice){ (const char *)noise,
		                 left < (off_t)sizeof noise ? (size_t)left : sizeof noise }));
	}
	if (fsync(fd) != 0 || unlink(path) != 0)
		return FAIL_SYS(c, "file.write");
	return dir_sync(c, dirname(copy));
}

rc path_join(struct ctx *c, const char *dir, const char *name, const char **ret)
{
	struct buf b;
	slice s;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/%s", dir, name);
	buf_putc(&b, '\0');
	TRY(buf_done(c, &b, &s));
	*ret = s.p;
	return OK;
}

rc dir_lock(struct ctx *c, const char *dir, int *ret_fd)
{
	const char *path;
	AUTO_FD fd = -1;

	TRY(path_join(c, dir, "lock", &path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return FAIL_SYS(c, "file.open");
	TRY(fd_own_as_folder(c, fd, path));
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return FAIL_SYS(c, "file.open");
	*ret_fd = TAKE_FD(fd);
	return OK;
}

rc dir_sync(struct ctx *c, const char *dir)
{
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) != 0 ? FAIL_SYS(c, "file.write") : OK;
}
