#include "door/cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

rc lines_open(struct ctx *c, const char *path, size_t most, struct lines *ret)
{
	struct lines in = { .fd = STDIN_FILENO, .path = path, .most = most, .cap = most + 1 };

	if (strcmp(path, "-") != 0)
		in.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in.fd < 0) {
		rc r = FAIL_SYS(c, "file.open");

		fault_where(c, path);
		return r;
	}
	in.buf = malloc(in.cap);
	if (!in.buf) {
		if (in.fd != STDIN_FILENO)
			(void)close(in.fd);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	*ret = in;
	return OK;
}

void lines_end(struct lines *in)
{
	free(in->buf);
	in->buf = NULL;
	if (in->fd > STDIN_FILENO)
		(void)close(in->fd);
	in->fd = -1;
}

/* More bytes behind in->to; false at the end. */
static rc fill(struct ctx *c, struct lines *in, bool *ret_any)
{
	ssize_t n;

	if (in->from > 0 && in->to == in->cap) {
		memmove(in->buf, in->buf + in->from, in->to - in->from);
		in->to -= in->from;
		in->from = 0;
	}
	do {
		size_t room = in->cap - in->to;

		n = read(in->fd, in->buf + in->to, room < 262144 ? room : 262144);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		rc r = FAIL_SYS(c, "file.read");

		fault_where(c, in->path);
		return r;
	}
	in->to += (size_t)n;
	in->end = n == 0;
	*ret_any = n > 0;
	return OK;
}

static rc too_long(struct ctx *c, struct lines *in)
{
	in->row++;
	return FAIL(c, E_LIMIT, "line.limit");
}

rc lines_next(struct ctx *c, struct lines *in, slice *ret, bool *ret_more)
{
	size_t seen = in->from;
	bool any;

	*ret_more = true;
	for (;;) {
		char *p = seen < in->to ? memchr(in->buf + seen, '\n', in->to - seen) : NULL;

		if (p) {
			*ret = (slice){ in->buf + in->from, (size_t)(p - (in->buf + in->from)) };
			in->from = (size_t)(p - in->buf) + 1;
			if (in->skipping) {
				in->skipping = false;
				return too_long(c, in);
			}
			in->row++;
			return OK;
		}
		if (in->end) {
			*ret = (slice){ in->buf + in->from, in->to - in->from };
			*ret_more = ret->len > 0 || in->skipping;
			in->from = in->to;
			if (in->skipping) {
				in->skipping = false;
				return too_long(c, in);
			}
			in->row += *ret_more;
			return OK;
		}
		if (in->to - in->from > in->most) {
			in->skipping = true;
			in->from = in->to = 0;
		}
		if (in->from == in->to)
			in->from = in->to = 0;
		seen = in->to - in->from;
		TRY(fill(c, in, &any));
		seen += in->from;
	}
}
