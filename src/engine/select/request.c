#include "engine/select/request.h"

#include "base/buf.h"
#include "engine/select/chars.h"

#include "base/banned.h"

#define HEAD_MOST 8192u

static const char *const methods[] = { "get ", "post ", "put ", "head ", "options ", "delete ", "connect ", "patch ", "propfind " };
static const char *const commands[] = { "ehlo ", "helo ", "lhlo ", "mail from:", "rcpt to:", "auth ", "starttls" };

#define HAS(table, data) has(table, sizeof(table) / sizeof(table)[0], data)

/* In small letters, as the tables are. */
static bool has(const char *const *table, size_t n, slice data)
{
	for (size_t i = 0; i < n; i++)
		if (begins(data, 0, table[i]))
			return true;
	return false;
}

bool request_begins(slice data) { return HAS(methods, data) || HAS(commands, data) || slice_starts(data, S("\x16\x03")); }

static slice next_line(slice *rest)
{
	slice line;

	if (!slice_next(rest, '\n', &line))
		return S_NONE;
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

static void http(struct ctx *c, slice first, slice rest, slice server, request_found_fn *found, void *to)
{
	slice line, path, host = S_NONE;
	struct buf b;
	size_t sp1 = slice_find(first, S(" "), 0), sp2 = slice_find(first, S(" HTTP/"), sp1 + 1);

	if (sp2 == SIZE_MAX)
		return;
	path = slice_sub(first, sp1 + 1, sp2 - sp1 - 1);
	while ((line = next_line(&rest)).len) {
		if (begins(line, 0, "host:"))
			host = slice_trim(slice_sub(line, 5, line.len));
		else if (begins(line, 0, "user-agent:"))
			found(to, "User-Agent: ", slice_trim(slice_sub(line, 11, line.len)));
	}
	if (host.len == 0)
		host = server;
	buf_init(&b, c->a, 2 * HEAD_MOST);
	if (path.len && path.p[0] == '/')
		buf_putf(&b, "http://%.*s%.*s", S_ARG(host), S_ARG(path));
	else
		buf_put(&b, path);
	found(to, "", buf_slice(&b));
	found(to, "host ", host);
}

/* Who sends says hello and names a sender; whom it is for is nobody's business here. */
static void smtp(slice rest, request_found_fn *found, void *to)
{
	slice line;

	while ((line = next_line(&rest)).len) {
		if (begins(line, 0, "ehlo ") || begins(line, 0, "helo ") || begins(line, 0, "lhlo "))
			found(to, "helo ", slice_trim(slice_sub(line, 5, line.len)));
		else if (begins(line, 0, "mail from:"))
			found(to, "MAIL FROM: ", slice_trim(slice_sub(line, 10, line.len)));
		else if (begins(line, 0, "data") || begins(line, 0, "bdat"))
			return;
	}
}

bool request_read(struct ctx *c, slice stream, bool full, slice server, request_found_fn *found, void *to)
{
	slice rest = slice_sub(stream, 0, HEAD_MOST), first;

	if (HAS(commands, rest)) {
		if (!full && slice_find(rest, S("\n"), 0) == SIZE_MAX)
			return false;
		smtp(rest, found, to);
		return true;
	}
	if (!HAS(methods, rest))
		return true;
	if (!full && slice_find(rest, S("\r\n\r\n"), 0) == SIZE_MAX && slice_find(rest, S("\n\n"), 0) == SIZE_MAX)
		return false;
	first = next_line(&rest);
	http(c, first, rest, server, found, to);
	return true;
}
