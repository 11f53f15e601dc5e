/* Deciding: grants make a basis, guards take away, and two things hold whatever the data says. */
#include "core/gate/gate_inside.h"

#include "base/banned.h"

const char *const tlp_words[TLPS] = { "clear", "green", "amber", "amber_strict", "red" };
const char *const tlp_labels[TLPS] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED" };
const char *const onward_words[ONWARDS] = { "no", "ask", "granted", "free" };
const char *const gate_effect_words[GATE_EFFECTS] = { "pass", "note", "change", "keep" };
const char *const gate_basis_words[GATE_BASES] = { "law", "contract", "consent", "memo", "public", "none" };

/* ---- what is the same for all fields of an item ---- */

struct frame {
	uint64_t has[ATTRS];
	uint16_t live[GUARDS_MOST];    /* guards that can still hold */
	uint32_t nlive;
	uint64_t classes[GATE_BASES];  /* which the grants of each basis let go */
	uint64_t memo_classes;         /* which a memorandum would let go if there were one */
};

static uint64_t time_bits(const struct gate_item *item, msec now)
{
	uint64_t bits = 0;

	if (item->embargo != 0 && now < item->embargo)
		bits |= BIT(1);
	if (item->expires != 0 && now >= item->expires)
		bits |= BIT(2);
	return bits ? bits : BIT(0);
}

static enum gate_origin origin_of(const struct gate_item *item, const struct gate_recipient *to)
{
	if (item->origin.len == 0)
		return ORIGIN_OWN;
	return slice_eq(item->origin, to->code) ? ORIGIN_RECIPIENT : ORIGIN_OTHER;
}

static void set_item(struct frame *f, const struct gate_item *item, const struct gate_recipient *to, uint32_t purpose, msec now)
{
	enum gate_origin origin = origin_of(item, to);
	bool stays = item->foreign && !item->foreign_consents && origin != ORIGIN_RECIPIENT;

	f->has[ATTR_TO] = BIT(to->cls);
	f->has[ATTR_PURPOSE] = BIT(purpose);
	f->has[ATTR_TIME] = time_bits(item, now);
	f->has[ATTR_NAMED] = BIT(to->named);
	f->has[ATTR_EXERCISE] = BIT(item->exercise != to->exercise);
	f->has[ATTR_WITHIN] = BIT(item->purposes == 0 || (item->purposes & BIT(purpose)) != 0);
	f->has[ATTR_ORIGIN] = BIT(origin);
	f->has[ATTR_ONWARD] = BIT(item->onward);
	f->has[ATTR_FOREIGN] = BIT(stays);
	f->has[ATTR_SECRECY] = item->secrecy;
}

static void find_classes(const struct gate *g, const struct gate_recipient *to, uint32_t purpose, struct frame *f)
{
	for (uint32_t i = 0; i < g->ngrants; i++) {
		const struct grant *x = &g->grants[i];

		if (!(x->to & BIT(to->cls)) || !(x->purposes & BIT(purpose)))
			continue;
		if (x->basis == BASIS_MEMO)
			f->memo_classes |= x->classes;
		if ((x->basis == BASIS_MEMO && !to->memo) || (x->basis == BASIS_CONTRACT && !to->contract))
			continue;
		f->classes[x->basis] |= x->classes;
	}
}

static void find_guards(const struct gate *g, struct frame *f)
{
	for (uint32_t i = 0; i < g->nguards; i++) {
		bool can = true;

		for (int a = 0; a < ATTR_OF_FIELD && can; a++)
			can = g->guards[i].mask[a] == 0 || (g->guards[i].mask[a] & f->has[a]) != 0;
		if (can)
			f->live[f->nlive++] = (uint16_t)i;
	}
}

/* ---- one field ---- */

static bool meets(slice want, const struct gate *g, const struct gate_recipient *to)
{
	return want.len == 0 || slice_eq(want, to->code) || slice_eq(want, to->agency) ||
	       slice_eq(want, g->recipients[to->cls].id);
}

static bool wish_is_about(const struct gate_wish *w, const struct gate_field *field)
{
	if (w->cls >= 0 && (uint32_t)w->cls != field->cls)
		return false;
	if (w->field.len == 0 || slice_eq(w->field, field->path))
		return true;
	return w->field.p[w->field.len - 1] == '.' && slice_starts(field->path, w->field);
}

static uint64_t reservation_bits(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to,
                                 const struct gate_field *field, msec now)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < item->nreservations; i++) {
		const struct gate_wish *w = &item->reservations[i];

		if (!meets(w->to, g, to) || !wish_is_about(w, field))
			continue;
		switch (w->kind) {
		case WISH_DENY: bits |= BIT(WISHED_DENY); break;
		case WISH_OPTOUT: bits |= item->critical ? BIT(WISHED_WEAK) : BIT(WISHED_DENY); break;
		case WISH_ASK: bits |= BIT(WISHED_ASK); break;
		case WISH_DELAY: bits |= now < w->until ? BIT(WISHED_DELAY) : 0; break;
		case WISH_ANONYMOUS: bits |= BIT(WISHED_ANONYMOUS); break;
		}
	}
	return bits;
}

static bool is_consented(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to,
                         const struct gate_field *field)
{
	for (size_t i = 0; i < item->nconsents; i++)
		if (meets(item->consents[i].to, g, to) && wish_is_about(&item->consents[i], field))
			return true;
	return false;
}

