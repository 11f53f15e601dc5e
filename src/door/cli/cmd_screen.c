/* renkei screen: a directory of logs and tables in, the ranked list out. Files are read here; the engine sees bytes. */
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/screen_follow.h"
#include "door/cli/screen_nats.h"
#include "door/cli/screen_parts.h"
#include "door/cli/screen_read.h"
#include "door/cli/screen_tables.h"
#include "engine/screen/screen.h"
#include "work/screen/proof_paper.h"

#include "base/banned.h"

#define LOGS_MOST 4096u

static rc path_join(struct ctx *c, const char *dir, const char *name, const char **ret)
{
	struct buf b;

	buf_init(&b, c->a, 8192);
	buf_putf(&b, "%s/%s", dir, name);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	*ret = b.p;
	return OK;
}

static bool is_log(slice name)
{
	static const char *const ends[] = { ".csv", ".jsonl", ".ltsv", ".log", ".json", ".xml", ".txt" };
	slice stem = name;

	if (!slice_starts(name, S("oplog")))
		return false;
	if (slice_ends(stem, S(".gz")))
		stem.len -= 3;
	else if (slice_ends(stem, S(".zst")))
		stem.len -= 4;
	for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++)
		if (slice_ends(stem, slice_of(ends[i])))
			return true;
	return false;
}

/* The first run of digits in the name: oplog_990011_202503.csv.gz belongs to 990011. */
static slice org_in_name(slice name)
{
	size_t i = 0, n = 0;

	while (i < name.len && (name.p[i] < '0' || name.p[i] > '9'))
		i++;
	while (i + n < name.len && name.p[i + n] >= '0' && name.p[i + n] <= '9')
		n++;
	return slice_sub(name, i, n);
}

/* Its path, and its name within: there may be thousands. */
static rc log_at(struct ctx *c, const char *dir, slice name, struct log_file *ret)
{
	size_t n = strlen(dir);
	char *path = arena_bytes(c->a, n + 1 + name.len + 1);

	if (!path)
		return FAIL(c, E_LIMIT, "memory.limit");
	memcpy(path, dir, n);
	path[n] = '/';
	memcpy(path + n + 1, name.p, name.len);
	path[n + 1 + name.len] = '\0';
	ret->path = path;
	ret->name = (slice){ path + n + 1, name.len };
	ret->org = org_in_name(ret->name);
	return OK;
}

static int log_order(const void *x, const void *y)
{
	const struct log_file *a = x, *b = y;
	int d = slice_cmp(a->org, b->org);

	if (d != 0)
		return d;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return slice_cmp(a->name, b->name);
}

static rc list_logs(struct ctx *c, const char *dir, struct log_file *v, uint32_t *n)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	rc r = OK;

	if (!d) {
		(void)FAIL_SYS(c, "file.open");
		fault_where(c, dir);
		return E_IO;
	}
	while (r == OK && (e = readdir(d)) != NULL) {
		struct log_file *f = &v[*n];

		if (!is_log(slice_of(e->d_name)))
			continue;
		r = *n == LOGS_MOST ? FAIL(c, E_LIMIT, "file.limit") : log_at(c, dir, slice_of(e->d_name), f);
		*n += r == OK;
	}
	(void)closedir(d);
	return r;
}

static rc read_key(struct ctx *c, const char *path, unsigned char key[16])
{
	slice text;

	if (!path) {
		if (sodium_init() < 0)
			return FAIL(c, E_IO, "screen.key");
		randombytes_buf(key, 16);
		return OK;
	}
	TRY(file_read(c, path, 4096, &text));
	if (text.len < 16)
		return FAIL(c, E_INVALID, "screen.key");
	if (crypto_generichash(key, 16, (const unsigned char *)text.p, text.len, NULL, 0) != 0)
		return FAIL(c, E_BUG, "bug");
	return OK;
}

/* JSON lines of renkei review weights. */
static rc read_weights(struct ctx *c, const char *path, struct screen_task *task)
{
	slice text, line;

	if (!path)
		return OK;
	TRY(file_read(c, path, LIMIT_FILE_SMALL, &text));
	TRY_ARRAY(c, task->weights, RULES_MOST);
	while (slice_next(&text, '\n', &line)) {
		const struct json *v, *w;

		if (slice_trim(line).len == 0)
			continue;
		TRY(json_parse(c, line, &v));
		w = json_get(v, S("weight"));
		if (task->nweights == RULES_MOST || !w || w->type != JSON_INT || w->num < 0 || w->num > 200)
			return FAIL(c, E_INVALID, "screen.weights");
		task->weights[task->nweights++] = (struct task_weight){ json_text(json_get(v, S("kind"))), (int32_t)w->num };
	}
	return OK;
}

