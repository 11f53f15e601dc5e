/* Reading entries, opening payloads, signing checkpoints. */
#include "core/record/look.h"
#include "core/record/node_inside.h"

#include "base/banned.h"

rc record_get(struct ctx *c, struct node *n, int64_t seq, struct entry *ret)
{
	struct stored e;
	bool found;

	TRY(flush_rows(c, n));
	TRY(stored_get(c, n->st, seq, &found, &e));
	return found ? entry_parse_any(c, e.bytes, ret) : FAIL(c, E_NOTFOUND, "record.no_entry");
}

static bool passes(const struct entry_filter *f, const struct entry *e)
{
	bool obj = f->obj.len == 0;

	for (size_t i = 0; i < e->obj.n; i++)
		obj = obj || slice_eq(f->obj, e->obj.v[i]);
	return obj && e->at >= f->since && (f->until == 0 || e->at < f->until) && (f->case_id.len == 0 || slice_eq(f->case_id, e->case_id)) &&
	       (f->actor.len == 0 || slice_eq(f->actor, e->actor.id)) && (f->act.len == 0 || slice_eq(f->act, e->act));
}

/* What one page of entries is looked for in: a block of the index, or the entries themselves. */
struct reading {
	const struct entry_filter *f;
	slice word, quoted;     /* by which to look; none: all entries */
	enum word_role role;
	int64_t from, to;       /* what is left */
	int64_t tail, size;     /* the first entry that no index row covers; all before stand in index rows */
	struct stored_page *page;
};

/* Words need no escapes, so an entry that names one has it between quotes. */
static bool may_have(const struct reading *r, slice body)
{
	return r->word.len == 0 || memmem(body.p, body.len, r->quoted.p, r->quoted.len);
}

/* Some entries; the next ones begin at r->from. */
static rc read_range(struct ctx *c, struct node *n, struct reading *r)
{
	struct stored_page *p = r->page;
	size_t kept = 0;

	TRY(stored_read(c, n->st, r->from, r->to, p));
	r->from = p->n ? p->v[p->n - 1].seq + 1 : r->to;
	for (size_t i = 0; i < p->n; i++)
		if (may_have(r, p->v[i].bytes))
			p->v[kept++] = p->v[i];
	p->n = kept;
	return OK;
}

/* The entries at these places of the block that begins at `first`; what does not fit the page is for the next one. */
static rc read_places(struct ctx *c, struct node *n, struct reading *r, int64_t first, const uint16_t *places, size_t count)
{
	r->page->n = 0;
	for (size_t i = 0; i < count && r->page->n < PAGE_ENTRIES; i++) {
		int64_t seq = first + places[i];
		bool found;

		if (seq < r->from || seq >= r->to)
			continue;
		TRY(stored_get(c, n->st, seq, &found, &r->page->v[r->page->n]));
		r->page->n += found;
		r->from = seq + 1;
	}
	if (r->page->n < PAGE_ENTRIES)
		r->from = first + INDEX_BLOCK;
	return OK;
}

static rc read_block(struct ctx *c, struct node *n, struct reading *r)
{
	uint16_t places[INDEX_BLOCK];
	int64_t block;
	size_t count;

	TRY(index_find(c, n->st, r->word, r->role, r->from / INDEX_BLOCK, r->tail / INDEX_BLOCK, &block, places, &count));
	TRY(read_places(c, n, r, block * INDEX_BLOCK, places, count));
	if (count == 0)
		r->from = r->tail;
	return OK;
}

/* Behind the last full block: by what is known of it in memory, or by searching. */
static rc read_tail(struct ctx *c, struct node *n, struct reading *r)
{
	const uint16_t *places;
	size_t count;

	if (!r->word.len || r->from >= r->size || !indexer_find(n->index, r->word, r->role, r->tail, r->size, &places, &count))
		return read_range(c, n, r);
	TRY(read_places(c, n, r, r->tail, places, count));
	if (r->page->n < PAGE_ENTRIES)
		r->from = r->size;
	return OK;
}

