/* Files whole or not at all. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <unistd.h>

#include "base/rc.h"

static inline void fd_closep(int *fd) { if (*fd >= 0) (void)close(*fd); }
#define AUTO_FD __attribute__((cleanup(fd_closep))) int
/* Hands a descriptor on: the AUTO_FD that held it closes nothing. */
static inline int fd_take(int *fd) { int v = *fd; *fd = -1; return v; }
#define TAKE_FD(fd) fd_take(&(fd))

/* The file's bytes in c->a; "-" is standard input. E_LIMIT "file.limit" beyond `most` bytes. Fault says which file. */
MUST_USE rc file_read(struct ctx *c, const char *path, size_t most, slice *ret);
/* The same from an open descriptor. */
MUST_USE rc fd_read_all(struct ctx *c, int fd, size_t most, slice *ret);
/* Fills `p` up to `room` bytes or the end of the input; *ret_n is how many came. */
MUST_USE rc fd_fill(struct ctx *c, int fd, char *p, size_t room, size_t *ret_n);
/* Writes all, over short writes and EINTR. */
MUST_USE rc fd_write_all(struct ctx *c, int fd, slice bytes);
/*
 * A file that root makes belongs to whoever owns the folder of `path`: a command given by root on a running node must not make files
 * that its processes cannot open.
 */
MUST_USE rc fd_own_as_folder(struct ctx *c, int fd, const char *path);
/* Whether the path leads to what must not be replaced: a device, a pipe, also by way of a link as /dev/stdout is one. */
bool file_is_special(const char *path);
/* What file_is_special() is written to as it is. Else the file is the old one or the new one, never a part: temporary file, fsync, rename, fsync of the folder. */
MUST_USE rc file_replace(struct ctx *c, const char *path, slice bytes, unsigned mode);

#endif
