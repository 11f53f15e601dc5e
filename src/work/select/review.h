/*
 * What was held back on a weak sign, for an officer who decides: each decision is an act of a case, with its reason sealed.
 * A released place goes out the next time the same document is selected for the case; everything else stays in.
 */
#ifndef WORK_SELECT_REVIEW_H
#define WORK_SELECT_REVIEW_H

#include "core/record/record.h"
#include "engine/select/pii.h"
#include "work/select/select.h"

/* select.decide */
extern const struct act_kind select_kinds[];

enum doubt_state { DOUBT_OPEN, DOUBT_KEPT, DOUBT_RELEASED };
#define DOUBT_STATES 3
const char *doubt_state_word(enum doubt_state s);

struct doubt {
	uint32_t part;            /* of the document, in its order */
	enum pii_type type;
	uint64_t start, end;      /* characters within the part */
	const char *rule;
	bool check_failed;
	slice value, before, behind;   /* the text and what stands around it, with all else that was held back masked */
	enum doubt_state state;
	slice actor;              /* who decided last, and when */
	msec at;
	int64_t seq;
};

struct select_review {
	char doc[65];             /* SHA-256 of the document: what decisions are bound to */
	slice case_id;
	struct doubt *doubts;
	size_t n;
};

/* The doubtful places of a document with what was decided of them. The number of one is its index and one. */
MUST_USE rc select_review_read(struct ctx *c, struct node *n, slice case_id, slice name, slice bytes, struct select_review *ret);
/* E_NOTFOUND "select.review_none", E_INVALID "select.review_reason" (a decision has a reason), those of free texts. */
MUST_USE rc select_review_act(struct ctx *c, const struct actor *who, const struct select_review *r, uint32_t number, bool release, slice reason,
	struct act *ret);
/* For select_options.released, in c->a. */
MUST_USE rc select_review_released(struct ctx *c, const struct select_review *r, struct select_place **ret, size_t *ret_n);

#endif
