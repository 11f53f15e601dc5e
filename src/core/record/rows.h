/*
 * Entries as they are stored. A row of the table `entry` holds up to 64 entries of one transaction, one a line (canonical
 * JSON has no line ends), and their leaf hashes one after the other; its `seq` is that of the first. An entry alone is a
 * row of its own. A row for each entry costs the database more than everything else that is done for the entry.
 */
#ifndef CORE_RECORD_ROWS_H
#define CORE_RECORD_ROWS_H

#include "core/record/entry.h"
#include "core/record/tree.h"
#include "core/store/store.h"

#define ROW_BYTES ((size_t)3950)       /* of entries and hashes, so that two rows fill a page of 8192; one entry may have more */
#define ROW_ENTRIES 64u
#define PAGE_ENTRIES 512u

/* What waits to be written as a row. Nothing of it is in the database before row_flush(). */
struct row_writer {
	int64_t first;
	size_t n, len;
	struct hash leaf[ROW_ENTRIES];
	char body[ENTRY_MOST + ROW_BYTES];
};

static inline void row_forget(struct row_writer *w) { w->n = w->len = 0; }
MUST_USE rc row_add(struct ctx *c, struct row_writer *w, struct store *st, int64_t seq, slice bytes, const struct hash *leaf);
MUST_USE rc row_flush(struct ctx *c, struct row_writer *w, struct store *st);

struct stored {
	int64_t seq;
	slice bytes;
	struct hash leaf;
};

/* Entries in order, read in one go: statements may run and arenas be reset while they are handed out. */
struct stored_page {
	struct stored v[PAGE_ENTRIES + ROW_ENTRIES];
	size_t n;
};

/*
 * The first entries at or after `from` and before `to`, copied into c->a; none: ret->n is 0. Gaps are for the caller to
 * find. E_TAMPER "record.row" when a row cannot be taken apart at `from`.
 */
MUST_USE rc stored_read(struct ctx *c, struct store *st, int64_t from, int64_t to, struct stored_page *ret);
/*
 * The stored entries from `from` on, row by row (at most ROW_ENTRIES), as they lie in the database: borrowed, and only statements
 * other than those of this file may run meanwhile. *ret_next: the seq after the last one. Faster than pages, for who reads millions.
 */
typedef rc stored_fn(struct ctx *c, const struct stored *e, size_t n, void *p);
MUST_USE rc stored_scan(struct ctx *c, struct store *st, int64_t from, stored_fn *fn, void *p, int64_t *ret_next);
/* One entry: *ret_found false when there is none. */
MUST_USE rc stored_get(struct ctx *c, struct store *st, int64_t seq, bool *ret_found, struct stored *ret);
/* How many entries there are: the seq after the last one. */
MUST_USE rc stored_size(struct ctx *c, struct store *st, int64_t *ret);
/* The leaf hashes [from, from + n), as they are stored. E_TAMPER "record.hashes" when they are not all there. */
MUST_USE rc stored_leaves(struct ctx *c, struct store *st, int64_t from, size_t n, struct hash *ret);

#endif
