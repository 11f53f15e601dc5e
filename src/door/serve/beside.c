#include "door/serve/beside.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/people/people.h"

#include "base/banned.h"

#define HASH 32

/* Bytes that may hold a password: not swapped out, wiped at the end. */
struct kept { unsigned char *p; size_t len; };

struct asked { unsigned char hash[HASH]; struct kept answer; };

struct parked {
	uint64_t id, number;         /* 0: nobody */
	struct kept call, question;
	enum aside_kind kind;
	bool under_way;
	uint64_t job;                /* of `out` */
	unsigned char hash[HASH];    /* of the question */
	struct asked asked[BESIDE_ANSWERS];
	size_t nasked;
};

struct beside {
	struct parked v[BESIDE_CALLS];
	struct aside door;
	uint64_t ids, current;
	slice wanted;                /* what the call that runs asked for; in its memory */
	enum aside_kind kind;
	int pipe[2];                 /* owned */
	/* shared with the thread, under the lock */
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t thread;
	bool started, stop;
	struct { uint64_t id; struct kept question; bool done, right; } jobs[BESIDE_CALLS];
};

static bool keep(struct kept *k, slice s)
{
	k->p = sodium_malloc(s.len + 1);
	k->len = s.len;
	if (k->p && s.len)
		memcpy(k->p, s.p, s.len);
	return k->p != NULL;
}

static void drop(struct kept *k)
{
	sodium_free(k->p);
	*k = (struct kept){ 0 };
}

static slice slice_of_kept(const struct kept *k) { return (slice){ (const char *)k->p, k->len }; }

static void digest(enum aside_kind kind, slice question, unsigned char hash[HASH])
{
	const unsigned char key[16] = { (unsigned char)kind };

	(void)crypto_generichash(hash, HASH, (const unsigned char *)question.p, question.len, key, sizeof key);
}

static struct parked *find(const struct beside *b, uint64_t id)
{
	for (size_t i = 0; id && i < BESIDE_CALLS; i++)
		if (b->v[i].id == id)
			return (struct parked *)(uintptr_t)&b->v[i];
	return NULL;
}

/* ---- the thread ---- */

static bool compare(slice question)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct ctx c = { .a = a };
	bool right = false;

	if (a && password_answer(&c, question, &right) != OK)
		right = false;
	arena_freep(&a);
	return right;
}

static size_t next_job(const struct beside *b)
{
	size_t i = 0;

	while (i < BESIDE_CALLS && (b->jobs[i].id == 0 || b->jobs[i].done))
		i++;
	return i;
}

static void *thread_main(void *to)
{
	struct beside *b = to;

	(void)pthread_mutex_lock(&b->lock);
	while (!b->stop) {
		size_t i = next_job(b);
		struct kept question;
		bool right;

		if (i == BESIDE_CALLS) {
			(void)pthread_cond_wait(&b->work, &b->lock);
			continue;
		}
		question = b->jobs[i].question;
		(void)pthread_mutex_unlock(&b->lock);
		right = compare(slice_of_kept(&question));
		(void)pthread_mutex_lock(&b->lock);
		b->jobs[i].right = right;
		b->jobs[i].done = true;
		(void)!write(b->pipe[1], "", 1);   /* full: there is something to read anyway */
	}
	(void)pthread_mutex_unlock(&b->lock);
	return NULL;
}

static bool hand_to_thread(struct beside *b, uint64_t id, slice question)
{
	bool done = false;

	(void)pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < BESIDE_CALLS && !done; i++)
		if (b->jobs[i].id == 0 && keep(&b->jobs[i].question, question)) {
			b->jobs[i].id = id;
			b->jobs[i].done = false;
			done = true;
		}
	(void)pthread_cond_signal(&b->work);
	(void)pthread_mutex_unlock(&b->lock);
	return done;
}

/* ---- asking ---- */

static rc ask(struct ctx *c, void *to, enum aside_kind kind, slice question, slice *ret_answer)
{
	struct beside *b = to;
	struct parked *p = find(b, b->current);
	unsigned char hash[HASH];

	digest(kind, question, hash);
	for (size_t i = 0; p && i < p->nasked; i++)
		if (sodium_memcmp(p->asked[i].hash, hash, HASH) == 0)
			return slice_keep(c, slice_of_kept(&p->asked[i].answer), ret_answer);
	b->wanted = question;
	b->kind = kind;
	return FAIL(c, E_BUSY, "aside.later");
}

const struct aside *beside_door(struct beside *b, uint64_t again)
{
	b->current = again;
	b->wanted = S_NONE;
	return &b->door;
}

