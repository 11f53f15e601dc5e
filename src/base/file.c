#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"

#include "base/banned.h"

rc fd_read_all(struct ctx *c, int fd, size_t most, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, most < SIZE_MAX ? most + 1 : most);
	for (;;) {
		size_t step = b.len < 65536 ? 65536 : b.len;
		ssize_t n;

		if (b.len + step > b.max)
			step = b.max - b.len;
		if (step == 0)
			return FAIL(c, E_LIMIT, "file.limit");
		if (!buf_room(&b, step))
			return FAIL(c, E_LIMIT, "memory.limit");
		n = read(fd, b.p + b.len, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_SYS(c, "file.read");
		if (n == 0)
			break;
		b.len += (size_t)n;
	}
	if (b.len > most)
		return FAIL(c, E_LIMIT, "file.limit");
	*ret = buf_slice(&b);
	return OK;
}

rc fd_fill(struct ctx *c, int fd, char *p, size_t room, size_t *ret_n)
{
	size_t n = 0;

	while (n < room) {
		ssize_t got = read(fd, p + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL_SYS(c, "file.read");
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_n = n;
	return OK;
}

rc file_read(struct ctx *c, const char *path, size_t most, slice *ret)
{
	AUTO_FD fd = -1;
	rc r;

	if (strcmp(path, "-") == 0)
		return fd_read_all(c, STDIN_FILENO, most, ret);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	r = fd < 0 ? FAIL_SYS(c, "file.open") : fd_read_all(c, fd, most, ret);
	if (r != OK)
		fault_where(c, path);
	return r;
}

rc fd_write_all(struct ctx *c, int fd, slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_SYS(c, "file.write");
		bytes.p += n;
		bytes.len -= (size_t)n;
	}
	return OK;
}

static rc write_beside(struct ctx *c, char *tmp, slice bytes, unsigned mode)
{
	AUTO_FD fd = mkostemp(tmp, O_CLOEXEC);

	if (fd < 0)
		return FAIL_SYS(c, "file.create");
	TRY(fd_write_all(c, fd, bytes));
	if (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	return OK;
}

static rc sync_folder(struct ctx *c, const char *path)
{
	char *copy = arena_cstr(c->a, slice_of(path));
	AUTO_FD fd = -1;

	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	return OK;
}

rc fd_own_as_folder(struct ctx *c, int fd, const char *path)
{
	char *copy = arena_cstr(c->a, slice_of(path));
	struct stat st;

	if (geteuid() != 0)
		return OK;
	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (stat(dirname(copy), &st) != 0 || (st.st_uid != 0 && fchown(fd, st.st_uid, st.st_gid) != 0))
		return FAIL_SYS(c, "file.create");
	return OK;
}

/* Who owned the file, or else the folder: a command that root gives must not take its files from a running process. */
static rc keep_owner(struct ctx *c, const char *path, const char *now)
{
	char *copy = arena_cstr(c->a, slice_of(path));
	struct stat st;

	if (geteuid() != 0)
		return OK;
	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (stat(path, &st) != 0 && stat(dirname(copy), &st) != 0)
		return FAIL_SYS(c, "file.write");
	return st.st_uid == 0 || lchown(now, st.st_uid, st.st_gid) == 0 ? OK : FAIL_SYS(c, "file.write");
}

bool file_is_special(const char *path)
{
	struct stat link, st;

	if (lstat(path, &link) != 0 || S_ISREG(link.st_mode) || S_ISDIR(link.st_mode))
		return false;
	if (!S_ISLNK(link.st_mode))
		return true;
	/* a link of the system to a file of somebody, as /dev/stdout may be */
	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && (!S_ISREG(st.st_mode) || st.st_dev != link.st_dev);
}

static rc write_special(struct ctx *c, const char *path, slice bytes)
{
	AUTO_FD fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
	rc r = fd < 0 ? FAIL_SYS(c, "file.open") : fd_write_all(c, fd, bytes);

	if (r != OK)
		fault_where(c, path);
	return r;
}

rc file_replace(struct ctx *c, const char *path, slice bytes, unsigned mode)
{
	struct buf name;
	slice tmp;
	rc r;

	if (file_is_special(path))
		return write_special(c, path, bytes);
	buf_init(&name, c->a, 4096);
	buf_putf(&name, "%s.XXXXXX", path);
	buf_putc(&name, '\0');
	TRY(buf_done(c, &name, &tmp));
	r = write_beside(c, name.p, bytes, mode);
	if (r == OK)
		r = keep_owner(c, path, name.p);
	if (r == OK && rename(name.p, path) != 0)
		r = FAIL_SYS(c, "file.rename");
	if (r != OK) {
		struct fault kept = c->fault;

		(void)unlink(name.p);
		c->fault = kept;
		fault_where(c, path);
		return r;
	}
	return sync_folder(c, path);
}
