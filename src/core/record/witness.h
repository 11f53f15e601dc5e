/*
 * Witnesses: other nodes that cosign checkpoints, so that nobody can show two histories. C2SP tlog-witness (the bytes of
 * `add-checkpoint` and of its answer) and tlog-cosignature (Ed25519, type 0x04). How the bytes travel is the caller's
 * business: a POST to <prefix>/add-checkpoint, or files that somebody carries. Acts never wait for witnesses.
 */
#ifndef CORE_RECORD_WITNESS_H
#define CORE_RECORD_WITNESS_H

#include "core/record/note.h"
#include "core/record/record.h"

/* ---- that a record only grew: "old SIZE", the consistency proof from there, an empty line, the checkpoint ---- */

struct growth {
	uint64_t old;
	struct proof proof;
	slice text;              /* the checkpoint as it came */
	struct note note;
	struct checkpoint cp;
};

/* In c->a, borrows. E_INVALID "witness.form", "note.…". */
MUST_USE rc growth_parse(struct ctx *c, slice in, struct growth *ret);
/* From `old` entries (0: no proof) to what is signed now; in c->a. E_NOTFOUND "witness.none", E_INVALID "tree.range". */
MUST_USE rc record_prove_growth(struct ctx *c, struct node *n, uint64_t old, slice *ret);
/*
 * Whether it leads from the older checkpoint of the same log to the newer one, both signed by this key. E_INVALID, E_NOTFOUND as above;
 * E_TAMPER "note.signature", "proof.origin", "proof.growth".
 */
MUST_USE rc growth_verify(struct ctx *c, slice text, slice older, slice vkey, uint64_t *ret_old, uint64_t *ret_new);

/* ---- being a witness: the folder `witness` of a node holds its own key, whom it knows, and what it saw last ---- */

struct witness;

/* Makes the folder and the key when it is not there yet. `name`: of the node; the key's name is "<name>/witness". */
MUST_USE rc witness_open(struct ctx *c, const char *dir, slice name, struct witness **ret);
void witness_close(struct witness *w);
static inline void witness_closep(struct witness **w) { if (*w) witness_close(*w); }
#define AUTO_WITNESS __attribute__((cleanup(witness_closep))) struct witness *

/* The public key "<node>/witness+<id>+<base64>", for policies; borrowed. */
slice witness_vkey(const struct witness *w);
/* From now on the log of this key is witnessed. E_INVALID "note.key"; E_CONFLICT "witness.known" with another key. */
MUST_USE rc witness_know(struct ctx *c, struct witness *w, slice log_vkey);

/* The log signs with another key from now on (`record roll-key`); what it showed so far stays known. E_NOTFOUND "witness.unknown". */
MUST_USE rc witness_renew(struct ctx *c, struct witness *w, slice log_vkey);

/* An answer of add-checkpoint: the status code of HTTP, and the body. */
struct witness_answer {
	int status;     /* 200 cosigned, 400 form, 403 unsigned, 404 unknown log, 409 another size, 422 another history */
	slice body;     /* 200: cosignature lines; 409: the size, a line; else a sentence */
	bool alarm;     /* this log has shown two histories: kept, and never cosigned again */
};

/* Content type of the body: 409 "text/x.tlog.size", else "text/plain". */
#define WITNESS_REQUEST_MOST ((size_t)200000)

/*
 * Answers one request. Checks and keeps in one step under a lock, so that two requests cannot both pass. An error code is for
 * what kept the witness from answering (500).
 */
MUST_USE rc witness_answer(struct ctx *c, struct witness *w, slice request, struct witness_answer *ret);

/* What it knows of a log. */
struct witnessed {
	slice origin;
	uint64_t size;      /* cosigned last; 0: never */
	msec at;
	bool alarm;         /* see above; the evidence lies in <folder>/<name>.alarm */
	slice evidence;     /* file name */
};
MUST_USE rc witness_list(struct ctx *c, struct witness *w, struct witnessed **ret, size_t *ret_n);

/* How many logs have shown two histories to the witness of the node in this folder. */
MUST_USE rc witness_forks(struct ctx *c, const char *store, unsigned *ret);

/* ---- being witnessed ---- */

#define WITNESSES_MOST 16u
#define WITNESS_WARN ((msec)3600000)     /* a tail that nobody has cosigned for longer is told, */
#define WITNESS_ALARM ((msec)86400000)   /* and then is an alarm */

/* Another node that is asked to cosign. */
struct cosigner {
	slice name;         /* of its key */
	slice vkey;
	uint64_t size;      /* cosigned last; 0: never */
	msec at;            /* when the answer came */
	bool ahead;         /* it has seen more than we have: this record came back older, or it is not the only one */
	int refused;        /* status of its last answer when it would not cosign, for example 403; 0: it did */
};

/* When the first entry that this witness has not cosigned was written; 0: there is none. */
MUST_USE rc cosigner_since(struct ctx *c, struct node *n, const struct cosigner *s, msec *ret);
/* Nothing from it for more than a day, whatever the others do. */
static inline bool is_silent(msec since, msec now) { return since && now - since > WITNESS_ALARM; }

/* Adds a witness to ask, by its public key. E_INVALID "note.key"; E_LIMIT "witness.many". */
MUST_USE rc cosigner_add(struct ctx *c, struct node *n, slice vkey);
/* Does not ask it any more, and forgets what it said, an alarm too. */
MUST_USE rc cosigner_remove(struct ctx *c, struct node *n, slice name);
MUST_USE rc cosigner_list(struct ctx *c, struct node *n, struct cosigner **ret, size_t *ret_n);
/* The request for this witness: from what it cosigned last to what is signed now; in c->a. E_NOTFOUND "witness.unknown". */
MUST_USE rc cosigner_ask(struct ctx *c, struct node *n, slice name, slice *ret_request);
/*
 * Takes the answer to the last request. 409 with a smaller size: the next request starts from there. 409 with a larger one:
 * E_TAMPER "witness.ahead", kept as an alarm. 422: E_TAMPER "witness.refused". Others: E_DENIED "witness.denied", kept to be told.
 */
MUST_USE rc cosigner_take(struct ctx *c, struct node *n, slice name, int status, slice body);
/*
 * The newest signed checkpoint with all cosignatures that it has; when none has any, the newest that a witness cosigned comes
 * first only if `cosigned`. In c->a; E_NOTFOUND "witness.none".
 */
MUST_USE rc cosigned_note(struct ctx *c, struct node *n, bool cosigned, slice *ret_note);
/* A C2SP tlog-policy of this node: its key, its witnesses; with `quorum` any one of them must have cosigned. */
MUST_USE rc node_policy(struct ctx *c, struct node *n, bool quorum, slice *ret);

enum tail_state { TAIL_NONE, TAIL_FRESH, TAIL_OLD, TAIL_ALARM };

#define TAIL_STATES 4

struct tail {
	enum tail_state state;      /* NONE: no witnesses are set */
	uint64_t witnessed;         /* entries that a witness cosigned */
	uint64_t entries;
	msec since;                 /* of the first entry that nobody cosigned; 0: there is none */
	bool ahead;                 /* a witness has seen more than we have */
	bool damaged;               /* what is known of the witnesses cannot be read */
	unsigned witnesses, silent, refusing;   /* how many there are; without a cosignature for a day; that would not cosign */
	unsigned forks;             /* logs that have shown two histories to this node as a witness */
};

/* What people must be told: the state of the tail, a warning for single witnesses, an alarm for other logs too. */
enum tail_state tail_level(const struct tail *t);
MUST_USE rc node_tail(struct ctx *c, struct node *n, struct tail *ret);

#endif
