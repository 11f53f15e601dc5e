/*
 * The database of a node: named statements, one writer, transactions. Two databases behind one interface
 * (store_sqlite.c, store_pg.c). SQL stands in sql/ files only; tools/gen_sql.py makes `enum stmt` of them.
 * How to add a statement: a block in a .sql file with its heading, the file in the list of core/store/meson.build.
 */
#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include "base/rc.h"
#include "core/store/stmt.h"   /* made by the build */

struct store;

enum backend { BACKEND_SQLITE, BACKEND_PG };

#define BACKENDS 2

/* int: also msec, jday, bool (0/1). text: also word, id. The declared types of a statement are checked at each call. */
enum cell_type { CELL_NULL, CELL_INT, CELL_TEXT, CELL_BLOB };

#define CELL_TYPES 4

struct value {
	enum cell_type type;
	int64_t num;
	slice bytes;   /* text and blob; borrowed */
};

static inline struct value v_null(void) { return (struct value){ .type = CELL_NULL }; }
static inline struct value v_int(int64_t n) { return (struct value){ .type = CELL_INT, .num = n }; }
static inline struct value v_text(slice s) { return (struct value){ .type = CELL_TEXT, .bytes = s }; }
static inline struct value v_blob(slice s) { return (struct value){ .type = CELL_BLOB, .bytes = s }; }
/* An empty text becomes NULL: for columns that may be absent. */
static inline struct value v_text_or_null(slice s) { return s.len ? v_text(s) : v_null(); }

/*
 * Opens what is there; `create` makes the database file when it is missing. The name of a database file "" is a
 * temporary one. Migrations that are missing are run. A store that a newer program wrote: E_CONFLICT "store.newer".
 * A file that is no database, or a damaged one: E_TAMPER "store.damaged".
 */
MUST_USE rc store_open_sqlite(struct ctx *c, const char *path, bool create, struct store **ret);
/* `schema`: the tables live in this schema, which is made when `create` is set. */
MUST_USE rc store_open_pg(struct ctx *c, const char *conninfo, const char *schema, bool create, struct store **ret);
/*
 * The same schema with two roles: that of `owner` makes it and keeps the tables of the record, that of `conninfo` is the node's, which can
 * add entries and never change one. For a new node, for one that had one role so far, and when a new version brings migrations. The owner is a
 * superuser, or a member of the node's role. E_INVALID "store.role": they are the same; E_DENIED "store.owner_weak".
 */
MUST_USE rc store_make_pg(struct ctx *c, const char *owner, const char *conninfo, const char *schema);
/* What the one who is connected could do to entries that stand. */
enum store_rights { STORE_RIGHTS_FILE, STORE_RIGHTS_ADD, STORE_RIGHTS_ALL };   /* SQLite: who may write the file; add only; all */

#define STORE_RIGHTS 3

MUST_USE rc store_rights(struct ctx *c, struct store *st, enum store_rights *ret);
void store_close(struct store *st);
static inline void store_closep(struct store **st) { if (*st) store_close(*st); }
#define AUTO_STORE __attribute__((cleanup(store_closep))) struct store *

enum backend store_backend(const struct store *st);

/*
 * A writing transaction; takes the only writer's place at once. E_BUSY "store.busy" when another process holds it
 * for more than 10 s.
 */
MUST_USE rc store_begin(struct ctx *c, struct store *st);
/*
 * The same for what may be lost with the power: its commit does not wait for the disk. It is on the disk before whatever is
 * committed after it, for both databases write one journal from front to back.
 */
MUST_USE rc store_begin_light(struct ctx *c, struct store *st);
/*
 * Durable when it returns OK (fsync done), but for a light one. E_LIMIT "store.full": rolled back, nothing written. E_IO "store.commit":
 * unknown whether it is on the disk: the process must end without answering anybody; the next start finds out
 * (an fsync must not be tried again: the kernel may have dropped the pages).
 */
MUST_USE rc store_commit(struct ctx *c, struct store *st);
void store_rollback(struct store *st);

/*
 * For one who serves many at once: from here on store_commit() returns before the flush, and nobody may be told of what was written
 * until it is on the disk. One flush then serves all that was committed before it. `ret_journal` is the file that has to be flushed
 * (fdatasync, by whichever thread); -1: this database makes commits durable by itself, and nothing changes.
 */
MUST_USE rc store_put_off(struct ctx *c, struct store *st, int *ret_journal);
/* Commits that must be made durable, counted from store_put_off(), light ones left out; those that are known to be on the disk. */
uint64_t store_commits(const struct store *st);
uint64_t store_on_disk(const struct store *st);
/* A flush that began when there were `commits` has gone well. */
void store_flushed(struct store *st, uint64_t commits);
/* All that is committed is on the disk when it returns OK, whoever wrote it. E_IO "store.commit" as for store_commit(). */
MUST_USE rc store_flush(struct ctx *c, struct store *st);

bool store_in_transaction(const struct store *st);

/*
 * What follows is read from one view of the tables, and costs less: until store_read_end(), or until a writing transaction begins. The
 * caller must end it, soon.
 */
