#include "door/cli/nats.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/parse.h"

#include "base/banned.h"

#define INPUT_MOST (NATS_PAYLOAD_MOST + NATS_LINE_MOST + 16)
#define INPUT_FIRST ((size_t)256 << 10)
#define API_SECONDS 10

struct nats {
	int fd;
	struct ctx *c;        /* whose memory it lives in */
	char *in;
	size_t len, room;
	char inbox[32];
	uint64_t asked;
};

static void nats_close(void *arg)
{
	struct nats *n = arg;

	if (n->fd >= 0)
		(void)close(n->fd);
}

static rc write_all(struct ctx *c, struct nats *n, slice bytes)
{
	while (bytes.len) {
		ssize_t w = send(n->fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return FAIL(c, E_BUSY, "nats.connect");
		bytes = slice_sub(bytes, (size_t)w, bytes.len);
	}
	return OK;
}

/* More input, or E_BUSY "nats.timeout". */
static rc read_more(struct ctx *c, struct nats *n, int wait_ms)
{
	struct pollfd p = { .fd = n->fd, .events = POLLIN };
	ssize_t got;
	int r;

	if (n->len == n->room) {
		size_t room = n->room ? n->room * 2 : INPUT_FIRST;

		if (room > 2 * INPUT_MOST)
			return FAIL(c, E_LIMIT, "nats.limit");
		n->in = arena_grow(n->c->a, n->in, n->room, room);
		if (!n->in)
			return FAIL(c, E_LIMIT, "memory.limit");
		n->room = room;
	}
	do
		r = poll(&p, 1, wait_ms);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return FAIL(c, E_BUSY, "nats.timeout");
	do
		got = recv(n->fd, n->in + n->len, n->room - n->len, 0);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return FAIL(c, E_BUSY, "nats.connect");
	n->len += (size_t)got;
	return OK;
}

/* The next message that is for us; pings are answered. It lies in `a`. */
static rc next_message(struct ctx *c, struct nats *n, int wait_ms, struct arena *a, struct nats_message *ret)
{
	for (;;) {
		struct nats_message m;
		size_t used;

		TRY(nats_parse(c, (slice){ n->in, n->len }, &used, &m));
		if (used == 0) {
			TRY(read_more(c, n, wait_ms));
			continue;
		}
		*ret = m;
		ret->subject = arena_copy(a, m.subject);
		ret->reply = arena_copy(a, m.reply);
		ret->header = arena_copy(a, m.header);
		ret->payload = arena_copy(a, m.payload);
		if (!ret->payload.p || !ret->reply.p || !ret->header.p)
			return FAIL(c, E_LIMIT, "memory.limit");
		memmove(n->in, n->in + used, n->len - used);
		n->len -= used;
		if (m.kind == NATS_PING)
			TRY(write_all(c, n, S("PONG\r\n")));
		else if (m.kind == NATS_ERR)
			return FAIL(c, E_BUSY, "nats.refused");
		else if (m.kind == NATS_MSG || m.kind == NATS_INFO || m.kind == NATS_PONG)
			return OK;
	}
}

struct place { char host[256], port[8]; slice user, password; };

static rc url_read(struct ctx *c, const char *url, struct place *p)
{
	slice s = slice_of(url), host;
	size_t at, colon;

	if (!slice_starts(s, S("nats://")))
		return FAIL(c, E_INVALID, "nats.url");
	s = slice_sub(s, 7, s.len);
	while (s.len && s.p[s.len - 1] == '/')
		s.len--;
	at = slice_find(s, S("@"), 0);
	if (at != SIZE_MAX) {
		colon = slice_find(slice_sub(s, 0, at), S(":"), 0);
		p->user = slice_sub(s, 0, colon < at ? colon : at);
		p->password = colon < at ? slice_sub(s, colon + 1, at - colon - 1) : S_NONE;
		s = slice_sub(s, at + 1, s.len);
	}
	colon = slice_find(s, S(":"), 0);
	host = slice_sub(s, 0, colon);
	s = colon == SIZE_MAX ? S("4222") : slice_sub(s, colon + 1, s.len);
	if (host.len == 0 || host.len >= sizeof p->host || s.len == 0 || s.len >= sizeof p->port)
		return FAIL(c, E_INVALID, "nats.url");
	memcpy(p->host, host.p, host.len);
	memcpy(p->port, s.p, s.len);
	return OK;
}

static rc reach(struct ctx *c, const struct place *p, int *ret)
{
	struct addrinfo want = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list, *k;
	int fd = -1, yes = 1;

	if (getaddrinfo(p->host, p->port, &want, &list) != 0)
		return FAIL(c, E_BUSY, "nats.connect");
	for (k = list; k && fd < 0; k = k->ai_next) {
		fd = socket(k->ai_family, k->ai_socktype | SOCK_CLOEXEC, k->ai_protocol);
		if (fd >= 0 && connect(fd, k->ai_addr, k->ai_addrlen) != 0) {
			(void)close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		return FAIL(c, E_BUSY, "nats.connect");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	*ret = fd;
	return OK;
}

static rc greet(struct ctx *c, struct nats *n, const struct place *p)
{
	struct nats_message m;
	struct json_out o;
	struct buf b;

	TRY(next_message(c, n, API_SECONDS * 1000, c->a, &m));
	if (m.kind != NATS_INFO)
		return FAIL(c, E_INVALID, "nats.protocol");
	buf_init(&b, c->a, 8192);
	buf_putz(&b, "CONNECT ");
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_bool(&o, "verbose", false);
	jo_kv_bool(&o, "pedantic", false);
	jo_kv_bool(&o, "headers", true);
	jo_kv_bool(&o, "no_responders", true);
	jo_kv_text(&o, "name", S("renkei"));
	jo_kv_text(&o, "lang", S("c"));
	jo_kv_text(&o, "version", S("1"));
	jo_kv_int(&o, "protocol", 1);
	if (p->user.len) {
		jo_kv_text(&o, "user", p->user);
		jo_kv_text(&o, "pass", p->password);
	}
	jo_end_object(&o);
	buf_putf(&b, "\r\nSUB %s.* 1\r\nPING\r\n", n->inbox);
	TRY(write_all(c, n, buf_slice(&b)));
	do
		TRY(next_message(c, n, API_SECONDS * 1000, c->a, &m));
	while (m.kind != NATS_PONG);
	return OK;
}

rc nats_open(struct ctx *c, const char *url, struct nats **ret)
{
	struct place p = { .user = S_NONE };
	struct nats *n;
	unsigned char id[8];
	char hex[17];

	TRY(url_read(c, url, &p));
	TRY_NEW(c, n);
	n->fd = -1;
	n->c = c;
	if (sodium_init() < 0 || arena_on_end(c->a, nats_close, n) != 0)
		return FAIL(c, E_NOMEM, "memory.limit");
	randombytes_buf(id, sizeof id);
	(void)sodium_bin2hex(hex, sizeof hex, id, sizeof id);
	(void)snprintf(n->inbox, sizeof n->inbox, "_INBOX.%s", hex);
	TRY(reach(c, &p, &n->fd));
	TRY(greet(c, n, &p));
	*ret = n;
	return OK;
}

static rc publish(struct ctx *c, struct nats *n, slice subject, const char *reply, slice id, slice payload)
{
	char head[1024];
	int len, hlen = 0;
	char header[256] = "";

	if (id.len) {
		hlen = snprintf(header, sizeof header, "NATS/1.0\r\nNats-Msg-Id: %.*s\r\n\r\n", S_ARG(id));
		if (hlen < 0 || (size_t)hlen >= sizeof header)
			return FAIL(c, E_LIMIT, "nats.limit");
		len = snprintf(head, sizeof head, "HPUB %.*s %s %d %zu\r\n%s", S_ARG(subject), reply, hlen, (size_t)hlen + payload.len, header);
	} else {
		len = snprintf(head, sizeof head, "PUB %.*s %s %zu\r\n", S_ARG(subject), reply, payload.len);
	}
	if (len < 0 || (size_t)len >= sizeof head)
		return FAIL(c, E_LIMIT, "nats.limit");
	TRY(write_all(c, n, (slice){ head, (size_t)len }));
	TRY(write_all(c, n, payload));
	return write_all(c, n, S("\r\n"));
}

rc nats_send(struct ctx *c, struct nats *n, slice subject, slice payload)
{
	return publish(c, n, subject, "", S_NONE, payload);
}

rc nats_request(struct ctx *c, struct nats *n, slice subject, slice id, slice payload, uint32_t seconds,
	struct arena *a, struct nats_message *ret)
{
	char reply[64];

	(void)snprintf(reply, sizeof reply, "%s.%llu", n->inbox, (unsigned long long)++n->asked);
	TRY(publish(c, n, subject, reply, id, payload));
	/* an answer to an earlier question, which was waited for no longer, is passed over */
	do
		TRY(next_message(c, n, (int)seconds * 1000, a, ret));
	while (ret->kind != NATS_MSG || !(slice_is(ret->subject, reply) || slice_starts(ret->reply, S("$JS.ACK."))));
	return OK;
}

rc nats_api(struct ctx *c, struct nats *n, const char *verb, slice payload, struct arena *a, slice *ret)
{
	struct ctx own = { .a = a };
	struct nats_message m;
	const struct json *v;
	char subject[300];

	(void)snprintf(subject, sizeof subject, "$JS.API.%s", verb);
	TRY(nats_request(c, n, slice_of(subject), S_NONE, payload, API_SECONDS, a, &m));
	if (m.payload.len == 0 || json_parse(&own, m.payload, &v) != OK || json_get(v, S("error")))
		return FAIL(c, E_BUSY, "nats.refused");
	*ret = m.payload;
	return OK;
}

rc nats_store(struct ctx *c, struct nats *n, slice subject, slice id, slice payload)
{
	AUTO_ARENA a = arena_new((size_t)1 << 20);
	struct ctx own = { .a = a };
	struct nats_message m;
	const struct json *v;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(nats_request(c, n, subject, id, payload, 30, a, &m));
	if (json_parse(&own, m.payload, &v) != OK || json_get(v, S("error")) || !json_get(v, S("stream")))
		return FAIL(c, E_BUSY, "nats.refused");
	return OK;
}

rc nats_next(struct ctx *c, struct nats *n, const char *stream, slice subject, uint64_t from, struct arena *a,
	struct nats_message *ret, uint64_t *ret_number, bool *ret_found)
{
	char verb[200], ask[600];

	*ret_found = false;
	(void)snprintf(verb, sizeof verb, "$JS.API.DIRECT.GET.%s", stream);
	(void)snprintf(ask, sizeof ask, "{\"seq\":%llu,\"next_by_subj\":\"%.*s\"}", (unsigned long long)from, S_ARG(subject));
	TRY(nats_request(c, n, slice_of(verb), S_NONE, slice_of(ask), API_SECONDS, a, ret));
	if (nats_status(ret->header) == 404)
		return OK;
	if (nats_status(ret->header) >= 400 || parse_u64(c, nats_header(ret->header, S("Nats-Sequence")), 1, UINT64_MAX, ret_number) != OK)
		return FAIL(c, E_BUSY, "nats.refused");
	*ret_found = true;
	return OK;
}
