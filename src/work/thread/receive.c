/*
 * The way in. Each envelope is weighed by itself: is it ours, from a partner, signed, fresh, new; does a memorandum let us
 * take it; is the step one that the sender may take now. What is accepted is one entry; the receipt follows the flush.
 */
#include <sodium.h>

#include "base/base64.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

/* One envelope on its way through. */
struct arrival {
	struct envelope e;
	struct receipt r;
	bool append;              /* an act waits for the group */
	struct act act;
	slice thread;
};

struct reception {
	const struct exchange *x;
	struct store *st;
	slice peer;
	struct arrival v[RECEIVE_MOST];
	size_t n;
};

static void refuse(struct arrival *a, enum receipt_state state, const char *code)
{
	a->r.state = state;
	a->r.code = slice_of(code);
}

/* ---- who, when, new ---- */

static bool is_for_us(const struct reception *r, slice to)
{
	slice name = node_name(r->x->n);

	/* an office served by this node has a name under it */
	return slice_eq(to, name) || (to.len > name.len + 1 && slice_ends(to, name) && to.p[to.len - name.len - 1] == '.');
}

static rc check_sender(struct ctx *c, const struct reception *r, struct arrival *a, struct partner *ret, bool *ret_ok)
{
	struct partner_key *keys;
	size_t n;
	rc found = partner_find(c, r->st, a->e.from, ret);

	*ret_ok = false;
	if (found == E_NOTFOUND || (found == OK && ret->ended)) {
		fault_clear(c);
		refuse(a, RECEIPT_REJECTED, "stranger");
		return OK;
	}
	TRY(found);
	if (r->peer.len > 0 && !slice_eq(r->peer, a->e.from)) {
		refuse(a, RECEIPT_REJECTED, "peer");
		return OK;
	}
	TRY(partner_keys(c, r->st, ret->id, &keys, &n));
	for (size_t i = 0; i < n && !*ret_ok; i++)
		if (keys[i].to > c->now && (a->e.sk.len == 0 || slice_eq(a->e.sk, keys[i].id)))
			*ret_ok = envelope_verify(c, &a->e, keys[i].sign) == OK;
	if (!*ret_ok) {
		fault_clear(c);
		refuse(a, RECEIPT_REJECTED, "signature");
	}
	return OK;
}

static void digest_text(struct ctx *c, const struct envelope *e, slice *ret)
{
	unsigned char sum[32];
	struct buf b;

	envelope_digest(e, sum);
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)sum, 32 });
	*ret = buf_slice(&b);
}

/* A duplicate gets the first receipt again: the entry says when and where. */
static rc check_new(struct ctx *c, const struct reception *r, struct arrival *a, bool *ret_new)
{
	AUTO_QUERY q = { 0 };
	slice digest;
	bool found;

	TRY(STORE_ONE(c, r->st, &q, &found, STMT_INBOX_BY_ENV, v_text(a->e.from), v_text(a->e.id)));
	*ret_new = !found;
	if (!found)
		return OK;
	digest_text(c, &a->e, &digest);
	if (!slice_eq(digest, query_text(&q, 10))) {
		refuse(a, RECEIPT_REJECTED, "id");
		return OK;
	}
	a->r.state = RECEIPT_ACCEPTED;
	a->r.at = query_int(&q, 7);
	a->r.rec_origin = node_origin(r->x->n);
	a->r.rec_seq = query_int(&q, 6);
	return OK;
}

/* ---- what ---- */

static slice word_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }

static int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT && v->num > 0 ? v->num : 0;
}

