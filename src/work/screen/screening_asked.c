/* A person asks who looked at their record: taken in by one, agreed to by another, the answer kept sealed. */
#include "work/screen/screening.h"

#include "base/banned.h"

static const slice person_ask = S_INIT("person");

rc screening_person(struct ctx *c, struct node *n, const struct actor *who, slice number, int64_t *ret_ask)
{
	struct act act = { .act = S("screening.person"), .actor = *who };
	struct payload p = { 0 };
	struct json_out o;
	struct buf b;
	slice id;

	number = slice_trim(number);
	if (number.len == 0 || number.len > 32)
		return FAIL(c, E_INVALID, "screening.number");
	for (size_t i = 0; i < number.len; i++)
		if (number.p[i] < '0' || number.p[i] > '9')
			return FAIL(c, E_INVALID, "screening.number");
	TRY(id_new(c, "w", &id));
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "number", number);
	jo_end_object(&o);
	p.bytes = buf_slice(&b);
	act.case_id = id;
	act.obj = (struct words){ &id, 1 };
	act.seal = &p;
	act.nseal = 1;
	return node_append(c, n, &act, ret_ask);
}

static rc matter_of(struct ctx *c, struct node *n, int64_t ask, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SCREENING_ASK_OF, v_int(ask)));
	if (!found || !slice_eq(query_text(&q, 1), person_ask))
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	return slice_keep(c, query_text(&q, 0), ret);
}

rc screening_disclose(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_number)
{
	struct act act = { .act = S("screening.disclose"), .actor = *who, .ref = { &ask, 1 } };
	struct look look = { .actor = *who };
	const struct json *v;
	int64_t seq;
	slice id;

	TRY(matter_of(c, n, ask, &id));
	act.obj = (struct words){ &id, 1 };
	TRY(node_append(c, n, &act, &seq));
	TRY(node_view_json(c, n, &look, id, ask, &v));
	if (!v)
		return FAIL(c, E_NOTFOUND, "screening.gone");
	*ret_number = json_text(json_get(v, S("number")));
	return OK;
}

rc screening_answer(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice lines)
{
	struct act act = { .act = S("screening.answer"), .actor = *who, .ref = { &ask, 1 } };
	struct payload p = { .bytes = lines };
	int64_t seq;
	slice id;

	if (lines.len > SCREENING_ANSWER_MOST)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(matter_of(c, n, ask, &id));
	act.case_id = id;
	act.obj = (struct words){ &id, 1 };
	act.seal = &p;
	act.nseal = 1;
	return node_append(c, n, &act, &seq);
}

static rc ask_row(struct ctx *c, const struct query *q, struct screening_asked *ret)
{
	ret->seq = query_int(q, 0);
	ret->agreed = query_int(q, 3) != 0;
	ret->answer = query_int(q, 4);
	ret->at = query_int(q, 5);
	TRY(slice_keep(c, query_text(q, 1), &ret->id));
	return slice_keep(c, query_text(q, 2), &ret->actor);
}

rc screening_asked_list(struct ctx *c, struct store *st, size_t most, struct screening_asked **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_SCREENING_ASK_LIST, v_text(person_ask), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, ask_row, ret, ret_n);
	return OK;
}

rc screening_answer_open(struct ctx *c, struct node *n, const struct look *look, const struct screening_asked *a, slice *ret)
{
	const struct opened *p;
	size_t np;

	TRY(node_view(c, n, look, a->id, &a->answer, 1, &p, &np));
	if (np == 0 || p[0].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "screening.gone");
	*ret = p[0].bytes;
	return OK;
}
