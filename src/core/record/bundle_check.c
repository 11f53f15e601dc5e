/* Checks a bundle with nothing but keys: no node, no database. Entries are read one after the other. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/record/bundle_keys.h"
#include "core/record/note.h"
#include "core/record/policy.h"
#include "core/record/secret.h"

#include "base/banned.h"

#define PIECE ((size_t)262144)
#define MANIFEST_MOST ((size_t)256 << 20)
#define ERASED_SLOTS 65536u
#define KEYS_MOST ((size_t)256 << 20)
#define SEALED_MOST (PAYLOAD_MOST + ((size_t)1 << 16))

struct erased { struct erased *next; slice key; };

struct check {
	const char *dir;
	struct bundle_verdict *v;
	struct hasher *h, *files;        /* owned */
	struct arena *scratch;           /* owned; of one entry */
	struct note note;
	struct checkpoint cp;
	struct policy policy;
	bool chosen, sealed;
	struct frontier f;
	int64_t next;                    /* seq of the next entry in a range */
	msec last_at;
	struct erased **erased;          /* keys that an entry of the bundle says are destroyed */
	slice manifest;
	slice node;                      /* as bundle.json says; keys are wrapped in its name */
	const struct bundle_open *open;  /* NULL: nothing is opened */
	struct key_reader *keys;         /* of the auditor; NULL: none */
};

/* A finding: what, and which entry or file. */
static rc found(struct ctx *c, struct check *k, const char *key, int64_t seq, slice file)
{
	k->v->good = false;
	k->v->key = key;
	k->v->first_bad = seq;
	k->v->file = file;
	fault_set(c, E_TAMPER, key, __FILE__, __LINE__);
	return E_TAMPER;
}

static rc read_part(struct ctx *c, const struct check *k, const char *name, size_t most, slice *ret)
{
	const char *path;

	TRY(path_join(c, k->dir, name, &path));
	return file_read(c, path, most, ret);
}

/* ---- what the bundle is ---- */

static rc read_head(struct ctx *c, struct check *k)
{
	const struct json *j, *from, *upto, *chosen, *sealed;
	slice text;

	TRY(read_part(c, k, "bundle.json", 65536, &text));
	TRY(json_parse(c, text, &j));
	from = json_get(j, S("from"));
	upto = json_get(j, S("upto"));
	chosen = json_get(j, S("chosen"));
	sealed = json_get(j, S("sealed"));
	k->node = json_text(json_get(j, S("node")));
	if (!slice_is(json_text(json_get(j, S("schema"))), "renkei.bundle/1") || !from || from->type != JSON_INT || !upto ||
	    upto->type != JSON_INT || from->num < 0 || from->num > upto->num || !json_is_bool(chosen) || !json_is_bool(sealed))
		return FAIL(c, E_INVALID, "bundle.form");
	k->v->from = k->next = from->num;
	k->v->upto = upto->num;
	k->chosen = chosen->type == JSON_TRUE;
	k->v->chosen = k->chosen;
	k->v->sealed = k->sealed = sealed->type == JSON_TRUE;
	return OK;
}

static rc read_checkpoint(struct ctx *c, struct check *k, slice policy)
{
	struct buf b;
	slice text;

	k->v->own_policy = policy.len == 0;
	if (policy.len == 0)
		TRY(read_part(c, k, "policy", POLICY_MOST, &policy));
	TRY(policy_parse(c, policy, &k->policy));
	TRY(read_part(c, k, "checkpoint", NOTE_MOST, &text));
	TRY(note_parse(c, text, &k->note));
	TRY(checkpoint_parse(c, k->note.body, &k->cp));
	for (size_t i = 0; i < k->policy.nlogs; i++)
		if (slice_eq(k->policy.logs[i].name, k->cp.origin)) {
			buf_init(&b, c->a, 1024);
			note_key_put(k->h, &b, k->policy.logs[i].name, k->policy.logs[i].type, k->policy.logs[i].pk);
			TRY(buf_done(c, &b, &k->v->log_key));
		}
	TRY(policy_check(c, &k->policy, &k->note, &k->v->witnesses));
	memcpy(k->v->root, k->cp.root.b, 32);
	return (int64_t)k->cp.size == k->v->upto ? OK : found(c, k, "bundle.count", -1, S("bundle.json"));
}

