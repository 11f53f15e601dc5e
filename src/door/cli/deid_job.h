/* One run of `renkei deid`: what was asked for, the table read, what was found. */
#ifndef DOOR_CLI_DEID_JOB_H
#define DOOR_CLI_DEID_JOB_H

#include "base/json.h"
#include "door/cli/cli.h"
#include "door/cli/deid_files.h"
#include "engine/deid/global.h"
#include "engine/deid/local.h"
#include "engine/deid/measure.h"
#include "engine/deid/release.h"
#include "engine/deid/treat.h"
#include "engine/deid/unique.h"
#include "work/deid/criteria.h"
#include "work/deid/deid_record.h"

enum row_order { ORDER_KEPT, ORDER_SHUFFLED };

enum law_regime { LAW_PUBLIC, LAW_PRIVATE };

#define LAW_REGIMES 2

/* What the spec says for the checklist of the law; empty texts were not said. */
struct law_said {
	bool said;
	enum law_regime regime;
	slice recipient, purpose, handlers, rules, published;
};

/* Passes after which Adult (30,162 rows) takes about 0.2 s all in all; more still gain a little. */
#define EFFORT_LABELS 8u
#define EFFORT_SETS 5u

/* What the spec says of one column beside its role. */
struct asked_column {
	struct column_spec is;
	slice file;                     /* hierarchy in a file, beside the spec */
	double weight;
	int64_t least, most;            /* levels that may be shown; most -1: any */
	struct treat treat;
};

enum output_encoding { OUTPUT_UTF8, OUTPUT_CP932 };

struct asked {
	const char *spec_path;          /* NULL: asked by options */
	char spec_hash[65];
	struct asked_column *column;    /* [specs] */
	bool weighed;
	slice *mdav;                    /* columns that are microaggregated together */
	uint32_t mdavs, mdav_k;
	double sample;                  /* share of the rows that is kept; 0: all */
	slice population;               /* file of the population, for k-map and presence; empty: none */
	struct law_said law;            /* what the spec says for the checklist */
	enum output_encoding out_enc;
	const char *data;               /* folder with data.csv, hierarchies/ */
	const char *in;                 /* the table; data/data.csv if not given */
	struct column_spec *spec;
	uint32_t specs;
	slice sensitive;                /* the first one */
	struct model model;
	double suppress;                /* share of the rows */
	int64_t nodes_most;             /* of the search for the optimum; 0: as usual */
	double suppress_weight;         /* what one of them counts, against one that is generalised to the top */
	bool sets, global;
	uint32_t effort;
	enum row_order order;
	enum encoding enc;
	uint32_t threads;
	bool has_seed;
	uint64_t seed;
};

#define SECRET_KEY 32u

struct job {
	struct asked ask;
	unsigned char key[SECRET_KEY];
	const struct runner *runner;    /* ends with the memory of the run */
	struct arena *cells;            /* owned by main's arena through arena_on_end */
	struct table table, people;
	struct problem problem;
	struct local local;
	struct global global;
	struct release release;
	uint32_t *order;                /* NULL: kept */
	struct figures f;
	struct uniqueness unique;       /* of the source; known when the spec speaks of a population or the law */
	char in_hash[65], out_hash[65], sealed_hash[65], report_hash[65];
	const char *previous;           /* earlier releases, commas between; NULL: none */
	const char *sealed, *officer;   /* file for the sealed method, officer's public key */
	bool in_record;                 /* a record is at hand */
	bool same_before;               /* it knows an earlier release of the same table */
	struct criteria criteria;       /* n is 0 when the spec says nothing of the law */
	struct check_found found[DEID_CHECKS];
	bool law_met;                   /* or nothing was asked */
	bool possible;                  /* the model can be met at all */
	bool met;
};

