/*
 * Classes as they are while rows move between them: members, the labels over them, and what they cost. Cost is per
 * class: rows × the weighted loss of its labels, as the final measure has it.
 */
#ifndef ENGINE_DEID_CLUSTER_H
#define ENGINE_DEID_CLUSTER_H

#include "engine/deid/local.h"

struct cluster {
	uint32_t *row;        /* members; owned by the arena */
	uint32_t n, cap;
	double each;          /* loss of one row */
};

/* The nodes of one hierarchy side by side, with the loss they mean. */
struct nodes { uint32_t *first, *end, *parent; double *loss; };

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
	struct nodes *nodes;      /* [qs] */
	double *step;             /* [qs] sets: loss of one value more */
	struct marks *marks;
	bool sets;
};

MUST_USE rc clusters_init(struct ctx *c, struct clusters *s, struct local *v);
/* Loss of one row of a class made of these. */
double clusters_each(const struct clusters *s, const uint32_t *row, uint32_t n);
/* Loss of one row of class i when `row` is added. */
double clusters_with(const struct clusters *s, uint32_t i, uint32_t row);
/* … when its member `out` goes; when it goes and `in` comes. */
double clusters_without(const struct clusters *s, uint32_t i, uint32_t out);
double clusters_swapped(const struct clusters *s, uint32_t i, uint32_t out, uint32_t in);
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
