/* The acts of notices. */
#include "work/notice/notice.h"

#include "base/banned.h"

const char *const notice_why_words[NOTICE_WHYS] = { "step", "absent", "silent", "nobody" };
const char *const notice_state_words[NOTICE_STATES] = { "queued", "handed", "failed" };

static const struct member_spec send_members[] = {
	{ "rule", MEMBER_WORD, true, NULL },
	{ "duty_to", MEMBER_WORD, false, NULL },
	{ "step", MEMBER_WORD, true, NULL },
	{ "level", MEMBER_INT, true, NULL },
	{ "account", MEMBER_WORD, true, NULL },
	{ "instead_of", MEMBER_WORD, false, NULL },
	{ "why", MEMBER_WORD, true, NULL },
	{ 0 },
};

static const struct member_spec tried_members[] = {
	{ "tries", MEMBER_INT, true, NULL },
	{ 0 },
};

static const struct member_spec confirm_members[] = {
	{ "rule", MEMBER_WORD, true, NULL },
	{ "duty_to", MEMBER_WORD, false, NULL },
	{ 0 },
};

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static int64_t int_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static rc send_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	unsigned i;

	(void)st;
	(void)payloads;
	return said_word(c, notice_why_words, NOTICE_WHYS, word_of(e, "why"), &i);
}

static rc send_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_NOTICE_INSERT, v_int(e->seq), v_text(e->case_id), v_text(word_of(e, "rule")),
	                 v_text(word_of(e, "duty_to")), v_text(word_of(e, "step")), v_int(int_of(e, "level")),
	                 v_text(word_of(e, "account")), v_text_or_null(word_of(e, "instead_of")), v_text(word_of(e, "why")),
	                 v_int(e->at));
}

/* An outcome belongs to one notice that still waits, and the tries count on. */
static rc tried_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->ref.n != 1)
		return FAIL(c, E_INVALID, "notice.none");
	TRY(STORE_ONE(c, st, &q, &found, STMT_NOTICE_STATE, v_int(e->ref.v[0])));
	if (!found)
		return FAIL(c, E_NOTFOUND, "notice.none");
	if (!slice_is(query_text(&q, 0), "queued") || query_int(&q, 1) + 1 != int_of(e, "tries"))
		return FAIL(c, E_CONFLICT, "notice.not_waiting");
	return OK;
}

static rc handed_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_NOTICE_SET_STATE, v_int(e->ref.v[0]), v_text(S("handed")), v_int(int_of(e, "tries")), v_int(e->at));
}

static bool is_over(const struct entry *e)
{
	return e->code.n == 1 && (slice_is(e->code.v[0], NOTICE_OVER) || slice_is(e->code.v[0], NOTICE_NO_ADDRESS));
}

/* Again after 5, 10, 20 … minutes; given up after NOTICE_TRIES, or at once when no try could help. */
static rc failed_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t tries = int_of(e, "tries");
	msec wait = (msec)300000 << (tries > 0 && tries <= NOTICE_TRIES ? tries - 1 : 0);

	(void)payloads;
	return STORE_RUN(c, st, STMT_NOTICE_SET_STATE, v_int(e->ref.v[0]),
	                 v_text(tries < NOTICE_TRIES && !is_over(e) ? S("queued") : S("failed")), v_int(tries), v_int(e->at + wait));
}

static rc confirm_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	TRY(STORE_ONE(c, st, &q, &found, STMT_DUTY_GET, v_text(e->case_id), v_text(word_of(e, "rule")),
	              v_text(word_of(e, "duty_to"))));
	if (!found || !slice_is(query_text(&q, 0), "open"))
		return FAIL(c, E_CONFLICT, "duty.not_open");
	return OK;
}

static rc confirm_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_NOTICE_CONFIRM, v_text(e->case_id), v_text(word_of(e, "rule")),
	                 v_text(word_of(e, "duty_to")), v_int(e->at));
}

const struct act_kind notice_kinds[] = {
	{ "notice.send", send_members, NULL, ACT_CASE | ACT_SYSTEM, send_validate, send_project,
	  "%{account} is told of %{rule} of case %c (%{step})", "%{account} に事案 %c の %{rule} を知らせます（%{step}）" },
	{ "notice.handed", tried_members, NULL, ACT_CASE | ACT_SYSTEM, tried_validate, handed_project,
	  "the notice %r of case %c went out", "事案 %c の知らせ %r を送りました" },
	{ "notice.failed", tried_members, NULL, ACT_CASE | ACT_SYSTEM, tried_validate, failed_project,
	  "the notice %r of case %c could not be sent (%{tries})", "事案 %c の知らせ %r を送れませんでした（%{tries}回目）" },
	{ "notice.confirm", confirm_members, "handler lead chief", ACT_CASE, confirm_validate, confirm_project,
	  "%a takes on %{rule} of case %c", "%a が事案 %c の %{rule} を確認し、引き受けました" },
	{ 0 },
};

rc notice_act_confirm(struct ctx *c, const struct actor *who, const struct duty *d, struct act *ret)
{
	struct act act = { .act = S("notice.confirm"), .actor = *who, .case_id = d->case_id };
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 512);
	o = json_out_on(&b);
	jo_object(&o);
	if (d->recipient.len > 0)
		jo_kv_text(&o, "duty_to", d->recipient);
	jo_kv_text(&o, "rule", d->rule);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	*ret = act;
	return OK;
}
