/*
 * The record of a node. Every change is an act: permission, validation, entry, projection, in one transaction.
 *
 * The floor above hands over a table of act kinds when it opens the node. An act is appended by node_append(); its
 * kind's `project` writes the tables within the same transaction, and `record rebuild` calls the same function for
 * every stored entry, so it must depend on nothing but the entry, the tables and (when it asks for them) the opened
 * payloads: no clock, no random numbers, no environment. Tables never hold personal text: they hold ids, codes,
 * numbers, days, and the `seq` under which the sealed text is found.
 */
#ifndef CORE_RECORD_RECORD_H
#define CORE_RECORD_RECORD_H

#include "core/record/entry.h"
#include "core/record/jcs.h"      /* for neighbours that sign and seal too */
#include "core/record/secret.h"
#include "core/record/far.h"
#include "core/store/store.h"

struct node;

/* A payload to seal. `unit` is what can be shredded alone: a case id, or "<case id>.<person id>". */
struct payload {
	slice unit;      /* empty: the act's case */
	slice bytes;     /* canonical JSON or a raw file, at most PAYLOAD_MOST */
};

#define PAYLOAD_MOST ((size_t)16 << 20)

struct act {
	slice act;                 /* a word of the vocabulary: "case.open" */
	struct actor actor;
	slice case_id;             /* empty: none */
	struct words obj, basis, code, to;
	struct ints ref, appr;     /* earlier seqs; in a batch, -1 is the act before this one, -2 the one before that … */
	slice members;             /* JSON object: the act's own schema, and env, keys, mark; empty: none */
	const struct payload *seal;
	size_t nseal;
};
/* Gives an act its one payload, sealed for the act's case; `bytes` must live as long as the act. */
MUST_USE rc act_seal(struct ctx *c, struct act *act, slice bytes);

/* Payloads of an entry as a projection sees them. */
enum payload_state { PAYLOAD_OPEN, PAYLOAD_GONE };

#define PAYLOAD_STATES 2

struct opened {
	enum payload_state state;  /* GONE: the key was destroyed, or the ciphertext dropped after that */
	slice bytes;
};

struct act_kind {
	const char *act;                       /* NULL ends the table; "*", first row only: validate is asked for every act */
	const struct member_spec *members;     /* beyond the common ones; NULL: none */
	const char *roles;                     /* "handler lead": roles that may; NULL: every role */
	unsigned flags;                        /* ACT_… */
	/*
	 * Refuses an act that the state of the tables does not allow (E_DENIED, E_CONFLICT, E_INVALID, E_NOTFOUND).
	 * Called inside the transaction, before anything is written, only for new acts. `e` has no seq yet (it is
	 * the next one already), payloads are given as they came in. NULL: nothing to check.
	 */
	rc (*validate)(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads);
	/*
	 * Writes the tables. `payloads` (one for each of e->seals) is NULL unless the kind has ACT_OPENS. A table that
	 * holds something made from a payload must lose it when `erase.done` names the key, so that a rebuild after
	 * the shredding gives the same tables. NULL: the act changes no table.
	 */
	rc (*project)(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads);
	/* One sentence each for `record show`; %c case, %a actor, %o objects, %r refs, %{name} a member. NULL: by the act's word. */
	const char *sentence_en, *sentence_ja;
};

#define ACT_CASE 1u        /* must name a case */
#define ACT_OPENS 2u       /* project wants the payloads opened (system purpose: projection) */
#define ACT_TWO_PERSON 4u  /* needs `appr` naming an `approve` entry of another actor on the same case */
#define ACT_SYSTEM 8u      /* only the program itself may */

struct node_options {
	slice name;            /* "city-a.example": part of the record's origin; [a-z0-9.-], at most 64 */
	bool exercise;         /* made for exercises (訓練): takes --now, says so in every output */
	enum backend backend;
	const char *conninfo;  /* PostgreSQL; its schema is made of the node's name */
	const char *owner;     /* … by this role, which keeps what may never be changed; NULL: by the node's own */
};

/*
 * Makes the folder (which must not hold a node) with keys, record and the first entry `log.open`. On failure nothing
 * that would pass for a node is left. E_CONFLICT "node.exists".
 */
MUST_USE rc node_create(struct ctx *c, const char *dir, const struct node_options *o);
/* Runs migrations that are missing and parts the roles of a node on PostgreSQL: store_make_pg(). E_INVALID "node.no_pg". */
MUST_USE rc node_upgrade(struct ctx *c, const char *dir, const char *owner);
/* What the node's own connection could do to entries that stand. SQLite is not opened for it. */
MUST_USE rc node_rights(struct ctx *c, const char *dir, enum store_rights *ret);
/*
 * Opens a node, recovers, compares the record with what was signed last: a shorter or different record is E_TAMPER
 * "record.forked" and nothing is ever signed again. `kinds`: tables of act kinds, ended by NULL; those of the record
 * itself are always there. The tables must outlive the node.
 */
