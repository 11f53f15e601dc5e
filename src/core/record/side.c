/* Sealed bytes beside the record: what somebody is still writing. They go when the unit's key goes. */
#include "core/record/node_inside.h"

#include "base/banned.h"

#define SIDE_CASE "side"   /* in the sealing context, so that these bytes can never pass for a payload of an entry */

static rc context_of(struct ctx *c, struct node *n, slice unit, slice *ret_key, slice *ret_aad)
{
	TRY(unit_key_id(c, unit, ret_key));
	return seal_put_aad(c, node_name(n), S(SIDE_CASE), *ret_key, ret_aad);
}

rc node_side_seal(struct ctx *c, struct node *n, slice unit, slice bytes, slice *ret)
{
	struct sealed s;
	slice key, aad;
	struct buf b;

	if (bytes.len > PAYLOAD_MOST)
		return FAIL(c, E_LIMIT, "act.payload");
	TRY(context_of(c, n, unit, &key, &aad));
	TRY(keep_seal(c, n->keep, key, aad, bytes, &s));
	buf_init(&b, c->a, s.ct.len + 64);
	buf_put(&b, (slice){ (const char *)s.n, 24 });
	buf_put(&b, (slice){ (const char *)s.kc, 32 });
	buf_put(&b, s.ct);
	return buf_done(c, &b, ret);
}

rc node_side_open(struct ctx *c, struct node *n, slice unit, slice sealed, slice *ret)
{
	struct seal s = { 0 };
	slice aad;

	if (sealed.len < 56)
		return FAIL(c, E_TAMPER, "keep.seal");
	s.alg = seal_alg_for(sealed.len - 56 > SEAL_TAG ? sealed.len - 56 - SEAL_TAG : 0);
	TRY(context_of(c, n, unit, &s.key, &aad));
	memcpy(s.n, sealed.p, 24);
	memcpy(s.kc, sealed.p + 24, 32);
	return keep_unseal(c, n->keep, &s, aad, slice_sub(sealed, 56, SIZE_MAX), ret);
}
