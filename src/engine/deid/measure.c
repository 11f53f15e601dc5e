#include "engine/deid/measure.h"

#include <math.h>

#include "engine/deid/cover.h"
#include "engine/deid/cross.h"
#include "engine/deid/query.h"
#include "engine/deid/tuple.h"

#include "base/banned.h"

/* One quasi-identifier of the release. */
struct seen {
	const struct quasi *q;
	struct cover_reader reader;
	uint32_t at;              /* column of the release file */
	struct dict texts;
	struct cover *cover;      /* by text code */
	uint32_t cap;
	double *below;            /* [leaves + 1] source rows with a smaller leaf */
	double *log_rows;         /* [leaves] log2 of the source rows of the leaf */
	uint32_t *source;         /* the block of source codes in use; NULL with an order */
	double loss, share, entropy;
};

/* Classes of this release and of an earlier one together. */
struct joint { const struct cross *earlier; struct tuples both; };

#define JOINTS_MOST 16u

struct pass { const struct column *col; uint32_t at; uint32_t *source; };

struct measure {
	const struct problem *p;
	const uint32_t *order;
	struct csv csv;
	struct seen *seen;        /* [qs] */
	struct pass *pass;        /* sensitive and other columns */
	uint32_t passes;
	bool header;
	uint32_t file_cols;
	bool *quasi;              /* [file_cols] */
	uint32_t block;           /* source block that is unpacked; without order */
	uint64_t row;
	struct dict texts;        /* of all other columns of the release */
	struct tuples classes;    /* of text codes */
	struct tuples pairs;      /* class and sensitive code; when there is a sensitive column */
	const struct pass *sensitive;
	struct pass person;       /* not released: class and person of each row */
	struct tuples persons;
	struct joint *joint;      /* earlier releases */
	uint32_t joints;
	uint64_t *people;         /* [classes] rows of the population; NULL: not counted */
	uint64_t strangers;       /* of them in no class */
	struct figures f;
};

static rc seen_init(struct ctx *c, struct measure *m, uint32_t i)
{
	struct seen *s = &m->seen[i];
	const struct quasi *q = &m->p->q[i];

	s->q = q;
	s->at = UINT32_MAX;
	dict_init(&s->texts, c->a);
	TRY(cover_reader_init(c, &s->reader, q->h));
	TRY_ARRAY(c, s->below, (size_t)q->h->leaves + 1);
	TRY_ARRAY(c, s->log_rows, q->h->leaves);
	for (uint32_t leaf = 0; leaf < q->h->leaves; leaf++) {
		s->below[leaf + 1] = s->below[leaf] + (double)q->col->hist[leaf];
		s->log_rows[leaf] = q->col->hist[leaf] ? log2((double)q->col->hist[leaf]) : 0;
	}
	if (!m->order)
		TRY_ARRAY(c, s->source, TABLE_BLOCK);
	return OK;
}

rc measure_begin(struct ctx *c, const struct problem *p, const uint32_t *order, struct arena *cells,
	struct measure **ret)
{
	struct measure *m = NULL;

	TRY_NEW(c, m);
	m->p = p;
	m->order = order;
	m->block = UINT32_MAX;
	TRY(csv_init(c, &m->csv, cells));
	TRY_ARRAY(c, m->seen, p->qs);
	TRY_ARRAY(c, m->pass, p->t->cols);
	for (uint32_t i = 0; i < p->qs; i++)
		TRY(seen_init(c, m, i));
	for (uint32_t i = 0; i < p->t->cols; i++) {
		struct pass *pass = &m->pass[m->passes];

		if (p->t->col[i].role == ROLE_QUASI || p->t->col[i].role == ROLE_PERSON)
			continue;
		*pass = (struct pass){ .col = &p->t->col[i], .at = UINT32_MAX };
		m->passes++;
		if (pass->col == p->sensitive)
			m->sensitive = pass;
		if (!order)
			TRY_ARRAY(c, pass->source, TABLE_BLOCK);
	}
	m->person.col = p->person;
	if (p->person && !order)
		TRY_ARRAY(c, m->person.source, TABLE_BLOCK);
	TRY(tuples_init(c, &m->persons, 2));
	TRY(tuples_init(c, &m->pairs, 2));
	dict_init(&m->texts, c->a);
	TRY(tuples_init(c, &m->classes, p->qs));
	*ret = m;
	return OK;
}