static rc open_body(struct ctx *c, const struct reception *r, struct arrival *a, slice *ret_text, const struct json **ret)
{
	const struct generation *g = exchange_key_named(r->x->keys, a->e.rk);
	rc got = g ? envelope_open(c, &a->e, g->box.p, ret_text) : E_NOTFOUND;

	*ret = NULL;
	if (got == OK)
		got = json_parse(c, *ret_text, ret);
	if (got == OK && (*ret)->type == JSON_OBJECT && int_of(*ret, "v") == 1)
		return OK;
	*ret = NULL;
	fault_clear(c);
	refuse(a, RECEIPT_QUARANTINED, g ? "body" : "key");
	return OK;
}

static bool mark_is_known(const struct gate *g, const struct envelope_mark *m)
{
	bool tlp = false, onward = m->onward.len == 0;

	for (int i = 0; i < TLPS; i++)
		tlp = tlp || slice_is(m->tlp, tlp_words[i]);
	for (int i = 0; i < ONWARDS; i++)
		onward = onward || slice_is(m->onward, onward_words[i]);
	return tlp && onward && gate_purpose_find(g, m->purpose) >= 0;
}

/* The one before, of the same thread, must be here: nothing is taken out of order. */
static rc check_order(struct ctx *c, const struct reception *r, struct arrival *a, slice prev, bool *ret_ok)
{
	AUTO_QUERY q = { 0 };
	AUTO_QUERY refused = { 0 };

	*ret_ok = true;
	if (prev.len == 0)
		return OK;
	TRY(STORE_ONE(c, r->st, &q, ret_ok, STMT_INBOX_BY_ENV, v_text(a->e.from), v_text(prev)));
	if (!*ret_ok)   /* one that we refused will not come again */
		TRY(STORE_ONE(c, r->st, &refused, ret_ok, STMT_INBOX_IS_REFUSED, v_text(a->e.from), v_text(prev)));
	if (!*ret_ok)
		refuse(a, RECEIPT_LATER, "order");
	return OK;
}

static bool fields_are_known(const struct thread_kind *k, const struct thread_step *s, const struct json *fields)
{
	if (!fields || fields->type != JSON_OBJECT)
		return false;
	for JSON_EACH(f, fields) {
		int32_t i = thread_field_find(k, f->name);

		if (i < 0 || !(s->fields & BIT(i)) || !field_says(&k->fields[i], f))
			return false;
	}
	return true;
}

static rc read_parties(struct ctx *c, const struct json *list, struct move *m, bool *ret_ok)
{
	slice *v;
	size_t n = 0;

	*ret_ok = list && list->type == JSON_ARRAY && list->count > 0 && list->count <= PARTIES_MOST;
	if (!*ret_ok)
		return OK;
	TRY_ARRAY(c, v, list->count);
	for JSON_EACH(p, list) {
		*ret_ok = *ret_ok && word_is_valid(json_text(p));
		v[n++] = json_text(p);
	}
	m->parties = v;
	m->nparties = n;
	return OK;
}

static bool names_us(const struct reception *r, const struct move *m)
{
	for (size_t i = 0; i < m->nparties; i++)
		if (is_for_us(r, m->parties[i]))
			return true;
	return false;
}

struct incoming {
	const struct thread_kind *k;
	const struct thread_step *s;
	struct partner from;
	struct thread t;
	bool opens;
	const struct json *body;
	struct move m;
	slice home;
};

static rc check_opening(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, bool *ret_ok)
{
	int32_t theirs = gate_recipient_find(r->x->g, in->from.cls), ours;
	slice cls;

	TRY(house_class(c, r->st, &cls));
	ours = gate_recipient_find(r->x->g, cls);
	TRY(read_parties(c, json_get(in->body, S("parties")), &in->m, ret_ok));
	if (!*ret_ok || !names_us(r, &in->m) || !slice_starts(in->m.thread, S("t-")) || !word_is_valid(in->m.thread)) {
		*ret_ok = false;
		refuse(a, RECEIPT_REJECTED, "parties");
		return OK;
	}
	*ret_ok = theirs >= 0 && in->k->opens & BIT(theirs) && (ours < 0 || in->k->to & BIT(ours));
	if (!*ret_ok)
		refuse(a, RECEIPT_REJECTED, "class");
	return OK;
}

