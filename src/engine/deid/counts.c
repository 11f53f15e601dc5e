#include "engine/deid/counts.h"

#include "engine/deid/count_noise.h"

#include "base/banned.h"

rc counts_init(struct ctx *c, struct counts *t, uint32_t rows, uint32_t cols, bool magnitude)
{
	size_t n = ((size_t)rows + 1) * ((size_t)cols + 1);

	*t = (struct counts){ .rows = rows, .cols = cols };
	if (rows == 0 || cols == 0 || rows > COUNTS_SIDE_MOST || cols > COUNTS_SIDE_MOST || n > COUNTS_CELLS_MOST)
		return FAIL(c, E_LIMIT, "counts.size");
	TRY_ARRAY(c, t->n, n);
	TRY_ARRAY(c, t->hidden, n);
	if (magnitude) {
		TRY_ARRAY(c, t->sum, n);
		TRY_ARRAY(c, t->most, n);
	}
	return OK;
}

static void add_to(struct counts *t, size_t to, size_t from)
{
	t->n[to] += t->n[from];
	if (!t->sum)
		return;
	t->sum[to] += t->sum[from];
	t->most[to] = t->most[from] > t->most[to] ? t->most[from] : t->most[to];
}

static void clear_cell(struct counts *t, size_t at)
{
	t->n[at] = 0;
	if (t->sum)
		t->sum[at] = t->most[at] = 0;
}

void counts_total(struct counts *t)
{
	for (uint32_t col = 0; col <= t->cols; col++)
		clear_cell(t, counts_at(t, t->rows, col));
	for (uint32_t r = 0; r < t->rows; r++) {
		clear_cell(t, counts_at(t, r, t->cols));
		for (uint32_t col = 0; col < t->cols; col++) {
			add_to(t, counts_at(t, r, t->cols), counts_at(t, r, col));
			add_to(t, counts_at(t, t->rows, col), counts_at(t, r, col));
		}
		add_to(t, counts_at(t, t->rows, t->cols), counts_at(t, r, t->cols));
	}
}

static bool is_doubled(const struct counts *t, uint32_t col)
{
	/* of one column, the total beside it is the column itself */
	return t->cols == 1 && col == 1;
}

uint64_t counts_primary(struct counts *t, int64_t least, double dominance)
{
	uint64_t found = 0;

	for (uint32_t r = 0; r <= t->rows; r++) {
		for (uint32_t col = 0; col <= t->cols; col++) {
			size_t at = counts_at(t, r, col);
			bool small = t->n[at] > 0 && t->n[at] < least;
			bool one = t->sum && dominance > 0 && t->most[at] > dominance * t->sum[at];

			if (!small && !one)
				continue;
			t->hidden[at] = HIDDEN_PRIMARY;
			found += !is_doubled(t, col);
		}
	}
	return found;
}

/* ---- the network ---- */

/*
 * Nodes: rows 0 … rows - 1, then columns, then the two ends of the grand total: `rows_end` from which the row totals
 * come, `cols_end` into which the column totals go. A cell is an arc from its row to its column, a row total one from
 * rows_end to the row, a column total one from the column to cols_end, the grand total one from cols_end to rows_end.
 * Whatever is added to one arc must go round a cycle.
 */
static uint32_t nodes(const struct counts *t) { return t->rows + t->cols + 2; }

static void ends(const struct counts *t, uint32_t r, uint32_t col, uint32_t *from, uint32_t *to)
{
	uint32_t rows_end = t->rows + t->cols, cols_end = rows_end + 1;

	*from = r < t->rows ? col < t->cols ? r : rows_end : col < t->cols ? t->rows + col : cols_end;
	*to = r < t->rows ? col < t->cols ? t->rows + col : r : col < t->cols ? cols_end : rows_end;
}

