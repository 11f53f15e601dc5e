/*
 * The officer's page of a selected document: machine information that goes out on one side, personal information kept in on
 * the other, and the doubtful places decided one by one. Each decision is an act; each showing is a look.
 */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/parse.h"
#include "work/select/held.h"
#include "work/select/review.h"

#include "base/banned.h"

/* Names of words of the engine, where a word alone would say nothing to a clerk; what is a name already stays (MD5, CVE). */
struct spoken { const char *word, *ja, *en; };

static const struct spoken indicators[] = {
	{ "asn", "AS番号", "AS number" }, { "attack", "ATT&CKの番号", "ATT&CK number" }, { "cidr", "IPアドレスの範囲", "IP range" }, { "domain", "ドメイン", "domain" },
	{ "email", "メールアドレス", "e-mail address" }, { "file_name", "ファイル名", "file name" }, { "file_path", "ファイルの場所", "file path" },
	{ "ipv4", "IPアドレス（v4）", "IPv4 address" }, { "ipv6", "IPアドレス（v6）", "IPv6 address" }, { "mac", "MACアドレス", "MAC address" },
	{ "mutex", "ミューテックス", "mutex" }, { "registry", "レジストリ", "registry key" }, { "url", "URL", "URL" }, { "user_agent", "ユーザーエージェント", "user agent" },
	{ NULL },
};
static const struct spoken rules[] = {
	{ "domain of a person", "個人のドメイン", "domain of a person" }, { "in a link", "リンクの中", "in a link" }, { "label", "見出しの語", "label" },
	{ "name", "氏名の語", "name" }, { "own domain", "当方のドメイン", "own domain" }, { "owner", "持ち主の表示", "owner" },
	{ "profile folder", "利用者のフォルダの名前", "profile folder" }, { NULL },
};

static const char *spoken_as(const struct visit *v, const struct spoken *list, const char *word)
{
	for (; list->word; list++)
		if (strcmp(list->word, word) == 0)
			return say(v, list->ja, list->en);
	return word;
}

static slice indicator_name(const struct visit *v, slice word)
{
	return slice_of(spoken_as(v, indicators, arena_cstr(v->c->a, word)));
}

static const char *rule_name(const struct visit *v, const char *rule) { return spoken_as(v, rules, rule ? rule : ""); }

#define DOUBTS_PAGE 25u
#define ITEMS_MOST 500u
#define TEXT_MOST ((size_t)200 << 10)

static const char *pii_name(const struct visit *v, slice word)
{
	static const char *const ja[PII_TYPES] = { "個人番号", "カード番号", "口座番号", "運転免許証の番号", "旅券番号", "在留カードの番号", "保険者番号",
		"被保険者の記号・番号", "基礎年金番号", "雇用保険の番号", "住民票コード", "介護保険の番号", "電話番号", "郵便番号", "住所", "氏名", "フリガナ",
		"メールアドレス", "生年月日", "その他の番号" };
	enum pii_type t;

	return pii_type_from_word(word, &t) ? say(v, ja[t], pii_type_word(t)) : "";
}

/* ---- both sides ---- */