static rc read_packs(struct ctx *c, const struct call *in, struct screen_task *task)
{
	const char *path, *own = call_value(in, "rules");

	TRY(path_join(c, in->app->data, "screening/words.yaml", &path));
	TRY(pack_read(c, path, &task->words));
	TRY(path_join(c, in->app->data, "screening/rules.yaml", &path));
	TRY(pack_read(c, own ? own : path, &task->rules));
	if (call_has(in, "own"))
		TRY(pack_read(c, call_value(in, "own"), &task->own));
	TRY(screen_maps_read(c, call_value(in, "map"), &task->maps));
	TRY(read_weights(c, call_value(in, "weights"), task));
	return read_key(c, call_value(in, "key"), task->key);
}

static rc write_result(struct ctx *c, const char *path, slice bytes)
{
	if (!path || (path[0] == '-' && path[1] == '\0'))
		return out_write(c, bytes);
	return file_replace(c, path, bytes, 0600);
}

/* The files that were named, else those of the folder, in the order of their records, whatever they are called. */
static rc find_logs(struct ctx *c, const struct call *in, const char *dir, struct screen_task *task)
{
	TRY_ARRAY(c, task->logs, LOGS_MOST + 1);
	for (size_t i = 0; i < in->nargs; i++) {
		struct log_file *f = &task->logs[task->nlogs++];
		const char *base = strrchr(in->args[i], '/');

		f->path = in->args[i];
		f->name = slice_of(base ? base + 1 : in->args[i]);
		f->org = org_in_name(f->name);
	}
	if (in->nargs == 0)
		TRY(list_logs(c, dir, task->logs, &task->nlogs));
	if (task->nlogs == 0) {
		(void)FAIL(c, E_NOTFOUND, "screen.no_logs");
		fault_where(c, dir);
		return E_NOTFOUND;
	}
	for (uint32_t i = 0; i < task->nlogs; i++)
		if (!slice_is(slice_of(task->logs[i].path), "-"))
			TRY(screen_first_record(c, task->logs[i].path, &task->logs[i].first));
	qsort(task->logs, task->nlogs, sizeof *task->logs, log_order);
	return OK;
}

static rc write_proof(struct ctx *c, const struct call *in, const struct screen_task *task,
	const struct screen_outcome *o)
{
	struct screen *rules;
	struct buf proof;

	buf_init(&proof, c->a, (size_t)512 << 20);
	TRY(screen_for_task(c, task, &rules));
	screen_proof(rules, &o->sum, buf_slice(&o->sources), &proof);
	if (proof.full)
		return FAIL(c, E_LIMIT, "text.limit");
	return write_result(c, call_value(in, "proof"), buf_slice(&proof));
}

/* The folder as it is now; a log that is not there yet may still come. */
static rc find_again(struct ctx *c, void *arg, struct screen_task *task)
{
	const struct call *in = arg;
	struct log_file *logs = task->logs;

	(void)c;
	task->nlogs = 0;
	if (in->nargs) {
		for (size_t i = 0; i < in->nargs; i++) {
			const char *base = strrchr(in->args[i], '/');

			logs[task->nlogs].path = in->args[i];
			logs[task->nlogs].name = slice_of(base ? base + 1 : in->args[i]);
			logs[task->nlogs].org = org_in_name(logs[task->nlogs].name);
			task->nlogs++;
		}
		return OK;
	}
	TRY(list_logs(c, task->dir, logs, &task->nlogs));
	for (uint32_t i = 0; i < task->nlogs; i++)
		if (slice_ends(logs[i].name, S(".gz")) || slice_ends(logs[i].name, S(".zst")))
			logs[i--] = logs[--task->nlogs];
	for (uint32_t i = 0; i < task->nlogs; i++)
		TRY(screen_first_record(c, logs[i].path, &logs[i].first));
	qsort(logs, task->nlogs, sizeof *logs, log_order);
	return OK;
}

static rc run_follow(struct ctx *c, const struct call *in, struct screen_task *task, struct screen_outcome *o)
{
	struct screen_watch w = { .state = call_value(in, "state"), .out = call_value(in, "out"), .every = 2,
		.find = find_again, .arg = (void *)(uintptr_t)in };

	if (!w.state)
		return FAIL(c, E_INVALID, "screen.no_state");
	TRY(call_u32(c, in, "every", 1, 86400, &w.every));
	TRY(call_u32(c, in, "idle", 1, 86400, &w.idle));
	if (w.out && w.out[0] == '-' && w.out[1] == '\0')
		w.out = NULL;
	if (!call_has(in, "key"))
		TRY(screen_state_key(c, w.state, task->key));
	TRY_ARRAY(c, task->logs, LOGS_MOST + 1);
	return screen_follow(c, task, &w, o);
}

