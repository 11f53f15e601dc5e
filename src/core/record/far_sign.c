#include "base/wire.h"
#include "core/record/far.h"

#include "base/banned.h"

static rc ask(struct ctx *c, const struct far_door *d, uint32_t type, const struct buf *b, slice *ret)
{
	slice body;

	TRY(buf_done(c, b, &body));
	return d->ask(c, d->to, type, body, ret);
}

/* ---- asking ---- */

rc far_sign_about(struct ctx *c, const struct far_door *d, slice *ret_vkey)
{
	slice reply, vkey;

	TRY(d->ask(c, d->to, FAR_SIGN_ABOUT, S_NONE, &reply));
	TRY(wire_get_bytes(c, &reply, 4096, &vkey));
	TRY(wire_end(c, reply));
	*ret_vkey = vkey;
	return OK;
}

rc far_sign_last(struct ctx *c, const struct far_door *d, uint64_t *ret_size, struct hash *ret_root, slice *ret_note)
{
	struct hash root;
	slice reply, note;
	uint64_t size;

	TRY(d->ask(c, d->to, FAR_SIGN_LAST, S_NONE, &reply));
	TRY(wire_get_u64(c, &reply, INT64_MAX, &size));
	TRY(wire_get_raw(c, &reply, root.b, sizeof root.b));
	TRY(wire_get_bytes(c, &reply, NOTE_MOST, &note));
	TRY(wire_end(c, reply));
	*ret_size = size;
	*ret_root = root;
	*ret_note = note;
	return OK;
}

rc far_sign_checkpoint(struct ctx *c, const struct far_door *d, uint64_t from, uint64_t size, const struct hash *root,
                       const struct hash *proof, size_t nproof, slice *ret_note)
{
	slice reply, note;
	struct buf b;

	NEVER(nproof > FAR_PROOF_MOST);
	buf_init(&b, c->a, 8192);
	wire_put_u64(&b, from);
	wire_put_u64(&b, size);
	wire_put_hash(&b, root->b, sizeof root->b);
	wire_put_u64(&b, nproof);
	for (size_t i = 0; i < nproof; i++)
		wire_put_hash(&b, proof[i].b, sizeof proof[i].b);
	TRY(ask(c, d, FAR_SIGN_CHECKPOINT, &b, &reply));
	TRY(wire_get_bytes(c, &reply, NOTE_MOST, &note));
	TRY(wire_end(c, reply));
	*ret_note = note;
	return OK;
}

/* ---- answering ---- */

static rc serve_last(struct ctx *c, struct signer *s, struct buf *reply)
{
	struct hash root;
	uint64_t size;
	slice note;

	TRY(sign_last(c, s, &size, &root, &note));
	wire_put_u64(reply, size);
	wire_put_hash(reply, root.b, sizeof root.b);
	wire_put_bytes(reply, note);
	return OK;
}

static rc serve_checkpoint(struct ctx *c, struct signer *s, slice body, struct buf *reply)
{
	struct hash root, proof[FAR_PROOF_MOST];
	uint64_t from, size, n;
	slice note;

	TRY(wire_get_u64(c, &body, INT64_MAX, &from));
	TRY(wire_get_u64(c, &body, INT64_MAX, &size));
	TRY(wire_get_raw(c, &body, root.b, sizeof root.b));
	TRY(wire_get_u64(c, &body, FAR_PROOF_MOST, &n));
	for (size_t i = 0; i < n; i++)
		TRY(wire_get_raw(c, &body, proof[i].b, sizeof proof[i].b));
	TRY(wire_end(c, body));
	TRY(sign_checkpoint(c, s, from, size, &root, proof, (size_t)n, &note));
	wire_put_bytes(reply, note);
	return OK;
}

rc sign_serve(struct ctx *c, struct signer *s, uint32_t type, slice body, struct buf *reply)
{
	switch (type) {
	case FAR_SIGN_ABOUT:
		TRY(wire_end(c, body));
		wire_put_bytes(reply, sign_vkey(s));
		return OK;
	case FAR_SIGN_LAST:
		TRY(wire_end(c, body));
		return serve_last(c, s, reply);
	case FAR_SIGN_CHECKPOINT: return serve_checkpoint(c, s, body, reply);
	}
	return FAIL(c, E_INVALID, "wire.form");
}
