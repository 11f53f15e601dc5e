/* The acts of duties. */
#include "work/duty/duty.h"

#include "base/banned.h"

static const struct member_spec change_members[] = {
	{ "do", MEMBER_WORD, true, NULL },
	{ "rule", MEMBER_WORD, true, NULL },
	{ "to", MEMBER_WORD, false, NULL },
	{ "was", MEMBER_WORD, false, NULL },
	{ "renamed", MEMBER_BOOL, false, NULL },
	{ "kind", MEMBER_WORD, true, NULL },
	{ "must", MEMBER_BOOL, true, NULL },
	{ "due", MEMBER_INT, false, NULL },
	{ "target", MEMBER_INT, false, NULL },
	{ "started", MEMBER_INT, true, NULL },
	{ "why", MEMBER_WORDS, false, NULL },
	{ "met", MEMBER_WORDS, false, NULL },
	{ 0 },
};

static const struct member_spec ask_members[] = {
	{ "rule", MEMBER_WORD, true, NULL },
	{ "facts", MEMBER_WORDS, true, NULL },
	{ 0 },
};

static const struct member_spec assess_members[] = {
	{ "changes", MEMBER_OBJECTS, false, change_members },
	{ "asks", MEMBER_OBJECTS, false, ask_members },
	{ "law_day", MEMBER_INT, true, NULL },
	{ 0 },
};

static const struct member_spec done_members[] = {
	{ "rule", MEMBER_WORD, true, NULL },
	{ "duty_to", MEMBER_WORD, false, NULL },
	{ "how", MEMBER_WORD, true, NULL },
	{ "on", MEMBER_INT, true, NULL },
	{ "report", MEMBER_WORD, false, NULL },
	{ 0 },
};

static const struct member_spec end_members[] = {
	{ "rule", MEMBER_WORD, true, NULL },
	{ "duty_to", MEMBER_WORD, false, NULL },
	{ 0 },
};

/*
 * Why a duty is not done though nothing lapsed. The second column of a mandatory one is what the law itself names:
 * a joint report, a report by somebody else on our behalf, an authority that said so.
 */
const struct ground ground_table[] = {
	{ "voluntary", "任意のため行わない", "voluntary; not done", false },
	{ "joint_report", "連名の報告で足りる", "served by a joint report", true },
	{ "filed_by_other", "他の者が代わりに報告した", "filed by another on our behalf", true },
	{ "authority_agreed", "報告先が不要と認めた", "the authority said it is not needed", true },
	{ "exercise", "訓練のため", "exercise only", true },
	{ 0 },
};

static slice word_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }

static int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static struct value int_or_null(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v_int(v->num) : v_null();
}

/* ---- duty.assess ---- */

static int64_t sort_day(const struct json *ch)
{
	const struct json *due = json_get(ch, S("due")), *target = json_get(ch, S("target"));
	int64_t day = JDAY_MOST;

	if (due && due->num < day)
		day = due->num;
	if (target && target->num < day)
		day = target->num;
	return day;
}

static rc project_change(struct ctx *c, struct store *st, const struct entry *e, const struct json *ch, int64_t idx)
{
	slice rule = word_of(ch, "rule"), to = word_of(ch, "to"), what = word_of(ch, "do");
	const struct json *renamed = json_get(ch, S("renamed"));

	if (json_is_true(renamed))
		TRY(STORE_RUN(c, st, STMT_DUTY_RENAME, v_text(e->case_id), v_text(rule), v_text(word_of(ch, "was")), v_text(to)));
	if (slice_is(what, "lapse"))
		TRY(STORE_RUN(c, st, STMT_DUTY_SET_STATE, v_text(e->case_id), v_text(rule), v_text(to), v_text(S("lapsed")),
		              v_int(e->at), v_int(e->seq)));
	else
		TRY(STORE_RUN(c, st, STMT_DUTY_PUT, v_text(e->case_id), v_text(rule), v_text(to), v_text(word_of(ch, "kind")),
		              v_int(json_get(ch, S("must"))->type == JSON_TRUE), int_or_null(ch, "due"),
		              int_or_null(ch, "target"), v_int(int_of(ch, "started")), v_int(sort_day(ch)), v_int(e->at),
		              v_int(e->seq)));
	return STORE_RUN(c, st, STMT_DUTY_STEP_INSERT, v_int(e->seq), v_int(idx), v_text(e->case_id), v_text(rule),
	                 v_text(to), v_text(what), v_int(e->at), v_null(), v_text(e->actor.id), v_null(), v_null(), v_int(0));
}

static rc assess_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	static const char *const steps[] = { "open", "change", "lapse" };
	unsigned i;

	(void)st;
	(void)payloads;
	for JSON_EACH(ch, json_get(e->json, S("changes")))
		TRY(said_word(c, steps, CHANGE_STEPS, word_of(ch, "do"), &i));
	return OK;
}

