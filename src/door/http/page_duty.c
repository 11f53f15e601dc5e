/* One duty: why, by which clause, by when; done, not to be done, taken back. */
#include "door/http/pages.h"

#include "door/http/notices.h"

#include "base/banned.h"

static rc find(struct visit *v, const struct case_head *h, struct duty *ret)
{
	return duty_find(v->c, v->st, v->h->law, h, visit_text(v, "rule"), ret);
}

static void put_grounds(struct visit *v, struct json_out *o, const struct duty *d)
{
	jo_key(o, S("grounds"));
	jo_array(o);
	for (const struct ground *g = ground_table; g->word; g++) {
		if (d->must && !g->must)
			continue;
		jo_object(o);
		jo_kv_text(o, "value", slice_of(g->word));
		jo_kv_text(o, "label", slice_of(say(v, g->ja, g->en)));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_content(struct visit *v, struct json_out *o, const struct duty *d)
{
	jo_key(o, S("content"));
	jo_array(o);
	for (uint32_t i = 0; d->row && i < d->row->ncontent; i++)
		jo_text(o, v->ja ? d->row->content[i].ja : d->row->content[i].en);
	jo_end_array(o);
	if (d->row && d->row->nforms > 0)
		jo_kv_text(o, "form_id", d->row->forms[0]);
	if (d->row)
		jo_kv_text(o, "act_name", d->row->act_ja);
}

/* The reports that were made for it. */
static rc put_reports(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty *d)
{
	struct filing *f;
	size_t n;

	TRY(filing_list(v->c, v->st, h->id, &f, &n));
	jo_key(o, S("reports"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!slice_eq(f[i].rule, d->rule) || f[i].state == FILING_REPLACED)
			continue;
		jo_object(o);
		jo_kv_int(o, "no", f[i].num);
		jo_kv_text(o, "kind", slice_of(kind_name(v, f[i].kind)));
		jo_kv_bool(o, "submitted", f[i].state == FILING_SUBMITTED);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_duty(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "duty");
	struct duty_view all;
	struct case_head h;
	struct duty d;
	bool taken;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	TRY(find(v, &h, &d));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &all));
	for (size_t i = 0; i < all.n; i++)
		if (slice_eq(all.duties[i].rule, d.rule) && slice_eq(all.duties[i].recipient, d.recipient))
			d = all.duties[i];
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "overview"));
	jo_key(o, S("duty"));
	TRY(m_duty(v, o, &d, &h));
	put_content(v, o, &d);
	put_grounds(v, o, &d);
	TRY(notices_put_sent(v, o, &d, &taken));
	TRY(notices_put_ladder(v, o, &d));
	jo_kv_bool(o, "taken", taken);
	jo_kv_bool(o, "may_confirm", d.state == DUTY_OPEN && !taken && visit_can(v, "notice.confirm", h.id));
	TRY(put_reports(v, o, &h, &d));
	m_date(v, o, "on", "on", v->route->method == GET, (struct when){ v->c->now - v->c->now % 60000, false });
	jo_kv_bool(o, "may_done", visit_can(v, "duty.done", h.id));
	jo_kv_bool(o, "may_waive", visit_can(v, "duty.waive", h.id));
	jo_kv_bool(o, "may_undo", visit_can(v, "duty.undo", h.id));
	jo_kv_bool(o, "may_draft", d.row && d.row->nforms > 0 && visit_can(v, "report.draft", h.id));
	jo_kv_text(o, "reason_given", given_or(v, "reason", S_NONE));
	jo_kv_text(o, "note_given", given_or(v, "note", S_NONE));
	page_version(v, p, h.last_seq);
	return OK;
}

static rc append_and_go(struct visit *v, struct page *p, const struct case_head *h, const struct act *act)
{
	int64_t seq;

	TRY(node_append(v->c, v->n, act, &seq));
	return page_go(v, p, "/cases/%" S_FMT, S_ARG(h->num));
}

rc page_duty_done(struct visit *v, struct page *p)
{
	struct discharge how = { .how = visit_text(v, "how"), .receipt = visit_text(v, "receipt"), .note = visit_text(v, "note"),
		.on = { v->c->now, false } };
	struct case_head h;
	struct act act;
	struct duty d;
	bool given;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(find(v, &h, &d));
	TRY(form_moment(v->c, v->in, "on", &how.on, &given));
	if (how.on.at > v->c->now)
		return visit_wrong_key(v, S("on"), "duty.done_future");
	TRY(duty_act_done(v->c, &v->actor, &d, &how, &act));
	return append_and_go(v, p, &h, &act);
}

rc page_duty_waive(struct visit *v, struct page *p)
{
	struct case_head h;
	struct act act;
	struct duty d;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(find(v, &h, &d));
	TRY(duty_act_waive(v->c, &v->actor, &d, visit_text(v, "ground"), visit_text(v, "reason"), &act));
	return append_and_go(v, p, &h, &act);
}

rc page_duty_undo(struct visit *v, struct page *p)
{
	struct case_head h;
	struct act act;
	struct duty d;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(find(v, &h, &d));
	TRY(duty_act_undo(v->c, &v->actor, &d, visit_text(v, "reason"), &act));
	return append_and_go(v, p, &h, &act);
}
