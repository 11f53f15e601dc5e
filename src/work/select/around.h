/* What stands around an item: its time, and its line without personal information. Only files of this folder include it. */
#ifndef WORK_SELECT_AROUND_H
#define WORK_SELECT_AROUND_H

#include "base/buf.h"
#include "engine/select/pii_redact.h"

#define TIME_MOST 40u

/*
 * The time at the beginning of the line that byte `at` stands in, as the line has it: RFC 3339, syslog, Apache, or one in
 * brackets. Empty when there is none: a date without a time of day is none, and neither is one that is held back.
 */
slice around_time(slice text, const struct pii_result *found, size_t at);

/* The same for places that come in their order: where the next time of day stands, and the time of a line, is known from one to the next. */
struct around {
	slice text;
	size_t clock;
	bool known;
	size_t line, last;   /* the line of the last place, and that place */
	bool line_known;
	slice time;
};
slice around_time_next(struct around *a, const struct pii_result *found, size_t at);

/* Up to some 60 letters to each side within the line, with what was found in it masked. In w->a. */
MUST_USE rc around_text(struct ctx *w, slice text, const struct pii_result *found, size_t start, size_t end, slice *ret);

#endif
