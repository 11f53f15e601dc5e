#include <stdio.h>

#include "base/file.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"
#include "door/http/house.h"
#include "door/serve/plain.h"

#include "base/banned.h"

#define LISTEN "127.0.0.1:8470"

static rc say_address(struct ctx *c, const struct endpoint *e, bool secure)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	buf_putf(&b, "http%s://%s/\n", secure ? "s" : "", e->text);
	return out_write(c, buf_slice(&b));
}

static rc run_serve(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *listen = call_value(in, "listen");
	struct app app = *in->app;
	struct call call = *in;
	AUTO_NODE n = NULL;
	struct endpoint e;
	AUTO_FD fd = -1;
	rc r;

	(void)out;
	app.store = call_arg(in, 0, app.store);
	call.app = &app;
	TRY(endpoint_parse(c, slice_of(listen ? listen : LISTEN), &e));
	if (!e.loopback)
		return FAIL(c, E_DENIED, "serve.plain");
	TRY(cli_node_open(c, &call, true, &n));
	TRY(endpoint_listen(c, &e, &fd));
	TRY(say_address(c, &e, false));
	TRY(house_open(c, app.data, &app.house));
	c->app = &app;
	r = serve_plain(c, n, fd);
	house_close(app.house);
	if (r == OK) {
		struct node *closing = n;

		n = NULL;
		r = node_close(c, closing);
	}
	return r;
}

static const struct option_spec o_serve[] = {
	{ "listen", "ADDRESS:PORT", "Where to listen (default: " LISTEN "); port 0 takes a free one." },
	{ "plain", NULL, "HTTP without TLS, in one process; only on a loopback address." },
	{ 0 },
};

const struct command cmd_serve[] = {
	{ "serve", NULL, "[DIR]", 0, 1, "Open the node in DIR for the browser", o_serve, run_serve },
	{ 0 },
};
