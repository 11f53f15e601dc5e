/* The lists of the screening of access logs, and one list with its items. */
#include "door/http/pages.h"

#include <stdlib.h>

#include "door/http/listing.h"
#include "door/http/screening_pages.h"
#include "door/http/together.h"

#include "base/banned.h"

#define PAGE_ROWS 25u
#define WORDS_MOST 64u

/* ---- all lists ---- */

static void put_sum(struct json_out *o, const char *name, int64_t n)
{
	if (n >= 0)
		jo_kv_int(o, name, n);
}

static void put_run(struct visit *v, struct json_out *o, const struct screening_run *r)
{
	jo_kv_bool(o, "proof", r->proof);
	jo_kv_text(o, "by", who_name(v->c, v->n, r->actor));
	put_sum(o, "sources", r->sources);
	put_sum(o, "lines", r->lines);
	if (r->lines >= 0) {
		struct buf b;

		buf_init(&b, v->c->a, 40);
		buf_put_grouped(&b, r->lines);
		jo_kv_text(o, "lines_said", buf_slice(&b));
	}
	put_sum(o, "damaged", r->damaged);
	put_sum(o, "missing", r->missing);
	put_sum(o, "accesses", r->accesses);
	put_sum(o, "unexplained", r->unexplained);
	if (r->since >= 0)
		m_day(v, o, "since", msec_jday(r->since));
	if (r->until >= 0)
		m_day(v, o, "until", msec_jday(r->until));
}

rc page_screenings(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screenings");
	struct screening_sum *s;
	size_t n;

	TRY(screening_runs(v->c, v->st, &s, &n));
	jo_key(o, S("lists"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "run", s[i].run);
		jo_kv_int(o, "items", s[i].items);
		jo_kv_int(o, "waiting", s[i].waiting);
		m_time(v, o, "kept", s[i].kept);
		if (s[i].known)
			put_run(v, o, &s[i].about);
		jo_end_object(o);
	}
	jo_end_array(o);
	TRY(screening_put_waiting(v, o));
	jo_kv_text(o, "run_given", given_or(v, "run", S_NONE));
	jo_kv_bool(o, "may_keep", visit_can(v, "screening.keep", S_NONE));
	jo_kv_bool(o, "may_persons", visit_can(v, "page:screening_persons", S_NONE));
	return OK;
}

rc page_screening_keep(struct visit *v, struct page *p)
{
	struct screening_list list = { .run = visit_text(v, "run") };
	size_t kept, alone;
	rc r;

	TRY(visit_file(v, "list", &list.items));
	TRY(visit_file(v, "proof", &list.proof));
	TRY(visit_file(v, "accounts", &list.accounts));
	TRY(visit_file(v, "departments", &list.departments));
	if (slice_trim(list.items).len == 0 && slice_trim(list.proof).len == 0)
		return visit_wrong_key(v, S("list"), "screening.list");
	r = screening_keep(v->c, v->n, &v->actor, &list, &kept, &alone);
	if (r == E_INVALID || r == E_LIMIT)
		return visit_wrong_key(v, S("list"), v->c->fault.key);
	TRY(r);
	return page_go(v, p, "/screening/lists/%" S_FMT, S_ARG(list.run));
}

/* ---- which items, in which order ---- */

static bool wanted(const struct visit *v, const struct screening_item *i)
{
	slice state = visit_text(v, "state"), kind = visit_text(v, "kind"), department = visit_text(v, "department");

	if (slice_is(state, "waiting") && !slice_is(i->state, "new") && !slice_is(i->state, "needs_talk"))
		return false;
	if (state.len && !slice_is(state, "waiting") && !slice_eq(state, i->state))
		return false;
	if (form_has(v->in, "mine") && !slice_eq(i->reviewer, v->who.account))
		return false;
	return (kind.len == 0 || slice_eq(kind, i->kind)) && (department.len == 0 || slice_eq(department, i->department));
}

