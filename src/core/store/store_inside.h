/* What the two databases share: the functions each of them gives, and the head of their structs. */
#ifndef CORE_STORE_STORE_INSIDE_H
#define CORE_STORE_STORE_INSIDE_H

#include "core/store/stmt_table.h"

/* Stands for a statement that is put together here and not in a file: migrations, comparing tables. */
#define STMT_RAW ((enum stmt)STMTS)

struct store_ops {
	rc (*begin)(struct ctx *c, struct store *st);
	rc (*begin_light)(struct ctx *c, struct store *st);
	rc (*commit)(struct ctx *c, struct store *st);
	void (*rollback)(struct store *st);
	/* Of the journal; NULL: each commit is on the disk when it returns. The descriptor is the store's. */
	rc (*flush)(struct ctx *c, struct store *st);
	rc (*journal)(struct ctx *c, struct store *st, int *ret);
	/* One view of the tables for all that is read until read_end; NULL: there is none. */
	rc (*read_begin)(struct ctx *c, struct store *st);
	void (*read_end)(struct store *st);
	/* NULL: this database cannot say it at little cost. */
	rc (*version)(struct ctx *c, struct store *st, struct store_version *ret);
	/* Runs statements without parameters and rows. */
	rc (*script)(struct ctx *c, struct store *st, const char *sql);
	rc (*query)(struct ctx *c, struct store *st, enum stmt id, const struct value *in, size_t n, struct query *q);
	rc (*query_raw)(struct ctx *c, struct store *st, const char *sql, struct query *q);
	rc (*next)(struct ctx *c, struct query *q, bool *ret_more);
	struct value (*column)(const struct query *q, int col, enum cell_type type);
	int (*columns)(const struct query *q);
	void (*close_query)(struct query *q);
	rc (*check)(struct ctx *c, struct store *st);
	rc (*purge)(struct ctx *c, struct store *st);
	rc (*copy)(struct ctx *c, struct store *st, const char *path);
	rc (*explain)(struct ctx *c, struct store *st, enum stmt id, slice *ret_plan);
	void (*close)(struct store *st);
};

struct store {
	const struct store_ops *ops;
	enum backend backend;
	bool in_tx, in_read;
	bool stale;         /* a migration made tables that projections have not filled yet */
	bool put_off;       /* commits do not wait for the disk */
	bool light;         /* the transaction under way may be lost */
	uint64_t commits, on_disk;
	bool dead;          /* a commit failed: nothing may be done any more */
	int64_t changes;
	const char *process;  /* whose statements only may run: "core"; NULL: all */
};

/* Runs the migrations that are missing. */
MUST_USE rc store_migrate(struct ctx *c, struct store *st, bool create);
MUST_USE rc store_raw(struct ctx *c, struct store *st, struct query *q, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
