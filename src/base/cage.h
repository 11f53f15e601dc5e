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
	size_t base;          /* address space of the caller; 0: looked up */
};

/* Reads `in`, writes the answer to `out`. `c` has an arena of its own; a fault is carried to the caller. */
typedef rc cage_fn(struct ctx *c, slice in, const void *arg, struct buf *out);

/*
 * ret_answer lies in c->a. What fn fails with comes back with key, name, place and code. E_LIMIT "cage.time",
 * "cage.memory", "cage.answer"; E_INVALID "cage.died" when the child broke a rule or crashed: the input is not to be trusted.
 */
MUST_USE rc cage_run(struct ctx *c, const struct cage_limits *limits, cage_fn *fn, const void *arg, slice in,
	slice *ret_answer);

/*
 * For what comes as a stream: the function reads and writes the files that are open already, for as long as it takes
 * (limits->seconds is not looked at), and can do nothing else. `in` is empty.
 */
MUST_USE rc cage_follow(struct ctx *c, const struct cage_limits *limits, cage_fn *fn, const void *arg, slice *ret_answer);

/*
 * A parser that can also run in the cage of another process, for processes that may not fork: it has a name, and its argument
 * can be written and read.
 */
struct cage_kind {
	const char *name;              /* "document" */
	cage_fn *fn;
	/* In place of fn: starts a program that has walls of its own; NULL for none. */
	rc (*program)(struct ctx *c, const struct cage_limits *limits, slice in, slice *ret_answer);
	struct cage_limits limits;
	void (*put)(struct buf *b, const void *arg);
	rc (*get)(struct ctx *c, slice bytes, const void **ret_arg);
};

struct cage_door {
	void *to;
	rc (*run)(struct ctx *c, void *to, const char *kind, slice arg, slice in, slice *ret_answer);
};

#define CAGE_ARG_MOST ((size_t)8 << 20)

/* cage_run() here, or through c->cage when there is one. */
MUST_USE rc cage_run_kind(struct ctx *c, const struct cage_kind *kind, const void *arg, slice in, slice *ret_answer);
/* Bytes of address space that this process has: what limits->base may be set to before /proc is out of reach. */
size_t cage_address_space(void);

#endif
