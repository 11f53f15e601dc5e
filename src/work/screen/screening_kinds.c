/* The acts of a screening's items: what their entries hold, who may, what is refused, which rows they make. */
#include "work/screen/screening.h"

#include "base/banned.h"

#define ROLES_WORK "handler lead chief auditor"

static const struct member_spec keep_members[] = {
	{ "run", MEMBER_WORD, true, NULL },
	{ "org", MEMBER_WORD, true, NULL },
	{ "kind", MEMBER_WORD, true, NULL },
	{ "rank", MEMBER_INT, true, NULL },
	{ "score", MEMBER_INT, true, NULL },
	{ "severity", MEMBER_INT, true, NULL },
	{ "auditor", MEMBER_BOOL, true, NULL },
	{ "reviewer", MEMBER_WORD, false, NULL },
	{ "department", MEMBER_WORD, false, NULL },
	{ 0 },
};

/* How many items the list has, of which time, and the sums of the proof page. */
static const struct member_spec run_members[] = {
	{ "run", MEMBER_WORD, true, NULL },
	{ "items", MEMBER_INT, true, NULL },
	{ "since", MEMBER_INT, false, NULL },
	{ "until", MEMBER_INT, false, NULL },
	{ "proof", MEMBER_BOOL, true, NULL },
	{ "sources", MEMBER_INT, false, NULL },
	{ "lines", MEMBER_INT, false, NULL },
	{ "read", MEMBER_INT, false, NULL },
	{ "damaged", MEMBER_INT, false, NULL },
	{ "twice", MEMBER_INT, false, NULL },
	{ "missing", MEMBER_INT, false, NULL },
	{ "accesses", MEMBER_INT, false, NULL },
	{ "unexplained", MEMBER_INT, false, NULL },
	{ 0 },
};

static const struct member_spec reviewer_members[] = {
	{ "account", MEMBER_WORD, false, NULL },
	{ "superior", MEMBER_WORD, false, NULL },
	{ "auditor", MEMBER_BOOL, true, NULL },
	{ 0 },
};

static const struct member_spec assign_members[] = { { "reviewer", MEMBER_WORD, true, NULL }, { 0 } };

static const struct member_spec review_members[] = {
	{ "result", MEMBER_WORD, true, NULL },
	{ "reason", MEMBER_WORD, true, NULL },
	{ 0 },
};

static const struct member_spec ask_members[] = { { "event", MEMBER_WORD, true, NULL }, { 0 } };

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static int64_t int_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static bool is_true(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return json_is_true(v);
}

static rc need_item(struct ctx *c, struct store *st, const struct entry *e)
{
	struct screening_item i;

	return e->obj.n == 1 ? screening_find(c, st, e->obj.v[0], &i) : FAIL(c, E_INVALID, "screening.no_item");
}

static rc keep_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice reviewer = word_of(e, "reviewer");

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "screening.no_item");
	if (reviewer.len)
		TRY(STORE_RUN(c, st, STMT_SCREENING_REVIEWER_MORE, v_text(reviewer)));
	return STORE_RUN(c, st, STMT_SCREENING_ITEM_INSERT, v_text(e->obj.v[0]), v_int(e->seq), v_text(word_of(e, "run")),
		v_text(word_of(e, "org")), v_text(word_of(e, "kind")), v_int(int_of(e, "rank")), v_int(int_of(e, "score")),
		v_int(int_of(e, "severity")), v_int(is_true(e, "auditor")), v_text(reviewer), v_int(e->at),
		v_text(word_of(e, "department")));
}

static rc run_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "screening.run");
	TRY(STORE_ONE(c, st, &q, &found, STMT_SCREENING_RUN_OF, v_text(word_of(e, "run"))));
	return found ? FAIL(c, E_CONFLICT, "screening.run_kept") : OK;
}

/* A sum that the proof does not tell is -1. */
static int64_t sum_of(const struct entry *e, const char *name)
{
	return json_get(e->json, slice_of(name)) ? int_of(e, name) : -1;
}

static rc run_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_RUN_INSERT, v_text(word_of(e, "run")), v_text(e->obj.v[0]), v_int(e->seq), v_int(e->at),
		v_text(e->actor.id), v_int(int_of(e, "items")), v_int(sum_of(e, "since")), v_int(sum_of(e, "until")), v_int(is_true(e, "proof")),
		v_int(sum_of(e, "sources")), v_int(sum_of(e, "lines")), v_int(sum_of(e, "read")), v_int(sum_of(e, "damaged")),
		v_int(sum_of(e, "twice")), v_int(sum_of(e, "missing")), v_int(sum_of(e, "accesses")), v_int(sum_of(e, "unexplained")));
}

static rc reviewer_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "screening.no_reviewer");
	return STORE_RUN(c, st, STMT_SCREENING_REVIEWER_PUT, v_text(e->obj.v[0]), v_text(word_of(e, "account")),
		v_text(word_of(e, "superior")), v_int(is_true(e, "auditor")));
}

static rc item_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return need_item(c, st, e);
}

static rc assign_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_SCREENING_REVIEWER_MORE, v_text(word_of(e, "reviewer"))));
	return STORE_RUN(c, st, STMT_SCREENING_ITEM_REVIEWER, v_text(e->obj.v[0]), v_text(word_of(e, "reviewer")), v_int(e->at));
}

