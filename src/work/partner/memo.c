/* Memoranda: one text that both nodes sign, and the question whether one covers an exchange. */
#include "core/record/jcs.h"
#include "work/partner/partner.h"

#include "base/banned.h"

#define MEMO_LABEL "renkei-memo/v1"
#define MEMO_TEXT_MOST 32768u

const char *const memo_state_words[MEMO_STATES] = { "draft", "ours", "theirs", "not_yet", "in_force", "over", "ended" };

enum memo_state memo_state(const struct memo *m, jday today)
{
	if (m->ended)
		return MEMO_ENDED;
	if (!m->ours || !m->theirs)
		return m->ours ? MEMO_OURS : m->theirs ? MEMO_THEIRS : MEMO_DRAFT;
	if (today < m->from)
		return MEMO_NOT_YET;
	return today > m->to ? MEMO_OVER : MEMO_IN_FORCE;
}

/* ---- reading ---- */

static rc head_from_row(struct ctx *c, const struct query *q, struct memo *m)
{
	TRY(slice_keep(c, query_text(q, 0), &m->id));
	TRY(slice_keep(c, query_text(q, 1), &m->partner));
	TRY(slice_keep(c, query_text(q, 2), &m->kind));
	m->from = (jday)query_int(q, 3);
	m->to = (jday)query_int(q, 4);
	m->review = (jday)query_int(q, 5);
	m->ours = query_int(q, 6) != 0;
	m->theirs = query_int(q, 7) != 0;
	m->ended = !query_is_null(q, 8);
	m->seq = query_int(q, 9);
	return OK;
}

static rc read_reserves(struct ctx *c, struct store *st, slice memo, slice kind, const char *what, struct words *ret)
{
	AUTO_QUERY q = { 0 };
	size_t room = 0;
	slice *v = NULL;
	bool more;

	*ret = (struct words){ 0 };
	TRY(STORE_QUERY(c, st, &q, STMT_MEMO_RESERVES, v_text(memo), v_text(kind), v_text(slice_of(what))));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY_ROOM(c, v, ret->n, room, 8);
		TRY(slice_keep(c, query_text(&q, 0), &v[ret->n++]));
	}
	ret->v = v;
	return OK;
}

static rc read_functions(struct ctx *c, struct store *st, struct memo *m)
{
	AUTO_QUERY q = { 0 };
	bool more;

	m->n = 0;
	TRY(STORE_QUERY(c, st, &q, STMT_MEMO_FUNCTIONS, v_text(m->id)));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more || m->n == MEMO_FUNCTIONS_MOST)
			break;
		TRY(slice_keep(c, query_text(&q, 0), &m->functions[m->n].kind));
		TRY(slice_keep(c, query_text(&q, 3), &m->functions[m->n].tlp));
		m->functions[m->n].gives = query_int(&q, 1) != 0;
		m->functions[m->n++].takes = query_int(&q, 2) != 0;
	}
	query_close(&q);
	for (size_t i = 0; i < m->n; i++) {
		TRY(read_reserves(c, st, m->id, m->functions[i].kind, "kept", &m->functions[i].kept));
		TRY(read_reserves(c, st, m->id, m->functions[i].kind, "conditions", &m->functions[i].conditions));
	}
	return OK;
}

rc memo_find(struct ctx *c, struct store *st, slice id, struct memo *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_MEMO_BY_ID, v_text(id)));
	if (!found)
		return FAIL(c, E_NOTFOUND, "memo.none");
	TRY(head_from_row(c, &q, ret));
	query_close(&q);
	return read_functions(c, st, ret);
}

rc memo_list(struct ctx *c, struct store *st, slice partner, struct memo **ret, size_t *ret_n)
{
	struct memo *v = NULL;
	size_t n = 0, room = 0;

	{
		AUTO_QUERY q = { 0 };
		bool more;

		TRY(STORE_QUERY(c, st, &q, STMT_MEMO_OF_PARTNER, v_text(partner)));
		for (;;) {
			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			TRY_ROOM(c, v, n, room, 4);
			TRY(head_from_row(c, &q, &v[n++]));
		}
	}
	for (size_t i = 0; i < n; i++)
		TRY(read_functions(c, st, &v[i]));
	*ret = v;
	*ret_n = n;
	return OK;
}

