#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/store/store_inside.h"

#include "base/banned.h"

#define BUSY_MSEC 10000

struct sqlite_store {
	struct store st;
	sqlite3 *db;
	sqlite3_stmt *stmts[STMTS];
	sqlite3_stmt *begin, *commit, *read, *version;   /* owned */
	bool light;                                      /* commits do not wait for the disk */
	int journal;                                     /* owned; -1: not asked for */
	bool used[STMTS];
};

static struct sqlite_store *inside(const struct store *st) { return (struct sqlite_store *)(void *)(uintptr_t)st; }

static rc full_or_io(struct ctx *c, sqlite3 *db)
{
	int err = sqlite3_system_errno(db);
	bool full = err == EFBIG || err == ENOSPC || err == EDQUOT;

	(void)FAIL(c, full ? E_LIMIT : E_IO, full ? "store.full" : "store.io");
	fault_errno(c, err);
	return full ? E_LIMIT : E_IO;
}

static rc failed(struct ctx *c, sqlite3 *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return FAIL(c, E_BUSY, "store.busy");
	case SQLITE_FULL: return FAIL(c, E_LIMIT, "store.full");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return FAIL(c, E_TAMPER, "store.damaged");
	case SQLITE_CONSTRAINT: return FAIL(c, E_CONFLICT, "store.constraint");
	case SQLITE_IOERR:
		/* a file cut short: pages that the header promises are not there */
		if (code == SQLITE_IOERR_SHORT_READ)
			return FAIL(c, E_TAMPER, "store.damaged");
		return full_or_io(c, db);
	case SQLITE_CANTOPEN: return FAIL(c, E_IO, "store.open");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH: return FAIL(c, E_DENIED, "store.readonly");
	case SQLITE_NOMEM: return FAIL(c, E_NOMEM, "memory.limit");
	default: return FAIL(c, E_BUG, "store.statement");
	}
}

static rc script(struct ctx *c, struct store *st, const char *sql)
{
	sqlite3 *db = inside(st)->db;
	int r = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return r == SQLITE_OK ? OK : failed(c, db, r);
}

/* BEGIN and COMMIT are prepared once: they are run for every group of acts. */
static int run_kept(sqlite3 *db, sqlite3_stmt **s, const char *sql)
{
	int r = *s ? SQLITE_OK : sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL);

	if (r != SQLITE_OK)
		return r;
	r = sqlite3_step(*s);
	(void)sqlite3_reset(*s);   /* says the same again */
	return r == SQLITE_DONE ? SQLITE_OK : r;
}

/* In WAL mode FULL flushes at each commit, NORMAL before a checkpoint only (sqlite.org/pragma.html#pragma_synchronous). */
static rc begin_as(struct ctx *c, struct store *st, bool light)
{
	struct sqlite_store *in = inside(st);
	int r = SQLITE_OK;

	if (in->light != light)
		r = sqlite3_exec(in->db, light ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", NULL, NULL, NULL);
	if (r == SQLITE_OK) {
		in->light = light;
		r = run_kept(in->db, &in->begin, "BEGIN IMMEDIATE");
	}
	return r == SQLITE_OK ? OK : failed(c, in->db, r);
}

static rc begin(struct ctx *c, struct store *st) { return begin_as(c, st, false); }
static rc begin_light(struct ctx *c, struct store *st) { return begin_as(c, st, true); }

static void rollback(struct store *st)
{
	(void)sqlite3_exec(inside(st)->db, "ROLLBACK", NULL, NULL, NULL);   /* it may have happened already */
}

static rc read_begin(struct ctx *c, struct store *st)
{
	struct sqlite_store *in = inside(st);
	int r = run_kept(in->db, &in->read, "BEGIN");

	return r == SQLITE_OK ? OK : failed(c, in->db, r);
}

/* Nothing was written: there is nothing that could fail and matter. */
static void read_end(struct store *st) { (void)run_kept(inside(st)->db, &inside(st)->commit, "COMMIT"); }

static rc version(struct ctx *c, struct store *st, struct store_version *ret)
{
	struct sqlite_store *in = inside(st);
	int r = in->version ? SQLITE_OK : sqlite3_prepare_v3(in->db, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT, &in->version, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_step(in->version);
	if (r == SQLITE_ROW)
		*ret = (struct store_version){ true, sqlite3_column_int64(in->version, 0), sqlite3_total_changes64(in->db) };
	(void)sqlite3_reset(in->version);
	return r == SQLITE_ROW ? OK : failed(c, in->db, r);
}

static rc commit(struct ctx *c, struct store *st)
{
	sqlite3 *db = inside(st)->db;
	int r = run_kept(db, &inside(st)->commit, "COMMIT");
	rc code;

	if (r == SQLITE_OK)
		return OK;
	code = failed(c, db, r);
	rollback(st);
	/* A full disk is found while pages are written, before the flush that would make them count. */
	if (code == E_LIMIT || code == E_BUSY)
		return code;
	st->dead = true;
	(void)FAIL(c, E_IO, "store.commit");
	fault_errno(c, sqlite3_system_errno(db));
	return E_IO;
}

/* In this thread the database's own descriptor; SQLite gives its journal for it (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html). */
static rc flush(struct ctx *c, struct store *st)
{
	sqlite3 *db = inside(st)->db;
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) != SQLITE_OK || !f || !f->pMethods)
		return OK;   /* nothing was read or written yet */
	return f->pMethods->xSync(f, SQLITE_SYNC_NORMAL) == SQLITE_OK ? OK : FAIL(c, E_IO, "store.commit");
}

