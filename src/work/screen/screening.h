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

/* screening.run screening.keep screening.reviewer screening.assign screening.review screening.case screening.ask
   screening.reveal screening.person screening.disclose screening.answer */
extern const struct act_kind screening_kinds[];

struct screening_item {
	slice id, run, org, kind, reviewer, state, reason, case_id;
	slice department;            /* its word; "several"; empty where nobody told */
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
 * Whether this person may read and decide an item. STAND_UNKNOWN: their account in the logs is not known, so as far as we
 * can tell they have a part in it.
 */
enum screening_stand { STAND_FREE, STAND_PART, STAND_AUDITORS, STAND_UNKNOWN };

#define SCREENING_STANDS 4

enum screening_stand screening_stand(const struct screening_reviewer *v, size_t n, slice actor, const struct screening_item *i,
	const struct json *item);
/* Who could decide instead: no part in it, fewest items; NULL when there is nobody. */
struct screening_reviewer *screening_choose(struct screening_reviewer *v, size_t n, const struct json *item, bool auditor);
/* Gives an item to somebody. */
MUST_USE rc screening_assign(struct ctx *c, struct node *n, const struct actor *who, const struct screening_item *i, slice reviewer);

/*
 * A list to keep: the JSON lines of renkei screen, and where they are at hand its proof page, and accounts.csv and
 * departments.csv as the screening read them, so that items can be told apart by department.
 */
struct screening_list { slice run, items, proof, accounts, departments; };

/*
 * Keeps a list, all of it or nothing. Each item is given to the reviewer without a part in it who has fewest;
 * *ret_alone counts those for whom there is nobody. E_INVALID "screening.run", "screening.list", "screening.proof",
 * "screening.accounts"; E_CONFLICT "screening.run_kept".
 */
MUST_USE rc screening_keep(struct ctx *c, struct node *n, const struct actor *who, const struct screening_list *list,
	size_t *ret_kept, size_t *ret_alone);

/* What is known of a list beyond its items. -1: not told. */
struct screening_run {
	slice run, id, actor;
	int64_t seq, items, sources, lines, read, damaged, twice, missing, accesses, unexplained;
	msec at, since, until;       /* since, until: of what the items show */
	bool proof;
};
/* The lists of the node, the newest first: how many items, how many of them wait. `known`: there is more than its items. */
struct screening_sum { slice run; int64_t items, waiting; msec kept; bool known; struct screening_run about; };
MUST_USE rc screening_runs(struct ctx *c, struct store *st, struct screening_sum **ret, size_t *ret_n);
/* The list that was kept last; empty when there is none. */
MUST_USE rc screening_newest(struct ctx *c, struct store *st, slice *ret_run);
/* *ret_found false for one that an older version kept. */
MUST_USE rc screening_run_find(struct ctx *c, struct store *st, slice run, struct screening_run *ret, bool *ret_found);
/* {"departments":{…},"proof":{…}}, either may be missing, opened for somebody who looks. E_NOTFOUND "screening.gone". */
MUST_USE rc screening_run_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_run *r,
	const struct json **ret);
/* How many items of each list wait for this person. */
struct screening_wait { slice run; int64_t n; };
MUST_USE rc screening_waiting(struct ctx *c, struct store *st, slice actor, struct screening_wait **ret, size_t *ret_n);

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

/* What the staff are told of a number: as it is, or hidden where it is small or would be the rest of a sum. */
enum screening_told { TOLD_NUMBER, TOLD_FEW, TOLD_HIDDEN };

#define SCREENING_TOLDS 3
/* Smaller numbers are not told to the staff: they would name people. */
#define SCREENING_TOLD_LEAST 3

/* Of n numbers that make up a sum, what is told of v[i]. */
enum screening_told screening_told(const int64_t *v, unsigned n, unsigned i);

/* A person's question and where it stands; the number lies sealed. */
#define SCREENING_ANSWER_MOST ((size_t)4 << 20)
struct screening_asked { int64_t seq, answer; msec at; slice id, actor; bool agreed; };
/* The newest first. */
MUST_USE rc screening_asked_list(struct ctx *c, struct store *st, size_t most, struct screening_asked **ret, size_t *ret_n);
/* Keeps what `renkei review looked` found, sealed with the question. E_DENIED "screening.not_agreed". */
MUST_USE rc screening_answer(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice lines);
MUST_USE rc screening_answer_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_asked *a,
	slice *ret);

#endif
