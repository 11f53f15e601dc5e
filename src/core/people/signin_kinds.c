/* The acts of signing in: secrets and second factors, sessions, tokens. */
#include "core/people/people_inside.h"

#include "base/banned.h"

/* ---- secrets ---- */

static const struct member_spec secret_members[] = {
	{ "kind", MEMBER_WORD, true, NULL }, { "id", MEMBER_WORD, true, NULL }, { "label", MEMBER_WORD, false, NULL },
	{ "tag", MEMBER_WORD, false, NULL }, { "last", MEMBER_INT, false, NULL }, { "keep", MEMBER_WORD, false, NULL },
	{ "invite", MEMBER_WORD, false, NULL }, { 0 },
};
static const struct member_spec drop_members[] = { { "id", MEMBER_WORD, true, NULL }, { 0 } };

static rc secret_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice kind = entry_word(e, "kind"), invite = entry_word(e, "invite"), tag = entry_word(e, "tag");
	struct account a;

	(void)payloads;
	TRY(people_need_account(c, st, e->case_id, &a));
	TRY(people_need_payload(c, e));
	if (a.state == ACCOUNT_SUSPENDED)
		return FAIL(c, E_DENIED, "people.not_active");
	if (!slice_is(kind, "password") && !slice_is(kind, "totp") && !slice_is(kind, "passkey") &&
	    !slice_is(kind, "recovery") && !slice_is(kind, "oidc"))
		return FAIL(c, E_INVALID, "people.secret_kind");
	if (invite.len || a.state == ACCOUNT_INVITED) {   /* a code opens the door once, and only for its own account */
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_ACCOUNT_BY_INVITE, v_text(invite)));
		if (!found || !slice_eq(query_text(&q, 0), e->case_id) || query_int(&q, 8) < e->at)
			return FAIL(c, E_DENIED, "invite.wrong");
	}
	if (tag.len) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_SECRET_BY_TAG, v_text(tag)));
		if (found)
			return FAIL(c, E_CONFLICT, "people.secret_taken");
	}
	return OK;
}

static rc secret_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice kind = entry_word(e, "kind");
	bool active;

	(void)payloads;
	if (!slice_is(kind, "password")) {
		if (slice_is(kind, "recovery"))
			TRY(STORE_RUN(c, st, STMT_SECRET_DROP_KIND, v_text(e->case_id), v_text(kind)));
		return STORE_RUN(c, st, STMT_SECRET_PUT, v_text(entry_word(e, "id")), v_text(e->case_id), v_text(kind), v_int(e->seq),
		                 v_text_or_null(entry_word(e, "label")), v_text_or_null(entry_word(e, "tag")), v_int(e->at),
		                 v_int(entry_int(e, "last", 0)));
	}
	TRY(STORE_RUN(c, st, STMT_ACCOUNT_SET_PASSWORD, v_text(e->case_id), v_int(e->seq), v_int(e->at)));
	active = entry_word(e, "invite").len > 0;
	if (active)
		TRY(STORE_RUN(c, st, STMT_ACCOUNT_SET_STATE, v_text(e->case_id), v_text(S("active")), v_int(e->at)));
	TRY(STORE_RUN(c, st, STMT_SESSION_DROP_SIGNED, v_text(e->case_id), v_text(entry_word(e, "keep"))));
	return STORE_RUN(c, st, STMT_DEVICE_DROP_ALL, v_text(e->case_id));
}

static rc drop_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	TRY(STORE_ONE(c, st, &q, &found, STMT_SECRET_GET, v_text(entry_word(e, "id"))));
	return found && slice_eq(query_text(&q, 0), e->case_id) ? OK : FAIL(c, E_NOTFOUND, "people.no_secret");
}

/* Where a factor was taken away, what was signed in with it ends too. */
static rc drop_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_SECRET_DROP, v_text(entry_word(e, "id")), v_text(e->case_id)));
	return slice_is(e->actor.role, "self") ? OK : people_end_all(c, st, e->case_id);
}

/* ---- sessions and tokens ---- */

static const struct member_spec session_members[] = {
	{ "session", MEMBER_WORD, true, NULL }, { "hash", MEMBER_WORD, true, NULL }, { "level", MEMBER_INT, true, NULL },
	{ "until", MEMBER_INT, true, NULL }, { "how", MEMBER_WORD, true, NULL }, { "secret", MEMBER_WORD, false, NULL },
	{ "last", MEMBER_INT, false, NULL }, { "was", MEMBER_WORD, false, NULL }, { "device", MEMBER_WORD, false, NULL },
	{ "device_until", MEMBER_INT, false, NULL }, { 0 },
};
static const struct member_spec end_members[] = {
	{ "session", MEMBER_WORD, true, NULL }, { 0 },
};
static const struct member_spec token_members[] = {
	{ "session", MEMBER_WORD, true, NULL }, { "hash", MEMBER_WORD, true, NULL }, { "until", MEMBER_INT, true, NULL },
	{ "label", MEMBER_WORD, true, NULL }, { "scopes", MEMBER_WORDS, true, NULL }, { 0 },
};

/* A code, a counter or a recovery code counts once, also when two come in at the same moment. */
static rc factor_is_new(struct ctx *c, struct store *st, const struct entry *e, slice id)
{
	int64_t last = entry_int(e, "last", 0), before;
	AUTO_QUERY q = { 0 };
	slice kind;
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_SECRET_GET, v_text(id)));
	if (!found || !slice_eq(query_text(&q, 0), e->case_id))
		return FAIL(c, E_DENIED, "signin.code");
	kind = query_text(&q, 1);
	before = query_int(&q, 6);
	if (slice_is(kind, "totp"))
		return last > before ? OK : FAIL(c, E_DENIED, "signin.code");
	if (slice_is(kind, "passkey"))   /* WebAuthn Level 2 section 7.2 step 21; both 0: it does not count */
		return last > before || (last == 0 && before == 0) ? OK : FAIL(c, E_DENIED, "signin.cloned");
	if (slice_is(kind, "recovery"))
		return (last & ~before) && (last & before) == before ? OK : FAIL(c, E_DENIED, "signin.code");
	return OK;
}

