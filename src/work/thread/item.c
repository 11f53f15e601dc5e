/* From a step's content to the item that the gate weighs: classes from the kind, wishes from the case. */
#include "work/thread/thread_inside.h"

#include "base/banned.h"

static rc bad(struct ctx *c, const char *key, slice name)
{
	(void)fault_set(c, E_INVALID, key, __FILE__, __LINE__);
	fault_name(c, name);
	return E_INVALID;
}

static bool names(const struct json *list, slice word)
{
	for JSON_EACH(v, list)
		if (slice_eq(json_text(v), word))
			return true;
	return false;
}

/* ---- fields ---- */

static rc read_fields(struct ctx *c, const struct thread_kind *k, const struct thread_step *s, const struct json *content,
                      struct gate_item *ret)
{
	const struct json *fields = json_get(content, S("fields"));
	struct gate_field *v;
	uint64_t seen = 0;
	size_t n = 0;

	if (fields && (fields->type != JSON_OBJECT || fields->count > GATE_FIELDS_MOST))
		return bad(c, "thread.field", S("fields"));
	TRY_ARRAY(c, v, fields ? fields->count + 1 : 1);
	for JSON_EACH(f, fields) {
		int32_t i = thread_field_find(k, f->name);

		if (i < 0 || !(s->fields & BIT(i)))
			return bad(c, "thread.field", f->name);
		if (!field_says(&k->fields[i], f))
			return bad(c, "thread.word", f->name);
		seen |= BIT(i);
		v[n++] = (struct gate_field){ .path = f->name, .cls = k->fields[i].cls, .value = f,
			.annex = names(json_get(content, S("annex")), f->name) };
	}
	for (uint32_t i = 0; i < k->nfields; i++)
		if (s->need & BIT(i) && !(seen & BIT(i)))
			return bad(c, "thread.need", k->fields[i].id);
	ret->fields = v;
	ret->nfields = n;
	return OK;
}

/* ---- marking ---- */

static rc word_index(struct ctx *c, const struct json *v, const char *const *words, unsigned n, unsigned other, unsigned *ret)
{
	*ret = other;
	if (!v)
		return OK;
	for (unsigned i = 0; i < n; i++)
		if (slice_is(json_text(v), words[i])) {
			*ret = i;
			return OK;
		}
	return bad(c, "gate.word", v->name);
}

static rc read_mark(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct json *content,
                    struct gate_item *ret)
{
	const struct json *mark = json_get(content, S("mark")), *expires = json_get(mark, S("expires"));
	unsigned tlp, onward;

	TRY(word_index(c, json_get(mark, S("tlp")), tlp_words, TLPS, k->tlp, &tlp));
	TRY(word_index(c, json_get(mark, S("onward")), onward_words, ONWARDS, k->onward, &onward));
	ret->tlp = (enum tlp)tlp;
	ret->onward = (enum onward)onward;
	ret->expires = expires && expires->type == JSON_INT ? expires->num : 0;
	for JSON_EACH(p, json_get(mark, S("purposes"))) {
		int32_t i = gate_purpose_find(x->g, json_text(p));

		if (i < 0)
			return bad(c, "gate.word", S("purposes"));
		ret->purposes |= BIT(i);
	}
	for JSON_EACH(p, json_get(content, S("secrecy"))) {
		int32_t i = gate_secrecy_find(x->g, json_text(p));

		if (i < 0)
			return bad(c, "gate.word", S("secrecy"));
		ret->secrecy |= BIT(i);
	}
	ret->foreign = json_is_true(json_get(content, S("foreign")));
	ret->foreign_consents = json_is_true(json_get(content, S("foreign_consents")));
	return OK;
}

