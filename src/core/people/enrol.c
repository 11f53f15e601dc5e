/* What an account holds: password, TOTP, passkeys, recovery codes, ties to an identity provider. Each is sealed in its act. */
#include "core/people/people_inside.h"

#include <sodium.h>
#include <stdio.h>

#include "base/base64.h"

#include "base/banned.h"

#define TOTP_BYTES 20u   /* RFC 4226 section 4 R6 recommends 160 bits */

struct secret_new { slice kind, id, label, tag, keep, invite; int64_t last; slice sealed; };

static rc secret_act(struct ctx *c, slice account, const struct secret_new *s, struct payload *p, struct act *ret)
{
	struct act act = { .act = S("secret.set"), .actor = { .id = account, .role = S("self") }, .case_id = account, .seal = p, .nseal = 1 };
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "id", s->id);
	if (s->invite.len)
		jo_kv_text(&o, "invite", s->invite);
	if (s->keep.len)
		jo_kv_text(&o, "keep", s->keep);
	jo_kv_text(&o, "kind", s->kind);
	if (s->label.len)
		jo_kv_text(&o, "label", s->label);
	if (s->last)
		jo_kv_int(&o, "last", s->last);
	if (s->tag.len)
		jo_kv_text(&o, "tag", s->tag);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	p->bytes = s->sealed;
	*ret = act;
	return OK;
}

static rc one_text(struct ctx *c, const char *name, slice text, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, name, text);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* ---- password ---- */

static rc check_new_password(struct ctx *c, struct node *n, const char *data, slice account, slice password)
{
	struct account a;
	slice own[3];

	TRY(people_find(c, node_store(n), account, &a));
	TRY(people_names_open(c, n, NULL, &a, 1));
	own[0] = a.name;
	own[1] = a.login;
	own[2] = slice_sub(a.mail, 0, slice_find(a.mail, S("@"), 0));
	return password_check(c, data, password, own, 3);
}

static rc password_act(struct ctx *c, slice account, slice password, slice keep, slice invite, struct payload *p, struct act *ret)
{
	struct secret_new s = { .kind = S("password"), .id = S("password"), .keep = keep, .invite = invite };
	slice hash;

	TRY(password_hash(c, password, &hash));
	TRY(one_text(c, "hash", hash, &s.sealed));
	return secret_act(c, account, &s, p, ret);
}

/* The old password, checked as at signing in, but for somebody who is in. */
static rc check_old(struct ctx *c, struct node *n, const struct account *a, slice old)
{
	const struct json *j;
	AUTO_QUERY q = { 0 };
	bool found, right;
	int64_t seq;

	if (!a->has_password)
		return OK;
	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_ACCOUNT_BY_ID, v_text(a->id)));
	NEVER(!found);
	seq = query_int(&q, 7);
	query_close(&q);
	TRY(people_open_json(c, n, seq, &j));
	TRY(password_verify(c, json_text(json_get(j, S("hash"))), old, &right));
	return right ? OK : FAIL(c, E_DENIED, "signin.wrong");
}

rc password_change(struct ctx *c, struct node *n, const char *data, const struct who *w, slice old, slice password)
{
	const struct from_where here = { .source = w->session };
	struct payload p = { 0 };
	struct login_key k;
	struct account a;
	struct act act;
	int64_t seq;

	if (w->token)
		return FAIL(c, E_DENIED, "people.scope");
	TRY(people_find(c, node_store(n), w->account, &a));
	TRY(login_key_open(c, n, &k));
	TRY(lockout_enter(c, n, &k, w->account, &here));
	TRY(check_old(c, n, &a, old));
	TRY(lockout_right(c, n, &k, w->account, &here));
	TRY(check_new_password(c, n, data, w->account, password));
	TRY(password_act(c, w->account, password, w->session, S_NONE, &p, &act));
	return node_append(c, n, &act, &seq);
}

rc signin_invited(struct ctx *c, struct node *n, const char *data, slice code, slice password, const struct from_where *f,
                  struct signin *ret)
{
	struct payload p = { 0 };
	struct login_key k;
	slice hash, account;
	struct act act;
	int64_t seq;

	TRY(code_hash(c, code, &hash));
	TRY(login_key_open(c, n, &k));
	TRY(lockout_enter(c, n, &k, S("invitation"), f));
	{
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_ACCOUNT_BY_INVITE, v_text(hash)));
		if (!found || query_int(&q, 8) < c->now)
			return FAIL(c, E_DENIED, "invite.wrong");
		TRY(slice_keep(c, query_text(&q, 0), &account));
	}
	TRY(lockout_right(c, n, &k, S("invitation"), f));
	TRY(check_new_password(c, n, data, account, password));
	TRY(password_act(c, account, password, S_NONE, hash, &p, &act));
	TRY(node_append(c, n, &act, &seq));
	return signin_next(c, n, account, S("invite"), S_NONE, false, f, ret);
}

/* ---- second factors ---- */

/* Who may add one: somebody who is in, and with a factor already when there is one. */
static rc may_add(struct ctx *c, struct node *n, slice token, struct session_row *ret)
{
	struct account a;

	TRY(session_find(c, n, token, ret));
	if (ret->s.token || ret->level == 0)
		return FAIL(c, E_DENIED, "people.no_session");
	TRY(people_find(c, node_store(n), ret->s.account, &a));
	return a.factors > 0 && ret->level < 2 ? FAIL(c, E_DENIED, "people.need_factor") : OK;
}

