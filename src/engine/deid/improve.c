#include "engine/deid/cluster.h"

#include "base/banned.h"

/* Neighbours looked at to each side, in the order of one pass. */
#define WINDOW 8u
/* Comparisons that the search for a class for the last rows may cost. */
#define ABSORB_MOST ((uint64_t)200000000)
/* Gains below this are rounding. */
#define GAIN 1e-12

struct improve {
	struct clusters s;
	uint32_t *order;          /* rows, like ones near each other */
	uint64_t *key, *other_key;
	uint32_t *other;
	uint32_t *alt;            /* [rows] the class that would take the row at the least price */
	uint8_t *picked;          /* [rows] in a class in the making */
	uint64_t random;
};

static uint32_t random_below(struct improve *m, uint32_t n)
{
	uint64_t z = (m->random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

/* ---- the last rows ---- */

static rc absorb_row(struct ctx *c, struct improve *m, uint32_t row, uint64_t *suppress_left)
{
	struct clusters *s = &m->s;
	double least = 1.0;   /* what suppressing costs */
	uint32_t best = CLASS_NONE;

	if (*suppress_left == 0)
		least = 1e300;
	for (uint32_t i = 0; i < s->n; i++) {
		double price;

		if (s->cl[i].n == 0)
			continue;
		price = clusters_price(s, i, row, least);
		if (price < least && clusters_keep(s, i, CLASS_NONE, row)) {
			least = price;
			best = i;
		}
	}
	if (best == CLASS_NONE) {
		*suppress_left -= *suppress_left > 0;
		return OK;
	}
	return clusters_move(c, s, row, best);
}

/* Rows that no class took: to the class that they make least worse, or suppressed where that is cheaper and allowed. */
static rc absorb(struct ctx *c, struct improve *m)
{
	struct clusters *s = &m->s;
	uint64_t left = s->v->p->suppress_most;

	for (uint32_t i = 0; i < s->v->rows; i++)
		if (s->class_of[i] == CLASS_NONE)
			TRY(absorb_row(c, m, i, &left));
	return OK;
}

/* ---- one order of the rows ---- */

static uint32_t bits_for(uint32_t n)
{
	return n <= 1 ? 0 : 32 - (uint32_t)__builtin_clz(n - 1);
}

/* What it costs to let go of a column one step: its level above the leaf, or one value more. */
static double first_step(const struct clusters *s, uint32_t q)
{
	return s->sets ? s->step[q] : s->v->p->q[q].level[1];
}

/* Columns in an order of chance in which those that are dear to let go tend to stand first. */
static void chance_order(struct improve *m, uint32_t *perm)
{
	const struct clusters *s = &m->s;
	double score[DEID_QUASI_MOST];

	for (uint32_t i = 0; i < s->qs; i++) {
		uint32_t j = i;
		double mine = first_step(s, i) * (double)(1u << random_below(m, 3)) * (1 + random_below(m, 256) / 256.0);

		for (; j > 0 && score[j - 1] < mine; j--) {
			score[j] = score[j - 1];
			perm[j] = perm[j - 1];
		}
		score[j] = mine;
		perm[j] = i;
	}
}

/* A class to look around: one that costs something, the dearer of a few met by chance. CLASS_NONE when none is met. */
static uint32_t chance_class(struct improve *m)
{
	const struct clusters *s = &m->s;
	uint32_t best = CLASS_NONE;

	for (uint32_t i = 0; i < 64; i++) {
		uint32_t x = s->class_of[random_below(m, s->v->rows)];

		if (x == CLASS_NONE || s->cl[x].each <= (best == CLASS_NONE ? 0 : s->cl[best].each))
			continue;
		best = x;
		if (i > 0)
			break;
	}
	return best;
}

/*
 * The level at which rows are brought together in column q. Labels: as a class of chance has it, so that the rows which
 * could be in it, or in its like elsewhere, become neighbours. Sets: mostly the leaf.
 */
static uint32_t key_level(struct improve *m, uint32_t q, uint32_t class)
{
	const struct clusters *s = &m->s;
	const struct hierarchy *h = s->v->p->q[q].h;

	if (class != CLASS_NONE)
		return h->node[s->hull[(size_t)class * s->qs + q]].level;
	return random_below(m, 3) == 0 ? random_below(m, h->levels) : 0;
}

/* Columns one after the other at those levels, and by their leaves after that: 64 bits of them. */
static void make_keys(struct improve *m)
{
	struct clusters *s = &m->s;
	uint32_t perm[DEID_QUASI_MOST], used = 0, rows = s->v->rows, class = s->sets ? CLASS_NONE : chance_class(m);

	chance_order(m, perm);
	memset(m->key, 0, rows * sizeof *m->key);
	for (uint32_t i = 0; i < 2 * s->qs; i++) {
		uint32_t q = perm[i % s->qs], level = i < s->qs ? key_level(m, q, class) : 0;
		const struct hierarchy *h = s->v->p->q[q].h;
		const uint32_t *up = h->up[level], *col = s->v->col[q];
		uint32_t bits = bits_for(hierarchy_labels(h, level));

		if (bits == 0 || used + bits > 64)
			continue;
		used += bits;
		for (uint32_t row = 0; row < rows; row++)
			m->key[row] |= (uint64_t)up[col[row]] << (64 - used);
	}
}

static void sort_rows(struct improve *m)
{
	uint32_t rows = m->s.v->rows;
	uint64_t all = 0, none = UINT64_MAX;

	for (uint32_t i = 0; i < rows; i++) {
		m->order[i] = i;
		all |= m->key[i];
		none &= m->key[i];
	}
	for (uint32_t shift = 0; shift < 64; shift += 11) {
		uint32_t start[2049] = { 0 };

		if (((all ^ none) >> shift & 2047) == 0)
			continue;
		for (uint32_t i = 0; i < rows; i++)
			start[(m->key[i] >> shift & 2047) + 1]++;
		for (uint32_t i = 0; i < 2047; i++)
			start[i + 1] += start[i];
		for (uint32_t i = 0; i < rows; i++) {
			uint32_t to = start[m->key[i] >> shift & 2047]++;

			m->other_key[to] = m->key[i];
			m->other[to] = m->order[i];
		}
		memcpy(m->key, m->other_key, rows * sizeof *m->key);
		memcpy(m->order, m->other, rows * sizeof *m->order);
	}
}

/* ---- moves ---- */

/*
 * The class in the window around place `at` that takes the row at the least price. What costs more than the row's whole
 * class can be of no use.
 */
static uint32_t best_class(struct improve *m, uint32_t at, double *ret_price)
{
	struct clusters *s = &m->s;
	uint32_t row = m->order[at], own = s->class_of[row], best = m->alt[row], last = own, rows = s->v->rows;
	uint32_t from = at > WINDOW ? at - WINDOW : 0, to = at + WINDOW < rows ? at + WINDOW : rows - 1;
	double least = clusters_cost(s, own);

	if (best != CLASS_NONE && best != own && s->cl[best].n > 0)
		least = clusters_price(s, best, row, 1e300);
	else
		best = CLASS_NONE;
	for (uint32_t i = from; i <= to; i++) {
		uint32_t other = s->class_of[m->order[i]];
		double price;

		if (other == own || other == last || other == CLASS_NONE)
			continue;
		last = other;
		price = clusters_price(s, other, row, least);
		if (price < least) {
			least = price;
			best = other;
		}
	}
	m->alt[row] = best;
	*ret_price = least;
	return best;
}

static rc relocate(struct ctx *c, struct improve *m, uint32_t at, bool *ret_moved)
{
	struct clusters *s = &m->s;
	uint32_t row = m->order[at], own = s->class_of[row], best;
	double price, saved;

	*ret_moved = false;
	best = best_class(m, at, &price);
	if (best == CLASS_NONE || s->cl[own].n <= s->k)
		return OK;
	saved = clusters_cost(s, own) - (s->cl[own].n - 1) * clusters_without(s, own, row);
	if (saved - price <= GAIN || !clusters_keep(s, own, row, CLASS_NONE) || !clusters_keep(s, best, CLASS_NONE, row))
		return OK;
	*ret_moved = true;
	return clusters_move(c, s, row, best);
}

/* Exchanges the row, when its class would be cheaper without it, for the neighbour that makes both classes cheapest. */
static rc swap(struct ctx *c, struct improve *m, uint32_t at)
{
	struct clusters *s = &m->s;
	uint32_t row = m->order[at], own = s->class_of[row], best = CLASS_NONE, rows = s->v->rows, n = s->cl[own].n;
	uint32_t from = at > WINDOW / 2 ? at - WINDOW / 2 : 0, to = at + WINDOW / 2 < rows ? at + WINDOW / 2 : rows - 1;
	SCRATCH uint32_t rest[CLUSTER_SCAN_MOST], hull[DEID_QUASI_MOST], rest2[CLUSTER_SCAN_MOST], hull2[DEID_QUASI_MOST];
	double most = GAIN, each;

	if (n > CLUSTER_SCAN_MOST || n < 2)
		return OK;
	each = clusters_rest(s, own, row, rest, hull);
	if (s->cl[own].each - each <= GAIN)
		return OK;
	for (uint32_t i = from; i <= to; i++) {
		uint32_t there = m->order[i], other = s->class_of[there];
		double gain, each2, after;

		if (other == own || other == CLASS_NONE || s->cl[other].n > CLUSTER_SCAN_MOST || s->cl[other].n < 2)
			continue;
		gain = n * (s->cl[own].each - clusters_join(s, rest, n - 1, hull, each, there));
		if (gain + s->cl[other].n * s->cl[other].each <= most)
			continue;
		each2 = clusters_rest(s, other, there, rest2, hull2);
		after = clusters_join(s, rest2, s->cl[other].n - 1, hull2, each2, row);
		gain += s->cl[other].n * (s->cl[other].each - after);
		if (gain > most && after < CLUSTER_TOP) {
			most = gain;
			best = there;
		}
	}
	if (best == CLASS_NONE || !clusters_keep(s, own, row, best) || !clusters_keep(s, s->class_of[best], best, row))
		return OK;
	TRY(clusters_move(c, s, row, s->class_of[best]));
	return clusters_move(c, s, best, own);
}

#define PICK_MOST 64u

/* A class in the making. */
struct pick {
	uint32_t row[PICK_MOST], n;
	uint32_t hull[DEID_QUASI_MOST];
	double each, old;         /* loss of one row; what its rows cost now */
};

/* The row in the window that joins the picked ones at the least price, out of classes that can spare it. */
static uint32_t pick_next(const struct improve *m, uint32_t from, uint32_t to, const struct pick *p)
{
	const struct clusters *s = &m->s;
	uint32_t best = CLASS_NONE;
	double least = 1e300;

	for (uint32_t i = from; i <= to; i++) {
		uint32_t x = m->order[i], own = s->class_of[x];
		double price;

		if (own == CLASS_NONE || s->cl[own].n - s->cl[own].lent <= s->k || m->picked[x])
			continue;
		price = s->k * clusters_join(s, p->row, p->n, p->hull, p->each, x) - s->cl[own].each;
		if (price < least) {
			least = price;
			best = x;
		}
	}
	return best;
}

static void pick_add(struct improve *m, struct pick *p, uint32_t row)
{
	struct clusters *s = &m->s;
	struct cluster *own = &s->cl[s->class_of[row]];

	p->row[p->n++] = row;
	p->old += own->each;
	p->each = clusters_each(s, p->row, p->n, p->hull);
	own->lent++;
	m->picked[row] = 1;
}

static void pick_end(struct improve *m, const struct pick *p)
{
	for (uint32_t i = 0; i < p->n; i++) {
		m->s.cl[m->s.class_of[p->row[i]]].lent = 0;
		m->picked[p->row[i]] = 0;
	}
}

/* A new class of k rows near `at` out of classes that can spare them, when it costs less than they do now. */
static rc found(struct ctx *c, struct improve *m, uint32_t at)
{
	struct clusters *s = &m->s;
	uint32_t row = m->order[at], rows = s->v->rows, k = s->k, class = 0;
	uint32_t from = at > WINDOW + k ? at - WINDOW - k : 0, to = at + WINDOW + k < rows ? at + WINDOW + k : rows - 1;
	SCRATCH struct pick p;

	/* any of its rows finds a class; a new one could break ℓ and t, which large classes were formed for */
	if (k > PICK_MOST || k < 2 || at % ((k + 3) / 4) != 0 || s->cl[s->class_of[row]].n <= k || s->v->judge)
		return OK;
	p.n = 0;
	p.old = 0;
	for (uint32_t x = row; x != CLASS_NONE && p.n < k; x = p.n < k ? pick_next(m, from, to, &p) : CLASS_NONE)
		pick_add(m, &p, x);
	pick_end(m, &p);
	if (p.n < k || p.old - k * p.each <= GAIN)
		return OK;
	TRY(clusters_add(c, s, &class));
	for (uint32_t i = 0; i < k; i++)
		TRY(clusters_move(c, s, p.row[i], class));
	return OK;
}

/* Gives the rows of a class to their best other classes when that is cheaper than keeping it. */
static rc dissolve(struct ctx *c, struct improve *m, uint32_t i)
{
	struct clusters *s = &m->s;
	double price = 0, cost = clusters_cost(s, i);

	if (s->cl[i].n == 0 || s->cl[i].n > 3 * s->k || cost <= 0)
		return OK;
	for (uint32_t j = 0; j < s->cl[i].n && price < cost; j++) {
		uint32_t row = s->cl[i].row[j], to = m->alt[row];

		if (to == CLASS_NONE || to == i || s->cl[to].n == 0 || !clusters_keep(s, to, CLASS_NONE, row))
			return OK;
		price += clusters_price(s, to, row, 1e300);
	}
	if (price >= cost - GAIN)
		return OK;
	while (s->cl[i].n > 0)
		TRY(clusters_move(c, s, s->cl[i].row[0], m->alt[s->cl[i].row[0]]));
	return OK;
}

static double mean_loss(const struct improve *m)
{
	double sum = 0;

	for (uint32_t i = 0; i < m->s.n; i++)
		sum += clusters_cost(&m->s, i);
	return sum / m->s.v->rows;
}

static rc pass(struct ctx *c, struct improve *m)
{
	struct clusters *s = &m->s;
	double worth = mean_loss(m) * (s->sets ? 0.4 : 0.75);

	make_keys(m);
	sort_rows(m);
	for (uint32_t i = 0; i < s->v->rows; i++) {
		uint32_t own = s->class_of[m->order[i]];
		bool moved = false;

		if (own == CLASS_NONE || s->cl[own].each <= worth)
			continue;
		TRY(relocate(c, m, i, &moved));
		if (moved)
			continue;
		TRY(swap(c, m, i));
		TRY(found(c, m, i));
	}
	for (uint32_t i = 0; i < s->n; i++)
		TRY(dissolve(c, m, i));
	return OK;
}

rc local_improve(struct ctx *c, struct local *v, uint32_t effort)
{
	struct improve m = { .random = 1 };

	TRY(clusters_init(c, &m.s, v));
	TRY(absorb(c, &m));
	TRY_ARRAY(c, m.order, v->rows);
	TRY_ARRAY(c, m.other, v->rows);
	TRY_ARRAY(c, m.key, v->rows);
	TRY_ARRAY(c, m.other_key, v->rows);
	TRY_ARRAY(c, m.alt, v->rows);
	TRY_ARRAY(c, m.picked, v->rows);
	memset(m.alt, 0xff, v->rows * sizeof *m.alt);
	for (uint32_t e = 0; e < effort; e++)
		TRY(pass(c, &m));
	clusters_end(&m.s, v);
	return OK;
}
