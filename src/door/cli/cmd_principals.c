/* A processor tells its principals: each its own content, one approval, one table of progress. */
#include "base/limits.h"
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "door/cli/lines.h"

#include "base/banned.h"

/* {"to": node, "fields": {…}, "mark": {…}} a line; what is not `to` is the content. */
static rc read_notice(struct ctx *c, slice line, struct told *ret)
{
	const struct json *v;
	struct json_out o;
	struct buf b;

	TRY(json_parse(c, line, &v));
	if (v->type != JSON_OBJECT || json_text(json_get(v, S("to"))).len == 0)
		return FAIL(c, E_INVALID, "thread.content");
	buf_init(&b, c->a, line.len + 64);
	o = json_out_on(&b);
	jo_object(&o);
	for JSON_EACH(m, v) {
		if (slice_is(m->name, "to"))
			continue;
		jo_key(&o, m->name);
		jo_value(&o, m);
	}
	jo_end_object(&o);
	TRY(slice_keep(c, json_text(json_get(v, S("to"))), &ret->node));
	return buf_keep(c, &b, &ret->content);
}

static rc read_all(struct ctx *c, const char *path, struct told **ret, size_t *ret_n)
{
	struct told *v = NULL;
	size_t n = 0, room = 0;
	struct lines lines;
	bool more = true;
	slice line;
	rc r = OK;

	TRY(lines_open(c, path, LIMIT_JSON_LINE, &lines));
	while (r == OK) {
		r = lines_next(c, &lines, &line, &more);
		if (r != OK || !more)
			break;
		if (n == room) {
			size_t bigger = room ? room * 2 : 256;

			v = arena_grow(c->a, v, room * sizeof *v, bigger * sizeof *v);
			if (!v) {
				r = FAIL(c, E_LIMIT, "memory.limit");
				break;
			}
			room = bigger;
		}
		r = slice_keep(c, line, &line);
		if (r == OK)
			r = read_notice(c, line, &v[n++]);
		if (r != OK)
			fault_place(c, (uint32_t)lines.row, 0);
	}
	lines_end(&lines);
	*ret = v;
	*ret_n = n;
	return r;
}

static rc run_send(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct told *v;
	struct actor by;
	size_t n, sent;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	if (!call_has(in, "by"))
		return FAIL(c, E_DENIED, "act.approval");
	TRY(actor_parse(c, desk_option(&k.d, "by"), &by));
	TRY(read_all(c, in->args[1], &v, &n));
	TRY(told_send(c, &k.x, &k.d.actor, &by, call_has(in, "kind") ? desk_option(&k.d, "kind") : S("notice"), h.id, v, n, &sent));
	buf_putf(&k.d.out, "%zu\n", sent);
	return counter_close(&k);
}

static void put_row(struct counter *k, const struct progress *p)
{
	struct json_out o = json_out_on(&k->d.out);

	if (!k->d.json) {
		buf_putf(&k->d.out, "%-36.*s %-12.*s %s%s%.*s\n", S_ARG(p->node), S_ARG(p->sent), p->answered ? desk_say(&k->d, "回答あり", "answered") :
		         p->received ? desk_say(&k->d, "受領", "received") : desk_say(&k->d, "未達", "under way"), p->answer.len ? "  " : "",
		         S_ARG(p->answer));
		return;
	}
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.progress/1"));
	jo_kv_text(&o, "node", p->node);
	jo_kv_text(&o, "thread", p->thread);
	jo_kv_text(&o, "sent", p->sent);
	jo_kv_bool(&o, "received", p->received);
	jo_kv_bool(&o, "answered", p->answered);
	jo_kv_text(&o, "state", p->state);
	if (p->answer.len > 0)
		jo_kv_text(&o, "answer", p->answer);
	if (p->joins.len > 0)
		jo_kv_text(&o, "joint", p->joins);
	if (p->has_due)
		desk_json_msec(&o, "due", p->due);
	jo_end_object(&o);
	buf_putc(&k->d.out, '\n');
}

static slice time_text(struct ctx *c, bool has, msec t)
{
	struct buf b;

	buf_init(&b, c->a, 64);
	if (has)
		when_put_iso(&b, (struct when){ t, false });
	return buf_slice(&b);
}

