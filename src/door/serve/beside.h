/*
 * What core does not do itself while others wait: passwords are compared by a thread of its own (Argon2id takes a tenth of a second
 * and 48 MiB), questions to other machines go to `out`. A call that needs such an answer is put aside and begun again with it.
 */
#ifndef DOOR_SERVE_BESIDE_H
#define DOOR_SERVE_BESIDE_H

#include "base/aside.h"

#define BESIDE_CALLS 64u      /* put aside at a time; one more is told to come later */
#define BESIDE_ANSWERS 4u     /* of one call */

struct beside;

/* The pipe; before the walls go up. The thread, behind them. */
MUST_USE rc beside_open(struct ctx *c, struct beside **ret);
MUST_USE rc beside_start(struct ctx *c, struct beside *b);
void beside_close(struct beside *b);
/* Readable when an answer of the thread is there. */
int beside_fd(const struct beside *b);

/* For the ctx of a call; `again`: the call that is begun again, 0 for a new one. */
const struct aside *beside_door(struct beside *b, uint64_t again);
/* Keeps a call that stopped with "aside.later" and sets its question going. false: there are too many. */
bool beside_park(struct beside *b, uint64_t number, slice call);
/* A call with a question for `out` that was not sent yet; 0 when there is none. The job is borrowed until it is settled. */
uint64_t beside_fetch(struct beside *b, slice *ret_job);
void beside_sent(struct beside *b, uint64_t id, uint64_t job);
/* The answer of `out`, empty when there is none; returns the call that is begun again, 0 when it was no question of ours. */
uint64_t beside_settle(struct beside *b, uint64_t job, slice answer);
/* A call of which the thread has the answer; 0: none. */
uint64_t beside_ready(struct beside *b);
/* The call as it was; over when it is done. */
slice beside_call(const struct beside *b, uint64_t id, uint64_t *ret_number);
void beside_over(struct beside *b, uint64_t id);
/* `out` has gone: what it had is asked again. */
void beside_lost(struct beside *b);
/* `web` has gone: nobody waits any more. */
void beside_forget(struct beside *b);

#endif
