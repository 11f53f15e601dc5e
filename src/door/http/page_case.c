/* The case: what to do, what is not known, what is known; its timeline, its record. */
#include "door/http/pages.h"

#include "door/http/likely.h"
#include "door/http/sentences.h"

#include "base/banned.h"

static rc put_title(struct visit *v, struct json_out *o, const struct case_head *h)
{
	struct look look = visit_look(v);
	slice title;

	if (!visit_can(v, "look:case", h->id)) {
		jo_kv_text(o, "title", S_NONE);
		return OK;
	}
	TRY(case_title_open(v->c, v->n, &look, h, &title));
	jo_kv_text(o, "title", title);
	return OK;
}

static rc put_duties(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty_view *d)
{
	static const char *const names[] = { "must", "may", "ended" };

	for (int group = 0; group < 3; group++) {
		jo_key(o, slice_of(names[group]));
		jo_array(o);
		for (size_t i = 0; i < d->n; i++) {
			const struct duty *x = &d->duties[i];
			int its = x->state != DUTY_OPEN ? 2 : x->must ? 0 : 1;

			if (its == group)
				TRY(m_duty(v, o, x, h));
		}
		jo_end_array(o);
	}
	return OK;
}

static void put_next(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty_view *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->duties[i].state != DUTY_OPEN || !d->duties[i].must)
			continue;
		jo_key(o, S("next_step"));
		(void)m_duty(v, o, &d->duties[i], h);
		return;
	}
}

static rc put_asks(struct visit *v, struct json_out *o, const struct duty_view *d, size_t most)
{
	jo_key(o, S("asks"));
	jo_array(o);
	for (size_t i = 0; i < d->nasks && i < most; i++) {
		const struct term *t = d->asks[i].term;
		slice ask = v->ja ? t->ask_ja : t->ask_en;

		jo_object(o);
		jo_kv_text(o, "path", t->path);
		jo_kv_text(o, "ask", ask.len ? ask : v->ja ? t->ja : t->en);
		jo_kv_int(o, "rules", d->asks[i].nrules);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_int(o, "asks_all", (int64_t)d->nasks);
	jo_kv_bool(o, "asks_more", d->nasks > most);
	return OK;
}

/* One bar a duty from the day of knowing to its last day: a picture beside the table, made of numbers only. */
static void put_chart(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty_view *d)
{
	jday first = msec_jday(h->known), last = v->today + 1;
	int row = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->duties[i].has_due && d->duties[i].due > last)
			last = d->duties[i].due;
	jo_key(o, S("bars"));
	jo_array(o);
	for (size_t i = 0; i < d->n && row < 12; i++) {
		const struct duty *x = &d->duties[i];
		jday end = x->has_due ? x->due : x->target;

		/* what is due promptly has no last day to draw */
		if (x->state != DUTY_OPEN || !x->must || last <= first || (!x->has_due && !x->has_target))
			continue;
		jo_object(o);
		jo_kv_int(o, "y", row * 34 + 40);
		jo_kv_int(o, "text_y", row * 34 + 36);
		jo_kv_int(o, "w", end <= first ? 4 : (int64_t)(end - first) * 900 / (last - first));
		jo_kv_text(o, "name", duty_title(x, v->ja));
		m_day(v, o, "end", end);
		jo_kv_int(o, "left", end - v->today);
		jo_end_object(o);
		row++;
	}
	jo_end_array(o);
	jo_kv_int(o, "chart_height", row * 34 + 54);
	jo_kv_int(o, "chart_now", last <= first ? 0 : (int64_t)(v->today - first) * 900 / (last - first));
}

