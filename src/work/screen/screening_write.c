#include "work/screen/screening.h"

#include "base/parse.h"

#include "base/banned.h"

#define REVIEW_NOTE_MOST 4000u

static slice words_of_members(struct ctx *c, const char *const *names, const slice *values, const char *flag, bool on)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	if (flag)
		jo_kv_bool(&o, flag, on);
	for (unsigned i = 0; names[i]; i++)
		if (values[i].len)
			jo_kv_text(&o, names[i], values[i]);
	jo_end_object(&o);
	return b.full ? S_NONE : buf_slice(&b);
}

rc screening_reviewer_set(struct ctx *c, struct node *n, const struct actor *who, const struct screening_reviewer *r,
	int64_t *ret_seq)
{
	static const char *const names[] = { "account", "superior", NULL };
	const slice values[] = { r->account, r->superior };
	struct act act = { .act = S("screening.reviewer"), .actor = *who, .obj = { &r->actor, 1 } };

	act.members = words_of_members(c, names, values, "auditor", r->auditor);
	return node_append(c, n, &act, ret_seq);
}

static bool one_of(slice w, const char *const *words)
{
	for (unsigned i = 0; words[i]; i++)
		if (slice_is(w, words[i]))
			return true;
	return false;
}

static rc no_conflict(struct ctx *c, struct node *n, const struct actor *who, const struct screening_item *i)
{
	struct look look = { .actor = *who, .basis = { 0 }, .code = { 0 } };
	struct screening_reviewer *v;
	const struct json *item;
	size_t nv;

	TRY(screening_reviewers(c, node_store(n), &v, &nv));
	TRY(screening_open(c, n, &look, i, &item));
	switch (screening_stand(v, nv, who->id, i, item)) {
	case STAND_FREE: return OK;
	case STAND_PART: return FAIL(c, E_DENIED, "screening.conflict");
	case STAND_AUDITORS: return FAIL(c, E_DENIED, "screening.auditor");
	case STAND_UNKNOWN: break;
	}
	return FAIL(c, E_DENIED, "screening.no_reviewer");
}

rc screening_review(struct ctx *c, struct node *n, const struct actor *who, slice id, slice result, slice reason, slice note,
	int64_t *ret_seq)
{
	static const char *const results[] = { "reviewed", "justified", "needs_talk", "incident", NULL };
	static const char *const reasons[] = { "case", "duty", "order", "test", "registered_late", "data", "none", NULL };
	static const char *const names[] = { "reason", "result", NULL };
	const slice values[] = { reason, result };
	struct act act = { .act = S("screening.review"), .actor = *who };
	struct screening_item i;
	struct payload p;
	struct json_out o;
	struct buf b;

	if (!one_of(result, results) || !one_of(reason, reasons) || (slice_is(result, "justified") && slice_is(reason, "none")))
		return FAIL(c, E_INVALID, "screening.result");
	TRY(screening_find(c, node_store(n), id, &i));
	TRY(no_conflict(c, n, who, &i));
	TRY(free_text_check(c, "note", note, REVIEW_NOTE_MOST));
	act.case_id = i.id;
	act.obj = (struct words){ &i.id, 1 };
	act.members = words_of_members(c, names, values, NULL, false);
	if (note.len) {
		buf_init(&b, c->a, 8 * REVIEW_NOTE_MOST);
		o = json_out_on(&b);
		jo_object(&o);
		jo_kv_text(&o, "note", note);
		jo_end_object(&o);
		p = (struct payload){ S_NONE, buf_slice(&b) };
		act.seal = &p;
		act.nseal = 1;
	}
	return node_append(c, n, &act, ret_seq);
}

rc screening_case(struct ctx *c, struct node *n, const struct actor *who, slice id, slice case_id)
{
	struct act act = { .act = S("screening.case"), .actor = *who, .case_id = case_id, .obj = { &id, 1 } };
	int64_t seq;

	return node_append(c, n, &act, &seq);
}

rc screening_ask(struct ctx *c, struct node *n, const struct actor *who, slice id, slice event, int64_t *ret_seq)
{
	static const char *const names[] = { "event", NULL };
	struct act act = { .act = S("screening.ask"), .actor = *who, .obj = { &id, 1 } };
	struct screening_item i;

	if (!word_is_valid(event))
		return FAIL(c, E_INVALID, "screening.no_item");
	TRY(screening_find(c, node_store(n), id, &i));
	TRY(no_conflict(c, n, who, &i));
	act.members = words_of_members(c, names, &event, NULL, false);
	return node_append(c, n, &act, ret_seq);
}

rc screening_reveal(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_event)
{
	struct act act = { .act = S("screening.reveal"), .actor = *who, .ref = { &ask, 1 } };
	AUTO_QUERY q = { 0 };
	slice item, event;
	int64_t seq;
	bool found;

	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SCREENING_ASK_OF, v_int(ask)));
	if (!found)
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	TRY(slice_keep(c, query_text(&q, 0), &item));
	TRY(slice_keep(c, query_text(&q, 1), &event));
	query_close(&q);
	act.obj = (struct words){ &item, 1 };
	TRY(node_append(c, n, &act, &seq));
	*ret_event = event;
	return OK;
}

rc screening_assign(struct ctx *c, struct node *n, const struct actor *who, const struct screening_item *i, slice reviewer)
{
	static const char *const names[] = { "reviewer", NULL };
	struct act act = { .act = S("screening.assign"), .actor = *who, .obj = { &i->id, 1 } };
	int64_t seq;

	act.members = words_of_members(c, names, &reviewer, NULL, false);
	return node_append(c, n, &act, &seq);
}