/* A page is copied before its entries are handed out: the one who gets them may read entries as well. */
static rc read_page(struct ctx *c, struct node *n, struct reading *r)
{
	return r->word.len && r->from < r->tail ? read_block(c, n, r) : read_tail(c, n, r);
}

/* Full blocks have index rows since the commit of their last entry; what is committed later is found by the range. */
static rc begin_reading(struct ctx *c, struct node *n, const struct entry_filter *f, struct reading *r)
{
	struct buf b;

	r->f = f;
	r->word = f->case_id.len ? f->case_id : f->obj.len ? f->obj : f->actor;
	r->role = f->case_id.len ? WORD_CASE : f->obj.len ? WORD_OBJ : WORD_ACTOR;
	r->from = f->from;
	r->to = f->to ? f->to : INT64_MAX;
	TRY(flush_rows(c, n));
	TRY(stored_size(c, n->st, &r->size));
	r->tail = r->size / INDEX_BLOCK * INDEX_BLOCK;
	TRY_NEW(c, r->page);
	buf_init(&b, c->a, r->word.len + 2);
	buf_putc(&b, '"');
	buf_put(&b, r->word);
	buf_putc(&b, '"');
	return buf_done(c, &b, &r->quoted);
}

static rc hand_out(struct ctx *c, const struct entry_filter *f, const struct stored *row, struct arena *own,
                   entry_fn *fn, void *p)
{
	struct arena *caller = c->a;
	struct entry e;
	rc r;

	c->a = own;
	r = entry_parse_any(c, row->bytes, &e);
	c->a = caller;
	if (r == OK && e.seq != row->seq)
		r = FAIL(c, E_TAMPER, "record.seq");
	if (r == OK && passes(f, &e))
		r = fn(c, &e, p);
	arena_reset(own);
	return r;
}

rc record_each(struct ctx *c, struct node *n, const struct entry_filter *f, entry_fn *fn, void *p)
{
	AUTO_ARENA page = arena_new(NODE_SCRATCH);
	AUTO_ARENA own = arena_new(NODE_SCRATCH);
	struct reading r = { 0 };

	if (!page || !own)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(begin_reading(c, n, f, &r));
	while (r.from < r.to) {
		struct arena *caller = c->a;
		rc read;

		c->a = page;
		read = read_page(c, n, &r);
		c->a = caller;
		TRY(read);
		for (size_t i = 0; i < r.page->n; i++)
			TRY(hand_out(c, f, &r.page->v[i], own, fn, p));
		arena_reset(page);
	}
	return OK;
}

/* ---- times ---- */

/* The first entry of [low, high) at or after `t`, where times do not fall. */
static rc seq_at(struct ctx *c, struct node *n, int64_t low, int64_t high, msec t, int64_t *ret)
{
	while (low < high) {
		int64_t mid = low + (high - low) / 2;
		struct entry e;

		TRY(record_get(c, n, mid, &e));
		if (e.at < t)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return OK;
}

static rc next_step(struct ctx *c, struct node *n, int64_t after, int64_t size, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, n->st, &q, &found, STMT_CLOCK_STEP_NEXT, v_int(after)));
	*ret = found && query_int(&q, 0) < size ? query_int(&q, 0) : size;
	return OK;
}

rc record_narrow(struct ctx *c, struct node *n, struct entry_filter *f, bool *ret_all)
{
	int64_t size = f->to && f->to < node_size(n) ? f->to : node_size(n);
	int64_t first = 0, last = 0, runs = 0, end;

	for (int64_t at = 0; at < size; at = end) {
		int64_t from, to;

		TRY(next_step(c, n, at, size, &end));
		TRY(seq_at(c, n, at, end, f->since, &from));
		to = end;
		if (f->until)
			TRY(seq_at(c, n, from, end, f->until, &to));
		if (from >= to)
			continue;
		first = runs == 0 ? from : first;
		runs += runs == 0 || from != last;
		last = to;
	}
	f->from = f->from > first ? f->from : first;
	f->to = last;
	*ret_all = runs <= 1;
	return OK;
}

