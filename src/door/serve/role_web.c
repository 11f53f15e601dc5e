/* The role `web`: connections in, calls to core, pages out. */
#include <unistd.h>

#include "base/log.h"
#include "door/serve/conn.h"
#include "door/serve/operation.h"
#include "door/serve/station.h"

#include "base/banned.h"

struct web_role {
	struct station *s;
	struct web *w;
	struct wire_pipe conn, call;     /* from tls; to core */
	bool core_open, broken;
	struct ctx *c;
};

/* ---- core ---- */

static void lose_core(struct web_role *r)
{
	if (r->call.fd < 0)
		return;
	web_unwatch(r->w, r->call.fd);
	wire_pipe_close(&r->call);
	r->core_open = false;
	LOG("core.lost", NUM("open", web_connections(r->w)));
	web_core_lost(r->w);
}

static void ask(void *to, struct web *w, uint64_t number, enum web_asks what, slice call)
{
	static const uint32_t types[] = { [WEB_CALL] = MSG_CALL, [WEB_CALL_ANEW] = MSG_CALL_ANEW, [WEB_PARCEL] = MSG_PARCEL };
	struct web_role *r = to;

	r->s->counts[COUNT_CALLS]++;
	if (!wire_pipe_queue(&r->call, types[what], number, call))
		web_answer(w, number, S_NONE);
}

static rc take_reply(struct ctx *c, struct web_role *r, const struct wire_frame *f)
{
	slice rest = f->body;
	uint64_t word;

	switch (f->type) {
	case MSG_OPEN: r->core_open = true; return OK;
	case MSG_REPLY: web_answer(r->w, f->number, f->body); return OK;
	}
	TRY(wire_get_u64(c, &rest, UINT64_MAX, &word));
	if (f->type == MSG_REPLY_KEEP) {
		web_answer_keep(r->w, f->number, word, rest);
		return OK;
	}
	web_answer_same(r->w, f->number, word);
	return wire_end(c, rest);
}

static void on_call(void *to, int fd)
{
	struct web_role *r = to;
	enum channel_state state = STATE_MANY;
	struct wire_frame f;
	bool there = wire_pipe_fill(&r->call);
	int got;

	(void)fd;
	while ((got = wire_pipe_next(&r->call, message_has_fd, &f)) > 0) {
		if (!message_legal(CHANNEL_CALL, false, &f, &state) || take_reply(r->c, r, &f) != OK) {
			r->broken = true;
			return;
		}
	}
	if (got < 0)
		r->broken = true;
	else if (!there)
		lose_core(r);
}

/* ---- tls ---- */

static rc take_conn(struct ctx *c, struct web_role *r, struct wire_frame *f)
{
	slice rest = f->body, peer, pin;
	uint64_t secure;

	TRY(wire_get_u64(c, &rest, 1, &secure));
	TRY(wire_get_bytes(c, &rest, INET6_ADDRSTRLEN - 1, &peer));
	TRY(wire_get_bytes(c, &rest, 43, &pin));
	TRY(wire_end(c, rest));
	r->s->counts[COUNT_CONNECTIONS]++;
	web_take(r->w, f->fd, peer, secure, pin);
	f->fd = -1;
	return OK;
}

static void on_conn(void *to, int fd)
{
	struct web_role *r = to;
	enum channel_state state = STATE_MANY;
	struct wire_frame f;
	bool there = wire_pipe_fill(&r->conn);
	int got;

	while ((got = wire_pipe_next(&r->conn, message_has_fd, &f)) > 0) {
		if (!message_legal(CHANNEL_CONN, true, &f, &state) || take_conn(r->c, r, &f) != OK)
			r->broken = true;
		if (f.fd >= 0)
			(void)close(f.fd);
	}
	if (got < 0)
		r->broken = true;
	if (there)
		return;
	/* its successor comes over the control channel; connections that it carried end by themselves */
	web_unwatch(r->w, fd);
	wire_pipe_close(&r->conn);
}

/* ---- supervisor ---- */

static rc take_channel(struct ctx *c, struct web_role *r, enum channel ch, struct wire_pipe *p, web_ready *ready)
{
	int old = p->fd;

	if (!station_take(r->s, ch, p))
		return OK;
	/* what stood in the old one is gone with it; the kernel took its descriptor out of the epoll when it was closed */
	if (old >= 0) {
		web_unwatch(r->w, old);
		if (ch == CHANNEL_CALL) {
			r->core_open = false;
			web_core_lost(r->w);
		}
	}
	return web_watch(c, r->w, p->fd, ready, r);
}

static void on_control(void *to, int fd)
{
	struct web_role *r = to;

	(void)fd;
	if (station_control(r->c, r->s) != OK || take_channel(r->c, r, CHANNEL_CALL, &r->call, on_call) != OK ||
	    take_channel(r->c, r, CHANNEL_CONN, &r->conn, on_conn) != OK)
		r->broken = true;
}

/* ---- the loop ---- */

static rc loop(struct ctx *c, struct web_role *r)
{
	msec told = 0, stop_at = 0;

	/* tls closes its channel when nothing can come over it any more; what stands in it is taken first */
	while (!r->broken && !(r->s->stop && r->conn.fd < 0 && web_connections(r->w) == 0)) {
		TRY(web_round(c, r->w, r->s->stop ? 50 : 500));
		if (r->call.fd >= 0 && !wire_pipe_flush(&r->call))
			lose_core(r);
		if (r->s->stop && !stop_at) {
			stop_at = clock_mono();
			web_drain(r->w);
		}
		web_counts(r->w, r->s->counts);
		operation_look(&r->w->operation, r->s, r->core_open);
		station_tell(c, r->s, &told, clock_mono());
		arena_reset(c->a);
	}
	return r->broken ? FAIL(c, E_BUG, "wire.form") : OK;
}

rc role_web(struct ctx *c, struct station *s)
{
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx own = { .a = a, .now = clock_real() };
	struct web_role r = { .s = s, .conn = { .fd = -1 }, .call = { .fd = -1 }, .c = &own };
	rc e;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(station_user(c, s));
	TRY(web_new(c, &s->set->limits, (struct web_core){ .to = &r, .ask = ask }, &r.w));
	web_hosts(r.w, slice_of(s->set->hosts));
	TRY(station_enter(c, s));
	TRY(web_watch(c, r.w, s->control, on_control, &r));
	TRY(station_ready(c, s));
	e = loop(&own, &r);
	if (e != OK)
		c->fault = own.fault;
	return e;
}