MUST_USE rc node_open(struct ctx *c, const char *dir, const struct act_kind *const *kinds, struct node **ret);
/* The same with keeper and signer in processes of their own; the doors must outlive the node. NULL: in this process. */
struct node_doors {
	struct far_door keep, sign;
	/* The tables have to be filled anew first (a migration): how far it is. NULL: nobody is told. */
	void (*rebuild)(void *p, int64_t done, int64_t all);
	void *p;
};

MUST_USE rc node_open_far(struct ctx *c, const char *dir, const struct act_kind *const *kinds, const struct node_doors *far,
                          struct node **ret);
/* The same, but tables that a migration left empty stay so: for a look before another process opens the node and fills them. */
MUST_USE rc node_open_stale(struct ctx *c, const char *dir, const struct act_kind *const *kinds, const struct node_doors *far,
                            struct node **ret);
/*
 * The same for a look at a record that may not hold: nothing is compared with what was signed, nothing can be appended.
 * For `record verify`, `show` and `rebuild`.
 */
MUST_USE rc node_open_inspect(struct ctx *c, const char *dir, const struct act_kind *const *kinds, struct node **ret);
/* Signs what was not signed yet and ends. A failure to sign loses nothing: the next start signs. */
MUST_USE rc node_close(struct ctx *c, struct node *n);
/* Ends without signing; for cleanups on failure. */
void node_drop(struct node *n);
static inline void node_dropp(struct node **n) { if (*n) node_drop(*n); }
#define AUTO_NODE __attribute__((cleanup(node_dropp))) struct node *

bool node_is_exercise(const struct node *n);
slice node_name(const struct node *n);
slice node_origin(const struct node *n);
/* The public key "<origin>+<id>+<base64>": all that is needed to check signatures. */
slice node_vkey(const struct node *n);
int64_t node_size(const struct node *n);        /* entries */
/* Less than a twentieth and less than 1 GiB of the disk is free: acts that can wait are refused (E_LIMIT "store.low"). */
bool node_space_is_low(const struct node *n);
/* For reading tables by one's own statements; writing is for projections only. */
struct store *node_store(struct node *n);

/* A new global id: prefix, '-', 80 random bits in base32: "c-mfrggzdfmztwq2lk". In c->a. */
MUST_USE rc id_new(struct ctx *c, const char *prefix, slice *ret);

/*
 * Appends acts, all or none, durable when it returns OK. `at` is c->now; when the clock ran back by more than a second,
 * an act `clock.step` goes before them. *ret_first is the seq of acts[0]; the others follow it gapless.
 * E_DENIED "act.role", "act.approval"; E_INVALID "act.unknown", "entry.…"; what validate says; E_LIMIT "store.full",
 * "store.low" (nothing written); E_IO "record.write": unknown whether it was written, the process must end.
 */
MUST_USE rc node_append_all(struct ctx *c, struct node *n, const struct act *acts, size_t nacts, int64_t *ret_first);
static inline MUST_USE rc node_append(struct ctx *c, struct node *n, const struct act *act, int64_t *ret_seq)
{
	return node_append_all(c, n, act, 1, ret_seq);
}

/* Waiting acts of several callers in one commit: each batch by itself all or none. rcs and seqs per batch. */
struct batch {
	const struct act *acts;
	size_t n;
	rc result;              /* set: what node_append_all would have said */
	struct fault fault;     /* set when result is not OK */
	int64_t first;          /* set when result is OK */
};
/* At most GROUP_MOST batches. Returns other than OK only when the commit itself failed (then no batch counts). */
MUST_USE rc node_append_group(struct ctx *c, struct node *n, struct batch *batches, size_t nbatches);

#define GROUP_MOST 256u

/* Which entries: all conditions that are set. */
struct entry_filter {
	int64_t from, to;       /* seqs [from, to); to 0: up to the end */
	slice case_id, actor, obj, act;
	msec since, until;      /* times [since, until); until 0: up to the end */
};
/*
 * Narrows `f` to the entries from the first to the last of its times: by bisection, for times fall only where a clock was set
 * back. *ret_all: everything from f->from to f->to is of these times. Sets f->to.
 */
MUST_USE rc record_narrow(struct ctx *c, struct node *n, struct entry_filter *f, bool *ret_all);

typedef rc entry_fn(struct ctx *c, const struct entry *e, void *p);
/*
 * Calls fn for each entry in order of seq. The entry is valid during the call; c->a in the call is the caller's own
 * arena. What fn returns other than OK ends the reading and is returned.
 */
MUST_USE rc record_each(struct ctx *c, struct node *n, const struct entry_filter *f, entry_fn *fn, void *p);
/* One entry, in c->a. E_NOTFOUND "record.no_entry". */
MUST_USE rc record_get(struct ctx *c, struct node *n, int64_t seq, struct entry *ret);

/* Who looks and why: goes into the act `item.view`, which is durable before a byte is shown (look.h). */
struct look {
	struct actor actor;
	struct words basis, code;
};
/*
 * Opens the payloads of these entries (ret[i]: those of seqs[i]; ret_n[i] of them) for a person: one act `item.view`
 * with all of them as `ref`. Shredded ones are PAYLOAD_GONE.
 */
MUST_USE rc node_view(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs,
                      const struct opened **ret, size_t *ret_n);
