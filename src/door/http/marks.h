/*
 * Which pairs of characters stand in the texts of each case: a hundred bytes a case, in the memory of `core` alone, under a key that
 * ends with the process. A case whose marks lack a pair of the word that is looked for cannot have the word; the others are opened and
 * read. So a search over a hundred thousand cases opens a few, and nothing of what lies sealed stands anywhere in clear
 * (a filter of Bloom; an index of words on the disk would outlive the keys of the cases).
 */
#ifndef DOOR_HTTP_MARKS_H
#define DOOR_HTTP_MARKS_H

#include "core/record/record.h"

struct terms;
struct marks;

MUST_USE rc marks_open(struct ctx *c, struct marks **ret);
void marks_free(struct marks *m);

/*
 * Reads on, at most `most` entries of the record; *ret_more: there are others. All that was ever said of a case is marked, so what
 * was corrected leaves marks too; a case whose payloads were destroyed is marked anew from what is left.
 */
MUST_USE rc marks_read_on(struct ctx *c, struct node *n, const struct terms *terms, struct marks *m, int64_t most, bool *ret_more);

/* Words made ready for many questions; in c->a. `words` folded (fold.h), two characters or more. */
struct wanted;
MUST_USE rc marks_want(struct ctx *c, const struct marks *m, slice words, struct wanted **ret);
/* Whether the case may have the words. One that is not marked yet: false. */
bool marks_may_have(const struct marks *m, const struct wanted *w, slice case_id);
/* Cases that may have them, up to `most`; *ret_n most + 1: there are more. Ids in c->a. */
MUST_USE rc marks_find(struct ctx *c, const struct marks *m, const struct wanted *w, size_t most, slice **ret, size_t *ret_n);

/* Texts of a payload: the values of a JSON object, else the whole when it is UTF-8. */
typedef rc text_fn(struct ctx *c, slice text, void *p);
MUST_USE rc payload_texts(struct ctx *c, slice bytes, text_fn *fn, void *p);

#endif