/* What came from others is as strict as they marked it, and theirs. */
static rc inherit(struct ctx *c, const struct exchange *x, const struct json *content, struct gate_item *ret)
{
	for JSON_EACH(r, json_get(content, S("received"))) {
		int32_t purpose;
		struct came came;
		unsigned i = 0;

		TRY(inbox_find(c, node_store(x->n), json_text(r), &came));
		if (ret->origin.len > 0 && !slice_eq(ret->origin, came.peer))
			return bad(c, "thread.origins", r->name);   /* one origin an item: two go in two steps */
		ret->origin = came.peer;
		while (i < TLPS - 1 && !slice_is(came.tlp, tlp_words[i]))
			i++;
		if ((enum tlp)i > ret->tlp)
			ret->tlp = (enum tlp)i;
		i = 0;
		while (i < ONWARDS - 1 && !slice_is(came.onward, onward_words[i]))
			i++;
		if (ret->onward > (enum onward)i || ret->onward == ONWARD_FREE)
			ret->onward = (enum onward)i;
		if (came.expires != 0 && (ret->expires == 0 || came.expires < ret->expires))
			ret->expires = came.expires;
		purpose = gate_purpose_find(x->g, came.purpose);
		if (purpose >= 0)
			ret->purposes = ret->purposes ? ret->purposes & BIT(purpose) : BIT(purpose);
		if (slice_is(came.kind, "foreign"))
			ret->foreign = true;
		if (came.recalled)
			ret->expires = 1;   /* what was recalled is over */
	}
	return OK;
}

/* ---- wishes ---- */

static rc add_wish(struct ctx *c, const struct exchange *x, const struct query *q, struct gate_wish *ret, bool *ret_consent)
{
	static const char *const kinds[] = { "deny", "optout", "ask", "delay", "anonymous" };
	slice kind = query_text(q, 2), cls = query_text(q, 5);
	struct gate_wish w = { .cls = -1, .until = query_int(q, 6) };

	*ret_consent = query_int(q, 1) != 0;
	TRY(slice_keep(c, query_text(q, 3), &w.to));
	TRY(slice_keep(c, query_text(q, 4), &w.field));
	if (cls.len > 0)
		w.cls = gate_class_find(x->g, cls);
	for (unsigned i = 0; i < WISHES; i++)
		if (slice_is(kind, kinds[i]))
			w.kind = (enum wish)i;
	*ret = w;
	return OK;
}

/* The common form's box "not to be shared with the NCO" is a wish too, and critical infrastructure makes it the weaker one. */
static rc wishes_of_facts(struct ctx *c, const struct exchange *x, slice home, struct gate_item *ret, struct gate_wish *v, size_t *n)
{
	struct fact *facts;
	size_t count;

	if (!x->terms || !slice_starts(home, S("c-")))
		return OK;
	TRY(case_facts_at(c, node_store(x->n), x->terms, home, MOMENT_NOW, &facts, &count));
	for (size_t i = 0; i < count; i++) {
		bool yes = facts[i].said.state == SAID_VALUE && slice_is(facts[i].said.json, "true");

		if (yes && slice_is(facts[i].term->path, "critical_infra"))
			ret->critical = true;
		if (yes && slice_is(facts[i].term->path, "nco_share_optout"))
			v[(*n)++] = (struct gate_wish){ .to = S("NCO"), .cls = -1, .kind = WISH_OPTOUT };
	}
	return OK;
}

rc wishes_of(struct ctx *c, const struct exchange *x, slice home, struct gate_item *ret)
{
	struct gate_wish *reservations, *consents, w;
	AUTO_QUERY q = { 0 };
	size_t nr = 0, nc = 0;
	bool more, consent;

	TRY_ARRAY(c, reservations, GATE_WISHES_MOST + 2);
	TRY_ARRAY(c, consents, GATE_WISHES_MOST);
	TRY(wishes_of_facts(c, x, home, ret, reservations, &nr));
	TRY(STORE_QUERY(c, node_store(x->n), &q, STMT_WISH_OF_CASE, v_text(home)));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY(add_wish(c, x, &q, &w, &consent));
		if (consent ? nc == GATE_WISHES_MOST : nr == GATE_WISHES_MOST)
			return FAIL(c, E_LIMIT, "gate.many");   /* never weigh with a part of them */
		if (consent)
			consents[nc++] = w;
		else
			reservations[nr++] = w;
	}
	ret->reservations = reservations;
	ret->nreservations = nr;
	ret->consents = consents;
	ret->nconsents = nc;
	return OK;
}

