/* The inside of a node, for the files of this folder. */
#ifndef CORE_RECORD_NODE_INSIDE_H
#define CORE_RECORD_NODE_INSIDE_H

#include "core/record/index.h"
#include "core/record/keep.h"
#include "core/record/record.h"
#include "core/record/rows.h"
#include "core/record/sign.h"
#include "core/record/tree.h"

struct node {
	char *dir, *name;              /* owned */
	struct store *st;              /* owned */
	struct keep *keep;             /* owned */
	struct signer *sign;           /* owned */
	struct hasher *h;              /* owned */
	struct indexer *index;         /* owned */
	struct looks *looks;           /* owned; NULL: each look is an act of its own (look.h) */
	struct arena *scratch;         /* owned; memory of one act or entry */
	struct row_writer rows;        /* entries of this transaction that no row holds yet */
	const struct act_kind *const *kinds;
	struct frontier f;             /* of all committed entries that this process knows */
	msec last_at;
	uint64_t signed_size;
	msec signed_at;                /* c->now when it was signed */
	bool exercise, dead;
	msec space_at;                 /* c->now when the disk was looked at */
	bool low;                      /* it is nearly full: see space.c */
	bool ahead;                    /* a witness has seen more than we have: nothing is signed any more */
};

#define NODE_SCRATCH ((size_t)256 << 20)
#define ZONE "proc"
#define SYSTEM_ACTOR ((struct actor){ .id = S("op-0"), .role = S("system") })

extern const struct act_kind record_kinds[];
/* The kind of an act; NULL when this program does not know it. */
const struct act_kind *node_kind(const struct node *n, slice act);

/* append.c */
/* What waits becomes rows: before the commit, and before anything reads entries. */
static inline MUST_USE rc flush_rows(struct ctx *c, struct node *n) { return row_flush(c, &n->rows, n->st); }
/* Index rows and the kind's projection into `st`: the same for a new entry and for a rebuild. */
MUST_USE rc entry_project(struct ctx *c, struct node *n, struct store *st, struct indexer *ix, const struct act_kind *kind,
                          const struct entry *e, const struct opened *payloads);

/* Ciphertext of the keys that this entry (erase.done) names, in entries before it; within a transaction. */
MUST_USE rc entry_drop_blobs(struct ctx *c, struct node *n, const struct entry *done);

/* fill.c: appends what the bundle has beyond the end of this record; the tables wait for a rebuild. E_INVALID "restore.part", "restore.gap" */
MUST_USE rc record_fill(struct ctx *c, struct node *n, const char *dir, int64_t *ret_filled);

/* The key of this record, present or former, that signs under this origin; E_TAMPER "record.checkpoint" when none signed. */
MUST_USE rc note_is_ours(struct ctx *c, struct node *n, const struct note *note, slice origin);

/* space.c: looks at the disk, once a second at most; E_LIMIT "store.low" for acts that can wait until there is room */
void space_look(struct ctx *c, struct node *n);
MUST_USE rc space_check(struct ctx *c, const struct node *n, slice act);

/* prove.c: the entry in the tree of `size` leaves that `note` signs */
MUST_USE rc record_prove_in(struct ctx *c, struct node *n, int64_t seq, uint64_t size, slice note, slice *ret_text);

/* tree_store.c: the tree over the table of entries */
struct tree_source node_tree(struct node *n);
MUST_USE rc frontier_load(struct ctx *c, struct node *n, uint64_t size, struct frontier *ret);
/* Adds leaves of entries that another process wrote; stored hashes are believed, signing reads the entries again. */
MUST_USE rc frontier_catch_up(struct ctx *c, struct node *n, int64_t *ret_size);
/* The same from the entries themselves, up to `size`. */
MUST_USE rc frontier_rehash(struct ctx *c, struct node *n, uint64_t size, struct frontier *f);
MUST_USE rc root_at(struct ctx *c, struct node *n, uint64_t size, struct hash *ret);

#endif
