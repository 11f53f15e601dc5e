#include "engine/deid/measure.h"

#include <math.h>
#include <stdatomic.h>

#include "engine/deid/query.h"
#include "engine/deid/tally.h"

#include "base/banned.h"

#define JOINTS_MOST 16u

struct measure {
	const struct problem *p;
	struct table t;           /* the release, all its columns as texts */
	struct table_reader reader;
	bool found;               /* its columns */
	struct beside b;
	const struct cross *joint[JOINTS_MOST];
	struct sums n;
	uint64_t *people;         /* [classes] rows of the population; NULL: not counted */
	uint64_t strangers;       /* of them in no class */
	struct figures f;
};

static rc seen_init(struct ctx *c, struct seen *s, const struct quasi *q)
{
	s->q = q;
	TRY(cover_reader_init(c, &s->reader, q->h));
	TRY_ARRAY(c, s->below, (size_t)q->h->leaves + 1);
	TRY_ARRAY(c, s->log_rows, q->h->leaves);
	for (uint32_t leaf = 0; leaf < q->h->leaves; leaf++) {
		s->below[leaf + 1] = s->below[leaf] + (double)q->col->hist[leaf];
		s->log_rows[leaf] = q->col->hist[leaf] ? log2((double)q->col->hist[leaf]) : 0;
	}
	return OK;
}

rc measure_begin(struct ctx *c, const struct problem *p, const uint32_t *order, struct measure **ret)
{
	struct measure *m = NULL;

	TRY_NEW(c, m);
	m->p = p;
	m->b = (struct beside){ .p = p, .t = &m->t, .order = order, .joint = m->joint };
	TRY_ARRAY(c, m->b.seen, p->qs);
	TRY_ARRAY(c, m->b.pass, p->t->cols);
	for (uint32_t i = 0; i < p->qs; i++)
		TRY(seen_init(c, &m->b.seen[i], &p->q[i]));
	for (uint32_t i = 0; i < p->t->cols; i++)
		if (p->t->col[i].role != ROLE_QUASI && p->t->col[i].role != ROLE_PERSON)
			m->b.pass[m->b.passes++].col = &p->t->col[i];
	TRY(table_reader_init(c, &m->reader, &m->t, NULL, 0, ROLE_OTHER, p->t->runner));
	*ret = m;
	return OK;
}

rc measure_join(struct ctx *c, struct measure *m, const struct cross *earlier)
{
	if (m->b.joints == JOINTS_MOST)
		return FAIL(c, E_LIMIT, "release.many");
	m->joint[m->b.joints++] = earlier;
	return OK;
}

static const struct column *column_named(const struct table *t, slice name)
{
	for (uint32_t i = 0; i < t->cols; i++)
		if (slice_eq(t->col[i].name, name))
			return &t->col[i];
	return NULL;
}

static rc bad_column(struct ctx *c, slice name)
{
	(void)FAIL(c, E_INVALID, "release.column");
	fault_place(c, 1, 0);
	fault_name(c, name);
	return E_INVALID;
}

static rc find_columns(struct ctx *c, struct measure *m)
{
	for (uint32_t i = 0; i < m->p->qs; i++) {
		struct seen *s = &m->b.seen[i];

		s->col = column_named(&m->t, s->q->col->name);
		if (!s->col)
			return bad_column(c, s->q->col->name);
	}
	for (uint32_t i = 0; i < m->b.passes; i++) {
		struct pass *pass = &m->b.pass[i];

		pass->shown = column_named(&m->t, pass->col->name);
		if (!pass->shown && pass->col->role == ROLE_SENSITIVE)
			return bad_column(c, pass->col->name);
	}
	m->found = true;
	return OK;
}

static rc read_covers(struct ctx *c, struct seen *s)
{
	const struct dict *texts = &s->col->texts;

	TRY_ARRAY(c, s->cover, (size_t)texts->count + 1);
	for (uint32_t i = 0; i < texts->count; i++) {
		struct cover *v = &s->cover[i];
		double rows = 0;

		TRY(cover_read(c, &s->reader, texts->texts[i], v));
		v->star = slice_is(texts->texts[i], "*");
		for (uint32_t k = 0; k < v->runs; k++)
			rows += s->below[v->run[k].end] - s->below[v->run[k].first];
		v->log_rows = rows > 0 ? log2(rows) : 0;
	}
	return OK;
}

