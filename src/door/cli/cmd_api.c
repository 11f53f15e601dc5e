#include "base/buf.h"
#include "door/cli/commands.h"
#include "door/http/http.h"

#include "base/banned.h"

static rc run_describe(struct ctx *c, const struct call *in, struct answer *out)
{
	struct buf b;
	slice text;

	(void)in;
	(void)out;
	buf_init(&b, c->a, (size_t)8 << 20);
	TRY(api_describe(c, &b));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

const struct command cmd_api[] = {
	{ "api", "describe", "", 0, 0, "Print the description of the API (OpenAPI 3.1)", NULL, run_describe },
	{ 0 },
};