/* The arc between two nodes, when there is one; *forward: it runs from u to v. */
static bool arc_between(const struct counts *t, uint32_t u, uint32_t v, size_t *at, bool *forward)
{
	uint32_t rows_end = t->rows + t->cols, cols_end = rows_end + 1;
	bool u_row = u < t->rows, v_row = v < t->rows, u_col = !u_row && u < rows_end, v_col = !v_row && v < rows_end;

	if ((u_row && v_col) || (u_col && v_row)) {
		*at = u_row ? counts_at(t, u, v - t->rows) : counts_at(t, v, u - t->rows);
		*forward = u_row;
	} else if ((u == rows_end && v_row) || (u_row && v == rows_end)) {
		*at = counts_at(t, u_row ? u : v, t->cols);
		*forward = v_row;
	} else if ((u_col && v == cols_end) || (u == cols_end && v_col)) {
		*at = counts_at(t, t->rows, (u_col ? u : v) - t->rows);
		*forward = u_col;
	} else if ((u == cols_end && v == rows_end) || (u == rows_end && v == cols_end)) {
		*at = counts_at(t, t->rows, t->cols);
		*forward = u == cols_end;
	} else {
		return false;
	}
	return true;
}

struct path {
	const struct counts *t;
	int64_t *flow;             /* what each arc has been changed by */
	uint64_t *cost;            /* [nodes] */
	uint32_t *before;          /* [nodes] */
	bool *done;
	size_t not_this;           /* the arc whose range is looked for */
};

static rc path_init(struct ctx *c, struct path *p, const struct counts *t)
{
	*p = (struct path){ .t = t };
	TRY_ARRAY(c, p->flow, ((size_t)t->rows + 1) * ((size_t)t->cols + 1));
	TRY_ARRAY(c, p->cost, nodes(t));
	TRY_ARRAY(c, p->before, nodes(t));
	TRY_ARRAY(c, p->done, nodes(t));
	return OK;
}

/* How much more can go over the arc in this direction; a count can grow without limit, but not fall below zero. */
static int64_t room(const struct path *p, size_t at, bool forward)
{
	return forward ? INT64_MAX / 4 : p->t->n[at] + p->flow[at];
}

/* Nothing shown may change; with `buy`, shown cells can be bought at the price of what they tell. */
static bool price(const struct path *p, uint32_t u, uint32_t v, int64_t need, bool buy, uint64_t *ret)
{
	bool forward = false;
	size_t at = 0;

	if (!arc_between(p->t, u, v, &at, &forward) || at == p->not_this || room(p, at, forward) < need)
		return false;
	if (p->t->cols == 1 && at % 2 == 1) {
		/* the total beside a single column is the cell itself: it changes with it for nothing */
		*ret = 0;
		return true;
	}
	if (p->t->hidden[at] == SHOWN && !buy)
		return false;
	*ret = p->t->hidden[at] == SHOWN ? (uint64_t)p->t->n[at] + 1 : 0;
	return true;
}

/* The cheapest way from `from` to `to` over which `need` can go (Dijkstra over all nodes). */
static bool find_path(struct path *p, uint32_t from, uint32_t to, int64_t need, bool buy)
{
	uint32_t n = nodes(p->t);

	for (uint32_t i = 0; i < n; i++) {
		p->cost[i] = UINT64_MAX;
		p->done[i] = false;
	}
	p->cost[from] = 0;
	for (;;) {
		uint32_t u = UINT32_MAX;

		for (uint32_t i = 0; i < n; i++)
			if (!p->done[i] && p->cost[i] < UINT64_MAX && (u == UINT32_MAX || p->cost[i] < p->cost[u]))
				u = i;
		if (u == UINT32_MAX || u == to)
			return u == to;
		p->done[u] = true;
		for (uint32_t v = 0; v < n; v++) {
			uint64_t more = 0;

			if (p->done[v] || !price(p, u, v, need, buy, &more) || p->cost[u] + more >= p->cost[v])
				continue;
			p->cost[v] = p->cost[u] + more;
			p->before[v] = u;
		}
	}
}

/* The least room on the path that was found. */
static int64_t path_room(const struct path *p, uint32_t from, uint32_t to)
{
	int64_t least = INT64_MAX / 4;

	for (uint32_t v = to; v != from; v = p->before[v]) {
		bool forward = false;
		size_t at = 0;

		if (arc_between(p->t, p->before[v], v, &at, &forward) && room(p, at, forward) < least)
			least = room(p, at, forward);
	}
	return least;
}

