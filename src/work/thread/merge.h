/*
 * Lists that several parties write (questions of a joint hearing): everybody's newest list, put together, doubles folded. The
 * opener's list in a step of STEP_MERGES takes the place of all that was said before.
 */
#ifndef WORK_THREAD_MERGE_H
#define WORK_THREAD_MERGE_H

#include "work/thread/thread.h"

#define MERGED_MOST 200u
#define LIKE_NONE UINT32_MAX

/* An entry of the list, as the first who put it wrote it. */
struct merged {
	slice text;
	const slice *by;         /* nodes that put it */
	size_t nby;
	uint32_t like;           /* an earlier entry that says much the same, for a person to decide; LIKE_NONE */
};

/*
 * Full and half width, capitals, blanks and marks do not count: two that differ in nothing else are one. Opens what the
 * thread's steps said, which is a look.
 */
MUST_USE rc thread_merged(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread *t, slice field,
                          struct merged **ret, size_t *ret_n);
/* One entry a line: the value of the field. */
MUST_USE rc merged_text(struct ctx *c, const struct merged *v, size_t n, slice *ret);

/* Inside, for the test: how much two texts say the same, 0 to 100. */
unsigned text_likeness(slice a, slice b);

#endif
