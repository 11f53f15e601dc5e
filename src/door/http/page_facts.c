/* What is known of a case, and stating more of it: by section, or the questions that would decide something. */
#include "door/http/pages.h"

#include "base/banned.h"

/* ---- sections: groups of the law, then those of the record ---- */

struct part { slice id, ja, en; };

static const struct part law_parts[] = {
	{ S_INIT("organisation"), S_INIT("組織"), S_INIT("organisation") }, { S_INIT("event"), S_INIT("出来事"), S_INIT("event") },
	{ S_INIT("data"), S_INIT("情報と人数"), S_INIT("data and people") }, { S_INIT("mynumber"), S_INIT("マイナンバー"), S_INIT("My Number") },
	{ S_INIT("sector"), S_INIT("業法・重要インフラ"), S_INIT("sector") }, { S_INIT("acd"), S_INIT("サイバー対処能力強化法"), S_INIT("cyber defence act") },
	{ S_INIT("agency"), S_INIT("行政機関"), S_INIT("agencies") }, { S_INIT("gdpr"), S_INIT("GDPR"), S_INIT("GDPR") },
};

#define LAW_PARTS (sizeof law_parts / sizeof law_parts[0])

static slice part_of_term(struct visit *v, const struct term *t)
{
	if (t->law_index >= 0)
		return law_fact_at(v->h->law, (uint32_t)t->law_index)->group;
	return shelf_section_of(v->h->shelf, t->path);
}

static void put_part(struct visit *v, struct json_out *o, const struct part *x, slice here)
{
	jo_object(o);
	jo_kv_text(o, "id", x->id);
	jo_kv_text(o, "name", v->ja ? x->ja : x->en);
	jo_kv_bool(o, "here", slice_eq(x->id, here));
	jo_end_object(o);
}

static void put_parts(struct visit *v, struct json_out *o, slice here)
{
	jo_key(o, S("sections"));
	jo_array(o);
	for (size_t i = 0; i < LAW_PARTS; i++)
		put_part(v, o, &law_parts[i], here);
	for (size_t i = 1; i < shelf_sections(v->h->shelf); i++) {
		struct shelf_section x = shelf_section(v->h->shelf, i);

		put_part(v, o, &(struct part){ x.id, x.ja, x.en }, here);
	}
	jo_end_array(o);
}

/* ---- one fact ---- */

static slice value_text(struct visit *v, const struct fact *f)
{
	struct buf b;

	buf_init(&b, v->c->a, 2 * LIMIT_VALUE_JSON);
	if (f->gone)
		buf_putz(&b, say(v, "（廃棄済み）", "(disposed of)"));
	else if (f->sealed && f->said.json.len == 0 && f->said.state == SAID_VALUE)
		buf_putz(&b, say(v, "（封印されています）", "(sealed)"));
	else
		said_put(v->c, &b, f->term, &f->said, v->ja);
	return buf_slice(&b);
}

static const char *sure_name(struct visit *v, const struct fact *f)
{
	static const char *const ja[SAID_SURES] = { "確認済み", "推定", "仮定", "伝聞" };
	static const char *const en[SAID_SURES] = { "confirmed", "estimated", "assumed", "heard" };

	return f->said.state == SAID_VALUE ? say(v, ja[f->sure], en[f->sure]) : "";
}

static void put_fact(struct visit *v, struct json_out *o, const struct fact *f)
{
	jo_object(o);
	jo_kv_text(o, "path", f->term->path);
	jo_kv_text(o, "label", v->ja ? f->term->ja : f->term->en);
	jo_kv_text(o, "value", value_text(v, f));
	jo_kv_bool(o, "unknown", f->said.state == SAID_UNKNOWN);
	jo_kv_text(o, "sure", slice_of(said_sure_words[f->sure]));
	jo_kv_text(o, "sure_name", slice_of(sure_name(v, f)));
	m_when(v, o, "known", f->known);
	m_when(v, o, "stated", (struct when){ f->stated, false });
	jo_kv_text(o, "actor", f->actor);
	jo_kv_text(o, "actor_name", who_name(v->c, v->n, f->actor));
	jo_kv_int(o, "seq", f->seq);
	jo_kv_bool(o, "correction", f->mends >= 0);
	jo_kv_text(o, "by", f->by);
	jo_kv_text(o, "source", f->source);
	jo_kv_text(o, "reason", f->reason);
	jo_end_object(o);
}

static rc open_facts(struct visit *v, const struct case_head *h, struct fact *facts, size_t n)
{
	struct look look = visit_look(v);

	return !visit_can(v, "look:case", h->id) ? OK : case_facts_open(v->c, v->n, &look, h->id, facts, n);
}

static const struct fact *fact_of(const struct fact *v, size_t n, const struct term *t)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].term == t)
			return &v[i];
	return NULL;
}

