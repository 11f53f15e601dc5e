/* Reports: drafted for a duty, filled in by steps with the paper beside it, checked by a second person, submitted. */
#include "door/http/pages.h"

#include "core/people/people.h"
#include "door/http/listing.h"

#include "base/banned.h"

static rc find(struct visit *v, const struct case_head *h, struct filing *ret)
{
	struct buf b;

	buf_init(&b, v->c->a, 128);
	buf_putf(&b, "%" S_FMT "/%" S_FMT, S_ARG(h->num), S_ARG(visit_text(v, "no")));
	return filing_find(v->c, v->st, buf_slice(&b), ret);
}

static void put_filing(struct visit *v, struct json_out *o, const struct filing *f)
{
	static const char *const ja[FILING_STATES] = { "下書き", "提出済み", "差し替え済み" };
	static const char *const en[FILING_STATES] = { "draft", "submitted", "replaced" };
	struct sheet_head head = { 0 };

	jo_kv_int(o, "no", f->num);
	jo_kv_text(o, "form", f->form);
	if (shelf_find(v->c, v->h->shelf, f->form, msec_jday(f->drafted), &head) != OK)
		fault_clear(v->c);
	jo_kv_text(o, "form_title", head.title);
	jo_kv_bool(o, "form_draft", head.draft);
	jo_kv_text(o, "kind", f->kind);
	jo_kv_text(o, "kind_name", slice_of(kind_name(v, f->kind)));
	jo_kv_text(o, "rule", f->rule);
	jo_kv_text(o, "to", f->recipient.len ? law_agency_name(v->h->law, f->recipient, v->today, v->ja) : S_NONE);
	jo_kv_text(o, "state", slice_of(filing_state_words[f->state]));
	jo_kv_text(o, "state_name", slice_of(say(v, ja[f->state], en[f->state])));
	jo_kv_bool(o, "draft", f->state == FILING_DRAFT);
	jo_kv_bool(o, "submitted_already", f->state == FILING_SUBMITTED);
	m_when(v, o, "drafted", (struct when){ f->drafted, false });
	if (f->state == FILING_SUBMITTED)
		m_when(v, o, "submitted", (struct when){ f->submitted, false });
	jo_kv_int(o, "missing_count", f->missing);
	jo_kv_bool(o, "follows", f->previous.len > 0);
}

rc page_reports(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "reports");
	struct duty_view d;
	struct case_head h;
	struct filing *f;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &d));
	TRY(filing_list(v->c, v->st, h.id, &f, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "reports"));
	jo_key(o, S("reports"));
	jo_array(o);
	for (size_t i = n; i-- > 0;) {
		if (f[i].state == FILING_REPLACED)
			continue;
		jo_object(o);
		put_filing(v, o, &f[i]);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_key(o, S("duties"));
	jo_array(o);
	for (size_t i = 0; i < d.n; i++)
		if (d.duties[i].state == DUTY_OPEN && d.duties[i].row && d.duties[i].row->nforms > 0)
			TRY(m_duty(v, o, &d.duties[i], &h));
	jo_end_array(o);
	jo_kv_bool(o, "may_draft", visit_can(v, "report.draft", h.id));
	return OK;
}

rc page_reports_table(struct visit *v, struct page *p)
{
	struct case_head h;
	struct listing l;
	struct filing *f;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	TRY(filing_list(v->c, v->st, h.id, &f, &n));
	TRY(listing_begin(&l, v, say(v, "事案,番号,義務,種類,作成,提出", "case,number,duty,kind,made,submitted")));
	for (size_t i = 0; i < n; i++) {
		if (f[i].state == FILING_REPLACED)
			continue;
		TRY(listing_cell(&l, h.num));
		TRY(listing_int(&l, f[i].num));
		TRY(listing_cell(&l, f[i].rule));
		TRY(listing_cell(&l, slice_of(kind_name(v, f[i].kind))));
		TRY(listing_time(&l, true, f[i].drafted));
		TRY(listing_time(&l, f[i].state == FILING_SUBMITTED, f[i].submitted));
	}
	return listing_done(&l, p, say(v, "報告書の一覧", "reports"));
}

static rc draft(struct visit *v, const struct case_head *h, slice rule, slice form, slice kind, struct filing *ret)
{
	const struct filing_request q = { .rule = rule, .form = form, .kind = kind };
	struct look look = visit_look(v);
	struct sheet *sheet;

	return filing_draft(v->c, v->n, v->h->terms, v->h->shelf, &look, h, &q, ret, &sheet);
}

rc page_report_draft(struct visit *v, struct page *p)
{
	struct case_head h;
	struct filing f;

	TRY(visit_case(v, &h));
	TRY(draft(v, &h, visit_text(v, "rule"), visit_text(v, "form"), visit_text(v, "kind"), &f));
	return page_go(v, p, "/cases/%" S_FMT "/reports/%lld", S_ARG(h.num), (long long)f.num);
}

