/*
 * Blocks of a stream that came before: rotated logs, quoted letters and collections of reports tell the same passages again and
 * again. What such a block gave is kept by a mark of its bytes, so that it need not be read twice. Never its text.
 */
#ifndef WORK_SELECT_AGAIN_H
#define WORK_SELECT_AGAIN_H

#include "base/known.h"
#include "engine/select/pii.h"

#define AGAIN_BLOCK_MOST ((size_t)256 << 10)   /* longer blocks are read each time */

/* What a block gave. Valid until the next again_keep(). */
struct again_told {
	uint64_t chars;
	uint64_t learnt;       /* pii_state_learnt() behind it */
	const struct pii_span *spans;
	size_t n_spans;
	slice state;           /* behind it, as pii_state_put() writes it */
};

struct again;

/* Lies in c->a, which must outlive it; a few MB at most, whatever the length of the stream. */
MUST_USE rc again_new(struct ctx *c, struct again **ret);
/* `before` is all that decides what the block gives besides its bytes. */
struct mark again_mark_of(const struct again *a, slice block, slice before);
bool again_find(struct again *a, struct mark m, struct again_told *ret);
/* Keeps a copy. When there is no more room, the older half is forgotten. */
void again_keep(struct again *a, struct mark m, const struct again_told *told);

/*
 * Where the block at p ends: behind a line that looks like it, so that the same passage is cut alike wherever it stands;
 * at most `most` bytes when they hold a line end, else behind the next one.
 */
size_t again_cut(const char *p, size_t n, size_t most);

#endif
