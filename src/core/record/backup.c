#include "core/record/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parse.h"
#include "core/record/node_inside.h"
#include "core/record/secret.h"

#include "base/banned.h"

#define PIECE ((size_t)1 << 20)

/* ---- making ---- */

static rc hash_file(struct ctx *c, struct hasher *h, const char *path, struct hash *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	char *piece = malloc(PIECE);
	rc r = fd < 0 ? FAIL_SYS(c, "file.open") : piece ? OK : FAIL(c, E_NOMEM, "memory.limit");
	size_t n = PIECE;

	hash_begin(h);
	while (r == OK && n == PIECE) {
		r = fd_fill(c, fd, piece, PIECE, &n);
		if (r == OK)
			hash_add(h, (slice){ piece, n });
	}
	hash_end(h, ret);
	free(piece);
	return r;
}

static rc copy_small(struct ctx *c, const char *from_dir, const char *from, const char *to_dir, const char *to)
{
	const char *path;
	slice text;

	TRY(path_join(c, from_dir, from, &path));
	TRY(file_read(c, path, NOTE_MOST, &text));
	TRY(path_join(c, to_dir, to, &path));
	return file_replace(c, path, text, 0600);
}

/* The copy with everything else of the node: so the same check serves both. */
static rc check_copy(struct ctx *c, struct node *n, const char *path, const struct verify_way *way, struct verdict *v)
{
	struct node copy = { .name = n->name, .dir = n->dir, .sign = n->sign, .h = n->h };
	AUTO_STORE st = NULL;

	TRY(store_open_sqlite(c, path, false, &st));
	copy.st = st;
	TRY(store_check(c, st));
	TRY(record_verify_hashes(c, &copy, way, v));
	return v->good ? OK : FAIL(c, E_TAMPER, v->key);
}

static rc put_list(struct ctx *c, struct node *n, const char *dir)
{
	static const char *const names[] = { "record.db", "node.json", "record.vkey", "checkpoint" };
	const char *path;
	struct hash sum;
	struct buf b;

	buf_init(&b, c->a, 4096);
	for (size_t i = 0; i < 4; i++) {
		TRY(path_join(c, dir, names[i], &path));
		TRY(hash_file(c, n->h, path, &sum));
		for (size_t k = 0; k < 32; k++)
			buf_putf(&b, "%02x", sum.b[k]);
		buf_putf(&b, "  %s\n", names[i]);
	}
	TRY(path_join(c, dir, "MANIFEST", &path));
	return file_replace(c, path, buf_slice(&b), 0600);
}

static rc fill(struct ctx *c, struct node *n, const char *dir, struct backup_made *ret)
{
	struct verdict v;
	const char *path, *sign;
	struct hash root;
	struct verify_way way = { .signed_root = &root };
	slice note;
	AUTO_FD fd = -1;

	/* asked before the copy is made: others go on writing and signing */
	TRY(node_checkpoint(c, n, &note));
	TRY(sign_last(c, n->sign, &way.signed_size, &root, &note));
	TRY(path_join(c, dir, "record.db", &path));
	TRY(store_copy(c, n->st, path));
	TRY(check_copy(c, n, path, &way, &v));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fchmod(fd, 0600) != 0 || fsync(fd) != 0)
		return FAIL_SYS(c, "file.write");
	TRY(path_join(c, dir, "checkpoint", &path));
	TRY(file_replace(c, path, note, 0600));
	TRY(copy_small(c, n->dir, "node.json", dir, "node.json"));
	TRY(path_join(c, n->dir, "sign", &sign));
	TRY(copy_small(c, sign, "record.vkey", dir, "record.vkey"));
	*ret = (struct backup_made){ v.entries, (int64_t)way.signed_size };
	return put_list(c, n, dir);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

