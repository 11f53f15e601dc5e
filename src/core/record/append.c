/* The write path: permission, validation, entry, seals, tables, in one transaction; the answer after the flush. */
#include <stdio.h>

#include "core/record/build.h"
#include "core/record/node_inside.h"

#include "base/banned.h"

#define CLOCK_SLACK ((msec)1000)   /* a clock that was corrected by less keeps its last time */
#define SIGN_EVERY 4096u           /* entries; and a second of silence, and the end of the process */

rc act_seal(struct ctx *c, struct act *act, slice bytes)
{
	struct payload *p;

	TRY_NEW(c, p);
	p->bytes = bytes;
	act->seal = p;
	act->nseal = 1;
	return OK;
}

/* ---- index and projection: the same for new entries and for a rebuild ---- */

/* All seals of a unit are made with one key: another one means that the keeper has lost the first. */
static rc check_unit(struct ctx *c, struct store *st, const struct seal *s)
{
	const slice kc = { (const char *)s->kc, sizeof s->kc };
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_UNIT_GET, v_text(s->key)));
	if (!found)
		return STORE_RUN(c, st, STMT_UNIT_INSERT, v_text(s->key), v_blob(kc));
	return slice_eq(query_blob(&q, 0), kc) ? OK : FAIL(c, E_TAMPER, "keep.lost");
}

rc entry_project(struct ctx *c, struct node *n, struct store *st, struct indexer *ix, const struct act_kind *kind,
                 const struct entry *e, const struct opened *payloads)
{
	TRY(indexer_add(c, ix, n->st, st, e));
	for (size_t i = 0; i < e->nseals; i++)
		TRY(check_unit(c, st, &e->seals[i]));
	return kind->project ? kind->project(c, st, e, payloads) : OK;
}

/* ---- permission ---- */

static bool role_is_in(const char *roles, slice role)
{
	slice rest = slice_of(roles), one;

	while (slice_next(&rest, ' ', &one))
		if (slice_eq(one, role))
			return true;
	return false;
}

/* Whether the approval is of what the act answers: of its first reference, when it has one. */
static bool is_approved(const struct entry *approval, const struct entry *e)
{
	for (size_t i = 0; i < approval->ref.n; i++)
		if (e->ref.n && approval->ref.v[i] == e->ref.v[0])
			return true;
	return e->ref.n == 0;
}

/* Nobody approves what is his own: the proposal that the act answers, or else the act itself. */
static rc is_proposer(struct ctx *c, struct node *n, const struct entry *approval, const struct entry *e, bool *ret)
{
	struct entry proposal;

	*ret = slice_eq(e->actor.id, approval->actor.id);
	if (e->ref.n == 0)
		return OK;
	TRY(record_get(c, n, e->ref.v[0], &proposal));
	*ret = slice_eq(proposal.actor.id, approval->actor.id);
	return OK;
}

/* An approval counts when another person gave it, on the same case, for this very thing. */
static rc check_approvals(struct ctx *c, struct node *n, const struct entry *e)
{
	for (size_t i = 0; i < e->appr.n; i++) {
		struct entry a;
		bool own;

		TRY(record_get(c, n, e->appr.v[i], &a));
		TRY(is_proposer(c, n, &a, e, &own));
		if (slice_is(a.act, "approve") && slice_eq(a.case_id, e->case_id) && is_approved(&a, e) && !own)
			return OK;
	}
	return FAIL(c, E_DENIED, "act.approval");
}

static rc check_permission(struct ctx *c, struct node *n, const struct act_kind *kind, const struct entry *e)
{
	bool itself = slice_is(e->actor.role, "system");

	if ((kind->flags & ACT_SYSTEM && !itself) || (kind->roles && !itself && !role_is_in(kind->roles, e->actor.role))) {
		(void)FAIL(c, E_DENIED, "act.role");
		fault_name(c, e->act);
		return E_DENIED;
	}
	if (kind->flags & ACT_CASE && e->case_id.len == 0)
		return FAIL(c, E_INVALID, "act.case");
	if (kind->flags & ACT_TWO_PERSON)
		TRY(check_approvals(c, n, e));
	return OK;
}

/* ---- seals ---- */

rc unit_key_id(struct ctx *c, slice unit, slice *ret)
{
	struct buf b;

	if (!word_is_valid(unit) || unit.len > WORD_MOST - 2)
		return FAIL(c, E_INVALID, "act.unit");
	buf_init(&b, c->a, WORD_MOST);
	buf_put(&b, S("k-"));
	buf_put(&b, unit);
	return buf_done(c, &b, ret);
}

