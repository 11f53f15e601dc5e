/* Documents are taken apart in the cage: what a hostile one breaks there is not ours. Only files of this folder include it. */
#ifndef WORK_SELECT_TAKE_H
#define WORK_SELECT_TAKE_H

#include "base/cage.h"
#include "engine/select/doc.h"

/* doc_take() in a child that can do nothing but answer. E_LIMIT "cage.time" …, E_INVALID "cage.died". */
MUST_USE rc take_caged(struct ctx *c, slice bytes, slice name, struct doc *ret);

/* The argument is the name, a slice. */
extern const struct cage_kind document_cage;

#endif
