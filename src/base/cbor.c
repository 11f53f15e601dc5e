#include "base/cbor.h"

#include "base/banned.h"

#define DEPTH 8u

static rc bad(struct ctx *c, const struct cbor *r)
{
	(void)FAIL(c, E_INVALID, "cbor.form");
	fault_at(c, r->at);
	return E_INVALID;
}

static rc read_n(struct ctx *c, struct cbor *r, unsigned info, uint64_t *ret)
{
	static const uint64_t least[] = { 24, 256, 65536, (uint64_t)1 << 32 };
	size_t len;
	uint64_t v = 0;

	if (info < 24) {
		*ret = info;
		return OK;
	}
	if (info > 27)
		return bad(c, r);
	len = (size_t)1 << (info - 24);
	if (r->in.len - r->at < len)
		return bad(c, r);
	for (size_t i = 0; i < len; i++)
		v = v << 8 | (unsigned char)r->in.p[r->at + i];
	if (v < least[info - 24])   /* a shorter head would have done */
		return bad(c, r);
	r->at += len;
	*ret = v;
	return OK;
}

rc cbor_next(struct ctx *c, struct cbor *r, struct cbor_item *ret)
{
	struct cbor_item it = { 0 };
	unsigned char head;

	if (r->at >= r->in.len)
		return bad(c, r);
	head = (unsigned char)r->in.p[r->at++];
	it.type = head >> 5;
	if (it.type == CBOR_SIMPLE && (head & 31) > 23)   /* no floats, no break */
		return bad(c, r);
	TRY(read_n(c, r, head & 31, &it.n));
	if (it.type == CBOR_BYTES || it.type == CBOR_TEXT) {
		if (it.n > r->in.len - r->at)
			return bad(c, r);
		it.bytes = slice_sub(r->in, r->at, (size_t)it.n);
		r->at += (size_t)it.n;
	}
	/* each element takes a byte: a count that cannot be is refused before anybody loops over it */
	if ((it.type == CBOR_ARRAY || it.type == CBOR_MAP) && it.n > r->in.len - r->at)
		return bad(c, r);
	*ret = it;
	return OK;
}

rc cbor_need(struct ctx *c, struct cbor *r, enum cbor_type type, struct cbor_item *ret)
{
	struct cbor_item it;

	TRY(cbor_next(c, r, &it));
	if (it.type != type)
		return bad(c, r);
	*ret = it;
	return OK;
}

rc cbor_int(struct ctx *c, struct cbor *r, int64_t *ret)
{
	struct cbor_item it;

	TRY(cbor_next(c, r, &it));
	if ((it.type != CBOR_UINT && it.type != CBOR_NINT) || it.n > INT64_MAX)
		return bad(c, r);
	*ret = it.type == CBOR_UINT ? (int64_t)it.n : -1 - (int64_t)it.n;
	return OK;
}

static rc skip(struct ctx *c, struct cbor *r, unsigned depth)
{
	struct cbor_item it;
	uint64_t inner = 0;

	if (depth > DEPTH)
		return bad(c, r);
	TRY(cbor_next(c, r, &it));
	if (it.type == CBOR_ARRAY || it.type == CBOR_TAG)
		inner = it.type == CBOR_TAG ? 1 : it.n;
	else if (it.type == CBOR_MAP)
		inner = it.n * 2;
	for (uint64_t i = 0; i < inner; i++)
		TRY(skip(c, r, depth + 1));
	return OK;
}

rc cbor_skip(struct ctx *c, struct cbor *r) { return skip(c, r, 0); }
