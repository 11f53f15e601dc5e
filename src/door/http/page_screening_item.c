/* One item of a screening: its evidence, what was decided, the decision; and giving items out. */
#include "door/http/pages.h"

#include "door/http/screening_pages.h"
#include "door/http/together.h"

#include "base/banned.h"

/* ---- what was decided so far ---- */

struct decision { int64_t seq; msec at; slice actor, result, reason; bool noted; };
struct decisions { struct decision *v; size_t n, room; };

static rc on_review(struct ctx *c, const struct entry *e, void *p)
{
	struct decisions *d = p;
	struct decision *x;

	TRY_ROOM(c, d->v, d->n, d->room, 8);
	x = &d->v[d->n++];
	*x = (struct decision){ .seq = e->seq, .at = e->at, .noted = e->nseals > 0 };
	TRY(slice_keep(c, e->actor.id, &x->actor));
	TRY(slice_keep(c, json_text(json_get(e->json, S("result"))), &x->result));
	return slice_keep(c, json_text(json_get(e->json, S("reason"))), &x->reason);
}

static rc note_of(struct visit *v, const struct screening_item *i, const struct decision *d, slice *ret)
{
	const struct look look = screening_look(v);
	const struct json *note;

	*ret = S_NONE;
	if (!d->noted)
		return OK;
	TRY(node_view_json(v->c, v->n, &look, i->id, d->seq, &note));
	*ret = json_text(json_get(note, S("note")));
	return OK;
}

