/* The acts of a case: what their entries hold, who may, what is refused, which rows they make. */
#include "work/case/case.h"

#include "base/banned.h"

#define ROLES_WORK "handler lead chief"
#define ROLES_CLOSE "lead chief"

static const struct member_spec open_members[] = {
	{ "num", MEMBER_WORD, true, NULL },
	{ "year", MEMBER_INT, true, NULL },
	{ "no", MEMBER_INT, true, NULL },
	{ "known", MEMBER_INT, true, NULL },
	{ "known_day", MEMBER_BOOL, true, NULL },
	{ 0 },
};

static const struct member_spec fact_members[] = {
	{ "path", MEMBER_WORD, true, NULL },
	{ "said", MEMBER_WORD, true, NULL },
	{ "exact", MEMBER_WORD, false, NULL },
	{ "sure", MEMBER_WORD, true, NULL },
	{ "num", MEMBER_INT, false, NULL },
	{ "word", MEMBER_WORD, false, NULL },
	{ "sealed", MEMBER_BOOL, false, NULL },
	{ "known", MEMBER_INT, true, NULL },
	{ "known_day", MEMBER_BOOL, false, NULL },
	{ "holds_from", MEMBER_INT, false, NULL },
	{ "mends", MEMBER_INT, false, NULL },
	{ 0 },
};

static const struct member_spec state_members[] = {
	{ "facts", MEMBER_OBJECTS, true, fact_members },
	{ "after", MEMBER_INT, true, NULL },
	{ 0 },
};

static const struct member_spec event_members[] = {
	{ "when", MEMBER_INT, true, NULL },
	{ "precision", MEMBER_WORD, true, NULL },
	{ "kind", MEMBER_WORD, true, NULL },
	{ "mends", MEMBER_INT, false, NULL },
	{ 0 },
};

static int64_t int_of(const struct json *o, const char *name, int64_t other)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : other;
}

static bool is_true(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return json_is_true(v);
}

static struct value int_or_null(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v_int(v->num) : v_null();
}

/* ---- case.open ---- */

static rc open_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (int_of(e->json, "known", 0) > e->at)
		return FAIL(c, E_INVALID, "case.known_future");
	TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_BY_NUM, v_text(json_text(json_get(e->json, S("num"))))));
	/* somebody else opened a case at the same moment: take the next number */
	return found ? FAIL(c, E_CONFLICT, "case.moved") : OK;
}

static rc open_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_CASE_INSERT, v_text(e->case_id), v_text(json_text(json_get(e->json, S("num")))),
	                 v_int(int_of(e->json, "year", 0)), v_int(int_of(e->json, "no", 0)), v_int(e->seq), v_int(e->at),
	                 v_int(int_of(e->json, "known", 0)), v_int(is_true(e->json, "known_day")));
}

/* ---- fact.state ---- */

static rc need_open_case(struct ctx *c, struct store *st, const struct entry *e, struct case_head *ret)
{
	TRY(case_find(c, st, e->case_id, ret));
	return ret->closed ? FAIL(c, E_CONFLICT, "case.closed") : OK;
}

static rc check_fact(struct ctx *c, struct store *st, const struct entry *e, const struct json *f)
{
	slice path = json_text(json_get(f, S("path")));
	int64_t mends = int_of(f, "mends", -1);
	unsigned i;

	TRY(said_word(c, said_state_words, SAID_STATES, json_text(json_get(f, S("said"))), &i));
	TRY(said_word(c, said_sure_words, SAID_SURES, json_text(json_get(f, S("sure"))), &i));
	if (json_get(f, S("exact")))
		TRY(said_word(c, said_exact_words, SAID_EXACTS, json_text(json_get(f, S("exact"))), &i));
	if (int_of(f, "known", 0) > e->at) {
		(void)FAIL(c, E_INVALID, "fact.known_future");
		fault_name(c, path);
		return E_INVALID;
	}
	if (mends >= 0) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_FACT_EXISTS, v_text(e->case_id), v_text(path), v_int(mends)));
		if (!found) {
			(void)FAIL(c, E_INVALID, "fact.nothing_to_mend");
			fault_name(c, path);
			return E_INVALID;
		}
	}
	return OK;
}

static rc state_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct case_head h;

	(void)payloads;
	TRY(need_open_case(c, st, e, &h));
	/* the duties that follow in the same batch were worked out from what stood there at `after` */
	if (int_of(e->json, "after", -1) != h.last_seq && int_of(e->json, "after", -1) >= 0)
		return FAIL(c, E_CONFLICT, "case.moved");
	for JSON_EACH(f, json_get(e->json, S("facts")))
		TRY(check_fact(c, st, e, f));
	return OK;
}

/* The word that holds of a path now; empty when there is none. */
static rc word_now(struct ctx *c, struct store *st, slice case_id, slice path, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	*ret = S_NONE;
	TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_WORD_NOW, v_text(case_id), v_text(path)));
	if (found && slice_is(query_text(&q, 0), "said") && !query_is_null(&q, 1))
		return slice_keep(c, query_text(&q, 1), ret);
	return OK;
}

