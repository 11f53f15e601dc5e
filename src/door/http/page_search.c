/*
 * Search over cases: numbers, facts, titles, timelines, reports, documents. There is no index of them on the disk: names and texts lie
 * sealed, and an index would lie open beside the seals. Marks in memory (marks.h) say which cases may have the words; those are opened
 * by the program, which shows nothing to anybody; what is then shown of a hit (its title) is a look like any other.
 */
#include "door/http/pages.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "door/app.h"
#include "door/http/fold.h"
#include "door/http/http.h"
#include "door/http/marks.h"

#include "base/banned.h"

#define HITS_MOST 50u
#define FEW 500u             /* cases that are all looked into; of more, the most urgent ones are looked for */
#define CASES_MOST 300u      /* looked into at most, then */
#define PAGES_MOST 400u
#define READ_ON 2000         /* entries that a search itself waits for */
#define IDLE 50

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

struct in_text { struct searching *s; slice act; };

static rc look_at_text(struct ctx *c, slice text, void *p)
{
	struct in_text *t = p;
	bool hit;

	if (t->s->field)
		return OK;
	TRY(holds(c, text, t->s->words, &hit));
	if (hit) {
		t->s->field = field_name(t->s->v, t->act);
		t->s->path = path_name(t->act);
	}
	return OK;
}

static rc look_into(struct ctx *c, const struct entry *e, void *p)
{
	struct searching *s = p;
	const struct opened *o;
	struct in_text t = { s, e->act };

	if (s->field || e->nseals == 0)
		return OK;
	TRY(node_open_payloads(c, s->v->n, e, PURPOSE_PROJECT, &o));
	for (size_t i = 0; i < e->nseals && !s->field; i++)
		if (o[i].state == PAYLOAD_OPEN)
			TRY(payload_texts(c, o[i].bytes, look_at_text, &t));
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

/* Looks into one case; a hit is written. What was opened ends with it. */
static rc try_case(struct searching *s, struct json_out *o, const struct case_head *h, size_t *hits)
{
	bool sealed;

	if (!visit_can(s->v, "page:case", h->id))
		return OK;
	sealed = visit_can(s->v, "look:case", h->id);
	TRY(look_at_case(s, h, sealed));
	if (!s->field)
		return OK;
	++*hits;
	return put_hit(s, o, h, sealed);
}

static int by_urgency(const void *a, const void *b)
{
	const struct case_head *x = a, *y = b;

	if (x->closed != y->closed)
		return x->closed ? 1 : -1;
	return x->next_day != y->next_day ? (x->next_day < y->next_day ? -1 : 1) : (x->seq > y->seq) - (x->seq < y->seq);
}

/* Few cases may have it: all are looked into. */
static rc search_few(struct searching *s, struct json_out *o, const slice *ids, size_t n, bool *ret_limited)
{
	struct visit *v = s->v;
	struct case_head *heads;
	size_t hits = 0;

	TRY_ARRAY(v->c, heads, n);
	for (size_t i = 0; i < n; i++)
		TRY(case_find(v->c, v->st, ids[i], &heads[i]));
	qsort(heads, n, sizeof *heads, by_urgency);
	for (size_t i = 0; i < n && hits < HITS_MOST; i++)
		TRY(try_case(s, o, &heads[i], &hits));
	*ret_limited = hits == HITS_MOST;
	return OK;
}

/* Many may have it: the most urgent of them. The lists of cases lie in an arena of their own, for they may be long. */
static rc search_many(struct searching *s, struct json_out *o, const struct wanted *w, bool *ret_limited)
{
	size_t hits = 0, looked = 0;
	struct visit *v = s->v;
	AUTO_ARENA own = arena_new((size_t)256 << 20);
	struct ctx list = *v->c;

	if (!own)
		return FAIL(v->c, E_NOMEM, "memory.limit");
	list.a = own;
	for (int closed = 0; closed < 2; closed++) {
		struct case_head *page, last;
		size_t n = CASE_PAGE_MOST;

		for (size_t k = 0; k < PAGES_MOST && n == CASE_PAGE_MOST && hits < HITS_MOST && looked < CASES_MOST; k++) {
			TRY(case_page(&list, v->st, closed == 1, k ? &last : NULL, CASE_PAGE_MOST, &page, &n));
			for (size_t i = 0; i < n && hits < HITS_MOST && looked < CASES_MOST; i++) {
				if (!marks_may_have(v->h->marks, w, page[i].id))
					continue;
				looked++;
				TRY(try_case(s, o, &page[i], &hits));
			}
			if (n > 0)
				last = page[n - 1];
		}
	}
	*ret_limited = true;
	return OK;
}

static rc search(struct searching *s, struct json_out *o, bool *ret_limited)
{
	struct visit *v = s->v;
	struct wanted *w;
	slice *ids;
	size_t n;

	TRY(marks_want(v->c, v->h->marks, s->words, &w));
	TRY(marks_find(v->c, v->h->marks, w, FEW, &ids, &n));
	return n <= FEW ? search_few(s, o, ids, n, ret_limited) : search_many(s, o, w, ret_limited);
}

rc http_idle(struct ctx *c, struct node *n, bool *ret_more)
{
	rc r;

	TRY(store_read(c, node_store(n)));
	r = marks_read_on(c, n, c->app->packs->terms, c->app->packs->marks, IDLE, ret_more);
	store_read_end(node_store(n));
	return r;
}

rc page_search(struct visit *v, struct page *p)
{
	slice words = visit_text(v, "words");
	struct json_out *o = page_view(p, "search");
	struct searching s = { .v = v };
	bool limited = false, more = false;

	TRY(fold_search(v->c, words, &s.words));
	TRY(marks_read_on(v->c, v->n, v->h->terms, v->h->marks, READ_ON, &more));
	jo_kv_text(o, "words", words);
	jo_kv_bool(o, "too_short", words.len > 0 && utf8_count(s.words) < 2);
	jo_key(o, S("hits"));
	jo_array(o);
	if (utf8_count(s.words) >= 2)
		TRY(search(&s, o, &limited));
	jo_end_array(o);
	jo_kv_bool(o, "limited", limited);
	jo_kv_bool(o, "reading", more);   /* after a start, of a large node */
	return OK;
}
