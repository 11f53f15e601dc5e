/*
 * First report in three minutes: ten questions that somebody can answer standing, each with "not known yet". What the
 * organisation is, is asked once and taken from its last case. Then whom to tell by when.
 */
#include "door/http/pages.h"

#include "door/http/likely.h"
#include "work/thread/thread.h"

#include "base/banned.h"

/* Asked of every case, in this order. */
static const char *const asked[] = {
	"cause", "has_personal_data", "leak", "loss", "damage", "persons", "sensitive", "mynumber", "financial_data",
	"dishonest_purpose", "processor_role",
};
/* What the organisation is: the same from case to case. */
static const char *const standing[] = {
	"org_type", "sector", "delegated_to", "handles_data", "listed", "critical_infra", "special_infra_operator",
	"holds_mynumber_file", "eu_data_subjects", "gdpr_role",
};
static const char *const shown_standing[] = { "org_type", "sector" };

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static const struct fact *fact_of(const struct fact *v, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].term->path, path))
			return &v[i];
	return NULL;
}

/* Facts of the newest case that this person may see; none on the first day. */
static rc last_facts(struct visit *v, struct fact **ret, size_t *ret_n)
{
	struct case_head *page;
	const struct case_head *newest = NULL;
	size_t n;

	*ret = NULL;
	*ret_n = 0;
	for (int closed = 0; closed < 2; closed++) {
		TRY(case_page(v->c, v->st, closed == 1, NULL, CASE_PAGE_MOST, &page, &n));
		for (size_t i = 0; i < n; i++)
			if ((!newest || page[i].seq > newest->seq) && visit_can(v, "page:case", page[i].id))
				newest = &page[i];
	}
	return newest ? case_facts_at(v->c, v->st, v->h->terms, newest->id, MOMENT_NOW, ret, ret_n) : OK;
}

static rc put_controls(struct visit *v, struct json_out *o, const char *name, const char *const *paths, size_t n,
                       const struct fact *facts, size_t nfacts)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		const struct term *t = terms_find(v->h->terms, slice_of(paths[i]));

		if (t)
			TRY(m_control(v, o, t, fact_of(facts, nfacts, paths[i]), "fact.", strcmp(paths[i], "cause") == 0 ? NEED : NEED_NOT));
	}
	jo_end_array(o);
	return OK;
}

/*
 * At an authority most cases are other people's: what it has to do then is to act together, not to report. It is asked, because an
 * authority leaks too.
 */
static rc put_part(struct visit *v, struct json_out *o)
{
	const struct term *t = terms_find(v->h->terms, S("node_role"));
	struct fact usual = { .term = t };
	slice cls, role;

	TRY(house_class(v->c, v->st, &cls));
	role = role_of_class(cls);
	jo_key(o, S("part"));
	jo_array(o);
	if (t && role.len > 0) {
		TRY(said_from_text(v->c, t, role, &usual.said));
		TRY(m_control(v, o, t, &usual, "fact.", NEED_NOT));
	}
	jo_end_array(o);
	return OK;
}

rc page_first(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "first");
	struct fact *facts;
	size_t n;

	TRY(last_facts(v, &facts, &n));
	m_date(v, o, "known", "known", true, (struct when){ v->c->now - v->c->now % 60000, false });
	TRY(put_part(v, o));
	TRY(put_controls(v, o, "controls", asked, COUNT(asked), NULL, 0));
	TRY(put_controls(v, o, "standing", shown_standing, COUNT(shown_standing), facts, n));
	jo_kv_bool(o, "org_known", n > 0);
	jo_kv_text(o, "title_given", given_or(v, "title", S_NONE));
	jo_kv_text(o, "summary_given", given_or(v, "summary", S_NONE));
	return OK;
}

/* What was answered, then what stands from the last case, then the summary. */
static rc statements(struct visit *v, struct when known, struct statement *s, size_t *ret_n)
{
	struct fact *facts;
	size_t nfacts, n = 0;
	slice summary = visit_text(v, "summary");

	for (size_t i = 0; i < terms_count(v->h->terms) && n + 20 < LIMIT_STATEMENTS; i++) {
		const struct term *t = terms_at(v->h->terms, i);
		bool given;
		rc r = control_read(v, t, &s[n].said, &given);

		if (r != OK) {
			struct buf b;

			buf_init(&b, v->c->a, 200);
			buf_putf(&b, "fact.%" S_FMT, S_ARG(t->path));
			(void)visit_wrong_key(v, buf_slice(&b), v->c->fault.key);
			continue;
		}
		if (!given)
			continue;
		s[n].term = t;
		s[n++].known = known;
	}
	if (v->nerrors > 0)
		return FAIL(v->c, E_INVALID, "form.wrong");
	TRY(last_facts(v, &facts, &nfacts));
	for (size_t i = 0; i < COUNT(standing); i++) {
		const struct fact *f = fact_of(facts, nfacts, standing[i]);
		bool there = !f || f->sealed;

		for (size_t k = 0; k < n; k++)
			there = there || slice_is(s[k].term->path, standing[i]);
		if (!there)
			s[n++] = (struct statement){ .term = f->term, .said = f->said, .sure = f->sure, .known = known };
	}
	if (summary.len > 0) {
		s[n].term = terms_find(v->h->terms, S("summary"));
		TRY(said_from_text(v->c, s[n].term, summary, &s[n].said));
		s[n++].known = known;
	}
	*ret_n = n;
	return OK;
}

rc page_first_do(struct visit *v, struct page *p)
{
	const struct origin o = { .source = v->ja ? S("第一報の画面") : S("first report") };
	struct when known = { v->c->now, false };
	struct followed f;
	struct statement *s;
	bool given;
	size_t n;

	TRY_ARRAY(v->c, s, LIMIT_STATEMENTS + 4);
	TRY(form_moment(v->c, v->in, "known", &known, &given));
	if (known.at > v->c->now)
		return visit_wrong_key(v, S("known"), "case.known_future");
	TRY(statements(v, known, s, &n));
	TRY(duty_open_case(v->c, v->n, v->h->terms, &v->actor, known, visit_text(v, "title"), s, n, &o, &f));
	return page_go(v, p, "/cases/%" S_FMT "/told", S_ARG(f.num));
}

/* Whom to tell, by when: the answer to the first report. */
rc page_told(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "told");
	struct duty_view d;
	struct case_head h;

	TRY(visit_case(v, &h));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &d));
	TRY(m_case(v, o, &h));
	for (int must = 1; must >= 0; must--) {
		jo_key(o, must ? S("must") : S("may"));
		jo_array(o);
		for (size_t i = 0; i < d.n; i++)
			if (d.duties[i].state == DUTY_OPEN && d.duties[i].must == (must == 1))
				TRY(m_duty(v, o, &d.duties[i], &h));
		jo_end_array(o);
	}
	TRY(likely_put(v, o, &h, &d));
	jo_kv_int(o, "questions", (int64_t)d.nasks);
	page_version(v, p, h.last_seq);
	return OK;
}