static rc session_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice secret = entry_word(e, "secret"), was = entry_word(e, "was");
	int64_t until = entry_int(e, "until", 0);
	struct account a;

	(void)payloads;
	TRY(people_find(c, st, e->case_id, &a));
	if (a.state != ACCOUNT_ACTIVE)
		return FAIL(c, E_DENIED, "people.not_active");
	if (until <= e->at || until > e->at + SESSION_MOST)
		return FAIL(c, E_INVALID, "token.until");
	if (was.len) {   /* it may have been revoked a moment ago */
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_SESSION_BY_ID, v_text(was)));
		if (!found || !slice_eq(query_text(&q, 1), e->case_id))
			return FAIL(c, E_DENIED, "people.no_session");
	}
	return secret.len ? factor_is_new(c, st, e, secret) : OK;
}

static rc session_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice secret = entry_word(e, "secret"), was = entry_word(e, "was"), device = entry_word(e, "device");
	int64_t level = entry_int(e, "level", 0);

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_SESSION_DROP_LATE, v_text(e->case_id), v_int(e->at)));
	if (was.len)
		TRY(STORE_RUN(c, st, STMT_SESSION_DROP, v_text(was)));
	TRY(STORE_RUN(c, st, STMT_SESSION_PUT, v_text(entry_word(e, "session")), v_text(e->case_id), v_text(entry_word(e, "hash")),
	              v_int(0), v_int(level), v_text(entry_word(e, "how")), v_int(e->at), v_int(entry_int(e, "until", 0)), v_null(),
	              v_text(S_NONE)));
	if (secret.len)
		TRY(STORE_RUN(c, st, STMT_SECRET_USED, v_text(secret), v_int(e->at), v_int(entry_int(e, "last", 0))));
	if (device.len)
		TRY(STORE_RUN(c, st, STMT_DEVICE_PUT, v_text(device), v_text(e->case_id), v_int(entry_int(e, "device_until", 0))));
	return level > 0 ? STORE_RUN(c, st, STMT_ACCOUNT_SET_IN, v_text(e->case_id), v_int(e->at)) : OK;
}

static rc end_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	TRY(STORE_ONE(c, st, &q, &found, STMT_SESSION_BY_ID, v_text(entry_word(e, "session"))));
	return found && slice_eq(query_text(&q, 1), e->case_id) ? OK : FAIL(c, E_NOTFOUND, "people.no_session");
}

static rc end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SESSION_DROP, v_text(entry_word(e, "session")));
}

static rc token_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *scopes = json_get(e->json, S("scopes"));
	int64_t until = entry_int(e, "until", 0);
	struct account a;

	(void)payloads;
	TRY(people_find(c, st, e->case_id, &a));
	if (a.state != ACCOUNT_ACTIVE)
		return FAIL(c, E_DENIED, "people.not_active");
	if (scopes->count == 0)
		return FAIL(c, E_INVALID, "token.scope");
	return until > e->at && until <= e->at + 366 * DAY_MSEC ? OK : FAIL(c, E_INVALID, "token.until");
}

static rc token_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct buf b;
	slice scopes;

	(void)payloads;
	buf_init(&b, c->a, ENTRY_MOST);
	for JSON_EACH(v, json_get(e->json, S("scopes"))) {
		if (b.len)
			buf_putc(&b, ' ');
		buf_put(&b, v->text);
	}
	TRY(buf_done(c, &b, &scopes));
	return STORE_RUN(c, st, STMT_SESSION_PUT, v_text(entry_word(e, "session")), v_text(e->case_id), v_text(entry_word(e, "hash")),
	                 v_int(1), v_int(2), v_text(S("token")), v_int(e->at), v_int(entry_int(e, "until", 0)),
	                 v_text(entry_word(e, "label")), v_text(scopes));
}

static const struct member_spec refused_members[] = { { "n", MEMBER_INT, true, NULL }, { 0 } };

const struct act_kind signin_kinds[] = {
	{ "secret.set", secret_members, "self", ACT_CASE, secret_validate, secret_project,
	  "%a set a secret (%{kind})", "%a が認証の情報（%{kind}）を登録しました" },
	{ "secret.drop", drop_members, "self admin", ACT_CASE, drop_validate, drop_project,
	  "%a removed the second factor %{id} of account %c", "%a がアカウント %c の認証要素 %{id} を外しました" },
	{ "session.begin", session_members, "self", ACT_CASE, session_validate, session_project,
	  "%a signed in (%{how})", "%a がサインインしました（%{how}）" },
	{ "session.end", end_members, "self admin", ACT_CASE, end_validate, end_project,
	  "%a ended session %{session} of account %c", "%a がアカウント %c のセッション %{session} を終えました" },
	{ "signin.refused", refused_members, NULL, ACT_SYSTEM, NULL, NULL,
	  "signing in was refused %{n} times: %c", "サインインを %{n} 回断りました: %c" },
	{ "token.add", token_members, "self admin", ACT_CASE, token_validate, token_project,
	  "%a made the token %{session} (%{label}) for account %c", "%a がアカウント %c のトークン %{session}（%{label}）を作りました" },
	{ 0 },
};
