#include "core/record/backup.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"

#include "base/banned.h"

static rc say(struct ctx *c, const struct buf *b)
{
	slice text;

	TRY(buf_done(c, b, &text));
	return out_write(c, text);
}

static rc run_backup(struct ctx *c, const struct call *in, struct answer *out)
{
	struct backup_made made;
	AUTO_NODE n = NULL;
	struct buf b;

	(void)out;
	TRY(cli_node_open(c, in, true, &n));
	TRY(backup_make(c, n, in->args[0], &made));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "Copied and checked %lld entries. The keys (keep/, sign/) are not in it: keep them apart.\n", (long long)made.entries);
	return say(c, &b);
}

static rc run_restore(struct ctx *c, const struct call *in, struct answer *out)
{
	struct restore_ask q = { .backup = in->args[0], .fill = call_value(in, "fill"), .new_origin = call_has(in, "new-origin") };
	struct restored r;
	struct buf b;

	(void)out;
	if (!in->app->store || !in->app->store[0])
		return FAIL(c, E_INVALID, "node.no_store");
	TRY(backup_restore(c, &q, in->app->store, house_kinds, &r));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "Restored %lld entries; the record goes on as %" S_FMT ".\n", (long long)r.entries, S_ARG(r.origin));
	if (r.filled)
		buf_putf(&b, "%lld of them came from the export.\n", (long long)r.filled);
	if (r.lost)
		buf_putf(&b, "%lld signed entries are lost; the record says so. Tell witnesses and partners the new key (renkei node show).\n", (long long)r.lost);
	if (r.shredded)
		buf_putf(&b, "%lld units that were shredded after the backup stay shredded.\n", (long long)r.shredded);
	return say(c, &b);
}

static const struct option_spec o_restore[] = {
	{ "fill", "EXPORT", "Bring back what the backup lacks from this export of the same record (renkei record export)." },
	{ "new-origin", NULL, "Go on under the next name when entries that were signed are not in the backup." },
	{ 0 },
};

const struct command cmd_backup[] = {
	{ "backup", NULL, "DIR", 1, 1, "Copy the record while the node works, and check the copy", NULL, run_backup },
	{ 0 },
};

const struct command cmd_restore[] = {
	{ "restore", NULL, "DIR", 1, 1, "Put a backup in the place of a lost database", o_restore, run_restore },
	{ 0 },
};
