/* Notices as the tables have them. */
#include "work/notice/notice.h"

#include "base/banned.h"

static rc notice_from_row(struct ctx *c, const struct query *q, struct notice *ret)
{
	struct notice w = { .seq = query_int(q, 0), .level = query_int(q, 5), .at = query_int(q, 9), .confirmed = query_int(q, 10),
		.tries = query_int(q, 12), .next_try = query_int(q, 13) };
	unsigned i;

	TRY(slice_keep(c, query_text(q, 1), &w.case_id));
	TRY(slice_keep(c, query_text(q, 2), &w.rule));
	TRY(slice_keep(c, query_text(q, 3), &w.recipient));
	TRY(slice_keep(c, query_text(q, 4), &w.step));
	TRY(slice_keep(c, query_text(q, 6), &w.account));
	TRY(slice_keep(c, query_text(q, 7), &w.instead_of));
	TRY(said_word(c, notice_why_words, NOTICE_WHYS, query_text(q, 8), &i));
	w.why = (enum notice_why)i;
	TRY(said_word(c, notice_state_words, NOTICE_STATES, query_text(q, 11), &i));
	w.state = (enum notice_state)i;
	*ret = w;
	return OK;
}

static rc all_rows(struct ctx *c, struct query *q, struct notice **ret, size_t *ret_n)
{
	COLLECT_ROWS(c, q, notice_from_row, ret, ret_n);
	return OK;
}

rc notice_list(struct ctx *c, struct store *st, slice case_id, struct notice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_NOTICE_OF_CASE, v_text(case_id)));
	return all_rows(c, &q, ret, ret_n);
}

rc notice_of_duty(struct ctx *c, struct store *st, const struct duty *d, struct notice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_NOTICE_OF_DUTY, v_text(d->case_id), v_text(d->rule), v_text(d->recipient)));
	return all_rows(c, &q, ret, ret_n);
}

rc notice_waiting(struct ctx *c, struct store *st, size_t most, struct notice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_NOTICE_QUEUE, v_int(c->now), v_int((int64_t)most)));
	return all_rows(c, &q, ret, ret_n);
}

rc notice_mine(struct ctx *c, struct store *st, slice account, size_t most, struct notice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct notice *v;
	size_t n, got = 0;

	TRY(STORE_QUERY(c, st, &q, STMT_NOTICE_OF_ACCOUNT, v_text(account), v_int((int64_t)most)));
	TRY(all_rows(c, &q, &v, &n));
	for (size_t i = 0; i < n; i++) {
		bool twice = false;

		for (size_t k = 0; k < got; k++)
			twice = twice || (slice_eq(v[k].case_id, v[i].case_id) && slice_eq(v[k].rule, v[i].rule) &&
			                  slice_eq(v[k].recipient, v[i].recipient));
		if (!twice)
			v[got++] = v[i];
	}
	*ret = v;
	*ret_n = got;
	return OK;
}
