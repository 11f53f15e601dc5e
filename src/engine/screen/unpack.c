#include "engine/screen/unpack.h"

#include <zlib.h>
#include <zstd.h>

#include "base/banned.h"

#define GROWTH_MOST 1000u
#define GROWTH_FREE ((uint64_t)64 << 20)

enum packing { PLAIN, GZIP, ZSTD };

struct unpack {
	enum packing how;
	z_stream z;
	ZSTD_DStream *zs;
	uint64_t most, in, out;
	bool between;   /* between members or frames: the input may end here */
};

static void unpack_free(void *p)
{
	struct unpack *u = p;

	if (u->how == GZIP)
		(void)inflateEnd(&u->z);
	if (u->how == ZSTD)
		(void)ZSTD_freeDStream(u->zs);
}

rc unpack_new(struct ctx *c, slice begin, uint64_t most, struct unpack **ret)
{
	struct unpack *u;

	TRY_NEW(c, u);
	u->most = most;
	u->between = true;
	if (slice_starts(begin, S("\x1f\x8b"))) {
		if (inflateInit2(&u->z, 15 + 16) != Z_OK)
			return FAIL(c, E_NOMEM, "memory.limit");
		u->how = GZIP;
	} else if (slice_starts(begin, S("\x28\xb5\x2f\xfd"))) {
		u->zs = ZSTD_createDStream();
		if (!u->zs)
			return FAIL(c, E_NOMEM, "memory.limit");
		(void)ZSTD_DCtx_setParameter(u->zs, ZSTD_d_windowLogMax, 27);
		u->how = ZSTD;
	}
	if (arena_on_end(c->a, unpack_free, u) != 0) {
		unpack_free(u);
		return FAIL(c, E_LIMIT, "memory.limit");
	}
	*ret = u;
	return OK;
}

static rc some_gzip(struct ctx *c, struct unpack *u, slice *in, char *out, size_t room, size_t *ret_len)
{
	size_t give = in->len < (1u << 30) ? in->len : (1u << 30);
	int r;

	u->z.next_in = (Bytef *)(uintptr_t)in->p;
	u->z.avail_in = (uInt)give;
	u->z.next_out = (Bytef *)out;
	u->z.avail_out = (uInt)room;
	u->between = false;
	r = inflate(&u->z, Z_NO_FLUSH);
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
		return FAIL(c, E_INVALID, "screen.packed");
	*in = slice_sub(*in, give - u->z.avail_in, in->len);
	*ret_len = room - u->z.avail_out;
	/* several members in one file, as rotated logs that were put together have them */
	if (r == Z_STREAM_END) {
		u->between = true;
		if (inflateReset(&u->z) != Z_OK)
			return FAIL(c, E_INVALID, "screen.packed");
	}
	return OK;
}

static rc some_zstd(struct ctx *c, struct unpack *u, slice *in, char *out, size_t room, size_t *ret_len)
{
	ZSTD_inBuffer from = { in->p, in->len, 0 };
	ZSTD_outBuffer to = { out, room, 0 };
	size_t r = ZSTD_decompressStream(u->zs, &to, &from);

	if (ZSTD_isError(r))
		return FAIL(c, E_INVALID, "screen.packed");
	u->between = r == 0;
	*in = slice_sub(*in, from.pos, in->len);
	*ret_len = to.pos;
	return OK;
}

rc unpack_some(struct ctx *c, struct unpack *u, slice *in, char *out, size_t room, size_t *ret_len)
{
	size_t before = in->len, len = 0;

	*ret_len = 0;
	if (before == 0 && u->between)
		return OK;
	switch (u->how) {
	case PLAIN:
		len = in->len < room ? in->len : room;
		if (len)
			memcpy(out, in->p, len);
		*in = slice_sub(*in, len, in->len);
		break;
	case GZIP: TRY(some_gzip(c, u, in, out, room, &len)); break;
	case ZSTD: TRY(some_zstd(c, u, in, out, room, &len)); break;
	}
	u->in += before - in->len;
	u->out += len;
	if (u->out > u->most || (u->how != PLAIN && u->out > GROWTH_FREE && u->out / GROWTH_MOST > u->in))
		return FAIL(c, E_LIMIT, "screen.bomb");
	*ret_len = len;
	return OK;
}

bool unpack_is_plain(const struct unpack *u)
{
	return u->how == PLAIN;
}

rc unpack_end(struct ctx *c, const struct unpack *u)
{
	return u->between ? OK : FAIL(c, E_INVALID, "screen.packed");
}