rc measure_join(struct ctx *c, struct measure *m, const struct cross *earlier)
{
	if (!m->joint)
		TRY_ARRAY(c, m->joint, JOINTS_MOST);
	if (m->joints == JOINTS_MOST)
		return FAIL(c, E_LIMIT, "release.many");
	m->joint[m->joints].earlier = earlier;
	return tuples_init(c, &m->joint[m->joints++].both, 2);
}

static rc bad_column(struct ctx *c, slice name)
{
	(void)FAIL(c, E_INVALID, "release.column");
	fault_place(c, 1, 0);
	fault_name(c, name);
	return E_INVALID;
}

static rc read_header(struct ctx *c, struct measure *m)
{
	const struct csv *csv = &m->csv;

	for (uint32_t i = 0; i < csv->count; i++) {
		slice name = csv->cells[i];

		if (i == 0 && slice_starts(name, S("\xef\xbb\xbf")))
			name = slice_sub(name, 3, name.len);
		for (uint32_t j = 0; j < m->p->qs; j++)
			if (slice_eq(m->seen[j].q->col->name, name))
				m->seen[j].at = i;
		for (uint32_t j = 0; j < m->passes; j++)
			if (slice_eq(m->pass[j].col->name, name))
				m->pass[j].at = i;
	}
	for (uint32_t j = 0; j < m->p->qs; j++)
		if (m->seen[j].at == UINT32_MAX)
			return bad_column(c, m->seen[j].q->col->name);
	if (m->p->sensitive)
		for (uint32_t j = 0; j < m->passes; j++)
			if (m->pass[j].col == m->p->sensitive && m->pass[j].at == UINT32_MAX)
				return bad_column(c, m->pass[j].col->name);
	m->file_cols = csv->count;
	TRY_ARRAY(c, m->quasi, csv->count);
	for (uint32_t j = 0; j < m->p->qs; j++)
		m->quasi[m->seen[j].at] = true;
	m->header = true;
	return OK;
}

static rc text_code(struct ctx *c, struct seen *s, slice text, uint32_t *ret)
{
	uint32_t known = s->texts.count;
	double rows = 0;

	TRY(dict_add(c, &s->texts, text, ret));
	if (*ret != known)
		return OK;
	if (known == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 64;
		struct cover *more = arena_grow(c->a, s->cover, s->cap * sizeof *more, cap * sizeof *more);

		if (!more)
			return FAIL(c, E_LIMIT, "memory.limit");
		s->cover = more;
		s->cap = cap;
	}
	TRY(cover_read(c, &s->reader, text, &s->cover[known]));
	s->cover[known].star = slice_is(text, "*");
	for (uint32_t i = 0; i < s->cover[known].runs; i++)
		rows += s->below[s->cover[known].run[i].end] - s->below[s->cover[known].run[i].first];
	s->cover[known].log_rows = rows > 0 ? log2(rows) : 0;
	return OK;
}

/* Adds one cell to the sums of its column. */
static void judge_cell(struct measure *m, struct seen *s, const struct cover *v, uint32_t leaf)
{
	uint32_t leaves = s->q->h->leaves;

	if (v->n == 0)
		m->f.unread++;
	else if (!cover_has(v, leaf))
		m->f.untrue++;
	if ((v->n == 0 || !cover_has(v, leaf)) && m->f.untrue_row == 0)
		m->f.untrue_row = m->row + 2;
	s->share += (double)v->n / leaves;
	s->loss += v->star ? 1 : leaves > 1 ? (double)(v->n > 0 ? v->n - 1 : 0) / (leaves - 1) : 0;
	s->entropy += v->log_rows - s->log_rows[leaf];
}