static int by_rank(const void *x, const void *y)
{
	const struct screening_item *a = x, *b = y;

	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static int by_severity(const void *x, const void *y)
{
	const struct screening_item *a = x, *b = y;

	return a->severity != b->severity ? (a->severity > b->severity ? -1 : 1) : by_rank(x, y);
}

static int by_change(const void *x, const void *y)
{
	const struct screening_item *a = x, *b = y;

	return a->changed != b->changed ? (a->changed > b->changed ? -1 : 1) : by_rank(x, y);
}

/* The wanted items at the front of l->items, in the wanted order. */
static size_t choose(const struct visit *v, struct list_view *l)
{
	slice sort = visit_text(v, "sort");
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (wanted(v, &l->items[i]))
			l->items[n++] = l->items[i];
	if (n > 1 && slice_is(sort, "severity"))
		qsort(l->items, n, sizeof *l->items, by_severity);
	if (n > 1 && slice_is(sort, "changed"))
		qsort(l->items, n, sizeof *l->items, by_change);
	return n;
}

/* An item that this person may not read must not be found by its kind or department either, nor by its state who has a part in it. */
static bool tells_too_much(const struct visit *v, enum screening_stand stand)
{
	bool narrowed = visit_text(v, "kind").len || visit_text(v, "department").len;

	return !may_read(v, stand) && (narrowed || (stand == STAND_PART && visit_text(v, "state").len));
}

/* ---- filters ---- */

static void put_option(struct json_out *o, slice value, slice label, slice given)
{
	m_option(o, value, label, slice_eq(value, given));
}

enum word_of { WORD_KIND, WORD_DEPARTMENT };

/* The kinds or departments that the list holds, each once, in the order of their ranks. */
static void put_words(struct visit *v, struct json_out *o, const struct list_view *l, enum word_of what, const char *name, slice given)
{
	slice seen[WORDS_MOST];
	size_t n = 0;

	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < l->n && n < WORDS_MOST; i++) {
		slice word = what == WORD_KIND ? l->items[i].kind : l->items[i].department;
		bool again = word.len == 0;

		for (size_t k = 0; k < n && !again; k++)
			again = slice_eq(seen[k], word);
		if (again)
			continue;
		seen[n++] = word;
		put_option(o, word, what == WORD_KIND ? screening_kind_name(word, v->ja) : department_name(v, l, word), given);
	}
	jo_end_array(o);
}

static void put_filters(struct visit *v, struct json_out *o, const struct list_view *l)
{
	static const struct { const char *word, *ja, *en; } sorts[] = {
		{ "rank", "順位", "rank" }, { "severity", "重さ", "severity" }, { "changed", "新しい判断", "newest decision" },
	};
	slice state = visit_text(v, "state"), sort = visit_text(v, "sort");

	jo_key(o, S("states"));
	jo_array(o);
	put_option(o, S("waiting"), slice_of(say(v, "判断を待つもの", "waiting")), state);
	for (size_t i = 0; screening_states[i]; i++)
		put_option(o, slice_of(screening_states[i]), screening_state_name(slice_of(screening_states[i]), v->ja), state);
	jo_end_array(o);
	put_words(v, o, l, WORD_KIND, "kinds", visit_text(v, "kind"));
	put_words(v, o, l, WORD_DEPARTMENT, "departments", visit_text(v, "department"));
	jo_key(o, S("sorts"));
	jo_array(o);
	for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
		put_option(o, slice_of(sorts[i].word), slice_of(say(v, sorts[i].ja, sorts[i].en)), sort);
	jo_end_array(o);
	jo_kv_text(o, "state_given", state);
	jo_kv_text(o, "kind_given", visit_text(v, "kind"));
	jo_kv_text(o, "department_given", visit_text(v, "department"));
	jo_kv_text(o, "sort_given", sort);
	jo_kv_bool(o, "mine_given", form_has(v->in, "mine"));
}

/* How far the list is decided, and how many have nobody to decide. */
static void put_states(struct visit *v, struct json_out *o, const struct list_view *l)
{
	int64_t alone = 0;

	jo_key(o, S("sums"));
	jo_array(o);
	for (size_t k = 0; screening_states[k]; k++) {
		int64_t n = 0;

		for (size_t i = 0; i < l->n; i++)
			n += slice_is(l->items[i].state, screening_states[k]);
		jo_object(o);
		jo_kv_text(o, "state", slice_of(screening_states[k]));
		jo_kv_text(o, "name", screening_state_name(slice_of(screening_states[k]), v->ja));
		jo_kv_int(o, "count", n);
		jo_kv_bool(o, "here", slice_is(visit_text(v, "state"), screening_states[k]));
		jo_end_object(o);
	}
	jo_end_array(o);
	for (size_t i = 0; i < l->n; i++)
		alone += slice_is(l->items[i].state, "new") && l->items[i].reviewer.len == 0;
	jo_kv_int(o, "alone", alone);
}

static bool is_reviewer(const struct visit *v, const struct list_view *l)
{
	for (size_t i = 0; i < l->nreviewers; i++)
		if (slice_eq(l->reviewers[i].actor, v->who.account))
			return true;
	return false;
}

