/* What the pages of looking in logs share: a list with its logs, what was seen of it, and the way into a thread. */
#ifndef DOOR_HTTP_WATCH_PAGES_H
#define DOOR_HTTP_WATCH_PAGES_H

#include "door/http/visit.h"
#include "work/select/watch_held.h"

struct seen { slice type, indicator; int64_t count; };

struct watched {
	struct case_head h;
	struct watch_list list;
	struct watch_log *logs;      /* in the order of the record, opened */
	size_t n_logs;
	struct seen *seen;           /* of all logs, the most seen first */
	size_t n_seen;
	int64_t hits, kept;
};

/* The list of the path, or number `seq`, for somebody who may `what`: opening it and its logs is a look. */
MUST_USE rc watched_open(struct visit *v, const char *what, slice seq, struct watched *ret);

bool watched_type(slice word, enum ind_type *ret);

/* One hit as it is kept; texts in v->c->a. */
struct hit { slice doc, part, type, indicator, seen, time, client, server, evidence; int64_t line; };
/* The kept hits that fit what the page was asked for (type, indicator, log), log by log. */
struct hits_walk { const struct watched *w; slice type, indicator, log, rest; size_t next; };
struct hits_walk hits_of(struct visit *v, const struct watched *w);
bool hits_next(struct hits_walk *k, slice *ret);
MUST_USE rc hit_read(struct visit *v, slice line, struct hit *ret);

/* Where lists may be taken from: the text of the document or thread that `source` names, and what it is called. */
MUST_USE rc watch_source_read(struct visit *v, const struct case_head *h, slice source, slice *ret_from, slice *ret_name, slice *ret_text);
/* "sources": those of this case and the threads that this person may see. */
MUST_USE rc watch_sources_put(struct visit *v, struct json_out *o, const struct case_head *h);

/* For the form of a thread: values seen, one a line, and how often each. */
MUST_USE rc watched_for_thread(struct visit *v, slice *ret_values, slice *ret_seen, size_t *ret_left);
/* `seen` as it goes out: counts by the ids that every house makes of the values, of those that `text` still has. */
MUST_USE rc watched_put_seen(struct visit *v, struct json_out *o, slice text);

#endif
