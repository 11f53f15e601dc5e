/* Canonical JSON: RFC 8785 (JCS), restricted so that a small codec is exact (docs/record.md §1). */
#ifndef CORE_RECORD_JCS_H
#define CORE_RECORD_JCS_H

#include "base/json.h"

#define JCS_MOST ((size_t)65535)
#define JCS_DEPTH 8u

/*
 * Reads a document that is in canonical form already: no fraction, exponent or null, names [a-z][a-z0-9_]{0,31} in
 * order, no blanks, the shortest escapes. E_INVALID "jcs.form", "json.…", E_LIMIT "jcs.size", "jcs.depth".
 */
MUST_USE rc jcs_parse(struct ctx *c, slice text, const struct json **ret);
/* Checks that a tree keeps to the subset (names, numbers, depth); order and blanks aside. */
MUST_USE rc jcs_check(struct ctx *c, const struct json *v);
/* Writes a tree that keeps to the subset in canonical form: members are sorted. Uses c->a. */
MUST_USE rc jcs_put(struct ctx *c, struct buf *b, const struct json *v);

#endif
