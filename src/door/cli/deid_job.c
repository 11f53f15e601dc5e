#include "door/cli/deid_job.h"

#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "engine/deid/codes.h"
#include "engine/deid/cross.h"

#include "base/banned.h"

static void free_arena(void *p)
{
	arena_free(p);
}

rc job_arena(struct ctx *c, size_t most, struct arena **ret)
{
	struct arena *a = arena_new(most);

	if (!a || arena_on_end(c->a, free_arena, a) != 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = a;
	return OK;
}

rc job_cells(struct ctx *c, struct arena **ret)
{
	return job_arena(c, (size_t)8 << 20, ret);
}

static rc path_between(struct ctx *c, const char *dir, const char *mid, slice name, const char *end, const char **ret)
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

static rc read_hierarchy(struct ctx *c, const char *path, enum encoding enc, const struct hierarchy **ret)
{
	slice text;
	rc r;

	TRY(read_text(c, path, enc, &text));
	r = hierarchy_read(c, text, ret);
	if (r != OK)
		fault_where(c, path);
	return r;
}

static rc load_hierarchy(struct ctx *c, const struct asked *ask, slice name, const struct hierarchy **ret)
{
	const char *path = NULL;

	TRY(path_between(c, ask->data, "hierarchies/", name, ".csv", &path));
	return read_hierarchy(c, path, ask->enc, ret);
}

/* A file that the spec names, from its folder. */
static rc load_named(struct ctx *c, const struct asked *ask, slice file, const struct hierarchy **ret)
{
	const char *path = NULL;

	TRY(job_beside(c, ask, file, &path));
	return read_hierarchy(c, path, ask->enc, ret);
}

rc job_beside(struct ctx *c, const struct asked *ask, slice file, const char **ret)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	if (file.len > 0 && file.p[0] != '/')
		buf_putf(&b, "%s/", ask->data);
	buf_put(&b, file);
	buf_putc(&b, '\0');
	if (b.full || memchr(file.p, '\0', file.len))
		return FAIL(c, E_INVALID, "deid.column_path");
	*ret = b.p;
	return OK;
}

/* Each by itself: that of postal codes is a good part of the work where the table is small. */
struct loading { struct asked *ask; struct ctx *own; rc *result; };

static void load_one(void *arg, uint32_t i)
{
	struct loading *w = arg;
	const struct asked *ask = w->ask;
	struct column_spec *spec = &ask->spec[i];

	if (spec->role != ROLE_QUASI || spec->build)
		return;
	w->result[i] = ask->column ? load_named(&w->own[i], ask, ask->column[i].file, &spec->h)
		: load_hierarchy(&w->own[i], ask, spec->name, &spec->h);
}

static rc load_hierarchies(struct ctx *c, struct job *j)
{
	uint32_t n = j->ask.specs;
	struct loading w = { .ask = &j->ask };

	TRY_ARRAY(c, w.own, n);
	TRY_ARRAY(c, w.result, n);
	for (uint32_t i = 0; i < n; i++) {
		w.own[i] = *c;
		TRY(job_arena(c, (size_t)4 << 30, &w.own[i].a));
	}
	runner_each(j->runner, n, load_one, &w);
	for (uint32_t i = 0; i < n; i++) {
		if (w.result[i] == OK)
			continue;
		c->fault = w.own[i].fault;
		return w.result[i];
	}
	return OK;
}

static const struct asked_column *asked_of(const struct asked *ask, slice name)
{
	for (uint32_t i = 0; ask->column && i < ask->specs; i++)
		if (slice_eq(ask->column[i].is.name, name))
			return &ask->column[i];
	return NULL;
}

/* Columns that become means of groups together. */
static rc microaggregate(struct ctx *c, struct job *j)
{
	struct column **cols = NULL;

	TRY_ARRAY(c, cols, (size_t)j->ask.mdavs + 1);
	for (uint32_t i = 0; i < j->ask.mdavs; i++) {
		for (uint32_t k = 0; k < j->table.cols; k++)
			if (slice_eq(j->table.col[k].name, j->ask.mdav[i]) && j->table.col[k].role != ROLE_QUASI)
				cols[i] = &j->table.col[k];
		if (!cols[i]) {
			(void)FAIL(c, E_INVALID, "spec.treat");
			fault_name(c, j->ask.mdav[i]);
			return E_INVALID;
		}
	}
	return j->ask.mdavs > 0 ? treat_mdav(c, &j->table, cols, j->ask.mdavs, j->ask.mdav_k) : OK;
}

