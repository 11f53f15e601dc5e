/* How a cage (cage.h) answers: a head, and what the function wrote. Only the files of the cage include it. */
#ifndef BASE_CAGE_ANSWER_H
#define BASE_CAGE_ANSWER_H

#include "base/cage.h"

/* What comes before the answer. Read as foreign bytes: the child may be in anybody's hand. */
struct cage_head {
	uint32_t magic, code, row, col;
	uint64_t len, at;
	uint32_t has_at;
	char key[64], name[128];
};

/* In the child: the work, and its answer to `fd`. false when nobody takes it. */
bool cage_answer(struct ctx *c, int fd, const struct cage_limits *limits, cage_fn *fn, slice in, const void *arg);

/* In the caller. Is it one, and of how many bytes behind it? */
bool cage_head_read(slice bytes, struct cage_head *ret);
/* Of all that came: the answer, or the fault that it tells. E_INVALID "cage.died" when it is neither. */
MUST_USE rc cage_answer_read(struct ctx *c, slice bytes, slice *ret_answer);

/* Milliseconds of a clock that only goes on. */
int64_t cage_clock(void);
#define CAGE_LATE (-2)
/* Waits until instant `end` of that clock (0: for ever) and puts what came behind `b`. Bytes; 0 at the end; CAGE_LATE; -1 when it fails or `b` is full. */
int64_t cage_listen(int fd, int64_t end, struct buf *b);

#endif