/* The strongest one: the order of the enum. */
static enum gate_basis find_basis(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to,
                                  const struct gate_field *field, const struct frame *f)
{
	uint64_t cls = BIT(field->cls);

	if (f->classes[BASIS_LAW] & cls)
		return BASIS_LAW;
	if (f->classes[BASIS_CONTRACT] & cls)
		return BASIS_CONTRACT;
	if (item->nconsents > 0 && is_consented(g, item, to, field))
		return BASIS_CONSENT;
	if (f->classes[BASIS_MEMO] & cls)
		return BASIS_MEMO;
	return f->classes[BASIS_PUBLIC] & cls ? BASIS_PUBLIC : BASIS_NONE;
}

static uint16_t find_grant(const struct gate *g, const struct gate_recipient *to, uint32_t purpose, uint32_t cls,
                           enum gate_basis basis)
{
	for (uint32_t i = 0; i < g->ngrants; i++)
		if (g->grants[i].basis == basis && g->grants[i].classes & BIT(cls) && g->grants[i].to & BIT(to->cls) &&
		    g->grants[i].purposes & BIT(purpose))
			return (uint16_t)i;
	return RULE_NONE;
}

static bool holds(const struct guard *x, const uint64_t *has)
{
	for (int a = ATTR_OF_FIELD; a < ATTRS; a++)
		if (x->mask[a] != 0 && (x->mask[a] & has[a]) == 0)
			return false;
	return true;
}

static void lower(struct gate_outcome *o, enum gate_effect effect, uint16_t rule)
{
	if (effect <= o->effect)
		return;
	o->effect = effect;
	o->rule = rule;
}

/*
 * Whatever the guards of the pack say: no basis, no passing; nothing personal on a memorandum or as public. A value that
 * cannot be changed is kept back.
 */
static void hold_floor(const struct gate *g, const struct gate_class *cls, const struct frame *f, uint64_t bit,
                       struct gate_outcome *o)
{
	if (o->basis == BASIS_NONE)
		lower(o, GATE_KEEP, cls->personal ? g->personal : f->memo_classes & bit ? RULE_MEMO : g->none);
	if (cls->personal && o->basis >= BASIS_MEMO)
		lower(o, GATE_KEEP, g->personal);
	if (o->effect == GATE_CHANGE && cls->change == CHANGE_NONE)
		o->effect = GATE_KEEP;
}

static struct gate_outcome decide_field(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to,
                                        const struct gate_field *field, uint32_t purpose, msec now, struct frame *f)
{
	const struct gate_class *cls = &g->classes[field->cls];
	struct gate_outcome o = { .effect = GATE_PASS, .rule = RULE_NONE, .grant = RULE_NONE };

	o.basis = find_basis(g, item, to, field, f);
	if (o.basis != BASIS_NONE && o.basis != BASIS_CONSENT)
		o.grant = find_grant(g, to, purpose, field->cls, o.basis);
	f->has[ATTR_CLASS] = BIT(field->cls);
	f->has[ATTR_PERSONAL] = BIT(cls->personal);
	f->has[ATTR_IDENTIFIES] = BIT(cls->identifies || cls->personal);
	f->has[ATTR_TEXT] = BIT(cls->text);
	f->has[ATTR_PART] = BIT(field->annex);
	f->has[ATTR_TLP] = BIT(field->tlp > item->tlp ? field->tlp : item->tlp);
	f->has[ATTR_BASIS] = BIT(o.basis);
	f->has[ATTR_RESERVATION] = item->nreservations ? reservation_bits(g, item, to, field, now) : 0;
	if (to->kept & BIT(field->cls))
		f->has[ATTR_RESERVATION] |= BIT(WISHED_MEMO);
	for (uint32_t i = 0; i < f->nlive && o.effect != GATE_KEEP; i++)
		if (holds(&g->guards[f->live[i]], f->has))
			lower(&o, g->guards[f->live[i]].effect, f->live[i]);
	if (o.rule == g->none || o.rule == g->personal)
		o = (struct gate_outcome){ .effect = GATE_PASS, .basis = o.basis, .rule = RULE_NONE, .grant = o.grant };
	hold_floor(g, cls, f, BIT(field->cls), &o);   /* says it better when only the basis is missing */
	return o;
}

void gate_decide(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to, uint32_t purpose,
                 msec now, struct gate_outcome *ret)
{
	struct frame f = { .nlive = 0 };

	set_item(&f, item, to, purpose, now);
	find_classes(g, to, purpose, &f);
	find_guards(g, &f);
	for (size_t i = 0; i < item->nfields; i++)
		ret[i] = decide_field(g, item, to, &item->fields[i], purpose, now, &f);
}

void gate_decide_all(const struct gate *g, const struct gate_item *item, const struct gate_recipient *to, size_t n,
                     uint32_t purpose, msec now, struct gate_outcome *ret)
{
	struct gate_outcome one[GATE_FIELDS_MOST];

	gate_decide(g, item, &to[0], purpose, now, ret);
	for (size_t r = 1; r < n; r++) {
		gate_decide(g, item, &to[r], purpose, now, one);
		for (size_t i = 0; i < item->nfields; i++)
			if (one[i].effect > ret[i].effect)
				ret[i] = one[i];
	}
}

rc gate_hold(struct ctx *c, const struct gate_item *item, slice path, struct gate_outcome *outcomes)
{
	bool any = false;

	for (size_t i = 0; i < item->nfields; i++) {
		if (!slice_eq(item->fields[i].path, path))
			continue;
		lower(&outcomes[i], GATE_KEEP, RULE_OFFICER);
		any = true;
	}
	return any ? OK : FAIL(c, E_NOTFOUND, "gate.no_field");
}
