#include "door/exchange/parcel.h"

#include "door/exchange/line.h"

#include "base/banned.h"

rc way_find(struct ctx *c, const struct exchange *x, slice peer, struct way *ret)
{
	struct partner_key *keys;
	struct partner p;
	size_t n;

	ret->npins = 0;
	TRY(partner_find(c, node_store(x->n), peer, &p));
	TRY(partner_address(c, node_store(x->n), p.id, c->now, &ret->host, &ret->port));
	TRY(partner_keys(c, node_store(x->n), p.id, &keys, &n));
	for (size_t i = 0; i < n; i++)
		if (keys[i].to > c->now && ret->npins < GENERATIONS_MOST)
			ret->pins[ret->npins++] = keys[i].tls;
	return ret->npins > 0 ? OK : FAIL(c, E_NOTFOUND, "partner.no_key");
}

bool way_same(const struct way *a, const struct way *b)
{
	if (a->port != b->port || !slice_eq(a->host, b->host) || a->npins != b->npins)
		return false;
	for (size_t i = 0; i < a->npins; i++)
		if (!slice_eq(a->pins[i], b->pins[i]))
			return false;
	return true;
}

rc parcel_fill(struct ctx *c, const struct exchange *x, const struct sent *v, size_t n, struct parcel *p, size_t *ret_used)
{
	size_t i = 0;

	p->n = p->len = 0;
	for (; i < n && p->n < PARCEL_MOST && p->len < PARCEL_BYTES; i++) {
		rc r = outbox_bytes(c, x, &v[i], &p->bytes[p->n]);

		if (r == E_LIMIT || r == E_NOTFOUND || r == E_INVALID) {
			fault_clear(c);
			TRY(outbox_failed(c, x, &v[i], 1, S("cannot_be_made")));
			continue;
		}
		TRY(r);
		p->len += p->bytes[p->n].len;
		p->v[p->n++] = v[i];
	}
	*ret_used = i;
	return OK;
}

rc parcel_bytes(struct ctx *c, const struct parcel *p, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, LINE_BODY_MOST);
	(void)buf_room(&b, p->len + 1);
	for (size_t i = 0; i < p->n; i++)
		buf_put(&b, p->bytes[i]);
	return buf_done(c, &b, ret);
}
