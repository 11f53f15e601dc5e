/* What is due, of all cases; and the list of cases. */
#include "door/http/pages.h"

#include "core/record/witness.h"
#include "door/http/listing.h"
#include "door/http/notices.h"
#include "door/http/screening_pages.h"
#include "door/http/together.h"

#include "base/banned.h"

#define PAGE_ROWS 50
#define HOME_DUTIES 12     /* what one can take in at a glance; the lists have the rest */
#define HOME_CASES 15
#define HOME_COUNTED 200   /* the nearest ones: the first page must not cost more where there are many */

/* Duties of cases that this person may see. */
static rc put_duties(struct visit *v, struct json_out *o, const char *name, const struct duty *d, size_t n, size_t most)
{
	size_t shown = 0;

	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n && shown < most; i++) {
		struct case_head h;

		TRY(case_find(v->c, v->st, d[i].case_id, &h));
		if (!visit_can(v, "page:case", h.id))
			continue;
		TRY(m_duty(v, o, &d[i], &h));
		shown++;
	}
	jo_end_array(o);
	return OK;
}

/* Whether each case has to be asked for: who sees cases for the whole house sees all of them. */
static bool bound_to_section(const struct visit *v)
{
	const struct who *w = v->who.inside;

	for (size_t i = 0; w && i < w->ngrants; i++)
		if (w->grants[i].section.len > 0)
			return true;
	return false;
}

/* Of the duties that this person may see. */
static void put_counts(struct visit *v, struct json_out *o, const struct duty *d, size_t n)
{
	bool any = visit_can(v, "page:cases", S_NONE), ask = bound_to_section(v);
	int64_t counts[URGENCIES] = { 0 };

	for (size_t i = 0; any && i < n; i++)
		if (!ask || visit_can(v, "page:case", d[i].case_id))
			counts[duty_urgency(&d[i], v->today)]++;
	jo_kv_int(o, "overdue", counts[URGENCY_OVERDUE]);
	jo_kv_int(o, "due_today", counts[URGENCY_TODAY]);
	jo_kv_int(o, "due_soon", counts[URGENCY_SOON]);
	jo_kv_int(o, "due_later", counts[URGENCY_LATER] + counts[URGENCY_PROMPT] + counts[URGENCY_FREE]);
}

static rc put_cases(struct visit *v, struct json_out *o, bool closed, const struct case_head *after, size_t most, slice *ret_next)
{
	struct case_head *page;
	size_t n;

	TRY(case_page(v->c, v->st, closed, after, most, &page, &n));
	jo_key(o, S("cases"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!visit_can(v, "page:case", page[i].id))
			continue;
		jo_object(o);
		TRY(m_case(v, o, &page[i]));
		jo_end_object(o);
	}
	jo_end_array(o);
	*ret_next = n == most ? page[n - 1].num : S_NONE;
	return OK;
}

/* An alarm of the witnesses concerns everybody who relies on the record; that it cannot be read is one too. */
static void put_witnesses(struct visit *v, struct json_out *o)
{
	struct tail t = { .state = TAIL_ALARM };

	if (node_tail(v->c, v->n, &t) != OK)
		fault_clear(v->c);
	jo_kv_bool(o, "witness_alarm", t.state == TAIL_ALARM);
	jo_kv_bool(o, "witness_ahead", t.state == TAIL_ALARM && t.ahead);
	jo_kv_bool(o, "witness_forks", t.forks > 0);
	jo_kv_bool(o, "witness_some", t.state != TAIL_ALARM && t.silent + t.refusing > 0);
}

