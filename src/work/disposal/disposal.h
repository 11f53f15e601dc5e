/*
 * Disposal of personal content: what is due, who proposed, who approved, what was done. Destroying the key of a unit (a case, or
 * one person in it) makes its content unreadable in every copy; the record still verifies.
 */
#ifndef WORK_DISPOSAL_DISPOSAL_H
#define WORK_DISPOSAL_DISPOSAL_H

#include "work/case/case.h"

/* ---- retention periods as data ---- */

struct period {
	slice id, ja, en;
	slice basis;          /* where the period is laid down */
	int64_t years;        /* after the case was closed; counted from the next 1 April when `fiscal` */
	bool fiscal;          /* 年度: from the beginning of the next fiscal year */
	bool review;          /* the organisation has to confirm it */
};

struct retention { const struct period *v; size_t n; };

/* retention/periods.yaml of the data folder. E_INVALID with file, row and reason. */
MUST_USE rc retention_load(struct ctx *c, const char *data, struct retention *ret);
/* E_NOTFOUND "disposal.rule". An empty id: the first one. */
MUST_USE rc retention_find(struct ctx *c, const struct retention *r, slice id, const struct period **ret);
/* The first day on which what was closed then may be disposed of (民法 140条, 143条: the first day is not counted). */
MUST_USE rc retention_end(struct ctx *c, const struct period *p, msec closed, jday *ret);

/* ---- disposals ---- */

enum disposal_state { DISPOSAL_PROPOSED, DISPOSAL_APPROVED, DISPOSAL_ORDERED, DISPOSAL_DONE };

#define DISPOSAL_STATES 4

struct disposal {
	int64_t seq;                       /* of the proposal */
	slice case_id, rule;
	struct words keys;
	struct actor proposer, approver, orderer;
	msec proposed, approved, ordered, done;
	int64_t approve_seq, order_seq, done_seq;   /* -1: not yet */
	int64_t epoch[2];                  /* of the keeper, before and after */
	int64_t items;                     /* sealed payloads that went */
	enum disposal_state state;
};

/* Why not before the period has ended: another reason, recorded as `code`. */
struct proposal {
	struct actor actor;
	slice person;             /* one person in the case; empty: everything of it */
	const struct period *rule;
	bool early;               /* before the period ends, or while the case is open: on request of the person, recall … */
	struct words code;        /* the reason; needed when early */
};

/* E_CONFLICT "disposal.open", "disposal.not_due", "disposal.hold", "disposal.gone"; E_NOTFOUND "disposal.empty". */
MUST_USE rc disposal_propose(struct ctx *c, struct node *n, const struct case_head *h, const struct proposal *p, int64_t *ret_seq);
MUST_USE rc disposal_approve(struct ctx *c, struct node *n, const struct actor *who, int64_t proposal, int64_t *ret_seq);
/*
 * Orders what was proposed and approved, destroys the keys, drops the ciphertext. Can be repeated after a crash: what was ordered
 * is carried out. E_DENIED "act.approval", "act.role"; E_CONFLICT "disposal.hold".
 */
MUST_USE rc disposal_carry_out(struct ctx *c, struct node *n, const struct actor *who, int64_t proposal, int64_t *ret_done);
/* E_NOTFOUND "disposal.none". */
MUST_USE rc disposal_read(struct ctx *c, struct node *n, int64_t proposal, struct disposal *ret);
typedef rc disposal_fn(struct ctx *c, const struct disposal *d, void *p);
MUST_USE rc disposal_each(struct ctx *c, struct node *n, disposal_fn *fn, void *p);
MUST_USE rc hold_set(struct ctx *c, struct node *n, const struct actor *who, slice case_id, struct words code, int64_t *ret_seq);
MUST_USE rc hold_lift(struct ctx *c, struct node *n, const struct actor *who, slice case_id, int64_t hold);
/* The hold that stands on the case; -1: none. */
MUST_USE rc hold_of(struct ctx *c, struct store *st, slice case_id, int64_t *ret);

/* The certificate of a disposal that was carried out, as PDF; the same disposal gives the same bytes. E_CONFLICT "disposal.not_done". */
MUST_USE rc disposal_certificate(struct ctx *c, struct node *n, const struct retention *r, const struct disposal *d, slice *ret_pdf);

#endif