static void unpack(struct measure *m)
{
	uint32_t b = (uint32_t)(m->row / TABLE_BLOCK);

	if (m->order || b == m->block)
		return;
	for (uint32_t i = 0; i < m->p->qs; i++)
		column_block(m->seen[i].q->col, m->p->t, b, m->seen[i].source);
	for (uint32_t i = 0; i < m->passes; i++)
		column_block(m->pass[i].col, m->p->t, b, m->pass[i].source);
	if (m->person.col)
		column_block(m->person.col, m->p->t, b, m->person.source);
	m->block = b;
}

/* Texts of columns that are no quasi-identifiers, each once: there, too, an identifying value may hide. */
static rc other_texts(struct ctx *c, struct measure *m)
{
	uint32_t code = 0;

	for (uint32_t i = 0; i < m->file_cols; i++)
		if (!m->quasi[i])
			TRY(dict_add(c, &m->texts, m->csv.cells[i], &code));
	return OK;
}

/* What stood in the source at the place of the row that is measured. */
static uint32_t source_code(const struct measure *m, const struct column *col, const uint32_t *block)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without an order rows are unpacked by blocks */
	return block ? block[m->row % TABLE_BLOCK] : column_at(col, m->order[m->row]);
}

static rc measure_row(struct ctx *c, struct measure *m)
{
	SCRATCH uint32_t code[DEID_QUASI_MOST];
	uint32_t class = CLASS_NONE;
	bool hidden = true;

	unpack(m);
	for (uint32_t i = 0; i < m->p->qs; i++) {
		struct seen *s = &m->seen[i];

		TRY(text_code(c, s, m->csv.cells[s->at], &code[i]));
		judge_cell(m, s, &s->cover[code[i]], source_code(m, s->q->col, s->source));
		hidden = hidden && s->cover[code[i]].star;
	}
	for (uint32_t i = 0; i < m->passes; i++) {
		const struct pass *p = &m->pass[i];

		if (p->at != UINT32_MAX && !slice_eq(m->csv.cells[p->at], p->col->texts.texts[source_code(m, p->col, p->source)]))
			m->f.altered++;
	}
	TRY(other_texts(c, m));
	if (hidden)
		m->f.suppressed++;
	else
		TRY(tuples_add(c, &m->classes, code, &class));
	for (uint32_t i = 0; i < m->joints && !hidden; i++) {
		const uint32_t both[2] = { class, cross_class(m->joint[i].earlier, m->order ? m->order[m->row] : m->row) };
		uint32_t number = 0;

		TRY(tuples_add(c, &m->joint[i].both, both, &number));
	}
	if (m->person.col && !hidden) {
		const uint32_t pair[2] = { class, source_code(m, m->person.col, m->person.source) };
		uint32_t number = 0;

		TRY(tuples_add(c, &m->persons, pair, &number));
	}
	if (m->sensitive && !hidden) {
		const uint32_t pair[2] = { class, source_code(m, m->sensitive->col, m->sensitive->source) };

		TRY(tuples_add(c, &m->pairs, pair, &class));
	}
	m->row++;
	return OK;
}

static rc bad_rows(struct ctx *c, struct measure *m)
{
	(void)FAIL(c, E_INVALID, "release.rows");
	fault_place(c, m->csv.row, 1);
	return E_INVALID;
}

