/* Sessions and tokens: 256 random bits that only the browser or program has; the node keeps their hash. */
#include "core/people/people_inside.h"

#include <sodium.h>

#include "base/base64.h"

#include "base/banned.h"

#define SEEN_EVERY ((msec)60000)
#define SECRET_BYTES 32u

rc token_random(struct ctx *c, slice *ret_text)
{
	unsigned char raw[SECRET_BYTES];
	struct buf b;

	if (sodium_init() < 0)
		return FAIL(c, E_BUG, "bug");
	randombytes_buf(raw, sizeof raw);
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)raw, sizeof raw });
	sodium_memzero(raw, sizeof raw);
	return buf_keep(c, &b, ret_text);
}

rc token_hash(struct ctx *c, slice text, slice *ret_hash)
{
	unsigned char sum[32];
	struct buf b;

	(void)crypto_generichash(sum, sizeof sum, (const unsigned char *)text.p, text.len, NULL, 0);
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)sum, sizeof sum });
	return buf_keep(c, &b, ret_hash);
}

/* "s-abc….<secret>" */
static rc token_new(struct ctx *c, const char *prefix, slice *ret_id, slice *ret_token)
{
	slice id, secret;
	struct buf b;

	TRY(id_new(c, prefix, &id));
	TRY(token_random(c, &secret));
	buf_init(&b, c->a, 128);
	buf_put(&b, id);
	buf_putc(&b, '.');
	buf_put(&b, secret);
	*ret_id = id;
	return buf_keep(c, &b, ret_token);
}

/* ---- rows ---- */

static rc from_row(struct ctx *c, const struct query *q, struct session_row *ret)
{
	struct session s = { .token = query_int(q, 2) != 0, .begun = query_int(q, 5), .until = query_int(q, 6) };
	slice scopes, one, *v;

	ret->level = query_int(q, 3);
	TRY(slice_keep(c, query_text(q, 0), &s.id));
	TRY(slice_keep(c, query_text(q, 1), &s.account));
	TRY(slice_keep(c, query_text(q, 4), &s.how));
	if (!query_is_null(q, 7))
		TRY(slice_keep(c, query_text(q, 7), &s.label));
	TRY(slice_keep(c, query_text(q, 8), &scopes));
	TRY_ARRAY(c, v, scopes.len / 2 + 1);
	s.scopes = v;
	while (slice_next(&scopes, ' ', &one))
		v[s.nscopes++] = one;
	s.seen = s.begun;
	ret->s = s;
	return OK;
}

static rc read_seen(struct ctx *c, struct store *st, struct session *s)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_SESSION_SEEN_GET, v_text(s->id)));
	if (found && query_int(&q, 0) > s->seen)
		s->seen = query_int(&q, 0);
	return OK;
}

static bool is_over(const struct ctx *c, const struct session *s)
{
	return s->until <= c->now || (!s->token && c->now - s->seen > SESSION_IDLE);
}

rc session_find(struct ctx *c, struct node *n, slice token, struct session_row *ret)
{
	struct account a;
	slice hash;
	bool found;

	if (token.len > 200)
		return FAIL(c, E_DENIED, "people.no_session");
	TRY(token_hash(c, token, &hash));
	{
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SESSION_BY_HASH, v_text(hash)));
		if (!found)
			return FAIL(c, E_DENIED, "people.no_session");
		TRY(from_row(c, &q, ret));
	}
	TRY(read_seen(c, node_store(n), &ret->s));
	if (is_over(c, &ret->s))
		return FAIL(c, E_DENIED, "people.no_session");
	TRY(people_find(c, node_store(n), ret->s.account, &a));
	return a.state == ACCOUNT_ACTIVE ? OK : FAIL(c, E_DENIED, "people.no_session");
}

static rc move_seen(struct ctx *c, struct store *st, const struct session *s)
{
	rc r;

	if (s->token || c->now - s->seen < SEEN_EVERY)
		return OK;
	TRY(store_begin_light(c, st));
	r = STORE_RUN(c, st, STMT_SESSION_SEEN_SET, v_text(s->id), v_int(c->now));
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}