rc item_of(struct ctx *c, const struct exchange *x, const struct thread_kind *k, const struct thread_step *s, slice home,
           const struct json *content, msec embargo, struct gate_item *ret)
{
	static const char *const known[] = { "fields", "mark", "hold", "received", "secrecy", "foreign", "foreign_consents", "named", "annex",
		"own" };   /* own: notes to ourselves, sealed with the step */
	struct gate_item item = { .exercise = node_is_exercise(x->n), .embargo = embargo };

	for JSON_EACH(m, content) {
		bool is_known = false;

		for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
			is_known = is_known || slice_is(m->name, known[i]);
		if (!is_known)
			return bad(c, "thread.content", m->name);
	}
	TRY(read_fields(c, k, s, content, &item));
	TRY(read_mark(c, x, k, content, &item));
	TRY(inherit(c, x, content, &item));
	TRY(wishes_of(c, x, home, &item));
	*ret = item;
	return OK;
}

rc class_needs_memo(struct ctx *c, const struct exchange *x, const struct thread_kind *k, slice cls, bool *ret)
{
	int32_t theirs = gate_recipient_find(x->g, cls), ours;
	slice house;

	TRY(house_class(c, node_store(x->n), &house));
	ours = gate_recipient_find(x->g, house);
	*ret = k->memo.len > 0 && !(theirs >= 0 && k->memo_free & BIT(theirs)) && !(ours >= 0 && k->memo_free & BIT(ours));
	return OK;
}

/* A class that this node does not know keeps everything back: what was agreed cannot be weighed. */
static rc kept_classes(struct ctx *c, const struct exchange *x, const struct words *kept, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < kept->n; i++) {
		int32_t cls = gate_class_find(x->g, kept->v[i]);

		if (cls < 0)
			return FAIL(c, E_DENIED, "memo.reserve");
		*ret |= BIT(cls);
	}
	return OK;
}

rc recipient_of(struct ctx *c, const struct exchange *x, const struct thread_kind *k, slice node, bool gives, enum tlp tlp,
                struct partner *ret, struct gate_recipient *ret_to)
{
	struct memo_cover cover = { 0 };
	uint64_t kept = 0;
	unsigned i = 0;
	int32_t cls;
	bool needs;
	rc r;

	TRY(partner_find(c, node_store(x->n), node, ret));
	if (ret->ended)
		return FAIL(c, E_DENIED, "partner.ended");
	if (ret->exercise != node_is_exercise(x->n))
		return FAIL(c, E_DENIED, "thread.exercise");
	cls = gate_recipient_find(x->g, ret->cls);
	if (cls < 0)
		return FAIL(c, E_INVALID, "partner.class");
	TRY(class_needs_memo(c, x, k, ret->cls, &needs));
	r = memo_covers(c, node_store(x->n), ret->id, k->memo.len ? k->memo : k->id, gives, msec_jday(c->now), &cover);
	if (r == E_DENIED && !needs)
		fault_clear(c);   /* owed by law: no memorandum is asked for */
	else
		TRY(r);
	while (cover.tlp.len > 0 && i < TLPS - 1 && !slice_is(cover.tlp, tlp_words[i]))
		i++;
	if (cover.tlp.len > 0 && gives && tlp > (enum tlp)i)
		return FAIL(c, E_DENIED, "memo.tlp");
	TRY(kept_classes(c, x, &cover.kept, &kept));
	*ret_to = (struct gate_recipient){ .code = ret->node, .agency = ret->agency, .cls = (uint32_t)cls, .memo = r == OK && !cover.contract,
		.contract = r == OK && cover.contract, .exercise = ret->exercise, .kept = kept };
	return OK;
}
