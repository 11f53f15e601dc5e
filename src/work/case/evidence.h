/*
 * What is kept beside the facts of a case: evidence (files, as they came), and the rounds in which the people concerned were told
 * (本人への通知). A file is stored and given out again, never opened here: taking it apart is the work of `parse`.
 *
 * Name, note and bytes lie sealed under the case's key, or under that of one person in it, who can then be disposed of alone;
 * the tables hold sizes, digests, numbers and days.
 */
#ifndef WORK_CASE_EVIDENCE_H
#define WORK_CASE_EVIDENCE_H

#include "work/case/case.h"

/* evidence.file evidence.add told.round */
extern const struct act_kind evidence_kinds[];

#define EVIDENCE_MOST PAYLOAD_MOST

struct evidence {
	int64_t seq, file;         /* entries: of what is said about it, of its bytes */
	msec at;
	slice actor;
	int64_t size;
	slice digest;              /* SHA-256, hexadecimal */
	bool gone;
	slice name, note, person;  /* after evidence_open; person: an id, empty: of the case */
};

/* Newest first. */
MUST_USE rc evidence_list(struct ctx *c, struct store *st, slice case_id, struct evidence **ret, size_t *ret_n);
MUST_USE rc evidence_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct evidence *v, size_t nv);
/* Name and bytes: one look. E_NOTFOUND "evidence.none", "evidence.gone"; E_TAMPER "evidence.digest". */
MUST_USE rc evidence_read(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, slice *ret_name,
                          slice *ret_bytes);
/* What is brought in. `person`: an id that says nothing to others ("p-1"), when it is about that person alone; else empty. */
struct evidence_new { slice name, note, bytes, person; };

/* Two acts, for one batch. E_INVALID "evidence.empty", "evidence.person"; E_LIMIT "evidence.large". */
MUST_USE rc evidence_acts(struct ctx *c, const struct actor *who, const struct case_head *h, const struct evidence_new *x, struct act ret[2]);

/* One round of telling people: so many letters on that day, so many came back. */
struct told_round {
	int64_t seq;
	struct when on;
	slice how;                 /* letter call mail visit notice other */
	int64_t sent, returned;
	slice actor;
	bool gone;
	slice note;                /* after told_open */
};

/* By day. */
MUST_USE rc told_list(struct ctx *c, struct store *st, slice case_id, struct told_round **ret, size_t *ret_n);
MUST_USE rc told_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct told_round *v, size_t nv);
/* E_INVALID "told.future", "told.count". */
MUST_USE rc told_act(struct ctx *c, const struct actor *who, const struct case_head *h, const struct told_round *r, struct act *ret);

#endif
