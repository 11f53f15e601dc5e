#include "door/cli/deid_job.h"

#include <sodium.h>

#include "base/file.h"

#include "base/banned.h"

static void free_arena(void *p)
{
	arena_free(p);
}

rc job_cells(struct ctx *c, struct arena **ret)
{
	struct arena *a = arena_new((size_t)8 << 20);

	if (!a || arena_on_end(c->a, free_arena, a) != 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = a;
	return OK;
}

static rc path_join(struct ctx *c, const char *dir, const char *mid, slice name, const char *end, const char **ret)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/%s", dir, mid);
	buf_put(&b, name);
	buf_putz(&b, end);
	buf_putc(&b, '\0');
	if (b.full || memchr(name.p ? name.p : "", '/', name.len))
		return FAIL(c, E_INVALID, "deid.column_path");
	*ret = b.p;
	return OK;
}

static rc load_hierarchy(struct ctx *c, const struct asked *ask, slice name, const struct hierarchy **ret)
{
	const char *path = NULL;
	slice text;
	rc r;

	TRY(path_join(c, ask->data, "hierarchies/", name, ".csv", &path));
	TRY(read_text(c, path, ask->enc, &text));
	r = hierarchy_read(c, text, ret);
	if (r != OK)
		fault_where(c, path);
	return r;
}

static rc feed_table(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return table_feed(c, to, p, len, final, ret_used);
}

static rc load_table(struct ctx *c, struct job *j)
{
	struct table_reader reader;
	const char *path = j->ask.in;

	if (!path)
		TRY(path_join(c, j->ask.data, "data", S_NONE, ".csv", &path));
	TRY(job_cells(c, &j->cells));
	TRY(table_reader_init(c, &reader, &j->table, j->ask.spec, j->ask.specs, ROLE_IDENTIFYING, &j->runner));
	return pump_file(c, path, j->ask.enc, feed_table, &reader, j->in_hash);
}

/* The sensitive column's hierarchy, its leaves renumbered as the column's codes: the tree of hierarchical t. */
static rc load_t_tree(struct ctx *c, struct job *j)
{
	const struct hierarchy *h = NULL;
	struct problem *p = &j->problem;
	const struct dict *texts = &p->sensitive->texts;

	TRY(load_hierarchy(c, &j->ask, j->ask.sensitive, &h));
	TRY_ARRAY(c, p->model.t_leaf, texts->count);
	for (uint32_t i = 0; i < texts->count; i++) {
		p->model.t_leaf[i] = hierarchy_leaf(h, texts->texts[i]);
		if (p->model.t_leaf[i] == DICT_NONE)
			return FAIL(c, E_INVALID, "deid.t_value");
	}
	p->model.t_tree = h;
	return OK;
}

rc job_load(struct ctx *c, struct job *j)
{
	struct asked *ask = &j->ask;
	struct problem *p = &j->problem;

	j->runner.threads = ask->threads;
	for (uint32_t i = 0; i < ask->specs; i++)
		if (ask->spec[i].role == ROLE_QUASI)
			TRY(load_hierarchy(c, ask, ask->spec[i].name, &ask->spec[i].h));
	TRY(load_table(c, j));
	TRY(problem_init(c, p, &j->table));
	ask->model.values = p->model.values;
	p->model = ask->model;
	p->sets = ask->sets;
	p->suppress_most = (uint64_t)(ask->suppress * (double)j->table.rows + 1e-9);
	if (p->model.t_kind == T_HIERARCHICAL)
		TRY(load_t_tree(c, j));
	return p->model.t_kind != T_NONE ? problem_share(c, p) : OK;
}

rc job_search(struct ctx *c, struct job *j)
{
	j->possible = true;
	if (j->ask.global) {
		TRY(global_run(c, &j->problem, &j->global));
		j->possible = j->global.found;
		return j->possible ? release_global(c, &j->problem, j->global.level, j->global.suppressed, &j->release) : OK;
	}
	TRY(local_run(c, &j->problem, j->ask.effort, &j->local));
	j->possible = j->local.found;
	return j->possible ? release_local(c, &j->problem, j->local.class_of, j->local.classes, &j->release) : OK;
}

