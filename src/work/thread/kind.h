/*
 * Kinds of threads as data (files of threads/): fields with their class for the gate, who may open one, states, steps with
 * who takes them, sign-offs, due dates. Adding a kind is a file (docs/how-to-add-a-thread-kind.md).
 */
#ifndef WORK_THREAD_KIND_H
#define WORK_THREAD_KIND_H

#include "core/gate/gate.h"

#define THREAD_FIELDS_MOST 40u
#define THREAD_STEPS_MOST 24u
#define THREAD_STATES_MOST 16u

/* Who takes a step: the one who opened the thread, one it was opened to, either. */
enum step_by { BY_OPENER, BY_PARTY, BY_ANY };

#define STEP_BYS 3

#define STEP_LOCAL 1u        /* stays at our node */
#define STEP_FREE 2u         /* needs no second person: dates, acknowledgements */
#define STEP_SIGNS 4u        /* the party signs the version that stands */
#define STEP_VERSION 8u      /* a new version: sign-offs begin anew */
#define STEP_ALL_SIGNED 16u  /* only when every party has signed the version */
#define STEP_EVIDENCE 32u    /* only with the field `evidence` */
#define STEP_EMBARGO 64u     /* only with an embargo; the parties are named by it */
#define STEP_DUE 128u        /* sets a due date */
#define STEP_ANSWERS 256u    /* ends the due date */
#define STEP_RING 512u       /* goes to the next of the ladder */
#define STEP_FINAL 1024u     /* the thread is over */
#define STEP_EACH 2048u      /* moves the party, not the thread, until every party has taken it */
#define STEP_CALLS 4096u     /* parties that come late are called with it; for them the thread begins with it */
#define STEP_EVENT 8192u     /* stands in the course of events of the case */
#define STEP_AFTER 16384u    /* not before the embargo is over */
#define STEP_CITED 65536u    /* owed by the parties that took the step `cite`; by all while none has */
#define STEP_MERGES 32768u   /* the opener's list takes the place of everybody's; left out, it is everybody's put together */

/* words: what the field may say; none: anything. */
/* list: one entry a line, written by several and put together (merge.h). line: short, a form gives it one line. */
struct thread_field { slice id, ja, en; uint32_t cls, nwords; const slice *words; bool list, line; };

#define THREAD_SCHEMES_MOST 8u

/* A reporting scheme that is introduced to the reporter by every body but its own. */
struct thread_scheme { slice of, ja; };

struct thread_step {
	slice id, ja, en;
	enum step_by by;
	unsigned flags;
	uint32_t from;               /* bits of states */
	int32_t to;                  /* state; -1 stays */
	uint64_t fields, need;       /* bits of fields */
};

struct thread_kind {
	slice id, ja, en;
	slice memo;                  /* function that must be covered; empty: none is needed */
	slice discharges;            /* rule of the law that opening serves; may be empty */
	uint32_t purpose;
	uint64_t opens, to;          /* classes of recipients that may open, and to which */
	uint64_t late;               /* classes that are called with a step of STEP_CALLS only: nobody else is told of them */
	uint64_t memo_free;          /* classes with which no memorandum is asked for */
	slice on;                    /* kind whose coming proposes this one; may be empty */
	struct thread_scheme schemes[THREAD_SCHEMES_MOST];
	uint32_t nschemes;
	bool exercise;               /* between nodes that were made for exercises only */
	bool ladder, personal_case;  /* ladder: parties are asked one after the other */
	enum tlp tlp;
	enum onward onward;
	int64_t due_minutes;         /* unless said otherwise; 0: none */
	struct thread_field fields[THREAD_FIELDS_MOST];
	uint32_t nfields;
	slice states[THREAD_STATES_MOST];
	slice states_ja[THREAD_STATES_MOST];
	uint32_t nstates;
	struct thread_step steps[THREAD_STEPS_MOST];
	uint32_t nsteps;
};

struct thread_kinds { const struct thread_kind *v; uint32_t n; };

/* Reads the files of root/threads, A to Z. E_INVALID "thread.…", "pack.…" with file, row and column. */
MUST_USE rc thread_kinds_load(struct ctx *c, const char *root, const struct gate *g, struct thread_kinds *ret);
MUST_USE rc thread_kind_parse(struct ctx *c, const char *file, slice text, const struct gate *g, struct thread_kind *ret);
/* NULL when there is none. */
const struct thread_kind *thread_kind_find(const struct thread_kinds *k, slice id);
const struct thread_step *thread_step_find(const struct thread_kind *k, slice id);
/* Whether the value is one of the field's words, if it has any. */
bool field_says(const struct thread_field *f, const struct json *v);
int32_t thread_field_find(const struct thread_kind *k, slice id);
int32_t thread_state_find(const struct thread_kind *k, slice id);

#endif
