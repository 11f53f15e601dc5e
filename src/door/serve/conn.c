/*
 * A connection moves on as far as its bytes allow, then waits. Requests of one connection are served one after the other
 * in their order (RFC 9112 §9.3.2); bytes of the next one wait in `rest`.
 */
#include "door/serve/conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wire.h"
#include "door/exchange/exchange.h"
#include "door/serve/http_out.h"
#include "door/serve/static.h"

#include "base/banned.h"

#define HEAD_MOST ((size_t)16 << 10)      /* of a response */
#define LINGER ((msec)2000)
#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

void conn_end(struct conn *x)
{
	struct web *w = x->w;

	if (x->state == CONN_GONE)
		return;
	(void)close(x->fd);   /* which also takes it out of the epoll */
	x->fd = -1;
	x->state = CONN_GONE;
	x->generation++;
	w->bodies -= x->counted;
	x->counted = 0;
	if (x->a)
		web_arena_back(x->w, x->a);
	free(x->rest);
	x->a = NULL;
	x->rest = NULL;
	x->rest_len = 0;
	w->open--;
	x->next = w->free;
	w->free = x;
}

/* ---- answering ---- */

static void request_over(struct conn *x)
{
	x->w->bodies -= x->counted;
	x->counted = 0;
	if (x->a)
		web_arena_back(x->w, x->a);
	x->a = NULL;
	x->request = (struct http_request){ 0 };
}

static void respond(struct conn *x, struct http_response *r)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_how how = { .keep = x->keep && !x->w->draining, .secure = x->secure, .now = c.now };
	struct buf b;

	buf_init(&b, x->a, HEAD_MOST);
	if (http_put_head(&c, &b, r, &how) != OK) {
		http_plain(r, 500, S("500\n"));
		how.keep = false;
		buf_reset(&b);
		if (http_put_head(&c, &b, r, &how) != OK) {
			conn_end(x);
			return;
		}
	}
	x->keep = how.keep;
	x->served++;
	x->w->requests++;
	x->w->status[r->status / 100 % 6]++;
	x->out[0] = buf_slice(&b);
	x->out[1] = slice_is(x->request.method, "HEAD") || r->status == 204 || r->status == 304 ? S_NONE : r->body;
	x->state = CONN_WRITE;
	x->due = x->w->mono + x->w->limits.write;
}

static void refuse(struct conn *x, int status)
{
	struct http_response r;
	char *text = x->a ? arena_bytes(x->a, 64) : NULL;
	int n = text ? snprintf(text, 64, "%d %s\n", status, http_reason(status)) : 0;

	if (!text || n < 0) {
		conn_end(x);
		return;
	}
	http_plain(&r, status, (slice){ text, (size_t)n });
	if (status == 503) {
		r.headers[0] = (struct http_header){ S("Retry-After"), S("2") };
		r.header_count = 1;
	}
	respond(x, &r);
}

/* What another node is to parse: receipts or a cosignature. Anything else is a sentence. */
static slice parcel_type(const struct conn *x, int status)
{
	if (slice_is(x->request.path, line_path(LINE_WITNESS)))
		return slice_of(witnessing_type(status));
	return status == 200 ? S("application/vnd.renkei.exchange") : S("text/plain; charset=utf-8");
}

/* Nobody is there who could answer: in words, and as problem+json for programs. */
static void say_later(struct conn *x, int status)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r = { 0 };

	if (x->pin[0] || http_later(&c, &x->request, status, &r) != OK)
		refuse(x, status);
	else
		respond(x, &r);
}

static void say_preparing(struct conn *x)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r = { 0 };

	if (http_preparing(&c, &x->request, x->w->operation.rebuilt, x->w->operation.rebuild, &r) != OK)
		refuse(x, 503);
	else
		respond(x, &r);
}

/* The answer to another node, or why there is none. */
static void reply_parcel(struct conn *x, slice reply)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r;
	uint64_t status;
	slice body;

	if (wire_get_u64(&c, &reply, 599, &status) != OK || wire_get_bytes(&c, &reply, reply.len, &body) != OK ||
	    slice_keep(&c, body, &body) != OK) {
		refuse(x, 500);
		return;
	}
	http_plain(&r, (int)status, body);
	r.content_type = parcel_type(x, (int)status);
	respond(x, &r);
}

void conn_reply(struct conn *x, slice reply)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r = { 0 };

	if (reply.len == 0)
		say_later(x, 503);
	/* its own copy: the next frame takes the place of this one, and a slow client is still being written to then */
	else if (slice_keep(&c, reply, &reply) != OK)
		refuse(x, 503);
	else if (x->pin[0])
		reply_parcel(x, reply);
	else if (http_render(&c, &x->request, reply, &r) != OK)
		refuse(x, c.fault.code == E_LIMIT ? 503 : 500);
	else {
		if (x->word)
			same_keep(&x->w->same, x->word, &r);
		respond(x, &r);
	}
	x->word = 0;
}