/* What the opener says of due date, embargo and version holds; a party signs the version that stands or nothing. */
static bool take_terms(struct incoming *in, const struct json *body)
{
	struct move *m = &in->m;
	bool hub = slice_eq(m->hub, in->from.node);

	if (!hub)
		return !(in->s->flags & STEP_SIGNS) || int_of(body, "signed") == m->signed_version;
	m->version = int_of(body, "version");
	m->due = int_of(body, "due");
	m->has_due = m->due > 0;
	m->embargo = int_of(body, "embargo");
	m->has_embargo = m->embargo > 0;
	return m->version > 0;
}

static rc find_thread(struct ctx *c, const struct reception *r, struct incoming *in)
{
	rc found = thread_find(c, r->st, word_of(in->body, "thread"), &in->t);

	if (found == E_NOTFOUND) {
		fault_clear(c);
		in->opens = true;
		return OK;
	}
	return found;
}

static rc check_step(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, bool *ret_ok)
{
	const struct json *fields = json_get(in->body, S("fields"));
	const struct json *evidence = json_get(fields, S("evidence"));
	rc got;

	*ret_ok = false;
	TRY(find_thread(c, r, in));
	if (!in->opens && !slice_eq(in->t.kind, in->k->id)) {
		refuse(a, RECEIPT_REJECTED, "thread");
		return OK;
	}
	got = thread_move(c, r->st, in->k, in->s, in->opens ? NULL : &in->t, in->from.node, evidence != NULL, &in->m);
	if (got == E_CONFLICT || got == E_DENIED || got == E_INVALID || got == E_NOTFOUND) {
		fault_clear(c);
		refuse(a, RECEIPT_REJECTED, got == E_DENIED ? "by" : "state");
		return OK;
	}
	TRY(got);
	in->m.thread = word_of(in->body, "thread");
	in->home = in->opens ? in->m.thread : in->t.home;
	if (!fields_are_known(in->k, in->s, fields)) {
		refuse(a, RECEIPT_REJECTED, "field");
		return OK;
	}
	in->m.kept = int_of(in->body, "kept");
	if (!take_terms(in, in->body)) {
		refuse(a, RECEIPT_REJECTED, "version");
		return OK;
	}
	*ret_ok = true;
	return in->opens ? check_opening(c, r, a, in, ret_ok) : OK;
}

/* ---- the act ---- */

static void put_envelope(struct ctx *c, struct json_out *o, const struct envelope *e)
{
	slice digest;

	digest_text(c, e, &digest);
	jo_kv_text(o, "digest", digest);
	jo_kv_text(o, "env", e->id);
	jo_kv_int(o, "eseq", e->seq);
	jo_kv_int(o, "exp", e->exp);
	jo_kv_text(o, "peer", e->from);
	jo_kv_int(o, "sent", e->at);
	jo_key(o, S("mark"));
	jo_object(o);
	if (e->mark.expires)
		jo_kv_int(o, "expires", e->mark.expires);
	if (e->mark.onward.len > 0)
		jo_kv_text(o, "onward", e->mark.onward);
	jo_kv_text(o, "purpose", e->mark.purpose);
	jo_kv_text(o, "tlp", e->mark.tlp);
	jo_end_object(o);
}

/* Sealed under a key of this thread alone, so that a recall can be answered by destroying just that. */
static rc seal_body(struct ctx *c, slice home, slice thread, slice text, struct act *act)
{
	struct payload *p;
	struct buf b;

	TRY_NEW(c, p);
	buf_init(&b, c->a, 128);
	buf_put(&b, home);
	buf_putc(&b, '.');
	buf_put(&b, thread);
	TRY(buf_keep(c, &b, &p->unit));
	p->bytes = text;
	act->seal = p;
	act->nseal = 1;
	return OK;
}