/* The roots of the subtrees left of the range: as many as `from` has bits. */
static rc read_frontier(struct ctx *c, struct check *k)
{
	slice text, line;

	k->f.size = (uint64_t)k->v->from;
	TRY(read_part(c, k, "frontier", 8192, &text));
	for (unsigned i = 64; i-- > 0;) {
		if (!(k->f.size >> i & 1))
			continue;
		if (!slice_next(&text, '\n', &line) || base64_parse_n(c, line, k->f.node[i].b, 32) != OK)
			return FAIL(c, E_INVALID, "bundle.form");
	}
	return text.len == 0 ? OK : FAIL(c, E_INVALID, "bundle.form");
}

/* ---- the list of files ---- */

static rc hash_file(struct ctx *c, struct check *k, slice name, struct hash *ret)
{
	AUTO_FD fd = -1;
	char *piece = arena_bytes(c->a, PIECE), *z = arena_cstr(c->a, name);
	const char *path;
	size_t n;

	if (!piece || !z)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(path_join(c, k->dir, z, &path));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return FAIL_SYS(c, "file.open");
	hash_begin(k->files);
	do {
		TRY(fd_fill(c, fd, piece, PIECE, &n));
		hash_add(k->files, (slice){ piece, n });
	} while (n == PIECE);
	hash_end(k->files, ret);
	return OK;
}

static bool name_is_ours(slice name)
{
	return name.len > 0 && name.len < 128 && name.p[0] != '/' && slice_find(name, S(".."), 0) == SIZE_MAX;
}

static rc check_listed(struct ctx *c, struct check *k, slice line, size_t *ret_n)
{
	slice name = slice_sub(line, 66, line.len);
	struct hash want, got;

	if (line.len < 67 || parse_hex(c, slice_sub(line, 0, 64), want.b, 32) != OK || !name_is_ours(name))
		return found(c, k, "bundle.form", -1, S("MANIFEST"));
	if (hash_file(c, k, name, &got) != OK || !hash_eq(&want, &got)) {
		slice kept;

		TRY(slice_keep(c, name, &kept));
		return found(c, k, "bundle.manifest", -1, kept);
	}
	(*ret_n)++;
	return OK;
}

static rc count_files(struct ctx *c, struct check *k, const char *sub, size_t *ret_n)
{
	const char *path;
	struct dirent *e;
	DIR *d;

	TRY(path_join(c, k->dir, sub, &path));
	d = opendir(path);
	if (!d)
		return errno == ENOENT ? OK : FAIL_SYS(c, "file.open");
	while ((e = readdir(d)))
		*ret_n += e->d_name[0] != '.' && !(sub[0] == '.' && (slice_is(slice_of(e->d_name), "blobs") || slice_is(slice_of(e->d_name), "proofs") ||
		                                                  slice_is(slice_of(e->d_name), "MANIFEST")));
	(void)closedir(d);
	return OK;
}

static rc check_manifest(struct ctx *c, struct check *k)
{
	size_t listed = 0, there = 0;
	slice rest, line;

	TRY(read_part(c, k, "MANIFEST", MANIFEST_MOST, &k->manifest));
	rest = k->manifest;
	while (slice_next(&rest, '\n', &line)) {
		struct arena *own = c->a;
		rc r;

		c->a = k->scratch;
		r = check_listed(c, k, line, &listed);
		if (r != OK && k->v->file.len)   /* the name outlives the scratch memory */
			k->v->file = arena_copy(own, k->v->file);
		c->a = own;
		arena_reset(k->scratch);
		TRY(r);
	}
	TRY(count_files(c, k, ".", &there));
	TRY(count_files(c, k, "blobs", &there));
	TRY(count_files(c, k, "proofs", &there));
	return there == listed ? OK : found(c, k, "bundle.extra", -1, S_NONE);
}

/* ---- entries ---- */

typedef rc line_fn(struct ctx *c, struct check *k, int64_t line, slice bytes, slice leaf);

