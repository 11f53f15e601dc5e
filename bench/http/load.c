/*
 * Asks one page over and over through keep-alive connections and tells the rate and the times. With a rate, requests leave
 * at their appointed moment whether or not earlier ones have come back, and the time counts from that moment, so that a
 * server that stalls cannot hide it (coordinated omission).
 * With a body it posts it, each time under another Idempotency-Key, so that each is a write of its own.
 * usage: load PORT PATH CONNECTIONS SECONDS RATE [HEADER [JSON]]     RATE 0: as many as go
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"

#include "base/banned.h"

#define MOST 512
#define TIMES ((size_t)4 << 20)

struct conn {
	int fd;
	bool busy;
	int64_t due;            /* when the request should have left, ns */
	size_t want, got;       /* bytes of the answer; want 0: head not read yet */
	char head[8192];
};

struct load {
	struct conn conns[MOST];
	size_t n;
	char request[4096];
	size_t request_len;
	char *key;              /* where the number of a write stands in the request; NULL: nothing is written */
	int port, epoll;
	uint32_t *us;           /* owned; microseconds of each answer */
	size_t done, failed, bytes, writes;
	int64_t next, gap;
};

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool dial(struct load *l, struct conn *x)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)l->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = x };
	int one = 1;

	x->fd = socket(AF_INET, SOCK_STREAM, 0);
	(void)setsockopt(x->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	x->busy = false;
	return connect(x->fd, (struct sockaddr *)&a, sizeof a) == 0 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, x->fd, &e) == 0;
}

static void ask(struct load *l, struct conn *x, int64_t due)
{
	x->busy = true;
	x->due = due;
	x->want = x->got = 0;
	if (l->key) {
		char number[17];

		(void)snprintf(number, sizeof number, "%016llx", (unsigned long long)(now_ns() ^ (int64_t)++l->writes << 48));
		memcpy(l->key, number, 16);
	}
	if (send(x->fd, l->request, l->request_len, MSG_NOSIGNAL) != (ssize_t)l->request_len)
		l->failed++;
}

static void again(struct load *l, struct conn *x)
{
	l->failed++;
	(void)close(x->fd);
	(void)dial(l, x);
}

/* The length of the whole answer, from its head. */
static bool measure(struct conn *x)
{
	slice head = { x->head, x->got < sizeof x->head ? x->got : sizeof x->head };
	size_t end = slice_find(head, S("\r\n\r\n"), 0);
	const char *length;

	if (end == SIZE_MAX)
		return true;
	x->head[end] = '\0';
	length = strcasestr(x->head, "\r\ncontent-length:");
	x->want = end + 4 + (length ? strtoul(length + 17, NULL, 10) : 0);
	return x->head[9] == '2' || x->head[9] == '3';
}

static void hear(struct load *l, struct conn *x)
{
	static char room[65536];
	ssize_t n = recv(x->fd, room, sizeof room, MSG_DONTWAIT);

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			again(l, x);
		return;
	}
	if (x->got < sizeof x->head)
		memcpy(x->head + x->got, room, (size_t)n < sizeof x->head - x->got ? (size_t)n : sizeof x->head - x->got);
	x->got += (size_t)n;
	if (x->want == 0 && !measure(x))
		l->failed++;
	if (x->want == 0 || x->got < x->want)
		return;
	if (l->done < TIMES)
		l->us[l->done++] = (uint32_t)((now_ns() - x->due) / 1000);
	l->bytes = x->got;
	x->busy = false;
}

/* Requests that are due go to free connections; without a rate all free ones ask at once. */
static void send_due(struct load *l)
{
	int64_t now = now_ns();

	for (size_t i = 0; i < l->n; i++) {
		if (l->conns[i].busy)
			continue;
		if (l->gap == 0) {
			ask(l, &l->conns[i], now);
		} else if (l->next <= now) {
			ask(l, &l->conns[i], l->next);
			l->next += l->gap;
		}
	}
}

/* false: too long. */
static bool make_request(struct load *l, const char *path, const char *header, const char *body)
{
	int n = snprintf(l->request, sizeof l->request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s", body ? "POST" : "GET", path, l->port,
	                 header, header[0] ? "\r\n" : "");

	if (n < 0 || (size_t)n >= sizeof l->request)
		return false;
	if (body)
		n += snprintf(l->request + n, sizeof l->request - (size_t)n,
		              "Content-Type: application/json\r\nContent-Length: %zu\r\nIdempotency-Key: 0123456789abcdef\r\n\r\n%s", strlen(body), body);
	else
		n += snprintf(l->request + n, sizeof l->request - (size_t)n, "\r\n");
	l->request_len = (size_t)n;
	l->key = body ? strstr(l->request, "0123456789abcdef") : NULL;
	return l->request_len < sizeof l->request;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double at(const struct load *l, double part)
{
	return l->done ? l->us[(size_t)(part * (double)(l->done - 1))] / 1000.0 : 0;
}

int main(int argc, char **argv)
{
	static struct load l;
	double seconds, rate;
	int64_t began;

	if (argc < 6)
		return 2;
	l.port = (int)strtol(argv[1], NULL, 10);
	l.n = strtoul(argv[3], NULL, 10);
	seconds = strtod(argv[4], NULL);
	rate = strtod(argv[5], NULL);
	l.us = malloc(TIMES * sizeof *l.us);
	l.epoll = epoll_create1(0);
	if (!l.us || l.n == 0 || l.n > MOST)
		return 2;
	if (!make_request(&l, argv[2], argc > 6 ? argv[6] : "", argc > 7 ? argv[7] : NULL))
		return 2;
	for (size_t i = 0; i < l.n; i++)
		if (!dial(&l, &l.conns[i]))
			return 1;
	l.gap = rate > 0 ? (int64_t)(1e9 / rate) : 0;
	l.next = began = now_ns();
	while ((double)(now_ns() - began) < seconds * 1e9) {
		struct epoll_event e[MOST];
		int n;

		send_due(&l);
		n = epoll_wait(l.epoll, e, MOST, l.gap ? 1 : 100);
		for (int i = 0; i < n; i++)
			hear(&l, e[i].data.ptr);
	}
	qsort(l.us, l.done, sizeof *l.us, compare);
	printf("{\"rate\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"answers\":%zu,\"failed\":%zu,\"bytes\":%zu}\n",
	       (double)l.done / seconds, at(&l, 0.5), at(&l, 0.99), at(&l, 1), l.done, l.failed, l.bytes);
	free(l.us);
	return l.failed ? 1 : 0;
}
