/*
 * A case: what is known of an incident, who said so, when it was true, when we came to know it, when it was stated.
 * Nothing is overwritten. A newer statement stands beside the older one; a correction names the statement that it
 * mends. So the case can be asked for any moment, in two times that are not the same:
 *   known   what did we know by then? (whenever it was written down)
 *   stated  what stood in the record by then? (what a person at the screen could see)
 *
 * The tables hold ids, codes, numbers and days. Names, free text and tables of the record lie sealed in the entry; to
 * read them is an act (case_facts_open).
 */
#ifndef WORK_CASE_CASE_H
#define WORK_CASE_CASE_H

#include "base/when.h"
#include "core/people/people.h"
#include "core/record/record.h"
#include "work/case/said.h"
#include "work/case/term.h"

/* case.open fact.state case.event case.close case.reopen */
extern const struct act_kind case_kinds[];

struct case_head {
	slice id, num;             /* "c-…", "2026-0001" */
	int64_t seq, last_seq;     /* entries that opened and last changed it */
	msec opened, known, changed;
	bool known_day_only, closed;
	slice cause;               /* word of the fact `cause`; empty while not known */
	jday next_day;             /* of the most urgent open duty that must be done; JDAY_MOST: none */
	int64_t open_must, open_may, asked;
};

#define CASE_PAGE_MOST 500

/* By number or id. E_NOTFOUND "case.none". In c->a. */
MUST_USE rc case_find(struct ctx *c, struct store *st, slice ref, struct case_head *ret);
/*
 * A page of open or closed cases, the most urgent first. `after` (NULL for the first page) is the last one of the page
 * before. most 1 to CASE_PAGE_MOST.
 */
MUST_USE rc case_page(struct ctx *c, struct store *st, bool closed, const struct case_head *after, size_t most,
                      struct case_head **ret, size_t *ret_n);

/* Which past moment; MOMENT_NOW for the present. */
struct moment {
	msec known;     /* known by then */
	msec stated;    /* stated by then */
};

#define MOMENT_NOW ((struct moment){ INT64_MAX, INT64_MAX })

struct fact {
	int64_t seq;
	uint32_t idx;
	const struct term *term;
	struct said said;          /* json is empty for a sealed value until it is opened */
	enum said_sure sure;
	bool sealed, gone;         /* gone: its key was destroyed */
	struct when known;
	msec stated;
	bool has_from;
	msec holds_from;           /* since when it was so */
	slice actor;
	int64_t mends;             /* seq of the statement that it corrects; -1 for none */
	slice by, source, reason;  /* after case_facts_open */
};

/* What held at that moment: for each term the statement known last that no correction took away. By term. */
MUST_USE rc case_facts_at(struct ctx *c, struct store *st, const struct terms *t, slice case_id, struct moment m,
                          struct fact **ret, size_t *ret_n);
/* Every statement ever made, by path and time; `path` empty for all. */
MUST_USE rc case_facts_all(struct ctx *c, struct store *st, const struct terms *t, slice case_id, slice path,
                           struct fact **ret, size_t *ret_n);
/* Opens what is sealed in these facts for somebody who looks: one act `item.view`. */
MUST_USE rc case_facts_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct fact *facts,
                            size_t nfacts);
/* The title, opened likewise; empty when it is gone or was never given. */
MUST_USE rc case_title_open(struct ctx *c, struct node *n, const struct look *look, const struct case_head *h,
                            slice *ret);

/*
 * Facts of the law out of what was stated, for law_assess(): `phase` incident and `node_role` reporter unless stated
 * otherwise. A number that is "at most N" counts as N, for the rules ask whether it may exceed a threshold.
 */
MUST_USE rc case_law_facts(struct ctx *c, const struct terms *t, const struct fact *facts, size_t n,
                           struct law_facts *f);

/*
 * The path whose statement corrects when the organisation knew: the clocks of all duties follow. The opening of the case
 * says it first, outside of the facts.
 */
