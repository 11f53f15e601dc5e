#include "core/record/seal.h"

#include <sodium.h>

#include "base/buf.h"

#include "base/banned.h"

#define STREAM_TAG crypto_secretstream_xchacha20poly1305_ABYTES

_Static_assert(SEAL_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "the tag of a message");
_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == 24, "the head of a stream stands where a nonce stands");
_Static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == SEAL_KEY, "one key for both ways");

slice seal_alg_for(size_t plain) { return plain > SEAL_STREAM_OVER ? S("xc20s") : S("xc20p"); }

int64_t seal_plain_len(slice alg, int64_t len)
{
	const int64_t piece = SEAL_PIECE + STREAM_TAG;
	int64_t pieces = len / piece + (len % piece > 0), plain;

	if (slice_is(alg, "xc20p"))
		return len >= SEAL_TAG ? len - SEAL_TAG : -1;
	plain = len - pieces * (int64_t)STREAM_TAG;
	/* the last piece holds a byte at least: a stream is never short */
	return slice_is(alg, "xc20s") && len % piece != 0 && len % piece <= STREAM_TAG ? -1 :
	       slice_is(alg, "xc20s") && plain > (int64_t)SEAL_STREAM_OVER ? plain : -1;
}

void seal_commitment(const unsigned char key[SEAL_KEY], slice key_id, unsigned char ret_kc[32])
{
	static const char head[] = "renkei/kc/v1\n";
	crypto_generichash_state st;

	(void)crypto_generichash_init(&st, key, SEAL_KEY, 32);
	(void)crypto_generichash_update(&st, (const unsigned char *)head, sizeof head - 1);
	(void)crypto_generichash_update(&st, (const unsigned char *)key_id.p, key_id.len);
	(void)crypto_generichash_final(&st, ret_kc, 32);
}

rc seal_bind(struct ctx *c, const char *use, slice node, slice a, slice b, slice *ret)
{
	struct buf t;

	buf_init(&t, c->a, 1024);
	buf_putz(&t, "renkei/");
	buf_putz(&t, use);
	buf_putz(&t, "/v1\n");
	buf_put(&t, node);
	buf_putc(&t, '\n');
	buf_put(&t, a);
	buf_putc(&t, '\n');
	buf_put(&t, b);
	return buf_done(c, &t, ret);
}

rc seal_put_aad(struct ctx *c, slice node, slice case_id, slice key_id, slice *ret)
{
	return seal_bind(c, "seal", node, case_id, key_id, ret);
}

/* ---- streams ---- */

static size_t stream_len(size_t plain)
{
	return plain + (plain + SEAL_PIECE - 1) / SEAL_PIECE * STREAM_TAG;
}

static void close_stream(const unsigned char key[SEAL_KEY], slice aad, slice plain, unsigned char *ct, unsigned char head[24])
{
	crypto_secretstream_xchacha20poly1305_state st;

	(void)crypto_secretstream_xchacha20poly1305_init_push(&st, head, key);
	while (plain.len) {
		slice piece = slice_sub(plain, 0, SEAL_PIECE);

		plain = slice_sub(plain, piece.len, SIZE_MAX);
		(void)crypto_secretstream_xchacha20poly1305_push(&st, ct, NULL, (const unsigned char *)piece.p, piece.len,
		        (const unsigned char *)aad.p, aad.len, plain.len ? 0 : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
		ct += piece.len + STREAM_TAG;
	}
	sodium_memzero(&st, sizeof st);
}

/* Every piece in its order, and the last one says that it is. */
static bool open_stream(const unsigned char key[SEAL_KEY], const unsigned char head[24], slice aad, slice ct, unsigned char *plain)
{
	crypto_secretstream_xchacha20poly1305_state st;
	bool good = crypto_secretstream_xchacha20poly1305_init_pull(&st, head, key) == 0;

	while (good && ct.len) {
		slice piece = slice_sub(ct, 0, SEAL_PIECE + STREAM_TAG);
		unsigned char tag = 0xff;

		ct = slice_sub(ct, piece.len, SIZE_MAX);
		good = piece.len > STREAM_TAG &&
		       crypto_secretstream_xchacha20poly1305_pull(&st, plain, NULL, &tag, (const unsigned char *)piece.p, piece.len,
		               (const unsigned char *)aad.p, aad.len) == 0 &&
		       tag == (ct.len ? 0 : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
		plain += piece.len - STREAM_TAG;
	}
	sodium_memzero(&st, sizeof st);
	return good;
}

/* ---- both ---- */

rc payload_close(struct ctx *c, const unsigned char key[SEAL_KEY], slice key_id, slice aad, slice plain, struct sealed *ret)
{
	bool stream = plain.len > SEAL_STREAM_OVER;
	size_t len = stream ? stream_len(plain.len) : plain.len + SEAL_TAG;
	unsigned char *ct = arena_bytes(c->a, len);

	if (!ct)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (stream) {
		close_stream(key, aad, plain, ct, ret->n);
	} else {
		randombytes_buf(ret->n, sizeof ret->n);
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(ct, NULL, (const unsigned char *)plain.p, plain.len,
		        (const unsigned char *)aad.p, aad.len, NULL, ret->n, key);
	}
	seal_commitment(key, key_id, ret->kc);
	ret->alg = seal_alg_for(plain.len);
	ret->ct = (slice){ (const char *)ct, len };
	return OK;
}

rc payload_open(struct ctx *c, const unsigned char key[SEAL_KEY], const struct seal *s, slice aad, slice ct, slice *ret_plain)
{
	int64_t len = seal_plain_len(s->alg, (int64_t)ct.len);
	unsigned char *plain, kc[32];
	bool good;

	if (len < 0)
		return FAIL(c, E_TAMPER, "keep.seal");
	plain = arena_bytes(c->a, (size_t)len + 1);
	if (!plain)
		return FAIL(c, E_LIMIT, "memory.limit");
	seal_commitment(key, s->key, kc);
	good = sodium_memcmp(kc, s->kc, 32) == 0;
	if (good && slice_is(s->alg, "xc20s"))
		good = open_stream(key, s->n, aad, ct, plain);
	else if (good)
		good = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, (const unsigned char *)ct.p, ct.len,
		               (const unsigned char *)aad.p, aad.len, s->n, key) == 0;
	if (!good)
		return FAIL(c, E_TAMPER, "keep.seal");
	*ret_plain = (slice){ (const char *)plain, (size_t)len };
	return OK;
}
