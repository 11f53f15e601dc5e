/* renkei screen: a directory of logs and tables in, the ranked list out. Files are read here; the engine sees bytes. */
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/screen_read.h"
#include "engine/screen/screen.h"

#include "base/banned.h"

#define LOGS_MOST 4096u

struct log_file { const char *path; slice name, org; uint64_t first; };

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
	static const char *const ends[] = { ".csv", ".jsonl", ".ltsv", ".log" };
	slice stem = name;

	if (!slice_starts(name, S("oplog")))
		return false;
	if (slice_ends(stem, S(".gz")))
		stem.len -= 3;
	else if (slice_ends(stem, S(".zst")))
		stem.len -= 4;
	for (unsigned i = 0; i < 4; i++)
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

static int log_order(const void *x, const void *y)
{
	const struct log_file *a = x, *b = y;

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
		if (*n == LOGS_MOST) {
			r = FAIL(c, E_LIMIT, "file.limit");
			break;
		}
		f->name = arena_copy(c->a, slice_of(e->d_name));
		f->org = org_in_name(f->name);
		r = path_join(c, dir, e->d_name, &f->path);
		(*n)++;
	}
	(void)closedir(d);
	return r;
}

/* The text of a table ends with its reading: it holds names and numbers. */
static rc read_table(struct ctx *c, struct screen *s, unsigned table, const char *path)
{
	AUTO_ARENA work = arena_new(LIMIT_ARENA_COMMAND);
	struct ctx own = { .a = work, .now = c->now, .app = c->app };
	slice bytes;
	rc r;

	if (!work)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = screen_read_whole(&own, path, &bytes);
	if (r != OK) {
		c->fault = own.fault;
		return r;
	}
	return screen_table(c, s, table, bytes, work);
}

/* residents.csv, or residents.csv.gz, or .zst; none of them is a table that is missing. */
static rc read_tables(struct ctx *c, struct screen *s, const char *dir)
{
	static const char *const ends[] = { ".csv", ".csv.gz", ".csv.zst" };

	for (unsigned t = 0; screen_table_names[t]; t++)
		for (unsigned i = 0; i < 3; i++) {
			const char *path;
			struct buf b;

			buf_init(&b, c->a, 256);
			buf_putf(&b, "%s%s", screen_table_names[t], ends[i]);
			buf_putc(&b, '\0');
			TRY(path_join(c, dir, b.p, &path));
			if (access(path, R_OK) != 0)
				continue;
			TRY(read_table(c, s, t, path));
			break;
		}
	return screen_tables_end(c, s);
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

static rc new_screen(struct ctx *c, const struct call *in, struct screen **ret)
{
	const struct pack *words, *rules;
	const char *path, *own = call_value(in, "rules");
	unsigned char key[16];

	TRY(path_join(c, in->app->data, "screening/words.yaml", &path));
	TRY(pack_read(c, path, &words));
	TRY(path_join(c, in->app->data, "screening/rules.yaml", &path));
	TRY(pack_read(c, own ? own : path, &rules));
	TRY(read_key(c, call_value(in, "key"), key));
	return screen_new(c, words, rules, key, ret);
}

static rc write_result(struct ctx *c, const char *path, slice bytes)
{
	if (!path || (path[0] == '-' && path[1] == '\0'))
		return out_write(c, bytes);
	return file_replace(c, path, bytes, 0600);
}

static rc read_logs(struct ctx *c, struct screen *s, const char *dir, uint32_t workers)
{
	struct log_file *v;
	uint32_t n = 0;

	TRY_ARRAY(c, v, LOGS_MOST + 1);
	TRY(list_logs(c, dir, v, &n));
	if (n == 0) {
		(void)FAIL(c, E_NOTFOUND, "screen.no_logs");
		fault_where(c, dir);
		return E_NOTFOUND;
	}
	/* files in the order of their records, whatever they are called */
	for (uint32_t i = 0; i < n; i++)
		TRY(screen_first_record(c, v[i].path, &v[i].first));
	qsort(v, n, sizeof *v, log_order);
	for (uint32_t i = 0; i < n; i++)
		TRY(screen_read_log(c, s, v[i].path, v[i].name, v[i].org, workers));
	return OK;
}

static rc run_screen(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *dir = call_value(in, "data");
	uint32_t workers = 1, most = 200, items;
	struct buf list, proof;
	struct screen *s;

	if (!dir)
		return FAIL(c, E_INVALID, "screen.no_data");
	if (call_has(in, "workers"))
		TRY(parse_u32(c, slice_of(call_value(in, "workers")), 1, 64, &workers));
	if (call_has(in, "items"))
		TRY(parse_u32(c, slice_of(call_value(in, "items")), 1, 100000, &most));
	TRY(new_screen(c, in, &s));
	TRY(read_tables(c, s, dir));
	TRY(read_logs(c, s, dir, workers));
	buf_init(&list, c->a, (size_t)256 << 20);
	TRY(screen_list(c, s, most, &list, &items));
	TRY(write_result(c, call_value(in, "out"), buf_slice(&list)));
	out->no = items > 0 && call_has(in, "check");
	if (!call_has(in, "proof"))
		return OK;
	buf_init(&proof, c->a, LIMIT_FILE_SMALL);
	screen_proof(s, &proof);
	return write_result(c, call_value(in, "proof"), buf_slice(&proof));
}

static const struct option_spec options[] = {
	{ "data", "DIR", "Folder with the logs (oplog*.csv, .jsonl, .ltsv, also .gz, .zst) and the tables (staff.csv, cases.csv and so on)." },
	{ "out", "FILE", "Where the list goes, one JSON object a line (default: standard output)." },
	{ "proof", "FILE", "Where the proof page goes: what was read, damaged, double, missing; which rules ran." },
	{ "items", "N", "At most N items (default 200)." },
	{ "workers", "N", "Threads that read lines (default 1); the list is the same for any number." },
	{ "rules", "FILE", "Own rules and weights instead of screening/rules.yaml." },
	{ "key", "FILE", "Key of the tokens (default: made anew for each run; the list does not depend on it)." },
	{ "check", NULL, "Exit with 1 when the list is not empty." },
	{ 0 },
};

const struct command cmd_screen[] = {
	{ "screen", NULL, "", 0, 0, "List accesses to personal data that nothing explains", options, run_screen },
	{ 0 },
};