MUST_USE rc store_read(struct ctx *c, struct store *st);
void store_read_end(struct store *st);
/* Two equal versions of one open store: nothing was written between them, by nobody. `known` false: it cannot be told. */
struct store_version { bool known; int64_t others, own; };
MUST_USE rc store_version(struct ctx *c, struct store *st, struct store_version *ret);

/* A statement without rows. E_CONFLICT "store.constraint" when a rule of the schema is broken. */
MUST_USE rc store_run(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n);
/* The same in a transaction of its own: durable when it returns OK, nothing written otherwise. */
MUST_USE rc store_run_alone(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n);
#define STORE_RUN(c, st, id, ...) store_run((c), (st), (id), (const struct value[]){ __VA_ARGS__ }, \
	sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))
/*
 * From here on only statements run whose heading lists this process (`-- may: core.case`): E_BUG "store.may" for all others.
 * `process` is a literal.
 */
void store_limit(struct store *st, const char *process);
/* How many rows the last store_run changed. */
int64_t store_changes(const struct store *st);

/*
 * Rows, one after the other. Values are borrowed until the next query_next; copy what must live longer. A statement
 * cannot run twice at the same time on one store: E_BUG; a query left early must be closed (AUTO_QUERY does).
 */
struct query {
	struct store *st;   /* NULL when closed */
	enum stmt id;
	void *inside;
	int64_t row, rows;  /* for the implementation */
};

MUST_USE rc store_query(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n,
                        struct query *ret);
#define STORE_QUERY(c, st, q, id, ...) store_query((c), (st), (id), (const struct value[]){ __VA_ARGS__ }, \
	sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value), (q))
MUST_USE rc query_next(struct ctx *c, struct query *q, bool *ret_more);
int64_t query_int(const struct query *q, int col);
slice query_text(const struct query *q, int col);
slice query_blob(const struct query *q, int col);
bool query_is_null(const struct query *q, int col);
void query_close(struct query *q);
/* The first column, a text, copied. */
static inline rc query_first(struct ctx *c, const struct query *q, slice *ret) { return slice_keep(c, query_text(q, 0), ret); }
/*
 * The rows that are left, as an array in c->a: `read` (c, q, T *ret) fills one from the row. For functions that return rc.
 */
#define COLLECT_ROWS(c, q, read, ret, ret_n) do { \
	__typeof__(*(ret)) v_ = NULL; \
	size_t n_ = 0, room_ = 0; \
	bool more_; \
	for (;;) { \
		TRY(query_next((c), (q), &more_)); \
		if (!more_) \
			break; \
		TRY_ROOM((c), v_, n_, room_, 16); \
		TRY(read((c), (q), &v_[n_++])); \
	} \
	*(ret) = v_; \
	*(ret_n) = n_; \
} while (0)
static inline void query_closep(struct query *q) { query_close(q); }
#define AUTO_QUERY __attribute__((cleanup(query_closep))) struct query

/* One row at most: *ret_found tells; the row stays readable through `q` until it is closed. */
MUST_USE rc store_one(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n,
                      struct query *q, bool *ret_found);
#define STORE_ONE(c, st, q, found, id, ...) store_one((c), (st), (id), (const struct value[]){ __VA_ARGS__ }, \
	sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value), (q), (found))

/* Whether a migration brought tables that projections fill into a store with entries: they are empty until a rebuild. */
bool store_is_stale(const struct store *st);
/* The tables are to be made anew at the next start: entries came without them. Within the transaction that brings them. */
MUST_USE rc store_set_stale(struct ctx *c, struct store *st);
/* They are filled; within the transaction of the rebuild. */
MUST_USE rc store_filled(struct ctx *c, struct store *st);
/* Tables that projections fill (migrations with `-- projection: yes`): empties them all; within a transaction. */
MUST_USE rc store_clear_projections(struct ctx *c, struct store *st);
/*
 * Compares all projected tables of two stores row by row. E_TAMPER "store.tables_differ" with the table's name;
 * *ret_table is it, or NULL when all are the same.
 */
MUST_USE rc store_compare_projections(struct ctx *c, struct store *a, struct store *b, const char **ret_table);

/* The database's own check of its pages (SQLite: integrity_check). E_TAMPER "store.damaged". */
MUST_USE rc store_check(struct ctx *c, struct store *st);
/* Deleted rows leave the side files too (SQLite: wal_checkpoint(TRUNCATE)); after a disposal. */
MUST_USE rc store_purge(struct ctx *c, struct store *st);

/*
 * A copy of the whole database as it is now into a new file, while others go on reading and writing. E_INVALID "store.copy" for
 * PostgreSQL, which has its own tools for it.
 */
MUST_USE rc store_copy(struct ctx *c, struct store *st, const char *path);

/* For the test that reads all statements: the prepared statement's plan as text lines, in c->a. */
MUST_USE rc store_explain(struct ctx *c, struct store *st, enum stmt id, slice *ret_plan);

#endif
