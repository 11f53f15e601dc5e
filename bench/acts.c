/*
 * Durable acts a second as a ratio to what raw SQLite does on the same disk with the same groups and the same flushes:
 *   acts [FOLDER] [ENTRIES] [GROUP] [CASES]
 * CASES is how many cases the acts of a group are on: as many as acts unless told otherwise.
 * One run measures both by turns, so that the ratios mean something on a busy machine.
 *
 * Two cores, ext4 on a virtual disk, groups of 64 on 64 cases, 382 bytes an entry, pages of 8192 bytes in both:
 *   1,000 to 4,900 flushes a second   raw 76,000 to 180,000 rows/s    acts 44,000 to 88,000   ratio 0.41 to 0.60
 *   320 to 460 flushes a second       raw 18,000 to 21,000 rows/s     acts 13,000 to 14,000   ratio 0.65 to 0.70
 *   in memory (tmpfs, no flush)       raw 710,000 to 780,000 rows/s   acts 160,000 to 179,000 ratio 0.22 to 0.25
 * Processor time an entry: 8.2 to 10.7 us in the first, where a raw row takes 3.6 to 4.4; 5.6 to 6.2 us in memory, raw 1.3 to 1.4.
 * So where flushes cost nothing the ratio does not hold: checks, hashes and signing are the work that is left.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/record/record.h"

#define ROUNDS 6

struct spent { double wall, cpu; };

static double seconds(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct spent now(void) { return (struct spent){ seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) }; }

static void add(struct spent *sum, struct spent since)
{
	struct spent t = now();

	sum->wall += t.wall - since.wall;
	sum->cpu += t.cpu - since.cpu;
}

static void give_up(const char *why)
{
	fprintf(stderr, "acts: %s\n", why);
	exit(3);
}

/* Raw SQLite: one table, a row of the same size, the same settings and groups. */
struct raw { sqlite3 *db; sqlite3_stmt *insert; int64_t n; char bytes[400]; };

