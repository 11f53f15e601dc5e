/*
 * One text, alone, a part of a container or a block of a stream: both sides are looked for, and what may leave is written.
 */
#ifndef WORK_SELECT_PART_H
#define WORK_SELECT_PART_H

#include "work/select/place.h"
#include "work/select/run.h"

/* Names, accounts and numbers of one part are looked for in all others: whose a letter is says its head. */
MUST_USE rc part_learn(struct select_run *run, struct ctx *w, const struct doc *d);
/* Places of the text are counted on in `at`; ret_found lies in the arena of `w`. */
MUST_USE rc part_select(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, struct pii_result *ret_found,
	struct place *at);
/* Counts what was held back and lists it, by characters of the document, when that is wanted. */
MUST_USE rc part_tell_withheld(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, const struct pii_span *spans,
	size_t n);

#endif
