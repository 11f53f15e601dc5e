/* Signing in: name and password, then the second factor. Wrong names take the time of wrong passwords. */
#include "core/people/people_inside.h"

#include <stdio.h>

#include "base/base64.h"

#include "base/banned.h"

/* ---- what an account holds ---- */

rc factor_list(struct ctx *c, struct store *st, slice account, struct factor **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct factor *v = NULL;
	size_t n = 0, room = 0;

	TRY(STORE_QUERY(c, st, &q, STMT_SECRETS_OF, v_text(account)));
	for (;;) {
		struct factor one = { 0 };
		bool more;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY(slice_keep(c, query_text(&q, 0), &one.id));
		TRY(slice_keep(c, query_text(&q, 1), &one.kind));
		one.seq = query_int(&q, 2);
		if (!query_is_null(&q, 3))
			TRY(slice_keep(c, query_text(&q, 3), &one.label));
		one.made = query_int(&q, 5);
		one.used = query_int(&q, 6);
		one.last = query_int(&q, 7);
		one.left = slice_is(one.kind, "recovery") ? RECOVERY_CODES - __builtin_popcountll((uint64_t)one.last) : 0;
		TRY_ROOM(c, v, n, room, 4);
		v[n++] = one;
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

static rc is_privileged(struct ctx *c, struct store *st, slice account, bool *ret)
{
	struct grant *g;
	size_t n;

	*ret = false;
	TRY(people_grants(c, st, account, msec_jday(c->now), &g, &n));
	for (size_t i = 0; i < n; i++) {
		const struct role *role = role_find(g[i].role);

		*ret = *ret || (role && role->privileged);
	}
	return OK;
}

rc signin_next(struct ctx *c, struct node *n, slice account, slice how, slice was, bool mfa, const struct from_where *f,
               struct signin *ret)
{
	struct beginning b = { .account = account, .how = how, .was = was, .level = mfa ? 2 : 1 };
	struct signin in = { 0 };
	bool totp = false, passkey = false, recovery = false, privileged;
	struct factor *v;
	size_t nv;

	TRY(factor_list(c, node_store(n), account, &v, &nv));
	for (size_t i = 0; i < nv; i++) {
		totp = totp || slice_is(v[i].kind, "totp");
		passkey = passkey || slice_is(v[i].kind, "passkey");
		recovery = recovery || (slice_is(v[i].kind, "recovery") && v[i].left > 0);
	}
	TRY(is_privileged(c, node_store(n), account, &privileged));
	if (!mfa && (totp || passkey))
		b.level = 0;
	b.device = b.level == 2 || (b.level == 1 && !privileged);
	b.device = b.device && f->device.len == 0;
	TRY(session_begin(c, n, &b, &in));
	in.step = b.level == 0 ? SIGNIN_FACTOR : b.level == 1 && privileged ? SIGNIN_ENROL : SIGNIN_DONE;
	in.totp = totp;
	in.passkey = passkey;
	in.recovery = recovery;
	*ret = in;
	return OK;
}

/* ---- name and password ---- */

/* The hash to compare with: the account's, or one that nothing equals. Both are opened out of a seal. */
static rc stored_hash(struct ctx *c, struct node *n, const struct login_key *k, bool known, const struct account *a, int64_t seq,
                      slice *ret)
{
	const struct json *j;
	rc r;

	*ret = k->decoy;
	if (!known || a->state != ACCOUNT_ACTIVE || seq < 0) {
		struct login_key again;

		return login_key_open(c, n, &again);   /* the same work as below */
	}
	r = people_open_json(c, n, seq, &j);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	*ret = json_text(json_get(j, S("hash")));
	return OK;
}

static rc find_login(struct ctx *c, struct node *n, slice tag, struct account *ret, int64_t *ret_seq, bool *ret_found)
{
	AUTO_QUERY q = { 0 };

	*ret_seq = -1;
	TRY(STORE_ONE(c, node_store(n), &q, ret_found, STMT_ACCOUNT_BY_LOGIN, v_text(tag)));
	if (!*ret_found)
		return OK;
	*ret_seq = query_is_null(&q, 7) ? -1 : query_int(&q, 7);
	return account_from_row(c, &q, ret);
}

/* A call that is begun again because its hash was compared beside was let in before. */
static rc enter_once(struct ctx *c, struct node *n, const struct login_key *k, slice tag, const struct from_where *f)
{
	return c->again ? OK : lockout_enter(c, n, k, tag, f);
}

rc signin_password(struct ctx *c, struct node *n, slice login, slice password, const struct from_where *f, struct signin *ret)
{
	struct account a = { 0 };
	struct login_key k;
	bool known, right;
	slice folded, tag, hash;
	int64_t seq;

	if (login_fold(c, login, &folded) != OK)   /* no such name can be: wrong like any other */
		folded = S("?");
	fault_clear(c);
	TRY(login_key_open(c, n, &k));
	TRY(login_tag(c, &k, 'l', folded, S_NONE, &tag));
	TRY(find_login(c, n, tag, &a, &seq, &known));
	TRY(stored_hash(c, n, &k, known, &a, seq, &hash));
	TRY(enter_once(c, n, &k, tag, f));
	TRY(password_verify(c, hash, password, &right));
	if (!right || !known || slice_eq(hash, k.decoy))
		return FAIL(c, E_DENIED, "signin.wrong");
	TRY(lockout_right(c, n, &k, tag, f));
	return signin_next(c, n, a.id, S("password"), S_NONE, false, f, ret);
}

/* ---- second factor ---- */

/* The half session that waits for it; its guesses are counted for the account. */
static rc enter_factor(struct ctx *c, struct node *n, slice token, const struct from_where *f, struct login_key *k,
                       struct session_row *ret)
{
	TRY(session_find(c, n, token, ret));
	if (ret->s.token || ret->level != 0)
		return FAIL(c, E_DENIED, "people.no_session");
	TRY(login_key_open(c, n, k));
	return lockout_enter(c, n, k, ret->s.account, f);
}

static rc leave_factor(struct ctx *c, struct node *n, const struct login_key *k, const struct session_row *row, slice how,
                       slice secret, int64_t last, const struct from_where *f, struct signin *ret)
{
	const struct beginning b = { .account = row->s.account, .how = how, .was = row->s.id, .secret = secret, .last = last,
	                             .level = 2, .device = f->device.len == 0 };

	TRY(session_begin(c, n, &b, ret));
	return lockout_right(c, n, k, row->s.account, f);
}

static rc totp_key_open(struct ctx *c, struct node *n, int64_t seq, slice *ret)
{
	const struct json *j;

	TRY(people_open_json(c, n, seq, &j));
	return base32_parse(c, json_text(json_get(j, S("key"))), ret);
}

rc signin_totp(struct ctx *c, struct node *n, slice token, slice code, const struct from_where *f, struct signin *ret)
{
	struct session_row row = { 0 };
	struct login_key k;
	struct factor *v;
	size_t nv;

	TRY(enter_factor(c, n, token, f, &k, &row));
	TRY(factor_list(c, node_store(n), row.s.account, &v, &nv));
	for (size_t i = 0; i < nv; i++) {
		int64_t step;
		slice key;

		if (!slice_is(v[i].kind, "totp"))
			continue;
		TRY(totp_key_open(c, n, v[i].seq, &key));
		step = totp_step_of((const unsigned char *)key.p, key.len, c->now - c->ahead, code);
		if (step > v[i].last)   /* a code counts once: RFC 6238 section 5.2 */
			return leave_factor(c, n, &k, &row, S("totp"), v[i].id, step, f, ret);
	}
	return FAIL(c, E_DENIED, "signin.code");
}

/* Codes are typed with or without their dashes, in any case. */
rc code_hash(struct ctx *c, slice code, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	for (size_t i = 0; i < code.len && i < 100; i++) {
		char ch = code.p[i];

		if (ch >= 'a' && ch <= 'z')
			ch = (char)(ch - 'a' + 'A');
		if (ch != '-' && ch != ' ')
			buf_putc(&b, ch);
	}
	return token_hash(c, buf_slice(&b), ret);
}

rc signin_recovery(struct ctx *c, struct node *n, slice token, slice code, const struct from_where *f, struct signin *ret)
{
	struct session_row row = { 0 };
	struct login_key k;
	struct factor *v;
	slice hash;
	size_t nv;

	TRY(enter_factor(c, n, token, f, &k, &row));
	TRY(code_hash(c, code, &hash));
	TRY(factor_list(c, node_store(n), row.s.account, &v, &nv));
	for (size_t i = 0; i < nv; i++) {
		const struct json *j;
		int64_t bit = 1;

		if (!slice_is(v[i].kind, "recovery"))
			continue;
		TRY(people_open_json(c, n, v[i].seq, &j));
		for JSON_EACH(h, json_get(j, S("codes"))) {
			if (slice_eq(h->text, hash) && !(v[i].last & bit))
				return leave_factor(c, n, &k, &row, S("recovery"), v[i].id, v[i].last | bit, f, ret);
			bit <<= 1;
		}
	}
	return FAIL(c, E_DENIED, "signin.code");
}

rc signin_passkey(struct ctx *c, struct node *n, const struct site *s, slice token, const struct passkey_answer *a,
                  const struct from_where *f, struct signin *ret)
{
	struct session_row row = { 0 };
	struct login_key k;
	slice challenge, id;
	int64_t counter;

	TRY(enter_factor(c, n, token, f, &k, &row));
	TRY(challenge_take(c, n, row.s.id, &challenge));
	TRY(passkey_check(c, n, s, row.s.account, challenge, a, &id, &counter));
	return leave_factor(c, n, &k, &row, S("passkey"), id, counter, f, ret);
}

rc signin_oidc(struct ctx *c, struct node *n, slice issuer, slice subject, bool mfa, const struct from_where *f, struct signin *ret)
{
	struct login_key k;
	struct account a;
	slice tag, account;

	TRY(login_key_open(c, n, &k));
	TRY(login_tag(c, &k, 'o', issuer, subject, &tag));
	{
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SECRET_BY_TAG, v_text(tag)));
		if (!found)
			return FAIL(c, E_DENIED, "signin.not_tied");
		TRY(slice_keep(c, query_text(&q, 1), &account));
	}
	TRY(people_find(c, node_store(n), account, &a));
	if (a.state != ACCOUNT_ACTIVE)
		return FAIL(c, E_DENIED, "signin.not_tied");
	return signin_next(c, n, account, S("oidc"), S_NONE, mfa, f, ret);
}
