#include "base/buf.h"
#include "door/cli/commands.h"
#include "door/http/http.h"

#include "base/banned.h"

#define DESCRIPTION_MOST ((size_t)8 << 20)

static rc print(struct ctx *c, rc (*put)(struct ctx *c, struct buf *out))
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, DESCRIPTION_MOST);
	TRY(put(c, &b));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc run_describe(struct ctx *c, const struct call *in, struct answer *out)
{
	(void)in;
	(void)out;
	return print(c, api_describe);
}

static rc run_routes(struct ctx *c, const struct call *in, struct answer *out)
{
	(void)in;
	(void)out;
	return print(c, api_routes);
}

const struct command cmd_api[] = {
	{ "api", "describe", "", 0, 0, "Print the description of the API (OpenAPI 3.1)", NULL, run_describe },
	{ "api", "routes", "", 0, 0, "Print every route of the pages and the API with the right that it asks for, one JSON object a line", NULL, run_routes },
	{ 0 },
};
