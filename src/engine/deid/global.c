#include "engine/deid/global.h"

#include "engine/deid/lattice.h"
#include "engine/deid/tuple.h"

#include "base/banned.h"

/* A node may be as good as the one held but for rounding: then it is not looked at. */
#define BETTER 1e-12

/* A partial node: the first d columns of the search order are decided, the others hidden. */
struct step {
	struct live live;
	double *acc;              /* [tuples] loss of the decided columns */
	const uint32_t *weight;   /* [tuples] rows that each stands for; that of the search, or `joined` */
	uint32_t *joined;
	double sum;               /* of acc over the rows alive */
	uint32_t *least;          /* [qs] lowest level that each column can still have */
};

struct search {
	const struct problem *p;
	struct refiner f;
	uint32_t n;               /* tuples: distinct rows, or rows where the model looks inside classes */
	uint32_t **col;           /* [qs][n] */
	uint32_t *weight;         /* [n] */
	uint32_t *of_row;         /* [rows] tuple of each row; NULL: rows are tuples */
	double **loss;            /* [qs][nodes] */
	uint32_t *order;
	struct step *step;        /* [qs + 1] */
	struct live probe[2];
	uint32_t *at, *class_of;  /* [tuples] working memory */
	uint32_t level[DEID_QUASI_MOST];
	double rows;
	uint64_t visited;
	double best_loss;         /* sum over rows */
	uint32_t best[DEID_QUASI_MOST];
	bool found, stopped;
};

static rc load_distinct(struct ctx *c, struct search *s)
{
	const struct problem *p = s->p;
	uint32_t *codes = NULL, number = 0;
	SCRATCH uint32_t code[DEID_QUASI_MOST];
	struct tuples tuples;

	TRY(tuples_init(c, &tuples, p->qs));
	TRY_ARRAY(c, codes, (size_t)p->qs * TABLE_BLOCK);
	TRY_ARRAY(c, s->of_row, p->t->rows);
	for (uint32_t b = 0; b < p->t->blocks; b++) {
		uint32_t rows = table_block_rows(p->t, b);

		for (uint32_t q = 0; q < p->qs; q++)
			column_block(p->q[q].col, p->t, b, codes + (size_t)q * TABLE_BLOCK);
		for (uint32_t i = 0; i < rows; i++) {
			for (uint32_t q = 0; q < p->qs; q++)
				code[q] = codes[(size_t)q * TABLE_BLOCK + i];
			TRY(tuples_add(c, &tuples, code, &number));
			s->of_row[(size_t)b * TABLE_BLOCK + i] = number;
		}
	}
	s->n = tuples.count;
	s->weight = tuples.size;
	for (uint32_t q = 0; q < p->qs; q++) {
		TRY_ARRAY(c, s->col[q], s->n);
		for (uint32_t i = 0; i < s->n; i++)
			s->col[q][i] = tuples.key[(size_t)i * p->qs + q];
	}
	return OK;
}

static rc load_rows(struct ctx *c, struct search *s)
{
	s->n = (uint32_t)s->p->t->rows;
	TRY_ARRAY(c, s->weight, s->n);
	for (uint32_t i = 0; i < s->n; i++)
		s->weight[i] = 1;
	for (uint32_t q = 0; q < s->p->qs; q++)
		TRY(column_all(c, s->p->t, s->p->q[q].col, &s->col[q]));
	return OK;
}

static rc load_losses(struct ctx *c, struct search *s)
{
	const struct problem *p = s->p;

	TRY_ARRAY(c, s->loss, p->qs);
	for (uint32_t q = 0; q < p->qs; q++) {
		TRY_ARRAY(c, s->loss[q], p->q[q].h->nodes);
		for (uint32_t i = 0; i < p->q[q].h->nodes; i++)
			s->loss[q][i] = p->q[q].weight * hierarchy_loss(p->q[q].h, i);
	}
	return OK;
}

/* Up to this many rows, small hierarchies are decided first. */
#define FEW_ROWS 20000u

/*
 * Chooses the column that is decided next. While the rows are many: the one with the most labels, since its fine levels
 * are ruled out at once and rows become alike at its coarse ones. When they are few: the one with the fewest, which
 * prunes with few branches (measured on Adult and credit cards: 0.4 of the steps).
 */
static void choose_column(struct search *s, uint32_t d)
{
	bool many = d == 0 || s->step[d].live.n > FEW_ROWS;
	uint32_t best = d, col;

	for (uint32_t i = d + 1; i < s->p->qs; i++) {
		uint32_t mine = s->p->q[s->order[i]].h->leaves, other = s->p->q[s->order[best]].h->leaves;

		if (many ? mine > other : mine < other)
			best = i;
	}
	col = s->order[best];
	s->order[best] = s->order[d];
	s->order[d] = col;
}

