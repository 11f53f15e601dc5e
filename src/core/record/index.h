/*
 * Which entries name a case, an actor, an object. Rows of the index are written for blocks of 4096 entries, in the
 * transaction that writes the block's last entry: a row for each word of the block instead of four for each entry.
 * The entries after the last full block are searched as they are (read.c).
 */
#ifndef CORE_RECORD_INDEX_H
#define CORE_RECORD_INDEX_H

#include "core/record/entry.h"
#include "core/store/store.h"

#define INDEX_BLOCK 4096

enum word_role { WORD_CASE = 1, WORD_ACTOR, WORD_OBJ };

/* The words of the block that is being filled, kept in memory so that its entries need not be read again. */
struct indexer;

struct indexer *indexer_new(void);
void indexer_free(struct indexer *ix);
static inline void indexer_freep(struct indexer **ix) { if (*ix) indexer_free(*ix); }
#define AUTO_INDEXER __attribute__((cleanup(indexer_freep))) struct indexer *

/* Another process wrote: what was collected is not the whole block any more. */
void indexer_forget(struct indexer *ix);
/* After a rollback: the entries from `seq` on are not in the record. */
void indexer_back_to(struct indexer *ix, int64_t seq);
/* Whether the block's rows are written with this entry; the entries before it must then be in the database. */
static inline bool indexer_is_full(int64_t seq) { return (seq + 1) % INDEX_BLOCK == 0; }
/* Adds an entry; the last one of a block writes the block's rows into `st`. What is not known here is read from `from`. */
MUST_USE rc indexer_add(struct ctx *c, struct indexer *ix, struct store *from, struct store *st, const struct entry *e);

/*
 * Places of the word in the block that is being filled, which begins at `tail` and has its entries up to `size`; borrowed until
 * the next entry. False when they are not all known here.
 */
bool indexer_find(const struct indexer *ix, slice word, enum word_role role, int64_t tail, int64_t size,
                  const uint16_t **ret_places, size_t *ret_n);

/*
 * The first block at or after `block`, and before `end`, that has the word: *ret_block, or `end` when there is none.
 * Places in the block, in order, count *ret_n.
 */
MUST_USE rc index_find(struct ctx *c, struct store *st, slice word, enum word_role role, int64_t block, int64_t end,
                       int64_t *ret_block, uint16_t ret_places[INDEX_BLOCK], size_t *ret_n);

#endif