rc page_home(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "home");
	struct duty *d;
	slice next;
	size_t n;

	TRY(duty_page(v->c, v->st, v->h->law, true, NULL, HOME_COUNTED, &d, &n));
	put_counts(v, o, d, n);
	if (n == HOME_COUNTED)
		jo_kv_int(o, "counted", HOME_COUNTED);
	TRY(notices_put_mine(v, o, "notices", 3));
	TRY(reviews_put_due(v, o));
	TRY(screening_put_waiting(v, o));
	TRY(put_duties(v, o, "duties", d, n, HOME_DUTIES));
	jo_kv_bool(o, "more", n > HOME_DUTIES);
	TRY(threads_put_waiting(v, o, 8));
	TRY(put_cases(v, o, false, NULL, HOME_CASES, &next));
	jo_kv_bool(o, "cases_more", next.len > 0);
	put_witnesses(v, o);
	return OK;
}

rc page_duties(struct visit *v, struct page *p)
{
	bool may = slice_is(visit_text(v, "kind"), "may");
	struct json_out *o = page_view(p, "duties");
	struct duty *d;
	size_t n;

	TRY(duty_page(v->c, v->st, v->h->law, !may, NULL, 500, &d, &n));
	jo_kv_bool(o, "voluntary", may);
	return put_duties(v, o, "duties", d, n, 500);
}

rc page_cases(struct visit *v, struct page *p)
{
	bool closed = slice_is(visit_text(v, "state"), "closed");
	slice after = visit_text(v, "after"), next;
	struct json_out *o = page_view(p, "cases");
	struct case_head h;

	if (after.len > 0)
		TRY(case_find(v->c, v->st, after, &h));
	jo_kv_bool(o, "showing_closed", closed);
	TRY(put_cases(v, o, closed, after.len ? &h : NULL, PAGE_ROWS, &next));
	jo_kv_text(o, "next_case", next);
	return OK;
}

/* ---- tables for the office ---- */

rc page_duties_table(struct visit *v, struct page *p)
{
	struct listing l;
	struct duty *d;
	size_t n;

	TRY(duty_page(v->c, v->st, v->h->law, true, NULL, CASE_PAGE_MOST, &d, &n));
	TRY(listing_begin(&l, v, say(v, "事案,義務,宛先,題名,期限,目標日", "case,duty,to,title,due,target")));
	for (size_t i = 0; i < n; i++) {
		struct case_head h;

		TRY(case_find(v->c, v->st, d[i].case_id, &h));
		if (!visit_can(v, "page:case", h.id))
			continue;
		TRY(listing_cell(&l, h.num));
		TRY(listing_cell(&l, d[i].rule));
		TRY(listing_cell(&l, duty_recipient(v->h->law, &d[i], v->today, v->ja)));
		TRY(listing_cell(&l, duty_title(&d[i], v->ja)));
		TRY(listing_day(&l, d[i].has_due, d[i].due));
		TRY(listing_day(&l, d[i].has_target, d[i].target));
	}
	return listing_done(&l, p, say(v, "義務の一覧", "duties"));
}

static rc list_case(struct listing *l, const struct case_head *h)
{
	TRY(listing_cell(l, h->num));
	TRY(listing_day(l, true, msec_jday(h->known)));
	TRY(listing_day(l, h->next_day != JDAY_MOST, h->next_day));
	TRY(listing_int(l, h->open_must));
	TRY(listing_int(l, h->open_may));
	return listing_int(l, h->asked);
}

rc page_cases_table(struct visit *v, struct page *p)
{
	struct case_head *page, after;
	const struct case_head *from = NULL;
	struct listing l;
	size_t n;

	TRY(listing_begin(&l, v, say(v, "事案,知った日,次の期限,しなければならない,任意,未回答", "case,known,next,must,may,asked")));
	do {
		TRY(case_page(v->c, v->st, false, from, CASE_PAGE_MOST, &page, &n));
		for (size_t i = 0; i < n; i++)
			if (visit_can(v, "page:case", page[i].id))
				TRY(list_case(&l, &page[i]));
		if (n > 0) {
			after = page[n - 1];
			from = &after;
		}
	} while (n == CASE_PAGE_MOST);
	return listing_done(&l, p, say(v, "事案の一覧", "cases"));
}
