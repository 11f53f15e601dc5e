#include "work/screen/screening.h"

#include "base/banned.h"

static rc row_text(struct ctx *c, const struct query *q, int col, slice *ret)
{
	return slice_keep(c, query_text(q, col), ret);
}

static rc item_row(struct ctx *c, const struct query *q, struct screening_item *i)
{
	slice *const texts[] = { &i->id, &i->run, &i->org, &i->kind, &i->reviewer, &i->state, &i->reason, &i->case_id,
		&i->department };
	static const int cols[] = { 0, 2, 3, 4, 9, 10, 11, 12, 15 };

	for (unsigned k = 0; k < sizeof cols / sizeof *cols; k++)
		TRY(row_text(c, q, cols[k], texts[k]));
	i->seq = query_int(q, 1);
	i->rank = query_int(q, 5);
	i->score = query_int(q, 6);
	i->severity = query_int(q, 7);
	i->auditor = query_int(q, 8) != 0;
	i->kept = query_int(q, 13);
	i->changed = query_int(q, 14);
	return OK;
}

rc screening_find(struct ctx *c, struct store *st, slice id, struct screening_item *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_SCREENING_ITEM_BY_ID, v_text(id)));
	return found ? item_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "screening.no_item");
}

rc screening_page(struct ctx *c, struct store *st, slice run, int64_t rank, size_t most, struct screening_item **ret,
	size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct screening_item *v;
	size_t n = 0;
	bool more;

	NEVER(most == 0 || most > SCREENING_PAGE_MOST);
	TRY_ARRAY(c, v, most);
	TRY(STORE_QUERY(c, st, &q, STMT_SCREENING_ITEM_PAGE, v_text(run), v_int(rank), v_int((int64_t)most)));
	TRY(query_next(c, &q, &more));
	for (; more && n < most; n++) {
		TRY(item_row(c, &q, &v[n]));
		TRY(query_next(c, &q, &more));
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

static rc reviewer_row(struct ctx *c, const struct query *q, struct screening_reviewer *ret)
{
	ret->auditor = query_int(q, 3) != 0;
	ret->items = query_int(q, 4);
	TRY(row_text(c, q, 0, &ret->actor));
	TRY(row_text(c, q, 1, &ret->account));
	return row_text(c, q, 2, &ret->superior);
}

rc screening_reviewers(struct ctx *c, struct store *st, struct screening_reviewer **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(store_query(c, st, STMT_SCREENING_REVIEWERS, NULL, 0, &q));
	COLLECT_ROWS(c, &q, reviewer_row, ret, ret_n);
	return OK;
}

rc screening_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_item *i,
	const struct json **ret)
{
	TRY(node_view_json(c, n, look, i->id, i->seq, ret));
	return *ret ? OK : FAIL(c, E_NOTFOUND, "screening.gone");
}

rc screening_weights(struct ctx *c, struct store *st, struct screening_weight **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct screening_weight *v = NULL;
	size_t n = 0, room = 0;
	bool more;

	TRY(store_query(c, st, STMT_SCREENING_KINDS, NULL, 0, &q));
	TRY(query_next(c, &q, &more));
	for (; more;) {
		slice state = query_text(&q, 1);
		int64_t count = query_int(&q, 2);

		if (n == 0 || !slice_eq(v[n - 1].kind, query_text(&q, 0))) {
			TRY_ROOM(c, v, n, room, 16);
			v[n] = (struct screening_weight){ .weight = 100 };
			TRY(row_text(c, &q, 0, &v[n++].kind));
		}
		if (slice_is(state, "justified") || slice_is(state, "incident"))
			v[n - 1].judged += count;
		if (slice_is(state, "incident"))
			v[n - 1].confirmed += count;
		TRY(query_next(c, &q, &more));
	}
	for (size_t i = 0; i < n; i++) {
		int64_t w = (2 + v[i].confirmed) * 200 / (4 + v[i].judged);

		/* the prior, two of four, weighs what the file says; nothing weighs more than that twice */
		v[i].weight = v[i].judged == 0 ? 100 : w < 30 ? 30 : w > 200 ? 200 : w;
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

static rc count_row(struct ctx *c, const struct query *q, struct screening_count *ret)
{
	ret->n = query_int(q, 2);
	TRY(row_text(c, q, 0, &ret->state));
	return row_text(c, q, 1, &ret->reason);
}

rc screening_counts(struct ctx *c, struct store *st, slice run, struct screening_count **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_SCREENING_RUN_STATES, v_text(run)));
	COLLECT_ROWS(c, &q, count_row, ret, ret_n);
	return OK;
}

/* The columns of screening_run, in both statements that tell of lists. */
static rc run_row(struct ctx *c, const struct query *q, struct screening_run *ret)
{
	*ret = (struct screening_run){ .seq = query_int(q, 2), .at = query_int(q, 3), .items = query_int(q, 5), .since = query_int(q, 6),
		.until = query_int(q, 7), .proof = query_int(q, 8) != 0, .sources = query_int(q, 9), .lines = query_int(q, 10),
		.read = query_int(q, 11), .damaged = query_int(q, 12), .twice = query_int(q, 13), .missing = query_int(q, 14),
		.accesses = query_int(q, 15), .unexplained = query_int(q, 16) };
	TRY(row_text(c, q, 0, &ret->run));
	TRY(row_text(c, q, 1, &ret->id));
	return row_text(c, q, 4, &ret->actor);
}

static rc sum_row(struct ctx *c, const struct query *q, struct screening_sum *ret)
{
	ret->items = query_int(q, 17);
	ret->waiting = query_int(q, 18);
	ret->kept = query_int(q, 19);
	TRY(run_row(c, q, &ret->about));
	ret->known = ret->about.seq >= 0;
	return row_text(c, q, 0, &ret->run);
}

rc screening_runs(struct ctx *c, struct store *st, struct screening_sum **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(store_query(c, st, STMT_SCREENING_RUNS, NULL, 0, &q));
	COLLECT_ROWS(c, &q, sum_row, ret, ret_n);
	return OK;
}

rc screening_newest(struct ctx *c, struct store *st, slice *ret_run)
{
	AUTO_QUERY q = { 0 };
	bool found;

	*ret_run = S_NONE;
	TRY(store_query(c, st, STMT_SCREENING_NEWEST, NULL, 0, &q));
	TRY(query_next(c, &q, &found));
	return found ? row_text(c, &q, 0, ret_run) : OK;
}

rc screening_run_find(struct ctx *c, struct store *st, slice run, struct screening_run *ret, bool *ret_found)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_SCREENING_RUN_OF, v_text(run)));
	*ret_found = found;
	return found ? run_row(c, &q, ret) : OK;
}

