/*
 * The signer: holds the record key and signs checkpoints, nothing else. It is its own witness: it keeps the last size and
 * root in its own file and signs a new one only with a consistency proof from there. A boundary between processes later:
 * nothing but these functions touches its folder.
 */
#ifndef CORE_RECORD_SIGN_H
#define CORE_RECORD_SIGN_H

#include "core/record/note.h"

struct signer;

/* Makes the folder with a new key; its name in signatures is `origin`. */
MUST_USE rc sign_create(struct ctx *c, const char *dir, slice origin);
MUST_USE rc sign_open(struct ctx *c, const char *dir, struct signer **ret);
void sign_close(struct signer *s);

slice sign_origin(const struct signer *s);
/* The public key as "<origin>+<id>+<base64>"; borrowed. */
slice sign_vkey(const struct signer *s);
/*
 * Keys that this record was signed with before, a line each, the oldest first; in c->a, empty when there are none. Old signatures
 * are checked with them.
 */
MUST_USE rc sign_former(struct ctx *c, struct signer *s, slice *ret);
/*
 * From now on another key signs, under `origin`: the same one (a key that is replaced), or a new one after a restore that lost what
 * was signed. With a new origin what was signed last is forgotten. The old public key becomes a former one.
 */
MUST_USE rc sign_roll(struct ctx *c, struct signer *s, slice origin);

/* What was signed last: *ret_size 0 when nothing was; *ret_note in c->a. Read anew each time: another process may sign. */
MUST_USE rc sign_last(struct ctx *c, struct signer *s, uint64_t *ret_size, struct hash *ret_root, slice *ret_note);
/*
 * Signs (size, root). `proof` shows consistency from the last signed size (empty when it is 0 or the same size).
 * E_CONFLICT "sign.moved": the last size is not `from` any more. E_TAMPER "record.forked": the proof does not hold,
 * and will not hold the next time either: nothing that differs from what was signed is ever signed.
 */
MUST_USE rc sign_checkpoint(struct ctx *c, struct signer *s, uint64_t from, uint64_t size, const struct hash *root,
                            const struct hash *proof, size_t nproof, slice *ret_note);

#endif