static rc in_act(struct ctx *c, const struct arrival *a, const struct incoming *in, slice text, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj;

	TRY_NEW(c, obj);
	*obj = a->e.id;
	*ret = (struct act){ .act = S("env.in"), .actor = SYSTEM, .case_id = in->home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	move_put(&o, &in->m);
	put_envelope(c, &o, &a->e);
	if (a->e.re.len > 0)
		jo_kv_text(&o, "re", a->e.re);
	if (a->e.fix.len > 0)
		jo_kv_text(&o, "fix", a->e.fix);
	if (a->e.case_id.len > 0)
		jo_kv_text(&o, "theirs", a->e.case_id);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	return seal_body(c, in->home, in->m.thread, text, ret);
}

/* A refusal of somebody whom we know stands on record. */
static rc refuse_act(struct ctx *c, const struct arrival *a, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj, digest;

	TRY_NEW(c, obj);
	*obj = a->e.id;
	digest_text(c, &a->e, &digest);
	*ret = (struct act){ .act = S("env.refuse"), .actor = SYSTEM, .obj = { obj, 1 } };
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "digest", digest);
	jo_kv_text(&o, "peer", a->e.from);
	jo_kv_text(&o, "why", a->r.code);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

/* ---- recalls ---- */

static rc recall_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text)
{
	bool ask = slice_is(a->e.kind, "recall"), known = false;
	struct json_out o;
	struct came came;
	struct sent sent;
	slice home, thread, *obj;
	struct buf b;

	if (ask)
		known = inbox_find(c, r->st, a->e.recall, &came) == OK && slice_eq(came.peer, a->e.from);
	else
		known = outbox_find(c, r->st, a->e.recall, &sent) == OK && slice_eq(sent.peer, a->e.from);
	if (!known) {
		fault_clear(c);
		refuse(a, RECEIPT_REJECTED, "recall");
		return OK;
	}
	home = ask ? came.home : sent.home;
	thread = ask ? came.thread : sent.thread;
	TRY_NEW(c, obj);
	*obj = a->e.id;
	a->act = (struct act){ .act = S("env.recall"), .actor = SYSTEM, .case_id = home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	put_envelope(c, &o, &a->e);
	jo_kv_text(&o, "about", a->e.recall);
	if (word_is_valid(word_of(body, "basis")))
		jo_kv_text(&o, "answer", word_of(body, "basis"));
	jo_kv_text(&o, "kind", a->e.kind);
	jo_kv_text(&o, "thread", thread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &a->act.members));
	TRY(seal_body(c, home, a->e.id, text, &a->act));
	a->thread = thread;
	a->append = true;
	return OK;
}

/* ---- pieces of documents ---- */

static rc piece_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text)
{
	struct json_out o;
	struct coming in;
	const char *code;
	struct buf b;
	slice *obj;

	TRY(piece_check(c, r->x, a->e.from, body, &in, &code));
	if (code) {
		refuse(a, strcmp(code, "order") == 0 ? RECEIPT_LATER : RECEIPT_REJECTED, code);
		return OK;
	}
	TRY_NEW(c, obj);
	*obj = a->e.id;
	a->act = (struct act){ .act = S("env.piece"), .actor = SYSTEM, .case_id = in.home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	put_envelope(c, &o, &a->e);
	jo_kv_text(&o, "doc", in.doc);
	jo_kv_int(&o, "of", in.of);
	jo_kv_int(&o, "piece", in.piece);
	jo_kv_int(&o, "size", in.size);
	jo_kv_text(&o, "thread", in.thread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &a->act.members));
	TRY(seal_body(c, in.home, in.thread, text, &a->act));
	a->append = true;
	return OK;
}

/* ---- one envelope ---- */

