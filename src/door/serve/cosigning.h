/*
 * In the running node: the witnesses that are partners are asked to cosign what was signed, through `out`. Each once a minute at
 * most, when there is something new; once an hour and after every start in any case, for that finds a record that came back older.
 */
#ifndef DOOR_SERVE_COSIGNING_H
#define DOOR_SERVE_COSIGNING_H

#include "base/rc.h"

struct cosigning;
struct exchange;

/* `x` must outlive it. */
MUST_USE rc cosigning_open(struct ctx *c, const struct exchange *x, struct cosigning **ret);
void cosigning_close(struct cosigning *g);
/* As in mailing.h. */
MUST_USE rc cosigning_next(struct ctx *c, struct cosigning *g, msec mono, uint64_t number, slice *ret_job);
MUST_USE rc cosigning_done(struct ctx *c, struct cosigning *g, uint64_t number, rc result, slice answer, bool *ret_mine);
void cosigning_lost(struct cosigning *g);

#endif
