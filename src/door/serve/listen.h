/* Addresses to listen on. */
#ifndef DOOR_SERVE_LISTEN_H
#define DOOR_SERVE_LISTEN_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/rc.h"

struct endpoint {
	struct sockaddr_storage addr;
	socklen_t len;
	char text[80];       /* "127.0.0.1:8470", "[::1]:8470" */
	bool loopback;
};

/* Numeric address and port; port 0 takes a free one. E_INVALID "serve.listen". */
MUST_USE rc endpoint_parse(struct ctx *c, slice text, struct endpoint *ret);
/* A listening socket, not blocking. Fills in the port that was taken. E_CONFLICT "serve.in_use", E_DENIED "serve.port". */
MUST_USE rc endpoint_listen(struct ctx *c, struct endpoint *e, int *ret_fd);
/* The endpoint of a socket that somebody else made; E_INVALID "serve.listen" when it does not listen on TCP. */
MUST_USE rc endpoint_of(struct ctx *c, int fd, struct endpoint *ret);
/* The next connection, not blocking, without delay; -1 when none waits. `peer`: its address without port. */
int endpoint_accept(int fd, char peer[INET6_ADDRSTRLEN]);

#endif
