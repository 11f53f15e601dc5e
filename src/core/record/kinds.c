/* The acts of the record itself. */
#include "core/record/node_inside.h"

#include "base/banned.h"

/* A dispute, an inquiry or an audit wants it kept. */
static rc no_hold(struct ctx *c, struct store *st, slice case_id)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_HOLD_OF_CASE, v_text(case_id)));
	return found ? FAIL(c, E_CONFLICT, "disposal.hold") : OK;
}

static rc project_step(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_CLOCK_STEP_INSERT, v_int(e->seq));
}

static rc project_hold(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_HOLD_INSERT, v_int(e->seq), v_text(e->case_id));
}

static rc lift_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found = false;

	(void)payloads;
	if (e->ref.n == 1)
		TRY(STORE_ONE(c, st, &q, &found, STMT_HOLD_GET, v_int(e->ref.v[0]), v_text(e->case_id)));
	return found ? OK : FAIL(c, E_NOTFOUND, "disposal.no_hold");
}

static rc project_lift(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_HOLD_LIFT, v_int(e->ref.n ? e->ref.v[0] : -1), v_text(e->case_id), v_int(e->seq));
}

static rc is_gone(struct ctx *c, struct store *st, slice key, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, st, &q, ret, STMT_ERASED_GET, v_text(key));
}

static rc propose_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->keys.n == 0)
		return FAIL(c, E_INVALID, "entry.missing");
	for (size_t i = 0; i < e->keys.n; i++) {
		slice unit = slice_sub(e->keys.v[i], 2, e->keys.v[i].len);
		bool gone;

		if (!slice_starts(e->keys.v[i], S("k-")) || !slice_starts(unit, e->case_id) ||
		    (unit.len > e->case_id.len && unit.p[e->case_id.len] != '.'))
			return FAIL(c, E_INVALID, "act.unit");
		TRY(is_gone(c, st, e->keys.v[i], &gone));
		if (gone)
			return FAIL(c, E_CONFLICT, "disposal.gone");
	}
	return no_hold(c, st, e->case_id);
}

static rc project_propose(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_DISPOSAL_INSERT, v_int(e->seq), v_text(e->case_id)));
	for (size_t i = 0; i < e->keys.n; i++)
		TRY(STORE_RUN(c, st, STMT_DISPOSAL_KEY_INSERT, v_int(e->seq), v_text(e->keys.v[i])));
	return OK;
}

/* The order is for exactly what was proposed, on the same case, and once. */
static rc check_proposal(struct ctx *c, struct store *st, const struct entry *e, int64_t proposal)
{
	AUTO_QUERY q = { 0 };
	AUTO_QUERY count = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_DISPOSAL_GET, v_int(proposal)));
	if (!found || !slice_eq(query_text(&q, 0), e->case_id))
		return FAIL(c, E_NOTFOUND, "disposal.none");
	if (!query_is_null(&q, 1))
		return FAIL(c, E_CONFLICT, "disposal.ordered");
	TRY(STORE_ONE(c, st, &count, &found, STMT_DISPOSAL_KEY_COUNT, v_int(proposal)));
	if (!found || query_int(&count, 0) != (int64_t)e->keys.n)
		return FAIL(c, E_INVALID, "disposal.keys");
	for (size_t i = 0; i < e->keys.n; i++) {
		AUTO_QUERY one = { 0 };

		TRY(STORE_ONE(c, st, &one, &found, STMT_DISPOSAL_KEY_GET, v_int(proposal), v_text(e->keys.v[i])));
		if (!found)
			return FAIL(c, E_INVALID, "disposal.keys");
	}
	return OK;
}

static rc order_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->keys.n == 0 || e->ref.n == 0)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(no_hold(c, st, e->case_id));
	return check_proposal(c, st, e, e->ref.v[0]);
}

static rc project_order(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->ref.n)
		TRY(STORE_RUN(c, st, STMT_DISPOSAL_SET_ORDERED, v_int(e->ref.v[0]), v_int(e->seq)));
	for (size_t i = 0; i < e->keys.n; i++)
		TRY(STORE_RUN(c, st, STMT_ERASED_ORDER, v_text(e->keys.v[i]), v_int(e->seq)));
	return OK;
}

static rc project_done(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->ref.n)
		TRY(STORE_RUN(c, st, STMT_DISPOSAL_SET_DONE, v_int(e->ref.v[0]), v_int(e->seq)));
	for (size_t i = 0; i < e->keys.n; i++)   /* after a restore the order may be lost */
		TRY(STORE_RUN(c, st, STMT_ERASED_ORDER, v_text(e->keys.v[i]), v_int(e->seq)));
	for (size_t i = 0; i < e->keys.n; i++)
		TRY(STORE_RUN(c, st, STMT_ERASED_DONE, v_text(e->keys.v[i]), v_int(e->seq)));
	return OK;
}

static rc need_keys(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)st;
	(void)payloads;
	return e->keys.n > 0 ? OK : FAIL(c, E_INVALID, "entry.missing");
}

static rc first_only(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)st;
	(void)payloads;
	return e->seq == 0 ? OK : FAIL(c, E_CONFLICT, "record.open_twice");
}

