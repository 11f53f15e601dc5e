/* Sending: approval, step, one disclosure for each recipient, in one transaction. Nothing here touches a network. */
#include <sodium.h>

#include "work/thread/thread_inside.h"

#include "base/banned.h"

/* ---- acts ---- */

static rc env_id(struct ctx *c, slice *ret)
{
	slice a, b;
	struct buf out;

	TRY(id_new(c, "e", &a));
	TRY(id_new(c, "x", &b));
	buf_init(&out, c->a, 64);
	buf_put(&out, a);
	buf_put(&out, slice_sub(b, 2, 10));   /* 130 bits in all */
	return buf_keep(c, &out, ret);
}

static rc disclose_members(struct ctx *c, const struct disclosure *d, slice env, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	if (d->after > c->now)
		jo_kv_int(&o, "after", d->after);
	if (d->doc.len > 0)
		jo_kv_text(&o, "doc", d->doc);
	jo_kv_text(&o, "env", env);
	jo_kv_int(&o, "eseq", d->eseq);
	jo_kv_int(&o, "exp", (d->after > c->now ? d->after : c->now) + (d->life ? d->life : ENVELOPE_LIFE));
	if (d->fix.len > 0)
		jo_kv_text(&o, "fix", d->fix);
	jo_kv_text(&o, "kind", d->kind);
	jo_key(&o, S("mark"));
	jo_object(&o);
	if (d->mark.expires)
		jo_kv_int(&o, "expires", d->mark.expires);
	if (d->mark.onward.len > 0)
		jo_kv_text(&o, "onward", d->mark.onward);
	jo_kv_text(&o, "purpose", d->mark.purpose);
	jo_kv_text(&o, "tlp", d->mark.tlp);
	jo_end_object(&o);
	if (d->doc.len > 0) {
		jo_kv_int(&o, "of", d->of);
		jo_kv_int(&o, "piece", d->piece);
	}
	if (d->re.len > 0)
		jo_kv_text(&o, "re", d->re);
	if (d->recall.len > 0)
		jo_kv_text(&o, "recall", d->recall);
	if (d->doc.len > 0)
		jo_kv_int(&o, "size", d->size);
	jo_kv_text(&o, "thread", d->thread);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* The body as it is sealed for the recipient, and the seed that makes the envelope the same each time it is made. */
static rc disclose_seals(struct ctx *c, const struct disclosure *d, struct act *act)
{
	struct payload *p;
	unsigned char *seed;

	TRY_ARRAY(c, p, 2);
	seed = arena_bytes(c->a, 32);
	if (!seed)
		return FAIL(c, E_LIMIT, "memory.limit");
	randombytes_buf(seed, 32);
	p[0].bytes = d->body;
	p[1].bytes = (slice){ (const char *)seed, 32 };
	act->seal = p;
	act->nseal = 2;
	return OK;
}

rc disclose_act(struct ctx *c, const struct exchange *x, const struct actor *who, const struct disclosure *d, struct act *ret,
                slice *ret_env)
{
	struct act act = { .act = d->appr ? S("item.disclose") : S("item.answer"), .actor = *who, .case_id = d->home };
	slice *words;

	(void)x;
	if (d->body.len > ENVELOPE_BODY_MOST - 64)
		return FAIL(c, E_LIMIT, "envelope.limit");
	TRY_ARRAY(c, words, 2);
	TRY(env_id(c, &words[0]));
	words[1] = d->to;
	act.obj = (struct words){ &words[0], 1 };
	act.to = (struct words){ &words[1], 1 };
	if (d->appr)
		act.appr = (struct ints){ d->appr, 1 };
	TRY(disclose_members(c, d, words[0], &act.members));
	TRY(disclose_seals(c, d, &act));
	*ret = act;
	*ret_env = words[0];
	return OK;
}

/* ---- one step to its recipients ---- */

static struct envelope_mark mark_of(const struct exchange *x, const struct thread_kind *k, const struct gate_item *item)
{
	return (struct envelope_mark){ .tlp = slice_of(tlp_words[item->tlp]), .purpose = gate_purpose_at(x->g, k->purpose)->id,
		.onward = slice_of(onward_words[item->onward]), .expires = item->expires };
}

static rc fields_text(struct ctx *c, const struct exchange *x, const struct gate_item *item, const struct gate_outcome *outcomes, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, ENVELOPE_BODY_MOST);
	o = json_out_on(&b);
	TRY(gate_put_redacted(c, x->g, item, outcomes, &o));
	return buf_keep(c, &b, ret);
}

