/* Making, opening and ending a node; recovery. */
#include <errno.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "core/record/jcs.h"
#include "core/record/look.h"
#include "core/record/node_inside.h"
#include "core/record/secret.h"
#include "core/record/witness.h"

#include "base/banned.h"

#define CONF_MOST 65536u

bool node_is_exercise(const struct node *n) { return n->exercise; }
slice node_name(const struct node *n) { return slice_of(n->name); }
slice node_origin(const struct node *n) { return sign_origin(n->sign); }
slice node_vkey(const struct node *n) { return sign_vkey(n->sign); }
int64_t node_size(const struct node *n) { return (int64_t)n->f.size; }
struct store *node_store(struct node *n) { return n->st; }

rc id_new(struct ctx *c, const char *prefix, slice *ret)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";   /* RFC 4648 §6, lower case */
	unsigned char raw[16];
	struct buf b;

	if (sodium_init() < 0)
		return FAIL(c, E_BUG, "bug");
	randombytes_buf(raw, sizeof raw);
	buf_init(&b, c->a, 64);
	buf_putz(&b, prefix);
	buf_putc(&b, '-');
	for (size_t i = 0; i < sizeof raw; i++)
		buf_putc(&b, letters[raw[i] & 31]);
	return buf_done(c, &b, ret);
}

static bool name_is_valid(slice s)
{
	if (s.len < 1 || s.len > 64)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' || s.p[i] == '-'))
			return false;
	return s.p[0] != '.' && s.p[0] != '-';
}

/* node.json: where the record is. What the node is stands in the record's first entry. */
static rc write_conf(struct ctx *c, const char *dir, const struct node_options *o)
{
	struct json_out j;
	const char *path;
	struct buf b;

	buf_init(&b, c->a, CONF_MOST);
	j = json_out_on(&b);
	jo_object(&j);
	jo_kv_text(&j, "backend", o->backend == BACKEND_PG ? S("pg") : S("sqlite"));
	if (o->backend == BACKEND_PG)
		jo_kv_text(&j, "conninfo", slice_of(o->conninfo));
	jo_kv_text(&j, "name", o->name);
	jo_end_object(&j);
	buf_putc(&b, '\n');
	TRY(path_join(c, dir, "node.json", &path));
	return file_replace(c, path, buf_slice(&b), 0600);
}

static rc read_conf(struct ctx *c, const char *dir, struct node_options *ret)
{
	const struct json *j;
	const char *path;
	slice text;
	rc r;

	TRY(path_join(c, dir, "node.json", &path));
	r = file_read(c, path, CONF_MOST, &text);
	if (r == E_NOTFOUND) {
		r = FAIL(c, E_NOTFOUND, "node.none");
		fault_where(c, dir);
	}
	TRY(r);
	r = json_parse(c, text, &j);
	if (r != OK) {
		fault_where(c, path);
		return r;
	}
	ret->name = json_text(json_get(j, S("name")));
	ret->backend = slice_is(json_text(json_get(j, S("backend"))), "pg") ? BACKEND_PG : BACKEND_SQLITE;
	ret->conninfo = arena_cstr(c->a, json_text(json_get(j, S("conninfo"))));
	if (!name_is_valid(ret->name))
		return FAIL(c, E_INVALID, "node.name");
	return OK;
}

#define SCHEMA_ROOM 80

static const char *schema_of(const struct node_options *o, char room[SCHEMA_ROOM])
{
	(void)snprintf(room, SCHEMA_ROOM, "renkei_%.*s", (int)o->name.len, o->name.p);
	for (char *p = room; *p; p++)
		if (*p == '.' || *p == '-')
			*p = '_';
	return room;
}