rc backup_make(struct ctx *c, struct node *n, const char *dir, struct backup_made *ret)
{
	struct fault kept;
	struct stat st;
	struct buf b;
	slice z;
	rc r;

	if (lstat(dir, &st) == 0)
		return FAIL(c, E_CONFLICT, "bundle.exists");
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s.XXXXXX", dir);
	buf_putc(&b, '\0');
	TRY(buf_done(c, &b, &z));
	if (!mkdtemp(b.p))
		return FAIL_SYS(c, "file.create");
	r = fill(c, n, b.p, ret);
	if (r == OK && rename(b.p, dir) != 0)
		r = FAIL_SYS(c, "file.rename");
	if (r == OK)
		return OK;
	kept = c->fault;
	(void)nftw(b.p, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	c->fault = kept;
	return r;
}

/* ---- coming back ---- */

static rc check_list(struct ctx *c, struct hasher *h, const char *dir)
{
	const char *path;
	slice text, line;

	TRY(path_join(c, dir, "MANIFEST", &path));
	TRY(file_read(c, path, 65536, &text));
	while (slice_next(&text, '\n', &line)) {
		char *name = arena_cstr(c->a, slice_sub(line, 66, line.len));
		struct hash want, got;

		if (line.len < 67 || !name || strchr(name, '/') || parse_hex(c, slice_sub(line, 0, 64), want.b, 32) != OK)
			return FAIL(c, E_INVALID, "restore.form");
		TRY(path_join(c, dir, name, &path));
		TRY(hash_file(c, h, path, &got));
		if (!hash_eq(&want, &got)) {
			(void)FAIL(c, E_TAMPER, "bundle.manifest");
			fault_where(c, name);
			return E_TAMPER;
		}
	}
	return OK;
}

static rc copy_file(struct ctx *c, const char *from, const char *to)
{
	AUTO_FD in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_FD out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *piece = malloc(PIECE);
	rc r = in < 0 || out < 0 ? FAIL_SYS(c, "file.create") : piece ? OK : FAIL(c, E_NOMEM, "memory.limit");
	size_t n = PIECE;

	while (r == OK && n == PIECE) {
		r = fd_fill(c, in, piece, PIECE, &n);
		if (r == OK)
			r = fd_write_all(c, out, (slice){ piece, n });
	}
	free(piece);
	if (r == OK && fsync(out) != 0)
		r = FAIL_SYS(c, "file.write");
	return r;
}

static rc put_database(struct ctx *c, const char *backup, const char *dir)
{
	const char *from, *next, *to;
	struct stat st;

	TRY(path_join(c, dir, "record.db", &to));
	if (lstat(to, &st) == 0)
		return FAIL(c, E_CONFLICT, "restore.there");
	TRY(path_join(c, backup, "record.db", &from));
	TRY(path_join(c, dir, "record.db.next", &next));
	TRY(copy_file(c, from, next));
	if (rename(next, to) != 0)
		return FAIL_SYS(c, "file.rename");
	TRY(dir_sync(c, dir));
	TRY(path_join(c, dir, "node.json", &to));
	return lstat(to, &st) == 0 ? OK : copy_small(c, backup, "node.json", dir, "node.json");
}

/* "<node>/renkei/record/<n>" with the next number. */
static rc next_origin(struct ctx *c, slice origin, slice *ret)
{
	size_t cut = origin.len;
	uint32_t number;
	struct buf b;

	while (cut > 0 && origin.p[cut - 1] != '/')
		cut--;
	TRY(parse_u32(c, slice_sub(origin, cut, origin.len), 1, 1000000, &number));
	buf_init(&b, c->a, 256);
	buf_put(&b, slice_sub(origin, 0, cut));
	buf_putf(&b, "%u", number + 1);
	return buf_done(c, &b, ret);
}

/* What was signed and is not in the copy; then the record goes on under its next name, or not at all. */
static rc settle_origin(struct ctx *c, const char *dir, const struct act_kind *const *kinds, const struct restore_ask *q, struct restored *ret)
{
	AUTO_NODE n = NULL;
	struct verdict v;
	struct hash root;
	uint64_t last;
	slice note, origin;

	TRY(node_open_inspect(c, dir, kinds, &n));
	TRY(sign_last(c, n->sign, &last, &root, &note));
	if (q->fill)
		TRY(record_fill(c, n, q->fill, &ret->filled));
	ret->entries = (int64_t)n->f.size;
	ret->lost = (int64_t)last > ret->entries ? (int64_t)last - ret->entries : 0;
	if (ret->lost == 0)
		return OK;
	if (!q->new_origin)
		return FAIL(c, E_TAMPER, "restore.short");
	TRY(next_origin(c, node_origin(n), &origin));
	TRY(sign_roll(c, n->sign, origin));
	TRY(record_verify_hashes(c, n, NULL, &v));
	return v.good ? OK : FAIL(c, E_TAMPER, v.key);
}

static rc append_import(struct ctx *c, struct node *n, slice was, const struct restored *r)
{
	struct act act = { .act = S("import"), .actor = SYSTEM_ACTOR };
	struct json_out j;
	struct buf b;
	int64_t seq;

	buf_init(&b, c->a, 1024);
	j = json_out_on(&b);
	jo_object(&j);
	if (r->filled)
		jo_kv_int(&j, "filled", r->filled);
	jo_kv_int(&j, "kept", r->entries);
	jo_kv_int(&j, "lost", r->lost);
	jo_kv_text(&j, "origin", node_origin(n));
	jo_kv_text(&j, "was", was);
	jo_end_object(&j);
	TRY(buf_done(c, &b, &act.members));
	return node_append(c, n, &act, &seq);
}

static rc is_erased(struct ctx *c, struct node *n, slice key, bool *ret)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_ONE(c, n->st, &q, ret, STMT_ERASED_GET, v_text(key)));
	*ret = *ret && !query_is_null(&q, 1);
	return OK;
}

