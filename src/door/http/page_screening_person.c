/* "Who looked at my record": a person's question is taken in, another agrees where the logs lie, the answer is printed. */
#include "door/http/pages.h"

#include "base/parse.h"
#include "door/http/listing.h"
#include "door/http/screening_pages.h"
#include "door/http/together.h"

#include "base/banned.h"

#define ASKED_MOST 500u

static const char *stand_name(const struct visit *v, const struct screening_asked *a)
{
	if (a->answer)
		return say(v, "回答できます", "can be answered");
	return a->agreed ? say(v, "調べています", "being looked up") : say(v, "別の人の同意を待っています", "waits for another person");
}

static void put_asked(struct visit *v, struct json_out *o, const struct screening_asked *a)
{
	jo_kv_int(o, "ask", a->seq);
	m_time(v, o, "at", a->at);
	jo_kv_text(o, "by", who_name(v->c, v->n, a->actor));
	jo_kv_text(o, "state_name", slice_of(stand_name(v, a)));
	jo_kv_bool(o, "agreed", a->agreed);
	jo_kv_bool(o, "answered", a->answer != 0);
}

rc page_screening_persons(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_persons");
	struct screening_asked *a;
	size_t n;

	TRY(screening_asked_list(v->c, v->st, ASKED_MOST, &a, &n));
	jo_key(o, S("asked"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		put_asked(v, o, &a[i]);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_bool(o, "may_ask", visit_can(v, "screening.person", S_NONE));
	return OK;
}

rc page_screening_person_add(struct visit *v, struct page *p)
{
	slice number;
	int64_t ask;
	rc r;

	TRY(text_narrow(v->c, visit_text(v, "number"), &number));
	r = screening_person(v->c, v->n, &v->actor, number, &ask);
	if (r == E_INVALID)
		return visit_wrong_key(v, S("number"), "screening.number");
	TRY(r);
	return page_go(v, p, "/screening/persons/%lld", (long long)ask);
}

/* The question of the path. E_NOTFOUND "screening.no_ask". */
static rc find_asked(struct visit *v, struct screening_asked *ret)
{
	struct screening_asked *a;
	int64_t ask;
	size_t n;

	if (parse_i64(v->c, visit_text(v, "ask"), 0, JSON_INT_MOST, &ask) != OK)
		return FAIL(v->c, E_NOTFOUND, "screening.no_ask");
	TRY(screening_asked_list(v->c, v->st, ASKED_MOST, &a, &n));
	for (size_t i = 0; i < n; i++)
		if (a[i].seq == ask) {
			*ret = a[i];
			return OK;
		}
	return FAIL(v->c, E_NOTFOUND, "screening.no_ask");
}

static const char *action_name(const struct visit *v, slice word)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "search", "検索", "search" }, { "view", "閲覧", "view" }, { "update", "更新", "update" }, { "print", "印刷", "print" },
		{ "certificate", "証明書の発行", "certificate" }, { "bulk", "一括処理", "bulk" }, { "export", "データ出力", "export" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(word, names[i].word))
			return say(v, names[i].ja, names[i].en);
	return say(v, "その他の操作", "other");
}

/* One access of the answer; false at the line that counts them. */
static rc next_access(struct visit *v, slice *rest, const struct json **ret)
{
	slice line;

	*ret = NULL;
	while (!*ret && slice_next(rest, '\n', &line)) {
		if (slice_trim(line).len == 0)
			continue;
		TRY(json_parse(v->c, line, ret));
		if (!json_get(*ret, S("at")))
			*ret = NULL;
	}
	return OK;
}

/* Who looked, without a name: 職員1; the account where the answer was made with it. */
static slice worker_name(struct visit *v, const struct json *x)
{
	const struct json *n = json_get(x, S("worker"));
	slice account = json_text(json_get(x, S("account")));
	struct buf b;

	if (account.len)
		return account;
	buf_init(&b, v->c->a, 64);
	buf_putf(&b, v->ja ? "職員%lld" : "worker %lld", (long long)(n ? n->num : 0));
	return buf_slice(&b);
}

static rc answer_of(struct visit *v, const struct screening_asked *a, slice *ret)
{
	const struct look look = screening_look(v);

	*ret = S_NONE;
	return a->answer ? screening_answer_open(v->c, v->n, &look, a, ret) : OK;
}

rc page_screening_person(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_person");
	struct screening_asked a;
	const struct json *x;
	int64_t n = 0;
	slice lines;

	TRY(find_asked(v, &a));
	TRY(answer_of(v, &a, &lines));
	put_asked(v, o, &a);
	jo_kv_text(o, "house", node_name(v->n));
	jo_key(o, S("accesses"));
	jo_array(o);
	for (;;) {
		msec t;

		TRY(next_access(v, &lines, &x));
		if (!x)
			break;
		jo_object(o);
		if (msec_parse(v->c, json_text(json_get(x, S("at"))), &t) == OK)
			m_time(v, o, "at", t);
		fault_clear(v->c);
		jo_kv_text(o, "system", json_text(json_get(x, S("system"))));
		jo_kv_text(o, "action_name", slice_of(action_name(v, json_text(json_get(x, S("action"))))));
		jo_kv_text(o, "worker", worker_name(v, x));
		jo_kv_bool(o, "case_given", json_is_true(json_get(x, S("case_number_given"))));
		jo_end_object(o);
		n++;
	}
	jo_end_array(o);
	jo_kv_int(o, "count", n);
	return OK;
}

rc page_screening_person_table(struct visit *v, struct page *p)
{
	struct screening_asked a;
	const struct json *x;
	struct listing l;
	slice lines;

	TRY(find_asked(v, &a));
	if (!a.answer)
		return FAIL(v->c, E_NOTFOUND, "screening.not_answered");
	TRY(answer_of(v, &a, &lines));
	TRY(listing_begin(&l, v, say(v, "日時,業務,操作,誰が,受付番号", "time,system,action,who,case number")));
	for (;;) {
		TRY(next_access(v, &lines, &x));
		if (!x)
			break;
		TRY(listing_cell(&l, json_text(json_get(x, S("at")))));
		TRY(listing_cell(&l, json_text(json_get(x, S("system")))));
		TRY(listing_cell(&l, slice_of(action_name(v, json_text(json_get(x, S("action")))))));
		TRY(listing_cell(&l, worker_name(v, x)));
		TRY(listing_cell(&l, slice_of(json_is_true(json_get(x, S("case_number_given"))) ? say(v, "あり", "given") : say(v, "なし", "none"))));
	}
	return listing_done(&l, p, say(v, "閲覧の記録", "who-looked"));
}