static rc open_store(struct ctx *c, const char *dir, const struct node_options *o, bool create, struct store **ret)
{
	char schema[SCHEMA_ROOM];
	const char *path;

	if (o->backend == BACKEND_SQLITE) {
		TRY(path_join(c, dir, "record.db", &path));
		return store_open_sqlite(c, path, create, ret);
	}
	if (create && o->owner)
		TRY(store_make_pg(c, o->owner, o->conninfo, schema_of(o, schema)));
	return store_open_pg(c, o->conninfo, schema_of(o, schema), create && !o->owner, ret);
}

rc node_upgrade(struct ctx *c, const char *dir, const char *owner)
{
	struct node_options o = { 0 };
	char schema[SCHEMA_ROOM];

	TRY(read_conf(c, dir, &o));
	if (o.backend != BACKEND_PG)
		return FAIL(c, E_INVALID, "node.no_pg");
	return store_make_pg(c, owner, o.conninfo, schema_of(&o, schema));
}

rc node_rights(struct ctx *c, const char *dir, enum store_rights *ret)
{
	struct node_options o = { 0 };
	AUTO_STORE st = NULL;

	TRY(read_conf(c, dir, &o));
	if (o.backend == BACKEND_SQLITE) {
		*ret = STORE_RIGHTS_FILE;
		return OK;
	}
	TRY(open_store(c, dir, &o, false, &st));
	return store_rights(c, st, ret);
}

static struct node *node_blank(void)
{
	return calloc(1, sizeof(struct node));
}

void node_drop(struct node *n)
{
	if (!n)
		return;
	if (n->st)
		store_close(n->st);
	keep_close(n->keep);
	sign_close(n->sign);
	if (n->h)
		hasher_free(n->h);
	if (n->scratch)
		arena_free(n->scratch);
	looks_free(n->looks);
	if (n->index)
		indexer_free(n->index);
	free(n->dir);
	free(n->name);
	free(n);
}

static rc attach_keys(struct ctx *c, struct node *n, const char *dir, const struct node_doors *far)
{
	const char *path;

	if (far) {
		TRY(sign_open_far(c, &far->sign, &n->sign));
		return keep_open_far(c, &far->keep, &n->keep);
	}
	TRY(path_join(c, dir, "sign", &path));
	TRY(sign_open(c, path, &n->sign));
	TRY(path_join(c, dir, "keep", &path));
	return keep_open(c, path, &n->keep);
}

static rc attach(struct ctx *c, struct node *n, const char *dir, const struct node_options *o, bool create,
                 const struct node_doors *far)
{

	n->dir = strdup(dir);
	n->name = strndup(o->name.p, o->name.len);
	n->h = hasher_new();
	n->scratch = arena_new(NODE_SCRATCH);
	n->index = indexer_new();
	if (!n->dir || !n->name || !n->h || !n->scratch || !n->index)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(attach_keys(c, n, dir, far));
	return open_store(c, dir, o, create, &n->st);
}

/*
 * The size of the newest checkpoint that the database holds of the present origin. The signer keeps its own before it hands one
 * out, so it never knows less: unless its file was lost or put back.
 */
static rc signed_in_store(struct ctx *c, struct node *n, uint64_t *ret)
{
	struct checkpoint cp;
	AUTO_QUERY q = { 0 };
	struct note note;
	bool found;

	*ret = 0;
	TRY(store_one(c, n->st, STMT_CHECKPOINT_LAST, NULL, 0, &q, &found));
	if (!found)
		return OK;
	if (note_parse(c, query_text(&q, 2), &note) != OK || checkpoint_parse(c, note.body, &cp) != OK)
		return FAIL(c, E_TAMPER, "record.checkpoint");
	if (slice_eq(cp.origin, node_origin(n)))
		*ret = cp.size;
	return OK;
}

/*
 * What was signed must still be there, unchanged. The stored hashes are asked first; when they say no, the entries
 * themselves decide whether only the hashes are damaged. The signer is asked before the record is read: another process may
 * write and sign between, and what was signed is never more than what is read after it.
 */