/* ---- a report: its steps and its paper ---- */

struct open_report {
	struct case_head h;
	struct filing f;
	struct sheet *sheet;
	struct sheet_field *fields;
	size_t n;
};

static rc open_report(struct visit *v, const char *may, struct open_report *r)
{
	struct look look;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &r->h));
	TRY(visit_may(v, may, r->h.id));
	TRY(find(v, &r->h, &r->f));
	look = visit_look(v);
	TRY(filing_open(v->c, v->n, v->h->shelf, &look, &r->f, &r->sheet));
	return sheet_fields(v->c, r->sheet, &r->fields, &r->n);
}

/* Sections in which something can be filled in, with how much is still missing. */
static void put_steps(struct visit *v, struct json_out *o, const struct open_report *r, slice here)
{
	size_t no = 0;

	jo_key(o, S("steps"));
	jo_array(o);
	for (size_t i = 0; i < r->n;) {
		const struct sheet_field *first = &r->fields[i];
		int64_t missing = 0, paths = 0;

		for (; i < r->n && slice_eq(r->fields[i].section, first->section) && slice_eq(r->fields[i].sheet, first->sheet); i++) {
			missing += r->fields[i].missing;
			paths += r->fields[i].applies ? (int64_t)r->fields[i].npaths : 0;
		}
		if (paths == 0)
			continue;
		jo_object(o);
		jo_kv_int(o, "step_no", (int64_t)++no);
		jo_kv_text(o, "id", first->section);
		jo_kv_text(o, "name", v->ja ? first->section_ja : first->section_en);
		jo_kv_int(o, "missing", missing);
		jo_kv_bool(o, "here", slice_eq(first->section, here));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_paper(struct visit *v, struct json_out *o, const struct open_report *r, slice here)
{
	slice section = S_NONE;
	bool open = false;

	jo_key(o, S("paper"));
	jo_array(o);
	for (size_t i = 0; i < r->n; i++) {
		const struct sheet_field *x = &r->fields[i];

		if (!x->applies && x->text.len == 0)
			continue;
		if (!open || !slice_eq(section, x->section)) {
			if (open) {
				jo_end_array(o);
				jo_end_object(o);
			}
			open = true;
			section = x->section;
			jo_object(o);
			jo_kv_text(o, "head", v->ja ? x->section_ja : x->section_en);
			jo_kv_bool(o, "here", here.len > 0 && slice_eq(section, here));
			jo_key(o, S("lines"));
			jo_array(o);
		}
		jo_object(o);
		jo_kv_text(o, "code", x->code);
		jo_kv_text(o, "label", v->ja ? x->ja : x->en);
		jo_kv_text(o, "text", x->text);
		jo_kv_bool(o, "missing", x->missing);
		jo_kv_bool(o, "required", x->required);
		jo_kv_text(o, "section", x->section);
		jo_end_object(o);
	}
	if (open) {
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* Who drafted: whoever submits must be another (四眼). */
static rc drafter(struct visit *v, const struct filing *f, slice *ret)
{
	struct entry e;

	TRY(record_get(v->c, v->n, f->seq, &e));
	*ret = e.actor.id;
	return OK;
}

static rc put_approvals(struct visit *v, struct json_out *o, const struct open_report *r, bool own)
{
	int64_t *seqs;
	size_t n;

	TRY(approval_list(v->c, v->st, r->h.id, S("report.submit"), r->f.seq, &seqs, &n));
	jo_key(o, S("approvals"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		struct entry e;

		TRY(record_get(v->c, v->n, seqs[i], &e));
		jo_object(o);
		jo_kv_text(o, "by", who_name(v->c, v->n, e.actor.id));
		m_when(v, o, "at", (struct when){ e.at, false });
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_bool(o, "may_approve", !own && r->f.state == FILING_DRAFT && visit_can(v, "approval.give", r->h.id));
	jo_kv_bool(o, "own_draft", own);
	return OK;
}

static rc put_head(struct visit *v, struct json_out *o, const struct open_report *r)
{
	slice who;

	TRY(m_case(v, o, &r->h));
	TRY(m_tabs(v, o, &r->h, "reports"));
	put_filing(v, o, &r->f);
	TRY(drafter(v, &r->f, &who));
	jo_kv_text(o, "drafter", who_name(v->c, v->n, who));
	TRY(put_approvals(v, o, r, slice_eq(who, v->who.account)));
	jo_kv_bool(o, "may_submit", r->f.state == FILING_DRAFT && visit_can(v, "report.submit", r->h.id));
	jo_kv_bool(o, "may_draft", r->f.state == FILING_DRAFT && visit_can(v, "report.draft", r->h.id));
	return OK;
}

rc page_report(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "report");
	struct open_report r = { 0 };

	TRY(open_report(v, "page:report", &r));
	TRY(put_head(v, o, &r));
	put_steps(v, o, &r, S_NONE);
	put_paper(v, o, &r, S_NONE);
	m_date(v, o, "on", "on", v->route->method == GET, (struct when){ v->c->now - v->c->now % 60000, false });
	jo_kv_text(o, "receipt_given", given_or(v, "receipt", S_NONE));
	jo_kv_text(o, "note_given", given_or(v, "note", S_NONE));
	page_version(v, p, r.h.last_seq);
	return OK;
}

static rc put_step_controls(struct visit *v, struct json_out *o, const struct open_report *r, slice step)
{
	const struct term **seen;
	struct look look = visit_look(v);
	struct fact *facts;
	size_t nfacts, nseen = 0;

	TRY_ARRAY(v->c, seen, r->n * 4 + 1);
	TRY(case_facts_at(v->c, v->st, v->h->terms, r->h.id, MOMENT_NOW, &facts, &nfacts));
	TRY(case_facts_open(v->c, v->n, &look, r->h.id, facts, nfacts));
	jo_key(o, S("controls"));
	jo_array(o);
	for (size_t i = 0; i < r->n; i++) {
		const struct sheet_field *x = &r->fields[i];

		if (!slice_eq(x->section, step) || !x->applies)
			continue;
		for (size_t k = 0; k < x->npaths; k++) {
			const struct term *t = terms_find(v->h->terms, x->paths[k]);
			const struct fact *f = NULL;
			bool twice = !t;
			enum need need;

			for (size_t m = 0; m < nseen; m++)
				twice = twice || seen[m] == t;
			if (twice)
				continue;
			for (size_t m = 0; m < nfacts; m++)
				if (facts[m].term == t)
					f = &facts[m];
			seen[nseen++] = t;
			need = !x->must[k] ? NEED_NOT : x->missing || f || x->text.len == 0 ? NEED : NEED_FILLED;
			TRY(m_control(v, o, t, f, "fact.", need));
		}
	}
	jo_end_array(o);
	return OK;
}

static bool has_step(const struct open_report *r, slice step)
{
	for (size_t i = 0; i < r->n; i++)
		if (slice_eq(r->fields[i].section, step))
			return true;
	return false;
}

rc page_report_step(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "report_step");
	slice step = visit_text(v, "step");
	struct open_report r = { 0 };

	TRY(open_report(v, "report.draft", &r));
	if (!has_step(&r, step))
		return FAIL(v->c, E_NOTFOUND, "http.no_page");
	TRY(put_head(v, o, &r));
	jo_kv_text(o, "step", step);
	put_steps(v, o, &r, step);
	TRY(put_step_controls(v, o, &r, step));
	put_paper(v, o, &r, step);
	page_version(v, p, r.h.last_seq);
	return OK;
}

/* The step behind this one; empty after the last. */
static slice next_step(const struct open_report *r, slice step)
{
	bool passed = false;

	for (size_t i = 0; i < r->n; i++) {
		if (slice_eq(r->fields[i].section, step))
			passed = true;
		else if (passed && r->fields[i].applies && r->fields[i].npaths > 0)
			return r->fields[i].section;
	}
	return S_NONE;
}

/* Saves what was filled in as facts of the case, and draws the report anew from all that is known. */
rc page_report_step_do(struct visit *v, struct page *p)
{
	slice step = visit_text(v, "step"), next;
	struct open_report r = { 0 };
	struct page told = { 0 };
	struct filing f;

	TRY(open_report(v, "report.draft", &r));
	if (r.f.state != FILING_DRAFT)
		return FAIL(v->c, E_CONFLICT, "filing.not_draft");
	next = form_has(v->in, "stay") ? step : next_step(&r, step);
	buf_init(&told.model, v->c->a, (size_t)1 << 20);
	told.o = json_out_on(&told.model);
	jo_object(&told.o);
	TRY(page_facts_do(v, &told));
	TRY(case_find(v->c, v->st, r.h.id, &r.h));
	TRY(draft(v, &r.h, r.f.rule, r.f.form, r.f.kind, &f));
	if (next.len == 0)
		return page_go(v, p, "/cases/%" S_FMT "/reports/%lld", S_ARG(r.h.num), (long long)f.num);
	return page_go(v, p, "/cases/%" S_FMT "/reports/%lld/steps/%" S_FMT, S_ARG(r.h.num), (long long)f.num, S_ARG(next));
}

static slice file_name(struct visit *v, const struct open_report *r, const char *ending)
{
	struct buf b;

	buf_init(&b, v->c->a, 256);
	buf_putf(&b, "%" S_FMT "-%lld-%s.%s", S_ARG(r->h.num), (long long)r->f.num, kind_name(v, r->f.kind), ending);
	return buf_slice(&b);
}

static rc mark_changes(struct visit *v, struct open_report *r)
{
	struct look look = visit_look(v);
	struct sheet *before;
	struct filing old;

	if (r->f.previous.len == 0)
		return OK;
	TRY(filing_find(v->c, v->st, r->f.previous, &old));
	TRY(filing_open(v->c, v->n, v->h->shelf, &look, &old, &before));
	return sheet_mark_changes(v->c, before, r->sheet);
}

rc page_report_pdf(struct visit *v, struct page *p)
{
	struct open_report r = { 0 };
	slice bytes;

	TRY(open_report(v, "page:report", &r));
	TRY(mark_changes(v, &r));
	TRY(sheet_pdf(v->c, r.sheet, &bytes));
	return page_bytes(p, "application/pdf", file_name(v, &r, "pdf"), bytes);
}

rc page_report_xlsx(struct visit *v, struct page *p)
{
	struct open_report r = { 0 };
	slice bytes;

	TRY(open_report(v, "page:report", &r));
	TRY(sheet_xlsx(v->c, r.sheet, &bytes));
	return page_bytes(p, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", file_name(v, &r, "xlsx"), bytes);
}

rc page_report_changes(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "report_changes");
	struct open_report r = { 0 };
	struct sheet_change *ch;
	struct sheet *before;
	struct filing old;
	struct look look;
	size_t n;

	TRY(open_report(v, "page:report", &r));
	TRY(put_head(v, o, &r));
	if (r.f.previous.len == 0)
		return FAIL(v->c, E_NOTFOUND, "filing.no_previous");
	look = visit_look(v);
	TRY(filing_find(v->c, v->st, r.f.previous, &old));
	TRY(filing_open(v->c, v->n, v->h->shelf, &look, &old, &before));
	TRY(sheet_diff(v->c, before, r.sheet, &ch, &n));
	jo_kv_int(o, "before_no", old.num);
	jo_key(o, S("changes"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "code", ch[i].code);
		jo_kv_text(o, "label", ch[i].ja);
		jo_kv_text(o, "kind", slice_of(ch[i].kind == '+' ? say(v, "加わった", "added") : ch[i].kind == '-' ?
			say(v, "なくなった", "removed") : say(v, "変わった", "changed")));
		jo_kv_text(o, "before", ch[i].before);
		jo_kv_text(o, "after", ch[i].after);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* ---- submitting ---- */

/* Read by a second person and found right: the third step of the way. */
rc page_report_approve(struct visit *v, struct page *p)
{
	struct case_head h;
	struct filing f;
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(find(v, &h, &f));
	if (f.state != FILING_DRAFT)
		return FAIL(v->c, E_CONFLICT, "filing.not_draft");
	TRY(approval_give(v->c, v->n, &v->actor, S("report.submit"), h.id, f.seq, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/reports/%lld", S_ARG(h.num), (long long)f.num);
}

/*
 * Approvals of the draft. When nobody else can be reached before the deadline, it goes out without one, with a reason;
 * it stands flagged, and somebody else reviews it.
 */
static rc four_eyes(struct visit *v, const struct case_head *h, const struct filing *f, struct submission *s)
{
	int64_t *approvals;

	s->emergency = form_has(v->in, "emergency");
	if (s->emergency && s->note.len == 0)
		return visit_wrong_key(v, S("note"), "filing.emergency_reason");
	if (s->emergency)
		return OK;
	TRY(approval_list(v->c, v->st, h->id, S("report.submit"), f->seq, &approvals, &s->napprovals));
	s->approvals = approvals;
	return OK;
}

rc page_report_submit(struct visit *v, struct page *p)
{
	struct submission s = { .on = { v->c->now, false }, .receipt = visit_text(v, "receipt"),
		.channel = visit_text(v, "channel"), .note = visit_text(v, "note"), .incomplete = form_has(v->in, "incomplete") };
	struct case_head h;
	struct filing f;
	bool given, discharged;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(find(v, &h, &f));
	TRY(form_moment(v->c, v->in, "on", &s.on, &given));
	if (s.on.at > v->c->now)
		return visit_wrong_key(v, S("on"), "duty.done_future");
	TRY(four_eyes(v, &h, &f, &s));
	TRY(filing_submit(v->c, v->n, v->h->terms, &v->actor, &f, &s, &discharged));
	return page_go(v, p, "/cases/%" S_FMT "/reports/%lld", S_ARG(h.num), (long long)f.num);
}
