#include "door/http/together.h"

#include "base/message.h"

#include "base/banned.h"

struct exchange together(const struct visit *v)
{
	return (struct exchange){ .n = v->n, .g = v->h->gate, .kinds = v->h->kinds, .terms = v->h->terms };
}

rc together_keys(struct visit *v, const struct exchange_keys **ret)
{
	*ret = v->h->keys;
	return *ret ? OK : FAIL(v->c, E_CONFLICT, "http.no_exchange_keys");
}

/* ---- names ---- */

slice word_name(const struct visit *v, const struct gate_word *w) { return v->ja ? w->ja : w->en; }

slice class_title(const struct visit *v, slice cls)
{
	int32_t i = gate_recipient_find(v->h->gate, cls);

	return i < 0 ? cls : word_name(v, gate_recipient_at(v->h->gate, (uint32_t)i));
}

slice class_said(const struct visit *v, const struct gate_class *cls, slice field)
{
	bool plain = slice_starts(cls->word.id, S("exchange.")) || slice_is(cls->word.id, "text") || slice_eq(word_name(v, &cls->word), field);

	return plain ? S_NONE : word_name(v, &cls->word);
}

slice kind_title(const struct visit *v, const struct thread_kind *k, slice id) { return k ? v->ja ? k->ja : k->en : id; }

slice step_title(const struct visit *v, const struct thread_kind *k, slice id)
{
	const struct thread_step *s = k ? thread_step_find(k, id) : NULL;

	return s ? v->ja ? s->ja : s->en : id;
}

slice state_title(const struct visit *v, const struct thread_kind *k, slice id)
{
	int32_t i = k ? thread_state_find(k, id) : -1;

	return i >= 0 && v->ja ? k->states_ja[i] : id;
}

const char *thread_word_name(const struct visit *v, slice word)
{
	static const char *const words[][3] = {
		{ "first_response", "初動", "first response" }, { "containment", "封じ込め", "containment" }, { "facts", "事実の確認", "finding the facts" },
		{ "cause", "原因の究明", "finding the cause" }, { "prevention", "再発の防止", "prevention" }, { "alert", "注意喚起", "warning others" },
		{ "report_demand", "報告徴取", "demand for a report" }, { "inspection", "立入検査", "inspection" }, { "guidance", "指導", "guidance" },
		{ "advice", "助言", "advice" }, { "recommendation", "勧告", "recommendation" }, { "order", "命令", "order" },
		{ "report", "報告書", "report" }, { "blog", "ブログ", "blog" }, { "web", "ウェブサイト", "web site" }, { "meeting", "会議", "meeting" },
		{ "symposium", "シンポジウム", "symposium" }, { "magazine", "広報誌", "magazine" }, { "mail", "メール配信", "mailing" },
		{ "leaflet", "リーフレット", "leaflet" }, { "course", "研修", "course" },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_is(word, words[i][0]))
			return say(v, words[i][1], words[i][2]);
	return arena_cstr(v->c->a, word);
}

slice field_title(const struct visit *v, const struct thread_kind *k, slice id)
{
	int32_t i = k ? thread_field_find(k, id) : -1;

	return i < 0 ? id : v->ja ? k->fields[i].ja : k->fields[i].en;
}

slice node_title(struct visit *v, slice node)
{
	struct partner p;

	if (slice_eq(node, node_name(v->n)))
		return slice_of(say(v, "当方", "us"));
	if (partner_find(v->c, v->st, node, &p) == OK)
		return partner_title(v->h->law, &p, v->today, v->ja);
	fault_clear(v->c);
	return node;
}

const char *message_of(const struct visit *v, const char *key)
{
	return message_text(key ? key : "bug", v->ja ? LANGUAGE_JA : LANGUAGE_EN);
}

slice author_name(struct visit *v, slice account)
{
	return slice_is(account, "op-0") ? slice_of(say(v, "このノード（自動の提案）", "this node, by itself")) : who_name(v->c, v->n, account);
}

/* ---- markings ---- */

void m_time(struct visit *v, struct json_out *o, const char *name, msec t) { m_when(v, o, name, (struct when){ t, false }); }

static unsigned word_at(slice word, const char *const *words, unsigned n, unsigned other)
{
	for (unsigned i = 0; i < n; i++)
		if (slice_is(word, words[i]))
			return i;
	return other;
}