/* ---- payloads ---- */

static rc is_erased(struct ctx *c, struct node *n, slice key, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, n->st, &q, ret, STMT_ERASED_GET, v_text(key));
}

/* The ciphertext; S_NONE when it was dropped. */
static rc read_blob(struct ctx *c, struct node *n, const struct seal *s, slice *ret)
{
	AUTO_QUERY q = { 0 };
	struct hash sum;
	bool found;

	TRY(STORE_ONE(c, n->st, &q, &found, STMT_BLOB_GET, v_blob((slice){ (const char *)s->ct, 32 })));
	if (!found)
		return FAIL(c, E_TAMPER, "record.blob");
	if (query_is_null(&q, 0)) {
		*ret = S_NONE;
		return OK;
	}
	*ret = arena_copy(c->a, query_blob(&q, 0));
	if (!ret->p)
		return FAIL(c, E_LIMIT, "memory.limit");
	hash_bytes(n->h, *ret, &sum);
	return (int64_t)ret->len == s->len && memcmp(sum.b, s->ct, 32) == 0 ? OK : FAIL(c, E_TAMPER, "record.blob");
}

static rc open_one(struct ctx *c, struct node *n, const struct entry *e, const struct seal *s, struct opened *ret)
{
	slice ct, aad;
	bool erased;
	rc r;

	TRY(is_erased(c, n, s->key, &erased));
	TRY(read_blob(c, n, s, &ct));
	if (ct.len == 0) {
		ret->state = PAYLOAD_GONE;
		return erased ? OK : FAIL(c, E_TAMPER, "record.blob");
	}
	TRY(seal_put_aad(c, node_name(n), e->case_id, s->key, &aad));
	r = keep_unseal(c, n->keep, s, aad, ct, &ret->bytes);
	ret->state = r == OK ? PAYLOAD_OPEN : PAYLOAD_GONE;
	/* without a key, but with an order: the disposal is under way or done */
	return (r == E_DENIED || r == E_NOTFOUND) && erased ? OK : r == E_DENIED || r == E_NOTFOUND ?
	       FAIL(c, E_TAMPER, "record.key") : r;
}

rc node_open_payloads(struct ctx *c, struct node *n, const struct entry *e, enum purpose why, const struct opened **ret)
{
	struct opened *o;

	(void)why;   /* each purpose is named by its caller; none of them shows anything to anybody */
	TRY_ARRAY(c, o, e->nseals + 1);
	for (size_t i = 0; i < e->nseals; i++)
		TRY(open_one(c, n, e, &e->seals[i], &o[i]));
	*ret = o;
	return OK;
}

/* As many acts as the entries need, in one commit. */
static rc append_views(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs)
{
	size_t count = nseqs / ENTRY_LIST_MOST + 1;
	struct act *views;
	int64_t first;

	TRY_ARRAY(c, views, count);
	for (size_t i = 0, at = 0; i < count; i++, at += ENTRY_LIST_MOST)
		views[i] = (struct act){ .act = S("item.view"), .actor = look->actor, .case_id = case_id, .basis = look->basis,
		                         .code = look->code, .ref = { seqs + at, nseqs - at < ENTRY_LIST_MOST ? nseqs - at : ENTRY_LIST_MOST } };
	return node_append_all(c, n, views, nseqs && nseqs % ENTRY_LIST_MOST == 0 ? count - 1 : count, &first);
}

rc node_view(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs,
             const struct opened **ret, size_t *ret_n)
{
	struct entry *entries;

	TRY_ARRAY(c, entries, nseqs + 1);
	for (size_t i = 0; i < nseqs; i++) {
		TRY(record_get(c, n, seqs[i], &entries[i]));
		if (!slice_eq(entries[i].case_id, case_id))
			return FAIL(c, E_DENIED, "record.other_case");
	}
	if (n->looks)
		TRY(look_note(c, n, look, case_id, seqs, nseqs));     /* on the disk before a byte is shown */
	else
		TRY(append_views(c, n, look, case_id, seqs, nseqs));  /* on the disk before a byte is opened */
	for (size_t i = 0; i < nseqs; i++) {
		TRY(node_open_payloads(c, n, &entries[i], PURPOSE_VERIFY, &ret[i]));
		ret_n[i] = entries[i].nseals;
	}
	return OK;
}

