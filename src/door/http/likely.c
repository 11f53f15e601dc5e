/* Duties that are not certain yet but likely: what would be owed if the open questions had their usual answers. */
#include "door/http/likely.h"

#include "base/banned.h"

static bool is_there(const struct duty_view *d, const struct law_owed *x)
{
	for (size_t i = 0; i < d->n; i++)
		if (slice_eq(d->duties[i].rule, x->duty->id))
			return true;
	return false;
}

static struct duty duty_of(const struct case_head *h, const struct law_owed *x)
{
	struct duty d = { .case_id = h->id, .rule = x->duty->id, .recipient = x->recipient, .kind = x->duty->kind,
		.must = x->duty->mandatory, .has_due = x->has_due, .has_target = x->has_target, .due = x->due,
		.target = x->target, .started = x->started, .sort_day = JDAY_MOST, .row = x->duty, .owed = x };

	if (x->has_due)
		d.sort_day = x->due;
	if (x->has_target && x->target < d.sort_day)
		d.sort_day = x->target;
	return d;
}

rc likely_put(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty_view *d)
{
	const struct law_question q = { .known_at = h->known, .as_of = LAW_NOW };
	struct law_answer answer;
	struct law_facts *f;
	struct fact *facts;
	size_t n;

	TRY(case_facts_at(v->c, v->st, v->h->terms, h->id, MOMENT_NOW, &facts, &n));
	TRY(law_facts_new(v->c, v->h->law, &f));
	TRY(case_law_facts(v->c, v->h->terms, facts, n, f));
	law_facts_assume_defaults(f);
	TRY(law_assess(v->c, f, &q, &answer));
	jo_key(o, S("likely"));
	jo_array(o);
	for (uint32_t i = 0; i < answer.nowed && d->nasks > 0; i++) {
		struct duty x = duty_of(h, &answer.owed[i]);

		if (x.must && !is_there(d, &answer.owed[i]))
			TRY(m_duty(v, o, &x, h));
	}
	jo_end_array(o);
	return OK;
}
