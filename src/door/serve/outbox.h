/*
 * What the node sends by itself, mail above all: the parts of the work put jobs into tables, core takes them from there one
 * after the other, `out` sends them. Until a part of the work has such a table nothing is ever due.
 */
#ifndef DOOR_SERVE_OUTBOX_H
#define DOOR_SERVE_OUTBOX_H

#include "base/buf.h"
#include "base/rc.h"

struct node;

/* ---- for the parts of the work: these two replace the empty ones in outbox.c at linking ---- */

/* The next job that is due, or an empty one. Called once a second in role core. A job is handed out once until it is done. */
MUST_USE rc outbox_next(struct ctx *c, struct node *n, slice *ret_job, uint64_t *ret_number);
/* What became of it. `result`: OK, E_BUSY (later), E_DENIED (host not allowed), E_INVALID (the other side refuses for good). */
MUST_USE rc outbox_done(struct ctx *c, struct node *n, uint64_t number, rc result, slice answer);

/* ---- the bytes of a job ---- */

struct mail {
	slice to[16];            /* addresses, ASCII */
	size_t nto;
	slice subject, text;     /* UTF-8; the text in lines */
	slice id;                /* of ours: Message-ID and the key against sending twice */
};

void outbox_put_mail(struct buf *b, const struct mail *m);
MUST_USE rc outbox_get_mail(struct ctx *c, slice job, struct mail *ret);
/*
 * The message as it goes over the wire: RFC 5322 with UTF-8 in quoted forms (RFC 2047, base64). E_INVALID "mail.address",
 * "mail.subject" for what could begin another header.
 */
MUST_USE rc mail_compose(struct ctx *c, const struct mail *m, slice from, msec now, slice *ret);

#endif
