#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/counter.h"

#include "base/banned.h"

static rc run_add(struct ctx *c, const struct call *in, struct answer *out)
{
	struct when until = { 0 };
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct act act;
	int64_t seq;
	bool given;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(desk_when(&k.d, "until", &until, &given));
	TRY(wish_act(c, k.g, &k.d.actor, h.id, slice_of(in->args[1]), desk_option(&k.d, "to"), desk_option(&k.d, "field"),
	             desk_option(&k.d, "field-class"), until.at, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	if (!desk_json_done(&k.d, "renkei.reserve.added/1", seq))
		buf_putf(&k.d.out, "%lld\n", (long long)seq);
	return counter_close(&k);
}

static void put_part(struct desk *d, const char *name, slice v)
{
	if (v.len > 0)
		buf_putf(&d->out, "  %s=%.*s", name, S_ARG(v));
}

static void put_wish(struct desk *d, const struct query *q)
{
	static const char *const names[] = { "to", "field", "class" };
	struct json_out o;

	if (!d->json) {
		buf_putf(&d->out, "%lld  %.*s", (long long)query_int(q, 0), S_ARG(query_text(q, 2)));
		for (int i = 0; i < 3; i++)
			put_part(d, names[i], query_text(q, 3 + i));
		buf_putc(&d->out, '\n');
		return;
	}
	o = desk_json_begin(d, "renkei.reserve/1");
	jo_kv_int(&o, "seq", query_int(q, 0));
	jo_kv_text(&o, "kind", query_text(q, 2));
	for (int i = 0; i < 3; i++)
		if (query_text(q, 3 + i).len > 0)
			jo_kv_text(&o, names[i], query_text(q, 3 + i));
	desk_json_end(d, &o);
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	{
		AUTO_QUERY q = { 0 };
		bool more = true;

		TRY(STORE_QUERY(c, k.d.st, &q, STMT_WISH_OF_CASE, v_text(h.id)));
		for (;;) {
			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			put_wish(&k.d, &q);
		}
	}
	return counter_close(&k);
}

static rc run_end(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct act act;
	int64_t seq;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(parse_i64(c, slice_of(in->args[1]), 0, JSON_INT_MOST, &seq));
	TRY(wish_act_end(c, &k.d.actor, h.id, seq, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	return counter_close(&k);
}

static const struct option_spec add_options[] = {
	{ "to", "WHO", "Recipient: agency code, node name or class (default: everybody)." },
	{ "field", "FIELD", "This field alone (a name that ends in a dot: all under it)." },
	{ "field-class", "CLASS", "This class of field alone; see `renkei gate rules`." },
	{ "until", "TIME", "For delay: not before." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_reserve[] = {
	{ "reserve", "add", "CASE deny|optout|ask|delay|anonymous|consent", 2, 2, "Note a reservation of the reporter, or its consent", add_options, run_add },
	{ "reserve", "list", "CASE", 1, 1, "List reservations and consents", plain_options, run_list },
	{ "reserve", "end", "CASE SEQ", 2, 2, "End a reservation or consent", plain_options, run_end },
	{ 0 },
};
