/*
 * What the release is worth to somebody who counts with it: counting queries over two columns, answered from the release
 * with its values taken as evenly spread over what they cover, against the answers of the source (LeFevre et al. 2006).
 */
#ifndef ENGINE_DEID_QUERY_H
#define ENGINE_DEID_QUERY_H

#include "engine/deid/cover.h"
#include "engine/deid/problem.h"

#define QUERIES 32u

/* Always the same questions for the same columns. A column is asked for the leaves [first, end). */
struct queries {
	const struct problem *p;
	struct { uint32_t q[2], first[2], end[2]; } ask[QUERIES];
	uint64_t truth[QUERIES];
	double told[QUERIES];
};

/* Asks the source. */
MUST_USE rc queries_init(struct ctx *c, struct queries *w, const struct problem *p);
/* A class of so many rows; cover[qs]: what it shows in each column. */
void queries_add_class(struct queries *w, const struct cover *const *cover, uint64_t rows);
/* Mean over the questions of |told - truth| / truth, where answers under 0.1 % of the rows count as that many. */
double queries_error(const struct queries *w);

#endif
