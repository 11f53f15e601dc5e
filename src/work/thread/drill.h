/*
 * Exercises (訓練): injects on a clock, each a thread of its own with each player, and the board of who answered what, when, and
 * how it was scored. Between nodes that were made for exercises only; the kind refuses all others.
 */
#ifndef WORK_THREAD_DRILL_H
#define WORK_THREAD_DRILL_H

#include "work/thread/thread.h"

#define DRILL_INJECTS_MOST 100u

/* Minutes from the start; `to`: bits of classes of recipients, 0: all. */
struct inject { int64_t at, within, points; uint64_t to; slice text, expected; };
struct drill { slice id, ja, en; struct inject *v; size_t n; };

/* A file of exercises/. E_INVALID "pack.…", "gate.word" with its place. */
MUST_USE rc drill_load(struct ctx *c, const char *path, const struct gate *g, struct drill *ret);
/*
 * Every inject to every player that it is for, approved by `by` at once, each sent at its time. E_DENIED "thread.drill" where
 * the node was not made for exercises.
 */
MUST_USE rc drill_start(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, const struct drill *d,
                        slice home, const slice *players, size_t n, msec start, size_t *ret_n);

/* An inject as one player had it. score: points given, or -1 while nobody scored. */
struct drill_turn {
	slice thread, node, inject, expected;
	int64_t number, points, score;
	msec at, given, answered;      /* at: when it goes; 0: not yet */
	bool in_time;
};
struct drill_player { slice node; int64_t given, answered, in_time, scored, score, points; msec spent; };

struct drill_board { struct drill_turn *turns; size_t nturns; struct drill_player *players; size_t nplayers; };

/* Opens what was sealed with the injects and scores: a look. Players by score. */
MUST_USE rc drill_read(struct ctx *c, const struct exchange *x, const struct look *look, slice home, struct drill_board *ret);

#endif