/* ---- the page ---- */

static rc put_known(struct visit *v, struct json_out *o, const struct fact *facts, size_t n, slice part)
{
	jo_key(o, S("facts"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		if (part.len == 0 || slice_eq(part_of_term(v, facts[i].term), part))
			put_fact(v, o, &facts[i]);
	jo_end_array(o);
	return OK;
}

static rc put_controls(struct visit *v, struct json_out *o, const struct fact *facts, size_t n, slice part)
{
	jo_key(o, S("controls"));
	jo_array(o);
	for (size_t i = 0; i < terms_count(v->h->terms); i++) {
		const struct term *t = terms_at(v->h->terms, i);

		if (!t->same && slice_eq(part_of_term(v, t), part))
			TRY(m_control(v, o, t, fact_of(facts, n, t), "fact.", NEED_NOT));
	}
	jo_end_array(o);
	return OK;
}

static rc show(struct visit *v, struct page *p, const struct case_head *h)
{
	slice part = visit_text(v, "section");
	struct json_out *o = page_view(p, "facts");
	struct fact *facts;
	size_t n;

	TRY(case_facts_at(v->c, v->st, v->h->terms, h->id, MOMENT_NOW, &facts, &n));
	TRY(open_facts(v, h, facts, n));
	TRY(m_case(v, o, h));
	TRY(m_tabs(v, o, h, "facts"));
	put_parts(v, o, part);
	jo_kv_text(o, "section", part);
	TRY(put_known(v, o, facts, n, part));
	jo_kv_bool(o, "may_state", !h->closed && visit_can(v, "fact.state", h->id));
	if (part.len > 0)
		TRY(put_controls(v, o, facts, n, part));
	m_date(v, o, "known_at", "known", v->route->method == GET, (struct when){ v->c->now - v->c->now % 60000, false });
	page_version(v, p, h->last_seq);
	return OK;
}

rc page_facts(struct visit *v, struct page *p)
{
	struct case_head h;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	if (slice_is(visit_text(v, "from"), "ask"))
		return page_ask(v, p);
	return show(v, p, &h);
}

/* ---- the questions that would decide something ---- */

rc page_ask(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "ask");
	struct duty_view d;
	struct case_head h;
	struct fact *facts;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &d));
	TRY(case_facts_at(v->c, v->st, v->h->terms, h.id, MOMENT_NOW, &facts, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "overview"));
	jo_key(o, S("controls"));
	jo_array(o);
	for (size_t i = 0; i < d.nasks && i < 12; i++)
		TRY(m_control(v, o, d.asks[i].term, fact_of(facts, n, d.asks[i].term), "fact.", NEED_NOT));
	jo_end_array(o);
	jo_kv_int(o, "asks_all", (int64_t)d.nasks);
	m_date(v, o, "known_at", "known", v->route->method == GET, (struct when){ v->c->now - v->c->now % 60000, false });
	page_version(v, p, h.last_seq);
	return OK;
}

/* ---- stating ---- */

/* Said again what stands already: no statement. */
static bool same_said(const struct said *a, const struct fact *f)
{
	return f && !f->gone && a->state == f->said.state && a->exact == f->said.exact && slice_eq(a->json, f->said.json);
}

static rc read_statements(struct visit *v, const struct case_head *h, const struct statement *given, struct statement *s,
                          size_t *ret_n)
{
	struct fact *facts;
	size_t nfacts, n = 0;

	TRY(case_facts_at(v->c, v->st, v->h->terms, h->id, MOMENT_NOW, &facts, &nfacts));
	TRY(open_facts(v, h, facts, nfacts));
	for (size_t i = 0; i < terms_count(v->h->terms); i++) {
		const struct term *t = terms_at(v->h->terms, i);
		struct said said;
		bool there = false;
		rc r = control_read(v, t, &said, &there);

		if (r != OK) {
			struct buf b;

			buf_init(&b, v->c->a, 200);
			buf_putf(&b, "fact.%" S_FMT, S_ARG(t->path));
			(void)visit_wrong_key(v, buf_slice(&b), v->c->fault.key);
			continue;
		}
		if (!there || same_said(&said, fact_of(facts, nfacts, t)))
			continue;
		if (n == LIMIT_STATEMENTS)
			return FAIL(v->c, E_LIMIT, "fact.many");
		s[n] = *given;
		s[n].term = t;
		s[n].mend = given->mend && fact_of(facts, nfacts, t);
		s[n++].said = said;
	}
	*ret_n = n;
	return v->nerrors > 0 ? FAIL(v->c, E_INVALID, "form.wrong") : OK;
}

