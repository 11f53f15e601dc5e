/*
 * The connections of the role `web`: bytes in, whole requests to the pages, answers out. One thread, one epoll; all
 * waiting has an end. It opens nothing and connects nowhere: connections are handed to it.
 */
#ifndef DOOR_SERVE_WEB_H
#define DOOR_SERVE_WEB_H

#include "door/serve/http_in.h"

struct web;

struct web_limits {
	struct http_limits http;
	uint32_t connections;      /* at a time */
	uint32_t per_peer;         /* of one address at a time */
	msec head, body, idle, write, core;   /* longest wait: for a head, a body, the next request, the reader, an answer of core */
	size_t bodies;             /* bytes of all request bodies in memory at a time: 503 */
};

extern const struct web_limits web_limits_usual;

/* Where calls go. `ask` answers with web_answer(), at once or later; `number` names the request. */
enum web_asks { WEB_CALL, WEB_CALL_ANEW, WEB_PARCEL };
struct web_core {
	void *to;
	void (*ask)(void *to, struct web *w, uint64_t number, enum web_asks what, slice call);
};

MUST_USE rc web_new(struct ctx *c, const struct web_limits *limits, struct web_core core, struct web **ret);
void web_free(struct web *w);

/*
 * Takes a connection over; `fd` is owned from here on, also on failure (then it is closed). `pin`: of the key that another node
 * showed; such a connection may post envelopes and nothing else. Empty: a browser or a program.
 */
void web_take(struct web *w, int fd, slice peer, bool secure, slice pin);
/* The reply of core; an empty one means that core could not: 503. A number that is not waited for is passed over. */
void web_answer(struct web *w, uint64_t number, slice reply);
/* The same, and what is made of it may be kept under this word; or the answer is what was kept under it. */
void web_answer_keep(struct web *w, uint64_t number, uint64_t word, slice reply);
void web_answer_same(struct web *w, uint64_t number, uint64_t word);
/* Every request that waits for core gets 503. */
void web_core_lost(struct web *w);
/* No further request on any connection; idle ones are closed. */
void web_drain(struct web *w);

/* Descriptors for the loop beside connections: `ready` is called when one can be read. */
typedef void web_ready(void *to, int fd);
MUST_USE rc web_watch(struct ctx *c, struct web *w, int fd, web_ready *ready, void *to);
void web_unwatch(struct web *w, int fd);
/* One round: waits up to `wait` ms, serves what is there, ends what is overdue. */
MUST_USE rc web_round(struct ctx *c, struct web *w, int wait);

uint32_t web_connections(const struct web *w);
/* Names by which the node may be asked, blanks between; any other is 421. Empty: any. The text must outlive w. */
void web_hosts(struct web *w, slice names);
/* Adds what this role counts; by enum count. */
void web_counts(const struct web *w, uint64_t *counts);

#endif