static rc catch_up_with_signed(struct ctx *c, struct node *n)
{
	struct frontier f = { 0 };
	struct hash want, got;
	uint64_t size, kept;
	int64_t stored;
	slice note;
	rc r;

	TRY(signed_in_store(c, n, &kept));   /* before the signer, for the same reason */
	TRY(sign_last(c, n->sign, &size, &want, &note));
	TRY(frontier_catch_up(c, n, &stored));
	n->signed_size = size;
	if (size < kept)
		return FAIL(c, E_TAMPER, "sign.older");
	if (size == 0)
		return OK;
	if (size > n->f.size)
		return FAIL(c, E_TAMPER, "record.forked");
	r = root_at(c, n, size, &got);
	if (r == OK && hash_eq(&got, &want))
		return OK;
	if (r != OK && r != E_TAMPER)
		return r;
	r = frontier_rehash(c, n, size, &f);
	if (r != OK && r != E_TAMPER)
		return r;
	frontier_root(n->h, &f, &got);
	return r == OK && hash_eq(&got, &want) ? FAIL(c, E_TAMPER, "record.hashes") : FAIL(c, E_TAMPER, "record.forked");
}

/* The present name of the record or one that it had before a restore. */
static rc is_our_origin(struct ctx *c, struct node *n, slice origin, bool *ret)
{
	struct note_key key;
	slice former, line;

	*ret = slice_eq(origin, node_origin(n));
	TRY(sign_former(c, n->sign, &former));
	while (!*ret && slice_next(&former, '\n', &line))
		*ret = note_key_parse(c, line, &key) == OK && slice_eq(key.name, origin);
	return OK;
}

/* The first entry says what the node is. */
static rc read_first(struct ctx *c, struct node *n)
{
	struct entry e;
	bool ours;

	TRY(record_get(c, n, 0, &e));
	TRY(is_our_origin(c, n, json_text(json_get(e.json, S("origin"))), &ours));
	if (!slice_is(e.act, "log.open") || !ours || !slice_is(e.node, n->name))
		return FAIL(c, E_TAMPER, "record.other");
	n->exercise = json_is_true(json_get(e.json, S("exercise")));
	return OK;
}

static rc recover(struct ctx *c, struct node *n)
{
	struct frontier tail;
	struct tail t;
	uint64_t from;

	TRY(catch_up_with_signed(c, n));
	if (n->f.size == 0)
		return FAIL(c, E_TAMPER, "record.empty");
	/* the tail is read again: what a crash could have touched */
	from = n->f.size > 512 ? (n->f.size - 256) & ~(uint64_t)255 : 0;
	TRY(frontier_load(c, n, from, &tail));
	TRY(frontier_rehash(c, n, n->f.size, &tail));
	TRY(node_tail(c, n, &t));
	n->ahead = t.ahead;
	return read_first(c, n);
}

static rc fill_tables(struct ctx *c, struct node *n, const struct node_doors *far)
{
	const struct verify_way way = { .tell = far ? far->rebuild : NULL, .p = far ? far->p : NULL };

	return store_is_stale(n->st) ? record_rebuild_told(c, n, &way) : OK;
}

rc node_open_far(struct ctx *c, const char *dir, const struct act_kind *const *kinds, const struct node_doors *far,
                 struct node **ret)
{
	AUTO_NODE n = NULL;

	TRY(node_open_stale(c, dir, kinds, far, &n));
	TRY(fill_tables(c, n, far));
	*ret = n;
	n = NULL;
	return OK;
}

rc node_open(struct ctx *c, const char *dir, const struct act_kind *const *kinds, struct node **ret)
{
	return node_open_far(c, dir, kinds, NULL, ret);
}

rc node_open_stale(struct ctx *c, const char *dir, const struct act_kind *const *kinds, const struct node_doors *far,
                   struct node **ret)
{
	struct node_options o = { 0 };
	AUTO_NODE n = node_blank();

