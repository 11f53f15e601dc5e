/*
 * Notices in the running node: once a minute the ladder is applied (work/notice), in pieces so that nobody waits for it, and
 * what is to be told becomes a mail for `out`. What became of it is put on record, so that nothing is lost or sent for ever
 * when a process ends at any moment.
 */
#ifndef DOOR_SERVE_MAILING_H
#define DOOR_SERVE_MAILING_H

#include "base/rc.h"
#include "door/serve/settings.h"

struct mailing;
struct node;
struct packs;

/* Reads the ladder; before the walls go up. The rest is borrowed. */
MUST_USE rc mailing_open(struct ctx *c, struct node *n, const struct packs *packs, const struct settings *s, struct mailing **ret);
void mailing_close(struct mailing *m);

/* A piece of the minute's turn. *ret_more: it is not at its end, come again soon. */
MUST_USE rc mailing_turn(struct ctx *c, struct mailing *m, msec mono, bool *ret_more);
/* The next mail as a job of this number; an empty one when nothing is to be sent now. */
MUST_USE rc mailing_next(struct ctx *c, struct mailing *m, uint64_t number, slice *ret_job);
/* What became of a job. *ret_mine false: it is not one of these. */
MUST_USE rc mailing_done(struct ctx *c, struct mailing *m, uint64_t number, rc result, bool *ret_mine);
/* `out` has ended: what it had is sent again. */
void mailing_lost(struct mailing *m);

#endif
