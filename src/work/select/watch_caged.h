/*
 * A list of known indicators against a log or capture that somebody put up: both are foreign bytes, so all of it happens in the
 * cage, and only counts, values of the list and masked lines come out.
 */
#ifndef WORK_SELECT_WATCH_CAGED_H
#define WORK_SELECT_WATCH_CAGED_H

#include "base/cage.h"
#include "engine/select/match_list.h"
#include "work/select/select.h"

#define WATCH_HITS_MOST 5000u   /* written for one log; more are counted */

struct watch_found {
	enum match_form form;
	uint64_t types[IND_TYPES];   /* of the list */
	uint64_t skipped;            /* of the list: of no kind that is met in logs, or not meant for it */
	uint64_t hits, lines, unread;
	slice list;                  /* as lines */
	slice seen;                  /* {"type","indicator","count"} a line, the most seen first */
	slice lines_hit;             /* as `renkei watch match --evidence` writes them */
};

/* What the list holds. E_INVALID "watch.list_…". */
MUST_USE rc watch_list_caged(struct ctx *c, slice list, struct watch_found *ret);
/* The log against it; `before`: how many lines of the same log were looked at already. */
MUST_USE rc watch_log_caged(struct ctx *c, slice list, slice name, uint64_t before, slice log, struct watch_found *ret);

extern const struct cage_kind watch_cage;

#endif
