/*
 * The role `tls`: takes connections, ends TLS 1.3, hands plain bytes to `web` through a socket pair for each connection.
 * It reads no HTTP. Without TLS (loopback only) the connection itself is handed over.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "door/serve/certificate.h"
#include "door/serve/listen.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define EVENTS 256
#define ROOM ((size_t)16384)              /* the largest record, RFC 8446 §5.1 */
#define HANDSHAKE ((msec)10000)
#define DEAF ((msec)180000)               /* a connection on which nothing moves; `web` has shorter times of its own */
#define LINGER ((msec)5000)
#define CONNECTIONS_MOST 8192u

enum mark { MARK_CONTROL, MARK_LISTEN, MARK_CONN, MARK_CLIENT, MARK_PLAIN };

/* One direction: bytes that were read and not written yet. */
struct way {
	char *p;               /* owned; ROOM bytes, only while something waits */
	size_t at, len;
	bool shut, told;       /* the source has ended; the other side was told */
};

struct end { enum mark mark; struct carried *x; int index; };

struct carried {
	struct carried *next, *prev;
	struct end client_end, plain_end;
	int client, plain;     /* owned; plain is -1 until the handshake is done */
	SSL *ssl;              /* owned */
	struct way in, out;    /* to web, to the client */
	bool greeted;
	enum listener via;
	msec due;
	char peer[INET6_ADDRSTRLEN];
};

struct tls {
	struct station *s;
	int epoll;
	SSL_CTX *ctx[LISTENERS];
	struct end control_end, listen_end[LISTENERS];
	struct carried *all;
	uint32_t count;
	struct wire_frame waiting;     /* a connection that web could not take yet */
	char waiting_body[256];
	bool listening[LISTENERS];
	char *scratch;
	msec mono;
};

/* ---- one connection ---- */

static void end_conn(struct tls *t, struct carried *x)
{
	if (x->prev)
		x->prev->next = x->next;
	else
		t->all = x->next;
	if (x->next)
		x->next->prev = x->prev;
	SSL_free(x->ssl);
	(void)close(x->client);
	if (x->plain >= 0)
		(void)close(x->plain);
	free(x->in.p);
	free(x->out.p);
	x->ssl = NULL;
	x->client = -1;
	free(x);
	t->count--;
}

static bool watch(struct tls *t, int fd, struct end *e, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = e };

	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

/* Sends a connection to web; keeps it and stops accepting when web is not there. The descriptor is given away. */
static void pass(struct ctx *c, struct tls *t, int fd, bool secure, const char *peer, slice node)
{
	struct buf b = { .p = t->waiting_body, .cap = sizeof t->waiting_body, .max = sizeof t->waiting_body };
	struct wire_frame f = { .type = MSG_CONN, .fd = fd };

	wire_put_u64(&b, secure);
	wire_put_bytes(&b, slice_of(peer));
	wire_put_bytes(&b, node);
	f.body = buf_slice(&b);
	if (t->s->channel[CHANNEL_CONN] >= 0 && wire_send(c, t->s->channel[CHANNEL_CONN], &f) == OK) {
		(void)close(fd);
		return;
	}
	station_drop(t->s, CHANNEL_CONN);
	if (t->waiting.fd >= 0) {
		(void)close(fd);
		return;
	}
	t->waiting = f;
}

static void pass_waiting(struct ctx *c, struct tls *t)
{
	if (t->waiting.fd < 0 || t->s->channel[CHANNEL_CONN] < 0)
		return;
	if (wire_send(c, t->s->channel[CHANNEL_CONN], &t->waiting) == OK) {
		(void)close(t->waiting.fd);
		t->waiting.fd = -1;
	} else {
		station_drop(t->s, CHANNEL_CONN);
	}
}