static rc find_same(struct ctx *c, struct pass *pass)
{
	const struct dict *texts;

	if (!pass->shown)
		return OK;
	texts = &pass->shown->texts;
	TRY_ARRAY(c, pass->same, (size_t)texts->count + 1);
	for (uint32_t i = 0; i < texts->count; i++)
		pass->same[i] = dict_find(&pass->col->texts, texts->texts[i]);
	return OK;
}

static rc count_release(struct ctx *c, struct measure *m)
{
	struct figures *f = &m->f;

	for (uint32_t i = 0; i < m->p->qs; i++)
		TRY(read_covers(c, &m->b.seen[i]));
	for (uint32_t i = 0; i < m->b.passes; i++)
		TRY(find_same(c, &m->b.pass[i]));
	TRY(tally_rows(c, &m->b, &m->n));
	f->rows = m->t.rows;
	f->suppressed = m->n.suppressed;
	f->untrue = m->n.untrue;
	f->unread = m->n.unread;
	f->altered = m->n.altered;
	f->untrue_row = m->n.untrue_row;
	return OK;
}

static rc bad_rows(struct ctx *c, uint64_t row)
{
	(void)FAIL(c, E_INVALID, "release.rows");
	fault_place(c, (uint32_t)row, 1);
	return E_INVALID;
}

rc measure_feed(struct ctx *c, struct measure *m, const char *p, size_t len, bool final, size_t *ret_used)
{
	TRY(table_feed(c, &m->reader, p, len, final, ret_used));
	if (m->reader.header && !m->found)
		TRY(find_columns(c, m));
	if (m->t.rows > m->p->t->rows)
		return bad_rows(c, m->p->t->rows + 2);
	if (!final)
		return OK;
	return m->t.rows < m->p->t->rows ? bad_rows(c, m->t.rows + 1) : count_release(c, m);
}

/* What each column loses, from the rows of each of its texts. */
static void sum_texts(struct seen *s, const uint64_t *rows)
{
	uint32_t leaves = s->q->h->leaves;

	for (uint32_t i = 0; i < s->col->texts.count; i++) {
		const struct cover *v = &s->cover[i];
		double n = (double)rows[i], wide = leaves > 1 ? (double)(v->n > 0 ? v->n - 1 : 0) / (leaves - 1) : 0;

		s->share += n * v->n / leaves;
		s->loss += n * (v->star ? 1 : wide);
		s->entropy += n * v->log_rows;
	}
	for (uint32_t leaf = 0; leaf < leaves; leaf++)
		s->entropy -= (double)s->q->col->hist[leaf] * s->log_rows[leaf];
}

static void sum_columns(struct measure *m, double *column_loss)
{
	double rows = (double)m->t.rows, most = 0, entropy = 0;
	struct figures *f = &m->f;

	f->column_loss = column_loss;
	for (uint32_t i = 0; i < m->p->qs; i++) {
		struct seen *s = &m->b.seen[i];

		sum_texts(s, m->n.rows[i]);
		column_loss[i] = s->loss / rows;
		f->loss += column_loss[i] * s->q->weight;
		f->share += s->share / rows / m->p->qs;
		entropy += s->entropy;
		for (uint32_t leaf = 0; leaf < s->q->h->leaves; leaf++) {
			double n = (double)s->q->col->hist[leaf];

			most += n > 0 ? n * log2(rows / n) : 0;
		}
	}
	f->entropy = most > 0 ? entropy / most : 0;
}

