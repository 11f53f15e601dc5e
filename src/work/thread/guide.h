/* The register of standards and guidelines: read off the consultations on them, so nobody keeps a second list. */
#ifndef WORK_THREAD_GUIDE_H
#define WORK_THREAD_GUIDE_H

#include "work/thread/thread.h"

#define GUIDE_KIND S("guideline")
#define GUIDES_MOST 500u

/* One that cites the document, and in which of its own. */
struct guide_cite { slice node, in; };

struct guide {
	struct thread t;             /* t.hub owns the document; t.due: the last change is to be checked by then */
	slice document, version, cites, text;
	struct guide_cite by[PARTIES_MOST];
	size_t nby;
	slice waiting[PARTIES_MOST]; /* who has not answered or checked what stands, as far as we can see; none without a due date */
	size_t nwaiting;
};

/* Documents whose consultation stands (or `over`), the newest first; contents are opened for somebody who looks. */
MUST_USE rc guide_list(struct ctx *c, const struct exchange *x, const struct look *look, bool over, struct guide **ret, size_t *ret_n);
/* The document of our own that cites it; empty when none does. */
slice guide_cited_in(const struct guide *g, slice node);

#endif
