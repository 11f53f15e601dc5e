/*
 * What was looked for in which logs of a case: the list lies sealed in the record under the key of the case, and so do the hits.
 * The logs themselves are not kept: their digest and length say which they were.
 */
#ifndef WORK_SELECT_WATCH_HELD_H
#define WORK_SELECT_WATCH_HELD_H

#include "core/record/record.h"
#include "work/select/watch_caged.h"

#define WATCH_LIST_MOST ((size_t)8 << 20)    /* as lines */
#define WATCH_LOG_MOST ((size_t)8 << 20)     /* of one piece */
#define WATCH_KEPT_MOST 20000u               /* hits of one list that are kept; of logs beyond, the sums alone */

/* watch.list, watch.log */
extern const struct act_kind watch_kinds[];

/* A list as it was put up. `from`: "file", "document" or "thread"; `source`: which of them, or empty. */
struct watch_list {
	int64_t seq, count, size;
	msec at;
	slice actor, from;
	slice name, source;                      /* watch_list_open() and watch_lists_named() */
	uint64_t types[IND_TYPES], skipped;
	slice lines;                             /* watch_list_open() */
	bool gone;
};

/* A log that was held against it. */
struct watch_log {
	int64_t seq, list, size, hits, kept;
	msec at;
	slice actor, doc;                        /* SHA-256 of the log */
	slice name;                              /* watch_logs_open(), and what follows */
	uint64_t lines, unread;
	slice seen, lines_hit;
	bool gone;
};

/* E_INVALID "watch.list_size" when the lines are too many for the record. */
MUST_USE rc watch_list_act(struct ctx *c, const struct actor *who, slice case_id, const struct watch_list *l, const struct watch_found *f, struct act *ret);
/* `kept`: how many hits of this list are kept already. */
MUST_USE rc watch_log_act(struct ctx *c, const struct actor *who, slice case_id, int64_t list, slice name, slice log, int64_t kept,
	const struct watch_found *f, struct act *ret);

/* Of a case, in the order of the record. */
MUST_USE rc watch_lists(struct ctx *c, struct node *n, slice case_id, struct watch_list **ret, size_t *ret_n);
/* list < 0: of all lists. */
MUST_USE rc watch_logs(struct ctx *c, struct node *n, slice case_id, int64_t list, struct watch_log **ret, size_t *ret_n);
/* The sealed parts, for somebody who looks. E_NOTFOUND "watch.none". */
MUST_USE rc watch_lists_named(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct watch_list *v, size_t count);
MUST_USE rc watch_list_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, struct watch_list *ret);
MUST_USE rc watch_logs_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct watch_log *v, size_t count);

#endif
