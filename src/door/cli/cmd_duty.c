#include "base/parse.h"
#include "base/width.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "door/cli/say_case.h"

#include "base/banned.h"

/* ---- list ---- */

static void csv_head(struct desk *d)
{
	buf_putf(&d->out, "\xEF\xBB\xBF%s\r\n",
	         desk_say(d, "事案,義務,宛先,題名,必須,状態,期限,目標日", "case,duty,to,title,mandatory,state,due,target"));
}

static void csv_row(struct desk *d, const struct duty *x, slice num, jday today)
{
	struct buf b;

	buf_init(&b, d->c->a, 64);
	desk_csv_cell(d, num, false);
	desk_csv_cell(d, x->rule, false);
	desk_csv_cell(d, duty_recipient(d->law, x, today, d->ja), false);
	desk_csv_cell(d, duty_title(x, d->ja), false);
	desk_csv_cell(d, x->must ? S("1") : S("0"), false);
	desk_csv_cell(d, slice_of(duty_state_words[x->state]), false);
	if (x->has_due)
		jday_put(&b, x->due);
	desk_csv_cell(d, buf_slice(&b), false);
	buf_reset(&b);
	if (x->has_target)
		jday_put(&b, x->target);
	desk_csv_cell(d, buf_slice(&b), true);
}

static void json_row(struct desk *d, const struct duty *x, slice num, jday today)
{
	struct json_out o = json_out_on(&d->out);
	const char *z = arena_cstr(d->c->a, num);

	desk_json_duty(d, &o, x, z, today);
	buf_putc(&d->out, '\n');
}

static rc list_case(struct desk *d, slice ref)
{
	struct json_out o = json_out_on(&d->out);
	struct duty_view v;
	struct case_head h;
	struct moment m;
	bool past;
	jday day;

	TRY(case_find(d->c, d->st, ref, &h));
	TRY(desk_moment(d, &m, &past));
	TRY(duties_at(d->c, d->st, d->terms, &h, m, &v));
	case_known_set(&h, v.known);
	day = say_day(d, &m);
	if (d->csv)
		csv_head(d);
	else if (!d->json)
		say_head(d, &h, S_NONE, &m, past);
	for (size_t i = 0; i < v.n && (d->csv || d->json); i++) {
		if (d->csv)
			csv_row(d, &v.duties[i], h.num, day);
		else
			json_row(d, &v.duties[i], h.num, day);
	}
	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.asks/1"));
		jo_kv_text(&o, "case", h.num);
		jo_kv_bool(&o, "before_knowing", v.before);
		desk_json_asks(&o, &v);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
	} else if (!d->csv) {
		if (v.before)
			buf_putf(&d->out, "%s\n", desk_say(d, "この時点では、まだ知っていませんでした。",
			                                   "At that moment the organisation did not know of it yet."));
		if (!past)
			desk_put_next(d, &h, v.duties, v.n, day);
		desk_put_duties(d, v.duties, v.n, day, true);
		desk_put_asks(d, &v, call_has(d->in, "all") ? SIZE_MAX : 5);
	}
	return OK;
}

static void text_row(struct desk *d, const struct duty *x, slice num)
{
	struct buf b;

	buf_init(&b, d->c->a, 256);
	buf_put_cell(&d->out, num, 11);
	buf_putc(&d->out, ' ');
	duty_put_deadline(&b, x, d->today, d->ja);
	buf_put_cell(&d->out, buf_slice(&b), 38);
	buf_putc(&d->out, ' ');
	buf_put_cell(&d->out, duty_recipient(d->law, x, d->today, d->ja), 24);
	buf_putc(&d->out, ' ');
	buf_put(&d->out, duty_title(x, d->ja));
	buf_putf(&d->out, " [%" S_FMT "]\n", S_ARG(x->rule));
}

/* Open duties of all cases: what must be done; with --voluntary what may be done. */
static rc list_all(struct desk *d)
{
	uint32_t most = 50;
	struct duty *v;
	size_t n;

	TRY(call_u32(d->c, d->in, "limit", 1, CASE_PAGE_MOST, &most));
	TRY(duty_page(d->c, d->st, d->law, !call_has(d->in, "voluntary"), NULL, most, &v, &n));
	if (d->csv)
		csv_head(d);
	for (size_t i = 0; i < n; i++) {
		struct case_head h;

		TRY(case_find(d->c, d->st, v[i].case_id, &h));
		if (d->csv)
			csv_row(d, &v[i], h.num, d->today);
		else if (d->json)
			json_row(d, &v[i], h.num, d->today);
		else
			text_row(d, &v[i], h.num);
	}
	if (n == 0 && !d->csv && !d->json)
		buf_putf(&d->out, "%s\n", desk_say(d, "残っている義務はありません。", "Nothing is owed."));
	return OK;
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	if (in->nargs > 0)
		TRY(list_case(&d, slice_of(in->args[0])));
	else
		TRY(list_all(&d));
	return desk_close(&d);
}