/* Both sides of the stream; the key has to be the same one. */
static rc stream_options(struct ctx *c, const struct call *in, struct screen_stream *st)
{
	*st = (struct screen_stream){ .url = call_value(in, "nats"), .patience = 30 };
	if (!call_has(in, "key"))
		return FAIL(c, E_INVALID, "screen.same_key");
	TRY(call_u32(c, in, "patience", 1, 3600, &st->patience));
	TRY(call_u32(c, in, "idle", 1, 86400, &st->idle));
	return OK;
}

static rc run_send(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_task task = { .workers = 1, .most = 200, .dir = call_value(in, "data") };
	struct screen_outcome o = { 0 };
	struct screen_stream st;
	struct buf list, run;

	(void)out;
	TRY(stream_options(c, in, &st));
	if (!st.url)
		return FAIL(c, E_INVALID, "nats.url");
	if (!task.dir && in->nargs == 0)
		return FAIL(c, E_INVALID, "screen.no_data");
	if (!st.idle)
		st.idle = 3600;
	TRY(call_u32(c, in, "items", 1, 100000, &task.most));
	buf_init(&run, c->a, 128);
	buf_putf(&run, "r%lld", (long long)c->now);
	st.run = call_has(in, "run") ? slice_of(call_value(in, "run")) : buf_slice(&run);
	TRY(read_packs(c, in, &task));
	TRY(find_logs(c, in, task.dir, &task));
	TRY(screen_send(c, &task, &st, &o));
	buf_init(&list, c->a, (size_t)256 << 20);
	TRY(screen_items_write(c, o.items, o.n, &list));
	TRY(write_result(c, call_value(in, "out"), buf_slice(&list)));
	return call_has(in, "proof") ? write_proof(c, in, &task, &o) : OK;
}

static const struct option_spec send_options[] = {
	{ "nats", "URL", "The message server: nats://[user:password@]host[:port]." },
	{ "data", "DIR", "Folder with the logs." },
	{ "key", "FILE", "Key of the tokens, the same one as the workers have." },
	{ "run", "NAME", "Name of this screening (default: made from the time)." },
	{ "out", "FILE", "Where the list goes, when all workers are done (default: standard output)." },
	{ "proof", "FILE", "Where the proof page goes." },
	{ "items", "N", "At most N items (default 200)." },
	{ "map", "NAME|FILE", "How the logs are laid out." },
	{ "weights", "FILE", "Weights of renkei review weights, in place of those in the rules." },
	{ "rules", "FILE", "Rules instead of screening/rules.yaml, the same ones as the workers have." },
	{ "own", "FILE", "Rules of your own beside them, the same ones as the workers have." },
	{ "patience", "SECONDS", "After so long the job of a silent worker goes to another one (default 30)." },
	{ "idle", "SECONDS", "Give up after so many seconds in which no result came (default 3600)." },
	{ 0 },
};

static rc run_worker(struct ctx *c, const struct call *in, struct screen_task *task)
{
	struct screen_stream st;

	TRY(stream_options(c, in, &st));
	return screen_serve(c, task, &st);
}

static rc run_screen(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_task task = { .workers = 1, .most = 200, .dir = call_value(in, "data") };
	struct screen_outcome o = { 0 };
	struct buf list;

	if (!task.dir && in->nargs == 0 && !call_has(in, "nats"))
		return FAIL(c, E_INVALID, "screen.no_data");
	TRY(call_u32(c, in, "workers", 1, SCREEN_WORKERS_MOST, &task.workers));
	TRY(call_u32(c, in, "items", 1, 100000, &task.most));
	task.proof = call_has(in, "proof");
	TRY(read_packs(c, in, &task));
	if (call_has(in, "nats"))
		return run_worker(c, in, &task);
	if (call_has(in, "follow")) {
		TRY(run_follow(c, in, &task, &o));
	} else {
		TRY(find_logs(c, in, task.dir, &task));
		TRY(screen_run(c, &task, &o));
	}
	buf_init(&list, c->a, (size_t)256 << 20);
	TRY(screen_items_write(c, o.items, o.n, &list));
	TRY(write_result(c, call_value(in, "out"), buf_slice(&list)));
	for (uint32_t i = 0; i < o.n && call_has(in, "check"); i++)
		out->no = out->no || !slice_is(o.items[i].kind, SAMPLE_KIND);
	return call_has(in, "proof") ? write_proof(c, in, &task, &o) : OK;
}

