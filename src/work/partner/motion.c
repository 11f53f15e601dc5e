#include "work/partner/motion.h"

#include "base/banned.h"

static const struct member_spec make_members[] = {
	{ "what", MEMBER_WORD, true, NULL }, { "about", MEMBER_WORD, false, NULL }, { 0 },
};

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static rc make_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)st;
	(void)payloads;
	return e->obj.n == 1 && e->nseals == 1 ? OK : FAIL(c, E_INVALID, "entry.missing");
}

static rc make_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_MOTION_INSERT, v_text(e->obj.v[0]), v_text(e->case_id), v_text(word_of(e, "what")),
	                 v_text_or_null(word_of(e, "about")), v_text(e->actor.id), v_int(e->seq), v_int(e->at));
}

static rc end_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct motion m;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(motion_find(c, st, e->obj.v[0], &m));
	if (!m.waiting)
		return FAIL(c, E_CONFLICT, "motion.done");
	return slice_is(e->act, "motion.carry") && slice_eq(m.actor, e->actor.id) ? FAIL(c, E_DENIED, "thread.self") : OK;
}

static rc end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_MOTION_END, v_text(e->obj.v[0]), v_text(slice_is(e->act, "motion.carry") ? S("carried") : S("dropped")));
}

const struct act_kind motion_kinds[] = {
	{ "motion.make", make_members, "handler lead chief", ACT_CASE, make_validate, make_project,
	  "%a put %{what} before a second person (%o)", "%a が %{what} を起案しました（%o）" },
	{ "motion.carry", NULL, "lead chief", ACT_CASE, end_validate, end_project, "%a carried out %o", "%a が起案 %o を承認して行いました" },
	{ "motion.drop", NULL, "handler lead chief", ACT_CASE, end_validate, end_project, "%a dropped %o", "%a が起案 %o を取りやめました" },
	{ 0 },
};

/* ---- reading ---- */

static rc from_row(struct ctx *c, const struct query *q, struct motion *m)
{
	TRY(slice_keep(c, query_text(q, 0), &m->id));
	TRY(slice_keep(c, query_text(q, 1), &m->home));
	TRY(slice_keep(c, query_text(q, 2), &m->what));
	TRY(slice_keep(c, query_text(q, 3), &m->about));
	TRY(slice_keep(c, query_text(q, 4), &m->actor));
	m->seq = query_int(q, 5);
	m->at = query_int(q, 6);
	m->waiting = slice_is(query_text(q, 7), "waiting");
	return OK;
}

rc motion_find(struct ctx *c, struct store *st, slice id, struct motion *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_MOTION_BY_ID, v_text(id)));
	return found ? from_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "motion.none");
}

rc motion_list(struct ctx *c, struct store *st, struct motion **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_MOTION_WAITING, v_text(S("waiting"))));
	COLLECT_ROWS(c, &q, from_row, ret, ret_n);
	return OK;
}

rc motion_open(struct ctx *c, struct node *n, const struct look *look, const struct motion *m, const struct json **ret_body)
{
	TRY(node_view_json(c, n, look, m->home, m->seq, ret_body));
	return *ret_body ? OK : FAIL(c, E_NOTFOUND, "motion.none");
}

rc motion_maker(struct ctx *c, struct node *n, const struct actor *by, const struct motion *m, struct actor *ret)
{
	struct entry e;

	if (!m->waiting)
		return FAIL(c, E_CONFLICT, "motion.done");
	if (slice_eq(by->id, m->actor))
		return FAIL(c, E_DENIED, "thread.self");
	TRY(record_get(c, n, m->seq, &e));
	*ret = e.actor;
	return OK;
}

/* ---- acts ---- */

static rc motion_word(struct ctx *c, slice name, const struct actor *who, slice home, slice id, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = id;
	*ret = (struct act){ .act = name, .actor = *who, .case_id = home, .obj = { obj, 1 } };
	return OK;
}

rc motion_act(struct ctx *c, const struct actor *who, slice home, slice what, slice about, slice body, struct act *ret, slice *ret_id)
{
	struct json_out o;
	struct buf b;

	TRY(id_new(c, "y", ret_id));
	TRY(motion_word(c, S("motion.make"), who, home, *ret_id, ret));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "what", what);
	if (about.len > 0)
		jo_kv_text(&o, "about", about);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	return act_seal(c, ret, body);
}

rc motion_act_end(struct ctx *c, const struct actor *who, const struct motion *m, bool carried, struct act *ret)
{
	return motion_word(c, carried ? S("motion.carry") : S("motion.drop"), who, m->home, m->id, ret);
}

rc motion_act_approve(struct ctx *c, const struct actor *by, const struct motion *m, struct act *ret)
{
	int64_t *ref;

	TRY_NEW(c, ref);
	*ref = m->seq;
	*ret = (struct act){ .act = S("approve"), .actor = *by, .case_id = m->home, .ref = { ref, 1 } };
	return OK;
}
