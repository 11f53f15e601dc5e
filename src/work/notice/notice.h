/*
 * Notices (お知らせ・督促): who is told of a duty, when, and who is told next when nobody confirms. The ladder is data
 * (notices/ladder.yaml). Every notice is an act, so that it can be shown afterwards who knew of a deadline since when.
 *
 * A notice says which case (its number), which duty, to whom it is owed and by when; nothing of what happened.
 */
#ifndef WORK_NOTICE_NOTICE_H
#define WORK_NOTICE_NOTICE_H

#include "work/duty/duty.h"

/* notice.send notice.handed notice.failed notice.confirm */
extern const struct act_kind notice_kinds[];

/* ---- the ladder ---- */

enum anchor { ANCHOR_OPENED, ANCHOR_TARGET, ANCHOR_DUE };

#define ANCHORS 3

struct step {
	slice id;
	enum anchor from;
	int64_t days;
	int64_t minute;            /* of the day in Japan; -1: to the minute of the anchor */
	const slice *to;           /* roles */
	uint32_t nto;
	int64_t confirm_minutes;   /* 0: no confirmation is waited for */
	bool every_day;
};

struct rungs { slice id; bool must, days; const struct step *steps; uint32_t n; };

struct ladder {
	const slice *escalate;     /* "deputy" or a role, in order */
	uint32_t nescalate;
	const struct rungs *rungs;
	uint32_t n;
	int64_t ahead, behind;     /* days that the furthest step lies before a due day and after the opening */
};

/* Reads data/notices/ladder.yaml. E_INVALID "notice.step", "notice.role", "pack.…" with file, row and column. */
MUST_USE rc ladder_load(struct ctx *c, const char *data, const struct ladder **ret);

/* ---- who can be told ---- */

struct held { slice role, section; };   /* section empty: the whole organisation */

struct helper {
	slice account;
	bool absent;
	const struct held *held;
	size_t nheld;
	const slice *deputies;     /* accounts */
	size_t ndeputies;
};

struct roster { const struct helper *v; size_t n; };

/* ---- what is to be sent ---- */

enum notice_why { WHY_STEP, WHY_ABSENT, WHY_SILENT, WHY_NOBODY };

#define NOTICE_WHYS 4

extern const char *const notice_why_words[NOTICE_WHYS];   /* "step" "absent" "silent" "nobody" */

enum notice_state { NOTICE_QUEUED, NOTICE_HANDED, NOTICE_FAILED };

#define NOTICE_STATES 3

extern const char *const notice_state_words[NOTICE_STATES];

/* A notice on record. In c->a. */
struct notice {
	int64_t seq;
	slice case_id, rule, recipient;   /* the duty */
	slice step;                       /* "due-1", "over+2" */
	int64_t level;                    /* 0: the step's own; k: the k-th of escalate */
	slice account, instead_of;        /* instead_of: whose deputy was told; may be empty */
	enum notice_why why;
	msec at, confirmed;               /* confirmed 0: not yet */
	enum notice_state state;
	int64_t tries;
	msec next_try;
};

/*
 * What of this duty is due to be sent at `now`, given what was sent before; nothing when it is confirmed or not open.
 * A function of its arguments: no clock, no tables. seq, at, state of *ret are not set.
 *
 * sections   of the case; none: the case belongs to everybody
 */
MUST_USE rc notice_next(struct ctx *c, const struct ladder *l, const struct duty *d, const struct notice *sent, size_t nsent,
                        const struct roster *r, const slice *sections, size_t nsections, msec now, struct notice **ret,
                        size_t *ret_n);

/* A moment of the ladder that lies ahead. */
struct coming { const struct step *step; msec at; };
MUST_USE rc notice_coming(struct ctx *c, const struct ladder *l, const struct duty *d, msec now, struct coming **ret,
                          size_t *ret_n);

/* ---- acts and tables ---- */

/*
 * Looks at all open duties that a step could concern and puts what is due on record as notice.send; *ret_n of them.
 * `people` gives the roster and the sections of a case.
 */
struct notice_people {
	rc (*roster)(struct ctx *c, struct node *n, jday day, struct roster *ret);
	rc (*sections)(struct ctx *c, struct node *n, slice case_id, slice **ret, size_t *ret_n);
};
/* The accounts of the node (core/people). */
extern const struct notice_people notice_accounts;
MUST_USE rc notice_tick(struct ctx *c, struct node *n, const struct law *law, const struct ladder *l,
                        const struct notice_people *people, size_t *ret_n);

/*
 * The same in small pieces, for a process that has other things to do meanwhile: begin, go on as long as *ret_more, end. What
 * is borrowed must last until the end.
 */
struct notice_turn;
MUST_USE rc notice_turn_begin(struct ctx *c, struct node *n, const struct law *law, const struct ladder *l,
                              const struct notice_people *people, struct notice_turn **ret);
/* Looks at up to `most` duties (1 to CASE_PAGE_MOST). */
MUST_USE rc notice_turn_go(struct ctx *c, struct notice_turn *t, size_t most, bool *ret_more);
/* How many notices it put on record. */
size_t notice_turn_end(struct notice_turn *t);

/* All of a case, in order. */
MUST_USE rc notice_list(struct ctx *c, struct store *st, slice case_id, struct notice **ret, size_t *ret_n);
/*
 * What waits for this person to confirm: the newest notice of each open duty, by its day. At most `most` notices are
 * looked at.
 */
MUST_USE rc notice_mine(struct ctx *c, struct store *st, slice account, size_t most, struct notice **ret, size_t *ret_n);
/* Of one duty, in order. */
MUST_USE rc notice_of_duty(struct ctx *c, struct store *st, const struct duty *d, struct notice **ret, size_t *ret_n);
/* Those that wait to be handed to the mail system now; at most `most`. */
MUST_USE rc notice_waiting(struct ctx *c, struct store *st, size_t most, struct notice **ret, size_t *ret_n);

/*
 * Handed over, or not: then it is tried again after 5, 10, 20 … minutes, at most 10 times. `code`: a word; what need not be
 * sent any more, or has nowhere to go, is not tried again.
 */
#define NOTICE_OVER "over"
#define NOTICE_NO_ADDRESS "no_address"
MUST_USE rc notice_note_handed(struct ctx *c, struct node *n, const struct notice *w);
MUST_USE rc notice_note_failed(struct ctx *c, struct node *n, const struct notice *w, slice code);

#define NOTICE_TRIES 10

/* 確認: somebody who was told takes the duty on; whoever else was told need not be chased. */
MUST_USE rc notice_act_confirm(struct ctx *c, const struct actor *who, const struct duty *d, struct act *ret);

/* ---- what it says ---- */

/* Subject in one line, text in lines, and an id that stays the same when it is sent again. */
struct letter { slice subject, text, id; };

/*
 * Days and times with their zone. `base` is what links begin with ("https://node.example"); empty: no link. The address it goes to and
 * the form of a mail are the sender's.
 */
MUST_USE rc notice_write(struct ctx *c, const struct law *law, const struct ladder *l, const struct notice *w,
                         const struct duty *d, const struct case_head *h, slice base, bool exercise, struct letter *ret);
/* Why this person is told: for the mail and for lists. */
const char *notice_why_text(enum notice_why why, bool ja);

#endif
