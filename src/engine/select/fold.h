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
/* Where folded [start, end) stood: false when a mark lies in it, or at its end; nothing in it was defanged otherwise. */
static inline bool fold_whole(const struct folded *f, size_t start, size_t end, size_t *ret_start, size_t *ret_end)
{
	size_t k = f->hint, shift;

	if ((k > 0 && f->marks[k - 1].at > start) || (k < f->n && f->marks[k].at <= end))
		return false;
	shift = k ? (size_t)f->marks[k - 1].from - f->marks[k - 1].at : 0;
	*ret_start = start + shift;
	*ret_end = end + shift;
	return true;
}
/* Place in the given text of folded byte `at`. */
size_t fold_origin(struct folded *f, size_t at);
/* Was something defanged within folded bytes [start, end]? */
bool fold_defanged(struct folded *f, size_t start, size_t end);

#endif
