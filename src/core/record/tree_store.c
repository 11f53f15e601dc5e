/* The tree over the stored entries: leaves in `entry`, full subtrees of 256^n leaves in `subtree`. */
#include "core/record/node_inside.h"

#include "base/banned.h"

/* Hashes [from, from + count) of one stored level, folded into one; count is a power of two, at most 128. */
static rc fold(struct ctx *c, struct node *n, unsigned level, uint64_t from, uint64_t count, struct hash *ret)
{
	struct hash row[128];
	uint64_t have = 0;
	AUTO_QUERY q = { 0 };
	int64_t lo = (int64_t)from, hi = (int64_t)(from + count);

	NEVER(count > 128);
	if (level == 0)
		TRY(STORE_QUERY(c, n->st, &q, STMT_LEAF_RANGE, v_int(lo), v_int(hi)));
	else
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
	if (have != count)
		return FAIL(c, E_TAMPER, "record.hashes");
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
	AUTO_QUERY q = { 0 };
	struct entry last;
	int64_t size = 0;
	bool found;

	TRY(store_one(c, n->st, STMT_ENTRY_LAST, NULL, 0, &q, &found));
	if (found) {
		size = query_int(&q, 0) + 1;
		if ((uint64_t)size != n->f.size) {
			TRY(entry_parse_any(c, query_blob(&q, 1), &last));
			n->last_at = last.at;
		}
	}
	query_close(&q);
	if ((uint64_t)size < n->f.size)
		return FAIL(c, E_TAMPER, "record.forked");
	if ((uint64_t)size > n->f.size) {
		TRY(frontier_load(c, n, (uint64_t)size, &n->f));
		indexer_forget(n->index);
	}
	*ret_size = size;
	return OK;
}

rc frontier_rehash(struct ctx *c, struct node *n, uint64_t size, struct frontier *f)
{
	while (f->size < size) {
		int64_t from = (int64_t)f->size;
		AUTO_QUERY q = { 0 };

		TRY(STORE_QUERY(c, n->st, &q, STMT_ENTRY_RANGE, v_int(from), v_int((int64_t)size)));
		for (;;) {
			struct full full[8];
			struct hash leaf;
			bool more;

			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			hash_leaf(n->h, query_blob(&q, 1), &leaf);
			if (query_int(&q, 0) != (int64_t)f->size || !slice_eq(query_blob(&q, 2), hash_slice(&leaf)))
				return FAIL(c, E_TAMPER, "record.reread");
			(void)frontier_add(n->h, f, &leaf, full);
		}
		if ((int64_t)f->size == from)
			return FAIL(c, E_TAMPER, "record.reread");
	}
	return OK;
}