/* ---- done, waive, undo ---- */

static rc find_duty(struct desk *d, struct case_head *h, struct duty *ret)
{
	TRY(case_find(d->c, d->st, slice_of(d->in->args[0]), h));
	return duty_find(d->c, d->st, d->law, h, slice_of(d->in->args[1]), ret);
}

static void say_ended(struct desk *d, const struct case_head *h, const struct duty *x, const char *ja, const char *en,
                      const char *state)
{
	struct json_out o = json_out_on(&d->out);

	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.duty.ended/1"));
		jo_kv_text(&o, "case", h->num);
		jo_kv_text(&o, "id", x->rule);
		jo_kv_text(&o, "recipient", x->recipient);
		jo_kv_text(&o, "state", slice_of(state));
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return;
	}
	buf_put(&d->out, duty_title(x, d->ja));
	buf_putz(&d->out, " → ");
	buf_put(&d->out, duty_recipient(d->law, x, d->today, d->ja));
	buf_putf(&d->out, "：%s\n", desk_say(d, ja, en));
}

static rc run_done(struct ctx *c, const struct call *in, struct answer *out)
{
	struct discharge how = { .on = { c->now, false } };
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct duty x;
	struct act act;
	int64_t seq;
	bool given;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(find_duty(&d, &h, &x));
	TRY(desk_when(&d, "on", &how.on, &given));
	how.how = call_has(in, "how") ? desk_option(&d, "how") : S("other");
	how.receipt = desk_option(&d, "receipt");
	how.note = desk_option(&d, "note");
	if (call_has(in, "report")) {
		struct filing f;

		TRY(filing_find(c, d.st, desk_option(&d, "report"), &f));
		how.report = f.id;
	}
	TRY(duty_act_done(c, &d.actor, &x, &how, &act));
	TRY(node_append(c, d.node, &act, &seq));
	say_ended(&d, &h, &x, "済みと記録しました。", "is done.", "done");
	return desk_close(&d);
}

static rc run_waive(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct duty x;
	struct act act;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(find_duty(&d, &h, &x));
	TRY(duty_act_waive(c, &d.actor, &x, call_has(in, "ground") ? desk_option(&d, "ground") : S("voluntary"),
	                   desk_option(&d, "reason"), &act));
	TRY(node_append(c, d.node, &act, &seq));
	say_ended(&d, &h, &x, "行わないと記録しました。", "is waived.", "waived");
	return desk_close(&d);
}

static rc run_undo(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct duty x;
	struct act act;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(find_duty(&d, &h, &x));
	TRY(duty_act_undo(c, &d.actor, &x, desk_option(&d, "reason"), &act));
	TRY(node_append(c, d.node, &act, &seq));
	say_ended(&d, &h, &x, "完了を取り消しました。", "is open again.", "open");
	return desk_close(&d);
}

static const struct option_spec list_options[] = {
	{ "as-of", "TIME", "With CASE: as it was known at TIME; a day means its end." },
	{ "in-record-at", "TIME", "With CASE: as it stood in the record at TIME." },
	{ "all", NULL, "With CASE: all open questions, not only the first." },
	{ "voluntary", NULL, "Without CASE: what may be done instead of what must be done." },
	{ "limit", "N", "Without CASE: at most N duties (default 50, at most 500)." },
	{ "csv", NULL, "Comma-separated values." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec done_options[] = {
	{ "on", "TIME", "When it was done (default: now); not in the future." },
	{ "how", "WORD", "report, letter, call, online, publication, other (default)." },
	{ "report", "REPORT", "The report that served it, as CASE/N." },
	{ "receipt", "TEXT", "Receipt number; sealed." },
	{ "note", "TEXT", "Anything else; sealed." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec waive_options[] = {
	{ "ground", "WORD", "voluntary (default); for what is mandatory joint_report, filed_by_other, authority_agreed, exercise." },
	{ "reason", "TEXT", "Why; must be given; sealed." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec undo_options[] = {
	{ "reason", "TEXT", "Why; must be given; sealed." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_duty[] = {
	{ "duty", "list", "[CASE]", 0, 1, "List what is owed, to whom, by when", list_options, run_list },
	{ "duty", "done", "CASE DUTY", 2, 2, "Note that a duty is done", done_options, run_done },
	{ "duty", "waive", "CASE DUTY", 2, 2, "Note that a duty is not done, and why", waive_options, run_waive },
	{ "duty", "undo", "CASE DUTY", 2, 2, "Take back a duty's end that was a mistake", undo_options, run_undo },
	{ 0 },
};
