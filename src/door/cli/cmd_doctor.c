#include "base/json.h"
#include "door/cli/cli.h"
#include "door/cli/commands.h"
#include "door/serve/serve.h"

#include "base/banned.h"

static const char *const words[FINDINGS] = { "good", "weak", "bad" };

static void put_line(struct buf *b, const struct check *k, bool json)
{
	struct json_out j = json_out_on(b);

	if (!json) {
		buf_putf(b, "%-5s %-12s %s\n", words[k->finding], k->name, k->says);
		return;
	}
	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.doctor/1"));
	jo_kv_text(&j, "check", slice_of(k->name));
	jo_kv_text(&j, "finding", slice_of(words[k->finding]));
	jo_kv_text(&j, "says", slice_of(k->says));
	jo_end_object(&j);
	buf_putc(b, '\n');
}

static rc run_doctor(struct ctx *c, const struct call *in, struct answer *out)
{
	struct check checks[CHECKS_MOST];
	size_t n = doctor_look(c, in->app->store, in->app->data, checks);
	struct buf b;
	slice text;

	buf_init(&b, c->a, 65536);
	for (size_t i = 0; i < n; i++) {
		put_line(&b, &checks[i], call_has(in, "json"));
		out->no = out->no || checks[i].finding == FINDING_BAD;
	}
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec o_doctor[] = {
	{ "json", NULL, "One JSON object a line." },
	{ 0 },
};

const struct command cmd_doctor[] = {
	{ "doctor", NULL, "", 0, 0, "Say which protections this machine gives to a node", o_doctor, run_doctor },
	{ 0 },
};
