/*
 * The exchange in the running node: envelopes that wait go to the partners through `out`, those that partners bring come in from
 * `web`. Ladders of threads and the ends of envelopes are looked at once a minute.
 */
#ifndef DOOR_SERVE_POSTING_H
#define DOOR_SERVE_POSTING_H

#include "base/buf.h"
#include "base/rc.h"
#include "door/exchange/line.h"

struct exchange;
struct node;
struct packs;
struct posting;
struct settings;
struct way;

/*
 * Reads keys, gate and kinds of threads; before the walls go up. *ret is NULL when the node has no keys for an exchange
 * (renkei exchange init).
 */
MUST_USE rc posting_open(struct ctx *c, struct node *n, const struct packs *packs, const struct settings *s, struct posting **ret);
void posting_close(struct posting *p);

MUST_USE rc posting_turn(struct ctx *c, struct posting *p, msec mono);
/* As in mailing.h. */
MUST_USE rc posting_next(struct ctx *c, struct posting *p, uint64_t number, slice *ret_job);
MUST_USE rc posting_done(struct ctx *c, struct posting *p, uint64_t number, rc result, slice answer, bool *ret_mine);
void posting_lost(struct posting *p);

const struct exchange *posting_exchange(const struct posting *p);
/* https://host:port/…; E_NOTFOUND "partner.no_address": a host that is no plain name or address is no way at all. */
MUST_USE rc posting_url(struct ctx *c, const struct way *w, enum line_matter what, slice *ret);
/* A POST to a partner, known by its pins, as a job for `out`. */
MUST_USE rc posting_job(struct ctx *c, const struct way *w, slice url, slice type, slice body, slice *ret);

/*
 * What a partner sent: `body` are the fields matter, pin and envelopes (or a request to add a checkpoint). The reply are the fields status and bytes. p NULL: 404. A
 * failure is one of our own; what was wrong with the envelopes stands in the reply.
 */
MUST_USE rc posting_receive(struct ctx *c, struct posting *p, slice body, struct buf *reply);

#endif