static rc set_cause(struct ctx *c, struct store *st, slice case_id)
{
	slice word;

	TRY(word_now(c, st, case_id, S("cause"), &word));
	return STORE_RUN(c, st, STMT_CASE_SET_CAUSE, v_text(case_id), v_text_or_null(word));
}

/* The moment of knowing was corrected; what the opening said of it is kept for past moments. */
static rc set_known(struct ctx *c, struct store *st, slice case_id)
{
	struct when known;
	slice word;

	TRY(word_now(c, st, case_id, S(CASE_KNOWN_PATH), &word));
	if (word.len == 0)
		return OK;
	TRY(when_parse(c, word, &known));
	TRY(STORE_RUN(c, st, STMT_CASE_KEEP_FIRST, v_text(case_id)));
	return STORE_RUN(c, st, STMT_CASE_SET_KNOWN, v_text(case_id), v_int(known.at), v_int(known.day_only));
}

static rc state_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	bool cause = false, known = false;
	int64_t idx = 0;

	(void)payloads;
	for JSON_EACH(f, json_get(e->json, S("facts"))) {
		slice path = json_text(json_get(f, S("path"))), exact = json_text(json_get(f, S("exact")));

		TRY(STORE_RUN(c, st, STMT_CASE_FACT_INSERT, v_int(e->seq), v_int(idx++), v_text(e->case_id), v_text(path),
		              v_text(json_text(json_get(f, S("said")))), v_text(exact.len ? exact : S("exact")),
		              v_text(json_text(json_get(f, S("sure")))), v_int(is_true(f, "sealed")), int_or_null(f, "num"),
		              v_text_or_null(json_text(json_get(f, S("word")))), v_int(int_of(f, "known", 0)),
		              v_int(is_true(f, "known_day")), int_or_null(f, "holds_from"), v_int(e->at), v_text(e->actor.id),
		              int_or_null(f, "mends")));
		cause = cause || slice_is(path, "cause");
		known = known || slice_is(path, CASE_KNOWN_PATH);
	}
	if (cause)
		TRY(set_cause(c, st, e->case_id));
	if (known)
		TRY(set_known(c, st, e->case_id));
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

/* ---- case.event ---- */

static rc event_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t mends = int_of(e->json, "mends", -1);
	struct case_head h;
	unsigned i;

	(void)payloads;
	TRY(need_open_case(c, st, e, &h));
	TRY(said_word(c, event_precision_words, EVENT_PRECISIONS, json_text(json_get(e->json, S("precision"))), &i));
	if (mends >= 0) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_EVENT_EXISTS, v_text(e->case_id), v_int(mends)));
		if (!found)
			return FAIL(c, E_INVALID, "event.none");
	}
	return OK;
}

static rc event_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_CASE_EVENT_INSERT, v_int(e->seq), v_text(e->case_id), v_int(int_of(e->json, "when", 0)),
	              v_text(json_text(json_get(e->json, S("precision")))), v_text(json_text(json_get(e->json, S("kind")))),
	              v_int(e->at), v_text(e->actor.id), int_or_null(e->json, "mends")));
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

/* ---- case.close, case.reopen ---- */

static rc close_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	bool reopen = slice_is(e->act, "case.reopen");
	struct case_head h;

	(void)payloads;
	TRY(case_find(c, st, e->case_id, &h));
	if (h.closed != reopen)
		return FAIL(c, E_CONFLICT, reopen ? "case.not_closed" : "case.closed");
	/* what must be done by law is not closed away; it is done, or the facts lift it */
	if (!reopen && h.open_must > 0)
		return FAIL(c, E_CONFLICT, "case.open_duties");
	return OK;
}

static rc close_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_CASE_SET_STATE, v_text(e->case_id),
	              v_text(slice_is(e->act, "case.reopen") ? S("open") : S("closed"))));
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

const struct act_kind case_kinds[] = {
	{ "case.open", open_members, ROLES_WORK, ACT_CASE, open_validate, open_project,
	  "%a opened case %{num}", "%a が事案 %{num} を開きました" },
	{ "fact.state", state_members, ROLES_WORK, ACT_CASE, state_validate, state_project,
	  "%a stated facts of case %c", "%a が事案 %c の事実を述べました" },
	{ "case.event", event_members, ROLES_WORK, ACT_CASE, event_validate, event_project,
	  "%a noted an event (%{kind}) of case %c", "%a が事案 %c の出来事（%{kind}）を書きました" },
	{ "case.close", NULL, ROLES_CLOSE, ACT_CASE, close_validate, close_project,
	  "%a closed case %c", "%a が事案 %c を終結しました" },
	{ "case.reopen", NULL, ROLES_CLOSE, ACT_CASE, close_validate, close_project,
	  "%a opened case %c again", "%a が事案 %c を再び開きました" },
	{ 0 },
};