bool beside_park(struct beside *b, uint64_t number, slice call)
{
	struct parked *p = find(b, b->current);

	for (size_t i = 0; !p && i < BESIDE_CALLS; i++)
		if (b->v[i].id == 0) {
			if (!keep(&b->v[i].call, call))
				return false;
			p = &b->v[i];
			p->id = ++b->ids;
			p->number = number;
		}
	if (!p)
		return false;
	p->kind = b->kind;
	p->under_way = true;
	digest(b->kind, b->wanted, p->hash);
	if (p->nasked == BESIDE_ANSWERS || !(b->kind == ASIDE_VERIFY ? hand_to_thread(b, p->id, b->wanted) : keep(&p->question, b->wanted))) {
		beside_over(b, p->id);
		return false;
	}
	return true;
}

static bool answered(struct parked *p, slice answer)
{
	struct asked *x = &p->asked[p->nasked];

	if (!keep(&x->answer, answer))
		return false;
	memcpy(x->hash, p->hash, HASH);
	p->nasked++;
	p->under_way = false;
	p->job = 0;
	drop(&p->question);
	return true;
}

/* ---- answers ---- */

uint64_t beside_fetch(struct beside *b, slice *ret_job)
{
	*ret_job = S_NONE;
	for (size_t i = 0; i < BESIDE_CALLS; i++)
		if (b->v[i].id && b->v[i].under_way && b->v[i].kind == ASIDE_FETCH && b->v[i].job == 0) {
			*ret_job = slice_of_kept(&b->v[i].question);
			return b->v[i].id;
		}
	return 0;
}

void beside_sent(struct beside *b, uint64_t id, uint64_t job)
{
	struct parked *p = find(b, id);

	if (p)
		p->job = job;
}

uint64_t beside_settle(struct beside *b, uint64_t job, slice answer)
{
	for (size_t i = 0; job && i < BESIDE_CALLS; i++)
		if (b->v[i].id && b->v[i].job == job)
			return answered(&b->v[i], answer) ? b->v[i].id : 0;
	return 0;
}

uint64_t beside_ready(struct beside *b)
{
	char bytes[64];
	uint64_t id = 0;
	bool right = false;

	(void)!read(b->pipe[0], bytes, sizeof bytes);
	(void)pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < BESIDE_CALLS && !id; i++)
		if (b->jobs[i].id && b->jobs[i].done) {
			id = b->jobs[i].id;
			right = b->jobs[i].right;
			b->jobs[i].id = 0;
			drop(&b->jobs[i].question);
		}
	(void)pthread_mutex_unlock(&b->lock);
	if (id) {
		struct parked *p = find(b, id);

		/* whoever asked may have gone */
		if (!p || !answered(p, right ? S("right") : S("wrong")))
			return beside_ready(b);
	}
	return id;
}

slice beside_call(const struct beside *b, uint64_t id, uint64_t *ret_number)
{
	const struct parked *p = find(b, id);

	*ret_number = p ? p->number : 0;
	return p ? slice_of_kept(&p->call) : S_NONE;
}

void beside_over(struct beside *b, uint64_t id)
{
	struct parked *p = find(b, id);

	if (!p)
		return;
	drop(&p->call);
	drop(&p->question);
	for (size_t i = 0; i < p->nasked; i++)
		drop(&p->asked[i].answer);
	*p = (struct parked){ 0 };
}

void beside_lost(struct beside *b)
{
	for (size_t i = 0; i < BESIDE_CALLS; i++)
		b->v[i].job = 0;
}

void beside_forget(struct beside *b)
{
	for (size_t i = 0; i < BESIDE_CALLS; i++)
		beside_over(b, b->v[i].id);
}

/* ---- beginning and end ---- */

rc beside_open(struct ctx *c, struct beside **ret)
{
	struct beside *b = calloc(1, sizeof *b);

	if (!b || sodium_init() < 0) {
		free(b);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	b->door = (struct aside){ b, ask };
	if (pipe2(b->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		free(b);
		return FAIL_SYS(c, "serve.socket");
	}
	(void)pthread_mutex_init(&b->lock, NULL);
	(void)pthread_cond_init(&b->work, NULL);
	*ret = b;
	return OK;
}

rc beside_start(struct ctx *c, struct beside *b)
{
	if (pthread_create(&b->thread, NULL, thread_main, b) != 0)
		return FAIL(c, E_NOMEM, "serve.start");
	b->started = true;
	return OK;
}

int beside_fd(const struct beside *b) { return b->pipe[0]; }

void beside_close(struct beside *b)
{
	(void)pthread_mutex_lock(&b->lock);
	b->stop = true;
	(void)pthread_cond_signal(&b->work);
	(void)pthread_mutex_unlock(&b->lock);
	if (b->started)
		(void)pthread_join(b->thread, NULL);
	beside_forget(b);
	for (size_t i = 0; i < BESIDE_CALLS; i++)
		drop(&b->jobs[i].question);
	(void)close(b->pipe[0]);
	(void)close(b->pipe[1]);
	free(b);
}
