/* What one person wrote and another one carries out. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/banned.h"

rc motion_put(struct visit *v, struct page *p, slice home, const char *what, slice about, slice body)
{
	struct act act;
	int64_t seq;
	slice id;

	TRY(motion_act(v->c, &v->actor, home, slice_of(what), about, body, &act, &id));
	if (home.len == 0)
		act.case_id = id;   /* about nothing that is there yet: sealed under its own key */
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/motions/%" S_FMT, S_ARG(id));
}

/* Word, the title of the page, and what carrying it out does. */
static const struct motion_word { const char *what, *ja, *en, *does_ja, *does_en; } motion_words[] = {
	{ "partner.add", "連携先に加える", "Take up a partner", "この鍵を持つ相手を連携先に加えます。指紋を電話などで相手と読み合わせてから承認してください。",
	  "The node with these keys becomes a partner. Compare the fingerprints by telephone before you approve." },
	{ "partner.end", "連携を終える", "End a partnership", "これから先、この連携先とは送受信しません。", "Nothing is sent to or taken from this partner any more." },
	{ "memo.draft", "覚書を結ぶ", "Draft a memorandum", "当方の署名を付けて記録します。先方の署名がそろうまで、やりとりの根拠にはなりません。",
	  "It is signed by us and put on record. It covers nothing until they have signed it." },
	{ "memo.take", "覚書に署名する", "Sign a memorandum", "先方の署名を確かめ、当方の署名がまだなら付けます。", "Their signature is checked, and ours is added if it is missing." },
	{ "memo.end", "覚書を終わらせる", "End a memorandum", "これを根拠にしたやりとりは、これから先できません。", "Nothing rests on it any more." },
	{ "recall", "送ったものの取消しを求める", "Recall what was sent", "相手のノードで内容を見られなくします。相手がすでに読んだもの、写したもの、印刷したものは取り消せません。",
	  "Their node refuses to show the content from then on. What somebody has read, copied or printed is not taken back." },
	{ "recall.done", "取消しに応じて廃棄する", "Destroy what was recalled", "この内容の鍵を廃棄します。元に戻せません。", "The key of this content is destroyed. It cannot be restored." },
	{ "recall.kept", "取消しに応じず保有する", "Keep what was recalled", "根拠を付けて、保有を続けることを相手に伝えます。", "They are told that it is kept, and on which basis." },
};

static const struct motion_word *word_of(slice what)
{
	for (size_t i = 0; i < sizeof motion_words / sizeof motion_words[0]; i++)
		if (slice_is(what, motion_words[i].what))
			return &motion_words[i];
	return NULL;
}

slice motion_title(const struct visit *v, slice what)
{
	const struct motion_word *w = word_of(what);

	return w ? slice_of(say(v, w->ja, w->en)) : what;
}

/* ---- looking ---- */

static void row(struct json_out *o, slice label, slice value)
{
	if (value.len == 0)
		return;
	jo_object(o);
	jo_kv_text(o, "label", label);
	jo_kv_text(o, "value", value);
	jo_end_object(o);
}

static slice day_of(struct visit *v, const struct json *day)
{
	struct buf b;

	if (!day || day->type != JSON_INT)
		return S_NONE;
	buf_init(&b, v->c->a, 64);
	if (v->ja)
		jday_put_short_ja(&b, (jday)day->num, v->today);
	else
		jday_put(&b, (jday)day->num);
	return buf_slice(&b);
}

static slice label(const struct visit *v, const char *ja, const char *en) { return slice_of(say(v, ja, en)); }

/* Whom it is about, by name: the partner, or the partner that an envelope went to or came from. */
static slice whom(struct visit *v, const struct motion *m)
{
	struct partner p;
	struct came came;
	struct sent sent;
	slice node = m->about;

	if (slice_is(m->what, "recall"))
		node = outbox_find(v->c, v->st, m->about, &sent) == OK ? sent.peer : S_NONE;
	else if (slice_starts(m->what, S("recall.")))
		node = inbox_find(v->c, v->st, m->about, &came) == OK ? came.peer : S_NONE;
	else if (slice_starts(m->home, S("p-")))
		node = partner_find(v->c, v->st, m->home, &p) == OK ? p.node : S_NONE;
	fault_clear(v->c);
	return node_title(v, node);
}

/* What a person has to see before they approve. */
static void put_rows(struct visit *v, struct json_out *o, const struct motion *m, const struct json *body)
{
	slice code = json_text(json_get(body, S("code")));

	jo_key(o, S("rows"));
	jo_array(o);
	row(o, label(v, "相手", "Partner"), whom(v, m));
	row(o, label(v, "種別", "Class"), class_title(v, json_text(json_get(body, S("class")))));
	row(o, label(v, "機関の記号", "Agency"), json_text(json_get(body, S("agency"))));
	row(o, label(v, "名称", "Name"), json_text(json_get(body, S("name"))));
	row(o, label(v, "接続先", "Address"), json_text(json_get(body, S("host"))));
	row(o, label(v, "開始", "From"), day_of(v, json_get(body, S("from"))));
	row(o, label(v, "終了", "To"), day_of(v, json_get(body, S("to"))));
	row(o, label(v, "見直し", "Review"), day_of(v, json_get(body, S("review"))));
	row(o, label(v, "理由・根拠", "Reason or basis"), code.len ? slice_of(recall_word_name(v, code)) : S_NONE);
	row(o, label(v, "封筒の番号", "Envelope"), slice_starts(m->what, S("recall")) ? m->about : S_NONE);
	row(o, label(v, "先方のファイル", "Their file"), json_text(json_get(body, S("file"))));
	jo_end_array(o);
}