/* ---- cover ---- */

/* What stands in the way, the least far from cover first said. */
static const char *why_not(const struct memo *m, bool direction, jday today)
{
	if (!direction)
		return "memo.direction";
	switch (memo_state(m, today)) {
	case MEMO_DRAFT: case MEMO_OURS: case MEMO_THEIRS: return "memo.unsigned";
	case MEMO_NOT_YET: return "memo.not_yet";
	case MEMO_OVER: return "memo.over";
	case MEMO_ENDED: return "memo.ended";
	case MEMO_IN_FORCE: return NULL;
	}
	return "memo.missing";
}

/* Which of several reasons is told: the one that is nearest to cover. */
static int nearness(const char *why)
{
	static const char *const order[] = { "memo.missing", "memo.ended", "memo.direction", "memo.unsigned", "memo.not_yet", "memo.over" };
	int i = 0;

	while (i < 5 && strcmp(order[i], why) != 0)
		i++;
	return i;
}

static rc cover_from_row(struct ctx *c, struct store *st, struct query *q, slice memo, bool contract, struct memo_cover *ret)
{
	slice function;

	ret->contract = contract;
	TRY(slice_keep(c, query_text(q, 12), &ret->tlp));
	TRY(slice_keep(c, query_text(q, 13), &function));
	query_close(q);
	TRY(read_reserves(c, st, memo, function, "kept", &ret->kept));
	return read_reserves(c, st, memo, function, "conditions", &ret->conditions);
}

rc memo_covers(struct ctx *c, struct store *st, slice partner, slice kind, bool gives, jday today, struct memo_cover *ret)
{
	const char *why = "memo.missing";
	AUTO_QUERY q = { 0 };
	bool more;

	TRY(STORE_QUERY(c, st, &q, STMT_MEMO_FOR, v_text(partner), v_text(kind)));
	for (;;) {
		struct memo m = { 0 };
		const char *reason;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY(head_from_row(c, &q, &m));
		reason = why_not(&m, query_int(&q, gives ? 10 : 11) != 0, today);
		if (!reason)
			return cover_from_row(c, st, &q, m.id, slice_is(m.kind, "contract"), ret);
		if (nearness(reason) > nearness(why))
			why = reason;
	}
	(void)fault_set(c, E_DENIED, why, __FILE__, __LINE__);
	fault_name(c, kind);
	return E_DENIED;
}

static bool words_have(const struct words *w, slice word)
{
	for (size_t i = 0; i < w->n; i++)
		if (slice_eq(w->v[i], word))
			return true;
	return false;
}

rc memo_conditions(struct ctx *c, struct store *st, slice partner, slice kind, bool gives, jday day, struct words *ret)
{
	struct words all = { 0 }, one;
	size_t n, room = 0;
	struct memo *m;
	slice *v = NULL;

	TRY(memo_list(c, st, partner, &m, &n));
	for (size_t i = 0; i < n; i++)
		for (size_t f = 0; f < m[i].n; f++) {
			const struct memo_function *x = &m[i].functions[f];

			if (!m[i].ours || !m[i].theirs || day < m[i].from || day > m[i].to || !(gives ? x->gives : x->takes) ||
			    (!slice_eq(x->kind, kind) && !slice_is(x->kind, "all")))
				continue;
			one = x->conditions;
			for (size_t w = 0; w < one.n; w++) {
				if (words_have(&all, one.v[w]))
					continue;
				TRY_ROOM(c, v, all.n, room, 8);
				v[all.n++] = one.v[w];
				all.v = v;
			}
		}
	*ret = all;
	return OK;
}

/* ---- the text ---- */

static void put_words(struct json_out *o, const char *name, const struct words *w)
{
	if (w->n == 0)
		return;   /* as before there were reservations: old signatures hold */
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < w->n; i++)
		jo_text(o, w->v[i]);
	jo_end_array(o);
}

