#include "door/serve/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "core/exchange/keys.h"

#include "base/banned.h"

#define VALID_DAYS 397

static rc path_of(struct ctx *c, const struct settings *s, const char *name, const char **ret)
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, PATH_MAX + 64);
	buf_putf(&b, "%s/tls/%s", s->dir, name);
	buf_putc(&b, '\0');
	TRY(buf_done(c, &b, &text));
	*ret = text.p;
	return OK;
}

/* ---- making one ---- */

static rc put_names(struct ctx *c, const struct settings *s, slice *ret)
{
	slice rest = slice_of(s->hosts), one, where = slice_of(s->listen[LISTENER_MAIN]);
	size_t colon = where.len;
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putz(&b, "DNS:localhost,IP:127.0.0.1,IP:::1");
	while (slice_next(&rest, ' ', &one))
		if (one.len && !slice_is(one, "localhost"))
			buf_putf(&b, ",DNS:%.*s", (int)one.len, one.p);
	while (colon > 0 && where.p[colon - 1] != ':')
		colon--;
	where = slice_sub(where, 0, colon ? colon - 1 : 0);
	if (slice_starts(where, S("[")))
		where = slice_sub(where, 1, where.len - 2);
	if (where.len && !slice_is(where, "127.0.0.1") && !slice_is(where, "::1") && !slice_is(where, "0.0.0.0") && !slice_is(where, "::"))
		buf_putf(&b, ",IP:%.*s", (int)where.len, where.p);
	buf_putc(&b, '\0');
	return buf_done(c, &b, ret);
}

static bool extend(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = e && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	return ok;
}

static bool fill(X509 *x, EVP_PKEY *key, const char *names)
{
	X509_NAME *name = X509_get_subject_name(x);
	unsigned char serial[16];
	BIGNUM *n = NULL;
	bool ok = RAND_bytes(serial, sizeof serial) == 1;

	serial[0] &= 0x7f;
	n = ok ? BN_bin2bn(serial, sizeof serial, NULL) : NULL;
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) && X509_set_version(x, 2) == 1 &&
	     X509_gmtime_adj(X509_getm_notBefore(x), -3600) && X509_gmtime_adj(X509_getm_notAfter(x), VALID_DAYS * 86400L) &&
	     X509_set_pubkey(x, key) == 1 &&
	     X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Renkei", -1, -1, 0) == 1 &&
	     X509_set_issuer_name(x, name) == 1 && extend(x, NID_basic_constraints, "critical,CA:FALSE") &&
	     extend(x, NID_key_usage, "critical,digitalSignature") && extend(x, NID_ext_key_usage, "serverAuth,clientAuth") &&
	     extend(x, NID_subject_alt_name, names) && X509_sign(x, key, EVP_sha256()) > 0;
	BN_free(n);
	return ok;
}

static rc write_pem(struct ctx *c, const struct settings *s, const char *path, X509 *x, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool ok = bio && (key ? PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) : PEM_write_bio_X509(bio, x)) == 1;
	char *p = NULL;
	long n = ok ? BIO_get_mem_data(bio, &p) : 0;
	rc r = n > 0 ? file_replace(c, path, (slice){ p, (size_t)n }, key ? 0600 : 0644) : FAIL(c, E_BUG, "serve.certificate");

	if (key && n > 0)
		OPENSSL_cleanse(p, (size_t)n);
	BIO_free(bio);
	if (r == OK && s->uid[ROLE_TLS] && chown(path, s->uid[ROLE_TLS], s->gid[ROLE_TLS]) != 0)
		r = FAIL_SYS(c, "serve.certificate");
	return r;
}

static rc make(struct ctx *c, const struct settings *s, const char *certificate, const char *key_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	slice names;
	rc r = put_names(c, s, &names);

	if (r == OK && (!key || !x || !fill(x, key, names.p)))
		r = FAIL(c, E_BUG, "serve.certificate");
	if (r == OK)
		r = write_pem(c, s, key_path, NULL, key);
	if (r == OK)
		r = write_pem(c, s, certificate, x, NULL);
	X509_free(x);
	EVP_PKEY_free(key);
	return r;
}

