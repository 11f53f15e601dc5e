#include "base/calendar.h"
#include "base/json.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"
#include "door/cli/record_cmds.h"

#include "base/banned.h"

static rc run_init(struct ctx *c, const struct call *in, struct answer *out)
{
	struct node_options o = { .exercise = call_has(in, "exercise") };
	const char *conninfo = call_value(in, "pg");
	struct buf b;
	slice text;

	(void)out;
	if (!in->app->store || !in->app->store[0])
		return FAIL(c, E_INVALID, "node.no_store");
	if (!call_value(in, "name"))
		return FAIL(c, E_INVALID, "node.need_name");
	if (in->app->now && !o.exercise)
		return FAIL(c, E_DENIED, "node.now");
	o.name = slice_of(call_value(in, "name"));
	if (conninfo) {
		o.backend = BACKEND_PG;
		o.conninfo = conninfo;
		o.owner = call_value(in, "pg-owner");
	}
	TRY(node_create(c, in->app->store, &o));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "%s%.*s\n", o.exercise ? "EXERCISE " : "", (int)o.name.len, o.name.p);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc run_upgrade(struct ctx *c, const struct call *in, struct answer *out)
{
	(void)out;
	if (!in->app->store || !in->app->store[0])
		return FAIL(c, E_INVALID, "node.no_store");
	if (!call_value(in, "pg-owner"))
		return FAIL(c, E_INVALID, "node.need_owner");
	TRY(node_upgrade(c, in->app->store, call_value(in, "pg-owner")));
	return out_write(c, S("The schema is up to date; the node's role can add to the record and not change it.\n"));
}

static rc put_plain(struct ctx *c, struct buf *b, struct node *n)
{
	slice name = node_name(n), origin = node_origin(n);

	if (node_is_exercise(n))
		buf_putz(b, "EXERCISE (訓練): nothing in this node is real\n");
	buf_putf(b, "name      %.*s\n", (int)name.len, name.p);
	buf_putf(b, "origin    %.*s\n", (int)origin.len, origin.p);
	buf_putf(b, "database  %s\n", store_backend(node_store(n)) == BACKEND_PG ? "PostgreSQL" : "SQLite");
	buf_putf(b, "entries   %lld\n", (long long)node_size(n));
	buf_putf(b, "key       %.*s\n", (int)node_vkey(n).len, node_vkey(n).p);
	if (node_space_is_low(n))
		buf_putz(b, "disk      ALARM, NEARLY FULL: only disposal, export and looks are written\n");
	return witness_put_tail(c, n, b, NULL);
}

static rc put_json(struct ctx *c, struct buf *b, struct node *n)
{
	struct json_out j = json_out_on(b);

	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.node/1"));
	jo_kv_text(&j, "name", node_name(n));
	jo_kv_text(&j, "origin", node_origin(n));
	jo_kv_bool(&j, "exercise", node_is_exercise(n));
	jo_kv_text(&j, "database", store_backend(node_store(n)) == BACKEND_PG ? S("pg") : S("sqlite"));
	jo_kv_int(&j, "entries", node_size(n));
	jo_kv_text(&j, "key", node_vkey(n));
	TRY(witness_put_tail(c, n, b, &j));
	jo_end_object(&j);
	buf_putc(b, '\n');
	return OK;
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	struct buf b;
	slice text;

	(void)out;
	TRY(cli_node_open(c, in, false, &n));
	buf_init(&b, c->a, 8192);
	if (call_has(in, "json"))
		TRY(put_json(c, &b, n));
	else
		TRY(put_plain(c, &b, n));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec o_init[] = {
	{ "name", "NAME", "The node's name, for example city-a.example; it stands in every entry and signature." },
	{ "exercise", NULL, "For exercises: the node takes --now, and every output says that nothing is real." },
	{ "pg", "CONNINFO", "Keep the record in PostgreSQL (libpq connection string) instead of SQLite." },
	{ "pg-owner", "CONNINFO", "Let this other role make and own the tables: that of --pg can then add entries and never change one." },
	{ 0 },
};

static const struct option_spec o_show[] = {
	{ "json", NULL, "Print one JSON object." },
	{ 0 },
};

static const struct option_spec o_upgrade[] = {
	{ "pg-owner", "CONNINFO", "The role that owns, or is to own, the tables of the record; it is not remembered." },
	{ 0 },
};

const struct command cmd_node[] = {
	{ "node", "init", "", 0, 0, "Make a node: keys, record and first entry", o_init, run_init },
	{ "node", "show", "", 0, 0, "Tell what the node is", o_show, run_show },
	{ "node", "upgrade", "", 0, 0, "On PostgreSQL: bring the tables up to date and part the roles", o_upgrade, run_upgrade },
	{ 0 },
};