/* The name without the port; letters without case. */
static bool host_is_ours(const struct conn *x)
{
	slice rest = x->w->hosts, one, host = http_header_of(&x->request, S("host"));
	size_t colon = host.len;

	while (colon > 0 && host.p[colon - 1] >= '0' && host.p[colon - 1] <= '9')
		colon--;
	if (colon > 0 && host.p[colon - 1] == ':')
		host.len = colon - 1;
	while (slice_next(&rest, ' ', &one))
		if (one.len == host.len && strncasecmp(one.p, host.p, one.len) == 0)
			return true;
	return x->w->hosts.len == 0;
}

static void ask(struct conn *x, enum web_asks what, slice call)
{
	x->state = CONN_ASK;
	x->due = x->w->mono + x->w->limits.core;
	x->w->core.ask(x->w->core.to, x->w, conn_number(x), what, call);
}

/* Another node posts envelopes, or a checkpoint to cosign; there is nothing else for it here, whoever it is. */
static void perform_parcel(struct conn *x)
{
	enum line_matter what = slice_is(x->request.path, line_path(LINE_WITNESS)) ? LINE_WITNESS : LINE_EXCHANGE;
	struct buf b;

	if (!slice_is(x->request.method, "POST") || !slice_is(x->request.path, line_path(what))) {
		refuse(x, 404);
		return;
	}
	if (x->request.body.len > LINE_BODY_MOST) {
		refuse(x, 413);
		return;
	}
	buf_init(&b, x->a, LINE_BODY_MOST + 256);
	(void)buf_room(&b, x->request.body.len + 256);
	wire_put_u64(&b, what);
	wire_put_bytes(&b, slice_of(x->pin));
	wire_put_bytes(&b, x->request.body);
	if (b.full)
		refuse(x, 503);
	else
		ask(x, WEB_PARCEL, buf_slice(&b));
}

/* The request is still there: it is understood and asked again. */
static void ask_anew(struct conn *x)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r = { 0 };
	slice call = S_NONE;
	bool done = false;

	if (http_understand(&c, &x->request, &call, &r, &done) != OK || done)
		refuse(x, 500);
	else
		ask(x, WEB_CALL_ANEW, call);
}

void conn_same(struct conn *x, uint64_t word)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r;
	bool found;

	if (same_page(&c, &x->w->same, word, &r, &found) != OK)
		refuse(x, 503);
	else if (found)
		respond(x, &r);
	else
		ask_anew(x);   /* whoever it was made for had gone before it was made */
}

static void perform(struct conn *x)
{
	struct ctx c = { .a = x->a, .now = x->w->real };
	struct http_response r = { 0 };
	bool done = false;
	slice call = S_NONE;
	rc e;

	x->request = http_in_request(&x->in, slice_of(x->peer), x->secure);
	x->keep = x->in.keep;
	if (x->pin[0]) {
		if (x->w->operation.rebuild)
			refuse(x, 503);
		else
			perform_parcel(x);
		return;
	}
	if (!host_is_ours(x)) {
		refuse(x, 421);
		return;
	}
	if (operation_answer(&c, &x->w->operation, &x->request, &r) || static_answer(&x->request, &r)) {
		respond(x, &r);
		return;
	}
	if (x->w->operation.rebuild) {
		say_preparing(x);
		return;
	}
	e = http_understand(&c, &x->request, &call, &r, &done);
	if (e != OK) {
		refuse(x, e == E_LIMIT ? 503 : e == E_BUG ? 500 : 400);
	} else if (done) {
		respond(x, &r);
	} else {
		ask(x, WEB_CALL, call);
	}
}

/* ---- reading ---- */

/* A sum over all connections, so that many large uploads meet a limit together. */
static bool count_body(struct conn *x)
{
	x->w->bodies += x->in.body.len - x->counted;
	x->counted = x->in.body.len;
	return x->w->bodies <= x->w->limits.bodies;
}

static bool begin(struct conn *x)
{
	if (x->a)
		return true;
	x->a = web_arena(x->w);
	if (!x->a)
		return false;
	http_in_init(&x->in, x->a, &x->w->limits.http);
	x->began = x->w->mono;
	x->due = x->w->mono + x->w->limits.head;
	return true;
}

