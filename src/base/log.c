#include "base/log.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

#define LINE_MOST 1024

/* The one variable of the process: who it is. Set once, before the first line. */
static const char *own_role = "main";

void log_role(const char *role) { own_role = role; }

static bool is_id(slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || (ch && strchr("._-:/", ch))))
			return false;
	}
	return s.len > 0 && s.len <= 128;
}

static size_t put(char *out, size_t room, size_t at, const struct log_field *f)
{
	int n = 0;

	switch (f->kind) {
	case LOG_NUM: n = snprintf(out + at, room - at, " %s=%lld", f->name, (long long)f->num); break;
	case LOG_MS: n = snprintf(out + at, room - at, " %s=%lldms", f->name, (long long)f->num); break;
	case LOG_WORD: n = snprintf(out + at, room - at, " %s=%s", f->name, f->word); break;
	case LOG_ID:
		n = is_id(f->id) ? snprintf(out + at, room - at, " %s=%.*s", f->name, (int)f->id.len, f->id.p)
		                 : snprintf(out + at, room - at, " %s=?", f->name);
		break;
	}
	return n > 0 && (size_t)n < room - at ? at + (size_t)n : at;
}

size_t log_format(char *out, size_t room, msec now, const char *role, const char *event, const struct log_field *fields,
                  size_t n)
{
	time_t s = (time_t)(now / 1000);
	struct tm t = { 0 };
	size_t at;
	int len;

	(void)gmtime_r(&s, &t);
	len = snprintf(out, room, "time=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ role=%s event=%s", t.tm_year + 1900, t.tm_mon + 1,
	               t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(now % 1000), role, event);
	at = len > 0 && (size_t)len < room ? (size_t)len : 0;
	for (size_t i = 0; i < n; i++)
		at = put(out, room - 1, at, &fields[i]);
	out[at++] = '\n';
	return at;
}

void log_write(const char *event, const struct log_field *fields, size_t n)
{
	char line[LINE_MOST];
	struct timespec t;
	size_t len;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	len = log_format(line, sizeof line, (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000, own_role, event, fields, n);
	/* a log that nobody reads stops nothing */
	(void)!write(STDERR_FILENO, line, len);
}
