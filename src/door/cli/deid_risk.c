#include <stdlib.h>

#include "base/json.h"
#include "base/parse.h"
#include "door/cli/deid_job.h"
#include "engine/deid/special.h"

#include "base/banned.h"

/* `deid risk`: who in a table is recognised from little knowledge, and by what. Places are told, values never. */

struct risk {
	struct table t;
	uint32_t col[SPECIAL_COLUMNS_MOST], cols, most, list;
	struct special s;
};

static rc feed(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return table_feed(c, to, p, len, final, ret_used);
}

static rc choose_column(struct ctx *c, struct risk *r, slice name)
{
	for (uint32_t i = 0; i < r->t.cols; i++) {
		if (!slice_eq(r->t.col[i].name, name))
			continue;
		if (r->cols == SPECIAL_COLUMNS_MOST)
			return FAIL(c, E_LIMIT, "special.many");
		for (uint32_t k = 0; k < r->cols; k++)
			if (r->col[k] == i)
				goto twice;
		r->col[r->cols++] = i;
		return OK;
	}
twice:
	(void)FAIL(c, E_INVALID, "table.column");
	fault_name(c, name);
	return E_INVALID;
}

static rc choose_columns(struct ctx *c, struct risk *r, const char *names)
{
	slice rest = slice_of(names ? names : ""), name;

	while (names && slice_next(&rest, ',', &name))
		TRY(choose_column(c, r, name));
	for (uint32_t i = 0; i < r->t.cols && !names; i++) {
		bool quasi = false;

		TRY(profile_is_quasi(c, &r->t, &r->t.col[i], &quasi));
		if (quasi)
			TRY(choose_column(c, r, r->t.col[i].name));
	}
	return r->cols > 0 ? OK : FAIL(c, E_INVALID, "deid.no_quasi");
}

static void put_names(struct json_out *o, const struct risk *r, uint64_t columns)
{
	jo_key(o, S("columns"));
	jo_array(o);
	for (uint64_t left = columns; left; left &= left - 1)
		jo_text(o, r->t.col[r->col[__builtin_ctzll(left)]].name);
	jo_end_array(o);
}

static void begin_line(struct json_out *o)
{
	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.deid.risk.1"));
}

static void kv_share(struct json_out *o, const char *key, double v)
{
	char z[40];
	int n = snprintf(z, sizeof z, "%.6g", v);

	jo_key(o, slice_of(key));
	jo_raw(o, (slice){ z, n > 0 ? (size_t)n : 0 });
}

static void put_columns(struct buf *b, const struct risk *r)
{
	for (uint32_t i = 0; i < r->cols; i++) {
		struct json_out o = json_out_on(b);

		begin_line(&o);
		jo_kv_text(&o, "column", r->t.col[r->col[i]].name);
		kv_share(&o, "share_of_risk", r->s.total > 0 ? r->s.column[i] / r->s.total : 0);
		jo_end_object(&o);
		buf_putc(b, '\n');
	}
	for (uint32_t i = 0; i < r->s.sets && i < r->list; i++) {
		struct json_out o = json_out_on(b);

		begin_line(&o);
		put_names(&o, r, r->s.set[i].columns);
		jo_kv_int(&o, "rows_recognised", (int64_t)r->s.set[i].rows);
		jo_end_object(&o);
		buf_putc(b, '\n');
	}
}

struct scored { double score; uint32_t row; };

static int falling(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score < y->score || x->score > y->score)
		return x->score > y->score ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* The rows that are recognised most easily. */
static rc put_rows(struct ctx *c, struct buf *b, const struct risk *r)
{
	struct scored *all = NULL;
	uint32_t n = 0;

	TRY_ARRAY(c, all, r->t.rows);
	for (uint32_t i = 0; i < r->t.rows; i++)
		if (r->s.score[i] > 0)
			all[n++] = (struct scored){ r->s.score[i], i };
	if (n > 0)
		qsort(all, n, sizeof *all, falling);
	for (uint32_t i = 0; i < n && i < r->list; i++) {
		struct json_out o = json_out_on(b);

		begin_line(&o);
		/* the header is row 1 */
		jo_kv_int(&o, "row", (int64_t)all[i].row + 2);
		kv_share(&o, "score", all[i].score);
		jo_kv_int(&o, "columns_needed", r->s.least[all[i].row]);
		jo_end_object(&o);
		buf_putc(b, '\n');
	}
	return OK;
}

static void put_summary(struct buf *b, const struct risk *r)
{
	struct json_out o = json_out_on(b);
	uint64_t by_size[SPECIAL_SIZE_MOST + 1] = { 0 };

	for (uint64_t i = 0; i < r->t.rows; i++)
		by_size[r->s.least[i]]++;
	begin_line(&o);
	put_names(&o, r, r->cols < 64 ? ((uint64_t)1 << r->cols) - 1 : UINT64_MAX);
	jo_kv_int(&o, "rows", (int64_t)r->t.rows);
	jo_kv_int(&o, "rows_recognised", (int64_t)r->s.unique);
	jo_key(&o, S("by_columns_needed"));
	jo_array(&o);
	for (uint32_t i = 1; i <= r->most; i++)
		jo_int(&o, (int64_t)by_size[i]);
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(b, '\n');
}

static rc read_number(struct ctx *c, const struct call *in, const char *option, uint32_t most, uint32_t *ret)
{
	return call_value(in, option) ? parse_u32(c, slice_of(call_value(in, option)), 1, most, ret) : OK;
}

rc risk_print(struct ctx *c, const struct call *in)
{
	struct table_reader reader;
	struct risk *r = NULL;
	enum encoding enc = ENCODING_AUTO;
	struct buf b;
	slice text;

	TRY_NEW(c, r);
	r->most = 3;
	r->list = 20;
	TRY(ask_encoding(c, in, &enc));
	TRY(read_number(c, in, "most", SPECIAL_SIZE_MOST, &r->most));
	TRY(read_number(c, in, "list", 1000000, &r->list));
	TRY(table_reader_init(c, &reader, &r->t, NULL, 0, ROLE_OTHER, NULL));
	TRY(pump_file(c, call_arg(in, 0, "-"), enc, NULL, feed, &reader, NULL));
	TRY(choose_columns(c, r, call_value(in, "columns")));
	TRY(special_find(c, &r->t, r->col, r->cols, r->most, &r->s));
	buf_init(&b, c->a, (size_t)1 << 30);
	put_summary(&b, r);
	put_columns(&b, r);
	TRY(put_rows(c, &b, r));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}
