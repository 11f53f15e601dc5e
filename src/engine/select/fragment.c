#include "engine/select/fragment.h"

#include "base/banned.h"

#define DATAGRAMS 64u
#define DATAGRAM_MOST 65536u
#define UNIT 8u   /* pieces begin at multiples of it, and all but the last are as long */

struct datagram {
	uint64_t key;
	uint8_t *p;
	uint8_t got[DATAGRAM_MOST / UNIT / 8];
	uint32_t n_got, len;   /* units that came; length when the last piece came, else 0 */
};

struct fragments { struct datagram slots[DATAGRAMS]; };

rc fragments_new(struct ctx *c, struct fragments **ret)
{
	struct fragments *f;

	TRY_NEW(c, f);
	*ret = f;
	return OK;
}

slice fragment_put(struct ctx *c, struct fragments *f, uint64_t key, uint32_t at, bool more, slice piece)
{
	struct datagram *d = &f->slots[(key ^ key >> 32) % DATAGRAMS];

	if (piece.len == 0 || at + piece.len > DATAGRAM_MOST || at % UNIT)
		return S_NONE;
	if (d->key != key) {
		uint8_t *p = d->p;

		*d = (struct datagram){ .key = key, .p = p };
	}
	if (!d->p && !(d->p = arena_bytes(c->a, DATAGRAM_MOST)))
		return S_NONE;
	memcpy(d->p + at, piece.p, piece.len);
	for (uint32_t u = at / UNIT; u < (at + piece.len + UNIT - 1) / UNIT; u++) {
		d->n_got += !(d->got[u / 8] >> u % 8 & 1);
		d->got[u / 8] |= (uint8_t)(1u << u % 8);
	}
	if (!more)
		d->len = at + (uint32_t)piece.len;
	if (d->len == 0 || d->n_got < (d->len + UNIT - 1) / UNIT)
		return S_NONE;
	d->key = 0;
	return (slice){ (const char *)d->p, d->len };
}
