#include "core/record/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "core/record/bundle_keys.h"
#include "core/record/node_inside.h"
#include "core/record/secret.h"
#include "core/record/witness.h"

#include "base/banned.h"

#define PIECE ((size_t)65536)
#define MANIFEST_MOST ((size_t)256 << 20)

/* A file of the bundle that is being written; its hash goes into the list at the end. */
struct out_file {
	int fd;                  /* owned */
	struct hasher *h;        /* owned */
	struct buf b;
	slice name;
};

static void out_dropp(struct out_file *o)
{
	if (o->fd >= 0)
		(void)close(o->fd);
	if (o->h)
		hasher_free(o->h);
}
#define AUTO_OUT __attribute__((cleanup(out_dropp))) struct out_file

struct bundle {
	struct node *n;
	const char *dir;
	const struct bundle_ask *ask;
	struct buf manifest;
	struct bundle_made made;
	struct hash root;
	slice note;
	struct out_file entries, leaves;
	struct key_list keys;    /* for the auditor */
	struct arena *scratch;   /* owned */
};

static rc out_open(struct ctx *c, const struct bundle *b, const char *name, struct out_file *ret)
{
	const char *path;

	TRY(path_join(c, b->dir, name, &path));
	TRY(slice_keep(c, slice_of(name), &ret->name));
	buf_init(&ret->b, c->a, 4 * PIECE);
	(void)buf_room(&ret->b, 2 * PIECE);
	ret->h = hasher_new();
	if (!ret->h)
		return FAIL(c, E_NOMEM, "memory.limit");
	hash_begin(ret->h);
	ret->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return ret->fd < 0 ? FAIL_SYS(c, "file.create") : OK;
}

