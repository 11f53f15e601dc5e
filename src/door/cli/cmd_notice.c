#include "base/width.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "door/cli/say_case.h"
#include "work/notice/notice.h"

#include "base/banned.h"

/* ---- plan ---- */

static void plan_row(struct desk *d, slice num, const struct duty *x, const struct coming *next)
{
	struct json_out o = json_out_on(&d->out);

	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.notice.plan/1"));
		jo_kv_text(&o, "case", num);
		jo_kv_text(&o, "duty", x->rule);
		jo_kv_text(&o, "step", next->step->id);
		desk_json_msec(&o, "at", next->at);
		jo_key(&o, S("to"));
		jo_array(&o);
		for (uint32_t i = 0; i < next->step->nto; i++)
			jo_text(&o, next->step->to[i]);
		jo_end_array(&o);
		jo_kv_int(&o, "confirm_minutes", next->step->confirm_minutes);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return;
	}
	desk_put_when(d, (struct when){ next->at, false });
	buf_putf(&d->out, "  %" S_FMT "  ", S_ARG(num));
	buf_put_cell(&d->out, duty_title(x, d->ja), 40);
	buf_putc(&d->out, ' ');
	for (uint32_t i = 0; i < next->step->nto; i++)
		buf_putf(&d->out, "%s%s", i ? desk_say(d, "、", ", ") : "", role_name(next->step->to[i], d->ja));
	buf_putc(&d->out, '\n');
}

static rc run_plan(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct ladder *l;
	struct duty_view v;
	AUTO_DESK d = { 0 };
	struct case_head h;
	bool any = false;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(ladder_load(c, c->app->data, &l));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(duties_at(c, d.st, d.terms, &h, MOMENT_NOW, &v));
	for (size_t i = 0; i < v.n; i++) {
		struct coming *next;
		size_t n;

		TRY(notice_coming(c, l, &v.duties[i], c->now, &next, &n));
		for (size_t k = 0; k < n; k++)
			plan_row(&d, h.num, &v.duties[i], &next[k]);
		any = any || n > 0;
	}
	if (!any && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "この先のお知らせはありません。", "No notices lie ahead."));
	return desk_close(&d);
}

/* ---- list ---- */

static void list_row(struct desk *d, slice num, const struct notice *w)
{
	struct json_out o = json_out_on(&d->out);

	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.notice/1"));
		jo_kv_text(&o, "case", num);
		jo_kv_text(&o, "duty", w->rule);
		jo_kv_text(&o, "step", w->step);
		jo_kv_text(&o, "account", w->account);
		if (w->instead_of.len > 0)
			jo_kv_text(&o, "instead_of", w->instead_of);
		jo_kv_text(&o, "why", slice_of(notice_why_words[w->why]));
		desk_json_msec(&o, "at", w->at);
		jo_kv_text(&o, "state", slice_of(notice_state_words[w->state]));
		jo_kv_int(&o, "tries", w->tries);
		if (w->confirmed > 0)
			desk_json_msec(&o, "confirmed_at", w->confirmed);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return;
	}
	desk_put_when(d, (struct when){ w->at, false });
	buf_putc(&d->out, ' ');
	buf_put_cell(&d->out, w->rule, 14);
	buf_put_cell(&d->out, w->step, 10);
	buf_put_cell(&d->out, w->account, 22);
	buf_put_cell(&d->out, slice_of(notice_why_text(w->why, d->ja)), 44);
	buf_putf(&d->out, "%s\n", w->confirmed > 0 ? desk_say(d, "確認済み", "confirmed") : desk_say(d, "未確認", "not confirmed"));
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct notice *v;
	size_t n;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(notice_list(c, d.st, h.id, &v, &n));
	for (size_t i = 0; i < n; i++)
		list_row(&d, h.num, &v[i]);
	if (n == 0 && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "お知らせはまだありません。", "Nobody was told of anything yet."));
	return desk_close(&d);
}

/* ---- tick, confirm ---- */

static rc run_tick(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct ladder *l;
	AUTO_DESK d = { 0 };
	size_t n;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(ladder_load(c, c->app->data, &l));
	TRY(notice_tick(c, d.node, d.law, l, &notice_accounts, &n));
	if (d.json)
		buf_putf(&d.out, "{\"schema\":\"renkei.notice.tick/1\",\"notices\":%zu}\n", n);
	else if (d.ja)
		buf_putf(&d.out, "お知らせ %zu 件を記録しました。\n", n);
	else
		buf_putf(&d.out, "Notices put on record: %zu\n", n);
	return desk_close(&d);
}

static rc run_confirm(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct act act;
	struct duty x;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(duty_find(c, d.st, d.law, &h, slice_of(in->args[1]), &x));
	TRY(notice_act_confirm(c, &d.actor, &x, &act));
	TRY(node_append(c, d.node, &act, &seq));
	if (d.json)
		buf_putf(&d.out, "{\"schema\":\"renkei.notice.confirmed/1\",\"seq\":%lld}\n", (long long)seq);
	else
		buf_putf(&d.out, "%" S_FMT "：%s\n", S_ARG(duty_title(&x, d.ja)),
		         desk_say(&d, "確認して引き受けたことを記録しました。", "is taken on."));
	return desk_close(&d);
}

static const struct option_spec plain_options[] = {
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_notice[] = {
	{ "notice", "plan", "CASE", 1, 1, "Show who will be told of what, and when", plain_options, run_plan },
	{ "notice", "list", "CASE", 1, 1, "List who was told of what, and who confirmed", plain_options, run_list },
	{ "notice", "tick", "", 0, 0, "Put what is due now on record, as the running node does every minute", plain_options, run_tick },
	{ "notice", "confirm", "CASE DUTY", 2, 2, "Take a duty on: nobody else is chased at this step", plain_options, run_confirm },
	{ 0 },
};