static void csv_head(struct counter *k)
{
	static const char *const ja[] = { "宛先", "やりとり", "状態", "送付", "受領", "回答", "期限", "期限超過", "連名の報告", "回答の内容" };
	static const char *const en[] = { "to", "thread", "state", "sent", "received", "answered", "due", "overdue", "joint", "answer" };

	for (size_t i = 0; i < 10; i++)
		desk_csv_cell(&k->d, slice_of(k->d.ja ? ja[i] : en[i]), i == 9);
}

static void csv_row(struct counter *k, const struct progress *p)
{
	bool late = !p->answered && p->has_due && p->due < k->d.c->now;

	desk_csv_cell(&k->d, p->node, false);
	desk_csv_cell(&k->d, p->thread, false);
	desk_csv_cell(&k->d, p->state, false);
	desk_csv_cell(&k->d, p->sent, false);
	desk_csv_cell(&k->d, time_text(k->d.c, p->received, p->received_at), false);
	desk_csv_cell(&k->d, time_text(k->d.c, p->answered, p->answered_at), false);
	desk_csv_cell(&k->d, time_text(k->d.c, p->has_due, p->due), false);
	desk_csv_cell(&k->d, late ? S("1") : S("0"), false);
	desk_csv_cell(&k->d, p->joins, false);
	desk_csv_cell(&k->d, p->answer, true);
}

static void put_any(struct counter *k, const struct progress *p)
{
	if (k->d.csv)
		csv_row(k, p);
	else
		put_row(k, p);
}

static rc run_progress(struct ctx *c, const struct call *in, struct answer *out)
{
	bool joint = call_has(in, "joint"), answers = call_has(in, "answers") || joint;
	size_t n, received = 0, answered = 0, overdue = 0, joined = 0;
	AUTO_COUNTER k = { 0 };
	struct progress *v;
	struct case_head h;

	TRY(counter_open(c, in, out, answers ? DESK_ACTOR : 0, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(told_progress(c, k.d.st, h.id, call_has(in, "kind") ? desk_option(&k.d, "kind") : S("notice"), &v, &n));
	if (answers) {
		const struct look look = desk_look(&k.d);

		TRY(told_answers(c, &k.x, &look, h.id, v, n));
	}
	if (k.d.csv)
		csv_head(&k);
	for (size_t i = 0; i < n; i++) {
		joined += slice_is(v[i].joins, "yes");
		received += v[i].received && slice_is(v[i].sent, "accepted");
		answered += v[i].answered;
		overdue += !v[i].answered && v[i].has_due && v[i].due < c->now;
		if (!call_has(in, "sum") && (!joint || slice_is(v[i].joins, "yes")))
			put_any(&k, &v[i]);
	}
	if (answers && !k.d.json && !k.d.csv)
		buf_putf(&k.d.out, k.d.ja ? "連名の報告に加わる %zu\n" : "%zu join the joint report\n", joined);
	if (!k.d.json && !k.d.csv)
		buf_putf(&k.d.out, k.d.ja ? "計 %zu、受領 %zu、回答 %zu、回答期限超過 %zu\n" :
		         "%zu in all, received %zu, answered %zu, overdue %zu\n", n, received, answered, overdue);
	return counter_close(&k);
}

static const struct option_spec send_options[] = {
	{ "by", "ID:ROLE", "The second person, who approves the list." },
	{ "kind", "KIND", "Kind of thread (default: notice)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec progress_options[] = {
	{ "kind", "KIND", "Kind of thread (default: notice)." },
	{ "sum", NULL, "The totals alone." },
	{ "answers", NULL, "Open the answers too; looking is on record." },
	{ "joint", NULL, "Only those that join the joint report." },
	{ "csv", NULL, "Comma-separated values." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_principals[] = {
	{ "principals", "tell", "CASE FILE|-", 2, 2, "Tell many principals at once, each its own part", send_options, run_send },
	{ "principals", "progress", "CASE", 1, 1, "Who has received it, who has answered", progress_options, run_progress },
	{ 0 },
};
