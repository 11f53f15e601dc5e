/* Entries that a backup lacks come back from an export of the same record, after the export has been checked whole. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "core/record/backup.h"
#include "core/record/bundle.h"
#include "core/record/node_inside.h"
#include "core/record/policy.h"

#include "base/banned.h"

#define SEALED_MOST (PAYLOAD_MOST + ((size_t)1 << 16))

/* Nobody is believed but the keys that this record signs or signed with. */
static rc own_policy(struct ctx *c, struct node *n, slice *ret)
{
	slice former, line;
	struct buf b;

	TRY(sign_former(c, n->sign, &former));
	buf_init(&b, c->a, POLICY_MOST);
	buf_putf(&b, "log %" S_FMT "\n", S_ARG(node_vkey(n)));
	while (slice_next(&former, '\n', &line))
		if (line.len)
			buf_putf(&b, "log %" S_FMT "\n", S_ARG(line));
	buf_putz(&b, "quorum none\n");
	return buf_done(c, &b, ret);
}

/* The ciphertext, as the check of the bundle has found it; what is not there was shredded, and an entry says so. */
static rc put_blob(struct ctx *c, struct node *n, const char *dir, const struct seal *s)
{
	const slice ct = { (const char *)s->ct, 32 };
	char name[80];
	size_t at = (size_t)snprintf(name, sizeof name, "blobs/");
	const char *path;
	slice data;
	rc r;

	for (size_t i = 0; i < 32; i++)
		at += (size_t)snprintf(name + at, sizeof name - at, "%02x", s->ct[i]);
	TRY(path_join(c, dir, name, &path));
	r = file_read(c, path, SEALED_MOST, &data);
	if (r == OK)
		return STORE_RUN(c, n->st, STMT_BLOB_INSERT, v_blob(ct), v_blob(data));
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	TRY(STORE_RUN(c, n->st, STMT_BLOB_INSERT, v_blob(ct), v_blob(S(""))));
	return STORE_RUN(c, n->st, STMT_BLOB_DROP, v_blob(ct), v_int(c->now));
}

static rc put_entry(struct ctx *c, struct node *n, const char *dir, slice bytes)
{
	struct full full[8];
	struct hash leaf;
	struct entry e;
	size_t nfull;

	TRY(entry_parse_any(c, bytes, &e));
	if (e.seq < (int64_t)n->f.size)
		return OK;
	if (e.seq != (int64_t)n->f.size)
		return FAIL(c, E_INVALID, "restore.gap");
	hash_leaf(n->h, bytes, &leaf);
	TRY(row_add(c, &n->rows, n->st, e.seq, bytes, &leaf));
	for (size_t i = 0; i < e.nseals; i++)
		TRY(put_blob(c, n, dir, &e.seals[i]));
	nfull = frontier_add(n->h, &n->f, &leaf, full);
	for (size_t i = 0; i < nfull; i++)
		TRY(STORE_RUN(c, n->st, STMT_SUBTREE_INSERT, v_int(full[i].level), v_int((int64_t)full[i].n), v_blob(hash_slice(&full[i].hash))));
	n->last_at = e.at;
	return OK;
}

static void close_file(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

struct lines { char *line; size_t room; };
static void free_lines(struct lines *l) { free(l->line); }

/* One transaction: what is not there whole is not there. */
static rc put_all(struct ctx *c, struct node *n, const char *dir, FILE *f)
{
	__attribute__((cleanup(free_lines))) struct lines l = { 0 };
	struct arena *own = c->a;
	ssize_t got;
	rc r = OK;

	while (r == OK && (got = getline(&l.line, &l.room, f)) > 0) {
		c->a = n->scratch;
		r = put_entry(c, n, dir, (slice){ l.line, (size_t)got - (l.line[got - 1] == '\n') });
		c->a = own;
		arena_reset(n->scratch);
	}
	TRY(r);
	return ferror(f) ? FAIL_SYS(c, "file.read") : flush_rows(c, n);
}

/* The tree with what came must be the one that the bundle's checkpoint signs. */
static rc check_root(struct ctx *c, struct node *n, const struct bundle_verdict *v)
{
	struct hash root;

	if ((int64_t)n->f.size != v->upto)
		return FAIL(c, E_INVALID, "restore.gap");
	frontier_root(n->h, &n->f, &root);
	return memcmp(root.b, v->root, 32) == 0 ? OK : FAIL(c, E_TAMPER, "restore.other");
}

static rc fill_in(struct ctx *c, struct node *n, const char *dir, const struct bundle_verdict *v)
{
	__attribute__((cleanup(close_file))) FILE *f = NULL;
	const char *path;
	rc r;

	TRY(path_join(c, dir, "entries.jsonl", &path));
	f = fopen(path, "re");
	if (!f)
		return FAIL_SYS(c, "file.open");
	TRY(store_begin(c, n->st));
	r = put_all(c, n, dir, f);
	if (r == OK)
		r = check_root(c, n, v);
	if (r == OK)
		r = store_set_stale(c, n->st);   /* the next start makes the tables anew, whatever happens before */
	if (r == OK)
		return store_commit(c, n->st);
	store_rollback(n->st);
	row_forget(&n->rows);
	return r;
}

rc record_fill(struct ctx *c, struct node *n, const char *dir, int64_t *ret_filled)
{
	int64_t had = (int64_t)n->f.size;
	struct bundle_verdict v;
	slice policy;

	TRY(own_policy(c, n, &policy));
	TRY(bundle_verify(c, dir, policy, NULL, &v));
	if (!v.good)
		return FAIL(c, E_TAMPER, v.key);
	if (v.chosen || !v.sealed)
		return FAIL(c, E_INVALID, "restore.part");
	if (v.from > had)
		return FAIL(c, E_INVALID, "restore.gap");
	*ret_filled = 0;
	if (v.upto <= had)
		return OK;
	TRY(fill_in(c, n, dir, &v));
	*ret_filled = v.upto - had;
	return OK;
}
