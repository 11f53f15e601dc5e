#include "core/store/store_inside.h"

#include <assert.h>
#include <stdio.h>

#include "base/buf.h"

#include "base/banned.h"

#define SQL_MOST 65536
#define MIGRATIONS_MOST 256

enum backend store_backend(const struct store *st) { return st->backend; }
bool store_in_transaction(const struct store *st) { return st->in_tx; }
int64_t store_changes(const struct store *st) { return st->changes; }

static rc alive(struct ctx *c, const struct store *st)
{
	return st->dead ? FAIL(c, E_IO, "store.dead") : OK;
}

rc store_begin(struct ctx *c, struct store *st)
{
	TRY(alive(c, st));
	NEVER(st->in_tx);
	store_read_end(st);
	TRY(st->put_off ? st->ops->begin_light(c, st) : st->ops->begin(c, st));
	st->in_tx = true;
	st->light = false;
	return OK;
}

rc store_begin_light(struct ctx *c, struct store *st)
{
	TRY(alive(c, st));
	NEVER(st->in_tx);
	store_read_end(st);
	TRY(st->ops->begin_light(c, st));
	st->in_tx = true;
	st->light = true;
	return OK;
}

rc store_commit(struct ctx *c, struct store *st)
{
	rc r;

	TRY(alive(c, st));
	NEVER(!st->in_tx);
	r = st->ops->commit(c, st);
	st->in_tx = false;
	st->commits += r == OK && st->put_off && !st->light;
	return r;
}

rc store_put_off(struct ctx *c, struct store *st, int *ret_journal)
{
	int journal = -1;

	TRY(alive(c, st));
	if (st->ops->journal)
		TRY(st->ops->journal(c, st, &journal));
	st->put_off = journal >= 0;
	*ret_journal = journal;
	return OK;
}

uint64_t store_commits(const struct store *st) { return st->commits; }
uint64_t store_on_disk(const struct store *st) { return st->on_disk; }

void store_flushed(struct store *st, uint64_t commits)
{
	/* of a flush that failed, a later one knows nothing: the kernel may have dropped the pages */
	if (!st->dead && commits > st->on_disk)
		st->on_disk = commits;
}

rc store_flush(struct ctx *c, struct store *st)
{
	TRY(alive(c, st));
	if (!st->ops->flush)
		return OK;
	if (st->ops->flush(c, st) != OK) {
		st->dead = true;
		return FAIL(c, E_IO, "store.commit");
	}
	store_flushed(st, st->commits);
	return OK;
}

void store_rollback(struct store *st)
{
	if (st->in_tx)
		st->ops->rollback(st);
	st->in_tx = false;
}

rc store_read(struct ctx *c, struct store *st)
{
	TRY(alive(c, st));
	NEVER(st->in_tx || st->in_read);
	if (!st->ops->read_begin)
		return OK;
	TRY(st->ops->read_begin(c, st));
	st->in_read = true;
	return OK;
}

void store_read_end(struct store *st)
{
	if (st->in_read)
		st->ops->read_end(st);
	st->in_read = false;
}

rc store_version(struct ctx *c, struct store *st, struct store_version *ret)
{
	*ret = (struct store_version){ 0 };
	TRY(alive(c, st));
	return st->ops->version ? st->ops->version(c, st, ret) : OK;
}

static rc check_values(struct ctx *c, enum stmt id, const struct value *in, size_t n)
{
	const struct stmt_spec *spec = &stmt_table[id];
	bool good = n == (size_t)spec->nin;

	for (size_t i = 0; good && i < n; i++)
		good = in[i].type == spec->in[i].type || (in[i].type == CELL_NULL && spec->in[i].null);
	if (good)
		return OK;
	(void)FAIL(c, E_BUG, "store.values");
	fault_name(c, slice_of(spec->name));
	return E_BUG;
}

void store_limit(struct store *st, const char *process) { st->process = process; }

/* One of the words behind `may` is of this process: "core.case" of "core". */
static rc check_may(struct ctx *c, const struct store *st, enum stmt id)
{
	slice rest = slice_of(stmt_table[id].may), one;
	size_t n = st->process ? strlen(st->process) : 0;

	if (n == 0)
		return OK;
	while (slice_next(&rest, ' ', &one))
		if (one.len > n && memcmp(one.p, st->process, n) == 0 && one.p[n] == '.')
			return OK;
	(void)FAIL(c, E_BUG, "store.may");
	fault_name(c, slice_of(stmt_table[id].name));
	return E_BUG;
}

rc store_query(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n, struct query *ret)
{
	TRY(alive(c, st));
	TRY(check_may(c, st, id));
	TRY(check_values(c, id, in, n));
	return st->ops->query(c, st, id, in, n, ret);
}

rc store_run(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n)
{
	AUTO_QUERY q = { 0 };
	bool more;

	TRY(store_query(c, st, id, in, n, &q));
	TRY(query_next(c, &q, &more));
	NEVER(more);
	return OK;
}

