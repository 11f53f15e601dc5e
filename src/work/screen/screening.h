/*
 * What becomes of the items of a screening: kept sealed on the record, given to somebody who has no part in them,
 * reviewed, and, when an item is an incident, followed by a case with its duties. Everything is an act.
 *
 * Nobody reviews an item in which they are a user, or their superior is; items about administrators and about the log
 * itself go to auditors, never to those who run the systems (IPA, guideline against insiders, (18)).
 */
#ifndef WORK_SCREEN_SCREENING_H
#define WORK_SCREEN_SCREENING_H

#include "core/record/record.h"

/* screening.keep screening.reviewer screening.assign screening.review screening.case screening.ask screening.reveal
   screening.person screening.disclose */
extern const struct act_kind screening_kinds[];

struct screening_item {
	slice id, run, org, kind, reviewer, state, reason, case_id;
	int64_t seq, rank, score, severity;
	bool auditor;
	msec kept, changed;
};

#define SCREENING_PAGE_MOST 500

/* E_NOTFOUND "screening.no_item". In c->a. */
MUST_USE rc screening_find(struct ctx *c, struct store *st, slice id, struct screening_item *ret);
/* The items of a run behind this rank, in their order. */
MUST_USE rc screening_page(struct ctx *c, struct store *st, slice run, int64_t rank, size_t most,
	struct screening_item **ret, size_t *ret_n);

/* Who reviews: the node's actor, the account in the logs that is theirs, and their superior's (both may be empty). */
struct screening_reviewer { slice actor, account, superior; bool auditor; int64_t items; };
MUST_USE rc screening_reviewers(struct ctx *c, struct store *st, struct screening_reviewer **ret, size_t *ret_n);
MUST_USE rc screening_reviewer_set(struct ctx *c, struct node *n, const struct actor *who,
	const struct screening_reviewer *r, int64_t *ret_seq);

/*
 * Keeps a list (JSON lines of renkei screen) under the name of a run. Each item is given to the reviewer without a part
 * in it who has fewest; *ret_alone counts those for whom there is nobody. E_INVALID "screening.list".
 */
MUST_USE rc screening_keep(struct ctx *c, struct node *n, const struct actor *who, slice run, slice list,
	size_t *ret_kept, size_t *ret_alone);

/* The whole item, opened for somebody who looks: one act. */
MUST_USE rc screening_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_item *i,
	const struct json **ret);

/*
 * result: reviewed justified needs_talk incident; reason: case duty order test registered_late data none.
 * E_DENIED "screening.conflict" when the actor or the actor's superior is among its users, "screening.auditor" when only
 * auditors may; E_INVALID "screening.result". The note is sealed.
 */
MUST_USE rc screening_review(struct ctx *c, struct node *n, const struct actor *who, slice id, slice result, slice reason,
	slice note, int64_t *ret_seq);
/* The item became this case. */
MUST_USE rc screening_case(struct ctx *c, struct node *n, const struct actor *who, slice id, slice case_id);

/* The number behind one record of an item is shown only when one person asks and another one agrees. */
MUST_USE rc screening_ask(struct ctx *c, struct node *n, const struct actor *who, slice id, slice event, int64_t *ret_seq);
/* E_DENIED "screening.same_person", "screening.asked_before"; E_NOTFOUND "screening.no_ask". */
MUST_USE rc screening_reveal(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_event);

/*
 * A person asks who looked at their record. The number lies sealed under a matter of its own, *ret_ask is the asking.
 * Another person than the one who took it in agrees, once; then the number is opened for the look into the logs.
 */
MUST_USE rc screening_person(struct ctx *c, struct node *n, const struct actor *who, slice number, int64_t *ret_ask);
/* E_DENIED "screening.same_person", "screening.asked_before"; E_NOTFOUND "screening.no_ask", "screening.gone". */
MUST_USE rc screening_disclose(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_number);

/*
 * What reviews have shown a rule to be worth: (2 + confirmed) / (4 + judged), at least 0.3, in hundredths; a rule that
 * nobody judged yet keeps 100. Source: catalogue of rules, section 5 (Beta prior).
 */
struct screening_weight { slice kind; int64_t judged, confirmed, weight; };
MUST_USE rc screening_weights(struct ctx *c, struct store *st, struct screening_weight **ret, size_t *ret_n);

/* A run in numbers, for the staff: how many items, how they ended, why they were justified. */
struct screening_count { slice state, reason; int64_t n; };
MUST_USE rc screening_counts(struct ctx *c, struct store *st, slice run, struct screening_count **ret, size_t *ret_n);

#endif
