/* What lies on the desk: threads whose turn it is, what did not arrive, what was asked back. */
#ifndef WORK_THREAD_DESK_H
#define WORK_THREAD_DESK_H

#include "work/thread/thread.h"

/* Steps that a node may take now, by the same table that refuses all others. */
struct turn { const struct thread_step *steps[THREAD_STEPS_MOST]; size_t n; };

MUST_USE rc thread_turn(struct ctx *c, const struct exchange *x, const struct thread *t, slice by, struct turn *ret);
/* By due date; threads of the kind `aside` that we opened are left out: they go to thousands and have a page of their own. */
MUST_USE rc desk_threads(struct ctx *c, struct store *st, bool over, slice aside, size_t most, struct thread **ret, size_t *ret_n);
/*
 * Open threads in which the others took the last step: by due date, behind them the newest of those without one. At most `most` of
 * each sort; `aside` as above.
 */
MUST_USE rc desk_waiting(struct ctx *c, struct store *st, slice ours, slice aside, size_t most, struct thread **ret, size_t *ret_n);
/* Of one kind, the newest first. */
MUST_USE rc desk_of_kind(struct ctx *c, struct store *st, slice kind, bool over, size_t most, struct thread **ret, size_t *ret_n);
/* Who took the last step. */
MUST_USE rc thread_last_node(struct ctx *c, struct store *st, slice thread, slice *ret);
/* Envelopes in that state: "rejected", "quarantined", "expired" wait for a person. */
MUST_USE rc desk_sent(struct ctx *c, struct store *st, slice state, size_t most, struct sent **ret, size_t *ret_n);
/* What came, was recalled, and was not answered yet. */
MUST_USE rc desk_asked_back(struct ctx *c, struct store *st, size_t most, struct came **ret, size_t *ret_n);
/* What this node sent in an envelope, opened for somebody who looks. *ret NULL: shredded. */
MUST_USE rc sent_open(struct ctx *c, const struct exchange *x, const struct look *look, const struct sent *s, const struct json **ret);

/* Reservations and consents of the reporter that stand; kind as wish_act() takes it, empty words mean "any". */
struct wish_row { int64_t seq; slice kind, to, field, cls; msec until; bool consent; };
MUST_USE rc wish_list(struct ctx *c, struct store *st, slice case_id, struct wish_row **ret, size_t *ret_n);

#endif
