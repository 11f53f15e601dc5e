/* The inside of web.c and conn.c: one connection and what it does next. */
#ifndef DOOR_SERVE_CONN_H
#define DOOR_SERVE_CONN_H

#include <netinet/in.h>

#include "door/serve/operation.h"
#include "door/serve/same.h"
#include "door/serve/web.h"

enum conn_state {
	CONN_READ,      /* a request comes in, or none yet */
	CONN_ASK,       /* core works on it */
	CONN_WRITE,
	CONN_LINGER,    /* answered and shut: reads the rest away, so that the answer is not lost by a reset */
	CONN_GONE,
};

#define CONN_STATES 5

struct conn {
	struct web *w;             /* borrowed */
	struct conn *next;         /* of the free ones */
	int fd;                    /* owned */
	uint32_t slot, generation;
	enum conn_state state;
	bool can_read, can_write, secure, end, keep;
	char peer[INET6_ADDRSTRLEN];
	char pin[48];              /* of another node's key; "" for browsers and programs */
	msec due;                  /* when the state has lasted too long; monotonic */
	struct arena *a;           /* owned; memory of the request, NULL when there is none */
	struct http_in in;
	size_t counted;            /* bytes of the body counted against the sum */
	char *rest;                /* owned; bytes that came behind the request */
	size_t rest_len;
	struct http_request request;
	slice out[2];              /* head and body that are still to be written */
	uint32_t served;           /* requests answered */
	uint64_t word;             /* under which the page is kept that is made of the reply; 0: not */
	msec began;                /* when the first byte of the request came */
};

struct watch {
	int fd;
	web_ready *ready;
	void *to;
};

#define WATCHES 8
#define SPARES 8
#define SPARE_MOST ((size_t)256 << 10)   /* an arena that grew larger is not kept */
#define READ_ROOM ((size_t)65536)

struct web {
	int epoll;                 /* owned */
	struct web_limits limits;
	struct web_core core;
	struct conn **slots;       /* owned, and what is in it */
	uint32_t used, nslots, open;
	struct conn *free;
	struct watch watches[WATCHES];
	size_t nwatches;
	char *scratch;             /* owned; READ_ROOM bytes */
	struct arena *spare[SPARES]; /* owned; of requests that are over: giving pages back and asking anew costs more than a page */
	size_t nspare;
	size_t bodies;
	msec mono, real;           /* of this round */
	msec swept;
	bool draining;
	slice hosts;
	uint64_t requests, status[6], refused, timeouts;   /* status: by its first digit */
	struct operation operation;
	struct same_pages same;
};

struct arena *web_arena(struct web *w);
void web_arena_back(struct web *w, struct arena *a);
void conn_run(struct conn *x);
void conn_end(struct conn *x);
/* Core's reply, or S_NONE. */
void conn_reply(struct conn *x, slice reply);
/* Core says that the page is the one that was kept under this word. */
void conn_same(struct conn *x, uint64_t word);
void conn_late(struct conn *x);
static inline uint64_t conn_number(const struct conn *x) { return (uint64_t)x->generation << 32 | x->slot; }

#endif