/* deid_spec.c: spec.yaml to struct asked; options of the command line go on top. */
/* The text of a spec that is read; for fuzzing too. */
MUST_USE rc spec_parse(struct ctx *c, const char *path, slice text, struct asked *ret);
MUST_USE rc spec_read(struct ctx *c, const char *path, struct asked *ret);
/* deid_ask.c: texts of models and shares, as on the command line. */
MUST_USE rc ask_share(struct ctx *c, const char *option, const char *z, double *ret);
MUST_USE rc ask_l(struct ctx *c, const char *z, struct model *m);
MUST_USE rc ask_t(struct ctx *c, const char *z, struct model *m);
bool ask_decimal(const char *z, double *ret);
/* deid_ask.c: options to struct asked. E_INVALID "deid.option" and others. */
MUST_USE rc ask_read(struct ctx *c, const struct call *in, struct asked *ret);
MUST_USE rc ask_encoding(struct ctx *c, const struct call *in, enum encoding *ret);
/* Memory of its own that ends with c->a; `cells` for those that had quotes. */
MUST_USE rc job_arena(struct ctx *c, size_t most, struct arena **ret);
MUST_USE rc job_cells(struct ctx *c, struct arena **ret);
/* deid_profile.c: one line of JSON for each column and each pair of columns; or a spec to begin with. */
MUST_USE rc profile_print(struct ctx *c, const char *path, enum encoding enc, bool spec);
/* Whether a column is proposed to be quasi-identifying. */
MUST_USE rc profile_is_quasi(struct ctx *c, const struct table *t, const struct column *col, bool *ret);
/* deid_risk.c: `deid risk`; deid_frontier.c: `deid frontier`. */
MUST_USE rc risk_print(struct ctx *c, const struct call *in);
MUST_USE rc frontier_print(struct ctx *c, const struct call *in);
/* deid_table.c: `deid table`. */
MUST_USE rc table_publish(struct ctx *c, const struct call *in, struct answer *out);
/* deid_job.c */
MUST_USE rc job_load(struct ctx *c, struct job *j);
MUST_USE rc job_search(struct ctx *c, struct job *j);
/* deid_write.c: the release as a file that has no name yet. */
MUST_USE rc job_write(struct ctx *c, struct job *j, const char *path, struct fresh *out);
/* Writes the release beside `out` and reads it back; fresh_keep() gives it its name. */
MUST_USE rc job_release(struct ctx *c, struct job *j, const char *path, struct fresh *out);
/* deid_job.c */
MUST_USE rc job_measure(struct ctx *c, struct job *j, const char *path, enum encoding enc);
/* The path of a file that the spec names. */
MUST_USE rc job_beside(struct ctx *c, const struct asked *ask, slice file, const char **ret);
/* deid_chance.c: all chance of a run comes from one key; without a seed it is a random one. */
MUST_USE rc secret_key_init(struct ctx *c, const struct asked *ask, unsigned char key[SECRET_KEY]);
MUST_USE rc chance_open(struct ctx *c, const unsigned char key[SECRET_KEY], const char *use, slice name, struct chance *ret);
void chance_close(struct chance *r);
void pseudonym_make(const void *key, slice value, char *out);
/* deid_report.c: the text of the report; its hash goes into the job. */
MUST_USE rc job_report(struct ctx *c, struct job *j, slice *ret);
/* deid_plots.c: marginals and correlations of source and release, as SVG with a table of numbers beside it. */
MUST_USE rc job_plots(struct ctx *c, const struct job *j, const char *release, const char *path);
/* deid_law.c: what was found, held against the criteria; and what comes of it: paper (PDF), marking beside the release. */
MUST_USE rc law_judge(struct ctx *c, struct job *j);
MUST_USE rc law_paper(struct ctx *c, const struct job *j, slice *ret_pdf);
MUST_USE rc law_marking(struct ctx *c, const struct job *j, const char *out);
/* What is not met, for people, to standard error. */
void law_complain(const struct job *j);
void law_report(struct json_out *o, const struct job *j);
/* deid_seal.c: the method, encrypted to the officer; sets sealed_hash. */
MUST_USE rc seal_method(struct ctx *c, struct job *j);
MUST_USE rc seal_officer(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc seal_open(struct ctx *c, const struct call *in, struct answer *out);
/* SHA-256 in hexadecimal. */
void hash_hex(slice bytes, char ret[65]);

#endif