#define CASE_KNOWN_PATH "known_at"

/* When the organisation knew, as these facts (of any moment) have it. */
MUST_USE rc case_known_by(struct ctx *c, struct store *st, const struct case_head *h, const struct fact *facts, size_t n,
                          struct when *ret);

/* The head as of that moment. */
static inline void case_known_set(struct case_head *h, struct when known)
{
	h->known = known.at;
	h->known_day_only = known.day_only;
}

/* Something that happened, with its place in time. */
enum event_precision { EVENT_MINUTE, EVENT_ABOUT, EVENT_DAY, EVENT_OPEN };

#define EVENT_PRECISIONS 4

extern const char *const event_precision_words[EVENT_PRECISIONS];

struct event {
	int64_t seq;
	msec at;
	enum event_precision precision;
	slice kind;                /* word */
	msec stated;
	slice actor;
	int64_t mends;
	bool gone;
	slice what, who, source;   /* after case_events_open */
};

MUST_USE rc case_events_at(struct ctx *c, struct store *st, slice case_id, msec stated, struct event **ret,
                           size_t *ret_n);
MUST_USE rc case_events_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct event *events,
                             size_t nevents);

/* ---- acts to append; each fills *ret for node_append_all, all memory in c->a ---- */

struct statement {
	const struct term *term;
	struct said said;
	enum said_sure sure;
	struct when known;
	bool has_from;
	msec holds_from;
	bool mend;                 /* corrects what was stated of the term before */
};

/* Who said it and where it stands: the same for all statements of an act. Texts are sealed. */
struct origin { slice by, source, reason; };

#define LIMIT_STATEMENTS 200u

/*
 * Gives the case a new id and the number `no` of the year of c->now (0: the next one). E_INVALID "case.known_future".
 */
MUST_USE rc case_act_open(struct ctx *c, struct store *st, const struct actor *who, struct when known, slice title,
                          int64_t no, slice *ret_id, slice *ret_num, struct act *ret);
/*
 * `before` are the facts of now (a correction needs them). E_INVALID "fact.known_future", "fact.twice",
 * "fact.nothing_to_mend" (the fact's name rides along), E_LIMIT "fact.many". The moment of knowing takes a value, not
 * later than the opening, and a reason: E_INVALID "case.known_value", "case.known_opened", "case.known_reason"; with the
 * opening itself "case.known_twice".
 */
MUST_USE rc case_act_state(struct ctx *c, const struct actor *who, const struct case_head *h, const struct fact *before,
                           size_t nbefore, const struct statement *s, size_t n, const struct origin *o, struct act *ret);
/* `mends`: seq of an earlier event, or -1. */
MUST_USE rc case_act_event(struct ctx *c, const struct actor *who, const struct case_head *h, struct when at,
                           enum event_precision precision, slice kind, slice what, slice by, slice source, int64_t mends,
                           struct act *ret);
MUST_USE rc case_act_close(struct ctx *c, const struct actor *who, const struct case_head *h, bool reopen, slice code,
                           slice reason, struct act *ret);

/* The facts as they will be once these statements are on record: for assessing before appending. */
MUST_USE rc case_facts_with(struct ctx *c, const struct terms *t, const struct fact *before, size_t nbefore,
                            const struct statement *s, size_t n, struct fact **ret, size_t *ret_n);

/* Statements from a JSON object: see man renkei-case, FACTS FILE. `given` holds what the command line said for all. */
struct facts_file { struct statement *s; size_t n; struct origin origin; };
MUST_USE rc case_facts_from_json(struct ctx *c, const struct terms *t, const struct json *root,
                                 const struct statement *given, struct facts_file *ret);
/* One `path=value`, `path:=…` for a correction. */
MUST_USE rc case_fact_from_word(struct ctx *c, const struct terms *t, slice word, const struct statement *given,
                                struct statement *ret);

#endif
