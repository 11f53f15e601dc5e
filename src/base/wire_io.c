#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/wire.h"

#include "base/banned.h"

#define SEND_WAIT 10000       /* ms that the other side may take to make room */

static void put_u32(char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(n >> (8 * i));
}

static uint64_t get_le(const char *p, int bytes)
{
	uint64_t n = 0;

	for (int i = bytes - 1; i >= 0; i--)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

static void put_head(char head[WIRE_HEAD], uint32_t type, uint32_t len, uint64_t number)
{
	put_u32(head, type);
	put_u32(head + 4, len);
	put_u32(head + 8, (uint32_t)number);
	put_u32(head + 12, (uint32_t)(number >> 32));
}

/* Sends what it can of head and body; the descriptor goes with the first byte. */
static ssize_t send_some(int fd, struct iovec *v, int nv, int pass)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = (size_t)nv };
	ssize_t n;

	if (pass >= 0) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof control.room;
		control.h.cmsg_level = SOL_SOCKET;
		control.h.cmsg_type = SCM_RIGHTS;
		control.h.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.h), &pass, sizeof pass);
	}
	do
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Reads up to `room` bytes; a descriptor that comes along goes to *ret_fd (a second one is closed). */
static ssize_t recv_some(int fd, char *p, size_t room, int *ret_fd, int flags)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(4 * sizeof(int))]; } control;
	struct iovec v = { p, room };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room };
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | flags);
	while (n < 0 && errno == EINTR);
	for (struct cmsghdr *h = n < 0 ? NULL : CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		for (size_t i = 0; h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS && i < count; i++) {
			int got;

			memcpy(&got, CMSG_DATA(h) + i * sizeof got, sizeof got);
			if (*ret_fd < 0)
				*ret_fd = got;
			else
				(void)close(got);
		}
	}
	return n;
}

