/*
 * Search over cases: numbers, facts, titles, timelines, reports. There is no index: names and texts lie sealed, and an
 * index of them would lie open beside the seals. The newest cases are read through instead, by the program, which shows
 * nothing to anybody; what is then shown of a hit (its title) is a look like any other. The same on both databases.
 */
#include "door/http/pages.h"

#include "base/utf8.h"
#include "door/http/fold.h"

#include "base/banned.h"

#define CASES_MOST 300u
#define HITS_MOST 50u

struct searching {
	struct visit *v;
	slice words;             /* folded */
	const char *field;       /* where it was found; NULL: not yet */
	slice path;
};

static rc holds(struct ctx *c, slice text, slice words, bool *ret)
{
	slice folded;

	TRY(fold_search(c, text, &folded));
	*ret = slice_find(folded, words, 0) != SIZE_MAX;
	return OK;
}

static const char *field_name(const struct visit *v, slice act)
{
	if (slice_is(act, "case.open"))
		return say(v, "件名", "title");
	if (slice_is(act, "fact.state"))
		return say(v, "事実", "facts");
	if (slice_is(act, "case.event"))
		return say(v, "時系列", "timeline");
	if (slice_starts(act, S("report.")))
		return say(v, "報告書", "report");
	return say(v, "記録", "record");
}

static slice path_name(slice act)
{
	return slice_is(act, "fact.state") ? S("/facts") : slice_is(act, "case.event") ? S("/timeline") :
		slice_starts(act, S("report.")) ? S("/reports") : S("");
}

static rc look_into(struct ctx *c, const struct entry *e, void *p)
{
	struct searching *s = p;
	const struct opened *o;
	bool hit;

	if (s->field || e->nseals == 0)
		return OK;
	TRY(node_open_payloads(c, s->v->n, e, PURPOSE_PROJECT, &o));
	for (size_t i = 0; i < e->nseals && !s->field; i++) {
		if (o[i].state != PAYLOAD_OPEN || !utf8_is_valid(o[i].bytes))
			continue;
		TRY(holds(c, o[i].bytes, s->words, &hit));
		if (hit) {
			s->field = field_name(s->v, e->act);
			s->path = path_name(e->act);
		}
	}
	return OK;
}

static rc look_at_facts(struct searching *s, const struct case_head *h)
{
	struct visit *v = s->v;
	struct fact *f;
	size_t n;

	TRY(case_facts_at(v->c, v->st, v->h->terms, h->id, MOMENT_NOW, &f, &n));
	for (size_t i = 0; i < n && !s->field; i++) {
		struct buf b;
		bool hit;

		if (f[i].sealed || f[i].gone)
			continue;
		buf_init(&b, v->c->a, 4096);
		said_put(v->c, &b, f[i].term, &f[i].said, v->ja);
		TRY(holds(v->c, buf_slice(&b), s->words, &hit));
		if (hit) {
			s->field = arena_cstr(v->c->a, v->ja ? f[i].term->ja : f[i].term->en);
			s->path = S("/facts");
		}
	}
	return OK;
}

static rc look_at_case(struct searching *s, const struct case_head *h, bool sealed)
{
	const struct entry_filter filter = { .case_id = h->id };

	s->field = NULL;
	s->path = S("");
	if (slice_find(h->num, s->words, 0) != SIZE_MAX) {
		s->field = say(s->v, "事案番号", "number");
		return OK;
	}
	TRY(look_at_facts(s, h));
	return sealed && !s->field ? record_each(s->v->c, s->v->n, &filter, look_into, s) : OK;
}

static rc put_hit(struct searching *s, struct json_out *o, const struct case_head *h, bool sealed)
{
	struct visit *v = s->v;
	static const slice code[] = { S_INIT("search") };
	const struct look look = { .actor = v->actor, .code = { code, 1 } };
	slice title = S_NONE;
	struct buf b;

	if (sealed)
		TRY(case_title_open(v->c, v->n, &look, h, &title));
	buf_init(&b, v->c->a, 256);
	buf_putf(&b, "/cases/%" S_FMT "%" S_FMT, S_ARG(h->num), S_ARG(s->path));
	jo_object(o);
	jo_kv_text(o, "num", h->num);
	jo_kv_text(o, "title", title);
	jo_kv_text(o, "field", slice_of(s->field));
	jo_kv_text(o, "text", h->closed ? (v->ja ? S("終結") : S("closed")) : S_NONE);
	jo_kv_text(o, "path", buf_slice(&b));
	jo_end_object(o);
	return OK;
}

static rc search(struct searching *s, struct json_out *o, bool *ret_limited)
{
	size_t hits = 0, seen = 0;
	struct visit *v = s->v;

	for (int closed = 0; closed < 2; closed++) {
		struct case_head *page;
		size_t n;

		TRY(case_page(v->c, v->st, closed == 1, NULL, CASES_MOST, &page, &n));
		for (size_t i = 0; i < n && hits < HITS_MOST && seen < CASES_MOST; i++, seen++) {
			bool sealed;

			if (!visit_can(v, "page:case", page[i].id))
				continue;
			sealed = visit_can(v, "look:case", page[i].id);
			TRY(look_at_case(s, &page[i], sealed));
			if (!s->field)
				continue;
			TRY(put_hit(s, o, &page[i], sealed));
			hits++;
		}
	}
	*ret_limited = hits == HITS_MOST || seen == CASES_MOST;
	return OK;
}

rc page_search(struct visit *v, struct page *p)
{
	slice words = visit_text(v, "words");
	struct json_out *o = page_view(p, "search");
	struct searching s = { .v = v };
	bool limited = false;

	TRY(fold_search(v->c, words, &s.words));
	jo_kv_text(o, "words", words);
	jo_kv_bool(o, "too_short", words.len > 0 && utf8_count(s.words) < 2);
	jo_key(o, S("hits"));
	jo_array(o);
	if (utf8_count(s.words) >= 2)
		TRY(search(&s, o, &limited));
	jo_end_array(o);
	jo_kv_bool(o, "limited", limited);
	return OK;
}
