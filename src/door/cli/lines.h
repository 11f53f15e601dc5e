/* Lines of any input in constant memory; one that is too long is passed over and told. */
#ifndef DOOR_CLI_LINES_H
#define DOOR_CLI_LINES_H

#include "core/law/law.h"

struct lines {
	int fd;             /* owned, but for standard input */
	const char *path;   /* for faults */
	char *buf;          /* owned */
	size_t cap, from, to, most;
	uint64_t row;       /* of the line last given */
	bool end, skipping;
};

/* "-" is standard input. */
MUST_USE rc lines_open(struct ctx *c, const char *path, size_t most, struct lines *ret);
/*
 * The next line without its end, borrowed until the next call; *ret_more is false when there is none left. E_LIMIT
 * "line.limit" for a line of more than `most` bytes, E_IO with errno; the next call goes on behind it.
 */
MUST_USE rc lines_next(struct ctx *c, struct lines *in, slice *ret, bool *ret_more);
void lines_end(struct lines *in);

/* cmd_assess.c, shared with `law explain`: one case as JSON, the rules for its time. */
struct assess_case { slice id; const struct json *facts; msec known_at; };

MUST_USE rc assess_read_case(struct ctx *c, slice text, struct assess_case *ret);
/* The latest known_at that is taken: see renkei-assess(1). */
MUST_USE rc assess_latest(struct ctx *c, bool defaults, bool has_as_of, msec as_of, msec *ret);
/* RFC 3339, or a day, whose end is meant. */
MUST_USE rc assess_as_of(struct ctx *c, const char *text, msec *ret);

#endif
