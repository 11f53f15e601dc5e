/*
 * The keeper: holds the keys of sealing units, seals, opens, destroys by key id, and hands a key to nobody but a named auditor,
 * wrapped (keep_hand). A boundary between processes: nothing but these functions touches its folder.
 *
 * Each unit has one random 256-bit key (never derived: a derivable key cannot be destroyed), wrapped under the epoch key
 * in a file of its own. Destroying units makes the next epoch: all other keys are wrapped anew, the old epoch key goes.
 */
#ifndef CORE_RECORD_KEEP_H
#define CORE_RECORD_KEEP_H

#include "base/rc.h"
#include "core/record/seal.h"

struct keep;

MUST_USE rc keep_create(struct ctx *c, const char *dir);
MUST_USE rc keep_open(struct ctx *c, const char *dir, struct keep **ret);
void keep_close(struct keep *k);
int64_t keep_epoch(const struct keep *k);
/* Its keys are in another process. */
bool keep_is_far(const struct keep *k);

/* Makes the keys of many units with one flush; those that are there, or are gone, stay as they are. An id may come twice. */
MUST_USE rc keep_make(struct ctx *c, struct keep *k, const slice *key_ids, size_t n);
/*
 * Seals under the key `key_id`, which is made, and on the disk, when there was none. E_DENIED "keep.gone" when it was
 * destroyed. AAD as in docs/record.md §6.
 */
MUST_USE rc keep_seal(struct ctx *c, struct keep *k, slice key_id, slice aad, slice plain, struct sealed *ret);
/* E_DENIED "keep.gone": destroyed; E_NOTFOUND "keep.no_key"; E_TAMPER "keep.seal": the bytes, key or context differ. */
MUST_USE rc keep_unseal(struct ctx *c, struct keep *k, const struct seal *s, slice aad, slice ct, slice *ret_plain);
/*
 * Destroys keys: new epoch key, all others wrapped anew in a new file, then the old epoch key and the old file are
 * overwritten and unlinked. *ret_epoch: before and after. Ids without a key are passed over.
 */
MUST_USE rc keep_destroy(struct ctx *c, struct keep *k, const slice *key_ids, size_t n, int64_t ret_epoch[2]);

/* The ids of all keys that were destroyed, in c->a: a restore must not forget them. */
MUST_USE rc keep_gone(struct ctx *c, struct keep *k, slice **ret, size_t *ret_n);

/*
 * A unit's key for somebody else, by HPKE (RFC 9180, core/hpke.h) to that person's key: the one way on which a key leaves. The caller
 * has put on record who gets it. E_DENIED "keep.gone", E_NOTFOUND "keep.no_key"; E_INVALID "hpke.key".
 */
struct handed { unsigned char enc[32], ct[SEAL_KEY + 16], kc[32]; };
MUST_USE rc keep_hand(struct ctx *c, struct keep *k, slice key_id, const unsigned char pk[32], slice info, struct handed *ret);
/* What the wrapping is bound to, in c->a. */
MUST_USE rc keep_hand_info(struct ctx *c, slice node, slice key_id, slice name, slice *ret);

#endif
