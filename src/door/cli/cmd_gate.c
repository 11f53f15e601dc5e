/* The gate from the shell: decisions over items as JSON Lines, and the rules as a reader sees them. */
#include "base/file.h"
#include "base/limits.h"
#include "core/gate/gate.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"
#include "door/cli/lines.h"

#include "base/banned.h"

static rc decide_line(struct ctx *c, const struct gate *g, slice line, struct buf *out, bool *ret_kept)
{
	struct gate_outcome outcomes[GATE_FIELDS_MOST];
	struct json_out o = json_out_on(out);
	struct gate_recipient to;
	const struct json *v, *now;
	struct gate_item item;
	int32_t purpose;

	TRY(json_parse(c, line, &v));
	TRY(gate_item_read(c, g, json_get(v, S("item")), &item));
	TRY(gate_recipient_read(c, g, json_get(v, S("to")), &to));
	purpose = gate_purpose_find(g, json_text(json_get(v, S("purpose"))));
	if (purpose < 0)
		return FAIL(c, E_INVALID, "gate.purpose");
	now = json_get(v, S("now"));
	gate_decide(g, &item, &to, (uint32_t)purpose, now && now->type == JSON_INT ? now->num : c->now, outcomes);
	if (json_get(v, S("hold")))
		for JSON_EACH(h, json_get(v, S("hold")))
			TRY(gate_hold(c, &item, json_text(h), outcomes));
	for (size_t i = 0; i < item.nfields; i++)
		*ret_kept = *ret_kept || outcomes[i].effect == GATE_KEEP;
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.gate/1"));
	jo_kv_text(&o, "to", to.code);
	jo_key(&o, S("goes"));
	TRY(gate_put_redacted(c, g, &item, outcomes, &o));
	jo_key(&o, S("fields"));
	gate_put_reasons(g, &item, outcomes, &o);
	jo_end_object(&o);
	buf_putc(out, '\n');
	return OK;
}

static rc run_decide(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct gate *g;
	struct lines lines;
	struct buf b;
	slice line;
	bool more;
	rc r;

	TRY(gate_load(c, in->app->data, &g));
	TRY(lines_open(c, call_arg(in, 0, "-"), LIMIT_JSON_LINE, &lines));
	buf_init(&b, c->a, (size_t)64 << 20);
	for (;;) {
		r = lines_next(c, &lines, &line, &more);
		if (r != OK || !more)
			break;
		r = decide_line(c, g, line, &b, &out->no);
		if (r != OK) {
			fault_place(c, (uint32_t)lines.row, 0);
			break;
		}
	}
	lines_end(&lines);
	TRY(r);
	TRY(buf_done(c, &b, &line));
	return out_write(c, line);
}

static void put_word(struct buf *b, const char *what, struct gate_word w, bool ja)
{
	buf_putf(b, "%-9s %-24.*s %.*s\n", what, S_ARG(w.id), S_ARG(ja ? w.ja : w.en));
}

static rc run_rules(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct gate *g;
	struct buf b;
	slice text;
	bool ja;

	TRY(cli_japanese(c, in, &ja));
	out->ja = ja;
	TRY(gate_load(c, in->app->data, &g));
	buf_init(&b, c->a, (size_t)1 << 20);
	for (uint32_t i = 0; i < gate_recipient_count(g); i++)
		put_word(&b, "to", *gate_recipient_at(g, i), ja);
	for (uint32_t i = 0; i < gate_purpose_count(g); i++)
		put_word(&b, "purpose", *gate_purpose_at(g, i), ja);
	for (uint32_t i = 0; i < gate_class_count(g); i++)
		put_word(&b, gate_class_at(g, i)->personal ? "personal" : "class", gate_class_at(g, i)->word, ja);
	for (uint32_t i = 0; i < gate_condition_count(g); i++)
		put_word(&b, "condition", *gate_condition_at(g, i), ja);
	for (uint32_t i = 0; i < gate_guard_count(g); i++)
		put_word(&b, "guard", gate_rule(g, (uint16_t)i), ja);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec o_rules[] = {
	{ "lang", "LANG", "Language of the sentences: en (default) or ja." },
	{ 0 },
};

const struct command cmd_gate[] = {
	{ "gate", "decide", "[FILE|-]", 0, 1, "Decide what of each item may go to its recipient", NULL, run_decide },
	{ "gate", "rules", "", 0, 0, "List recipients, purposes, classes of fields and guards", o_rules, run_rules },
	{ 0 },
};
