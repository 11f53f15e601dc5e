/*
 * The line between two nodes: mutual TLS 1.3, each end known by the pin (SHA-256 of the public key) that a partner's card
 * brought. Names and dates of certificates mean nothing. Over it go POST /exchange with envelopes, answered by receipts, and
 * POST /add-checkpoint with a checkpoint to cosign (C2SP tlog-witness).
 */
#ifndef DOOR_EXCHANGE_LINE_H
#define DOOR_EXCHANGE_LINE_H

#include "base/rc.h"

#define LINE_BODY_MOST ((size_t)8 << 20)
#define LINE_SECONDS 20

struct line;
struct line_keys;

/* The own key and certificate for either end. */
MUST_USE rc line_keys_open(struct ctx *c, const char *key_path, const char *cert_path, struct line_keys **ret);
void line_keys_free(struct line_keys *k);

/* Base64url of the pin of the other end; borrowed. */
slice line_pin(const struct line *l);
void line_close(struct line *l);
static inline void line_closep(struct line **l) { if (*l) line_close(*l); }
#define AUTO_LINE __attribute__((cleanup(line_closep))) struct line *

/* E_BUSY "line.connect" when nobody answers; E_DENIED "line.tls" when TLS does not come about. */
MUST_USE rc line_connect(struct ctx *c, const struct line_keys *k, const char *host, unsigned port, struct line **ret);
/* Takes the descriptor over. */
MUST_USE rc line_accept(struct ctx *c, const struct line_keys *k, int fd, struct line **ret);
/* What is asked for: the path of the request. */
enum line_matter { LINE_EXCHANGE, LINE_WITNESS };

#define LINE_MATTERS 2

const char *line_path(enum line_matter what);

/* One request of the client; status and answer in c->a. E_BUSY "line.cut" when the line breaks. */
MUST_USE rc line_ask(struct ctx *c, struct line *l, const char *host, enum line_matter what, slice body, int *ret_status,
                     slice *ret_answer);
/* The same for envelopes; E_DENIED "line.refused" with another status than 200. */
MUST_USE rc line_post(struct ctx *c, struct line *l, const char *host, slice body, slice *ret_answer);
/* The next request of the server's end: *ret_more false when the other end is done. E_INVALID "line.request". */
MUST_USE rc line_request(struct ctx *c, struct line *l, enum line_matter *ret_what, slice *ret_body, bool *ret_more);
MUST_USE rc line_answer(struct ctx *c, struct line *l, int status, slice body);
MUST_USE rc line_answer_as(struct ctx *c, struct line *l, int status, const char *type, slice body);

#endif
