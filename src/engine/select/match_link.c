#include "engine/select/match_link.h"

#include "engine/select/chars.h"

#include "base/banned.h"

#define LINE_MOST 512u   /* how far behind the host a path is looked for */
#define PATHS_MOST 4u

static char at(slice t, size_t i) { return i < t.len ? t.p[i] : '\n'; }

/* Appends the path and query at `i`, "\/" as "/"; returns where it ends. */
static size_t put_path(slice t, size_t i, char *room, size_t *n)
{
	while (i < t.len && *n < LINK_MOST) {
		if (t.p[i] == '\\' && at(t, i + 1) == '/')
			i++;
		if (!is_class(t.p[i], CH_URL) || t.p[i] == '\'')
			break;
		room[(*n)++] = t.p[i++];
	}
	return i;
}

/* Is "/" or "\/" at `i` the beginning of a field? */
static bool begins_path(slice t, size_t i)
{
	if (t.p[i] != '/' && !(t.p[i] == '\\' && at(t, i + 1) == '/'))
		return false;
	return i > 0 && strchr(" \t\",;|='", t.p[i - 1]) != NULL;
}

/* Where the path begins that belongs to the host ending at t->at; SIZE_MAX: nowhere. */
static size_t first_path(slice text, struct link_try *t)
{
	size_t i = t->at;

	if (at(text, i) == ':') {
		size_t port = i + 1;

		while (is_digit(at(text, port)))
			port++;
		/* the port that the scheme has anyway */
		if (at(text, port) == '/' && ((port - i == 3 && memcmp(text.p + i, ":80", 3) == 0) || (port - i == 4 && memcmp(text.p + i, ":443", 4) == 0)))
			return port;
		return i;
	}
	return at(text, i) == '/' || (at(text, i) == '\\' && at(text, i + 1) == '/') ? i : SIZE_MAX;
}

static size_t next_path(slice text, struct link_try *t)
{
	size_t most = t->from + LINE_MOST;

	for (size_t i = t->at; i < text.len && i < most && text.p[i] != '\n'; i++)
		if (begins_path(text, i))
			return i;
	return SIZE_MAX;
}

static size_t bare_length(const char *p, size_t n)
{
	while (n && strchr("/.,;)]", p[n - 1]))
		n--;
	return n;
}

/* A query in a field of its own. */
static size_t put_query(slice t, size_t end, char *room, size_t *n)
{
	size_t i = end;

	while (i < t.len && i - end < 3 && strchr(" \t\",", t.p[i]))
		i++;
	return i > end && at(t, i) == '?' ? put_path(t, i, room, n) : end;
}

bool link_next(slice text, struct link_try *t, char room[LINK_MOST], slice *ret)
{
	size_t n = t->host.len, path;
	const char *query;

	if (t->without) {
		*ret = (slice){ room, t->without };
		t->without = 0;
		return true;
	}
	if (t->paths++ == PATHS_MOST || n >= LINK_MOST)
		return false;
	path = t->paths == 1 ? first_path(text, t) : SIZE_MAX;
	if (path == SIZE_MAX)
		path = next_path(text, t);
	if (path == SIZE_MAX)
		return false;
	memcpy(room, t->host.p, n);
	t->end = put_path(text, path, room, &n);
	t->at = t->end > path ? t->end : path + 1;
	if (!memchr(room, '?', n))
		t->end = put_query(text, t->end, room, &n);
	n = bare_length(room, n);
	query = memchr(room, '?', n);
	t->without = query ? bare_length(room, (size_t)(query - room)) : 0;
	*ret = (slice){ room, n };
	return true;
}
