#include "door/exchange/line.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"

#include "base/banned.h"

#define HEAD_MOST 8192u

struct line_keys { SSL_CTX *ctx; };

struct line {
	SSL *ssl;
	int fd;
	char pin[64];
	size_t pin_len;
	char head[HEAD_MOST];   /* read, not used yet */
	size_t have;
};

/* Any certificate will do for the handshake; who it is, the pin says afterwards. */
static int any_cert(int ok, X509_STORE_CTX *x)
{
	(void)ok;
	(void)x;
	return 1;
}

void line_keys_free(struct line_keys *k)
{
	if (!k)
		return;
	SSL_CTX_free(k->ctx);
	free(k);
}

rc line_keys_open(struct ctx *c, const char *key_path, const char *cert_path, struct line_keys **ret)
{
	struct line_keys *k = calloc(1, sizeof *k);

	if (!k)
		return FAIL(c, E_NOMEM, "memory.limit");
	k->ctx = SSL_CTX_new(TLS_method());
	if (!k->ctx || SSL_CTX_set_min_proto_version(k->ctx, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_use_certificate_file(k->ctx, cert_path, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(k->ctx, key_path, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(k->ctx) != 1) {
		line_keys_free(k);
		ERR_clear_error();
		return FAIL(c, E_TAMPER, "line.keys");
	}
	SSL_CTX_set_verify(k->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, any_cert);
	(void)SSL_CTX_set_num_tickets(k->ctx, 0);   /* every line proves its key anew */
	(void)SSL_CTX_set_session_cache_mode(k->ctx, SSL_SESS_CACHE_OFF);
	*ret = k;
	return OK;
}

slice line_pin(const struct line *l) { return (slice){ l->pin, l->pin_len }; }

void line_close(struct line *l)
{
	if (!l)
		return;
	if (l->ssl) {
		(void)SSL_shutdown(l->ssl);   /* a peer that has gone already needs no goodbye */
		SSL_free(l->ssl);
	}
	if (l->fd >= 0)
		(void)close(l->fd);
	ERR_clear_error();
	free(l);
}

static rc read_pin(struct ctx *c, struct line *l)
{
	X509 *x = SSL_get1_peer_certificate(l->ssl);
	unsigned char *der = NULL, sum[32];
	struct buf b = { .p = l->pin, .cap = sizeof l->pin, .max = sizeof l->pin };
	int n = x ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der) : 0;

	X509_free(x);
	if (n <= 0)
		return FAIL(c, E_DENIED, "line.tls");
	(void)SHA256(der, (size_t)n, sum);
	OPENSSL_free(der);
	base64url_put(&b, (slice){ (const char *)sum, 32 });
	l->pin_len = b.len;
	return OK;
}

static void set_times(int fd)
{
	const struct timeval t = { .tv_sec = LINE_SECONDS };
	const int on = 1;

	/* without them a silent peer would hold us; that they could not be set shows in a wait only */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
	/* a request is several records: the last one must not wait for the other end's delayed acknowledgement */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static rc begin(struct ctx *c, const struct line_keys *k, int fd, bool server, struct line **ret)
{
	AUTO_LINE l = calloc(1, sizeof *l);
	int done;

	if (!l) {
		(void)close(fd);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	l->fd = fd;
	set_times(fd);
	l->ssl = SSL_new(k->ctx);
	if (!l->ssl || SSL_set_fd(l->ssl, fd) != 1)
		return FAIL(c, E_NOMEM, "memory.limit");   /* cppcheck-suppress memleak ; AUTO_LINE */
	done = server ? SSL_accept(l->ssl) : SSL_connect(l->ssl);
	if (done != 1) {
		ERR_clear_error();
		return FAIL(c, E_DENIED, "line.tls");   /* cppcheck-suppress memleak ; AUTO_LINE */
	}
	TRY(read_pin(c, l));
	*ret = l;
	l = NULL;
	return OK;
}

rc line_connect(struct ctx *c, const struct line_keys *k, const char *host, unsigned port, struct line **ret)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	char service[8];
	int fd = -1;

	(void)snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo(host, service, &hints, &list) != 0)
		return FAIL(c, E_BUSY, "line.connect");
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
		if (fd < 0)
			continue;
		set_times(fd);
		if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
			(void)close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd < 0 ? FAIL(c, E_BUSY, "line.connect") : begin(c, k, fd, false, ret);
}

rc line_accept(struct ctx *c, const struct line_keys *k, int fd, struct line **ret) { return begin(c, k, fd, true, ret); }

/* ---- bytes ---- */

static rc put_all(struct ctx *c, struct line *l, slice s)
{
	while (s.len > 0) {
		size_t n;

		if (SSL_write_ex(l->ssl, s.p, s.len, &n) != 1) {
			ERR_clear_error();
			return FAIL(c, E_BUSY, "line.cut");
		}
		s = slice_sub(s, n, s.len);
	}
	return OK;
}

static rc get_some(struct ctx *c, struct line *l, char *p, size_t room, size_t *ret_n)
{
	if (SSL_read_ex(l->ssl, p, room, ret_n) == 1)
		return OK;
	*ret_n = 0;
	if (SSL_get_error(l->ssl, 0) == SSL_ERROR_ZERO_RETURN)
		return OK;
	ERR_clear_error();
	return FAIL(c, E_BUSY, "line.cut");
}

/* Up to the blank line; what came behind it stays in l->head. */
static rc get_head(struct ctx *c, struct line *l, slice *ret, bool *ret_more)
{
	for (;;) {
		size_t end = slice_find((slice){ l->head, l->have }, S("\r\n\r\n"), 0), n;

		if (end != SIZE_MAX) {
			TRY(slice_keep(c, (slice){ l->head, end + 2 }, ret));
			memmove(l->head, l->head + end + 4, l->have - end - 4);
			l->have -= end + 4;
			*ret_more = true;
			return OK;
		}
		if (l->have == sizeof l->head)
			return FAIL(c, E_INVALID, "line.request");
		TRY(get_some(c, l, l->head + l->have, sizeof l->head - l->have, &n));
		if (n == 0) {
			*ret_more = false;
			return l->have == 0 ? OK : FAIL(c, E_BUSY, "line.cut");
		}
		l->have += n;
	}
}

/* Exactly one Content-Length, no other framing: nothing that two readers could understand differently. */
static rc body_length(struct ctx *c, slice head, size_t *ret)
{
	slice line, name;
	bool found = false;

	(void)slice_next(&head, '\n', &line);
	while (slice_next(&head, '\n', &line)) {
		size_t colon = slice_find(line, S(":"), 0);
		char lower[32] = { 0 };
		uint64_t n;

		name = slice_sub(line, 0, colon);
		if (colon == SIZE_MAX || name.len >= sizeof lower)
			continue;
		for (size_t i = 0; i < name.len; i++)
			lower[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
		if (strcmp(lower, "transfer-encoding") == 0)
			return FAIL(c, E_INVALID, "line.request");
		if (strcmp(lower, "content-length") != 0)
			continue;
		if (found || parse_u64(c, slice_trim(slice_sub(line, colon + 1, line.len)), 0, LINE_BODY_MOST, &n) != OK)
			return FAIL(c, E_INVALID, "line.request");
		*ret = (size_t)n;
		found = true;
	}
	return found ? OK : FAIL(c, E_INVALID, "line.request");
}

static rc get_body(struct ctx *c, struct line *l, slice head, slice *ret)
{
	size_t len = 0, have;
	char *p;

	TRY(body_length(c, head, &len));
	p = arena_bytes(c->a, len + 1);
	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	have = l->have < len ? l->have : len;
	memcpy(p, l->head, have);
	memmove(l->head, l->head + have, l->have - have);
	l->have -= have;
	while (have < len) {
		size_t n;

		TRY(get_some(c, l, p + have, len - have, &n));
		if (n == 0)
			return FAIL(c, E_BUSY, "line.cut");
		have += n;
	}
	*ret = (slice){ p, len };
	return OK;
}

/* ---- requests and answers ---- */

#define TYPE_EXCHANGE "application/vnd.renkei.exchange"

static rc put_message(struct ctx *c, struct line *l, const char *first, const char *type, slice body)
{
	struct buf b;

	buf_init(&b, c->a, LINE_BODY_MOST + 1024);
	(void)buf_room(&b, body.len + 512);
	buf_putf(&b, "%s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", first, type, body.len);
	buf_put(&b, body);
	if (b.full)
		return FAIL(c, E_LIMIT, "line.much");
	return put_all(c, l, buf_slice(&b));
}

const char *line_path(enum line_matter what)
{
	static const char *const paths[LINE_MATTERS] = { "/exchange", "/add-checkpoint" };

	return paths[what];
}

/* "HTTP/1.1 200 OK" */
static rc read_status(struct ctx *c, slice head, int *ret)
{
	uint32_t status;

	if (!slice_starts(head, S("HTTP/1.1 ")) || head.len < 12 || parse_u32(c, slice_sub(head, 9, 3), 100, 599, &status) != OK) {
		fault_clear(c);
		return FAIL(c, E_BUSY, "line.cut");
	}
	*ret = (int)status;
	return OK;
}

rc line_ask(struct ctx *c, struct line *l, const char *host, enum line_matter what, slice body, int *ret_status, slice *ret_answer)
{
	char first[512];
	slice head;
	bool more;

	(void)snprintf(first, sizeof first, "POST %s HTTP/1.1\r\nHost: %.200s", line_path(what), host);
	TRY(put_message(c, l, first, what == LINE_WITNESS ? "text/plain" : TYPE_EXCHANGE, body));
	TRY(get_head(c, l, &head, &more));
	if (!more)
		return FAIL(c, E_BUSY, "line.cut");
	TRY(get_body(c, l, head, ret_answer));
	return read_status(c, head, ret_status);
}

rc line_post(struct ctx *c, struct line *l, const char *host, slice body, slice *ret_answer)
{
	int status;

	TRY(line_ask(c, l, host, LINE_EXCHANGE, body, &status, ret_answer));
	return status == 200 ? OK : FAIL(c, E_DENIED, "line.refused");
}

rc line_request(struct ctx *c, struct line *l, enum line_matter *ret_what, slice *ret_body, bool *ret_more)
{
	slice head;

	TRY(get_head(c, l, &head, ret_more));
	if (!*ret_more)
		return OK;
	for (int i = 0; i < LINE_MATTERS; i++) {
		char first[64];

		(void)snprintf(first, sizeof first, "POST %s HTTP/1.1\r\n", line_path((enum line_matter)i));
		if (!slice_starts(head, slice_of(first)))
			continue;
		*ret_what = (enum line_matter)i;
		return get_body(c, l, head, ret_body);
	}
	return FAIL(c, E_INVALID, "line.request");
}

rc line_answer(struct ctx *c, struct line *l, int status, slice body) { return line_answer_as(c, l, status, TYPE_EXCHANGE, body); }

rc line_answer_as(struct ctx *c, struct line *l, int status, const char *type, slice body)
{
	char first[64];

	(void)snprintf(first, sizeof first, "HTTP/1.1 %d %s", status, status == 200 ? "OK" : "Refused");
	return put_message(c, l, first, type, body);
}
