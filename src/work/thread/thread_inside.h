/* What the files of this folder share. */
#ifndef WORK_THREAD_INSIDE_H
#define WORK_THREAD_INSIDE_H

#include "base/bits.h"
#include "work/thread/thread.h"

/* Where a step leads: what both the sender and the receiver write into their records. */
struct move {
	slice thread, kind, step, state, hub;
	const slice *parties;         /* when it opens the thread */
	size_t nparties;
	slice call;                   /* party that is called with it; empty: all */
	const slice *late;            /* when it opens the thread: parties that are not called yet; our own record only */
	size_t nlate;
	const slice *owes;            /* parties that owe an answer to it; none: all */
	size_t nowes;
	bool calls;                   /* with this step they are */
	bool over, has_due, has_embargo, opens;
	int64_t version, signed_version, kept;
	msec due, embargo;
};

/* `by` is the node that takes the step; `t` NULL when it opens the thread. Faults as thread_prepare(). */
MUST_USE rc thread_move(struct ctx *c, struct store *st, const struct thread_kind *k, const struct thread_step *s,
                        const struct thread *t, slice by, bool evidence, struct move *ret);
/* The members of an act that carries the move. */
void move_put(struct json_out *o, const struct move *m);

/* Whether a memorandum must cover the kind between this node and a partner of the class. */
MUST_USE rc class_needs_memo(struct ctx *c, const struct exchange *x, const struct thread_kind *k, slice cls, bool *ret);
/* Partner and what covers the exchange with it. E_DENIED when something must cover it and nothing does. */
MUST_USE rc recipient_of(struct ctx *c, const struct exchange *x, const struct thread_kind *k, slice node, bool gives, enum tlp tlp,
                         struct partner *ret, struct gate_recipient *ret_to);

struct disclosure {
	slice home, thread, kind, to, re, fix, recall;
	struct envelope_mark mark;
	slice body;                   /* what is sealed for the recipient */
	const int64_t *appr;          /* NULL: free */
	slice doc;                    /* a piece of a document */
	int64_t piece, of, size;
	int64_t eseq;
	msec life, after;             /* after: does not go before */
};

MUST_USE rc disclose_act(struct ctx *c, const struct exchange *x, const struct actor *who, const struct disclosure *d, struct act *ret,
                         slice *ret_env);
MUST_USE rc next_eseq(struct ctx *c, struct store *st, slice peer, int64_t *ret);
/* {"v":1,"thread":…,…,"fields":{…}}; fields is an object's text. */
MUST_USE rc body_text(struct ctx *c, const struct move *m, slice prev, slice fields, slice *ret);
MUST_USE rc step_act(struct ctx *c, const struct actor *who, slice home, const struct move *m, slice content, const int64_t *appr,
                     struct act *ret);
MUST_USE rc prev_envelope(struct ctx *c, struct store *st, slice thread, slice peer, slice *ret);

/* What a step of STEP_EVENT writes into the course of events of its case. */
MUST_USE rc step_event_act(struct ctx *c, const struct exchange *x, const struct actor *who, const struct draft *d, struct act *ret);
/* {"content":…,"opens":…,…}: a request as it lies sealed in a draft. */
MUST_USE rc request_text(struct ctx *c, const struct request *q, slice *ret);

/* The item that the gate weighs, out of a step's content. */
MUST_USE rc item_of(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct thread_step *s, slice home,
                    const struct json *content, msec embargo, struct gate_item *ret);

/* A piece of a document that comes in; *ret_code is why it is not taken, or NULL. */
struct coming { slice thread, home, doc; int64_t piece, of, size; };
MUST_USE rc piece_check(struct ctx *c, const struct exchange *x, slice from, const struct json *body, struct coming *ret,
                        const char **ret_code);
MUST_USE rc hold_from_next(struct ctx *c, const struct json *hold, const struct gate_item *item, struct gate_outcome *outcomes);

/* The case's reservations and consents, into the item. */
MUST_USE rc wishes_of(struct ctx *c, const struct exchange *x, slice home, struct gate_item *ret);

/* The draft (as thread_draft_open() gives it) planned once more, for sending. */
MUST_USE rc draft_plan(struct ctx *c, const struct exchange *x, const struct draft *d, const struct json **ret_content,
                       struct move *ret, const struct thread_kind **ret_kind);

#define SYSTEM ((struct actor){ .id = S("op-0"), .role = S("system") })

#endif
