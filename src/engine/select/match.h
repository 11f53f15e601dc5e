/*
 * Known indicators against logs: addresses (blocks, too), names with everything below them, URLs, hashes, mail addresses. By
 * label and not by substring: "evil.example" meets "a.evil.example" and never "notevil.example".
 */
#ifndef ENGINE_SELECT_MATCH_H
#define ENGINE_SELECT_MATCH_H

#include "engine/select/indicator.h"

struct match_set;

struct match_hit {
	size_t start, end;       /* bytes of the text: what was seen */
	slice indicator;         /* in its plain form; valid during the call */
	enum ind_type type;
	size_t line;             /* number from 1 within the text given */
	size_t line_start, line_end;
};

/* Told now and then while a list is read: it will not be looked at before byte `upto` for a while. */
typedef void match_passed_fn(void *to, size_t upto);

/*
 * Reads a list: one value a line (plain or defanged), or JSON Lines with "type" and "value" as `select --jsonl` writes; lines
 * with the role "ref" and lines of other types are passed over and counted. The set lies in c->a, eight bytes and two for each
 * value; it borrows from `text`, which it reads again at a hit. passed: NULL for none.
 */
MUST_USE rc match_load(struct ctx *c, slice text, match_passed_fn *passed, void *to, struct match_set **ret, size_t *ret_skipped);
size_t match_count(const struct match_set *set);
/* Is the line of a list one that can be met? */
bool match_is_known(slice line);
/* How many of each type, IND_TYPES of them. */
const uint64_t *match_types(const struct match_set *set);

/* Calls `on_hit` for each hit, in the order of the text. Stops when it fails. */
typedef rc match_fn(struct ctx *c, void *to, const struct match_hit *hit);
MUST_USE rc match_text(struct ctx *c, const struct match_set *set, slice text, match_fn *on_hit, void *to);

#endif
