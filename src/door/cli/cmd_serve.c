#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "door/cli/cli_node.h"
#include "door/cli/commands.h"
#include "door/http/http.h"
#include "door/serve/serve.h"

#include "base/banned.h"

static rc say(struct ctx *c, const char *url)
{
	struct buf b;

	buf_init(&b, c->a, 512);
	/* after SIGHUP nobody waits for the address any more */
	if (getenv("RENKEI_ANEW"))
		return OK;
	buf_putf(&b, "%s\n", url);
	TRY(out_write(c, buf_slice(&b)));
	return fflush(stdout) == 0 ? OK : FAIL_SYS(c, "file.write");
}

static rc real_path(struct ctx *c, const char *path, char *to)
{
	if (realpath(path, to))
		return OK;
	(void)FAIL_SYS(c, "serve.folder");
	fault_where(c, path);
	return c->fault.code;
}

/* --config, else renkei.conf in the folder of the node, if there is one. */
static rc read_config(struct ctx *c, const struct call *in, struct settings *s)
{
	const char *path = call_value(in, "config");
	struct buf b;

	if (path)
		return config_read(c, path, s);
	buf_init(&b, c->a, PATH_MAX + 32);
	buf_putf(&b, "%s/renkei.conf", s->dir);
	buf_putc(&b, '\0');
	return !b.full && access(b.p, F_OK) == 0 ? config_read(c, b.p, s) : config_check(c, s);
}

/* What the command line says stands above the configuration. */
static rc read_call(struct ctx *c, const struct call *in, const char *dir, struct settings *s)
{
	TRY(real_path(c, dir, s->dir));
	TRY(real_path(c, in->app->data, s->data));
	TRY(read_config(c, in, s));
	if (call_value(in, "listen"))
		TRY(settings_text(c, s->listen[LISTENER_MAIN], sizeof s->listen[0], slice_of(call_value(in, "listen"))));
	if (call_has(in, "plain") || call_has(in, "single"))
		s->plain = true;
	if (in->app->now) {
		TRY(settings_text(c, s->now, sizeof s->now, slice_of(in->app->now)));
		s->ahead = c->now - serve_clock();
	}
	return OK;
}

/* Opens the node as the command line does: what does not hold is told here, before anything listens. */
static rc look_at_node(struct ctx *c, const struct call *in, bool single, struct node **ret)
{
	return single ? cli_node_open(c, in, true, ret) : cli_node_look(c, in, ret);
}

static rc close_node(struct ctx *c, struct node **n)
{
	struct node *closing = *n;

	*n = NULL;
	return node_close(c, closing);
}

static rc run_serve(struct ctx *c, const struct call *in, struct answer *out)
{
	static struct settings set;
	struct serve_call serve = { .set = &set, .single = call_has(in, "single"), .say = say };
	struct app app = *in->app;
	struct call call = *in;
	AUTO_NODE n = NULL;

	(void)out;
	app.store = call_arg(in, 0, app.store);
	call.app = &app;
	c->app = &app;   /* cppcheck-suppress autoVariables ; nobody asks after us */
	if (!app.store || !app.store[0])
		return FAIL(c, E_INVALID, "node.no_store");
	TRY(look_at_node(c, &call, serve.single, &n));
	settings_usual(&set);
	TRY(read_call(c, in, app.store, &set));
	if (serve.single) {
		TRY(packs_open(c, app.data, &app.packs));
		TRY(serve_single(c, &serve, n));
		packs_close(app.packs);
		return close_node(c, &n);
	}
	TRY(close_node(c, &n));
	return serve_run(c, &serve);
}

static const struct option_spec o_serve[] = {
	{ "config", "FILE", "Configuration (default: renkei.conf in the folder of the node); see renkei config show." },
	{ "listen", "ADDRESS:PORT", "Where to listen (default: 127.0.0.1:8470); port 0 takes a free one." },
	{ "plain", NULL, "HTTP without TLS; only on a loopback address." },
	{ "single", NULL, "Everything in one process, without TLS and without walls: for finding mistakes." },
	{ 0 },
};

const struct command cmd_serve[] = {
	{ "serve", NULL, "[DIR]", 0, 1, "Open the node in DIR for the browser", o_serve, run_serve },
	{ 0 },
};