static rc assess_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t idx = 0;

	(void)payloads;
	for JSON_EACH(ch, json_get(e->json, S("changes")))
		TRY(project_change(c, st, e, ch, idx++));
	TRY(STORE_RUN(c, st, STMT_DUTY_ASK_CLEAR, v_text(e->case_id)));
	for JSON_EACH(ask, json_get(e->json, S("asks"))) {
		int64_t rank = 0;

		for JSON_EACH(f, json_get(ask, S("facts")))
			TRY(STORE_RUN(c, st, STMT_DUTY_ASK_INSERT, v_text(e->case_id), v_text(word_of(ask, "rule")), v_int(rank++),
			              v_text(f->text)));
	}
	return STORE_RUN(c, st, STMT_DUTY_SUM, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

/* ---- duty.done, duty.waive, duty.undo ---- */

static rc get_duty(struct ctx *c, struct store *st, const struct entry *e, enum duty_state *ret, bool *ret_must)
{
	AUTO_QUERY q = { 0 };
	unsigned i;
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_DUTY_GET, v_text(e->case_id), v_text(word_of(e->json, "rule")),
	              v_text(word_of(e->json, "duty_to"))));
	if (!found) {
		(void)FAIL(c, E_NOTFOUND, "duty.none");
		fault_name(c, word_of(e->json, "rule"));
		return E_NOTFOUND;
	}
	TRY(said_word(c, duty_state_words, DUTY_STATES, query_text(&q, 0), &i));
	*ret = (enum duty_state)i;
	*ret_must = query_int(&q, 1) != 0;
	return OK;
}

static rc done_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	enum duty_state state;
	bool must;

	(void)payloads;
	TRY(get_duty(c, st, e, &state, &must));
	if (state != DUTY_OPEN)
		return FAIL(c, E_CONFLICT, state == DUTY_LAPSED ? "duty.lapsed" : "duty.not_open");
	if (int_of(e->json, "on") > e->at)
		return FAIL(c, E_INVALID, "duty.done_future");
	return OK;
}

static const struct ground *ground_find(slice word)
{
	for (const struct ground *g = ground_table; g->word; g++)
		if (slice_is(word, g->word))
			return g;
	return NULL;
}

static rc waive_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct ground *g = e->code.n == 1 ? ground_find(e->code.v[0]) : NULL;
	enum duty_state state;
	bool must;

	(void)payloads;
	if (!g)
		return FAIL(c, E_INVALID, "duty.ground");
	TRY(get_duty(c, st, e, &state, &must));
	if (state != DUTY_OPEN)
		return FAIL(c, E_CONFLICT, state == DUTY_LAPSED ? "duty.lapsed" : "duty.not_open");
	if (must && !g->must)
		return FAIL(c, E_DENIED, "duty.must_ground");
	if (must && !slice_is(e->actor.role, "chief"))
		return FAIL(c, E_DENIED, "duty.must_chief");
	return e->nseals == 0 ? FAIL(c, E_INVALID, "duty.reason") : OK;
}

static rc undo_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	enum duty_state state;
	bool must;

	(void)payloads;
	TRY(get_duty(c, st, e, &state, &must));
	if (state != DUTY_DONE && state != DUTY_WAIVED)
		return FAIL(c, E_CONFLICT, "duty.nothing_to_undo");
	return e->nseals == 0 ? FAIL(c, E_INVALID, "duty.reason") : OK;
}

static rc end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	bool done = slice_is(e->act, "duty.done"), waive = slice_is(e->act, "duty.waive");
	slice rule = word_of(e->json, "rule"), to = word_of(e->json, "duty_to");
	slice code = done ? word_of(e->json, "how") : e->code.n > 0 ? e->code.v[0] : S_NONE;

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_DUTY_SET_STATE, v_text(e->case_id), v_text(rule), v_text(to),
	              v_text(done ? S("done") : waive ? S("waived") : S("open")), v_int(e->at), v_int(e->seq)));
	TRY(STORE_RUN(c, st, STMT_DUTY_STEP_INSERT, v_int(e->seq), v_int(0), v_text(e->case_id), v_text(rule), v_text(to),
	              v_text(done ? S("done") : waive ? S("waive") : S("undo")), v_int(e->at),
	              done ? v_int(int_of(e->json, "on")) : v_null(), v_text(e->actor.id),
	              v_text_or_null(word_of(e->json, "report")), v_text_or_null(code), v_int(e->nseals > 0)));
	return STORE_RUN(c, st, STMT_DUTY_SUM, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

const struct act_kind duty_kinds[] = {
	{ "duty.assess", assess_members, NULL, ACT_CASE | ACT_SYSTEM, assess_validate, assess_project,
	  "the duties of case %c were assessed", "事案 %c の義務を判定しました" },
	{ "duty.done", done_members, "handler lead chief", ACT_CASE, done_validate, end_project,
	  "%a discharged %{rule} of case %c (%{how})", "%a が事案 %c の %{rule} を済ませました（%{how}）" },
	{ "duty.waive", end_members, "lead chief", ACT_CASE, waive_validate, end_project,
	  "%a waived %{rule} of case %c", "%a が事案 %c の %{rule} を行わないと決めました" },
	{ "duty.undo", end_members, "lead chief", ACT_CASE, undo_validate, end_project,
	  "%a took back the end of %{rule} of case %c", "%a が事案 %c の %{rule} の完了を取り消しました" },
	{ 0 },
};