/* One after the other in one thread: what it needs is reading, not thinking. */
static rc run_count(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_task task = { .dir = call_value(in, "data") };
	struct screen_counts *counts;
	struct screen_desk *d;
	struct screen *s;
	struct buf b;

	(void)out;
	if (!task.dir && in->nargs == 0)
		return FAIL(c, E_INVALID, "screen.no_data");
	TRY(read_packs(c, in, &task));
	TRY(find_logs(c, in, task.dir, &task));
	TRY(screen_for_task(c, &task, &s));
	TRY(screen_counts_new(c, &counts));
	TRY(screen_desk_new(c, 1, &d));
	for (uint32_t i = 0; i < task.nlogs; i++)
		TRY(screen_count_log(c, s, d, task.logs[i].path, task.logs[i].name, counts));
	buf_init(&b, c->a, (size_t)256 << 20);
	screen_counts_write(counts, &b);
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : write_result(c, call_value(in, "out"), buf_slice(&b));
}

static rc run_map(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_maps maps;
	struct buf b;

	(void)out;
	TRY(screen_maps_read(c, NULL, &maps));
	buf_init(&b, c->a, 1 << 20);
	TRY(screen_map_propose(c, &maps, call_arg(in, 0, "-"), &b));
	return write_result(c, call_value(in, "out"), buf_slice(&b));
}

/* Bytes of the largest organisation's rows and lines; packed logs are taken for twelve times as large. */
static rc largest_org(struct ctx *c, const struct screen_task *task, uint64_t *ret_tables, uint64_t *ret_logs)
{
	struct table_files *t;
	uint64_t tables = 0, logs = 0;
	slice *orgs;
	uint32_t n = 0;

	TRY_ARRAY(c, orgs, task->nlogs);
	for (uint32_t i = 0; i < task->nlogs; i++)
		if (n == 0 || !slice_eq(orgs[n - 1], task->logs[i].org))
			orgs[n++] = task->logs[i].org;
	TRY(table_files_open(c, task->dir, orgs, n, &t));
	for (uint32_t k = 0, at = 0; k < n; k++) {
		uint64_t rows = 0, lines = 0;

		for (unsigned table = 0; table < SCREEN_TABLES; table++)
			rows += table_files_bytes(t, table, k);
		for (; at < task->nlogs && slice_eq(task->logs[at].org, orgs[k]); at++) {
			struct stat st;
			bool packed = slice_ends(task->logs[at].name, S(".gz")) || slice_ends(task->logs[at].name, S(".zst"));

			if (stat(task->logs[at].path, &st) == 0)
				lines += (uint64_t)st.st_size * (packed ? 12 : 1);
		}
		tables = rows > tables ? rows : tables;
		logs = lines > logs ? lines : logs;
	}
	*ret_tables = tables;
	*ret_logs = logs;
	return OK;
}

/*
 * Memory before anything is read. Measured: the program and its packs 20 MB, a worker 6 MB, of the largest organisation
 * twice its tables and a fifth of its lines.
 */
static rc run_plan(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_task task = { .workers = 1, .dir = call_value(in, "data") };
	uint64_t tables, logs, mb = (uint64_t)1 << 20, need;
	struct json_out o;
	struct buf b;

	(void)out;
	if (!task.dir)
		return FAIL(c, E_INVALID, "screen.no_data");
	TRY(call_u32(c, in, "workers", 1, SCREEN_WORKERS_MOST, &task.workers));
	TRY(find_logs(c, in, task.dir, &task));
	TRY(largest_org(c, &task, &tables, &logs));
	need = 20 * mb + task.workers * (6 * mb + 2 * tables + logs / 5);
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/screen-plan/1"));
	jo_kv_int(&o, "workers", task.workers);
	jo_kv_int(&o, "largest_tables_bytes", (int64_t)tables);
	jo_kv_int(&o, "largest_logs_bytes", (int64_t)logs);
	jo_kv_int(&o, "memory_mb", (int64_t)((need + mb - 1) / mb));
	jo_end_object(&o);
	buf_putc(&b, '\n');
	return out_write(c, buf_slice(&b));
}

static const struct option_spec plan_options[] = {
	{ "data", "DIR", "Folder with the logs and tables." },
	{ "workers", "N", "Threads (default 1)." },
	{ 0 },
};

