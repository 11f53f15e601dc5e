/*
 * Writes the indicators of one text that may leave: without what is personal, each value once, in the form of the run.
 */
#ifndef WORK_SELECT_ITEMS_H
#define WORK_SELECT_ITEMS_H

#include "work/select/place.h"
#include "work/select/run.h"

/*
 * found    what is personal in the text
 * at       places of the text, counted on
 * The list is put in the order of its places, and items in it may be mended or become references.
 */
MUST_USE rc items_write(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, struct ind_list *list,
	const struct pii_result *found, struct place *at);

#endif