rc measure_feed(struct ctx *c, struct measure *m, const char *p, size_t len, bool final, size_t *ret_used)
{
	enum csv_state state = CSV_MORE;

	csv_window(&m->csv, p, len, final);
	for (;;) {
		TRY(csv_next(c, &m->csv, &state));
		if (state != CSV_ROW)
			break;
		if (!m->header) {
			TRY(read_header(c, m));
			continue;
		}
		if (m->row == m->p->t->rows)
			return bad_rows(c, m);
		if (m->csv.count != m->file_cols) {
			(void)FAIL(c, E_INVALID, "table.ragged");
			fault_place(c, m->csv.row, m->csv.count);
			return E_INVALID;
		}
		TRY(measure_row(c, m));
	}
	*ret_used = (size_t)(m->csv.p - p);
	return final && m->row != m->p->t->rows ? bad_rows(c, m) : OK;
}

static void sum_columns(struct measure *m, double *column_loss)
{
	double rows = (double)m->row, most = 0, entropy = 0;
	struct figures *f = &m->f;

	f->column_loss = column_loss;
	for (uint32_t i = 0; i < m->p->qs; i++) {
		const struct seen *s = &m->seen[i];

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
	double rows = (double)m->row, kept = rows - (double)f->suppressed, squares = 0, risky = 0;

	f->classes = m->classes.count;
	for (uint32_t i = 0; i < m->classes.count; i++) {
		uint32_t n = m->classes.size[i];

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
	double kept = (double)(m->row - f->suppressed), risk = 0, risky = 0;
	uint32_t *persons = NULL;
	uint8_t *met = NULL;

	TRY_ARRAY(c, persons, (size_t)m->classes.count + 1);
	TRY_ARRAY(c, met, (size_t)m->p->model.persons + 1);
	for (uint32_t i = 0; i < m->persons.count; i++) {
		uint32_t person = m->persons.key[(size_t)2 * i + 1];

		persons[m->persons.key[(size_t)2 * i]]++;
		f->persons += !met[person];
		met[person] = 1;
	}
	f->small = 0;
	for (uint32_t i = 0; i < m->classes.count; i++) {
		uint32_t n = persons[i];

		f->persons_least = f->persons_least == 0 || n < f->persons_least ? n : f->persons_least;
		f->small += n < m->p->model.k;
		risky += n < m->p->model.k ? m->classes.size[i] : 0;
		risk += (double)m->classes.size[i] / n;
	}
	f->risk_most = f->persons_least ? 1.0 / (double)f->persons_least : 0;
	f->risk_mean = kept > 0 ? risk / kept : 0;
	f->at_risk = kept > 0 ? risky / kept : 0;
	return OK;
}

/* The sensitive values of each class side by side, with their counts; start[class] says where. */
struct by_class { uint32_t *start, *code, *count; };

static rc sort_pairs(struct ctx *c, const struct measure *m, struct by_class *ret)
{
	uint32_t n = m->pairs.count;

	TRY_ARRAY(c, ret->start, (size_t)m->classes.count + 2);
	TRY_ARRAY(c, ret->code, n);
	TRY_ARRAY(c, ret->count, n);
	for (uint32_t i = 0; i < n; i++)
		ret->start[m->pairs.key[(size_t)2 * i] + 2]++;
	for (uint32_t i = 2; i < m->classes.count + 2; i++)
		ret->start[i] += ret->start[i - 1];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = ret->start[m->pairs.key[(size_t)2 * i] + 1]++;

		ret->code[at] = m->pairs.key[(size_t)2 * i + 1];
		ret->count[at] = m->pairs.size[i];
	}
	return OK;
}

static void judge_one(struct measure *m, struct judge *judge, const struct by_class *by, uint32_t i)
{
	const struct model *model = judge->m;
	uint32_t from = by->start[i], n = by->start[i + 1] - from, rows = m->classes.size[i];
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

/* ℓ and t of each class, t against the distribution over kept rows. */
static rc sum_sensitive(struct ctx *c, struct measure *m)
{
	struct figures *f = &m->f;
	struct model model = m->p->model;
	struct by_class by = { 0 };
	double *share = NULL, kept = (double)(m->row - f->suppressed);
	struct judge judge;

	TRY_ARRAY(c, share, (size_t)model.values + 1);
	TRY(sort_pairs(c, m, &by));
	for (uint32_t i = 0; i < m->pairs.count; i++)
		share[by.code[i]] += by.count[i] / kept;
	model.share = share;
	TRY(judge_init(c, &judge, &model));
	f->l_distinct = m->classes.count ? UINT32_MAX : 0;
	f->l_entropy = m->classes.count ? INFINITY : 0;
	for (uint32_t i = 0; i < m->classes.count; i++)
		judge_one(m, &judge, &by, i);
	return OK;
}

static bool leaks(const struct measure *m, slice text)
{
	for (uint32_t i = 0; i < m->p->t->leaks; i++)
		if (leak_stands_in(&m->p->t->leak[i], text))
			return true;
	return false;
}

static void count_leaks(struct measure *m)
{
	for (uint32_t i = 0; i < m->p->qs; i++)
		for (uint32_t j = 0; j < m->seen[i].texts.count; j++)
			m->f.leaks += leaks(m, m->seen[i].texts.texts[j]);
	for (uint32_t i = 0; i < m->texts.count; i++)
		m->f.leaks += leaks(m, m->texts.texts[i]);
}

/* Which text of a column covers each leaf; UINT32_MAX: none. "*" is where rows are suppressed, and the top of all. */
static rc text_of_leaf(struct ctx *c, const struct seen *s, uint32_t **ret)
{
	uint32_t *of = NULL, star = UINT32_MAX;

	TRY_ARRAY(c, of, s->q->h->leaves);
	memset(of, 0xff, s->q->h->leaves * sizeof *of);
	for (uint32_t i = 0; i < s->texts.count; i++) {
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

	TRY_ARRAY(c, m->people, (size_t)m->classes.count + 1);
	TRY_ARRAY(c, codes, (size_t)p->qs * TABLE_BLOCK);
	for (uint32_t q = 0; q < p->qs; q++)
		TRY(text_of_leaf(c, &m->seen[q], &of[q]));
	for (uint32_t b = 0; b < p->people->blocks; b++) {
		for (uint32_t q = 0; q < p->qs; q++)
			column_block(p->people_col[q], p->people, b, codes + (size_t)q * TABLE_BLOCK);
		for (uint32_t i = 0; i < table_block_rows(p->people, b); i++) {
			uint32_t text[DEID_QUASI_MOST] = { 0 }, class;

			for (uint32_t q = 0; q < p->qs; q++)
				text[q] = of[q][codes[(size_t)q * TABLE_BLOCK + i]];
			class = tuples_find(&m->classes, text);
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

	for (uint32_t i = 0; i < m->joints; i++) {
		const struct tuples *both = &m->joint[i].both;

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
	double risk = 0, kept = (double)(m->row - f->suppressed);

	f->map_least = m->classes.count ? UINT64_MAX : 0;
	f->presence_least = m->strangers > 0 ? 0 : 1;
	for (uint32_t i = 0; i < m->classes.count; i++) {
		uint64_t people = m->people[i];
		double rows = m->classes.size[i], share = people ? rows / (double)people : 1;

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
	for (uint32_t i = 0; i < m->classes.count; i++) {
		for (uint32_t q = 0; q < m->p->qs; q++)
			cover[q] = &m->seen[q].cover[m->classes.key[(size_t)i * m->p->qs + q]];
		queries_add_class(w, cover, m->classes.size[i]);
	}
	for (uint32_t q = 0; q < m->p->qs; q++) {
		TRY(cover_read(c, &m->seen[q].reader, S("*"), &anywhere[q]));
		cover[q] = &anywhere[q];
	}
	queries_add_class(w, cover, m->f.suppressed);
	m->f.query_error = queries_error(w);
	return OK;
}

rc measure_end(struct ctx *c, struct measure *m, struct figures *ret)
{
	double *column_loss = NULL;

	m->f.rows = m->row;
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
