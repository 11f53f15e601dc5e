#include "work/search/search.h"

#include "base/utf8.h"

#include "base/banned.h"

#define PAGE 100u
#define PASSAGE 120u                      /* bytes shown before and behind */
#define ROOM_CASE ((size_t)64 << 20)      /* opened text of one case */

struct query_words { slice word[SEARCH_WORDS_MOST]; size_t n; };

/* What a search carries through the entries of one case. */
struct searching {
	struct node *node;
	const struct variants *v;
	const struct query_words *q;
	struct case_head *head;
	struct arena *own;       /* opened text; ends with each entry */
	struct hit *hits;
	size_t n, room, most;
};

static rc read_query(struct ctx *c, const struct variants *v, slice text, struct query_words *q)
{
	size_t i = 0, from = 0;

	q->n = 0;
	while (i <= text.len) {
		size_t at = i;
		uint32_t cp = ' ';

		if (i < text.len)
			(void)utf8_next(text, &i, &cp);
		else
			i++;
		if (cp > ' ' && cp != 0x3000)
			continue;
		if (at > from) {
			if (q->n == SEARCH_WORDS_MOST)
				return FAIL(c, E_LIMIT, "search.words");
			TRY(search_fold(c, v, slice_sub(text, from, at - from), &q->word[q->n]));
			if (utf8_count(q->word[q->n++]) < 2)
				return FAIL(c, E_INVALID, "search.short");
		}
		from = i;
	}
	return q->n > 0 ? OK : FAIL(c, E_INVALID, "search.short");
}

static rc has_all(struct ctx *c, const struct variants *v, const struct query_words *q, slice text, bool *ret)
{
	slice folded;

	TRY(search_fold(c, v, text, &folded));
	*ret = true;
	for (size_t i = 0; i < q->n && *ret; i++)
		*ret = slice_find(folded, q->word[i], 0) != SIZE_MAX;
	return OK;
}

/* The first text in the tree that has all words, and the name of the member that it stands in. */
static rc find_text(struct ctx *c, const struct variants *v, const struct query_words *q, const struct json *j, slice name,
                    const struct json **ret, slice *ret_name)
{
	bool has = false;

	if (j->type == JSON_TEXT)
		TRY(has_all(c, v, q, j->text, &has));
	if (has) {
		*ret = j;
		*ret_name = name;
	}
	for (const struct json *x = j->child; x && !*ret; x = x->next)
		TRY(find_text(c, v, q, x, x->name.len ? x->name : name, ret, ret_name));
	return OK;
}

static bool is_searched(slice act)
{
	return slice_is(act, "case.open") || slice_is(act, "fact.state") || slice_is(act, "case.event") ||
	       slice_is(act, "report.draft") || slice_is(act, "case.close");
}

static rc in_payload(struct ctx *c, struct searching *s, slice bytes, slice *ret_name, bool *ret)
{
	const struct json *j, *found = NULL;

	*ret = false;
	TRY(has_all(c, s->v, s->q, bytes, ret));   /* most have not one of the words: no need to take them apart */
	if (!*ret)
		return OK;
	*ret = false;
	if (json_parse(c, bytes, &j) != OK) {
		fault_clear(c);   /* a file, not a text */
		return OK;
	}
	TRY(find_text(c, s->v, s->q, j, S_NONE, &found, ret_name));
	*ret = found != NULL;
	return OK;
}

static rc add_hit(struct ctx *c, struct searching *s, const struct entry *e, slice name)
{
	struct hit h = { .head = *s->head, .seq = e->seq };

	TRY_ROOM(c, s->hits, s->n, s->room, 32);
	TRY(slice_keep(c, e->act, &h.act));
	TRY(slice_keep(c, name, &h.path));
	s->hits[s->n++] = h;
	return OK;
}

static rc in_entry(struct ctx *c, struct searching *s, const struct entry *e, slice *ret_name, bool *ret)
{
	const struct opened *o;

	*ret = false;
	if (slice_is(e->act, "case.open")) {
		*ret_name = S("num");
		TRY(has_all(c, s->v, s->q, s->head->num, ret));
	}
	if (*ret || e->nseals == 0)
		return OK;
	TRY(node_open_payloads(c, s->node, e, PURPOSE_VERIFY, &o));
	for (size_t i = 0; i < e->nseals && !*ret; i++)
		if (o[i].state == PAYLOAD_OPEN)
			TRY(in_payload(c, s, o[i].bytes, ret_name, ret));
	return OK;
}

