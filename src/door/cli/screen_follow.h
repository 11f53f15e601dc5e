/*
 * Growing logs. What was parsed is kept as segments in a journal, with the place in the log up to which it goes, before
 * it counts: so a process that is killed at any moment goes on where the journal ends, and no line is lost or doubled.
 */
#ifndef DOOR_CLI_SCREEN_FOLLOW_H
#define DOOR_CLI_SCREEN_FOLLOW_H

#include "door/cli/screen_parts.h"

struct screen_watch {
	const char *state;      /* folder of the journal and the key */
	const char *out;        /* the list, written anew when lines came; NULL for the end only */
	uint32_t every, idle;   /* seconds between two looks; end after so many without a line, 0 = never */
	/* Fills logs, as the folder is now. */
	rc (*find)(struct ctx *c, void *arg, struct screen_task *task);
	void *arg;
};

/* E_INVALID "screen.state", "screen.segment". */
MUST_USE rc screen_follow(struct ctx *c, struct screen_task *task, const struct screen_watch *w, struct screen_outcome *ret);
/* The key of a state folder, made when there is none yet. */
MUST_USE rc screen_state_key(struct ctx *c, const char *state, unsigned char key[16]);

#endif