static void raw_exec(struct raw *r, const char *sql)
{
	if (sqlite3_exec(r->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		give_up(sqlite3_errmsg(r->db));
}

static void raw_open(struct raw *r, const char *dir)
{
	char path[400];

	(void)snprintf(path, sizeof path, "%s/raw.db", dir);
	if (sqlite3_open(path, &r->db) != SQLITE_OK)
		give_up("cannot open raw.db");
	raw_exec(r, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	            "PRAGMA secure_delete=ON; PRAGMA cache_size=-16384;"
	            "CREATE TABLE t (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT");
	if (sqlite3_prepare_v2(r->db, "INSERT INTO t VALUES (?, ?)", -1, &r->insert, NULL) != SQLITE_OK)
		give_up("cannot prepare");
	memset(r->bytes, 'x', sizeof r->bytes);
}

static void raw_group(struct raw *r, size_t n)
{
	raw_exec(r, "BEGIN IMMEDIATE");
	for (size_t i = 0; i < n; i++) {
		sqlite3_bind_int64(r->insert, 1, r->n++);
		sqlite3_bind_blob(r->insert, 2, r->bytes, sizeof r->bytes, SQLITE_STATIC);
		if (sqlite3_step(r->insert) != SQLITE_DONE)
			give_up("cannot insert");
		sqlite3_reset(r->insert);
	}
	raw_exec(r, "COMMIT");
}

static const struct member_spec m_bench[] = { { "count", MEMBER_INT, true, NULL }, { "fact", MEMBER_WORD, true, NULL }, { 0 } };
static const struct act_kind kinds[] = { { "bench.act", m_bench, NULL, ACT_CASE, NULL, NULL, NULL, NULL }, { 0 } };
static const struct act_kind *const tables[] = { kinds, NULL };

/* An act whose entry has 400 bytes. */
static struct act model(const char *case_id)
{
	static const slice obj[] = { S_INIT("i-mfrggzdfmztwq2lk"), S_INIT("i-nbswy3dpeb3w64tm") };
	static const slice basis[] = { S_INIT("appi.26-1"), S_INIT("appi.rule.8-1") };
	static const slice code[] = { S_INIT("kind.ransomware"), S_INIT("found.by.processor") };
	static const int64_t ref[] = { 0 };

	return (struct act){
		.act = S("bench.act"), .actor = { S("op-7f3a"), S("handler"), S_NONE }, .case_id = slice_of(case_id),
		.basis = { basis, 2 }, .code = { code, 2 }, .obj = { obj, 2 }, .ref = { ref, 1 },
		.members = S("{\"count\":1200,\"fact\":\"appi.affected.count.upper.bound.of.persons.known.by.now\"}"),
	};
}

static void append_group(struct ctx *c, struct node *n, const struct act *acts, size_t count)
{
	struct batch b[GROUP_MOST];

	for (size_t i = 0; i < count; i++)
		b[i] = (struct batch){ .acts = &acts[i], .n = 1 };
	c->now += 2;
	if (node_append_group(c, n, b, count) != OK || b[0].result != OK)
		give_up(b[0].result != OK ? b[0].fault.key : c->fault.key);
}

static off_t size_of(const char *dir, const char *name)
{
	char path[400];
	struct stat st;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* Appended pages a second, each with its own flush: what the disk lets through. */
static double flushes(const char *dir)
{
	char path[400], page[4096] = { 0 };
	struct spent sum = { 0 }, t = now();
	int n = 0, fd;

	(void)snprintf(path, sizeof path, "%s/flush", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		give_up("cannot write");
	for (; n < 100; n++)
		if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0)
			give_up("cannot flush");
	add(&sum, t);
	(void)close(fd);
	return n / sum.wall;
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a, .now = 1795219200000 };
	char dir[300], node_dir[320], cases[GROUP_MOST][24];
	long total = argc > 2 ? strtol(argv[2], NULL, 10) : 60000;
	size_t group = argc > 3 ? (size_t)strtol(argv[3], NULL, 10) : 64;
	size_t ncases = argc > 4 ? (size_t)strtol(argv[4], NULL, 10) : group;
	struct node_options o = { .name = S("bench.example") };
	struct spent raw_spent = { 0 }, act_spent = { 0 };
	struct act acts[GROUP_MOST];
	struct raw raw = { 0 };
	struct entry e;
	struct node *n;
	off_t before;
	int64_t entries;

	(void)snprintf(dir, sizeof dir, "%s/renkei-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (!a || group < 1 || group > GROUP_MOST || ncases < 1 || !mkdtemp(dir))
		give_up("cannot start");
	(void)snprintf(node_dir, sizeof node_dir, "%s/node", dir);
	if (node_create(&c, node_dir, &o) != OK || node_open(&c, node_dir, tables, &n) != OK)
		give_up(c.fault.key);
	before = size_of(node_dir, "record.db");
	raw_open(&raw, dir);
	for (size_t i = 0; i < group; i++) {
		(void)snprintf(cases[i], sizeof cases[i], "c-2026-%06zu", i % ncases);
		acts[i] = model(cases[i]);
	}
	for (long done = 0; done < total;) {
		struct spent t = now();
		long step = total / ROUNDS / (long)group + 1;

		for (long i = 0; i < step; i++)
			raw_group(&raw, group);
		add(&raw_spent, t);
		t = now();
		for (long i = 0; i < step; i++) {
			append_group(&c, n, acts, group);
			arena_reset(a);
		}
		add(&act_spent, t);
		done += step * (long)group;
	}
	entries = node_size(n) - 1;
	if (record_get(&c, n, entries / 2, &e) != OK || node_close(&c, n) != OK)
		give_up(c.fault.key);
	printf("entries %" PRId64 " in groups of %zu on %zu cases, %zu bytes each\n", entries, group, ncases, e.bytes.len);
	printf("flushes        %9.0f a second\n", flushes(dir));
	printf("raw SQLite     %9.0f rows/s  %6.2f us CPU a row\n", (double)raw.n / raw_spent.wall, raw_spent.cpu * 1e6 / (double)raw.n);
	printf("acts           %9.0f acts/s  %6.2f us CPU an entry\n", (double)entries / act_spent.wall,
	       act_spent.cpu * 1e6 / (double)entries);
	printf("ratio          %9.2f          (wanted 0.50)\n", raw_spent.wall / act_spent.wall);
	printf("stored         %9.0f bytes an entry\n", (double)(size_of(node_dir, "record.db") - before) / (double)entries);
	(void)sqlite3_finalize(raw.insert);
	(void)sqlite3_close(raw.db);
	(void)snprintf(node_dir, sizeof node_dir, "rm -rf '%s'", dir);
	return (system)(node_dir) == 0 ? 0 : 3;
}