static rc given_of(struct visit *v, struct statement *ret)
{
	struct statement s = { .known = { v->c->now, false }, .mend = form_has(v->in, "mend") };
	slice sure = visit_text(v, "sure");
	unsigned i = 0;
	bool given;

	TRY(form_moment(v->c, v->in, "known", &s.known, &given));
	if (s.known.at > v->c->now)
		return visit_wrong_key(v, S("known"), "fact.known_future");
	if (sure.len > 0)
		TRY(said_word(v->c, said_sure_words, SAID_SURES, sure, &i));
	s.sure = (enum said_sure)i;
	*ret = s;
	return OK;
}

static void put_changes(struct visit *v, struct json_out *o, const struct followed *f)
{
	static const char *const ja[CHANGE_STEPS] = { "＋ 生じた義務", "△ 変わった義務", "－ なくなった義務" };
	static const char *const en[CHANGE_STEPS] = { "+ new duty", "~ changed duty", "- duty that lapsed" };

	jo_key(o, S("changes"));
	jo_array(o);
	for (size_t i = 0; i < f->n; i++) {
		jo_object(o);
		jo_kv_text(o, "step", slice_of(say(v, ja[f->changes[i].step], en[f->changes[i].step])));
		jo_key(o, S("duty"));
		(void)m_duty(v, o, &f->changes[i].duty, NULL);
		jo_end_object(o);
	}
	jo_end_array(o);
}

rc page_facts_do(struct visit *v, struct page *p)
{
	const struct origin origin = { visit_text(v, "by"), visit_text(v, "source"), visit_text(v, "reason") };
	struct json_out *o;
	struct statement given = { 0 }, *s;
	struct followed f = { 0 };
	struct case_head h;
	size_t n;

	TRY(visit_case(v, &h));
	TRY(visit_match(v, h.last_seq));
	TRY(given_of(v, &given));
	TRY_ARRAY(v->c, s, LIMIT_STATEMENTS + 1);
	TRY(read_statements(v, &h, &given, s, &n));
	if (n > 0)
		TRY(duty_state_facts(v->c, v->n, v->h->terms, &v->actor, h.num, s, n, &origin, &f));
	o = page_view(p, "stated");
	TRY(case_find(v->c, v->st, h.id, &h));
	TRY(m_case(v, o, &h));
	jo_kv_int(o, "stated", (int64_t)n);
	jo_kv_text(o, "from", visit_text(v, "from"));
	put_changes(v, o, &f);
	page_version(v, p, h.last_seq);
	return OK;
}

rc page_fact_history(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "fact_history");
	const struct term *t = terms_find(v->h->terms, visit_text(v, "path"));
	struct case_head h;
	struct fact *facts;
	size_t n;

	TRY(visit_case(v, &h));
	if (!t)
		return FAIL(v->c, E_NOTFOUND, "http.no_page");
	TRY(case_facts_all(v->c, v->st, v->h->terms, h.id, t->path, &facts, &n));
	TRY(open_facts(v, &h, facts, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "facts"));
	jo_kv_text(o, "label", v->ja ? t->ja : t->en);
	TRY(put_known(v, o, facts, n, S_NONE));
	return OK;
}

/* ---- people informed ---- */

rc page_people_told(struct visit *v, struct page *p)
{
	static const char *const sections[] = { "R13", "R14" };
	struct json_out *o = page_view(p, "people_told");
	struct duty_view d;
	struct case_head h;
	struct fact *facts;
	struct look look;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	TRY(duties_at(v->c, v->st, v->h->terms, &h, MOMENT_NOW, &d));
	TRY(case_facts_at(v->c, v->st, v->h->terms, h.id, MOMENT_NOW, &facts, &n));
	TRY(open_facts(v, &h, facts, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "people"));
	jo_key(o, S("duties"));
	jo_array(o);
	for (size_t i = 0; i < d.n; i++)
		if (slice_find(d.duties[i].rule, S("PERSON"), 0) != SIZE_MAX || slice_find(d.duties[i].kind, S("person"), 0) != SIZE_MAX)
			TRY(m_duty(v, o, &d.duties[i], &h));
	jo_end_array(o);
	jo_key(o, S("facts"));
	jo_array(o);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < n; i++)
			if (slice_is(part_of_term(v, facts[i].term), sections[k]))
				put_fact(v, o, &facts[i]);
	jo_end_array(o);
	look = visit_look(v);
	TRY(told_put(v, o, &h, &look));
	m_date(v, o, "on", "on", v->route->method == GET, (struct when){ v->c->now, true });
	jo_kv_text(o, "sent_given", given_or(v, "sent", S_NONE));
	jo_kv_text(o, "returned_given", given_or(v, "returned", S_NONE));
	jo_kv_text(o, "note_given", given_or(v, "note", S_NONE));
	jo_kv_bool(o, "may_tell", !h.closed && visit_can(v, "told.round", h.id));
	jo_kv_bool(o, "may_state", !h.closed && visit_can(v, "fact.state", h.id));
	return OK;
}
