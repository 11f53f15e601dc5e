/*
 * Sealing with a key in hand (docs/record.md §6): what the keeper does in its own process, and what an auditor does who was given
 * a key. Up to 1 MiB one message of XChaCha20-Poly1305, `xc20p`; longer ones libsodium's secretstream in pieces of 64 KiB, `xc20s`,
 * so that nobody has to hold them whole to open them.
 */
#ifndef CORE_RECORD_SEAL_H
#define CORE_RECORD_SEAL_H

#include "base/rc.h"
#include "core/record/entry.h"

#define SEAL_KEY 32u
#define SEAL_TAG 16u
#define SEAL_PIECE ((size_t)65536)         /* of plain bytes in a stream */
#define SEAL_STREAM_OVER ((size_t)1 << 20) /* longer ones are streams */

struct sealed {
	slice alg;
	slice ct;                     /* ciphertext with tags; in c->a */
	unsigned char n[24], kc[32];  /* nonce, or the head of the stream */
};

/* How so many plain bytes are sealed. */
slice seal_alg_for(size_t plain);
/* The plain length of what was sealed; -1 when there is no such length or way. */
int64_t seal_plain_len(slice alg, int64_t len);

/* BLAKE2b-256 under the key: nobody can name a second key that opens the same bytes to another text. */
void seal_commitment(const unsigned char key[SEAL_KEY], slice key_id, unsigned char ret_kc[32]);
/* "renkei/<use>/v1\n<node>\n<a>\n<b>", in c->a: what a use of a key is bound to. */
MUST_USE rc seal_bind(struct ctx *c, const char *use, slice node, slice a, slice b, slice *ret);
/* "renkei/seal/v1\n<node>\n<case>\n<key id>", in c->a. */
MUST_USE rc seal_put_aad(struct ctx *c, slice node, slice case_id, slice key_id, slice *ret);

MUST_USE rc payload_close(struct ctx *c, const unsigned char key[SEAL_KEY], slice key_id, slice aad, slice plain, struct sealed *ret);
/* E_TAMPER "keep.seal": the bytes, the key or the context differ. */
MUST_USE rc payload_open(struct ctx *c, const unsigned char key[SEAL_KEY], const struct seal *s, slice aad, slice ct, slice *ret_plain);

#endif