/* Each line with its leaf hash; `leaf` is empty when there are fewer hashes than lines. */
static rc each_line(struct ctx *c, struct check *k, line_fn *fn)
{
	AUTO_FD fd = -1;
	AUTO_FD leaves = -1;
	const char *path;
	char *piece = arena_bytes(c->a, PIECE + 1), leaf[32];
	size_t have = 0, n = 0;
	int64_t line = 0;
	bool last = false;

	if (!piece)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(path_join(c, k->dir, "entries.jsonl", &path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	TRY(path_join(c, k->dir, "leaves", &path));
	leaves = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || leaves < 0)
		return FAIL_SYS(c, "file.open");
	while (!last) {
		slice rest, one;

		TRY(fd_fill(c, fd, piece + have, PIECE - have, &n));
		last = have + n < PIECE;
		rest = (slice){ piece, have + n };
		while (memchr(rest.p, '\n', rest.len)) {
			size_t got;

			(void)slice_next(&rest, '\n', &one);
			TRY(fd_fill(c, leaves, leaf, sizeof leaf, &got));
			TRY(fn(c, k, line++, one, (slice){ leaf, got == sizeof leaf ? got : 0 }));
		}
		have = rest.len;
		if ((last && have) || have == PIECE)   /* an entry without an end, or longer than any */
			return found(c, k, "bundle.leaf", k->chosen ? -1 : k->next, S("entries.jsonl"));
		memmove(piece, rest.p, have);
	}
	TRY(fd_fill(c, leaves, leaf, sizeof leaf, &n));
	return n == 0 ? OK : found(c, k, "bundle.leaf", k->chosen ? -1 : k->v->from + line, S("leaves"));
}

static size_t slot_of(slice key) { return slice_hash(key) >> 48 & (ERASED_SLOTS - 1); }

static bool is_erased(const struct check *k, slice key)
{
	for (const struct erased *e = k->erased[slot_of(key)]; e; e = e->next)
		if (slice_eq(e->key, key))
			return true;
	return false;
}

static rc note_erased(struct ctx *c, struct check *k, const struct entry *e, struct arena *own)
{
	struct arena *scratch = c->a;

	c->a = own;
	for (size_t i = 0; i < e->keys.n; i++) {
		struct erased *x;

		TRY_NEW(c, x);
		TRY(slice_keep(c, e->keys.v[i], &x->key));
		x->next = k->erased[slot_of(x->key)];
		k->erased[slot_of(x->key)] = x;
	}
	c->a = scratch;
	return OK;
}

static rc check_proof(struct ctx *c, struct check *k, const struct entry *e)
{
	char name[64];
	int64_t seq;
	slice text;

	(void)snprintf(name, sizeof name, "proofs/%lld.tlog-proof", (long long)e->seq);
	if (read_part(c, k, name, ((size_t)NOTE_MOST + 8192), &text) != OK || proof_verify(c, text, e->bytes, k->v->log_key, &seq) != OK || seq != e->seq)
		return found(c, k, "bundle.proof", e->seq, S_NONE);
	return OK;
}

static rc check_entry(struct ctx *c, struct check *k, slice bytes, slice leaf, struct arena *own)
{
	int64_t expected = k->chosen ? -1 : k->next;
	const struct json *was;
	struct full full[8];
	struct entry e;
	struct hash h;

	hash_leaf(k->h, bytes, &h);
	if (!slice_eq(leaf, hash_slice(&h)) || entry_parse_any(c, bytes, &e) != OK)
		return found(c, k, "bundle.leaf", expected, S_NONE);
	if (k->chosen ? e.seq < k->next || e.seq >= k->v->upto : e.seq != k->next)
		return found(c, k, "bundle.leaf", k->chosen ? e.seq : k->next, S_NONE);
	was = json_get(e.json, S("was"));
	if (slice_is(e.act, "clock.step") && !k->chosen && k->v->entries ? !was || was->num != k->last_at : e.at < k->last_at && !slice_is(e.act, "clock.step"))
		return found(c, k, "record.time", e.seq, S_NONE);
	k->last_at = e.at;
	k->next = e.seq + 1;
	k->v->entries++;
	if (k->chosen)
		TRY(check_proof(c, k, &e));
	else
		(void)frontier_add(k->h, &k->f, &h, full);
	return slice_is(e.act, "erase.done") ? note_erased(c, k, &e, own) : OK;
}

static rc in_scratch(struct ctx *c, struct check *k, int64_t line, slice bytes, slice leaf)
{
	struct arena *own = c->a;
	rc r;

	(void)line;
	c->a = k->scratch;
	r = check_entry(c, k, bytes, leaf, own);
	c->a = own;
	arena_reset(k->scratch);
	return r;
}

/* ---- sealed payloads: a second walk, because the disposal stands behind what it disposed of ---- */

/* What the auditor was given a key for opens, and to the bytes that were sealed. */
static rc open_seal(struct ctx *c, struct check *k, const struct entry *e, size_t i, const char *blob)
{
	const char *path;
	char name[64];
	bool given;
	slice ct, plain;
	rc r;

	TRY(file_read(c, blob, SEALED_MOST, &ct));
	r = key_reader_open(c, k->keys, e, &e->seals[i], ct, &given, &plain);
	if (r == E_TAMPER)
		return found(c, k, "bundle.key", e->seq, S_NONE);
	TRY(r);
	k->v->opened += given;
	if (!given || !k->open->contents)
		return OK;
	(void)snprintf(name, sizeof name, "%lld-%zu", (long long)e->seq, i + 1);
	TRY(path_join(c, k->open->contents, name, &path));
	return file_replace(c, path, plain, 0600);
}

static rc check_seal(struct ctx *c, struct check *k, const struct entry *e, size_t i)
{
	const struct seal *s = &e->seals[i];
	char name[80];
	size_t at = (size_t)snprintf(name, sizeof name, "blobs/");
	struct stat st;
	const char *path;
	struct hash sum;

	for (size_t b = 0; b < 32; b++)
		at += (size_t)snprintf(name + at, sizeof name - at, "%02x", s->ct[b]);
	TRY(path_join(c, k->dir, name, &path));
	if (stat(path, &st) != 0) {
		k->v->shredded++;
		return is_erased(k, s->key) ? OK : found(c, k, "bundle.blob", e->seq, S_NONE);
	}
	TRY(hash_file(c, k, slice_of(name), &sum));
	k->v->blobs++;
	if (st.st_size != s->len || memcmp(sum.b, s->ct, 32) != 0)
		return found(c, k, "bundle.blob", e->seq, S_NONE);
	return k->keys ? open_seal(c, k, e, i, path) : OK;
}

static rc seals_of_line(struct ctx *c, struct check *k, int64_t line, slice bytes, slice leaf)
{
	struct arena *own = c->a;
	struct entry e;
	rc r;

	(void)line;
	(void)leaf;
	if (slice_find(bytes, S("\"seal\":"), 0) == SIZE_MAX)
		return OK;
	c->a = k->scratch;
	r = entry_parse_any(c, bytes, &e);
	for (size_t i = 0; r == OK && i < e.nseals; i++)
		r = check_seal(c, k, &e, i);
	c->a = own;
	arena_reset(k->scratch);
	return r;
}

/* ---- the whole ---- */

/* The keys that came with the bundle, for the one who has the private key to them. */
static rc read_keys(struct ctx *c, struct check *k)
{
	slice text;
	rc r;

	if (!k->open || !k->open->sk)
		return OK;
	r = read_part(c, k, "keys.jsonl", KEYS_MOST, &text);
	if (r == E_NOTFOUND)
		return FAIL(c, E_CONFLICT, "bundle.no_keys");
	TRY(r);
	TRY(key_reader_new(c, text, k->node, k->open->sk, &k->keys));
	if (k->open->contents && mkdir(k->open->contents, 0700) != 0)
		return errno == EEXIST ? FAIL(c, E_CONFLICT, "bundle.exists") : FAIL_SYS(c, "file.create");
	return OK;
}

static rc check_all(struct ctx *c, struct check *k, slice policy)
{
	struct hash root;

	TRY(read_head(c, k));
	TRY(read_checkpoint(c, k, policy));
	if (!k->chosen)
		TRY(read_frontier(c, k));
	TRY(each_line(c, k, in_scratch));
	if (!k->chosen) {
		if (k->next != k->v->upto)
			return found(c, k, "bundle.count", k->next, S_NONE);
		frontier_root(k->h, &k->f, &root);
		if (!hash_eq(&root, &k->cp.root))
			return found(c, k, "bundle.root", -1, S_NONE);
	}
	TRY(read_keys(c, k));
	if (k->sealed)
		TRY(each_line(c, k, seals_of_line));
	return check_manifest(c, k);
}

static bool is_finding(rc r)
{
	return r == E_TAMPER || r == E_INVALID || r == E_NOTFOUND;
}

rc bundle_verify(struct ctx *c, const char *dir, slice policy, const struct bundle_open *open, struct bundle_verdict *ret)
{
	AUTO_HASHER h = hasher_new();
	AUTO_HASHER files = hasher_new();
	AUTO_ARENA scratch = arena_new((size_t)512 << 20);
	struct check *k;
	struct stat st;
	rc r;

	if (!h || !files || !scratch)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (stat(dir, &st) != 0)
		return FAIL_SYS(c, "file.open");
	TRY_NEW(c, k);
	*ret = (struct bundle_verdict){ .first_bad = -1 };
	k->dir = dir;
	k->v = ret;
	k->h = h;
	k->files = files;
	k->scratch = scratch;
	k->open = open;
	TRY_ARRAY(c, k->erased, ERASED_SLOTS);
	r = check_all(c, k, policy);
	ret->good = r == OK;
	if (r == OK || !is_finding(r))
		return r;
	if (!ret->key)
		ret->key = c->fault.key;
	fault_clear(c);
	return OK;
}
