/*
 * The incident record as a schema (forms/record.yaml), and values of it as JSON: an object keyed by path. A value is
 * what its type says, or {"value": …, "state": "confirmed"|"estimated"|"unknown"|"not_applicable"}; for the last two
 * the value may be missing.
 *
 *   text long ref file   text, without control characters; long may have line ends
 *   date                 "2026-11-21"
 *   datetime             RFC 3339, or a date where the time is not known
 *   int                  0 and more          decimal  0 and more, as a JSON number
 *   one                  a code, or {"code": …, "text": words added}
 *   many                 a list of those     table    a list of objects keyed by column
 *   group                an object keyed by column
 */
#ifndef WORK_REPORT_RECORD_H
#define WORK_REPORT_RECORD_H

#include "base/json.h"
#include "base/pack.h"

enum value_type {
	VALUE_TEXT, VALUE_LONG, VALUE_DATE, VALUE_DATETIME, VALUE_INT, VALUE_DECIMAL, VALUE_BOOL, VALUE_ONE, VALUE_MANY,
	VALUE_TABLE, VALUE_GROUP, VALUE_FILE, VALUE_REF,
};

#define VALUE_TYPES 13

enum value_state { STATE_ABSENT, STATE_CONFIRMED, STATE_ESTIMATED, STATE_UNKNOWN, STATE_NOT_APPLICABLE };

#define VALUE_STATES 5

struct choice { slice code, ja, en; };

struct choices {
	slice name;
	struct choice *items;
	uint32_t n;
};

/* The value follows when `fact` (or the state of the path of that name) is one of `is`. */
struct record_rule {
	slice fact;
	bool of_state;
	slice *is;
	uint32_t n_is;
	const struct pack *give;   /* a code, or a map that is a row */
};

/* A path, or a column of one: then `path` is the column's name and the rest of its table stands in the owner. */
struct record_path {
	uint32_t no;
	slice section, path, ja, en;
	slice law;                      /* clause that asks for it; empty: none */
	slice same;                     /* fact of the law that it is; empty: none */
	enum value_type type;
	bool repeats, personal;
	const struct choices *choices;  /* VALUE_ONE, VALUE_MANY */
	struct record_path *columns;    /* VALUE_TABLE, VALUE_GROUP */
	uint32_t ncolumns;
	struct record_rule *rules;
	uint32_t nrules;
};

struct record_section { slice id, ja, en; };

struct record_schema {
	slice version;
	struct record_section *sections;
	struct choices *lists;
	struct record_path *paths;
	uint32_t nsections, nlists, npaths;
};

/* Reads forms/record.yaml. A mistake is E_INVALID "pack.…" or "record.…" with file, row and column. */
MUST_USE rc record_load(struct ctx *c, const char *path, const struct record_schema **ret);
/* NULL when there is none. */
const struct record_path *record_find(const struct record_schema *s, slice path);
const struct record_path *record_column(const struct record_path *table, slice name);
const struct choice *choices_find(const struct choices *list, slice code);
const char *value_type_word(enum value_type t);
const char *value_state_word(enum value_state s);

/*
 * All members are paths of the record and have the form of their type. E_INVALID "record.unknown_path", "record.type",
 * "record.unknown_choice", "record.unknown_column", "record.state", "record.control", "date.…", "time.…",
 * E_LIMIT "record.too_long", "record.too_many"; the fault names the path.
 */
MUST_USE rc record_check(struct ctx *c, const struct record_schema *s, const struct json *values);

/*
 * The values, and those that follow from `facts` (an object keyed by fact, values plain or with state; NULL: none) for
 * paths that have none of their own. The result borrows from both.
 */
MUST_USE rc record_derive(struct ctx *c, const struct record_schema *s, const struct json *facts,
	const struct json *values, const struct json **ret);

/* The value without its state. *ret_state is STATE_ABSENT when `v` is NULL or null. */
const struct json *value_bare(const struct json *v, enum value_state *ret_state);
/* The code of a chosen value; S_NONE when it is none. Its added words in *ret_text (may be NULL). */
slice value_code(const struct json *v, slice *ret_text);

/* Making values: nodes in c->a. NULL-safe ends: a failed allocation is E_LIMIT "memory.limit". */
MUST_USE rc json_make(struct ctx *c, enum json_type type, slice name, struct json **ret);
MUST_USE rc json_make_text(struct ctx *c, slice name, slice text, struct json **ret);
void json_append(struct json *parent, struct json *child);

#endif
