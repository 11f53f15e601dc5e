#include "core/record/sign.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "core/record/far.h"
#include "core/record/secret.h"

#include "base/banned.h"

struct signer {
	const struct far_door *far;  /* borrowed; set: the key is in another process */
	char *dir;               /* owned */
	char *vkey;              /* owned */
	struct note_key key;     /* borrows from vkey */
	struct secret secret;    /* Ed25519 secret key, 64 bytes; owned */
	struct hasher *h;        /* owned */
};

static rc derive(struct ctx *c, const char *dir, struct secret *ret_key, unsigned char pk[32])
{
	AUTO_SECRET seed = { 0 };
	const char *path;

	TRY(path_join(c, dir, "record.key", &path));
	TRY(secret_read(c, path, crypto_sign_SEEDBYTES, &seed));
	TRY(secret_new(c, crypto_sign_SECRETKEYBYTES, ret_key));
	(void)crypto_sign_seed_keypair(pk, ret_key->p, seed.p);   /* cannot fail */
	return OK;
}

static rc public_of(struct ctx *c, const struct secret *seed, unsigned char pk[32])
{
	AUTO_SECRET key = { 0 };

	TRY(secret_new(c, crypto_sign_SECRETKEYBYTES, &key));
	(void)crypto_sign_seed_keypair(pk, key.p, seed->p);   /* cannot fail */
	return OK;
}

static rc write_vkey(struct ctx *c, const char *dir, const char *name, slice origin, const unsigned char pk[32])
{
	AUTO_HASHER h = hasher_new();
	const char *path;
	struct buf b;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	buf_init(&b, c->a, 1024);
	note_key_put(h, &b, origin, NOTE_ED25519, pk);
	buf_putc(&b, '\n');
	TRY(path_join(c, dir, name, &path));
	return file_replace(c, path, buf_slice(&b), 0644);
}

rc sign_create(struct ctx *c, const char *dir, slice origin)
{
	AUTO_SECRET seed = { 0 };
	unsigned char pk[32];
	const char *path;

	if (mkdir(dir, 0700) != 0)
		return FAIL_SYS(c, "file.create");
	TRY(secret_random(c, crypto_sign_SEEDBYTES, &seed));
	TRY(public_of(c, &seed, pk));
	TRY(path_join(c, dir, "record.key", &path));
	TRY(secret_write(c, path, &seed));
	return write_vkey(c, dir, "record.vkey", origin, pk);
}

static rc read_vkey(struct ctx *c, struct signer *s, const char *name)
{
	const char *path;
	slice text;

	TRY(path_join(c, s->dir, name, &path));
	TRY(file_read(c, path, 4096, &text));
	text = slice_trim(text);
	free(s->vkey);
	s->vkey = strndup(text.p ? text.p : "", text.len);
	return s->vkey ? note_key_parse(c, slice_of(s->vkey), &s->key) : FAIL(c, E_NOMEM, "memory.limit");
}

/* A crash within sign_roll() may have left the new key beside the old public one. */
static rc finish_roll(struct ctx *c, struct signer *s, const unsigned char pk[32])
{
	const char *next, *path;

	if (read_vkey(c, s, "record.vkey.next") != OK || memcmp(pk, s->key.pk, 32) != 0)
		return FAIL(c, E_TAMPER, "sign.key");
	TRY(path_join(c, s->dir, "record.vkey.next", &next));
	TRY(path_join(c, s->dir, "record.vkey", &path));
	if (rename(next, path) != 0)
		return FAIL_SYS(c, "file.rename");
	return dir_sync(c, s->dir);
}

static rc load(struct ctx *c, struct signer *s)
{
	unsigned char pk[32];

	if (!s->h)
		s->h = hasher_new();
	if (!s->h)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(derive(c, s->dir, &s->secret, pk));
	TRY(read_vkey(c, s, "record.vkey"));
	return memcmp(pk, s->key.pk, 32) == 0 ? OK : finish_roll(c, s, pk);
}

rc sign_former(struct ctx *c, struct signer *s, slice *ret)
{
	const char *path;
	rc r;

	TRY(path_join(c, s->dir, "former", &path));
	r = file_read(c, path, 65536, ret);
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	*ret = S_NONE;
	return OK;
}

static rc add_former(struct ctx *c, struct signer *s)
{
	const char *path;
	struct buf b;
	slice text;

	TRY(sign_former(c, s, &text));
	if (slice_find(text, slice_of(s->vkey), 0) != SIZE_MAX)
		return OK;
	buf_init(&b, c->a, 65536);
	buf_put(&b, text);
	buf_putf(&b, "%s\n", s->vkey);
	TRY(path_join(c, s->dir, "former", &path));
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : file_replace(c, path, buf_slice(&b), 0600);
}

static rc roll_locked(struct ctx *c, struct signer *s, slice origin)
{
	AUTO_SECRET seed = { 0 };
	const char *next, *key, *last;
	unsigned char pk[32];

	TRY(secret_random(c, crypto_sign_SEEDBYTES, &seed));
	TRY(public_of(c, &seed, pk));
	TRY(path_join(c, s->dir, "record.key.next", &next));
	TRY(path_join(c, s->dir, "record.key", &key));
	TRY(path_join(c, s->dir, "last", &last));
	TRY(add_former(c, s));
	(void)unlink(next);   /* of a run that a crash ended */
	TRY(secret_write(c, next, &seed));
	TRY(write_vkey(c, s->dir, "record.vkey.next", origin, pk));
	if (!slice_eq(origin, s->key.name) && unlink(last) != 0 && errno != ENOENT)
		return FAIL_SYS(c, "file.write");
	if (rename(next, key) != 0)
		return FAIL_SYS(c, "file.rename");
	TRY(dir_sync(c, s->dir));
	secret_wipe(&s->secret);
	return load(c, s);    /* finishes with the public key */
}

