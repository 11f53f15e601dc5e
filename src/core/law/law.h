/*
 * The law as data: facts, predicates, duties, clocks, agencies and calendars of law/ and agencies/, and the answer to
 * "what is owed, to whom, by when, and why". An answer is a function of the facts as known at an instant and the law in
 * force on the day of knowing; nothing here knows an article, an agency, a threshold or a holiday.
 *
 * Truth has three values (Kleene): a duty arises, does not arise, or cannot be told yet; then the facts that would
 * decide it are named, most decisive first. A loaded law is never changed and may be shared.
 */
#ifndef CORE_LAW_LAW_H
#define CORE_LAW_LAW_H

#include "base/calendar.h"
#include "base/json.h"
#include "base/rc.h"

struct law;
struct law_facts;
struct law_expr;
struct holidays;

/* ---- what the packs say; everything below is read-only and lives as long as the law ---- */

enum fact_type {
	FACT_BOOL,
	FACT_CHOICE,   /* one word of `choices` */
	FACT_COUNT,    /* whole number, 0 or more */
	FACT_DAY,      /* a day, or "" for none */
	FACT_TIME,     /* an instant, or "" for none */
	FACT_CODE,     /* code of an agency, or "" for none */
};

#define FACT_TYPES 6

struct law_word { slice id, ja, en; };

struct law_fact {
	slice id;
	slice group;                       /* section of a questionnaire it belongs to */
	slice name_ja, name_en;            /* short, for tables and sentences */
	slice ask_ja, ask_en;              /* the question put to a person */
	slice mean_ja;                     /* when it is so, in the words of the guideline; may be empty */
	enum fact_type type;
	const struct law_word *choices;    /* FACT_CHOICE */
	uint32_t nchoices;
	int64_t other;                     /* the documented default: index, 0/1, number; LAW_NONE for "" */
	int32_t other_from;                /* index of the fact whose value is the default; -1: `other` */
	const struct law_word *hints;      /* signs to look for, with their id and mark; may be none */
	uint32_t nhints;
};

/* "" of a day, an instant or a code: known that there is none. */
#define LAW_NONE INT64_MIN

struct law_names { jday from, to; slice ja, en; };

struct law_agency {
	slice code;                        /* recipient code, "PPC", "NCO+POLICE+IPA" */
	const struct law_names *names;     /* by date, oldest first */
	uint32_t nnames;
	slice channel_ja;                  /* how it is reached; may be empty */
};

struct law_predicate {
	slice id, name_ja, name_en;
	slice yes_ja, no_ja;               /* sentences; empty: made from name_ja */
	const slice *basis;
	uint32_t nbasis;
	slice certainty;                   /* S G T M I, joined by "/" */
	bool reason;                       /* named in `because` when it is met */
};

struct law_note { slice ja; const struct law_expr *when; };   /* when NULL: always */

/* A row: one id between two days. Days that are not bounded are JDAY_LEAST and JDAY_MOST. */
struct law_duty {
	slice id, title_ja, title_en;
	slice act, act_ja;                 /* pack it stands in, and its name */
	slice kind, kind_ja;
	const slice *basis;
	uint32_t nbasis;
	jday from, to;
	bool from_open;                    /* the day of its beginning was not established */
	slice certainty;
	bool mandatory;
	bool optional;                     /* of a pack that few need: its questions come after the others */
	bool serious;                      /* its condition is the ground on which a person may judge an incident serious (重大事案) */
	const struct law_note *review;     /* what a person still has to decide */
	uint32_t nreview;
	const struct law_word *content;    /* what it has to say */
	uint32_t ncontent;
	const slice *forms;                /* ids of forms that serve it */
	uint32_t nforms;
	const char *file;                  /* pack and row, for `law show` */
	uint32_t row;
};

/* ---- loading ---- */

/*
 * Reads root/law/ and root/agencies/. The law lies in c->a. A pack with a mistake (unknown fact, wrong type, overlapping
 * days of one id, missing basis, a rule that can never arise, a cycle of predicates, unknown recipient, form, clock, …)
 * is refused: E_INVALID "law.*" or "pack.*" with file, row and column.
 */
MUST_USE rc law_load(struct ctx *c, const char *root, const struct law **ret);

