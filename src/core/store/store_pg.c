/* Values travel in binary: 8-byte integers in network order, text and bytes as they are. */
#include <arpa/inet.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>

#include "base/buf.h"
#include "core/store/store_inside.h"

#include "base/banned.h"

#define OID_BOOL 16u
#define OID_BYTEA 17u
#define OID_INT8 20u
#define OID_INT4 23u
#define OID_TEXT 25u
#define OID_NAME 19u

struct pg_store {
	struct store st;
	PGconn *db;
	bool prepared[STMTS];
	bool streaming;      /* a raw query is being read row by row; nothing else may run */
};

static struct pg_store *inside(const struct store *st) { return (struct pg_store *)(void *)(uintptr_t)st; }

static rc failed(struct ctx *c, const struct pg_store *in, const PGresult *res)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	static const struct { const char *state; rc code; const char *key; } table[] = {
		{ "23", E_CONFLICT, "store.constraint" }, { "53100", E_LIMIT, "store.full" },
		{ "53", E_BUSY, "store.busy" }, { "55P03", E_BUSY, "store.busy" }, { "40", E_BUSY, "store.busy" },
		{ "XX001", E_TAMPER, "store.damaged" }, { "XX002", E_TAMPER, "store.damaged" },
		{ "42501", E_DENIED, "store.readonly" }, { "25006", E_DENIED, "store.readonly" },
		{ "42P01", E_NOTFOUND, "store.open" }, { "57", E_IO, "store.io" }, { "58", E_IO, "store.io" },
		{ "08", E_IO, "store.io" },
	};

	if (PQstatus(in->db) != CONNECTION_OK || !state)
		return FAIL(c, E_IO, "store.io");
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (slice_starts(slice_of(state), slice_of(table[i].state)))
			return FAIL(c, table[i].code, table[i].key);
	return FAIL(c, E_BUG, "store.statement");
}

static bool went_well(const PGresult *res)
{
	ExecStatusType s = PQresultStatus(res);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_SINGLE_TUPLE;
}

static rc script(struct ctx *c, struct store *st, const char *sql)
{
	struct pg_store *in = inside(st);
	PGresult *res = PQexec(in->db, sql);
	rc r = went_well(res) ? OK : failed(c, in, res);

	PQclear(res);
	return r;
}

/* One writer at a time in this schema, whatever the client: the lock ends with the transaction. */
static rc begin(struct ctx *c, struct store *st)
{
	rc r = script(c, st, "BEGIN");

	if (r == OK)
		r = script(c, st, "SELECT pg_advisory_xact_lock(hashtext('renkei/' || current_schema()))");
	if (r != OK)
		PQclear(PQexec(inside(st)->db, "ROLLBACK"));
	return r;
}

static rc begin_light(struct ctx *c, struct store *st)
{
	rc r;

	TRY(begin(c, st));
	r = script(c, st, "SET LOCAL synchronous_commit = off");
	if (r != OK)
		PQclear(PQexec(inside(st)->db, "ROLLBACK"));
	return r;
}

static void rollback(struct store *st) { PQclear(PQexec(inside(st)->db, "ROLLBACK")); }

static rc commit(struct ctx *c, struct store *st)
{
	struct pg_store *in = inside(st);
	PGresult *res = PQexec(in->db, "COMMIT");
	/* a transaction that had failed answers COMMIT with ROLLBACK */
	bool done = PQresultStatus(res) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(res), "COMMIT") == 0;

	PQclear(res);
	if (done)
		return OK;
	st->dead = true;
	return FAIL(c, E_IO, "store.commit");
}

static Oid oid_of(enum cell_type t)
{
	switch (t) {
	case CELL_INT: return OID_INT8;
	case CELL_TEXT: return OID_TEXT;
	case CELL_BLOB: return OID_BYTEA;
	case CELL_NULL: break;
	}
	return 0;
}

#define PARAMS_MOST 64

