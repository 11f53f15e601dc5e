#include "door/exchange/exchange.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "door/exchange/parcel.h"

#include "base/banned.h"

#define WORK_MEMORY ((size_t)256 << 20)
#define ROUND_MOST 2048u                  /* envelopes looked at in one round */

/* ---- in ---- */

static rc answer_one(struct ctx *c, const struct exchange *x, struct line *l, slice peer, slice body)
{
	slice receipts;
	rc r = exchange_receive(c, x, peer, body, &receipts);

	if (r == OK)
		return line_answer(c, l, 200, receipts);
	if (r == E_INVALID || r == E_LIMIT || r == E_TAMPER) {
		fault_clear(c);
		return line_answer(c, l, 400, S("renkei: not envelopes\n"));
	}
	if (r == E_BUSY) {
		fault_clear(c);
		return line_answer(c, l, 503, S("renkei: try again later\n"));
	}
	return r;
}

static rc who_is_it(struct ctx *c, const struct exchange *x, const struct line *l, slice *ret)
{
	struct ctx own = { .a = c->a, .now = c->now, .app = c->app };
	rc r = partner_by_pin(&own, node_store(x->n), line_pin(l), c->now, ret);

	if (r != OK)
		c->fault = own.fault;
	return r;
}

rc post_answer(struct ctx *c, const struct exchange *x, struct line *l, clock_fn *clock)
{
	AUTO_ARENA a = arena_new(WORK_MEMORY);
	enum line_matter what = LINE_EXCHANGE;
	slice peer, body;
	bool more = true;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(who_is_it(c, x, l, &peer));
	while (more) {
		struct ctx own = { .a = a, .app = c->app };
		rc r;

		own.now = clock ? clock() : c->now;
		r = line_request(&own, l, &what, &body, &more);
		if (r == OK && more)
			r = what == LINE_WITNESS ? witnessing_answer(&own, x->n, l, body) : answer_one(&own, x, l, peer, body);
		c->fault = own.fault;
		TRY(r);
		arena_reset(a);
	}
	return OK;
}

/* A line that breaks or a stranger is no reason to end; a fault of our own is. */
static bool ends_serving(rc r) { return r == E_BUG || r == E_IO || r == E_NOMEM; }

static rc serve_one(struct ctx *c, const struct exchange *x, const struct line_keys *k, int fd, clock_fn *clock)
{
	AUTO_LINE l = NULL;

	TRY(line_accept(c, k, fd, &l));
	return post_answer(c, x, l, clock);
}

rc post_serve(struct ctx *c, const struct exchange *x, const struct line_keys *k, int listener, clock_fn *clock,
              const volatile int *stop)
{
	AUTO_ARENA a = arena_new(WORK_MEMORY);

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	while (!*stop) {
		struct pollfd p = { .fd = listener, .events = POLLIN };
		struct ctx own = { .a = a, .now = c->now, .app = c->app };
		int fd;
		rc r;

		if (poll(&p, 1, 500) <= 0)
			continue;
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		if (clock)
			own.now = clock();
		r = serve_one(&own, x, k, fd, clock);
		if (ends_serving(r)) {
			c->fault = own.fault;
			return r;
		}
		arena_reset(a);
	}
	return OK;
}

/* ---- out ---- */

static rc connect_way(struct ctx *c, const struct line_keys *k, const struct way *w, struct line **ret)
{
	AUTO_LINE l = NULL;
	char *host = arena_cstr(c->a, w->host);

	if (!host)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(line_connect(c, k, host, (unsigned)w->port, &l));
	for (size_t i = 0; i < w->npins; i++)
		if (slice_eq(line_pin(l), w->pins[i])) {
			*ret = l;
			l = NULL;
			return OK;
		}
	return FAIL(c, E_DENIED, "line.pin");
}

