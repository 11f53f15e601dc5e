#include "core/people/oidc.h"

#include <openssl/sha.h>

#include "base/base64.h"
#include "core/people/people_inside.h"
#include "core/people/verify.h"

#include "base/banned.h"

#define TOKEN_MOST 16384u
#define KEYS_MOST ((size_t)256 << 10)
#define BEGIN_MOST ((msec)10 * 60000)
#define CLOCK_SLACK 60   /* seconds that two clocks may differ */
#define AGE_MOST 600     /* seconds since the token was made */

static rc bad(struct ctx *c) { return FAIL(c, E_DENIED, "signin.oidc"); }

/* ---- the token: three parts of base64url (RFC 7515 section 7.1) ---- */

struct jwt { const struct json *head, *body; slice signed_part, signature; };

static rc json_part(struct ctx *c, slice text, const struct json **ret)
{
	slice bytes;

	TRY(base64url_parse(c, text, &bytes));
	TRY(json_parse(c, bytes, ret));
	return (*ret)->type == JSON_OBJECT ? OK : FAIL(c, E_INVALID, "json.syntax");
}

static rc split(struct ctx *c, slice token, struct jwt *ret)
{
	size_t one = slice_find(token, S("."), 0), two = one == SIZE_MAX ? one : slice_find(token, S("."), one + 1);

	if (token.len > TOKEN_MOST || two == SIZE_MAX)
		return FAIL(c, E_INVALID, "signin.oidc");
	TRY(json_part(c, slice_sub(token, 0, one), &ret->head));
	TRY(json_part(c, slice_sub(token, one + 1, two - one - 1), &ret->body));
	ret->signed_part = slice_sub(token, 0, two);
	return base64url_parse(c, slice_sub(token, two + 1, token.len), &ret->signature);
}

/* ---- the key ---- */

static slice text_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }

static bool is_the_key(const struct json *k, slice alg, slice kid)
{
	slice use = text_of(k, "use"), own_alg = text_of(k, "alg");

	return slice_eq(text_of(k, "kty"), slice_is(alg, "RS256") ? S("RSA") : S("EC")) && (use.len == 0 || slice_is(use, "sig")) &&
	       (own_alg.len == 0 || slice_eq(own_alg, alg)) && (kid.len == 0 || slice_eq(text_of(k, "kid"), kid));
}

/* By its kid; without one, the only key that fits. */
static const struct json *find_key(const struct json *set, slice alg, slice kid)
{
	const struct json *keys = json_get(set, S("keys")), *found = NULL;

	if (!keys || keys->type != JSON_ARRAY)
		return NULL;
	for JSON_EACH(k, keys) {
		if (!is_the_key(k, alg, kid))
			continue;
		if (found)
			return NULL;
		found = k;
	}
	return found;
}

static rc check_signature(struct ctx *c, const struct jwt *t, const struct json *key, slice alg, bool *ret)
{
	*ret = false;
	if (slice_is(alg, "RS256")) {
		slice n, e;

		TRY(base64url_parse(c, text_of(key, "n"), &n));
		TRY(base64url_parse(c, text_of(key, "e"), &e));
		return verify_rs256(c, n, e, t->signed_part, t->signature, ret);
	} else {
		unsigned char x[32], y[32];

		if (!slice_is(text_of(key, "crv"), "P-256"))
			return OK;
		TRY(base64url_parse_n(c, text_of(key, "x"), x, 32));
		TRY(base64url_parse_n(c, text_of(key, "y"), y, 32));
		return verify_es256(c, x, y, t->signed_part, t->signature, false, ret);
	}
}

/* ---- what it says: OpenID Connect Core section 3.1.3.7 ---- */

static bool is_for_us(const struct json *body, slice client)
{
	const struct json *aud = json_get(body, S("aud"));
	slice azp = text_of(body, "azp");
	bool found = slice_eq(json_text(aud), client);
	bool several = aud && aud->type == JSON_ARRAY && aud->count > 1;

	for JSON_EACH(a, aud && aud->type == JSON_ARRAY ? aud : NULL)
		found = found || slice_eq(json_text(a), client);
	return found && client.len > 0 && (azp.len ? slice_eq(azp, client) : !several);
}

static bool int_of(const struct json *o, const char *name, int64_t *ret)
{
	const struct json *v = json_get(o, slice_of(name));

	if (!v || v->type != JSON_INT)
		return false;
	*ret = v->num;
	return true;
}

