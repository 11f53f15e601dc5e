/*
 * Two releases of one table: who knows the quasi-identifiers of a person finds a class in each, and only those who stand in
 * both can be that person. An earlier release is read as text; its classes are told from the texts, which must not overlap
 * within a column (global recoding).
 */
#ifndef ENGINE_DEID_CROSS_H
#define ENGINE_DEID_CROSS_H

#include "engine/deid/problem.h"

struct cross;

MUST_USE rc cross_begin(struct ctx *c, const struct problem *p, struct arena *cells, struct cross **ret);
/* As table_feed(). E_INVALID "release.column", "release.overlap" (at the end). Columns that it lacks tell nothing. */
MUST_USE rc cross_feed(struct ctx *c, struct cross *x, const char *p, size_t len, bool final, size_t *ret_used);
/* The class of a source row in the earlier release: a number; CLASS_NONE where it is not shown. After the last feed. */
uint32_t cross_class(const struct cross *x, uint64_t row);

#endif