/* A unit belongs to the act's case: the case itself or a person in it. */
static bool unit_is_of_case(slice unit, slice case_id)
{
	return case_id.len > 0 && slice_starts(unit, case_id) && (unit.len == case_id.len || unit.p[case_id.len] == '.');
}

static rc seal_one(struct ctx *c, struct node *n, const struct act *act, const struct payload *p, struct seal *s,
                   struct sealed *ret)
{
	slice unit = p->unit.len ? p->unit : act->case_id, aad;
	struct hash sum;

	if (p->bytes.len > PAYLOAD_MOST)
		return FAIL(c, E_LIMIT, "act.payload");
	if (!unit_is_of_case(unit, act->case_id))
		return FAIL(c, E_INVALID, "act.unit");
	TRY(unit_key_id(c, unit, &s->key));
	TRY(seal_put_aad(c, node_name(n), act->case_id, s->key, &aad));
	TRY(keep_seal(c, n->keep, s->key, aad, p->bytes, ret));
	s->alg = ret->alg;
	hash_bytes(n->h, ret->ct, &sum);
	memcpy(s->ct, sum.b, 32);
	memcpy(s->kc, ret->kc, 32);
	memcpy(s->n, ret->n, 24);
	s->len = (int64_t)ret->ct.len;
	return OK;
}

/* ---- one act ---- */

struct draft {
	const struct act_kind *kind;
	struct entry e;
	struct sealed *sealed;
	struct opened *payloads;
};

static rc make_draft(struct ctx *c, struct node *n, const struct act *act, int64_t first, msec at, struct draft *d)
{
	struct entry_frame frame = { .seq = (int64_t)n->f.size, .at = at, .node = node_name(n), .zone = S(ZONE), .batch_first = first };
	struct seal *seals;

	d->kind = node_kind(n, act->act);
	if (!d->kind)
		return FAIL(c, E_INVALID, "act.unknown");
	TRY_ARRAY(c, seals, act->nseal + 1);
	TRY_ARRAY(c, d->sealed, act->nseal + 1);
	TRY_ARRAY(c, d->payloads, act->nseal + 1);
	for (size_t i = 0; i < act->nseal; i++) {
		TRY(seal_one(c, n, act, &act->seal[i], &seals[i], &d->sealed[i]));
		d->payloads[i] = (struct opened){ PAYLOAD_OPEN, act->seal[i].bytes };
	}
	frame.seals = seals;
	return entry_build(c, act, &frame, d->kind->members, &d->e);
}

static rc write_draft(struct ctx *c, struct node *n, const struct draft *d)
{
	const struct entry *e = &d->e;
	struct full full[8];
	struct hash leaf;
	size_t nfull;

	hash_leaf(n->h, e->bytes, &leaf);
	TRY(row_add(c, &n->rows, n->st, e->seq, e->bytes, &leaf));
	if (indexer_is_full(e->seq))
		TRY(flush_rows(c, n));
	for (size_t i = 0; i < e->nseals; i++)
		TRY(STORE_RUN(c, n->st, STMT_BLOB_INSERT, v_blob((slice){ (const char *)e->seals[i].ct, 32 }),
		              v_blob(d->sealed[i].ct)));
	TRY(entry_project(c, n, n->st, n->index, d->kind, e, d->kind->flags & ACT_OPENS ? d->payloads : NULL));
	if (slice_is(e->act, "erase.done"))   /* the ciphertext goes with the act that says so */
		TRY(entry_drop_blobs(c, n, e));
	nfull = frontier_add(n->h, &n->f, &leaf, full);
	for (size_t i = 0; i < nfull; i++)
		TRY(STORE_RUN(c, n->st, STMT_SUBTREE_INSERT, v_int(full[i].level), v_int((int64_t)full[i].n),
		              v_blob(hash_slice(&full[i].hash))));
	n->last_at = e->at;
	return OK;
}

/* Rows "*" of the tables of kinds are asked for every act: who may act at all is known one floor above. */
static rc check_guards(struct ctx *c, struct node *n, const struct entry *e)
{
	for (size_t i = 0; n->kinds && n->kinds[i]; i++)
		if (n->kinds[i][0].act && n->kinds[i][0].act[0] == '*')
			TRY(n->kinds[i][0].validate(c, n->st, e, NULL));
	return OK;
}

