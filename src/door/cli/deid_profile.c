#include "base/json.h"
#include "door/cli/deid_job.h"

#include "base/banned.h"

static rc feed(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return table_feed(c, to, p, len, final, ret_used);
}

/* Rows whose value in the column no other row has. */
static rc alone(struct ctx *c, const struct table *t, const struct column *col, uint64_t *ret)
{
	uint32_t *codes = NULL, *count = NULL;
	uint64_t n = 0;

	TRY(column_all(c, t, col, &codes));
	TRY_ARRAY(c, count, (size_t)col->texts.count + 1);
	for (uint64_t i = 0; i < t->rows; i++)
		count[codes[i]]++;
	for (uint32_t i = 0; i < col->texts.count; i++)
		n += count[i] == 1;
	*ret = n;
	return OK;
}

/*
 * What a column is proposed to be. A column that most rows have a value of their own in points to persons; one value for
 * all says nothing; everything else may be known to somebody. Which column is sensitive only people know.
 */
static const char *proposal(const struct table *t, const struct column *col, uint64_t alone_rows)
{
	if (col->texts.count <= 1)
		return "other";
	return alone_rows * 2 > t->rows ? "identifying" : "quasi-identifying";
}

static rc put_column(struct ctx *c, const struct table *t, const struct column *col, struct json_out *o)
{
	uint64_t n = 0;

	TRY(alone(c, t, col, &n));
	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.deid.profile.1"));
	jo_kv_text(o, "column", col->name);
	jo_kv_int(o, "rows", (int64_t)t->rows);
	jo_kv_int(o, "values", col->texts.count);
	jo_kv_int(o, "rows_alone", (int64_t)n);
	jo_kv_text(o, "proposal", slice_of(proposal(t, col, n)));
	jo_end_object(o);
	return OK;
}

rc profile_print(struct ctx *c, const char *path, enum encoding enc)
{
	struct table_reader reader;
	struct table t;
	struct buf b;
	slice text;

	TRY(table_reader_init(c, &reader, &t, NULL, 0, ROLE_OTHER, NULL));
	TRY(pump_file(c, path, enc, feed, &reader, NULL));
	buf_init(&b, c->a, (size_t)64 << 20);
	for (uint32_t i = 0; i < t.cols; i++) {
		struct json_out o = json_out_on(&b);

		TRY(put_column(c, &t, &t.col[i], &o));
		buf_putc(&b, '\n');
	}
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}