rc page_case(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "case");
	struct duty_view d;
	struct case_head h;

	TRY(visit_case(v, &h));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &d));
	TRY(m_case(v, o, &h));
	TRY(put_title(v, o, &h));
	TRY(m_tabs(v, o, &h, "overview"));
	put_next(v, o, &h, &d);
	TRY(put_duties(v, o, &h, &d));
	TRY(likely_put(v, o, &h, &d));
	TRY(put_asks(v, o, &d, 5));
	put_chart(v, o, &h, &d);
	jo_kv_bool(o, "may_close", h.open_must == 0 && !h.closed && visit_can(v, "case.close", h.id));
	jo_kv_bool(o, "may_reopen", h.closed && visit_can(v, "case.reopen", h.id));
	jo_kv_bool(o, "may_state", visit_can(v, "fact.state", h.id));
	jo_kv_bool(o, "may_assign", !h.closed && visit_can(v, "case.assign", h.id));
	page_version(v, p, h.last_seq);
	return OK;
}

rc page_close_do(struct visit *v, struct page *p)
{
	bool reopen = slice_ends(slice_of(v->route->path), S("/reopen"));
	struct case_head h;
	struct act act;
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(case_act_close(v->c, &v->actor, &h, reopen, reopen ? S("reopened") : S("settled"), visit_text(v, "reason"), &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT, S_ARG(h.num));
}

/* ---- timeline ---- */

static void put_event(struct visit *v, struct json_out *o, const struct event *e)
{
	bool day = e->precision == EVENT_DAY || e->precision == EVENT_OPEN;

	jo_object(o);
	jo_kv_int(o, "seq", e->seq);
	m_when(v, o, "at", (struct when){ e->at, day });
	jo_kv_text(o, "precision", slice_of(event_precision_words[e->precision]));
	jo_kv_bool(o, "about", e->precision == EVENT_ABOUT);
	jo_kv_text(o, "kind", e->kind);
	jo_kv_text(o, "what", e->what);
	jo_kv_text(o, "who", e->who);
	jo_kv_text(o, "source", e->source);
	jo_kv_bool(o, "gone", e->gone);
	m_when(v, o, "stated", (struct when){ e->stated, false });
	jo_kv_text(o, "actor", e->actor);
	jo_end_object(o);
}

rc page_timeline(struct visit *v, struct page *p)
{
	struct look look;
	struct json_out *o = page_view(p, "timeline");
	struct case_head h;
	struct event *e;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	look = visit_look(v);
	TRY(case_events_at(v->c, v->st, h.id, INT64_MAX, &e, &n));
	if (visit_can(v, "look:case", h.id))
		TRY(case_events_open(v->c, v->n, &look, h.id, e, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "timeline"));
	jo_key(o, S("events"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		put_event(v, o, &e[i]);
	jo_end_array(o);
	m_date(v, o, "when", "at", v->route->method == GET, (struct when){ v->c->now - v->c->now % 60000, false });
	jo_kv_text(o, "what_given", given_or(v, "what", S_NONE));
	jo_kv_text(o, "by_given", given_or(v, "by", S_NONE));
	jo_kv_text(o, "source_given", given_or(v, "source", S_NONE));
	jo_kv_bool(o, "may_add", !h.closed && visit_can(v, "case.event", h.id));
	page_version(v, p, h.last_seq);
	return OK;
}

rc page_timeline_do(struct visit *v, struct page *p)
{
	enum event_precision precision = EVENT_MINUTE;
	struct when at = { v->c->now, false };
	slice kind = visit_text(v, "kind");
	struct case_head h;
	struct act act;
	int64_t seq;
	bool given;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(form_moment(v->c, v->in, "at", &at, &given));
	if (at.day_only)
		precision = EVENT_DAY;
	if (form_has(v->in, "about"))
		precision = EVENT_ABOUT;
	TRY(case_act_event(v->c, &v->actor, &h, at, precision, kind.len ? kind : S("event"), visit_text(v, "what"),
	                   visit_text(v, "by"), visit_text(v, "source"), -1, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/timeline", S_ARG(h.num));
}

/* ---- record of the case, and who looked ---- */

rc page_case_record(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "case_record");
	struct entry_filter f = { 0 };
	struct case_head h;

	TRY(visit_case(v, &h));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "record"));
	f.case_id = h.id;
	TRY(sentences_put(v, o, "entries", &f, "", 500));
	f.act = S("item.view");
	return sentences_put(v, o, "views", &f, "", 200);
}