/* A descriptor of our own, for another thread. SQLite's locks are on other files: closing this one drops none of them. */
static rc journal(struct ctx *c, struct store *st, int *ret)
{
	struct sqlite_store *in = inside(st);
	const char *file = sqlite3_db_filename(in->db, "main");
	const char *path = file ? sqlite3_filename_wal(file) : NULL;

	*ret = -1;
	if (!path || !path[0])
		return OK;   /* a temporary database */
	if (in->journal < 0)
		in->journal = open(path, O_RDONLY | O_CLOEXEC);
	*ret = in->journal;
	return in->journal < 0 ? FAIL_SYS(c, "store.open") : OK;
}

static int bind_value(sqlite3_stmt *s, int i, const struct value *v)
{
	static const char none[] = "";
	const char *p = v->bytes.len ? v->bytes.p : none;

	switch (v->type) {
	case CELL_NULL: return sqlite3_bind_null(s, i);
	case CELL_INT: return sqlite3_bind_int64(s, i, v->num);
	case CELL_TEXT: return sqlite3_bind_text64(s, i, p, v->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case CELL_BLOB: return sqlite3_bind_blob64(s, i, p, v->bytes.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static rc prepared(struct ctx *c, struct sqlite_store *in, enum stmt id, sqlite3_stmt **ret)
{
	int r = SQLITE_OK;

	if (!in->stmts[id])
		r = sqlite3_prepare_v3(in->db, stmt_table[id].sql[BACKEND_SQLITE], -1, SQLITE_PREPARE_PERSISTENT,
		                       &in->stmts[id], NULL);
	if (r != SQLITE_OK) {
		(void)failed(c, in->db, r);
		fault_name(c, slice_of(stmt_table[id].name));
		return c->fault.code;
	}
	*ret = in->stmts[id];
	return OK;
}

static rc query(struct ctx *c, struct store *st, enum stmt id, const struct value *v, size_t n, struct query *q)
{
	struct sqlite_store *in = inside(st);
	sqlite3_stmt *s;

	NEVER(in->used[id]);
	TRY(prepared(c, in, id, &s));
	for (size_t i = 0; i < n; i++) {
		int r = bind_value(s, (int)i + 1, &v[i]);

		if (r != SQLITE_OK)
			return failed(c, in->db, r);
	}
	in->used[id] = true;
	*q = (struct query){ .st = st, .id = id, .inside = s };
	return OK;
}

static rc query_raw(struct ctx *c, struct store *st, const char *sql, struct query *q)
{
	sqlite3 *db = inside(st)->db;
	sqlite3_stmt *s;
	int r = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	if (r != SQLITE_OK)
		return failed(c, db, r);
	*q = (struct query){ .st = st, .id = STMT_RAW, .inside = s };
	return OK;
}

static rc next(struct ctx *c, struct query *q, bool *ret_more)
{
	sqlite3 *db = inside(q->st)->db;
	int r = sqlite3_step(q->inside);

	if (r != SQLITE_ROW && r != SQLITE_DONE) {
		(void)failed(c, db, r);
		if (q->id < STMTS)
			fault_name(c, slice_of(stmt_table[q->id].name));
		return c->fault.code;
	}
	*ret_more = r == SQLITE_ROW;
	if (r == SQLITE_DONE)
		q->st->changes = sqlite3_changes64(db);
	return OK;
}

static struct value column(const struct query *q, int col, enum cell_type type)
{
	sqlite3_stmt *s = q->inside;
	const void *p;

	(void)type;
	switch (sqlite3_column_type(s, col)) {
	case SQLITE_INTEGER: return v_int(sqlite3_column_int64(s, col));
	case SQLITE_TEXT:
		p = sqlite3_column_text(s, col);
		return v_text((slice){ p, (size_t)sqlite3_column_bytes(s, col) });
	case SQLITE_BLOB:
		p = sqlite3_column_blob(s, col);
		return v_blob((slice){ p, (size_t)sqlite3_column_bytes(s, col) });
	default: return v_null();
	}
}

static int columns(const struct query *q) { return sqlite3_column_count(q->inside); }

static void close_query(struct query *q)
{
	if (q->id == STMT_RAW) {
		(void)sqlite3_finalize(q->inside);   /* its error was told by next() */
		return;
	}
	(void)sqlite3_reset(q->inside);
	/* bound texts are borrowed from the caller: let go of them */
	(void)sqlite3_clear_bindings(q->inside);
	inside(q->st)->used[q->id] = false;
}

static rc check(struct ctx *c, struct store *st)
{
	AUTO_QUERY q = { 0 };
	bool more = false;

	TRY(query_raw(c, st, "PRAGMA integrity_check(1)", &q));
	TRY(next(c, &q, &more));
	return more && slice_is(column(&q, 0, CELL_TEXT).bytes, "ok") ? OK : FAIL(c, E_TAMPER, "store.damaged");
}

static rc purge(struct ctx *c, struct store *st) { return script(c, st, "PRAGMA wal_checkpoint(TRUNCATE)"); }

/* One reading transaction: what is written meanwhile is not in it. No free pages come along. */
static rc copy(struct ctx *c, struct store *st, const char *path)
{
	sqlite3 *db = inside(st)->db;
	sqlite3_stmt *s = NULL;
	int r = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &s, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC);
	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	(void)sqlite3_finalize(s);   /* its error was told by the step */
	return r == SQLITE_DONE ? OK : failed(c, db, r);
}

static rc explain(struct ctx *c, struct store *st, enum stmt id, slice *ret_plan)
{
	const struct stmt_spec *spec = &stmt_table[id];
	AUTO_QUERY q = { 0 };
	sqlite3_stmt *s = NULL;
	struct buf b;
	bool more = false;

	TRY(prepared(c, inside(st), id, &s));
	if (sqlite3_bind_parameter_count(s) != spec->nin || sqlite3_column_count(s) != spec->nout)
		return FAIL(c, E_BUG, "store.values");
	TRY(store_raw(c, st, &q, "EXPLAIN QUERY PLAN %s", spec->sql[BACKEND_SQLITE]));
	buf_init(&b, c->a, 65536);
	for (;;) {
		TRY(next(c, &q, &more));
		if (!more)
			return buf_done(c, &b, ret_plan);
		buf_put(&b, column(&q, 3, CELL_TEXT).bytes);
		buf_putc(&b, '\n');
	}
}

static void close_store(struct store *st)
{
	struct sqlite_store *in = inside(st);

	for (int i = 0; i < STMTS; i++)
		(void)sqlite3_finalize(in->stmts[i]);
	(void)sqlite3_finalize(in->begin);
	(void)sqlite3_finalize(in->commit);
	(void)sqlite3_finalize(in->read);
	(void)sqlite3_finalize(in->version);
	(void)sqlite3_close_v2(in->db);
	if (in->journal >= 0)
		(void)close(in->journal);
	free(in);
}

static const struct store_ops ops = {
	begin, begin_light, commit, rollback, flush, journal, read_begin, read_end, version, script, query, query_raw, next, column, columns, close_query, check, purge, copy, explain,
	close_store,
};

/* The file with its own hands: mode 0600, and no file at all where none may be made. */
static rc make_file(struct ctx *c, const char *path, bool create)
{
	int fd;

	if (!path[0])
		return OK;
	fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
	if (fd < 0) {
		rc r = FAIL_SYS(c, "store.open");

		fault_where(c, path);
		return r;
	}
	(void)close(fd);   /* nothing was written */
	return OK;
}

static rc settings(struct ctx *c, struct store *st)
{
	return script(c, st, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	                     "PRAGMA secure_delete=ON;"
	                     "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
	                     "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY");
}

rc store_open_sqlite(struct ctx *c, const char *path, bool create, struct store **ret)
{
	struct sqlite_store *in;
	int r;

	TRY(make_file(c, path, create));
	in = calloc(1, sizeof *in);
	if (!in)
		return FAIL(c, E_NOMEM, "memory.limit");
	in->st = (struct store){ .ops = &ops, .backend = BACKEND_SQLITE };
	in->journal = -1;
	r = sqlite3_open_v2(path, &in->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (r == SQLITE_OK) {
		(void)sqlite3_extended_result_codes(in->db, 1);
		(void)sqlite3_busy_timeout(in->db, BUSY_MSEC);
	}
	{
		rc done = r == SQLITE_OK ? settings(c, &in->st) : failed(c, in->db, r);

		if (done == OK)
			done = store_migrate(c, &in->st, create);
		if (done != OK) {
			close_store(&in->st);
			fault_where(c, path);
			return done;
		}
	}
	*ret = &in->st;
	return OK;
}