static void path_push(struct path *p, uint32_t from, uint32_t to, int64_t amount)
{
	for (uint32_t v = to; v != from; v = p->before[v]) {
		bool forward = false;
		size_t at = 0;

		if (arc_between(p->t, p->before[v], v, &at, &forward))
			p->flow[at] += forward ? amount : -amount;
	}
}

/* The most, up to `enough`, that can go from one node to the other over hidden arcs: augmenting paths. */
static int64_t most_flow(struct path *p, uint32_t from, uint32_t to, int64_t enough)
{
	int64_t sum = 0;

	memset(p->flow, 0, ((size_t)p->t->rows + 1) * ((size_t)p->t->cols + 1) * sizeof *p->flow);
	while (sum < enough && find_path(p, from, to, 1, false)) {
		int64_t amount = path_room(p, from, to);

		amount = amount < enough - sum ? amount : enough - sum;
		path_push(p, from, to, amount);
		sum += amount;
	}
	return sum;
}

static void range_of(struct path *p, uint32_t row, uint32_t col, int64_t enough, int64_t *ret_low, int64_t *ret_high)
{
	size_t at = counts_at(p->t, row, col);
	uint32_t from, to;
	int64_t n = p->t->n[at];

	ends(p->t, row, col, &from, &to);
	p->not_this = at;
	/* what is added to the cell must come back from its end to its beginning over the others */
	*ret_high = n + most_flow(p, to, from, enough);
	*ret_low = n - most_flow(p, from, to, n < enough ? n : enough);
}

rc counts_range(struct ctx *c, const struct counts *t, uint32_t row, uint32_t col, int64_t *ret_low, int64_t *ret_high)
{
	struct path p;

	TRY(path_init(c, &p, t));
	range_of(&p, row, col, INT64_MAX / 8, ret_low, ret_high);
	return OK;
}

/* Hides what stands on the path that was found. */
static void hide_path(struct counts *t, const struct path *p, uint32_t from, uint32_t to)
{
	for (uint32_t v = to; v != from; v = p->before[v]) {
		bool forward = false;
		size_t at = 0;

		if (arc_between(t, p->before[v], v, &at, &forward) && t->hidden[at] == SHOWN)
			t->hidden[at] = HIDDEN_SECONDARY;
	}
}

static bool protect(struct counts *t, struct path *p, uint32_t row, uint32_t col, int64_t width)
{
	uint32_t from, to;
	int64_t low = 0, high = 0;

	ends(t, row, col, &from, &to);
	for (int64_t need = width; need > 0; need = need > 1 ? need / 2 : 0) {
		range_of(p, row, col, width, &low, &high);
		if (high - low >= width)
			return true;
		memset(p->flow, 0, ((size_t)t->rows + 1) * ((size_t)t->cols + 1) * sizeof *p->flow);
		/* first a way on which all of it fits; else several on which parts of it do */
		if (find_path(p, to, from, need, true))
			hide_path(t, p, to, from);
		else if (t->n[counts_at(t, row, col)] >= need && find_path(p, from, to, need, true))
			hide_path(t, p, from, to);
	}
	range_of(p, row, col, width, &low, &high);
	return high - low >= width;
}

rc counts_secondary(struct ctx *c, struct counts *t, int64_t width, bool *ret_good)
{
	bool good = true;
	struct path p;

	TRY(path_init(c, &p, t));
	for (uint32_t r = 0; r <= t->rows; r++)
		for (uint32_t col = 0; col <= t->cols; col++)
			if (t->hidden[counts_at(t, r, col)] == HIDDEN_PRIMARY && !is_doubled(t, col) && !protect(t, &p, r, col, width))
				good = false;
	/* a total beside a single column is shown as the cell is */
	for (uint32_t r = 0; t->cols == 1 && r <= t->rows; r++)
		t->hidden[counts_at(t, r, 1)] = t->hidden[counts_at(t, r, 0)];
	*ret_good = good;
	return OK;
}

/* ---- controlled rounding ---- */

struct rounding {
	struct counts *t;
	int64_t base;
	uint32_t *walk;            /* nodes of the walk */
	uint32_t *seen;            /* [nodes] place in the walk + 1 */
};

static bool is_open(const struct rounding *w, size_t at)
{
	return w->t->n[at] % w->base != 0;
}

