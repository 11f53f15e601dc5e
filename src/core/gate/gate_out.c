/* What goes, and why the rest does not. */
#include "core/gate/gate_inside.h"

#include "base/calendar.h"
#include "base/when.h"
#include "engine/select/pii_redact.h"

#include "base/banned.h"

/* ---- values made less exact ---- */

/* The size of a count: its number of digits, and below ten nothing but that. */
static void put_bucket(const struct json *v, struct json_out *o)
{
	int64_t least = 10;
	char text[32];
	struct buf b = { .p = text, .cap = sizeof text, .max = sizeof text };

	if (!v || v->type != JSON_INT) {
		jo_text(o, S("…"));
		return;
	}
	if (v->num < 10) {
		jo_text(o, S("<10"));
		return;
	}
	while (least <= v->num / 10)
		least *= 10;
	buf_put_i64(&b, least);
	buf_putc(&b, '+');
	jo_text(o, buf_slice(&b));
}

static rc put_month(struct ctx *c, const struct json *v, struct json_out *o)
{
	struct buf b;
	jday d;

	if (v && v->type == JSON_INT) {
		d = msec_jday(v->num);
	} else if (day_parse(c, slice_sub(json_text(v), 0, 10), &d) != OK) {
		fault_clear(c);
		jo_text(o, S("…"));
		return OK;
	}
	buf_init(&b, c->a, 16);
	buf_putf(&b, "%04d-%02d", jday_ymd(d).y, jday_ymd(d).m);
	jo_text(o, buf_slice(&b));
	return OK;
}

static rc put_masked_text(struct ctx *c, slice text, struct json_out *o)
{
	struct pii_policy policy = pii_policy_default();
	struct pii_result found;
	struct buf b;
	slice out;

	TRY(pii_scan(c, text, NULL, NULL, &found));
	buf_init(&b, c->a, text.len * 4 + 256);
	TRY(pii_redact(c, text, found.spans, found.n_spans, &policy, &b, NULL));
	TRY(buf_keep(c, &b, &out));
	jo_text(o, out);
	return OK;
}

/* Every text inside, names of members aside; numbers stay. */
static rc put_masked(struct ctx *c, const struct json *v, struct json_out *o)
{
	switch (v->type) {
	case JSON_TEXT: return put_masked_text(c, v->text, o);
	case JSON_ARRAY:
		jo_array(o);
		for JSON_EACH(m, v)
			TRY(put_masked(c, m, o));
		jo_end_array(o);
		return OK;
	case JSON_OBJECT:
		jo_object(o);
		for JSON_EACH(m, v) {
			jo_key(o, m->name);
			TRY(put_masked(c, m, o));
		}
		jo_end_object(o);
		return OK;
	case JSON_NULL: case JSON_FALSE: case JSON_TRUE: case JSON_INT: case JSON_NUMBER:
		jo_value(o, v);
		return OK;
	}
	return FAIL(c, E_BUG, "bug");
}

static rc put_changed(struct ctx *c, enum gate_change change, const struct json *v, struct json_out *o)
{
	switch (change) {
	case CHANGE_BUCKET: put_bucket(v, o); return OK;
	case CHANGE_MONTH: return put_month(c, v, o);
	case CHANGE_MASK: return put_masked(c, v, o);
	case CHANGE_NONE: break;
	}
	return FAIL(c, E_BUG, "bug");   /* gate_decide() keeps such a field back */
}

rc gate_put_redacted(struct ctx *c, const struct gate *g, const struct gate_item *item, const struct gate_outcome *outcomes,
                     struct json_out *o)
{
	jo_object(o);
	for (size_t i = 0; i < item->nfields; i++) {
		const struct gate_field *f = &item->fields[i];

		if (outcomes[i].effect == GATE_KEEP || !f->value)
			continue;
		jo_key(o, f->path);
		if (outcomes[i].effect == GATE_CHANGE)
			TRY(put_changed(c, g->classes[f->cls].change, f->value, o));
		else
			jo_value(o, f->value);
	}
	jo_end_object(o);
	return OK;
}

/* ---- reasons ---- */

void gate_put_reasons(const struct gate *g, const struct gate_item *item, const struct gate_outcome *outcomes,
                      struct json_out *o)
{
	jo_array(o);
	for (size_t i = 0; i < item->nfields; i++) {
		const struct gate_outcome *x = &outcomes[i];
		struct gate_word rule = gate_rule(g, x->rule);
		slice cite, grant = gate_grant(g, x->grant, &cite);

		jo_object(o);
		jo_kv_text(o, "path", item->fields[i].path);
		jo_kv_text(o, "class", g->classes[item->fields[i].cls].word.id);
		jo_kv_text(o, "effect", slice_of(gate_effect_words[x->effect]));
		jo_kv_text(o, "basis", slice_of(gate_basis_words[x->basis]));
		if (grant.len > 0) {
			jo_kv_text(o, "grant", grant);
			jo_kv_text(o, "cite", cite);
		}
		if (rule.id.len > 0) {
			jo_kv_text(o, "rule", rule.id);
			jo_kv_text(o, "ja", rule.ja);
			jo_kv_text(o, "en", rule.en);
		}
		jo_end_object(o);
	}
	jo_end_array(o);
}
