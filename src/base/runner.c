#include "base/runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/banned.h"

struct round {
	void (*fn)(void *p, uint32_t i);
	void *p;
	uint32_t n;
	_Atomic uint32_t next;
};

static void *work(void *arg)
{
	struct round *r = arg;
	uint32_t i;

	while ((i = atomic_fetch_add(&r->next, 1)) < r->n)
		r->fn(r->p, i);
	return NULL;
}

void runner_each(const struct runner *r, uint32_t n, void (*fn)(void *p, uint32_t i), void *p)
{
	pthread_t thread[RUNNER_THREADS_MOST];
	struct round round = { .fn = fn, .p = p, .n = n };
	uint32_t more = runner_threads(r) < n ? runner_threads(r) : n, made = 0;

	if (more > RUNNER_THREADS_MOST)
		more = RUNNER_THREADS_MOST;
	/* this thread is one of them; when the system has no more threads, it does the rest alone */
	while (made + 1 < more && pthread_create(&thread[made], NULL, work, &round) == 0)
		made++;
	(void)work(&round);
	for (uint32_t i = 0; i < made; i++)
		(void)pthread_join(thread[i], NULL);
}