/* The factor and the session that has it, in one transaction; the old session's token is worth nothing any more. */
static rc add_factor(struct ctx *c, struct node *n, const struct session_row *row, const struct secret_new *s, struct signin *ret)
{
	const struct beginning b = { .account = row->s.account, .how = s->kind, .was = row->s.id, .level = 2, .device = true };
	struct payload p = { 0 };
	struct signin in = { 0 };
	struct act acts[2];
	int64_t first;

	TRY(secret_act(c, row->s.account, s, &p, &acts[0]));
	TRY(session_begin_act(c, &b, &in, &acts[1]));
	TRY(node_append_all(c, n, acts, 2, &first));
	*ret = in;
	return OK;
}

static void put_percent(struct buf *b, slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '.' || ch == '_')
			buf_putc(b, ch);
		else
			buf_putf(b, "%%%02X", (unsigned char)ch);
	}
}

rc totp_begin(struct ctx *c, slice *ret_secret)
{
	unsigned char raw[TOTP_BYTES];
	struct buf b;

	randombytes_buf(raw, sizeof raw);
	buf_init(&b, c->a, 64);
	base32_put(&b, (slice){ (const char *)raw, sizeof raw });
	sodium_memzero(raw, sizeof raw);
	return buf_keep(c, &b, ret_secret);
}

rc totp_uri(struct ctx *c, struct node *n, const struct who *w, slice secret, slice *ret_uri)
{
	slice issuer = node_name(n);
	struct account a;
	struct buf b;

	TRY(people_find(c, node_store(n), w->account, &a));
	TRY(people_names_open(c, n, NULL, &a, 1));
	buf_init(&b, c->a, 4096);
	buf_putz(&b, "otpauth://totp/");
	put_percent(&b, issuer);
	buf_putz(&b, ":");
	put_percent(&b, a.login);
	buf_putz(&b, "?secret=");
	put_percent(&b, secret);
	buf_putz(&b, "&issuer=");
	put_percent(&b, issuer);
	return buf_keep(c, &b, ret_uri);
}

rc totp_confirm(struct ctx *c, struct node *n, slice token, slice secret, slice code, struct signin *ret)
{
	struct secret_new s = { .kind = S("totp") };
	struct session_row row = { 0 };
	slice key;

	TRY(may_add(c, n, token, &row));
	TRY(base32_parse(c, secret, &key));
	if (key.len != TOTP_BYTES)
		return FAIL(c, E_INVALID, "people.base32");
	s.last = totp_step_of((const unsigned char *)key.p, key.len, c->now - c->ahead, code);
	if (s.last < 0)
		return FAIL(c, E_INVALID, "signin.code");
	TRY(id_new(c, "f", &s.id));
	TRY(one_text(c, "key", secret, &s.sealed));
	return add_factor(c, n, &row, &s, ret);
}

rc passkey_add(struct ctx *c, struct node *n, const struct site *site, slice token, slice label, const struct passkey_made *m,
               struct signin *ret)
{
	struct secret_new s = { .kind = S("passkey"), .label = label };
	struct session_row row = { 0 };
	slice challenge;

	if (label.len && !word_is_valid(label))
		return FAIL(c, E_INVALID, "people.label");
	TRY(may_add(c, n, token, &row));
	TRY(challenge_take(c, n, row.s.id, &challenge));
	TRY(passkey_read_new(c, site, challenge, m, &s.sealed, &s.tag, &s.last));
	TRY(id_new(c, "f", &s.id));
	return add_factor(c, n, &row, &s, ret);
}

rc recovery_make(struct ctx *c, struct node *n, const struct who *w, slice **ret, size_t *ret_n)
{
	struct secret_new s = { .kind = S("recovery") };
	struct payload p = { 0 };
	struct json_out o;
	struct act act;
	struct buf b;
	slice *codes;
	int64_t seq;

	if (!w->factor || w->token)
		return FAIL(c, E_DENIED, "people.need_factor");
	TRY_ARRAY(c, codes, RECOVERY_CODES);
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("codes"));
	jo_array(&o);
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		slice hash;

		TRY(code_new(c, &codes[i]));
		TRY(code_hash(c, codes[i], &hash));
		jo_text(&o, hash);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &s.sealed));
	TRY(id_new(c, "f", &s.id));
	TRY(secret_act(c, w->account, &s, &p, &act));
	TRY(node_append(c, n, &act, &seq));
	*ret = codes;
	*ret_n = RECOVERY_CODES;
	return OK;
}

rc oidc_tie(struct ctx *c, struct node *n, slice token, slice issuer, slice subject, struct signin *ret)
{
	struct secret_new s = { .kind = S("oidc") };
	struct session_row row = { 0 };
	struct login_key k;

	TRY(may_add(c, n, token, &row));
	TRY(login_key_open(c, n, &k));
	TRY(login_tag(c, &k, 'o', issuer, subject, &s.tag));
	TRY(one_text(c, "issuer", issuer, &s.sealed));
	TRY(id_new(c, "f", &s.id));
	{
		struct beginning b = { .account = row.s.account, .how = row.s.how, .was = row.s.id, .level = row.level };
		struct payload p = { 0 };
		struct act acts[2];
		int64_t first;

		TRY(secret_act(c, row.s.account, &s, &p, &acts[0]));
		TRY(session_begin_act(c, &b, ret, &acts[1]));
		return node_append_all(c, n, acts, 2, &first);
	}
}

rc factor_drop(struct ctx *c, struct node *n, const struct actor *by, slice account, slice id)
{
	struct act act = { .act = S("secret.drop"), .actor = *by, .case_id = account };
	int64_t seq;

	TRY(one_text(c, "id", id, &act.members));
	return node_append(c, n, &act, &seq);
}
