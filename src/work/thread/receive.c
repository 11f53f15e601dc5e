/*
 * The way in. Each envelope is weighed by itself: is it ours, from a partner, signed, fresh, new; does a memorandum let us
 * take it; is the step one that the sender may take now. What is accepted is one entry; the receipt follows the flush.
 */
#include "work/thread/receive_inside.h"

#include <sodium.h>

#include "base/banned.h"

/* ---- who, when, new ---- */

bool receive_is_for_us(const struct reception *r, slice to)
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
		receive_refuse(a, RECEIPT_REJECTED, "stranger");
		return OK;
	}
	TRY(found);
	if (r->peer.len > 0 && !slice_eq(r->peer, a->e.from)) {
		receive_refuse(a, RECEIPT_REJECTED, "peer");
		return OK;
	}
	TRY(partner_keys(c, r->st, ret->id, &keys, &n));
	for (size_t i = 0; i < n && !*ret_ok; i++)
		if (keys[i].to > c->now && (a->e.sk.len == 0 || slice_eq(a->e.sk, keys[i].id)))
			*ret_ok = envelope_verify(c, &a->e, keys[i].sign) == OK;
	if (!*ret_ok) {
		fault_clear(c);
		receive_refuse(a, RECEIPT_REJECTED, "signature");
	}
	return OK;
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
	receive_digest(c, &a->e, &digest);
	if (!slice_eq(digest, query_text(&q, 10))) {
		receive_refuse(a, RECEIPT_REJECTED, "id");
		return OK;
	}
	a->r.state = RECEIPT_ACCEPTED;
	a->r.at = query_int(&q, 7);
	a->r.rec_origin = node_origin(r->x->n);
	a->r.rec_seq = query_int(&q, 6);
	return OK;
}

/* ---- one envelope ---- */

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
	receive_refuse(a, RECEIPT_QUARANTINED, g ? "body" : "key");
	return OK;
}

static rc weigh_step(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, slice text)
{
	struct memo_cover cover;
	bool ok, needs;
	rc covered;

	in->k = thread_kind_find(r->x->kinds, a->e.kind);
	in->s = in->k ? thread_step_find(in->k, word_of(in->body, "step")) : NULL;
	if (!in->s || in->s->flags & STEP_LOCAL) {
		receive_refuse(a, RECEIPT_QUARANTINED, "kind");
		return OK;
	}
	if (in->k->exercise && !node_is_exercise(r->x->n)) {
		receive_refuse(a, RECEIPT_REJECTED, "exercise");
		return OK;
	}
	TRY(class_needs_memo(c, r->x, in->k, in->from.cls, &needs));
	if (needs) {
		covered = memo_covers(c, r->st, in->from.id, in->k->memo, false, msec_jday(c->now), &cover);
		if (covered == E_DENIED) {
			fault_clear(c);
			receive_refuse(a, RECEIPT_REJECTED, "memo");
			return OK;
		}
		TRY(covered);
	}
	TRY(receive_order(c, r, a, word_of(in->body, "prev"), &ok));
	if (ok)
		TRY(receive_step(c, r, a, in, &ok));
	if (!ok)
		return OK;
	TRY(receive_in_act(c, a, in, text, &a->act));
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
	if (!receive_is_for_us(r, a->e.to)) {
		receive_refuse(a, RECEIPT_REJECTED, "address");
		return OK;
	}
	TRY(check_sender(c, r, a, &in.from, &ok));
	if (!ok)
		return OK;
	if (a->e.exercise != node_is_exercise(r->x->n) || in.from.exercise != a->e.exercise) {
		receive_refuse(a, RECEIPT_REJECTED, "exercise");
		return OK;
	}
	TRY(check_new(c, r, a, &ok));
	if (!ok)
		return OK;
	if (a->e.exp <= c->now || a->e.at > c->now + ENVELOPE_AHEAD) {
		receive_refuse(a, a->e.exp <= c->now ? RECEIPT_EXPIRED : RECEIPT_LATER, a->e.exp <= c->now ? "expired" : "clock");
		return OK;
	}
	if (!receive_mark_is_known(r->x->g, &a->e.mark)) {
		receive_refuse(a, RECEIPT_REJECTED, "mark");
		return OK;
	}
	TRY(open_body(c, r, a, &text, &in.body));
	if (!in.body)
		return OK;
	if (slice_is(a->e.kind, "recall") || slice_starts(a->e.kind, S("recall.")))
		return receive_recall_act(c, r, a, in.body, text);
	if (slice_is(a->e.kind, "piece"))
		return receive_piece_act(c, r, a, in.body, text);
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
			receive_refuse(a, RECEIPT_LATER, "again");   /* somebody was quicker: weighed anew when it comes again */
		} else if (batches[i].result == E_LIMIT) {
			receive_refuse(a, RECEIPT_LATER, "full");
		} else {
			receive_refuse(a, RECEIPT_REJECTED, "form");
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
			TRY(receive_refuse_act(c, &r->v[i], &r->v[i].act));
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