static void sum_classes(struct measure *m)
{
	struct figures *f = &m->f;
	double rows = (double)m->t.rows, kept = rows - (double)f->suppressed, squares = 0, risky = 0;

	f->classes = m->n.classes.count;
	for (uint32_t i = 0; i < m->n.classes.count; i++) {
		uint32_t n = m->n.classes.size[i];

		squares += (double)n * n;
		f->least = f->least == 0 || n < f->least ? n : f->least;
		f->most = n > f->most ? n : f->most;
		if (n < m->p->model.k) {
			f->small++;
			risky += n;
		}
	}
	f->dm = (squares + (double)f->suppressed * rows) / (rows * rows);
	f->aecs = f->classes ? kept / (double)f->classes : 0;
	f->risk_most = f->least ? 1.0 / (double)f->least : 0;
	f->risk_mean = kept > 0 ? (double)f->classes / kept : 0;
	f->at_risk = kept > 0 ? risky / kept : 0;
}

/* Where persons have several rows, a class is as large as its persons are many. */
static rc sum_persons(struct ctx *c, struct measure *m)
{
	struct figures *f = &m->f;
	double kept = (double)(m->t.rows - f->suppressed), risk = 0, risky = 0;
	uint32_t *persons = NULL;
	uint8_t *met = NULL;

	TRY_ARRAY(c, persons, (size_t)m->n.classes.count + 1);
	TRY_ARRAY(c, met, (size_t)m->p->model.persons + 1);
	for (uint32_t i = 0; i < m->n.persons.count; i++) {
		uint32_t person = m->n.persons.key[(size_t)2 * i + 1];

		persons[m->n.persons.key[(size_t)2 * i]]++;
		f->persons += !met[person];
		met[person] = 1;
	}
	f->small = 0;
	for (uint32_t i = 0; i < m->n.classes.count; i++) {
		uint32_t n = persons[i];

		f->persons_least = f->persons_least == 0 || n < f->persons_least ? n : f->persons_least;
		f->small += n < m->p->model.k;
		risky += n < m->p->model.k ? m->n.classes.size[i] : 0;
		risk += (double)m->n.classes.size[i] / n;
	}
	f->risk_most = f->persons_least ? 1.0 / (double)f->persons_least : 0;
	f->risk_mean = kept > 0 ? risk / kept : 0;
	f->at_risk = kept > 0 ? risky / kept : 0;
	return OK;
}

/* The sensitive values of each class side by side, with their counts; start[class] says where. */
struct by_class { uint32_t *start, *code, *count; };

static rc sort_pairs(struct ctx *c, const struct tuples *pairs, uint32_t classes, struct by_class *ret)
{
	uint32_t n = pairs->count;

	TRY_ARRAY(c, ret->start, (size_t)classes + 2);
	TRY_ARRAY(c, ret->code, n);
	TRY_ARRAY(c, ret->count, n);
	for (uint32_t i = 0; i < n; i++)
		ret->start[pairs->key[(size_t)2 * i] + 2]++;
	for (uint32_t i = 2; i < classes + 2; i++)
		ret->start[i] += ret->start[i - 1];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = ret->start[pairs->key[(size_t)2 * i] + 1]++;

		ret->code[at] = pairs->key[(size_t)2 * i + 1];
		ret->count[at] = pairs->size[i];
	}
	return OK;
}

static void judge_one(struct measure *m, struct judge *judge, const struct by_class *by, uint32_t i)
{
	const struct model *model = judge->m;
	uint32_t from = by->start[i], n = by->start[i + 1] - from, rows = m->n.classes.size[i];
	struct figures *f = &m->f;
	double entropy, distance, recursive;

	judge_counts(judge, by->code + from, by->count + from, n);
	entropy = judge_entropy(judge, rows);
	distance = judge_distance(judge, rows);
	f->l_distinct = n < f->l_distinct ? n : f->l_distinct;
	f->l_entropy = entropy < f->l_entropy ? entropy : f->l_entropy;
	f->t_most = distance > f->t_most ? distance : f->t_most;
	recursive = judge_recursive(judge, model->l_kind == L_RECURSIVE ? (uint32_t)model->l : 2);
	f->c_recursive = recursive > f->c_recursive ? recursive : f->c_recursive;
	judge_end(judge);
	if (!model_looks_at_values(model))
		return;
	judge_counts(judge, by->code + from, by->count + from, n);
	f->refused += !judge_holds(judge, rows);
	judge_end(judge);
}