/* Methods for columns that are no quasi-identifiers, and sampling: before the models, which judge what goes out. */
static rc treat_columns(struct ctx *c, struct job *j)
{
	struct chance r;

	for (uint32_t i = 0; i < j->table.cols; i++) {
		struct column *col = &j->table.col[i];
		const struct asked_column *ask = asked_of(&j->ask, col->name);

		if (!ask || ask->treat.what == 0)
			continue;
		TRY(chance_open(c, j->key, "treat", col->name, &r));
		TRY(treat_column(c, &j->table, col, &ask->treat, &r));
		chance_close(&r);
	}
	TRY(microaggregate(c, j));
	if (j->ask.sample <= 0 || j->ask.sample >= 1)
		return OK;
	TRY(chance_open(c, j->key, "sample", S_NONE, &r));
	TRY(treat_sample(c, &j->table, j->ask.sample, &r));
	chance_close(&r);
	return OK;
}

/* Codes that the law calls identifying stop the run, whatever the spec calls their column. */
static rc refuse_codes(struct ctx *c, const struct job *j)
{
	for (uint32_t i = 0; i < j->table.cols; i++) {
		const struct column *col = &j->table.col[i];

		if (col->texts.count == 0 || col->pseudonym || !code_is_of_law(codes_find(&col->texts)))
			continue;
		(void)FAIL(c, E_DENIED, "deid.code");
		fault_name(c, col->name);
		return E_DENIED;
	}
	return OK;
}

static rc set_columns(struct ctx *c, struct job *j)
{
	struct problem *p = &j->problem;
	double *weight = NULL;

	if (!j->ask.column)
		return OK;
	TRY_ARRAY(c, weight, p->qs);
	for (uint32_t i = 0; i < p->qs; i++) {
		const struct asked_column *ask = asked_of(&j->ask, p->q[i].col->name);
		uint32_t top = p->q[i].h->levels - 1;

		weight[i] = ask->weight;
		p->q[i].least = ask->least > top ? top : (uint32_t)ask->least;
		p->q[i].most = ask->most < 0 || ask->most > top ? top : (uint32_t)ask->most;
	}
	if (j->ask.weighed)
		problem_weigh(p, weight);
	return OK;
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
		TRY(path_between(c, j->ask.data, "data", S_NONE, ".csv", &path));
	TRY(job_cells(c, &j->cells));
	TRY(table_reader_init(c, &reader, &j->table, j->ask.spec, j->ask.specs, ROLE_IDENTIFYING, j->runner));
	reader.pseudonym = pseudonym_make;
	reader.key = j->key;
	reader.other = j->people.cols > 0 ? &j->people : NULL;
	return pump_file(c, path, j->ask.enc, j->runner, feed_table, &reader, j->in_hash);
}

/* The population: the quasi-identifying columns of another table, before the table itself. */
static rc load_people(struct ctx *c, struct job *j)
{
	const struct asked *ask = &j->ask;
	struct column_spec *spec = NULL;
	struct table_reader reader;
	const char *path = NULL;
	uint32_t n = 0;

	if (ask->population.len == 0)
		return OK;
	TRY_ARRAY(c, spec, ask->specs);
	for (uint32_t i = 0; i < ask->specs; i++)
		if (ask->spec[i].role == ROLE_QUASI)
			spec[n++] = ask->spec[i];
	TRY(job_beside(c, ask, ask->population, &path));
	TRY(table_reader_init(c, &reader, &j->people, spec, n, ROLE_IDENTIFYING, j->runner));
	return pump_file(c, path, ask->enc, j->runner, feed_table, &reader, NULL);
}