rc screening_run_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_run *r, const struct json **ret)
{
	TRY(node_view_json(c, n, look, r->id, r->seq, ret));
	return *ret ? OK : FAIL(c, E_NOTFOUND, "screening.gone");
}

static rc wait_row(struct ctx *c, const struct query *q, struct screening_wait *ret)
{
	ret->n = query_int(q, 1);
	return row_text(c, q, 0, &ret->run);
}

rc screening_waiting(struct ctx *c, struct store *st, slice actor, struct screening_wait **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_SCREENING_WAITING, v_text(actor)));
	COLLECT_ROWS(c, &q, wait_row, ret, ret_n);
	return OK;
}

/* Small numbers are hidden, and with a single one the next larger too: else it is the rest of the sum. */
enum screening_told screening_told(const int64_t *v, unsigned n, unsigned i)
{
	int64_t next = INT64_MAX;
	unsigned small = 0;

	if (v[i] > 0 && v[i] < SCREENING_TOLD_LEAST)
		return TOLD_FEW;
	for (unsigned k = 0; k < n; k++) {
		small += v[k] > 0 && v[k] < SCREENING_TOLD_LEAST;
		if (v[k] >= SCREENING_TOLD_LEAST && v[k] < next)
			next = v[k];
	}
	return small == 1 && v[i] > 0 && v[i] <= next ? TOLD_HIDDEN : TOLD_NUMBER;
}
