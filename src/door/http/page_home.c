/* What is due, of all cases; and the list of cases. */
#include "door/http/pages.h"

#include "door/http/csv.h"
#include "door/http/notices.h"

#include "base/banned.h"

#define PAGE_ROWS 50

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

static void put_counts(struct visit *v, struct json_out *o, const struct duty *d, size_t n)
{
	int64_t counts[URGENCIES] = { 0 };

	for (size_t i = 0; i < n; i++)
		counts[duty_urgency(&d[i], v->today)]++;
	jo_kv_int(o, "overdue", counts[URGENCY_OVERDUE]);
	jo_kv_int(o, "due_today", counts[URGENCY_TODAY]);
	jo_kv_int(o, "due_soon", counts[URGENCY_SOON]);
	jo_kv_int(o, "due_later", counts[URGENCY_LATER] + counts[URGENCY_PROMPT] + counts[URGENCY_FREE]);
}

static rc put_cases(struct visit *v, struct json_out *o, bool closed, const struct case_head *after, slice *ret_next)
{
	struct case_head *page;
	size_t n;

	TRY(case_page(v->c, v->st, closed, after, PAGE_ROWS, &page, &n));
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
	*ret_next = n == PAGE_ROWS ? page[n - 1].num : S_NONE;
	return OK;
}

rc page_home(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "home");
	struct duty *d;
	slice next;
	size_t n;

	TRY(duty_page(v->c, v->st, v->h->law, true, NULL, 200, &d, &n));
	put_counts(v, o, d, n);
	TRY(notices_put_mine(v, o, "notices", 3));
	TRY(reviews_put_due(v, o));
	TRY(put_duties(v, o, "duties", d, n, 20));
	jo_kv_bool(o, "more", n > 20);
	TRY(put_cases(v, o, false, NULL, &next));
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
	TRY(put_cases(v, o, closed, after.len ? &h : NULL, &next));
	jo_kv_text(o, "next_case", next);
	return OK;
}

/* ---- tables for the office ---- */

static slice day_text(struct visit *v, bool has, jday d)
{
	struct buf b;

	buf_init(&b, v->c->a, 16);
	if (has)
		jday_put(&b, d);
	return buf_slice(&b);
}

rc page_duties_csv(struct visit *v, struct page *p)
{
	struct buf b;
	struct duty *d;
	slice bytes;
	size_t n;

	TRY(duty_page(v->c, v->st, v->h->law, true, NULL, 500, &d, &n));
	buf_init(&b, v->c->a, (size_t)4 << 20);
	csv_begin(&b, say(v, "事案,義務,宛先,題名,期限,目標日", "case,duty,to,title,due,target"));
	for (size_t i = 0; i < n; i++) {
		struct case_head h;

		TRY(case_find(v->c, v->st, d[i].case_id, &h));
		if (!visit_can(v, "page:case", h.id))
			continue;
		csv_cell(&b, h.num, false);
		csv_cell(&b, d[i].rule, false);
		csv_cell(&b, duty_recipient(v->h->law, &d[i], v->today, v->ja), false);
		csv_cell(&b, duty_title(&d[i], v->ja), false);
		csv_cell(&b, day_text(v, d[i].has_due, d[i].due), false);
		csv_cell(&b, day_text(v, d[i].has_target, d[i].target), true);
	}
	TRY(buf_done(v->c, &b, &bytes));
	return page_bytes(p, "text/csv; charset=utf-8", v->ja ? S("義務の一覧.csv") : S("duties.csv"), bytes);
}

rc page_cases_csv(struct visit *v, struct page *p)
{
	struct case_head *page, after;
	const struct case_head *from = NULL;
	struct buf b;
	slice bytes;
	size_t n;

	buf_init(&b, v->c->a, (size_t)16 << 20);
	csv_begin(&b, say(v, "事案,知った日,次の期限,しなければならない,任意,未回答", "case,known,next,must,may,asked"));
	do {
		TRY(case_page(v->c, v->st, false, from, CASE_PAGE_MOST, &page, &n));
		for (size_t i = 0; i < n; i++) {
			if (!visit_can(v, "page:case", page[i].id))
				continue;
			csv_cell(&b, page[i].num, false);
			csv_cell(&b, day_text(v, true, msec_jday(page[i].known)), false);
			csv_cell(&b, day_text(v, page[i].next_day != JDAY_MOST, page[i].next_day), false);
			buf_putf(&b, "%lld,%lld,%lld\r\n", (long long)page[i].open_must, (long long)page[i].open_may,
			         (long long)page[i].asked);
		}
		if (n > 0) {
			after = page[n - 1];
			from = &after;
		}
	} while (n == CASE_PAGE_MOST);
	TRY(buf_done(v->c, &b, &bytes));
	return page_bytes(p, "text/csv; charset=utf-8", v->ja ? S("事案の一覧.csv") : S("cases.csv"), bytes);
}
