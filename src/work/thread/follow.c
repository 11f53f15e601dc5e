/* What follows by itself: proposals after something came in, and what a step leaves in the course of events of its case. */
#include "base/limits.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define PROPOSE_MOST 50

/* ---- is it owed? ---- */

/* Roles of the law's scheme by what the node is to others. */
static const struct { const char *cls, *role; } roles[] = {
	{ "regulator", "ppc" }, { "coordinator", "nco" }, { "police", "police" }, { "advisor", "ipa" },
};

slice role_of_class(slice cls)
{
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (slice_is(cls, roles[i].cls))
			return slice_of(roles[i].role);
	return S_NONE;
}

/* A fact that the law does not know in this form stays not known. */
static rc state(struct ctx *c, struct law_facts *f, const char *id, const struct json *v)
{
	rc r = v ? law_fact_set(c, f, slice_of(id), v) : OK;

	if (r != E_INVALID)
		return r;
	fault_clear(c);
	return OK;
}

/* What the report itself says of the facts; a case that it hangs on says more. */
static rc facts_of(struct ctx *c, const struct exchange *x, slice home, slice house, const struct json *fields, struct law_facts *f)
{
	slice role = role_of_class(house);
	struct fact *facts;
	size_t n;

	if (slice_starts(home, S("c-"))) {
		TRY(case_facts_at(c, node_store(x->n), x->terms, home, MOMENT_NOW, &facts, &n));
		TRY(case_law_facts(c, x->terms, facts, n, f));
	}
	TRY(state(c, f, "cause", json_get(fields, S("cause"))));
	TRY(state(c, f, "persons", json_get(fields, S("persons"))));
	return role.len > 0 ? state(c, f, "node_role", &(const struct json){ .type = JSON_TEXT, .text = role }) : OK;
}

/* Owed, or not to be told yet: then a person decides. */
static rc is_owed(struct ctx *c, const struct exchange *x, const struct law_facts *f, slice rule, bool *ret)
{
	const struct law_question q = { .known_at = c->now, .as_of = LAW_NOW };
	struct law_answer a;

	(void)x;
	*ret = false;
	TRY(law_assess(c, f, &q, &a));
	for (uint32_t i = 0; i < a.nowed; i++)
		*ret = *ret || slice_eq(a.owed[i].duty->id, rule);
	for (uint32_t i = 0; i < a.nopen; i++)
		*ret = *ret || slice_eq(a.open[i].duty->id, rule);
	return OK;
}

/* ---- the proposal ---- */

struct asked { slice thread, home, hub; int64_t seq; };

/* All schemes but our own, one after the other. */
static rc schemes_text(struct ctx *c, const struct thread_kind *k, slice agency, slice *ret)
{
	struct json_out o;
	struct buf text, b;

	buf_init(&text, c->a, 4096);
	for (uint32_t i = 0; i < k->nschemes; i++)
		if (!slice_eq(k->schemes[i].of, agency))
			buf_putf(&text, "%s%.*s", text.len ? "／" : "", S_ARG(k->schemes[i].ja));
	buf_init(&b, c->a, 8192);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("fields"));
	jo_object(&o);
	jo_kv_text(&o, "schemes", buf_slice(&text));
	jo_end_object(&o);
	jo_end_object(&o);
	return text.full ? FAIL(c, E_LIMIT, "text.limit") : buf_keep(c, &b, ret);
}

static rc proposal_act(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct asked *t, bool due,
                       struct act *ret)
{
	struct request q = { .kind = k->id, .step = k->steps[0].id, .parties = &t->hub, .nparties = 1 };
	slice agency, thread, *obj;
	slice text;
	struct json_out o;
	struct buf b;