struct sending {
	const struct exchange *x;
	const struct thread_kind *k;
	const struct draft *d;
	struct move m;
	struct actor preparer;
	const int64_t *appr;      /* NULL: free */
};

static bool is_late(const struct move *m, slice node)
{
	for (size_t i = 0; i < m->nlate; i++)
		if (slice_eq(m->late[i], node))
			return true;
	return false;
}

/* Which parties a recipient is told of, where some are called late. */
static rc told_of(struct ctx *c, const struct sending *s, const struct preview *p, struct move *m)
{
	slice *v;
	size_t n = 0;

	TRY_ARRAY(c, v, s->m.nparties + 1);
	if (!s->m.opens && p->begins)
		v[n++] = p->to.node;
	for (size_t i = 0; s->m.opens && i < s->m.nparties; i++)
		if (!is_late(&s->m, s->m.parties[i]))
			v[n++] = s->m.parties[i];
	m->opens = s->m.opens || p->begins;
	m->parties = v;
	m->nparties = n;
	return OK;
}

static bool is_among(const slice *v, size_t n, slice node)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i], node))
			return true;
	return false;
}

static rc disclosure_for(struct ctx *c, const struct sending *s, const struct preview *p, const int64_t *appr, struct act *ret)
{
	struct store *st = node_store(s->x->n);
	struct disclosure d = { .home = s->d->home, .thread = s->d->thread, .kind = s->d->kind, .to = p->to.node,
		.mark = mark_of(s->x, s->k, &s->d->item), .appr = appr, .fix = s->d->q.fix, .after = s->d->q.after };
	struct move m = s->m;
	slice prev, fields, env;

	m.kept = (int64_t)p->kept;
	m.nlate = 0;
	m.calls = false;
	m.nowes = 0;
	if (s->m.nowes > 0 && !is_among(s->m.owes, s->m.nowes, p->to.node))
		m.has_due = false;   /* it is told, and owes nothing */
	if (s->k->ladder) {   /* who else is on the ladder is not told */
		m.parties = &p->to.node;
		m.nparties = m.opens ? 1 : 0;
		m.call = S_NONE;
	} else if (s->k->late != 0) {   /* nor who will be heard, nor, to those heard, who hears */
		TRY(told_of(c, s, p, &m));
	}
	TRY(next_eseq(c, st, p->to.node, &d.eseq));
	TRY(prev_envelope(c, st, s->d->thread, p->to.node, &prev));
	TRY(fields_text(c, s->x, &s->d->item, p->outcomes, &fields));
	TRY(body_text(c, &m, prev, fields, &d.body));
	return disclose_act(c, s->x, &s->preparer, &d, ret, &env);
}

/* In a batch the approval stands before everything that rests on it: refs count back from each act. */
static rc back_refs(struct ctx *c, size_t n, int64_t **ret)
{
	TRY_ARRAY(c, *ret, n + 1);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = -(int64_t)i - 1;
	return OK;
}

static rc approve_act(struct ctx *c, const struct actor *who, const struct draft *d, struct act *ret)
{
	int64_t *ref;

	TRY_NEW(c, ref);
	*ref = d->seq;
	*ret = (struct act){ .act = S("approve"), .actor = *who, .case_id = d->home, .ref = { ref, 1 } };
	return OK;
}

static rc sent_act(struct ctx *c, const struct actor *who, const struct draft *d, slice name, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = d->id;
	*ret = (struct act){ .act = name, .actor = *who, .case_id = d->home, .obj = { obj, 1 } };
	return OK;
}

rc thread_act_drop(struct ctx *c, const struct actor *who, const struct draft *d, struct act *ret)
{
	return sent_act(c, who, d, S("thread.drop"), ret);
}

static rc send_acts(struct ctx *c, const struct sending *s, const struct actor *who, struct act *acts, size_t *ret_n)
{
	bool free = s->d->free;
	int64_t *back;
	size_t n = 0;

	TRY(back_refs(c, s->d->n + 3, &back));
	if (!free)
		TRY(approve_act(c, who, s->d, &acts[n++]));
	TRY(step_act(c, &s->preparer, s->d->home, &s->m, s->d->q.content, free ? NULL : &back[0], &acts[n]));
	n++;
	for (size_t i = 0; i < s->d->n; i++) {
		TRY(disclosure_for(c, s, &s->d->previews[i], free ? NULL : &back[n - 1], &acts[n]));
		n++;
	}
	TRY(sent_act(c, who, s->d, S("thread.sent"), &acts[n++]));
	if (thread_step_find(s->k, s->m.step)->flags & STEP_EVENT)
		TRY(step_event_act(c, s->x, who, s->d, &acts[n++]));
	*ret_n = n;
	return OK;
}