rc sign_roll(struct ctx *c, struct signer *s, slice origin)
{
	AUTO_FD lock = -1;

	TRY(dir_lock(c, s->dir, &lock));
	return roll_locked(c, s, origin);
}

rc sign_open(struct ctx *c, const char *dir, struct signer **ret)
{
	struct signer *s = calloc(1, sizeof *s);
	rc r;

	if (!s)
		return FAIL(c, E_NOMEM, "memory.limit");
	s->dir = strdup(dir);
	r = s->dir ? load(c, s) : FAIL(c, E_NOMEM, "memory.limit");
	if (r != OK)
		sign_close(s);
	else
		*ret = s;
	return r;
}

static rc load_far(struct ctx *c, struct signer *s)
{
	slice vkey;

	TRY(far_sign_about(c, s->far, &vkey));
	s->vkey = strndup(vkey.p, vkey.len);
	if (!s->vkey)
		return FAIL(c, E_NOMEM, "memory.limit");
	return note_key_parse(c, slice_of(s->vkey), &s->key);
}

rc sign_open_far(struct ctx *c, const struct far_door *door, struct signer **ret)
{
	struct signer *s = calloc(1, sizeof *s);
	rc r;

	if (!s)
		return FAIL(c, E_NOMEM, "memory.limit");
	s->far = door;
	r = load_far(c, s);
	if (r != OK)
		sign_close(s);
	else
		*ret = s;
	return r;
}

void sign_close(struct signer *s)
{
	if (!s)
		return;
	secret_wipe(&s->secret);
	if (s->h)
		hasher_free(s->h);
	free(s->vkey);
	free(s->dir);
	free(s);
}

slice sign_origin(const struct signer *s) { return s->key.name; }
slice sign_vkey(const struct signer *s) { return slice_of(s->vkey); }

/* By the present key or a former one of the same name. */
static rc signed_by_us(struct ctx *c, struct signer *s, const struct note *note)
{
	struct note_key key;
	slice former, line;
	uint64_t time;

	if (note_verify(c, note, &s->key, &time) == OK)
		return OK;
	fault_clear(c);
	TRY(sign_former(c, s, &former));
	while (slice_next(&former, '\n', &line))
		if (note_key_parse(c, line, &key) == OK && note_verify(c, note, &key, &time) == OK)
			return OK;
	return FAIL(c, E_TAMPER, "note.signature");
}

rc sign_last(struct ctx *c, struct signer *s, uint64_t *ret_size, struct hash *ret_root, slice *ret_note)
{
	struct checkpoint cp;
	struct note note;
	const char *path;
	slice text;
	rc r;

	if (s->far)
		return far_sign_last(c, s->far, ret_size, ret_root, ret_note);
	TRY(path_join(c, s->dir, "last", &path));
	r = file_read(c, path, NOTE_MOST, &text);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		*ret_size = 0;
		memset(ret_root, 0, sizeof *ret_root);
		*ret_note = S_NONE;
		return OK;
	}
	TRY(r);
	if (note_parse(c, text, &note) != OK || signed_by_us(c, s, &note) != OK ||
	    checkpoint_parse(c, note.body, &cp) != OK || !slice_eq(cp.origin, s->key.name)) {
		(void)FAIL(c, E_TAMPER, "sign.last");
		fault_where(c, path);
		return E_TAMPER;
	}
	*ret_size = cp.size;
	*ret_root = cp.root;
	*ret_note = text;
	return OK;
}

static rc make_note(struct ctx *c, struct signer *s, uint64_t size, const struct hash *root, slice *ret)
{
	unsigned char sig[crypto_sign_BYTES];
	struct buf b;

	buf_init(&b, c->a, 4096);
	checkpoint_put(&b, s->key.name, size, root);
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)b.p, b.len, s->secret.p);
	buf_putc(&b, '\n');
	note_put_signature(s->h, &b, s->key.name, NOTE_ED25519, s->key.pk, 0, sig);
	return buf_done(c, &b, ret);
}

rc sign_checkpoint(struct ctx *c, struct signer *s, uint64_t from, uint64_t size, const struct hash *root,
                   const struct hash *proof, size_t nproof, slice *ret_note)
{
	AUTO_FD lock = -1;
	struct hash last_root;
	const char *path;
	uint64_t last;
	slice note;

	if (s->far)
		return far_sign_checkpoint(c, s->far, from, size, root, proof, nproof, ret_note);
	TRY(dir_lock(c, s->dir, &lock));
	TRY(sign_last(c, s, &last, &last_root, &note));
	if (last != from)
		return FAIL(c, E_CONFLICT, "sign.moved");
	if (last == size && hash_eq(&last_root, root)) {
		*ret_note = note;
		return OK;
	}
	if (last > 0 && !tree_verify_consistency(s->h, last, size, &last_root, root, proof, nproof))
		return FAIL(c, E_TAMPER, "record.forked");
	TRY(make_note(c, s, size, root, &note));
	TRY(path_join(c, s->dir, "last", &path));
	TRY(file_replace(c, path, note, 0600));   /* kept before it is handed out */
	*ret_note = note;
	return OK;
}
