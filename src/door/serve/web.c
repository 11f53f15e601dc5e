#include "door/serve/web.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "door/serve/conn.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define EVENTS 256
#define SWEEP ((msec)500)
#define DRAIN_FIRST ((msec)1000)
#define WATCH_MARK ((uint64_t)1 << 63)

const struct web_limits web_limits_usual = {
	.http = { .line = 8192, .head = 32768, .headers = 64, .body = (size_t)32 << 20 },
	.connections = 4096,
	.per_peer = 1024,
	.head = 10000,
	.body = 120000,
	.idle = 60000,
	.write = 30000,
	.core = 30000,
	.bodies = (size_t)256 << 20,
};

static msec clock_of(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void read_clocks(struct web *w)
{
	w->mono = clock_of(CLOCK_MONOTONIC);
	w->real = clock_of(CLOCK_REALTIME);
}

rc web_new(struct ctx *c, const struct web_limits *limits, struct web_core core, struct web **ret)
{
	struct web *w = calloc(1, sizeof *w);

	if (!w)
		return FAIL(c, E_NOMEM, "memory.limit");
	w->limits = *limits;
	w->core = core;
	w->nslots = limits->connections;
	w->slots = calloc(w->nslots, sizeof(struct conn *));
	w->scratch = malloc(READ_ROOM);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!w->slots || !w->scratch || w->epoll < 0) {
		web_free(w);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	read_clocks(w);
	*ret = w;
	return OK;
}

struct arena *web_arena(struct web *w)
{
	return w->nspare ? w->spare[--w->nspare] : arena_new(w->limits.http.body * 3 + ((size_t)64 << 20));
}

void web_arena_back(struct web *w, struct arena *a)
{
	if (w->nspare == SPARES || arena_used(a) > SPARE_MOST) {
		arena_free(a);
		return;
	}
	arena_reset(a);
	w->spare[w->nspare++] = a;
}

void web_free(struct web *w)
{
	for (uint32_t i = 0; w->slots && i < w->used; i++) {
		conn_end(w->slots[i]);
		free(w->slots[i]);
	}
	same_free(&w->same);
	while (w->nspare)
		arena_free(w->spare[--w->nspare]);
	if (w->epoll >= 0)
		(void)close(w->epoll);
	free(w->slots);
	free(w->scratch);
	free(w);
}

static uint32_t of_peer(const struct web *w, const char *peer)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->used; i++)
		n += w->slots[i]->state != CONN_GONE && strcmp(w->slots[i]->peer, peer) == 0;
	return n;
}

static struct conn *place_for(struct web *w)
{
	struct conn *x = w->free;

	if (x) {
		w->free = x->next;
		return x;
	}
	if (w->used == w->nslots)
		return NULL;
	x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->w = w;
	x->slot = w->used;
	x->state = CONN_GONE;
	w->slots[w->used++] = x;
	return x;
}

void web_take(struct web *w, int fd, slice peer, bool secure, slice pin)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
	char name[INET6_ADDRSTRLEN] = "";
	struct conn *x = NULL;

	if (peer.len < sizeof name && pin.len < sizeof x->pin) {
		memcpy(name, peer.p, peer.len);
		if (of_peer(w, name) < w->limits.per_peer)
			x = place_for(w);
	}
	if (!x) {
		w->refused++;
		(void)close(fd);
		return;
	}
	*x = (struct conn){ .w = w, .fd = fd, .slot = x->slot, .generation = x->generation, .secure = secure, .state = CONN_READ,
	                    .due = w->mono + (w->draining ? DRAIN_FIRST : w->limits.head) };
	memcpy(x->peer, name, sizeof name);
	if (pin.len)
		memcpy(x->pin, pin.p, pin.len);
	w->open++;
	e.data.u64 = conn_number(x) & ~WATCH_MARK;
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		conn_end(x);
}

static struct conn *find(struct web *w, uint64_t number)
{
	uint32_t slot = (uint32_t)number;
	struct conn *x = slot < w->used ? w->slots[slot] : NULL;

	return x && x->state != CONN_GONE && (conn_number(x) & ~WATCH_MARK) == (number & ~WATCH_MARK) ? x : NULL;
}