/* Small, and into an empty socket: if it does not fit, the client has to wait for nothing and sends anyway. */
static void say_continue(struct conn *x)
{
	if (x->in.expects && x->in.body.len == 0)
		(void)send(x->fd, CONTINUE, sizeof CONTINUE - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	x->in.expects = false;
}

/* Keeps what came behind the request. */
static bool keep_rest(struct conn *x, slice rest)
{
	char *p = NULL;

	if (rest.len) {
		p = malloc(rest.len);
		if (!p)
			return false;
		memcpy(p, rest.p, rest.len);
	}
	free(x->rest);
	x->rest = p;
	x->rest_len = rest.len;
	return true;
}

static void take(struct conn *x, slice bytes)
{
	bool had_head = x->in.head_done && x->a;
	enum http_step step;
	size_t used = 0;

	if (!begin(x)) {
		conn_end(x);
		return;
	}
	step = http_in_feed(&x->in, bytes, &used);
	if (!keep_rest(x, slice_sub(bytes, used, SIZE_MAX))) {
		conn_end(x);
		return;
	}
	if (step == HTTP_BAD) {
		x->w->refused++;
		LOG("http.refused", NUM("status", x->in.status), WORD("why", x->in.why));
		x->keep = false;
		refuse(x, x->in.status);
		return;
	}
	if (!count_body(x)) {
		x->keep = false;
		refuse(x, 503);
		return;
	}
	if (step == HTTP_WHOLE) {
		perform(x);
	} else if (x->in.head_done) {
		if (!had_head)
			x->due = x->w->mono + x->w->limits.body;
		say_continue(x);
	}
}

/* false: nothing more to do now. */
static bool do_read(struct conn *x)
{
	ssize_t n;

	if (x->rest_len) {
		slice rest = { x->rest, x->rest_len };
		char *owned = x->rest;

		x->rest = NULL;
		x->rest_len = 0;
		take(x, rest);
		free(owned);
		return true;
	}
	if (!x->can_read)
		return false;
	n = read(x->fd, x->w->scratch, READ_ROOM);
	if (n < 0 && errno == EAGAIN) {
		x->can_read = false;
		return false;
	}
	if (n <= 0)
		conn_end(x);
	else
		take(x, (slice){ x->w->scratch, (size_t)n });
	return true;
}

/* ---- writing ---- */

static void written(struct conn *x)
{
	request_over(x);
	if (x->keep) {
		x->state = CONN_READ;
		x->due = x->w->mono + x->w->limits.idle;
		return;
	}
	(void)shutdown(x->fd, SHUT_WR);
	x->state = CONN_LINGER;
	x->due = x->w->mono + LINGER;
}

static bool do_write(struct conn *x)
{
	struct iovec v[2] = {
		{ (void *)(uintptr_t)x->out[0].p, x->out[0].len }, { (void *)(uintptr_t)x->out[1].p, x->out[1].len },
	};
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	size_t n;
	ssize_t got;

	if (!x->can_write)
		return false;
	got = sendmsg(x->fd, &m, MSG_NOSIGNAL);
	if (got < 0 && errno == EAGAIN) {
		x->can_write = false;
		return false;
	}
	if (got < 0) {
		conn_end(x);
		return true;
	}
	n = (size_t)got;
	for (int i = 0; i < 2; i++) {
		size_t part = n < x->out[i].len ? n : x->out[i].len;

		x->out[i].p += part;
		x->out[i].len -= part;
		n -= part;
	}
	if (x->out[0].len + x->out[1].len == 0)
		written(x);
	else
		x->due = x->w->mono + x->w->limits.write;
	return true;
}

static bool do_linger(struct conn *x)
{
	ssize_t n;

	if (!x->can_read)
		return false;
	n = read(x->fd, x->w->scratch, READ_ROOM);
	if (n < 0 && errno == EAGAIN)
		x->can_read = false;
	else if (n <= 0)
		conn_end(x);
	return x->can_read;
}

void conn_run(struct conn *x)
{
	bool on = true;

	while (on) {
		switch (x->state) {
		case CONN_READ: on = do_read(x); break;
		case CONN_WRITE: on = do_write(x); break;
		case CONN_LINGER: on = do_linger(x); break;
		case CONN_ASK:
		case CONN_GONE: on = false; break;
		}
	}
}

void conn_late(struct conn *x)
{
	x->w->timeouts += x->state != CONN_READ || x->a;
	switch (x->state) {
	case CONN_READ:
		/* nothing was asked: no answer; a part of a request gets one */
		if (!x->a || !x->in.began) {
			conn_end(x);
			return;
		}
		x->keep = false;
		refuse(x, 408);
		conn_run(x);
		return;
	case CONN_ASK:
		x->keep = false;   /* so that an answer that comes later meets no other request */
		say_later(x, 504);
		conn_run(x);
		return;
	case CONN_WRITE:
	case CONN_LINGER:
	case CONN_GONE:
		conn_end(x);
		return;
	}
}