rc node_view_json(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, const struct json **ret)
{
	const struct opened *opened = NULL;
	size_t count = 0;

	*ret = NULL;
	TRY(node_view(c, n, look, case_id, &seq, 1, &opened, &count));
	return count == 0 || opened[0].state == PAYLOAD_GONE ? OK : json_parse(c, opened[0].bytes, ret);
}

/* ---- checkpoints ---- */

/* From the last signed tree to the present one, with the new entries read back and hashed again. */
static rc reread(struct ctx *c, struct node *n, uint64_t from, const struct hash *from_root, struct hash *ret_root)
{
	struct frontier f;
	struct hash root;

	TRY(frontier_load(c, n, from, &f));
	frontier_root(n->h, &f, &root);
	if (from > 0 && !hash_eq(&root, from_root))
		return FAIL(c, E_TAMPER, "record.forked");
	TRY(frontier_rehash(c, n, n->f.size, &f));
	frontier_root(n->h, &f, ret_root);
	frontier_root(n->h, &n->f, &root);
	return hash_eq(&root, ret_root) ? OK : FAIL(c, E_TAMPER, "record.reread");
}

static rc keep_checkpoint(struct ctx *c, struct node *n, uint64_t size, const struct hash *root, slice note)
{
	rc r;

	TRY(store_begin(c, n->st));
	r = STORE_RUN(c, n->st, STMT_CHECKPOINT_INSERT, v_int((int64_t)size), v_blob(hash_slice(root)), v_text(note),
	              v_int(c->now));
	if (r == OK)
		return store_commit(c, n->st);
	store_rollback(n->st);
	return r;
}

static rc sign_once(struct ctx *c, struct node *n, slice *ret_note)
{
	struct tree_source s = node_tree(n);
	struct proof proof = { .n = 0 };
	struct hash last_root, root;
	uint64_t last;

	TRY(sign_last(c, n->sign, &last, &last_root, ret_note));
	if (n->ahead)
		return FAIL(c, E_TAMPER, "witness.ahead");
	if (last >= n->f.size) {
		n->signed_size = last;
		return OK;
	}
	TRY(reread(c, n, last, &last_root, &root));
	if (last > 0)
		TRY(tree_prove_consistency(c, &s, last, n->f.size, &proof));
	TRY(store_flush(c, n->st));   /* what is signed is on the disk, whoever wrote it: a shorter record would be a forked one */
	TRY(sign_checkpoint(c, n->sign, last, n->f.size, &root, proof.v, proof.n, ret_note));
	n->signed_size = n->f.size;
	n->signed_at = c->now;
	return keep_checkpoint(c, n, n->f.size, &root, *ret_note);
}

rc node_checkpoint(struct ctx *c, struct node *n, slice *ret_note)
{
	rc r = E_CONFLICT;

	for (int i = 0; i < 5 && r == E_CONFLICT; i++)
		r = sign_once(c, n, ret_note);
	return r;
}

rc note_is_ours(struct ctx *c, struct node *n, const struct note *note, slice origin)
{
	slice rest, line, present = sign_vkey(n->sign);
	struct note_key key;
	uint64_t time;

	TRY(sign_former(c, n->sign, &rest));
	for (bool more = true; more; more = slice_next(&rest, '\n', &present)) {
		line = present;
		if (note_key_parse(c, line, &key) == OK && slice_eq(key.name, origin) && note_verify(c, note, &key, &time) == OK)
			return OK;
		fault_clear(c);
	}
	return FAIL(c, E_TAMPER, "record.checkpoint");
}