static rc one_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct searching *s = p;
	struct arena *caller = c->a;
	slice name = S_NONE;
	bool has = false;
	rc r;

	if (s->n == s->most || !is_searched(e->act))
		return OK;
	c->a = s->own;
	r = in_entry(c, s, e, &name, &has);
	c->a = caller;
	if (r == OK && has)
		r = add_hit(c, s, e, name);
	arena_reset(s->own);
	return r;
}

static rc one_case(struct ctx *c, struct searching *s, struct case_head *h, search_may *may, void *may_p)
{
	const struct entry_filter f = { .case_id = h->id };
	bool allowed = true;

	if (may)
		TRY(may(c, may_p, h->id, &allowed));
	if (!allowed)
		return OK;
	s->head = h;
	return record_each(c, s->node, &f, one_entry, s);
}

/* The next cases; after the open ones come the closed ones. */
static rc next_cases(struct ctx *c, struct store *st, struct search_at *at, size_t most, struct case_head **ret, size_t *ret_n)
{
	TRY(case_page(c, st, at->closed, at->has ? &at->after : NULL, most, ret, ret_n));
	if (*ret_n == 0) {
		at->over = at->closed;
		at->closed = true;
		at->has = false;
	}
	return OK;
}

rc search_find(struct ctx *c, struct node *n, const struct variants *v, slice query, search_may *may, void *may_p, size_t cases,
               size_t most, struct search_at *at, struct hit **ret, size_t *ret_n)
{
	AUTO_ARENA own = arena_new(ROOM_CASE);
	struct query_words q = { 0 };
	struct searching s = { .node = n, .v = v, .q = &q, .own = own, .most = most };

	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(read_query(c, v, query, &q));
	while (cases > 0 && s.n < most && !at->over) {
		struct case_head *heads;
		size_t nheads;

		TRY(next_cases(c, node_store(n), at, cases < PAGE ? cases : PAGE, &heads, &nheads));
		for (size_t i = 0; i < nheads && s.n < most; i++) {
			TRY(one_case(c, &s, &heads[i], may, may_p));
			at->after = heads[i];
			at->has = true;
			cases--;
		}
	}
	*ret = s.hits;
	*ret_n = s.n;
	return OK;
}

/* ---- showing ---- */

static rc passage(struct ctx *c, slice text, slice *ret)
{
	size_t len = text.len < 2 * PASSAGE ? text.len : 2 * PASSAGE;

	return slice_keep(c, slice_sub(text, 0, utf8_valid_prefix(slice_sub(text, 0, len))), ret);
}

static const struct json *by_name(const struct json *j, slice name)
{
	const struct json *found = NULL;

	if (slice_eq(j->name, name) && j->type == JSON_TEXT)
		return j;
	for (const struct json *x = j->child; x && !found; x = x->next)
		found = by_name(x, name);
	return found;
}

static rc show_one(struct ctx *c, struct hit *h, const struct opened *o, size_t n)
{
	for (size_t i = 0; i < n && h->text.len == 0; i++) {
		const struct json *j, *found;

		if (o[i].state == PAYLOAD_GONE || json_parse(c, o[i].bytes, &j) != OK)
			continue;
		found = by_name(j, h->path);
		if (found)
			TRY(passage(c, found->text, &h->text));
	}
	return OK;
}

rc search_show(struct ctx *c, struct node *n, const struct look *look, struct hit *hits, size_t nhits)
{
	for (size_t from = 0, to; from < nhits; from = to) {
		const struct opened **o;
		int64_t *seqs;
		size_t *np;

		for (to = from; to < nhits && to - from < 256 && slice_eq(hits[to].head.id, hits[from].head.id);)
			to++;
		TRY_ARRAY(c, o, to - from);
		TRY_ARRAY(c, seqs, to - from);
		TRY_ARRAY(c, np, to - from);
		for (size_t i = from; i < to; i++)
			seqs[i - from] = hits[i].seq;
		TRY(node_view(c, n, look, hits[from].head.id, seqs, to - from, o, np));
		for (size_t i = from; i < to; i++)
			TRY(show_one(c, &hits[i], o[i - from], np[i - from]));
	}
	fault_clear(c);
	return OK;
}
