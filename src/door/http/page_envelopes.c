/* What came and what went, one envelope each: the marking and its conditions stand above the content at every look. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/banned.h"

static const struct reason { const char *word, *ja, *en; } reasons[] = {
	{ "wrong_recipient", "相手を間違えた", "it went to the wrong one" }, { "wrong_content", "内容を間違えた", "its content was wrong" },
	{ "no_basis", "渡す根拠がなかった", "there was no basis for it" }, { "consent_withdrawn", "同意が取り消された", "the consent was withdrawn" },
	{ "over", "用が済んだ", "it is not needed any more" },
};
static const struct reason bases[] = {
	{ "recalled", "求めに応じる", "as asked" }, { "statute", "法令による保存", "a statute asks that it is kept" },
	{ "duty", "当方の義務に必要", "needed for a duty of ours" }, { "dispute", "争訟・調査に必要", "needed for a dispute or inquiry" },
};

static void put_choices(struct visit *v, struct json_out *o, const char *name, const struct reason *r, size_t n)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		m_option(o, slice_of(r[i].word), slice_of(say(v, r[i].ja, r[i].en)), slice_is(given_or(v, "code", S_NONE), r[i].word));
	}
	jo_end_array(o);
}

const char *recall_word_name(const struct visit *v, slice word)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (slice_is(word, reasons[i].word))
			return say(v, reasons[i].ja, reasons[i].en);
	for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
		if (slice_is(word, bases[i].word))
			return say(v, bases[i].ja, bases[i].en);
	return "";
}

/* ---- what came ---- */

static rc find_came(struct visit *v, const char *what, struct thread *t, struct came *ret)
{
	TRY(visit_thread(v, what, t));
	TRY(inbox_find(v->c, v->st, visit_text(v, "env"), ret));
	return slice_eq(ret->thread, t->id) ? OK : FAIL(v->c, E_NOTFOUND, "inbox.none");
}

static rc put_content(struct visit *v, struct json_out *o, const struct came *came, const struct thread_kind *k)
{
	struct exchange x = together(v);
	struct look look = visit_look(v);
	struct brought b = { 0 };
	const char *why = NULL;
	rc r = inbox_open(v->c, &x, &look, came->env, &b);

	if (r == E_DENIED) {   /* expired or recalled: its marking is shown, its content not */
		why = message_of(v, v->c->fault.key);
		fault_clear(v->c);
	} else {
		TRY(r);
	}
	jo_kv_text(o, "refused", slice_of(why ? why : ""));
	jo_kv_bool(o, "gone", !why && b.gone);
	m_fields(v, o, "fields", k, !why && !b.gone ? json_get(b.body, S("fields")) : NULL);
	return OK;
}

rc page_received(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "received");
	const struct thread_kind *k;
	struct thread t;
	struct came came;
	bool may;

	TRY(find_came(v, "page:threads", &t, &came));
	k = thread_kind_find(v->h->kinds, t.kind);
	TRY(thread_head_put(v, o, &t));
	jo_kv_text(o, "env", came.env);
	jo_kv_text(o, "from", node_title(v, came.peer));
	m_time(v, o, "sent", came.sent);
	m_time(v, o, "at", came.at);
	m_mark(v, o, came.tlp, came.purpose, came.onward, came.expires);
	TRY(memo_conditions_put(v, o, came.peer, t.kind, false, came.at));
	jo_kv_bool(o, "no_onward", slice_is(came.onward, "no"));
	jo_kv_bool(o, "recalled", came.recalled);
	jo_kv_text(o, "recall_answer", came.recall_answer);
	jo_kv_text(o, "fixed_by", came.fixed_by);
	TRY(put_content(v, o, &came, k));
	put_choices(v, o, "bases", bases, sizeof bases / sizeof bases[0]);
	may = visit_can(v, "erase.order", slice_starts(t.home, S("c-")) ? t.home : S_NONE);
	jo_kv_bool(o, "may_answer", came.recalled && came.recall_answer.len == 0 && may);
	jo_kv_bool(o, "may_share", slice_starts(t.home, S("c-")) && visit_can(v, "thread.prepare", t.home));
	return OK;
}

