#include "work/disposal/disposal.h"

#include "base/calendar.h"

#include "base/banned.h"

/* ---- holds ---- */

rc hold_of(struct ctx *c, struct store *st, slice case_id, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_HOLD_OF_CASE, v_text(case_id)));
	*ret = found ? query_int(&q, 0) : -1;
	return OK;
}

rc hold_set(struct ctx *c, struct node *n, const struct actor *who, slice case_id, struct words code, int64_t *ret_seq)
{
	struct act act = { .act = S("hold.set"), .actor = *who, .case_id = case_id, .code = code };

	return node_append(c, n, &act, ret_seq);
}

rc hold_lift(struct ctx *c, struct node *n, const struct actor *who, slice case_id, int64_t hold)
{
	struct act act = { .act = S("hold.lift"), .actor = *who, .case_id = case_id, .ref = { &hold, 1 } };
	int64_t seq;

	return node_append(c, n, &act, &seq);
}

/* ---- which keys ---- */

struct gathering {
	struct store *st;
	slice key;               /* only this one; empty: every key of the case */
	slice v[ENTRY_LIST_MOST];
	size_t n;
	struct arena *a;
};

static rc gather_key(struct ctx *c, struct gathering *g, slice key)
{
	AUTO_QUERY q = { 0 };
	bool gone;

	if (g->key.len && !slice_eq(g->key, key))
		return OK;
	for (size_t i = 0; i < g->n; i++)
		if (slice_eq(g->v[i], key))
			return OK;
	TRY(STORE_ONE(c, g->st, &q, &gone, STMT_ERASED_GET, v_text(key)));
	if (gone)
		return OK;
	if (g->n == ENTRY_LIST_MOST)
		return FAIL(c, E_LIMIT, "disposal.many");
	g->v[g->n] = arena_copy(g->a, key);
	return g->v[g->n++].p ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

static rc gather_entry(struct ctx *c, const struct entry *e, void *p)
{
	for (size_t i = 0; i < e->nseals; i++)
		TRY(gather_key(c, p, e->seals[i].key));
	return OK;
}

static rc person_key(struct ctx *c, slice case_id, slice person, slice *ret)
{
	struct buf unit;

	*ret = S_NONE;
	if (person.len == 0)
		return OK;
	buf_init(&unit, c->a, 256);
	buf_put(&unit, case_id);
	buf_putc(&unit, '.');
	buf_put(&unit, person);
	return unit.full ? FAIL(c, E_LIMIT, "text.limit") : unit_key_id(c, buf_slice(&unit), ret);
}

static rc put_members(struct ctx *c, slice rule, struct words keys, slice *ret)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, c->a, ENTRY_MOST);
	j = json_out_on(&b);
	jo_object(&j);
	jo_key(&j, S("keys"));
	jo_array(&j);
	for (size_t i = 0; i < keys.n; i++)
		jo_text(&j, keys.v[i]);
	jo_end_array(&j);
	if (rule.len)
		jo_kv_text(&j, "rule", rule);
	jo_end_object(&j);
	return buf_done(c, &b, ret);
}

/* ---- propose, approve, carry out ---- */

static rc check_due(struct ctx *c, const struct case_head *h, const struct proposal *p)
{
	jday end;

	if (p->early)
		return p->code.n ? OK : FAIL(c, E_INVALID, "disposal.not_due");
	if (!h->closed)
		return FAIL(c, E_CONFLICT, "disposal.open");
	TRY(retention_end(c, p->rule, h->changed, &end));
	return msec_jday(c->now) >= end ? OK : FAIL(c, E_CONFLICT, "disposal.not_due");
}

rc disposal_propose(struct ctx *c, struct node *n, const struct case_head *h, const struct proposal *p, int64_t *ret_seq)
{
	struct act act = { .act = S("erase.propose"), .actor = p->actor, .case_id = h->id, .code = p->code };
	struct entry_filter f = { .case_id = h->id };
	struct gathering *g;

	TRY(check_due(c, h, p));
	TRY_NEW(c, g);
	g->st = node_store(n);
	g->a = c->a;
	TRY(person_key(c, h->id, p->person, &g->key));
	TRY(record_each(c, n, &f, gather_entry, g));
	if (g->n == 0)
		return FAIL(c, E_NOTFOUND, "disposal.empty");
	TRY(put_members(c, p->rule->id, (struct words){ g->v, g->n }, &act.members));
	return node_append(c, n, &act, ret_seq);
}

rc disposal_approve(struct ctx *c, struct node *n, const struct actor *who, int64_t proposal, int64_t *ret_seq)
{
	struct act act = { .act = S("approve"), .actor = *who, .ref = { &proposal, 1 } };
	struct disposal d;

	TRY(disposal_read(c, n, proposal, &d));
	if (slice_eq(d.proposer.id, who->id))
		return FAIL(c, E_DENIED, "act.approval");
	if (!slice_is(who->role, "lead") && !slice_is(who->role, "chief"))
		return FAIL(c, E_DENIED, "act.role");
	if (d.order_seq >= 0)
		return FAIL(c, E_CONFLICT, "disposal.ordered");
	act.case_id = d.case_id;
	return node_append(c, n, &act, ret_seq);
}