static rc put_csrf(struct ctx *c, slice token, struct who *w)
{
	unsigned char sum[32];
	crypto_generichash_state s;
	struct buf b;

	(void)crypto_generichash_init(&s, NULL, 0, sizeof sum);
	(void)crypto_generichash_update(&s, (const unsigned char *)"renkei/csrf/v1\n", 15);
	(void)crypto_generichash_update(&s, (const unsigned char *)token.p, token.len);
	(void)crypto_generichash_final(&s, sum, sizeof sum);
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)sum, sizeof sum });
	NEVER(b.len != sizeof w->csrf - 1);
	memcpy(w->csrf, b.p, b.len);
	return OK;
}

static rc must_enrol(struct ctx *c, struct store *st, const struct session_row *row, struct who *w)
{
	struct account a;

	for (size_t i = 0; i < w->ngrants; i++) {
		const struct role *role = role_find(w->grants[i].role);

		w->must_enrol = w->must_enrol || (role && role->privileged);
	}
	if (row->level == 2)
		w->must_enrol = false;
	if (!w->must_enrol)
		return OK;
	TRY(people_find(c, st, w->account, &a));
	w->must_enrol = a.factors == 0;
	return OK;
}

rc people_session(struct ctx *c, struct node *n, slice token, struct who *ret)
{
	struct session_row row = { 0 };
	struct who w = { 0 };
	struct grant *grants;

	TRY(session_find(c, n, token, &row));
	if (row.level == 0)
		return FAIL(c, E_DENIED, "people.no_session");
	TRY(move_seen(c, node_store(n), &row.s));
	TRY(people_grants(c, node_store(n), row.s.account, msec_jday(c->now), &grants, &w.ngrants));
	w.account = row.s.account;
	w.session = row.s.id;
	w.token = row.s.token;
	w.factor = row.level == 2;
	w.grants = grants;
	w.scopes = row.s.scopes;
	w.nscopes = row.s.nscopes;
	TRY(must_enrol(c, node_store(n), &row, &w));
	TRY(put_csrf(c, token, &w));
	*ret = w;
	return OK;
}

/* ---- beginning and ending ---- */

static rc device_new(struct ctx *c, struct json_out *o, slice *ret_device)
{
	slice id, hash;

	TRY(token_new(c, "d", &id, ret_device));
	TRY(token_hash(c, *ret_device, &hash));
	jo_kv_text(o, "device", hash);
	jo_kv_int(o, "device_until", c->now + DEVICE_MOST);
	return OK;
}

rc session_begin_act(struct ctx *c, const struct beginning *g, struct signin *ret, struct act *ret_act)
{
	struct act act = { .act = S("session.begin"), .actor = { .id = g->account, .role = S("self") }, .case_id = g->account };
	struct signin in = { .account = g->account, .until = c->now + (g->level == 0 ? HALF_MOST : SESSION_MOST) };
	struct json_out o;
	struct buf b;
	slice id, hash;

	TRY(token_new(c, "s", &id, &in.token));
	TRY(token_hash(c, in.token, &hash));
	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	if (g->device)
		TRY(device_new(c, &o, &in.device));
	jo_kv_text(&o, "hash", hash);
	jo_kv_text(&o, "how", g->how);
	if (g->secret.len)
		jo_kv_int(&o, "last", g->last);
	jo_kv_int(&o, "level", g->level);
	if (g->secret.len)
		jo_kv_text(&o, "secret", g->secret);
	jo_kv_text(&o, "session", id);
	jo_kv_int(&o, "until", in.until);
	if (g->was.len)
		jo_kv_text(&o, "was", g->was);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	*ret = in;
	*ret_act = act;
	return OK;
}