static rc put_decisions(struct visit *v, struct json_out *o, const struct screening_item *i)
{
	const struct entry_filter f = { .case_id = i->id, .act = S("screening.review") };
	struct decisions d = { 0 };

	TRY(record_each(v->c, v->n, &f, on_review, &d));
	jo_key(o, S("decisions"));
	jo_array(o);
	for (size_t k = d.n; k-- > 0;) {
		const struct decision *x = &d.v[k];
		slice note;

		TRY(note_of(v, i, x, &note));
		jo_object(o);
		m_time(v, o, "at", x->at);
		jo_kv_text(o, "by", who_name(v->c, v->n, x->actor));
		jo_kv_text(o, "result_name", screening_state_name(x->result, v->ja));
		jo_kv_text(o, "reason_name", slice_is(x->reason, "none") ? S_NONE : screening_reason_name(x->reason, v->ja));
		jo_kv_text(o, "note", note);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* ---- the page ---- */

static void put_choices(struct visit *v, struct json_out *o, bool may_case)
{
	slice given = visit_text(v, "result"), reason = visit_text(v, "reason");

	jo_key(o, S("results"));
	jo_array(o);
	for (size_t i = 1; screening_states[i]; i++) {
		slice word = slice_of(screening_states[i]);

		if (may_case || !slice_is(word, "incident"))
			m_option(o, word, screening_state_name(word, v->ja), slice_eq(word, given));
	}
	jo_end_array(o);
	jo_key(o, S("reasons"));
	jo_array(o);
	for (size_t i = 0; screening_reasons[i]; i++) {
		slice word = slice_of(screening_reasons[i]);

		m_option(o, word, screening_reason_name(word, v->ja), slice_eq(word, reason));
	}
	jo_end_array(o);
	jo_kv_text(o, "note_given", given_or(v, "note", S_NONE));
}

/* What reviews have shown the rule to be worth, as it stands now. */
static rc put_weight(struct visit *v, struct json_out *o, slice kind)
{
	struct screening_weight *w;
	size_t n;

	TRY(screening_weights(v->c, v->st, &w, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_eq(w[i].kind, kind)) {
			jo_kv_int(o, "judged", w[i].judged);
			jo_kv_int(o, "confirmed", w[i].confirmed);
			jo_kv_int(o, "weight", w[i].weight);
		}
	return OK;
}

rc page_screening_item(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_item");
	struct screening_item i;
	enum screening_stand stand;
	const struct json *item;
	struct list_view l;
	bool open, may;

	TRY(screening_find(v->c, v->st, visit_text(v, "item"), &i));
	TRY(list_of_item(v, &i, &l));
	TRY(item_open(v, &l, &i, &item, &stand));
	open = item && may_read(v, stand);
	may = open && stand == STAND_FREE && visit_can(v, "screening.review", S_NONE) && !slice_is(i.state, "incident");
	jo_kv_text(o, "run", i.run);
	TRY(m_item(v, o, &l, &i, item, stand));
	jo_kv_bool(o, "may_decide", may);
	jo_kv_bool(o, "may_review", visit_can(v, "screening.review", S_NONE));
	jo_kv_bool(o, "may_reviewer", visit_can(v, "screening.reviewer", S_NONE));
	jo_kv_bool(o, "may_case", visit_can(v, "case.open", S_NONE));
	if (!open)
		return OK;
	jo_key(o, S("events"));
	jo_array(o);
	for JSON_EACH(e, json_get(item, S("events")))
		jo_text(o, e->text);
	jo_end_array(o);
	put_choices(v, o, visit_can(v, "case.open", S_NONE));
	TRY(put_weight(v, o, i.kind));
	return put_decisions(v, o, &i);
}

/* ---- deciding ---- */

/* Said on the item's own page, which names who decides instead; a program gets the message and 403. */
static rc refuse(struct visit *v, enum screening_stand stand)
{
	v->status = 403;
	switch (stand) {
	case STAND_PART: return FAIL(v->c, E_CONFLICT, "screening.conflict");
	case STAND_AUDITORS: return FAIL(v->c, E_CONFLICT, "screening.auditor");
	case STAND_UNKNOWN: return FAIL(v->c, E_CONFLICT, "screening.no_reviewer");
	case STAND_FREE: break;
	}
	v->status = 0;
	return OK;
}

/* The case of an incident: its duties begin with this moment. */
static rc become_case(struct visit *v, const struct actor *reviewer, const struct screening_item *i, slice *ret_num)
{
	const struct origin origin = { S("screening"), S_NONE, S_NONE };
	const struct when known = { v->c->now, false };
	struct followed f;

	TRY(visit_may(v, "case.open", S_NONE));
	TRY(duty_open_case(v->c, v->n, v->h->terms, &v->actor, known, S("操作ログの点検で確認した不正な閲覧の疑い"), NULL, 0, &origin, &f));
	TRY(screening_case(v->c, v->n, reviewer, i->id, f.case_id));
	*ret_num = f.num;
	return OK;
}

rc page_screening_decide(struct visit *v, struct page *p)
{
	slice result = visit_text(v, "result"), reason = visit_text(v, "reason"), note = visit_text(v, "note"), num;
	bool incident = slice_is(result, "incident");
	const struct actor reviewer = v->actor;
	enum screening_stand stand;
	const struct json *item;
	struct screening_item i;
	struct list_view l;
	int64_t seq;

	TRY(screening_find(v->c, v->st, visit_text(v, "item"), &i));
	TRY(list_of_item(v, &i, &l));
	TRY(item_open(v, &l, &i, &item, &stand));
	if (!item)
		return FAIL(v->c, E_NOTFOUND, "screening.gone");
	TRY(refuse(v, stand));
	if (slice_is(result, "justified") && reason.len == 0)
		return visit_wrong(v, S("reason"), "正当とするときは、何だったかを選んでください。", "Choose why it was in order.");
	if (incident && !visit_can(v, "case.open", S_NONE))
		return visit_wrong(v, S("result"), "事案を開けるのは、事案を扱う役割の人です。「聞き取りが必要」とし、その人に伝えてください。",
			"Only those who work on cases can open one: choose \"needs a talk\" and tell them.");
	TRY(screening_review(v->c, v->n, &reviewer, i.id, result, slice_is(result, "justified") ? reason : S("none"), note, &seq));
	if (!incident)
		return page_go(v, p, "/screening/items/%" S_FMT "#decided", S_ARG(i.id));
	TRY(become_case(v, &reviewer, &i, &num));
	return page_go(v, p, "/cases/%" S_FMT "/told", S_ARG(num));
}

/* ---- giving items out ---- */

/* Those of a list that nobody was given yet: kept before anybody was there to decide. */
rc page_screening_assign(struct visit *v, struct page *p)
{
	struct list_view l;

	TRY(list_open(v, &l));
	for (size_t k = 0; k < l.n; k++) {
		struct screening_reviewer *r;
		enum screening_stand stand;
		const struct json *item;

		if (l.items[k].reviewer.len || !slice_is(l.items[k].state, "new"))
			continue;
		TRY(item_open(v, &l, &l.items[k], &item, &stand));
		r = screening_choose(l.reviewers, l.nreviewers, item, l.items[k].auditor);
		if (!r)
			continue;
		TRY(screening_assign(v->c, v->n, &v->actor, &l.items[k], r->actor));
		r->items++;
	}
	return page_go(v, p, "/screening/lists/%" S_FMT, S_ARG(l.name));
}
