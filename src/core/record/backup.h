/*
 * Copies of a record and coming back from them. A backup holds the database (entries, sealed payloads, tables), the settings and
 * the public key, never a key: `keep/` and `sign/` are kept apart (docs/record.md §8). So what was shredded after a backup was made
 * does not come back with it: the keeper has no key for it any more, and a restore writes the disposal down again.
 */
#ifndef CORE_RECORD_BACKUP_H
#define CORE_RECORD_BACKUP_H

#include "core/record/record.h"

struct backup_made { int64_t entries, signed_size; };

/*
 * While the node goes on working: copies, then checks every hash and signature of the copy, then gives it its name. E_CONFLICT
 * "bundle.exists"; E_INVALID "store.copy" on PostgreSQL; E_TAMPER when the copy does not hold.
 */
MUST_USE rc backup_make(struct ctx *c, struct node *n, const char *dir, struct backup_made *ret);

struct restored {
	int64_t entries;        /* that came back */
	int64_t filled;         /* of them from the export */
	int64_t lost;           /* signed before, neither in the backup nor in the export */
	int64_t shredded;       /* units whose disposal was written down again */
	slice origin;           /* under which the record goes on; in c->a */
};

/*
 * Puts the database of a backup into the folder of its node, which must have its `keep/` and `sign/` and no database. The restore
 * is an act (`import`). When entries that were signed are not in the backup, the record cannot go on under its name: E_TAMPER
 * "restore.short", or with `new_origin` it goes on as the next one (…/record/2), whose first own entry says what is missing.
 *
 * `fill`: an export of this record (bundle.h) that goes further than the backup; it is checked whole, and believed when one of this record's
 * own keys signed it. NULL: none.
 */
struct restore_ask { const char *backup, *fill; bool new_origin; };
MUST_USE rc backup_restore(struct ctx *c, const struct restore_ask *q, const char *dir, const struct act_kind *const *kinds,
                           struct restored *ret);

/* Another key signs from now on; the act `key.roll` names both. */
MUST_USE rc node_roll_key(struct ctx *c, struct node *n, int64_t *ret_seq);

#endif
