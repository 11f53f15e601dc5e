/*
 * What the record costs beside appending (bench/acts): `bench_record [FOLDER] [ENTRIES] [KEYS]`. Each figure stands as a ratio to
 * the same thing done by hand in the same run, because the machine is never alone.
 *   verify   CPU of checking all hashes and signatures of the record to SHA-256 (OpenSSL) over the same bytes plus reading them
 *   proof    one inclusion proof of the record
 *   looks    what the record of who looked costs of the rate of pages, 32 pages to a commit
 *   rewrap   replacing the epoch key: all keys of a keeper wrapped anew
 */
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/record/keep.h"
#include "core/record/look.h"
#include "core/record/record.h"

static double seconds(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
static double wall(void) { return seconds(CLOCK_MONOTONIC); }

static void must(const struct ctx *c, rc r)
{
	if (r == OK)
		return;
	fprintf(stderr, "bench_record: %s %s\n", rc_word(r), c->fault.key ? c->fault.key : "");
	exit(3);
}

static void give_up(const char *why)
{
	fprintf(stderr, "bench_record: %s\n", why);
	exit(3);
}

/* An entry of 400 bytes. */
static struct act model(void)
{
	static const slice obj[] = { S_INIT("i-mfrggzdfmztwq2lk"), S_INIT("i-nbswy3dpeb3w64tm") };
	static const slice basis[] = { S_INIT("appi.26-1"), S_INIT("appi.rule.8-1") };
	static const slice code[] = { S_INIT("kind.ransomware"), S_INIT("found.by.processor"), S_INIT("appi.affected.count.upper.bound.of.persons.known.by.now") };

	return (struct act){ .act = S("approve"), .actor = { S("op-7f3a"), S("handler"), S_NONE }, .case_id = S("c-2026-0001"),
	                     .basis = { basis, 2 }, .code = { code, 3 }, .obj = { obj, 2 } };
}

static void fill(struct ctx *c, struct node *n, int64_t entries)
{
	struct act acts[GROUP_MOST];
	struct batch b[GROUP_MOST];

	for (size_t i = 0; i < GROUP_MOST; i++)
		acts[i] = model();
	while (node_size(n) < entries) {
		for (size_t i = 0; i < GROUP_MOST; i++)
			b[i] = (struct batch){ .acts = &acts[i], .n = 1 };
		c->now += 2;
		must(c, node_append_group(c, n, b, GROUP_MOST));
		arena_reset(c->a);
	}
}

/* The same bytes read from the same file, one SHA-256 over each entry. */
static double by_hand(const char *dir)
{
	unsigned char sum[32], all = 0;
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	sqlite3_stmt *s;
	char path[400];
	sqlite3 *db;
	double t;

	(void)snprintf(path, sizeof path, "%s/record.db", dir);
	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_prepare_v2(db, "SELECT body FROM entry ORDER BY seq", -1, &s, NULL) != SQLITE_OK)
		give_up("cannot read");
	t = cpu();
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *p = sqlite3_column_blob(s, 0), *end = p + sqlite3_column_bytes(s, 0);

		while (p < end) {
			const char *line = memchr(p, '\n', (size_t)(end - p));

			line = line ? line : end;
			if (!EVP_DigestInit_ex2(ctx, md, NULL) || !EVP_DigestUpdate(ctx, p, (size_t)(line - p)) || !EVP_DigestFinal_ex(ctx, sum, NULL))
				give_up("cannot hash");
			all ^= sum[0];
			p = line + 1;
		}
	}
	t = cpu() - t;
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return t + (all == 255 ? 1e-12 : 0);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_size);
	return v[n / 2];
}

#define ROUNDS 5

/* A large record once: its length evens out what neighbours do. */
static int rounds_of(struct node *n) { return node_size(n) > 1000000 ? 1 : ROUNDS; }

