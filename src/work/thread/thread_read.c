/* Reading threads, the outbox and the inbox. */
#include "work/thread/thread_inside.h"

#include "base/banned.h"

static rc thread_row(struct ctx *c, const struct query *q, struct thread *ret)
{
	struct thread t = { .ours = query_int(q, 4) != 0, .over = query_int(q, 6) != 0, .version = query_int(q, 7), .seq = query_int(q, 8),
		.last_seq = query_int(q, 9), .opened = query_int(q, 10), .changed = query_int(q, 11), .has_due = !query_is_null(q, 12),
		.has_embargo = !query_is_null(q, 13) };

	t.due = t.has_due ? query_int(q, 12) : 0;
	t.embargo = t.has_embargo ? query_int(q, 13) : 0;
	TRY(slice_keep(c, query_text(q, 0), &t.id));
	TRY(slice_keep(c, query_text(q, 1), &t.home));
	TRY(slice_keep(c, query_text(q, 2), &t.kind));
	TRY(slice_keep(c, query_text(q, 3), &t.hub));
	TRY(slice_keep(c, query_text(q, 5), &t.state));
	*ret = t;
	return OK;
}

rc thread_find(struct ctx *c, struct store *st, slice id, struct thread *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_THREAD_BY_ID, v_text(id)));
	return found ? thread_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "thread.none");
}

rc thread_list(struct ctx *c, struct store *st, slice home, bool over, size_t most, struct thread **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	if (home.len > 0)
		TRY(STORE_QUERY(c, st, &q, STMT_THREAD_OF_HOME, v_text(home)));
	else
		TRY(STORE_QUERY(c, st, &q, STMT_THREAD_PAGE, v_int(over), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, thread_row, ret, ret_n);
	return OK;
}

rc thread_overdue(struct ctx *c, struct store *st, msec t, size_t most, struct thread **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_THREAD_OPEN_DUE, v_int(t), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, thread_row, ret, ret_n);
	return OK;
}

static rc party_row(struct ctx *c, const struct query *q, struct thread_party *ret)
{
	*ret = (struct thread_party){ .place = query_int(q, 1), .called = query_int(q, 2) != 0, .has_step = !query_is_null(q, 3),
		.step_at = query_is_null(q, 4) ? 0 : query_int(q, 4), .signed_version = query_int(q, 5) };
	TRY(slice_keep(c, query_text(q, 0), &ret->node));
	return slice_keep(c, query_text(q, 3), &ret->step);
}

rc thread_parties(struct ctx *c, struct store *st, slice id, struct thread_party **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_THREAD_PARTIES, v_text(id)));
	COLLECT_ROWS(c, &q, party_row, ret, ret_n);
	return OK;
}

static rc event_row(struct ctx *c, const struct query *q, struct thread_event *ret)
{
	*ret = (struct thread_event){ .seq = query_int(q, 0), .at = query_int(q, 3), .version = query_int(q, 4), .kept = query_int(q, 6) };
	TRY(slice_keep(c, query_text(q, 1), &ret->step));
	TRY(slice_keep(c, query_text(q, 2), &ret->node));
	return slice_keep(c, query_text(q, 5), &ret->env);
}

rc thread_events(struct ctx *c, struct store *st, slice id, struct thread_event **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_THREAD_STEPS, v_text(id)));
	COLLECT_ROWS(c, &q, event_row, ret, ret_n);
	return OK;
}

static rc draft_row(struct ctx *c, const struct query *q, struct draft *ret)
{
	*ret = (struct draft){ .seq = query_int(q, 1) };
	TRY(slice_keep(c, query_text(q, 0), &ret->id));
	TRY(slice_keep(c, query_text(q, 2), &ret->thread));
	TRY(slice_keep(c, query_text(q, 3), &ret->home));
	TRY(slice_keep(c, query_text(q, 4), &ret->kind));
	TRY(slice_keep(c, query_text(q, 5), &ret->step));
	TRY(slice_keep(c, query_text(q, 6), &ret->actor));
	return slice_keep(c, query_text(q, 7), &ret->state);
}

rc thread_drafts(struct ctx *c, struct store *st, struct draft **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(store_query(c, st, STMT_DRAFT_WAITING, NULL, 0, &q));
	COLLECT_ROWS(c, &q, draft_row, ret, ret_n);
	return OK;
}

