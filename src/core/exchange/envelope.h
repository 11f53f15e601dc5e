/*
 * What goes between nodes: signed, sealed envelopes and signed receipts (docs/exchange.md, renkei-exchange(5)).
 * An envelope is three parts one after the other: the header (canonical JSON, one line), its signature (one line), the sealed
 * body of body.len bytes. A receipt is two lines. The same bytes go by wire, by medium or through a one-way link.
 */
#ifndef CORE_EXCHANGE_ENVELOPE_H
#define CORE_EXCHANGE_ENVELOPE_H

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"
#include "core/record/entry.h"

#define ENVELOPE_HEADER_MOST ((size_t)8192)
#define ENVELOPE_BODY_MOST ((size_t)1 << 20)
#define ENVELOPE_MOST (ENVELOPE_HEADER_MOST + 128 + ENVELOPE_BODY_MOST)
#define ENVELOPE_AHEAD ((msec)600000)                 /* `at` may lie this far in the future */
#define ENVELOPE_LIFE (5 * (msec)86400000)            /* `exp` unless said otherwise */
#define ENVELOPE_KEEP (30 * (msec)86400000)           /* ids are remembered until exp and this */

struct envelope_mark {
	slice tlp, purpose, onward;   /* words; onward may be empty */
	msec expires;                 /* 0: none */
};

struct envelope {
	slice id, from, to, kind, case_id, re, fix, recall;   /* case_id and what follows may be empty */
	int64_t seq;                                          /* counts from 1 for (from, to) */
	msec at, exp;
	bool exercise;
	struct envelope_mark mark;
	slice rec_origin;
	int64_t rec_seq;
	slice rk, sk;                                         /* keys: the recipient's that it is sealed for, the sender's that signed */
	unsigned char ct[32], enc[32];
	size_t len;
	/* after envelope_read */
	slice header, sig, body;                              /* as they came */
};

enum receipt_state { RECEIPT_ACCEPTED, RECEIPT_DUPLICATE, RECEIPT_LATER, RECEIPT_QUARANTINED, RECEIPT_REJECTED, RECEIPT_EXPIRED };

#define RECEIPT_STATES 6

extern const char *const receipt_words[RECEIPT_STATES];

struct receipt {
	slice id, by;
	unsigned char env[32];        /* SHA-256 of what the envelope's signature covers */
	msec at;
	enum receipt_state state;
	slice code;                   /* why, for all but accepted; may be empty */
	slice rec_origin;             /* the receiver's entry; empty where nothing was written */
	int64_t rec_seq;
	int64_t gap;                  /* the first seq that is missing; 0: none */
	slice key;                    /* id of the key that signed */
};

/* The sealing keys of a node and of a partner. */
struct sign_key { slice id; unsigned char secret[64]; };

/*
 * Builds the whole envelope in c->a; `e` gives all but what the sealing makes (ct, enc, len). `seed` as in hpke_seal():
 * the same seed, keys and contents give the same bytes.
 */
MUST_USE rc envelope_build(struct ctx *c, const struct envelope *e, const unsigned char box_pk[32], const unsigned char seed[32],
                           const struct sign_key *key, slice plain, slice *ret);
/*
 * Takes the next envelope off `rest`; nothing is verified but its form. Borrows from `rest`. E_INVALID "envelope.form",
 * E_LIMIT "envelope.limit"; E_INVALID "envelope.cut" when the bytes end too early.
 */
MUST_USE rc envelope_read(struct ctx *c, slice *rest, struct envelope *ret);
/* E_TAMPER "envelope.signature", "envelope.body". */
MUST_USE rc envelope_verify(struct ctx *c, const struct envelope *e, const unsigned char sign_pk[32]);
MUST_USE rc envelope_open(struct ctx *c, const struct envelope *e, const unsigned char box_sk[32], slice *ret_plain);
/* SHA-256 of the signed header: what a receipt names. */
void envelope_digest(const struct envelope *e, unsigned char ret[32]);

MUST_USE rc receipt_build(struct ctx *c, const struct receipt *r, const struct sign_key *key, slice *ret);
/* Takes the next receipt (two lines) off `rest`. */
MUST_USE rc receipt_read(struct ctx *c, slice *rest, struct receipt *ret, slice *ret_body, slice *ret_sig);
MUST_USE rc receipt_verify(struct ctx *c, slice body, slice sig, const unsigned char sign_pk[32]);

/* Ed25519 over `label` ‖ newline ‖ text, as 86 letters of base64url; for memoranda too. */
MUST_USE rc text_sign(struct ctx *c, const char *label, slice text, const struct sign_key *key, slice *ret_sig);
MUST_USE rc text_verify(struct ctx *c, const char *label, slice text, slice sig, const unsigned char sign_pk[32]);

#endif