rc session_begin(struct ctx *c, struct node *n, const struct beginning *g, struct signin *ret)
{
	struct act act;
	int64_t seq;

	TRY(session_begin_act(c, g, ret, &act));
	return node_append(c, n, &act, &seq);
}

static rc end_one(struct ctx *c, struct node *n, const struct actor *by, slice account, slice id)
{
	struct act act = { .act = S("session.end"), .actor = *by, .case_id = account };
	struct json_out o;
	struct buf b;
	int64_t seq;

	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "session", id);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	return node_append(c, n, &act, &seq);
}

rc session_end(struct ctx *c, struct node *n, slice token)
{
	struct session_row row = { 0 };

	TRY(session_find(c, n, token, &row));
	return end_one(c, n, &(struct actor){ .id = row.s.account, .role = S("self") }, row.s.account, row.s.id);
}

rc session_revoke(struct ctx *c, struct node *n, const struct actor *by, slice id)
{
	struct session_row row = { 0 };
	bool found;
	{
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SESSION_BY_ID, v_text(id)));
		if (found)
			TRY(from_row(c, &q, &row));
	}
	/* to somebody who may not end it, a session of others does not exist */
	if (!found || (slice_is(by->role, "self") && !slice_eq(row.s.account, by->id)))
		return FAIL(c, E_NOTFOUND, "people.no_session");
	return end_one(c, n, by, row.s.account, id);
}

/* ---- lists ---- */

static rc read_page(struct ctx *c, struct query *q, struct session **v, size_t *n, size_t *room, size_t *ret_rows)
{
	for (*ret_rows = 0;; (*ret_rows)++) {
		struct session_row row = { 0 };
		bool more;

		TRY(query_next(c, q, &more));
		if (!more)
			return OK;
		TRY(from_row(c, q, &row));
		TRY_ROOM(c, *v, *n, *room, 16);
		(*v)[(*n)++] = row.s;
	}
}

rc session_list(struct ctx *c, struct node *n, slice account, struct session **ret, size_t *ret_n)
{
	struct session *v = NULL;
	size_t count = 0, room = 0, rows, open = 0;

	do {
		AUTO_QUERY q = { 0 };

		if (account.len)
			TRY(STORE_QUERY(c, node_store(n), &q, STMT_SESSIONS_OF, v_text(account)));
		else
			TRY(STORE_QUERY(c, node_store(n), &q, STMT_SESSION_PAGE, v_text(count ? v[count - 1].id : S_NONE)));
		TRY(read_page(c, &q, &v, &count, &room, &rows));
	} while (account.len == 0 && rows == 512);
	for (size_t i = 0; i < count; i++) {
		TRY(read_seen(c, node_store(n), &v[i]));
		if (!is_over(c, &v[i]))
			v[open++] = v[i];
	}
	*ret = v;
	*ret_n = open;
	return OK;
}

/* ---- tokens for programs ---- */

rc token_add(struct ctx *c, struct node *n, const struct actor *by, slice account, slice label, const slice *scopes,
             size_t nscopes, msec until, slice *ret_token)
{
	struct act act = { .act = S("token.add"), .actor = *by, .case_id = account };
	struct json_out o;
	slice id, hash, token;
	struct buf b;
	int64_t seq;

	if (nscopes == 0 || nscopes > 64)
		return FAIL(c, E_INVALID, "token.scope");
	for (size_t i = 0; i < nscopes; i++)
		if (!word_is_valid(scopes[i]))
			return FAIL(c, E_INVALID, "token.scope");
	TRY(token_new(c, "t", &id, &token));
	TRY(token_hash(c, token, &hash));
	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "hash", hash);
	jo_kv_text(&o, "label", label);
	jo_key(&o, S("scopes"));
	jo_array(&o);
	for (size_t i = 0; i < nscopes; i++)
		jo_text(&o, scopes[i]);
	jo_end_array(&o);
	jo_kv_text(&o, "session", id);
	jo_kv_int(&o, "until", until);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	TRY(node_append(c, n, &act, &seq));
	*ret_token = token;
	return OK;
}
