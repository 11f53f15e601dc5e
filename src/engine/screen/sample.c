/* Explained accesses chosen by chance: without them nobody would notice an explanation that explains too much. */
#include "engine/screen/model.h"

#include "base/banned.h"

/*
 * The record number decides, so that the same lines are chosen for any number of workers and any form of the log;
 * nobody can know the number of a record before it is written.
 */
static uint64_t chance_value(uint64_t rec)
{
	return mix64(mix64(rec ^ 0x6c62272e07bb0142u) ^ 0x9ae16a3b2f90404fu);
}

rc sample_take(struct ctx *c, struct org *o, uint32_t most, const struct cand *k)
{
	uint64_t value = chance_value(k->rec);
	uint32_t i;

	/* windows, duties and payroll a person has approved as a whole; what is tested are the explanations by case */
	if (k->expl == E4 || k->expl == E5 || k->expl == E6)
		return OK;
	if (o->nchosen == most && o->chosen[most - 1].value <= value)
		return OK;
	if (!o->chosen)
		TRY_ARRAY(c, o->chosen, most);
	if (o->nchosen < most)
		o->nchosen++;
	for (i = o->nchosen - 1; i > 0 && o->chosen[i - 1].value > value; i--)
		o->chosen[i] = o->chosen[i - 1];
	o->chosen[i] = (struct chosen){ value, *k };
	o->chosen[i].line.search = 0;
	return OK;
}

rc rules_sample(struct finder *f, uint32_t org)
{
	const struct rule *r = rule_of(&f->s->rules, SAMPLE_KIND);
	struct screen *s = f->s;
	const struct org *o = &s->org[org];
	struct hit *h;

	for (uint32_t i = 0; r && i < o->nchosen; i++) {
		struct span p = { o->chosen[i].line.account, NULL, 0 };
		uint32_t at = s->ncand;

		TRY_PUSH(f->c, s->cand, s->ncand, s->cap_cand);
		s->cand[s->ncand++] = o->chosen[i].line;
		TRY(hit_add_rule(f, r, &p, &at, 1, 0, &h));
		h->score = 0;
	}
	return OK;
}

/* The largest value among the `take` lowest ones. */
static uint64_t lowest(const struct screen_item *v, uint32_t n, uint32_t take)
{
	uint64_t above = 0;

	for (uint32_t k = 0; k < take; k++) {
		uint64_t best = UINT64_MAX;

		for (uint32_t i = 0; i < n; i++)
			if (slice_is(v[i].kind, SAMPLE_KIND) && chance_value(v[i].first) > above && chance_value(v[i].first) < best)
				best = chance_value(v[i].first);
		above = best;
	}
	return above;
}

uint32_t screen_items_cut(struct screen_item *v, uint32_t n, uint32_t most)
{
	uint32_t chosen = 0, others, kept = 0;
	uint64_t limit;

	if (n <= most)
		return n;
	for (uint32_t i = 0; i < n; i++)
		chosen += slice_is(v[i].kind, SAMPLE_KIND);
	if (chosen > most / 10)
		chosen = most / 10;
	limit = lowest(v, n, chosen);
	others = most - chosen;
	for (uint32_t i = 0; i < n; i++) {
		bool by_chance = slice_is(v[i].kind, SAMPLE_KIND);

		if (by_chance ? chance_value(v[i].first) > limit || chosen == 0 : others == 0)
			continue;
		if (by_chance)
			chosen--;
		else
			others--;
		v[kept++] = v[i];
	}
	return kept;
}
