/* What the reporter wishes or agrees to; what this node is; whether an incident is a serious one. */
#include "base/limits.h"
#include "base/parse.h"
#include "work/duty/duty.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

rc wish_act(struct ctx *c, const struct gate *g, const struct actor *who, slice case_id, slice kind, slice to, slice field, slice cls,
            msec until, struct act *ret)
{
	static const char *const kinds[] = { "deny", "optout", "ask", "delay", "anonymous", "consent", NULL };
	struct json_out o;
	struct buf b;
	int i = 0;

	while (kinds[i] && !slice_is(kind, kinds[i]))
		i++;
	if (!kinds[i] || (cls.len > 0 && gate_class_find(g, cls) < 0))
		return FAIL(c, E_INVALID, "gate.word");
	if (slice_is(kind, "consent") && (to.len == 0 || (field.len == 0 && cls.len == 0)))
		return FAIL(c, E_INVALID, "gate.consent");
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("wishes"));
	jo_array(&o);
	jo_object(&o);
	jo_kv_text(&o, "wish", kind);
	if (to.len > 0)
		jo_kv_text(&o, "peer", to);
	if (field.len > 0)
		jo_kv_text(&o, "field", field);
	if (cls.len > 0)
		jo_kv_text(&o, "class", cls);
	if (until > 0)
		jo_kv_int(&o, "until", until);
	jo_end_object(&o);
	jo_end_array(&o);
	jo_end_object(&o);
	*ret = (struct act){ .act = S("wish.set"), .actor = *who, .case_id = case_id };
	return buf_keep(c, &b, &ret->members);
}

rc wish_act_end(struct ctx *c, const struct actor *who, slice case_id, int64_t seq, struct act *ret)
{
	int64_t *ref;

	TRY_NEW(c, ref);
	*ref = seq;
	*ret = (struct act){ .act = S("wish.end"), .actor = *who, .case_id = case_id, .ref = { ref, 1 } };
	return OK;
}

rc house_act(struct ctx *c, const struct gate *g, const struct actor *who, slice cls, slice agency, struct act *ret)
{
	struct json_out o;
	struct buf b;

	if (gate_recipient_find(g, cls) < 0)
		return FAIL(c, E_INVALID, "partner.class");
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "class", cls);
	if (agency.len > 0)
		jo_kv_text(&o, "agency", agency);
	jo_end_object(&o);
	*ret = (struct act){ .act = S("house.is"), .actor = *who };
	return buf_keep(c, &b, &ret->members);
}

/* The law's own condition, asked through the duty that is marked with it. */
rc serious_base(struct ctx *c, const struct exchange *x, const struct case_head *h, struct serious_base *ret)
{
	const struct law_question q = { .known_at = h->known, .as_of = LAW_NOW };
	struct law_answer a;
	struct law_facts *f;
	struct fact *facts;
	const struct json *party;
	size_t n;

	TRY(case_facts_at(c, node_store(x->n), x->terms, h->id, MOMENT_NOW, &facts, &n));
	TRY(law_facts_new(c, terms_law(x->terms), &f));
	TRY(case_law_facts(c, x->terms, facts, n, f));
	/* asked as the commission would ask: whether the scheme's serious incidents are met does not depend on who asks */
	TRY(json_parse(c, S("{\"node_role\":\"ppc\"}"), &party));
	TRY(law_facts_set_all(c, f, party));
	TRY(law_assess(c, f, &q, &a));
	*ret = (struct serious_base){ .holds = false };
	for (uint32_t i = 0; i < a.nowed; i++)
		ret->holds = ret->holds || a.owed[i].duty->serious;
	for (uint32_t i = 0; i < a.nopen; i++)
		if (a.open[i].duty->serious && a.open[i].nneeds > 0)
			ret->ask = law_fact_at(terms_law(x->terms), a.open[i].needs[0])->id;
	return OK;
}

rc serious_act(struct ctx *c, const struct serious_base *base, const struct actor *who, const struct case_head *h, bool social, bool size,
               slice grounds, struct judgement *ret, struct act *ret_act)
{
	struct judgement j = { .base = base->holds, .social = social, .size = size, .judged = c->now };
	struct json_out o;
	struct buf b;

	if (slice_trim(grounds).len == 0)
		return FAIL(c, E_INVALID, "serious.grounds");
	TRY(free_text_check(c, "grounds", grounds, LIMIT_VALUE_TEXT));
	if (serious_is_open(base, social, size)) {
		(void)FAIL(c, E_INVALID, "serious.open");
		fault_name(c, base->ask);
		return E_INVALID;
	}
	j.serious = j.base && (social || size);
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_bool(&o, "base", j.base);
	jo_kv_bool(&o, "size", size);
	jo_kv_bool(&o, "social", social);
	jo_end_object(&o);
	*ret_act = (struct act){ .act = S("incident.judge"), .actor = *who, .case_id = h->id };
	TRY(buf_keep(c, &b, &ret_act->members));
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "grounds", grounds);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &grounds));
	*ret = j;
	return act_seal(c, ret_act, grounds);
}