static bool wait_for(int fd, short what, int ms)
{
	struct pollfd p = { .fd = fd, .events = what };
	int n;

	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

/* ---- blocking ---- */

rc wire_send(struct ctx *c, int channel, const struct wire_frame *f)
{
	char head[WIRE_HEAD];
	struct iovec v[2] = { { head, sizeof head }, { (void *)(uintptr_t)f->body.p, f->body.len } };
	int pass = f->fd;

	NEVER(f->body.len > WIRE_MOST);
	put_head(head, f->type, (uint32_t)f->body.len, f->number);
	while (v[0].iov_len + v[1].iov_len > 0) {
		ssize_t n = send_some(channel, v, 2, pass);

		if (n < 0 && errno == EAGAIN && wait_for(channel, POLLOUT, SEND_WAIT))
			continue;
		if (n < 0)
			return FAIL(c, E_IO, "wire.lost");
		pass = -1;
		for (int i = 0; i < 2; i++) {
			size_t part = (size_t)n < v[i].iov_len ? (size_t)n : v[i].iov_len;

			v[i].iov_base = (char *)v[i].iov_base + part;
			v[i].iov_len -= part;
			n -= (ssize_t)part;
		}
	}
	return OK;
}

static int64_t milliseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static rc recv_exact(struct ctx *c, int channel, char *p, size_t n, int64_t end, int *fd)
{
	while (n > 0) {
		int64_t left = end - milliseconds();
		ssize_t got;

		if (!wait_for(channel, POLLIN, left < 0 ? 0 : (int)left))
			return FAIL(c, E_BUSY, "wire.late");
		got = recv_some(channel, p, n, fd, MSG_DONTWAIT);
		if (got < 0 && errno == EAGAIN)
			continue;
		if (got <= 0)
			return FAIL(c, E_IO, "wire.lost");
		p += got;
		n -= (size_t)got;
	}
	return OK;
}

static rc recv_frame(struct ctx *c, int channel, size_t most, int wait_ms, int *fd, struct wire_frame *f)
{
	int64_t end = milliseconds() + wait_ms;
	char head[WIRE_HEAD];
	size_t len;
	char *body;

	TRY(recv_exact(c, channel, head, sizeof head, end, fd));
	f->type = (uint32_t)get_le(head, 4);
	len = (size_t)get_le(head + 4, 4);
	f->number = get_le(head + 8, 8);
	if (len > most)
		return FAIL(c, E_INVALID, "wire.form");
	body = arena_bytes(c->a, len + 1);
	if (!body)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(recv_exact(c, channel, body, len, end, fd));
	f->body = (slice){ body, len };
	return OK;
}

rc wire_recv(struct ctx *c, int channel, size_t most, int wait_ms, struct wire_frame *ret)
{
	struct wire_frame f = { .fd = -1 };
	int fd = -1;
	rc r = recv_frame(c, channel, most, wait_ms, &fd, &f);

	if (r != OK) {
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	f.fd = fd;
	*ret = f;
	return OK;
}

/* ---- in an event loop ---- */

void wire_pipe_init(struct wire_pipe *p, int fd, size_t most)
{
	*p = (struct wire_pipe){ .fd = fd, .most = most };
}

void wire_pipe_close(struct wire_pipe *p)
{
	if (p->fd >= 0)
		(void)close(p->fd);
	for (size_t i = 0; i < p->npassed; i++)
		(void)close(p->passed[i]);
	free(p->in);
	free(p->out);
	*p = (struct wire_pipe){ .fd = -1 };
}

#define PIPE_KEPT ((size_t)1 << 20)   /* bytes of a buffer that stays when it is empty */

static bool make_room(char **buf, size_t *cap, size_t want)
{
	size_t bigger = *cap ? *cap : 8192;
	char *more;

	if (want <= *cap)
		return true;
	while (bigger < want)
		bigger *= 2;
	more = realloc(*buf, bigger);
	if (!more)
		return false;
	*buf = more;
	*cap = bigger;
	return true;
}

bool wire_pipe_fill(struct wire_pipe *p)
{
	size_t want;

	if (p->in_at > 0) {
		memmove(p->in, p->in + p->in_at, p->in_len - p->in_at);
		p->in_len -= p->in_at;
		p->in_at = 0;
	}
	/* room for what the frame at the front says, never for more than the largest */
	want = p->in_len + 65536;
	if (p->in_len >= WIRE_HEAD && get_le(p->in + 4, 4) <= p->most && WIRE_HEAD + get_le(p->in + 4, 4) > want)
		want = WIRE_HEAD + (size_t)get_le(p->in + 4, 4);
	if (!make_room(&p->in, &p->in_cap, want))
		return false;
	for (;;) {
		size_t room = p->in_cap - p->in_len;
		int fd = -1;
		ssize_t n = room ? recv_some(p->fd, p->in + p->in_len, room, &fd, MSG_DONTWAIT) : 0;

		if (!room || (n < 0 && errno == EAGAIN))
			return true;
		if (fd >= 0) {
			if (p->npassed == sizeof p->passed / sizeof *p->passed) {
				(void)close(fd);
				return false;
			}
			p->passed[p->npassed++] = fd;
		}
		if (n <= 0)
			return false;
		p->in_len += (size_t)n;
		if (fd >= 0)
			return true;   /* frames with descriptors are taken before more is read */
	}
}

/* What a large frame took is not kept for the next one. */
static void give_back(char **buf, size_t *cap)
{
	if (*cap <= PIPE_KEPT)
		return;
	free(*buf);
	*buf = NULL;
	*cap = 0;
}

/* The frame that was handed out last goes now. */
static void drop_taken(struct wire_pipe *p)
{
	if (p->in_at < p->in_len)
		return;
	p->in_at = p->in_len = 0;
	give_back(&p->in, &p->in_cap);
}

int wire_pipe_next(struct wire_pipe *p, bool (*has_fd)(uint32_t type), struct wire_frame *ret)
{
	const char *at = p->in + p->in_at;
	size_t have = p->in_len - p->in_at, len;

	if (have < WIRE_HEAD)
		return drop_taken(p), 0;
	len = (size_t)get_le(at + 4, 4);
	if (len > p->most)
		return -1;
	if (have < WIRE_HEAD + len)
		return 0;
	*ret = (struct wire_frame){ .type = (uint32_t)get_le(at, 4), .number = get_le(at + 8, 8), .fd = -1 };
	if (has_fd && has_fd(ret->type)) {
		if (p->npassed == 0)
			return -1;
		ret->fd = p->passed[0];
		memmove(p->passed, p->passed + 1, --p->npassed * sizeof *p->passed);
	}
	ret->body = (slice){ at + WIRE_HEAD, len };
	p->in_at += WIRE_HEAD + len;
	return 1;
}

bool wire_pipe_flush(struct wire_pipe *p)
{
	while (p->out_at < p->out_len) {
		struct iovec v = { p->out + p->out_at, p->out_len - p->out_at };
		ssize_t n = send_some(p->fd, &v, 1, -1);

		if (n < 0)
			return errno == EAGAIN;
		p->out_at += (size_t)n;
	}
	p->out_at = p->out_len = 0;
	give_back(&p->out, &p->out_cap);
	return true;
}

static bool queue(struct wire_pipe *p, slice s)
{
	if (!make_room(&p->out, &p->out_cap, p->out_len + s.len))
		return false;
	if (s.len)
		memcpy(p->out + p->out_len, s.p, s.len);
	p->out_len += s.len;
	return true;
}

bool wire_pipe_queue(struct wire_pipe *p, uint32_t type, uint64_t number, slice body)
{
	char head[WIRE_HEAD];

	if (p->fd < 0 || body.len > WIRE_MOST)
		return false;
	put_head(head, type, (uint32_t)body.len, number);
	if (p->out_at == p->out_len)
		p->out_at = p->out_len = 0;
	return queue(p, (slice){ head, sizeof head }) && queue(p, body);
}

bool wire_pipe_send(struct wire_pipe *p, uint32_t type, uint64_t number, slice body)
{
	return wire_pipe_queue(p, type, number, body) && wire_pipe_flush(p);
}
