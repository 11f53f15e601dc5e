/*
 * Other organisations' nodes: who they are, by which keys they are known, where they are reached, who answers there; and
 * the memoranda (覚書) with them. Without a memorandum in force that covers a kind of exchange in its direction, the
 * exchange is refused, with the reason.
 */
#ifndef WORK_PARTNER_PARTNER_H
#define WORK_PARTNER_PARTNER_H

#include "core/exchange/keys.h"
#include "core/law/law.h"
#include "core/record/record.h"

/* partner.add partner.key partner.address partner.name partner.contact partner.end memo.draft memo.sign memo.end */
extern const struct act_kind partner_kinds[];

#define PARTNER_FOREVER JSON_INT_MOST

struct partner {
	slice id, node;          /* "p-…", its node's name */
	slice cls, agency;       /* class of recipient of the gate; agency code or empty */
	bool exercise, ended;
	int64_t seq;
};

struct partner_key { slice id; unsigned char sign[32], box[32]; slice tls; msec from, to; };

/* By node name, id or agency code… of which there may be one only. E_NOTFOUND "partner.none". */
MUST_USE rc partner_find(struct ctx *c, struct store *st, slice ref, struct partner *ret);
MUST_USE rc partner_page(struct ctx *c, struct store *st, slice after, size_t most, struct partner **ret, size_t *ret_n);
/* All keys ever pinned, oldest first. */
MUST_USE rc partner_keys(struct ctx *c, struct store *st, slice id, struct partner_key **ret, size_t *ret_n);
/* The newest key to seal for at that moment. E_NOTFOUND "partner.no_key". */
MUST_USE rc partner_key_at(struct ctx *c, struct store *st, slice id, msec t, struct partner_key *ret);
/* Which active partner has this TLS pin (base64url); E_DENIED "partner.pin". */
MUST_USE rc partner_by_pin(struct ctx *c, struct store *st, slice pin, msec t, slice *ret_node);
/*
 * Eight groups of four hexadecimal digits over all three keys of a generation (SHA-256, 128 bits): what two people compare by
 * telephone. The same for our own card and for theirs.
 */
void key_print_put(struct buf *b, const unsigned char sign[32], const unsigned char box[32], const unsigned char tls[32]);
MUST_USE rc partner_key_print(struct ctx *c, const struct partner_key *k, struct buf *b);
/* E_NOTFOUND "partner.no_address". */
MUST_USE rc partner_address(struct ctx *c, struct store *st, slice id, msec t, slice *ret_host, int64_t *ret_port);
/* The name by the agencies' list on that day, else the node's. */
slice partner_title(const struct law *law, const struct partner *p, jday day, bool ja);

/* Who answers there: names and contacts; texts after partner_persons_open(). */
struct partner_person { int64_t seq; slice what; int64_t place; jday from, to; bool gone; slice text; };

MUST_USE rc partner_persons(struct ctx *c, struct store *st, slice id, struct partner_person **ret, size_t *ret_n);
MUST_USE rc partner_persons_open(struct ctx *c, struct node *n, const struct look *look, slice id, struct partner_person *v,
                                 size_t count);

/* ---- acts ---- */

struct new_partner { slice cls, agency; bool exercise; slice name; };

/* From a card; at most 1 + GENERATIONS_MOST acts. E_CONFLICT "partner.known" comes from appending. */
MUST_USE rc partner_acts_add(struct ctx *c, const struct actor *who, const struct card *card, const struct new_partner *x,
                             struct act *acts, size_t *ret_n, slice *ret_id);
/* A new card of the same node: all older keys end after `overlap`. */
MUST_USE rc partner_acts_roll(struct ctx *c, const struct actor *who, const struct partner *p, const struct card *card, msec overlap,
                              struct act *acts, size_t *ret_n);
MUST_USE rc partner_act_address(struct ctx *c, const struct actor *who, const struct partner *p, slice host, int64_t port, msec from,
                                struct act *ret);