static rc weigh_step(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, slice text)
{
	struct memo_cover cover;
	bool ok, needs;
	rc covered;

	in->k = thread_kind_find(r->x->kinds, a->e.kind);
	in->s = in->k ? thread_step_find(in->k, word_of(in->body, "step")) : NULL;
	if (!in->s || in->s->flags & STEP_LOCAL) {
		refuse(a, RECEIPT_QUARANTINED, "kind");
		return OK;
	}
	if (in->k->exercise && !node_is_exercise(r->x->n)) {
		refuse(a, RECEIPT_REJECTED, "exercise");
		return OK;
	}
	TRY(class_needs_memo(c, r->x, in->k, in->from.cls, &needs));
	if (needs) {
		covered = memo_covers(c, r->st, in->from.id, in->k->memo, false, msec_jday(c->now), &cover);
		if (covered == E_DENIED) {
			fault_clear(c);
			refuse(a, RECEIPT_REJECTED, "memo");
			return OK;
		}
		TRY(covered);
	}
	TRY(check_order(c, r, a, word_of(in->body, "prev"), &ok));
	if (ok)
		TRY(check_step(c, r, a, in, &ok));
	if (!ok)
		return OK;
	TRY(in_act(c, a, in, text, &a->act));
	a->thread = in->m.thread;
	a->append = true;
	return OK;
}

static rc weigh(struct ctx *c, const struct reception *r, struct arrival *a)
{
	struct incoming in = { 0 };
	bool ok;
	slice text;

	a->r = (struct receipt){ .id = a->e.id, .by = node_name(r->x->n), .at = c->now, .state = RECEIPT_ACCEPTED };
	envelope_digest(&a->e, a->r.env);
	if (!is_for_us(r, a->e.to)) {
		refuse(a, RECEIPT_REJECTED, "address");
		return OK;
	}
	TRY(check_sender(c, r, a, &in.from, &ok));
	if (!ok)
		return OK;
	if (a->e.exercise != node_is_exercise(r->x->n) || in.from.exercise != a->e.exercise) {
		refuse(a, RECEIPT_REJECTED, "exercise");
		return OK;
	}
	TRY(check_new(c, r, a, &ok));
	if (!ok)
		return OK;
	if (a->e.exp <= c->now || a->e.at > c->now + ENVELOPE_AHEAD) {
		refuse(a, a->e.exp <= c->now ? RECEIPT_EXPIRED : RECEIPT_LATER, a->e.exp <= c->now ? "expired" : "clock");
		return OK;
	}
	if (!mark_is_known(r->x->g, &a->e.mark)) {
		refuse(a, RECEIPT_REJECTED, "mark");
		return OK;
	}
	TRY(open_body(c, r, a, &text, &in.body));
	if (!in.body)
		return OK;
	if (slice_is(a->e.kind, "recall") || slice_starts(a->e.kind, S("recall.")))
		return recall_act(c, r, a, in.body, text);
	if (slice_is(a->e.kind, "piece"))
		return piece_act(c, r, a, in.body, text);
	return weigh_step(c, r, a, &in, text);
}

/* ---- groups ---- */

static rc append_group(struct ctx *c, struct reception *r, size_t from, size_t to)
{
	struct batch batches[RECEIVE_MOST];
	size_t index[RECEIVE_MOST], n = 0;

	for (size_t i = from; i < to; i++)
		if (r->v[i].append) {
			index[n] = i;
			batches[n] = (struct batch){ .acts = &r->v[i].act, .n = 1 };
			n++;
		}
	if (n == 0)
		return OK;
	TRY(node_append_group(c, r->x->n, batches, n));
	for (size_t i = 0; i < n; i++) {
		struct arrival *a = &r->v[index[i]];

		if (batches[i].result == OK) {
			a->r.rec_origin = node_origin(r->x->n);
			a->r.rec_seq = batches[i].first;
		} else if (batches[i].result == E_CONFLICT) {
			refuse(a, RECEIPT_LATER, "again");   /* somebody was quicker: weighed anew when it comes again */
		} else if (batches[i].result == E_LIMIT) {
			refuse(a, RECEIPT_LATER, "full");
		} else {
			refuse(a, RECEIPT_REJECTED, "form");
		}
	}
	return OK;
}

