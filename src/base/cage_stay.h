/*
 * A cage that stays: one child reads many small inputs, one after the other. To make a child takes longer than to read a page
 * of text. Time, memory and answer are limited for each input; the child begins each with an empty arena; and it is replaced when
 * an input fails in it and after CAGE_STAY_INPUTS.
 *
 * What one input breaks in the child could be seen by the next: only for parsers that are all our own code, small, and keep
 * nothing. Those of foreign libraries have a child each (cage_run).
 */
#ifndef BASE_CAGE_STAY_H
#define BASE_CAGE_STAY_H

#include "base/cage.h"

#define CAGE_STAY_INPUTS 256u
#define CAGE_STAY_MOST ((size_t)1 << 20)   /* of an input and its argument; longer ones have a child of their own */

struct cage_stay;

/* Lies in c->a, and ends with it. The first child is made by the first input. `kind` must outlive it. */
MUST_USE rc cage_stay_new(struct ctx *c, const struct cage_kind *kind, struct cage_stay **ret);
/*
 * As cage_run_kind(). What fails in a child that had read others is read once more in a new one, so that a fault is always
 * the input's own; only what had its time has no second one.
 */
MUST_USE rc cage_stay_run(struct ctx *c, struct cage_stay *s, const void *arg, slice in, slice *ret_answer);

#endif
