/*
 * The folder: `witness.key` (seed), for each log `<hash of its origin>.log` (its key, when it was cosigned, the note), and
 * `.alarm` with both notes when a log has signed two trees of one size.
 */
#include "core/record/witness.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/record/secret.h"

#include "base/banned.h"

#define STATE_MOST (NOTE_MOST + 4096)
#define LOGS_MOST 1024u

struct witness {
	char *dir, *vkey;        /* owned */
	struct note_key key;     /* borrows from vkey */
	struct secret secret;    /* Ed25519 secret key; owned */
	struct hasher *h;        /* owned */
};

/* What is kept of one log. */
struct known {
	slice vkey;
	struct note_key key;
	msec at;
	slice note;              /* empty: nothing was cosigned yet */
	struct checkpoint cp;    /* of the note */
};

static rc make_key(struct ctx *c, const char *path)
{
	AUTO_SECRET seed = { 0 };
	struct stat st;

	if (stat(path, &st) == 0)
		return OK;
	TRY(secret_random(c, crypto_sign_SEEDBYTES, &seed));
	return secret_write(c, path, &seed);
}

static rc load(struct ctx *c, struct witness *w, slice name)
{
	unsigned char pk[32];
	AUTO_SECRET seed = { 0 };
	const char *path;
	struct buf b, full;

	TRY(path_join(c, w->dir, "witness.key", &path));
	TRY(make_key(c, path));
	TRY(secret_read(c, path, crypto_sign_SEEDBYTES, &seed));
	TRY(secret_new(c, crypto_sign_SECRETKEYBYTES, &w->secret));
	(void)crypto_sign_seed_keypair(pk, w->secret.p, seed.p);   /* cannot fail */
	buf_init(&full, c->a, 256);
	buf_putf(&full, "%" S_FMT "/witness", S_ARG(name));
	buf_init(&b, c->a, 1024);
	note_key_put(w->h, &b, buf_slice(&full), NOTE_COSIGNATURE, pk);
	w->vkey = strndup(b.p, b.len);
	return w->vkey ? note_key_parse(c, slice_of(w->vkey), &w->key) : FAIL(c, E_NOMEM, "memory.limit");
}

rc witness_open(struct ctx *c, const char *dir, slice name, struct witness **ret)
{
	AUTO_WITNESS w = calloc(1, sizeof *w);

	if (!w)
		return FAIL(c, E_NOMEM, "memory.limit");
	w->dir = strdup(dir);
	w->h = hasher_new();
	if (!w->dir || !w->h)
		return FAIL(c, E_NOMEM, "memory.limit");   /* cppcheck-suppress memleak ; AUTO_WITNESS */
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAIL_SYS(c, "file.create");   /* cppcheck-suppress memleak ; AUTO_WITNESS */
	TRY(load(c, w, name));
	*ret = w;
	w = NULL;
	return OK;
}

void witness_close(struct witness *w)
{
	secret_wipe(&w->secret);
	if (w->h)
		hasher_free(w->h);
	free(w->vkey);
	free(w->dir);
	free(w);
}

slice witness_vkey(const struct witness *w) { return slice_of(w->vkey); }

/* ---- what is kept of a log ---- */

static rc state_path(struct ctx *c, const struct witness *w, slice origin, const char *end, const char **ret)
{
	char name[64];
	struct hash sum;
	size_t at = 0;

	hash_bytes(w->h, origin, &sum);
	for (int i = 0; i < 16; i++)
		at += (size_t)snprintf(name + at, sizeof name - at, "%02x", sum.b[i]);
	(void)snprintf(name + at, sizeof name - at, "%s", end);
	return path_join(c, w->dir, name, ret);
}

static rc parse_known(struct ctx *c, slice text, struct known *ret)
{
	struct note note;
	slice at;

	memset(ret, 0, sizeof *ret);
	if (!slice_next(&text, '\n', &ret->vkey) || !slice_next(&text, '\n', &at))
		return FAIL(c, E_TAMPER, "witness.state");
	TRY(note_key_parse(c, ret->vkey, &ret->key));
	TRY(parse_i64(c, at, 0, INT64_MAX, &ret->at));
	ret->note = text;
	if (text.len == 0)
		return OK;
	TRY(note_parse(c, text, &note));
	return checkpoint_parse(c, note.body, &ret->cp);
}

/* What was cosigned carries our own signature: a file that was cut short or changed is no memory to sign from. */
static rc check_known(struct ctx *c, const struct witness *w, const struct known *k)
{
	struct note note;
	uint64_t time;

	if (k->note.len == 0)
		return k->at == 0 ? OK : FAIL(c, E_TAMPER, "witness.state");
	if (!slice_eq(k->cp.origin, k->key.name))
		return FAIL(c, E_TAMPER, "witness.state");
	TRY(note_parse(c, k->note, &note));
	return note_verify(c, &note, &w->key, &time);
}