/* ---- outbox ---- */

static rc sent_row(struct ctx *c, const struct query *q, struct sent *ret)
{
	*ret = (struct sent){ .eseq = query_int(q, 2), .seq = query_int(q, 6), .at = query_int(q, 7), .exp = query_int(q, 8),
		.received = !query_is_null(q, 10), .received_at = query_is_null(q, 10) ? 0 : query_int(q, 10),
		.rec_seq = query_is_null(q, 11) ? 0 : query_int(q, 11), .recalled = !query_is_null(q, 12),
		.after = query_is_null(q, 13) ? 0 : query_int(q, 13) };
	TRY(slice_keep(c, query_text(q, 0), &ret->env));
	TRY(slice_keep(c, query_text(q, 1), &ret->peer));
	TRY(slice_keep(c, query_text(q, 3), &ret->thread));
	TRY(slice_keep(c, query_text(q, 4), &ret->home));
	TRY(slice_keep(c, query_text(q, 5), &ret->kind));
	return slice_keep(c, query_text(q, 9), &ret->state);
}

rc outbox_find(struct ctx *c, struct store *st, slice env, struct sent *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_OUTBOX_BY_ENV, v_text(env)));
	return found ? sent_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "outbox.none");
}

rc outbox_waiting(struct ctx *c, struct store *st, msec now, size_t most, struct sent **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_OUTBOX_WAITING, v_int(now), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, sent_row, ret, ret_n);
	return OK;
}

rc outbox_of(struct ctx *c, struct store *st, slice thread, slice home, struct sent **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	if (thread.len > 0)
		TRY(STORE_QUERY(c, st, &q, STMT_OUTBOX_OF_THREAD, v_text(thread)));
	else
		TRY(STORE_QUERY(c, st, &q, STMT_OUTBOX_OF_HOME, v_text(home)));
	COLLECT_ROWS(c, &q, sent_row, ret, ret_n);
	return OK;
}

rc next_eseq(struct ctx *c, struct store *st, slice peer, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_OUTBOX_PEER_LAST, v_text(peer)));
	*ret = found ? query_int(&q, 0) + 1 : 1;
	return OK;
}

rc prev_envelope(struct ctx *c, struct store *st, slice thread, slice peer, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_OUTBOX_PREV, v_text(thread), v_text(peer)));
	*ret = S_NONE;
	return found ? slice_keep(c, query_text(&q, 0), ret) : OK;
}

/* ---- inbox ---- */

static rc came_row(struct ctx *c, const struct query *q, struct came *ret)
{
	*ret = (struct came){ .eseq = query_int(q, 2), .seq = query_int(q, 6), .at = query_int(q, 7), .sent = query_int(q, 8),
		.exp = query_int(q, 9), .expires = query_int(q, 14), .recalled = !query_is_null(q, 15) };
	TRY(slice_keep(c, query_text(q, 0), &ret->env));
	TRY(slice_keep(c, query_text(q, 1), &ret->peer));
	TRY(slice_keep(c, query_text(q, 3), &ret->thread));
	TRY(slice_keep(c, query_text(q, 4), &ret->home));
	TRY(slice_keep(c, query_text(q, 5), &ret->kind));
	TRY(slice_keep(c, query_text(q, 10), &ret->digest));
	TRY(slice_keep(c, query_text(q, 11), &ret->tlp));
	TRY(slice_keep(c, query_text(q, 12), &ret->purpose));
	TRY(slice_keep(c, query_text(q, 13), &ret->onward));
	TRY(slice_keep(c, query_text(q, 16), &ret->recall_answer));
	return slice_keep(c, query_text(q, 17), &ret->fixed_by);
}

rc inbox_of(struct ctx *c, struct store *st, slice thread, struct came **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_INBOX_OF_THREAD, v_text(thread)));
	COLLECT_ROWS(c, &q, came_row, ret, ret_n);
	return OK;
}

rc inbox_find(struct ctx *c, struct store *st, slice env, struct came *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_INBOX_ANY, v_text(env)));
	return found ? came_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "inbox.none");
}

