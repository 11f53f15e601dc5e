/*
 * What the program tells the one who runs it: lines of key=value on standard error, one event each. Fields are numbers, ids of
 * ours, words of ours and durations. There is no field for text that came from outside, so personal data cannot get in.
 *
 *	LOG("http.request", NUM("status", 200), WORD("method", "GET"), MS("took", 3));
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/rc.h"

enum log_kind { LOG_NUM, LOG_WORD, LOG_ID, LOG_MS };

#define LOG_KINDS 4

struct log_field {
	enum log_kind kind;
	const char *name;
	int64_t num;
	const char *word;   /* a literal of ours */
	slice id;           /* identifier-shaped; anything else is written as "?" */
};

#define NUM(name_, n) ((struct log_field){ .kind = LOG_NUM, .name = "" name_, .num = (int64_t)(n) })
#define WORD(name_, w) ((struct log_field){ .kind = LOG_WORD, .name = "" name_, .word = (w) })
#define ID(name_, s) ((struct log_field){ .kind = LOG_ID, .name = "" name_, .id = (s) })
#define MS(name_, n) ((struct log_field){ .kind = LOG_MS, .name = "" name_, .num = (int64_t)(n) })
/* Why something failed: the code, the key and the place in our source. */
#define FAULT(c) WORD("code", rc_word((c)->fault.code)), WORD("fault", (c)->fault.key ? (c)->fault.key : "-"), \
	NUM("line", (c)->fault.line), NUM("errno", (c)->fault.sys)

#define LOG(event, ...) log_write("" event, (const struct log_field[]){ __VA_ARGS__ }, \
	sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

/* One write, so that lines of several processes do not mix. */
void log_write(const char *event, const struct log_field *fields, size_t n);
/* The same into a buffer of `room` bytes; how many were used. For tests. */
size_t log_format(char *out, size_t room, msec now, const char *role, const char *event, const struct log_field *fields,
	size_t n);
/* A word that stands in every line of this process: "web". A literal. */
void log_role(const char *role);

#endif
