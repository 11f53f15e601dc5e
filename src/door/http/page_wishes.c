/* What the reporter reserves or agrees to (留保, 同意): weighed by the gate for every recipient, every time. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/parse.h"

#include "base/banned.h"

static const struct wish_word { const char *word, *ja, *en; } wish_words[] = {
	{ "deny", "渡さないでほしい", "must not be given" }, { "optout", "共有を望まない（重要インフラ以外）", "does not wish it shared (the weaker opt-out)" },
	{ "ask", "渡す前に聞いてほしい", "to be asked before" }, { "delay", "後にしてほしい", "not yet" },
	{ "anonymous", "名前を出さないでほしい", "without its name" }, { "consent", "渡してよい（同意）", "agrees to it" },
};

#define WISH_WORDS (sizeof wish_words / sizeof wish_words[0])

static slice kind_name_of(const struct visit *v, slice kind)
{
	for (size_t i = 0; i < WISH_WORDS; i++)
		if (slice_is(kind, wish_words[i].word))
			return slice_of(say(v, wish_words[i].ja, wish_words[i].en));
	return kind;
}

static slice recipient_name(struct visit *v, slice to)
{
	if (to.len == 0)
		return slice_of(say(v, "すべての相手", "everybody"));
	if (gate_recipient_find(v->h->gate, to) >= 0)
		return class_title(v, to);
	return law_agency_find(v->h->law, to) ? law_agency_name(v->h->law, to, v->today, v->ja) : node_title(v, to);
}

static slice class_name(const struct visit *v, slice cls)
{
	int32_t i = gate_class_find(v->h->gate, cls);

	if (cls.len == 0)
		return slice_of(say(v, "すべての情報", "everything"));
	return i < 0 ? cls : word_name(v, &gate_class_at(v->h->gate, (uint32_t)i)->word);
}

static void option(struct visit *v, struct json_out *o, const char *field, slice value, slice label)
{
	m_option(o, value, label, slice_eq(given_or(v, field, S_NONE), value));
}

static rc put_choices(struct visit *v, struct json_out *o)
{
	struct partner *p;
	size_t n;

	jo_key(o, S("kinds"));
	jo_array(o);
	for (size_t i = 0; i < WISH_WORDS; i++)
		option(v, o, "kind", slice_of(wish_words[i].word), slice_of(say(v, wish_words[i].ja, wish_words[i].en)));
	jo_end_array(o);
	jo_key(o, S("recipients"));
	jo_array(o);
	for (uint32_t i = 0; i < gate_recipient_count(v->h->gate); i++)
		option(v, o, "recipient", gate_recipient_at(v->h->gate, i)->id, word_name(v, gate_recipient_at(v->h->gate, i)));
	TRY(partner_page(v->c, v->st, S_NONE, 200, &p, &n));
	for (size_t i = 0; i < n; i++)
		if (!p[i].ended && !slice_is(p[i].cls, "principal"))   /* those are thousands, and go by their class */
			option(v, o, "recipient", p[i].node, partner_title(v->h->law, &p[i], v->today, v->ja));
	jo_end_array(o);
	jo_key(o, S("classes"));
	jo_array(o);
	for (uint32_t i = 0; i < gate_class_count(v->h->gate); i++)
		option(v, o, "class", gate_class_at(v->h->gate, i)->word.id, word_name(v, &gate_class_at(v->h->gate, i)->word));
	jo_end_array(o);
	return OK;
}

rc page_wishes(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "wishes");
	struct wish_row *w;
	struct case_head h;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:room", h.id));
	TRY(wish_list(v->c, v->st, h.id, &w, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	jo_key(o, S("wishes"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_int(o, "seq", w[i].seq);
		jo_kv_text(o, "kind", w[i].kind);
		jo_kv_text(o, "kind_name", kind_name_of(v, w[i].kind));
		jo_kv_text(o, "recipient_name", recipient_name(v, w[i].to));
		jo_kv_text(o, "class_name", w[i].field.len ? S_NONE : class_name(v, w[i].cls));
		jo_kv_text(o, "field", w[i].field);
		if (w[i].until > 0)
			m_time(v, o, "until", w[i].until);
		jo_kv_bool(o, "consent", w[i].consent);
		jo_end_object(o);
	}
	jo_end_array(o);
	TRY(put_choices(v, o));
	m_date(v, o, "until_date", "until", false, (struct when){ 0 });
	jo_kv_bool(o, "may_set", !h.closed && visit_can(v, "wish.set", h.id));
	jo_kv_bool(o, "may_end", !h.closed && visit_can(v, "wish.end", h.id));
	return OK;
}

rc page_wish_add(struct visit *v, struct page *p)
{
	slice kind = visit_text(v, "kind"), to = visit_text(v, "recipient"), cls = visit_text(v, "class");
	struct when until = { 0 };
	struct case_head h;
	struct act act;
	int64_t seq;
	bool given;

	TRY(visit_case(v, &h));
	TRY(form_moment(v->c, v->in, "until", &until, &given));
	if (slice_is(kind, "consent") && (to.len == 0 || cls.len == 0))
		return visit_wrong(v, S("recipient"), "同意は、相手と情報の種類を選んで記してください。", "A consent names a recipient and a class of information.");
	if (slice_is(kind, "delay") && !given)
		return visit_wrong(v, S("until"), "いつまで後にするかを入力してください。", "Say until when.");
	TRY(wish_act(v->c, v->h->gate, &v->actor, h.id, kind, to, S_NONE, cls, until.at, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/wishes", S_ARG(h.num));
}

rc page_wish_end(struct visit *v, struct page *p)
{
	struct wish_row *w;
	struct case_head h;
	bool found = false;
	struct act act;
	int64_t seq;
	size_t n;

	TRY(visit_case(v, &h));
	TRY(wish_list(v->c, v->st, h.id, &w, &n));
	if (parse_i64(v->c, visit_text(v, "wish"), 0, JSON_INT_MOST, &seq) != OK)
		fault_clear(v->c);
	else
		for (size_t i = 0; i < n; i++)
			found = found || w[i].seq == seq;
	if (!found)
		return FAIL(v->c, E_NOTFOUND, "record.no_entry");
	TRY(wish_act_end(v->c, &v->actor, h.id, seq, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/wishes", S_ARG(h.num));
}
