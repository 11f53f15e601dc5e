/* One run of `renkei deid`: what was asked for, the table read, what was found. */
#ifndef DOOR_CLI_DEID_JOB_H
#define DOOR_CLI_DEID_JOB_H

#include "door/cli/cli.h"
#include "door/cli/deid_files.h"
#include "engine/deid/global.h"
#include "engine/deid/local.h"
#include "engine/deid/measure.h"
#include "engine/deid/release.h"

enum row_order { ORDER_KEPT, ORDER_SHUFFLED };

struct asked {
	const char *data;               /* folder with data.csv, hierarchies/ */
	const char *in;                 /* the table; data/data.csv if not given */
	struct column_spec *spec;
	uint32_t specs;
	slice sensitive;
	struct model model;
	slice t_column;                 /* hierarchical t: the sensitive column's hierarchy is read */
	double suppress;                /* share of the rows */
	bool sets, global;
	uint32_t effort;
	enum row_order order;
	enum encoding enc;
	uint32_t threads;
	bool has_seed;
	uint64_t seed;
};

struct job {
	struct asked ask;
	struct runner runner;
	struct arena *cells;            /* owned by main's arena through arena_on_end */
	struct table table;
	struct problem problem;
	struct local local;
	struct global global;
	struct release release;
	uint32_t *order;                /* NULL: kept */
	struct figures f;
	char in_hash[65], out_hash[65];
	bool possible;                  /* the model can be met at all */
	bool met;
};

/* deid_ask.c: options to struct asked. E_INVALID "deid.option" and others. */
MUST_USE rc ask_read(struct ctx *c, const struct call *in, struct asked *ret);
MUST_USE rc ask_encoding(struct ctx *c, const struct call *in, enum encoding *ret);
/* Memory for cells that had quotes; ends with c->a. */
MUST_USE rc job_cells(struct ctx *c, struct arena **ret);
/* deid_profile.c: one line of JSON for each column of the table. */
MUST_USE rc profile_print(struct ctx *c, const char *path, enum encoding enc);
/* deid_job.c */
MUST_USE rc job_load(struct ctx *c, struct job *j);
MUST_USE rc job_search(struct ctx *c, struct job *j);
/* Writes the release beside `out`, reads it back, and gives it its name when everything holds. */
MUST_USE rc job_release(struct ctx *c, struct job *j, const char *out);
MUST_USE rc job_measure(struct ctx *c, struct job *j, const char *path);
/* deid_report.c: NULL path: standard output. */
MUST_USE rc job_report(struct ctx *c, const struct job *j, const char *path);

#endif