rc memo_text(struct ctx *c, slice node, const struct partner *p, const struct memo *m, slice *ret)
{
	bool first = slice_cmp(node, p->node) < 0;   /* parties in order, so that both write the same */
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, MEMO_TEXT_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "a", first ? node : p->node);
	jo_kv_text(&o, "b", first ? p->node : node);
	jo_kv_int(&o, "from", m->from);
	jo_key(&o, S("functions"));
	jo_array(&o);
	for (size_t i = 0; i < m->n; i++) {
		const struct memo_function *f = &m->functions[i];

		jo_object(&o);
		put_words(&o, "conditions", &f->conditions);
		jo_kv_text(&o, "dir", f->gives && f->takes ? S("both") : f->gives == first ? S("a_to_b") : S("b_to_a"));
		put_words(&o, "kept", &f->kept);
		jo_kv_text(&o, "kind", f->kind);
		jo_kv_text(&o, "tlp", f->tlp);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_kv_text(&o, "id", m->id);
	jo_kv_text(&o, "kind", m->kind);
	jo_kv_int(&o, "review", m->review);
	jo_kv_int(&o, "to", m->to);
	jo_kv_int(&o, "v", 1);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc draft_act(struct ctx *c, const struct actor *who, const struct partner *p, slice id, slice text, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj;

	TRY_NEW(c, obj);
	*obj = id;
	*ret = (struct act){ .act = S("memo.draft"), .actor = *who, .case_id = p->id, .obj = { obj, 1 } };
	buf_init(&b, c->a, MEMO_TEXT_MOST + 64);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("memo"));
	jo_raw(&o, text);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

struct signature { slice by, kid, sig; };

static rc sign_act(struct ctx *c, const struct actor *who, const struct partner *p, slice id, const struct signature *s, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj;

	TRY_NEW(c, obj);
	*obj = id;
	*ret = (struct act){ .act = S("memo.sign"), .actor = *who, .case_id = p->id, .obj = { obj, 1 } };
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "by", s->by);
	jo_kv_text(&o, "kid", s->kid);
	jo_kv_text(&o, "sig", s->sig);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

static rc sign_text(struct ctx *c, struct node *n, const struct exchange_keys *keys, slice text, struct signature *ret)
{
	const struct generation *g = exchange_key_at(keys, c->now);
	struct sign_key key = exchange_sign_key(g);
	rc r = text_sign(c, MEMO_LABEL, text, &key, &ret->sig);

	memset(&key, 0, sizeof key);
	ret->by = node_name(n);
	ret->kid = g->id;
	return r;
}

static rc put_file(struct ctx *c, slice text, const struct signature *s, size_t n, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, MEMO_TEXT_MOST + 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.memo/1"));
	jo_key(&o, S("memo"));
	jo_raw(&o, text);
	jo_key(&o, S("signatures"));
	jo_array(&o);
	for (size_t i = 0; i < n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "by", s[i].by);
		jo_kv_text(&o, "key", s[i].kid);
		jo_kv_text(&o, "sig", s[i].sig);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&b, '\n');
	return buf_keep(c, &b, ret);
}

rc memo_acts_draft(struct ctx *c, struct node *n, const struct actor *who, const struct exchange_keys *keys, const struct partner *p,
                   struct memo *m, struct act acts[2], slice *ret_file)
{
	struct signature s;
	slice text;

	if (m->n == 0 || m->to < m->from)
		return FAIL(c, E_INVALID, "memo.form");
	TRY(id_new(c, "m", &m->id));
	TRY(memo_text(c, node_name(n), p, m, &text));
	TRY(sign_text(c, n, keys, text, &s));
	TRY(draft_act(c, who, p, m->id, text, &acts[0]));
	TRY(sign_act(c, who, p, m->id, &s, &acts[1]));
	return put_file(c, text, &s, 1, ret_file);
}

/* ---- taking ---- */

/* Their signature over the text, by any key of theirs that is pinned and not over. */
static rc find_theirs(struct ctx *c, struct store *st, const struct json *list, const struct partner *p, slice text,
                      struct signature *ret)
{
	struct partner_key *keys;
	size_t n;