static rc to_buf(struct ctx *c, void *to, slice bytes)
{
	buf_put(to, bytes);
	return ((struct buf *)to)->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

struct sides { struct buf out, withheld, text; struct select_tally tally; };

static rc run_one(struct visit *v, slice name, slice bytes, const struct select_review *r, enum select_form form, struct buf *out,
                  struct buf *withheld, struct select_tally *tally)
{
	struct select_options opt = { .form = form, .tlp = TLP_AMBER, .out = { to_buf, out } };
	struct select_place *places;
	struct select_run *run;
	size_t n;

	TRY(select_review_released(v->c, r, &places, &n));
	opt.released = places;
	opt.n_released = n;
	if (withheld)
		opt.withheld = (struct select_sink){ to_buf, withheld };
	TRY(select_begin(v->c, &opt, &run));
	TRY(select_document(run, v->c, name, bytes));
	return select_end(run, tally);
}

static rc run_both(struct visit *v, slice name, slice bytes, const struct select_review *r, struct sides *s)
{
	struct select_tally tally;

	buf_init(&s->out, v->c->a, (size_t)16 << 20);
	buf_init(&s->withheld, v->c->a, (size_t)16 << 20);
	buf_init(&s->text, v->c->a, (size_t)64 << 20);
	TRY(run_one(v, name, bytes, r, SELECT_JSONL, &s->out, &s->withheld, &s->tally));
	return run_one(v, name, bytes, r, SELECT_REDACT, &s->text, NULL, &tally);
}

static rc put_items(struct visit *v, struct json_out *o, slice lines, size_t *ret_all)
{
	slice line;
	size_t n = 0;

	jo_key(o, S("items"));
	jo_array(o);
	while (slice_next(&lines, '\n', &line)) {
		const struct json *item;

		if (line.len == 0 || n++ >= ITEMS_MOST)
			continue;
		TRY(json_parse(v->c, line, &item));
		jo_object(o);
		jo_kv_text(o, "type", json_text(json_get(item, S("type"))));
		jo_kv_text(o, "type_name", indicator_name(v, json_text(json_get(item, S("type")))));
		jo_kv_text(o, "value", json_text(json_get(item, S("value"))));
		jo_kv_bool(o, "attack", slice_is(json_text(json_get(item, S("role"))), "ioc"));
		jo_end_object(o);
	}
	jo_end_array(o);
	*ret_all = n;
	return OK;
}

/* What was kept in, counted by type: no content, no place that could be looked up from here. */
static rc put_kept(struct visit *v, struct json_out *o, slice lines)
{
	int64_t sums[PII_TYPES] = { 0 };
	slice line;

	while (slice_next(&lines, '\n', &line)) {
		const struct json *item;
		enum pii_type t;

		if (line.len == 0)
			continue;
		TRY(json_parse(v->c, line, &item));
		if (pii_type_from_word(json_text(json_get(item, S("type"))), &t))
			sums[t]++;
	}
	jo_key(o, S("kept"));
	jo_array(o);
	for (unsigned t = 0; t < PII_TYPES; t++) {
		if (sums[t] == 0)
			continue;
		jo_object(o);
		jo_kv_text(o, "type", slice_of(pii_type_word((enum pii_type)t)));
		jo_kv_text(o, "name", slice_of(pii_name(v, slice_of(pii_type_word((enum pii_type)t)))));
		jo_kv_int(o, "count", sums[t]);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* ---- doubts ---- */

static const char *state_name(const struct visit *v, enum doubt_state s)
{
	static const char *const ja[DOUBT_STATES] = { "未判断", "伏せたまま", "外に出す" };
	static const char *const en[DOUBT_STATES] = { "not decided", "kept in", "released" };

	return say(v, ja[s], en[s]);
}

static void put_doubt(struct visit *v, struct json_out *o, const struct doubt *d, size_t number)
{
	slice given = form_get(v->in, S("number"));
	int64_t at = 0;

	jo_object(o);
	jo_kv_int(o, "number", (int64_t)number);
	jo_kv_text(o, "type_name", slice_of(pii_name(v, slice_of(pii_type_word(d->type)))));
	jo_kv_text(o, "rule", slice_of(d->rule));
	jo_kv_text(o, "rule_name", slice_of(rule_name(v, d->rule)));
	jo_kv_bool(o, "check_failed", d->check_failed);
	jo_kv_text(o, "before", d->before);
	jo_kv_text(o, "value", d->value);
	jo_kv_text(o, "behind", d->behind);
	jo_kv_text(o, "state", slice_of(doubt_state_word(d->state)));
	jo_kv_text(o, "state_name", slice_of(state_name(v, d->state)));
	jo_kv_bool(o, "open", d->state == DOUBT_OPEN);
	if (d->state != DOUBT_OPEN) {
		jo_kv_text(o, "by", who_name(v->c, v->n, d->actor));
		m_time(v, o, "at", d->at);
	}
	if (parse_i64(v->c, given, 1, 1000000, &at) != OK)
		fault_clear(v->c);
	jo_kv_text(o, "reason_given", at == (int64_t)number ? given_or(v, "reason", S_NONE) : S_NONE);
	jo_end_object(o);
}

static void put_doubts(struct visit *v, struct json_out *o, const struct select_review *r, size_t from)
{
	size_t open = 0, shown = 0;

	for (size_t i = 0; i < r->n; i++)
		open += r->doubts[i].state == DOUBT_OPEN;
	jo_kv_int(o, "doubts_all", (int64_t)r->n);
	jo_kv_int(o, "doubts_open", (int64_t)open);
	jo_key(o, S("doubts"));
	jo_array(o);
	for (size_t i = from; i < r->n && shown < DOUBTS_PAGE; i++, shown++)
		put_doubt(v, o, &r->doubts[i], i + 1);
	jo_end_array(o);
	jo_kv_int(o, "next_from", from + shown < r->n ? (int64_t)(from + shown) : 0);
}

/* ---- the pages ---- */

rc page_selections(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "selections");
	struct case_head h;
	struct held_doc *list;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:selection", h.id));
	TRY(held_list(v->c, v->n, h.id, &list, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "selection"));
	jo_key(o, S("documents"));
	jo_array(o);
	for (size_t i = n; i > 0; i--) {
		jo_object(o);
		jo_kv_int(o, "document", list[i - 1].seq);
		jo_kv_int(o, "bytes", list[i - 1].size);
		jo_kv_text(o, "by", who_name(v->c, v->n, list[i - 1].actor));
		m_time(v, o, "at", list[i - 1].at);
		jo_kv_text(o, "digest", slice_sub(list[i - 1].doc, 0, 16));
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_text(o, "text_given", given_or(v, "text", S_NONE));
	jo_kv_bool(o, "may_add", !h.closed && visit_can(v, "select.document", h.id));
	return OK;
}

/* What cannot be taken apart (broken, encrypted) is said before it is put up. */
static rc try_document(struct visit *v, const struct case_head *h, slice name, slice bytes)
{
	struct select_review r;
	rc result = select_review_read(v->c, v->n, h->id, name, bytes, &r);

	if (result == OK || result == E_BUG || result == E_NOMEM)
		return result;
	fault_clear(v->c);
	return visit_wrong_key(v, S("file"), "select.held_unread");
}

rc page_selection_add(struct visit *v, struct page *p)
{
	slice bytes = form_get(v->in, S("file")), name = slice_trim(form_get(v->in, S("file.name")));
	struct case_head h;
	struct act act;
	int64_t seq;

	TRY(visit_case(v, &h));
	if (bytes.len == 0) {
		bytes = visit_text(v, "text");
		name = visit_text(v, "name").len ? visit_text(v, "name") : S("text.txt");
	}
	if (bytes.len == 0)
		return visit_wrong_key(v, S("file"), "select.held_empty");
	if (bytes.len > HELD_MOST)
		return visit_wrong_key(v, S("file"), "select.held_size");
	TRY(try_document(v, &h, name, bytes));
	TRY(held_act(v->c, &v->actor, h.id, name.len ? name : S("document"), bytes, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/selection/%lld", S_ARG(h.num), (long long)seq);
}

static rc find_document(struct visit *v, struct case_head *h, int64_t *ret_seq, slice *ret_name, slice *ret_bytes)
{
	struct look look;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), h));
	TRY(visit_may(v, v->route->may, h->id));
	if (parse_i64(v->c, visit_text(v, "document"), 0, JSON_INT_MOST, ret_seq) != OK || *ret_seq >= node_size(v->n))
		return FAIL(v->c, E_NOTFOUND, "select.held_none");
	look = visit_look(v);
	return held_open(v->c, v->n, &look, h->id, *ret_seq, ret_name, ret_bytes);
}

static slice first_of(slice text, size_t most)
{
	while (most > 0 && most < text.len && ((unsigned char)text.p[most] & 0xc0) == 0x80)
		most--;
	return slice_sub(text, 0, most);
}

rc page_selection(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "selection");
	struct select_review r;
	struct case_head h;
	struct sides s = { 0 };
	int64_t seq, from = 0;
	slice name, bytes;
	size_t all;

	TRY(find_document(v, &h, &seq, &name, &bytes));
	TRY(form_count(v->c, v->in, "from", 1000000, &from));
	TRY(select_review_read(v->c, v->n, h.id, name, bytes, &r));
	TRY(run_both(v, name, bytes, &r, &s));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "selection"));
	jo_kv_int(o, "document", seq);
	jo_kv_text(o, "name", name);
	TRY(put_items(v, o, buf_slice(&s.out), &all));
	jo_kv_int(o, "items_all", (int64_t)all);
	TRY(put_kept(v, o, buf_slice(&s.withheld)));
	jo_kv_int(o, "kept_all", (int64_t)s.tally.withheld);
	jo_kv_text(o, "text", first_of(buf_slice(&s.text), TEXT_MOST));
	jo_kv_bool(o, "text_cut", s.text.len > TEXT_MOST);
	put_doubts(v, o, &r, (size_t)from);
	jo_kv_bool(o, "may_decide", !h.closed && visit_can(v, "select.decide", h.id));
	return OK;
}

