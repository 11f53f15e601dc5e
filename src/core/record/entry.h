/*
 * One entry of the record: one act, as canonical JSON (docs/record.md §2). The clear part holds ids, codes, numbers
 * and times only; what is personal is sealed. A closed schema for each act makes sure of the form.
 */
#ifndef CORE_RECORD_ENTRY_H
#define CORE_RECORD_ENTRY_H

#include "base/json.h"
#include "base/rc.h"

#define ENTRY_MOST ((size_t)65535)     /* bytes of one entry: it fits a C2SP entry bundle */
#define ENTRY_LIST_MOST 256u           /* elements of one list */
#define WORD_MOST 128u                 /* bytes of one id or code */

struct words { const slice *v; size_t n; };
struct ints { const int64_t *v; size_t n; };

struct actor {
	slice id;     /* pseudonym of this node, "op-7f3a"; its name lies sealed elsewhere */
	slice role;   /* "handler", "lead", "system", … */
	slice via;    /* empty, or what acted for it */
};

/* What an entry keeps of a sealed payload (docs/record.md §6). */
struct seal {
	slice alg, key;
	int64_t len;                   /* of the ciphertext */
	unsigned char ct[32], kc[32];  /* SHA-256 of the ciphertext, commitment to the key */
	unsigned char n[24];           /* nonce */
};

struct entry {
	int64_t seq;
	msec at;
	slice node, zone, act;
	struct actor actor;
	slice case_id;                 /* empty when the act belongs to no case */
	struct words obj, basis, code, to;
	struct words keys;             /* of erase.*: the sealing units' keys */
	struct ints ref, appr;
	const struct seal *seals;
	size_t nseals;
	const struct json *json;       /* members of the act's own schema, by json_get(); of a stored entry all members */
	slice bytes;                   /* exactly what was hashed */
};

/* What a member of an act's own schema may hold. There is no type for free text. */
enum member_type {
	MEMBER_INT,       /* whole number within ±(2^53-1); also msec and jday */
	MEMBER_BOOL,
	MEMBER_WORD,      /* 1–128 of letters, digits and . _ - : / + = */
	MEMBER_VALUE,     /* int, bool or word */
	MEMBER_INTS,
	MEMBER_WORDS,
	MEMBER_OBJECT,    /* `inner` */
	MEMBER_OBJECTS,   /* list of them */
};

#define MEMBER_TYPES 8

struct member_spec {
	const char *name;                /* [a-z][a-z0-9_]{0,31}; NULL ends the table */
	enum member_type type;
	bool need;
	const struct member_spec *inner;
};

/*
 * Reads an entry strictly: canonical form, known members only. `extra` is the schema of its act beyond the common
 * members (NULL: none). The entry lies in c->a and borrows from `bytes`. E_INVALID "entry.…", E_LIMIT "entry.…".
 */
MUST_USE rc entry_parse(struct ctx *c, slice bytes, const struct member_spec *extra, struct entry *ret);
/* The same, but members outside the common ones may be anything canonical: for readers that do not know the act. */
MUST_USE rc entry_parse_any(struct ctx *c, slice bytes, struct entry *ret);
/* The same for a document that was read already. `any`: members outside the common ones may be anything. */
MUST_USE rc entry_read(struct ctx *c, const struct json *json, slice bytes, const struct member_spec *extra, bool any,
                       struct entry *ret);
/* Checks one common member and keeps what it says in `e`. */
MUST_USE rc entry_read_common(struct ctx *c, const struct json *member, struct entry *e);
/* Whether a member of that name belongs to every entry, so that no act may use it for itself. */
bool entry_is_common(slice name);
/* Checks the members of `obj` that are not common ones against the schema. */
MUST_USE rc entry_check_members(struct ctx *c, const struct json *obj, const struct member_spec *extra);
bool word_is_valid(slice s);

#endif