static rc out_flush(struct ctx *c, struct out_file *o)
{
	if (o->b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	hash_add(o->h, buf_slice(&o->b));
	TRY(fd_write_all(c, o->fd, buf_slice(&o->b)));
	buf_reset(&o->b);
	return OK;
}

static rc out_put(struct ctx *c, struct out_file *o, slice s)
{
	if (o->b.len + s.len > PIECE)
		TRY(out_flush(c, o));
	if (s.len > PIECE) {
		hash_add(o->h, s);
		return fd_write_all(c, o->fd, s);
	}
	buf_put(&o->b, s);
	return OK;
}

static rc out_end(struct ctx *c, struct bundle *b, struct out_file *o)
{
	struct hash sum;

	TRY(out_flush(c, o));
	hash_end(o->h, &sum);
	for (size_t i = 0; i < sizeof sum.b; i++)
		buf_putf(&b->manifest, "%02x", sum.b[i]);
	buf_putf(&b->manifest, "  %" S_FMT "\n", S_ARG(o->name));
	return b->manifest.full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

static rc put_file(struct ctx *c, struct bundle *b, const char *name, slice bytes)
{
	AUTO_OUT o = { .fd = -1 };

	TRY(out_open(c, b, name, &o));
	TRY(out_put(c, &o, bytes));
	return out_end(c, b, &o);
}

/* ---- entries ---- */

static rc put_blob(struct ctx *c, struct bundle *b, const struct seal *s)
{
	AUTO_QUERY q = { 0 };
	char name[80];
	size_t at;
	bool found;

	TRY(STORE_ONE(c, b->n->st, &q, &found, STMT_BLOB_GET, v_blob((slice){ (const char *)s->ct, 32 })));
	if (!found || query_is_null(&q, 0))
		return OK;   /* shredded: the entries say by what */
	at = (size_t)snprintf(name, sizeof name, "blobs/");
	for (size_t i = 0; i < 32; i++)
		at += (size_t)snprintf(name + at, sizeof name - at, "%02x", s->ct[i]);
	b->made.blobs++;
	return put_file(c, b, name, query_blob(&q, 0));
}

static rc put_proof(struct ctx *c, struct bundle *b, int64_t seq)
{
	char name[64];
	slice text;

	TRY(record_prove_in(c, b->n, seq, (uint64_t)b->made.upto, b->note, &text));
	(void)snprintf(name, sizeof name, "proofs/%lld.tlog-proof", (long long)seq);
	return put_file(c, b, name, text);
}

static rc put_parts(struct ctx *c, struct bundle *b, const struct entry *e)
{
	for (size_t i = 0; i < e->nseals && !b->ask->bare; i++)
		TRY(put_blob(c, b, &e->seals[i]));
	return b->ask->case_id.len ? put_proof(c, b, e->seq) : OK;
}

static rc put_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct bundle *b = p;
	struct arena *own = c->a;
	struct hash leaf;
	rc r;

	hash_leaf(b->n->h, e->bytes, &leaf);
	TRY(out_put(c, &b->entries, e->bytes));
	TRY(out_put(c, &b->entries, S("\n")));
	TRY(out_put(c, &b->leaves, hash_slice(&leaf)));
	b->made.entries++;
	c->a = b->scratch;
	r = put_parts(c, b, e);
	c->a = own;
	arena_reset(b->scratch);
	return r;
}

static rc put_key_line(struct ctx *c, struct bundle *b, struct out_file *o, const struct unit_key *k)
{
	bool handed;
	slice line;

	TRY(bundle_put_key(c, b->n, b->ask, k, &line, &handed));
	b->made.keys += handed;
	return out_put(c, o, line);
}

static rc put_keys(struct ctx *c, struct bundle *b)
{
	AUTO_OUT o = { .fd = -1 };
	struct arena *own = c->a;

	TRY(out_open(c, b, "keys.jsonl", &o));
	for (size_t i = 0; i < b->keys.n; i++) {
		rc r;

		c->a = b->scratch;
		r = put_key_line(c, b, &o, b->keys.v[i]);
		c->a = own;
		arena_reset(b->scratch);
		TRY(r);
	}
	return out_end(c, b, &o);
}

/* The subtrees that lie left of the range, the largest first. */
static rc put_frontier(struct ctx *c, struct bundle *b)
{
	struct frontier f;
	struct buf t;
	slice text;

	TRY(frontier_load(c, b->n, (uint64_t)b->made.from, &f));
	buf_init(&t, c->a, 8192);
	for (unsigned i = 64; i-- > 0;)
		if (f.size >> i & 1) {
			base64_put(&t, hash_slice(&f.node[i]));
			buf_putc(&t, '\n');
		}
	TRY(buf_done(c, &t, &text));
	return put_file(c, b, "frontier", text);
}

static rc put_entries(struct ctx *c, struct bundle *b)
{
	struct entry_filter f = { .from = b->made.from, .to = b->made.upto, .case_id = b->ask->case_id };

	b->scratch = arena_new(NODE_SCRATCH);
	if (!b->scratch)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(out_open(c, b, "entries.jsonl", &b->entries));
	TRY(out_open(c, b, "leaves", &b->leaves));
	TRY(record_each(c, b->n, &f, put_entry, b));
	TRY(out_end(c, b, &b->entries));
	return out_end(c, b, &b->leaves);
}

static rc put_head(struct ctx *c, struct bundle *b)
{
	struct json_out j;
	struct buf t;

	buf_init(&t, c->a, 4096);
	j = json_out_on(&t);
	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.bundle/1"));
	if (b->ask->auditor)
		jo_kv_text(&j, "auditor", b->ask->auditor->name);
	if (b->ask->case_id.len)
		jo_kv_text(&j, "case", b->ask->case_id);
	jo_kv_bool(&j, "chosen", b->ask->case_id.len > 0);
	jo_kv_int(&j, "entries", b->made.entries);
	jo_kv_bool(&j, "exercise", b->n->exercise);
	jo_kv_int(&j, "from", b->made.from);
	jo_kv_text(&j, "node", node_name(b->n));
	jo_kv_bool(&j, "sealed", !b->ask->bare);
	jo_kv_int(&j, "upto", b->made.upto);
	jo_end_object(&j);
	buf_putc(&t, '\n');
	return t.full ? FAIL(c, E_LIMIT, "text.limit") : put_file(c, b, "bundle.json", buf_slice(&t));
}

/* ---- the whole ---- */

static rc make_folder(struct ctx *c, const struct bundle *b, const char *name)
{
	const char *path;

	TRY(path_join(c, b->dir, name, &path));
	return mkdir(path, 0700) == 0 ? OK : FAIL_SYS(c, "file.create");
}

static rc write_all(struct ctx *c, struct bundle *b)
{
	const char *path;
	slice policy;

	buf_init(&b->manifest, c->a, MANIFEST_MOST);
	TRY(make_folder(c, b, "blobs"));
	TRY(make_folder(c, b, "proofs"));
	TRY(node_policy(c, b->n, b->ask->cosigned, &policy));
	TRY(put_file(c, b, "policy", policy));
	TRY(put_file(c, b, "checkpoint", b->note));
	TRY(put_entries(c, b));
	if (!b->ask->case_id.len)
		TRY(put_frontier(c, b));
	if (b->ask->auditor)
		TRY(put_keys(c, b));
	TRY(put_head(c, b));
	TRY(path_join(c, b->dir, "MANIFEST", &path));
	return file_replace(c, path, buf_slice(&b->manifest), 0600);
}

/* Everything is on the disk before the bundle gets its name. */
static rc sync_all(struct ctx *c, const struct bundle *b)
{
	AUTO_FD fd = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || syncfs(fd) != 0 ? FAIL_SYS(c, "file.write") : OK;
}

/* Up to which entry the bundle will go: what is cosigned by now, or everything. */
static rc last_entry(struct ctx *c, const struct bundle *b, int64_t *ret)
{
	struct checkpoint cp;
	struct note note;
	slice text;

	*ret = 0;
	if (!b->ask->cosigned)
		return OK;
	TRY(cosigned_note(c, b->n, true, &text));
	TRY(note_parse(c, text, &note));
	TRY(checkpoint_parse(c, note.body, &cp));
	*ret = (int64_t)cp.size;
	return OK;
}

static rc key_acts(struct ctx *c, struct bundle *b, struct act **ret, size_t *ret_n)
{
	int64_t to;

	if (!b->ask->auditor) {
		TRY_NEW(c, *ret);
		return OK;
	}
	if (b->ask->bare)
		return FAIL(c, E_INVALID, "auditor.bare");
	TRY(last_entry(c, b, &to));
	TRY(bundle_list_keys(c, b->n, b->ask, to, &b->keys));
	return bundle_key_acts(c, b->ask, &b->keys, ret, ret_n);
}

/* Who exports what, and who gets which keys, stands in the record before a byte of it is written. */
static rc append_export(struct ctx *c, struct bundle *b)
{
	struct act act = { .act = S("export"), .actor = b->ask->actor, .case_id = b->ask->case_id }, *acts;
	struct json_out j;
	struct buf t;
	size_t n = 0;
	int64_t seq;

	TRY(key_acts(c, b, &acts, &n));

	buf_init(&t, c->a, 256);
	j = json_out_on(&t);
	jo_object(&j);
	jo_kv_int(&j, "from", b->made.from);
	jo_kv_int(&j, "upto", node_size(b->n) + (int64_t)n + 1);
	jo_end_object(&j);
	TRY(buf_done(c, &t, &act.members));
	acts[n++] = act;
	return node_append_all(c, b->n, acts, n, &seq);
}

static rc choose_checkpoint(struct ctx *c, struct bundle *b)
{
	struct checkpoint cp;
	struct note note;
	slice signed_now;

	TRY(node_checkpoint(c, b->n, &signed_now));
	TRY(cosigned_note(c, b->n, b->ask->cosigned, &b->note));
	TRY(note_parse(c, b->note, &note));
	TRY(checkpoint_parse(c, note.body, &cp));
	b->made.upto = (int64_t)cp.size;
	return b->made.from < b->made.upto ? OK : FAIL(c, E_NOTFOUND, "record.no_entry");
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

rc bundle_export(struct ctx *c, struct node *n, const char *dir, const struct bundle_ask *q, struct bundle_made *ret)
{
	struct bundle b = { .n = n, .ask = q, .made = { .from = q->case_id.len ? 0 : q->from }, .entries = { .fd = -1 }, .leaves = { .fd = -1 } };
	struct fault kept;
	struct buf name;
	struct stat st;
	slice z;
	rc r;

	if (lstat(dir, &st) == 0)
		return FAIL(c, E_CONFLICT, "bundle.exists");
	buf_init(&name, c->a, 4096);
	buf_putf(&name, "%s.XXXXXX", dir);
	buf_putc(&name, '\0');
	TRY(buf_done(c, &name, &z));
	if (!mkdtemp(name.p))
		return FAIL_SYS(c, "file.create");
	b.dir = name.p;
	r = append_export(c, &b);
	if (r == OK)
		r = choose_checkpoint(c, &b);
	if (r == OK)
		r = write_all(c, &b);
	if (r == OK)
		r = sync_all(c, &b);
	if (r == OK && rename(b.dir, dir) != 0)
		r = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR ? FAIL(c, E_CONFLICT, "bundle.exists") : FAIL_SYS(c, "file.rename");
	out_dropp(&b.entries);
	out_dropp(&b.leaves);
	if (b.scratch)
		arena_free(b.scratch);
	*ret = b.made;
	if (r == OK)
		return OK;
	kept = c->fault;
	(void)nftw(b.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	c->fault = kept;
	return r;
}
