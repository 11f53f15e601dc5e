#include "engine/deid/lattice.h"

#include "engine/deid/few.h"

#include "base/banned.h"

/* A node may be as good as the one held but for rounding: then it is not looked at. */
#define BETTER 1e-12
/*
 * Rows are folded when they become so few: a part of them in hundredths. Of a large register no more than a quarter may
 * stand in memory once again.
 */
#define FOLD_TO 75u
#define FOLD_TO_LARGE 25u
#define FOLD_LARGE ((uint64_t)16 << 20)
/* Fewer are not worth folding. */
#define FOLD_LEAST 1024u
/* Classes of one open column that are kept for a look at its other levels. */
#define LOOK_CLASSES ((uint64_t)1 << 20)
/* What was found out about nodes is kept for so many of them. */
#define KNOWN_MOST 1024u
#define LEVEL_WORDS (DEID_QUASI_MOST / 8)

/* Nodes that hold, or do not: so do all above, or none below. */
struct known { uint64_t (*level)[LEVEL_WORDS]; uint32_t n; };

struct walk {
	struct ctx *c;
	const struct problem *p;
	struct layout l;
	struct counter *counter;
	struct known good, bad;
	uint32_t order[DEID_QUASI_MOST];
	double rows;
	uint64_t visited;
	struct few_tables *tables;
	struct arena *room[DEID_QUASI_MOST + 1];   /* of each depth; owned by c->a */
	double looked;                          /* rows in all counts */
	bool found, stopped;
	double best_loss;                       /* sum over rows */
	uint32_t best[DEID_QUASI_MOST];
};

/* The first d columns of the order are decided, the others hidden (at the top). */
struct step {
	const struct packed *rows;
	struct few few;                         /* the same rows where they are few; else without classes */
	uint32_t level[DEID_QUASI_MOST];        /* open columns: the top */
	uint32_t least[DEID_QUASI_MOST];        /* lowest level that each open column can still have */
	uint32_t folded[DEID_QUASI_MOST];       /* levels at which it was last tried to fold the rows */
	uint64_t gone;
	double gone_loss;                       /* decided loss of the rows that are gone */
};

static uint32_t top(const struct walk *w, uint32_t q)
{
	return w->p->q[q].h->levels - 1;
}

/* Levels as bytes, eight columns in a word. Levels are below 16, so that the high bit of each byte is free. */
static void pack_levels(const uint32_t *level, uint32_t qs, uint64_t *words)
{
	memset(words, 0, LEVEL_WORDS * sizeof *words);
	for (uint32_t q = 0; q < qs; q++)
		words[q / 8] |= (uint64_t)level[q] << (q % 8 * 8);
}

#define HIGH_BITS 0x8080808080808080u

/* Each byte of a is at least that of b: no byte of the difference borrows from its high bit. */
static inline bool at_least(const uint64_t *a, const uint64_t *b, uint32_t words)
{
	for (uint32_t w = 0; w < words; w++)
		if ((((a[w] | HIGH_BITS) - b[w]) & HIGH_BITS) != HIGH_BITS)
			return false;
	return true;
}

/* A known node below this one (`above`), or one above it; the latest are looked at first. */
static bool is_known(const struct known *k, const uint32_t *level, uint32_t qs, bool above)
{
	uint32_t words = (qs + 7) / 8;
	uint64_t mine[LEVEL_WORDS];

	pack_levels(level, qs, mine);
	for (uint32_t i = k->n < KNOWN_MOST ? k->n : KNOWN_MOST; i-- > 0;) {
		const uint64_t *other = k->level[i];

		if (above ? at_least(mine, other, words) : at_least(other, mine, words))
			return true;
	}
	return false;
}

static void remember(struct known *k, const uint32_t *level, uint32_t qs)
{
	pack_levels(level, qs, k->level[k->n++ % KNOWN_MOST]);
}

/* What is known of a node without counting; true when that is enough. */
static bool tells(const struct walk *w, const uint32_t *level, bool count, bool *ret_holds)
{
	*ret_holds = false;
	if (is_known(&w->bad, level, w->p->qs, false))
		return true;
	*ret_holds = !count && is_known(&w->good, level, w->p->qs, true);
	return *ret_holds;
}