static rc prepare(struct ctx *c, struct pg_store *in, enum stmt id)
{
	const struct stmt_spec *spec = &stmt_table[id];
	Oid types[PARAMS_MOST];
	PGresult *res;
	rc r = OK;

	if (in->prepared[id])
		return OK;
	NEVER(spec->nin > PARAMS_MOST);
	for (int i = 0; i < spec->nin; i++)
		types[i] = oid_of(spec->in[i].type);
	res = PQprepare(in->db, spec->name, spec->sql[BACKEND_PG], spec->nin, types);
	if (!went_well(res)) {
		r = failed(c, in, res);
		fault_name(c, slice_of(spec->name));
	}
	PQclear(res);
	in->prepared[id] = r == OK;
	return r;
}

static rc query(struct ctx *c, struct store *st, enum stmt id, const struct value *v, size_t n, struct query *q)
{
	struct pg_store *in = inside(st);
	const char *values[PARAMS_MOST];
	int lengths[PARAMS_MOST], formats[PARAMS_MOST];
	uint64_t ints[PARAMS_MOST];
	PGresult *res;

	NEVER(in->streaming);
	TRY(prepare(c, in, id));
	for (size_t i = 0; i < n; i++) {
		formats[i] = 1;
		ints[i] = htobe64((uint64_t)v[i].num);
		values[i] = v[i].type == CELL_NULL ? NULL : v[i].type == CELL_INT ? (const char *)&ints[i]
		          : v[i].bytes.len ? v[i].bytes.p : "";
		lengths[i] = v[i].type == CELL_INT ? 8 : (int)v[i].bytes.len;
	}
	res = PQexecPrepared(in->db, stmt_table[id].name, (int)n, values, lengths, formats, 1);
	if (!went_well(res)) {
		rc r = failed(c, in, res);

		fault_name(c, slice_of(stmt_table[id].name));
		PQclear(res);
		return r;
	}
	st->changes = strtoll(PQcmdTuples(res), NULL, 10);
	*q = (struct query){ .st = st, .id = id, .inside = res, .row = -1, .rows = PQntuples(res) };
	return OK;
}

static rc query_raw(struct ctx *c, struct store *st, const char *sql, struct query *q)
{
	struct pg_store *in = inside(st);

	NEVER(in->streaming);
	if (!PQsendQueryParams(in->db, sql, 0, NULL, NULL, NULL, NULL, 1) || !PQsetSingleRowMode(in->db))
		return failed(c, in, NULL);
	in->streaming = true;
	*q = (struct query){ .st = st, .id = STMT_RAW };
	return OK;
}

static rc next_raw(struct ctx *c, struct query *q, bool *ret_more)
{
	struct pg_store *in = inside(q->st);

	PQclear(q->inside);
	q->inside = PQgetResult(in->db);
	q->row = 0;
	*ret_more = q->inside && PQresultStatus(q->inside) == PGRES_SINGLE_TUPLE;
	return !q->inside || went_well(q->inside) ? OK : failed(c, in, q->inside);
}

static rc next(struct ctx *c, struct query *q, bool *ret_more)
{
	if (q->id == STMT_RAW)
		return next_raw(c, q, ret_more);
	if (q->row < q->rows)
		q->row++;
	*ret_more = q->row < q->rows;
	return OK;
}

static int64_t int_at(const PGresult *res, int row, int col)
{
	const char *p = PQgetvalue(res, row, col);
	uint64_t wide;
	uint32_t narrow;

	switch (PQgetlength(res, row, col)) {
	case 8:
		memcpy(&wide, p, 8);
		return (int64_t)be64toh(wide);
	case 4:
		memcpy(&narrow, p, 4);
		return (int32_t)ntohl(narrow);
	default: return p[0];   /* boolean */
	}
}

static enum cell_type type_at(const PGresult *res, int col)
{
	switch (PQftype(res, col)) {
	case OID_INT8:
	case OID_INT4:
	case OID_BOOL: return CELL_INT;
	case OID_BYTEA: return CELL_BLOB;
	default: return CELL_TEXT;
	}
}

static struct value column(const struct query *q, int col, enum cell_type type)
{
	int row = (int)q->row;
	slice bytes;

	if (PQgetisnull(q->inside, row, col))
		return v_null();
	if (type == CELL_NULL)
		type = type_at(q->inside, col);
	if (type == CELL_INT)
		return v_int(int_at(q->inside, row, col));
	bytes = (slice){ PQgetvalue(q->inside, row, col), (size_t)PQgetlength(q->inside, row, col) };
	return type == CELL_TEXT ? v_text(bytes) : v_blob(bytes);
}

