/*
 * Reports of a case: drafted on a form from what is known, submitted, followed up. A draft is a snapshot: the values
 * that it was made from lie sealed in its entry, so the report can be printed again as it was and compared with the
 * next one. Submitting discharges the duty that it was drafted for.
 */
#ifndef WORK_REPORT_FILING_H
#define WORK_REPORT_FILING_H

#include "work/duty/duty.h"
#include "work/report/filing_form.h"

/* report.draft report.submit */
extern const struct act_kind report_kinds[];

enum filing_state { FILING_DRAFT, FILING_SUBMITTED, FILING_REPLACED };

#define FILING_STATES 3

extern const char *const filing_state_words[FILING_STATES];

struct filing {
	slice id, case_id;
	int64_t num;               /* of the case: 1, 2, 3 … */
	slice form, form_version;
	slice kind;                /* "preliminary" "follow_up" "final" "other" */
	slice rule, recipient;     /* the duty; empty: none */
	slice previous;            /* id of the submitted one that it follows; empty: none */
	enum filing_state state;
	int64_t seq, submit_seq;   /* entries; submit_seq is -1 while a draft */
	msec drafted, submitted;
	int64_t missing;           /* required fields that had no value */
};

/* What to draft. Empty texts are worked out from the duty. */
struct filing_request {
	slice rule;                /* duty; may be empty when `form` is given */
	slice form, kind, addressee;
};

/*
 * Drafts: opens what is sealed in the case (an act), fills the form, keeps the snapshot. An older draft of the same form
 * and duty is replaced. E_INVALID "filing.which_form", "filing.kind"; E_NOTFOUND "duty.none", "form.unknown",
 * "form.not_in_force".
 */
MUST_USE rc filing_draft(struct ctx *c, struct node *n, const struct terms *t, const struct shelf *p,
                         const struct look *look, const struct case_head *h, const struct filing_request *q,
                         struct filing *ret, struct sheet **ret_sheet);

/* "2023-0001/2" or "r-…". E_NOTFOUND "filing.none". */
MUST_USE rc filing_find(struct ctx *c, struct store *st, slice ref, struct filing *ret);
MUST_USE rc filing_list(struct ctx *c, struct store *st, slice case_id, struct filing **ret, size_t *ret_n);
/* The report as it was: its snapshot, opened for somebody who looks. E_NOTFOUND "filing.gone" after a disposal. */
MUST_USE rc filing_open(struct ctx *c, struct node *n, const struct shelf *p, const struct look *look,
                        const struct filing *f, struct sheet **ret);

struct submission {
	struct when on;
	slice receipt, channel, note;   /* sealed */
	bool incomplete;                /* submit though required fields are missing: the rest follows (追完) */
	const int64_t *approvals;       /* of the draft, by somebody else (core/people: approval_list) */
	size_t napprovals;
	bool emergency;                 /* without one: it stands flagged, and somebody reviews it */
};

/*
 * One transaction: the report is submitted and its duty done. E_CONFLICT "filing.not_draft"; E_INVALID
 * "filing.missing" for a final report with required fields missing unless `incomplete`; E_DENIED "approval.need",
 * "approval.own" on a node with accounts.
 */
MUST_USE rc filing_submit(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who,
                          const struct filing *f, const struct submission *s, bool *ret_discharged);

#endif
