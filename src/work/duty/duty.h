/*
 * What is owed by somebody by some day. Duties follow the facts: each statement is assessed against the law, and what
 * opens, changes or lapses becomes an entry with its reason (which of the facts just stated decided it, which rules are
 * met). What cannot be told yet is kept with the facts that would decide it.
 *
 * The clock of a duty starts on the day of knowing (of the case, or of the head count where the law says so); later
 * statements, corrections and reports never start it again.
 */
#ifndef WORK_DUTY_DUTY_H
#define WORK_DUTY_DUTY_H

#include "core/law/law.h"
#include "work/case/case.h"

/* duty.assess duty.done duty.waive duty.undo */
extern const struct act_kind duty_kinds[];

enum duty_state { DUTY_OPEN, DUTY_DONE, DUTY_WAIVED, DUTY_LAPSED };

#define DUTY_STATES 4

extern const char *const duty_state_words[DUTY_STATES];

struct duty {
	slice case_id, rule, recipient;     /* rule is the id in the law; recipient a code, empty while not known */
	slice kind;
	bool must;
	enum duty_state state;
	bool has_due, has_target;
	jday due, target, started;
	jday sort_day;                      /* the earlier of due and target; JDAY_MOST without days */
	msec opened, changed;
	int64_t opened_seq, changed_seq;
	msec done_on;                       /* DUTY_DONE, DUTY_WAIVED */
	slice report, code;                 /* by which report, on which ground; may be empty */
	const struct law_duty *row;         /* NULL when the packs of today have no such id */
	const struct law_owed *owed;        /* with duties_at(): why; NULL otherwise */
};

/* A question, and how many duties wait for its answer. */
struct question {
	const struct term *term;
	uint32_t weight;                    /* sum over duties: 1/rank, times 2520; mandatory ones double */
	uint32_t nrules;
	const slice *rules;
};

struct duty_view {
	struct duty *duties;                /* what must be done first, the most urgent first; done and waived last */
	size_t n;
	struct question *asks;              /* most decisive first */
	size_t nasks;
	struct when known;                  /* when the organisation knew, as it was held then */
	bool before;                        /* the moment lies before the day of knowing: nothing was owed */
};

/*
 * What the case owed at a moment: the law assessed on the facts known and stated by then, less what had been done by
 * then. For MOMENT_NOW the same as the tables.
 */
MUST_USE rc duties_at(struct ctx *c, struct store *st, const struct terms *t, const struct case_head *h,
                      struct moment m, struct duty_view *ret);
/* Open duties of all open cases, the most urgent first: a page. */
MUST_USE rc duty_page(struct ctx *c, struct store *st, const struct law *law, bool must, const struct duty *after,
                      size_t most, struct duty **ret, size_t *ret_n);
/* Open duties that opened after `since`, the oldest first: a page. */
MUST_USE rc duty_opened_page(struct ctx *c, struct store *st, const struct law *law, msec since, const struct duty *after,
                             size_t most, struct duty **ret, size_t *ret_n);
/* One duty of a case by its rule. E_NOTFOUND "duty.none", E_INVALID "duty.which" when two recipients have it. */
MUST_USE rc duty_find(struct ctx *c, struct store *st, const struct law *law, const struct case_head *h, slice rule,
                      struct duty *ret);

/* The one of exactly this recipient (empty: not known). E_NOTFOUND "duty.none". */
MUST_USE rc duty_find_owed(struct ctx *c, struct store *st, const struct law *law, const struct case_head *h, slice rule,
                           slice recipient, struct duty *ret);

/* What a statement did to the duties. */
enum change_step { STEP_OPEN, STEP_CHANGE, STEP_LAPSE };

#define CHANGE_STEPS 3

struct duty_change {
	enum change_step step;
	struct duty duty;                   /* as it is now */
	const slice *why;                   /* facts just stated that decided it */
	size_t nwhy;
};

struct followed {
	struct duty_change *changes;
	size_t n;
	slice case_id, num;
	int64_t seq;                        /* of the statement */
};

/*
 * States facts and lets the duties follow: one transaction. Tries again when somebody else changed the case at the same
 * moment. Faults of case_act_state, E_CONFLICT "case.closed", E_DENIED "act.role".
 */
MUST_USE rc duty_state_facts(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who,
                             slice case_ref, const struct statement *s, size_t ns, const struct origin *o,
                             struct followed *ret);
/* Opens a case, with facts (ns may be 0). */
MUST_USE rc duty_open_case(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who,
                           struct when known, slice title, const struct statement *s, size_t ns,
                           const struct origin *o, struct followed *ret);
/* The acts of opening, at most 3, for those who append many at once and count the numbers `no` themselves (0: next). */
MUST_USE rc duty_open_acts(struct ctx *c, struct store *st, const struct terms *t, const struct actor *who,
                           struct when known, slice title, int64_t no, const struct statement *s, size_t ns,
                           const struct origin *o, struct act *acts, size_t *ret_n, struct followed *ret);

/* Grounds on which a duty may be waived; a mandatory one only on those marked, and only by the chief. */
struct ground { const char *word, *ja, *en; bool must; };

extern const struct ground ground_table[];

/*
 * how      "report", "letter", "call", "online", "publication", "other"
 * on       when it was done; not in the future
 * report   id of the report that served, or empty
 * receipt, note  sealed
 */
struct discharge {
	slice how, report, receipt, note;
	struct when on;
};

MUST_USE rc duty_act_done(struct ctx *c, const struct actor *who, const struct duty *d, const struct discharge *how,
                          struct act *ret);
MUST_USE rc duty_act_waive(struct ctx *c, const struct actor *who, const struct duty *d, slice ground, slice reason,
                           struct act *ret);
/* Takes back a discharge or a waiver that was a mistake. */
MUST_USE rc duty_act_undo(struct ctx *c, const struct actor *who, const struct duty *d, slice reason, struct act *ret);

/* ---- words ---- */

enum urgency { URGENCY_OVERDUE, URGENCY_TODAY, URGENCY_SOON, URGENCY_LATER, URGENCY_PROMPT, URGENCY_FREE };

#define URGENCIES 6

/* Soon is within three days, or past a target day that is not the last day by law. */
enum urgency duty_urgency(const struct duty *d, jday today);
bool duty_is_overdue(const struct duty *d, jday today);
/* あと3日（6月9日（金）が目標日）, 2日超過（期限 8月3日（木））, 速やかに（日数の定めなし）. */
void duty_put_deadline(struct buf *b, const struct duty *d, jday today, bool ja);
/* Title of the duty; its id when the packs have none. */
slice duty_title(const struct duty *d, bool ja);
/* 個人情報保護委員会; the name in force on the day. */
slice duty_recipient(const struct law *law, const struct duty *d, jday day, bool ja);

#endif