static const struct option_spec map_options[] = {
	{ "out", "FILE", "Where the map goes (default: standard output)." },
	{ 0 },
};

static rc run_paper(struct ctx *c, const struct call *in, struct answer *out)
{
	slice proof, pdf;

	(void)out;
	TRY(file_read(c, call_arg(in, 0, "-"), (size_t)64 << 20, &proof));
	TRY(screening_proof_paper(c, proof, c->now, in->app->now != NULL, &pdf));
	return file_replace(c, call_arg(in, 1, NULL), pdf, 0600);
}

/* Reads the rules as a screening does, so that a mistake is told with its line, and writes them one a line. */
static rc run_rules(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screen_task task = { .workers = 1 };
	struct screen *s;
	struct buf b;

	(void)out;
	TRY(read_packs(c, in, &task));
	if (in->nargs)
		TRY(pack_read(c, in->args[0], &task.own));
	TRY(screen_for_task(c, &task, &s));
	buf_init(&b, c->a, 1 << 20);
	screen_rules_write(s, &b);
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : out_write(c, buf_slice(&b));
}

static const struct option_spec rules_options[] = {
	{ "rules", "FILE", "Rules instead of screening/rules.yaml." },
	{ 0 },
};

static const struct option_spec count_options[] = {
	{ "data", "DIR", "Folder with the logs." },
	{ "out", "FILE", "Where the counts go, one JSON object a line (default: standard output)." },
	{ "map", "NAME|FILE", "How the log is laid out: one of screening/maps or a file of your own." },
	{ "weights", "FILE", "Weights of renkei review weights, in place of those in the rules." },
	{ "rules", "FILE", "Rules instead of screening/rules.yaml." },
	{ "key", "FILE", "Key of the tokens." },
	{ 0 },
};

static const struct option_spec options[] = {
	{ "data", "DIR", "Folder with the logs (oplog*.csv, .jsonl, .ltsv, also .gz, .zst) and the tables (staff.csv, cases.csv and so on)." },
	{ "out", "FILE", "Where the list goes, one JSON object a line (default: standard output)." },
	{ "proof", "FILE", "Where the proof page goes: what was read, damaged, double, missing; which rules ran." },
	{ "items", "N", "At most N items (default 200)." },
	{ "workers", "N", "Threads that read lines (default 1); the list is the same for any number." },
	{ "map", "NAME|FILE", "How the logs are laid out: one of screening/maps or a file of your own (default: found out)." },
	{ "weights", "FILE", "Weights of renkei review weights, in place of those in the rules." },
	{ "rules", "FILE", "Rules, thresholds and weights instead of screening/rules.yaml." },
	{ "own", "FILE", "Rules of your own beside them, in the same language." },
	{ "key", "FILE", "Key of the tokens (default: made anew for each run; the list does not depend on it)." },
	{ "follow", NULL, "Go on reading as the logs grow; the list is written anew when lines came." },
	{ "state", "DIR", "With --follow: where the journal is kept, so that nothing is lost or doubled after a restart." },
	{ "every", "SECONDS", "With --follow: seconds between two looks (default 2)." },
	{ "idle", "SECONDS", "With --follow: end after so many seconds without a new line (default: when told to)." },
	{ "nats", "URL", "Work for renkei screen send: take jobs from this message server; --data holds the tables." },
	{ "patience", "SECONDS", "With --nats: after so long the job of a silent worker goes to another one (default 30)." },
	{ "check", NULL, "Exit with 1 when there are items other than explained accesses chosen by chance." },
	{ 0 },
};

const struct command cmd_screen[] = {
	{ "screen", "count", "[FILE|-]...", 0, 1000, "Count the lines of each user, every field looked at", count_options, run_count },
	{ "screen", "send", "[FILE|-]...", 0, 1000, "Send logs, tokenised, to workers on other machines and gather the list", send_options, run_send },
	{ "screen", "paper", "PROOF FILE", 2, 2, "Put a proof page on paper (PDF), for inspectors", NULL, run_paper },
	{ "screen", "plan", "", 0, 0, "Say how much memory a screening will need", plan_options, run_plan },
	{ "screen", "rules", "[FILE]", 0, 1, "Check rules, also those of your own in FILE, and list them", rules_options, run_rules },
	{ "screen", "map", "[FILE|-]", 0, 1, "Propose how a log is laid out, from its first lines", map_options, run_map },
	{ "screen", NULL, "[FILE|-]...", 0, 1000, "List accesses to personal data that nothing explains", options, run_screen },
	{ 0 },
};
