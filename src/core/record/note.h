/*
 * Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature (Ed25519, types 0x01 and 0x04).
 * Signatures of types we do not know are kept and skipped (ML-DSA-44 of witnesses will come: 16 a note must be taken, 5 kB each).
 */
#ifndef CORE_RECORD_NOTE_H
#define CORE_RECORD_NOTE_H

#include "base/buf.h"
#include "core/record/tree.h"

#define NOTE_MOST ((size_t)131072)
#define NOTE_SIGNATURES_MOST 32u
#define NOTE_SIGNATURE_MOST 5120u
#define NOTE_ED25519 0x01
#define NOTE_COSIGNATURE 0x04

/* A verifier key "<name>+<id>+<base64>". */
struct note_key {
	slice name;
	unsigned char id[4], type, pk[32];
};

struct note_signature {
	slice name;
	unsigned char id[4];
	slice bytes;               /* after the key id */
};

struct note {
	slice body;                /* with its last newline: what is signed */
	struct note_signature sigs[NOTE_SIGNATURES_MOST];
	size_t nsigs;
};

struct checkpoint {
	slice origin;
	uint64_t size;
	struct hash root;
	slice extra;               /* extension lines, each with its newline; we write none */
};

MUST_USE rc note_key_parse(struct ctx *c, slice text, struct note_key *ret);
void note_key_put(struct hasher *h, struct buf *b, slice name, unsigned char type, const unsigned char pk[32]);
/* E_INVALID "note.form". In c->a, borrows from `text`. */
MUST_USE rc note_parse(struct ctx *c, slice text, struct note *ret);
/*
 * Whether this key signed. A cosignature (type 0x04) gives its time in *ret_time (seconds; 0 for type 0x01).
 * E_NOTFOUND "note.unsigned" when there is no signature of the key, E_TAMPER "note.signature" when it does not hold.
 */
MUST_USE rc note_verify(struct ctx *c, const struct note *n, const struct note_key *key, uint64_t *ret_time);
/* The signature of this key, not checked; NULL: there is none. */
const struct note_signature *note_find(const struct note *n, const struct note_key *key);
MUST_USE rc checkpoint_parse(struct ctx *c, slice body, struct checkpoint *ret);
/* The body of a checkpoint: three lines. */
void checkpoint_put(struct buf *b, slice origin, uint64_t size, const struct hash *root);
/* One signature line; `time` goes before the signature for type 0x04 only. */
void note_put_signature(struct hasher *h, struct buf *b, slice name, unsigned char type, const unsigned char pk[32],
                        uint64_t time, const unsigned char sig[64]);
/* A signature line as it was read. */
void note_put_line(struct buf *b, const struct note_signature *s);
/* What a cosignature signs. */
void cosignature_put_message(struct buf *b, uint64_t time, slice body);

#endif