/* E_NOTFOUND "witness.unknown" when the log is not known. */
static rc read_known(struct ctx *c, const struct witness *w, slice origin, struct known *ret)
{
	const char *path;
	slice text;
	rc r;

	TRY(state_path(c, w, origin, ".log", &path));
	r = file_read(c, path, STATE_MOST, &text);
	if (r == E_NOTFOUND)
		return FAIL(c, E_NOTFOUND, "witness.unknown");
	TRY(r);
	if (parse_known(c, text, ret) == OK && slice_eq(ret->key.name, origin) && check_known(c, w, ret) == OK)
		return OK;
	(void)FAIL(c, E_TAMPER, "witness.state");
	fault_where(c, path);
	return E_TAMPER;
}

static rc write_known(struct ctx *c, const struct witness *w, const struct known *k)
{
	const char *path;
	struct buf b;

	buf_init(&b, c->a, STATE_MOST);
	buf_putf(&b, "%" S_FMT "\n%lld\n", S_ARG(k->vkey), (long long)k->at);
	buf_put(&b, k->note);
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(state_path(c, w, k->key.name, ".log", &path));
	return file_replace(c, path, buf_slice(&b), 0600);
}

rc witness_know(struct ctx *c, struct witness *w, slice log_vkey)
{
	struct known k = { .vkey = log_vkey }, old;
	AUTO_FD lock = -1;
	rc r;

	TRY(note_key_parse(c, log_vkey, &k.key));
	if (k.key.type != NOTE_ED25519)
		return FAIL(c, E_INVALID, "note.key");
	TRY(dir_lock(c, w->dir, &lock));
	r = read_known(c, w, k.key.name, &old);
	if (r == OK)
		return slice_eq(old.vkey, log_vkey) ? OK : FAIL(c, E_CONFLICT, "witness.known");
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	return write_known(c, w, &k);
}

rc witness_renew(struct ctx *c, struct witness *w, slice log_vkey)
{
	AUTO_FD lock = -1;
	struct note_key key;
	struct known k;

	TRY(note_key_parse(c, log_vkey, &key));
	if (key.type != NOTE_ED25519)
		return FAIL(c, E_INVALID, "note.key");
	TRY(dir_lock(c, w->dir, &lock));
	TRY(read_known(c, w, key.name, &k));
	k.vkey = log_vkey;
	k.key = key;
	return write_known(c, w, &k);
}

static bool has_alarm(struct ctx *c, const struct witness *w, slice origin, const char **ret_path)
{
	struct stat st;

	return state_path(c, w, origin, ".alarm", ret_path) == OK && stat(*ret_path, &st) == 0;
}

/* Two trees of one size, both signed: the proof against the log. */
static rc keep_alarm(struct ctx *c, const struct witness *w, slice origin, slice seen, slice shown)
{
	const char *path;
	struct buf b;

	if (has_alarm(c, w, origin, &path))
		return OK;
	buf_init(&b, c->a, 2 * STATE_MOST);
	buf_put(&b, seen);
	buf_putc(&b, '\n');
	buf_put(&b, shown);
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : file_replace(c, path, buf_slice(&b), 0600);
}

/* ---- add-checkpoint ---- */

static rc say(struct ctx *c, struct witness_answer *a, int status, const char *why)
{
	a->status = status;
	return slice_keep(c, slice_of(why), &a->body);
}

static rc say_size(struct ctx *c, struct witness_answer *a, uint64_t size)
{
	struct buf b;

	a->status = 409;
	buf_init(&b, c->a, 32);
	buf_putf(&b, "%llu\n", (unsigned long long)size);
	return buf_done(c, &b, &a->body);
}

static rc cosign(struct ctx *c, const struct witness *w, const struct growth *q, struct known *k, struct witness_answer *ret)
{
	unsigned char sig[crypto_sign_BYTES];
	uint64_t time = (uint64_t)(c->now / 1000);
	const struct note_signature *theirs = note_find(&q->note, &k->key);
	struct buf b, line, note;

	buf_init(&b, c->a, NOTE_MOST + 64);
	cosignature_put_message(&b, time, q->note.body);
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)b.p, b.len, w->secret.p);
	buf_init(&line, c->a, 1024);
	note_put_signature(w->h, &line, w->key.name, NOTE_COSIGNATURE, w->key.pk, time, sig);
	/* the signatures of others, of any number, are not our business */
	buf_init(&note, c->a, STATE_MOST);
	buf_put(&note, q->note.body);
	buf_putc(&note, '\n');
	note_put_line(&note, theirs);
	buf_put(&note, buf_slice(&line));
	if (b.full || line.full || note.full)
		return FAIL(c, E_LIMIT, "text.limit");
	k->note = buf_slice(&note);
	k->at = c->now;
	TRY(write_known(c, w, k));   /* kept before it is handed out */
	ret->status = 200;
	ret->body = buf_slice(&line);
	return OK;
}

