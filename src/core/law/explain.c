/* Why each duty arises or not, in Japanese sentences that cite the clause. */
#include "core/law/law_in.h"

#include "base/message.h"

#include "base/banned.h"

struct teller {
	struct ctx *c;
	const struct law *law;
	const struct law_facts *f;
	struct truth t;
	struct buf *out;
	uint8_t *told;      /* predicates already told for this duty */
};

static slice say(const char *key)
{
	return slice_of(message_text(key, LANGUAGE_JA));
}

static void line(struct teller *s)
{
	buf_put(s->out, S("  ・"));
}

static void put_needs(struct teller *s, const uint32_t *needs, uint32_t n)
{
	buf_put(s->out, say("law.say_needs"));
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			buf_put(s->out, S("、"));
		buf_put(s->out, law_fact_at(s->law, needs[i])->name_ja);
		buf_put(s->out, S("（"));
		buf_put(s->out, law_fact_at(s->law, needs[i])->id);
		buf_put(s->out, S("）"));
	}
}

static void put_clause(struct teller *s, const slice *basis, uint32_t n)
{
	buf_put(s->out, S("（"));
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			buf_put(s->out, S("、"));
		buf_put(s->out, basis[i]);
	}
	buf_put(s->out, S("）\n"));
}

/* 「名」は「値」です。 */
static void tell_fact(struct teller *s, uint32_t fact)
{
	line(s);
	buf_put(s->out, law_fact_at(s->law, fact)->name_ja);
	if (!law_fact_is_known(s->f, fact)) {
		buf_put(s->out, say("law.say_unknown"));
	} else {
		buf_put(s->out, S("：「"));
		law_fact_put(s->out, s->f, fact, true);
		buf_put(s->out, S("」"));
	}
	buf_put(s->out, S("\n"));
}

static rc tell_predicate(struct teller *s, uint32_t pred, unsigned v)
{
	const struct law_predicate *p = &s->law->predicates[pred];
	const uint32_t *needs = NULL;
	uint32_t n = 0;
	slice own = v == IS_T ? p->yes_ja : v == IS_F ? p->no_ja : S_NONE;

	if (s->told[pred])
		return OK;
	s->told[pred] = 1;
	line(s);
	if (own.len > 0) {
		buf_put(s->out, own);
	} else {
		buf_put(s->out, p->name_ja);
		buf_put(s->out, say(v == IS_T ? "law.say_meets" : v == IS_F ? "law.say_fails" : "law.say_unknown"));
	}
	if (v == IS_U) {
		TRY(truth_needs(s->c, &s->t, &s->t.p->preds[pred], 1, &needs, &n));
		put_needs(s, needs, n);
	}
	put_clause(s, p->basis, p->nbasis);
	return OK;
}

static unsigned value_of(struct teller *s, const struct law_expr *x)
{
	unsigned a, b;
	struct node n;

	switch (x->op) {
	case X_PRED:
		/* a predicate out of force, or used by no rule in force, does not hold */
		return s->t.p->preds[x->pred] == NODE_NONE ? IS_F : s->t.val[s->t.p->preds[x->pred]];
	case X_NOT:
		a = value_of(s, x->a);
		return (a & IS_T) << 1 | a >> 1;
	case X_AND:
	case X_OR:
		a = value_of(s, x->a);
		b = value_of(s, x->b);
		return x->op == X_AND ? ((a & b & IS_T) | ((a | b) & IS_F)) : (((a | b) & IS_T) | (a & b & IS_F));
	case X_MASK:
	case X_RANGE:
	case X_AGAINST:
	case X_ASKED:
		break;
	case X_CONST:
		return x->truth ? IS_T : IS_F;
	}
	if (x->op != X_ASKED && !law_fact_is_known(s->f, x->fact))
		return IS_U;
	memset(&n, 0, sizeof n);
	n.op = x->op == X_MASK ? N_MASK : x->op == X_RANGE ? N_RANGE : x->op == X_AGAINST ? N_AGAINST : N_ASKED;
	n.instant = (uint8_t)x->instant;
	n.mask = x->mask;
	n.lo = x->lo;
	n.hi = x->hi;
	n.a = x->op == X_AGAINST && s->law->facts[x->fact].type == FACT_DAY;
	return atom_holds(&n, x->op == X_ASKED ? 0 : s->f->num[x->fact], &s->t.q) ? IS_T : IS_F;
}

static bool only_predicates(const struct law_expr *x)
{
	if (x->op == X_PRED)
		return true;
	if (x->op != X_AND && x->op != X_OR && x->op != X_NOT)
		return false;
	return only_predicates(x->a) && (!x->b || only_predicates(x->b));
}

static const struct law_expr *in_force(const struct teller *s, uint32_t pred)
{
	const struct predicate *in = &s->law->inside[pred];

	for (uint32_t i = 0; i < in->nversions; i++)
		if (in->versions[i].from <= s->t.p->from && s->t.p->from <= in->versions[i].to)
			return in->versions[i].when;
	return NULL;
}

/*
 * Tells what makes the expression what it is: all of a conjunction that holds, but only what fails of one that fails;
 * the other way round for a choice.
 */
static rc tell(struct teller *s, const struct law_expr *x)
{
	unsigned v = value_of(s, x), all;

	switch (x->op) {
	case X_PRED: {
		const struct law_expr *inner = in_force(s, x->pred);

		if (inner && only_predicates(inner))
			return tell(s, inner);
		return tell_predicate(s, x->pred, v);
	}
	case X_NOT:
		return tell(s, x->a);
	case X_AND:
	case X_OR:
		all = x->op == X_AND ? IS_T : IS_F;
		if (v == all || value_of(s, x->a) == v)
			TRY(tell(s, x->a));
		if (v == all || value_of(s, x->b) == v)
			TRY(tell(s, x->b));
		return OK;
	case X_MASK:
	case X_RANGE:
	case X_AGAINST:
		tell_fact(s, x->fact);
		return OK;
	case X_ASKED:
	case X_CONST:
		return OK;
	}
	return OK;
}

