/* The acts of reports. */
#include "work/report/filing.h"

#include "core/people/people.h"

#include "base/banned.h"

static const struct member_spec draft_members[] = {
	{ "num", MEMBER_INT, true, NULL },
	{ "form", MEMBER_WORD, true, NULL },
	{ "version", MEMBER_WORD, true, NULL },
	{ "kind", MEMBER_WORD, true, NULL },
	{ "rule", MEMBER_WORD, false, NULL },
	{ "duty_to", MEMBER_WORD, false, NULL },
	{ "previous", MEMBER_WORD, false, NULL },
	{ "missing", MEMBER_INT, true, NULL },
	{ 0 },
};

static const struct member_spec submit_members[] = {
	{ "on", MEMBER_INT, true, NULL },
	{ "emergency", MEMBER_BOOL, false, NULL },
	{ "incomplete", MEMBER_BOOL, false, NULL },
	{ 0 },
};

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static int64_t int_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static rc draft_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct case_head h;

	(void)payloads;
	TRY(case_find(c, st, e->case_id, &h));
	if (h.closed)
		return FAIL(c, E_CONFLICT, "case.closed");
	return e->obj.n == 1 && e->nseals == 1 ? OK : FAIL(c, E_INVALID, "filing.form");
}

static rc draft_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice rule = word_of(e, "rule");

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_REPORT_REPLACE, v_text(e->case_id), v_text(word_of(e, "form")), v_text(rule),
	              v_text(e->obj.v[0])));
	TRY(STORE_RUN(c, st, STMT_REPORT_INSERT, v_text(e->obj.v[0]), v_text(e->case_id), v_int(int_of(e, "num")),
	              v_text(word_of(e, "form")), v_text(word_of(e, "version")), v_text(word_of(e, "kind")),
	              v_text_or_null(rule), v_text_or_null(word_of(e, "duty_to")), v_text_or_null(word_of(e, "previous")),
	              v_int(e->seq), v_int(e->at), v_int(int_of(e, "missing"))));
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

static rc submit_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *incomplete = json_get(e->json, S("incomplete"));
	struct filing f;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "filing.none");
	TRY(filing_find(c, st, e->obj.v[0], &f));
	if (!slice_eq(f.case_id, e->case_id))
		return FAIL(c, E_INVALID, "filing.none");
	if (f.state != FILING_DRAFT)
		return FAIL(c, E_CONFLICT, "filing.not_draft");
	if (int_of(e, "on") > e->at)
		return FAIL(c, E_INVALID, "duty.done_future");
	if (f.missing > 0 && slice_is(f.kind, "final") && !json_is_true(incomplete))
		return FAIL(c, E_INVALID, "filing.missing");
	return approval_check(c, st, e, f.seq);
}

static rc submit_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_REPORT_SUBMITTED, v_text(e->obj.v[0]), v_int(e->seq), v_int(int_of(e, "on"))));
	TRY(approval_project(c, st, e));
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

const struct act_kind report_kinds[] = {
	{ "report.draft", draft_members, "handler lead chief", ACT_CASE, draft_validate, draft_project,
	  "%a drafted report %{num} (%{form}, %{kind}) of case %c", "%a が事案 %c の報告書 %{num}（%{form}、%{kind}）を作りました" },
	{ "report.submit", submit_members, "lead chief", ACT_CASE, submit_validate, submit_project,
	  "%a submitted report %o of case %c", "%a が事案 %c の報告書 %o を提出しました" },
	{ 0 },
};
