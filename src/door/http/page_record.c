/* The record for those who check: sentences, filtered; and as a table. */
#include "door/http/pages.h"

#include "core/people/people.h"
#include "door/http/listing.h"
#include "door/http/sentences.h"

#include "base/banned.h"

#define ROWS 200u
#define ROWS_TABLE 20000u

/* *ret_all: every entry from f->from to f->to is one of them, as far as times go. */
static rc filter_of(struct visit *v, struct entry_filter *f, bool *ret_all)
{
	slice ref = visit_text(v, "case");
	struct case_head h;
	int64_t before;
	bool given;
	jday day;

	*f = (struct entry_filter){ .actor = visit_text(v, "actor"), .act = visit_text(v, "act"), .to = node_size(v->n) };
	*ret_all = true;
	TRY(form_day(v->c, v->in, "since", &day, &given));
	if (given)
		f->since = jday_msec(day);
	TRY(form_day(v->c, v->in, "until", &day, &given));
	if (given)
		f->until = jday_msec(day + 1);
	if (f->since || f->until)
		TRY(record_narrow(v->c, v->n, f, ret_all));
	TRY(form_count(v->c, v->in, "before", INT64_MAX / 2, &before));
	if (before > 0 && before < f->to)
		f->to = before;
	if (ref.len == 0)
		return OK;
	TRY(case_find(v->c, v->st, ref, &h));
	f->case_id = h.id;
	return OK;
}

/* What those who check ask for; any other word of an act is taken from the address, and stays in the list. */
static const struct { const char *word, *ja, *en; } acts_asked[] = {
	{ "item.view", "封印された内容の閲覧", "looks at sealed content" }, { "session.begin", "サインイン", "signing in" },
	{ "signin.refused", "サインインの失敗", "refused sign-ins" }, { "case.open", "事案を開いた", "cases opened" },
	{ "fact.state", "事実の記入・訂正", "facts stated" }, { "duty.done", "義務を済ませた", "duties done" }, { "duty.waive", "行わないと決めた", "duties waived" },
	{ "report.submit", "報告書の提出", "reports submitted" }, { "approval.give", "承認", "approvals" }, { "item.disclose", "ほかの機関への提供", "disclosures" },
	{ "account.add", "利用者の追加", "accounts added" }, { "grant.add", "役割を与えた", "roles given" }, { "grant.end", "役割を外した", "roles ended" },
	{ "erase.order", "廃棄の命令", "disposals ordered" }, { "export", "記録の書き出し", "exports" },
	{ "screening.review", "ログの点検の判断", "decisions on screened items" }, { "deid.release", "加工情報の出力", "de-identified releases" },
};

static void put_acts(struct visit *v, struct json_out *o)
{
	slice given = visit_text(v, "act");
	bool known = given.len == 0;

	jo_key(o, S("acts"));
	jo_array(o);
	for (size_t i = 0; i < sizeof acts_asked / sizeof acts_asked[0]; i++) {
		bool on = slice_is(given, acts_asked[i].word);

		m_option(o, slice_of(acts_asked[i].word), slice_of(say(v, acts_asked[i].ja, acts_asked[i].en)), on);
		known = known || on;
	}
	if (!known)
		m_option(o, given, given, true);
	jo_end_array(o);
}

static slice seq_text(struct visit *v, int64_t seq)
{
	struct buf b;

	buf_init(&b, v->c->a, 32);
	buf_putf(&b, "%lld", (long long)seq);
	return buf_slice(&b);
}

rc page_record(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "record");
	struct entry_filter f;
	struct sentence *s;
	bool all;
	size_t n;

	TRY(filter_of(v, &f, &all));
	/* nothing to look for: only the window is read */
	if (all && f.case_id.len + f.actor.len + f.act.len == 0 && f.to - f.from > (int64_t)ROWS)
		f.from = f.to - (int64_t)ROWS;
	TRY(m_people(v, o, "actors", &(struct people_choice){ .chosen = visit_text(v, "actor") }));
	put_acts(v, o);
	jo_kv_text(o, "since_given", visit_text(v, "since"));
	jo_kv_text(o, "until_given", visit_text(v, "until"));
	jo_kv_text(o, "case_given", visit_text(v, "case"));
	jo_kv_text(o, "actor_given", visit_text(v, "actor"));
	jo_kv_text(o, "act_given", visit_text(v, "act"));
	jo_kv_int(o, "size", node_size(v->n));
	jo_kv_text(o, "origin", node_origin(v->n));
	jo_kv_text(o, "vkey", node_vkey(v->n));
	if (f.to <= f.from) {
		jo_key(o, S("entries"));
		jo_array(o);
		jo_end_array(o);
		jo_kv_text(o, "next_before", S_NONE);
		return OK;
	}
	TRY(sentences_read(v, &f, "", ROWS, &s, &n));
	jo_kv_text(o, "next_before", n == ROWS && s[n - 1].seq > 0 ? seq_text(v, s[n - 1].seq) : S_NONE);
	return sentences_out(v, o, "entries", s, n);
}

rc page_record_table(struct visit *v, struct page *p)
{
	struct entry_filter f;
	struct sentence *s;
	struct listing l;
	bool all;
	size_t n;

	TRY(filter_of(v, &f, &all));
	n = 0;
	if (f.to > f.from)
		TRY(sentences_read(v, &f, "", ROWS_TABLE, &s, &n));
	TRY(listing_begin(&l, v, say(v, "番号,日時,操作者,役割,行為,文", "seq,time,actor,role,act,sentence")));
	for (size_t i = 0; i < n; i++) {
		TRY(listing_int(&l, s[i].seq));
		TRY(listing_time(&l, true, s[i].at));
		TRY(listing_cell(&l, s[i].actor));
		TRY(listing_cell(&l, s[i].role));
		TRY(listing_cell(&l, s[i].act));
		TRY(listing_cell(&l, s[i].text));
	}
	return listing_done(&l, p, say(v, "記録", "record"));
}
