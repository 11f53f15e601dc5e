/*
 * Data packs: a strict subset of YAML 1.1, read with libyaml's events. Maps, lists and scalars, block and flow.
 * Not taken: anchors, aliases, tags, directives, a second document, keys that are no scalars, empty keys, duplicate
 * keys, NUL, text that is no UTF-8. Every scalar is text with its place; the caller's schema says what it must be,
 * so `030` is never 24, `30日` never 30, and `no` is a word.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/calendar.h"
#include "base/rc.h"

enum pack_kind { PACK_TEXT, PACK_LIST, PACK_MAP };

#define PACK_KINDS 3

struct pack {
	enum pack_kind kind;
	bool quoted;               /* PACK_TEXT: stood in quotes or as a block; a plain empty one is "nothing said" */
	uint32_t count;            /* members or elements */
	uint32_t row, col;         /* 1-based, columns in characters */
	uint32_t key_row, key_col; /* place of the key when it is a member */
	slice key;                 /* its key when it is a member of a map */
	slice text;                /* PACK_TEXT */
	const char *file;          /* name given to pack_parse; in the arena */
	const struct pack *child;  /* first member or element */
	const struct pack *next;   /* next sibling */
};

#define PACK_EACH(v, parent) (const struct pack *v = (parent)->child; v; v = v->next)

/*
 * Reads one document. The tree and its texts lie in c->a. `file` is what faults call it.
 * E_INVALID "pack.syntax", "pack.utf8", "pack.anchor", "pack.tag", "pack.directive", "pack.documents",
 * "pack.empty", "pack.key", "pack.duplicate", E_LIMIT "pack.depth"; each with file, row and column.
 */
MUST_USE rc pack_parse(struct ctx *c, const char *file, slice text, const struct pack **ret);
/* The same from a file of at most LIMIT_FILE_SMALL bytes. */
MUST_USE rc pack_read(struct ctx *c, const char *path, const struct pack **ret);

/* Records a fault at the node's place and returns E_INVALID; the second form at its key. */
#define PACK_FAIL(c, node, key) pack_fail_at((c), (node), false, (key), __FILE__, __LINE__)
#define PACK_FAIL_KEY(c, node, key) pack_fail_at((c), (node), true, (key), __FILE__, __LINE__)
rc pack_fail_at(struct ctx *c, const struct pack *node, bool at_key, const char *key, const char *file, int line);

/* The member, or NULL when there is none. */
const struct pack *pack_get(const struct pack *map, slice key);
/* "pack.kind" when it is another kind. */
MUST_USE rc pack_is(struct ctx *c, const struct pack *node, enum pack_kind kind);
/* The node is a map and has no key but those named in `keys` (NULL ends it): "pack.kind", "pack.unknown_key". */
MUST_USE rc pack_keys(struct ctx *c, const struct pack *map, const char *const *keys);
/* "pack.missing", with the key's name, when there is none. */
MUST_USE rc pack_need(struct ctx *c, const struct pack *map, const char *key, const struct pack **ret);

/*
 * A scalar as a value. "pack.kind" when it is none.
 * text   not empty (in quotes it may be): "pack.empty_text"
 * int    plain decimal digits, '-' for negative, no leading zero: "pack.number", "pack.range"
 * bool   true or false, nothing else: "pack.bool"
 * day    2026-11-21: "pack.day"
 * word   one of `words` (NULL ends it); gives its index: "pack.word"
 */
MUST_USE rc pack_as_text(struct ctx *c, const struct pack *node, slice *ret);
MUST_USE rc pack_as_int(struct ctx *c, const struct pack *node, int64_t least, int64_t most, int64_t *ret);
MUST_USE rc pack_as_bool(struct ctx *c, const struct pack *node, bool *ret);
MUST_USE rc pack_as_day(struct ctx *c, const struct pack *node, jday *ret);
MUST_USE rc pack_as_word(struct ctx *c, const struct pack *node, const char *const *words, unsigned *ret);

/* The member of a map as a value; it must be there. */
MUST_USE rc pack_text(struct ctx *c, const struct pack *map, const char *key, slice *ret);
MUST_USE rc pack_int(struct ctx *c, const struct pack *map, const char *key, int64_t least, int64_t most, int64_t *ret);
MUST_USE rc pack_bool(struct ctx *c, const struct pack *map, const char *key, bool *ret);
MUST_USE rc pack_day(struct ctx *c, const struct pack *map, const char *key, jday *ret);
MUST_USE rc pack_word(struct ctx *c, const struct pack *map, const char *key, const char *const *words, unsigned *ret);
/* The same where it may be missing: then `other`. */
MUST_USE rc pack_text_or(struct ctx *c, const struct pack *map, const char *key, slice other, slice *ret);
MUST_USE rc pack_bool_or(struct ctx *c, const struct pack *map, const char *key, bool other, bool *ret);
MUST_USE rc pack_day_or(struct ctx *c, const struct pack *map, const char *key, jday other, jday *ret);
/* A list of texts in c->a; a missing member is an empty list. Each text once: "pack.twice". */
MUST_USE rc pack_texts(struct ctx *c, const struct pack *map, const char *key, slice **ret, uint32_t *ret_n);

#endif
