/* The same results for programs: one object a line, each with its schema. */
#include "door/cli/desk.h"

#include "base/banned.h"

void desk_json_msec(struct json_out *o, const char *name, msec t)
{
	char text[64];
	struct buf b = { .p = text, .cap = sizeof text, .max = sizeof text };

	msec_put(&b, t);
	jo_kv_text(o, name, buf_slice(&b));
}

void desk_json_day(struct json_out *o, const char *name, bool has, jday day)
{
	char text[32];
	struct buf b = { .p = text, .cap = sizeof text, .max = sizeof text };

	jo_key(o, slice_of(name));
	if (!has) {
		jo_null(o);
		return;
	}
	jday_put(&b, day);
	jo_text(o, buf_slice(&b));
}

struct json_out desk_json_begin(struct desk *d, const char *schema)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", slice_of(schema));
	return o;
}

void desk_json_end(struct desk *d, struct json_out *o)
{
	jo_end_object(o);
	buf_putc(&d->out, '\n');
}

bool desk_json_done(struct desk *d, const char *schema, int64_t seq)
{
	struct json_out o;

	if (!d->json)
		return false;
	o = desk_json_begin(d, schema);
	jo_kv_int(&o, "seq", seq);
	desk_json_end(d, &o);
	return true;
}

void desk_json_when(struct json_out *o, const char *name, struct when w)
{
	if (w.day_only)
		desk_json_day(o, name, true, msec_jday(w.at));
	else
		desk_json_msec(o, name, w.at);
}

static const char *const urgency_words[URGENCIES] = { "overdue", "today", "soon", "later", "prompt", "free" };

void desk_json_duty(struct desk *d, struct json_out *o, const struct duty *x, const char *num, jday today)
{
	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.duty/1"));
	if (num)
		jo_kv_text(o, "case", slice_of(num));
	jo_kv_text(o, "id", x->rule);
	jo_key(o, S("recipient"));
	if (x->recipient.len > 0)
		jo_text(o, x->recipient);
	else
		jo_null(o);
	jo_kv_text(o, "kind", x->kind);
	jo_kv_bool(o, "mandatory", x->must);
	jo_kv_text(o, "state", slice_of(duty_state_words[x->state]));
	desk_json_day(o, "due", x->has_due, x->due);
	desk_json_day(o, "target_by", x->has_target, x->target);
	desk_json_day(o, "started", true, x->started);
	if (x->state == DUTY_OPEN)
		jo_kv_text(o, "urgency", slice_of(urgency_words[duty_urgency(x, today)]));
	if (x->state == DUTY_DONE || x->state == DUTY_WAIVED)
		desk_json_msec(o, "ended", x->done_on);
	if (x->report.len > 0)
		jo_kv_text(o, "report", x->report);
	jo_kv_text(o, "title", duty_title(x, d->ja));
	jo_kv_text(o, "to", duty_recipient(d->law, x, today, d->ja));
	if (x->row) {
		jo_key(o, S("basis"));
		jo_array(o);
		for (uint32_t i = 0; i < x->row->nbasis; i++)
			jo_text(o, x->row->basis[i]);
		jo_end_array(o);
	}
	if (x->owed) {
		jo_key(o, S("because"));
		jo_array(o);
		for (uint32_t i = 0; i < x->owed->nbecause; i++)
			jo_text(o, x->owed->because[i]->id);
		jo_end_array(o);
		jo_kv_bool(o, "review", x->owed->review);
	}
	jo_end_object(o);
}

void desk_json_fact(struct json_out *o, const struct fact *f, bool schema)
{
	jo_object(o);
	if (schema)
		jo_kv_text(o, "schema", S("renkei.fact/1"));
	jo_kv_text(o, "path", f->term->path);
	jo_kv_text(o, "state", slice_of(said_state_words[f->said.state]));
	if (f->said.state == SAID_VALUE && f->said.json.len > 0) {
		jo_key(o, S("value"));
		jo_raw(o, f->said.json);
	}
	if (f->said.exact != EXACT)
		jo_kv_text(o, "exact", slice_of(said_exact_words[f->said.exact]));
	jo_kv_text(o, "sure", slice_of(said_sure_words[f->sure]));
	jo_kv_bool(o, "sealed", f->sealed);
	if (f->gone)
		jo_kv_bool(o, "gone", true);
	desk_json_when(o, "known_at", f->known);
	if (f->has_from)
		desk_json_msec(o, "true_at", f->holds_from);
	desk_json_msec(o, "stated_at", f->stated);
	jo_kv_text(o, "actor", f->actor);
	jo_kv_int(o, "seq", f->seq);
	if (f->mends >= 0)
		jo_kv_int(o, "mends", f->mends);
	if (f->by.len > 0)
		jo_kv_text(o, "by", f->by);
	if (f->source.len > 0)
		jo_kv_text(o, "source", f->source);
	if (f->reason.len > 0)
		jo_kv_text(o, "reason", f->reason);
	jo_end_object(o);
}

void desk_json_asks(struct json_out *o, const struct duty_view *v)
{
	jo_key(o, S("undetermined"));
	jo_array(o);
	for (size_t i = 0; i < v->nasks; i++) {
		jo_object(o);
		jo_kv_text(o, "fact", v->asks[i].term->path);
		jo_key(o, S("decides"));
		jo_array(o);
		for (uint32_t k = 0; k < v->asks[i].nrules; k++)
			jo_text(o, v->asks[i].rules[k]);
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
}

void desk_json_changes(struct desk *d, struct json_out *o, const struct followed *f)
{
	static const char *const steps[CHANGE_STEPS] = { "open", "change", "lapse" };

	jo_key(o, S("changes"));
	jo_array(o);
	for (size_t i = 0; i < f->n; i++) {
		jo_object(o);
		jo_kv_text(o, "step", slice_of(steps[f->changes[i].step]));
		jo_key(o, S("duty"));
		desk_json_duty(d, o, &f->changes[i].duty, NULL, d->today);
		jo_key(o, S("decided_by"));
		jo_array(o);
		for (size_t k = 0; k < f->changes[i].nwhy; k++)
			jo_text(o, f->changes[i].why[k]);
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
}
