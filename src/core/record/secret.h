/* Keys in memory: guarded pages that are never swapped out, wiped on every path by their cleanup. */
#ifndef CORE_RECORD_SECRET_H
#define CORE_RECORD_SECRET_H

#include "base/rc.h"

struct secret {
	unsigned char *p;   /* owned; sodium_malloc */
	size_t len;
};

/* Also starts libsodium. E_NOMEM "memory.limit". */
MUST_USE rc secret_new(struct ctx *c, size_t len, struct secret *ret);
MUST_USE rc secret_random(struct ctx *c, size_t len, struct secret *ret);
void secret_wipe(struct secret *s);
#define AUTO_SECRET __attribute__((cleanup(secret_wipe))) struct secret

/* A file of exactly `len` bytes that nobody else may read. E_TAMPER "secret.file" when its length or mode is another. */
MUST_USE rc secret_read(struct ctx *c, const char *path, size_t len, struct secret *ret);
/* New file, mode 0600, flushed with its folder. E_CONFLICT when there is one. */
MUST_USE rc secret_write(struct ctx *c, const char *path, const struct secret *s);
/* Overwrites the file, flushes, unlinks, flushes the folder (what that is worth on flash: docs/record.md §8). */
MUST_USE rc secret_destroy_file(struct ctx *c, const char *path);

/* "dir/name" in c->a. */
MUST_USE rc path_join(struct ctx *c, const char *dir, const char *name, const char **ret);
/* Holds `dir`/lock against other processes until the descriptor is closed. */
MUST_USE rc dir_lock(struct ctx *c, const char *dir, int *ret_fd);
MUST_USE rc dir_sync(struct ctx *c, const char *dir);

#endif