uint32_t law_fact_count(const struct law *law);
const struct law_fact *law_fact_at(const struct law *law, uint32_t i);
/* Index of a fact, or -1. */
int32_t law_fact_find(const struct law *law, slice id);
uint32_t law_duty_count(const struct law *law);
const struct law_duty *law_duty_at(const struct law *law, uint32_t i);
/* The row of the id in force on the day, or NULL. */
const struct law_duty *law_duty_on(const struct law *law, slice id, jday day);
uint32_t law_predicate_count(const struct law *law);
const struct law_predicate *law_predicate_at(const struct law *law, uint32_t i);
/* NULL when no pack names the code. */
const struct law_agency *law_agency_find(const struct law *law, slice code);
/* Its name on a day (the first or last known one outside its dates); the code when there is none. */
slice law_agency_name(const struct law *law, slice code, jday day, bool ja);
const struct holidays *law_holidays(const struct law *law);

/* ---- facts ---- */

/* All facts not known. */
MUST_USE rc law_facts_new(struct ctx *c, const struct law *law, struct law_facts **ret);
void law_facts_clear(struct law_facts *f);
/*
 * States one fact. JSON null says "asked, not known": it stays so even when defaults are assumed. Texts are borrowed.
 * E_INVALID "fact.unknown", "fact.type", "fact.choice", "fact.negative", "fact.code", "date.*", "time.*", with the fact's
 * name (not for "fact.unknown" when the name is no identifier).
 */
MUST_USE rc law_fact_set(struct ctx *c, struct law_facts *f, slice id, const struct json *v);
/* All members of an object. */
MUST_USE rc law_facts_set_all(struct ctx *c, struct law_facts *f, const struct json *object);
/* Facts never stated take their documented default. */
void law_facts_assume_defaults(struct law_facts *f);
bool law_fact_is_known(const struct law_facts *f, uint32_t i);
/* The value as text ("true", "ransomware", "320", "2026-05-08"), or "" when not known; Japanese when `ja`. */
void law_fact_put(struct buf *b, const struct law_facts *f, uint32_t i, bool ja);

/* ---- the answer ---- */

struct law_question {
	msec known_at;    /* when the organisation knew; its Japanese day decides the law in force and starts the clocks */
	msec as_of;       /* what was known by then counts; LAW_NOW: everything stated */
};

#define LAW_NOW INT64_MAX

struct law_owed {
	const struct law_duty *duty;
	slice recipient;                            /* code; empty while it depends on a fact not known (see needs) */
	bool has_due, has_target;
	jday due;                                   /* last day by law; the earliest possible while needs are open */
	jday target;                                /* day to aim at, from guidance or convention */
	jday started;                               /* day the clock started */
	const struct law_predicate *const *because; /* items and conditions met */
	uint32_t nbecause;
	const slice *notes;                         /* what a person has to look at; any makes `review` true */
	uint32_t nnotes;
	bool review;
	const uint32_t *needs;                      /* facts that can still change recipient or due; most decisive first */
	uint32_t nneeds;
};

struct law_open {
	const struct law_duty *duty;
	slice recipient;                            /* empty while not known */
	const uint32_t *needs;                      /* indices of facts, most decisive first */
	uint32_t nneeds;
};

struct law_answer {
	const struct law_owed *owed;
	uint32_t nowed;
	const struct law_open *open;                /* cannot be told yet */
	uint32_t nopen;
};

/* In c->a; order of the packs. E_LIMIT "calendar.range" outside the years that the calendar covers. */
MUST_USE rc law_assess(struct ctx *c, const struct law_facts *f, const struct law_question *q, struct law_answer *ret);

enum law_says { LAW_NOT = 0, LAW_ARISES = 1, LAW_UNTOLD = 2 };

/*
 * Every duty in force on the day, sentence by sentence in Japanese: whether it arises, why or why not, which clause, by
 * when, and what is not known yet.
 */
MUST_USE rc law_explain(struct ctx *c, const struct law_facts *f, const struct law_question *q, struct buf *out);
/* One duty as a reader of the rules sees it, in both languages. E_NOTFOUND "law.no_duty". */
MUST_USE rc law_show(struct ctx *c, const struct law *law, slice id, struct buf *out);
/* What differs between two days: rows and versions of predicates that begin or end. */
MUST_USE rc law_diff(struct ctx *c, const struct law *law, jday from, jday to, struct buf *out);

#endif