static rc append_act(struct ctx *c, struct node *n, const struct act *act, int64_t first, msec at)
{
	struct draft d = { 0 };

	TRY(make_draft(c, n, act, first, at, &d));
	TRY(check_permission(c, n, d.kind, &d.e));
	TRY(space_check(c, n, act->act));
	TRY(check_guards(c, n, &d.e));
	if (d.kind->validate)
		TRY(d.kind->validate(c, n->st, &d.e, d.payloads));
	return write_draft(c, n, &d);
}

/* Runs an act in the scratch memory, which is empty again afterwards. */
static rc append_in_scratch(struct ctx *c, struct node *n, const struct act *act, int64_t first, msec at)
{
	struct arena *own = c->a;
	rc r;

	c->a = n->scratch;
	r = append_act(c, n, act, first, at);
	c->a = own;
	arena_reset(n->scratch);
	return r;
}

/* `at` never runs back unseen: a step of the clock is its own act. */
static rc append_clock_step(struct ctx *c, struct node *n)
{
	struct act step = { .act = S("clock.step"), .actor = SYSTEM_ACTOR };
	char text[48];
	int len;

	if (c->now >= n->last_at - CLOCK_SLACK)
		return OK;
	len = snprintf(text, sizeof text, "{\"was\":%lld}", (long long)n->last_at);
	step.members = (slice){ text, (size_t)len };
	return append_in_scratch(c, n, &step, (int64_t)n->f.size, c->now);
}

static rc append_batch(struct ctx *c, struct node *n, struct batch *b)
{
	int64_t first = (int64_t)n->f.size;
	msec at = c->now > n->last_at ? c->now : n->last_at;

	for (size_t i = 0; i < b->n; i++)
		TRY(append_in_scratch(c, n, &b->acts[i], first, at));
	b->first = first;
	return OK;
}

/* ---- groups ---- */

struct restore { struct frontier f; msec last_at; };

/* True when the fault is the batch's own, so that the others of the group can go on without it. */
static bool is_own_fault(rc r)
{
	return r == E_INVALID || r == E_NOTFOUND || r == E_DENIED || r == E_CONFLICT || r == E_LIMIT ||
	       r == E_TAMPER;   /* the key of its unit is lost: nothing that concerns the others */
}

static rc try_group(struct ctx *c, struct node *n, struct batch *batches, size_t nbatches, size_t *ret_bad)
{
	int64_t size;

	*ret_bad = SIZE_MAX;
	TRY(frontier_catch_up(c, n, &size));
	TRY(append_clock_step(c, n));
	for (size_t i = 0; i < nbatches; i++) {
		rc r = batches[i].result == OK ? append_batch(c, n, &batches[i]) : OK;

		if (r == OK)
			continue;
		*ret_bad = i;
		return r;
	}
	return OK;
}

static bool any_left(const struct batch *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b[i].result == OK)
			return true;
	return false;
}

/* Everything in one transaction; a batch that fails is left out and the rest is done again. */
static rc write_group(struct ctx *c, struct node *n, struct batch *batches, size_t nbatches)
{
	while (any_left(batches, nbatches)) {
		struct restore keep = { n->f, n->last_at };
		size_t bad;
		rc r;

		TRY(store_begin(c, n->st));
		r = try_group(c, n, batches, nbatches, &bad);
		if (r == OK)
			r = flush_rows(c, n);
		if (r == OK)
			r = store_commit(c, n->st);
		else
			store_rollback(n->st);
		if (r == OK)
			return OK;
		row_forget(&n->rows);
		n->f = keep.f;
		n->last_at = keep.last_at;
		indexer_back_to(n->index, (int64_t)keep.f.size);
		if (bad == SIZE_MAX || !is_own_fault(r))
			return r;
		batches[bad].result = r;
		batches[bad].fault = c->fault;
	}
	return OK;
}

/* Keys of units that are new, with one flush for all of them; one alone is made when it is sealed with. */
static rc make_keys(struct ctx *c, struct node *n, const struct batch *batches, size_t nbatches)
{
	slice *ids;
	size_t count = 0, most = 0;

	for (size_t i = 0; i < nbatches; i++)
		for (size_t a = 0; a < batches[i].n; a++)
			most += batches[i].acts[a].nseal;
	if (most < 2 || keep_is_far(n->keep))
		return OK;
	TRY_ARRAY(c, ids, most);
	for (size_t i = 0; i < nbatches; i++)
		for (size_t a = 0; a < batches[i].n; a++) {
			const struct act *act = &batches[i].acts[a];

			for (size_t s = 0; s < act->nseal; s++) {
				slice unit = act->seal[s].unit.len ? act->seal[s].unit : act->case_id;

				/* what is wrong with an act is said when it is its turn */
				if (unit_is_of_case(unit, act->case_id) && unit_key_id(c, unit, &ids[count]) == OK)
					count++;
			}
		}
	fault_clear(c);
	return keep_make(c, n->keep, ids, count);
}

