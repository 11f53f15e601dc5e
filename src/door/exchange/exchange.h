/* Taking in and sending out over lines: what `renkei exchange serve` and `run` do. */
#ifndef DOOR_EXCHANGE_EXCHANGE_H
#define DOOR_EXCHANGE_EXCHANGE_H

#include "core/record/witness.h"
#include "door/exchange/line.h"
#include "door/exchange/parcel.h"
#include "work/thread/thread.h"

/* The clock of a run: c->now is set from it before each piece of work; NULL: it stays as it is (exercises). */
typedef msec clock_fn(void);

/*
 * Answers requests on a line until the other end is done; each in memory of its own. The node is known by its pin before a
 * byte of the request is read.
 */
MUST_USE rc post_answer(struct ctx *c, const struct exchange *x, struct line *l, clock_fn *clock);
/* Listens on the descriptor until *stop is set. */
MUST_USE rc post_serve(struct ctx *c, const struct exchange *x, const struct line_keys *k, int listener, clock_fn *clock,
                       const volatile int *stop);

struct post_tally { size_t settled, failed, expired, rung; };
/* One round: ladders, expiry, all that waits and is due, receipts. */
MUST_USE rc post_run(struct ctx *c, const struct exchange *x, const struct line_keys *k, clock_fn *clock, struct post_tally *ret);

/* A line to a partner, its key checked against the pins of its card. E_NOTFOUND "partner.…" when there is no way to it. */
MUST_USE rc post_connect(struct ctx *c, const struct exchange *x, const struct line_keys *k, slice peer, const char **ret_host,
                         struct line **ret);

/* ---- witnesses over the line: witnessing.c ---- */

#define WITNESSING_EVERY ((msec)60000)

/* One request to add a checkpoint, weighed by the witness that this node is (folder `witness` of the store). */
MUST_USE rc witnessing_decide(struct ctx *c, struct node *n, slice request, struct witness_answer *ret);
/* The content type of its answer, as C2SP tlog-witness names it. */
const char *witnessing_type(int status);
/* Answers POST /add-checkpoint over a line. */
MUST_USE rc witnessing_answer(struct ctx *c, struct node *n, struct line *l, slice request);

struct witnessing { size_t cosigned, unreached, alarms; };
/*
 * Asks every witness of this node that is a partner ("<partner>/witness") to cosign what is signed now. Whom nobody reaches is
 * asked the next time; who has seen more than we have, or another history, is an alarm that stays (core/record/witness.h).
 */
MUST_USE rc witnessing_run(struct ctx *c, const struct exchange *x, const struct line_keys *k, struct witnessing *ret);

#endif