/* A node beside u over an open arc, not back over the arc it came by. Every node with one open arc has another. */
static uint32_t open_beside(const struct rounding *w, uint32_t u, uint32_t came_from)
{
	for (uint32_t v = 0; v < nodes(w->t); v++) {
		bool forward = false;
		size_t at = 0;

		if (v != came_from && arc_between(w->t, u, v, &at, &forward) && is_open(w, at))
			return v;
	}
	return UINT32_MAX;
}

/*
 * Moves the numbers of a cycle up or down together until one of them is a multiple; up by a with probability b/(a+b),
 * down by b with a/(a+b), so that each is right on average.
 */
static void turn_cycle(struct rounding *w, const uint32_t *cycle, uint32_t n, struct chance *r)
{
	int64_t up = INT64_MAX, down = INT64_MAX, by;

	for (uint32_t i = 0; i < n; i++) {
		bool forward = false;
		size_t at = 0;
		int64_t over, under;

		(void)arc_between(w->t, cycle[i], cycle[(i + 1) % n], &at, &forward);
		over = w->base - w->t->n[at] % w->base;
		under = w->t->n[at] % w->base;
		up = (forward ? over : under) < up ? (forward ? over : under) : up;
		down = (forward ? under : over) < down ? (forward ? under : over) : down;
	}
	by = (int64_t)chance_below(r, (uint64_t)(up + down)) < down ? up : -down;
	for (uint32_t i = 0; i < n; i++) {
		bool forward = false;
		size_t at = 0;

		(void)arc_between(w->t, cycle[i], cycle[(i + 1) % n], &at, &forward);
		w->t->n[at] += forward ? by : -by;
	}
}

/* Walks over open arcs until a node comes again: that is a cycle. */
static void round_from(struct rounding *w, uint32_t start, struct chance *r)
{
	uint32_t n = 0, u = start, before = UINT32_MAX;

	memset(w->seen, 0, nodes(w->t) * sizeof *w->seen);
	while (u != UINT32_MAX && w->seen[u] == 0) {
		uint32_t next = open_beside(w, u, before);

		w->walk[n++] = u;
		w->seen[u] = n;
		before = u;
		u = next;
	}
	if (u != UINT32_MAX)
		turn_cycle(w, w->walk + w->seen[u] - 1, n - w->seen[u] + 1, r);
}

/* Of one column: cells to either side by chance in pairs, so that the total is next to what it was. */
static void round_column(struct counts *t, int64_t base, struct chance *r)
{
	int64_t carry = 0;

	for (uint32_t i = 0; i < t->rows; i++) {
		size_t at = counts_at(t, i, 0);
		int64_t rest = t->n[at] % base;

		/* systematic sampling of the rests: right on average, and the sum off by less than the base */
		if (i == 0)
			carry = (int64_t)chance_below(r, (uint64_t)base);
		carry += rest;
		t->n[at] += (carry >= base ? base : 0) - rest;
		carry -= carry >= base ? base : 0;
	}
	counts_total(t);
}

rc counts_round(struct ctx *c, struct counts *t, int64_t base, struct chance *r)
{
	struct rounding w = { .t = t, .base = base };

	if (t->cols == 1) {
		round_column(t, base, r);
		return OK;
	}
	TRY_ARRAY(c, w.walk, (size_t)nodes(t) + 1);
	TRY_ARRAY(c, w.seen, nodes(t));
	for (uint32_t row = 0; row <= t->rows; row++) {
		for (uint32_t col = 0; col <= t->cols; col++) {
			uint32_t from, to;

			ends(t, row, col, &from, &to);
			while (is_open(&w, counts_at(t, row, col)))
				round_from(&w, from, r);
		}
	}
	return OK;
}

void counts_noise(struct counts *t, uint64_t num, uint64_t den, struct chance *r)
{
	for (uint32_t row = 0; row < t->rows; row++) {
		for (uint32_t col = 0; col < t->cols; col++) {
			size_t at = counts_at(t, row, col);
			int64_t n = t->n[at] + noise_laplace(r, num, den);

			t->n[at] = n < 0 ? 0 : n;
		}
	}
	counts_total(t);
}
