/* Text folded for searching: 全角/半角, capital letters, and old and new forms of characters count as the same. */
#ifndef DOOR_HTTP_FOLD_H
#define DOOR_HTTP_FOLD_H

#include "base/buf.h"
#include "base/rc.h"

/*
 * ASCII and its full-width forms become small ASCII, half-width katakana full-width ones, hiragana katakana, and the
 * characters of names that are written in two ways (髙 高, 﨑 崎, 邉 邊 辺, …) the usual one. Blanks are left out.
 */
MUST_USE rc fold_search(struct ctx *c, slice text, slice *ret);

#endif
