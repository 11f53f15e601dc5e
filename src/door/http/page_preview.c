/*
 * The gate's preview, side by side: what we hold, what each recipient would get, and why not the rest. More can be kept back
 * here, never less: there is no field for it, and the gate has no function for it.
 */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/banned.h"

/* ---- words ---- */

static const char *effect_name(const struct visit *v, enum gate_effect e)
{
	static const char *const ja[GATE_EFFECTS] = { "渡す", "渡す（記録に残る）", "加工して渡す", "渡さない" };
	static const char *const en[GATE_EFFECTS] = { "goes", "goes, and is noted", "goes changed", "kept back" };

	return say(v, ja[e], en[e]);
}

/* A shape for each, so that colour is not needed. */
static const char *effect_shape(enum gate_effect e)
{
	static const char *const shapes[GATE_EFFECTS] = { "○", "◎", "△", "×" };

	return shapes[e];
}

static const char *basis_name(const struct visit *v, enum gate_basis b)
{
	static const char *const ja[GATE_BASES] = { "法令", "契約", "同意", "覚書", "公開", "根拠なし" };
	static const char *const en[GATE_BASES] = { "statute", "contract", "consent", "memorandum", "public", "no basis" };

	return say(v, ja[b], en[b]);
}

/* ---- one recipient ---- */

struct side { struct visit *v; const struct draft *d; const struct thread_kind *k; };

static void put_outcome(const struct side *s, struct json_out *o, const struct gate_field *f, const struct gate_outcome *x,
                        const struct json *redacted)
{
	struct gate_word rule = gate_rule(s->v->h->gate, x->rule);
	slice cite = S_NONE;

	(void)gate_grant(s->v->h->gate, x->grant, &cite);
	jo_object(o);
	jo_kv_text(o, "path", f->path);
	jo_kv_text(o, "label", field_title(s->v, s->k, f->path));
	jo_kv_text(o, "class_name", class_said(s->v, gate_class_at(s->v->h->gate, f->cls), field_title(s->v, s->k, f->path)));
	jo_kv_text(o, "left", field_value(s->v, s->k, f->path, f->value));
	jo_kv_text(o, "right", field_value(s->v, s->k, f->path, json_get(redacted, f->path)));
	jo_kv_text(o, "effect", slice_of(gate_effect_words[x->effect]));
	jo_kv_text(o, "effect_name", slice_of(effect_name(s->v, x->effect)));
	jo_kv_text(o, "shape", slice_of(effect_shape(x->effect)));
	jo_kv_text(o, "basis_name", slice_of(basis_name(s->v, x->basis)));
	jo_kv_text(o, "cite", cite);
	jo_kv_text(o, "rule", rule.id);
	jo_kv_text(o, "reason", rule.id.len ? word_name(s->v, &rule) : S_NONE);
	jo_kv_bool(o, "kept", x->effect == GATE_KEEP);
	jo_kv_bool(o, "held", x->rule == RULE_OFFICER);
	jo_end_object(o);
}