rc node_append_group(struct ctx *c, struct node *n, struct batch *batches, size_t nbatches)
{
	slice note;
	rc r;

	if (n->dead)
		return FAIL(c, E_IO, "store.dead");
	NEVER(nbatches > GROUP_MOST);
	space_look(c, n);
	for (size_t i = 0; i < nbatches; i++)
		batches[i].result = OK;
	r = make_keys(c, n, batches, nbatches);
	if (r == OK)
		r = write_group(c, n, batches, nbatches);
	if (r == E_IO || r == E_BUG || r == E_NOMEM)
		n->dead = true;
	if (r != OK)
		return r;
	/* what is committed stands; a failure to sign is told at the end, and the next start signs */
	if (n->f.size - n->signed_size >= SIGN_EVERY || (n->signed_at && c->now - n->signed_at >= 1000))
		if (node_checkpoint(c, n, &note) != OK)
			fault_clear(c);
	if (n->signed_at == 0)
		n->signed_at = c->now;
	return OK;
}

rc node_append_all(struct ctx *c, struct node *n, const struct act *acts, size_t nacts, int64_t *ret_first)
{
	struct batch b = { .acts = acts, .n = nacts };

	NEVER(nacts == 0);
	TRY(node_append_group(c, n, &b, 1));
	if (b.result != OK) {
		c->fault = b.fault;
		return b.result;
	}
	*ret_first = b.first;
	return OK;
}

/* ---- disposal ---- */

static bool has_key(struct words keys, slice key)
{
	for (size_t i = 0; i < keys.n; i++)
		if (slice_eq(keys.v[i], key))
			return true;
	return false;
}

struct dropping { struct node *n; const struct entry *done; };

static rc drop_of_entry(struct ctx *c, const struct entry *e, void *p)
{
	const struct dropping *d = p;

	for (size_t i = 0; i < e->nseals; i++)
		if (has_key(d->done->keys, e->seals[i].key))
			TRY(STORE_RUN(c, d->n->st, STMT_BLOB_DROP, v_blob((slice){ (const char *)e->seals[i].ct, 32 }),
			              v_int(d->done->at)));
	return OK;
}

rc entry_drop_blobs(struct ctx *c, struct node *n, const struct entry *done)
{
	struct entry_filter of_case = { .case_id = done->case_id, .to = done->seq };
	struct dropping d = { n, done };

	return record_each(c, n, &of_case, drop_of_entry, &d);
}

static rc erase_members(struct ctx *c, struct words keys, const int64_t epoch[2], slice *ret)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, c->a, ENTRY_MOST);
	j = json_out_on(&b);
	jo_object(&j);
	jo_key(&j, S("epoch"));
	jo_array(&j);
	jo_int(&j, epoch[0]);
	jo_int(&j, epoch[1]);
	jo_end_array(&j);
	jo_key(&j, S("keys"));
	jo_array(&j);
	for (size_t i = 0; i < keys.n; i++)
		jo_text(&j, keys.v[i]);
	jo_end_array(&j);
	jo_end_object(&j);
	return buf_done(c, &b, ret);
}

rc node_erase(struct ctx *c, struct node *n, int64_t order_seq, int64_t *ret_seq)
{
	struct act done = { .act = S("erase.done"), .actor = SYSTEM_ACTOR, .ref = { &order_seq, 1 } };
	struct entry order;
	int64_t epoch[2];

	TRY(record_get(c, n, order_seq, &order));
	if (!slice_is(order.act, "erase.order"))
		return FAIL(c, E_INVALID, "record.no_order");
	TRY(store_flush(c, n->st));   /* the order outlives a loss of power, or no key goes */
	TRY(keep_destroy(c, n->keep, order.keys.v, order.keys.n, epoch));
	done.case_id = order.case_id;
	TRY(erase_members(c, order.keys, epoch, &done.members));
	TRY(node_append(c, n, &done, ret_seq));
	return store_purge(c, n->st);
}