static rc code_body(struct visit *v, slice code, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, v->c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "code", code);
	jo_end_object(&o);
	return buf_done(v->c, &b, ret);
}

rc page_recall_answer(struct visit *v, struct page *p)
{
	bool done = slice_is(visit_text(v, "answer"), "done");
	struct thread t;
	struct came came;
	slice body;

	TRY(find_came(v, "erase.order", &t, &came));
	if (!came.recalled)
		return FAIL(v->c, E_CONFLICT, "recall.none");
	if (came.recall_answer.len > 0)
		return FAIL(v->c, E_CONFLICT, "recall.twice");
	if (!done && (visit_text(v, "code").len == 0 || slice_is(visit_text(v, "code"), "recalled")))
		return visit_wrong(v, S("code"), "保有を続けるときは、その根拠を選んでください。", "To keep it, choose the basis.");
	TRY(code_body(v, done ? S("recalled") : visit_text(v, "code"), &body));
	return motion_put(v, p, t.home, done ? "recall.done" : "recall.kept", came.env, body);
}

/* ---- what went ---- */

static rc find_sent(struct visit *v, const char *what, struct thread *t, struct sent *ret)
{
	TRY(visit_thread(v, what, t));
	TRY(outbox_find(v->c, v->st, visit_text(v, "env"), ret));
	return slice_eq(ret->thread, t->id) ? OK : FAIL(v->c, E_NOTFOUND, "outbox.none");
}

static void put_sent_mark(struct visit *v, struct json_out *o, const struct entry *e)
{
	const struct json *mark = json_get(e->json, S("mark")), *expires = json_get(mark, S("expires"));
	slice onward = json_text(json_get(mark, S("onward")));

	m_mark(v, o, json_text(json_get(mark, S("tlp"))), json_text(json_get(mark, S("purpose"))), onward.len ? onward : S("no"),
	       expires && expires->type == JSON_INT ? expires->num : 0);
}

rc page_sent(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "sent");
	struct exchange x = together(v);
	const struct thread_kind *k;
	const struct json *body;
	struct entry e;
	struct look look;
	struct thread t;
	struct sent s;
	slice home;

	TRY(find_sent(v, "page:threads", &t, &s));
	look = visit_look(v);
	k = thread_kind_find(v->h->kinds, t.kind);
	home = slice_starts(t.home, S("c-")) ? t.home : S_NONE;
	TRY(record_get(v->c, v->n, s.seq, &e));
	TRY(sent_open(v->c, &x, &look, &s, &body));
	TRY(thread_head_put(v, o, &t));
	jo_key(o, S("envelope"));
	sent_put(v, o, &s);
	put_sent_mark(v, o, &e);
	TRY(memo_conditions_put(v, o, s.peer, t.kind, true, s.at));
	jo_kv_bool(o, "gone", !body);
	m_fields(v, o, "fields", k, json_get(body, S("fields")));
	put_choices(v, o, "reasons", reasons, sizeof reasons / sizeof reasons[0]);
	jo_kv_bool(o, "may_recall", !s.recalled && !slice_starts(s.kind, S("recall")) && visit_can(v, "item.disclose", home));
	jo_kv_bool(o, "may_fix", !t.over && !s.recalled && visit_can(v, "thread.prepare", home));
	return OK;
}

rc page_recall(struct visit *v, struct page *p)
{
	struct thread t;
	struct sent s;
	slice body;

	TRY(find_sent(v, "item.disclose", &t, &s));
	if (s.recalled)
		return FAIL(v->c, E_CONFLICT, "recall.twice");
	TRY(code_body(v, visit_text(v, "code"), &body));
	return motion_put(v, p, t.home, "recall", s.env, body);
}
