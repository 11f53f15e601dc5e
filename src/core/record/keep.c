/*
 * Files of the keeper: `kek-<epoch>` (32 bytes) and `keys`: rows of 256 bytes, the first one naming the epoch. A row is
 * added at the end and flushed; a row cut short by a crash fails its checksum and is written over.
 */
#include "core/record/keep.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/hpke.h"
#include "core/record/far.h"
#include "core/record/secret.h"

#include "base/banned.h"

#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES

enum row_kind { ROW_HEAD = 'H', ROW_KEY = 'K', ROW_GONE = 'X' };

struct row {
	unsigned char kind, id_len;
	char id[WORD_MOST];
	unsigned char epoch[6];               /* little-endian; HEAD: of the file, GONE: in which it was destroyed */
	unsigned char nonce[NONCE_BYTES];
	unsigned char wrapped[KEY_BYTES + TAG_BYTES];
	unsigned char pad[32];
	unsigned char sum[16];                /* BLAKE2b over all before it */
};

_Static_assert(sizeof(struct row) == 256, "a row is 256 bytes");

struct keep {
	const struct far_door *far;  /* borrowed; set: the keys are in another process, and nothing below is used */
	char *dir;               /* owned */
	int fd;                  /* owned; `keys` */
	int64_t epoch;
	struct secret kek, key;  /* owned; `key`: room for the one in use */
	struct row *rows;        /* owned; with the head */
	size_t nrows, cap;
	uint32_t *slots;         /* owned; hash table of row numbers, 0 = free */
	size_t nslots;           /* power of two */
};

static void put_epoch(unsigned char out[6], int64_t e)
{
	for (int i = 0; i < 6; i++)
		out[i] = (unsigned char)(e >> (8 * i));
}

static int64_t get_epoch(const unsigned char in[6])
{
	int64_t e = 0;

	for (int i = 5; i >= 0; i--)
		e = e << 8 | in[i];
	return e;
}

static void row_sum(const struct row *r, unsigned char out[16])
{
	(void)crypto_generichash(out, 16, (const unsigned char *)r, offsetof(struct row, sum), NULL, 0);
}

static bool row_is_whole(const struct row *r)
{
	unsigned char sum[16];

	row_sum(r, sum);
	return memcmp(sum, r->sum, 16) == 0 && r->id_len <= WORD_MOST;
}

static slice row_id(const struct row *r) { return (slice){ r->id, r->id_len }; }

