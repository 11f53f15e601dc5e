/* Single lookups in logs: the number behind one record, and who looked at one person. */
#ifndef DOOR_CLI_SCREEN_LOOK_H
#define DOOR_CLI_SCREEN_LOOK_H

#include "base/buf.h"

/* The person's number in the line with this record number. E_NOTFOUND "screen.no_record". */
MUST_USE rc screen_number_of(struct ctx *c, const char *const *logs, size_t nlogs, slice record, slice *ret);
/* Every line about the person, and how many there are. */
MUST_USE rc screen_looked_at(struct ctx *c, const char *const *logs, size_t nlogs, slice number, bool accounts,
	struct buf *out);

#endif
