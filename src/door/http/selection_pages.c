#include "door/http/selection_pages.h"

#include "base/bits.h"
#include "base/parse.h"
#include "door/http/together.h"
#include "work/select/held.h"

#include "base/banned.h"

/* Names of words of the engine, where a word alone would say nothing to a clerk. */
struct spoken { const char *word, *ja, *en; };

static const struct spoken indicators[] = {
	{ "asn", "AS番号", "AS number" }, { "attack", "ATT&CKの番号", "ATT&CK number" }, { "btc", "ビットコインの宛先", "Bitcoin address" },
	{ "cidr", "IPアドレスの範囲", "IP range" }, { "cve", "脆弱性の番号（CVE）", "vulnerability (CVE)" }, { "domain", "ドメイン", "domain" },
	{ "email", "メールアドレス", "e-mail address" }, { "eth", "イーサリアムの宛先", "Ethereum address" },
	{ "file_name", "ファイル名", "file name" }, { "file_path", "ファイルの場所", "file path" }, { "imphash", "imphash", "imphash" },
	{ "ipv4", "IPアドレス（v4）", "IPv4 address" }, { "ipv6", "IPアドレス（v6）", "IPv6 address" }, { "ja3", "JA3", "JA3" },
	{ "ja3s", "JA3S", "JA3S" }, { "ja4", "JA4", "JA4" }, { "jarm", "JARM", "JARM" }, { "ltc", "ライトコインの宛先", "Litecoin address" },
	{ "mac", "MACアドレス", "MAC address" }, { "md5", "ハッシュ（MD5）", "MD5" }, { "mutex", "ミューテックス", "mutex" },
	{ "registry", "レジストリ", "registry key" }, { "sha1", "ハッシュ（SHA-1）", "SHA-1" }, { "sha224", "ハッシュ（SHA-224）", "SHA-224" },
	{ "sha256", "ハッシュ（SHA-256）", "SHA-256" }, { "sha384", "ハッシュ（SHA-384）", "SHA-384" },
	{ "sha512", "ハッシュ（SHA-512）", "SHA-512" }, { "ssdeep", "ssdeep", "ssdeep" }, { "tlsh", "TLSH", "TLSH" },
	{ "trx", "トロンの宛先", "Tron address" }, { "url", "URL", "URL" }, { "user_agent", "ユーザーエージェント", "user agent" },
	{ "xmr", "モネロの宛先", "Monero address" }, { NULL },
};
static const struct spoken rules[] = {
	{ "domain of a person", "個人のドメイン", "domain of a person" }, { "in a link", "リンクの中", "in a link" }, { "label", "見出しの語", "label" },
	{ "name", "氏名の語", "name" }, { "own domain", "当方のドメイン", "own domain" }, { "owner", "持ち主の表示", "owner" },
	{ "profile folder", "利用者のフォルダの名前", "profile folder" }, { NULL },
};

static slice spoken_as(const struct visit *v, const struct spoken *list, slice word)
{
	for (; list->word; list++)
		if (slice_is(word, list->word))
			return slice_of(say(v, list->ja, list->en));
	return word;
}

slice indicator_name(const struct visit *v, slice word) { return spoken_as(v, indicators, word); }

slice rule_name(const struct visit *v, slice rule) { return spoken_as(v, rules, rule); }

slice pii_name(const struct visit *v, slice word)
{
	static const char *const ja[PII_TYPES] = { "個人番号", "カード番号", "口座番号", "運転免許証の番号", "旅券番号", "在留カードの番号", "保険者番号",
		"被保険者の記号・番号", "基礎年金番号", "雇用保険の番号", "住民票コード", "介護保険の番号", "電話番号", "郵便番号", "住所", "氏名", "フリガナ",
		"メールアドレス", "生年月日", "その他の番号" };
	enum pii_type t;

	return pii_type_from_word(word, &t) ? slice_of(say(v, ja[t], pii_type_word(t))) : S_NONE;
}

/* ---- the document ---- */

rc selected_open(struct visit *v, const char *what, struct selected *ret)
{
	struct selected s = { 0 };
	struct look look;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &s.h));
	TRY(visit_may(v, what, s.h.id));
	if (parse_i64(v->c, visit_text(v, "document"), 0, JSON_INT_MOST, &s.seq) != OK || s.seq >= node_size(v->n))
		return FAIL(v->c, E_NOTFOUND, "select.held_none");
	look = visit_look(v);
	TRY(held_open(v->c, v->n, &look, s.h.id, s.seq, &s.name, &s.bytes));
	TRY(select_review_read(v->c, v->n, s.h.id, s.name, s.bytes, &s.review));
	*ret = s;
	return OK;
}

