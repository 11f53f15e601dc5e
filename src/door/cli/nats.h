/*
 * A small client of a NATS server with JetStream, for the few verbs that the screening needs: Debian 12 has no client
 * library in C. Blocking, one connection, one thread. No TLS: between machines it goes through a tunnel or a local
 * server that speaks TLS to the others (leaf node).
 */
#ifndef DOOR_CLI_NATS_H
#define DOOR_CLI_NATS_H

#include "base/nats_text.h"

struct nats;

/* nats://[user:password@]host[:port]. Ends with c->a. E_INVALID "nats.url", E_BUSY "nats.connect". */
MUST_USE rc nats_open(struct ctx *c, const char *url, struct nats **ret);
/*
 * Sends to a subject and waits for the answer, which lies in `a`. `id`: Nats-Msg-Id, so that the server takes the
 * message once; or nothing. E_BUSY "nats.timeout".
 */
MUST_USE rc nats_request(struct ctx *c, struct nats *n, slice subject, slice id, slice payload, uint32_t seconds,
	struct arena *a, struct nats_message *ret);
/* Sends without waiting. */
MUST_USE rc nats_send(struct ctx *c, struct nats *n, slice subject, slice payload);
/* A request to $JS.API; E_BUSY "nats.refused" when the answer holds an error. */
MUST_USE rc nats_api(struct ctx *c, struct nats *n, const char *verb, slice payload, struct arena *a, slice *ret);
/* Into a stream: waits until it is stored. */
MUST_USE rc nats_store(struct ctx *c, struct nats *n, slice subject, slice id, slice payload);
/* The next message of the subject in the stream from this number on; *ret_found false when there is none yet. */
MUST_USE rc nats_next(struct ctx *c, struct nats *n, const char *stream, slice subject, uint64_t from, struct arena *a,
	struct nats_message *ret, uint64_t *ret_number, bool *ret_found);

#endif
