/* Recalls: asking for what went to be destroyed, and answering such a request honestly. */
#include "work/thread/thread_inside.h"

#include "base/banned.h"

static rc body_of(struct ctx *c, slice thread, slice basis, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "v", 1);
	jo_kv_text(&o, "thread", thread);
	jo_kv_text(&o, "basis", basis);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc approve_act(struct ctx *c, const struct actor *by, slice home, struct act *ret)
{
	(void)c;
	*ret = (struct act){ .act = S("approve"), .actor = *by, .case_id = home };
	return OK;
}

rc recall_acts(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice env, slice code)
{
	static const int64_t back = -1;
	struct disclosure d = { .kind = S("recall"), .recall = env, .mark = { .tlp = S("amber"), .purpose = S("coordination"), .onward = S("no") },
		.appr = &back };
	struct act acts[2];
	struct sent s;
	int64_t first;
	slice id;

	if (slice_eq(who->id, by->id))
		return FAIL(c, E_DENIED, "thread.self");
	if (!word_is_valid(code))
		return FAIL(c, E_INVALID, "recall.code");
	TRY(outbox_find(c, node_store(x->n), env, &s));
	if (s.recalled)
		return FAIL(c, E_CONFLICT, "recall.twice");
	d.home = s.home;
	d.thread = s.thread;
	d.to = s.peer;
	TRY(next_eseq(c, node_store(x->n), s.peer, &d.eseq));
	TRY(body_of(c, s.thread, code, &d.body));
	TRY(approve_act(c, by, s.home, &acts[0]));
	TRY(disclose_act(c, x, who, &d, &acts[1], &id));
	return node_append_all(c, x->n, acts, 2, &first);
}

static rc key_members(struct ctx *c, slice key, bool rule, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("keys"));
	jo_array(&o);
	jo_text(&o, key);
	jo_end_array(&o);
	if (rule)
		jo_kv_text(&o, "rule", S("recall"));
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* Destroys the key that the envelope's content lies under: proposed by one, approved by another, ordered, done. */
static rc destroy(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, const struct came *came)
{
	static const int64_t one_back = -1, two_back = -2;
	struct act acts[3] = { { .act = S("erase.propose"), .actor = *who }, { .act = S("approve"), .actor = *by },
		{ .act = S("erase.order"), .actor = *who } };
	struct entry e;
	int64_t first, done;

	TRY(record_get(c, x->n, came->seq, &e));
	NEVER(e.nseals != 1);
	for (size_t i = 0; i < 3; i++)
		acts[i].case_id = e.case_id;
	TRY(key_members(c, e.seals[0].key, true, &acts[0].members));
	acts[1].ref = (struct ints){ &one_back, 1 };
	TRY(key_members(c, e.seals[0].key, false, &acts[2].members));
	acts[2].ref = (struct ints){ &two_back, 1 };
	acts[2].appr = (struct ints){ &one_back, 1 };
	TRY(node_append_all(c, x->n, acts, 3, &first));
	return node_erase(c, x->n, first + 2, &done);
}

rc recall_answer(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice env, bool done,
                 slice basis)
{
	static const int64_t back = -1;
	struct disclosure d = { .kind = done ? S("recall.done") : S("recall.kept"), .recall = env, .appr = &back,
		.mark = { .tlp = S("amber"), .purpose = S("coordination"), .onward = S("no") } };
	struct act acts[2];
	struct came came;
	int64_t first;
	slice id;

	if (slice_eq(who->id, by->id))
		return FAIL(c, E_DENIED, "thread.self");
	if (!word_is_valid(basis))
		return FAIL(c, E_INVALID, "recall.code");
	TRY(inbox_find(c, node_store(x->n), env, &came));
	if (!came.recalled)
		return FAIL(c, E_CONFLICT, "recall.none");
	if (came.recall_answer.len > 0)
		return FAIL(c, E_CONFLICT, "recall.twice");
	if (done)
		TRY(destroy(c, x, who, by, &came));
	d.home = came.home;
	d.thread = came.thread;
	d.to = came.peer;
	TRY(next_eseq(c, node_store(x->n), came.peer, &d.eseq));
	TRY(body_of(c, came.thread, basis, &d.body));
	TRY(approve_act(c, by, came.home, &acts[0]));
	TRY(disclose_act(c, x, who, &d, &acts[1], &id));
	return node_append_all(c, x->n, acts, 2, &first);
}
