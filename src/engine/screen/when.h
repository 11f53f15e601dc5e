/*
 * What a rule looks for, as text in the rules' file: conditions on one line of the log and on what is known of it.
 *
 *   unexplained and (watched or protected) and action in (view, print) and not windowed
 *   account is vendor and rows >= 500
 *
 * Words and fields stand in docs/screening.md. A name of a system, department or account stands in 'quotes'.
 */
#ifndef ENGINE_SCREEN_WHEN_H
#define ENGINE_SCREEN_WHEN_H

#include "base/pack.h"

struct when;
struct screen;
struct cand;

/* `node` is the text. E_INVALID "screen.when_word", "screen.when_form", E_LIMIT "screen.when_long", with row and column. */
MUST_USE rc when_read(struct ctx *c, const struct pack *node, const struct when **ret);
bool when_holds(const struct when *w, const struct screen *s, const struct cand *k);

#endif