static int columns(const struct query *q)
{
	struct query *own = (struct query *)(uintptr_t)q;

	/* the shape comes with the first result */
	if (q->id == STMT_RAW && !q->inside)
		own->inside = PQgetResult(inside(q->st)->db);
	return q->inside ? PQnfields(q->inside) : 0;
}

static void close_query(struct query *q)
{
	struct pg_store *in = inside(q->st);

	PQclear(q->inside);
	if (q->id != STMT_RAW)
		return;
	for (PGresult *res; (res = PQgetResult(in->db)) != NULL;)
		PQclear(res);
	in->streaming = false;
}

static rc check(struct ctx *c, struct store *st) { return script(c, st, "SELECT count(*) FROM entry"); }
static rc purge(struct ctx *c, struct store *st) { return script(c, st, "VACUUM"); }

static rc copy(struct ctx *c, struct store *st, const char *path)
{
	(void)st;
	(void)path;
	return FAIL(c, E_INVALID, "store.copy");
}

static rc explain(struct ctx *c, struct store *st, enum stmt id, slice *ret_plan)
{
	const struct stmt_spec *spec = &stmt_table[id];
	struct pg_store *in = inside(st);
	PGresult *res;
	bool good;

	TRY(prepare(c, in, id));
	res = PQdescribePrepared(in->db, spec->name);
	good = went_well(res) && PQnparams(res) == spec->nin && PQnfields(res) == spec->nout;
	for (int i = 0; good && i < spec->nout; i++)
		good = type_at(res, i) == spec->out[i].type;
	PQclear(res);
	*ret_plan = S_NONE;
	return good ? OK : FAIL(c, E_BUG, "store.values");
}

static void close_store(struct store *st)
{
	PQfinish(inside(st)->db);
	free(inside(st));
}

static const struct store_ops ops = {
	begin, begin_light, commit, rollback, NULL, NULL, NULL, NULL, NULL, script, query, query_raw, next, column, columns, close_query, check, purge, copy, explain,
	close_store,
};

/* Notices would go to standard error; they are no errors. */
static void be_quiet(void *p, const PGresult *res) { (void)p; (void)res; }

static rc settings(struct ctx *c, struct store *st, const char *schema, bool create)
{
	char *name = PQescapeIdentifier(inside(st)->db, schema, strlen(schema));
	struct buf b;
	slice sql;
	rc r;

	if (!name)
		return FAIL(c, E_INVALID, "store.open");
	buf_init(&b, c->a, 1024);
	if (create)
		buf_putf(&b, "CREATE SCHEMA IF NOT EXISTS %s;", name);
	buf_putf(&b, "SET search_path TO %s; SET synchronous_commit = on; SET lock_timeout = '10s';"
	             "SET client_encoding = 'UTF8'; SET timezone = 'UTC'", name);
	buf_putc(&b, '\0');
	PQfreemem(name);
	r = buf_done(c, &b, &sql);
	return r == OK ? script(c, st, sql.p) : r;
}

rc store_open_pg(struct ctx *c, const char *conninfo, const char *schema, bool create, struct store **ret)
{
	struct pg_store *in = calloc(1, sizeof *in);
	rc r;

	if (!in)
		return FAIL(c, E_NOMEM, "memory.limit");
	in->st = (struct store){ .ops = &ops, .backend = BACKEND_PG };
	in->db = PQconnectdb(conninfo);
	(void)PQsetNoticeReceiver(in->db, be_quiet, NULL);
	r = PQstatus(in->db) == CONNECTION_OK ? OK : FAIL(c, E_IO, "store.open");
	if (r == OK)
		r = settings(c, &in->st, schema, create);
	if (r == OK)
		r = store_migrate(c, &in->st, create);
	if (r == E_DENIED)   /* a migration is missing, and this role makes no tables */
		r = FAIL(c, E_DENIED, "store.owner");
	if (r != OK) {
		close_store(&in->st);
		return r;
	}
	*ret = &in->st;
	return OK;
}