static bool is_in_time(const struct json *body, msec now)
{
	int64_t exp, iat, nbf, t = now / 1000;

	if (!int_of(body, "exp", &exp) || !int_of(body, "iat", &iat))
		return false;
	if (json_get(body, S("nbf")) && (!int_of(body, "nbf", &nbf) || nbf > t + CLOCK_SLACK))
		return false;
	return exp > t - CLOCK_SLACK && iat <= t + CLOCK_SLACK && iat >= t - AGE_MOST;
}

/* RFC 8176: "mfa", or a key or code beside the password. */
static bool says_mfa(const struct json *body)
{
	for JSON_EACH(a, json_get(body, S("amr")))
		if (slice_is(json_text(a), "mfa"))
			return true;
	return false;
}

static rc verify(struct ctx *c, const struct oidc_provider *p, slice jwks, slice id_token, slice nonce, struct oidc_identity *ret)
{
	const struct json *set, *key;
	struct jwt t = { 0 };
	slice alg, sub;
	bool right;

	if (jwks.len > KEYS_MOST)
		return bad(c);
	TRY(split(c, id_token, &t));
	TRY(json_parse(c, jwks, &set));
	alg = text_of(t.head, "alg");
	if ((!slice_is(alg, "RS256") && !slice_is(alg, "ES256")) || json_get(t.head, S("crit")))
		return bad(c);
	key = find_key(set, alg, text_of(t.head, "kid"));
	if (!key)
		return bad(c);
	TRY(check_signature(c, &t, key, alg, &right));
	sub = text_of(t.body, "sub");
	if (!right || !slice_eq(text_of(t.body, "iss"), p->issuer) || !is_for_us(t.body, p->client_id) || !is_in_time(t.body, c->now) ||
	    nonce.len == 0 || !slice_eq(text_of(t.body, "nonce"), nonce) || sub.len == 0 || sub.len > 255)
		return bad(c);
	*ret = (struct oidc_identity){ p->issuer, sub, says_mfa(t.body) };
	return OK;
}

rc oidc_verify(struct ctx *c, const struct oidc_provider *p, slice jwks, slice id_token, slice nonce, struct oidc_identity *ret)
{
	rc r = verify(c, p, jwks, id_token, nonce, ret);

	return r == E_INVALID ? bad(c) : r;   /* whatever is wrong with it: one answer */
}

/* ---- the way there and back ---- */

/* OpenID Connect Discovery 1.0 section 3: client_secret_basic where nothing is said. A public client shows no secret. */
static rc choose_way(struct ctx *c, const struct json *ways, struct oidc_provider *p)
{
	bool basic = !ways, form = false;

	for (const struct json *m = ways ? ways->child : NULL; m; m = m->next) {
		basic = basic || slice_is(json_text(m), "client_secret_basic");
		form = form || slice_is(json_text(m), "client_secret_post");
	}
	p->secret_in_form = !basic;
	return basic || form || p->client_secret.len == 0 ? OK : FAIL(c, E_INVALID, "signin.oidc");
}

rc oidc_discover(struct ctx *c, slice bytes, struct oidc_provider *p)
{
	const struct json *j;
	slice authorize, token, jwks;

	TRY(json_parse(c, bytes, &j));
	authorize = text_of(j, "authorization_endpoint");
	token = text_of(j, "token_endpoint");
	jwks = text_of(j, "jwks_uri");
	if (!slice_eq(text_of(j, "issuer"), p->issuer) || !slice_starts(authorize, S("https://")) ||
	    !slice_starts(token, S("https://")) || !slice_starts(jwks, S("https://")))
		return FAIL(c, E_INVALID, "signin.oidc");
	TRY(choose_way(c, json_get(j, S("token_endpoint_auth_methods_supported")), p));
	p->authorize_url = authorize;
	p->token_url = token;
	p->jwks_url = jwks;
	return OK;
}

static void put_encoded(struct buf *b, slice value)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] && strchr(safe, value.p[i]))
			buf_putc(b, value.p[i]);
		else
			buf_putf(b, "%%%02X", (unsigned char)value.p[i]);
	}
}

static void put_field(struct buf *b, char sep, const char *name, slice value)
{
	if (sep)
		buf_putc(b, sep);
	buf_putf(b, "%s=", name);
	put_encoded(b, value);
}