	if (!n)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(read_conf(c, dir, &o));
	n->kinds = kinds;
	TRY(attach(c, n, dir, &o, false, far));
	TRY(recover(c, n));
	*ret = n;
	n = NULL;
	return OK;
}

rc node_open_inspect(struct ctx *c, const char *dir, const struct act_kind *const *kinds, struct node **ret)
{
	struct node_options o = { 0 };
	AUTO_NODE n = node_blank();
	int64_t size;

	if (!n)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(read_conf(c, dir, &o));
	n->kinds = kinds;
	n->dead = true;
	TRY(attach(c, n, dir, &o, false, NULL));
	/* what does not hold is for the verification to say */
	if (frontier_catch_up(c, n, &size) != OK || read_first(c, n) != OK || (store_is_stale(n->st) && record_rebuild(c, n) != OK))
		fault_clear(c);
	*ret = n;
	n = NULL;
	return OK;
}

rc node_close(struct ctx *c, struct node *n)
{
	slice note;
	rc r = OK;

	if (!n)
		return OK;
	if (!n->dead)
		r = node_looks_write(c, n);
	if (!n->dead && !n->ahead && r == OK && n->f.size > n->signed_size)
		r = node_checkpoint(c, n, &note);
	node_drop(n);
	return r;
}

static rc write_first(struct ctx *c, struct node *n, const struct node_options *o)
{
	struct act act = { .act = S("log.open"), .actor = SYSTEM_ACTOR };
	struct json_out j;
	struct buf b;
	int64_t size, seq;

	TRY(frontier_catch_up(c, n, &size));
	if (size != 0)
		return FAIL(c, E_CONFLICT, "node.exists");
	buf_init(&b, c->a, 4096);
	j = json_out_on(&b);
	jo_object(&j);
	if (o->exercise)
		jo_kv_bool(&j, "exercise", true);
	jo_kv_text(&j, "origin", sign_origin(n->sign));
	jo_end_object(&j);
	TRY(buf_done(c, &b, &act.members));
	return node_append(c, n, &act, &seq);
}

static rc make_origin(struct ctx *c, slice name, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	buf_put(&b, name);
	buf_putz(&b, "/renkei/record/1");
	return buf_done(c, &b, ret);
}

static rc fill(struct ctx *c, const char *dir, const struct node_options *o)
{
	AUTO_NODE n = node_blank();
	const char *path;
	slice origin, note;

	if (!n)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(make_origin(c, o->name, &origin));
	TRY(path_join(c, dir, "sign", &path));
	TRY(sign_create(c, path, origin));
	TRY(path_join(c, dir, "keep", &path));
	TRY(keep_create(c, path));
	TRY(attach(c, n, dir, o, true, NULL));
	TRY(write_first(c, n, o));
	TRY(node_checkpoint(c, n, &note));
	return write_conf(c, dir, o);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* Made beside its place and put there whole. */
rc node_create(struct ctx *c, const char *dir, const struct node_options *o)
{
	const char *conf;
	struct buf b;
	slice made;
	rc r;

	if (!name_is_valid(o->name))
		return FAIL(c, E_INVALID, "node.name");
	TRY(path_join(c, dir, "node.json", &conf));
	if (access(conf, F_OK) == 0)
		return FAIL(c, E_CONFLICT, "node.exists");
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s.XXXXXX", dir);
	buf_putc(&b, '\0');
	TRY(buf_done(c, &b, &made));
	if (!mkdtemp(b.p))
		return FAIL_SYS(c, "file.create");
	r = fill(c, b.p, o);
	if (r == OK && rename(b.p, dir) != 0)
		r = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR ? FAIL(c, E_CONFLICT, "node.not_empty")
		                                                              : FAIL_SYS(c, "file.rename");
	if (r != OK) {
		struct fault kept = c->fault;

		(void)nftw(b.p, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		c->fault = kept;
		if (!c->fault.where[0])
			fault_where(c, dir);
	}
	return r;
}
