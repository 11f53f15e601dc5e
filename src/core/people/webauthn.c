/*
 * Passkeys: W3C Web Authentication Level 2, section 7.1 (registration) and 7.2 (assertion), for ES256 (-7) and EdDSA (-8).
 * Attestation is not asked for ("none") and not believed: what counts is the key, and that the person was verified (UV).
 */
#include "core/people/people_inside.h"

#include <openssl/sha.h>
#include <sodium.h>

#include "base/base64.h"
#include "base/cbor.h"
#include "core/people/verify.h"

#include "base/banned.h"

#define CHALLENGE_BYTES 32u
#define CHALLENGE_MOST ((msec)5 * 60000)
#define CLIENT_DATA_MOST 8192u
#define ALG_ES256 (-7)
#define ALG_EDDSA (-8)
#define FLAG_UP 0x01u
#define FLAG_UV 0x04u
#define FLAG_AT 0x40u
#define ID_MOST 1023u

static rc bad(struct ctx *c) { return FAIL(c, E_DENIED, "signin.passkey"); }

static slice b64(struct ctx *c, slice bytes)
{
	struct buf b;

	buf_init(&b, c->a, bytes.len * 2 + 8);
	base64url_put(&b, bytes);
	return buf_slice(&b);
}

/* ---- challenges ---- */

rc passkey_challenge(struct ctx *c, struct node *n, slice token, slice *ret)
{
	unsigned char raw[CHALLENGE_BYTES];
	struct session_row row = { 0 };
	struct store *st = node_store(n);
	slice bytes = { (const char *)raw, sizeof raw };
	rc r;

	TRY(session_find(c, n, token, &row));
	if (row.s.token)
		return FAIL(c, E_DENIED, "people.no_session");
	randombytes_buf(raw, sizeof raw);
	TRY(store_begin(c, st));
	r = STORE_RUN(c, st, STMT_CHALLENGE_PUT, v_text(row.s.id), v_blob(bytes), v_int(c->now + CHALLENGE_MOST));
	if (r != OK) {
		store_rollback(st);
		return r;
	}
	TRY(store_commit(c, st));
	return slice_keep(c, b64(c, bytes), ret);
}

rc challenge_take(struct ctx *c, struct node *n, slice session, slice *ret)
{
	struct store *st = node_store(n);
	slice bytes = S_NONE;
	bool found, good = false;
	rc r;
	{
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, st, &q, &found, STMT_CHALLENGE_GET, v_text(session)));
		if (found) {
			good = query_int(&q, 1) > c->now;
			TRY(slice_keep(c, query_blob(&q, 0), &bytes));
		}
	}
	if (!found)
		return bad(c);
	TRY(store_begin(c, st));
	r = STORE_RUN(c, st, STMT_CHALLENGE_DROP, v_text(session));
	if (r != OK) {
		store_rollback(st);
		return r;
	}
	TRY(store_commit(c, st));
	if (!good || bytes.len != CHALLENGE_BYTES)
		return bad(c);
	*ret = bytes;
	return OK;
}

/* ---- what the browser says ---- */

static rc check_client_data(struct ctx *c, const struct site *s, const char *type, slice challenge, slice text)
{
	const struct json *j, *cross;

	if (text.len > CLIENT_DATA_MOST || json_parse(c, text, &j) != OK)
		return bad(c);
	cross = json_get(j, S("crossOrigin"));
	if (!slice_is(json_text(json_get(j, S("type"))), type) ||
	    !slice_eq(json_text(json_get(j, S("challenge"))), b64(c, challenge)) ||
	    !slice_eq(json_text(json_get(j, S("origin"))), s->origin) || (cross && cross->type != JSON_FALSE))
		return bad(c);
	return OK;
}

struct auth_data { unsigned flags; int64_t counter; slice rest; };

