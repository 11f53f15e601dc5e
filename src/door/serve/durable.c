#include "door/serve/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

/* May hold what somebody may not see any more: wiped at the end. */
struct held {
	struct held *next;
	uint64_t needs, number;
	uint32_t type;
	size_t len;
	char body[];
};

struct durable {
	struct store *st;
	int journal;                 /* the store's; -1: commits are durable by themselves */
	uint64_t shown;              /* the last commit that others can have seen */
	struct held *first, **end;   /* owned */
	size_t waiting;
	int pipe[2];                 /* owned */
	bool under_way;
	/* shared with the thread, under the lock */
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t thread;
	bool started, stop, asked;
	uint64_t commits;            /* that the flush under way makes durable */
	int failed;                  /* errno; 0: it went well */
};

/* ---- the thread ---- */

static void *thread_main(void *to)
{
	struct durable *d = to;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->stop) {
		int failed;

		if (!d->asked) {
			(void)pthread_cond_wait(&d->work, &d->lock);
			continue;
		}
		(void)pthread_mutex_unlock(&d->lock);
		failed = fdatasync(d->journal) == 0 ? 0 : errno;
		(void)pthread_mutex_lock(&d->lock);
		d->asked = false;
		d->failed = failed;
		(void)!write(d->pipe[1], "", 1);   /* one is under way at a time: there is always room */
	}
	(void)pthread_mutex_unlock(&d->lock);
	return NULL;
}

void durable_go(struct durable *d)
{
	if (d->journal < 0 || d->under_way || store_on_disk(d->st) == store_commits(d->st))
		return;
	d->under_way = true;
	(void)pthread_mutex_lock(&d->lock);
	d->commits = store_commits(d->st);
	d->asked = true;
	(void)pthread_cond_signal(&d->work);
	(void)pthread_mutex_unlock(&d->lock);
}

/* ---- replies ---- */

static void end_held(struct held *h)
{
	sodium_memzero(h->body, h->len);
	free(h);
}

static bool keep(struct durable *d, uint64_t needs, uint32_t type, uint64_t number, slice body)
{
	struct held *h = malloc(sizeof *h + body.len);

	if (!h)
		return false;
	*h = (struct held){ .needs = needs, .number = number, .type = type, .len = body.len };
	if (body.len)
		memcpy(h->body, body.p, body.len);
	*d->end = h;
	d->end = &h->next;
	d->waiting++;
	return true;
}

void durable_shown(struct durable *d) { d->shown = store_commits(d->st); }

bool durable_reply(struct durable *d, struct wire_pipe *p, uint64_t before, uint32_t type, uint64_t number, slice body)
{
	uint64_t now = store_commits(d->st), needs = now != before ? now : d->shown;

	if (needs <= store_on_disk(d->st))
		return wire_pipe_queue(p, type, number, body);
	return keep(d, needs, type, number, body);
}

/* In the order in which they came, so that a page stands with web before it is told to show it once more. */
static bool let_go(struct durable *d, struct wire_pipe *p)
{
	struct held **at = &d->first;
	bool good = true;

	while (*at) {
		struct held *h = *at;

		if (h->needs > store_on_disk(d->st)) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		d->waiting--;
		good = good && wire_pipe_queue(p, h->type, h->number, (slice){ h->body, h->len });
		end_held(h);
	}
	d->end = at;
	return good;
}

rc durable_come(struct ctx *c, struct durable *d, struct wire_pipe *p)
{
	uint64_t commits;
	char byte;
	int failed;

	if (read(d->pipe[0], &byte, 1) != 1)
		return OK;
	(void)pthread_mutex_lock(&d->lock);
	failed = d->failed;
	commits = d->commits;
	(void)pthread_mutex_unlock(&d->lock);
	d->under_way = false;
	if (failed) {
		(void)FAIL(c, E_IO, "store.commit");
		fault_errno(c, failed);
		return E_IO;
	}
	store_flushed(d->st, commits);
	if (store_on_disk(d->st) < commits)
		return FAIL(c, E_IO, "store.dead");
	/* a channel that is closed has nobody at its end */
	return let_go(d, p) || p->fd < 0 ? OK : FAIL(c, E_NOMEM, "memory.limit");
}

rc durable_all(struct ctx *c, struct durable *d, struct wire_pipe *p)
{
	if (d->journal < 0 || store_on_disk(d->st) == store_commits(d->st))
		return OK;
	TRY(store_flush(c, d->st));
	return let_go(d, p) || p->fd < 0 ? OK : FAIL(c, E_NOMEM, "memory.limit");
}

void durable_forget(struct durable *d)
{
	while (d->first) {
		struct held *h = d->first;

		d->first = h->next;
		end_held(h);
	}
	d->end = &d->first;
	d->waiting = 0;
}

size_t durable_waiting(const struct durable *d) { return d->waiting; }

/* ---- beginning and end ---- */

rc durable_open(struct ctx *c, struct store *st, struct durable **ret)
{
	struct durable *d = calloc(1, sizeof *d);

	if (!d)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (pipe2(d->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		free(d);
		return FAIL_SYS(c, "serve.socket");
	}
	d->st = st;
	d->end = &d->first;
	(void)pthread_mutex_init(&d->lock, NULL);
	(void)pthread_cond_init(&d->work, NULL);
	*ret = d;
	return store_put_off(c, st, &d->journal);
}

rc durable_start(struct ctx *c, struct durable *d)
{
	if (d->journal >= 0 && pthread_create(&d->thread, NULL, thread_main, d) != 0)
		return FAIL(c, E_NOMEM, "serve.start");
	d->started = d->journal >= 0;
	return OK;
}

int durable_fd(const struct durable *d) { return d->pipe[0]; }

void durable_close(struct durable *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)pthread_cond_signal(&d->work);
	(void)pthread_mutex_unlock(&d->lock);
	if (d->started)
		(void)pthread_join(d->thread, NULL);
	durable_forget(d);
	(void)close(d->pipe[0]);
	(void)close(d->pipe[1]);
	free(d);
}