static rc join_people(struct ctx *c, struct job *j)
{
	struct problem *p = &j->problem;

	if (j->people.cols == 0)
		return OK;
	TRY(table_share_hierarchies(c, &j->table, &j->people));
	TRY_ARRAY(c, p->people_col, p->qs);
	for (uint32_t i = 0; i < p->qs; i++)
		for (uint32_t k = 0; k < j->people.cols; k++)
			if (slice_eq(j->people.col[k].name, p->q[i].col->name))
				p->people_col[i] = &j->people.col[k];
	p->people = &j->people;
	return OK;
}

/* The hierarchy of a sensitive column: a file that the spec names, or that of the folder. */
static rc load_tree(struct ctx *c, const struct job *j, const struct column *col, const struct hierarchy **ret)
{
	const struct asked_column *ask = asked_of(&j->ask, col->name);

	if (!j->ask.column)
		return load_hierarchy(c, &j->ask, col->name, ret);
	if (!ask || ask->file.len == 0)
		return FAIL(c, E_INVALID, "deid.t_tree");
	return load_named(c, &j->ask, ask->file, ret);
}

/* Its leaves renumbered as the column's codes: the tree of hierarchical t. */
static rc load_t_tree(struct ctx *c, struct job *j, const struct column *col, struct model *m)
{
	const struct hierarchy *h = NULL;
	const struct dict *texts = &col->texts;

	TRY(load_tree(c, j, col, &h));
	TRY_ARRAY(c, m->t_leaf, texts->count);
	for (uint32_t i = 0; i < texts->count; i++) {
		m->t_leaf[i] = hierarchy_leaf(h, texts->texts[i]);
		if (m->t_leaf[i] == DICT_NONE)
			return FAIL(c, E_INVALID, "deid.t_value");
	}
	m->t_tree = h;
	return OK;
}

/* A value and where it stands among the others. */
struct ranked { double at; uint32_t code; };

static int rising(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->at < y->at || x->at > y->at)
		return x->at < y->at ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

/* The number that a text begins with ("1000+" is 1000). */
static bool leading_number(slice text, double *ret)
{
	char z[48], *end = NULL;
	size_t n = text.len < sizeof z - 1 ? text.len : sizeof z - 1;

	if (n == 0 || !memchr("-0123456789", text.p[0], 11))
		return false;
	memcpy(z, text.p, n);
	z[n] = '\0';
	*ret = strtod(z, &end);
	return end > z && isfinite(*ret);
}

/* The order of the sensitive values: of the lines of their hierarchy, else of numbers. */
static rc load_t_order(struct ctx *c, struct job *j, const struct column *col, struct model *m)
{
	const struct asked_column *ask = asked_of(&j->ask, col->name);
	const struct dict *texts = &col->texts;
	const struct hierarchy *h = NULL;
	struct ranked *rank = NULL;
	uint32_t *order = NULL;

	if (ask && ask->file.len > 0)
		TRY(load_named(c, &j->ask, ask->file, &h));
	TRY_ARRAY(c, rank, (size_t)texts->count + 1);
	TRY_ARRAY(c, order, (size_t)texts->count + 1);
	for (uint32_t i = 0; i < texts->count; i++) {
		/* lines in their own order, not that of the tree */
		uint32_t line = h ? dict_find(&h->by_text, texts->texts[i]) : 0;

		if (line == DICT_NONE)
			return FAIL(c, E_INVALID, "deid.t_value");
		rank[i] = (struct ranked){ .at = line, .code = i };
		if (!h && !leading_number(texts->texts[i], &rank[i].at))
			return FAIL(c, E_INVALID, "deid.t_order");
	}
	qsort(rank, texts->count, sizeof *rank, rising);
	for (uint32_t i = 0; i < texts->count; i++)
		order[i] = rank[i].code;
	m->t_order = order;
	return OK;
}

