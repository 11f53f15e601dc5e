/*
 * Classes as they are while rows move between them: members, the labels over them, and what they cost. Cost is per
 * class: rows × the weighted loss of its labels, as the final measure has it.
 */
#ifndef ENGINE_DEID_CLUSTER_H
#define ENGINE_DEID_CLUSTER_H

#include "engine/deid/local.h"

/* Members looked at to find out what a class would be without one of them; larger ones stay what they are. */
#define CLUSTER_SCAN_MOST 96u

/* A class that shows "*" everywhere cannot be told from suppressed rows: it is formed where nothing else is left. */
#define CLUSTER_TOP 0.9999999
#define CLUSTER_FORBIDDEN 1e250

struct cluster {
	uint32_t *row;        /* members; owned by the arena */
	uint32_t n, cap;
	uint32_t lent;        /* members that a class in the making would take */
	double each;          /* loss of one row */
};

/* A node of a hierarchy with the loss that it means. */
struct lnode { uint32_t first, end, parent; double loss; };

/* Which values of a column were met: seen[q][leaf] == now. */
struct marks { uint32_t **seen, now; };

struct clusters {
	const struct local *v;
	struct arena *a;
	uint32_t qs, k, stride;
	uint32_t *m;              /* [rows × stride] leaf codes row by row */
	uint32_t *class_of;       /* [rows], that of v */
	struct cluster *cl;
	uint32_t *hull;           /* [cap × qs] node over the members; hierarchy labels */
	uint32_t n, cap;
	struct lnode **nodes;     /* [qs] */
	double *step;             /* [stride] sets: loss of one value more; 0 behind the last column */
	struct marks *marks;
	bool sets;
};

MUST_USE rc clusters_init(struct ctx *c, struct clusters *s, struct local *v);
/* Loss of one row of a class made of these, and (not with sets) the labels over them. */
double clusters_each(const struct clusters *s, const uint32_t *row, uint32_t n, uint32_t *hull);
/*
 * What it costs all in all to add `row` to class i; anything ≥ `most` when it is not less than that.
 */
double clusters_price(const struct clusters *s, uint32_t i, uint32_t row, double most);
/* The same for a class that does not stand: n members of `member`, labels `hull` (sets: not read); loss of one row. */
double clusters_join(const struct clusters *s, const uint32_t *member, uint32_t n, const uint32_t *hull, double each,
	uint32_t row);
/* Members of class i but `out` into rest, their labels into hull; returns the loss of one row. CLASS_NONE: all. */
double clusters_rest(const struct clusters *s, uint32_t i, uint32_t out, uint32_t *rest, uint32_t *hull);
/* Loss of one row of class i when its member `out` goes. */
double clusters_without(const struct clusters *s, uint32_t i, uint32_t out);
/* Moves a row; class `to` may be CLASS_NONE (out of all) and so may its present one. Labels are renewed. */
MUST_USE rc clusters_move(struct ctx *c, struct clusters *s, uint32_t row, uint32_t to);
/* An empty class. */
MUST_USE rc clusters_add(struct ctx *c, struct clusters *s, uint32_t *ret);
/* Whether class i without `out` (or CLASS_NONE) and with `in` (or CLASS_NONE) keeps to ℓ and t. */
bool clusters_keep(struct clusters *s, uint32_t i, uint32_t out, uint32_t in);
static inline double clusters_cost(const struct clusters *s, uint32_t i) { return s->cl[i].n * s->cl[i].each; }
/* Drops empty classes and numbers the others anew in v. */
void clusters_end(struct clusters *s, struct local *v);

#endif
