/*
 * Keeper and signer in processes of their own: the functions of keep.h and sign.h as messages. On one side keep_open_far()
 * gives a `struct keep` that asks through a door; on the other keep_serve() answers one message. Bodies: base/wire.h.
 */
#ifndef CORE_RECORD_FAR_H
#define CORE_RECORD_FAR_H

#include "core/record/keep.h"
#include "core/record/sign.h"

/* Message types, part of the table in door/serve/message.h. */
#define FAR_KEEP_EPOCH 0x0401u
#define FAR_KEEP_SEAL 0x0402u
#define FAR_KEEP_UNSEAL 0x0403u
#define FAR_KEEP_DESTROY 0x0404u
#define FAR_KEEP_HAND 0x0405u
#define FAR_SIGN_ABOUT 0x0501u
#define FAR_SIGN_LAST 0x0502u
#define FAR_SIGN_CHECKPOINT 0x0503u

#define FAR_KEYS_MOST 65536u           /* ids in one destruction */
#define FAR_PROOF_MOST 64u

struct far_door {
	void *to;
	/* Sends, waits; *ret_reply in c->a. A fault of the other side is set as if it had come up here. */
	rc (*ask)(struct ctx *c, void *to, uint32_t type, slice body, slice *ret_reply);
};

/* `door` must outlive what is opened. */
MUST_USE rc keep_open_far(struct ctx *c, const struct far_door *door, struct keep **ret);
MUST_USE rc sign_open_far(struct ctx *c, const struct far_door *door, struct signer **ret);

/* One message: the answer's body goes to `reply`. E_INVALID "wire.form" for what is no such message. */
MUST_USE rc keep_serve(struct ctx *c, struct keep *k, uint32_t type, slice body, struct buf *reply);
MUST_USE rc sign_serve(struct ctx *c, struct signer *s, uint32_t type, slice body, struct buf *reply);

/* The asking halves, for keep.c and sign.c. */
MUST_USE rc far_keep_epoch(struct ctx *c, const struct far_door *d, int64_t *ret);
MUST_USE rc far_keep_seal(struct ctx *c, const struct far_door *d, slice key_id, slice aad, slice plain, struct sealed *ret);
MUST_USE rc far_keep_unseal(struct ctx *c, const struct far_door *d, const struct seal *s, slice aad, slice ct, slice *ret);
MUST_USE rc far_keep_destroy(struct ctx *c, const struct far_door *d, const slice *ids, size_t n, int64_t ret_epoch[2]);
MUST_USE rc far_keep_hand(struct ctx *c, const struct far_door *d, slice key_id, const unsigned char pk[32], slice info, struct handed *ret);
MUST_USE rc far_sign_about(struct ctx *c, const struct far_door *d, slice *ret_vkey, slice *ret_former);
MUST_USE rc far_sign_last(struct ctx *c, const struct far_door *d, uint64_t *ret_size, struct hash *ret_root, slice *ret_note);
MUST_USE rc far_sign_checkpoint(struct ctx *c, const struct far_door *d, uint64_t from, uint64_t size,
                                const struct hash *root, const struct hash *proof, size_t nproof, slice *ret_note);

#endif