/* An incident stays one: what was found out later belongs to its case. */
static rc review_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct screening_item i;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "screening.no_item");
	TRY(screening_find(c, st, e->obj.v[0], &i));
	return slice_is(i.state, "incident") ? FAIL(c, E_CONFLICT, "screening.is_incident") : OK;
}

static rc review_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_ITEM_STATE, v_text(e->obj.v[0]), v_text(word_of(e, "result")),
		v_text(word_of(e, "reason")), v_int(e->at));
}

static rc case_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_ITEM_CASE, v_text(e->obj.v[0]), v_text(e->case_id), v_int(e->at));
}

static rc ask_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_ASK_INSERT, v_int(e->seq), v_text(e->obj.v[0]), v_text(word_of(e, "event")),
		v_text(e->actor.id), v_int(e->at));
}

/* A person's own question; the number is in what is sealed. */
static rc person_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "screening.no_item");
	return STORE_RUN(c, st, STMT_SCREENING_ASK_INSERT, v_int(e->seq), v_text(e->obj.v[0]), v_text(S("person")),
		v_text(e->actor.id), v_int(e->at));
}

/* Two people: the one who asked cannot be the one who agrees, and each asking is good once. */
static rc second_person(struct ctx *c, struct store *st, const struct entry *e)
{
	AUTO_QUERY q = { 0 };
	bool found;

	if (e->ref.n != 1 || e->obj.n != 1)
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	TRY(STORE_ONE(c, st, &q, &found, STMT_SCREENING_ASK_OF, v_int(e->ref.v[0])));
	if (!found || !slice_eq(query_text(&q, 0), e->obj.v[0]))
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	if (slice_eq(query_text(&q, 2), e->actor.id))
		return FAIL(c, E_DENIED, "screening.same_person");
	return query_int(&q, 3) ? FAIL(c, E_DENIED, "screening.asked_before") : OK;
}

static rc reveal_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(need_item(c, st, e));
	return second_person(c, st, e);
}

static rc disclose_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return second_person(c, st, e);
}

static rc reveal_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_ASK_DONE, v_int(e->ref.v[0]));
}

/* Only to a question that another person agreed to, once. */
static rc answer_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->ref.n != 1 || e->obj.n != 1)
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	TRY(STORE_ONE(c, st, &q, &found, STMT_SCREENING_ASK_OF, v_int(e->ref.v[0])));
	if (!found || !slice_eq(query_text(&q, 0), e->obj.v[0]))
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	return query_int(&q, 3) ? OK : FAIL(c, E_DENIED, "screening.not_agreed");
}

static rc answer_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_SCREENING_ASK_ANSWER, v_int(e->ref.v[0]), v_int(e->seq));
}

const struct act_kind screening_kinds[] = {
	{ "screening.answer", NULL, ROLES_WORK, 0, answer_validate, answer_project,
	  "%a kept the answer to %r, a person's own question", "%a が本人からの照会 %r の回答を保存しました" },
	{ "screening.run", run_members, ROLES_WORK, 0, run_validate, run_project,
	  "%a kept the list %{run} of a screening: %{items} items", "%a が点検の一覧 %{run}（%{items} 件）を登録しました" },
	{ "screening.keep", keep_members, ROLES_WORK, 0, NULL, keep_project,
	  "%a kept an item of the screening (%{kind})", "%a が点検の項目（%{kind}）を登録しました" },
	{ "screening.reviewer", reviewer_members, "lead chief", 0, NULL, reviewer_project,
	  "%a set the reviewer %o", "%a が点検の担当 %o を定めました" },
	{ "screening.assign", assign_members, ROLES_WORK, 0, item_validate, assign_project,
	  "%a gave item %o to %{reviewer}", "%a が点検の項目 %o を %{reviewer} に割り当てました" },
	{ "screening.review", review_members, ROLES_WORK, 0, review_validate, review_project,
	  "%a reviewed item %o: %{result} (%{reason})", "%a が点検の項目 %o を確認しました：%{result}（%{reason}）" },
	{ "screening.case", NULL, ROLES_WORK, ACT_CASE, item_validate, case_project,
	  "%a made item %o case %c", "%a が点検の項目 %o を事案 %c にしました" },
	{ "screening.ask", ask_members, ROLES_WORK, 0, item_validate, ask_project,
	  "%a asked whose record %{event} of item %o is", "%a が項目 %o の記録 %{event} がどなたのものかの照会を求めました" },
	{ "screening.reveal", NULL, ROLES_WORK, 0, reveal_validate, reveal_project,
	  "%a agreed to %r for item %o", "%a が項目 %o の照会 %r に同意しました" },
	{ "screening.person", NULL, ROLES_WORK, 0, NULL, person_project,
	  "%a took in a person's question who looked at their record", "%a が本人からの閲覧履歴の照会を受け付けました" },
	{ "screening.disclose", NULL, ROLES_WORK, 0, disclose_validate, reveal_project,
	  "%a agreed to %r, a person's own question", "%a が本人からの照会 %r に同意しました" },
	{ 0 },
};