/* The most memory that this process ever had, in kB. */
static long memory(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void bench_verify(struct ctx *c, const char *dir, struct node **n)
{
	double hand[ROUNDS], own[ROUNDS], ratio[ROUNDS];
	const int rounds = rounds_of(*n);
	long before, grown = 0;

	for (int i = 0; i < rounds; i++) {
		struct verdict v;
		double t;

		hand[i] = by_hand(dir);
		before = memory();
		t = cpu();
		must(c, record_verify_hashes(c, *n, NULL, &v));
		own[i] = cpu() - t;
		grown += memory() - before;
		if (!v.good)
			give_up(v.key);
		ratio[i] = own[i] / hand[i];
	}
	printf("verify  %" PRId64 " entries: %.2f us CPU an entry, by hand %.2f: ratio %.2f (wanted: at most 1.2), %ld kB more memory\n", node_size(*n),
	       median(own, (size_t)rounds) * 1e6 / (double)node_size(*n), median(hand, (size_t)rounds) * 1e6 / (double)node_size(*n), median(ratio, (size_t)rounds), grown);
}

static void bench_proof(struct ctx *c, struct node *n)
{
	double t = wall(), own = cpu();
	slice text;

	for (int64_t i = 0; i < 2000; i++) {
		must(c, record_prove(c, n, i * 7919 % (node_size(n) - 1), &text));
		arena_reset(c->a);
	}
	t = wall() - t;
	own = cpu() - own;
	printf("proof   %.3f ms, CPU %.3f (wanted: under 1)\n", t * 1e3 / 2000, own * 1e3 / 2000);
}

/* A page: opens three sealed payloads and makes a text of some size of them. */
static void make_page(struct ctx *c, struct node *n, const int64_t seqs[3], bool recorded, int who)
{
	const struct opened *o[3];
	size_t count[3];
	struct look look = { .actor = { S_NONE, S("handler"), S_NONE } };
	char id[16];
	struct buf b;

	(void)snprintf(id, sizeof id, "op-%d", who);
	look.actor.id = slice_of(id);
	if (recorded) {
		must(c, node_view(c, n, &look, S("c-look"), seqs, 3, o, count));
	} else {
		for (int i = 0; i < 3; i++) {
			struct entry e;

			must(c, record_get(c, n, seqs[i], &e));
			must(c, node_open_payloads(c, n, &e, PURPOSE_VERIFY, &o[i]));
		}
	}
	buf_init(&b, c->a, 1 << 20);
	for (int i = 0; i < 400; i++)   /* a page of some 60 kB, escaped piece by piece */
		for (int k = 0; k < 3; k++)
			json_put_text(&b, o[k][0].bytes);
	arena_reset(c->a);
}

#define TOGETHER 32   /* pages of waiting requests that share a commit */
#define TURNS 150     /* so many pages without, so many with, and again: what neighbours do falls on both */

struct spent { double cpu, wall; };

static struct spent pages(struct ctx *c, struct node *n, const int64_t seqs[3], bool recorded)
{
	struct spent t = { cpu(), wall() };

	for (int i = 0; i < TOGETHER; i++)
		make_page(c, n, seqs, recorded, i);
	if (recorded)
		must(c, node_looks_write(c, n));
	c->now += 11;
	return (struct spent){ cpu() - t.cpu, wall() - t.wall };
}

/* `again` 0: every page is a look of its own; else as it is by default, where a page that is loaded again is none. */
static void bench_looks_as(struct ctx *c, struct node *n, const int64_t seqs[3], msec again, const char *what)
{
	double cost[TURNS], late[TURNS], each[TURNS];

	must(c, node_looks_gather(c, n, again));
	for (int i = 0; i < TURNS; i++) {
		struct spent without, with;

		/* whoever comes second finds warm caches */
		if (i % 2)
			with = pages(c, n, seqs, true);
		without = pages(c, n, seqs, false);
		if (i % 2 == 0)
			with = pages(c, n, seqs, true);
		cost[i] = 1 - without.cpu / with.cpu;
		late[i] = 1 - without.wall / with.wall;
		each[i] = without.cpu / TOGETHER;
	}
	printf("looks   %s: %.1f %% of the rate of pages by processor time (wanted: under 5), %.1f %% by the clock, a page %.0f us\n", what,
	       median(cost, TURNS) * 100, median(late, TURNS) * 100, median(each, TURNS) * 1e6);
}

static void bench_looks(struct ctx *c, struct node *n)
{
	const struct payload p = { .bytes = S("{\"name\":\"fictional person\",\"text\":\"what a page shows of it\"}") };
	struct act a = { .act = S("approve"), .actor = { S("op-1"), S("handler"), S_NONE }, .case_id = S("c-look"), .seal = &p, .nseal = 1 };
	int64_t seqs[3];

	for (int i = 0; i < 3; i++)
		must(c, node_append(c, n, &a, &seqs[i]));
	bench_looks_as(c, n, seqs, 0, "each page a new look");
	bench_looks_as(c, n, seqs, LOOK_AGAIN, "as usual");
}

static void make_keys(struct ctx *c, struct keep *k, long keys)
{
	for (long at = 0; at < keys; at += 4096) {
		size_t n = keys - at < 4096 ? (size_t)(keys - at) : 4096;
		slice *ids = arena_alloc(c->a, n, sizeof *ids);

		for (size_t i = 0; i < n; i++) {
			struct buf b;

			buf_init(&b, c->a, 64);
			buf_putf(&b, "k-c-%08ld", at + (long)i);
			ids[i] = buf_slice(&b);
		}
		must(c, keep_make(c, k, ids, n));
		arena_reset(c->a);
	}
}

static void bench_rewrap(struct ctx *c, const char *dir, long keys)
{
	char path[400], id[40];
	struct keep *k;
	slice gone;
	int64_t epoch[2];
	double t, own;

	(void)snprintf(path, sizeof path, "%s/keep", dir);
	must(c, keep_create(c, path));
	must(c, keep_open(c, path, &k));
	make_keys(c, k, keys);
	(void)snprintf(id, sizeof id, "k-c-%08ld", keys / 2);
	gone = slice_of(id);
	t = wall();
	own = cpu();
	must(c, keep_destroy(c, k, &gone, 1, epoch));
	own = cpu() - own;
	t = wall() - t;
	printf("rewrap  %ld keys: %.2f s for a million, CPU %.2f s (wanted: under 3)\n", keys, t * 1e6 / (double)keys, own * 1e6 / (double)keys);
	keep_close(k);
}

int main(int argc, char **argv)
{
	struct ctx c = { .a = arena_new((size_t)2 << 30), .now = 1795219200000 };
	struct node_options o = { .name = S("bench.example") };
	long entries = argc > 2 ? strtol(argv[2], NULL, 10) : 200000, keys = argc > 3 ? strtol(argv[3], NULL, 10) : 200000;
	char dir[300], node_dir[320];
	struct node *n;

	(void)snprintf(dir, sizeof dir, "%s/renkei-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (!c.a || !mkdtemp(dir))
		give_up("cannot start");
	(void)snprintf(node_dir, sizeof node_dir, "%s/node", dir);
	must(&c, node_create(&c, node_dir, &o));
	must(&c, node_open(&c, node_dir, NULL, &n));
	fill(&c, n, entries);
	must(&c, node_close(&c, n));
	must(&c, node_open(&c, node_dir, NULL, &n));
	bench_verify(&c, node_dir, &n);
	bench_proof(&c, n);
	bench_looks(&c, n);
	must(&c, node_close(&c, n));
	bench_rewrap(&c, dir, keys);
	arena_free(c.a);
	(void)snprintf(node_dir, sizeof node_dir, "rm -rf '%s'", dir);
	return (system)(node_dir) == 0 ? 0 : 3;
}
