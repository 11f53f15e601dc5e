#include "core/exchange/keys.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"

#include "base/banned.h"

#define CERT_DAYS 3650

/* ---- TLS key and certificate: self-signed, known by its pin, its name and dates mean nothing ---- */

static void free_key(EVP_PKEY **k) { EVP_PKEY_free(*k); }
static void free_cert(X509 **x) { X509_free(*x); }
static void free_bio(BIO **b) { (void)BIO_free(*b); }

static rc make_cert(struct ctx *c, slice node, EVP_PKEY *key, X509 *x)
{
	X509_NAME *name = X509_get_subject_name(x);
	unsigned char serial[8];

	randombytes_buf(serial, sizeof serial);
	serial[0] &= 0x7f;
	if (X509_set_version(x, 2) != 1 ||
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), ((uint64_t)serial[0] << 8 | serial[1]) + 1) != 1 ||
	    !X509_gmtime_adj(X509_getm_notBefore(x), -86400) || !X509_gmtime_adj(X509_getm_notAfter(x), (long)CERT_DAYS * 86400) ||
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)node.p, (int)node.len, -1, 0) != 1 ||
	    X509_set_issuer_name(x, name) != 1 || X509_set_pubkey(x, key) != 1 || X509_sign(x, key, NULL) == 0)
		return FAIL(c, E_BUG, "bug");
	return OK;
}

static rc write_bio(struct ctx *c, const char *path, BIO *b, unsigned mode)
{
	char *p;
	long n = BIO_get_mem_data(b, &p);

	return n > 0 ? file_replace(c, path, (slice){ p, (size_t)n }, mode) : FAIL(c, E_BUG, "bug");
}

static rc pin_of(struct ctx *c, X509 *x, unsigned char ret[32])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	if (n <= 0)
		return FAIL(c, E_INVALID, "exchange.cert");
	(void)crypto_hash_sha256(ret, der, (unsigned long long)(unsigned)n);
	OPENSSL_free(der);
	return OK;
}

static rc make_tls(struct ctx *c, slice node, const char *key_path, const char *cert_path)
{
	__attribute__((cleanup(free_key))) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	__attribute__((cleanup(free_cert))) X509 *x = X509_new();
	__attribute__((cleanup(free_bio))) BIO *b = BIO_new(BIO_s_mem());
	__attribute__((cleanup(free_bio))) BIO *d = BIO_new(BIO_s_mem());

	if (!key || !x || !b || !d)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(make_cert(c, node, key, x));
	if (PEM_write_bio_PrivateKey(b, key, NULL, NULL, 0, NULL, NULL) != 1 || PEM_write_bio_X509(d, x) != 1)
		return FAIL(c, E_BUG, "bug");
	TRY(write_bio(c, key_path, b, 0600));
	return write_bio(c, cert_path, d, 0644);
}

static rc read_pin(struct ctx *c, const char *cert_path, unsigned char ret[32])
{
	__attribute__((cleanup(free_cert))) X509 *x = NULL;
	__attribute__((cleanup(free_bio))) BIO *b = NULL;
	slice text;

	TRY(file_read(c, cert_path, 65536, &text));
	b = BIO_new_mem_buf(text.p, (int)text.len);
	x = b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
	return x ? pin_of(c, x, ret) : FAIL(c, E_INVALID, "exchange.cert");
}

/* ---- generations ---- */

static rc file_of(struct ctx *c, const char *dir, slice id, const char *ending, const char **ret)
{
	char name[64];

	(void)snprintf(name, sizeof name, "%.*s.%s", S_ARG(id), ending);
	return path_join(c, dir, name, ret);
}

static rc make_generation(struct ctx *c, const char *dir, slice id, slice node)
{
	AUTO_SECRET sign = { 0 };
	AUTO_SECRET box = { 0 };
	const char *path, *cert;

	TRY(secret_random(c, crypto_sign_SEEDBYTES, &sign));
	TRY(secret_random(c, crypto_scalarmult_SCALARBYTES, &box));
	TRY(file_of(c, dir, id, "sign", &path));
	TRY(secret_write(c, path, &sign));
	TRY(file_of(c, dir, id, "box", &path));
	TRY(secret_write(c, path, &box));
	TRY(file_of(c, dir, id, "tls.key", &path));
	TRY(file_of(c, dir, id, "tls.crt", &cert));
	return make_tls(c, node, path, cert);
}