/* What closeness needs of each sensitive column. */
static rc load_closeness(struct ctx *c, struct job *j)
{
	struct problem *p = &j->problem;

	for (uint32_t i = 0; i <= p->mores; i++) {
		const struct column *col = i == 0 ? p->sensitive : p->more[i - 1].col;
		struct model *m = i == 0 ? &p->model : &p->more[i - 1].model;

		if (m->t_kind == T_HIERARCHICAL)
			TRY(load_t_tree(c, j, col, m));
		if (m->t_kind == T_ORDERED)
			TRY(load_t_order(c, j, col, m));
	}
	return problem_share(c, p);
}

/* How many people the source itself would point to: for those who ask about a population, or must report. */
static rc look_at_uniqueness(struct ctx *c, struct job *j)
{
	double fraction = j->ask.sample > 0 ? j->ask.sample : 1;

	if (j->problem.people)
		fraction = (double)j->table.rows / (double)j->people.rows;
	if (fraction > 1)
		fraction = 1;
	if (!j->problem.people && j->ask.sample <= 0 && !j->ask.law.said)
		return OK;
	return uniqueness_measure(c, &j->problem, fraction, &j->unique);
}

static void stop_threads(void *runner)
{
	runner_stop(runner);
}

/* They end with the memory of the run. */
static rc start_threads(struct ctx *c, struct job *j)
{
	struct runner *r = NULL;

	TRY_NEW(c, r);
	if (arena_on_end(c->a, stop_threads, r) != 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	runner_start(r, j->ask.threads);
	j->runner = r;
	return OK;
}

rc job_load(struct ctx *c, struct job *j)
{
	struct asked *ask = &j->ask;
	struct problem *p = &j->problem;

	TRY(start_threads(c, j));
	TRY(secret_key_init(c, ask, j->key));
	TRY(load_hierarchies(c, j));
	TRY(load_people(c, j));
	TRY(load_table(c, j));
	TRY(refuse_codes(c, j));
	TRY(treat_columns(c, j));
	TRY(problem_init(c, p, &j->table));
	TRY(set_columns(c, j));
	TRY(join_people(c, j));
	TRY(look_at_uniqueness(c, j));
	ask->model.values = p->model.values;
	ask->model.persons = p->model.persons;
	p->model = ask->model;
	p->sets = ask->sets;
	p->suppress_most = (uint64_t)(ask->suppress * (double)j->table.rows + 1e-9);
	if (ask->nodes_most > 0)
		p->nodes_most = (uint64_t)ask->nodes_most;
	if (ask->suppress_weight > 0)
		p->suppress_cost = ask->suppress_weight;
	problem_models(p);
	return p->model.t_kind != T_NONE ? load_closeness(c, j) : OK;
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

static rc feed_cross(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return cross_feed(c, to, p, len, final, ret_used);
}

static rc join_previous(struct ctx *c, struct job *j, struct measure *m)
{
	slice rest = slice_of(j->previous), path;

	while (slice_next(&rest, ',', &path)) {
		struct cross *x = NULL;
		char *z = arena_cstr(c->a, path);

		if (!z)
			return FAIL(c, E_LIMIT, "memory.limit");
		TRY(cross_begin(c, &j->problem, j->cells, &x));
		TRY(pump_file(c, z, ENCODING_AUTO, NULL, feed_cross, x, NULL));
		TRY(measure_join(c, m, x));
	}
	return OK;
}

rc job_measure(struct ctx *c, struct job *j, const char *path, enum encoding enc)
{
	const struct model *m = &j->problem.model;
	struct measure *measure = NULL;
	struct figures *f = &j->f;

	TRY(measure_begin(c, &j->problem, j->order, &measure));
	if (j->previous && j->problem.person)
		return FAIL(c, E_INVALID, "deid.person_previous");
	if (j->previous)
		TRY(join_previous(c, j, measure));
	TRY(pump_file(c, path, enc, j->runner, feed_measure, measure, j->out_hash));
	if (j->problem.people)
		TRY(measure_people(c, measure));
	TRY(measure_end(c, measure, f));
	j->met = f->untrue == 0 && f->unread == 0 && f->altered == 0 && f->small == 0 && f->refused == 0 && f->leaks == 0 && f->joint_small == 0
		&& (f->suppressed <= j->problem.suppress_most || f->suppressed >= m->k);
	return OK;
}
