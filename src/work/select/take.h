/* Documents are taken apart in the cage: what a hostile one breaks there is not ours. Only files of this folder include it. */
#ifndef WORK_SELECT_TAKE_H
#define WORK_SELECT_TAKE_H

#include "base/cage_stay.h"
#include "engine/select/doc.h"

/* doc_take() in a child that can do nothing but answer. Texts may stand in `bytes`. E_LIMIT "cage.time" …, E_INVALID "cage.died". */
MUST_USE rc take_caged(struct ctx *c, slice bytes, slice name, struct doc *ret);
/* The same with who asked, of captures. */
MUST_USE rc take_asked(struct ctx *c, slice bytes, slice name, struct doc *ret);
/*
 * The same for one of many documents: texts and mails of text are read in the cage `texts` (of the kind below), one after the
 * other; what is a container or has one attached goes to a child of its own.
 */
MUST_USE rc take_among_many(struct ctx *c, struct cage_stay *texts, slice bytes, slice name, struct doc *ret);

extern const struct cage_kind document_cage;

#endif
