#include "door/http/screening_pages.h"

#include "door/http/together.h"

#include "base/banned.h"

#define ITEMS_MOST 10000u

struct look screening_look(const struct visit *v)
{
	static const slice code[] = { S_INIT("audit") };

	return (struct look){ .actor = v->actor, .code = { code, 1 } };
}

/* ---- a list ---- */

static rc read_items(struct visit *v, struct list_view *l)
{
	size_t room = 0, n;
	int64_t rank = 0;

	do {
		struct screening_item *page;

		TRY(screening_page(v->c, v->st, l->name, rank, SCREENING_PAGE_MOST, &page, &n));
		for (size_t i = 0; i < n; i++) {
			TRY_ROOM(v->c, l->items, l->n, room, 256);
			l->items[l->n++] = page[i];
		}
		rank = n ? page[n - 1].rank : rank;
	} while (n == SCREENING_PAGE_MOST && l->n < ITEMS_MOST);
	return OK;
}

static rc read_run(struct visit *v, struct list_view *l)
{
	const struct look look = screening_look(v);
	bool found;
	rc r;

	TRY(screening_reviewers(v->c, v->st, &l->reviewers, &l->nreviewers));
	TRY(screening_run_find(v->c, v->st, l->name, &l->run, &found));
	if (!found)
		return OK;
	r = screening_run_open(v->c, v->n, &look, &l->run, &l->sealed);
	if (r == E_NOTFOUND)   /* destroyed, or nothing was kept with it */
		fault_clear(v->c);
	return r == E_NOTFOUND ? OK : r;
}

rc list_open(struct visit *v, struct list_view *ret)
{
	struct list_view l = { .name = visit_text(v, "run") };

	TRY(read_items(v, &l));
	TRY(read_run(v, &l));
	if (l.n == 0 && l.run.run.len == 0)
		return FAIL(v->c, E_NOTFOUND, "screening.no_run");
	*ret = l;
	return OK;
}

rc list_of_item(struct visit *v, const struct screening_item *i, struct list_view *ret)
{
	*ret = (struct list_view){ .name = i->run };
	return read_run(v, ret);
}

slice department_name(struct visit *v, const struct list_view *l, slice word)
{
	slice name = json_text(json_get(json_get(l->sealed, S("departments")), word));

	if (slice_is(word, "several"))
		return slice_of(say(v, "複数の部署", "several departments"));
	return name.len ? name : word;
}

/* ---- an item ---- */

bool screening_checks(const struct visit *v) { return slice_is(v->actor.role, "auditor") || slice_is(v->actor.role, "inspector"); }

bool may_read(const struct visit *v, enum screening_stand stand)
{
	return stand == STAND_FREE || (screening_checks(v) && stand != STAND_PART);
}

rc item_open(struct visit *v, const struct list_view *l, const struct screening_item *i, const struct json **ret,
	enum screening_stand *ret_stand)
{
	const struct look look = screening_look(v);
	rc r = screening_open(v->c, v->n, &look, i, ret);

	if (r == E_NOTFOUND) {
		fault_clear(v->c);
		*ret = NULL;
	} else {
		TRY(r);
	}
	*ret_stand = screening_stand(l->reviewers, l->nreviewers, v->who.account, i, *ret);
	return OK;
}

slice item_decider(struct visit *v, const struct list_view *l, const struct screening_item *i, const struct json *item,
	enum screening_stand stand)
{
	bool self = slice_eq(i->reviewer, v->who.account);
	const struct screening_reviewer *r;

	if (i->reviewer.len && (!self || stand == STAND_FREE))
		return who_name(v->c, v->n, i->reviewer);
	/* nobody was given it: named is who could, but only to who may not */
	if (i->reviewer.len == 0 && (stand == STAND_FREE || stand == STAND_UNKNOWN))
		return S_NONE;
	r = screening_choose(l->reviewers, l->nreviewers, item, i->auditor);
	return r ? who_name(v->c, v->n, r->actor) : S_NONE;
}

slice score_text(struct visit *v, int64_t hundredths)
{
	struct buf b;

	buf_init(&b, v->c->a, 32);
	buf_putf(&b, "%d.%02d", (int)(hundredths / 100), (int)(hundredths % 100));
	return buf_slice(&b);
}

struct sentences { slice *v; size_t n, room; };

static rc known_add(struct visit *v, struct sentences *s, const struct buf *b)
{
	TRY_ROOM(v->c, s->v, s->n, s->room, 8);
	return buf_done(v->c, b, &s->v[s->n++]);
}

rc item_known(struct visit *v, const struct json *item, slice **ret, size_t *ret_n)
{
	struct sentences s = { 0 };
	struct buf b;

	for JSON_EACH(x, json_get(item, S("explanations"))) {
		buf_init(&b, v->c->a, 1024);
		buf_put(&b, screening_explanation_name(x->name, v->ja));
		buf_putf(&b, v->ja ? "：%lld件" : ": %lld", (long long)x->num);
		TRY(known_add(v, &s, &b));
	}
	for JSON_EACH(x, json_get(item, S("also"))) {
		buf_init(&b, v->c->a, 1024);
		buf_putf(&b, v->ja ? "同じことについて、ほかに見つかったもの：%" S_FMT : "found of the same matter too: %" S_FMT,
		         S_ARG(screening_kind_name(x->text, v->ja)));
		TRY(known_add(v, &s, &b));
	}
	if (json_get(item, S("raised_by"))) {
		buf_init(&b, v->c->a, 1024);
		buf_putz(&b, say(v, "部署のほかの方と使い方が異なるため、順位を上げています", "ranked higher, because the use is unlike the department's"));
		TRY(known_add(v, &s, &b));
	}
	for JSON_EACH(x, json_get(item, S("not_judged"))) {
		buf_init(&b, v->c->a, 1024);
		buf_putf(&b, v->ja ? "「%" S_FMT "」の表がないため、十分に判断できていません" : "half blind without the table of %" S_FMT,
		         S_ARG(screening_table_name(x->text, v->ja)));
		TRY(known_add(v, &s, &b));
	}
	*ret = s.v;
	*ret_n = s.n;
	return OK;
}

