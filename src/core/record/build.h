/*
 * Writes a new entry. It is put together in canonical order and checked on the way, so that it need not be read again:
 * a test reads what was built with the strict reader and compares.
 */
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

/*
 * ret->bytes is the entry, in c->a like all of it; ret->json holds the act's own members only. `extra` is the schema of the
 * act. E_INVALID "entry.…", E_LIMIT "entry.limit".
 */
MUST_USE rc entry_build(struct ctx *c, const struct act *act, const struct entry_frame *f, const struct member_spec *extra,
                        struct entry *ret);

#endif
