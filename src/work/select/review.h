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
	slice path;               /* of that part; empty for the document itself */
	enum pii_type type;
	uint64_t start, end;      /* characters within the part */
	uint64_t line;            /* of the part, from 1 */
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
	size_t left;              /* doubtful places beyond what one document may have: they stay in */
	uint32_t parts, unread;   /* of the document; unread: encrypted, broken, a picture */
	size_t chars;             /* bytes of text that were read */
};

/* The doubtful places of a document with what was decided of them. The number of one is its index and one. */
MUST_USE rc select_review_read(struct ctx *c, struct node *n, slice case_id, slice name, slice bytes, struct select_review *ret);
/*
 * An act for each of the places with these numbers; DOUBT_OPEN takes a decision back and needs no reason. E_INVALID
 * "select.review_choose" (none chosen), "select.review_reason"; E_NOTFOUND "select.review_none", those of free texts.
 */
MUST_USE rc select_review_acts(struct ctx *c, const struct actor *who, const struct select_review *r, const uint32_t *numbers, size_t n,
	enum doubt_state to, slice reason, struct act **ret);
/* For select_options.released, in c->a. */
MUST_USE rc select_review_released(struct ctx *c, const struct select_review *r, struct select_place **ret, size_t *ret_n);

#endif
