#include "door/serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "base/file.h"
#include "base/parse.h"

#include "base/banned.h"

static void describe(struct endpoint *e)
{
	char name[INET6_ADDRSTRLEN] = "";

	if (e->addr.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)&e->addr;

		(void)inet_ntop(AF_INET6, &in6->sin6_addr, name, sizeof name);
		(void)snprintf(e->text, sizeof e->text, "[%s]:%u", name, ntohs(in6->sin6_port));
		e->loopback = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	} else {
		const struct sockaddr_in *in4 = (const void *)&e->addr;

		(void)inet_ntop(AF_INET, &in4->sin_addr, name, sizeof name);
		(void)snprintf(e->text, sizeof e->text, "%s:%u", name, ntohs(in4->sin_port));
		e->loopback = ntohl(in4->sin_addr.s_addr) >> 24 == 127;
	}
}

rc endpoint_parse(struct ctx *c, slice text, struct endpoint *ret)
{
	struct endpoint e = { 0 };
	struct sockaddr_in6 *in6 = (void *)&e.addr;
	struct sockaddr_in *in4 = (void *)&e.addr;
	size_t colon = text.len;
	uint32_t port;
	char *name;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || parse_u32(c, slice_sub(text, colon, SIZE_MAX), 0, 65535, &port) != OK)
		return FAIL(c, E_INVALID, "serve.listen");
	text = slice_sub(text, 0, colon - 1);
	if (text.p[0] == '[' && text.p[text.len - 1] == ']')
		text = slice_sub(text, 1, text.len - 2);
	name = arena_cstr(c->a, text);
	if (!name)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (inet_pton(AF_INET, name, &in4->sin_addr) == 1) {
		in4->sin_family = AF_INET;
		in4->sin_port = htons((uint16_t)port);
		e.len = sizeof *in4;
	} else if (inet_pton(AF_INET6, name, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		e.len = sizeof *in6;
	} else {
		return FAIL(c, E_INVALID, "serve.listen");
	}
	describe(&e);
	*ret = e;
	return OK;
}

rc endpoint_of(struct ctx *c, int fd, struct endpoint *ret)
{
	struct endpoint e = { .len = sizeof e.addr };
	socklen_t len = sizeof(int);
	int listening = 0;

	if (getsockname(fd, (struct sockaddr *)&e.addr, &e.len) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 || !listening ||
	    (e.addr.ss_family != AF_INET && e.addr.ss_family != AF_INET6))
		return FAIL(c, E_INVALID, "serve.listen");
	describe(&e);
	*ret = e;
	return OK;
}

rc endpoint_listen(struct ctx *c, struct endpoint *e, int *ret_fd)
{
	AUTO_FD fd = socket(e->addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;
	rc r = OK;

	if (fd < 0)
		return FAIL_SYS(c, "serve.socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (e->addr.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&e->addr, e->len) != 0 || listen(fd, 1024) != 0) {
		int why = errno;

		r = why == EADDRINUSE ? FAIL(c, E_CONFLICT, "serve.in_use")
		  : why == EACCES ? FAIL(c, E_DENIED, "serve.port") : FAIL(c, E_IO, "serve.socket");
		fault_errno(c, why);
		return r;
	}
	TRY(endpoint_of(c, fd, e));
	*ret_fd = TAKE_FD(fd);
	return OK;
}

int endpoint_accept(int fd, char peer[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage from;
	socklen_t len = sizeof from;
	int one = 1, got = accept4(fd, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (got < 0)
		return -1;
	peer[0] = '\0';
	if (from.ss_family == AF_INET6)
		(void)inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(void *)&from)->sin6_addr, peer, INET6_ADDRSTRLEN);
	else if (from.ss_family == AF_INET)
		(void)inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)&from)->sin_addr, peer, INET6_ADDRSTRLEN);
	(void)setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return got;
}
