#include "core/people/verify.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/banned.h"

static void free_pkey(EVP_PKEY **p) { EVP_PKEY_free(*p); }
static void free_pctx(EVP_PKEY_CTX **p) { EVP_PKEY_CTX_free(*p); }
static void free_md(EVP_MD_CTX **p) { EVP_MD_CTX_free(*p); }
static void free_bn(BIGNUM **p) { BN_free(*p); }
static void free_bld(OSSL_PARAM_BLD **p) { OSSL_PARAM_BLD_free(*p); }
static void free_params(OSSL_PARAM **p) { OSSL_PARAM_free(*p); }
static void free_sig(ECDSA_SIG **p) { ECDSA_SIG_free(*p); }

#define AUTO(fn) __attribute__((cleanup(fn)))

static EVP_PKEY *make_key(const char *type, OSSL_PARAM *params)
{
	AUTO(free_pctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

static bool check(EVP_PKEY *key, slice message, slice signature)
{
	AUTO(free_md) EVP_MD_CTX *md = EVP_MD_CTX_new();

	return md && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.len, (const unsigned char *)message.p,
	                        message.len) == 1;
}

/* r ‖ s of JWS (RFC 7518 section 3.4) as ASN.1. */
static rc to_der(struct ctx *c, slice raw, slice *ret)
{
	AUTO(free_sig) ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r, *s;
	unsigned char *p, *out;
	int len;

	*ret = S_NONE;
	if (!sig || raw.len != 64)
		return OK;
	r = BN_bin2bn((const unsigned char *)raw.p, 32, NULL);
	s = BN_bin2bn((const unsigned char *)raw.p + 32, 32, NULL);
	if (!r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	len = i2d_ECDSA_SIG(sig, NULL);
	if (len <= 0)
		return OK;
	out = p = arena_bytes(c->a, (size_t)len);
	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = (slice){ (const char *)out, (size_t)i2d_ECDSA_SIG(sig, &p) };
	return OK;
}

rc verify_es256(struct ctx *c, const unsigned char x[32], const unsigned char y[32], slice message, slice signature, bool der,
                bool *ret_right)
{
	unsigned char point[65] = { 4 };
	char group[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
		OSSL_PARAM_construct_end(),
	};
	AUTO(free_pkey) EVP_PKEY *key = NULL;

	memcpy(point + 1, x, 32);
	memcpy(point + 33, y, 32);
	*ret_right = false;
	if (!der)
		TRY(to_der(c, signature, &signature));
	key = signature.len ? make_key("EC", params) : NULL;
	*ret_right = key && check(key, message, signature);
	return OK;
}

rc verify_rs256(struct ctx *c, slice n, slice e, slice message, slice signature, bool *ret_right)
{
	AUTO(free_bn) BIGNUM *bn = NULL;
	AUTO(free_bn) BIGNUM *be = NULL;
	AUTO(free_bld) OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	AUTO(free_params) OSSL_PARAM *params = NULL;
	AUTO(free_pkey) EVP_PKEY *key = NULL;

	*ret_right = false;
	if (n.len < 256 || n.len > 1024 || e.len == 0 || e.len > 8)
		return OK;
	bn = BN_bin2bn((const unsigned char *)n.p, (int)n.len, NULL);
	be = BN_bin2bn((const unsigned char *)e.p, (int)e.len, NULL);
	if (!bld || !bn || !be)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (BN_num_bits(bn) < 2048 || OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn) != 1 ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, be) != 1)
		return OK;
	params = OSSL_PARAM_BLD_to_param(bld);
	key = params ? make_key("RSA", params) : NULL;
	*ret_right = key && check(key, message, signature);
	return OK;
}
