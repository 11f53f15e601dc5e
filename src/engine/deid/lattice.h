/*
 * The optimum of global recoding for tables of millions of rows. The walk is that of global.c, but a step keeps no list of
 * rows: each node is counted anew from packed rows (packed.h), what was found out about a node is held against all nodes
 * above or below it, and rows that the levels left cannot tell apart are folded into one.
 */
#ifndef ENGINE_DEID_LATTICE_H
#define ENGINE_DEID_LATTICE_H

#include "engine/deid/global.h"

/* k alone is kept to. *ret_fits is false, and nothing done, when the columns do not fit packed rows. */
MUST_USE rc lattice_run(struct ctx *c, const struct problem *p, struct global *ret, bool *ret_fits);

#endif
