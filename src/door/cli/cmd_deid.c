#include <unistd.h>

#include "base/limits.h"
#include "base/message.h"
#include "door/cli/commands.h"
#include "door/cli/deid_job.h"

#include "base/banned.h"

static rc need(struct ctx *c, const struct call *in, const char *option)
{
	if (call_value(in, option))
		return OK;
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

static rc release(struct ctx *c, const struct call *in, struct answer *out)
{
	struct job j = { 0 };

	TRY(need(c, in, "out"));
	TRY(ask_read(c, in, &j.ask));
	TRY(job_load(c, &j));
	TRY(job_search(c, &j));
	if (j.possible)
		TRY(job_release(c, &j, call_value(in, "out")));
	if (call_value(in, "report"))
		TRY(job_report(c, &j, call_value(in, "report")));
	if (!j.met)
		fprintf(stderr, "renkei: %s\n", message_text("deid.not_met", LANGUAGE_EN));
	out->no = !j.met;
	return OK;
}

static rc check(struct ctx *c, const struct call *in, struct answer *out)
{
	struct job j = { .possible = true };

	TRY(ask_read(c, in, &j.ask));
	TRY(job_load(c, &j));
	TRY(job_measure(c, &j, call_arg(in, 0, "-"), ENCODING_AUTO));
	TRY(job_report(c, &j, call_value(in, "report")));
	out->no = !j.met;
	return OK;
}

/* A register of a nation is larger than the memory of other commands: three quarters of the machine's. */
static rc in_large_memory(struct ctx *c, const struct call *in, struct answer *out,
	rc (*run)(struct ctx *, const struct call *, struct answer *))
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	size_t most = pages > 0 && size > 0 ? (size_t)pages / 4 * 3 * (size_t)size : LIMIT_ARENA_COMMAND;
	AUTO_ARENA a = arena_new(most > LIMIT_ARENA_COMMAND ? most : LIMIT_ARENA_COMMAND);
	struct ctx large = *c;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	large.a = a;
	r = run(&large, in, out);
	c->fault = large.fault;
	return r;
}

static rc profile(struct ctx *c, const struct call *in, struct answer *out)
{
	enum encoding enc = ENCODING_AUTO;

	(void)out;
	TRY(ask_encoding(c, in, &enc));
	return profile_print(c, call_arg(in, 0, "-"), enc, call_has(in, "spec"));
}

static rc run_profile(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, profile);
}

static rc run_run(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, release);
}

static rc run_check(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, check);
}

static rc run_table(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, table_publish);
}

static const struct option_spec options[] = {
	{ "spec", "FILE", "What is asked for, as data (spec.yaml); the table comes with --in." },
	{ "data", "DIR", "Folder with data.csv and hierarchies/COLUMN.csv." },
	{ "in", "FILE", "The table, if it is not data.csv of that folder; - is standard input." },
	{ "qi", "A,B,…", "The quasi-identifying columns; each needs a hierarchy." },
	{ "sensitive", "C", "The sensitive column; it is released as it is." },
	{ "k", "N", "Least number of persons in a class." },
	{ "l", "L", "Diversity of the sensitive column in each class: 2, entropy:2, recursive:C:L." },
	{ "t", "T", "Closeness of the sensitive column in each class to the table: 0.2, hierarchical:0.2." },
	{ "suppress", "P", "Share of the rows that may be suppressed: 4 or 4% or 0.04 (default: 0)." },
	{ "labels", "hierarchy|sets", "Show classes by hierarchy labels, or by sets and intervals (default: hierarchy)." },
	{ "recoding", "global|local", "One level for a whole column, or labels for each class (default: local)." },
	{ "effort", "N", "How long local recoding is improved (default: 8, with sets 5; 0 not at all)." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of table and hierarchies (default: auto)." },
	{ "threads", "N", "Threads that read and search (default: one for each processor, at most 16)." },
	{ "seed", "N", "Seed of the row order, recorded nowhere in the release." },
	{ "keep-order", NULL, "Keep the row order of the table, also where --shuffle stands." },
	{ "shuffle", NULL, "Release the rows in an order that nobody can undo." },
	{ "out", "FILE", "The release; written only when it meets the criteria." },
	{ "report", "FILE", "Report (JSON) with risk, utility and what was checked." },
	{ 0 },
};

static const struct option_spec profile_options[] = {
	{ "spec", NULL, "Print a spec.yaml to begin with instead of the figures." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of the table (default: auto)." },
	{ 0 },
};

static const struct option_spec table_options[] = {
	{ "in", "FILE", "The table of persons; - is standard input." },
	{ "by", "A[,B]", "One or two columns: the sides of the table of counts." },
	{ "least", "N", "Cells of fewer persons are hidden (default: 10)." },
	{ "value", "V", "A column of amounts, for --dominance." },
	{ "dominance", "P", "Hide cells of which one person has more than this share of the amount: 85%." },
	{ "width", "N", "How wide the range must be that a reader can work out for a hidden cell (default: as --least)." },
	{ "round", "B", "Controlled rounding to multiples of this base, instead of hiding." },
	{ "epsilon", "E", "Differential privacy: exact discrete Laplace noise, E as 1, 0.5 or 1/10, instead of hiding." },
	{ "previous", "FILE[,FILE]", "Tables over the same columns published before: no small difference may come out." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of the table (default: auto)." },
	{ "seed", "N", "Seed of rounding and noise; for tests." },
	{ "out", "FILE", "The table of counts; written only when it is safe." },
	{ "report", "FILE", "Report (JSON); standard output if not given." },
	{ 0 },
};

const struct command cmd_deid[] = {
	{ "deid", "run", "", 0, 0, "Make a table in which nobody can be recognised", options, run_run },
	{ "deid", "check", "[RELEASE|-]", 0, 1, "Measure a release that anybody made, against its source", options, run_check },
	{ "deid", "profile", "[TABLE|-]", 0, 1, "Tell what the columns of a table are, and propose their kinds", profile_options,
		run_profile },
	{ "deid", "table", "", 0, 0, "Count persons into a table that is safe to publish", table_options, run_table },
	{ 0 },
};