static rc keep_begin(struct ctx *c, struct store *st, slice state, slice nonce, slice verifier)
{
	slice hash;
	rc r;

	TRY(token_hash(c, state, &hash));
	TRY(store_begin(c, st));
	r = STORE_RUN(c, st, STMT_OIDC_DROP_LATE, v_int(c->now));
	if (r == OK)
		r = STORE_RUN(c, st, STMT_OIDC_PUT, v_text(hash), v_text(nonce), v_text(verifier), v_int(c->now + BEGIN_MOST));
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

rc oidc_begin(struct ctx *c, struct node *n, const struct oidc_provider *p, slice *ret_url, slice *ret_state)
{
	bool query = slice_find(p->authorize_url, S("?"), 0) != SIZE_MAX;
	unsigned char sum[32];
	slice state, nonce, verifier;
	struct buf b, challenge;

	TRY(token_random(c, &state));
	TRY(token_random(c, &nonce));
	TRY(token_random(c, &verifier));
	(void)SHA256((const unsigned char *)verifier.p, verifier.len, sum);
	buf_init(&challenge, c->a, 64);
	base64url_put(&challenge, (slice){ (const char *)sum, sizeof sum });
	buf_init(&b, c->a, 8192);
	buf_put(&b, p->authorize_url);
	put_field(&b, query ? '&' : '?', "response_type", S("code"));
	put_field(&b, '&', "client_id", p->client_id);
	put_field(&b, '&', "redirect_uri", p->redirect_url);
	put_field(&b, '&', "scope", S("openid"));
	put_field(&b, '&', "state", state);
	put_field(&b, '&', "nonce", nonce);
	put_field(&b, '&', "code_challenge", buf_slice(&challenge));
	put_field(&b, '&', "code_challenge_method", S("S256"));
	TRY(buf_keep(c, &b, ret_url));
	*ret_state = state;
	return keep_begin(c, node_store(n), state, nonce, verifier);
}

struct begun { slice hash, nonce, verifier; };

/* What was kept for this state. */
static rc find_begun(struct ctx *c, struct store *st, slice hash, struct begun *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_OIDC_GET, v_text(hash)));
	if (!found || query_int(&q, 2) <= c->now)
		return bad(c);
	ret->hash = hash;
	TRY(slice_keep(c, query_text(&q, 0), &ret->nonce));
	return slice_keep(c, query_text(&q, 1), &ret->verifier);
}

/* A state counts once: whoever takes it out goes on. */
static rc take_begun(struct ctx *c, struct store *st, slice hash)
{
	struct begun b;
	rc r;

	TRY(store_begin(c, st));
	r = find_begun(c, st, hash, &b);
	if (r == OK)
		r = STORE_RUN(c, st, STMT_OIDC_DROP, v_text(hash));
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

static rc ask_token(struct ctx *c, const struct oidc_provider *p, slice code, slice verifier, oidc_fetch *fetch, void *fetch_p,
                    slice *ret_body)
{
	bool basic = p->client_secret.len && !p->secret_in_form;
	slice form, login = S_NONE;
	struct buf b;

	if (basic) {   /* RFC 6749 section 2.3.1: both as in a form */
		buf_init(&b, c->a, 16384);
		put_encoded(&b, p->client_id);
		buf_putc(&b, ':');
		put_encoded(&b, p->client_secret);
		TRY(buf_keep(c, &b, &login));
	}
	buf_init(&b, c->a, 16384);
	put_field(&b, 0, "grant_type", S("authorization_code"));
	put_field(&b, '&', "code", code);
	put_field(&b, '&', "redirect_uri", p->redirect_url);
	put_field(&b, '&', "client_id", p->client_id);
	if (p->client_secret.len && !basic)
		put_field(&b, '&', "client_secret", p->client_secret);
	put_field(&b, '&', "code_verifier", verifier);
	TRY(buf_keep(c, &b, &form));
	return fetch(c, fetch_p, p->token_url, form, login, ret_body);
}

rc oidc_finish(struct ctx *c, struct node *n, const struct oidc_provider *p, slice cookie, slice state, slice code,
               oidc_fetch *fetch, void *fetch_p, struct oidc_identity *ret)
{
	slice hash, body, jwks;
	const struct json *j;
	struct begun b;

	if (state.len == 0 || state.len > 100 || code.len == 0 || code.len > 2048 || !slice_eq(cookie, state))
		return bad(c);
	TRY(token_hash(c, state, &hash));
	TRY(find_begun(c, node_store(n), hash, &b));
	/* nothing is written before both answers are here: the call may be begun again with them (base/aside.h) */
	TRY(ask_token(c, p, code, b.verifier, fetch, fetch_p, &body));
	TRY(fetch(c, fetch_p, p->jwks_url, S_NONE, S_NONE, &jwks));
	TRY(take_begun(c, node_store(n), hash));
	if (body.len > 4 * TOKEN_MOST || json_parse(c, body, &j) != OK)
		return bad(c);
	return oidc_verify(c, p, jwks, text_of(j, "id_token"), b.nonce, ret);
}