static rc search_init(struct ctx *c, struct search *s, const struct problem *p)
{
	struct judge *judge = NULL;

	*s = (struct search){ .p = p, .rows = (double)p->t->rows };
	TRY_ARRAY(c, s->col, p->qs);
	TRY(problem_judge(c, p, &judge));
	TRY(judge ? load_rows(c, s) : load_distinct(c, s));
	TRY(refiner_init(c, &s->f, s->n, &p->model, judge));
	s->f.weight = judge ? NULL : s->weight;
	TRY(load_losses(c, s));
	TRY_ARRAY(c, s->order, p->qs);
	for (uint32_t i = 0; i < p->qs; i++)
		s->order[i] = i;
	TRY_ARRAY(c, s->step, (size_t)p->qs + 1);
	for (uint32_t d = 0; d <= p->qs; d++) {
		TRY(live_init(c, &s->step[d].live, s->n));
		TRY_ARRAY(c, s->step[d].acc, s->n);
		TRY_ARRAY(c, s->step[d].least, p->qs);
		if (!judge)
			TRY_ARRAY(c, s->step[d].joined, s->n);
	}
	TRY_ARRAY(c, s->at, s->n);
	TRY_ARRAY(c, s->class_of, s->n);
	TRY(live_init(c, &s->probe[0], s->n));
	return live_init(c, &s->probe[1], s->n);
}

static uint64_t dropped(const struct search *s, const struct live *live)
{
	return s->p->t->rows - live->weight;
}

static bool too_many(const struct search *s, const struct live *live)
{
	return dropped(s, live) > s->p->suppress_most;
}

/*
 * False, with an unfinished `out`, when more rows are dropped than may be. whole: no column is hidden after this one. Before
 * that, a class that breaks diversity or closeness may have parts that keep to them; only where nothing may be suppressed
 * one class that breaks is enough, since then one of its parts does.
 */
static bool split(struct search *s, bool whole, const struct live *in, const uint32_t *weight, uint32_t col, uint32_t level,
	struct live *out)
{
	const struct hierarchy *h = s->p->q[col].h;

	s->visited++;
	s->f.weight = s->f.judge ? NULL : weight;
	if (s->f.judge)
		s->f.judge->lenient = !whole && s->p->suppress_most > 0;
	return refine(&s->f, in, s->col[col], h->up[level], hierarchy_labels(h, level),
		s->p->suppress_most - dropped(s, in), out) && !too_many(s, out);
}

/* Loss of the decided columns for the rows that are left. */
static void add_losses(struct search *s, uint32_t d, uint32_t col, uint32_t level)
{
	const struct hierarchy *h = s->p->q[col].h;
	const struct step *from = &s->step[d];
	struct step *to = &s->step[d + 1];
	const double *loss = s->loss[col] + h->level_first[level];
	const uint32_t *up = h->up[level], *codes = s->col[col];

	to->sum = 0;
	for (uint32_t i = 0; i < to->live.n; i++) {
		uint32_t row = to->live.row[i];

		to->acc[row] = from->acc[row] + loss[up[codes[row]]];
		to->sum += to->acc[row] * to->weight[row];
	}
}

/* What any node below the step loses at least: rows dropped stay dropped, open columns are no finer than they can be. */
static double least_loss(const struct search *s, uint32_t d)
{
	const struct step *step = &s->step[d];
	double gone = (double)dropped(s, &step->live), sum = step->sum + problem_gone(s->p, dropped(s, &step->live), d == s->p->qs);

	for (uint32_t i = d; i < s->p->qs; i++) {
		const struct quasi *q = &s->p->q[s->order[i]];
		double open = q->level[step->least[s->order[i]]] * s->rows - gone * q->weight;

		sum += open > 0 ? open : 0;
	}
	return sum;
}

static void keep_best(struct search *s)
{
	s->best_loss = s->step[s->p->qs].sum + problem_gone(s->p, dropped(s, &s->step[s->p->qs].live), true);
	memcpy(s->best, s->level, sizeof s->best);
	s->found = true;
}

/* Raises the open columns to the lowest level that each could have if all others were hidden. */
static bool raise_open(struct search *s, uint32_t d)
{
	struct step *step = &s->step[d];

	for (uint32_t i = d > 0 ? d : s->p->qs; i < s->p->qs; i++) {
		uint32_t col = s->order[i];
		const struct hierarchy *h = s->p->q[col].h;

		/* the top splits nothing: it is as good as the step itself */
		for (; step->least[col] + 1 < h->levels; step->least[col]++) {
			if (split(s, d + 1 >= s->p->qs, &step->live, step->weight, col, step->least[col], &s->probe[0]))
				break;
		}
		if (s->found && least_loss(s, d) >= s->best_loss - BETTER)
			return false;
	}
	return true;
}

