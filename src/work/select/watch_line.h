/* What the line of a hit says: when, who asked whom, and the line itself without personal information. Only files of this folder include it. */
#ifndef WORK_SELECT_WATCH_LINE_H
#define WORK_SELECT_WATCH_LINE_H

#include "base/json.h"
#include "work/select/policy.h"

struct watch_line {
	slice line;             /* of the log */
	size_t start, end;      /* in it: what was seen */
	slice asked;            /* of a capture: client, server and time between tabs; empty: the line itself says */
	const struct select_policy *policy;   /* NULL: everything personal is masked */
};

/* Members "time", "client", "server" (those that are known) and "evidence". */
MUST_USE rc watch_line_put(struct ctx *c, struct json_out *o, const struct watch_line *l);

#endif
