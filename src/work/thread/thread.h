/*
 * Threads with partners: typed exchanges whose kinds are data. A step is prepared by one person, shown as each recipient
 * would get it, approved by another, and then goes out: one envelope for each recipient, each with what the gate lets it
 * have. What comes in goes through the same table of steps.
 *
 * The one who opened a thread is its hub: its steps go to all parties, a party's steps go to the hub.
 */
#ifndef WORK_THREAD_THREAD_H
#define WORK_THREAD_THREAD_H

#include "work/case/case.h"
#include "work/partner/partner.h"
#include "work/thread/kind.h"

/* thread.* item.disclose env.* wish.* house.is incident.judge */
extern const struct act_kind thread_act_kinds[];

#define PARTIES_MOST 64u

/* What the functions of this folder work with; made once by the door. */
struct exchange {
	struct node *n;
	const struct gate *g;
	const struct thread_kinds *kinds;
	const struct exchange_keys *keys;
	const struct terms *terms;   /* NULL: facts of cases are not asked for wishes */
};

struct thread {
	slice id, home, kind, hub, state;
	bool ours, over, has_due, has_embargo;
	int64_t version, seq, last_seq;
	msec opened, changed, due, embargo;
};

struct thread_party { slice node, step; int64_t place, signed_version; bool called, has_step; msec step_at; };
struct thread_event { int64_t seq, version, kept; slice step, node, env; msec at; };

/* E_NOTFOUND "thread.none". */
MUST_USE rc thread_find(struct ctx *c, struct store *st, slice id, struct thread *ret);
MUST_USE rc thread_parties(struct ctx *c, struct store *st, slice id, struct thread_party **ret, size_t *ret_n);
MUST_USE rc thread_events(struct ctx *c, struct store *st, slice id, struct thread_event **ret, size_t *ret_n);
/* What each step carried, opened for somebody who looks; NULL where there is nothing. ret has room for n. */
MUST_USE rc thread_contents(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread_event *e, size_t n,
                            const struct json **ret);
/* Of a case, by time; home empty: all that are not over, by due date. */
MUST_USE rc thread_list(struct ctx *c, struct store *st, slice home, bool over, size_t most, struct thread **ret, size_t *ret_n);
/* Not over, due by `t`. */
MUST_USE rc thread_overdue(struct ctx *c, struct store *st, msec t, size_t most, struct thread **ret, size_t *ret_n);

/* ---- wishes of the reporter (留保, 同意) ---- */

/* kind as in the gate's items, or "consent". E_INVALID "gate.word". */
MUST_USE rc wish_act(struct ctx *c, const struct gate *g, const struct actor *who, slice case_id, slice kind, slice to, slice field,
                     slice cls, msec until, struct act *ret);
MUST_USE rc wish_act_end(struct ctx *c, const struct actor *who, slice case_id, int64_t seq, struct act *ret);

/* ---- preparing and sending ---- */

struct request {
	slice thread;            /* empty: opens one */
	slice kind, home;        /* when it opens one; home: case id, or empty for none */
	slice step;
	const slice *parties;    /* node names; when it opens one */
	size_t nparties;
	slice content;           /* JSON: fields, mark, hold, received, secrecy, foreign, named, … */
	msec due, embargo;       /* 0: none, or the kind's */
	msec after;              /* approved now, but not sent before; 0: at once */
	slice fix;               /* envelope that this step corrects */
};

/* What one recipient would get. */
struct preview {
	struct partner to;
	struct gate_outcome *outcomes;
	size_t kept;
	bool begins;             /* the thread begins for it with this step */
};

struct draft {
	slice id, thread, home, kind, step, actor, state;
	int64_t seq;
	struct request q;        /* read back from the sealed draft */
	struct gate_item item;
	struct preview *previews;
	size_t n;
	bool free;               /* needs no second person */
	bool local;              /* goes to nobody */
	bool answers;            /* goes to the one who opened the thread */
};