/* Whether a node keeps to k within the limit; with `ret` also what is gone there. */
static rc holds(struct walk *w, const struct packed *rows, const uint32_t *level, struct counted *ret, bool *ret_holds)
{
	struct counted n;

	if (tells(w, level, ret != NULL, ret_holds))
		return OK;
	w->visited++;
	w->looked += (double)rows->n;
	TRY(counter_check(w->c, w->counter, rows, level, w->p->suppress_most, ret != NULL, NULL, &n));
	remember(n.holds ? &w->good : &w->bad, level, w->p->qs);
	if (ret)
		*ret = n;
	*ret_holds = n.holds;
	return OK;
}

/* Takes what was counted at a node whose first d columns are decided. A column decided to be at the top loses all. */
static void take_counted(const struct walk *w, struct step *s, uint32_t d, const struct counted *n)
{
	s->gone = n->gone;
	s->gone_loss = n->gone_loss;
	for (uint32_t i = 0; i < d; i++)
		if (s->level[w->order[i]] == top(w, w->order[i]))
			s->gone_loss += (double)n->gone * w->p->q[w->order[i]].weight;
}

/* What any node below the step loses at least: rows gone stay gone, open columns are no finer than they can be. */
static double least_loss(const struct walk *w, const struct step *s, uint32_t d)
{
	double sum = problem_gone(w->p, s->gone, d == w->p->qs) - s->gone_loss;

	for (uint32_t i = 0; i < w->p->qs; i++) {
		const struct quasi *q = &w->p->q[w->order[i]];
		double loss = q->level[i < d ? s->level[w->order[i]] : s->least[w->order[i]]] * w->rows;

		if (i >= d)
			loss = loss > (double)s->gone * q->weight ? loss - (double)s->gone * q->weight : 0;
		sum += loss;
	}
	return sum;
}

static void keep_best(struct walk *w, const uint32_t *level, double loss)
{
	w->found = true;
	w->best_loss = loss;
	memcpy(w->best, level, sizeof w->best);
}

/* What was seen of a column while all other open ones were hidden. */
struct look {
	struct fold fold;
	bool counted;
	uint32_t level;                         /* the one that was counted, and what was */
	struct counted n;
};

/*
 * The node of the step where the open column q is at level l. Where rows are many, the classes of the first level that holds
 * are kept: the levels above it are then a matter of those.
 */
static rc count_at(struct walk *w, struct step *s, uint32_t q, uint32_t l, struct look *look)
{
	struct fold *fold = &look->fold;

	w->visited++;
	w->looked += (double)s->rows->n;
	look->counted = true;
	look->level = l;
	if (s->few.classes > 0 && few_fits(&s->few, q, l))
		TRY(few_check(w->c, &s->few, q, l, w->p->suppress_most, &look->n));
	else
		TRY(counter_check(w->c, w->counter, fold->whole ? &fold->rows : s->rows, s->level, w->p->suppress_most, true,
			fold->whole ? NULL : fold, &look->n));
	remember(look->n.holds ? &w->good : &w->bad, s->level, w->p->qs);
	return OK;
}

/* Whether it holds; count: what is gone must be known too, and stands in look->n. */
static rc look_at(struct walk *w, struct step *s, uint32_t q, uint32_t l, bool count, struct look *look, bool *ret_holds)
{
	rc r = OK;

	if (look->counted && look->level == l) {
		*ret_holds = look->n.holds;
		return OK;
	}
	s->level[q] = l;
	if (!tells(w, s->level, count, ret_holds)) {
		r = count_at(w, s, q, l, look);
		*ret_holds = look->n.holds;
	}
	s->level[q] = top(w, q);
	return r;
}

/* The open columns whose next level costs most come first: they are most likely to end the step. */
static uint32_t dearest_first(const struct walk *w, const struct step *s, uint32_t d, uint32_t *order)
{
	double cost[DEID_QUASI_MOST] = { 0 };
	uint32_t n = 0;

	for (uint32_t i = d; i < w->p->qs; i++) {
		uint32_t q = w->order[i], l = s->least[q], at = n;
		const double *level = w->p->q[q].level;

		if (l == top(w, q))
			continue;
		for (; at > 0 && cost[at - 1] < level[l + 1] - level[l]; at--) {
			cost[at] = cost[at - 1];
			order[at] = order[at - 1];
		}
		cost[at] = level[l + 1] - level[l];
		order[at] = q;
		n++;
	}
	return n;
}

