/* Building the acts that end a duty. */
#include "work/duty/duty.h"

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

/* {"note":…,"receipt":…} or {"reason":…}; nothing when all are empty. */
static rc seal_texts(struct ctx *c, const char *const *names, const slice *texts, size_t n, struct act *act)
{
	slice text;
	struct json_out o;
	bool any = false;
	struct buf b;

	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < n; i++) {
		TRY(free_text_check(c, names[i], texts[i], LIMIT_VALUE_TEXT));
		if (texts[i].len == 0)
			continue;
		jo_kv_text(&o, names[i], texts[i]);
		any = true;
	}
	jo_end_object(&o);
	if (!any)
		return OK;
	TRY(buf_keep(c, &b, &text));
	return act_seal(c, act, text);
}

static rc base_act(struct ctx *c, slice name, const struct actor *who, const struct duty *d, struct act *ret)
{
	int64_t *ref;

	TRY_NEW(c, ref);
	*ref = d->opened_seq;
	*ret = (struct act){ .act = name, .actor = *who, .case_id = d->case_id, .ref = { ref, 1 } };
	return OK;
}


rc duty_act_done(struct ctx *c, const struct actor *who, const struct duty *d, const struct discharge *how,
                 struct act *ret)
{
	static const char *const names[] = { "note", "receipt" };
	const slice texts[] = { how->note, how->receipt };
	struct json_out o;
	struct act act;
	struct buf b;

	if (how->on.at > c->now)
		return FAIL(c, E_INVALID, "duty.done_future");
	if (!word_is_valid(how->how))
		return FAIL(c, E_INVALID, "duty.how");
	TRY(base_act(c, S("duty.done"), who, d, &act));
	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	if (d->recipient.len > 0)
		jo_kv_text(&o, "duty_to", d->recipient);
	jo_kv_text(&o, "how", how->how);
	jo_kv_int(&o, "on", how->on.at);
	if (how->report.len > 0)
		jo_kv_text(&o, "report", how->report);
	jo_kv_text(&o, "rule", d->rule);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	TRY(seal_texts(c, names, texts, 2, &act));
	*ret = act;
	return OK;
}

static rc end_act(struct ctx *c, slice name, const struct actor *who, const struct duty *d, slice reason, struct act *ret)
{
	static const char *const names[] = { "reason" };
	struct json_out o;
	struct act act;
	struct buf b;

	if (slice_trim(reason).len == 0)
		return FAIL(c, E_INVALID, "duty.reason");
	TRY(base_act(c, name, who, d, &act));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	if (d->recipient.len > 0)
		jo_kv_text(&o, "duty_to", d->recipient);
	jo_kv_text(&o, "rule", d->rule);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	TRY(seal_texts(c, names, &reason, 1, &act));
	*ret = act;
	return OK;
}

rc duty_act_waive(struct ctx *c, const struct actor *who, const struct duty *d, slice ground, slice reason, struct act *ret)
{
	slice *code;

	TRY(end_act(c, S("duty.waive"), who, d, reason, ret));
	TRY_NEW(c, code);
	*code = ground;
	ret->code = (struct words){ code, 1 };
	return OK;
}

rc duty_act_undo(struct ctx *c, const struct actor *who, const struct duty *d, slice reason, struct act *ret)
{
	return end_act(c, S("duty.undo"), who, d, reason, ret);
}
