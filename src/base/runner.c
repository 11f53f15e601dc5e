#include "base/runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/banned.h"

/* Work that is being done; on the stack of the thread that asked for it, who returns when nobody is at it any more. */
struct round {
	struct round *younger;
	void (*fn)(void *p, uint32_t i);
	void *p;
	uint32_t n;
	_Atomic uint32_t next;
	uint32_t helpers;        /* under the lock */
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more, done;
	struct round *oldest;    /* rounds that have pieces left, or had when somebody looked last */
	bool stop;
	uint32_t made;
	pthread_t thread[RUNNER_THREADS_MOST];
};

static void work(struct round *r)
{
	uint32_t i;

	while ((i = atomic_fetch_add_explicit(&r->next, 1, memory_order_relaxed)) < r->n)
		r->fn(r->p, i);
}

/* The oldest first: it is what others will wait for longest. */
static struct round *round_with_work(const struct pool *pool)
{
	struct round *r = pool->oldest;

	while (r && atomic_load_explicit(&r->next, memory_order_relaxed) >= r->n)
		r = r->younger;
	return r;
}

static void *help(void *arg)
{
	struct pool *pool = arg;

	(void)pthread_mutex_lock(&pool->lock);
	while (!pool->stop) {
		struct round *r = round_with_work(pool);

		if (!r) {
			(void)pthread_cond_wait(&pool->more, &pool->lock);
			continue;
		}
		r->helpers++;
		(void)pthread_mutex_unlock(&pool->lock);
		work(r);
		(void)pthread_mutex_lock(&pool->lock);
		if (--r->helpers == 0)
			(void)pthread_cond_broadcast(&pool->done);
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return NULL;
}

void runner_start(struct runner *r, uint32_t threads)
{
	struct pool *pool;

	*r = (struct runner){ .threads = threads };
	if (threads > RUNNER_THREADS_MOST)
		threads = RUNNER_THREADS_MOST;
	/* without memory or threads the caller's thread does it all, later */
	pool = threads > 1 ? calloc(1, sizeof *pool) : NULL;
	if (!pool)
		return;
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->more, NULL);
	(void)pthread_cond_init(&pool->done, NULL);
	while (pool->made + 1 < threads && pthread_create(&pool->thread[pool->made], NULL, help, pool) == 0)
		pool->made++;
	r->pool = pool;
}

void runner_stop(struct runner *r)
{
	struct pool *pool = r->pool;

	if (!pool)
		return;
	(void)pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	(void)pthread_cond_broadcast(&pool->more);
	(void)pthread_mutex_unlock(&pool->lock);
	for (uint32_t i = 0; i < pool->made; i++)
		(void)pthread_join(pool->thread[i], NULL);
	(void)pthread_cond_destroy(&pool->done);
	(void)pthread_cond_destroy(&pool->more);
	(void)pthread_mutex_destroy(&pool->lock);
	free(pool);
	r->pool = NULL;
}

static void add_round(struct pool *pool, struct round *r)
{
	struct round **at = &pool->oldest;

	(void)pthread_mutex_lock(&pool->lock);
	while (*at)
		at = &(*at)->younger;
	*at = r;
	(void)pthread_cond_broadcast(&pool->more);
	(void)pthread_mutex_unlock(&pool->lock);
}

static void end_round(struct pool *pool, struct round *r)
{
	struct round **at = &pool->oldest;

	(void)pthread_mutex_lock(&pool->lock);
	while (*at != r)
		at = &(*at)->younger;
	*at = r->younger;
	while (r->helpers > 0)
		(void)pthread_cond_wait(&pool->done, &pool->lock);
	(void)pthread_mutex_unlock(&pool->lock);
}

void runner_each(const struct runner *r, uint32_t n, void (*fn)(void *p, uint32_t i), void *p)
{
	struct pool *pool = r ? r->pool : NULL;
	struct round round = { .fn = fn, .p = p, .n = n };

	if (!pool || n < 2) {
		work(&round);
		return;
	}
	add_round(pool, &round);
	work(&round);
	end_round(pool, &round);
}
