/*
 * Counts the classes of packed rows at a node of the lattice, in as many passes as the room for classes asks for.
 */
#ifndef ENGINE_DEID_CLASSES_H
#define ENGINE_DEID_CLASSES_H

#include "engine/deid/packed.h"

/* Counts classes of packed rows. Working memory for each thread. */
struct counter;

MUST_USE rc counter_init(struct ctx *c, const struct layout *l, uint64_t rows, struct counter **ret);

struct counted {
	bool holds;                /* no more than `gone_most` rows are in classes that break the model */
	uint64_t gone;             /* rows in such classes; a lower bound when it does not hold */
	double gone_loss;          /* Σ over those of the weighted loss of their labels below the top; when asked for */
	uint64_t classes;          /* of those looked at */
};

/* Classes as rows with counts, where they are wanted for more than one look. */
struct fold {
	struct arena *a;
	uint64_t most;             /* classes that are worth it */
	struct packed rows;        /* [room] */
	uint64_t room;
	bool whole;                /* all classes are there */
};

/*
 * level[q]: that of each column. fold: with it the classes of a node that holds; NULL: not wanted. Stops as soon as it does not hold: rows are looked at by parts of the hash of their
 * class, so that a part has whole classes.
 */
MUST_USE rc counter_check(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level,
	uint64_t gone_most, bool want_loss, struct fold *fold, struct counted *ret);
/* Distinct classes, estimated from a part. */
uint64_t counter_estimate(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level);
/* One row for each class, with its count, in memory of ret->a. about: how many they will be; 0: not known, few. */
MUST_USE rc counter_fold(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint64_t about,
	struct fold *ret);
/* Shows the counts of all classes, some at a time. */
typedef rc (*counts_fn)(struct ctx *c, const uint64_t *counts, uint32_t n, void *p);
MUST_USE rc counter_each(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, counts_fn fn,
	void *p);
/* Sets the bit of each row whose class breaks the model. `rows` are those of packed_rows(). */
MUST_USE rc counter_mark(struct ctx *c, struct counter *t, const struct packed *rows, const uint32_t *level, uint8_t *bits);

#endif
