#include "base/wire.h"
#include "core/record/far.h"
#include "core/record/record.h"

#include "base/banned.h"

#define BODY_MOST (PAYLOAD_MOST + ((size_t)1 << 16))
#define ID_MOST 128u
#define AAD_MOST 1024u

static rc ask(struct ctx *c, const struct far_door *d, uint32_t type, const struct buf *b, slice *ret)
{
	slice body;

	TRY(buf_done(c, b, &body));
	return d->ask(c, d->to, type, body, ret);
}

/* ---- asking ---- */

rc far_keep_epoch(struct ctx *c, const struct far_door *d, int64_t *ret)
{
	uint64_t epoch;
	slice reply;

	TRY(d->ask(c, d->to, FAR_KEEP_EPOCH, S_NONE, &reply));
	TRY(wire_get_u64(c, &reply, INT64_MAX, &epoch));
	TRY(wire_end(c, reply));
	*ret = (int64_t)epoch;
	return OK;
}

rc far_keep_seal(struct ctx *c, const struct far_door *d, slice key_id, slice aad, slice plain, struct sealed *ret)
{
	struct sealed s;
	struct buf b;
	slice reply;

	buf_init(&b, c->a, BODY_MOST);
	wire_put_bytes(&b, key_id);
	wire_put_bytes(&b, aad);
	wire_put_bytes(&b, plain);
	TRY(ask(c, d, FAR_KEEP_SEAL, &b, &reply));
	TRY(wire_get_bytes(c, &reply, BODY_MOST, &s.ct));
	TRY(wire_get_raw(c, &reply, s.n, sizeof s.n));
	TRY(wire_get_raw(c, &reply, s.kc, sizeof s.kc));
	TRY(wire_end(c, reply));
	s.alg = seal_alg_for(plain.len);
	*ret = s;
	return OK;
}

rc far_keep_unseal(struct ctx *c, const struct far_door *d, const struct seal *s, slice aad, slice ct, slice *ret)
{
	slice reply, plain;
	struct buf b;

	buf_init(&b, c->a, BODY_MOST);
	wire_put_bytes(&b, s->alg);
	wire_put_bytes(&b, s->key);
	wire_put_hash(&b, s->n, sizeof s->n);
	wire_put_hash(&b, s->kc, sizeof s->kc);
	wire_put_bytes(&b, aad);
	wire_put_bytes(&b, ct);
	TRY(ask(c, d, FAR_KEEP_UNSEAL, &b, &reply));
	TRY(wire_get_bytes(c, &reply, BODY_MOST, &plain));
	TRY(wire_end(c, reply));
	*ret = plain;
	return OK;
}

rc far_keep_destroy(struct ctx *c, const struct far_door *d, const slice *ids, size_t n, int64_t ret_epoch[2])
{
	uint64_t epoch[2];
	struct buf b;
	slice reply;

	if (n > FAR_KEYS_MOST)
		return FAIL(c, E_LIMIT, "memory.limit");
	buf_init(&b, c->a, BODY_MOST);
	wire_put_u64(&b, n);
	for (size_t i = 0; i < n; i++)
		wire_put_bytes(&b, ids[i]);
	TRY(ask(c, d, FAR_KEEP_DESTROY, &b, &reply));
	TRY(wire_get_u64(c, &reply, INT64_MAX, &epoch[0]));
	TRY(wire_get_u64(c, &reply, INT64_MAX, &epoch[1]));
	TRY(wire_end(c, reply));
	ret_epoch[0] = (int64_t)epoch[0];
	ret_epoch[1] = (int64_t)epoch[1];
	return OK;
}

rc far_keep_hand(struct ctx *c, const struct far_door *d, slice key_id, const unsigned char pk[32], slice info, struct handed *ret)
{
	struct handed h;
	struct buf b;
	slice reply;

	buf_init(&b, c->a, BODY_MOST);
	wire_put_bytes(&b, key_id);
	wire_put_hash(&b, pk, 32);
	wire_put_bytes(&b, info);
	TRY(ask(c, d, FAR_KEEP_HAND, &b, &reply));
	TRY(wire_get_raw(c, &reply, h.enc, sizeof h.enc));
	TRY(wire_get_raw(c, &reply, h.ct, sizeof h.ct));
	TRY(wire_get_raw(c, &reply, h.kc, sizeof h.kc));
	TRY(wire_end(c, reply));
	*ret = h;
	return OK;
}