/*
 * Checks that the step is allowed, that a memorandum covers each recipient, weighs every field, and puts the draft on
 * record. E_DENIED "memo.…", "thread.by", "thread.exercise"; E_CONFLICT "thread.state", "thread.over", "thread.unsigned"; E_INVALID
 * "thread.field", "thread.need", "thread.evidence", "thread.embargo", ….
 */
MUST_USE rc thread_prepare(struct ctx *c, const struct exchange *x, const struct actor *who, const struct request *q, struct draft *ret);
/* The draft as it would go now; the sealed content is opened for `look`. */
MUST_USE rc thread_draft_open(struct ctx *c, const struct exchange *x, const struct look *look, slice id, struct draft *ret);
/*
 * Approves and sends: who must not be the one who prepared it, unless the step is free. One transaction: approval, step,
 * one disclosure for each recipient. *ret_thread is the thread.
 */
MUST_USE rc thread_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct draft *d, slice *ret_thread);
MUST_USE rc thread_act_drop(struct ctx *c, const struct actor *who, const struct draft *d, struct act *ret);
MUST_USE rc thread_drafts(struct ctx *c, struct store *st, struct draft **ret, size_t *ret_n);
/* Hangs a thread that came in on a case. */
MUST_USE rc thread_act_link(struct ctx *c, const struct actor *who, const struct thread *t, slice case_id, struct act *ret);
/*
 * What time asks for: the next of a ladder is called when the one before did not answer in time. Approved with the first call.
 * *ret_n: how many steps were taken.
 */
MUST_USE rc thread_tick(struct ctx *c, const struct exchange *x, size_t *ret_n);

/*
 * Drafts by the node itself, for a person to send or drop: where a kind says so (`on`), a thread that came in proposes
 * another to its sender, once; the proposal stands on record whatever becomes of it. A referral is proposed while the law's
 * duty to introduce the schemes arises or cannot be told yet. thread_tick() and exchange_receive() call it.
 */
MUST_USE rc thread_propose(struct ctx *c, const struct exchange *x, size_t *ret_n);

/* ---- many at once: a processor tells its principals ---- */

struct told { slice node, content; };

/* One thread of the kind for each; prepared by `who`, approved by `by`: one approval for the whole list. */
MUST_USE rc told_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice kind, slice home,
                        const struct told *v, size_t n, size_t *ret_sent);

struct progress {
	slice node, thread, state, sent;
	bool over, received, answered, has_due;
	msec received_at, answered_at, due;
	slice answer, joins;   /* after told_answers(): what it answered; "yes": it joins the joint report */
};
MUST_USE rc told_progress(struct ctx *c, struct store *st, slice home, slice kind, struct progress **ret, size_t *ret_n);
/* Opens the last answers of those who answered: a look on record for each group of TOLD_LOOK. */
#define TOLD_LOOK 200u
MUST_USE rc told_answers(struct ctx *c, const struct exchange *x, const struct look *look, slice home, struct progress *v, size_t n);

/* ---- exchange ---- */

struct sent {
	slice env, peer, thread, home, kind, state;
	int64_t eseq, seq, rec_seq;
	msec at, after, exp, received_at;   /* after: not before; 0: at once */
	bool received, recalled;
};
struct came {
	slice env, peer, thread, home, kind, digest, tlp, purpose, onward, recall_answer, fixed_by;
	int64_t eseq, seq;
	msec at, sent, exp, expires;
	bool recalled;
};

