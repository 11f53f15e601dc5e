/*
 * Durable acts a second as a ratio to what raw SQLite does on the same disk with the same groups and the same flushes:
 *   acts [FOLDER] [ENTRIES] [GROUP] [CASES]
 * CASES is how many cases the acts of a group are on: as many as acts unless told otherwise.
 * One run measures both by turns, in rounds; the ratio is the median of the rounds' ratios, so that neighbours on a busy machine
 * do not decide. Both sides have the same pages, flushes, groups and the same bytes in a row; the raw side does nothing else.
 * With $RENKEI_PG (tests/with_pg.sh) both run on PostgreSQL, each statement a round trip of its own.
 *
 * Two cores that others use as well, ext4 on a virtual disk with 3,000 to 6,000 flushes a second, 382 bytes an entry:
 *   SQLite, groups of 64 on 64 cases       ratio 0.58 to 0.92, 4.5 to 6.4 us CPU an entry where a raw row takes 2.5 to 3.6
 *   SQLite, groups of 256 on 256 cases     ratio 0.49 to 0.72, 3.7 to 5 us CPU an entry where a raw row takes 1.9 to 2.5
 *   PostgreSQL, groups of 64               ratio 1.9
 */
#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/record/record.h"

#define ROUNDS 15

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

/* The raw side: one table, a row of the same size, the same settings and groups. */
struct raw { sqlite3 *db; sqlite3_stmt *insert; PGconn *pg; int64_t n; char bytes[400]; size_t len; };

