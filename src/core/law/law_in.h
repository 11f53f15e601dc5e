/* Inside of core/law; nobody else includes it. */
#ifndef CORE_LAW_LAW_IN_H
#define CORE_LAW_LAW_IN_H

#include "base/pack.h"
#include "core/law/holidays.h"
#include "core/law/law.h"

#define LAW_FACTS_MOST 128u        /* needs are sets of two words */
#define LAW_NODES_MOST 8192u
#define LAW_CHOICES_MOST 64u       /* a choice is a bit of a mask */
#define LAW_WORDS_MOST 8u          /* what-ifs in one pass, by 64 */
#define LAW_EXPR_DEPTH 24u

/* Truth: what it may be. */
#define IS_T 1u
#define IS_F 2u
#define IS_U 3u

enum expr_op {
	X_AND, X_OR, X_NOT, X_PRED,
	X_MASK,      /* fact's index is in mask (bool, choice) */
	X_RANGE,     /* lo <= fact <= hi; "" is in none but [LAW_NONE+1, …] asks "is set" */
	X_AGAINST,   /* lo <= fact - instant <= hi, in milliseconds or days; "" never */
	X_ASKED,     /* lo <= the question's instant <= hi */
	X_CONST,
};

enum instant { INSTANT_KNOWN, INSTANT_ASKED };

struct law_expr {
	enum expr_op op;
	const struct law_expr *a, *b;
	uint32_t pred;                 /* X_PRED */
	uint32_t fact;
	enum instant instant;
	uint64_t mask;
	int64_t lo, hi;
	bool truth;                    /* X_CONST */
};

struct version { jday from, to; const struct law_expr *when; const struct pack *place; };

struct predicate {
	const struct pack *place;
	struct version *versions;
	uint32_t nversions;
};

struct clock {
	slice id, ja, en, certainty;
	const slice *basis;
	uint32_t nbasis;
	struct clock_start { const struct law_expr *when; uint32_t fact; } *starts;
	uint32_t nstarts;
	struct clock_days { const struct law_expr *when; int32_t n; } *days;
	uint32_t ndays;
	int32_t hours;                 /* 0: days */
	bool first_counted, next_open;
};

struct part { const struct law_expr *when; jday from, to; slice ja, basis; };
struct to { const struct law_expr *when; slice code; int32_t fact; };

/* What is behind a public row, by the same index. */
struct row {
	const struct pack *place;
	const struct law_expr *scope, *when;
	struct part *who, *unless;
	uint32_t nwho, nunless;
	struct to *recipient;
	uint32_t nrecipient;
	int32_t target, due;           /* clock, or -1 */
	slice *remarks;
	uint32_t nremarks;
};

/* ---- the law of one stretch of days, compiled: every expression once, as one graph ---- */

enum { N_CONST, N_MASK, N_RANGE, N_AGAINST, N_ASKED, N_AND, N_OR, N_NOT };

struct node {
	uint8_t op;
	uint8_t instant;
	uint16_t a, b;                 /* children; constants: a is IS_T or IS_F */
	uint16_t fact;
	uint64_t mask;
	int64_t lo, hi;
};

#define NODE_NONE UINT16_MAX

struct reason { uint32_t pred; uint16_t node; };

struct rule {
	uint32_t row;
	uint16_t root, scope, who, when;
	uint16_t *who_parts, *unless;  /* by row->who, row->unless */
	uint16_t *recipient, *review;  /* NODE_NONE: always */
	struct reason *reasons;
	uint32_t nreasons;
};

struct ticking { uint16_t *starts, *days; };   /* conditions by clock */

/* A fact's values that the graph can tell apart. */
struct what_if { uint16_t first, count; uint32_t weight; };

struct program {
	jday from, to;
	struct node *nodes;
	uint32_t nnodes;
	struct rule *rules;
	uint32_t nrules;
	struct ticking *clocks;
	uint16_t *preds;               /* node of each predicate; NODE_NONE when not lowered */
	/* what-ifs: for each a fact and a value standing for its class */
	struct what_if *what_ifs;      /* by fact */
	int64_t *values;               /* by what-if */
	uint32_t *weights;             /* how many of the fact's values it stands for */
	uint64_t (*atom_true)[LAW_WORDS_MOST];    /* by node: what-ifs of its own fact in which it holds */
	uint64_t (*atom_false)[LAW_WORDS_MOST];
	float *atom_odds;              /* by node: share of the classes in which it holds */
	uint32_t nwhat_ifs, nwords;
};

