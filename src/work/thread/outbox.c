/* What waits to go: bytes, receipts, attempts. */
#include <sodium.h>

#include "base/base64.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define PAUSE_FIRST ((msec)60000)
#define PAUSE_MOST ((msec)3600000)
#define SETTLE_GROUP 128u

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static void mark_from(const struct entry *e, struct envelope_mark *ret)
{
	const struct json *m = json_get(e->json, S("mark")), *expires = json_get(m, S("expires"));

	*ret = (struct envelope_mark){ .tlp = json_text(json_get(m, S("tlp"))), .purpose = json_text(json_get(m, S("purpose"))),
		.onward = json_text(json_get(m, S("onward"))), .expires = expires ? expires->num : 0 };
}

/* The key that was good when it was disclosed, so that a retry is the same; another one only when that key has ended. */
static rc key_for(struct ctx *c, const struct exchange *x, slice peer, msec at, struct partner_key *ret)
{
	struct partner p;

	TRY(partner_find(c, node_store(x->n), peer, &p));
	TRY(partner_key_at(c, node_store(x->n), p.id, at, ret));
	return ret->to > c->now ? OK : partner_key_at(c, node_store(x->n), p.id, c->now, ret);
}

rc outbox_bytes(struct ctx *c, const struct exchange *x, const struct sent *s, slice *ret)
{
	struct envelope e = { .id = s->env, .from = node_name(x->n), .to = s->peer, .seq = s->eseq, .exp = s->exp, .kind = s->kind,
		.case_id = s->home, .exercise = node_is_exercise(x->n), .rec_origin = node_origin(x->n), .rec_seq = s->seq };
	const struct opened *opened;
	struct partner_key key;
	struct sign_key sign;
	struct entry entry;
	rc r;

	if (c->now >= s->exp)
		return FAIL(c, E_LIMIT, "envelope.expired");
	TRY(record_get(c, x->n, s->seq, &entry));
	TRY(node_open_payloads(c, x->n, &entry, PURPOSE_PROJECT, &opened));
	if (entry.nseals != 2 || opened[0].state == PAYLOAD_GONE || opened[1].bytes.len != 32)
		return FAIL(c, E_NOTFOUND, "outbox.gone");
	e.at = entry.at;
	e.re = word_of(&entry, "re");
	e.fix = word_of(&entry, "fix");
	e.recall = word_of(&entry, "recall");
	mark_from(&entry, &e.mark);
	TRY(key_for(c, x, s->peer, entry.at, &key));
	e.rk = key.id;
	sign = exchange_sign_key(exchange_key_at(x->keys, entry.at));
	r = envelope_build(c, &e, key.box, (const unsigned char *)opened[1].bytes.p, &sign, opened[0].bytes, ret);
	sodium_memzero(&sign, sizeof sign);
	return r;
}

/* ---- receipts ---- */

static rc receipt_members(struct ctx *c, const struct receipt *r, slice sig, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "rec_at", r->at);
	if (r->rec_origin.len > 0)
		jo_kv_int(&o, "rec_seq", r->rec_seq);
	jo_kv_text(&o, "sig", sig);
	jo_kv_text(&o, "st", slice_of(receipt_words[r->state]));
	if (r->code.len > 0)
		jo_kv_text(&o, "why", r->code);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* By any key of the peer that has not ended: it may have rolled since it sent us its card. */
static rc verify_receipt(struct ctx *c, const struct exchange *x, slice peer, const struct receipt *r, slice body, slice sig)
{
	struct partner_key *keys;
	struct partner p;
	size_t n;

	TRY(partner_find(c, node_store(x->n), peer, &p));
	TRY(partner_keys(c, node_store(x->n), p.id, &keys, &n));
	for (size_t i = 0; i < n; i++) {
		if (keys[i].to <= c->now || (r->key.len > 0 && !slice_eq(r->key, keys[i].id)))
			continue;
		if (receipt_verify(c, body, sig, keys[i].sign) == OK)
			return OK;
		fault_clear(c);
	}
	return FAIL(c, E_TAMPER, "receipt.signature");
}

static bool is_for(const struct receipt *r, slice bytes, struct ctx *c)
{
	struct envelope e;
	unsigned char sum[32];
	slice rest = bytes;

	if (envelope_read(c, &rest, &e) != OK)
		return false;
	envelope_digest(&e, sum);
	return memcmp(sum, r->env, 32) == 0;
}

