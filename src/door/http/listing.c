#include "door/http/listing.h"

#include "door/http/csv.h"
#include "work/report/table.h"

#include "base/banned.h"

#define CSV_MOST ((size_t)24 << 20)

rc listing_cell(struct listing *l, slice text)
{
	struct ctx *c = l->v->c;

	TRY_ROOM(c, l->cells, l->n, l->room, 256);
	return slice_keep(c, text, &l->cells[l->n++]);
}

rc listing_begin(struct listing *l, struct visit *v, const char *head)
{
	slice rest = slice_of(head), one;

	*l = (struct listing){ .v = v };
	while (slice_next(&rest, ',', &one))
		TRY(listing_cell(l, one));
	l->cols = l->n;
	return OK;
}

rc listing_int(struct listing *l, int64_t n)
{
	char room[24];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	buf_put_i64(&b, n);
	return listing_cell(l, buf_slice(&b));
}

rc listing_day(struct listing *l, bool has, jday d)
{
	char room[24];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	if (has)
		jday_put(&b, d);
	return listing_cell(l, buf_slice(&b));
}

rc listing_time(struct listing *l, bool has, msec t)
{
	char room[40];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	if (has)
		msec_put(&b, t);
	return listing_cell(l, buf_slice(&b));
}

static rc put_csv(struct listing *l, slice *ret)
{
	struct ctx *c = l->v->c;
	struct buf b;

	buf_init(&b, c->a, CSV_MOST);
	csv_begin(&b);
	for (size_t i = 0; i < l->n; i++)
		csv_cell(&b, l->cells[i], i % l->cols == l->cols - 1);
	return buf_done(c, &b, ret);
}

rc listing_done(struct listing *l, struct page *p, const char *name)
{
	bool book = slice_ends(slice_of(l->v->route->path), S(".xlsx"));
	struct ctx *c = l->v->c;
	slice bytes, file;
	struct buf b;

	buf_init(&b, c->a, 200);
	buf_putf(&b, "%s.%s", name, book ? "xlsx" : "csv");
	TRY(buf_done(c, &b, &file));
	TRY(book ? table_xlsx(c, l->cells, l->n, l->cols, &bytes) : put_csv(l, &bytes));
	return page_bytes(p, book ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8", file, bytes);
}
