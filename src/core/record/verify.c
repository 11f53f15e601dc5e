/* Checks the whole record, or fills the tables anew: both walk over all entries in order. */
#include "core/record/jcs.h"
#include "core/record/node_inside.h"

#include "base/banned.h"

struct walk {
	struct node *n;
	struct verdict *v;
	struct store *target;          /* where tables are filled */
	struct indexer *index;         /* of the walk itself */
	struct frontier f;
	struct entry_filter all;
	msec last_at;
	bool hashes_only;              /* rebuild: seals and schemas are not its business */
	struct note_key key;
	uint64_t next_size;            /* of the next kept checkpoint; 0: none left */
	slice next_note;
	struct hash next_root;
	uint64_t last_size;            /* what the signer signed last */
	struct hash last_root;
	uint64_t good_size;            /* the last checkpoint that held */
	struct arena *notes;           /* owned; of the checkpoint that is read */
	const struct verify_way *way;
	int64_t size;                  /* entries in all, for the telling */
};

#define TELL_EVERY 4096
#define NOTES_MEMORY ((size_t)16 << 20)

static rc next_checkpoint(struct ctx *c, struct walk *w, uint64_t after)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, w->n->st, &q, &found, STMT_CHECKPOINT_AFTER, v_int((int64_t)after)));
	w->next_size = 0;
	if (!found)
		return OK;
	w->next_size = (uint64_t)query_int(&q, 0);
	if (query_is_null(&q, 2) || query_blob(&q, 1).len != 32)
		return FAIL(c, E_TAMPER, "record.checkpoint");
	memcpy(w->next_root.b, query_blob(&q, 1).p, 32);
	arena_reset(w->notes);
	w->next_note = arena_copy(w->notes, query_text(&q, 2));
	return w->next_note.p ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

static rc check_note(struct ctx *c, struct walk *w, const struct hash *root)
{
	struct arena *own = c->a;
	struct checkpoint cp;
	struct note note;
	bool good;

	c->a = w->notes;
	good = note_parse(c, w->next_note, &note) == OK && checkpoint_parse(c, note.body, &cp) == OK && cp.size == w->f.size &&
	       note_is_ours(c, w->n, &note, cp.origin) == OK;
	c->a = own;
	if (!good)
		return FAIL(c, E_TAMPER, "record.checkpoint");
	if (!hash_eq(&cp.root, root) || !hash_eq(&w->next_root, root))
		return FAIL(c, E_TAMPER, "record.root");
	return OK;
}

/* At sizes that were signed the root must be the signed one. */
static rc check_signed(struct ctx *c, struct walk *w)
{
	struct hash root;

	if (w->f.size != w->next_size && w->f.size != w->last_size)
		return OK;
	frontier_root(w->n->h, &w->f, &root);
	if (w->f.size == w->last_size && !hash_eq(&root, &w->last_root))
		return FAIL(c, E_TAMPER, "record.root");
	if (w->f.size == w->next_size) {
		TRY(check_note(c, w, &root));
		w->v->checkpoints++;
		TRY(next_checkpoint(c, w, w->f.size));
	}
	w->good_size = w->f.size;
	return OK;
}

static rc check_time(struct ctx *c, struct walk *w, const struct entry *e)
{
	const struct json *was = json_get(e->json, S("was"));

	if (slice_is(e->act, "clock.step") ? !was || was->num != w->last_at : e->at < w->last_at)
		return FAIL(c, E_TAMPER, "record.time");
	w->last_at = e->at;
	return OK;
}

static rc check_seals(struct ctx *c, struct walk *w, const struct entry *e)
{
	const struct opened *o;

	TRY(node_open_payloads(c, w->n, e, PURPOSE_VERIFY, &o));
	for (size_t i = 0; i < e->nseals; i++)
		*(o[i].state == PAYLOAD_OPEN ? &w->v->seals_open : &w->v->seals_gone) += 1;
	return OK;
}