static rc put_try(struct ctx *c, struct store *st, slice env, bool first_soon, slice why)
{
	AUTO_QUERY q = { 0 };
	int64_t tries = 0;
	msec pause;
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_EXCHANGE_TRY_GET, v_text(env)));
	if (found)
		tries = query_int(&q, 0);
	query_close(&q);
	pause = tries >= 6 ? PAUSE_MOST : PAUSE_FIRST << tries;
	if (first_soon && tries < 3)
		pause = 1000;   /* out of order: the one before is on its way */
	pause = pause * (80 + (msec)randombytes_uniform(41)) / 100;
	return STORE_RUN(c, st, STMT_EXCHANGE_TRY_PUT, v_text(env), v_int(tries + 1), v_int(c->now + pause), v_text(why));
}

static rc put_tries(struct ctx *c, struct store *st, const slice *envs, size_t n, bool soon, slice why)
{
	rc r = OK;

	if (n == 0)
		return OK;
	TRY(store_begin(c, st));
	for (size_t i = 0; i < n && r == OK; i++)
		r = put_try(c, st, envs[i], soon, why);
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

rc outbox_failed(struct ctx *c, const struct exchange *x, const struct sent *v, size_t n, slice why)
{
	slice *envs;

	TRY_ARRAY(c, envs, n + 1);
	for (size_t i = 0; i < n; i++)
		envs[i] = v[i].env;
	return put_tries(c, node_store(x->n), envs, n, false, word_is_valid(why) ? why : S("failed"));
}

static rc receipt_act(struct ctx *c, const struct sent *s, const struct receipt *r, slice sig, slice name, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = s->env;
	*ret = (struct act){ .act = name, .actor = SYSTEM, .case_id = s->home, .obj = { obj, 1 } };
	return receipt_members(c, r, sig, &ret->members);
}

static size_t index_of(const struct sent *v, size_t n, slice env)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i].env, env))
			return i;
	return SIZE_MAX;
}

/* Each receipt a batch of its own: one that is settled already does not take the others with it. */
static rc append_receipts(struct ctx *c, struct node *n, struct act *acts, size_t nacts, size_t *ret_settled)
{
	struct batch batches[SETTLE_GROUP];

	for (size_t from = 0; from < nacts; from += SETTLE_GROUP) {
		size_t group = nacts - from < SETTLE_GROUP ? nacts - from : SETTLE_GROUP;

		for (size_t i = 0; i < group; i++)
			batches[i] = (struct batch){ .acts = &acts[from + i], .n = 1 };
		TRY(node_append_group(c, n, batches, group));
		for (size_t i = 0; i < group; i++)
			*ret_settled += batches[i].result == OK;
	}
	return OK;
}

rc outbox_settle(struct ctx *c, const struct exchange *x, const struct sent *v, const slice *bytes, size_t n, slice receipts,
                 size_t *ret_settled)
{
	size_t nacts = 0, nlater = 0;
	struct act *acts;
	slice *later;

	*ret_settled = 0;
	TRY_ARRAY(c, acts, n + 1);
	TRY_ARRAY(c, later, n + 1);
	while (receipts.len > 0) {
		struct receipt r;
		slice body, sig;
		size_t i;

		TRY(receipt_read(c, &receipts, &r, &body, &sig));
		i = index_of(v, n, r.id);
		if (i == SIZE_MAX || nacts + nlater == n)
			return FAIL(c, E_INVALID, "receipt.other");
		if (!slice_eq(r.by, v[i].peer) && !slice_ends(v[i].peer, r.by))
			return FAIL(c, E_TAMPER, "receipt.other");
		TRY(verify_receipt(c, x, v[i].peer, &r, body, sig));
		if (!is_for(&r, bytes[i], c))
			return FAIL(c, E_TAMPER, "receipt.other");
		if (r.state == RECEIPT_LATER)
			later[nlater++] = v[i].env;
		else
			TRY(receipt_act(c, &v[i], &r, sig, S("env.receipt"), &acts[nacts++]));
	}
	TRY(append_receipts(c, x->n, acts, nacts, ret_settled));
	return put_tries(c, node_store(x->n), later, nlater, true, S("later"));
}

rc outbox_expire(struct ctx *c, const struct exchange *x, size_t *ret_n)
{
	const struct receipt none = { .at = c->now, .state = RECEIPT_EXPIRED };
	struct act *acts;
	struct sent *v;
	size_t n, count = 0;

	*ret_n = 0;
	TRY(outbox_waiting(c, node_store(x->n), INT64_MAX, 1000, &v, &n));
	TRY_ARRAY(c, acts, n + 1);
	for (size_t i = 0; i < n; i++)
		if (c->now >= v[i].exp)
			TRY(receipt_act(c, &v[i], &none, S("none"), S("env.expired"), &acts[count++]));
	return append_receipts(c, x->n, acts, count, ret_n);
}