struct law {
	struct law_fact *facts;
	uint32_t nfacts;
	uint16_t *fact_slots;          /* open addressing; 0 empty, else index + 1 */
	uint32_t fact_mask;
	struct law_word *kinds, *contents, *forms;
	uint32_t nkinds, ncontents, nforms;
	struct clock *clocks;
	uint32_t nclocks;
	struct law_predicate *predicates;   /* public halves */
	struct predicate *inside;
	uint32_t npredicates;
	struct law_duty *duties;
	struct row *rows;
	uint32_t nduties;
	struct law_agency *agencies;
	uint32_t nagencies;
	const struct holidays *holidays;
	struct program *programs;
	uint32_t nprograms;
};

struct law_facts {
	const struct law *law;
	uint8_t *state;                /* FACT_UNSET, … */
	int64_t *num;
	slice *text;                   /* FACT_CODE */
};

enum { FACT_UNSET, FACT_KNOWN, FACT_ASKED };

/* expr.c: parses the scalar's text; predicates must be registered. */
MUST_USE rc expr_parse(struct ctx *c, const struct law *law, const struct pack *node, const struct law_expr **ret);
int32_t predicate_find(const struct law *law, slice id);

/* load*.c */
MUST_USE rc load_common(struct ctx *c, struct law *law, const struct pack *root);
MUST_USE rc load_clocks(struct ctx *c, struct law *law, const struct pack *root);
MUST_USE rc load_facts(struct ctx *c, struct law *law, const struct pack *root);
MUST_USE rc load_agencies(struct ctx *c, struct law *law, const struct pack *root);
MUST_USE rc load_predicate_names(struct ctx *c, struct law *law, const struct pack *const *roots, uint32_t n);
MUST_USE rc load_predicates(struct ctx *c, struct law *law);
MUST_USE rc load_duties(struct ctx *c, struct law *law, const struct pack *const *roots, uint32_t n);
MUST_USE rc load_words(struct ctx *c, const struct pack *root, const char *key, struct law_word **ret, uint32_t *ret_n);
const struct law_word *word_find(const struct law_word *words, uint32_t n, slice id);
MUST_USE rc load_basis(struct ctx *c, const struct pack *p, const slice **ret, uint32_t *ret_n);
MUST_USE rc load_certainty(struct ctx *c, const struct pack *p, slice *ret);
/* An id: letters, digits, _ . + -; at most 64. */
MUST_USE rc load_id(struct ctx *c, const struct pack *p, const char *key, slice *ret);

/* program.c: one for each stretch of days; refuses rules that can never arise. */
MUST_USE rc programs_build(struct ctx *c, struct law *law);
const struct program *program_on(const struct law *law, jday day);

/* eval.c */
struct truth {
	const struct program *p;
	const struct law_facts *f;
	struct law_question q;
	uint8_t *val;                  /* by node */
	uint64_t (*needs)[2];          /* by node, NULL until asked for */
	uint64_t *may_t, *may_f;       /* by node × words; NULL until asked for */
	float *odds, *pull;            /* by node; NULL until asked for */
	struct asked { uint16_t node; const uint32_t *needs; uint32_t n; } asked[48];
	uint32_t nasked;
};

MUST_USE rc truth_of(struct ctx *c, const struct program *p, const struct law_facts *f, const struct law_question *q,
	struct truth *ret);
/* Fills needs and what-ifs; does nothing the second time. */
MUST_USE rc truth_explore(struct ctx *c, struct truth *t);
/* The facts that keep the node from being told, most decisive first; in c->a. */
MUST_USE rc truth_needs(struct ctx *c, struct truth *t, const uint16_t *nodes, uint32_t n, const uint32_t **ret, uint32_t *ret_n);
bool atom_holds(const struct node *n, int64_t value, const struct law_question *q);

#endif
