/*
 * Work cut into independent pieces, done by a few threads. Engines make no threads of their own: they are handed a runner
 * by whoever knows the machine, and give the same result with one thread as with many, since pieces share nothing that is
 * written. NULL is a runner of one thread.
 */
#ifndef BASE_RUNNER_H
#define BASE_RUNNER_H

#include <stdint.h>

#define RUNNER_THREADS_MOST 64u

struct pool;

struct runner {
	uint32_t threads;
	struct pool *pool;    /* owned; NULL: all is done by the caller's thread */
};

static inline uint32_t runner_threads(const struct runner *r) { return r && r->threads > 1 ? r->threads : 1; }
/* Makes the threads, as far as the system has them; the caller's own is one of so many. */
void runner_start(struct runner *r, uint32_t threads);
/* Ends them; r->threads stays what it was. */
void runner_stop(struct runner *r);
#define AUTO_RUNNER __attribute__((cleanup(runner_stop))) struct runner
/*
 * Calls fn(p, 0) … fn(p, n - 1), each once, in no order, and returns when all are done. A piece may itself call this:
 * threads that have nothing else to do then help with its pieces.
 */
void runner_each(const struct runner *r, uint32_t n, void (*fn)(void *p, uint32_t i), void *p);

#endif