static bool greet(struct ctx *c, struct tls *t, struct carried *x)
{
	char name[65] = "";
	int pair[2], n = SSL_do_handshake(x->ssl);

	if (n != 1) {
		int why = SSL_get_error(x->ssl, n);

		if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
			return true;
		t->s->counts[COUNT_HANDSHAKES_FAILED]++;
		return false;
	}
	if (x->via == LISTENER_EXCHANGE && !certificate_peer(x->ssl, name, sizeof name))
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
		return false;
	x->greeted = true;
	x->plain = pair[0];
	x->due = t->mono + DEAF;
	pass(c, t, pair[1], true, x->peer, slice_of(name));
	return watch(t, x->plain, &x->plain_end, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

/* Keeps what could not be written. */
static bool hold(struct way *w, const char *p, size_t n)
{
	if (!w->p)
		w->p = malloc(ROOM);
	if (!w->p)
		return false;
	memmove(w->p, p, n);
	w->at = 0;
	w->len = n;
	return true;
}

/* Returns bytes written, 0 when the other side is full, -1 when it has gone. */
static ssize_t put_plain(struct carried *x, const char *p, size_t n)
{
	ssize_t w = send(x->plain, p, n, MSG_NOSIGNAL);

	return w < 0 && errno == EAGAIN ? 0 : w;
}

static ssize_t put_client(struct carried *x, const char *p, size_t n)
{
	size_t w = 0;
	int r = SSL_write_ex(x->ssl, p, n, &w), why;

	if (r == 1)
		return (ssize_t)w;
	why = SSL_get_error(x->ssl, r);
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static ssize_t get_client(struct carried *x, char *p, bool *end)
{
	size_t n = 0;
	int r = SSL_read_ex(x->ssl, p, ROOM, &n), why;

	if (r == 1)
		return (ssize_t)n;
	why = SSL_get_error(x->ssl, r);
	*end = why == SSL_ERROR_ZERO_RETURN;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE || *end ? 0 : -1;
}

static ssize_t get_plain(struct carried *x, char *p, bool *end)
{
	ssize_t n = recv(x->plain, p, ROOM, 0);

	*end = n == 0;
	return n < 0 && errno == EAGAIN ? 0 : n;
}

typedef ssize_t put_fn(struct carried *x, const char *p, size_t n);
typedef ssize_t get_fn(struct carried *x, char *p, bool *end);

/* Moves bytes until one side waits. -1: the connection is over, else 1 when something moved. */
static int move(struct tls *t, struct carried *x, struct way *w, get_fn *get, put_fn *put)
{
	int moved = 0;

	for (int i = 0; i < 64; i++) {
		const char *p = w->len ? w->p + w->at : t->scratch;
		ssize_t n = (ssize_t)w->len, done;

		if (n == 0) {
			bool end = false;

			if (w->shut)
				return moved;
			n = get(x, t->scratch, &end);
			if (n < 0)
				return -1;
			w->shut = end;
			if (n == 0)
				return moved;
		}
		done = put(x, p, (size_t)n);
		if (done < 0)
			return -1;
		if (done > 0)
			moved = 1;
		if (done < n) {
			if (w->len) {
				w->at += (size_t)done;
				w->len -= (size_t)done;
			} else if (!hold(w, p + done, (size_t)(n - done))) {
				return -1;
			}
			if (done == 0)
				return moved;
		} else {
			w->len = 0;
			free(w->p);
			w->p = NULL;
		}
	}
	return moved;
}

/* An end on one side is told to the other when everything before it has gone over. */
static void tell_ends(const struct tls *t, struct carried *x)
{
	if (x->in.shut && !x->in.told && x->in.len == 0) {
		x->in.told = true;
		(void)shutdown(x->plain, SHUT_WR);
	}
	if (x->out.shut && !x->out.told && x->out.len == 0) {
		x->out.told = true;
		x->due = t->mono + LINGER;
		(void)SSL_shutdown(x->ssl);
		(void)shutdown(x->client, SHUT_WR);
	}
}

static void run_conn(struct ctx *c, struct tls *t, struct carried *x)
{
	int in = 0, out = 0;

	ERR_clear_error();
	if (!x->greeted && !greet(c, t, x)) {
		end_conn(t, x);
		return;
	}
	if (!x->greeted)
		return;
	do {
		in = move(t, x, &x->in, get_client, put_plain);
		out = in < 0 ? -1 : move(t, x, &x->out, get_plain, put_client);
		if (in > 0 || out > 0)
			x->due = t->mono + DEAF;
	} while (in >= 0 && out >= 0 && (in > 0 || out > 0));
	if (in < 0 || out < 0) {
		end_conn(t, x);
		return;
	}
	tell_ends(t, x);
	if (x->in.told && x->out.told)
		end_conn(t, x);
}

/* ---- new ones ---- */

static void take(struct ctx *c, struct tls *t, enum listener via, int fd, const char *peer)
{
	struct carried *x;

	if (!t->ctx[via]) {
		pass(c, t, fd, false, peer, S_NONE);
		return;
	}
	x = calloc(1, sizeof *x);
	if (!x || !(x->ssl = SSL_new(t->ctx[via])) || SSL_set_fd(x->ssl, fd) != 1) {
		if (x)
			SSL_free(x->ssl);
		free(x);
		(void)close(fd);
		return;
	}
	SSL_set_accept_state(x->ssl);
	x->client = fd;
	x->plain = -1;
	x->via = via;
	x->due = t->mono + HANDSHAKE;
	x->client_end = (struct end){ MARK_CLIENT, x, 0 };
	x->plain_end = (struct end){ MARK_PLAIN, x, 0 };
	memcpy(x->peer, peer, sizeof x->peer);
	x->next = t->all;
	if (t->all)
		t->all->prev = x;
	t->all = x;
	t->count++;
	if (!watch(t, fd, &x->client_end, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
		end_conn(t, x);
}

static void on_listen(struct ctx *c, struct tls *t, enum listener via)
{
	char peer[INET6_ADDRSTRLEN];

	for (int i = 0; i < 64 && t->waiting.fd < 0 && t->count < CONNECTIONS_MOST; i++) {
		int fd = endpoint_accept(t->s->listener[via], peer);

		if (fd < 0)
			return;
		t->s->counts[COUNT_CONNECTIONS]++;
		take(c, t, via, fd, peer);
	}
}

/* While web is away new connections wait in the kernel. */
static void listen_or_not(struct tls *t)
{
	bool want = !t->s->stop && t->waiting.fd < 0 && t->s->channel[CHANNEL_CONN] >= 0 && t->count < CONNECTIONS_MOST;

	for (int i = 0; i < LISTENERS; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &t->listen_end[i] };

		if (t->s->listener[i] < 0 || want == t->listening[i])
			continue;
		t->listening[i] = want;
		t->listen_end[i] = (struct end){ MARK_LISTEN, NULL, i };
		(void)epoll_ctl(t->epoll, want ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, t->s->listener[i], &ev);
	}
}

/* ---- the loop ---- */

/* web may end when nothing can come from here any more: it is told by the end of the channel. */
static void end_channel(struct tls *t)
{
	if (!t->s->stop || t->waiting.fd >= 0)
		return;
	for (struct carried *x = t->all; x; x = x->next)
		if (!x->greeted)
			return;
	station_drop(t->s, CHANNEL_CONN);
}

static void sweep(struct tls *t)
{
	for (struct carried *x = t->all, *next; x; x = next) {
		next = x->next;
		if (x->due <= t->mono)
			end_conn(t, x);
	}
}

static rc on_event(struct ctx *c, struct tls *t, struct epoll_event *events, int n, int i)
{
	struct end *e = events[i].data.ptr;
	struct carried *x = e->x;

	switch (e->mark) {
	case MARK_CONTROL: return station_control(c, t->s);
	case MARK_LISTEN: on_listen(c, t, (enum listener)e->index); return OK;
	case MARK_CLIENT:
	case MARK_PLAIN:
	case MARK_CONN:
		/* the other end of the same connection may have an event in this round too: it must not outlive it */
		for (int k = i + 1; k < n; k++)
			if (events[k].data.ptr == &x->client_end || events[k].data.ptr == &x->plain_end)
				events[k].data.ptr = NULL;
		run_conn(c, t, x);
		return OK;
	}
	return OK;
}

static rc loop(struct ctx *c, struct tls *t)
{
	msec told = 0, swept = 0;

	while (!(t->s->stop && t->count == 0)) {
		struct epoll_event events[EVENTS];
		int n;

		listen_or_not(t);
		n = epoll_wait(t->epoll, events, EVENTS, 500);
		if (n < 0 && errno != EINTR)
			return FAIL_SYS(c, "serve.socket");
		t->mono = clock_mono();
		for (int i = 0; i < n; i++)
			if (events[i].data.ptr)
				TRY(on_event(c, t, events, n, i));
		pass_waiting(c, t);
		end_channel(t);
		if (t->mono - swept >= 1000) {
			swept = t->mono;
			sweep(t);
		}
		station_tell(c, t->s, &told, t->mono);
		arena_reset(c->a);
	}
	return OK;
}

rc role_tls(struct ctx *c, struct station *s)
{
	struct tls t = { .s = s, .waiting = { .fd = -1 }, .scratch = malloc(ROOM), .epoll = epoll_create1(EPOLL_CLOEXEC) };
	AUTO_ARENA a = arena_new((size_t)4 << 20);
	struct ctx own = { .a = a };
	rc r;

	if (!t.scratch || !a || t.epoll < 0)
		return FAIL(c, E_NOMEM, "memory.limit");
	c->now = clock_real() + s->set->ahead;
	/* keys are read while it is still allowed, and are then in memory only */
	if (!s->set->plain)
		TRY(certificate_open(c, s->set, LISTENER_MAIN, &t.ctx[LISTENER_MAIN]));
	if (s->set->listen[LISTENER_EXCHANGE][0])
		TRY(certificate_open(c, s->set, LISTENER_EXCHANGE, &t.ctx[LISTENER_EXCHANGE]));
	TRY(station_user(c, s));
	TRY(station_enter(c, s));
	t.control_end = (struct end){ MARK_CONTROL, NULL, 0 };
	if (!watch(&t, s->control, &t.control_end, EPOLLIN))
		return FAIL_SYS(c, "serve.socket");
	t.mono = clock_mono();
	TRY(station_ready(c, s));
	r = loop(&own, &t);
	c->fault = own.fault;
	return r;
}