static uint64_t id_hash(slice id)
{
	uint64_t h = 14695981039346656037u;   /* FNV-1a: ids are ours, made of random bits */

	for (size_t i = 0; i < id.len; i++)
		h = (h ^ (unsigned char)id.p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

static size_t find_slot(const struct keep *k, slice id)
{
	size_t i = id_hash(id) & (k->nslots - 1);

	while (k->slots[i] && !slice_eq(row_id(&k->rows[k->slots[i]]), id))
		i = (i + 1) & (k->nslots - 1);
	return i;
}

static rc index_rows(struct ctx *c, struct keep *k)
{
	size_t want = 1024;

	while (want < k->cap * 2)
		want *= 2;
	free(k->slots);
	k->slots = calloc(want, sizeof *k->slots);
	k->nslots = k->slots ? want : 0;
	if (!k->slots)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (size_t i = 1; i < k->nrows; i++)
		k->slots[find_slot(k, row_id(&k->rows[i]))] = (uint32_t)i;
	return OK;
}

static rc read_bytes(struct ctx *c, struct keep *k, size_t from, size_t to)
{
	size_t n;

	if (lseek(k->fd, (off_t)(from * sizeof(struct row)), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.read");
	TRY(fd_fill(c, k->fd, (char *)&k->rows[from], (to - from) * sizeof(struct row), &n));
	if (n < (to - from) * sizeof(struct row))   /* cut short meanwhile: such rows are not whole */
		memset((char *)&k->rows[from] + n, 0, (to - from) * sizeof(struct row) - n);
	return OK;
}

/* Reads what is new at the end of the file. */
static rc read_rows(struct ctx *c, struct keep *k)
{
	struct stat st;
	size_t in_file, had = k->nrows;
	bool grown;

	if (fstat(k->fd, &st) != 0)
		return FAIL_SYS(c, "file.read");
	in_file = (size_t)st.st_size / sizeof(struct row);
	if (in_file <= k->nrows)
		return OK;
	if (in_file > UINT32_MAX / 4)
		return FAIL(c, E_LIMIT, "file.limit");
	grown = in_file > k->cap;
	if (grown) {
		size_t cap = in_file + in_file / 4 + 64;
		struct row *rows = reallocarray(k->rows, cap, sizeof *rows);

		if (!rows)
			return FAIL(c, E_NOMEM, "memory.limit");
		k->rows = rows;
		k->cap = cap;
	}
	TRY(read_bytes(c, k, k->nrows, in_file));
	for (size_t i = k->nrows; i < in_file; i++) {
		if (!row_is_whole(&k->rows[i])) {
			/* only the last row can have been cut short by a crash */
			if (i + 1 < in_file)
				return FAIL(c, E_TAMPER, "keep.damaged");
			break;
		}
		k->nrows = i + 1;
	}
	if (grown || !k->slots)
		return index_rows(c, k);
	for (size_t i = had; i < k->nrows; i++)
		k->slots[find_slot(k, row_id(&k->rows[i]))] = (uint32_t)i;
	return OK;
}

static rc kek_path(struct ctx *c, const char *dir, int64_t epoch, const char **ret)
{
	char name[40];

	(void)snprintf(name, sizeof name, "kek-%lld", (long long)epoch);
	return path_join(c, dir, name, ret);
}

static void drop_rows(struct keep *k)
{
	if (k->fd >= 0)
		(void)close(k->fd);
	k->fd = -1;
	free(k->rows);
	free(k->slots);
	k->rows = NULL;
	k->slots = NULL;
	k->nrows = k->cap = k->nslots = 0;
	secret_wipe(&k->kek);
}

static rc load(struct ctx *c, struct keep *k)
{
	const char *path;
	rc r;

	drop_rows(k);
	TRY(path_join(c, k->dir, "keys", &path));
	k->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (k->fd < 0)
		return FAIL_SYS(c, "keep.open");
	TRY(read_rows(c, k));
	if (k->nrows == 0 || k->rows[0].kind != ROW_HEAD)
		return FAIL(c, E_TAMPER, "keep.damaged");
	k->epoch = get_epoch(k->rows[0].epoch);
	TRY(kek_path(c, k->dir, k->epoch, &path));
	r = secret_read(c, path, KEY_BYTES, &k->kek);
	/* an old `keys` from a backup names an epoch whose key is destroyed */
	return r == E_NOTFOUND ? FAIL(c, E_TAMPER, "keep.epoch") : r;
}

/* Another process may have added rows, or destroyed keys and so put another file in place. */
static rc refresh(struct ctx *c, struct keep *k)
{
	struct stat mine, there;
	const char *path;

	TRY(path_join(c, k->dir, "keys", &path));
	if (fstat(k->fd, &mine) != 0 || stat(path, &there) != 0)
		return FAIL_SYS(c, "keep.open");
	return mine.st_ino == there.st_ino ? read_rows(c, k) : load(c, k);
}

/* "renkei/wrap/v1\n<epoch>\n<id>"; by hand, because a disposal does this for every key there is. */
static void wrap_aad(char out[256], int64_t epoch, slice id, size_t *ret_len)
{
	static const char head[] = "renkei/wrap/v1\n";
	char digits[24];
	size_t n = sizeof head - 1, d = sizeof digits;

	memcpy(out, head, n);
	do
		digits[--d] = (char)('0' + epoch % 10);
	while (epoch /= 10);
	memcpy(out + n, digits + d, sizeof digits - d);
	n += sizeof digits - d;
	out[n++] = '\n';
	memcpy(out + n, id.p, id.len);
	*ret_len = n + id.len;
}

/* `nonce`: fresh random bytes. */
static void wrap(struct row *r, const struct secret *kek, int64_t epoch, const struct secret *key, const unsigned char *nonce)
{
	char aad[256];
	size_t n;

	put_epoch(r->epoch, epoch);
	memcpy(r->nonce, nonce, sizeof r->nonce);
	wrap_aad(aad, epoch, row_id(r), &n);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(r->wrapped, NULL, key->p, KEY_BYTES, (unsigned char *)aad, n, NULL,
	                                                 r->nonce, kek->p);
	row_sum(r, r->sum);
}

static rc unwrap(struct ctx *c, struct keep *k, const struct row *r)
{
	char aad[256];
	size_t n;

	wrap_aad(aad, k->epoch, row_id(r), &n);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(k->key.p, NULL, NULL, r->wrapped, sizeof r->wrapped,
	                                               (unsigned char *)aad, n, r->nonce, k->kek.p) != 0)
		return FAIL(c, E_TAMPER, "keep.damaged");
	return OK;
}

static rc write_row(struct ctx *c, int fd, const struct row *r, size_t at)
{
	if (lseek(fd, (off_t)(at * sizeof *r), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.write");
	return fd_write_all(c, fd, (slice){ (const char *)r, sizeof *r });
}

static void new_row(struct row *r, enum row_kind kind, slice id)
{
	memset(r, 0, sizeof *r);
	r->kind = (unsigned char)kind;
	r->id_len = (unsigned char)id.len;
	if (id.len)
		memcpy(r->id, id.p, id.len);
}

static rc add_key(struct ctx *c, struct keep *k, slice id)
{
	unsigned char nonce[NONCE_BYTES];
	struct row r;

	randombytes_buf(nonce, sizeof nonce);
	randombytes_buf(k->key.p, KEY_BYTES);
	new_row(&r, ROW_KEY, id);
	wrap(&r, &k->kek, k->epoch, &k->key, nonce);
	TRY(write_row(c, k->fd, &r, k->nrows));
	if (fdatasync(k->fd) != 0)
		return FAIL_SYS(c, "file.write");
	return read_rows(c, k);
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
	TRY(refresh(c, k));
	rows = arena_bytes(c->a, (n + 1) * sizeof *rows);
	if (!rows)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < n; i++) {
		bool twice = k->slots[find_slot(k, key_ids[i])] != 0;

		for (size_t j = made; j > 0 && !twice; j--)
			twice = slice_eq(row_id(&rows[j - 1]), key_ids[i]);
		if (twice)
			continue;
		randombytes_buf(k->key.p, KEY_BYTES);
		randombytes_buf(nonce, sizeof nonce);
		new_row(&rows[made], ROW_KEY, key_ids[i]);
		wrap(&rows[made++], &k->kek, k->epoch, &k->key, nonce);
	}
	sodium_memzero(k->key.p, KEY_BYTES);
	if (made == 0)
		return OK;
	if (lseek(k->fd, (off_t)(k->nrows * sizeof *rows), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.write");
	TRY(fd_write_all(c, k->fd, (slice){ (const char *)rows, made * sizeof *rows }));
	if (fdatasync(k->fd) != 0)
		return FAIL_SYS(c, "file.write");
	return read_rows(c, k);
}

/* The key of this id in k->key. */
static rc fetch(struct ctx *c, struct keep *k, slice id)
{
	const struct row *r;
	uint32_t at = k->slots[find_slot(k, id)];

	if (at == 0)
		return FAIL(c, E_NOTFOUND, "keep.no_key");
	r = &k->rows[at];
	if (r->kind == ROW_GONE)
		return FAIL(c, E_DENIED, "keep.gone");
	return unwrap(c, k, r);
}

static rc fetch_or_make(struct ctx *c, struct keep *k, slice id)
{
	AUTO_FD lock = -1;
	rc r;

	TRY(refresh(c, k));
	r = fetch(c, k, id);
	if (r != E_NOTFOUND)
		return r;
	TRY(dir_lock(c, k->dir, &lock));
	TRY(refresh(c, k));
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
	TRY(refresh(c, k));
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
	TRY(refresh(c, k));
	TRY(fetch(c, k, key_id));
	seal_commitment(k->key.p, key_id, ret->kc);
	r = hpke_seal(c, pk, seed.p, info, S_NONE, (slice){ (const char *)k->key.p, KEY_BYTES }, ret->enc, &ct);
	sodium_memzero(k->key.p, KEY_BYTES);
	if (r == OK)
		memcpy(ret->ct, ct.p, sizeof ret->ct);
	return r;
}

static rc new_file(struct ctx *c, const char *path, int64_t epoch, struct row *ret_head, int *ret_fd)
{
	AUTO_FD fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct row head;

	if (fd < 0)
		return FAIL_SYS(c, "file.create");
	TRY(fd_own_as_folder(c, fd, path));
	new_row(&head, ROW_HEAD, S("renkei/keys/v1"));
	put_epoch(head.epoch, epoch);
	row_sum(&head, head.sum);
	TRY(write_row(c, fd, &head, 0));
	*ret_head = head;
	*ret_fd = TAKE_FD(fd);
	return OK;
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
	TRY(kek_path(c, dir, 1, &path));
	TRY(secret_write(c, path, &kek));
	TRY(path_join(c, dir, "keys", &path));
	TRY(new_file(c, path, 1, &head, &fd));
	if (fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	return dir_sync(c, dir);
}

/* A crash after a destruction took effect may have left the old epoch's key: it must not live on. */
static rc finish_destroy(struct ctx *c, struct keep *k)
{
	const char *kek;
	AUTO_FD lock = -1;

	TRY(kek_path(c, k->dir, k->epoch - 1, &kek));
	if (access(kek, F_OK) != 0)
		return OK;
	TRY(dir_lock(c, k->dir, &lock));
	TRY(load(c, k));
	TRY(kek_path(c, k->dir, k->epoch - 1, &kek));
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
		r = load(c, k);
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
	drop_rows(k);
	secret_wipe(&k->key);
	free(k->dir);
	free(k);
}

int64_t keep_epoch(const struct keep *k) { return k->epoch; }

/* The rows that are to go; ids without a key are passed over. */
static rc mark_listed(struct ctx *c, const struct keep *k, const slice *ids, size_t n, bool **ret)
{
	TRY_ARRAY(c, *ret, k->nrows + 1);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = k->slots[find_slot(k, ids[i])];

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
		new_row(ret, ROW_GONE, row_id(old));
		put_epoch(ret->epoch, old->kind == ROW_GONE ? get_epoch(old->epoch) : k->epoch);
		row_sum(ret, ret->sum);
		return OK;
	}
	TRY(unwrap(c, k, old));
	new_row(ret, ROW_KEY, row_id(old));
	wrap(ret, kek, k->epoch + 1, &k->key, nonce);
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
	TRY(new_file(c, next, k->epoch + 1, &rows[0], &fd));
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
	TRY(kek_path(c, k->dir, k->epoch, &kek_old));
	TRY(kek_path(c, k->dir, k->epoch + 1, &kek_new));
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
	TRY(refresh(c, k));
	rows = malloc(k->nrows * sizeof *rows);
	if (!rows)
		return FAIL(c, E_NOMEM, "memory.limit");
	ret_epoch[0] = k->epoch;
	ret_epoch[1] = k->epoch + 1;
	r = destroy_locked(c, k, key_ids, n, rows);
	free(rows);
	return r;
}

rc keep_gone(struct ctx *c, struct keep *k, slice **ret, size_t *ret_n)
{
	size_t n = 0;

	NEVER(k->far);   /* for backups, which read the keeper's folder */
	TRY(refresh(c, k));
	TRY_ARRAY(c, *ret, k->nrows + 1);
	for (size_t i = 1; i < k->nrows; i++)
		if (k->rows[i].kind == ROW_GONE)
			TRY(slice_keep(c, row_id(&k->rows[i]), &(*ret)[n++]));
	*ret_n = n;
	return OK;
}
