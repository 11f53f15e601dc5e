/* The cells for a blank as bytes, so that it can be filled in another process. */
#include "base/wire.h"
#include "work/report/blank.h"

#include "base/banned.h"

#define CELLS_MOST 100000u
#define TEXT_MOST ((size_t)1 << 20)

static void put(struct buf *b, const void *arg)
{
	const struct blank_job *job = arg;

	wire_put_u64(b, job->n);
	for (uint32_t i = 0; i < job->n; i++) {
		wire_put_bytes(b, job->cells[i].sheet);
		wire_put_bytes(b, job->cells[i].text);
		wire_put_u64(b, job->cells[i].row);
		wire_put_u64(b, job->cells[i].col);
		wire_put_u64(b, job->cells[i].number);
	}
}

static rc get_cell(struct ctx *c, slice *rest, struct cell_text *ret)
{
	uint64_t row, col, number;

	TRY(wire_get_bytes(c, rest, TEXT_MOST, &ret->sheet));
	TRY(wire_get_bytes(c, rest, TEXT_MOST, &ret->text));
	TRY(wire_get_u64(c, rest, UINT32_MAX, &row));
	TRY(wire_get_u64(c, rest, UINT32_MAX, &col));
	TRY(wire_get_u64(c, rest, 1, &number));
	ret->row = (uint32_t)row;
	ret->col = (uint32_t)col;
	ret->number = number;
	return OK;
}

static rc get(struct ctx *c, slice rest, const void **ret_arg)
{
	struct blank_job *job;
	struct cell_text *cells;
	uint64_t n;

	TRY(wire_get_u64(c, &rest, CELLS_MOST, &n));
	if (n > rest.len / 40)
		return FAIL(c, E_INVALID, "wire.form");
	TRY_NEW(c, job);
	TRY_ARRAY(c, cells, (size_t)n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(get_cell(c, &rest, &cells[i]));
	TRY(wire_end(c, rest));
	*job = (struct blank_job){ .cells = cells, .n = (uint32_t)n };
	*ret_arg = job;
	return OK;
}

const struct cage_kind blank_cage = {
	.name = "blank", .fn = blank_in_cage, .put = put, .get = get,
	.limits = { .memory = (size_t)256 << 20, .seconds = 10, .answer = (size_t)64 << 20 },
};
