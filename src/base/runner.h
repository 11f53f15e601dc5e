/*
 * Work cut into independent pieces, done by a few threads. Engines make no threads of their own: they are handed a runner
 * by whoever knows the machine, and give the same result with one thread as with many, since pieces share nothing that is
 * written. NULL is a runner of one thread.
 */
#ifndef BASE_RUNNER_H
#define BASE_RUNNER_H

#include <stdint.h>

#define RUNNER_THREADS_MOST 64u

struct runner { uint32_t threads; };

static inline uint32_t runner_threads(const struct runner *r) { return r && r->threads > 1 ? r->threads : 1; }
/* Calls fn(p, 0) … fn(p, n - 1), each once, in no order, and returns when all are done. */
void runner_each(const struct runner *r, uint32_t n, void (*fn)(void *p, uint32_t i), void *p);

#endif
