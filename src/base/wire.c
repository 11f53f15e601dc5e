/* Bodies and their fields. Sending and receiving: wire_io.c. */
#include "base/wire.h"

#include "base/message.h"

#include "base/banned.h"

void wire_put_u64(struct buf *b, uint64_t n)
{
	char p[8];

	for (int i = 0; i < 8; i++)
		p[i] = (char)(n >> (8 * i));
	buf_put(b, (slice){ p, sizeof p });
}

void wire_put_bytes(struct buf *b, slice s)
{
	wire_put_u64(b, s.len);
	buf_put(b, s);
}

void wire_put_hash(struct buf *b, const unsigned char *p, size_t n)
{
	buf_put(b, (slice){ (const char *)p, n });
}

rc wire_get_u64(struct ctx *c, slice *rest, uint64_t most, uint64_t *ret)
{
	uint64_t n = 0;

	if (rest->len < 8)
		return FAIL(c, E_INVALID, "wire.form");
	for (int i = 7; i >= 0; i--)
		n = n << 8 | (unsigned char)rest->p[i];
	if (n > most)
		return FAIL(c, E_INVALID, "wire.form");
	*rest = (slice){ rest->p + 8, rest->len - 8 };
	*ret = n;
	return OK;
}

rc wire_get_bytes(struct ctx *c, slice *rest, size_t most, slice *ret)
{
	uint64_t n;

	TRY(wire_get_u64(c, rest, most, &n));
	if (n > rest->len)
		return FAIL(c, E_INVALID, "wire.form");
	*ret = (slice){ rest->p, (size_t)n };
	*rest = (slice){ rest->p + n, rest->len - (size_t)n };
	return OK;
}

rc wire_get_raw(struct ctx *c, slice *rest, unsigned char *out, size_t n)
{
	if (rest->len < n)
		return FAIL(c, E_INVALID, "wire.form");
	memcpy(out, rest->p, n);
	*rest = (slice){ rest->p + n, rest->len - n };
	return OK;
}

rc wire_end(struct ctx *c, slice rest)
{
	return rest.len == 0 ? OK : FAIL(c, E_INVALID, "wire.form");
}

void wire_put_fault(struct buf *b, const struct ctx *c, rc code)
{
	wire_put_u64(b, (uint64_t)code);
	wire_put_bytes(b, slice_of(c->fault.key));
	wire_put_bytes(b, slice_of(c->fault.name));
	wire_put_u64(b, c->fault.row);
	wire_put_u64(b, c->fault.col);
	wire_put_u64(b, (uint64_t)(c->fault.sys > 0 ? c->fault.sys : 0));
	wire_put_u64(b, c->fault.has_at);
	wire_put_u64(b, c->fault.at);
}

/* The key must be one of ours: it goes to people. */
static const char *known_key(slice key)
{
	for (size_t i = 0; i < message_count; i++)
		if (slice_is(key, message_table[i].key))
			return message_table[i].key;
	return NULL;
}

static rc read_fault(struct ctx *c, slice body)
{
	uint64_t code, row, col, sys, has_at, at;
	slice key, name;
	const char *known;

	TRY(wire_get_u64(c, &body, RC_CODES - 1, &code));
	TRY(wire_get_bytes(c, &body, 64, &key));
	TRY(wire_get_bytes(c, &body, 127, &name));
	TRY(wire_get_u64(c, &body, UINT32_MAX, &row));
	TRY(wire_get_u64(c, &body, UINT32_MAX, &col));
	TRY(wire_get_u64(c, &body, 4095, &sys));
	TRY(wire_get_u64(c, &body, 1, &has_at));
	TRY(wire_get_u64(c, &body, UINT64_MAX, &at));
	TRY(wire_end(c, body));
	known = known_key(key);
	if (code == OK || !known)
		return FAIL(c, E_INVALID, "wire.form");
	fault_set(c, (rc)code, known, __FILE__, __LINE__);
	fault_name(c, name);
	fault_place(c, (uint32_t)row, (uint32_t)col);
	fault_errno(c, (int)sys);
	if (has_at)
		fault_at(c, at);
	return OK;
}

rc wire_get_fault(struct ctx *c, slice body)
{
	return read_fault(c, body) == OK ? c->fault.code : FAIL(c, E_BUG, "wire.form");
}
