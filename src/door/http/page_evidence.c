/* Evidence of a case (files, kept as they came and never opened here), and the rounds in which the people concerned were told. */
#include "door/http/pages.h"

#include "work/case/evidence.h"

#include "base/banned.h"

rc page_evidence(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "evidence");
	bool looks;
	struct evidence *e;
	struct case_head h;
	struct look look;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:case", h.id));
	look = visit_look(v);
	looks = visit_can(v, "look:case", h.id);
	TRY(evidence_list(v->c, v->st, h.id, &e, &n));
	if (looks)
		TRY(evidence_open(v->c, v->n, &look, h.id, e, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "evidence"));
	jo_key(o, S("files"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_int(o, "seq", e[i].seq);
		jo_kv_text(o, "name", e[i].name);
		jo_kv_text(o, "note", e[i].note);
		jo_kv_text(o, "person", e[i].person);
		jo_kv_bool(o, "gone", e[i].gone);
		jo_kv_bool(o, "may_read", looks && !e[i].gone);
		jo_kv_int(o, "size", e[i].size);
		m_size(v, o, "size_text", e[i].size);
		jo_kv_text(o, "digest", e[i].digest);
		m_when(v, o, "at", (struct when){ e[i].at, false });
		jo_kv_text(o, "by", who_name(v->c, v->n, e[i].actor));
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_text(o, "note_given", given_or(v, "note", S_NONE));
	jo_kv_text(o, "person_given", given_or(v, "person", S_NONE));
	jo_kv_bool(o, "may_add", !h.closed && visit_can(v, "evidence.add", h.id));
	return OK;
}

rc page_evidence_add(struct visit *v, struct page *p)
{
	slice bytes, name = last_part(form_text(v->in, "file.name"));
	struct evidence_new x;
	struct case_head h;
	struct act acts[2];
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(visit_file(v, "file", &bytes));
	if (name.len == 0)
		name = S("file");
	x = (struct evidence_new){ name, visit_text(v, "note"), bytes, visit_text(v, "person") };
	TRY(evidence_acts(v->c, &v->actor, &h, &x, acts));
	TRY(node_append_all(v->c, v->n, acts, 2, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/evidence", S_ARG(h.num));
}

/* As a download, whatever it is: nothing of it is shown or run on a page of ours. */
rc page_evidence_file(struct visit *v, struct page *p)
{
	struct case_head h;
	struct look look;
	slice name, bytes;
	int64_t seq;

	TRY(visit_case(v, &h));
	look = visit_look(v);
	TRY(form_count(v->c, v->in, "no", INT64_MAX / 2, &seq));
	TRY(evidence_read(v->c, v->n, &look, h.id, seq, &name, &bytes));
	return page_bytes(p, "application/octet-stream", name.len ? name : S("file"), bytes);
}

/* ---- the people concerned ---- */

static const char *how_name(const struct visit *v, slice how)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "letter", "文書（郵送）", "letter" }, { "call", "電話", "telephone" }, { "mail", "電子メール", "e-mail" },
		{ "visit", "訪問", "visit" }, { "notice", "公表・掲示", "public notice" }, { "other", "その他", "other" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(how, names[i].word))
			return say(v, names[i].ja, names[i].en);
	return "";
}

/* How many people are concerned, as last stated; false while nobody said. */
static rc persons_of(struct visit *v, slice case_id, int64_t *ret, bool *ret_known)
{
	struct fact *f;
	size_t n;

	*ret_known = false;
	TRY(case_facts_at(v->c, v->st, v->h->terms, case_id, MOMENT_NOW, &f, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_is(f[i].term->path, "persons") && f[i].said.state == SAID_VALUE && !f[i].sealed) {
			*ret = f[i].said.num;
			*ret_known = true;
		}
	return OK;
}

/* "<name>_said": the number as people read it. */
static void put_said(struct visit *v, struct json_out *o, const char *name, int64_t n)
{
	struct buf b;

	buf_init(&b, v->c->a, 32);
	buf_put_grouped(&b, n);
	jo_kv_text(o, name, buf_slice(&b));
}

rc told_put(struct visit *v, struct json_out *o, const struct case_head *h, const struct look *look)
{
	int64_t sent = 0, returned = 0, all = 0, reached, rest;
	struct told_round *r;
	bool known;
	size_t n;

	TRY(told_list(v->c, v->st, h->id, &r, &n));
	if (visit_can(v, "look:case", h->id))
		TRY(told_open(v->c, v->n, look, h->id, r, n));
	jo_key(o, S("rounds"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		sent += r[i].sent;
		returned += r[i].returned;
		jo_object(o);
		m_when(v, o, "on", r[i].on);
		jo_kv_text(o, "how", slice_of(how_name(v, r[i].how)));
		jo_kv_int(o, "sent", r[i].sent);
		jo_kv_int(o, "returned", r[i].returned);
		jo_kv_text(o, "note", r[i].note);
		jo_kv_text(o, "by", who_name(v->c, v->n, r[i].actor));
		jo_end_object(o);
	}
	jo_end_array(o);
	TRY(persons_of(v, h->id, &all, &known));
	reached = sent - returned > 0 ? sent - returned : 0;
	rest = all - reached > 0 ? all - reached : 0;
	jo_kv_bool(o, "persons_known", known);
	jo_kv_int(o, "persons", all);
	jo_kv_int(o, "sent", sent);
	jo_kv_int(o, "returned", returned);
	jo_kv_int(o, "reached", reached);
	jo_kv_int(o, "rest", rest);
	put_said(v, o, "persons_said", all);
	put_said(v, o, "reached_said", reached);
	put_said(v, o, "rest_said", rest);
	put_said(v, o, "returned_said", returned);
	jo_kv_bool(o, "all_told", known && rest == 0);
	return OK;
}

rc page_told_round(struct visit *v, struct page *p)
{
	struct told_round r = { .how = visit_text(v, "how"), .note = visit_text(v, "note"), .on = { v->c->now, false } };
	struct case_head h;
	struct act act;
	int64_t seq;
	bool given;

	TRY(visit_case(v, &h));
	TRY(form_moment(v->c, v->in, "on", &r.on, &given));
	TRY(form_count(v->c, v->in, "sent", 1000000000, &r.sent));
	TRY(form_count(v->c, v->in, "returned", 1000000000, &r.returned));
	if (r.sent + r.returned == 0)
		return visit_wrong_key(v, S("sent"), "told.count");
	if (r.on.at > v->c->now)
		return visit_wrong_key(v, S("on"), "told.future");
	TRY(told_act(v->c, &v->actor, &h, &r, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/people", S_ARG(h.num));
}
