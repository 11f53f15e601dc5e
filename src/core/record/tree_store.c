/* The tree over the stored entries: leaves in `entry`, full subtrees of 256^n leaves in `subtree`. */
#include "core/record/node_inside.h"

#include "base/banned.h"

static rc subtrees(struct ctx *c, struct node *n, unsigned level, uint64_t from, uint64_t count, struct hash *row)
{
	uint64_t have = 0;
	AUTO_QUERY q = { 0 };
	int64_t lo = (int64_t)from, hi = (int64_t)(from + count);

	TRY(STORE_QUERY(c, n->st, &q, STMT_SUBTREE_RANGE, v_int(level), v_int(lo), v_int(hi)));
	for (;;) {
		slice hash;
		bool more;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		hash = query_blob(&q, 1);
		if (have == count || query_int(&q, 0) != lo + (int64_t)have || hash.len != 32)
			return FAIL(c, E_TAMPER, "record.hashes");
		memcpy(row[have++].b, hash.p, 32);
	}
	return have == count ? OK : FAIL(c, E_TAMPER, "record.hashes");
}

/* Hashes [from, from + count) of one stored level, folded into one; count is a power of two, at most 128. */
static rc fold(struct ctx *c, struct node *n, unsigned level, uint64_t from, uint64_t count, struct hash *ret)
{
	struct hash row[128];
	uint64_t have = count;

	NEVER(count > 128);
	if (level == 0)
		TRY(stored_leaves(c, n->st, (int64_t)from, count, row));
	else
		TRY(subtrees(c, n, level, from, count, row));
	for (; have > 1; have /= 2)
		for (uint64_t i = 0; i < have / 2; i++)
			hash_inner(n->h, &row[2 * i], &row[2 * i + 1], &row[i]);
	*ret = row[0];
	return OK;
}

static rc tree_node(struct ctx *c, void *p, unsigned height, uint64_t at, struct hash *ret)
{
	unsigned rest = height % STORED_HEIGHT;

	return fold(c, p, height / STORED_HEIGHT, at << rest, (uint64_t)1 << rest, ret);
}

struct tree_source node_tree(struct node *n)
{
	return (struct tree_source){ n->h, tree_node, n };
}

rc frontier_load(struct ctx *c, struct node *n, uint64_t size, struct frontier *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->size = size;
	for (unsigned i = 0; i < 64; i++)
		if (size >> i & 1)
			TRY(tree_node(c, n, i, (size >> i) - 1, &ret->node[i]));
	return OK;
}

rc root_at(struct ctx *c, struct node *n, uint64_t size, struct hash *ret)
{
	struct tree_source s = node_tree(n);

	return tree_root(c, &s, size, ret);
}

rc frontier_catch_up(struct ctx *c, struct node *n, int64_t *ret_size)
{
	struct entry last;
	int64_t size;

	TRY(stored_size(c, n->st, &size));
	if ((uint64_t)size < n->f.size)
		return FAIL(c, E_TAMPER, "record.forked");
	if ((uint64_t)size > n->f.size) {
		TRY(record_get(c, n, size - 1, &last));
		n->last_at = last.at;
		TRY(frontier_load(c, n, (uint64_t)size, &n->f));
		indexer_forget(n->index);
	}
	*ret_size = size;
	return OK;
}

static rc rehash_page(struct ctx *c, struct node *n, const struct stored_page *page, struct frontier *f)
{
	struct full full[8];
	struct hash *leaves;
	slice *bytes;

	TRY_ARRAY(c, bytes, page->n);
	TRY_ARRAY(c, leaves, page->n);
	for (size_t i = 0; i < page->n; i++)
		bytes[i] = page->v[i].bytes;
	hash_leaves(n->h, bytes, page->n, leaves);
	for (size_t i = 0; i < page->n; i++) {
		if (page->v[i].seq != (int64_t)f->size || !hash_eq(&page->v[i].leaf, &leaves[i]))
			return FAIL(c, E_TAMPER, "record.reread");
		(void)frontier_add(n->h, f, &leaves[i], full);
	}
	return page->n ? OK : FAIL(c, E_TAMPER, "record.reread");
}

rc frontier_rehash(struct ctx *c, struct node *n, uint64_t size, struct frontier *f)
{
	struct arena *own = c->a;
	struct stored_page page;
	rc r = OK;

	while (r == OK && f->size < size) {
		c->a = n->scratch;
		r = stored_read(c, n->st, (int64_t)f->size, (int64_t)size, &page);
		if (r == OK)
			r = rehash_page(c, n, &page, f);
		c->a = own;
		arena_reset(n->scratch);
	}
	return r;
}
