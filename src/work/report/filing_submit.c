/* Submitting: the report goes out, its duty is done, in one transaction. */
#include "work/report/filing.h"


#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

static rc put_sealed(struct ctx *c, const struct submission *s, struct payload *p, struct act *act)
{
	const struct { const char *name; slice text; } texts[] = {
		{ "channel", s->channel }, { "note", s->note }, { "receipt", s->receipt },
	};
	struct json_out o;
	bool any = false;
	struct buf b;

	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < 3; i++) {
		TRY(free_text_check(c, texts[i].name, texts[i].text, LIMIT_VALUE_TEXT));
		if (texts[i].text.len == 0)
			continue;
		jo_kv_text(&o, texts[i].name, texts[i].text);
		any = true;
	}
	jo_end_object(&o);
	if (!any)
		return OK;
	act->seal = p;
	act->nseal = 1;
	return buf_done(c, &b, &p->bytes);
}

static rc put_members(struct ctx *c, const struct submission *s, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	if (s->emergency)
		jo_kv_bool(&o, "emergency", true);
	if (s->incomplete)
		jo_kv_bool(&o, "incomplete", true);
	jo_kv_int(&o, "on", s->on.at);
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

/* The duty of the report, if it is still open. */
static rc open_duty(struct ctx *c, struct node *n, const struct terms *t, const struct filing *f, struct duty *ret,
                    bool *ret_found)
{
	struct case_head h;
	rc r;

	*ret_found = false;
	if (f->rule.len == 0)
		return OK;
	TRY(case_find(c, node_store(n), f->case_id, &h));
	r = duty_find(c, node_store(n), terms_law(t), &h, f->rule, ret);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	*ret_found = ret->state == DUTY_OPEN;
	return OK;
}

rc filing_submit(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who, const struct filing *f,
                 const struct submission *s, bool *ret_discharged)
{
	const struct discharge how = { .how = S("report"), .report = f->id, .on = s->on };
	static const slice alone = S_INIT("emergency");
	struct payload sealed = { 0 };
	struct act acts[2] = { { .act = S("report.submit"), .actor = *who, .case_id = f->case_id } };
	struct duty d = { 0 };
	int64_t draft = f->seq, first;
	size_t nacts = 1;
	bool open;

	if (s->on.at > c->now)
		return FAIL(c, E_INVALID, "duty.done_future");
	TRY(put_members(c, s, &acts[0].members));
	TRY(put_sealed(c, s, &sealed, &acts[0]));
	acts[0].obj = (struct words){ &f->id, 1 };
	acts[0].ref = (struct ints){ &draft, 1 };
	acts[0].appr = (struct ints){ s->approvals, s->napprovals };
	if (s->emergency)
		acts[0].code = (struct words){ &alone, 1 };
	TRY(open_duty(c, n, t, f, &d, &open));
	if (open)
		TRY(duty_act_done(c, who, &d, &how, &acts[nacts++]));
	TRY(node_append_all(c, n, acts, nacts, &first));
	*ret_discharged = open;
	return OK;
}