/* ℓ and t of each class in one sensitive column, t against the distribution over kept rows. */
static rc sum_values(struct ctx *c, struct measure *m, const struct tuples *pairs, struct model model)
{
	struct by_class by = { 0 };
	double *share = NULL, kept = (double)(m->t.rows - m->f.suppressed);
	struct judge judge;

	TRY_ARRAY(c, share, (size_t)model.values + 1);
	TRY(sort_pairs(c, pairs, m->n.classes.count, &by));
	for (uint32_t i = 0; i < pairs->count; i++)
		share[by.code[i]] += by.count[i] / kept;
	model.share = share;
	TRY(judge_init(c, &judge, &model));
	for (uint32_t i = 0; i < m->n.classes.count; i++)
		judge_one(m, &judge, &by, i);
	return OK;
}

/* The worst of all sensitive columns. */
static rc sum_sensitive(struct ctx *c, struct measure *m)
{
	struct figures *f = &m->f;

	f->l_distinct = m->n.classes.count ? UINT32_MAX : 0;
	f->l_entropy = m->n.classes.count ? INFINITY : 0;
	TRY(sum_values(c, m, &m->n.pairs[0], m->p->model));
	for (uint32_t i = 0; i < m->p->mores; i++)
		TRY(sum_values(c, m, &m->n.pairs[i + 1], m->p->more[i].model));
	return OK;
}

/* Texts of one column of the release, some for each task. */
struct leaking { const struct measure *m; const struct dict *texts; _Atomic uint64_t found; };

#define LEAK_TEXTS 256u

static void look_for_leaks(void *p, uint32_t task)
{
	struct leaking *w = p;
	const struct table *t = w->m->p->t;
	uint32_t end = (task + 1) * LEAK_TEXTS < w->texts->count ? (task + 1) * LEAK_TEXTS : w->texts->count, found = 0;

	for (uint32_t i = task * LEAK_TEXTS; i < end; i++) {
		bool stands = false;

		for (uint32_t k = 0; k < t->leaks && !stands; k++)
			stands = leak_stands_in(&t->leak[k], w->texts->texts[i]);
		found += stands;
	}
	atomic_fetch_add(&w->found, found);
}

static void count_leaks(struct measure *m)
{
	for (uint32_t i = 0; i < m->t.cols; i++) {
		struct leaking w = { .m = m, .texts = &m->t.col[i].texts };

		runner_each(m->p->t->runner, (w.texts->count + LEAK_TEXTS - 1) / LEAK_TEXTS, look_for_leaks, &w);
		m->f.leaks += w.found;
	}
}

/* Which text of a column covers each leaf; UINT32_MAX: none. "*" is where rows are suppressed, and the top of all. */
static rc text_of_leaf(struct ctx *c, const struct seen *s, uint32_t **ret)
{
	uint32_t *of = NULL, star = UINT32_MAX;

	TRY_ARRAY(c, of, s->q->h->leaves);
	memset(of, 0xff, s->q->h->leaves * sizeof *of);
	for (uint32_t i = 0; i < s->col->texts.count; i++) {
		const struct cover *v = &s->cover[i];

		if (v->star) {
			star = i;
			continue;
		}
		for (uint32_t r = 0; r < v->runs; r++) {
			for (uint32_t leaf = v->run[r].first; leaf < v->run[r].end; leaf++) {
				if (of[leaf] != UINT32_MAX)
					return FAIL(c, E_INVALID, "release.overlap");
				of[leaf] = i;
			}
		}
	}
	for (uint32_t leaf = 0; leaf < s->q->h->leaves; leaf++)
		of[leaf] = of[leaf] == UINT32_MAX ? star : of[leaf];
	*ret = of;
	return OK;
}

