/*
 * The keeper's file of keys, for keep.c and keep_destroy.c alone. `kek-<epoch>` (32 bytes) wraps the keys of `keys`: rows of
 * 256 bytes, the first one naming the epoch. A row is added at the end and flushed; a row cut short by a crash fails its
 * checksum and is written over.
 */
#ifndef CORE_RECORD_KEYS_H
#define CORE_RECORD_KEYS_H

#include <sodium.h>

#include "core/record/keep.h"
#include "core/record/secret.h"

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

slice row_id(const struct row *r);
int64_t row_epoch(const unsigned char in[6]);
void row_put_epoch(unsigned char out[6], int64_t e);
void row_sum(const struct row *r, unsigned char out[16]);
/* Zeroes but for kind and id; the sum is not set. */
void row_new(struct row *r, enum row_kind kind, slice id);
/* `nonce`: fresh random bytes. Sets the sum. */
void row_wrap(struct row *r, const struct secret *kek, int64_t epoch, const struct secret *key, const unsigned char *nonce);
/* Into k->key. E_TAMPER "keep.damaged". */
MUST_USE rc row_unwrap(struct ctx *c, struct keep *k, const struct row *r);
MUST_USE rc row_write(struct ctx *c, int fd, const struct row *r, size_t at);

/* Where this id stands in k->slots; 0 there: it has no row. */
size_t keys_slot(const struct keep *k, slice id);
MUST_USE rc keys_kek(struct ctx *c, const char *dir, int64_t epoch, const char **ret);
/* Opens the file anew. E_TAMPER "keep.damaged", or "keep.epoch" when it names an epoch whose key is destroyed. */
MUST_USE rc keys_load(struct ctx *c, struct keep *k);
/* Reads what is new at the end of the file. */
MUST_USE rc keys_read(struct ctx *c, struct keep *k);
/* Another process may have added rows, or destroyed keys and so put another file in place. */
MUST_USE rc keys_refresh(struct ctx *c, struct keep *k);
/* A file with its head and nothing else. */
MUST_USE rc keys_new_file(struct ctx *c, const char *path, int64_t epoch, struct row *ret_head, int *ret_fd);
void keys_drop(struct keep *k);

#endif