static const struct member_spec m_open[] = {
	{ "origin", MEMBER_WORD, true, NULL }, { "exercise", MEMBER_BOOL, false, NULL }, { 0 },
};
static const struct member_spec m_step[] = { { "was", MEMBER_INT, true, NULL }, { 0 } };
static const struct member_spec m_done[] = { { "epoch", MEMBER_INTS, true, NULL }, { 0 } };
static const struct member_spec m_import[] = {
	{ "filled", MEMBER_INT, false, NULL },
	{ "kept", MEMBER_INT, true, NULL }, { "lost", MEMBER_INT, true, NULL }, { "origin", MEMBER_WORD, true, NULL },
	{ "was", MEMBER_WORD, true, NULL }, { 0 },
};
static const struct member_spec m_roll[] = { { "key", MEMBER_WORD, true, NULL }, { "was", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec m_propose[] = { { "rule", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec m_gap[] = {
	{ "from", MEMBER_INT, true, NULL }, { "since", MEMBER_INT, true, NULL }, { "upto", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec m_keys[] = { { "auditor_key", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec m_export[] = {
	{ "from", MEMBER_INT, true, NULL }, { "upto", MEMBER_INT, true, NULL }, { 0 },
};

const struct act_kind record_kinds[] = {
	{ "log.open", m_open, NULL, ACT_SYSTEM, first_only, NULL,
	  "The record %{origin} was opened.", "記録 %{origin} を開始しました。" },
	{ "clock.step", m_step, NULL, ACT_SYSTEM, NULL, project_step,
	  "The clock was set back.", "時計が戻されました。" },
	{ "item.view", NULL, NULL, 0, NULL, NULL,
	  "%a looked at the sealed content of %r.", "%a が %r の封印された内容を閲覧しました。" },
	{ "approve", NULL, NULL, 0, NULL, NULL, "%a approved %r.", "%a が %r を承認しました。" },
	{ "hold.set", NULL, "chief lead auditor", ACT_CASE, NULL, project_hold,
	  "%a put case %c on hold: nothing of it may be disposed of.", "%a が事案 %c の廃棄を止めました。" },
	{ "hold.lift", NULL, "chief lead auditor", ACT_CASE, lift_validate, project_lift,
	  "%a lifted the hold %r on case %c.", "%a が事案 %c の廃棄の停止 %r を解きました。" },
	{ "erase.propose", m_propose, "chief lead handler", ACT_CASE, propose_validate, project_propose,
	  "%a proposed the disposal of %k of case %c under the rule %{rule}.", "%a が事案 %c の %k の廃棄を伺いました（保存期間 %{rule}）。" },
	{ "erase.order", NULL, "chief lead", ACT_CASE | ACT_TWO_PERSON, order_validate, project_order,
	  "%a ordered the disposal of %k of case %c.", "%a が事案 %c の %k の廃棄を命じました。" },
	{ "erase.done", m_done, NULL, ACT_CASE | ACT_SYSTEM, need_keys, project_done,
	  "The keys %k of case %c were destroyed; their content is gone.",
	  "事案 %c の鍵 %k を破棄しました。内容は失われました。" },
	{ "erase.final", NULL, NULL, ACT_CASE, NULL, NULL,
	  "Copies outside of case %c are settled.", "事案 %c の外部の写しの処理が完了しました。" },
	{ "export", m_export, NULL, 0, NULL, NULL,
	  "%a exported the record.", "%a が記録を書き出しました。" },
	{ "export.keys", m_keys, "chief lead", ACT_CASE, need_keys, NULL,
	  "%a gave the keys %k of case %c to the auditor %t, who can read from now on what is sealed with them.",
	  "%a が事案 %c の鍵 %k を監査人 %t に渡しました。監査人は、この鍵で封印された内容を読めます。" },
	{ "import", m_import, NULL, ACT_SYSTEM, NULL, NULL,
	  "The record was restored: %{kept} entries of %{was} came back, %{lost} are lost; it goes on as %{origin}.",
	  "記録を復元しました。%{was} の項目 %{kept} 件が戻り、%{lost} 件が失われました。%{origin} として続けます。" },
	{ "key.roll", m_roll, NULL, ACT_SYSTEM, NULL, NULL,
	  "The record key %{was} was replaced by %{key}.", "記録の署名鍵 %{was} を %{key} に更新しました。" },
	{ "witness.gap", m_gap, NULL, ACT_SYSTEM, NULL, NULL,
	  "For more than a day no witness cosigned; entries %{from} to %{upto} had no witness in that time.",
	  "1日を超えて、どの立会人の署名もありませんでした（項目 %{from} から %{upto} まで）。" },
	{ 0 },
};

static const struct act_kind *find(const struct act_kind *kinds, slice act)
{
	for (; kinds->act; kinds++)
		if (strncmp(kinds->act, act.p, act.len) == 0 && kinds->act[act.len] == '\0')
			return kinds;
	return NULL;
}

const struct act_kind *node_kind(const struct node *n, slice act)
{
	const struct act_kind *kind = act.len ? find(record_kinds, act) : NULL;

	for (size_t i = 0; !kind && n->kinds && n->kinds[i]; i++)
		kind = find(n->kinds[i], act);
	return kind;
}
