/*
 * The text protocol between a NATS server and its clients, as far as a client of JetStream reads it. Source: NATS
 * documentation, "NATS Protocol" (INFO, MSG, HMSG, PING, PONG, +OK, -ERR).
 */
#ifndef BASE_NATS_TEXT_H
#define BASE_NATS_TEXT_H

#include "base/rc.h"

#define NATS_LINE_MOST 65536
#define NATS_PAYLOAD_MOST ((size_t)64 << 20)

enum nats_kind { NATS_INFO, NATS_MSG, NATS_PING, NATS_PONG, NATS_OK, NATS_ERR };

struct nats_message {
	enum nats_kind kind;
	slice subject, reply;     /* NATS_MSG */
	slice header, payload;    /* NATS_MSG; NATS_INFO and NATS_ERR have their text as payload */
};

/*
 * Takes one message off the front of `bytes`. *ret_used is 0 when it is not complete yet. What the message points to
 * lies in `bytes`. E_INVALID "nats.protocol", E_LIMIT "nats.limit".
 */
MUST_USE rc nats_parse(struct ctx *c, slice bytes, size_t *ret_used, struct nats_message *ret);
/* The value of a header field, or nothing. */
slice nats_header(slice header, slice name);
/* The status in the first line of the header ("NATS/1.0 404 Message Not Found"); 0 when it has none. */
uint32_t nats_status(slice header);

#endif
