/*
 * The gate: the one way out. What of an item may this recipient have, for this purpose, now? The rules are data
 * (gate/gate.yaml): grants name a basis on which a class of field may go to a class of recipient; guards take away. A
 * field without a grant never passes, and nothing personal passes without a statute, a contract or consent, whatever
 * the guards say. A decision is about one recipient: another one in the list changes nothing.
 *
 * Pure: no database, no clock, no memory taken in gate_decide().
 */
#ifndef CORE_GATE_GATE_H
#define CORE_GATE_GATE_H

#include "base/json.h"
#include "base/rc.h"

struct gate;

#define GATE_WORDS_MOST 64u      /* of one attribute: they are bits of a word */
#define GATE_FIELDS_MOST 200u
#define GATE_WISHES_MOST 100u

struct gate_word { slice id, ja, en; };

enum gate_change { CHANGE_NONE, CHANGE_BUCKET, CHANGE_MONTH, CHANGE_MASK };

#define GATE_CHANGES 4

struct gate_class {
	struct gate_word word;
	bool personal, identifies, text;
	enum gate_change change;
};

/* TLP 2.0, the weakest first. */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED };

#define TLPS 5

extern const char *const tlp_words[TLPS];        /* "amber_strict" */
extern const char *const tlp_labels[TLPS];       /* "TLP:AMBER+STRICT" */

/* What the origin says of sharing on what it gave. */
enum onward { ONWARD_NO, ONWARD_ASK, ONWARD_GRANTED, ONWARD_FREE };

#define ONWARDS 4

extern const char *const onward_words[ONWARDS];

enum gate_origin { ORIGIN_OWN, ORIGIN_RECIPIENT, ORIGIN_OTHER };

#define GATE_ORIGINS 3

enum wish { WISH_DENY, WISH_OPTOUT, WISH_ASK, WISH_DELAY, WISH_ANONYMOUS };

#define WISHES 5

/* A reservation of the reporter (留保), or what it agrees to. Empty words mean "any". */
struct gate_wish {
	slice to;              /* recipient code or class id */
	slice field;           /* path of a field, or prefix ending in '.' */
	int32_t cls;           /* class; -1 any */
	enum wish kind;        /* of reservations */
	msec until;            /* WISH_DELAY */
};

struct gate_field {
	slice path;
	uint32_t cls;
	enum tlp tlp;          /* the stricter of this and the item's counts */
	bool annex;            /* stands in annexes 1 to 3 of the common form */
	const struct json *value;
};

struct gate_item {
	const struct gate_field *fields;
	size_t nfields;
	enum tlp tlp;
	uint64_t purposes;     /* bits it may be used for; 0: not limited */
	msec expires, embargo; /* 0: none */
	slice origin;          /* node that gave it; empty: our own */
	enum onward onward;
	bool foreign, foreign_consents;
	uint64_t secrecy;      /* bits */
	bool critical;         /* the reporter runs critical infrastructure: its opt-out is the weaker one */
	bool exercise;
	const struct gate_wish *reservations, *consents;
	size_t nreservations, nconsents;
};

struct gate_recipient {
	slice code;            /* node name or agency code, for wishes */
	slice agency;          /* its agency code; may be empty */
	uint32_t cls;          /* index in recipients */
	bool memo, contract;   /* one that covers this exchange is in force */
	uint64_t kept;         /* classes that the memorandum keeps back */
	bool named;            /* the origin named it (TLP:RED, embargo) */
	bool exercise;
};

enum gate_effect { GATE_PASS, GATE_NOTE, GATE_CHANGE, GATE_KEEP };

#define GATE_EFFECTS 4

extern const char *const gate_effect_words[GATE_EFFECTS];

enum gate_basis { BASIS_LAW, BASIS_CONTRACT, BASIS_CONSENT, BASIS_MEMO, BASIS_PUBLIC, BASIS_NONE };

#define GATE_BASES 6

extern const char *const gate_basis_words[GATE_BASES];

#define RULE_NONE UINT16_MAX
#define RULE_OFFICER (UINT16_MAX - 1)
#define RULE_MEMO (UINT16_MAX - 2)

/* For one field: what happens, on which basis, by which guard. */
struct gate_outcome {
	enum gate_effect effect;
	enum gate_basis basis;
	uint16_t grant;        /* RULE_NONE: none */
	uint16_t rule;         /* RULE_NONE when it passes */
};

/* Reads root/gate/gate.yaml; lies in c->a. E_INVALID "gate.…", "pack.…" with file, row and column. */
MUST_USE rc gate_load(struct ctx *c, const char *root, const struct gate **ret);
MUST_USE rc gate_parse(struct ctx *c, const char *file, slice text, const struct gate **ret);

/* Index, or -1. */
int32_t gate_class_find(const struct gate *g, slice id);
int32_t gate_recipient_find(const struct gate *g, slice id);
int32_t gate_purpose_find(const struct gate *g, slice id);
int32_t gate_secrecy_find(const struct gate *g, slice id);
int32_t gate_condition_find(const struct gate *g, slice id);
const struct gate_class *gate_class_at(const struct gate *g, uint32_t i);
const struct gate_word *gate_recipient_at(const struct gate *g, uint32_t i);
const struct gate_word *gate_purpose_at(const struct gate *g, uint32_t i);
const struct gate_word *gate_condition_at(const struct gate *g, uint32_t i);
uint32_t gate_class_count(const struct gate *g);
uint32_t gate_recipient_count(const struct gate *g);
uint32_t gate_purpose_count(const struct gate *g);
uint32_t gate_secrecy_count(const struct gate *g);
uint32_t gate_condition_count(const struct gate *g);
uint32_t gate_guard_count(const struct gate *g);
/* Id and sentences of the rule of an outcome; the grant's id and first clause. Empty for RULE_NONE. */
struct gate_word gate_rule(const struct gate *g, uint16_t rule);
slice gate_grant(const struct gate *g, uint16_t grant, slice *ret_cite);

/* Fills ret[0 … item->nfields). */
void gate_decide(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to, uint32_t purpose,
                 msec now, struct gate_outcome *ret);
/* One copy for all: a field passes only as far as it passes to each of them. n ≥ 1. */
void gate_decide_all(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to, size_t n,
                     uint32_t purpose, msec now, struct gate_outcome *ret);
/* The officer keeps back more; there is no function for less. E_NOTFOUND "gate.no_field". */
MUST_USE rc gate_hold(struct ctx *c, const struct gate_item *item, slice path, struct gate_outcome *outcomes);

/* Writes an object {path: value} of what goes, with changed values changed. Uses c->a. */
MUST_USE rc gate_put_redacted(struct ctx *c, const struct gate *g, const struct gate_item *item,
                              const struct gate_outcome *outcomes, struct json_out *o);
/* Writes the array of all fields with effect, basis, rule and reason; no values. */
void gate_put_reasons(const struct gate *g, const struct gate_item *item, const struct gate_outcome *outcomes,
                      struct json_out *o);

/* An item as JSON (renkei-gate(1)); a recipient likewise. Both borrow from `v`. E_INVALID "gate.item", "gate.word". */
MUST_USE rc gate_item_read(struct ctx *c, const struct gate *g, const struct json *v, struct gate_item *ret);
MUST_USE rc gate_recipient_read(struct ctx *c, const struct gate *g, const struct json *v, struct gate_recipient *ret);

#endif