rc post_connect(struct ctx *c, const struct exchange *x, const struct line_keys *k, slice peer, const char **ret_host, struct line **ret)
{
	const char *host;
	struct way w;

	TRY(way_find(c, x, peer, &w));
	host = arena_cstr(c->a, w.host);
	if (!host)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(connect_way(c, k, &w, ret));
	*ret_host = host;
	return OK;
}

static rc post_parcel(struct ctx *c, const struct exchange *x, struct line *l, const char *host, const struct parcel *p, size_t *ret_settled)
{
	slice body, answer;

	TRY(parcel_bytes(c, p, &body));
	TRY(line_post(c, l, host, body, &answer));
	return outbox_settle(c, x, p->v, p->bytes, p->n, answer, ret_settled);
}

/* All that goes one way, in memory that is given back after each parcel. */
static rc send_way(struct ctx *c, const struct exchange *x, const struct line_keys *k, const struct way *w, const struct sent *v,
                   size_t n, struct post_tally *t)
{
	AUTO_ARENA a = arena_new(WORK_MEMORY);
	AUTO_LINE l = NULL;
	struct parcel *p;
	rc r;

	TRY_NEW(c, p);
	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = connect_way(c, k, w, &l);
	for (size_t from = 0; from < n && r == OK;) {
		struct ctx own = { .a = a, .now = c->now, .app = c->app };
		size_t used = 0, settled = 0;
		char *host;

		arena_reset(a);
		r = parcel_fill(&own, x, v + from, n - from, p, &used);
		host = arena_cstr(a, w->host);
		if (r == OK && host && p->n > 0)
			r = post_parcel(&own, x, l, host, p, &settled);
		c->fault = own.fault;
		t->settled += settled;
		if (r == OK)
			from += used;
		else {
			v += from;
			n -= from;
			break;
		}
	}
	if (r == OK)
		return OK;
	if (r == E_BUG || r == E_IO || r == E_NOMEM)
		return r;
	t->failed += n;
	{
		slice why = slice_of(c->fault.key);

		fault_clear(c);
		return outbox_failed(c, x, v, n, why);
	}
}

static rc send_round(struct ctx *c, const struct exchange *x, const struct line_keys *k, struct post_tally *t, size_t *ret_n)
{
	struct sent *v;
	size_t n;

	TRY(outbox_waiting(c, node_store(x->n), c->now, ROUND_MOST, &v, &n));
	*ret_n = n;
	for (size_t from = 0; from < n;) {
		struct way w, other;
		size_t to = from + 1;
		rc r = way_find(c, x, v[from].peer, &w);

		if (r == E_NOTFOUND) {   /* no line to it: the paper way, or somebody sets an address */
			slice why = slice_of(c->fault.key);

			fault_clear(c);
			t->failed++;
			TRY(outbox_failed(c, x, &v[from], 1, why));
			from++;
			continue;
		}
		TRY(r);
		while (to < n && (slice_eq(v[to].peer, v[from].peer) || (way_find(c, x, v[to].peer, &other) == OK && way_same(&w, &other))))
			to++;
		fault_clear(c);
		TRY(send_way(c, x, k, &w, v + from, to - from, t));
		from = to;
	}
	return OK;
}

rc post_run(struct ctx *c, const struct exchange *x, const struct line_keys *k, clock_fn *clock, struct post_tally *ret)
{
	struct post_tally t = { 0 };
	size_t n = 1;

	TRY(thread_tick(c, x, &t.rung));
	TRY(outbox_expire(c, x, &t.expired));
	for (int rounds = 0; n > 0 && rounds < 1000; rounds++) {
		AUTO_ARENA a = arena_new(WORK_MEMORY);
		struct ctx own = { .a = a, .now = clock ? clock() : c->now, .app = c->app };
		size_t before = t.settled;
		rc r;

		if (!a)
			return FAIL(c, E_NOMEM, "memory.limit");
		r = send_round(&own, x, k, &t, &n);
		c->fault = own.fault;
		TRY(r);
		if (t.settled == before)
			break;
	}
	*ret = t;
	return OK;
}