static rc put_card(struct visit *v, struct json_out *o, const struct json *body)
{
	slice text = json_text(json_get(body, S("card")));
	struct card card = { 0 };

	if (text.len > 0)
		TRY(exchange_card_read(v->c, text, &card));
	jo_key(o, S("keys"));
	jo_array(o);
	for (size_t i = 0; i < card.n; i++) {
		struct buf b;

		buf_init(&b, v->c->a, 64);
		key_print_put(&b, card.keys[i].sign, card.keys[i].box, card.keys[i].tls);
		jo_object(o);
		jo_kv_text(o, "kid", card.keys[i].id);
		jo_kv_text(o, "print", buf_slice(&b));
		if (card.keys[i].from > 0)
			m_time(v, o, "from", card.keys[i].from);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_functions(struct visit *v, struct json_out *o, const struct json *body)
{
	struct memo_function x;

	jo_key(o, S("functions"));
	jo_array(o);
	for JSON_EACH(f, json_get(body, S("functions"))) {
		TRY(memo_function_read(v, f, &x));
		memo_function_put(v, o, &x);
	}
	jo_end_array(o);
	return OK;
}

rc page_motion(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "motion");
	const struct motion_word *w;
	const struct json *body;
	struct look look;
	struct motion m;
	bool own;

	TRY(motion_find(v->c, v->st, visit_text(v, "motion"), &m));
	TRY(together_may(v, "page:threads", m.home));
	look = visit_look(v);
	TRY(motion_open(v->c, v->n, &look, &m, &body));
	w = word_of(m.what);
	own = slice_eq(m.actor, v->actor.id);
	jo_kv_text(o, "motion", m.id);
	jo_kv_text(o, "what", m.what);
	jo_kv_text(o, "title", motion_title(v, m.what));
	jo_kv_text(o, "does", slice_of(w ? say(v, w->does_ja, w->does_en) : ""));
	jo_kv_text(o, "by", who_name(v->c, v->n, m.actor));
	m_time(v, o, "at", m.at);
	jo_kv_bool(o, "waiting", m.waiting);
	jo_kv_bool(o, "own", own);
	jo_kv_bool(o, "may_carry", m.waiting && !own && visit_can(v, "motion.carry", slice_starts(m.home, S("c-")) ? m.home : S_NONE));
	jo_kv_bool(o, "may_drop", m.waiting && visit_can(v, "motion.drop", slice_starts(m.home, S("c-")) ? m.home : S_NONE));
	put_rows(v, o, &m, body);
	TRY(put_card(v, o, body));
	TRY(put_functions(v, o, body));
	return OK;
}

/* ---- carrying out ---- */

struct carry {
	struct visit *v;
	const struct motion *m;
	struct actor maker, by;
	const struct json *body;
	struct act acts[GENERATIONS_MOST + 8];
	size_t n;
	slice back;             /* where the page goes afterwards */
};

static slice path_to(struct visit *v, const char *folder, slice id)
{
	struct buf b;

	buf_init(&b, v->c->a, 256);
	buf_putf(&b, "/%s/%" S_FMT, folder, S_ARG(id));
	return buf_slice(&b);
}

static rc carry_partner_add(struct carry *k)
{
	struct visit *v = k->v;
	struct new_partner x = { .cls = json_text(json_get(k->body, S("class"))), .agency = json_text(json_get(k->body, S("agency"))),
		.exercise = node_is_exercise(v->n) };
	slice name = json_text(json_get(k->body, S("name"))), host = json_text(json_get(k->body, S("host")));
	const struct json *port = json_get(k->body, S("port"));
	struct partner p = { 0 };
	struct card card;
	size_t n;

	TRY(exchange_card_read(v->c, json_text(json_get(k->body, S("card"))), &card));
	TRY(partner_acts_add(v->c, &k->maker, &card, &x, k->acts + k->n, &n, &p.id));
	k->n += n;
	if (name.len > 0)
		TRY(partner_act_person(v->c, &k->maker, &p, S("name"), 0, JDAY_LEAST, JDAY_MOST, name, &k->acts[k->n++]));
	if (host.len > 0)
		TRY(partner_act_address(v->c, &k->maker, &p, host, port ? port->num : 8443, v->c->now, &k->acts[k->n++]));
	k->back = path_to(v, "partners", p.id);
	return OK;
}

static int64_t int_of(const struct json *v, const char *name)
{
	const struct json *x = json_get(v, slice_of(name));

	return x && x->type == JSON_INT ? x->num : 0;
}

static rc carry_memo_draft(struct carry *k)
{
	struct memo m = { .kind = json_text(json_get(k->body, S("kind"))), .from = (jday)int_of(k->body, "from"),
		.to = (jday)int_of(k->body, "to"), .review = (jday)int_of(k->body, "review") };
	const struct exchange_keys *keys;
	struct partner p;
	slice file;

	TRY(together_keys(k->v, &keys));
	TRY(partner_find(k->v->c, k->v->st, k->m->about, &p));
	for JSON_EACH(f, json_get(k->body, S("functions")))
		if (m.n < MEMO_FUNCTIONS_MOST)
			TRY(memo_function_read(k->v, f, &m.functions[m.n++]));
	TRY(memo_acts_draft(k->v->c, k->v->n, &k->maker, keys, &p, &m, k->acts + k->n, &file));
	k->n += 2;
	k->back = path_to(k->v, "memos", m.id);
	return OK;
}

static rc carry_memo_take(struct carry *k)
{
	const struct exchange_keys *keys;
	slice id, file;
	size_t n;
	rc r;

	TRY(together_keys(k->v, &keys));
	r = memo_acts_take(k->v->c, k->v->n, &k->maker, keys, json_text(json_get(k->body, S("file"))), k->acts + k->n, &n, &id, &file);
	if (r == E_TAMPER)   /* what came in is wrong, not our record */
		return FAIL(k->v->c, E_CONFLICT, "memo.signature");
	TRY(r);
	k->n += n;
	k->back = path_to(k->v, "memos", id);
	return OK;
}

static rc carry_memo_end(struct carry *k)
{
	struct memo m;

	TRY(memo_find(k->v->c, k->v->st, k->m->about, &m));
	k->back = path_to(k->v, "memos", m.id);
	return memo_act_end(k->v->c, &k->maker, &m, &k->acts[k->n++]);
}

static rc carry_partner_end(struct carry *k)
{
	struct partner p;

	TRY(partner_find(k->v->c, k->v->st, k->m->about, &p));
	k->back = path_to(k->v, "partners", p.id);
	return partner_act_end(k->v->c, &k->maker, &p, &k->acts[k->n++]);
}

/* These append by themselves: approval and disclosure in one transaction. The motion is closed behind them. */
static rc carry_recall(struct carry *k)
{
	struct exchange x = together(k->v);
	slice code = json_text(json_get(k->body, S("code")));
	struct came came;
	struct sent s;

	if (slice_is(k->m->what, "recall")) {
		TRY(outbox_find(k->v->c, k->v->st, k->m->about, &s));
		k->back = path_to(k->v, "threads", s.thread);
		return recall_acts(k->v->c, &x, &k->maker, &k->by, k->m->about, code);
	}
	TRY(inbox_find(k->v->c, k->v->st, k->m->about, &came));
	k->back = path_to(k->v, "threads", came.thread);
	return recall_answer(k->v->c, &x, &k->maker, &k->by, k->m->about, slice_is(k->m->what, "recall.done"), code);
}

static rc carry(struct carry *k)
{
	slice what = k->m->what;

	if (slice_is(what, "partner.add"))
		return carry_partner_add(k);
	if (slice_is(what, "partner.end"))
		return carry_partner_end(k);
	if (slice_is(what, "memo.draft"))
		return carry_memo_draft(k);
	if (slice_is(what, "memo.take"))
		return carry_memo_take(k);
	if (slice_is(what, "memo.end"))
		return carry_memo_end(k);
	if (word_of(what))
		return carry_recall(k);
	return FAIL(k->v->c, E_NOTFOUND, "motion.none");
}

rc page_motion_carry(struct visit *v, struct page *p)
{
	struct carry k = { .v = v };
	struct motion m;
	struct look look;
	int64_t seq;

	TRY(motion_find(v->c, v->st, visit_text(v, "motion"), &m));
	TRY(together_may(v, "motion.carry", m.home));
	TRY(motion_maker(v->c, v->n, &v->actor, &m, &k.maker));
	look = visit_look(v);
	TRY(motion_open(v->c, v->n, &look, &m, &k.body));
	k.m = &m;
	k.by = v->actor;
	TRY(motion_act_approve(v->c, &v->actor, &m, &k.acts[k.n++]));
	TRY(carry(&k));
	TRY(motion_act_end(v->c, &v->actor, &m, true, &k.acts[k.n++]));
	TRY(node_append_all(v->c, v->n, k.acts, k.n, &seq));
	return page_go(v, p, "%" S_FMT, S_ARG(k.back));
}

rc page_motion_drop(struct visit *v, struct page *p)
{
	struct motion m;
	struct act act;
	int64_t seq;

	TRY(motion_find(v->c, v->st, visit_text(v, "motion"), &m));
	TRY(together_may(v, "motion.drop", m.home));
	TRY(motion_act_end(v->c, &v->actor, &m, false, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/threads");
}
