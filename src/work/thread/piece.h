/*
 * Large attachments: a document goes as pieces of PIECE_BYTES, each an envelope of its own with its own receipt. A line that breaks
 * costs one piece; preparing the same document again goes on where it stopped. The gate weighs it as one field of the class
 * "document": a memorandum alone lets no document go, for nobody can mask inside it.
 */
#ifndef WORK_THREAD_PIECE_H
#define WORK_THREAD_PIECE_H

#include "work/thread/thread.h"

#define PIECE_BYTES ((size_t)512 << 10)
#define PIECES_MOST 512u                 /* 256 MiB */

struct document {
	slice doc, peer;                 /* SHA-256 of the whole, base64url; whom it came from or goes to */
	int64_t size, of, have;          /* have: pieces that are here, or that the recipient has receipted */
	bool ours;
};

/*
 * Sends a file to all that the thread's next step would go to; `by` is the second person, whose approval covers all pieces.
 * *ret_n: pieces disclosed now. E_DENIED with the gate's rule as name "thread.document", "thread.self", E_LIMIT "thread.large".
 */
MUST_USE rc piece_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice thread,
                       const char *path, slice *ret_doc, size_t *ret_n);
MUST_USE rc piece_documents(struct ctx *c, struct store *st, slice thread, struct document **ret, size_t *ret_n);
/* Writes a document that came, whole, to a file; looking is on record. E_BUSY "thread.pieces" while some are missing. */
MUST_USE rc piece_fetch(struct ctx *c, const struct exchange *x, const struct look *look, slice thread, slice doc, const char *path);

#endif
