#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "door/cli/commands.h"
#include "door/cli/deid_job.h"
#include "door/cli/desk.h"

#include "base/banned.h"

static rc need(struct ctx *c, const struct call *in, const char *option)
{
	if (call_value(in, option))
		return OK;
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

static rc write_report(struct ctx *c, const struct call *in, slice text, bool or_print)
{
	if (call_value(in, "report"))
		return file_replace(c, call_value(in, "report"), text, 0640);
	return or_print ? out_write(c, text) : OK;
}

static rc read_keeping(struct ctx *c, const struct call *in, struct job *j)
{
	j->previous = call_value(in, "previous");
	j->sealed = call_value(in, "sealed");
	j->officer = call_value(in, "officer");
	j->in_record = call_has(in, "record");
	j->law_met = true;
	if (j->sealed)
		TRY(need(c, in, "officer"));
	return j->officer ? need(c, in, "sealed") : OK;
}

/* Whether the record knows a release of the same table. */
static rc look_back(struct ctx *c, struct job *j, struct node *n)
{
	struct release_seen *seen = NULL;
	size_t many = 0;

	TRY(release_list(c, n, NULL, &seen, &many));
	for (size_t i = 0; i < many; i++)
		j->same_before = j->same_before || slice_is(seen[i].said.in_sha, j->in_hash);
	return OK;
}

static rc record_release(struct ctx *c, const struct job *j, struct desk *d, slice report)
{
	static const char *const regimes[LAW_REGIMES] = { "public", "private" };
	const struct release_said said = {
		.in_sha = slice_of(j->in_hash), .out_sha = slice_of(j->out_hash), .report_sha = slice_of(j->report_hash),
		.spec_sha = slice_of(j->ask.spec_hash), .sealed_sha = slice_of(j->sealed_hash),
		.rows = (int64_t)j->f.rows, .suppressed = (int64_t)j->f.suppressed, .k = j->problem.model.k,
		.classes = (int64_t)j->f.classes, .law_met = j->ask.law.said && j->law_met,
		.regime = j->ask.law.said ? slice_of(regimes[j->ask.law.regime]) : S("none"),
		.receiver = j->ask.law.recipient, .purpose = j->ask.law.purpose, .report = report,
	};
	int64_t seq = 0;

	return release_record(c, d->node, &d->actor, &said, &seq);
}

/* Everything that must be there before the release has its name: seal, record, report, marking, paper. */
static rc hand_out(struct ctx *c, const struct call *in, struct job *j, struct desk *d, slice report, struct fresh *out)
{
	slice pdf = S_NONE;

	if (call_value(in, "paper"))
		TRY(law_paper(c, j, &pdf));
	if (call_value(in, "plots"))
		TRY(job_plots(c, j, out->tmp, call_value(in, "plots")));
	if (j->in_record)
		TRY(record_release(c, j, d, report));
	if (pdf.len > 0)
		TRY(file_replace(c, call_value(in, "paper"), pdf, 0640));
	if (j->criteria.n > 0)
		TRY(law_marking(c, j, call_value(in, "out")));
	TRY(write_report(c, in, report, false));
	return fresh_keep(c, out);
}

static rc release(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_FRESH file = { .fd = -1 };
	AUTO_DESK d = { 0 };
	struct job j = { 0 };
	slice report;

	TRY(need(c, in, "out"));
	TRY(read_keeping(c, in, &j));
	TRY(ask_read(c, in, &j.ask));
	TRY(job_load(c, &j));
	TRY(job_search(c, &j));
	if (j.possible)
		TRY(job_release(c, &j, call_value(in, "out"), &file));
	if (j.in_record) {
		TRY(desk_open(c, in, out, DESK_ACTOR, &d));
		TRY(look_back(c, &j, d.node));
	}
	if (j.met) {
		TRY(law_judge(c, &j));
		if (j.sealed && j.law_met)
			TRY(seal_method(c, &j));
	}
	TRY(job_report(c, &j, &report));
	if (j.met && j.law_met)
		TRY(hand_out(c, in, &j, &d, report, &file));
	else
		TRY(write_report(c, in, report, false));
	if (d.node)
		TRY(desk_close(&d));
	out->no = !j.met || !j.law_met;
	if (out->no)
		fprintf(stderr, "renkei: %s\n", message_text(j.met ? "deid.law_not_met" : "deid.not_met", LANGUAGE_EN));
	if (!j.law_met)
		law_complain(&j);
	return OK;
}

static rc check(struct ctx *c, const struct call *in, struct answer *out)
{
	struct job j = { .possible = true, .law_met = true };
	slice report;

	TRY(ask_read(c, in, &j.ask));
	TRY(job_load(c, &j));
	TRY(job_measure(c, &j, call_arg(in, 0, "-"), ENCODING_AUTO));
	TRY(job_report(c, &j, &report));
	TRY(write_report(c, in, report, true));
	out->no = !j.met;
	return OK;
}

/* What was released before, to whom and for what: opening that is an act. */
static rc releases(struct ctx *c, const struct call *in, struct answer *out)
{
	struct release_seen *seen = NULL;
	struct look look;
	AUTO_DESK d = { 0 };
	size_t n = 0;

	TRY(desk_open(c, in, out, 0, &d));
	look = desk_look(&d);
	TRY(release_list(c, d.node, desk_may_look(&d) ? &look : NULL, &seen, &n));
	for (size_t i = 0; i < n; i++) {
		const struct release_said *r = &seen[i].said;
		struct json_out o = json_out_on(&d.out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.deid.release/1"));
		jo_kv_int(&o, "seq", seen[i].seq);
		desk_json_msec(&o, "at", seen[i].at);
		jo_kv_text(&o, "by", seen[i].actor);
		jo_kv_text(&o, "input", r->in_sha);
		jo_kv_text(&o, "output", r->out_sha);
		jo_kv_text(&o, "regime", r->regime);
		jo_kv_bool(&o, "law_met", r->law_met);
		jo_kv_int(&o, "rows", r->rows);
		jo_kv_int(&o, "k", r->k);
		if (r->receiver.len > 0)
			jo_kv_text(&o, "receiver", r->receiver);
		if (r->purpose.len > 0)
			jo_kv_text(&o, "purpose", r->purpose);
		jo_end_object(&o);
		buf_putc(&d.out, '\n');
	}
	return desk_close(&d);
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

static rc risk(struct ctx *c, const struct call *in, struct answer *out)
{
	(void)out;
	return risk_print(c, in);
}

static rc frontier(struct ctx *c, const struct call *in, struct answer *out)
{
	(void)out;
	return frontier_print(c, in);
}

static rc run_risk(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, risk);
}

static rc run_frontier(struct ctx *c, const struct call *in, struct answer *out)
{
	return in_large_memory(c, in, out, frontier);
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
	{ "sensitive", "C[,D]", "The sensitive columns; they are released as they are, --l and --t hold for each." },
	{ "person", "C", "The column that tells persons apart who have several rows; left out, k counts persons." },
	{ "k", "N", "Least number of persons in a class." },
	{ "l", "L", "Diversity of the sensitive column in each class: 2, entropy:2, recursive:C:L." },
	{ "t", "T", "Closeness of the sensitive column in each class to the table: 0.2, ordered:0.2, hierarchical:0.2." },
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
	{ "paper", "FILE", "The same for people, with the law's checklist (PDF)." },
	{ "plots", "FILE", "What the data looked like before and after (SVG)." },
	{ "previous", "FILE[,FILE]", "Earlier releases of the same table: joined with this one no class may be under k." },
	{ "sealed", "FILE", "The method and its key, encrypted to the officer of --officer." },
	{ "officer", "FILE", "Public key of the officer who answers for the method (see deid officer)." },
	{ "record", NULL, "Write the release into the record of the node (--store)." },
	{ "as", "ID:ROLE", "Who works: op-7:lead (default: $RENKEI_AS)." },
	{ "lang", "LANG", "Language of what people read: ja (default) or en." },
	{ 0 },
};

static const struct option_spec officer_options[] = {
	{ "out", "NAME", "Writes NAME.key (secret) and NAME.pub." },
	{ 0 },
};

static const struct option_spec open_options[] = {
	{ "key", "FILE", "The officer's secret key." },
	{ "purpose", "TEXT", "What it is opened for; stands in the record, sealed." },
	{ "as", "ID:ROLE", "Who works: op-7:lead (default: $RENKEI_AS)." },
	{ "lang", "LANG", "Language of what people read: ja (default) or en." },
	{ 0 },
};

static const struct option_spec releases_options[] = {
	{ "as", "ID:ROLE", "Who looks (default: $RENKEI_AS); without it receivers and purposes stay sealed." },
	{ "lang", "LANG", "Language of what people read: ja (default) or en." },
	{ 0 },
};

static const struct option_spec profile_options[] = {
	{ "spec", NULL, "Print a spec.yaml to begin with instead of the figures." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of the table (default: auto)." },
	{ 0 },
};

static const struct option_spec risk_options[] = {
	{ "columns", "A,B,…", "What somebody may know (default: the columns that profile proposes)." },
	{ "most", "N", "Columns that somebody knows together, at most (default: 3, up to 6)." },
	{ "list", "N", "Sets of columns and rows that are listed (default: 20)." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of the table (default: auto)." },
	{ 0 },
};

static const struct option_spec frontier_options[] = {
	{ "spec", "FILE", "What is asked for, as data (spec.yaml); the table comes with --in." },
	{ "data", "DIR", "Folder with data.csv and hierarchies/COLUMN.csv." },
	{ "in", "FILE", "The table, if it is not data.csv of that folder." },
	{ "qi", "A,B,…", "The quasi-identifying columns; each needs a hierarchy." },
	{ "sensitive", "C[,D]", "The sensitive columns." },
	{ "person", "C", "The column that tells persons apart who have several rows." },
	{ "k", "N,N,…", "Values of k (default: 2,3,5,10,20,50)." },
	{ "suppress", "P,P,…", "Shares of the rows that may be suppressed (default: 0,1,2,5)." },
	{ "l", "L", "Diversity of the sensitive column in each class, as with deid run." },
	{ "t", "T", "Closeness of the sensitive column in each class, as with deid run." },
	{ "labels", "hierarchy|sets", "Show classes by hierarchy labels, or by sets and intervals (default: hierarchy)." },
	{ "recoding", "global|local", "One level for a whole column, or labels for each class (default: local)." },
	{ "effort", "N", "How long local recoding is improved." },
	{ "encoding", "auto|utf-8|cp932", "Encoding of table and hierarchies (default: auto)." },
	{ "threads", "N", "Threads that read and search (default: one for each processor, at most 16)." },
	{ "seed", "N", "Seed of noise, swapping and sampling, where the spec has them." },
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
	{ "deid", "risk", "[TABLE|-]", 0, 1, "Tell who in a table is recognised from little knowledge, and by what", risk_options,
		run_risk },
	{ "deid", "frontier", "", 0, 0, "Tell what each k and each share of suppressed rows costs", frontier_options, run_frontier },
	{ "deid", "officer", "", 0, 0, "Make the keys of an officer who answers for sealed methods", officer_options, seal_officer },
	{ "deid", "open", "SEALED", 1, 1, "Open a sealed method; an act in the record", open_options, seal_open },
	{ "deid", "releases", "", 0, 0, "List what was released, from the record", releases_options, releases },
	{ "deid", "table", "", 0, 0, "Count persons into a table that is safe to publish", table_options, run_table },
	{ 0 },
};