static void raw_exec(struct raw *r, const char *sql)
{
	if (r->db && sqlite3_exec(r->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		give_up(sqlite3_errmsg(r->db));
	if (r->pg) {
		PGresult *res = PQexec(r->pg, sql);

		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			give_up(PQerrorMessage(r->pg));
		PQclear(res);
	}
}

static void raw_open_sqlite(struct raw *r, const char *dir)
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
}

static void raw_open_pg(struct raw *r, const char *conninfo)
{
	r->pg = PQconnectdb(conninfo);
	if (PQstatus(r->pg) != CONNECTION_OK)
		give_up(PQerrorMessage(r->pg));
	raw_exec(r, "CREATE TABLE t (seq BIGINT PRIMARY KEY, body BYTEA NOT NULL)");
	PQclear(PQprepare(r->pg, "insert", "INSERT INTO t VALUES ($1, $2)", 2, NULL));
}

static void raw_insert(struct raw *r)
{
	if (r->db) {
		sqlite3_bind_int64(r->insert, 1, r->n++);
		sqlite3_bind_blob(r->insert, 2, r->bytes, (int)r->len, SQLITE_STATIC);
		if (sqlite3_step(r->insert) != SQLITE_DONE)
			give_up("cannot insert");
		sqlite3_reset(r->insert);
	} else {
		uint64_t seq = htobe64((uint64_t)r->n++);
		PGresult *res = PQexecPrepared(r->pg, "insert", 2, (const char *const[]){ (char *)&seq, r->bytes },
		                               (const int[]){ 8, (int)r->len }, (const int[]){ 1, 1 }, 1);

		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			give_up(PQerrorMessage(r->pg));
		PQclear(res);
	}
}

static void raw_group(struct raw *r, size_t n)
{
	raw_exec(r, r->db ? "BEGIN IMMEDIATE" : "BEGIN");
	for (size_t i = 0; i < n; i++)
		raw_insert(r);
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

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_size);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

struct bench {
	struct ctx c;
	struct node *n;
	struct raw raw;
	struct act acts[GROUP_MOST];
	char cases[GROUP_MOST][32];
	size_t group;
	double ratio[ROUNDS], raw_rate[ROUNDS], act_rate[ROUNDS], raw_cpu[ROUNDS], act_cpu[ROUNDS];
};

static struct spent raw_round(struct bench *b, long groups)
{
	struct spent sum = { 0 }, t = now();

	for (long i = 0; i < groups; i++)
		raw_group(&b->raw, b->group);
	add(&sum, t);
	return sum;
}

static struct spent act_round(struct bench *b, long groups)
{
	struct spent sum = { 0 }, t = now();

	for (long i = 0; i < groups; i++) {
		append_group(&b->c, b->n, b->acts, b->group);
		arena_reset(b->c.a);
	}
	add(&sum, t);
	return sum;
}

/* The one who begins changes with each round; the first round warms up and does not count. */
static void run_rounds(struct bench *b, long total)
{
	long groups = total / ROUNDS / (long)b->group + 1;
	double rows = (double)groups * (double)b->group;

	(void)raw_round(b, groups / 4 + 1);
	(void)act_round(b, groups / 4 + 1);
	for (int i = 0; i < ROUNDS; i++) {
		struct spent raw = { 0 }, act;

		if (i % 2)
			raw = raw_round(b, groups);
		act = act_round(b, groups);
		if (i % 2 == 0)
			raw = raw_round(b, groups);
		b->ratio[i] = raw.wall / act.wall;
		b->raw_rate[i] = rows / raw.wall;
		b->act_rate[i] = rows / act.wall;
		b->raw_cpu[i] = raw.cpu * 1e6 / rows;
		b->act_cpu[i] = act.cpu * 1e6 / rows;
	}
}

static void make_acts(struct bench *b, size_t ncases)
{
	for (size_t i = 0; i < b->group; i++) {
		(void)snprintf(b->cases[i], sizeof b->cases[i], "c-2026-%06zu", i % ncases);
		b->acts[i] = model(b->cases[i]);
	}
}

int main(int argc, char **argv)
{
	static struct bench b;
	const char *pg = getenv("RENKEI_PG");
	char dir[300], node_dir[320];
	long total = argc > 2 ? strtol(argv[2], NULL, 10) : 60000;
	size_t ncases;
	struct node_options o = { .name = S("bench.example"), .backend = pg ? BACKEND_PG : BACKEND_SQLITE, .conninfo = pg };
	struct entry e;
	off_t before;
	int64_t entries, first;

	b.c = (struct ctx){ .a = arena_new((size_t)256 << 20), .now = 1795219200000 };
	b.group = argc > 3 ? (size_t)strtol(argv[3], NULL, 10) : 64;
	ncases = argc > 4 ? (size_t)strtol(argv[4], NULL, 10) : b.group;
	(void)snprintf(dir, sizeof dir, "%s/renkei-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (!b.c.a || b.group < 1 || b.group > GROUP_MOST || ncases < 1 || !mkdtemp(dir))
		give_up("cannot start");
	(void)snprintf(node_dir, sizeof node_dir, "%s/node", dir);
	if (node_create(&b.c, node_dir, &o) != OK || node_open(&b.c, node_dir, tables, &b.n) != OK)
		give_up(b.c.fault.key);
	make_acts(&b, ncases);
	append_group(&b.c, b.n, b.acts, b.group);
	if (record_get(&b.c, b.n, 1, &e) != OK)
		give_up(b.c.fault.key);
	b.raw.len = e.bytes.len;
	memset(b.raw.bytes, 'x', sizeof b.raw.bytes);
	if (pg)
		raw_open_pg(&b.raw, pg);
	else
		raw_open_sqlite(&b.raw, dir);
	before = size_of(node_dir, "record.db");
	first = node_size(b.n);
	run_rounds(&b, total);
	entries = node_size(b.n) - first;
	if (node_close(&b.c, b.n) != OK)
		give_up(b.c.fault.key);
	printf("entries %" PRId64 " in groups of %zu on %zu cases, %zu bytes each, %s\n", entries, b.group, ncases, b.raw.len,
	       pg ? "PostgreSQL" : "SQLite");
	printf("flushes    %9.0f a second\n", flushes(dir));
	printf("raw        %9.0f rows/s  %6.2f us CPU a row\n", median(b.raw_rate, ROUNDS), median(b.raw_cpu, ROUNDS));
	printf("acts       %9.0f acts/s  %6.2f us CPU an entry (wanted: at most 6 in groups of 64)\n", median(b.act_rate, ROUNDS),
	       median(b.act_cpu, ROUNDS));
	printf("ratio      %9.2f          (median of %d rounds)\n", median(b.ratio, ROUNDS), ROUNDS);
	if (!pg)
		printf("stored     %9.0f bytes an entry (wanted: at most 500)\n",
		       (double)(size_of(node_dir, "record.db") - before) / (double)entries);
	(void)sqlite3_finalize(b.raw.insert);
	(void)sqlite3_close(b.raw.db);
	PQfinish(b.raw.pg);
	arena_free(b.c.a);
	(void)snprintf(node_dir, sizeof node_dir, "rm -rf '%s'", dir);
	return (system)(node_dir) == 0 ? 0 : 3;
}
