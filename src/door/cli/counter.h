/* What the commands of the exchange share: the desk, the gate, the kinds of threads, the node's keys. */
#ifndef DOOR_CLI_COUNTER_H
#define DOOR_CLI_COUNTER_H

#include "door/cli/desk.h"
#include "work/thread/thread.h"

struct counter {
	struct desk d;
	const struct gate *g;
	struct thread_kinds kinds;
	struct exchange_keys keys;
	struct exchange x;
};

/* As desk_open(), and the rest. Keys are needed with COUNTER_KEYS only. */
#define COUNTER_KEYS 256u
MUST_USE rc counter_open(struct ctx *c, const struct call *in, struct answer *a, unsigned needs, struct counter *ret);
MUST_USE rc counter_close(struct counter *k);
void counter_dropp(struct counter *k);
#define AUTO_COUNTER __attribute__((cleanup(counter_dropp))) struct counter

/* A case by number or id; empty stays empty. */
MUST_USE rc counter_case(struct counter *k, const char *option, slice *ret_id);
void counter_put_time(struct desk *d, msec t);
/* Preview: each field with what happens to it and why, one recipient after the other. */
void counter_put_preview(struct counter *k, const struct draft *d);
/* What the memorandum of that day lays on an exchange of the kind: words of the gate, and as lines for people. */
MUST_USE rc counter_conditions(struct counter *k, slice node, slice kind, bool gives, msec at, struct words *ret);
MUST_USE rc counter_put_conditions(struct counter *k, slice node, slice kind, bool gives, msec at);
void counter_put_mark(struct counter *k, slice tlp, slice purpose, slice onward, msec expires);

#endif