static rc check_subtrees(struct ctx *c, struct walk *w, const struct full *full, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, w->n->st, &q, &found, STMT_SUBTREE_GET, v_int(full[i].level), v_int((int64_t)full[i].n)));
		if (!found || !slice_eq(query_blob(&q, 0), hash_slice(&full[i].hash)))
			return FAIL(c, E_TAMPER, "record.hashes");
	}
	return OK;
}

static rc renew_subtrees(struct ctx *c, struct walk *w, const struct full *full, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(STORE_RUN(c, w->n->st, STMT_SUBTREE_INSERT, v_int(full[i].level), v_int((int64_t)full[i].n),
		              v_blob(hash_slice(&full[i].hash))));
	return OK;
}

static rc project(struct ctx *c, struct walk *w, const struct act_kind *kind, const struct entry *e)
{
	const struct opened *o = NULL;

	if (kind->flags & ACT_OPENS)
		TRY(node_open_payloads(c, w->n, e, PURPOSE_PROJECT, &o));
	return entry_project(c, w->n, w->target, w->index, kind, e, o);
}

static rc check_entry(struct ctx *c, struct walk *w, slice body, const struct hash *leaf)
{
	const struct act_kind *kind;
	const struct json *json;
	struct entry e;

	TRY(jcs_parse(c, body, &json));
	TRY(entry_read(c, json, body, NULL, true, &e));
	kind = node_kind(w->n, e.act);
	if (!kind)
		return FAIL(c, E_TAMPER, "act.unknown");
	TRY(entry_check_members(c, json, kind->members));
	if (e.seq != (int64_t)w->f.size)
		return FAIL(c, E_TAMPER, "record.seq");
	if (!slice_is(e.node, w->n->name))
		return FAIL(c, E_TAMPER, "record.other");
	TRY(check_time(c, w, &e));
	if (!w->hashes_only)
		TRY(check_seals(c, w, &e));
	(void)leaf;
	return project(c, w, kind, &e);
}

static rc take_entry(struct ctx *c, struct walk *w, int64_t seq, slice body, slice stored_leaf)
{
	struct arena *own = c->a;
	struct full full[8];
	struct hash leaf;
	size_t n;
	rc r;

	if (seq != (int64_t)w->f.size)
		return FAIL(c, E_TAMPER, "record.gap");
	hash_leaf(w->n->h, body, &leaf);
	if (!slice_eq(stored_leaf, hash_slice(&leaf)))
		return FAIL(c, E_TAMPER, "record.leaf");
	c->a = w->n->scratch;
	r = check_entry(c, w, body, &leaf);
	c->a = own;
	arena_reset(w->n->scratch);
	TRY(r);
	n = frontier_add(w->n->h, &w->f, &leaf, full);
	TRY(w->hashes_only ? renew_subtrees(c, w, full, n) : check_subtrees(c, w, full, n));
	w->v->entries++;
	if (w->way && w->way->tell && w->v->entries % TELL_EVERY == 0)
		w->way->tell(w->way->p, w->v->entries, w->size);
	return check_signed(c, w);
}

/* A page is copied, because projections run while we read; its last row decides what comes next. */
static rc walk_entries(struct ctx *c, struct walk *w)
{
	AUTO_ARENA own = arena_new(NODE_SCRATCH);
	struct arena *caller = c->a;
	struct stored_page page;

	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	do {
		rc r;

		c->a = own;
		r = stored_read(c, w->n->st, (int64_t)w->f.size, INT64_MAX, &page);
		c->a = caller;
		TRY(r);
		for (size_t i = 0; i < page.n; i++)
			TRY(take_entry(c, w, page.v[i].seq, page.v[i].bytes, hash_slice(&page.v[i].leaf)));
		arena_reset(own);
	} while (page.n);
	/* what was signed must be there */
	if (w->next_size > w->f.size || w->last_size > w->f.size)
		return FAIL(c, E_TAMPER, "record.short");
	return w->f.size == 0 ? FAIL(c, E_TAMPER, "record.empty") : OK;
}

