/* What stands in entries, in the words of those who read the record: names, case numbers, titles. */
#include "door/http/sentences.h"

#include "core/people/people.h"
#include "door/http/screening_pages.h"
#include "door/http/selection_pages.h"
#include "door/http/together.h"
#include "work/screen/screening.h"
#include "work/screen/screening_words.h"

#include "base/banned.h"

static const struct { const char *member, *word, *ja, *en; } member_words[] = {
	{ "how", "call", "電話", "telephone" }, { "how", "letter", "文書", "letter" }, { "how", "mail", "電子メール", "e-mail" },
	{ "how", "notice", "公表・掲示", "public notice" }, { "how", "online", "オンライン", "online" }, { "how", "other", "その他", "other" },
	{ "how", "passkey", "パスキー", "passkey" }, { "how", "password", "パスワード", "password" }, { "how", "publication", "公表", "publication" },
	{ "how", "recovery", "予備のコード", "recovery code" }, { "how", "report", "報告書の提出", "report" }, { "how", "totp", "認証アプリ", "app" },
	{ "how", "visit", "訪問", "visit" }, { "how", "invite", "招待", "invitation" }, { "how", "token", "トークン", "token" },
	{ "kind", "password", "パスワード", "password" }, { "kind", "totp", "認証アプリ", "app" }, { "kind", "passkey", "パスキー", "passkey" },
	{ "kind", "recovery", "予備のコード", "recovery codes" }, { "kind", "notice", "知った経緯", "how it came to be known" }, { "kind", "event", "対応の経過", "what was done" },
	{ "state", "active", "利用中", "active" }, { "state", "suspended", "利用停止", "suspended" }, { "state", "left", "退職・異動", "left" },
	{ "result", "kept", "そのまま", "kept" }, { "result", "changed", "変更した", "changed" },
	{ "what", "contact", "窓口", "contact" }, { "what", "deputy", "代わりの窓口", "deputy contact" }, { "what", "duty", "当直", "duty desk" },
	{ "what", "name", "名称", "name" }, { "what", "report.submit", "報告書の提出", "submitting a report" },
	{ "release", "true", "はい", "yes" }, { "release", "false", "いいえ", "no" },
	{ "", "true", "あり", "yes" }, { "", "false", "なし", "no" },
};

static slice told_or(struct visit *v, rc r, slice told, slice word)
{
	if (r == OK)
		return told;
	fault_clear(v->c);
	return word;
}

/* Ids by what they begin with; they are made in one place each, and no word of a pack looks like them. */
static slice look_up(struct visit *v, slice word)
{
	struct case_head h = { 0 };
	struct filing f = { 0 };
	struct screening_item i;
	struct partner p;
	struct buf b;

	buf_init(&b, v->c->a, 128);
	if (slice_is(word, "law"))
		return slice_of(say(v, "義務の判定", "assessment of duties"));
	if (slice_is(word, "op-0"))
		return slice_of(say(v, "このノード", "this node"));
	if (slice_starts(word, S("op-")))
		return who_name(v->c, v->n, word);
	if (slice_starts(word, S("c-")))
		return told_or(v, case_find(v->c, v->st, word, &h), h.num, word);
	if (slice_starts(word, S("r-")) && filing_find(v->c, v->st, word, &f) == OK) {
		buf_putf(&b, "%lld", (long long)f.num);
		return buf_slice(&b);
	}
	if (slice_starts(word, S("w-")) && screening_find(v->c, v->st, word, &i) == OK) {
		buf_putf(&b, v->ja ? "「%" S_FMT "」の%lld番" : "%" S_FMT " no. %lld", S_ARG(i.run), (long long)i.rank);
		return buf_slice(&b);
	}
	if (slice_starts(word, S("p-")) && partner_find(v->c, v->st, word, &p) == OK)
		return partner_title(v->h->law, &p, v->today, v->ja);
	fault_clear(v->c);
	return word;
}

slice reader_name(struct reader *r, slice id)
{
	size_t at = r->n % CALLED_MOST;
	slice copy, name;

	for (size_t i = 0; i < r->n && i < CALLED_MOST; i++)
		if (slice_eq(r->called[i].id, id))
			return r->called[i].name;
	name = look_up(r->v, id);
	if (slice_keep(r->v->c, id, &copy) != OK || slice_keep(r->v->c, name, &name) != OK)
		return id;
	r->called[at].id = copy;
	r->called[at].name = name;
	r->n++;
	return name;
}

static slice kind_word(struct visit *v, const struct entry *e, slice word)
{
	const char *report = kind_name(v, word);

	return report[0] ? slice_of(report) : kind_title(v, thread_kind_find(v->h->kinds, json_text(json_get(e->json, S("kind")))), word);
}

/*
 * Words of a screening: what was found, what came of it. Who has a part in an item must not learn how it ended, and to know who has
 * one the item would have to be opened; so only those who check what others decided read it here, the others at the item.
 */
static slice screening_word(struct visit *v, slice member, slice word)
{
	if (!screening_checks(v) && slice_is(member, "reason"))
		return slice_of(say(v, "関わりのない人だけが読めます", "for those who have no part in it"));
	if (!screening_checks(v))
		return slice_of(say(v, "項目の画面にあります", "stands at the item"));
	if (slice_is(member, "kind"))
		return screening_kind_name(word, v->ja);
	if (slice_is(member, "result"))
		return screening_state_name(word, v->ja);
	return slice_is(word, "none") ? slice_of(say(v, "理由の区分なし", "no reason class")) : screening_reason_name(word, v->ja);
}

static slice member_word(struct reader *r, const struct entry *e, slice member, slice word)
{
	struct visit *v = r->v;
	const struct thread_kind *k = thread_kind_find(v->h->kinds, json_text(json_get(e->json, S("kind"))));
	const struct law_duty *duty = slice_is(member, "rule") ? law_duty_on(v->h->law, word, v->today) : NULL;
	struct sheet_head head = { 0 };

	if (slice_starts(e->act, S("screening.")) && (slice_is(member, "kind") || slice_is(member, "result") || slice_is(member, "reason")))
		return screening_word(v, member, word);
	if (slice_is(e->act, "select.decide") && slice_is(member, "type"))
		return pii_name(v, word);
	for (size_t i = 0; i < sizeof member_words / sizeof member_words[0]; i++)
		if (slice_is(word, member_words[i].word) && (!member_words[i].member[0] || slice_is(member, member_words[i].member)))
			return slice_of(say(v, member_words[i].ja, member_words[i].en));
	if (duty)
		return v->ja ? duty->title_ja : duty->title_en;
	if (slice_is(member, "role"))
		return slice_of(role_name(word, v->ja));
	if (slice_is(member, "class"))
		return class_title(v, word);
	if (slice_is(member, "form"))
		return told_or(v, shelf_find(v->c, v->h->shelf, word, msec_jday(e->at), &head), head.title, word);
	if (slice_is(member, "kind"))
		return kind_word(v, e, word);
	if (slice_is(member, "step"))
		return step_title(v, k, word);
	if (slice_is(member, "state"))
		return state_title(v, k, word);
	if (slice_is(member, "peer"))
		return node_title(v, word);
	if (slice_is(member, "what"))
		return motion_title(v, word);
	return reader_name(r, word);
}

slice record_word(void *p, const struct entry *e, char part, slice member, slice word)
{
	struct reader *r = p;

	switch (part) {
	case 'R': return slice_of(role_name(word, r->v->ja));
	case 't': return node_title(r->v, word);
	case '{': return member_word(r, e, member, word);
	default: return reader_name(r, word);
	}
}
