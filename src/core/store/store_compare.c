/* The tables that projections fill, as a whole: emptied for a rebuild, compared for a verification. */
#include "base/buf.h"
#include "core/store/store_inside.h"

#include "base/banned.h"

rc store_clear_projections(struct ctx *c, struct store *st)
{
	NEVER(!st->in_tx);
	/* the youngest first: it may refer to older ones */
	for (int i = migration_count - 1; i >= 0; i--) {
		const struct migration *m = &migration_table[i];
		int n = 0;

		while (m->tables[n])
			n++;
		while (m->projection && n-- > 0) {
			AUTO_QUERY q = { 0 };
			bool more;

			TRY(store_raw(c, st, &q, "DELETE FROM %s", m->tables[n]));
			TRY(query_next(c, &q, &more));
		}
	}
	return OK;
}

/* All rows in one order that both databases agree on. */
static rc open_sorted(struct ctx *c, struct store *st, const char *table, struct query *q, int *ret_columns)
{
	struct buf order;
	int n;

	TRY(store_raw(c, st, q, "SELECT * FROM %s LIMIT 0", table));
	n = st->ops->columns(q);
	query_close(q);
	buf_init(&order, c->a, 4096);
	for (int i = 1; i <= n; i++)
		buf_putf(&order, "%s%d NULLS FIRST", i > 1 ? ", " : "", i);
	NEVER(order.full);
	*ret_columns = n;
	return store_raw(c, st, q, "SELECT * FROM %s ORDER BY %.*s", table, (int)order.len, order.p);
}

static bool same_row(const struct query *a, const struct query *b, int columns)
{
	for (int i = 0; i < columns; i++) {
		struct value x = a->st->ops->column(a, i, CELL_NULL), y = b->st->ops->column(b, i, CELL_NULL);

		if (x.type != y.type)
			return false;
		if (x.type == CELL_INT ? x.num != y.num : !slice_eq(x.bytes, y.bytes))
			return false;
	}
	return true;
}

static rc compare_table(struct ctx *c, struct store *a, struct store *b, const char *table, bool *ret_same)
{
	AUTO_QUERY qa = { 0 };
	AUTO_QUERY qb = { 0 };
	int na, nb;

	TRY(open_sorted(c, a, table, &qa, &na));
	TRY(open_sorted(c, b, table, &qb, &nb));
	*ret_same = na == nb;
	while (*ret_same) {
		bool more_a, more_b;

		TRY(query_next(c, &qa, &more_a));
		TRY(query_next(c, &qb, &more_b));
		*ret_same = more_a == more_b && (!more_a || same_row(&qa, &qb, na));
		if (!more_a)
			break;
	}
	return OK;
}

rc store_compare_projections(struct ctx *c, struct store *a, struct store *b, const char **ret_table)
{
	*ret_table = NULL;
	for (int i = 0; i < migration_count; i++)
		for (const char *const *t = migration_table[i].tables; migration_table[i].projection && *t; t++) {
			bool same;

			TRY(compare_table(c, a, b, *t, &same));
			if (same)
				continue;
			*ret_table = *t;
			(void)FAIL(c, E_TAMPER, "store.tables_differ");
			fault_name(c, slice_of(*t));
			return E_TAMPER;
		}
	return OK;
}