/* From nothing a tree may grow to any, but the empty one has a root of its own. */
static bool may_begin(const struct witness *w, const struct growth *q)
{
	struct hash empty;

	hash_bytes(w->h, S_NONE, &empty);
	return q->cp.size > 0 || hash_eq(&q->cp.root, &empty);
}

/* The log is known and has signed; under the lock. */
static rc decide(struct ctx *c, const struct witness *w, const struct growth *q, struct known *k, struct witness_answer *ret)
{
	const char *path;

	ret->alarm = has_alarm(c, w, q->cp.origin, &path);
	if (k->cp.size == q->cp.size && k->note.len && !hash_eq(&k->cp.root, &q->cp.root)) {
		TRY(keep_alarm(c, w, q->cp.origin, k->note, q->text));
		ret->alarm = true;
	}
	if (ret->alarm)
		return say_size(c, ret, k->cp.size);
	if (q->old != k->cp.size)
		return say_size(c, ret, k->cp.size);
	if (q->old == 0 ? q->proof.n > 0 || !may_begin(w, q) : !tree_verify_consistency(w->h, q->old, q->cp.size, &k->cp.root, &q->cp.root, q->proof.v, q->proof.n))
		return say(c, ret, 422, "the proof does not lead from the checkpoint that was cosigned last to this one\n");
	return cosign(c, w, q, k, ret);
}

rc witness_answer(struct ctx *c, struct witness *w, slice request, struct witness_answer *ret)
{
	struct growth *q;
	AUTO_FD lock = -1;
	struct known k;
	uint64_t time;
	rc r;

	TRY_NEW(c, q);
	memset(ret, 0, sizeof *ret);
	if (growth_parse(c, request, q) != OK) {
		fault_clear(c);
		return say(c, ret, 400, "this is no request to add a checkpoint\n");
	}
	TRY(dir_lock(c, w->dir, &lock));
	r = read_known(c, w, q->cp.origin, &k);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		return say(c, ret, 404, "this log is not known here\n");
	}
	TRY(r);
	if (note_verify(c, &q->note, &k.key, &time) != OK) {
		fault_clear(c);
		return say(c, ret, 403, "the log has not signed this\n");
	}
	return decide(c, w, q, &k, ret);
}

/* ---- list ---- */

static rc list_one(struct ctx *c, const struct witness *w, const char *name, struct witnessed *ret)
{
	const char *path;
	struct known k;
	slice text;

	TRY(path_join(c, w->dir, name, &path));
	TRY(file_read(c, path, STATE_MOST, &text));
	TRY(parse_known(c, text, &k));
	TRY(check_known(c, w, &k));
	*ret = (struct witnessed){ .origin = k.key.name, .size = k.cp.size, .at = k.at };
	ret->alarm = has_alarm(c, w, k.key.name, &path);
	ret->evidence = slice_of(path);
	return OK;
}

rc witness_list(struct ctx *c, struct witness *w, struct witnessed **ret, size_t *ret_n)
{
	DIR *dir = opendir(w->dir);
	struct dirent *e;
	size_t n = 0;
	rc r = OK;

	if (!dir)
		return FAIL_SYS(c, "file.open");
	*ret = arena_alloc(c->a, LOGS_MOST, sizeof **ret);
	if (!*ret)
		r = FAIL(c, E_LIMIT, "memory.limit");
	while (r == OK && n < LOGS_MOST && (e = readdir(dir)))
		if (slice_ends(slice_of(e->d_name), S(".log")))
			r = list_one(c, w, e->d_name, &(*ret)[n++]);
	(void)closedir(dir);
	*ret_n = n;
	return r;
}

rc witness_forks(struct ctx *c, const char *store, unsigned *ret)
{
	const char *path;
	struct dirent *e;
	DIR *dir;

	*ret = 0;
	TRY(path_join(c, store, "witness", &path));
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? OK : FAIL_SYS(c, "file.open");
	while ((e = readdir(dir)))
		*ret += slice_ends(slice_of(e->d_name), S(".alarm"));
	(void)closedir(dir);
	return OK;
}
