/* Preparing a step: is it allowed, is it covered, what would each recipient get. */
#include "base/limits.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

/* ---- the draft as it lies sealed ---- */

rc request_text(struct ctx *c, const struct request *q, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "after", q->after);
	jo_key(&o, S("content"));
	jo_raw(&o, q->content.len ? q->content : S("{}"));
	jo_kv_int(&o, "due", q->due);
	jo_kv_int(&o, "embargo", q->embargo);
	jo_kv_text(&o, "fix", q->fix);
	jo_kv_bool(&o, "opens", q->thread.len == 0);
	jo_key(&o, S("parties"));
	jo_array(&o);
	for (size_t i = 0; i < q->nparties; i++)
		jo_text(&o, q->parties[i]);
	jo_end_array(&o);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static int64_t int_of(const struct json *v, const char *name)
{
	const struct json *m = json_get(v, slice_of(name));

	return m && m->type == JSON_INT ? m->num : 0;
}

static rc get_request(struct ctx *c, slice bytes, struct request *ret, const struct json **ret_content, bool *ret_opens)
{
	const struct json *v, *list;
	slice *parties;
	size_t n = 0;

	TRY(json_parse(c, bytes, &v));
	list = json_get(v, S("parties"));
	TRY_ARRAY(c, parties, list ? list->count + 1 : 1);
	for JSON_EACH(p, list)
		parties[n++] = json_text(p);
	ret->parties = parties;
	ret->nparties = n;
	ret->after = int_of(v, "after");
	ret->due = int_of(v, "due");
	ret->embargo = int_of(v, "embargo");
	ret->fix = json_text(json_get(v, S("fix")));
	*ret_content = json_get(v, S("content"));
	*ret_opens = json_is_true(json_get(v, S("opens")));
	return OK;
}

/* ---- who gets it ---- */

static bool is_named(const struct json *content, slice node)
{
	for JSON_EACH(v, json_get(content, S("named")))
		if (slice_eq(json_text(v), node))
			return true;
	return false;
}

/* "hold": ["field", …] for all, or {"node": ["field", …]}. */
static rc hold_back(struct ctx *c, const struct json *hold, slice node, const struct gate_item *item, struct gate_outcome *outcomes)
{
	const struct json *list = hold && hold->type == JSON_OBJECT ? json_get(hold, node) : hold;

	for JSON_EACH(v, list)
		TRY(gate_hold(c, item, json_text(v), outcomes));
	return OK;
}

/* What the officer kept back from anybody: the next of a ladder was not there to be decided about by itself. */
rc hold_from_next(struct ctx *c, const struct json *hold, const struct gate_item *item, struct gate_outcome *outcomes)
{
	if (!hold || hold->type != JSON_OBJECT)
		return hold_back(c, hold, S_NONE, item, outcomes);
	for JSON_EACH(list, hold)
		TRY(hold_back(c, list, S_NONE, item, outcomes));
	return OK;
}

static rc preview_one(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct thread_step *s,
                      const struct json *content, const struct draft *d, slice node, bool opens, struct preview *ret)
{
	const struct gate_item *item = &d->item;
	struct gate_recipient to;

	TRY(recipient_of(c, x, k, node, true, item->tlp, &ret->to, &to));
	if (opens && !(k->to & BIT(to.cls))) {
		(void)FAIL(c, E_DENIED, "thread.class");
		fault_name(c, node);
		return E_DENIED;
	}
	ret->begins = opens;
	/* who answers the one that opened the thread has it before its eyes: that one is named */
	to.named = s->flags & STEP_EMBARGO || item->embargo != 0 || d->answers || is_named(content, node);
	TRY_ARRAY(c, ret->outcomes, item->nfields + 1);
	gate_decide(x->g, item, &to, k->purpose, c->now, ret->outcomes);
	TRY(hold_back(c, json_get(content, S("hold")), node, item, ret->outcomes));
	ret->kept = 0;
	for (size_t i = 0; i < item->nfields; i++)
		ret->kept += ret->outcomes[i].effect == GATE_KEEP;
	return OK;
}