/* Fewer rows than this are not worth joining. */
#define JOIN_LEAST 256u

/*
 * Rows of a class that the open columns cannot tell apart any more become one, which stands for all of them: its loss so
 * far is their mean, its leaves are those of any of them, its weight is their sum.
 */
static void join_alike(struct search *s, uint32_t d)
{
	struct step *step = &s->step[d];
	const struct live *in = &step->live;
	uint32_t n = 0, k = s->f.k, *at = s->at;

	if (s->f.judge || step->live.n < JOIN_LEAST || d == s->p->qs)
		return;
	s->f.k = 1;
	for (uint32_t i = d; i < s->p->qs; i++) {
		struct live *out = in == &s->probe[0] ? &s->probe[1] : &s->probe[0];
		uint32_t col = s->order[i];

		if (step->least[col] + 1 == s->p->q[col].h->levels)
			continue;
		/* with k = 1 nothing is dropped */
		(void)split(s, false, in, step->weight, col, step->least[col], out);
		in = out;
	}
	s->f.k = k;
	if (in == &step->live || in->groups > in->n / 4 * 3)
		return;
	for (uint32_t i = 0; i < step->live.n; i++)
		s->class_of[step->live.row[i]] = step->live.group[i];
	/* groups are numbered in the order in which they stand, and so are the classes that they are parts of */
	for (uint32_t i = 0; i < in->n; i++) {
		uint32_t row = in->row[i], w = step->weight[row], first;

		if (in->group[i] == n) {
			at[n] = row;
			step->live.row[n] = row;
			step->live.group[n++] = s->class_of[row];
			step->joined[row] = w;
			step->acc[row] *= w;
			continue;
		}
		first = at[in->group[i]];
		step->acc[first] += step->acc[row] * w;
		step->joined[first] += w;
	}
	for (uint32_t i = 0; i < n; i++)
		step->acc[at[i]] /= step->joined[at[i]];
	step->live.n = n;
	step->weight = step->joined;
}

static void walk(struct search *s, uint32_t d)
{
	const struct problem *p = s->p;
	struct step *step = &s->step[d];
	uint32_t col;

	if (s->found && least_loss(s, d) >= s->best_loss - BETTER)
		return;
	if (d == p->qs) {
		keep_best(s);
		return;
	}
	if (!raise_open(s, d))
		return;
	join_alike(s, d);
	choose_column(s, d);
	col = s->order[d];
	for (uint32_t l = step->least[col]; l <= p->q[col].most && !s->stopped; l++) {
		s->stopped = s->found && s->visited >= p->nodes_most;
		if (!split(s, d + 1 == p->qs, &step->live, step->weight, col, l, &s->step[d + 1].live))
			continue;
		s->step[d + 1].weight = step->weight;
		add_losses(s, d, col, l);
		memcpy(s->step[d + 1].least, step->least, p->qs * sizeof *step->least);
		s->level[col] = l;
		walk(s, d + 1);
	}
}

/* Rows left at a whole node, in s->probe[0 or 1]; NULL when too many are dropped. */
static const struct live *at_node(struct search *s, const uint32_t *level)
{
	const struct live *in = &s->step[0].live;

	for (uint32_t i = 0; i < s->p->qs; i++) {
		uint32_t col = s->order[i];
		struct live *out = in == &s->probe[0] ? &s->probe[1] : &s->probe[0];

		/* the top splits nothing, but the last step judges whole classes */
		if (level[col] + 1 == s->p->q[col].h->levels && (!s->f.judge || i + 1 < s->p->qs))
			continue;
		if (!split(s, i + 1 == s->p->qs, in, s->weight, col, level[col], out))
			return NULL;
		in = out;
	}
	return in;
}

/* The exact loss of a node. */
static double node_loss(const struct search *s, const uint32_t *level, const struct live *live)
{
	double sum = problem_gone(s->p, dropped(s, live), true);

	for (uint32_t q = 0; q < s->p->qs; q++) {
		const struct hierarchy *h = s->p->q[q].h;
		const double *loss = s->loss[q] + h->level_first[level[q]];

		for (uint32_t i = 0; i < live->n; i++)
			sum += loss[h->up[level[q]][s->col[q][live->row[i]]]] * s->weight[live->row[i]];
	}
	return sum;
}

/* The open column whose next level down saves most; UINT32_MAX when all are blocked. */
static uint32_t next_down(const struct search *s, const uint32_t *level, const bool *blocked)
{
	uint32_t best = UINT32_MAX;
	double most = -1;

	for (uint32_t q = 0; q < s->p->qs; q++) {
		double gain = blocked[q] || level[q] <= s->p->q[q].least ? -1 : s->p->q[q].level[level[q]] - s->p->q[q].level[level[q] - 1];

		if (gain > most) {
			most = gain;
			best = q;
		}
	}
	return best;
}

