/* Keys are destroyed by an epoch that leaves them out: all others are wrapped anew, and the old epoch's key goes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "core/record/far.h"
#include "core/record/keys.h"

#include "base/banned.h"

/* The rows that are to go; ids without a key are passed over. */
static rc mark_listed(struct ctx *c, const struct keep *k, const slice *ids, size_t n, bool **ret)
{
	TRY_ARRAY(c, *ret, k->nrows + 1);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = k->slots[keys_slot(k, ids[i])];

		if (at)
			(*ret)[at] = true;
	}
	return OK;
}

#define BLOCK 4096u   /* rows that are wrapped and written at a time */

static rc next_row(struct ctx *c, struct keep *k, const struct secret *kek, const struct row *old, bool gone,
                   const unsigned char *nonce, struct row *ret)
{
	if (old->kind == ROW_GONE || gone) {
		row_new(ret, ROW_GONE, row_id(old));
		row_put_epoch(ret->epoch, old->kind == ROW_GONE ? row_epoch(old->epoch) : k->epoch);
		row_sum(ret, ret->sum);
		return OK;
	}
	TRY(row_unwrap(c, k, old));
	row_new(ret, ROW_KEY, row_id(old));
	row_wrap(ret, kek, k->epoch + 1, &k->key, nonce);
	return OK;
}

/* The rows as they are after the destruction, under the new epoch key; rows[0] is the head, which stands already. */
static rc write_next(struct ctx *c, struct keep *k, int fd, const struct secret *kek, const bool *gone, struct row *rows)
{
	unsigned char nonce[BLOCK][NONCE_BYTES];

	for (size_t from = 1; from < k->nrows; from += BLOCK) {
		size_t n = k->nrows - from < BLOCK ? k->nrows - from : BLOCK;

		randombytes_buf(nonce, n * NONCE_BYTES);
		for (size_t i = 0; i < n; i++)
			TRY(next_row(c, k, kek, &k->rows[from + i], gone[from + i], nonce[i], &rows[from + i]));
		TRY(fd_write_all(c, fd, (slice){ (const char *)&rows[from], n * sizeof(struct row) }));
	}
	sodium_memzero(k->key.p, KEY_BYTES);
	return fsync(fd) == 0 ? OK : FAIL_SYS(c, "file.write");
}

/* The old file has no name any more; its rows are wrapped under a key that is gone, so this is a second lock only. */
static rc overwrite(struct ctx *c, int fd, size_t rows)
{
	unsigned char noise[65536];

	if (lseek(fd, 0, SEEK_SET) < 0)
		return FAIL_SYS(c, "file.write");
	randombytes_buf(noise, sizeof noise);
	for (size_t left = rows * sizeof(struct row); left > 0;) {
		size_t n = left < sizeof noise ? left : sizeof noise;

		TRY(fd_write_all(c, fd, (slice){ (const char *)noise, n }));
		left -= n;
	}
	return fsync(fd) == 0 ? OK : FAIL_SYS(c, "file.write");
}

/* The new file takes the place of the old one; from here on the old epoch key is on its way out. */
static rc put_in_place(struct ctx *c, struct keep *k, const char *next, const char *keys)
{
	if (rename(next, keys) != 0)
		return FAIL_SYS(c, "file.rename");
	return dir_sync(c, k->dir);
}

static rc write_epoch(struct ctx *c, struct keep *k, const slice *ids, size_t n, const struct secret *kek, const char *next, int *ret_fd,
                      struct row *rows)
{
	AUTO_FD fd = -1;
	bool *gone;

	TRY(mark_listed(c, k, ids, n, &gone));
	TRY(keys_new_file(c, next, k->epoch + 1, &rows[0], &fd));
	TRY(write_next(c, k, fd, kek, gone, rows));
	*ret_fd = TAKE_FD(fd);
	return OK;
}

static rc destroy_locked(struct ctx *c, struct keep *k, const slice *ids, size_t n, struct row *rows)
{
	const char *keys, *next, *kek_old, *kek_new;
	AUTO_SECRET kek = { 0 };
	AUTO_FD fd = -1;

	TRY(path_join(c, k->dir, "keys", &keys));
	TRY(path_join(c, k->dir, "keys.next", &next));
	TRY(keys_kek(c, k->dir, k->epoch, &kek_old));
	TRY(keys_kek(c, k->dir, k->epoch + 1, &kek_new));
	TRY(secret_random(c, KEY_BYTES, &kek));
	(void)unlink(kek_new);   /* of a run that a crash ended before its `keys` was in place */
	TRY(secret_write(c, kek_new, &kek));
	TRY(write_epoch(c, k, ids, n, &kek, next, &fd, rows));
	TRY(put_in_place(c, k, next, keys));
	TRY(secret_destroy_file(c, kek_old));
	TRY(overwrite(c, k->fd, k->nrows));
	/* the places of the rows are the same: what was read needs no second reading */
	(void)close(k->fd);
	k->fd = TAKE_FD(fd);
	memcpy(k->rows, rows, k->nrows * sizeof *rows);
	k->epoch++;
	secret_wipe(&k->kek);
	k->kek = kek;
	kek = (struct secret){ 0 };
	return OK;
}

rc keep_destroy(struct ctx *c, struct keep *k, const slice *key_ids, size_t n, int64_t ret_epoch[2])
{
	AUTO_FD lock = -1;
	struct row *rows;
	rc r;

	if (k->far) {
		TRY(far_keep_destroy(c, k->far, key_ids, n, ret_epoch));
		k->epoch = ret_epoch[1];
		return OK;
	}
	TRY(dir_lock(c, k->dir, &lock));
	TRY(keys_refresh(c, k));
	rows = malloc(k->nrows * sizeof *rows);
	if (!rows)
		return FAIL(c, E_NOMEM, "memory.limit");
	ret_epoch[0] = k->epoch;
	ret_epoch[1] = k->epoch + 1;
	r = destroy_locked(c, k, key_ids, n, rows);
	free(rows);
	return r;
}
