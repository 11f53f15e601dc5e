/* Writes the canonical bytes of a new entry. */
#ifndef CORE_RECORD_BUILD_H
#define CORE_RECORD_BUILD_H

#include "core/record/entry.h"
#include "core/record/record.h"

struct entry_frame {
	int64_t seq;
	msec at;
	slice node, zone;
	int64_t batch_first;         /* seq of the batch's first act: what negative refs count from */
	const struct seal *seals;    /* as many as the act has payloads */
};

MUST_USE rc entry_build(struct ctx *c, const struct act *act, const struct entry_frame *f, slice *ret_bytes);

#endif