static void tell_unless(struct teller *s, const struct rule *r, const struct row *row)
{
	for (uint32_t i = 0; i < row->nunless; i++) {
		if (s->t.val[r->unless[i]] != IS_T)
			continue;
		line(s);
		buf_put(s->out, say("law.say_unless"));
		buf_put(s->out, row->unless[i].ja);
		put_clause(s, &row->unless[i].basis, row->unless[i].basis.len > 0);
	}
}

static void tell_who(struct teller *s, const struct rule *r, const struct row *row)
{
	line(s);
	buf_put(s->out, say("law.say_who"));
	for (uint32_t i = 0; i < row->nwho; i++) {
		if (i > 0)
			buf_put(s->out, S("、"));
		buf_put(s->out, row->who[i].ja);
	}
	buf_put(s->out, S("。"));
	buf_put(s->out, S("\n"));
	for (uint32_t i = 0; i < row->nwho; i++)
		if (s->t.val[r->who] != IS_T && row->who[i].when->op == X_MASK) {
			tell_fact(s, row->who[i].when->fact);
			return;
		}
}

static rc tell_why(struct teller *s, const struct rule *r)
{
	const struct row *row = &s->law->rows[r->row];
	unsigned root = s->t.val[r->root];

	memset(s->told, 0, s->law->npredicates);
	if (s->t.val[r->scope] == IS_F) {
		line(s);
		buf_put(s->out, say("law.say_scope"));
		buf_put(s->out, S("\n"));
		return OK;
	}
	if (row->nwho > 0 && (root == IS_T || s->t.val[r->who] != IS_T))
		tell_who(s, r, row);
	if (root == IS_T || s->t.val[r->when] == root)
		TRY(tell(s, row->when));
	if (root == IS_F)
		tell_unless(s, r, row);
	return OK;
}

static void tell_answer(struct teller *s, const struct law_owed *o)
{
	jday day = msec_jday(s->t.q.known_at);

	buf_put(s->out, S("  "));
	if (o->recipient.len > 0) {
		buf_put(s->out, say("law.say_to"));
		buf_put(s->out, law_agency_name(s->law, o->recipient, day, true));
		buf_put(s->out, S("　"));
	}
	if (o->has_due) {
		buf_put(s->out, say("law.say_due"));
		jday_put_era(s->out, o->due);
		buf_put(s->out, S("　"));
	}
	if (o->has_target) {
		buf_put(s->out, say("law.say_target"));
		jday_put_era(s->out, o->target);
	}
	buf_put(s->out, S("\n  "));
	if (o->nneeds > 0) {
		put_needs(s, o->needs, o->nneeds);
		buf_put(s->out, S("\n  "));
	}
	buf_put(s->out, say("law.say_basis"));
	put_clause(s, o->duty->basis, o->duty->nbasis);
	for (uint32_t i = 0; i < o->nnotes; i++) {
		buf_put(s->out, S("  "));
		buf_put(s->out, say("law.say_review"));
		buf_put(s->out, o->notes[i]);
		buf_put(s->out, S("\n"));
	}
}

static void tell_title(struct teller *s, const struct law_duty *d, unsigned v)
{
	buf_put(s->out, S("【"));
	buf_put(s->out, d->kind_ja);
	buf_put(s->out, S("】"));
	buf_put(s->out, d->title_ja);
	buf_put(s->out, S("（"));
	buf_put(s->out, d->id);
	buf_put(s->out, S("）は、"));
	buf_put(s->out, say(v == IS_T ? "law.say_arises" : v == IS_F ? "law.say_not" : "law.say_untold"));
	buf_put(s->out, S("。\n"));
}

static rc tell_rule(struct teller *s, const struct rule *r, const struct law_answer *answer)
{
	const struct law_duty *d = &s->law->duties[r->row];

	tell_title(s, d, s->t.val[r->root]);
	TRY(tell_why(s, r));
	for (uint32_t i = 0; i < answer->nowed; i++)
		if (answer->owed[i].duty == d)
			tell_answer(s, &answer->owed[i]);
	for (uint32_t i = 0; i < answer->nopen; i++)
		if (answer->open[i].duty == d) {
			buf_put(s->out, S("  "));
			put_needs(s, answer->open[i].needs, answer->open[i].nneeds);
			buf_put(s->out, S("\n"));
		}
	buf_put(s->out, S("\n"));
	return OK;
}

rc law_explain(struct ctx *c, const struct law_facts *f, const struct law_question *q, struct buf *out)
{
	struct teller s = { .c = c, .law = f->law, .f = f, .out = out };
	static const unsigned order[] = { IS_T, IS_U, IS_F };
	struct law_answer answer = { 0 };
	const struct program *p = program_on(f->law, msec_jday(q->known_at));

	TRY(law_assess(c, f, q, &answer));
	TRY(truth_of(c, p, f, q, &s.t));
	TRY_ARRAY(c, s.told, (size_t)f->law->npredicates + 1);
	for (size_t i = 0; i < 3; i++)
		for (uint32_t j = 0; j < p->nrules; j++)
			if (s.t.val[p->rules[j].root] == order[i])
				TRY(tell_rule(&s, &p->rules[j], &answer));
	return OK;
}
