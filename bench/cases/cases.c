/*
 * How long a list takes among many cases: opens N of them through the same acts as everybody (128 cases a commit), then
 * measures the first page of `case list` and of `duty list`. One JSON object on standard output.
 * usage: cases DIR DATA [N]     DIR must not exist
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/parse.h"
#include "work/report/filing.h"

#include "base/banned.h"

#define GROUP 128
#define RUNS 200

static const struct act_kind *const kinds[] = { case_kinds, duty_kinds, report_kinds, NULL };
static const struct actor who = { S_INIT("bench-1"), S_INIT("lead"), S_INIT("") };

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The same cases every time: xorshift64. */
static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static rc state_of(struct ctx *c, const struct terms *t, const char *word, msec known, struct statement *ret)
{
	const struct statement given = { .known = { known, false } };

	return case_fact_from_word(c, t, slice_of(word), &given, ret);
}

static rc open_one(struct ctx *c, struct node *n, const struct terms *t, int64_t no, uint64_t *random, struct batch *b)
{
	static const char *const causes[] = { "cause=ransomware", "cause=lost_media", "cause=misdelivery", "cause=ddos" };
	const char *const words[] = { "org_type=private", "delegated_to=-", "leak=confirmed", "handles_data=true",
		"has_personal_data=true", "data_state=held", "recovered_unviewed=false", "processor_role=none",
		"encryption=none", "pseudonymized=false", "contactable=true", "sensitive=true",
		causes[next_random(random) % 4] };
	const msec known = c->now - (msec)(next_random(random) % 40) * DAY_MSEC;
	struct statement s[sizeof words / sizeof words[0]];
	struct origin o = { 0 };
	struct followed f;
	struct act *acts;

	TRY_ARRAY(c, acts, 3);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		TRY(state_of(c, t, words[i], known, &s[i]));
	b->acts = acts;
	return duty_open_acts(c, node_store(n), t, &who, (struct when){ known, false }, S_NONE, no, s,
	                      sizeof words / sizeof words[0], &o, acts, &b->n, &f);
}

static rc fill(struct ctx *c, struct node *n, const struct terms *t, uint32_t count)
{
	struct batch batches[GROUP];
	uint64_t random = 20261121;

	for (uint32_t done = 0; done < count;) {
		uint32_t group = 0;

		arena_reset(c->a);
		for (; group < GROUP && done + group < count; group++)
			TRY(open_one(c, n, t, (int64_t)done + group + 1, &random, &batches[group]));
		TRY(node_append_group(c, n, batches, group));
		for (uint32_t i = 0; i < group; i++)
			if (batches[i].result != OK) {
				c->fault = batches[i].fault;
				return batches[i].result;
			}
		done += group;
	}
	return OK;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_size);
	return v[n / 2] * 1e3;
}

static rc measure(struct ctx *c, struct node *n, const struct law *law, double *ret_cases, double *ret_duties, double *ret_last)
{
	static double cases[RUNS], duties[RUNS], last[RUNS];
	struct case_head *page;
	struct duty *owed;
	size_t got;

	for (size_t i = 0; i < RUNS; i++) {
		double t0 = seconds();

		arena_reset(c->a);
		TRY(case_page(c, node_store(n), false, NULL, 50, &page, &got));
		cases[i] = seconds() - t0;
		t0 = seconds();
		TRY(case_page(c, node_store(n), false, &page[got - 1], 50, &page, &got));
		last[i] = seconds() - t0;
		t0 = seconds();
		TRY(duty_page(c, node_store(n), law, true, NULL, 50, &owed, &got));
		duties[i] = seconds() - t0;
	}
	*ret_cases = median(cases, RUNS);
	*ret_duties = median(duties, RUNS);
	*ret_last = median(last, RUNS);
	return OK;
}

static rc run(struct ctx *c, const char *dir, const char *data, uint32_t count)
{
	const struct node_options o = { .name = S("bench.example") };
	double t0, built, opened, cases, duties, second;
	AUTO_ARENA packs = arena_new((size_t)256 << 20);
	struct ctx p = { .a = packs, .now = c->now };
	const struct shelf *shelf;
	const struct terms *terms;
	const struct law *law;
	struct node *n;

	TRY(law_load(&p, data, &law));
	TRY(shelf_load(&p, data, &shelf));
	TRY(terms_make(&p, law, shelf_record(shelf), &terms));
	TRY(node_create(&p, dir, &o));
	TRY(node_open(&p, dir, kinds, &n));
	t0 = seconds();
	TRY(fill(c, n, terms, count));
	built = seconds() - t0;
	TRY(node_close(&p, n));
	t0 = seconds();
	TRY(node_open(&p, dir, kinds, &n));
	opened = seconds() - t0;
	TRY(measure(c, n, law, &cases, &duties, &second));
	printf("{\"schema\":\"renkei.bench.cases/1\",\"cases\":%u,\"entries\":%lld,\"build_s\":%.1f,\"cases_per_s\":%.0f,"
	       "\"node_open_ms\":%.1f,\"case_list_ms\":%.3f,\"case_list_next_ms\":%.3f,\"duty_list_ms\":%.3f}\n",
	       count, (long long)node_size(n), built, count / built, opened * 1e3, cases, second, duties);
	return node_close(&p, n);
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)512 << 20);
	struct ctx c = { .a = a, .now = (msec)time(NULL) * 1000 };
	uint32_t count = 100000;
	rc r;

	if (argc < 3 || !a || (argc > 3 && parse_u32(&c, slice_of(argv[3]), 1, 10000000, &count) != OK)) {
		fputs("usage: cases DIR DATA [N]\n", stderr);
		return 2;
	}
	r = run(&c, argv[1], argv[2], count);
	if (r != OK)
		fprintf(stderr, "cases: %s %s %s\n", rc_word(r), c.fault.key ? c.fault.key : "", c.fault.name);
	return r == OK ? 0 : 1;
}
