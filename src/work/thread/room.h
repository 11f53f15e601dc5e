/* One line of time of a case: every step of its threads and its own course of events, each with who can see it. */
#ifndef WORK_THREAD_ROOM_H
#define WORK_THREAD_ROOM_H

#include "work/thread/thread.h"

struct room_entry {
	msec at;
	int64_t seq;
	const struct thread *t;      /* NULL: of the case's own course; nobody but us sees it */
	struct thread_event step;
	const struct event *own;
	const slice *seen_by;        /* other nodes: who took the step, who was given it before the next one */
	size_t nseen;
};

/* `course`: events of the case, opened or not; may be empty. By time. */
MUST_USE rc room_timeline(struct ctx *c, struct store *st, const struct thread *t, size_t nt, const struct event *course, size_t ncourse,
                          struct room_entry **ret, size_t *ret_n);

#endif