static rc append_order(struct ctx *c, struct node *n, const struct actor *who, const struct disposal *d, int64_t *ret_seq)
{
	struct act act = { .act = S("erase.order"), .actor = *who, .case_id = d->case_id, .ref = { &d->seq, 1 } };

	if (d->approve_seq < 0)
		return FAIL(c, E_DENIED, "act.approval");
	act.appr = (struct ints){ &d->approve_seq, 1 };
	TRY(put_members(c, S_NONE, d->keys, &act.members));
	return node_append(c, n, &act, ret_seq);
}

rc disposal_carry_out(struct ctx *c, struct node *n, const struct actor *who, int64_t proposal, int64_t *ret_done)
{
	struct disposal d;

	TRY(disposal_read(c, n, proposal, &d));
	if (d.done_seq >= 0)
		return FAIL(c, E_CONFLICT, "disposal.gone");
	if (d.order_seq < 0)
		TRY(append_order(c, n, who, &d, &d.order_seq));
	return node_erase(c, n, d.order_seq, ret_done);
}

/* ---- reading ---- */

struct reading {
	struct disposal *d;
	struct arena *a;
};

static rc keep_actor(struct reading *r, const struct actor *in, struct actor *ret)
{
	*ret = (struct actor){ arena_copy(r->a, in->id), arena_copy(r->a, in->role), arena_copy(r->a, in->via) };
	return ret->id.p && ret->role.p ? OK : E_LIMIT;
}

static bool has_ref(const struct entry *e, int64_t seq)
{
	for (size_t i = 0; i < e->ref.n; i++)
		if (e->ref.v[i] == seq)
			return true;
	return false;
}

static bool is_among(struct words keys, slice key)
{
	for (size_t i = 0; i < keys.n; i++)
		if (slice_eq(keys.v[i], key))
			return true;
	return false;
}

static rc take_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct reading *r = p;
	struct disposal *d = r->d;
	const struct json *epoch = json_get(e->json, S("epoch"));

	for (size_t i = 0; i < e->nseals; i++)
		d->items += is_among(d->keys, e->seals[i].key);
	if (slice_is(e->act, "approve") && has_ref(e, d->seq) && d->order_seq < 0 && !slice_eq(e->actor.id, d->proposer.id)) {
		d->approve_seq = e->seq;
		d->approved = e->at;
		if (keep_actor(r, &e->actor, &d->approver) != OK)
			return FAIL(c, E_LIMIT, "memory.limit");
	} else if (slice_is(e->act, "erase.order") && has_ref(e, d->seq)) {
		d->order_seq = e->seq;
		d->ordered = e->at;
		if (keep_actor(r, &e->actor, &d->orderer) != OK)
			return FAIL(c, E_LIMIT, "memory.limit");
	} else if (slice_is(e->act, "erase.done") && d->order_seq >= 0 && has_ref(e, d->order_seq)) {
		d->done_seq = e->seq;
		d->done = e->at;
		if (epoch && epoch->count == 2) {
			d->epoch[0] = epoch->child->num;
			d->epoch[1] = epoch->child->next->num;
		}
	}
	return OK;
}

rc disposal_read(struct ctx *c, struct node *n, int64_t proposal, struct disposal *ret)
{
	struct disposal d = { .seq = proposal, .approve_seq = -1, .order_seq = -1, .done_seq = -1 };
	struct reading r = { &d, c->a };
	struct entry_filter f = { 0 };
	struct entry e;

	TRY(record_get(c, n, proposal, &e));
	if (!slice_is(e.act, "erase.propose"))
		return FAIL(c, E_NOTFOUND, "disposal.none");
	d.case_id = f.case_id = e.case_id;
	d.rule = json_text(json_get(e.json, S("rule")));
	d.keys = e.keys;
	d.proposer = e.actor;
	d.proposed = e.at;
	TRY(record_each(c, n, &f, take_entry, &r));
	d.state = d.done_seq >= 0 ? DISPOSAL_DONE : d.order_seq >= 0 ? DISPOSAL_ORDERED : d.approve_seq >= 0 ? DISPOSAL_APPROVED :
	          DISPOSAL_PROPOSED;
	*ret = d;
	return OK;
}

rc disposal_each(struct ctx *c, struct node *n, disposal_fn *fn, void *p)
{
	int64_t seqs[256], after = -1;
	size_t count;

	do {
		AUTO_QUERY q = { 0 };
		bool more = true;

		count = 0;
		TRY(STORE_QUERY(c, node_store(n), &q, STMT_DISPOSAL_AFTER, v_int(after)));
		while (count < 256) {
			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			seqs[count++] = after = query_int(&q, 0);
		}
		query_close(&q);
		for (size_t i = 0; i < count; i++) {
			struct disposal d;

			TRY(disposal_read(c, n, seqs[i], &d));
			TRY(fn(c, &d, p));
		}
	} while (count == 256);
	return OK;
}
