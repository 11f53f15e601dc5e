#include "door/serve/station.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"

#include "base/banned.h"

#define CONTROL_WAIT 2000
#define ARENA_SPARE ((size_t)1 << 20)

static msec clock_of(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

msec clock_mono(void) { return clock_of(CLOCK_MONOTONIC); }
msec clock_real(void) { return clock_of(CLOCK_REALTIME); }

int64_t clock_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

enum process channel_peer(enum channel ch, enum process own)
{
	return channel_table[ch].asks == own ? channel_table[ch].answers : channel_table[ch].asks;
}

void station_drop(struct station *s, enum channel ch)
{
	if (s->channel[ch] >= 0)
		(void)close(s->channel[ch]);
	s->channel[ch] = -1;
}

bool station_take(struct station *s, enum channel ch, struct wire_pipe *p)
{
	if (!(s->fresh & 1u << ch))
		return false;
	s->fresh &= ~(1u << ch);
	wire_pipe_close(p);
	wire_pipe_init(p, s->channel[ch], channel_most(ch));
	s->channel[ch] = -1;
	return true;
}

static rc take_counts(struct ctx *c, struct station *s, const struct wire_frame *f)
{
	slice rest = f->body;

	if (f->number >= ROLES)
		return FAIL(c, E_BUG, "wire.form");
	for (size_t i = 0; i < ROLE_COUNTS; i++)
		TRY(wire_get_u64(c, &rest, UINT64_MAX, &s->others[f->number][i]));
	return wire_end(c, rest);
}

static rc obey(struct ctx *c, struct station *s, struct wire_frame *f)
{
	enum channel_state state = STATE_MANY;

	if (!message_legal(CHANNEL_CONTROL, true, f, &state))
		return FAIL(c, E_BUG, "wire.form");
	switch (f->type) {
	case MSG_PEER:
		NEVER(f->number >= CHANNELS);
		station_drop(s, (enum channel)f->number);
		s->channel[f->number] = f->fd;
		s->fresh |= 1u << f->number;
		f->fd = -1;
		return OK;
	case MSG_LISTEN:
		NEVER(f->number >= LISTENERS);
		s->listener[f->number] = f->fd;
		f->fd = -1;
		return OK;
	case MSG_COUNTS: return take_counts(c, s, f);
	case MSG_STOP: s->stop = true; return OK;
	}
	return FAIL(c, E_BUG, "wire.form");
}

rc station_control(struct ctx *c, struct station *s)
{
	struct wire_frame f;
	rc r;

	TRY(wire_recv(c, s->control, channel_most(CHANNEL_CONTROL), CONTROL_WAIT, &f));
	r = obey(c, s, &f);
	if (f.fd >= 0)
		(void)close(f.fd);
	return r;
}

rc station_need(struct ctx *c, struct station *s, enum channel ch, int wait)
{
	msec end = clock_mono() + wait;

	while (s->channel[ch] < 0) {
		struct pollfd p = { .fd = s->control, .events = POLLIN };
		msec left = end - clock_mono();

		if (left <= 0)
			return FAIL(c, E_BUSY, "serve.no_role");
		if (poll(&p, 1, (int)left) == 1)
			TRY(station_control(c, s));
	}
	return OK;
}

rc station_ready(struct ctx *c, struct station *s)
{
	return wire_send(c, s->control, &(struct wire_frame){ .type = MSG_READY, .fd = -1 });
}

void station_tell(struct ctx *c, struct station *s, msec *last, msec mono)
{
	struct wire_frame f = { .type = MSG_COUNTS, .number = s->role, .fd = -1 };
	char room[ROLE_COUNTS * 8];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	if (mono - *last < 1000)
		return;
	*last = mono;
	for (size_t i = 0; i < ROLE_COUNTS; i++)
		wire_put_u64(&b, s->counts[i]);
	f.body = buf_slice(&b);
	if (wire_send(c, s->control, &f) != OK)
		s->stop = true;
}

/* ---- asking ---- */

static rc ask_once(struct ctx *c, struct station *s, enum channel ch, uint32_t type, slice body, int wait, slice *ret)
{
	enum channel_state state = STATE_FREE;
	struct wire_frame f = { .type = type, .body = body, .fd = -1 };
	rc r;

	TRY(station_need(c, s, ch, wait));
	NEVER(!message_legal(ch, true, &f, &state));
	r = wire_send(c, s->channel[ch], &f);
	if (r == OK)
		r = wire_recv(c, s->channel[ch], channel_most(ch), wait, &f);
	/* after a lost or late answer the channel is of no use: what comes on it later would answer another question */
	if (r != OK || f.fd >= 0 || !message_legal(ch, false, &f, &state)) {
		station_drop(s, ch);
		return r != OK ? r : FAIL(c, E_BUG, "wire.form");
	}
	if (f.type == MSG_FAULT)
		return wire_get_fault(c, f.body);
	*ret = f.body;
	return OK;
}

rc station_ask(struct ctx *c, struct station *s, enum channel ch, uint32_t type, slice body, int wait, slice *ret)
{
	rc r;

	s->counts[COUNT_ASKED]++;
	r = ask_once(c, s, ch, type, body, wait, ret);
	if (r == E_IO && c->fault.key && strcmp(c->fault.key, "wire.lost") == 0)
		r = ask_once(c, s, ch, type, body, wait, ret);
	return r;
}

/* ---- answering ---- */

static rc answer_one(struct ctx *c, struct station *s, enum channel ch, role_answer *answer, void *to)
{
	enum channel_state state = ch == CHANNEL_OUT ? STATE_MANY : STATE_FREE;
	struct wire_frame f, reply = { .type = MSG_ANSWER, .fd = -1 };
	struct buf b;
	rc r = wire_recv(c, s->channel[ch], channel_most(ch), CONTROL_WAIT, &f);

	if (r == E_IO) {
		/* the other side has ended; its successor comes over the control channel */
		station_drop(s, ch);
		return OK;
	}
	TRY(r);
	if (!message_legal(ch, true, &f, &state))
		return FAIL(c, E_BUG, "wire.form");
	buf_init(&b, c->a, channel_most(ch));
	s->counts[COUNT_CALLS]++;
	r = answer(c, to, f.type, f.body, &b);
	if (r == OK && b.full)
		r = FAIL(c, E_LIMIT, "text.limit");
	if (r != OK) {
		s->counts[COUNT_FAULTS]++;
		if (r == E_INVALID && c->fault.key && strcmp(c->fault.key, "wire.form") == 0)
			return FAIL(c, E_BUG, "wire.form");
		LOG("role.fault", FAULT(c));
		buf_reset(&b);
		wire_put_fault(&b, c, r);
		reply.type = MSG_FAULT;
	}
	reply.number = f.number;
	reply.body = buf_slice(&b);
	if (wire_send(c, s->channel[ch], &reply) != OK)
		station_drop(s, ch);
	return OK;
}

rc station_serve(struct ctx *c, struct station *s, enum channel ch, size_t most, role_answer *answer, void *to)
{
	AUTO_ARENA a = arena_new(most + channel_most(ch) * 3 + ARENA_SPARE);
	msec told = 0;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	while (!s->stop) {
		struct pollfd p[2] = { { .fd = s->control, .events = POLLIN }, { .fd = s->channel[ch], .events = POLLIN } };
		struct ctx one = { .a = a, .now = clock_real() };
		rc r = OK;

		if (poll(p, 2, 1000) < 0 && errno != EINTR)
			return FAIL_SYS(c, "serve.socket");
		if (p[0].revents)
			r = station_control(&one, s);
		else if (s->channel[ch] >= 0 && p[1].revents)
			r = answer_one(&one, s, ch, answer, to);
		station_tell(&one, s, &told, clock_mono());
		arena_reset(a);
		if (r != OK) {
			c->fault = one.fault;
			return r;
		}
	}
	return OK;
}