struct plan {
	const struct thread_kind *k;
	const struct thread_step *s;
	struct thread t;
	bool opens;
	struct move m;
	slice nodes[PARTIES_MOST], late[PARTIES_MOST];
	bool begins[PARTIES_MOST];   /* the thread begins with this step for that one */
	size_t n, nlate;
};

static rc preview_all(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct thread_step *s,
                      const struct json *content, const struct plan *p, struct draft *d)
{
	TRY(item_of(c, x, k, s, d->home, content, d->q.embargo, &d->item));
	d->free = (s->flags & STEP_FREE) != 0;
	d->local = (s->flags & STEP_LOCAL) != 0;
	d->n = d->local ? 0 : p->n;
	d->answers = !p->opens && !p->t.ours;
	TRY_ARRAY(c, d->previews, p->n + 1);
	for (size_t i = 0; i < d->n; i++)
		TRY(preview_one(c, x, k, s, content, d, p->nodes[i], p->begins[i], &d->previews[i]));
	return OK;
}

/* ---- checks that are not the gate's ---- */

static rc check_opening(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct request *q)
{
	slice cls;
	int32_t i;

	if (q->nparties == 0)
		return FAIL(c, E_INVALID, "thread.nobody");   /* nobody named means nobody, never everybody */
	if (q->nparties > PARTIES_MOST)
		return FAIL(c, E_LIMIT, "thread.parties");
	for (size_t a = 0; a < q->nparties; a++)
		for (size_t b = 0; b < a; b++)
			if (slice_eq(q->parties[a], q->parties[b]))
				return FAIL(c, E_INVALID, "gate.twice");
	TRY(house_class(c, node_store(x->n), &cls));
	i = gate_recipient_find(x->g, cls);
	if (i < 0)
		return FAIL(c, E_INVALID, "thread.no_house");
	return k->opens & BIT(i) ? OK : FAIL(c, E_DENIED, "thread.opens");
}

static bool has_evidence(const struct json *content)
{
	const struct json *v = json_get(json_get(content, S("fields")), S("evidence"));

	return v && ((v->type == JSON_TEXT && slice_trim(v->text).len > 0) || v->type == JSON_ARRAY);
}

static void add_recipient(struct plan *p, slice node, bool begins)
{
	p->nodes[p->n] = node;
	p->begins[p->n++] = begins;
}

/* Those of a class that is called late stand on our list alone until they are. */
static rc find_first(struct ctx *c, const struct exchange *x, const struct request *q, struct plan *p)
{
	for (size_t i = 0; i < q->nparties; i++) {
		struct partner partner = { 0 };
		int32_t cls;

		if (p->k->late != 0)
			TRY(partner_find(c, node_store(x->n), q->parties[i], &partner));
		cls = p->k->late ? gate_recipient_find(x->g, partner.cls) : -1;
		if (cls >= 0 && p->k->late & BIT(cls))
			p->late[p->nlate++] = q->parties[i];
		else if (!p->k->ladder || i == 0)
			add_recipient(p, q->parties[i], true);
	}
	return p->n > 0 ? OK : FAIL(c, E_INVALID, "thread.nobody");
}

/* An opener's step goes to all that were called, a party's to the opener. */
static rc find_recipients(struct ctx *c, const struct exchange *x, const struct request *q, struct plan *p)
{
	struct thread_party *v;
	size_t n;

	if (p->opens)
		return find_first(c, x, q, p);
	if (!p->t.ours) {
		add_recipient(p, p->t.hub, false);
	} else if (p->m.call.len > 0) {
		add_recipient(p, p->m.call, true);
	} else {
		TRY(thread_parties(c, node_store(x->n), p->t.id, &v, &n));
		for (size_t i = 0; i < n; i++)
			if (v[i].called || p->m.calls)
				add_recipient(p, v[i].node, !v[i].called);
	}
	return OK;
}

