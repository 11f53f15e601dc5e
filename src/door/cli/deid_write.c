#include "door/cli/deid_job.h"

#include "base/banned.h"

/* A release is written by its rows in portions: while one is written, the next one is made, a few rows by each task. */
#define TASKS 16u
#define CELLS ((uint32_t)1 << 16)
#define ROWS_MOST ((uint32_t)1 << 12)
#define ROWS_LEAST ((uint32_t)1 << 4)

/* An order that follows from the key alone; without a seed the key is forgotten, or sealed. */
static rc shuffle(struct ctx *c, struct job *j)
{
	uint32_t rows = (uint32_t)j->table.rows;
	struct chance r;

	TRY(chance_open(c, j->key, "order", S_NONE, &r));
	TRY_ARRAY(c, j->order, rows);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t other = (uint32_t)chance_below(&r, (uint64_t)i + 1);

		j->order[i] = j->order[other];
		j->order[other] = i;
	}
	chance_close(&r);
	return OK;
}

struct writing {
	struct ctx *c;
	struct job *j;
	struct fresh *out;
	uint64_t from;                /* first row of the portion that is made */
	uint32_t rows;                /* of each task */
	struct buf text[2][TASKS];
	uint32_t now;                 /* the portion that is made; the other one is written */
	uint32_t made;                /* tasks whose text waits to be written */
	rc written;
};

static void write_made(struct writing *w)
{
	for (uint32_t i = 0; i < w->made && w->written == OK; i++) {
		struct buf *b = &w->text[!w->now][i];

		w->written = b->full ? FAIL(w->c, E_LIMIT, "memory.limit") : fresh_write(w->c, w->out, buf_slice(b));
	}
}

static void write_or_make(void *arg, uint32_t i)
{
	struct writing *w = arg;
	uint64_t from, left;

	if (i == 0) {
		write_made(w);
		return;
	}
	from = w->from + (uint64_t)(i - 1) * w->rows;
	left = w->j->table.rows - from;
	buf_reset(&w->text[w->now][i - 1]);
	release_rows(&w->j->release, w->j->order, from, left < w->rows ? (uint32_t)left : w->rows, &w->text[w->now][i - 1]);
}

static rc writing_init(struct ctx *c, struct job *j, struct fresh *out, struct writing *w)
{
	uint32_t rows = CELLS / (j->release.cols + 1);

	*w = (struct writing){ .c = c, .j = j, .out = out };
	w->rows = rows > ROWS_MOST ? ROWS_MOST : rows < ROWS_LEAST ? ROWS_LEAST : rows;
	for (uint32_t k = 0; k < 2; k++) {
		for (uint32_t i = 0; i < TASKS; i++) {
			struct arena *a = NULL;

			TRY(job_arena(c, (size_t)1 << 30, &a));
			buf_init(&w->text[k][i], a, (size_t)512 << 20);
		}
	}
	return OK;
}

static rc write_rows(struct ctx *c, struct job *j, struct fresh *out)
{
	struct writing w;
	struct buf header;

	TRY(writing_init(c, j, out, &w));
	buf_init(&header, c->a, (size_t)64 << 20);
	release_header(&j->release, &header);
	if (header.full)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(fresh_write(c, out, buf_slice(&header)));
	while (w.made > 0 || w.from < j->table.rows) {
		uint64_t left = (j->table.rows - w.from + w.rows - 1) / w.rows;
		uint32_t tasks = left < TASKS ? (uint32_t)left : TASKS;

		runner_each(j->runner, tasks + 1, write_or_make, &w);
		TRY(w.written);
		w.from += (uint64_t)tasks * w.rows;
		w.from = w.from < j->table.rows ? w.from : j->table.rows;
		w.made = tasks;
		w.now = !w.now;
	}
	return OK;
}

rc job_write(struct ctx *c, struct job *j, const char *path, struct fresh *out)
{
	TRY(fresh_open(c, out, path, j->ask.out_enc == OUTPUT_CP932));
	if (j->ask.order == ORDER_SHUFFLED)
		TRY(shuffle(c, j));
	TRY(write_rows(c, j, out));
	return fresh_close(c, out);
}

rc job_release(struct ctx *c, struct job *j, const char *path, struct fresh *out)
{
	TRY(job_write(c, j, path, out));
	return job_measure(c, j, out->tmp, j->ask.out_enc == OUTPUT_CP932 ? ENCODING_CP932 : ENCODING_UTF8);
}