/* A moment of the list (RFC 3339); nothing when it holds none. */
static void m_stamp(struct visit *v, struct json_out *o, const char *name, const struct json *item)
{
	msec t;

	if (msec_parse(v->c, json_text(json_get(item, slice_of(name))), &t) == OK)
		m_time(v, o, name, t);
	else
		fault_clear(v->c);
}

static void m_users(struct json_out *o, const struct json *item)
{
	size_t n = 0;

	jo_key(o, S("users"));
	jo_array(o);
	for JSON_EACH(u, json_get(item, S("users")))
		if (n++ < 20)
			jo_text(o, u->text);
	jo_end_array(o);
	jo_kv_int(o, "users_more", n > 20 ? (int64_t)n - 20 : 0);
}

static rc m_opened(struct visit *v, struct json_out *o, const struct list_view *l, const struct screening_item *i,
	const struct json *item)
{
	const struct json *all = json_get(item, S("n_events"));
	slice *known;
	size_t n;

	TRY(item_known(v, item, &known, &n));
	jo_kv_text(o, "kind", i->kind);
	jo_kv_text(o, "kind_name", screening_kind_name(i->kind, v->ja));
	jo_kv_bool(o, "sample", slice_is(i->kind, "explained_sample"));
	jo_kv_text(o, "score", score_text(v, i->score));
	jo_kv_text(o, "score_name", screening_score_name(&v->h->strength, i->score, v->ja));
	jo_kv_text(o, "severity_name", screening_severity_name(i->severity, v->ja));
	jo_kv_text(o, "org", slice_is(i->org, "none") ? S_NONE : i->org);
	jo_kv_text(o, "department_name", department_name(v, l, i->department));
	m_users(o, item);
	jo_kv_text(o, "why", json_text(json_get(item, S("why"))));
	jo_kv_text(o, "would_explain", json_text(json_get(item, S("would_explain"))));
	jo_kv_text(o, "rule", json_text(json_get(item, S("rule"))));
	jo_kv_int(o, "events_all", all ? all->num : 0);
	jo_key(o, S("known"));
	jo_array(o);
	for (size_t k = 0; k < n; k++)
		jo_text(o, known[k]);
	jo_end_array(o);
	m_stamp(v, o, "from", item);
	m_stamp(v, o, "to", item);
	jo_kv_bool(o, "moment", slice_eq(json_text(json_get(item, S("from"))), json_text(json_get(item, S("to")))));
	return OK;
}

rc m_item(struct visit *v, struct json_out *o, const struct list_view *l, const struct screening_item *i,
	const struct json *item, enum screening_stand stand)
{
	bool open = item && may_read(v, stand);
	struct case_head h;

	jo_kv_text(o, "item", i->id);
	jo_kv_int(o, "rank", i->rank);
	jo_kv_bool(o, "open", open);
	jo_kv_bool(o, "gone", item == NULL);
	jo_kv_bool(o, "part", item && stand == STAND_PART);
	jo_kv_bool(o, "unknown", item && stand == STAND_UNKNOWN);
	jo_kv_bool(o, "auditors", item && stand == STAND_AUDITORS);
	/* how it ended is not told to whom it is about either */
	jo_kv_text(o, "state", stand == STAND_PART ? S_NONE : i->state);
	jo_kv_text(o, "state_name", stand == STAND_PART ? S_NONE : screening_state_name(i->state, v->ja));
	jo_kv_text(o, "reason_name", open && i->reason.len && !slice_is(i->reason, "none") ? screening_reason_name(i->reason, v->ja) : S_NONE);
	jo_kv_bool(o, "mine", slice_eq(i->reviewer, v->who.account) && stand == STAND_FREE);
	jo_kv_text(o, "decider", item_decider(v, l, i, item, stand));
	if (open && i->case_id.len && case_find(v->c, v->st, i->case_id, &h) == OK)
		jo_kv_text(o, "case", h.num);
	fault_clear(v->c);
	return open ? m_opened(v, o, l, i, item) : OK;
}

/* ---- the first page ---- */

rc screening_put_waiting(struct visit *v, struct json_out *o)
{
	struct screening_wait *w = NULL;
	slice newest = S_NONE;
	size_t n = 0;

	if (visit_can(v, "page:screening", S_NONE))
		TRY(screening_waiting(v->c, v->st, v->who.account, &w, &n));
	jo_key(o, S("screening"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "run", w[i].run);
		jo_kv_int(o, "count", w[i].n);
		jo_end_object(o);
	}
	jo_end_array(o);
	if (visit_can(v, "page:screening_numbers", S_NONE))
		TRY(screening_newest(v->c, v->st, &newest));
	jo_kv_text(o, "screening_newest", newest);
	return OK;
}
