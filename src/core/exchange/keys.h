/*
 * A node's own keys for the exchange: signing, opening, and TLS; one set a generation. A new generation is announced
 * (its card goes to the partners) before it begins to sign; what was sealed for an older one still opens.
 */
#ifndef CORE_EXCHANGE_KEYS_H
#define CORE_EXCHANGE_KEYS_H

#include "core/exchange/envelope.h"
#include "core/record/record.h"

#define GENERATIONS_MOST 8u

struct generation {
	slice id;                        /* "g1" */
	msec from;                       /* signs from then on */
	unsigned char sign_pk[32], box_pk[32], tls_pin[32];
	struct secret sign, box;         /* 64 and 32 bytes; owned */
};

struct exchange_keys {
	const char *dir;                 /* STORE/exchange */
	struct generation g[GENERATIONS_MOST];
	size_t n;
};

/* The folder STORE/exchange with the first generation. E_CONFLICT "exchange.keys". */
MUST_USE rc exchange_keys_create(struct ctx *c, const char *store, slice node);
/* One more, that signs from `from` on. */
MUST_USE rc exchange_keys_roll(struct ctx *c, const char *store, slice node, msec from);
/* E_NOTFOUND "exchange.no_keys". */
MUST_USE rc exchange_keys_open(struct ctx *c, const char *store, struct exchange_keys *ret);
void exchange_keys_wipe(struct exchange_keys *k);
#define AUTO_KEYS __attribute__((cleanup(exchange_keys_wipe))) struct exchange_keys

/* The generation that signs at that moment; the one of that name, or NULL. */
const struct generation *exchange_key_at(const struct exchange_keys *k, msec t);
const struct generation *exchange_key_named(const struct exchange_keys *k, slice id);
struct sign_key exchange_sign_key(const struct generation *g);
/* Files of the generation's TLS key and certificate, in c->a. */
MUST_USE rc exchange_tls_files(struct ctx *c, const struct exchange_keys *k, const struct generation *g, const char **ret_key,
                               const char **ret_cert);

/* The same for the generation of that moment, without reading any other key. E_NOTFOUND "exchange.no_keys". */
MUST_USE rc exchange_tls_at(struct ctx *c, const char *store, msec t, const char **ret_key, const char **ret_cert);

/* A card: what a partner needs, one JSON object. */
struct card { slice node; size_t n; struct { slice id; msec from; unsigned char sign[32], box[32], tls[32]; } keys[GENERATIONS_MOST]; };

MUST_USE rc exchange_card_put(struct ctx *c, const struct exchange_keys *k, slice node, struct buf *b);
/* E_INVALID "card.form". */
MUST_USE rc exchange_card_read(struct ctx *c, slice text, struct card *ret);

#endif