/* what "name", "contact", "deputy", "duty"; text is sealed. */
MUST_USE rc partner_act_person(struct ctx *c, const struct actor *who, const struct partner *p, slice what, int64_t place, jday from,
                               jday to, slice text, struct act *ret);
MUST_USE rc partner_act_end(struct ctx *c, const struct actor *who, const struct partner *p, struct act *ret);

/* ---- memoranda ---- */

#define MEMO_FUNCTIONS_MOST 64u

/*
 * Seen from this node: gives, what we may send; takes, what we may receive. Reservations: classes of fields that are not
 * given under it, and conditions on what is given (words of gate/gate.yaml); both bind both parties.
 */
struct memo_function { slice kind; bool gives, takes; slice tlp; struct words kept, conditions; };

enum memo_state { MEMO_DRAFT, MEMO_OURS, MEMO_THEIRS, MEMO_NOT_YET, MEMO_IN_FORCE, MEMO_OVER, MEMO_ENDED };

#define MEMO_STATES 7

extern const char *const memo_state_words[MEMO_STATES];

struct memo {
	slice id, partner, kind;    /* kind "memorandum" or "contract" */
	jday from, to, review;
	bool ours, theirs;
	bool ended;
	int64_t seq;
	struct memo_function functions[MEMO_FUNCTIONS_MOST];
	size_t n;
};

enum memo_state memo_state(const struct memo *m, jday today);
/* E_NOTFOUND "memo.none". */
MUST_USE rc memo_find(struct ctx *c, struct store *st, slice id, struct memo *ret);
MUST_USE rc memo_list(struct ctx *c, struct store *st, slice partner, struct memo **ret, size_t *ret_n);
/*
 * Whether an exchange of the kind is covered: `gives` when we send. E_DENIED with the reason: "memo.missing" (nothing names the
 * kind), "memo.unsigned", "memo.not_yet", "memo.over", "memo.direction".
 */
struct memo_cover {
	bool contract;             /* between a principal and its processor */
	slice tlp;                 /* the highest marking it allows */
	struct words kept, conditions;
};
MUST_USE rc memo_covers(struct ctx *c, struct store *st, slice partner, slice kind, bool gives, jday today, struct memo_cover *ret);
/* Conditions on what was exchanged on that day, also when the memorandum has ended since: what was given stays bound. */
MUST_USE rc memo_conditions(struct ctx *c, struct store *st, slice partner, slice kind, bool gives, jday day, struct words *ret);

/* A memorandum as both parties sign it: canonical JSON, in c->a. */
MUST_USE rc memo_text(struct ctx *c, slice node, const struct partner *p, const struct memo *m, slice *ret);
/* Draft with our signature, as acts; the file to hand over has both texts and signatures. */
MUST_USE rc memo_acts_draft(struct ctx *c, struct node *n, const struct actor *who, const struct exchange_keys *keys,
                            const struct partner *p, struct memo *m, struct act acts[2], slice *ret_file);
/*
 * Takes such a file: their signature is checked against the pinned keys. One that we do not have yet is recorded and signed
 * by us; one that we have gets their signature. *ret_file is empty when nothing is left to hand back.
 * E_TAMPER "memo.signature", E_INVALID "memo.form", "memo.other"; E_CONFLICT "memo.differs".
 */
MUST_USE rc memo_acts_take(struct ctx *c, struct node *n, const struct actor *who, const struct exchange_keys *keys, slice file,
                           struct act acts[3], size_t *ret_n, slice *ret_id, slice *ret_file);
/* The file again, as the record has it: the text and every signature that stands. */
MUST_USE rc memo_file(struct ctx *c, struct node *n, const struct memo *m, slice *ret);
MUST_USE rc memo_act_end(struct ctx *c, const struct actor *who, const struct memo *m, struct act *ret);

#endif
