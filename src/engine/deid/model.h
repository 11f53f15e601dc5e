/*
 * What a class must keep to: k-anonymity (Samarati, Sweeney 1998), ℓ-diversity (Machanavajjhala et al. 2006: distinct,
 * entropy, recursive (c,ℓ)), t-closeness (Li, Li, Venkatasubramanian 2007: equal, ordered and hierarchical distance). Where
 * persons have several rows, k is a number of persons: a class of ten rows of one person hides nobody.
 * All of them stay kept when classes are joined, which the searches rely on.
 */
#ifndef ENGINE_DEID_MODEL_H
#define ENGINE_DEID_MODEL_H

#include "engine/deid/hierarchy.h"

enum l_kind { L_NONE, L_DISTINCT, L_ENTROPY, L_RECURSIVE };
enum t_kind { T_NONE, T_EQUAL, T_ORDERED, T_HIERARCHICAL };

#define L_KINDS 4
#define T_KINDS 4

struct model {
	uint32_t k;
	enum l_kind l_kind;
	double l, c;                      /* c of recursive (c,ℓ) */
	enum t_kind t_kind;
	double t;
	const struct hierarchy *t_tree;   /* over the sensitive values; T_HIERARCHICAL */
	uint32_t *t_leaf;                 /* [values] leaf of t_tree */
	const uint32_t *t_order;          /* [values] codes in rising order; T_ORDERED */
	uint32_t k_map;                   /* least rows of the population in a class; 0: not asked for */
	bool presence;                    /* δ-presence: rows / rows of the population lies between these */
	double presence_least, presence_most;
	uint32_t values;                  /* sensitive values: codes are below */
	uint32_t persons;                 /* codes of persons are below; 0: each row is a person */
	const double *share;              /* [values] over the whole table; for t */
};

/* Working memory of a judge of classes. */
struct judge {
	const struct model *m;
	struct judge *next;  /* of a further sensitive column; judge_ok() asks each */
	bool lenient;        /* judge_ok() refuses only what all parts of the class would break too */
	const uint32_t *sensitive;   /* [rows] codes; NULL where neither ℓ nor t is asked for */
	const uint32_t *person;      /* [rows]; NULL: each row is a person */
	uint32_t *met, turn;         /* [persons] the turn in which each was met last */
	uint32_t *count;     /* [values], all zero between calls */
	uint32_t *seen;      /* values met in the class */
	uint32_t seens;
	double *excess;      /* [nodes of t_tree] */
};

static inline bool model_looks_at_values(const struct model *m) { return m->l_kind != L_NONE || m->t_kind != T_NONE; }
/* Sizes of classes are not all that counts. */
static inline bool model_looks_inside(const struct model *m) { return model_looks_at_values(m) || m->persons > 0; }
MUST_USE rc judge_init(struct ctx *c, struct judge *j, const struct model *m);
/* Counts a class given as sensitive codes; judge_end() before the next one. */
void judge_class(struct judge *j, const uint32_t *codes, uint32_t n);
/* The same from distinct codes and how often each stands in the class. */
void judge_counts(struct judge *j, const uint32_t *codes, const uint32_t *counts, uint32_t n);
void judge_end(struct judge *j);
/* After judge_class: distinct values; 2^entropy; the c that recursive (c,ℓ) would need; the distance for t. */
double judge_entropy(const struct judge *j, uint32_t n);
double judge_recursive(struct judge *j, uint32_t l);
double judge_distance(struct judge *j, uint32_t n);
/* Whether the class that was counted keeps to ℓ and t; the counts are used up: judge_end() follows. */
bool judge_holds(struct judge *j, uint32_t n);
/* Whether the class of these rows keeps to ℓ, t and k persons (k rows are counted elsewhere). NULL: rows 0 … n - 1. */
bool judge_ok(struct judge *j, const uint32_t *rows, uint32_t n);

#endif