/* Raises open columns to the lowest level that each could have if all others were hidden. */
static rc raise_open(struct walk *w, struct step *s, uint32_t d, struct look *look, bool *ret_go_on)
{
	uint32_t order[DEID_QUASI_MOST] = { 0 }, n = dearest_first(w, s, d, order);

	*ret_go_on = false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t q = order[i];
		bool ok = false;

		for (; s->least[q] < top(w, q); s->least[q]++) {
			TRY(look_at(w, s, q, s->least[q], false, &look[q], &ok));
			if (ok)
				break;
		}
		if (least_loss(w, s, d) >= w->best_loss - BETTER)
			return OK;
	}
	*ret_go_on = true;
	return OK;
}

/* Rows that the columns cannot tell apart at the levels that are left become one. */
static rc fold(struct walk *w, struct ctx *c, struct step *s, uint32_t d, struct fold *folded)
{
	uint64_t about, most = s->rows->n / 100 * (s->rows->n > FOLD_LARGE ? FOLD_TO_LARGE : FOLD_TO);
	uint32_t level[DEID_QUASI_MOST] = { 0 };

	for (uint32_t i = 0; i < w->p->qs; i++)
		level[w->order[i]] = i < d ? s->level[w->order[i]] : s->least[w->order[i]];
	if (s->rows->n < FOLD_LEAST || memcmp(level, s->folded, w->p->qs * sizeof *level) == 0)
		return OK;
	memcpy(s->folded, level, sizeof s->folded);
	if (s->few.classes > 0) {
		struct few less;
		bool done = false;

		TRY(few_fold(c, &s->few, level, most, &folded->rows, &less, &done));
		if (done) {
			s->few = less;
			s->rows = &folded->rows;
		}
		return OK;
	}
	about = counter_estimate(c, w->counter, s->rows, level);
	if (about > most)
		return OK;
	TRY(counter_fold(c, w->counter, s->rows, level, about, folded));
	s->rows = &folded->rows;
	return OK;
}

/* Takes the column that was decided last into the classes of few rows; all of them where rows have just become few. */
static rc take_few(struct walk *w, struct ctx *c, struct step *s, uint32_t d)
{
	uint32_t from = d > 0 ? d - 1 : 0;

	if (s->few.classes == 0) {
		if (!few_can(&w->l, s->rows))
			return OK;
		TRY(few_init(c, &w->l, s->rows, w->tables, &s->few));
		from = 0;
	}
	for (uint32_t i = from; i < d; i++) {
		uint32_t q = w->order[i];

		if (!few_fits(&s->few, q, s->level[q])) {
			s->few = (struct few){ 0 };
			return OK;
		}
		TRY(few_decide(c, &s->few, q, s->level[q], &s->few));
	}
	return OK;
}

/* Up to this many rows, small hierarchies are decided first. */
#define FEW_ROWS 20000u

/*
 * The column that is decided next. While the rows are many: that of the most labels left, since its fine levels are ruled
 * out soonest and rows become alike at its coarse ones. When they are few: that of the fewest, with few branches.
 */
static void choose(struct walk *w, const struct step *s, uint32_t d)
{
	bool many = d == 0 || s->rows->n > FEW_ROWS;
	uint32_t best = d, col;

	for (uint32_t i = d + 1; i < w->p->qs; i++) {
		uint32_t a = hierarchy_labels(w->p->q[w->order[i]].h, s->least[w->order[i]]);
		uint32_t b = hierarchy_labels(w->p->q[w->order[best]].h, s->least[w->order[best]]);

		if (many ? a > b : a < b)
			best = i;
	}
	col = w->order[best];
	w->order[best] = w->order[d];
	w->order[d] = col;
}