/* exchange/keys: "<id> <from>" a line, oldest first; a generation counts once it stands there. */
static rc read_list(struct ctx *c, const char *dir, slice *ret)
{
	const char *path;
	rc r;

	TRY(path_join(c, dir, "keys", &path));
	r = file_read(c, path, 4096, ret);
	return r == E_NOTFOUND ? FAIL(c, E_NOTFOUND, "exchange.no_keys") : r;
}

static rc add_generation(struct ctx *c, const char *dir, slice node, slice list, size_t n, msec from)
{
	const char *path;
	char id[8];
	struct buf b;

	if (n == GENERATIONS_MOST)
		return FAIL(c, E_LIMIT, "exchange.generations");
	(void)snprintf(id, sizeof id, "g%zu", n + 1);
	TRY(make_generation(c, dir, slice_of(id), node));
	buf_init(&b, c->a, 4096);
	buf_put(&b, list);
	buf_putf(&b, "%s %lld\n", id, (long long)from);
	TRY(path_join(c, dir, "keys", &path));
	return file_replace(c, path, buf_slice(&b), 0600);
}

static rc dir_of(struct ctx *c, const char *store, const char **ret) { return path_join(c, store, "exchange", ret); }

rc exchange_keys_create(struct ctx *c, const char *store, slice node)
{
	const char *dir;
	slice list;
	rc r;

	TRY(dir_of(c, store, &dir));
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAIL_SYS(c, "file.create");
	r = read_list(c, dir, &list);
	if (r == OK)
		return FAIL(c, E_CONFLICT, "exchange.keys");
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	return add_generation(c, dir, node, S_NONE, 0, 0);
}

static size_t count_lines(slice list)
{
	size_t n = 0;

	for (slice one; slice_next(&list, '\n', &one);)
		n++;
	return n;
}

rc exchange_keys_roll(struct ctx *c, const char *store, slice node, msec from)
{
	const char *dir;
	slice list;

	TRY(dir_of(c, store, &dir));
	TRY(read_list(c, dir, &list));
	return add_generation(c, dir, node, list, count_lines(list), from);
}

static rc read_generation(struct ctx *c, const char *dir, slice line, struct generation *g)
{
	AUTO_SECRET seed = { 0 };
	const char *path;
	slice from = line;

	if (!slice_next(&from, ' ', &g->id))
		return FAIL(c, E_TAMPER, "exchange.keys");
	TRY(parse_i64(c, from, 0, JSON_INT_MOST, &g->from));
	TRY(file_of(c, dir, g->id, "sign", &path));
	TRY(secret_read(c, path, crypto_sign_SEEDBYTES, &seed));
	TRY(secret_new(c, crypto_sign_SECRETKEYBYTES, &g->sign));
	(void)crypto_sign_seed_keypair(g->sign_pk, g->sign.p, seed.p);
	TRY(file_of(c, dir, g->id, "box", &path));
	TRY(secret_read(c, path, crypto_scalarmult_SCALARBYTES, &g->box));
	(void)crypto_scalarmult_base(g->box_pk, g->box.p);
	TRY(file_of(c, dir, g->id, "tls.crt", &path));
	return read_pin(c, path, g->tls_pin);
}

rc exchange_keys_open(struct ctx *c, const char *store, struct exchange_keys *ret)
{
	AUTO_KEYS k = { 0 };
	slice list, line;

	TRY(dir_of(c, store, &k.dir));
	TRY(read_list(c, k.dir, &list));
	while (slice_next(&list, '\n', &line)) {
		if (k.n == GENERATIONS_MOST)
			return FAIL(c, E_LIMIT, "exchange.generations");
		k.n++;
		TRY(read_generation(c, k.dir, line, &k.g[k.n - 1]));
	}
	if (k.n == 0)
		return FAIL(c, E_NOTFOUND, "exchange.no_keys");
	*ret = k;
	k = (struct exchange_keys){ 0 };   /* NOLINT(clang-analyzer-deadcode.DeadStores): what AUTO_KEYS wipes */
	return OK;
}

void exchange_keys_wipe(struct exchange_keys *k)
{
	for (size_t i = 0; i < k->n; i++) {
		secret_wipe(&k->g[i].sign);
		secret_wipe(&k->g[i].box);
	}
	k->n = 0;
}

