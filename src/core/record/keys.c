#include "core/record/keys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

void row_put_epoch(unsigned char out[6], int64_t e)
{
	for (int i = 0; i < 6; i++)
		out[i] = (unsigned char)(e >> (8 * i));
}

int64_t row_epoch(const unsigned char in[6])
{
	int64_t e = 0;

	for (int i = 5; i >= 0; i--)
		e = e << 8 | in[i];
	return e;
}

void row_sum(const struct row *r, unsigned char out[16])
{
	(void)crypto_generichash(out, 16, (const unsigned char *)r, offsetof(struct row, sum), NULL, 0);
}

static bool row_is_whole(const struct row *r)
{
	unsigned char sum[16];

	row_sum(r, sum);
	return memcmp(sum, r->sum, 16) == 0 && r->id_len <= WORD_MOST;
}

slice row_id(const struct row *r) { return (slice){ r->id, r->id_len }; }

static uint64_t id_hash(slice id)
{
	uint64_t h = slice_fnv(FNV_START, id);   /* ids are ours, made of random bits */

	return h ^ h >> 32;
}

size_t keys_slot(const struct keep *k, slice id)
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
		k->slots[keys_slot(k, row_id(&k->rows[i]))] = (uint32_t)i;
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

rc keys_read(struct ctx *c, struct keep *k)
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
		k->slots[keys_slot(k, row_id(&k->rows[i]))] = (uint32_t)i;
	return OK;
}

rc keys_kek(struct ctx *c, const char *dir, int64_t epoch, const char **ret)
{
	char name[40];

	(void)snprintf(name, sizeof name, "kek-%lld", (long long)epoch);
	return path_join(c, dir, name, ret);
}

void keys_drop(struct keep *k)
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

rc keys_load(struct ctx *c, struct keep *k)
{
	const char *path;
	rc r;

	keys_drop(k);
	TRY(path_join(c, k->dir, "keys", &path));
	k->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (k->fd < 0)
		return FAIL_SYS(c, "keep.open");
	TRY(keys_read(c, k));
	if (k->nrows == 0 || k->rows[0].kind != ROW_HEAD)
		return FAIL(c, E_TAMPER, "keep.damaged");
	k->epoch = row_epoch(k->rows[0].epoch);
	TRY(keys_kek(c, k->dir, k->epoch, &path));
	r = secret_read(c, path, KEY_BYTES, &k->kek);
	/* an old `keys` from a backup names an epoch whose key is destroyed */
	return r == E_NOTFOUND ? FAIL(c, E_TAMPER, "keep.epoch") : r;
}

rc keys_refresh(struct ctx *c, struct keep *k)
{
	struct stat mine, there;
	const char *path;

	TRY(path_join(c, k->dir, "keys", &path));
	if (fstat(k->fd, &mine) != 0 || stat(path, &there) != 0)
		return FAIL_SYS(c, "keep.open");
	return mine.st_ino == there.st_ino ? keys_read(c, k) : keys_load(c, k);
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

void row_wrap(struct row *r, const struct secret *kek, int64_t epoch, const struct secret *key, const unsigned char *nonce)
{
	char aad[256];
	size_t n;

	row_put_epoch(r->epoch, epoch);
	memcpy(r->nonce, nonce, sizeof r->nonce);
	wrap_aad(aad, epoch, row_id(r), &n);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(r->wrapped, NULL, key->p, KEY_BYTES, (unsigned char *)aad, n, NULL,
	                                                 r->nonce, kek->p);
	row_sum(r, r->sum);
}

rc row_unwrap(struct ctx *c, struct keep *k, const struct row *r)
{
	char aad[256];
	size_t n;

	wrap_aad(aad, k->epoch, row_id(r), &n);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(k->key.p, NULL, NULL, r->wrapped, sizeof r->wrapped,
	                                               (unsigned char *)aad, n, r->nonce, k->kek.p) != 0)
		return FAIL(c, E_TAMPER, "keep.damaged");
	return OK;
}

rc row_write(struct ctx *c, int fd, const struct row *r, size_t at)
{
	if (lseek(fd, (off_t)(at * sizeof *r), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.write");
	return fd_write_all(c, fd, (slice){ (const char *)r, sizeof *r });
}

void row_new(struct row *r, enum row_kind kind, slice id)
{
	memset(r, 0, sizeof *r);
	r->kind = (unsigned char)kind;
	r->id_len = (unsigned char)id.len;
	if (id.len)
		memcpy(r->id, id.p, id.len);
}

rc keys_new_file(struct ctx *c, const char *path, int64_t epoch, struct row *ret_head, int *ret_fd)
{
	AUTO_FD fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct row head;

	if (fd < 0)
		return FAIL_SYS(c, "file.create");
	TRY(fd_own_as_folder(c, fd, path));
	row_new(&head, ROW_HEAD, S("renkei/keys/v1"));
	row_put_epoch(head.epoch, epoch);
	row_sum(&head, head.sum);
	TRY(row_write(c, fd, &head, 0));
	*ret_head = head;
	*ret_fd = TAKE_FD(fd);
	return OK;
}