	TRY(partner_keys(c, st, p->id, &keys, &n));
	for JSON_EACH(v, list) {
		struct signature s = { json_text(json_get(v, S("by"))), json_text(json_get(v, S("key"))), json_text(json_get(v, S("sig"))) };

		if (!slice_eq(s.by, p->node))
			continue;
		for (size_t i = 0; i < n; i++) {
			if (!slice_eq(keys[i].id, s.kid) || keys[i].to <= c->now)
				continue;
			if (text_verify(c, MEMO_LABEL, text, s.sig, keys[i].sign) != OK)
				break;
			*ret = s;
			return OK;
		}
	}
	return FAIL(c, E_TAMPER, "memo.signature");
}

static bool signed_by(const struct json *list, slice node)
{
	for JSON_EACH(v, list)
		if (slice_eq(json_text(json_get(v, S("by"))), node))
			return true;
	return false;
}

static rc read_file(struct ctx *c, struct node *n, slice file, slice *ret_text, const struct json **ret_memo,
                    const struct json **ret_signatures, struct partner *p)
{
	const struct json *v, *m;
	slice a, b;
	struct buf out;

	TRY(json_parse(c, slice_trim(file), &v));
	m = json_get(v, S("memo"));
	if (!slice_is(json_text(json_get(v, S("schema"))), "renkei.memo/1") || !m || m->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "memo.form");
	a = json_text(json_get(m, S("a")));
	b = json_text(json_get(m, S("b")));
	if (!slice_eq(a, node_name(n)) && !slice_eq(b, node_name(n)))
		return FAIL(c, E_INVALID, "memo.other");
	TRY(partner_find(c, node_store(n), slice_eq(a, node_name(n)) ? b : a, p));
	TRY(jcs_check(c, m));
	buf_init(&out, c->a, MEMO_TEXT_MOST);
	TRY(jcs_put(c, &out, m));
	TRY(buf_keep(c, &out, ret_text));
	*ret_memo = m;
	*ret_signatures = json_get(v, S("signatures"));
	return OK;
}

/* What stands on record under the id must be the same text. */
static rc same_text(struct ctx *c, struct node *n, const struct memo *m, slice text)
{
	struct entry e;
	struct buf b;

	TRY(record_get(c, n, m->seq, &e));
	buf_init(&b, c->a, MEMO_TEXT_MOST);
	TRY(jcs_put(c, &b, json_get(e.json, S("memo"))));
	return slice_eq(buf_slice(&b), text) ? OK : FAIL(c, E_CONFLICT, "memo.differs");
}

rc memo_acts_take(struct ctx *c, struct node *n, const struct actor *who, const struct exchange_keys *keys, slice file,
                  struct act acts[3], size_t *ret_n, slice *ret_id, slice *ret_file)
{
	const struct json *m, *list;
	struct signature s[2];
	struct partner p;
	struct memo old = { 0 };
	size_t count = 0;
	slice text, id;
	rc r;

	TRY(read_file(c, n, file, &text, &m, &list, &p));
	TRY(find_theirs(c, node_store(n), list, &p, text, &s[0]));
	id = json_text(json_get(m, S("id")));
	r = memo_find(c, node_store(n), id, &old);
	if (r == E_NOTFOUND)
		fault_clear(c);
	else
		TRY(r);
	if (r == E_NOTFOUND)
		TRY(draft_act(c, who, &p, id, text, &acts[count++]));
	else
		TRY(same_text(c, n, &old, text));
	if (!old.theirs)
		TRY(sign_act(c, who, &p, id, &s[0], &acts[count++]));
	*ret_file = S_NONE;
	/* whoever lost the file with both signatures takes theirs again */
	if (!old.ours || !signed_by(list, node_name(n))) {
		TRY(sign_text(c, n, keys, text, &s[1]));
		if (!old.ours)
			TRY(sign_act(c, who, &p, id, &s[1], &acts[count++]));
		TRY(put_file(c, text, s, 2, ret_file));
	}
	*ret_n = count;
	*ret_id = id;
	return OK;
}

rc memo_act_end(struct ctx *c, const struct actor *who, const struct memo *m, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = m->id;
	*ret = (struct act){ .act = S("memo.end"), .actor = *who, .case_id = m->partner, .obj = { obj, 1 } };
	return OK;
}
