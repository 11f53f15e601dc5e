/* The acts of the record itself. */
#include "core/record/node_inside.h"

#include "base/banned.h"

static rc project_order(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	for (size_t i = 0; i < e->keys.n; i++)
		TRY(STORE_RUN(c, st, STMT_ERASED_ORDER, v_text(e->keys.v[i]), v_int(e->seq)));
	return OK;
}

static rc project_done(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
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
static const struct member_spec m_export[] = {
	{ "from", MEMBER_INT, true, NULL }, { "upto", MEMBER_INT, true, NULL }, { 0 },
};

const struct act_kind record_kinds[] = {
	{ "log.open", m_open, NULL, ACT_SYSTEM, first_only, NULL,
	  "The record %{origin} was opened.", "記録 %{origin} を開始しました。" },
	{ "clock.step", m_step, NULL, ACT_SYSTEM, NULL, NULL,
	  "The clock was set back.", "時計が戻されました。" },
	{ "item.view", NULL, NULL, 0, NULL, NULL,
	  "%a looked at the sealed content of %r.", "%a が %r の封印された内容を閲覧しました。" },
	{ "approve", NULL, NULL, 0, NULL, NULL, "%a approved %r.", "%a が %r を承認しました。" },
	{ "erase.order", NULL, NULL, ACT_CASE | ACT_TWO_PERSON, need_keys, project_order,
	  "%a ordered the disposal of %k of case %c.", "%a が案件 %c の %k の廃棄を命じました。" },
	{ "erase.done", m_done, NULL, ACT_CASE | ACT_SYSTEM, need_keys, project_done,
	  "The keys %k of case %c were destroyed; their content is gone.",
	  "案件 %c の鍵 %k を破棄しました。内容は失われました。" },
	{ "erase.final", NULL, NULL, ACT_CASE, NULL, NULL,
	  "Copies outside of case %c are settled.", "案件 %c の外部の写しの処理が完了しました。" },
	{ "export", m_export, NULL, 0, NULL, NULL,
	  "%a exported the record.", "%a が記録を書き出しました。" },
	{ "import", NULL, NULL, ACT_SYSTEM, NULL, NULL, "The record was restored.", "記録を復元しました。" },
	{ "key.roll", NULL, NULL, ACT_SYSTEM, NULL, NULL,
	  "The record key was replaced.", "記録の署名鍵を更新しました。" },
	{ "witness.gap", NULL, NULL, ACT_SYSTEM, NULL, NULL,
	  "Witnesses could not be reached for a time.", "立会ノードに一定時間接続できませんでした。" },
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
