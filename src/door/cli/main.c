#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/limits.h"
#include "base/message.h"
#include "door/cli/cli.h"
#include "door/cli/cli_node.h"
#include "door/serve/serve.h"

#include "base/banned.h"

static int exit_code(rc r, int sys, const struct answer *answer)
{
	if (r == E_IO && sys == EISDIR)
		return 2;
	switch (r) {
	case OK: return answer->no ? 1 : 0;
	case E_TAMPER: return 1;
	case E_INVALID:
	case E_NOTFOUND: return 2;
	case E_LIMIT: return sys ? 3 : 2;   /* the disk is full: it may go later */
	case E_CONFLICT:
	case E_BUSY:
	case E_IO:
	case E_NOMEM: return 3;
	case E_DENIED: return 4;
	case E_BUG: return 70;
	}
	return 70;
}

static void print_fault(struct ctx *c, bool ja)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	fault_put(&b, &c->fault, ja ? LANGUAGE_JA : LANGUAGE_EN);
	fprintf(stderr, "renkei: %.*s\n", (int)b.len, b.p);
}

/* An installed program finds its packs in ../share/renkei, one in its build folder in the source tree. */
static const char *data_folder(struct ctx *c)
{
	const char *given = getenv("RENKEI_DATA");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	struct stat st;
	struct buf b;

	if (given && given[0])
		return given;
	if (n > 0) {
		self[n] = '\0';
		*(strrchr(self, '/') + 1) = '\0';
		buf_init(&b, c->a, PATH_MAX + 32);
		buf_putf(&b, "%s../share/renkei", self);
		buf_putc(&b, '\0');
		if (!b.full && stat(b.p, &st) == 0)
			return b.p;
	}
	return SOURCE_DATA;
}

static bool call_in_japanese(const struct call *in)
{
	const char *lang = call_value(in, "lang");

	return lang && strcmp(lang, "ja") == 0;
}

static msec clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (msec)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new(LIMIT_ARENA_COMMAND);
	struct answer answer = { 0 };
	struct ctx c = { .a = a, .now = clock_now() };
	struct app app = { 0 };
	struct call call;
	bool done = false;
	rc r;

	if (!a) {
		fputs("renkei: out of memory\n", stderr);
		return 3;
	}
	serve_if_role(argc, argv, house_kinds);
	(void)signal(SIGPIPE, SIG_IGN);
	/* a file over the limit of its size is a failed write, whose leftovers are taken away */
	(void)signal(SIGXFSZ, SIG_IGN);
	app.data = data_folder(&c);
	app.store = getenv("RENKEI_STORE");
	c.app = &app;
	r = cli_parse(&c, argc, argv, &app, &call, &done);
	if (r == OK && !done && app.now)
		r = msec_parse(&c, slice_of(app.now), &c.now);
	/* a command whose usual language is Japanese says so itself */
	answer.ja = r == OK && !done && call_in_japanese(&call);
	if (r == OK && !done)
		r = call.cmd->run(&c, &call, &answer);
	if (r == OK && fflush(stdout) != 0)
		r = FAIL_SYS(&c, "file.write");
	if (r == OK)
		return exit_code(r, c.fault.sys, &answer);
	/* a reader that has seen enough (head) is no fault worth a message */
	if (c.fault.sys != EPIPE)
		print_fault(&c, answer.ja);
	return exit_code(r, c.fault.sys, &answer);
}
