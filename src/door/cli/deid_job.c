#include "door/cli/deid_job.h"

#include "base/file.h"

#include "base/banned.h"

static void free_arena(void *p)
{
	arena_free(p);
}

static rc cells_arena(struct ctx *c, struct arena **ret)
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
	TRY(cells_arena(c, &j->cells));
	TRY(table_reader_init(c, &reader, &j->table, j->ask.spec, j->ask.specs, ROLE_IDENTIFYING, j->cells));
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
	j->met = f->untrue == 0 && f->unread == 0 && f->altered == 0 && f->small == 0 && f->refused == 0
		&& (f->suppressed <= j->problem.suppress_most || f->suppressed >= m->k);
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
	TRY(write_rows(c, j, &out));
	TRY(fresh_close(c, &out));
	TRY(job_measure(c, j, out.tmp));
	return j->met ? fresh_keep(c, &out) : OK;
}