	TRY(house_agency(c, node_store(x->n), &agency));
	TRY(schemes_text(c, k, agency, &q.content));
	TRY_NEW(c, obj);
	TRY(id_new(c, "d", obj));
	TRY(id_new(c, "t", &thread));
	*ret = (struct act){ .act = S("thread.propose"), .actor = SYSTEM, .case_id = t->home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "about", t->thread);
	jo_kv_bool(&o, "due", due);
	jo_kv_text(&o, "kind", k->id);
	jo_kv_text(&o, "step", k->steps[0].id);
	jo_kv_text(&o, "thread", thread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	TRY(request_text(c, &q, &text));
	return act_seal(c, ret, text);
}

/* Whether we are one that introduces, and the sender one that is introduced to. */
static rc fits(struct ctx *c, const struct exchange *x, const struct thread_kind *k, slice house, slice hub, bool *ret)
{
	int32_t ours = gate_recipient_find(x->g, house), theirs;
	struct partner p;

	TRY(partner_find(c, node_store(x->n), hub, &p));
	theirs = gate_recipient_find(x->g, p.cls);
	*ret = !p.ended && ours >= 0 && theirs >= 0 && k->opens & BIT(ours) && k->to & BIT(theirs);
	return OK;
}

static rc propose_one(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct asked *t)
{
	const struct opened *opened;
	const struct json *body;
	struct law_facts *f;
	struct entry e;
	struct act act;
	bool due;
	slice house;
	int64_t seq;

	TRY(house_class(c, node_store(x->n), &house));
	TRY(fits(c, x, k, house, t->hub, &due));
	TRY(record_get(c, x->n, t->seq, &e));
	TRY(node_open_payloads(c, x->n, &e, PURPOSE_PROJECT, &opened));
	due = due && e.nseals > 0 && opened[0].state != PAYLOAD_GONE;
	if (due && k->discharges.len > 0) {
		TRY(json_parse(c, opened[0].bytes, &body));
		TRY(law_facts_new(c, terms_law(x->terms), &f));
		TRY(facts_of(c, x, t->home, house, json_get(body, S("fields")), f));
		TRY(is_owed(c, x, f, k->discharges, &due));
	}
	TRY(proposal_act(c, x, k, t, due, &act));
	return node_append(c, x->n, &act, &seq);
}

static rc wanted(struct ctx *c, struct store *st, const struct thread_kind *k, struct asked *v, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	bool more;

	TRY(STORE_QUERY(c, st, &q, STMT_PROPOSAL_WANTED, v_text(k->on), v_text(k->id), v_int(PROPOSE_MOST)));
	for (*ret_n = 0; *ret_n < PROPOSE_MOST; (*ret_n)++) {
		struct asked *t = &v[*ret_n];

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY(slice_keep(c, query_text(&q, 0), &t->thread));
		TRY(slice_keep(c, query_text(&q, 1), &t->home));
		TRY(slice_keep(c, query_text(&q, 2), &t->hub));
		t->seq = query_int(&q, 3);
	}
	return OK;
}

rc thread_propose(struct ctx *c, const struct exchange *x, size_t *ret_n)
{
	struct asked *v;
	size_t n, done = 0;

	*ret_n = 0;
	if (!x->terms)
		return OK;
	TRY_ARRAY(c, v, PROPOSE_MOST);
	for (uint32_t i = 0; i < x->kinds->n; i++) {
		const struct thread_kind *k = &x->kinds->v[i];

		if (k->on.len == 0)
			continue;
		TRY(wanted(c, node_store(x->n), k, v, &n));
		for (size_t t = 0; t < n; t++) {
			rc r = propose_one(c, x, k, &v[t]);

			if (r == E_CONFLICT) {   /* somebody was quicker */
				fault_clear(c);
				continue;
			}
			TRY(r);
			done++;
		}
	}
	*ret_n = done;
	return OK;
}

/* ---- the course of events ---- */

/* The texts of the step, and where they came from: the envelope that brought the party's last word. */
rc step_event_act(struct ctx *c, const struct exchange *x, const struct actor *who, const struct draft *d, struct act *ret)
{
	struct came *came;
	struct buf what, source;
	struct case_head h;
	size_t n;

	TRY(case_find(c, node_store(x->n), d->home, &h));
	TRY(inbox_of(c, node_store(x->n), d->thread, &came, &n));
	if (n == 0)
		return FAIL(c, E_CONFLICT, "thread.state");
	buf_init(&what, c->a, LIMIT_VALUE_LONG);
	for (size_t i = 0; i < d->item.nfields; i++)
		buf_putf(&what, "%s%.*s", i ? "\n" : "", S_ARG(json_text(d->item.fields[i].value)));
	buf_init(&source, c->a, 512);
	buf_putf(&source, "%.*s %.*s", S_ARG(d->thread), S_ARG(came[n - 1].env));
	return case_act_event(c, who, &h, (struct when){ c->now, false }, EVENT_MINUTE, d->kind, buf_slice(&what), came[n - 1].peer,
	                      buf_slice(&source), -1, ret);
}
