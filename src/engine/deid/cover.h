/* What a released text says: the leaves that it covers. */
#ifndef ENGINE_DEID_COVER_H
#define ENGINE_DEID_COVER_H

#include "engine/deid/hierarchy.h"

struct run { uint32_t first, end; };

struct cover {
	struct run *run;      /* rising, apart from each other */
	uint32_t runs;
	uint32_t n;           /* leaves covered; 0: the text says nothing in this column */
	double log_rows;      /* log2 of the source rows covered; filled by who knows them */
	bool all;
	bool star;            /* the text is "*": it costs 1 even in a hierarchy of one leaf */
};

struct cover_reader {
	const struct hierarchy *h;
	struct dict labels;       /* texts of nodes */
	uint32_t *node_of;        /* label → lowest node */
	double *number;           /* [leaves]; NAN where a leaf is no number */
	uint8_t *in;              /* [leaves] working memory */
	bool numbers;
};

MUST_USE rc cover_reader_init(struct ctx *c, struct cover_reader *r, const struct hierarchy *h);
/* A leaf, a label, "*", {a;b;c}, 20-24, [20,25[ or [20,25]. */
MUST_USE rc cover_read(struct ctx *c, const struct cover_reader *r, slice text, struct cover *ret);
static inline bool cover_has(const struct cover *v, uint32_t leaf)
{
	for (uint32_t i = 0; i < v->runs; i++)
		if (leaf >= v->run[i].first && leaf < v->run[i].end)
			return true;
	return false;
}

#endif