static rc feed_measure(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return measure_feed(c, to, p, len, final, ret_used);
}

rc job_measure(struct ctx *c, struct job *j, const char *path)
{
	const struct model *m = &j->problem.model;
	struct measure *measure = NULL;
	struct figures *f = &j->f;

	TRY(measure_begin(c, &j->problem, j->order, j->cells, &measure));
	TRY(pump_file(c, path, ENCODING_AUTO, feed_measure, measure, j->out_hash));
	TRY(measure_end(c, measure, f));
	j->met = f->untrue == 0 && f->unread == 0 && f->altered == 0 && f->small == 0 && f->refused == 0 && f->leaks == 0
		&& (f->suppressed <= j->problem.suppress_most || f->suppressed >= m->k);
	return OK;
}

/* A random 64-bit number after the other, from a key: libsodium's ChaCha20 stream. */
struct chance {
	unsigned char key[randombytes_SEEDBYTES];
	uint64_t pool[512];
	uint32_t left, turn;
};

static uint64_t chance_next(struct chance *r)
{
	if (r->left == 0) {
		unsigned char key[sizeof r->key];

		memcpy(key, r->key, sizeof key);
		for (unsigned i = 0; i < 4; i++)
			key[i] ^= (unsigned char)(r->turn >> (8 * i));
		randombytes_buf_deterministic(r->pool, sizeof r->pool, key);
		r->turn++;
		r->left = 512;
	}
	return r->pool[--r->left];
}

/* An order that follows from the key alone; without a seed the key is forgotten at once. */
static rc shuffle(struct ctx *c, struct job *j)
{
	uint32_t rows = (uint32_t)j->table.rows;
	struct chance *r = NULL;

	NEVER(sodium_init() < 0);
	TRY_NEW(c, r);
	TRY_ARRAY(c, j->order, rows);
	if (j->ask.has_seed)
		(void)crypto_generichash(r->key, sizeof r->key, (const unsigned char *)&j->ask.seed, sizeof j->ask.seed, NULL, 0);
	else
		randombytes_buf(r->key, sizeof r->key);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t other = (uint32_t)((chance_next(r) >> 32) * (i + 1) >> 32);

		j->order[i] = j->order[other];
		j->order[other] = i;
	}
	sodium_memzero(r, sizeof *r);
	return OK;
}

static rc write_shuffled(struct ctx *c, struct job *j, struct fresh *out)
{
	const struct release *r = &j->release;
	uint32_t rows = (uint32_t)j->table.rows;

	TRY(shuffle(c, j));
	release_header(r, &out->b);
	for (uint32_t i = 0; i < rows; i += TABLE_BLOCK) {
		release_ordered(r, j->order, i, rows - i < TABLE_BLOCK ? rows - i : TABLE_BLOCK, &out->b);
		TRY(fresh_flush(c, out));
	}
	return OK;
}

static rc write_rows(struct ctx *c, struct job *j, struct fresh *out)
{
	const struct table *t = &j->table;
	uint32_t *codes = NULL;

	TRY_ARRAY(c, codes, (size_t)t->cols * TABLE_BLOCK);
	release_header(&j->release, &out->b);
	for (uint32_t b = 0; b < t->blocks; b++) {
		release_block(&j->release, b, codes, &out->b);
		TRY(fresh_flush(c, out));
	}
	return OK;
}

rc job_release(struct ctx *c, struct job *j, const char *path)
{
	AUTO_FRESH out = { .fd = -1 };

	TRY(fresh_open(c, &out, path));
	TRY(j->ask.order == ORDER_SHUFFLED ? write_shuffled(c, j, &out) : write_rows(c, j, &out));
	TRY(fresh_close(c, &out));
	TRY(job_measure(c, j, out.tmp));
	return j->met ? fresh_keep(c, &out) : OK;
}