rc page_selection_decide(struct visit *v, struct page *p)
{
	bool release = slice_is(visit_text(v, "what"), "release");
	struct select_review r;
	struct case_head h;
	int64_t seq, number;
	slice name, bytes;
	struct act act;
	int64_t from;

	TRY(find_document(v, &h, &seq, &name, &bytes));
	TRY(form_count(v->c, v->in, "number", 1000000, &number));
	TRY(form_count(v->c, v->in, "from", 1000000, &from));
	TRY(select_review_read(v->c, v->n, h.id, name, bytes, &r));
	TRY(select_review_act(v->c, &v->actor, &r, (uint32_t)number, release, visit_text(v, "reason"), &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/selection/%" S_FMT "?from=%lld#d-%lld", S_ARG(h.num), S_ARG(visit_text(v, "document")),
	               (long long)from, (long long)number);
}

/* What goes out, as JSON Lines: for the programs that take it up. */
rc page_selection_file(struct visit *v, struct page *p)
{
	struct select_review r;
	struct select_tally tally;
	struct case_head h;
	slice name, bytes;
	struct buf out;
	int64_t seq;

	TRY(find_document(v, &h, &seq, &name, &bytes));
	TRY(select_review_read(v->c, v->n, h.id, name, bytes, &r));
	buf_init(&out, v->c->a, (size_t)16 << 20);
	TRY(run_one(v, name, bytes, &r, SELECT_JSONL, &out, NULL, &tally));
	return page_bytes(p, "application/jsonl", S("indicators.jsonl"), buf_slice(&out));
}