/* Ids are for inquiries, apart from what people read. */
static void put_rules(const struct side *s, struct json_out *o, const struct preview *p)
{
	jo_key(o, S("ruled"));
	jo_array(o);
	for (size_t i = 0; i < s->d->item.nfields; i++) {
		slice id = gate_rule(s->v->h->gate, p->outcomes[i].rule).id;

		if (id.len == 0)
			continue;
		jo_object(o);
		jo_kv_text(o, "label", field_title(s->v, s->k, s->d->item.fields[i].path));
		jo_kv_text(o, "rule", id);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_recipient(const struct side *s, struct json_out *o, const struct preview *p)
{
	const struct json *redacted;
	struct json_out r;
	struct buf b;

	buf_init(&b, s->v->c->a, PAYLOAD_MOST);
	r = json_out_on(&b);
	TRY(gate_put_redacted(s->v->c, s->v->h->gate, &s->d->item, p->outcomes, &r));
	TRY(json_parse(s->v->c, buf_slice(&b), &redacted));
	jo_object(o);
	jo_kv_text(o, "node", p->to.node);
	jo_kv_text(o, "title", partner_title(s->v->h->law, &p->to, s->v->today, s->v->ja));
	jo_kv_int(o, "kept", (int64_t)p->kept);
	TRY(memo_conditions_put(s->v, o, p->to.node, s->d->kind, true, s->v->c->now));
	jo_key(o, S("rows"));
	jo_array(o);
	for (size_t i = 0; i < s->d->item.nfields; i++)
		put_outcome(s, o, &s->d->item.fields[i], &p->outcomes[i], redacted);
	jo_end_array(o);
	put_rules(s, o, p);
	jo_end_object(o);
	return OK;
}

static rc put_draft(struct visit *v, struct json_out *o, const struct draft *d)
{
	struct side s = { v, d, thread_kind_find(v->h->kinds, d->kind) };
	struct case_head h;
	bool own = slice_eq(d->actor, v->actor.id);
	slice home = slice_starts(d->home, S("c-")) ? d->home : S_NONE;

	jo_kv_text(o, "draft", d->id);
	jo_kv_text(o, "thread", d->q.thread);
	jo_kv_text(o, "kind_name", kind_title(v, s.k, d->kind));
	jo_kv_text(o, "step_name", step_title(v, s.k, d->step));
	jo_kv_text(o, "case", home_case(v, d->home, &h) ? h.num : S_NONE);
	jo_kv_text(o, "by", author_name(v, d->actor));
	if (d->q.after > v->c->now)
		m_time(v, o, "after", d->q.after);
	jo_kv_bool(o, "own", own);
	jo_kv_bool(o, "local", d->local);
	jo_kv_bool(o, "may_send", !own && visit_can(v, "approve", home));
	jo_kv_bool(o, "may_hold", visit_can(v, "thread.prepare", home));
	jo_kv_bool(o, "may_drop", visit_can(v, "thread.drop", home));
	m_mark(v, o, slice_of(tlp_words[d->item.tlp]), s.k ? gate_purpose_at(v->h->gate, s.k->purpose)->id : S_NONE,
	       slice_of(onward_words[d->item.onward]), d->item.expires);
	jo_key(o, S("recipients"));
	jo_array(o);
	for (size_t i = 0; i < d->n; i++)
		TRY(put_recipient(&s, o, &d->previews[i]));
	jo_end_array(o);
	return OK;
}

static rc find_draft(struct visit *v, const char *what, struct draft *ret)
{
	struct exchange x = together(v);
	struct draft *list;
	struct look look;
	size_t n;

	/* rights first: what is not theirs to see is not opened */
	TRY(thread_drafts(v->c, v->st, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_eq(list[i].id, visit_text(v, "draft"))) {
			TRY(together_may(v, what, list[i].home));
			look = visit_look(v);
			return thread_draft_open(v->c, &x, &look, list[i].id, ret);
		}
	return FAIL(v->c, E_NOTFOUND, "thread.no_draft");
}

rc page_preview(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "preview");
	struct draft d;

	TRY(find_draft(v, "page:threads", &d));
	return put_draft(v, o, &d);
}

/* ---- keeping back more ---- */

static bool was_held(const struct json *old, slice node, slice path)
{
	const struct json *list = old && old->type == JSON_OBJECT ? json_get(old, node) : old;

	for JSON_EACH(x, list)
		if (slice_eq(json_text(x), path))
			return true;
	return false;
}

/* hold.<field> with a node, as often as wanted; "*" for all. JSON may give a list. */
static bool is_held(struct visit *v, slice path, slice node)
{
	for (size_t i = 0; i < v->in->n; i++) {
		const struct pair *x = &v->in->pairs[i];

		if (!slice_starts(x->name, S("hold.")) || !slice_eq(slice_sub(x->name, 5, SIZE_MAX), path))
			continue;
		if (slice_is(x->value, "*") || slice_eq(x->value, node))
			return true;
		if (x->value.len > 1 && x->value.p[0] == '[') {
			const struct json *list;
			bool hit = false;

			if (json_parse(v->c, x->value, &list) != OK) {
				fault_clear(v->c);
				continue;
			}
			for JSON_EACH(y, list)
				hit = hit || slice_eq(json_text(y), node);
			if (hit)
				return true;
		}
	}
	return false;
}

static rc put_held(struct visit *v, struct json_out *o, const struct draft *d, const struct json *old, size_t *ret_new)
{
	*ret_new = 0;
	jo_key(o, S("hold"));
	jo_object(o);
	for (size_t i = 0; i < d->n; i++) {
		jo_key(o, d->previews[i].to.node);
		jo_array(o);
		for (size_t f = 0; f < d->item.nfields; f++) {
			slice path = d->item.fields[f].path, node = d->previews[i].to.node;
			bool was = was_held(old, node, path), now = is_held(v, path, node);

			if (was || now)
				jo_text(o, path);
			*ret_new += now && !was && d->previews[i].outcomes[f].effect != GATE_KEEP;
		}
		jo_end_array(o);
	}
	jo_end_object(o);
	return OK;
}

/* The content of the draft with more held back. */
static rc held_content(struct visit *v, const struct draft *d, slice *ret, size_t *ret_new)
{
	const struct json *all, *content;
	struct json_out o;
	struct buf b;

	TRY(json_parse(v->c, d->q.content, &all));
	content = json_get(all, S("content"));
	buf_init(&b, v->c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	for JSON_EACH(m, content) {
		if (slice_is(m->name, "hold"))
			continue;
		jo_key(&o, m->name);
		jo_value(&o, m);
	}
	TRY(put_held(v, &o, d, json_get(content, S("hold")), ret_new));
	jo_end_object(&o);
	return buf_done(v->c, &b, ret);
}

/* A new draft takes the place of the old one; who keeps back more is the one who prepared it. */
rc page_preview_hold(struct visit *v, struct page *p)
{
	struct exchange x = together(v);
	struct draft d, again;
	struct request q;
	struct act act;
	size_t fresh;
	int64_t seq;

	TRY(find_draft(v, "thread.prepare", &d));
	q = d.q;
	q.thread = d.q.thread;
	TRY(held_content(v, &d, &q.content, &fresh));
	if (fresh == 0)
		return visit_wrong(v, S("hold"), "渡さない項目を選んでください。", "Choose what is to be kept back.");
	if (slice_eq(q.home, d.thread))
		q.home = S_NONE;
	TRY(thread_prepare(v->c, &x, &v->actor, &q, &again));
	TRY(thread_act_drop(v->c, &v->actor, &d, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/previews/%" S_FMT, S_ARG(again.id));
}

rc page_preview_send(struct visit *v, struct page *p)
{
	struct exchange x = together(v);
	struct draft d;
	slice thread;

	TRY(find_draft(v, "approve", &d));
	TRY(thread_send(v->c, &x, &v->actor, &d, &thread));
	return page_go(v, p, "/threads/%" S_FMT, S_ARG(thread));
}

rc page_preview_drop(struct visit *v, struct page *p)
{
	struct draft d;
	struct act act;
	int64_t seq;

	TRY(find_draft(v, "thread.drop", &d));
	TRY(thread_act_drop(v->c, &v->actor, &d, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/threads");
}
