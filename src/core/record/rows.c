#include "core/record/rows.h"

#include "base/banned.h"

rc row_flush(struct ctx *c, struct row_writer *w, struct store *st)
{
	slice body = { w->body, w->len };
	slice leaves = { (const char *)w->leaf, w->n * sizeof(struct hash) };

	if (w->n == 0)
		return OK;
	row_forget(w);
	return STORE_RUN(c, st, STMT_ENTRY_INSERT, v_int(w->first), v_blob(leaves), v_blob(body));
}

rc row_add(struct ctx *c, struct row_writer *w, struct store *st, int64_t seq, slice bytes, const struct hash *leaf)
{
	NEVER(bytes.len > ENTRY_MOST);
	if (w->n == ROW_ENTRIES || w->len + 1 + bytes.len + (w->n + 1) * sizeof *leaf > ROW_BYTES)
		TRY(row_flush(c, w, st));
	if (w->n == 0)
		w->first = seq;
	else
		w->body[w->len++] = '\n';
	memcpy(w->body + w->len, bytes.p, bytes.len);
	w->len += bytes.len;
	w->leaf[w->n++] = *leaf;
	return OK;
}

/* A row that is being taken apart: as many lines as hashes, at least one. */
struct lines {
	int64_t seq;         /* of the next line */
	slice leaves, body;  /* what is left */
};

static rc lines_of(struct ctx *c, const struct query *q, slice body, struct lines *ret)
{
	slice leaves = query_blob(q, 1);

	if (leaves.len == 0 || leaves.len > ROW_ENTRIES * sizeof(struct hash) || leaves.len % sizeof(struct hash) != 0)
		return FAIL(c, E_TAMPER, "record.row");
	*ret = (struct lines){ query_int(q, 0), leaves, body };
	return OK;
}

static rc next_line(struct ctx *c, struct lines *l, struct stored *ret)
{
	bool last = l->leaves.len == sizeof(struct hash);
	const char *end = last || l->body.len == 0 ? NULL : memchr(l->body.p, '\n', l->body.len);

	if (l->body.len == 0 || (!last && !end))
		return FAIL(c, E_TAMPER, "record.row");
	ret->seq = l->seq++;
	ret->bytes = end ? (slice){ l->body.p, (size_t)(end - l->body.p) } : l->body;
	memcpy(ret->leaf.b, l->leaves.p, sizeof(struct hash));
	l->leaves = slice_sub(l->leaves, sizeof(struct hash), l->leaves.len);
	l->body = slice_sub(l->body, ret->bytes.len + 1, l->body.len);
	return OK;
}

/* What can be taken out of a row that is not whole is taken; the place where it ends is found by the next reading. */
static rc take_row(struct ctx *c, const struct query *q, int64_t from, int64_t to, struct stored_page *ret)
{
	struct lines l;
	slice body;

	if (query_is_null(q, 1) || query_is_null(q, 2))
		return FAIL(c, E_TAMPER, "store.damaged");
	TRY(slice_keep(c, query_blob(q, 2), &body));
	TRY(lines_of(c, q, body, &l));
	while (l.leaves.len) {
		TRY(next_line(c, &l, &ret->v[ret->n]));
		if (ret->v[ret->n].seq >= from && ret->v[ret->n].seq < to)
			ret->n++;
	}
	return OK;
}

rc stored_read(struct ctx *c, struct store *st, int64_t from, int64_t to, struct stored_page *ret)
{
	AUTO_QUERY q = { 0 };

	ret->n = 0;
	TRY(STORE_QUERY(c, st, &q, STMT_ENTRY_RANGE, v_int(from), v_int(to)));
	while (ret->n < PAGE_ENTRIES) {
		bool more;
		rc r;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		r = take_row(c, &q, from, to, ret);
		if (r == OK)
			continue;
		if (r != E_TAMPER || ret->n == 0)
			return r;
		fault_clear(c);
		break;
	}
	return OK;
}

/* What can be taken out of a row that is not whole is handed over before that is said. */
static rc scan_row(struct ctx *c, const struct query *q, int64_t from, stored_fn *fn, void *p, int64_t *next)
{
	struct stored e[ROW_ENTRIES] __attribute__((uninitialized));
	struct lines l;
	size_t n = 0;
	rc r = OK;

	if (query_is_null(q, 1) || query_is_null(q, 2))
		return FAIL(c, E_TAMPER, "store.damaged");
	TRY(lines_of(c, q, query_blob(q, 2), &l));
	while (r == OK && l.leaves.len) {
		r = next_line(c, &l, &e[n]);
		n += r == OK && e[n].seq >= from;
	}
	if (n > 0) {
		*next = e[n - 1].seq + 1;
		TRY(fn(c, e, n, p));
	}
	return r;
}

rc stored_scan(struct ctx *c, struct store *st, int64_t from, stored_fn *fn, void *p, int64_t *ret_next)
{
	int64_t rows;

	*ret_next = from;
	do {
		AUTO_QUERY q = { 0 };

		from = *ret_next;
		TRY(STORE_QUERY(c, st, &q, STMT_ENTRY_RANGE, v_int(from), v_int(INT64_MAX)));
		for (rows = 0;; rows++) {
			bool more;

			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			TRY(scan_row(c, &q, from, fn, p, ret_next));
		}
	} while (rows > 0 && *ret_next > from);
	return OK;
}

rc stored_get(struct ctx *c, struct store *st, int64_t seq, bool *ret_found, struct stored *ret)
{
	AUTO_QUERY q = { 0 };
	struct lines l;
	bool found;

	*ret_found = false;
	TRY(STORE_ONE(c, st, &q, &found, STMT_ENTRY_GET, v_int(seq)));
	if (!found)
		return OK;
	TRY(lines_of(c, &q, query_blob(&q, 2), &l));
	while (l.leaves.len && !*ret_found) {
		TRY(next_line(c, &l, ret));
		*ret_found = ret->seq == seq;
	}
	return *ret_found ? slice_keep(c, ret->bytes, &ret->bytes) : OK;
}

rc stored_size(struct ctx *c, struct store *st, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(store_one(c, st, STMT_ENTRY_LAST, NULL, 0, &q, &found));
	*ret = found ? query_int(&q, 0) + (int64_t)(query_blob(&q, 1).len / sizeof(struct hash)) : 0;
	return OK;
}

rc stored_leaves(struct ctx *c, struct store *st, int64_t from, size_t n, struct hash *ret)
{
	int64_t next = from, end = from + (int64_t)n;
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_LEAF_RANGE, v_int(from), v_int(end)));
	while (next < end) {
		int64_t first, count;
		slice leaves;
		bool more;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		first = query_int(&q, 0);
		leaves = query_blob(&q, 1);
		count = (int64_t)(leaves.len / sizeof(struct hash));
		if (first > next || first + count <= next)
			break;
		count = first + count < end ? first + count - next : end - next;
		memcpy(&ret[next - from], leaves.p + (size_t)(next - first) * sizeof(struct hash), (size_t)count * sizeof(struct hash));
		next += count;
	}
	return next == end ? OK : FAIL(c, E_TAMPER, "record.hashes");
}