/* A unit that the keeper destroyed after the backup was made. */
static rc write_down_again(struct ctx *c, struct node *n, slice key, int64_t *count)
{
	struct act done = { .act = S("erase.done"), .actor = SYSTEM_ACTOR };
	slice unit = slice_sub(key, 2, key.len);
	size_t dot = slice_find(unit, S("."), 0);
	struct buf b;
	int64_t seq;
	bool erased;

	TRY(is_erased(c, n, key, &erased));
	if (erased)
		return OK;
	done.case_id = slice_sub(unit, 0, dot);
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "{\"epoch\":[%lld,%lld],\"keys\":[\"%" S_FMT "\"]}", (long long)keep_epoch(n->keep) - 1, (long long)keep_epoch(n->keep),
	         S_ARG(key));
	TRY(buf_done(c, &b, &done.members));
	TRY(node_append(c, n, &done, &seq));
	(*count)++;
	return OK;
}

static rc drop_of(struct ctx *c, const struct entry *done, void *p) { return entry_drop_blobs(c, p, done); }

/* What the backup still had in ciphertext, and an entry from the export says is shredded. */
static rc drop_shredded(struct ctx *c, struct node *n, const struct restored *r)
{
	struct entry_filter f = { .from = r->entries - r->filled, .to = r->entries, .act = S("erase.done") };
	rc done;

	if (r->filled == 0)
		return OK;
	TRY(store_begin(c, n->st));
	done = record_each(c, n, &f, drop_of, n);
	if (done == OK)
		return store_commit(c, n->st);
	store_rollback(n->st);
	return done;
}

static rc go_on(struct ctx *c, const char *dir, const struct act_kind *const *kinds, slice was, struct restored *ret)
{
	AUTO_NODE n = NULL;
	struct node *open;
	slice *gone;
	size_t count;

	TRY(node_open(c, dir, kinds, &n));
	TRY(drop_shredded(c, n, ret));
	TRY(append_import(c, n, was, ret));
	TRY(keep_gone(c, n->keep, &gone, &count));
	for (size_t i = 0; i < count; i++)
		TRY(write_down_again(c, n, gone[i], &ret->shredded));
	TRY(store_purge(c, n->st));
	TRY(slice_keep(c, node_origin(n), &ret->origin));
	open = n;
	n = NULL;
	return node_close(c, open);
}

static rc signed_before(struct ctx *c, const char *dir, slice *ret)
{
	struct signer *s;
	const char *path;
	rc r;

	TRY(path_join(c, dir, "sign", &path));
	TRY(sign_open(c, path, &s));
	r = slice_keep(c, sign_origin(s), ret);
	sign_close(s);
	return r;
}

rc backup_restore(struct ctx *c, const struct restore_ask *q, const char *dir, const struct act_kind *const *kinds,
                  struct restored *ret)
{
	AUTO_HASHER h = hasher_new();
	struct restored r = { 0 };
	const char *path;
	slice was;
	rc done;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(check_list(c, h, q->backup));
	done = signed_before(c, dir, &was);
	if (done == E_NOTFOUND)
		return FAIL(c, E_NOTFOUND, "restore.keys");
	TRY(done);
	TRY(put_database(c, q->backup, dir));
	done = settle_origin(c, dir, kinds, q, &r);
	if (done == OK)
		done = go_on(c, dir, kinds, was, &r);
	if (done == OK) {
		*ret = r;
		return OK;
	}
	/* what cannot go on is not left in place: the backup is still there */
	if (path_join(c, dir, "record.db", &path) == OK)
		(void)unlink(path);
	return done;
}

/* ---- another key ---- */

/* What follows the name in a public key: it is a word of the record. */
static slice key_word(slice vkey)
{
	return slice_sub(vkey, slice_find(vkey, S("+"), 0) + 1, vkey.len);
}

rc node_roll_key(struct ctx *c, struct node *n, int64_t *ret_seq)
{
	struct act act = { .act = S("key.roll"), .actor = SYSTEM_ACTOR };
	slice was, note, origin;
	struct json_out j;
	struct buf b;

	TRY(node_checkpoint(c, n, &note));   /* the old key's last word */
	TRY(slice_keep(c, node_vkey(n), &was));
	TRY(slice_keep(c, node_origin(n), &origin));
	TRY(sign_roll(c, n->sign, origin));
	buf_init(&b, c->a, 1024);
	j = json_out_on(&b);
	jo_object(&j);
	jo_kv_text(&j, "key", key_word(node_vkey(n)));
	jo_kv_text(&j, "was", key_word(was));
	jo_end_object(&j);
	TRY(buf_done(c, &b, &act.members));
	TRY(node_append(c, n, &act, ret_seq));
	return node_checkpoint(c, n, &note);
}