/* Those who told that they cite what has changed. */
static rc find_citing(struct ctx *c, const struct exchange *x, struct plan *p)
{
	struct thread_event *e;
	size_t n;
	slice *v;

	TRY(thread_events(c, node_store(x->n), p->t.id, &e, &n));
	TRY_ARRAY(c, v, PARTIES_MOST);
	for (size_t i = 0; i < n && p->m.nowes < PARTIES_MOST; i++) {
		bool known = !slice_is(e[i].step, "cite");

		for (size_t k = 0; k < p->m.nowes; k++)
			known = known || slice_eq(v[k], e[i].node);
		if (!known)
			v[p->m.nowes++] = e[i].node;
	}
	p->m.owes = v;
	return OK;
}

static rc make_plan(struct ctx *c, const struct exchange *x, const struct request *q, const struct json *content, struct plan *p)
{
	if (!p->opens) {
		TRY(thread_find(c, node_store(x->n), q->thread, &p->t));
		p->k = thread_kind_find(x->kinds, p->t.kind);
	} else {
		p->k = thread_kind_find(x->kinds, q->kind);
	}
	p->s = p->k ? thread_step_find(p->k, q->step.len ? q->step : S("open")) : NULL;
	if (!p->k)
		return FAIL(c, E_INVALID, "thread.kind");
	if (!p->s)
		return FAIL(c, E_INVALID, "thread.step");
	if (p->k->exercise && !node_is_exercise(x->n))
		return FAIL(c, E_DENIED, "thread.drill");
	if (p->opens)
		TRY(check_opening(c, x, p->k, q));
	TRY(thread_move(c, node_store(x->n), p->k, p->s, p->opens ? NULL : &p->t, node_name(x->n), has_evidence(content), &p->m));
	if (p->s->flags & STEP_EVENT && !slice_starts(p->t.home, S("c-")))
		return FAIL(c, E_INVALID, "thread.no_case");
	if (p->opens && p->s != &p->k->steps[0])
		return FAIL(c, E_CONFLICT, "thread.state");
	if (p->s->flags & STEP_EMBARGO && q->embargo <= c->now)
		return FAIL(c, E_INVALID, "thread.embargo");
	if (q->embargo > 0) {
		p->m.embargo = q->embargo;
		p->m.has_embargo = true;
	}
	if (p->s->flags & STEP_DUE && (q->due > 0 || p->k->due_minutes > 0)) {
		p->m.due = q->due > 0 ? q->due : (q->after > c->now ? q->after : c->now) + p->k->due_minutes * 60000;
		p->m.has_due = true;
	}
	if (p->s->flags & STEP_CITED && p->t.ours)
		TRY(find_citing(c, x, p));
	return find_recipients(c, x, q, p);
}

/* ---- preparing ---- */

/* Rules that kept something back, each once: in the clear part, so that a refusal stands on record. */
static rc put_members(struct ctx *c, const struct exchange *x, const struct draft *d, slice *ret)
{
	bool seen[GATE_WORDS_MOST * 4] = { false }, any = false;
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "kind", d->kind);
	jo_kv_text(&o, "step", d->step);
	jo_kv_text(&o, "thread", d->thread);
	for (size_t i = 0; i < d->n; i++)
		for (size_t f = 0; f < d->item.nfields; f++) {
			const struct gate_outcome *out = &d->previews[i].outcomes[f];

			if (out->effect != GATE_KEEP || seen[out->rule % 256])
				continue;
			seen[out->rule % 256] = true;
			if (!any) {
				jo_key(&o, S("kept"));
				jo_array(&o);
			}
			any = true;
			jo_text(&o, gate_rule(x->g, out->rule).id);
		}
	if (any)
		jo_end_array(&o);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc parse_content(struct ctx *c, slice content, const struct json **ret)
{
	TRY(json_parse(c, content.len ? content : S("{}"), ret));
	return (*ret)->type == JSON_OBJECT ? OK : FAIL(c, E_INVALID, "thread.content");
}