rc thread_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct draft *d, slice *ret_thread)
{
	struct sending s = { .x = x, .d = d };
	const struct json *content;
	struct entry prepared;
	struct act *acts;
	int64_t first;
	size_t n;

	if (!d->free && slice_eq(who->id, d->actor))
		return FAIL(c, E_DENIED, "thread.self");
	TRY(record_get(c, x->n, d->seq, &prepared));
	s.preparer = prepared.actor;
	TRY(draft_plan(c, x, d, &content, &s.m, &s.k));
	TRY_ARRAY(c, acts, d->n + 4);
	TRY(send_acts(c, &s, who, acts, &n));
	TRY(node_append_all(c, x->n, acts, n, &first));
	*ret_thread = d->thread;
	return OK;
}

rc thread_act_link(struct ctx *c, const struct actor *who, const struct thread *t, slice case_id, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = t->id;
	*ret = (struct act){ .act = S("thread.link"), .actor = *who, .case_id = case_id, .obj = { obj, 1 } };
	return OK;
}

/* ---- many at once ---- */

#define NOTICE_GROUP 64u

struct run {
	const struct exchange *x;
	const struct thread_kind *k;
	const struct actor *who;
	slice home;
	int64_t appr;
};

static rc notice_acts(struct ctx *c, const struct run *r, const struct told *v, struct act acts[2])
{
	const struct thread_step *s = &r->k->steps[0];
	struct store *st = node_store(r->x->n);
	struct disclosure d = { .home = r->home, .kind = r->k->id, .to = v->node, .appr = &r->appr };
	const struct json *content;
	struct gate_outcome *outcomes;
	struct gate_recipient to;
	struct gate_item item;
	struct partner p;
	struct move m;
	slice fields, env;

	TRY(json_parse(c, v->content, &content));
	TRY(thread_move(c, st, r->k, s, NULL, node_name(r->x->n), false, &m));
	TRY(id_new(c, "t", &m.thread));
	if (r->k->due_minutes > 0) {
		m.has_due = true;
		m.due = c->now + r->k->due_minutes * 60000;
	}
	m.parties = &v->node;
	m.nparties = 1;
	TRY(item_of(c, r->x, r->k, s, r->home, content, 0, &item));
	TRY(recipient_of(c, r->x, r->k, v->node, true, item.tlp, &p, &to));
	if (!(r->k->to >> to.cls & 1))
		return FAIL(c, E_DENIED, "thread.class");
	TRY_ARRAY(c, outcomes, item.nfields + 1);
	gate_decide(r->x->g, &item, &to, r->k->purpose, c->now, outcomes);
	for (size_t i = 0; i < item.nfields; i++)
		m.kept += outcomes[i].effect == GATE_KEEP;
	TRY(fields_text(c, r->x, &item, outcomes, &fields));
	TRY(body_text(c, &m, S_NONE, fields, &d.body));
	d.thread = m.thread;
	d.mark = mark_of(r->x, r->k, &item);
	TRY(next_eseq(c, st, v->node, &d.eseq));
	/* what goes is what is told: the step keeps no second copy */
	TRY(step_act(c, r->who, r->home, &m, S_NONE, &r->appr, &acts[0]));
	return disclose_act(c, r->x, r->who, &d, &acts[1], &env);
}

/* A group in one transaction; its memory is given back. */
static rc send_group(struct ctx *c, const struct run *r, const struct told *v, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)512 << 20);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct act acts[NOTICE_GROUP * 2];
	int64_t first;
	rc result = OK;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (size_t i = 0; i < n && result == OK; i++)
		result = notice_acts(&own, r, &v[i], &acts[i * 2]);
	if (result == OK)
		result = node_append_all(&own, r->x->n, acts, n * 2, &first);
	if (result != OK)
		c->fault = own.fault;
	return result;
}