static rc to_buf(struct ctx *c, void *to, slice bytes)
{
	buf_put(to, bytes);
	return ((struct buf *)to)->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

#define OUT_MOST ((size_t)64 << 20)

rc selected_run(struct visit *v, const struct selected *s, const struct select_options *opt, struct buf *out, struct buf *withheld,
	struct select_tally *ret)
{
	struct select_options o = { .form = opt->form, .tlp = opt->tlp, .with_refs = opt->with_refs, .out = { to_buf, out } };
	struct select_place *places;
	struct select_run *run;

	buf_init(out, v->c->a, OUT_MOST);
	if (withheld) {
		buf_init(withheld, v->c->a, OUT_MOST);
		o.withheld = (struct select_sink){ to_buf, withheld };
	}
	TRY(select_review_released(v->c, &s->review, &places, &o.n_released));
	o.released = places;
	TRY(select_begin(v->c, &o, &run));
	TRY(select_document(run, v->c, s->name, s->bytes));
	return select_end(run, ret);
}

/* Quotes within a text are written \", so a name with its quotes stands only where it is one. */
slice line_word(slice line, const char *name)
{
	slice key = slice_of(name), rest = line;
	size_t at;

	while ((at = slice_find(rest, key, 0)) != SIZE_MAX) {
		slice behind = slice_sub(rest, at + key.len, rest.len);
		size_t end;

		if (at > 0 && rest.p[at - 1] == '"' && slice_starts(behind, S("\":\""))) {
			behind = slice_sub(behind, 3, behind.len);
			end = slice_find(behind, S("\""), 0);
			return end == SIZE_MAX ? S_NONE : slice_sub(behind, 0, end);
		}
		rest = behind;
	}
	return S_NONE;
}

rc going_read(struct visit *v, slice line, struct going *ret)
{
	const struct json *x;

	TRY(json_parse(v->c, line, &x));
	*ret = (struct going){ json_text(json_get(x, S("type"))), json_text(json_get(x, S("value"))),
		slice_is(json_text(json_get(x, S("role"))), "ioc") };
	return OK;
}

/* ---- pieces of both pages ---- */

void listed_sums(struct visit *v, struct json_out *o, const char *name, const uint64_t *sums, size_t types, bool personal)
{
	slice given = personal ? visit_text(v, "kind") : visit_text(v, "type");

	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t t = 0; t < types; t++) {
		slice word = slice_of(personal ? pii_type_word((enum pii_type)t) : ind_type_word((enum ind_type)t));

		if (sums[t] == 0)
			continue;
		jo_object(o);
		jo_kv_text(o, "type", word);
		jo_kv_text(o, "name", personal ? pii_name(v, word) : indicator_name(v, word));
		jo_kv_int(o, "count", (int64_t)sums[t]);
		jo_kv_bool(o, "on", slice_eq(word, given));
		jo_end_object(o);
	}
	jo_end_array(o);
}

bool listed_in(struct listed *w)
{
	bool in = w->fit >= w->from && w->shown < w->most;

	w->fit++;
	w->shown += in;
	return in;
}

void listed_put(struct visit *v, struct json_out *o, const char *name, const struct listed *w)
{
	const struct { const char *ending; int64_t n; } members[] = {
		{ "found", (int64_t)w->fit }, { "first", w->shown ? (int64_t)w->from + 1 : 0 }, { "last", (int64_t)(w->from + w->shown) },
		{ "next", w->from + w->shown < w->fit ? (int64_t)(w->from + w->shown) : 0 },
		{ "back", w->from > w->most ? (int64_t)(w->from - w->most) : 0 }, { "before", w->from > 0 },
	};

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct buf b;

		buf_init(&b, v->c->a, 64);
		buf_putf(&b, "%s_%s", name, members[i].ending);
		jo_key(o, buf_slice(&b));
		jo_int(o, members[i].n);
	}
}

rc listed_window(struct visit *v, const char *field, size_t most, struct listed *ret)
{
	int64_t from = 0;

	TRY(form_count(v->c, v->in, field, 1000000, &from));
	*ret = (struct listed){ .from = (size_t)from, .most = most };
	return OK;
}

/* ---- on to others ---- */

#define SEND_MOST 500u   /* what a person can still look over before it goes; more goes as a file */

rc selected_for_thread(struct visit *v, slice *ret_values, slice *ret_methods, size_t *ret_left)
{
	static const struct select_options opt = { .form = SELECT_JSONL, .tlp = TLP_AMBER };
	struct buf out, values, methods;
	struct select_tally tally;
	struct selected s;
	slice rest, line;
	size_t n = 0;

	TRY(selected_open(v, "page:selection", &s));
	TRY(selected_run(v, &s, &opt, &out, NULL, &tally));
	buf_init(&values, v->c->a, OUT_MOST);
	buf_init(&methods, v->c->a, OUT_MOST);
	for (rest = buf_slice(&out), *ret_left = 0; slice_next(&rest, '\n', &line);) {
		struct going g;
		struct buf *b;

		if (line.len == 0 || !slice_is(line_word(line, "role"), "ioc"))
			continue;
		if (n++ >= SEND_MOST) {
			(*ret_left)++;
			continue;
		}
		TRY(going_read(v, line, &g));
		b = slice_is(g.type, "attack") || slice_is(g.type, "cve") ? &methods : &values;
		buf_put(b, g.value);
		buf_putc(b, '\n');
	}
	*ret_values = slice_trim(buf_slice(&values));
	*ret_methods = slice_trim(buf_slice(&methods));
	return values.full || methods.full ? FAIL(v->c, E_LIMIT, "text.limit") : OK;
}

rc selected_put_sends(struct visit *v, struct json_out *o)
{
	int32_t house = -1;
	slice cls;

	if (house_class(v->c, v->st, &cls) == OK)
		house = gate_recipient_find(v->h->gate, cls);
	fault_clear(v->c);
	jo_key(o, S("sends"));
	jo_array(o);
	for (uint32_t i = 0; house >= 0 && i < v->h->kinds->n; i++) {
		const struct thread_kind *k = &v->h->kinds->v[i];
		int32_t field = thread_field_find(k, S("indicators"));

		if (!(k->opens & BIT(house)) || field < 0 || !(k->steps[0].fields & BIT(field)))
			continue;
		jo_object(o);
		jo_kv_text(o, "id", k->id);
		jo_kv_text(o, "name", v->ja ? k->ja : k->en);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}
