/* Stages of a release with one thread and with more, by the clock: deid_stages DIR QI[,QI…] SENSITIVE K SUPPRESS-PERCENT OUT [THREADS [TIMES]] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "door/cli/deid_job.h"

#include "base/banned.h"

enum stage { READ, OPTIMUM, WRITE, VERIFY, ALL };

#define STAGES 5

struct clock { double wall, cpu; };

static struct clock now(void)
{
	struct timespec t;
	struct rusage u;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	(void)getrusage(RUSAGE_SELF, &u);
	return (struct clock){ (double)t.tv_sec + (double)t.tv_nsec * 1e-9,
		(double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6 };
}

static void take(struct clock *least, struct clock from)
{
	struct clock to = now();

	least->wall = fmin(least->wall, to.wall - from.wall);
	least->cpu = fmin(least->cpu, to.cpu - from.cpu);
}

static rc ask(struct ctx *c, char **argv, uint32_t threads, struct asked *ret)
{
	slice rest = slice_of(argv[2]), name;
	struct asked a = { .data = argv[1], .global = true, .threads = threads, .has_seed = true, .suppress = strtod(argv[5], NULL) / 100 };

	TRY_ARRAY(c, a.spec, 64);
	while (slice_next(&rest, ',', &name))
		a.spec[a.specs++] = (struct column_spec){ .name = name, .role = ROLE_QUASI };
	a.sensitive = slice_of(argv[3]);
	a.spec[a.specs++] = (struct column_spec){ .name = a.sensitive, .role = ROLE_SENSITIVE };
	a.model.k = (uint32_t)strtoul(argv[4], NULL, 10);
	*ret = a;
	return OK;
}

static rc run(struct ctx *c, char **argv, uint32_t threads, struct clock *least)
{
	AUTO_FRESH out = { .fd = -1 };
	struct clock all = now(), from = all;
	struct job j = { 0 };

	TRY(ask(c, argv, threads, &j.ask));
	TRY(job_load(c, &j));
	take(&least[READ], from);
	from = now();
	TRY(job_search(c, &j));
	if (!j.possible)
		return FAIL(c, E_INVALID, "deid.not_met");
	take(&least[OPTIMUM], from);
	from = now();
	TRY(job_write(c, &j, argv[6], &out));
	take(&least[WRITE], from);
	from = now();
	TRY(job_measure(c, &j, out.tmp, ENCODING_UTF8));
	take(&least[VERIFY], from);
	take(&least[ALL], all);
	return OK;
}

int main(int argc, char **argv)
{
	static const char *const words[STAGES] = { "read and code", "optimum", "write", "verify", "all" };
	uint32_t threads[2] = { 1, argc > 7 ? (uint32_t)strtoul(argv[7], NULL, 10) : 2 };
	uint64_t times = argc > 8 ? strtoul(argv[8], NULL, 10) : 3;
	struct clock least[2][STAGES];

	if (argc < 7) {
		fputs("deid_stages DIR QI[,QI…] SENSITIVE K SUPPRESS-PERCENT OUT [THREADS [TIMES]]\n", stderr);
		return 2;
	}
	for (unsigned i = 0; i < 2 * STAGES; i++)
		least[i / STAGES][i % STAGES] = (struct clock){ INFINITY, INFINITY };
	/* in turn, and the least of each: the machine may have other work */
	for (uint64_t i = 0; i < 2 * times; i++) {
		AUTO_ARENA a = arena_new((size_t)16 << 30);
		struct ctx c = { .a = a };

		if (!a || run(&c, argv, threads[i % 2], least[i % 2]) != OK) {
			fprintf(stderr, "deid_stages: %s (line %u)\n", c.fault.key ? c.fault.key : "?", c.fault.row);
			return 1;
		}
	}
	printf("%-14s %9s %9s %7s %9s %9s\n", "seconds", "one", "more", "faster", "CPU one", "CPU more");
	for (unsigned s = 0; s < STAGES; s++)
		printf("%-14s %9.3f %9.3f %7.2f %9.3f %9.3f\n", words[s], least[0][s].wall, least[1][s].wall,
			least[0][s].wall / least[1][s].wall, least[0][s].cpu, least[1][s].cpu);
	return 0;
}
