/* Worked examples that need more than one node: the script beside the packs is run with this very program. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "door/cli/commands.h"

#include "base/banned.h"

static rc run_coordination(struct ctx *c, const struct call *in, struct answer *out)
{
	char self[PATH_MAX] = { 0 }, made[] = "/tmp/renkei-demo-XXXXXX";
	const char *dir = call_arg(in, 0, NULL);
	struct buf b;

	(void)out;
	if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0)
		return FAIL_SYS(c, "file.open");
	if (!dir)
		dir = mkdtemp(made);
	if (!dir || setenv("RENKEI", self, 1) != 0 || setenv("RENKEI_DATA", in->app->data, 1) != 0)
		return FAIL_SYS(c, "file.create");
	buf_init(&b, c->a, PATH_MAX);
	buf_putf(&b, "%s/examples/coordination/play.sh", in->app->data);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	(void)execl("/bin/sh", "sh", b.p, dir, (char *)NULL);
	return FAIL_SYS(c, "file.open");
}

const struct command cmd_demo[] = {
	{ "demo", "coordination", "[DIR]", 0, 1, "Five nodes on this machine act together in a worked case", NULL, run_coordination },
	{ 0 },
};