rc thread_prepare(struct ctx *c, const struct exchange *x, const struct actor *who, const struct request *q, struct draft *ret)
{
	struct plan p = { .opens = q->thread.len == 0 };
	struct draft d = { .q = *q, .thread = q->thread, .actor = who->id, .state = S("waiting") };
	struct act act = { .act = S("thread.prepare"), .actor = *who };
	const struct json *content;
	struct payload payload = { 0 };

	TRY(parse_content(c, q->content, &content));
	TRY(make_plan(c, x, q, content, &p));
	d.kind = p.k->id;
	d.step = p.s->id;
	if (p.opens)
		TRY(id_new(c, "t", &d.q.thread));
	d.home = p.opens ? (q->home.len ? q->home : d.q.thread) : p.t.home;
	TRY(preview_all(c, x, p.k, p.s, content, &p, &d));
	d.thread = d.q.thread;
	TRY(id_new(c, "d", &d.id));
	d.q.thread = q->thread;
	TRY(request_text(c, &d.q, &payload.bytes));
	TRY(put_members(c, x, &d, &act.members));
	act.case_id = d.home;
	act.obj = (struct words){ &d.id, 1 };
	act.seal = &payload;
	act.nseal = 1;
	TRY(node_append(c, x->n, &act, &d.seq));
	d.q.thread = d.thread;
	*ret = d;
	return OK;
}

static rc draft_row(struct ctx *c, const struct exchange *x, slice id, struct draft *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, node_store(x->n), &q, &found, STMT_DRAFT_BY_ID, v_text(id)));
	if (!found)
		return FAIL(c, E_NOTFOUND, "thread.no_draft");
	*ret = (struct draft){ .seq = query_int(&q, 1) };
	TRY(slice_keep(c, query_text(&q, 0), &ret->id));
	TRY(slice_keep(c, query_text(&q, 2), &ret->thread));
	TRY(slice_keep(c, query_text(&q, 3), &ret->home));
	TRY(slice_keep(c, query_text(&q, 4), &ret->kind));
	TRY(slice_keep(c, query_text(&q, 5), &ret->step));
	TRY(slice_keep(c, query_text(&q, 6), &ret->actor));
	return slice_keep(c, query_text(&q, 7), &ret->state);
}

rc thread_draft_open(struct ctx *c, const struct exchange *x, const struct look *look, slice id, struct draft *ret)
{
	const struct opened *opened;
	const struct json *content;
	struct plan p = { 0 };
	struct entry e;
	struct draft d;
	size_t n;

	TRY(draft_row(c, x, id, &d));
	if (!slice_is(d.state, "waiting"))
		return FAIL(c, E_CONFLICT, "thread.draft_done");
	TRY(record_get(c, x->n, d.seq, &e));   /* it may have been hung on a case since */
	TRY(node_view(c, x->n, look, e.case_id, &d.seq, 1, &opened, &n));
	if (n == 0 || opened[0].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "thread.no_draft");
	TRY(get_request(c, opened[0].bytes, &d.q, &content, &p.opens));
	d.q.kind = d.kind;
	d.q.step = d.step;
	d.q.thread = p.opens ? S_NONE : d.thread;
	d.q.home = d.home;
	TRY(make_plan(c, x, &d.q, content, &p));
	{
		slice thread = d.thread;

		d.thread = d.q.thread;
		TRY(preview_all(c, x, p.k, p.s, content, &p, &d));
		d.thread = thread;
	}
	d.q.content = opened[0].bytes;   /* what is sealed again with the step */
	*ret = d;
	return OK;
}

/* ---- what the sender needs again ---- */

rc draft_plan(struct ctx *c, const struct exchange *x, const struct draft *d, const struct json **ret_content, struct move *ret,
              const struct thread_kind **ret_kind)
{
	struct request q = { 0 };
	struct plan p = { 0 };
	slice *late;

	TRY(get_request(c, d->q.content, &q, ret_content, &p.opens));
	q.kind = d->kind;
	q.step = d->step;
	q.thread = p.opens ? S_NONE : d->thread;
	TRY(make_plan(c, x, &q, *ret_content, &p));
	p.m.thread = d->thread;
	if (p.opens) {
		p.m.parties = q.parties;
		p.m.nparties = q.nparties;
		p.m.call = p.k->ladder ? q.parties[0] : S_NONE;
		TRY_ARRAY(c, late, p.nlate + 1);
		for (size_t i = 0; i < p.nlate; i++)
			late[i] = p.late[i];
		p.m.late = late;
		p.m.nlate = p.nlate;
	}
	*ret = p.m;
	*ret_kind = p.k;
	return OK;
}