/* The given ones, or those in DIR/tls, made when they are not there. */
static rc find(struct ctx *c, const struct settings *s, const char **ret_certificate, const char **ret_key)
{
	const char *folder;

	if (s->certificate[0]) {
		*ret_certificate = s->certificate;
		*ret_key = s->key;
		return OK;
	}
	TRY(path_of(c, s, "", &folder));
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return FAIL_SYS(c, "serve.certificate");
	if (s->uid[ROLE_TLS] && chown(folder, s->uid[ROLE_TLS], s->gid[ROLE_TLS]) != 0)
		return FAIL_SYS(c, "serve.certificate");
	TRY(path_of(c, s, "certificate.pem", ret_certificate));
	TRY(path_of(c, s, "key.pem", ret_key));
	return access(*ret_key, F_OK) == 0 ? OK : make(c, s, *ret_certificate, *ret_key);
}

/* A private key that others may read is no private key. */
static rc check_mode(struct ctx *c, const char *key)
{
	struct stat st;

	if (stat(key, &st) != 0) {
		rc r = FAIL_SYS(c, "serve.certificate");

		fault_where(c, key);
		return r;
	}
	if (st.st_mode & 077) {
		(void)FAIL(c, E_DENIED, "serve.key_mode");
		fault_where(c, key);
		return E_DENIED;
	}
	return OK;
}

/* ---- the partners' keys ---- */

static bool hash_key(X509 *x, unsigned char hash[32])
{
	unsigned char *der = NULL;
	int n = x ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der) : -1;
	unsigned int len = 0;
	bool ok = n > 0 && EVP_Digest(der, (size_t)n, hash, &len, EVP_sha256(), NULL) == 1;

	OPENSSL_free(der);
	return ok;
}

/*
 * The handshake proves that the other side has the key; whose key it is, the record says (core), and who is nobody's partner
 * can do nothing but be told so. What stands in the certificate around the key means nothing.
 */
static int verify_peer(X509_STORE_CTX *store, void *arg)
{
	(void)arg;
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

bool certificate_peer(SSL *ssl, char *ret_pin, size_t room)
{
	struct buf b = { .p = ret_pin, .cap = room - 1, .max = room - 1 };
	unsigned char hash[32];

	if (!hash_key(SSL_get0_peer_certificate(ssl), hash))
		return false;
	base64url_put(&b, (slice){ (const char *)hash, sizeof hash });
	ret_pin[b.len] = '\0';
	return !b.full;
}

/* ---- a listener's context ---- */

/* HTTP/1.1 is all that is spoken here; a client that does not offer it speaks it anyway or leaves. */
static int choose(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in, unsigned int n, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, len, ours, sizeof ours - 1, in, n) == OPENSSL_NPN_NEGOTIATED
		? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

rc certificate_open(struct ctx *c, const struct settings *s, enum listener l, SSL_CTX **ret)
{
	const char *certificate = NULL, *key = NULL;
	SSL_CTX *ctx;

	if (l == LISTENER_EXCHANGE)
		TRY(exchange_tls_at(c, s->dir, c->now, &key, &certificate));
	else
		TRY(find(c, s, &certificate, &key));
	NEVER(!certificate || !key);
	TRY(check_mode(c, key));
	ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx || SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1 || SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		SSL_CTX_free(ctx);
		(void)FAIL(c, E_INVALID, "serve.certificate");
		fault_where(c, certificate);
		return E_INVALID;
	}
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_set_max_early_data(ctx, 0);   /* what can be replayed is not taken */
	SSL_CTX_set_alpn_select_cb(ctx, choose, NULL);
	if (l == LISTENER_EXCHANGE) {
		SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
		(void)SSL_CTX_set_num_tickets(ctx, 0);   /* every connection shows its key anew */
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		SSL_CTX_set_cert_verify_callback(ctx, verify_peer, NULL);
	}
	*ret = ctx;
	return OK;
}
