/*
 * Looks are acts: what is opened for a person is recorded with who, what and why, before a byte of it is shown.
 *
 * One look at a time, node_view() appends the act itself. A process that answers many requests gathers instead: node_view()
 * opens and notes, and node_looks_write() puts all noted looks into the record in one commit. THE ANSWERS MUST NOT LEAVE
 * BEFORE IT RETURNED OK; when it fails they must not leave at all. So a page costs a share of a flush and not a flush:
 *
 *     node_looks_gather(c, n, LOOK_AGAIN)           once, after opening the node
 *     … make the pages of all waiting requests …    node_view() as always
 *     node_looks_write(c, n)                        then send the pages
 */
#ifndef CORE_RECORD_LOOK_H
#define CORE_RECORD_LOOK_H

#include "core/record/record.h"

/* The same person at the same entry for the same reason within this time is one look: a page that is loaded again. */
#define LOOK_AGAIN ((msec)60000)

/* From now on node_view() only notes. `again`: as above; 0 records each. */
MUST_USE rc node_looks_gather(struct ctx *c, struct node *n, msec again);
/* Writes what was noted: an act for each person, case and reason. Nothing to do: OK at once. */
MUST_USE rc node_looks_write(struct ctx *c, struct node *n);
/* How many acts wait. */
size_t node_looks_waiting(const struct node *n);

/* Inside of node_view(). */
MUST_USE rc look_note(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs);
struct looks;
void looks_free(struct looks *l);

/* A look as it was recorded. */
struct look_seen {
	int64_t seq;             /* of the act */
	msec at;
	struct actor actor;
	struct words basis, code;
	struct ints ref;         /* the entries that were opened; for a person concerned only those about them */
	struct words to;         /* of LOOK_KEYS_GIVEN: the auditor */
};

/* The code of an act that is no look itself: an auditor was given the keys and can look without our seeing it. */
#define LOOK_KEYS_GIVEN "keys.given"

typedef rc look_fn(struct ctx *c, const struct look_seen *look, void *p);
/*
 * Calls fn for every look at the case, and every time keys of it were handed out, in order. `unit`: only looks at what is sealed for this unit ("<case>.<person>"), for
 * the person concerned; empty: all.
 */
MUST_USE rc looks_each(struct ctx *c, struct node *n, slice case_id, slice unit, look_fn *fn, void *p);

#endif
