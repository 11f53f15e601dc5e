/*
 * A cage for parsers of foreign bytes: the function runs in a child process that may compute and answer, and nothing
 * else. It can open no file, reach no network, start no program and no process; its memory, time and answer have limits.
 * What it does wrong ends the child, never the caller.
 *
 * The child begins as a copy of the caller's memory: call it from a process that holds no secrets, or re-execute first.
 * The caller must have one thread only (fork).
 */
#ifndef BASE_CAGE_H
#define BASE_CAGE_H

#include "base/buf.h"
#include "base/rc.h"

struct cage_limits {
	size_t memory;        /* bytes of address space beyond what the caller has */
	uint32_t seconds;     /* of time on the wall, and of computing */
	size_t answer;        /* largest answer */
};

/* Reads `in`, writes the answer to `out`. `c` has an arena of its own; a fault is carried to the caller. */
typedef rc cage_fn(struct ctx *c, slice in, const void *arg, struct buf *out);

/*
 * ret_answer lies in c->a. What fn fails with comes back with key, name, place and code. E_LIMIT "cage.time",
 * "cage.memory", "cage.answer"; E_INVALID "cage.died" when the child broke a rule or crashed: the input is not to be trusted.
 */
MUST_USE rc cage_run(struct ctx *c, const struct cage_limits *limits, cage_fn *fn, const void *arg, slice in,
	slice *ret_answer);

#endif
