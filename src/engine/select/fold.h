/*
 * Takes back what people do to indicators so that nobody clicks on them ([.] (dot) \. 。 hxxp[:]//), folds full-width
 * letters and digits, decodes escapes of the format (JSON, HTML, CSV quotes, \x..), and remembers where bytes came from.
 */
#ifndef ENGINE_SELECT_FOLD_H
#define ENGINE_SELECT_FOLD_H

#include "engine/select/indicator.h"

/* From folded byte `at` on, bytes come from `from` on, until the next mark. */
struct fold_mark { uint32_t at, from; bool defang; };

struct folded {
	slice text;
	const struct fold_mark *marks;
	size_t n;
	size_t hint;    /* mark of the last look-up: they come in order */
	size_t given;   /* length of the text as given */
};

/* At most 1 GB. Borrows from `text` when nothing had to change. */
MUST_USE rc fold_text(struct ctx *c, slice text, enum ind_kind kind, struct folded *ret);
/* Place in the given text of folded byte `at`. */
size_t fold_origin(struct folded *f, size_t at);
/* Was something defanged within folded bytes [start, end]? */
bool fold_defanged(struct folded *f, size_t start, size_t end);

#endif
