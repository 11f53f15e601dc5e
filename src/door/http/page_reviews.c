/* Reviews that are due: the yearly one of accounts and rights, and acts that had only one pair of eyes. */
#include "door/http/pages.h"

#include "core/people/people.h"

#include "base/banned.h"

#define ACCOUNTS_MOST 2000u
#define SILENT_DAYS 90

static const char *title_of(struct visit *v, const struct review *r)
{
	return slice_is(r->kind, "rights") ? say(v, "利用者と役割の点検（年1回）", "Yearly review of accounts and roles") :
		say(v, "緊急に一人で行った操作の事後確認", "An act done alone in an emergency");
}

static rc put_review(struct visit *v, struct json_out *o, const struct review *r)
{
	struct case_head h;

	jo_object(o);
	jo_kv_int(o, "seq", r->seq);
	jo_kv_text(o, "kind", r->kind);
	jo_kv_bool(o, "rights", slice_is(r->kind, "rights"));
	jo_kv_text(o, "title", slice_of(title_of(v, r)));
	jo_kv_text(o, "act", r->act);
	if (!slice_is(r->kind, "rights") && case_find(v->c, v->st, r->case_id, &h) == OK)
		jo_kv_text(o, "num", h.num);
	fault_clear(v->c);
	m_day(v, o, "due", r->due);
	jo_kv_bool(o, "over", r->due < v->today);
	if (r->done) {
		m_when(v, o, "done", (struct when){ r->done, false });
		jo_kv_text(o, "done_by", who_name(v->c, v->n, r->done_by));
	}
	jo_end_object(o);
	return OK;
}

static rc put_list(struct visit *v, struct json_out *o, const char *name, bool open, jday until)
{
	struct review *r;
	size_t n;

	TRY(review_list(v->c, v->st, open, &r, &n));
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		if (r[i].due <= until)
			TRY(put_review(v, o, &r[i]));
	jo_end_array(o);
	return OK;
}

/* On the page of what is to be done: from a month before. */
rc reviews_put_due(struct visit *v, struct json_out *o)
{
	if (!visit_can(v, "review.done", S_NONE)) {
		jo_key(o, S("reviews"));
		jo_array(o);
		jo_end_array(o);
		return OK;
	}
	return put_list(v, o, "reviews", true, v->today + 30);
}

/* What an examiner looks for: never used, long silent, no second factor though the role asks for one, left but holding roles. */
static void put_doubts(struct visit *v, struct json_out *o, const struct account *a, const struct grant *g, size_t n)
{
	bool privileged = false;

	for (size_t i = 0; i < n; i++)
		privileged = privileged || (role_find(g[i].role) && role_find(g[i].role)->privileged);
	jo_key(o, S("doubts"));
	jo_array(o);
	if (a->state == ACCOUNT_ACTIVE && a->last_in == 0)
		jo_text(o, slice_of(say(v, "一度も使われていない", "never used")));
	if (a->last_in && a->last_in < v->c->now - SILENT_DAYS * DAY_MSEC)
		jo_text(o, slice_of(say(v, "90日以上使われていない", "not used for 90 days")));
	if (privileged && a->factors == 0)
		jo_text(o, slice_of(say(v, "二つ目の認証がない", "no second factor")));
	if (a->state == ACCOUNT_ACTIVE && n == 0)
		jo_text(o, slice_of(say(v, "役割がない", "no role")));
	jo_end_array(o);
}

static rc put_inventory(struct visit *v, struct json_out *o)
{
	struct account *a;
	struct look look;
	size_t n;

	TRY(people_look(v->c, &v->actor, S("review"), &look));
	TRY(people_list(v->c, v->st, S_NONE, ACCOUNTS_MOST, &a, &n));
	TRY(people_names_open(v->c, v->n, &look, a, n));
	jo_key(o, S("inventory"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		struct grant *g;
		size_t ng;

		if (a[i].state == ACCOUNT_LEFT)
			continue;
		TRY(people_granted(v->c, v->st, &a[i], v->today, &g, &ng));
		jo_object(o);
		jo_kv_text(o, "id", a[i].id);
		jo_kv_text(o, "name", a[i].name.len ? a[i].name : a[i].id);
		jo_key(o, S("roles"));
		jo_array(o);
		for (size_t k = 0; k < ng; k++)
			jo_text(o, slice_of(role_name(g[k].role, v->ja)));
		jo_end_array(o);
		if (a[i].last_in)
			m_when(v, o, "last_in", (struct when){ a[i].last_in, false });
		put_doubts(v, o, &a[i], g, ng);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_reviews(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "reviews");

	TRY(visit_may(v, "page:reviews", S_NONE));
	TRY(put_list(v, o, "open", true, JDAY_MOST));
	TRY(put_list(v, o, "done", false, JDAY_MOST));
	TRY(put_inventory(v, o));
	jo_kv_bool(o, "may_done", visit_can(v, "review.done", S_NONE));
	return OK;
}

rc page_review_done(struct visit *v, struct page *p)
{
	int64_t seq;

	TRY(form_count(v->c, v->in, "review", INT64_MAX / 2, &seq));
	TRY(review_done(v->c, v->n, &v->actor, seq, visit_text(v, "result")));
	return page_go(v, p, "/reviews");
}
