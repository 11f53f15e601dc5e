/* Reading for `renkei screen`: files in pieces, unpacked, cut into blocks, parsed by workers, applied in order. */
#ifndef DOOR_CLI_SCREEN_READ_H
#define DOOR_CLI_SCREEN_READ_H

#include "base/rc.h"

struct screen;

#define SCREEN_WORKERS_MOST 64u

/* The file unpacked, whole; for tables. */
MUST_USE rc screen_read_whole(struct ctx *c, const char *path, slice *ret);
/* Up to `most` bytes of its beginning, unpacked. */
MUST_USE rc screen_read_begin(struct ctx *c, const char *path, size_t most, slice *ret);
/* The first long number of the file, by which logs are put in order; 0 when there is none. */
MUST_USE rc screen_first_record(struct ctx *c, const char *path, uint64_t *ret);
/* What a reading thread keeps from log to log; for so many threads on one log. Ends with c->a. */
struct screen_desk;
MUST_USE rc screen_desk_new(struct ctx *c, uint32_t workers, struct screen_desk **ret);
/* Reads one log ("-": standard input) into the screening, with so many threads. */
MUST_USE rc screen_read_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name,
	slice org, uint32_t workers);

/* Takes the parsed lines of bytes [from, to) of the unpacked log. */
struct screen_events;
struct screen_sink {
	rc (*put)(struct ctx *c, void *arg, struct screen *s, const struct screen_events *ev, uint64_t from, uint64_t to);
	void *arg;
};
/* Parses it for somebody else. */
MUST_USE rc screen_parse_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name,
	slice org, const struct screen_sink *sink);
/* The person's number in the line of this record; empty when the log has no such line. */
MUST_USE rc screen_find_record(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice record,
	slice *ret);
/* The lines of one person, told. */
struct screen_person;
MUST_USE rc screen_tell_person(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path,
	struct screen_person *person);
/* Only counts its lines; `s` knows the names of columns. */
struct screen_counts;
MUST_USE rc screen_count_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name,
	struct screen_counts *counts);

#endif
