/* Reading for `renkei screen`: files in pieces, unpacked, cut into blocks, parsed by workers, applied in order. */
#ifndef DOOR_CLI_SCREEN_READ_H
#define DOOR_CLI_SCREEN_READ_H

#include "base/rc.h"

struct screen;

/* The file unpacked, whole; for tables. */
MUST_USE rc screen_read_whole(struct ctx *c, const char *path, slice *ret);
/* The first long number of the file, by which logs are put in order; 0 when there is none. */
MUST_USE rc screen_first_record(struct ctx *c, const char *path, uint64_t *ret);
/* Reads one log into the screening, with so many parsing threads. */
MUST_USE rc screen_read_log(struct ctx *c, struct screen *s, const char *path, slice name, slice org, uint32_t workers);

#endif