rc inbox_open(struct ctx *c, const struct exchange *x, const struct look *look, slice env, struct brought *ret)
{
	const struct opened *opened;
	struct entry e;
	size_t n;

	TRY(inbox_find(c, node_store(x->n), env, &ret->came));
	if (ret->came.recalled)
		return FAIL(c, E_DENIED, "inbox.recalled");
	if (ret->came.expires != 0 && c->now >= ret->came.expires)
		return FAIL(c, E_DENIED, "inbox.expired");
	TRY(record_get(c, x->n, ret->came.seq, &e));
	TRY(node_view(c, x->n, look, e.case_id, &ret->came.seq, 1, &opened, &n));
	ret->gone = n == 0 || opened[0].state == PAYLOAD_GONE;
	ret->body = NULL;
	return ret->gone ? OK : json_parse(c, opened[0].bytes, &ret->body);
}

/* ---- progress of notices ---- */

static rc progress_row(struct ctx *c, const struct query *q, struct progress *ret)
{
	*ret = (struct progress){ .over = query_int(q, 3) != 0, .received = !query_is_null(q, 5), .answered = !query_is_null(q, 6),
		.has_due = !query_is_null(q, 7) };
	ret->received_at = ret->received ? query_int(q, 5) : 0;
	ret->answered_at = ret->answered ? query_int(q, 6) : 0;
	ret->due = ret->has_due ? query_int(q, 7) : 0;
	TRY(slice_keep(c, query_text(q, 0), &ret->node));
	TRY(slice_keep(c, query_text(q, 1), &ret->thread));
	TRY(slice_keep(c, query_text(q, 2), &ret->state));
	return slice_keep(c, query_text(q, 4), &ret->sent);
}

rc told_progress(struct ctx *c, struct store *st, slice home, slice kind, struct progress **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_TOLD_PROGRESS, v_text(home), v_text(kind)));
	COLLECT_ROWS(c, &q, progress_row, ret, ret_n);
	return OK;
}

/* The fields of the newest envelope of a thread, as opened. */
static rc take_answer(struct ctx *c, const struct opened *o, size_t n, struct progress *ret)
{
	const struct json *body, *fields;

	if (n == 0 || o->state == PAYLOAD_GONE)
		return OK;
	TRY(json_parse(c, o->bytes, &body));
	fields = json_get(body, S("fields"));
	ret->answer = json_text(json_get(fields, S("answer")));
	ret->joins = json_text(json_get(fields, S("joint")));
	return OK;
}

rc told_answers(struct ctx *c, const struct exchange *x, const struct look *look, slice home, struct progress *v, size_t n)
{
	int64_t seqs[TOLD_LOOK];
	size_t which[TOLD_LOOK];

	for (size_t at = 0; at < n;) {
		const struct opened *opened[TOLD_LOOK];
		size_t payloads[TOLD_LOOK], count = 0;

		for (; at < n && count < TOLD_LOOK; at++) {
			struct came *came;
			size_t ncame;

			if (!v[at].answered)
				continue;
			TRY(inbox_of(c, node_store(x->n), v[at].thread, &came, &ncame));
			if (ncame == 0 || came[ncame - 1].recalled || !slice_eq(came[ncame - 1].home, home))
				continue;
			which[count] = at;
			seqs[count++] = came[ncame - 1].seq;
		}
		if (count == 0)
			return OK;
		TRY(node_view(c, x->n, look, home, seqs, count, opened, payloads));
		for (size_t i = 0; i < count; i++)
			TRY(take_answer(c, opened[i], payloads[i], &v[which[i]]));
	}
	return OK;
}

rc serious_find(struct ctx *c, struct store *st, slice case_id, struct judgement *ret, bool *ret_found)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_ONE(c, st, &q, ret_found, STMT_SERIOUS_GET, v_text(case_id)));
	if (*ret_found)
		*ret = (struct judgement){ query_int(&q, 0), query_int(&q, 1) != 0, query_int(&q, 2) != 0, query_int(&q, 3) != 0,
			query_int(&q, 4) != 0, query_int(&q, 5) };
	return OK;
}

rc house_class(struct ctx *c, struct store *st, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(store_one(c, st, STMT_HOUSE_GET, NULL, 0, &q, &found));
	*ret = S_NONE;
	return found ? slice_keep(c, query_text(&q, 0), ret) : OK;
}

rc house_agency(struct ctx *c, struct store *st, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(store_one(c, st, STMT_HOUSE_GET, NULL, 0, &q, &found));
	*ret = S_NONE;
	return found && !query_is_null(&q, 1) ? slice_keep(c, query_text(&q, 1), ret) : OK;
}