static rc read_auth_data(struct ctx *c, const struct site *s, slice bytes, struct auth_data *ret)
{
	unsigned char rp[32];
	const unsigned char *p = (const unsigned char *)bytes.p;

	if (bytes.len < 37)
		return bad(c);
	(void)SHA256((const unsigned char *)s->rp_id.p, s->rp_id.len, rp);
	ret->flags = p[32];
	ret->counter = (int64_t)p[33] << 24 | (int64_t)p[34] << 16 | (int64_t)p[35] << 8 | p[36];
	ret->rest = slice_sub(bytes, 37, bytes.len);
	if (sodium_memcmp(rp, p, 32) != 0 || !(ret->flags & FLAG_UP) || !(ret->flags & FLAG_UV))
		return bad(c);
	return OK;
}

/* ---- keys ---- */

/* RFC 9053: ES256 {1:2, 3:-7, -1:1, -2:x, -3:y}, EdDSA {1:1, 3:-8, -1:6, -2:x}. */
struct cose { int64_t kty, alg, crv; slice x, y; };

static rc read_cose(struct ctx *c, struct cbor *r, struct cose *ret)
{
	struct cose k = { 0 };
	struct cbor_item map;

	TRY(cbor_need(c, r, CBOR_MAP, &map));
	for (uint64_t i = 0; i < map.n; i++) {
		struct cbor_item bytes;
		int64_t label;

		TRY(cbor_int(c, r, &label));
		if (label == 1)
			TRY(cbor_int(c, r, &k.kty));
		else if (label == 3)
			TRY(cbor_int(c, r, &k.alg));
		else if (label == -1)
			TRY(cbor_int(c, r, &k.crv));
		else if (label == -2 || label == -3) {
			TRY(cbor_need(c, r, CBOR_BYTES, &bytes));
			*(label == -2 ? &k.x : &k.y) = bytes.bytes;
		} else
			TRY(cbor_skip(c, r));
	}
	*ret = k;
	return OK;
}

static bool cose_is_known(const struct cose *k)
{
	return (k->alg == ALG_ES256 && k->kty == 2 && k->crv == 1 && k->x.len == 32 && k->y.len == 32) ||
	       (k->alg == ALG_EDDSA && k->kty == 1 && k->crv == 6 && k->x.len == 32 && k->y.len == 0);
}

/* ---- registration ---- */

/* {"fmt": text, "attStmt": map, "authData": bytes}, in any order, nothing behind it. */
static rc read_attestation(struct ctx *c, slice bytes, slice *ret_auth)
{
	struct cbor r = { .in = bytes };
	struct cbor_item map, key, value;

	TRY(cbor_need(c, &r, CBOR_MAP, &map));
	*ret_auth = S_NONE;
	for (uint64_t i = 0; i < map.n; i++) {
		TRY(cbor_need(c, &r, CBOR_TEXT, &key));
		if (slice_is(key.bytes, "authData")) {
			TRY(cbor_need(c, &r, CBOR_BYTES, &value));
			*ret_auth = value.bytes;
		} else
			TRY(cbor_skip(c, &r));
	}
	return r.at == bytes.len ? OK : FAIL(c, E_INVALID, "cbor.form");
}

static rc put_sealed(struct ctx *c, slice id, const struct cose *k, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 8192);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "alg", k->alg);
	jo_kv_text(&o, "id", b64(c, id));
	jo_kv_text(&o, "x", b64(c, k->x));
	if (k->y.len)
		jo_kv_text(&o, "y", b64(c, k->y));
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc read_new(struct ctx *c, const struct site *s, slice challenge, const struct passkey_made *m, slice *ret_id,
                   struct cose *ret_key, int64_t *ret_counter)
{
	struct auth_data d = { 0 };
	struct cbor r = { 0 };
	slice auth;
	size_t len;

	TRY(check_client_data(c, s, "webauthn.create", challenge, m->client_data));
	TRY(read_attestation(c, m->attestation, &auth));
	TRY(read_auth_data(c, s, auth, &d));
	if (!(d.flags & FLAG_AT) || d.rest.len < 18)
		return bad(c);
	len = (size_t)(unsigned char)d.rest.p[16] << 8 | (unsigned char)d.rest.p[17];
	if (len == 0 || len > ID_MOST || len > d.rest.len - 18)
		return bad(c);
	*ret_id = slice_sub(d.rest, 18, len);
	r.in = slice_sub(d.rest, 18 + len, d.rest.len);
	TRY(read_cose(c, &r, ret_key));
	*ret_counter = d.counter;
	return cose_is_known(ret_key) ? OK : bad(c);
}