/* Full looks at the table that a search may take, beside the nodes that it may count. */
#define LOOKS_MOST 100000.0
/* A table of fewer rows counts as one of so many. */
#define LOOKS_ROWS 30000.0

static bool has_enough(struct walk *w)
{
	double rows = w->rows > LOOKS_ROWS ? w->rows : LOOKS_ROWS;

	w->stopped = w->stopped || (w->found && (w->visited >= w->p->nodes_most || w->looked > LOOKS_MOST * rows));
	return w->stopped;
}

static rc walk(struct walk *w, const struct step *from, uint32_t d);

/* Decides the column q = order[d]: each level that it still can have. */
static rc branch(struct walk *w, struct step *s, uint32_t d, struct look *look)
{
	uint32_t q = w->order[d];

	for (uint32_t l = s->least[q]; l <= top(w, q) && l <= w->p->q[q].most && !has_enough(w); l++) {
		struct step next = *s;
		bool ok = false;

		TRY(look_at(w, s, q, l, true, look, &ok));
		if (!ok)
			continue;
		next.level[q] = l;
		take_counted(w, &next, d + 1, &look->n);
		TRY(walk(w, &next, d + 1));
	}
	return OK;
}

/*
 * Empties the memory of a depth. One block for all that few rows take there: it stays when the depth is left, so that the
 * system need not hand out and clear pages at every step.
 */
static rc clear_room(struct walk *w, struct arena *a, uint64_t rows)
{
	arena_reset(a);
	if (!few_can(&w->l, &(struct packed){ .n = rows }))
		return OK;
	if (!arena_bytes(a, rows * (4 * w->l.halves + 24) + 4096))
		return FAIL(w->c, E_LIMIT, "memory.limit");
	arena_reset(a);
	return OK;
}

/* What went wrong in the memory of a depth is said to the caller. */
static rc said(struct walk *w, const struct ctx *c, rc r)
{
	if (r != OK)
		w->c->fault = c->fault;
	return r;
}

static rc walk(struct walk *w, const struct step *from, uint32_t d)
{
	struct arena *a = w->room[d];
	struct fold folded = { .a = a };
	struct look look[DEID_QUASI_MOST] = { 0 };
	struct ctx c = *w->c;
	struct step s = *from;
	bool go_on = false;
	uint32_t before[DEID_QUASI_MOST];

	if (w->found && least_loss(w, &s, d) >= w->best_loss - BETTER)
		return OK;
	if (d == w->p->qs) {
		keep_best(w, s.level, least_loss(w, &s, d));
		return OK;
	}
	TRY(clear_room(w, a, s.rows->n));
	for (uint32_t i = 0; i < w->p->qs; i++)
		look[i].fold = (struct fold){ .a = a, .most = LOOK_CLASSES };
	c.a = a;
	TRY(said(w, &c, take_few(w, &c, &s, d)));
	TRY(raise_open(w, &s, d, look, &go_on));
	if (!go_on)
		return OK;
	TRY(said(w, &c, fold(w, &c, &s, d, &folded)));
	memcpy(before, w->order, sizeof before);
	choose(w, &s, d);
	TRY(branch(w, &s, d, &look[w->order[d]]));
	memcpy(w->order, before, sizeof before);
	return OK;
}

/* The open column whose next level down saves most; UINT32_MAX when all are blocked. */
static uint32_t next_down(const struct walk *w, const uint32_t *level, const bool *blocked)
{
	uint32_t best = UINT32_MAX;
	double most = -1;

	for (uint32_t q = 0; q < w->p->qs; q++) {
		double gain = blocked[q] || level[q] <= w->p->q[q].least ? -1
			: w->p->q[q].level[level[q]] - w->p->q[q].level[level[q] - 1];

		if (gain > most) {
			most = gain;
			best = q;
		}
	}
	return best;
}

