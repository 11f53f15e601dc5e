/*
 * Whom a reader of checkpoints trusts: C2SP tlog-policy. Lines `log VKEY [URL]`, `witness NAME VKEY [URL]`,
 * `group NAME any|all|N MEMBER …`, `quorum NAME|none`; `#` begins a comment line.
 */
#ifndef CORE_RECORD_POLICY_H
#define CORE_RECORD_POLICY_H

#include "core/record/note.h"

#define POLICY_LOGS_MOST 32u
#define POLICY_ITEMS_MOST 64u      /* witnesses and groups */
#define POLICY_MEMBERS_MOST 32u    /* of one group */
#define POLICY_MOST ((size_t)65536)

struct policy_item {
	slice name;
	unsigned need;                          /* 0: a witness; else how many members of the group must have signed */
	struct note_key key;                    /* of a witness */
	unsigned members[POLICY_MEMBERS_MOST];  /* of a group: earlier items */
	size_t nmembers;
	bool member;                            /* of a group, which is the only one then */
};

struct policy {
	struct note_key logs[POLICY_LOGS_MOST];
	size_t nlogs;
	struct policy_item items[POLICY_ITEMS_MOST];
	size_t nitems;
	bool decided;                           /* the quorum line was there */
	size_t quorum;                          /* an item; POLICY_ITEMS_MOST: none is wanted */
};

/* In c->a, borrows from `text`. A policy without a log is refused: ours are about known ones. E_INVALID "policy.form" with the line, "note.key"; E_LIMIT "policy.limit". */
MUST_USE rc policy_parse(struct ctx *c, slice text, struct policy *ret);
/*
 * A log of the policy whose name is the checkpoint's origin signed it, and the quorum cosigned. *ret_witnesses: how many
 * witnesses of the policy did. E_TAMPER "proof.origin", "note.signature", "policy.quorum"; E_NOTFOUND "note.unsigned".
 */
MUST_USE rc policy_check(struct ctx *c, const struct policy *p, const struct note *n, size_t *ret_witnesses);

#endif