void web_answer(struct web *w, uint64_t number, slice reply)
{
	struct conn *x = find(w, number);

	if (!x || x->state != CONN_ASK)
		return;
	conn_reply(x, reply);
	conn_run(x);
}

void web_answer_keep(struct web *w, uint64_t number, uint64_t word, slice reply)
{
	struct conn *x = find(w, number);

	if (!x || x->state != CONN_ASK)
		return;
	x->word = word;
	conn_reply(x, reply);
	conn_run(x);
}

void web_answer_same(struct web *w, uint64_t number, uint64_t word)
{
	struct conn *x = find(w, number);

	if (!x || x->state != CONN_ASK)
		return;
	conn_same(x, word);
	conn_run(x);
}

void web_core_lost(struct web *w)
{
	for (uint32_t i = 0; i < w->used; i++)
		if (w->slots[i]->state == CONN_ASK)
			web_answer(w, conn_number(w->slots[i]), S_NONE);
}

/*
 * A connection on which nothing was asked yet gets a moment for its first request; one that waits for its next request
 * ends, but for bytes that are there already.
 */
void web_drain(struct web *w)
{
	w->draining = true;
	for (uint32_t i = 0; i < w->used; i++) {
		struct conn *x = w->slots[i];
		char one;

		if (x->state != CONN_READ || x->a || x->rest_len)
			continue;
		if (x->served == 0)
			x->due = w->mono + DRAIN_FIRST;
		else if (recv(x->fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
			conn_end(x);
	}
}

rc web_watch(struct ctx *c, struct web *w, int fd, web_ready *ready, void *to)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = WATCH_MARK | w->nwatches };
	size_t i = 0;

	while (i < w->nwatches && w->watches[i].fd >= 0)
		i++;
	NEVER(i == WATCHES);
	e.data.u64 = WATCH_MARK | i;
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		return FAIL_SYS(c, "serve.socket");
	w->watches[i] = (struct watch){ .fd = fd, .ready = ready, .to = to };
	if (i == w->nwatches)
		w->nwatches++;
	return OK;
}

void web_unwatch(struct web *w, int fd)
{
	for (size_t i = 0; i < w->nwatches; i++)
		if (w->watches[i].fd == fd) {
			(void)epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, NULL);
			w->watches[i].fd = -1;
		}
}

static void one_event(struct web *w, const struct epoll_event *e)
{
	struct conn *x;

	if (e->data.u64 & WATCH_MARK) {
		struct watch *h = &w->watches[e->data.u64 & ~WATCH_MARK];

		if (h->fd >= 0)
			h->ready(h->to, h->fd);
		return;
	}
	x = find(w, e->data.u64);
	if (!x)
		return;
	if (e->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		x->can_read = true;
	if (e->events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		x->can_write = true;
	/* a client that has gone while core works: its answer is nobody's */
	if (e->events & (EPOLLHUP | EPOLLERR) && x->state == CONN_ASK)
		conn_end(x);
	else
		conn_run(x);
}

static void sweep(struct web *w)
{
	if (w->mono - w->swept < SWEEP)
		return;
	w->swept = w->mono;
	for (uint32_t i = 0; i < w->used; i++)
		if (w->slots[i]->state != CONN_GONE && w->slots[i]->due <= w->mono)
			conn_late(w->slots[i]);
}

rc web_round(struct ctx *c, struct web *w, int wait)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(w->epoll, events, EVENTS, wait);

	if (n < 0 && errno != EINTR)
		return FAIL_SYS(c, "serve.socket");
	read_clocks(w);
	for (int i = 0; i < n; i++)
		one_event(w, &events[i]);
	sweep(w);
	return OK;
}

uint32_t web_connections(const struct web *w) { return w->open; }
void web_hosts(struct web *w, slice names) { w->hosts = names; }

void web_counts(const struct web *w, uint64_t *counts)
{
	counts[COUNT_REQUESTS] = w->requests;
	for (int i = 2; i <= 5; i++)
		counts[COUNT_2XX + i - 2] = w->status[i];
	counts[COUNT_REFUSED] = w->refused;
	counts[COUNT_TIMEOUTS] = w->timeouts;
	counts[COUNT_OPEN] = w->open;
}