rc store_run_alone(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n)
{
	rc r;

	TRY(store_begin(c, st));
	r = store_run(c, st, id, in, n);
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

rc store_one(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n, struct query *q,
             bool *ret_found)
{
	TRY(store_query(c, st, id, in, n, q));
	return query_next(c, q, ret_found);
}

rc query_next(struct ctx *c, struct query *q, bool *ret_more)
{
	return q->st->ops->next(c, q, ret_more);
}

static enum cell_type declared(const struct query *q, int col)
{
	assert(q->id < STMTS && col < stmt_table[q->id].nout);
	return stmt_table[q->id].out[col].type;
}

int64_t query_int(const struct query *q, int col)
{
	assert(declared(q, col) == CELL_INT);
	return q->st->ops->column(q, col, CELL_INT).num;
}

slice query_text(const struct query *q, int col)
{
	assert(declared(q, col) == CELL_TEXT);
	return q->st->ops->column(q, col, CELL_TEXT).bytes;
}

slice query_blob(const struct query *q, int col)
{
	assert(declared(q, col) == CELL_BLOB);
	return q->st->ops->column(q, col, CELL_BLOB).bytes;
}

bool query_is_null(const struct query *q, int col)
{
	return q->st->ops->column(q, col, declared(q, col)).type == CELL_NULL;
}

void query_close(struct query *q)
{
	if (q->st)
		q->st->ops->close_query(q);
	q->st = NULL;
}

rc store_raw(struct ctx *c, struct store *st, struct query *q, const char *fmt, ...)
{
	va_list ap, again;
	char *sql;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	sql = n < 0 || n >= SQL_MOST ? NULL : arena_bytes(c->a, (size_t)n + 1);
	if (sql)
		(void)vsnprintf(sql, (size_t)n + 1, fmt, again);
	va_end(again);
	if (!sql)
		return FAIL(c, E_LIMIT, "memory.limit");
	return st->ops->query_raw(c, st, sql, q);
}

/* Which migrations ran. Numbers come with the branches that they were written on, so a lower one may be the newer. */
struct migrated { bool done[MIGRATIONS_MOST]; int count; bool foreign; };

/* A row of its own: tables that projections fill came new into a store with entries, and nobody has filled them yet. */
#define NUMBER_STALE 0

static rc read_migrated(struct ctx *c, struct store *st, struct migrated *ret)
{
	AUTO_QUERY q = { 0 };
	bool more;

	*ret = (struct migrated){ 0 };
	NEVER(migration_count > MIGRATIONS_MOST);
	TRY(store_raw(c, st, &q, "SELECT number FROM migration ORDER BY number"));
	st->stale = false;
	for (;;) {
		int i = 0, number;

		TRY(query_next(c, &q, &more));
		if (!more)
			return OK;
		number = (int)st->ops->column(&q, 0, CELL_INT).num;
		while (i < migration_count && migration_table[i].number != number)
			i++;
		if (number == NUMBER_STALE) {
			st->stale = true;
		} else if (i == migration_count) {
			ret->foreign = true;
		} else {
			ret->done[i] = true;
			ret->count++;
		}
	}
}

static rc note_number(struct ctx *c, struct store *st, int number)
{
	struct buf b;
	slice sql;

	buf_init(&b, c->a, 256);
	buf_putf(&b, "INSERT INTO migration (number) VALUES (%d)", number);
	buf_putc(&b, '\0');
	TRY(buf_done(c, &b, &sql));
	return st->ops->script(c, st, sql.p);
}

static rc run_missing(struct ctx *c, struct store *st, const struct migrated *m)
{
	bool stale = false;

	for (int i = 0; i < migration_count; i++) {
		if (m->done[i])
			continue;
		TRY(st->ops->script(c, st, migration_table[i].sql[st->backend]));
		TRY(note_number(c, st, migration_table[i].number));
		stale = stale || migration_table[i].projection;
	}
	if (!stale || m->count == 0 || st->stale)
		return OK;
	st->stale = true;
	return note_number(c, st, NUMBER_STALE);
}

rc store_set_stale(struct ctx *c, struct store *st)
{
	if (st->stale)
		return OK;
	TRY(note_number(c, st, NUMBER_STALE));
	st->stale = true;
	return OK;
}

bool store_is_stale(const struct store *st) { return st->stale; }

rc store_filled(struct ctx *c, struct store *st)
{
	if (!st->stale)
		return OK;
	TRY(st->ops->script(c, st, "DELETE FROM migration WHERE number = 0"));
	st->stale = false;
	return OK;
}

rc store_migrate(struct ctx *c, struct store *st, bool create)
{
	const char *number = st->backend == BACKEND_PG ? "BIGINT" : "INTEGER";
	struct migrated m;
	struct buf b;
	slice sql;
	rc r;

	if (create) {
		buf_init(&b, c->a, 256);
		buf_putf(&b, "CREATE TABLE IF NOT EXISTS migration (number %s PRIMARY KEY NOT NULL)", number);
		buf_putc(&b, '\0');
		TRY(buf_done(c, &b, &sql));
		TRY(st->ops->script(c, st, sql.p));
	}
	r = read_migrated(c, st, &m);
	if (r == E_BUG)
		return FAIL(c, E_TAMPER, "store.damaged");   /* a database, but not one of ours, or an emptied one */
	TRY(r);
	if (m.foreign)
		return FAIL(c, E_CONFLICT, "store.newer");
	if (m.count == migration_count)
		return OK;
	TRY(store_begin(c, st));
	/* somebody else may have done it while we waited */
	r = read_migrated(c, st, &m);
	if (r == OK)
		r = run_missing(c, st, &m);
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

rc store_check(struct ctx *c, struct store *st) { return st->ops->check(c, st); }
rc store_purge(struct ctx *c, struct store *st) { return st->ops->purge(c, st); }
rc store_copy(struct ctx *c, struct store *st, const char *path) { return st->ops->copy(c, st, path); }
void store_close(struct store *st) { st->ops->close(st); }

rc store_explain(struct ctx *c, struct store *st, enum stmt id, slice *ret_plan)
{
	return st->ops->explain(c, st, id, ret_plan);
}
