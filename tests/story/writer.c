/*
 * Appends acts for ever and prints the seq of each one that was acknowledged, and what stood in it: the victim of kill.sh and
 * faults.sh. `writer DIR NAME`: every act carries a number of this writer; batches of two acts that belong together.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"
#include "core/record/record.h"

static const struct member_spec m_mark[] = { { "half", MEMBER_INT, true, NULL }, { "run", MEMBER_INT, true, NULL }, { 0 } };
static const struct act_kind kinds[] = {
	{ "test.mark", m_mark, NULL, ACT_CASE, NULL, NULL, NULL, NULL }, { 0 },
};
static const struct act_kind *const tables[] = { kinds, NULL };

static msec clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (msec)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int complain(struct ctx *c, rc r)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	fault_put(&b, &c->fault, LANGUAGE_EN);
	fprintf(stderr, "%s: %.*s\n", rc_word(r), (int)b.len, b.p);
	return r == E_TAMPER ? 1 : 3;
}

static rc append_pair(struct ctx *c, struct node *n, const char *name, int run, int64_t *ret)
{
	static const struct payload secret = { .bytes = S_INIT("{\"name\":\"fictional\"}") };
	char first[64], second[64];
	struct act pair[2] = {
		{ .act = S("test.mark"), .case_id = S("c-kill"), .seal = &secret, .nseal = (size_t)(run % 4 == 0) },
		{ .act = S("test.mark"), .case_id = S("c-kill") },
	};
	static const int64_t before = -1;

	(void)snprintf(first, sizeof first, "{\"half\":1,\"run\":%d}", run);
	(void)snprintf(second, sizeof second, "{\"half\":2,\"run\":%d}", run);
	pair[0].members = slice_of(first);
	pair[1].members = slice_of(second);
	pair[1].ref = (struct ints){ &before, 1 };
	pair[0].actor = pair[1].actor = (struct actor){ slice_of(name), S("handler"), S_NONE };
	return node_append_all(c, n, pair, 2, ret);
}

/* verify: all entries hold, pairs are whole; prints "seq actor run" of each first half. */
static rc print_pair(struct ctx *c, const struct entry *e, void *p)
{
	int64_t *open = p, half;

	if (!slice_is(e->act, "test.mark"))
		return OK;
	half = json_get(e->json, S("half"))->num;
	if (half == 1 ? *open >= 0 : *open != e->seq - 1)
		return FAIL(c, E_TAMPER, "record.gap");
	*open = half == 1 ? e->seq : -1;
	if (half == 1)
		printf("%" PRId64 " %.*s %" PRId64 "\n", e->seq, (int)e->actor.id.len, e->actor.id.p,
		       json_get(e->json, S("run"))->num);
	return OK;
}

static int verify(struct ctx *c, const char *dir)
{
	struct entry_filter all = { 0 };
	struct verdict v;
	AUTO_NODE n = NULL;
	int64_t open = -1;
	rc r = node_open(c, dir, tables, &n);

	if (r == OK)
		r = record_verify(c, n, &v);
	if (r == OK && !v.good) {
		fprintf(stderr, "does not hold at %" PRId64 ": %s\n", v.first_bad, v.key);
		return 1;
	}
	if (r == OK)
		r = record_each(c, n, &all, print_pair, &open);
	if (r == OK && open >= 0) {
		fputs("half a pair at the end\n", stderr);
		return 1;
	}
	return r == OK ? 0 : complain(c, r);
}

/* Appends until told to stop; prints what was acknowledged. */
static int append_all(struct ctx *c, const char *dir, const char *name, int first, int most)
{
	struct node *n;
	rc r = node_open(c, dir, tables, &n);

	if (r != OK)
		return complain(c, r);
	for (int run = first, i = 0; i < most; run++, i++) {
		int64_t seq;
		char line[64];
		int len;

		arena_reset(c->a);
		c->now = clock_now();
		r = append_pair(c, n, name, run, &seq);
		if (r == E_BUSY)
			continue;
		if (r != OK)
			return complain(c, r);
		len = snprintf(line, sizeof line, "%" PRId64 " %s %d\n", seq, name, run);
		if (write(STDOUT_FILENO, line, (size_t)len) != len)   /* at once: this is the acknowledgement */
			return 0;
	}
	r = node_close(c, n);
	return r == OK ? 0 : complain(c, r);
}

/* ---- memory: a child for each allocation that fails, on a copy of its own ---- */

/* In fault_shim.c. */
extern void fault_arm(long at) __attribute__((weak));
extern int fault_met(void) __attribute__((weak));

#define NOT_MET 100   /* exit: the program asked for fewer allocations */

static void print_to(const char *folder, long at, const char *end, int fd)
{
	char path[400];

	(void)snprintf(path, sizeof path, "%s/%ld.%s", folder, at, end);
	if (!freopen(path, "w", fd == STDOUT_FILENO ? stdout : stderr))
		_exit(2);
}

static int in_child(const char *folder, const char *copy, long at, bool check)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct ctx c = { .a = arena_new((size_t)256 << 20), .now = clock_now() };

		print_to(folder, at, check ? "after" : "out", STDOUT_FILENO);
		print_to(folder, at, check ? "check" : "err", STDERR_FILENO);
		if (!check)
			fault_arm(at);
		status = check ? verify(&c, copy) : append_all(&c, copy, "op-1", 0, 5);
		if (!check && status == 0 && !fault_met())
			status = NOT_MET;
		if (!check)
			fault_arm(1L << 60);
		(void)fflush(NULL);
		_exit(status);
	}
	return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

/* Prints a line for each: number, how the writer ended, how the check of its record ended (of wait(2)). */
static int memory(const char *template, const char *folder, long first, long step)
{
	char copy[300], cmd[700];

	for (long at = first;; at += step) {
		int how;

		(void)snprintf(copy, sizeof copy, "%s/%ld", folder, at);
		(void)snprintf(cmd, sizeof cmd, "cp -r '%s' '%s'", template, copy);
		if (!fault_arm || (system)(cmd) != 0)
			return 2;
		how = in_child(folder, copy, at, false);
		if (WIFEXITED(how) && WEXITSTATUS(how) == NOT_MET)
			return 0;
		printf("%ld %d %d\n", at, how, in_child(folder, copy, at, true));
		(void)fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a, .now = clock_now() };
	struct node_options o = { .name = S("kill.example") };
	int most = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 1 << 30;

	if (!a || argc < 3) {
		fprintf(stderr, "writer DIR NAME [FIRST [MOST]]; or no memory\n");
		return 2;
	}
	if (strcmp(argv[2], "--init") == 0)
		return node_create(&c, argv[1], &o) == OK ? 0 : complain(&c, c.fault.code);
	if (strcmp(argv[2], "--verify") == 0)
		return verify(&c, argv[1]);
	if (strcmp(argv[2], "--memory") == 0 && argc == 6)
		return memory(argv[1], argv[3], strtol(argv[4], NULL, 10), strtol(argv[5], NULL, 10));
	return append_all(&c, argv[1], argv[2], (int)strtol(argc > 3 ? argv[3] : "0", NULL, 10), most);
}
