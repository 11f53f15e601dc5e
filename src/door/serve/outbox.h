/*
 * Jobs for `out`: the one process that reaches the network by itself. Core makes them (mailing, posting), `out` does them in any
 * order and many at a time; each answer names its job's number.
 */
#ifndef DOOR_SERVE_OUTBOX_H
#define DOOR_SERVE_OUTBOX_H

#include "base/buf.h"
#include "base/rc.h"

struct mail {
	slice to[16];            /* addresses, ASCII */
	size_t nto;
	slice subject, text;     /* UTF-8; the text in lines */
	slice id;                /* of ours: Message-ID and the key against sending twice */
};

/* One request over HTTPS; never redirected. */
struct fetch {
	slice url;               /* "https://…", ASCII */
	slice method;            /* "GET" or "POST" */
	slice type, body;        /* of what is sent; type empty: nothing is */
	slice accept, basic;     /* Accept; "user:password" of RFC 7617; may be empty */
	slice pins[8];           /* base64url of SHA-256 of the key that the other side must show; none: its certificate must hold */
	size_t npins;
	bool as_node;            /* shows the node's own key of the exchange */
};

#define FETCH_MOST ((size_t)9 << 20)      /* bytes of an answer */

enum job_kind { JOB_MAIL = 1, JOB_FETCH = 2 };

/* What a job is, without taking it apart. */
MUST_USE rc outbox_kind(struct ctx *c, slice job, enum job_kind *ret);
void outbox_put_fetch(struct buf *b, const struct fetch *f);
MUST_USE rc outbox_get_fetch(struct ctx *c, slice job, struct fetch *ret);
/* The answer of a fetch. */
void outbox_put_answer(struct buf *b, unsigned status, slice body);
MUST_USE rc outbox_get_answer(struct ctx *c, slice answer, unsigned *ret_status, slice *ret_body);

void outbox_put_mail(struct buf *b, const struct mail *m);
MUST_USE rc outbox_get_mail(struct ctx *c, slice job, struct mail *ret);
/*
 * The message as it goes over the wire: RFC 5322 with UTF-8 in quoted forms (RFC 2047, base64). E_INVALID "mail.address",
 * "mail.subject" for what could begin another header.
 */
MUST_USE rc mail_compose(struct ctx *c, const struct mail *m, slice from, msec now, slice *ret);

#endif
