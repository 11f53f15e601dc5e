/*
 * What a request gives to its handler: pairs of name and text, only those that the route declares, typed when they are
 * read. The same pairs come out of a form of the browser, the query and a JSON object of the API.
 */
#ifndef DOOR_HTTP_FORM_H
#define DOOR_HTTP_FORM_H

#include "base/json.h"
#include "base/when.h"

#define FORM_PAIRS_MOST 600u
#define FORM_NAME_MOST 96u

enum field_type {
	FIELD_TEXT,     /* one line */
	FIELD_LONG,     /* lines */
	FIELD_WORD,     /* an id or code: letters, digits and . _ - : / + = */
	FIELD_COUNT,
	FIELD_DAY,      /* "x", or "x.y" "x.m" "x.d" */
	FIELD_MOMENT,   /* the same, and "x.t" for the clock */
	FIELD_CHOICE,   /* one of `choices` */
	FIELD_FLAG,     /* there or not */
	FIELD_ANY,      /* every name that begins with it: checked by the handler ("fact.") */
	FIELD_SECRET,   /* a password or code: never shown again, never kept */
};

#define FIELD_TYPES 10

struct field_spec {
	const char *name;             /* NULL ends the table */
	enum field_type type;
	bool need;
	size_t max;                   /* bytes; 0: 400 for a line, 16,000 for lines */
	const char *choices;          /* "ja en" */
	const char *ja, *en;          /* what it is called in messages */
};

struct pair { slice name, value; };

struct form {
	struct pair *pairs;
	size_t n;
};

/* Why a field was refused. */
struct field_error { slice field, text; };

/* The fields of the route that belongs to a name; NULL for what was not declared. */
const struct field_spec *field_of(const struct field_spec *specs, slice name);

/* application/x-www-form-urlencoded, also the query. Unknown names are left out. E_INVALID "form.encoding", E_LIMIT "form.many". */
MUST_USE rc form_from_query(struct ctx *c, slice text, const struct field_spec *specs, struct form *f);
/* multipart/form-data (RFC 7578); `type` is the whole Content-Type. A file's name is given as "<field>.name". */
MUST_USE rc form_from_parts(struct ctx *c, slice type, slice body, const struct field_spec *specs, struct form *f);
/* A JSON object; members that are objects or lists become names with dots. E_INVALID "form.member" for unknown names. */
MUST_USE rc form_from_json(struct ctx *c, slice body, const struct field_spec *specs, struct form *f);
MUST_USE rc form_add(struct ctx *c, struct form *f, slice name, slice value);
/* %41%e3… of a path or query. */
MUST_USE rc percent_decode(struct ctx *c, slice text, bool plus, slice *ret);

/* The text, trimmed; empty when it was not given. */
slice form_text(const struct form *f, const char *name);
slice form_get(const struct form *f, slice name);
bool form_has(const struct form *f, const char *name);
/* One field with its parts as a text that when_parse takes: "令和8年11月21日 9時30分". Empty when nothing was given. */
MUST_USE rc form_date_text(struct ctx *c, const struct form *f, slice name, slice *ret);
/* *ret_given false when nothing was given. Faults of when_parse. */
MUST_USE rc form_moment(struct ctx *c, const struct form *f, const char *name, struct when *ret, bool *ret_given);
MUST_USE rc form_day(struct ctx *c, const struct form *f, const char *name, jday *ret, bool *ret_given);
/* Digits of any width, with commas. 0 when it was not given. */
MUST_USE rc form_count(struct ctx *c, const struct form *f, const char *name, int64_t most, int64_t *ret);
/* Full-width letters, digits and signs as ASCII (the block U+FF01–FF5E, the wide blank). */
MUST_USE rc text_narrow(struct ctx *c, slice s, slice *ret);

/* What is wrong with a field as it was given; key of a message, or NULL. For FIELD_ANY: NULL. */
MUST_USE rc field_check(struct ctx *c, const struct field_spec *spec, const struct form *f, const char **ret_key);

#endif