rc told_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice kind, slice home,
               const struct told *v, size_t n, size_t *ret_sent)
{
	struct run r = { .x = x, .k = thread_kind_find(x->kinds, kind), .who = who, .home = home };
	struct act approve = { .act = S("approve"), .actor = *by, .case_id = home };
	slice cls;
	int32_t i;

	if (!r.k)
		return FAIL(c, E_INVALID, "thread.kind");
	if (slice_eq(who->id, by->id))
		return FAIL(c, E_DENIED, "thread.self");
	TRY(house_class(c, node_store(x->n), &cls));
	i = gate_recipient_find(x->g, cls);
	if (i < 0 || !(r.k->opens >> i & 1))
		return FAIL(c, E_DENIED, "thread.opens");
	TRY(node_append(c, x->n, &approve, &r.appr));
	for (*ret_sent = 0; *ret_sent < n;) {
		size_t group = n - *ret_sent < NOTICE_GROUP ? n - *ret_sent : NOTICE_GROUP;

		TRY(send_group(c, &r, v + *ret_sent, group));
		*ret_sent += group;
	}
	return OK;
}

/* ---- the ladder ---- */

/* The opening step: what was approved for whoever is called. */
static rc first_step(struct ctx *c, const struct exchange *x, const struct thread *t, struct entry *ret, const struct json **ret_content)
{
	const struct opened *opened;
	const struct json *v;

	TRY(record_get(c, x->n, t->seq, ret));
	TRY(node_open_payloads(c, x->n, ret, PURPOSE_PROJECT, &opened));
	if (ret->nseals == 0 || opened[0].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "thread.none");
	TRY(json_parse(c, opened[0].bytes, &v));
	*ret_content = json_get(v, S("content"));
	return OK;
}

static rc ring(struct ctx *c, const struct exchange *x, const struct thread *t, const struct thread_kind *k)
{
	const struct thread_step *s = thread_step_find(k, S("next"));
	struct sending sending = { .x = x, .k = k };
	struct draft d = { .home = t->home, .thread = t->id, .kind = k->id, .step = S("next"), .n = 1 };
	struct act acts[2];
	const struct json *content;
	struct preview p = { .begins = true };
	struct gate_recipient to;
	struct entry e;
	int64_t first;

	NEVER(!s);
	TRY(first_step(c, x, t, &e, &content));
	NEVER(e.appr.n != 1);
	TRY(thread_move(c, node_store(x->n), k, s, t, node_name(x->n), false, &sending.m));
	sending.m.has_due = true;
	sending.m.due = c->now + k->due_minutes * 60000;
	TRY(item_of(c, x, k, s, t->home, content, 0, &d.item));
	TRY(recipient_of(c, x, k, sending.m.call, true, d.item.tlp, &p.to, &to));
	TRY_ARRAY(c, p.outcomes, d.item.nfields + 1);
	gate_decide(x->g, &d.item, &to, k->purpose, c->now, p.outcomes);
	TRY(hold_from_next(c, json_get(content, S("hold")), &d.item, p.outcomes));
	for (size_t i = 0; i < d.item.nfields; i++)
		p.kept += p.outcomes[i].effect == GATE_KEEP;
	d.previews = &p;
	sending.d = &d;
	sending.preparer = e.actor;
	TRY(step_act(c, &e.actor, t->home, &sending.m, S_NONE, e.appr.v, &acts[0]));
	sending.m.opens = true;   /* to the one who is called now the thread begins */
	sending.m.step = k->steps[0].id;
	TRY(disclosure_for(c, &sending, &p, e.appr.v, &acts[1]));
	return node_append_all(c, x->n, acts, 2, &first);
}

rc thread_tick(struct ctx *c, const struct exchange *x, size_t *ret_n)
{
	struct thread *v;
	size_t n, done = 0;

	TRY(thread_overdue(c, node_store(x->n), c->now, 500, &v, &n));
	for (size_t i = 0; i < n; i++) {
		const struct thread_kind *k = thread_kind_find(x->kinds, v[i].kind);
		rc r;

		if (!v[i].ours || !k || !k->ladder || !slice_is(v[i].state, "called"))
			continue;
		r = ring(c, x, &v[i], k);
		if (r == E_NOTFOUND || r == E_DENIED) {   /* nobody is left, or nothing covers the next: a person sees it as overdue */
			fault_clear(c);
			continue;
		}
		TRY(r);
		done++;
	}
	TRY(thread_propose(c, x, &n));
	*ret_n = done;
	return OK;
}