/* A good node to begin with: from the top down, always where most is saved, as long as it holds. */
static rc begin_greedy(struct walk *w, const struct step *root)
{
	bool blocked[DEID_QUASI_MOST] = { false };
	struct step s = *root;
	uint32_t q;

	for (uint32_t i = 0; i < w->p->qs; i++)
		s.level[i] = top(w, i);
	while ((q = next_down(w, s.level, blocked)) != UINT32_MAX) {
		struct counted n = { 0 };
		bool ok = false, allowed = true;

		s.level[q]--;
		TRY(holds(w, s.rows, s.level, &n, &ok));
		if (!ok) {
			s.level[q]++;
			blocked[q] = true;
			continue;
		}
		take_counted(w, &s, w->p->qs, &n);
		for (uint32_t i = 0; i < w->p->qs; i++)
			allowed = allowed && s.level[i] <= w->p->q[i].most;
		if (allowed && (!w->found || least_loss(w, &s, w->p->qs) < w->best_loss))
			keep_best(w, s.level, least_loss(w, &s, w->p->qs));
	}
	return OK;
}

static void free_room(void *a)
{
	arena_free(a);
}

static rc walk_init(struct ctx *c, struct walk *w, const struct problem *p, struct packed *rows, struct step *root)
{
	*w = (struct walk){ .c = c, .p = p, .l = w->l, .rows = (double)p->t->rows, .best_loss = (double)p->t->rows * (2 + p->suppress_cost) };
	TRY(packed_rows(c, &w->l, rows));
	TRY(counter_init(c, &w->l, rows->n, &w->counter));
	TRY(few_tables(c, &w->tables));
	TRY_ARRAY(c, w->good.level, KNOWN_MOST);
	TRY_ARRAY(c, w->bad.level, KNOWN_MOST);
	for (uint32_t d = 0; d <= p->qs; d++) {
		w->room[d] = arena_new((size_t)64 << 30);
		if (!w->room[d] || arena_on_end(c->a, free_room, w->room[d]) != 0)
			return FAIL(c, E_NOMEM, "memory.limit");
	}
	*root = (struct step){ .rows = rows };
	for (uint32_t q = 0; q < p->qs; q++) {
		w->order[q] = q;
		root->level[q] = top(w, q);
		root->least[q] = problem_least_level(p, q);
	}
	return OK;
}

/* What the best node suppresses; `out` has the memory that lasts. */
static rc best_node(struct ctx *out, struct walk *w, const struct packed *rows, struct global *g)
{
	struct counted n;

	memcpy(g->level, w->best, sizeof g->level);
	g->loss = w->best_loss / w->rows;
	TRY(counter_check(w->c, w->counter, rows, g->level, w->p->t->rows, false, NULL, &n));
	g->dropped = n.gone;
	if (g->dropped == 0)
		return OK;
	TRY_ARRAY(out, g->suppressed, w->p->t->rows / 8 + 1);
	return counter_mark(w->c, w->counter, rows, g->level, g->suppressed);
}

static rc search(struct ctx *c, struct ctx *out, struct walk *w, const struct problem *p, struct global *g)
{
	struct fold folded = { .a = c->a };
	struct packed rows = { 0 };
	bool possible = false;
	struct step root;

	TRY(walk_init(c, w, p, &rows, &root));
	TRY(holds(w, &rows, root.level, NULL, &possible));
	/* one class of all rows breaks the model: so does each smaller one */
	if (possible && p->t->rows >= p->model.k) {
		TRY(fold(w, c, &root, 0, &folded));
		TRY(begin_greedy(w, &root));
		TRY(walk(w, &root, 0));
	}
	g->visited = w->visited;
	g->found = w->found;
	g->optimal = w->found && !w->stopped;
	return w->found ? best_node(out, w, &rows, g) : OK;
}

rc lattice_run(struct ctx *c, const struct problem *p, struct global *ret, bool *ret_fits)
{
	AUTO_ARENA a = arena_new((size_t)64 << 30);
	struct global g = { .nodes = 1 };
	struct ctx own = *c;
	struct walk w;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	own.a = a;
	TRY(layout_init(c, &w.l, p, ret_fits));
	if (!*ret_fits)
		return OK;
	for (uint32_t i = 0; i < p->qs; i++)
		if (__builtin_mul_overflow(g.nodes, p->q[i].h->levels, &g.nodes))
			g.nodes = UINT64_MAX;
	r = search(&own, c, &w, p, &g);
	if (r != OK)
		c->fault = own.fault;
	else
		*ret = g;
	return r;
}