static rc start(struct ctx *c, struct walk *w, struct node *n, struct verdict *v)
{
	slice note;

	*v = (struct verdict){ .first_bad = -1 };
	*w = (struct walk){ .n = n, .v = v, .index = w->index, .notes = w->notes, .way = w->way };
	TRY(stored_size(c, n->st, &w->size));
	TRY(store_check(c, n->st));   /* a damaged page may read as anything */
	TRY(note_key_parse(c, sign_vkey(n->sign), &w->key));
	TRY(sign_last(c, n->sign, &w->last_size, &w->last_root, &note));
	return next_checkpoint(c, w, 0);
}

/* What the record says of itself is a finding; what keeps us from reading it is an error. */
static bool is_finding(rc r)
{
	return r == E_TAMPER || r == E_INVALID || r == E_CONFLICT || r == E_NOTFOUND || r == E_DENIED;
}

static rc conclude(struct ctx *c, struct walk *w, rc r)
{
	struct verdict *v = w->v;

	v->good = r == OK;
	if (r == OK)
		return OK;
	if (!is_finding(r))
		return r;
	v->key = c->fault.key;
	/* a root that differs shows that something between two signatures was changed, hashes and all */
	v->first_bad = slice_is(slice_of(v->key), "record.root") ? (int64_t)w->good_size : (int64_t)w->f.size;
	if (slice_is(slice_of(v->key), "store.damaged"))
		v->first_bad = -1;
	fault_clear(c);
	return OK;
}

static rc compare_tables(struct ctx *c, struct walk *w)
{
	rc r = store_compare_projections(c, w->n->st, w->target, &w->v->table);

	if (r != E_TAMPER)
		return r;
	w->v->good = false;
	w->v->key = c->fault.key;
	fault_clear(c);
	return OK;
}

rc record_verify(struct ctx *c, struct node *n, struct verdict *ret) { return record_verify_told(c, n, NULL, ret); }

rc record_verify_told(struct ctx *c, struct node *n, const struct verify_way *way, struct verdict *ret)
{
	AUTO_STORE shadow = NULL;
	AUTO_INDEXER index = indexer_new();
	AUTO_ARENA notes = arena_new(NOTES_MEMORY);
	struct walk w = { .index = index, .notes = notes, .way = way };
	rc r;

	if (!index || !notes)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = start(c, &w, n, ret);
	if (r != OK)
		return conclude(c, &w, r);
	TRY(store_open_sqlite(c, "", true, &shadow));
	w.target = shadow;
	TRY(store_begin(c, shadow));
	r = walk_entries(c, &w);
	TRY(conclude(c, &w, r));
	TRY(store_commit(c, shadow));
	return ret->good ? compare_tables(c, &w) : OK;
}

static rc refill(struct ctx *c, struct walk *w)
{
	TRY(store_clear_projections(c, w->n->st));
	TRY(store_run(c, w->n->st, STMT_SUBTREE_CLEAR, NULL, 0));
	TRY(walk_entries(c, w));
	return store_filled(c, w->n->st);
}

rc record_rebuild(struct ctx *c, struct node *n) { return record_rebuild_told(c, n, NULL); }

rc record_rebuild_told(struct ctx *c, struct node *n, const struct verify_way *way)
{
	AUTO_INDEXER index = indexer_new();
	AUTO_ARENA notes = arena_new(NOTES_MEMORY);
	struct walk w = { .index = index, .notes = notes, .way = way };
	struct verdict v;
	rc r;

	if (!index || !notes)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(start(c, &w, n, &v));
	w.target = n->st;
	w.hashes_only = true;
	if (way && way->tell)
		way->tell(way->p, 0, node_size(n));
	TRY(store_begin(c, n->st));
	r = refill(c, &w);
	indexer_forget(n->index);
	if (r == OK)
		return store_commit(c, n->st);
	store_rollback(n->st);
	return r;
}
