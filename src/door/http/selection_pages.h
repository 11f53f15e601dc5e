/* What the pages of a selected document share: the document with its decisions, a run over it, names of types for people. */
#ifndef DOOR_HTTP_SELECTION_PAGES_H
#define DOOR_HTTP_SELECTION_PAGES_H

#include "door/http/visit.h"
#include "work/select/review.h"

struct selected {
	struct case_head h;
	int64_t seq;
	slice name, bytes;
	struct select_review review;
};

/* The document of the path, or of the field `document`, for somebody who may `what`: opening it is a look. */
MUST_USE rc selected_open(struct visit *v, const char *what, struct selected *ret);
/*
 * What goes out of it in the form of `opt` (only form, tlp and with_refs count), with what was released. `withheld` NULL: not
 * wanted. Buffers in v->c->a.
 */
MUST_USE rc selected_run(struct visit *v, const struct selected *s, const struct select_options *opt, struct buf *out, struct buf *withheld,
	struct select_tally *ret);

/* One line of what goes out in JSON Lines. */
struct going { slice type, value; bool attack; };
/* False for an empty line. The value lies in v->c->a. */
MUST_USE rc going_read(struct visit *v, slice line, struct going *ret);
/* The word behind "name": of a line, without reading the whole of it. */
slice line_word(slice line, const char *name);

/* A window of lines: which of those that fit are shown; it begins at the field `field`. */
struct listed { size_t from, most, fit, shown; };
MUST_USE rc listed_window(struct visit *v, const char *field, size_t most, struct listed *ret);
/* Counts one more that fits: is it shown? */
bool listed_in(struct listed *w);
/* "<name>_next" and "<name>_back": where the neighbouring windows begin; "<name>_before": whether there is one before. */
void listed_put(struct visit *v, struct json_out *o, const char *name, const struct listed *w);
/* Counts of one side by type, as what can be chosen from. */
void listed_sums(struct visit *v, struct json_out *o, const char *name, const uint64_t *sums, size_t types, bool personal);

slice indicator_name(const struct visit *v, slice word);
slice pii_name(const struct visit *v, slice word);
slice rule_name(const struct visit *v, slice rule);

/* For the form of a thread: the attacker's values and techniques of the document, one a line; *ret_left did not fit. */
MUST_USE rc selected_for_thread(struct visit *v, slice *ret_values, slice *ret_methods, size_t *ret_left);
/* "sends": the kinds of threads of this house whose first step has a place for indicators. */
MUST_USE rc selected_put_sends(struct visit *v, struct json_out *o);

#endif
