#include "core/hpke.h"

#include <sodium.h>

#include "base/banned.h"

#define KEM_SUITE "KEM\x00\x20"
#define HPKE_SUITE "HPKE\x00\x20\x00\x01\x00\x03"
#define VERSION "HPKE-v1"

struct piece { const void *p; size_t n; };

static void hmac(const unsigned char *key, size_t nkey, const struct piece *v, size_t n, unsigned char out[32])
{
	crypto_auth_hmacsha256_state s;

	(void)crypto_auth_hmacsha256_init(&s, key ? key : (const unsigned char *)"", nkey);
	for (size_t i = 0; i < n; i++)
		(void)crypto_auth_hmacsha256_update(&s, v[i].p, v[i].n);
	(void)crypto_auth_hmacsha256_final(&s, out);
	sodium_memzero(&s, sizeof s);
}

/* RFC 9180 §4: LabeledExtract and LabeledExpand (of at most 32 bytes: one round of HKDF). */
static void extract(const void *suite, size_t nsuite, const unsigned char *salt, size_t nsalt, const char *label, slice ikm,
                    unsigned char out[32])
{
	const struct piece v[] = { { VERSION, 7 }, { suite, nsuite }, { label, strlen(label) }, { ikm.p, ikm.len } };

	hmac(salt, nsalt, v, 4, out);
}

static void expand(const void *suite, size_t nsuite, const unsigned char prk[32], const char *label, const struct piece *info,
                   size_t ninfo, size_t len, unsigned char *out)
{
	const unsigned char head[2] = { 0, (unsigned char)len }, round = 1;
	struct piece v[8] = { { head, 2 }, { VERSION, 7 }, { suite, nsuite }, { label, strlen(label) } };
	unsigned char t[32];
	size_t n = 4;

	for (size_t i = 0; i < ninfo; i++)
		v[n++] = info[i];
	v[n++] = (struct piece){ &round, 1 };
	hmac(prk, 32, v, n, t);
	memcpy(out, t, len);
	sodium_memzero(t, sizeof t);
}

/* §4.1: ExtractAndExpand(dh, enc ‖ pkR). */
static void shared_secret(const unsigned char dh[32], const unsigned char enc[32], const unsigned char pk[32], unsigned char out[32])
{
	const struct piece context[] = { { enc, 32 }, { pk, 32 } };
	unsigned char prk[32];

	extract(KEM_SUITE, 5, NULL, 0, "eae_prk", (slice){ (const char *)dh, 32 }, prk);
	expand(KEM_SUITE, 5, prk, "shared_secret", context, 2, 32, out);
	sodium_memzero(prk, sizeof prk);
}

/* §5.1: KeySchedule of base mode: no PSK. */
static void schedule(const unsigned char shared[32], slice info, unsigned char key[32], unsigned char nonce[12])
{
	static const unsigned char mode = 0;
	unsigned char psk_id[32], info_hash[32], secret[32];
	const struct piece context[] = { { &mode, 1 }, { psk_id, 32 }, { info_hash, 32 } };

	extract(HPKE_SUITE, 10, NULL, 0, "psk_id_hash", S_NONE, psk_id);
	extract(HPKE_SUITE, 10, NULL, 0, "info_hash", info, info_hash);
	extract(HPKE_SUITE, 10, shared, 32, "secret", S_NONE, secret);
	expand(HPKE_SUITE, 10, secret, "key", context, 3, 32, key);
	expand(HPKE_SUITE, 10, secret, "base_nonce", context, 3, 12, nonce);
	sodium_memzero(secret, sizeof secret);
}

rc hpke_seal(struct ctx *c, const unsigned char pk[32], const unsigned char seed[32], slice info, slice aad, slice plain,
             unsigned char ret_enc[32], slice *ret_ct)
{
	unsigned char dh[32], shared[32], key[32], nonce[12];
	unsigned char *ct = arena_bytes(c->a, plain.len + HPKE_TAG);

	if (!ct)
		return FAIL(c, E_LIMIT, "memory.limit");
	/* a public key of small order gives a zero result, which is refused */
	if (crypto_scalarmult_base(ret_enc, seed) != 0 || crypto_scalarmult(dh, seed, pk) != 0)
		return FAIL(c, E_INVALID, "hpke.key");
	shared_secret(dh, ret_enc, pk, shared);
	schedule(shared, info, key, nonce);
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(ct, NULL, (const unsigned char *)plain.p, plain.len,
	                                                (const unsigned char *)aad.p, aad.len, NULL, nonce, key);
	sodium_memzero(dh, sizeof dh);
	sodium_memzero(shared, sizeof shared);
	sodium_memzero(key, sizeof key);
	*ret_ct = (slice){ (const char *)ct, plain.len + HPKE_TAG };
	return OK;
}

rc hpke_open(struct ctx *c, const unsigned char sk[32], const unsigned char enc[32], slice info, slice aad, slice ct,
             slice *ret_plain)
{
	unsigned char dh[32], shared[32], key[32], nonce[12], pk[32];
	unsigned char *plain;
	int bad;

	if (ct.len < HPKE_TAG)
		return FAIL(c, E_TAMPER, "hpke.open");
	plain = arena_bytes(c->a, ct.len - HPKE_TAG + 1);
	if (!plain)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (crypto_scalarmult_base(pk, sk) != 0 || crypto_scalarmult(dh, sk, enc) != 0)
		return FAIL(c, E_TAMPER, "hpke.open");
	shared_secret(dh, enc, pk, shared);
	schedule(shared, info, key, nonce);
	bad = crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, (const unsigned char *)ct.p, ct.len,
	                                                (const unsigned char *)aad.p, aad.len, nonce, key);
	sodium_memzero(dh, sizeof dh);
	sodium_memzero(shared, sizeof shared);
	sodium_memzero(key, sizeof key);
	if (bad)
		return FAIL(c, E_TAMPER, "hpke.open");
	*ret_plain = (slice){ (const char *)plain, ct.len - HPKE_TAG };
	return OK;
}