/* ---- answering ---- */

static rc serve_seal(struct ctx *c, struct keep *k, slice body, struct buf *reply)
{
	slice id, aad, plain;
	struct sealed s;

	TRY(wire_get_bytes(c, &body, ID_MOST, &id));
	TRY(wire_get_bytes(c, &body, AAD_MOST, &aad));
	TRY(wire_get_bytes(c, &body, PAYLOAD_MOST, &plain));
	TRY(wire_end(c, body));
	if (!word_is_valid(id))
		return FAIL(c, E_INVALID, "wire.form");
	TRY(keep_seal(c, k, id, aad, plain, &s));
	wire_put_bytes(reply, s.ct);
	wire_put_hash(reply, s.n, sizeof s.n);
	wire_put_hash(reply, s.kc, sizeof s.kc);
	return OK;
}

static rc serve_unseal(struct ctx *c, struct keep *k, slice body, struct buf *reply)
{
	struct seal s = { 0 };
	slice aad, ct, plain;

	TRY(wire_get_bytes(c, &body, ID_MOST, &s.alg));
	TRY(wire_get_bytes(c, &body, ID_MOST, &s.key));
	TRY(wire_get_raw(c, &body, s.n, sizeof s.n));
	TRY(wire_get_raw(c, &body, s.kc, sizeof s.kc));
	TRY(wire_get_bytes(c, &body, AAD_MOST, &aad));
	TRY(wire_get_bytes(c, &body, BODY_MOST, &ct));
	TRY(wire_end(c, body));
	if (!word_is_valid(s.key))
		return FAIL(c, E_INVALID, "wire.form");
	TRY(keep_unseal(c, k, &s, aad, ct, &plain));
	wire_put_bytes(reply, plain);
	return OK;
}

static rc serve_destroy(struct ctx *c, struct keep *k, slice body, struct buf *reply)
{
	int64_t epoch[2];
	uint64_t n;
	slice *ids;

	/* each id takes nine bytes at least: a count that the body cannot hold is refused before memory is taken for it */
	TRY(wire_get_u64(c, &body, body.len / 9 < FAR_KEYS_MOST ? body.len / 9 : FAR_KEYS_MOST, &n));
	TRY_ARRAY(c, ids, (size_t)n + 1);
	for (size_t i = 0; i < n; i++) {
		TRY(wire_get_bytes(c, &body, ID_MOST, &ids[i]));
		if (!word_is_valid(ids[i]))
			return FAIL(c, E_INVALID, "wire.form");
	}
	TRY(wire_end(c, body));
	TRY(keep_destroy(c, k, ids, (size_t)n, epoch));
	wire_put_u64(reply, (uint64_t)epoch[0]);
	wire_put_u64(reply, (uint64_t)epoch[1]);
	return OK;
}

static rc serve_hand(struct ctx *c, struct keep *k, slice body, struct buf *reply)
{
	unsigned char pk[32];
	struct handed h;
	slice id, info;

	TRY(wire_get_bytes(c, &body, ID_MOST, &id));
	TRY(wire_get_raw(c, &body, pk, sizeof pk));
	TRY(wire_get_bytes(c, &body, AAD_MOST, &info));
	TRY(wire_end(c, body));
	if (!word_is_valid(id))
		return FAIL(c, E_INVALID, "wire.form");
	TRY(keep_hand(c, k, id, pk, info, &h));
	wire_put_hash(reply, h.enc, sizeof h.enc);
	wire_put_hash(reply, h.ct, sizeof h.ct);
	wire_put_hash(reply, h.kc, sizeof h.kc);
	return OK;
}

rc keep_serve(struct ctx *c, struct keep *k, uint32_t type, slice body, struct buf *reply)
{
	switch (type) {
	case FAR_KEEP_EPOCH:
		TRY(wire_end(c, body));
		wire_put_u64(reply, (uint64_t)keep_epoch(k));
		return OK;
	case FAR_KEEP_SEAL: return serve_seal(c, k, body, reply);
	case FAR_KEEP_UNSEAL: return serve_unseal(c, k, body, reply);
	case FAR_KEEP_DESTROY: return serve_destroy(c, k, body, reply);
	case FAR_KEEP_HAND: return serve_hand(c, k, body, reply);
	}
	return FAIL(c, E_INVALID, "wire.form");
}
