#include "base/runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/banned.h"

/* Neighbours of a thread's own lie on another line of the cache. */
struct share { _Alignas(64) _Atomic uint32_t next; uint32_t end; };

/*
 * Work that is being done; on the stack of the thread that asked for it, who returns when nobody is at it any more. Each
 * thread begins with its own share of the pieces, the same one in every round of so many: what it wrote in the last one is
 * in its caches. Then it takes what others have left.
 */
struct round {
	struct share share[RUNNER_THREADS_MOST];
	struct round *younger;
	void (*fn)(void *p, uint32_t i);
	void *p;
	uint32_t shares;
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

/* The caller of the pool is 0. */
static uint32_t own_share(const struct pool *pool)
{
	for (uint32_t i = 0; i < pool->made; i++)
		if (pthread_equal(pool->thread[i], pthread_self()))
			return i + 1;
	return 0;
}

static void work(struct round *r, uint32_t own)
{
	for (uint32_t k = 0; k < r->shares; k++) {
		struct share *s = &r->share[(own + k) % r->shares];
		uint32_t i;

		while ((i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->end)
			r->fn(r->p, i);
	}
}

static bool has_work(struct round *r)
{
	for (uint32_t k = 0; k < r->shares; k++)
		if (atomic_load_explicit(&r->share[k].next, memory_order_relaxed) < r->share[k].end)
			return true;
	return false;
}

/* The oldest first: it is what others will wait for longest. */
static struct round *round_with_work(const struct pool *pool)
{
	struct round *r = pool->oldest;

	while (r && !has_work(r))
		r = r->younger;
	return r;
}

static void *help(void *arg)
{
	struct pool *pool = arg;
	uint32_t own;

	(void)pthread_mutex_lock(&pool->lock);
	own = own_share(pool);
	while (!pool->stop) {
		struct round *r = round_with_work(pool);

		if (!r) {
			(void)pthread_cond_wait(&pool->more, &pool->lock);
			continue;
		}
		r->helpers++;
		(void)pthread_mutex_unlock(&pool->lock);
		work(r, own);
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
	/* under the lock: a thread looks for itself among those that were made */
	(void)pthread_mutex_lock(&pool->lock);
	while (pool->made + 1 < threads && pthread_create(&pool->thread[pool->made], NULL, help, pool) == 0)
		pool->made++;
	(void)pthread_mutex_unlock(&pool->lock);
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
	struct round round;

	if (!pool || n < 2) {
		for (uint32_t i = 0; i < n; i++)
			fn(p, i);
		return;
	}
	round.fn = fn;
	round.p = p;
	round.helpers = 0;
	round.younger = NULL;
	round.shares = pool->made + 1;
	for (uint32_t k = 0; k < round.shares; k++) {
		atomic_init(&round.share[k].next, (uint32_t)((uint64_t)n * k / round.shares));
		round.share[k].end = (uint32_t)((uint64_t)n * (k + 1) / round.shares);
	}
	add_round(pool, &round);
	work(&round, own_share(pool));
	end_round(pool, &round);
}
