#include "door/cli/ask.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/banned.h"

#define LINE_MOST 1024u

struct quiet { struct termios was; bool on; };

static void quiet_end(struct quiet *q)
{
	if (!q->on)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &q->was);
	(void)fputc('\n', stderr);
}

static rc read_bytes(struct ctx *c, char *p, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		char ch;
		ssize_t got = read(STDIN_FILENO, &ch, 1);   /* byte by byte: the next question reads on behind this line */

		if (got < 0)
			return FAIL_SYS(c, "file.read");
		if (got == 0 && n == 0)
			return FAIL(c, E_INVALID, "ask.none");
		if (got == 0 || ch == '\n')
			break;
		if (n == LINE_MOST)
			return FAIL(c, E_LIMIT, "value.long");
		p[n++] = ch;
	}
	*ret_n = n > 0 && p[n - 1] == '\r' ? n - 1 : n;
	return OK;
}

rc ask_line(struct ctx *c, const char *question, bool secret, slice *ret)
{
	__attribute__((cleanup(quiet_end))) struct quiet q = { 0 };
	char *p = arena_bytes(c->a, LINE_MOST + 1);
	size_t n = 0;

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (isatty(STDIN_FILENO)) {
		(void)fprintf(stderr, "%s: ", question);
		if (secret && tcgetattr(STDIN_FILENO, &q.was) == 0) {
			struct termios now = q.was;

			now.c_lflag &= ~(tcflag_t)ECHO;
			q.on = tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) == 0;
		}
	}
	TRY(read_bytes(c, p, &n));
	*ret = (slice){ p, n };
	return OK;
}
