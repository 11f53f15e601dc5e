/*
 * Documents of a case that are selected on the page: the file lies sealed in the record under the key of the case, so that the
 * officer's decisions, which are bound to its digest, can be looked at again, and goes when the case's content is disposed of.
 */
#ifndef WORK_SELECT_HELD_H
#define WORK_SELECT_HELD_H

#include "core/record/record.h"

#define HELD_MOST ((size_t)8 << 20)

/* select.document */
extern const struct act_kind held_kinds[];

struct held_doc {
	int64_t seq, size;
	msec at;
	slice actor, doc, name;   /* name: set by held_names() */
	bool gone;                /* the same: it was shredded */
};

/* SHA-256 in hexadecimal, by which a document is known on the record. */
MUST_USE rc held_digest(struct ctx *c, slice bytes, struct buf *b);
/* E_LIMIT "select.held_size", E_INVALID "select.held_empty". */
MUST_USE rc held_act(struct ctx *c, const struct actor *who, slice case_id, slice name, slice bytes, struct act *ret);
MUST_USE rc held_list(struct ctx *c, struct node *n, slice case_id, struct held_doc **ret, size_t *ret_n);
/*
 * Their names, for somebody who looks. A name is sealed with its file, so the newest are opened, up to HELD_NAMES_BYTES; the
 * others keep an empty name.
 */
#define HELD_NAMES_BYTES ((int64_t)32 << 20)
MUST_USE rc held_names(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct held_doc *list, size_t count);
/* Name and bytes, opened for somebody who looks. E_NOTFOUND "select.held_none" also when it was shredded. */
MUST_USE rc held_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, slice *ret_name, slice *ret_bytes);

#endif
