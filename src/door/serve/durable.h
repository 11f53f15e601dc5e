/*
 * Replies that wait for the disk. Core does one call after the other and commits without waiting; a thread flushes the journal, and
 * one flush serves all that was committed before it began. A reply leaves when everything it tells of is on the disk: that of
 * a call that wrote waits for its own commit, any other for the last act that it can have seen.
 */
#ifndef DOOR_SERVE_DURABLE_H
#define DOOR_SERVE_DURABLE_H

#include "base/wire.h"
#include "core/store/store.h"

struct durable;

/* The store's commits are put off from here on. Before the walls go up; the thread, behind them. */
MUST_USE rc durable_open(struct ctx *c, struct store *st, struct durable **ret);
MUST_USE rc durable_start(struct ctx *c, struct durable *d);
void durable_close(struct durable *d);
/* Readable when a flush is over. */
int durable_fd(const struct durable *d);

/* What was written since is shown to everybody who asks from here on. */
void durable_shown(struct durable *d);
/*
 * Queues the reply on `p`, or keeps it until the disk has what it tells of. `before` is store_commits() when its call began.
 * false: out of memory or closed.
 */
bool durable_reply(struct durable *d, struct wire_pipe *p, uint64_t before, uint32_t type, uint64_t number, slice body);
/* Sets a flush going when one is wanted and none is under way. */
void durable_go(struct durable *d);
/* Flushes that are over: what waited for them is queued. E_IO "store.commit": nobody may be answered any more. */
MUST_USE rc durable_come(struct ctx *c, struct durable *d, struct wire_pipe *p);
/* Waits for the disk, and queues all that waited for it. */
MUST_USE rc durable_all(struct ctx *c, struct durable *d, struct wire_pipe *p);
/* `web` has gone: nobody waits any more. */
void durable_forget(struct durable *d);
size_t durable_waiting(const struct durable *d);

#endif
