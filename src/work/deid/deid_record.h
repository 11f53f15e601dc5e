/*
 * Releases in the record: what was released, made from what, by which spec, with which report, to whom. Hashes and counts
 * stand in the entry; receiver and purpose are sealed. Opening the sealed method is an act too, with its purpose.
 */
#ifndef WORK_DEID_RECORD_H
#define WORK_DEID_RECORD_H

#include "core/record/record.h"

/* deid.release deid.open */
extern const struct act_kind deid_kinds[];

struct release_said {
	slice in_sha, out_sha, report_sha, spec_sha, sealed_sha;   /* hexadecimal; sealed_sha and spec_sha may be empty */
	int64_t rows, suppressed, k, classes;
	bool law_met;                                  /* every item of the checklist */
	slice regime;                                  /* "public", "private" or "none" */
	slice receiver, purpose;                       /* sealed */
	slice report;                                  /* JSON, sealed with them; empty: only its hash stands */
};

MUST_USE rc release_record(struct ctx *c, struct node *n, const struct actor *who, const struct release_said *r,
	int64_t *ret_seq);
/* Before a sealed method is opened: who, which (its hash), for what. */
MUST_USE rc opening_record(struct ctx *c, struct node *n, const struct actor *who, slice sealed_sha, slice purpose,
	int64_t *ret_seq);

struct release_seen { int64_t seq; msec at; slice id, actor; struct release_said said; };

/* All releases in the record, oldest first; with `look` receiver, purpose and report are opened (an act). In c->a. */
MUST_USE rc release_list(struct ctx *c, struct node *n, const struct look *look, struct release_seen **ret, size_t *ret_n);
/* One of them, opened for somebody who looks. E_NOTFOUND "deid.no_release". */
MUST_USE rc release_open(struct ctx *c, struct node *n, const struct look *look, int64_t seq, struct release_seen *ret);

#endif