/* The first payload of one entry, opened the same way, as JSON; NULL when it has none or is shredded. */
MUST_USE rc node_view_json(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, const struct json **ret);

/* Openings by the program that show nothing to anybody. */
enum purpose { PURPOSE_PROJECT, PURPOSE_VERIFY };

#define PURPOSES 2

MUST_USE rc node_open_payloads(struct ctx *c, struct node *n, const struct entry *e, enum purpose why,
                               const struct opened **ret);

/*
 * Carries an order of disposal out: destroys the keys that the entry `order_seq` (erase.order) names, drops their
 * ciphertext, writes `erase.done`, and clears the side files. Can be repeated after a crash.
 */
MUST_USE rc node_erase(struct ctx *c, struct node *n, int64_t order_seq, int64_t *ret_seq);
/* The key id of a sealing unit, in c->a: what erase.order names in `keys`. */
MUST_USE rc unit_key_id(struct ctx *c, slice unit, slice *ret);

/*
 * Seals bytes that are no entry (a form that is being filled in) under the key of `unit`, and opens them for the person who
 * wrote them. They are lost when the unit's key is destroyed: E_DENIED "keep.gone", E_NOTFOUND "keep.no_key".
 */
MUST_USE rc node_side_seal(struct ctx *c, struct node *n, slice unit, slice bytes, slice *ret);
MUST_USE rc node_side_open(struct ctx *c, struct node *n, slice unit, slice sealed, slice *ret);

/* What verification found. `first_bad` is the lowest seq that does not hold; -1 when it is no single entry. */
struct verdict {
	bool good;
	int64_t first_bad;
	const char *key;        /* message: what does not hold */
	const char *table;      /* for tables that differ */
	int64_t entries, seals_open, seals_gone, checkpoints;
};

/*
 * Checks all: canonical form and schema of each entry, hashes, gapless seqs, times, every signature, every seal open or
 * accounted for by a disposal, tables equal to what the entries give. Findings are in the verdict; an error code is for
 * what could not be checked.
 */
MUST_USE rc record_verify(struct ctx *c, struct node *n, struct verdict *ret);
/* How a long verification tells where it is, and where it goes on after it was ended. */
struct verify_way {
	void (*tell)(void *p, int64_t done, int64_t all);   /* NULL: nothing is told */
	void *p;
	const char *state;      /* a file that keeps how far it came; NULL: none. Gone when it is through. */
	int64_t stop_after;     /* entries after which it ends in good order, with E_BUSY "verify.more"; 0: none */
	/* For a copy, while the record itself goes on: what was signed last before it was made. NULL: what is signed by now. */
	const struct hash *signed_root;
	uint64_t signed_size;
};

/* The same, with `way`'s telling and nothing else of it; NULL: none. Its memory does not grow with the record. */
MUST_USE rc record_verify_told(struct ctx *c, struct node *n, const struct verify_way *way, struct verdict *ret);
/*
 * The part that takes long in a large record: every entry is hashed and gives the stored hashes, the signed roots, and every
 * signature holds; in the memory of one page. Form, seals and tables are record_verify()'s. `way` may be NULL.
 */
MUST_USE rc record_verify_hashes(struct ctx *c, struct node *n, const struct verify_way *way, struct verdict *ret);
/* Empties all projected tables and fills them anew from the entries. */
MUST_USE rc record_rebuild(struct ctx *c, struct node *n);
/* The same with `way`'s telling, at the beginning and now and then; NULL: none. */
MUST_USE rc record_rebuild_told(struct ctx *c, struct node *n, const struct verify_way *way);
/*
 * An entry as a sentence for people: time, who, what, which case; what is sealed or shredded.
 */
MUST_USE rc entry_sentence(struct ctx *c, struct node *n, const struct entry *e, bool japanese, struct buf *b);

/* How a reader calls what stands in entries: accounts by their names, cases by their numbers, words of the law by their titles. */
struct sentence_words {
	void *p;
	/* `part` as in the templates ('a', 'c', 'o', 't', 'k', 'b'), 'R' for a role, '{' for the member `member`; `word` when it has no other name */
	slice (*say)(void *p, const struct entry *e, char part, slice member, slice word);
};

/* The same in such words, and without the sizes of what is sealed. */
MUST_USE rc entry_sentence_in(struct ctx *c, struct node *n, const struct entry *e, bool japanese, const struct sentence_words *w,
                              struct buf *b);

/* Proof that the entry stands in the record as it was signed last: C2SP tlog-proof, in c->a. E_NOTFOUND when not signed yet. */
MUST_USE rc record_prove(struct ctx *c, struct node *n, int64_t seq, slice *ret_text);
/*
 * Checks such a proof with nothing but the public key. E_INVALID "proof.form", "note.…"; E_TAMPER "proof.wrong",
 * "proof.origin", "note.signature"; E_NOTFOUND "note.unsigned".
 */
MUST_USE rc proof_verify(struct ctx *c, slice text, slice entry, slice vkey, int64_t *ret_seq);

/* Signs a checkpoint of all entries; *ret_note in c->a. */
MUST_USE rc node_checkpoint(struct ctx *c, struct node *n, slice *ret_note);

#endif
