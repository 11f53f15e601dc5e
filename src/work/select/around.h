/* What stands around an item: its time, and its line without personal information. Only files of this folder include it. */
#ifndef WORK_SELECT_AROUND_H
#define WORK_SELECT_AROUND_H

#include "base/buf.h"
#include "engine/select/pii_redact.h"

#define TIME_MOST 40u
#define TIME_LOOK 96u
#define TIME_REACH (TIME_LOOK + TIME_MOST)   /* behind a place, no clock there belongs to it */

/*
 * The time at the beginning of the line that byte `at` stands in, as the line has it: RFC 3339, syslog, Apache, or one in
 * brackets. Empty when there is none: a date without a time of day is none, and neither is one that is held back.
 */
slice around_time(slice text, const struct pii_result *found, size_t at);

/* The same for places that come in their order: where the next time of day stands, and the time of a line, is known from one to the next. */
struct around {
	slice text;
	size_t clock;        /* 0 at first */
	size_t line, last;   /* the line of the last place, and that place */
	bool line_known;
	slice time;
};
slice around_time_look(struct around *a, const struct pii_result *found, size_t at);
static inline slice around_time_next(struct around *a, const struct pii_result *found, size_t at)
{
	return a->clock >= at + TIME_REACH ? S_NONE : around_time_look(a, found, at);
}

/* Up to some 60 letters to each side within the line, with what was found in it masked. In w->a. */
MUST_USE rc around_text(struct ctx *w, slice text, const struct pii_result *found, size_t start, size_t end, slice *ret);

#endif