const struct generation *exchange_key_at(const struct exchange_keys *k, msec t)
{
	const struct generation *g = &k->g[0];

	for (size_t i = 1; i < k->n; i++)
		if (k->g[i].from <= t)
			g = &k->g[i];
	return g;
}

const struct generation *exchange_key_named(const struct exchange_keys *k, slice id)
{
	for (size_t i = 0; i < k->n; i++)
		if (slice_eq(k->g[i].id, id))
			return &k->g[i];
	return NULL;
}

struct sign_key exchange_sign_key(const struct generation *g)
{
	struct sign_key key = { .id = g->id };

	memcpy(key.secret, g->sign.p, sizeof key.secret);
	return key;
}

rc exchange_tls_files(struct ctx *c, const struct exchange_keys *k, const struct generation *g, const char **ret_key,
                      const char **ret_cert)
{
	TRY(file_of(c, k->dir, g->id, "tls.key", ret_key));
	return file_of(c, k->dir, g->id, "tls.crt", ret_cert);
}

rc exchange_tls_at(struct ctx *c, const char *store, msec t, const char **ret_key, const char **ret_cert)
{
	slice list, line, id = S_NONE;
	const char *dir;

	TRY(dir_of(c, store, &dir));
	TRY(read_list(c, dir, &list));
	while (slice_next(&list, '\n', &line)) {
		slice from = line, one;
		msec at;

		if (!slice_next(&from, ' ', &one))
			return FAIL(c, E_TAMPER, "exchange.keys");
		TRY(parse_i64(c, from, 0, JSON_INT_MOST, &at));
		if (id.len == 0 || at <= t)
			id = one;
	}
	if (id.len == 0)
		return FAIL(c, E_NOTFOUND, "exchange.no_keys");
	TRY(file_of(c, dir, id, "tls.key", ret_key));
	return file_of(c, dir, id, "tls.crt", ret_cert);
}

/* ---- cards ---- */

static void put_key(struct ctx *c, struct json_out *o, const char *name, const unsigned char key[32])
{
	struct buf b;

	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)key, 32 });
	jo_kv_text(o, name, buf_slice(&b));
}

rc exchange_card_put(struct ctx *c, const struct exchange_keys *k, slice node, struct buf *b)
{
	struct json_out o = json_out_on(b);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.card/1"));
	jo_kv_text(&o, "node", node);
	jo_key(&o, S("keys"));
	jo_array(&o);
	for (size_t i = 0; i < k->n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "id", k->g[i].id);
		jo_kv_int(&o, "from", k->g[i].from);
		put_key(c, &o, "sign", k->g[i].sign_pk);
		put_key(c, &o, "box", k->g[i].box_pk);
		put_key(c, &o, "tls", k->g[i].tls_pin);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(b, '\n');
	return OK;
}

rc exchange_card_read(struct ctx *c, slice text, struct card *ret)
{
	const struct json *v, *list;
	struct card x = { 0 };

	TRY(json_parse(c, slice_trim(text), &v));
	list = json_get(v, S("keys"));
	x.node = json_text(json_get(v, S("node")));
	if (!slice_is(json_text(json_get(v, S("schema"))), "renkei.card/1") || !word_is_valid(x.node) || !list ||
	    list->type != JSON_ARRAY || list->count == 0 || list->count > GENERATIONS_MOST)
		return FAIL(c, E_INVALID, "card.form");
	for JSON_EACH(k, list) {
		const struct json *from = json_get(k, S("from"));

		x.keys[x.n].id = json_text(json_get(k, S("id")));
		if (!word_is_valid(x.keys[x.n].id) || !from || from->type != JSON_INT || from->num < 0)
			return FAIL(c, E_INVALID, "card.form");
		x.keys[x.n].from = from->num;
		TRY(base64url_parse_n(c, json_text(json_get(k, S("sign"))), x.keys[x.n].sign, 32));
		TRY(base64url_parse_n(c, json_text(json_get(k, S("box"))), x.keys[x.n].box, 32));
		TRY(base64url_parse_n(c, json_text(json_get(k, S("tls"))), x.keys[x.n].tls, 32));
		x.n++;
	}
	*ret = x;
	return OK;
}