/* Two of one thread, or one twice, do not go in one group: the second is weighed on what the first left. */
static bool touches(const struct reception *r, size_t from, size_t to, const struct arrival *a)
{
	for (size_t i = from; i < to; i++)
		if (r->v[i].append && (slice_eq(r->v[i].thread, a->thread) || slice_eq(r->v[i].e.id, a->e.id)))
			return true;
	return false;
}

static rc find_gaps(struct ctx *c, struct reception *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct arrival *a = &r->v[i];
		AUTO_QUERY q = { 0 };
		AUTO_QUERY gap = { 0 };
		bool found;

		TRY(STORE_ONE(c, r->st, &q, &found, STMT_INBOX_PEER_GET, v_text(a->e.from)));
		if (!found || query_int(&q, 0) == query_int(&q, 1))
			continue;
		TRY(STORE_ONE(c, r->st, &gap, &found, STMT_INBOX_FIRST_GAP, v_text(a->e.from)));
		a->r.gap = found && query_int(&gap, 0) < query_int(&q, 1) ? query_int(&gap, 0) : 1;
	}
	return OK;
}

static rc weigh_all(struct ctx *c, struct reception *r)
{
	size_t from = 0;

	for (size_t i = 0; i < r->n; i++) {
		TRY(weigh(c, r, &r->v[i]));
		if (r->v[i].r.state == RECEIPT_REJECTED && !slice_is(r->v[i].r.code, "stranger") && !slice_is(r->v[i].r.code, "signature") &&
		    !slice_is(r->v[i].r.code, "address") && !slice_is(r->v[i].r.code, "peer")) {
			TRY(refuse_act(c, &r->v[i], &r->v[i].act));
			r->v[i].append = true;
			r->v[i].thread = S_NONE;
		}
		if ((r->v[i].append || slice_is(r->v[i].r.code, "order")) && touches(r, from, i, &r->v[i])) {
			r->v[i].append = false;
			TRY(append_group(c, r, from, i));
			from = i;
			TRY(weigh(c, r, &r->v[i]));
		} else if (slice_is(r->v[i].r.code, "order") && i > from) {
			TRY(append_group(c, r, from, i));   /* the one before may stand in this very group */
			from = i;
			TRY(weigh(c, r, &r->v[i]));
		}
	}
	return append_group(c, r, from, r->n);
}

rc exchange_receive(struct ctx *c, const struct exchange *x, slice peer, slice bytes, slice *ret_receipts)
{
	struct sign_key key = exchange_sign_key(exchange_key_at(x->keys, c->now));
	struct reception *r;
	size_t proposed;
	struct buf b;
	rc got = OK;

	TRY_NEW(c, r);
	r->x = x;
	r->st = node_store(x->n);
	r->peer = peer;
	while (bytes.len > 0 && r->n < RECEIVE_MOST)
		TRY(envelope_read(c, &bytes, &r->v[r->n++].e));
	if (bytes.len > 0)
		return FAIL(c, E_LIMIT, "envelope.many");
	TRY(weigh_all(c, r));
	TRY(find_gaps(c, r));
	buf_init(&b, c->a, RECEIVE_MOST * 4096);
	for (size_t i = 0; i < r->n && got == OK; i++) {
		slice text;

		got = receipt_build(c, &r->v[i].r, &key, &text);
		if (got == OK)
			buf_put(&b, text);
	}
	sodium_memzero(&key, sizeof key);
	TRY(got);
	TRY(buf_done(c, &b, ret_receipts));
	if (thread_propose(c, x, &proposed) != OK)   /* the receipts hold all the same; thread_tick() proposes again */
		fault_clear(c);
	return OK;
}