static bool levels_allowed(const struct problem *p, const uint32_t *level)
{
	for (uint32_t i = 0; i < p->qs; i++)
		if (level[i] > p->q[i].most)
			return false;
	return true;
}

/* A good node to begin with: from the top down, always where most is saved, as long as it holds. */
static void begin_greedy(struct search *s)
{
	bool blocked[DEID_QUASI_MOST] = { false };
	uint32_t level[DEID_QUASI_MOST] = { 0 }, q;

	for (q = 0; q < s->p->qs; q++)
		level[q] = s->p->q[q].h->levels - 1;
	while ((q = next_down(s, level, blocked)) != UINT32_MAX) {
		const struct live *live;

		level[q]--;
		live = at_node(s, level);
		if (!live) {
			level[q]++;
			blocked[q] = true;
		} else if (levels_allowed(s->p, level) && (!s->found || node_loss(s, level, live) < s->best_loss)) {
			s->best_loss = node_loss(s, level, live);
			memcpy(s->best, level, s->p->qs * sizeof *level);
			s->found = true;
		}
	}
}

/* All rows as one class. */
static void all_rows(struct search *s)
{
	struct live *root = &s->step[0].live;

	for (uint32_t i = 0; i < s->n; i++) {
		root->row[i] = i;
		root->group[i] = 0;
	}
	root->n = s->n;
	root->groups = 1;
	root->weight = s->p->t->rows;
}

static bool begin(struct search *s)
{
	struct live *root = &s->step[0].live;
	struct live all;
	bool holds;
	const struct quasi *q = &s->p->q[0];

	all_rows(s);
	for (uint32_t i = 0; i < s->p->qs; i++)
		s->step[0].least[i] = problem_least_level(s->p, i);
	all = *root;
	/* one class of all rows, which must itself keep to the model */
	all.weight = s->p->t->rows;
	holds = split(s, true, &all, s->weight, 0, q->h->levels - 1, &s->probe[0]);
	s->step[0].weight = s->weight;
	root->weight = s->p->t->rows;
	s->best_loss = s->rows;
	s->found = holds && s->probe[0].n > 0;
	holds = s->found;
	for (uint32_t i = 0; i < s->p->qs; i++)
		s->found = s->found && s->p->q[i].most + 1 == s->p->q[i].h->levels;
	return holds;
}

/* Which rows of the table the node suppresses. */
static rc mark_suppressed(struct ctx *c, struct search *s, struct global *g)
{
	const struct problem *p = s->p;
	const struct live *live;
	uint8_t *alive = NULL;

	all_rows(s);
	live = at_node(s, g->level);
	NEVER(!live);
	g->dropped = dropped(s, live);
	if (g->dropped == 0)
		return OK;
	TRY_ARRAY(c, alive, s->n);
	TRY_ARRAY(c, g->suppressed, p->t->rows / 8 + 1);
	for (uint32_t i = 0; i < live->n; i++)
		alive[live->row[i]] = 1;
	for (uint64_t i = 0; i < p->t->rows; i++) {
		uint32_t tuple = s->of_row ? s->of_row[i] : (uint32_t)i;

		if (!alive[tuple])
			g->suppressed[i >> 3] |= (uint8_t)(1u << (i & 7));
	}
	return OK;
}

rc global_run(struct ctx *c, const struct problem *p, struct global *ret)
{
	struct global g = { .nodes = 1 };
	struct search s;

	for (uint32_t i = 0; i < p->qs; i++)
		if (__builtin_mul_overflow(g.nodes, p->q[i].h->levels, &g.nodes))
			g.nodes = UINT64_MAX;
	if (p->people && model_looks_inside(&p->model))
		return FAIL(c, E_INVALID, "deid.people_inside");
	/* where sizes alone count, packed rows are quicker and smaller */
	if (!model_looks_inside(&p->model)) {
		bool fits = false;

		TRY(lattice_run(c, p, ret, &fits));
		if (fits)
			return OK;
		if (p->people)
			return FAIL(c, E_LIMIT, "deid.people_wide");
	}
	TRY(search_init(c, &s, p));
	if (!begin(&s)) {
		*ret = g;
		return OK;
	}
	for (uint32_t i = 0; i < p->qs; i++)
		s.best[i] = p->q[i].h->levels - 1;
	begin_greedy(&s);
	walk(&s, 0);
	g.found = s.found;
	if (!g.found) {
		*ret = g;
		return OK;
	}
	g.visited = s.visited;
	/* the corrected entropy of two classes joined can be a little less than that of each */
	g.optimal = !s.stopped && p->model.l_kind != L_GRASSBERGER;
	memcpy(g.level, s.best, sizeof g.level);
	g.loss = s.best_loss / s.rows;
	TRY(mark_suppressed(c, &s, &g));
	*ret = g;
	return OK;
}
