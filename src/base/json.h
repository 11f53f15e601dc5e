/*
 * JSON (RFC 8259), strictly: UTF-8 without BOM, no duplicate member names, no lone surrogates, no NUL in text, nothing
 * after the value. Integers within ±(2^53-1) are numbers; other numbers keep their text. Depth ≤ LIMIT_JSON_DEPTH.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/rc.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_INT, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

#define JSON_TYPES 8
#define JSON_INT_MOST ((int64_t)9007199254740991)

struct json {
	enum json_type type;
	uint32_t count;       /* members or elements */
	slice name;           /* when it is a member: its name, unescaped */
	slice text;           /* JSON_TEXT: unescaped; JSON_NUMBER, JSON_INT: as written */
	int64_t num;          /* JSON_INT */
	struct json *child;   /* first member or element */
	struct json *next;    /* next sibling */
	size_t at;            /* byte offset of the value in the input */
};

/*
 * Reads one value. The tree lies in c->a and borrows from `text` where nothing had to be unescaped.
 * E_INVALID "json.syntax", "json.duplicate", "json.utf8", "json.trailing", E_LIMIT "json.depth"; with offset.
 */
MUST_USE rc json_parse(struct ctx *c, slice text, const struct json **ret);

/* The member, or NULL when there is none or `obj` is no object. */
const struct json *json_get(const struct json *obj, slice name);
/* Text of a JSON_TEXT value; S_NONE otherwise, NULL included. */
slice json_text(const struct json *v);
static inline bool json_is_true(const struct json *v) { return v && v->type == JSON_TRUE; }
static inline bool json_is_bool(const struct json *v) { return v && (v->type == JSON_TRUE || v->type == JSON_FALSE); }

#define JSON_EACH(v, parent) (const struct json *v = (parent) ? (parent)->child : NULL; v; v = v->next)

/* Writing: calls in the order of the text; commas set themselves. Members come out in the order given. */
struct json_out {
	struct buf *b;
	bool comma;
};

static inline struct json_out json_out_on(struct buf *b) { return (struct json_out){ .b = b }; }
void jo_object(struct json_out *o);
void jo_end_object(struct json_out *o);
void jo_array(struct json_out *o);
void jo_end_array(struct json_out *o);
void jo_key(struct json_out *o, slice name);
void jo_text(struct json_out *o, slice s);
void jo_int(struct json_out *o, int64_t n);
void jo_bool(struct json_out *o, bool v);
void jo_null(struct json_out *o);
/* A value that is already JSON. */
void jo_raw(struct json_out *o, slice json);
/* Writes the tree again. */
void jo_value(struct json_out *o, const struct json *v);
/* The escapes of RFC 8785 §3.2.2.2: \b \t \n \f \r \" \\ and \u00xx for other controls; all else as it is. */
void json_put_text(struct buf *b, slice s);

/* Short forms for members. */
static inline void jo_kv_text(struct json_out *o, const char *k, slice v) { jo_key(o, slice_of(k)); jo_text(o, v); }
static inline void jo_kv_int(struct json_out *o, const char *k, int64_t v) { jo_key(o, slice_of(k)); jo_int(o, v); }
static inline void jo_kv_bool(struct json_out *o, const char *k, bool v) { jo_key(o, slice_of(k)); jo_bool(o, v); }

#endif
