/* Parts of de-identification by themselves, in CPU seconds: deid_parts DIR QI[,QI…] K SUPPRESS [COLUMN…: read as they are] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "engine/deid/classes.h"
#include "engine/deid/lattice.h"

#include "base/banned.h"

static double cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Without what the system takes to hand out memory. */
static double user(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec * 1e-6;
}

static double wall(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static rc read_spec(struct ctx *c, char **argv, int argc, struct column_spec *spec, uint32_t *ret_n)
{
	slice rest = slice_of(argv[2]), name, text;
	uint32_t n = 0;
	char path[4096];

	while (slice_next(&rest, ',', &name)) {
		spec[n] = (struct column_spec){ .name = name, .role = ROLE_QUASI };
		(void)snprintf(path, sizeof path, "%s/hierarchies/%.*s.csv", argv[1], (int)name.len, name.p);
		TRY(file_read(c, path, (size_t)1 << 30, &text));
		TRY(hierarchy_read(c, text, &spec[n++].h));
	}
	for (int i = 5; i < argc; i++)
		spec[n++] = (struct column_spec){ .name = slice_of(argv[i]), .role = ROLE_OTHER };
	*ret_n = n;
	return OK;
}

/* The table again and again in windows of 4 MB, as the command shows it. */
static rc code_table(struct ctx *c, slice text, const struct column_spec *spec, uint32_t n, const struct runner *runner,
	struct table *t)
{
	struct table_reader r;
	size_t at = 0, used = 0;

	TRY(table_reader_init(c, &r, t, spec, n, ROLE_OTHER, runner));
	while (at < text.len) {
		size_t len = text.len - at < ((size_t)4 << 20) ? text.len - at : (size_t)4 << 20;

		TRY(table_feed(c, &r, text.p + at, len, at + len == text.len, &used));
		at += used;
	}
	return OK;
}

static rc time_coding(struct ctx *c, slice text, const struct column_spec *spec, uint32_t n, struct table *t)
{
	AUTO_RUNNER two = { 0 };
	double c0 = 0, w0 = 0, u0, one_cpu = 1e9, one_user = 1e9, one_wall = 1e9, two_cpu = 1e9, two_wall = 1e9;

	/* the least of five: the machine may have other work */
	for (int i = 0; i < 5; i++) {
		c0 = cpu();
		w0 = wall();
		u0 = user();
		TRY(code_table(c, text, spec, n, NULL, t));
		one_user = fmin(one_user, user() - u0);
		one_cpu = fmin(one_cpu, cpu() - c0);
		one_wall = fmin(one_wall, wall() - w0);
	}
	runner_start(&two, 2);
	for (int i = 0; i < 5; i++) {
		c0 = cpu();
		w0 = wall();
		TRY(code_table(c, text, spec, n, &two, t));
		two_cpu = fmin(two_cpu, cpu() - c0);
		two_wall = fmin(two_wall, wall() - w0);
	}
	printf("coding   %.3f us a row of %u columns on one core (%.3f with the system's part); two threads: wall x %.2f, CPU x %.2f\n",
		one_user / (double)t->rows * 1e6, (unsigned)t->cols, one_cpu / (double)t->rows * 1e6, one_wall / two_wall,
		two_cpu / one_cpu);
	t->runner = NULL;
	return OK;
}

static rc time_search(struct ctx *c, struct problem *p, struct global *g)
{
	double c0 = cpu();
	bool fits = false;

	TRY(lattice_run(c, p, g, &fits));
	printf("optimum  %.3f s CPU, loss %.6f, %llu of %llu nodes counted\n", cpu() - c0, g->loss, (unsigned long long)g->visited,
		(unsigned long long)g->nodes);
	return OK;
}

/* The node that was found, counted whole: nothing of it is known before. */
static rc time_check(struct ctx *c, const struct problem *p, const struct global *g)
{
	struct counter *counter = NULL;
	struct packed rows = { 0 };
	struct layout l;
	struct counted n;
	bool fits = false;
	double c0;

	TRY(layout_init(c, &l, p, &fits));
	TRY(packed_rows(c, &l, &rows));
	TRY(counter_init(c, &l, rows.n, &counter));
	c0 = cpu();
	for (int i = 0; i < 5; i++)
		TRY(counter_check(c, counter, &rows, g->level, p->t->rows, false, NULL, &n));
	printf("check    %.1f ns a row (%llu classes, %u words)\n", (cpu() - c0) / 5 / (double)p->t->rows * 1e9,
		(unsigned long long)n.classes, (unsigned)l.words);
	return OK;
}

static rc run(struct ctx *c, int argc, char **argv)
{
	struct column_spec spec[64] = { 0 };
	struct global g = { 0 };
	struct problem p;
	struct table t;
	uint32_t n = 0;
	char path[4096];
	slice text;
	char *padded;

	TRY(read_spec(c, argv, argc, spec, &n));
	(void)snprintf(path, sizeof path, "%s/data.csv", argv[1]);
	TRY(file_read(c, path, (size_t)8 << 30, &text));
	padded = arena_bytes(c->a, text.len + CSV_PADDING);
	if (!padded)
		return FAIL(c, E_NOMEM, "memory.limit");
	memcpy(padded, text.p, text.len);
	memset(padded + text.len, 0, CSV_PADDING);
	TRY(time_coding(c, (slice){ padded, text.len }, spec, n, &t));
	TRY(problem_init(c, &p, &t));
	p.model.k = (uint32_t)strtoul(argv[3], NULL, 10);
	p.suppress_most = (uint64_t)(strtod(argv[4], NULL) / 100 * (double)t.rows + 1e-9);
	TRY(time_search(c, &p, &g));
	return time_check(c, &p, &g);
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)16 << 30);
	struct ctx c = { .a = a };

	if (!a || argc < 5) {
		fputs("deid_parts DIR QI[,QI…] K SUPPRESS-PERCENT [COLUMN …]\n", stderr);
		return 2;
	}
	if (run(&c, argc, argv) != OK) {
		fprintf(stderr, "deid_parts: %s (line %u)\n", c.fault.key ? c.fault.key : "?", c.fault.row);
		return 1;
	}
	return 0;
}
