#include <math.h>

#include "base/json.h"
#include "base/parse.h"
#include "door/cli/deid_job.h"
#include "engine/deid/csv.h"

#include "base/banned.h"

/* `deid frontier`: what each k and each share of suppressed rows costs, in one run. Nothing is written but the figures. */

#define POINTS_MOST 32u

struct grid {
	uint32_t k[POINTS_MOST], ks;
	double share[POINTS_MOST];
	uint32_t shares;
};

static rc bad_option(struct ctx *c, const char *option)
{
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

static rc read_ks(struct ctx *c, const char *text, struct grid *f)
{
	slice rest = slice_of(text ? text : "2,3,5,10,20,50"), item;

	while (slice_next(&rest, ',', &item)) {
		if (f->ks == POINTS_MOST)
			return bad_option(c, "k");
		TRY(parse_u32(c, item, 1, UINT32_MAX / 2, &f->k[f->ks++]));
	}
	return f->ks > 0 ? OK : bad_option(c, "k");
}

static rc read_shares(struct ctx *c, const char *text, struct grid *f)
{
	slice rest = slice_of(text ? text : "0,1,2,5"), item;

	while (slice_next(&rest, ',', &item)) {
		char *z = arena_cstr(c->a, item);

		if (!z || f->shares == POINTS_MOST)
			return bad_option(c, "suppress");
		TRY(ask_share(c, "suppress", z, &f->share[f->shares++]));
	}
	return f->shares > 0 ? OK : bad_option(c, "suppress");
}

/* The release as text, in pieces, to who measures it. */
static rc measure_unwritten(struct ctx *c, struct job *j)
{
	const struct table *t = &j->table;
	struct measure *m = NULL;
	size_t used = 0;
	struct buf b;

	TRY(measure_begin(c, &j->problem, NULL, &m));
	buf_init(&b, c->a, (size_t)1 << 32);
	release_header(&j->release, &b);
	for (uint32_t i = 0; i < t->blocks; i++) {
		release_rows(&j->release, NULL, (uint64_t)i * TABLE_BLOCK, table_block_rows(t, i), &b);
		if (!buf_room(&b, CSV_PADDING))
			return FAIL(c, E_LIMIT, "memory.limit");
		memset(b.p + b.len, 0, CSV_PADDING);
		TRY(measure_feed(c, m, b.p, b.len, i + 1 == t->blocks, &used));
		buf_reset(&b);
	}
	if (j->problem.people)
		TRY(measure_people(c, m));
	return measure_end(c, m, &j->f);
}

static void kv_real(struct json_out *o, const char *key, double v)
{
	char z[40];
	int n = snprintf(z, sizeof z, "%.6g", v);

	jo_key(o, slice_of(key));
	if (isfinite(v) && n > 0)
		jo_raw(o, (slice){ z, (size_t)n });
	else
		jo_null(o);
}

static void put_point(struct json_out *o, const struct job *j, double share)
{
	const struct figures *f = &j->f;

	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.deid.frontier.1"));
	jo_kv_int(o, "k", j->problem.model.k);
	kv_real(o, "suppress", share);
	jo_kv_bool(o, "possible", j->possible);
	if (j->possible) {
		kv_real(o, "loss", f->loss);
		kv_real(o, "entropy", f->entropy);
		kv_real(o, "query_error", f->query_error);
		kv_real(o, "aecs", f->aecs);
		jo_kv_int(o, "suppressed", (int64_t)f->suppressed);
		jo_kv_int(o, "classes", (int64_t)f->classes);
		kv_real(o, "prosecutor_highest", f->risk_most);
		kv_real(o, "prosecutor_mean", f->risk_mean);
	}
	jo_end_object(o);
}

/* One point, in memory of its own. */
static rc look_at(struct ctx *c, const struct job *from, uint32_t k, double share)
{
	struct job j = *from;
	struct json_out o;
	struct buf b;
	slice text;

	j.problem.model.k = k;
	j.problem.suppress_most = (uint64_t)(share * (double)j.table.rows + 1e-9);
	TRY(job_search(c, &j));
	if (j.possible)
		TRY(measure_unwritten(c, &j));
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	put_point(&o, &j, share);
	buf_putc(&b, '\n');
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc look_apart(struct ctx *c, const struct job *j, uint32_t k, double share)
{
	AUTO_ARENA a = arena_new((size_t)64 << 30);
	struct ctx own = *c;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	own.a = a;
	r = look_at(&own, j, k, share);
	c->fault = own.fault;
	return r;
}

rc frontier_print(struct ctx *c, const struct call *in)
{
	struct grid f = { .ks = 0 };
	struct job *j = NULL;

	TRY_NEW(c, j);
	TRY(read_ks(c, call_value(in, "k"), &f));
	TRY(read_shares(c, call_value(in, "suppress"), &f));
	TRY(ask_read(c, in, &j->ask));
	TRY(job_load(c, j));
	for (uint32_t i = 0; i < f.ks; i++)
		for (uint32_t s = 0; s < f.shares; s++)
			TRY(look_apart(c, j, f.k[i], f.share[s]));
	return OK;
}
