/* Four eyes, and what happens when there were only two: the act stands, flagged, and somebody else reviews it. */
#include "core/people/people_inside.h"

#include "base/calendar.h"

#include "base/banned.h"

rc people_four_eyes(struct ctx *c, struct store *st, bool *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_PEOPLE_META_GET, v_text(S("four_eyes"))));
	*ret = found && query_int(&q, 0) != 0;
	return OK;
}

rc people_set_four_eyes(struct ctx *c, struct node *n, const struct actor *by, bool on)
{
	struct act act = { .act = S("people.policy"), .actor = *by, .case_id = ORG_UNIT };
	int64_t seq;

	act.members = on ? S("{\"four_eyes\":true}") : S("{\"four_eyes\":false}");
	return node_append(c, n, &act, &seq);
}

/* One person in both, or one in the name of the other. */
static bool is_same(slice a, slice for_a, slice b, slice for_b)
{
	return slice_eq(a, b) || slice_eq(a, for_b) || slice_eq(for_a, b) || (for_a.len && slice_eq(for_a, for_b));
}

static void put_optional(struct json_out *o, const char *name, slice s)
{
	if (s.len)
		jo_kv_text(o, name, s);
}

rc approval_give(struct ctx *c, struct node *n, const struct actor *by, slice what, slice case_id, int64_t target, int64_t *ret_seq)
{
	struct act act = { .act = S("approval.give"), .actor = *by, .case_id = case_id, .ref = { &target, 1 } };
	struct entry made;
	struct json_out o;
	struct buf b;

	TRY(record_get(c, n, target, &made));
	if (!slice_eq(made.case_id, case_id))
		return FAIL(c, E_DENIED, "record.other_case");
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "maker", made.actor.id);
	put_optional(&o, "maker_for", via_account(made.actor.via));
	jo_kv_int(&o, "target", target);
	jo_kv_text(&o, "what", what);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	return node_append(c, n, &act, ret_seq);
}

rc approval_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)st;
	(void)payloads;
	return is_same(e->actor.id, via_account(e->actor.via), entry_word(e, "maker"), entry_word(e, "maker_for")) ?
	       FAIL(c, E_DENIED, "approval.own") : OK;
}

rc approval_given(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_APPROVAL_PUT, v_int(e->seq), v_text(e->case_id), v_int(entry_int(e, "target", -1)),
	                 v_text(entry_word(e, "what")), v_text(e->actor.id), v_text_or_null(via_account(e->actor.via)));
}

rc approval_list(struct ctx *c, struct store *st, slice case_id, slice what, int64_t target, int64_t **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	int64_t *v = NULL;
	size_t n = 0, room = 0;

	TRY(STORE_QUERY(c, st, &q, STMT_APPROVALS_OF, v_int(target), v_text(what), v_text(case_id)));
	for (;;) {
		bool more;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		TRY_ROOM(c, v, n, room, 4);
		v[n++] = query_int(&q, 0);
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

static bool relies_on(const struct entry *e, int64_t seq)
{
	for (size_t i = 0; i < e->appr.n; i++)
		if (e->appr.v[i] == seq)
			return true;
	return false;
}

rc approval_check(struct ctx *c, struct store *st, const struct entry *e, int64_t target)
{
	int64_t *v;
	bool wanted;
	size_t n;

	TRY(people_four_eyes(c, st, &wanted));
	if (!wanted)
		return OK;
	if (entry_is(e, "emergency"))
		return e->code.n > 0 ? OK : FAIL(c, E_INVALID, "approval.reason");
	TRY(approval_list(c, st, e->case_id, e->act, target, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (relies_on(e, v[i]))   /* nobody could approve what they had made themselves */
			return OK;
	return FAIL(c, E_DENIED, "approval.need");
}

rc approval_project(struct ctx *c, struct store *st, const struct entry *e)
{
	bool wanted;

	TRY(people_four_eyes(c, st, &wanted));
	if (!wanted || !entry_is(e, "emergency"))
		return OK;
	return STORE_RUN(c, st, STMT_REVIEW_PUT, v_int(e->seq), v_text(S("emergency")), v_text(e->case_id), v_text(e->act),
	                 v_text(e->actor.id), v_int(msec_jday(e->at) + EMERGENCY_DAYS));
}

/* ---- reviews ---- */

static rc review_row(struct ctx *c, const struct query *q, struct review *ret)
{
	*ret = (struct review){ .seq = query_int(q, 0), .due = (jday)query_int(q, 4), .done = query_is_null(q, 5) ? 0 : query_int(q, 5) };
	TRY(slice_keep(c, query_text(q, 1), &ret->kind));
	TRY(slice_keep(c, query_text(q, 2), &ret->case_id));
	TRY(slice_keep(c, query_text(q, 3), &ret->act));
	return query_is_null(q, 6) ? OK : slice_keep(c, query_text(q, 6), &ret->done_by);
}

rc review_list(struct ctx *c, struct store *st, bool open, struct review **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_REVIEW_PAGE, v_int(open)));
	COLLECT_ROWS(c, &q, review_row, ret, ret_n);
	return OK;
}

rc review_done(struct ctx *c, struct node *n, const struct actor *by, int64_t seq, slice result)
{
	struct act act = { .act = S("review.done"), .actor = *by, .ref = { &seq, 1 } };
	struct json_out o;
	struct buf b;
	int64_t done;
	{
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_REVIEW_GET, v_int(seq)));
		if (!found)
			return FAIL(c, E_CONFLICT, "review.none");
		TRY(slice_keep(c, query_text(&q, 1), &act.case_id));
	}
	if (!word_is_valid(result))
		return FAIL(c, E_INVALID, "review.result");
	buf_init(&b, c->a, 512);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "result", result);
	jo_kv_int(&o, "review", seq);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	return node_append(c, n, &act, &done);
}