rc measure_people(struct ctx *c, struct measure *m)
{
	const struct problem *p = m->p;
	uint32_t *of[DEID_QUASI_MOST] = { 0 }, *codes = NULL;

	TRY_ARRAY(c, m->people, (size_t)m->n.classes.count + 1);
	TRY_ARRAY(c, codes, (size_t)p->qs * TABLE_BLOCK);
	for (uint32_t q = 0; q < p->qs; q++)
		TRY(text_of_leaf(c, &m->b.seen[q], &of[q]));
	for (uint32_t b = 0; b < p->people->blocks; b++) {
		for (uint32_t q = 0; q < p->qs; q++)
			column_block(p->people_col[q], p->people, b, codes + (size_t)q * TABLE_BLOCK);
		for (uint32_t i = 0; i < table_block_rows(p->people, b); i++) {
			uint32_t text[DEID_QUASI_MOST] = { 0 }, class;

			for (uint32_t q = 0; q < p->qs; q++)
				text[q] = of[q][codes[(size_t)q * TABLE_BLOCK + i]];
			class = tuples_find(&m->n.classes, text);
			if (class == UINT32_MAX)
				m->strangers++;
			else
				m->people[class]++;
		}
	}
	return OK;
}

static void sum_joints(struct measure *m)
{
	struct figures *f = &m->f;

	for (uint32_t i = 0; i < m->b.joints; i++) {
		const struct tuples *both = &m->n.both[i];

		for (uint32_t j = 0; j < both->count; j++) {
			/* who is not shown there is no smaller class for it */
			if (both->key[(size_t)2 * j + 1] == UINT32_MAX)
				continue;
			f->joint_least = f->joint_least == 0 || both->size[j] < f->joint_least ? both->size[j] : f->joint_least;
			f->joint_small += both->size[j] < m->p->model.k ? both->size[j] : 0;
		}
	}
}

static void sum_people(struct measure *m)
{
	const struct model *model = &m->p->model;
	struct figures *f = &m->f;
	double risk = 0, kept = (double)(m->t.rows - f->suppressed);

	f->map_least = m->n.classes.count ? UINT64_MAX : 0;
	f->presence_least = m->strangers > 0 ? 0 : 1;
	for (uint32_t i = 0; i < m->n.classes.count; i++) {
		uint64_t people = m->people[i];
		double rows = m->n.classes.size[i], share = people ? rows / (double)people : 1;

		f->map_least = people < f->map_least ? people : f->map_least;
		risk += people ? rows / (double)people : rows;
		f->presence_least = share < f->presence_least ? share : f->presence_least;
		f->presence_most = share > f->presence_most ? share : f->presence_most;
		f->refused += people < model->k_map || (model->presence && (share < model->presence_least
			|| share > model->presence_most));
	}
	/* who is in no class may be one of the suppressed rows, if there are any: then nothing is sure */
	f->refused += model->presence && model->presence_least > 0 && m->strangers > 0 && f->suppressed == 0;
	f->map_mean = kept > 0 ? risk / kept : 0;
}

/* Suppressed rows may be anywhere. */
static rc sum_queries(struct ctx *c, struct measure *m)
{
	const struct cover *cover[DEID_QUASI_MOST];
	struct cover *anywhere = NULL;
	struct queries *w = NULL;

	TRY_NEW(c, w);
	TRY(queries_init(c, w, m->p));
	TRY_ARRAY(c, anywhere, m->p->qs);
	for (uint32_t i = 0; i < m->n.classes.count; i++) {
		for (uint32_t q = 0; q < m->p->qs; q++)
			cover[q] = &m->b.seen[q].cover[m->n.classes.key[(size_t)i * m->p->qs + q]];
		queries_add_class(w, cover, m->n.classes.size[i]);
	}
	for (uint32_t q = 0; q < m->p->qs; q++) {
		TRY(cover_read(c, &m->b.seen[q].reader, S("*"), &anywhere[q]));
		cover[q] = &anywhere[q];
	}
	queries_add_class(w, cover, m->f.suppressed);
	m->f.query_error = queries_error(w);
	return OK;
}

rc measure_end(struct ctx *c, struct measure *m, struct figures *ret)
{
	double *column_loss = NULL;

	TRY_ARRAY(c, column_loss, m->p->qs);
	sum_columns(m, column_loss);
	sum_classes(m);
	TRY(sum_queries(c, m));
	if (m->p->person)
		TRY(sum_persons(c, m));
	if (m->p->sensitive)
		TRY(sum_sensitive(c, m));
	if (m->people)
		sum_people(m);
	sum_joints(m);
	count_leaks(m);
	*ret = m->f;
	return OK;
}
