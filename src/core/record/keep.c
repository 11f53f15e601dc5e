#include "core/record/keep.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "core/hpke.h"
#include "core/record/far.h"
#include "core/record/keys.h"

#include "base/banned.h"

static rc add_key(struct ctx *c, struct keep *k, slice id)
{
	unsigned char nonce[NONCE_BYTES];
	struct row r;

	randombytes_buf(nonce, sizeof nonce);
	randombytes_buf(k->key.p, KEY_BYTES);
	row_new(&r, ROW_KEY, id);
	row_wrap(&r, &k->kek, k->epoch, &k->key, nonce);
	TRY(row_write(c, k->fd, &r, k->nrows));
	if (fdatasync(k->fd) != 0)
		return FAIL_SYS(c, "file.write");
	return keys_read(c, k);
}

bool keep_is_far(const struct keep *k) { return k->far != NULL; }

rc keep_make(struct ctx *c, struct keep *k, const slice *key_ids, size_t n)
{
	unsigned char nonce[NONCE_BYTES];
	AUTO_FD lock = -1;
	struct row *rows;
	size_t made = 0;

	NEVER(k->far);   /* the keeper's own folder only; far away keys are made when they are first sealed with */
	TRY(dir_lock(c, k->dir, &lock));
	TRY(keys_refresh(c, k));
	rows = arena_bytes(c->a, (n + 1) * sizeof *rows);
	if (!rows)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < n; i++) {
		bool twice = k->slots[keys_slot(k, key_ids[i])] != 0;

		for (size_t j = made; j > 0 && !twice; j--)
			twice = slice_eq(row_id(&rows[j - 1]), key_ids[i]);
		if (twice)
			continue;
		randombytes_buf(k->key.p, KEY_BYTES);
		randombytes_buf(nonce, sizeof nonce);
		row_new(&rows[made], ROW_KEY, key_ids[i]);
		row_wrap(&rows[made++], &k->kek, k->epoch, &k->key, nonce);
	}
	sodium_memzero(k->key.p, KEY_BYTES);
	if (made == 0)
		return OK;
	if (lseek(k->fd, (off_t)(k->nrows * sizeof *rows), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.write");
	TRY(fd_write_all(c, k->fd, (slice){ (const char *)rows, made * sizeof *rows }));
	if (fdatasync(k->fd) != 0)
		return FAIL_SYS(c, "file.write");
	return keys_read(c, k);
}

/* The key of this id in k->key. */
static rc fetch(struct ctx *c, struct keep *k, slice id)
{
	const struct row *r;
	uint32_t at = k->slots[keys_slot(k, id)];

	if (at == 0)
		return FAIL(c, E_NOTFOUND, "keep.no_key");
	r = &k->rows[at];
	if (r->kind == ROW_GONE)
		return FAIL(c, E_DENIED, "keep.gone");
	return row_unwrap(c, k, r);
}

static rc fetch_or_make(struct ctx *c, struct keep *k, slice id)
{
	AUTO_FD lock = -1;
	rc r;

	TRY(keys_refresh(c, k));
	r = fetch(c, k, id);
	if (r != E_NOTFOUND)
		return r;
	TRY(dir_lock(c, k->dir, &lock));
	TRY(keys_refresh(c, k));
	r = fetch(c, k, id);
	return r == E_NOTFOUND ? add_key(c, k, id) : r;
}

rc keep_seal(struct ctx *c, struct keep *k, slice key_id, slice aad, slice plain, struct sealed *ret)
{
	rc r;

	if (k->far)
		return far_keep_seal(c, k->far, key_id, aad, plain, ret);
	TRY(fetch_or_make(c, k, key_id));
	r = payload_close(c, k->key.p, key_id, aad, plain, ret);
	sodium_memzero(k->key.p, KEY_BYTES);
	return r;
}

rc keep_unseal(struct ctx *c, struct keep *k, const struct seal *s, slice aad, slice ct, slice *ret_plain)
{
	rc r;

	if (k->far)
		return far_keep_unseal(c, k->far, s, aad, ct, ret_plain);
	TRY(keys_refresh(c, k));
	TRY(fetch(c, k, s->key));
	r = payload_open(c, k->key.p, s, aad, ct, ret_plain);
	sodium_memzero(k->key.p, KEY_BYTES);
	return r;
}

/* "renkei/keys/v1\n<node>\n<key id>\n<name>" */
rc keep_hand_info(struct ctx *c, slice node, slice key_id, slice name, slice *ret)
{
	return seal_bind(c, "keys", node, key_id, name, ret);
}

rc keep_hand(struct ctx *c, struct keep *k, slice key_id, const unsigned char pk[32], slice info, struct handed *ret)
{
	AUTO_SECRET seed = { 0 };
	slice ct;
	rc r;

	if (k->far)
		return far_keep_hand(c, k->far, key_id, pk, info, ret);
	TRY(secret_random(c, 32, &seed));
	TRY(keys_refresh(c, k));
	TRY(fetch(c, k, key_id));
	seal_commitment(k->key.p, key_id, ret->kc);
	r = hpke_seal(c, pk, seed.p, info, S_NONE, (slice){ (const char *)k->key.p, KEY_BYTES }, ret->enc, &ct);
	sodium_memzero(k->key.p, KEY_BYTES);
	if (r == OK)
		memcpy(ret->ct, ct.p, sizeof ret->ct);
	return r;
}

rc keep_create(struct ctx *c, const char *dir)
{
	AUTO_SECRET kek = { 0 };
	AUTO_FD fd = -1;
	struct row head;
	const char *path;

	if (mkdir(dir, 0700) != 0)
		return FAIL_SYS(c, "file.create");
	TRY(secret_random(c, KEY_BYTES, &kek));
	TRY(keys_kek(c, dir, 1, &path));
	TRY(secret_write(c, path, &kek));
	TRY(path_join(c, dir, "keys", &path));
	TRY(keys_new_file(c, path, 1, &head, &fd));
	if (fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	return dir_sync(c, dir);
}

/* A crash after a destruction took effect may have left the old epoch's key: it must not live on. */
static rc finish_destroy(struct ctx *c, struct keep *k)
{
	const char *kek;
	AUTO_FD lock = -1;

	TRY(keys_kek(c, k->dir, k->epoch - 1, &kek));
	if (access(kek, F_OK) != 0)
		return OK;
	TRY(dir_lock(c, k->dir, &lock));
	TRY(keys_load(c, k));
	TRY(keys_kek(c, k->dir, k->epoch - 1, &kek));
	return access(kek, F_OK) == 0 ? secret_destroy_file(c, kek) : OK;
}

rc keep_open(struct ctx *c, const char *dir, struct keep **ret)
{
	struct keep *k = calloc(1, sizeof *k);
	rc r;

	if (!k)
		return FAIL(c, E_NOMEM, "memory.limit");
	k->fd = -1;
	k->dir = strdup(dir);
	r = k->dir ? secret_new(c, KEY_BYTES, &k->key) : FAIL(c, E_NOMEM, "memory.limit");
	if (r == OK)
		r = keys_load(c, k);
	if (r == OK)
		r = finish_destroy(c, k);
	if (r != OK)
		keep_close(k);
	else
		*ret = k;
	return r;
}

rc keep_open_far(struct ctx *c, const struct far_door *door, struct keep **ret)
{
	struct keep *k = calloc(1, sizeof *k);
	rc r;

	if (!k)
		return FAIL(c, E_NOMEM, "memory.limit");
	k->fd = -1;
	k->far = door;
	r = far_keep_epoch(c, door, &k->epoch);
	if (r != OK)
		keep_close(k);
	else
		*ret = k;
	return r;
}

void keep_close(struct keep *k)
{
	if (!k)
		return;
	keys_drop(k);
	secret_wipe(&k->key);
	free(k->dir);
	free(k);
}

int64_t keep_epoch(const struct keep *k) { return k->epoch; }

rc keep_gone(struct ctx *c, struct keep *k, slice **ret, size_t *ret_n)
{
	size_t n = 0;

	NEVER(k->far);   /* for backups, which read the keeper's folder */
	TRY(keys_refresh(c, k));
	TRY_ARRAY(c, *ret, k->nrows + 1);
	for (size_t i = 1; i < k->nrows; i++)
		if (k->rows[i].kind == ROW_GONE)
			TRY(slice_keep(c, row_id(&k->rows[i]), &(*ret)[n++]));
	*ret_n = n;
	return OK;
}
