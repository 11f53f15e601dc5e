#include "work/thread/desk.h"

#include "work/thread/thread_inside.h"

#include "base/banned.h"

rc thread_turn(struct ctx *c, const struct exchange *x, const struct thread *t, slice by, struct turn *ret)
{
	const struct thread_kind *k = thread_kind_find(x->kinds, t->kind);
	struct move m;

	ret->n = 0;
	for (uint32_t i = 0; k && !t->over && i < k->nsteps; i++) {
		rc r;

		if (k->steps[i].from == 0)
			continue;
		r = thread_move(c, node_store(x->n), k, &k->steps[i], t, by, true, &m);
		if (r == OK)
			ret->steps[ret->n++] = &k->steps[i];
		else if (r == E_DENIED || r == E_CONFLICT || r == E_INVALID || r == E_NOTFOUND)
			fault_clear(c);
		else
			return r;
	}
	return OK;
}

/* The ids of a query's rows. */
static rc ids_of(struct ctx *c, struct query *q, slice **ret, size_t *ret_n)
{
	COLLECT_ROWS(c, q, query_first, ret, ret_n);
	query_close(q);
	return OK;
}

struct thread_rows { struct thread *v; size_t n, room; };

/* The threads of a query, behind those that are there. */
static rc add_threads(struct ctx *c, struct store *st, struct query *q, struct thread_rows *to)
{
	slice *ids;
	size_t n;

	TRY(ids_of(c, q, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		TRY_ROOM(c, to->v, to->n, to->room, 16);
		TRY(thread_find(c, st, ids[i], &to->v[to->n++]));
	}
	return OK;
}

static rc threads_of(struct ctx *c, struct store *st, struct query *q, struct thread **ret, size_t *ret_n)
{
	struct thread_rows t = { 0 };

	TRY(add_threads(c, st, q, &t));
	*ret = t.v;
	*ret_n = t.n;
	return OK;
}

rc desk_threads(struct ctx *c, struct store *st, bool over, slice aside, size_t most, struct thread **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_THREAD_DESK, v_int(over), v_text(aside), v_int((int64_t)most)));
	return threads_of(c, st, &q, ret, ret_n);
}

rc desk_of_kind(struct ctx *c, struct store *st, slice kind, bool over, size_t most, struct thread **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_THREAD_OF_KIND, v_text(kind), v_int(over), v_int((int64_t)most)));
	return threads_of(c, st, &q, ret, ret_n);
}

rc desk_waiting(struct ctx *c, struct store *st, slice ours, slice aside, size_t most, struct thread **ret, size_t *ret_n)
{
	const struct value in[] = { v_text(ours), v_text(aside), v_int((int64_t)most) };
	static const enum stmt stmts[] = { STMT_THREAD_WAITING_DUE, STMT_THREAD_WAITING_FREE };
	struct thread_rows t = { 0 };

	for (size_t i = 0; i < sizeof stmts / sizeof stmts[0]; i++) {
		AUTO_QUERY q = { 0 };

		TRY(store_query(c, st, stmts[i], in, sizeof in / sizeof in[0], &q));
		TRY(add_threads(c, st, &q, &t));
	}
	*ret = t.v;
	*ret_n = t.n;
	return OK;
}

rc thread_last_node(struct ctx *c, struct store *st, slice thread, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_THREAD_LAST_NODE, v_text(thread)));
	*ret = S_NONE;
	return found ? slice_keep(c, query_text(&q, 0), ret) : OK;
}

rc desk_sent(struct ctx *c, struct store *st, slice state, size_t most, struct sent **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct sent *v;
	slice *ids;

	TRY(STORE_QUERY(c, st, &q, STMT_OUTBOX_IN_STATE, v_text(state), v_int((int64_t)most)));
	TRY(ids_of(c, &q, &ids, ret_n));
	TRY_ARRAY(c, v, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		TRY(outbox_find(c, st, ids[i], &v[i]));
	*ret = v;
	return OK;
}

rc desk_asked_back(struct ctx *c, struct store *st, size_t most, struct came **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct came *v;
	slice *ids;

	TRY(STORE_QUERY(c, st, &q, STMT_INBOX_ASKED_BACK, v_int(0), v_int((int64_t)most)));
	TRY(ids_of(c, &q, &ids, ret_n));
	TRY_ARRAY(c, v, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		TRY(inbox_find(c, st, ids[i], &v[i]));
	*ret = v;
	return OK;
}

rc sent_open(struct ctx *c, const struct exchange *x, const struct look *look, const struct sent *s, const struct json **ret)
{
	struct entry e;

	TRY(record_get(c, x->n, s->seq, &e));
	return node_view_json(c, x->n, look, e.case_id, s->seq, ret);
}

static rc wish_from_row(struct ctx *c, const struct query *q, struct wish_row *w)
{
	*w = (struct wish_row){ .seq = query_int(q, 0), .consent = query_int(q, 1) != 0, .until = query_int(q, 6) };
	TRY(slice_keep(c, query_text(q, 2), &w->kind));
	TRY(slice_keep(c, query_text(q, 3), &w->to));
	TRY(slice_keep(c, query_text(q, 4), &w->field));
	return slice_keep(c, query_text(q, 5), &w->cls);
}

rc wish_list(struct ctx *c, struct store *st, slice case_id, struct wish_row **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_WISH_OF_CASE, v_text(case_id)));
	COLLECT_ROWS(c, &q, wish_from_row, ret, ret_n);
	return OK;
}