/* Waiting envelopes whose time has come, in order for each peer. */
MUST_USE rc outbox_waiting(struct ctx *c, struct store *st, msec now, size_t most, struct sent **ret, size_t *ret_n);
MUST_USE rc outbox_of(struct ctx *c, struct store *st, slice thread, slice home, struct sent **ret, size_t *ret_n);
MUST_USE rc outbox_find(struct ctx *c, struct store *st, slice env, struct sent *ret);
MUST_USE rc inbox_of(struct ctx *c, struct store *st, slice thread, struct came **ret, size_t *ret_n);
/* E_NOTFOUND "inbox.none". */
MUST_USE rc inbox_find(struct ctx *c, struct store *st, slice env, struct came *ret);
/* The bytes of an envelope, made of its entry: the same each time. E_LIMIT "envelope.expired" when its time is over. */
MUST_USE rc outbox_bytes(struct ctx *c, const struct exchange *x, const struct sent *s, slice *ret);
/*
 * Settles receipts against what waits: signature by a pinned key of the peer, digest of just these bytes. Receipts that say
 * "later" and lost ones are tried again with growing pauses.
 */
MUST_USE rc outbox_settle(struct ctx *c, const struct exchange *x, const struct sent *v, const slice *bytes, size_t n, slice receipts,
                          size_t *ret_settled);
/* Nobody answered: when to try again. */
MUST_USE rc outbox_failed(struct ctx *c, const struct exchange *x, const struct sent *v, size_t n, slice why);
/* Envelopes that were not received in their time: acts, and a task for a person. */
MUST_USE rc outbox_expire(struct ctx *c, const struct exchange *x, size_t *ret_n);

/*
 * The way in: any number of envelopes (at most RECEIVE_MOST), one receipt for each. `peer`: the node that the TLS certificate
 * belongs to; empty for what was carried by hand. Receipts are given after all is durable. An error code is for bytes
 * that are no envelopes at all; everything else is said in a receipt.
 */
MUST_USE rc exchange_receive(struct ctx *c, const struct exchange *x, slice peer, slice bytes, slice *ret_receipts);

#define RECEIVE_MOST 128u

/* Asks the recipient to destroy what an envelope brought. */
MUST_USE rc recall_acts(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice env, slice code);
/* Our answer: done (its key is destroyed), kept (with the basis on which). */
MUST_USE rc recall_answer(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice env, bool done,
                          slice basis);

/* What an envelope brought, opened for somebody who looks. E_DENIED "inbox.expired", "inbox.recalled"; gone: shredded. */
struct brought { struct came came; const struct json *body; bool gone; };
MUST_USE rc inbox_open(struct ctx *c, const struct exchange *x, const struct look *look, slice env, struct brought *ret);

/* ---- serious incidents ---- */

struct judgement { int64_t seq; bool base, social, size, serious; msec judged; };
/* The base condition by rule, on what is known now; while it cannot be told, `ask` is the fact that would decide it, else empty. */
struct serious_base { bool holds; slice ask; };
MUST_USE rc serious_base(struct ctx *c, const struct exchange *x, const struct case_head *h, struct serious_base *ret);
/* "not known yet" is no "no": a judgement that hangs on it would say what nobody knows. */
static inline bool serious_is_open(const struct serious_base *b, bool social, bool size) { return b->ask.len > 0 && (social || size); }
/* Social effect and size are a person's, with grounds. E_INVALID "serious.open", naming the fact, when it is. */
MUST_USE rc serious_act(struct ctx *c, const struct serious_base *b, const struct actor *who, const struct case_head *h, bool social, bool size,
                        slice grounds, struct judgement *ret, struct act *ret_act);
MUST_USE rc serious_find(struct ctx *c, struct store *st, slice case_id, struct judgement *ret, bool *ret_found);

/* ---- words of the house ---- */

MUST_USE rc house_act(struct ctx *c, const struct gate *g, const struct actor *who, slice cls, slice agency, struct act *ret);
/* The role in the law's scheme (fact node_role) of a house of this class: "ppc"; empty for those who report. */
slice role_of_class(slice cls);
/* Class of this node; empty when nobody said. */
MUST_USE rc house_class(struct ctx *c, struct store *st, slice *ret);
/* Its agency code; empty when it has none. */
MUST_USE rc house_agency(struct ctx *c, struct store *st, slice *ret);

#endif