rc page_screening(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening");
	struct list_view l;
	int64_t from = 0;
	size_t n, i;

	TRY(list_open(v, &l));
	TRY(form_count(v->c, v->in, "from", 100000, &from));
	jo_kv_text(o, "run", l.name);
	jo_kv_int(o, "items_all", (int64_t)l.n);
	if (l.run.run.len) {
		m_time(v, o, "kept", l.run.at);
		put_run(v, o, &l.run);
	}
	put_filters(v, o, &l);
	put_states(v, o, &l);
	jo_kv_bool(o, "registered", is_reviewer(v, &l));
	jo_kv_bool(o, "may_review", visit_can(v, "screening.review", S_NONE));
	jo_kv_bool(o, "may_reviewer", visit_can(v, "screening.reviewer", S_NONE));
	jo_kv_bool(o, "may_assign", visit_can(v, "screening.assign", S_NONE));
	n = choose(v, &l);
	jo_key(o, S("items"));
	jo_array(o);
	for (i = (size_t)from; i < n && i < (size_t)from + PAGE_ROWS; i++) {
		enum screening_stand stand;
		const struct json *item;

		TRY(item_open(v, &l, &l.items[i], &item, &stand));
		if (tells_too_much(v, stand))
			continue;
		jo_object(o);
		TRY(m_item(v, o, &l, &l.items[i], item, stand));
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_int(o, "next_from", i < n ? (int64_t)i : 0);
	return OK;
}

static slice join(struct visit *v, const struct json *list)
{
	struct buf b;

	buf_init(&b, v->c->a, 65536);
	for JSON_EACH(x, list)
		buf_putf(&b, "%s%" S_FMT, x == list->child ? "" : " ", S_ARG(x->text));
	return buf_slice(&b);
}

static rc list_item(struct visit *v, struct listing *t, const struct list_view *l, const struct screening_item *i)
{
	enum screening_stand stand;
	const struct json *item;
	struct case_head h;
	struct buf b;
	slice *known;
	size_t n;
	bool open;

	TRY(item_open(v, l, i, &item, &stand));
	if (tells_too_much(v, stand))
		return OK;
	open = item && may_read(v, stand);
	TRY(listing_int(t, i->rank));
	TRY(listing_cell(t, stand == STAND_PART ? S_NONE : screening_state_name(i->state, v->ja)));
	TRY(listing_cell(t, item_decider(v, l, i, item, stand)));
	TRY(listing_cell(t, open ? join(v, json_get(item, S("users"))) : S_NONE));
	TRY(listing_cell(t, open ? department_name(v, l, i->department) : S_NONE));
	TRY(listing_cell(t, open ? screening_kind_name(i->kind, v->ja) : S_NONE));
	TRY(listing_cell(t, open ? json_text(json_get(item, S("why"))) :
		slice_of(say(v, "あなたが判断できない項目です", "not yours to decide"))));
	TRY(listing_cell(t, open ? json_text(json_get(item, S("would_explain"))) : S_NONE));
	buf_init(&b, v->c->a, 16384);
	if (open) {
		TRY(item_known(v, item, &known, &n));
		for (size_t k = 0; k < n; k++)
			buf_putf(&b, "%s%" S_FMT, k ? (v->ja ? "。" : "; ") : "", S_ARG(known[k]));
	}
	TRY(listing_cell(t, buf_slice(&b)));
	TRY(listing_cell(t, open ? screening_score_name(&v->h->strength, i->score, v->ja) : S_NONE));
	TRY(listing_cell(t, open ? score_text(v, i->score) : S_NONE));
	TRY(listing_cell(t, open ? screening_severity_name(i->severity, v->ja) : S_NONE));
	TRY(listing_cell(t, open ? json_text(json_get(item, S("from"))) : S_NONE));
	TRY(listing_cell(t, open ? json_text(json_get(item, S("to"))) : S_NONE));
	TRY(listing_cell(t, open ? join(v, json_get(item, S("events"))) : S_NONE));
	if (!open || i->case_id.len == 0 || case_find(v->c, v->st, i->case_id, &h) != OK)
		h.num = S_NONE;
	fault_clear(v->c);
	return listing_cell(t, h.num);
}

rc page_screening_table(struct visit *v, struct page *p)
{
	struct list_view l;
	struct listing t;
	size_t n;

	TRY(list_open(v, &l));
	n = choose(v, &l);
	TRY(listing_begin(&t, v, say(v, "順位,状態,判断する人,利用者ID,部署,種類,理由,説明になりうること,分かっていること,気がかりの強さ,点数,重さ,始まり,終わり,記録番号,事案",
		"rank,state,decider,users,department,kind,why,would explain,known,strength,score,severity,from,to,records,case")));
	for (size_t i = 0; i < n; i++)
		TRY(list_item(v, &t, &l, &l.items[i]));
	return listing_done(&t, p, say(v, "点検の一覧", "screening"));
}