rc passkey_read_new(struct ctx *c, const struct site *s, slice challenge, const struct passkey_made *m, slice *ret_sealed,
                    slice *ret_tag, int64_t *ret_counter)
{
	struct cose k = { 0 };
	slice id;
	rc r = read_new(c, s, challenge, m, &id, &k, ret_counter);

	if (r == E_INVALID)   /* CBOR that is none: the same answer */
		return bad(c);
	TRY(r);
	TRY(put_sealed(c, id, &k, ret_sealed));
	return token_hash(c, id, ret_tag);
}

/* ---- assertion ---- */

static rc verify(struct ctx *c, const struct json *key, slice message, slice signature, bool *ret)
{
	const struct json *alg = json_get(key, S("alg"));
	unsigned char x[32], y[32];

	TRY(base64url_parse_n(c, json_text(json_get(key, S("x"))), x, 32));
	if (alg && alg->type == JSON_INT && alg->num == ALG_EDDSA) {
		*ret = signature.len == 64 && crypto_sign_verify_detached((const unsigned char *)signature.p,
		       (const unsigned char *)message.p, message.len, x) == 0;
		return OK;
	}
	TRY(base64url_parse_n(c, json_text(json_get(key, S("y"))), y, 32));
	return verify_es256(c, x, y, message, signature, true, ret);
}

rc passkey_verify(struct ctx *c, const struct site *s, slice sealed, slice challenge, const struct passkey_answer *a,
                  int64_t *ret_counter)
{
	unsigned char sum[32];
	struct auth_data d = { 0 };
	const struct json *key;
	slice message;
	struct buf b;
	bool good;

	TRY(check_client_data(c, s, "webauthn.get", challenge, a->client_data));
	TRY(read_auth_data(c, s, a->auth_data, &d));
	(void)SHA256((const unsigned char *)a->client_data.p, a->client_data.len, sum);
	buf_init(&b, c->a, a->auth_data.len + 64);
	buf_put(&b, a->auth_data);
	buf_put(&b, (slice){ (const char *)sum, sizeof sum });
	TRY(buf_done(c, &b, &message));
	TRY(json_parse(c, sealed, &key));
	TRY(verify(c, key, message, a->signature, &good));
	*ret_counter = d.counter;
	return good ? OK : bad(c);
}

rc passkey_check(struct ctx *c, struct node *n, const struct site *s, slice account, slice challenge,
                 const struct passkey_answer *a, slice *ret_id, int64_t *ret_counter)
{
	slice tag, owner, sealed;
	bool found;
	int64_t seq;

	TRY(token_hash(c, a->id, &tag));
	{
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SECRET_BY_TAG, v_text(tag)));
		if (!found)
			return bad(c);
		TRY(slice_keep(c, query_text(&q, 0), ret_id));
		TRY(slice_keep(c, query_text(&q, 1), &owner));
		seq = query_int(&q, 2);
	}
	if (!slice_eq(owner, account))
		return bad(c);
	TRY(people_open_payload(c, n, seq, 0, &sealed));
	return passkey_verify(c, s, sealed, challenge, a, ret_counter);
}

rc passkey_ids(struct ctx *c, struct node *n, slice token, slice **ret, size_t *ret_n)
{
	struct session_row row = { 0 };
	struct factor *v;
	size_t nv, count = 0;
	slice *ids;

	TRY(session_find(c, n, token, &row));
	TRY(factor_list(c, node_store(n), row.s.account, &v, &nv));
	TRY_ARRAY(c, ids, nv + 1);
	for (size_t i = 0; i < nv; i++) {
		const struct json *j;

		if (!slice_is(v[i].kind, "passkey"))
			continue;
		TRY(people_open_json(c, n, v[i].seq, &j));
		ids[count++] = json_text(json_get(j, S("id")));
	}
	*ret = ids;
	*ret_n = count;
	return OK;
}