/* FIRST TLP 2.0 (August 2022), in a sentence each. */
static const char *tlp_means(const struct visit *v, unsigned tlp)
{
	static const char *const ja[TLPS] = { "公開してかまいません。", "関係する組織の間で共有できます。公開はできません。",
		"組織内と、守るために知る必要のある委託先等に限って共有できます。", "組織内に限って共有できます。組織の外には渡せません。",
		"受け取った本人だけが見られます。ほかの人に見せたり、話したりできません。" };
	static const char *const en[TLPS] = { "May be made public.", "May be shared within the community; not in public.",
		"Within the organisation, and with clients who must know to protect themselves.", "Within the organisation only.",
		"For the eyes of the recipients only." };

	return say(v, ja[tlp], en[tlp]);
}

static const char *onward_means(const struct visit *v, unsigned onward)
{
	static const char *const ja[ONWARDS] = { "ほかの機関に渡すことはできません。", "ほかの機関に渡すには、出どころの同意が要ります。",
		"ほかの機関に渡す同意を得ています。", "ほかの機関に渡してかまいません。" };
	static const char *const en[ONWARDS] = { "Must not be shared on.", "Sharing on needs the origin's consent.",
		"The origin has agreed that it is shared on.", "May be shared on." };

	return say(v, ja[onward], en[onward]);
}

void m_mark(struct visit *v, struct json_out *o, slice tlp, slice purpose, slice onward, msec expires)
{
	unsigned t = word_at(tlp, tlp_words, TLPS, TLP_RED), w = word_at(onward, onward_words, ONWARDS, ONWARD_NO);
	int32_t p = gate_purpose_find(v->h->gate, purpose);
	struct buf b;

	jo_kv_text(o, "tlp", slice_of(tlp_words[t]));
	jo_kv_text(o, "tlp_label", slice_of(tlp_labels[t]));
	jo_kv_text(o, "purpose_name", p < 0 ? purpose : word_name(v, gate_purpose_at(v->h->gate, (uint32_t)p)));
	if (expires > 0)
		m_time(v, o, "expires", expires);
	jo_key(o, S("conditions"));
	jo_array(o);
	jo_text(o, slice_of(tlp_means(v, t)));
	jo_text(o, slice_of(onward_means(v, w)));
	buf_init(&b, v->c->a, 512);
	if (p >= 0) {
		slice name = word_name(v, gate_purpose_at(v->h->gate, (uint32_t)p));

		buf_putf(&b, v->ja ? "「%" S_FMT "」のためだけに使えます。" : "To be used for %" S_FMT " only.", S_ARG(name));
		jo_text(o, buf_slice(&b));
	}
	jo_end_array(o);
}

/* ---- values ---- */

slice value_text(struct visit *v, const struct json *value)
{
	struct json_out o;
	struct buf b;

	if (!value)
		return S_NONE;
	if (value->type == JSON_TEXT)
		return value->text;
	buf_init(&b, v->c->a, (size_t)1 << 20);
	o = json_out_on(&b);
	jo_value(&o, value);
	return buf_slice(&b);
}

/* "<10" and "1000+", as the gate gives numbers away, in words. */
static slice bucket_said(struct visit *v, slice text)
{
	struct buf b;

	buf_init(&b, v->c->a, 128);
	if (slice_starts(text, S("<")))
		buf_putf(&b, v->ja ? "%" S_FMT "未満" : "fewer than %" S_FMT, S_ARG(slice_sub(text, 1, SIZE_MAX)));
	else if (slice_ends(text, S("+")))
		buf_putf(&b, v->ja ? "%" S_FMT "以上" : "%" S_FMT " or more", S_ARG(slice_sub(text, 0, text.len - 1)));
	else
		return text;
	return buf_slice(&b);
}

slice field_value(struct visit *v, const struct thread_kind *k, slice id, const struct json *value)
{
	int32_t i = k ? thread_field_find(k, id) : -1;

	if (i >= 0 && gate_class_at(v->h->gate, k->fields[i].cls)->change == CHANGE_BUCKET)
		return bucket_said(v, value_text(v, value));

	if (i >= 0 && k->fields[i].nwords > 0 && value && value->type == JSON_TEXT)
		return slice_of(thread_word_name(v, value->text));
	return value_text(v, value);
}

void m_fields(struct visit *v, struct json_out *o, const char *name, const struct thread_kind *k, const struct json *fields)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for JSON_EACH(f, fields) {
		jo_object(o);
		jo_kv_text(o, "id", f->name);
		jo_kv_text(o, "label", field_title(v, k, f->name));
		jo_kv_text(o, "value", field_value(v, k, f->name, f));
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* ---- homes ---- */

bool home_case(struct visit *v, slice home, struct case_head *ret)
{
	if (slice_starts(home, S("c-")) && case_find(v->c, v->st, home, ret) == OK)
		return true;
	fault_clear(v->c);
	return false;
}

rc together_may(struct visit *v, const char *what, slice home)
{
	return visit_may(v, what, slice_starts(home, S("c-")) ? home : S_NONE);
}
