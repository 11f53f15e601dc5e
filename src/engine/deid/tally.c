#include "engine/deid/tally.h"

#include "engine/deid/lane.h"

#include "base/banned.h"

/* Rows that are looked at column by column before their classes are: they stay in the cache. */
#define CHUNK 2048u

/* One thread's rows. */
struct part {
	struct ctx ctx;               /* its own memory and fault */
	const struct beside *b;
	uint64_t from, end;
	uint32_t *code;               /* [qs × CHUNK] texts of the release */
	uint32_t *source;             /* [CHUNK] of one column */
	uint32_t *class;              /* [CHUNK] CLASS_NONE: suppressed */
	uint8_t *kept;                /* [CHUNK] */
	struct sums t;
	rc result;
};

static rc tally_init(struct ctx *c, const struct beside *b, struct sums *t)
{
	*t = (struct sums){ 0 };
	TRY_ARRAY(c, t->rows, b->p->qs);
	for (uint32_t q = 0; q < b->p->qs; q++)
		TRY_ARRAY(c, t->rows[q], (size_t)b->seen[q].col->texts.count + 1);
	TRY(tuples_init(c, &t->classes, b->p->qs));
	TRY_ARRAY(c, t->pairs, (size_t)b->p->mores + 1);
	for (uint32_t i = 0; i <= b->p->mores; i++)
		TRY(tuples_init(c, &t->pairs[i], 2));
	TRY(tuples_init(c, &t->persons, 2));
	TRY_ARRAY(c, t->both, (size_t)b->joints + 1);
	for (uint32_t i = 0; i < b->joints; i++)
		TRY(tuples_init(c, &t->both[i], 2));
	return OK;
}

static rc part_init(struct ctx *c, const struct beside *b, struct part *part)
{
	part->ctx = *c;
	part->b = b;
	TRY(lane_arena(c, LANE_MEMORY, &part->ctx.a));
	TRY_ARRAY(&part->ctx, part->code, (size_t)b->p->qs * CHUNK);
	TRY_ARRAY(&part->ctx, part->source, CHUNK);
	TRY_ARRAY(&part->ctx, part->class, CHUNK);
	TRY_ARRAY(&part->ctx, part->kept, CHUNK);
	return tally_init(&part->ctx, b, &part->t);
}

/* What stood in the source at the places of the rows. */
static const uint32_t *source_codes(const struct part *part, const struct column *col, uint64_t row, uint32_t n)
{
	const struct beside *b = part->b;

	if (!b->order)
		column_rows(col, row, n, part->source);
	else
		for (uint32_t i = 0; i < n; i++)
			part->source[i] = column_at(col, b->order[row + i]);
	return part->source;
}

static void found_untrue(struct sums *t, uint64_t row)
{
	if (t->untrue_row == 0 || row + 2 < t->untrue_row)
		t->untrue_row = row + 2;
}

static void look_at_quasi(struct part *part, uint32_t q, uint64_t row, uint32_t n)
{
	const struct seen *s = &part->b->seen[q];
	const uint32_t *leaf = source_codes(part, s->q->col, row, n);
	uint32_t *code = part->code + (size_t)q * CHUNK;
	uint64_t *rows = part->t.rows[q];

	column_rows(s->col, row, n, code);
	for (uint32_t i = 0; i < n; i++) {
		const struct cover *v = &s->cover[code[i]];

		rows[code[i]]++;
		part->kept[i] |= !v->star;
		if (v->n > 0 && cover_has(v, leaf[i]))
			continue;
		part->t.unread += v->n == 0;
		part->t.untrue += v->n > 0;
		found_untrue(&part->t, row + i);
	}
}

static void look_at_pass(struct part *part, const struct pass *pass, uint64_t row, uint32_t n)
{
	const uint32_t *source;

	if (!pass->shown)
		return;
	/* nobody reads the class of a row before it is known */
	column_rows(pass->shown, row, n, part->class);
	source = source_codes(part, pass->col, row, n);
	for (uint32_t i = 0; i < n; i++)
		part->t.altered += pass->same[part->class[i]] != source[i];
}

static rc add_classes(struct part *part, uint32_t n)
{
	SCRATCH uint32_t code[DEID_QUASI_MOST];
	uint32_t qs = part->b->p->qs;

	for (uint32_t i = 0; i < n; i++) {
		part->class[i] = CLASS_NONE;
		if (!part->kept[i]) {
			part->t.suppressed++;
			continue;
		}
		for (uint32_t q = 0; q < qs; q++)
			code[q] = part->code[(size_t)q * CHUNK + i];
		TRY(tuples_add(&part->ctx, &part->t.classes, code, &part->class[i]));
	}
	return OK;
}

/* Pairs of the class and what the source says. */
static rc add_pairs(struct part *part, const struct column *col, uint64_t row, uint32_t n, struct tuples *to)
{
	const uint32_t *source = col ? source_codes(part, col, row, n) : NULL;
	uint32_t number = 0;

	for (uint32_t i = 0; source && i < n; i++) {
		const uint32_t pair[2] = { part->class[i], source[i] };

		if (part->class[i] != CLASS_NONE)
			TRY(tuples_add(&part->ctx, to, pair, &number));
	}
	return OK;
}

static rc add_joints(struct part *part, uint64_t row, uint32_t n)
{
	const struct beside *b = part->b;
	uint32_t number = 0;

	for (uint32_t k = 0; k < b->joints; k++) {
		for (uint32_t i = 0; i < n; i++) {
			const uint32_t both[2] = { part->class[i], cross_class(b->joint[k], b->order ? b->order[row + i] : row + i) };

			if (part->class[i] != CLASS_NONE)
				TRY(tuples_add(&part->ctx, &part->t.both[k], both, &number));
		}
	}
	return OK;
}

static rc tally_part(struct part *part)
{
	const struct problem *p = part->b->p;
	uint32_t n;

	for (uint64_t row = part->from; row < part->end; row += n) {
		uint32_t left = TABLE_BLOCK - (uint32_t)(row % TABLE_BLOCK);

		n = left < CHUNK ? left : CHUNK;
		n = part->end - row < n ? (uint32_t)(part->end - row) : n;
		memset(part->kept, 0, n);
		for (uint32_t q = 0; q < p->qs; q++)
			look_at_quasi(part, q, row, n);
		for (uint32_t i = 0; i < part->b->passes; i++)
			look_at_pass(part, &part->b->pass[i], row, n);
		TRY(add_classes(part, n));
		TRY(add_pairs(part, p->sensitive, row, n, &part->t.pairs[0]));
		for (uint32_t i = 0; i < p->mores; i++)
			TRY(add_pairs(part, p->more[i].col, row, n, &part->t.pairs[i + 1]));
		TRY(add_pairs(part, p->person, row, n, &part->t.persons));
		TRY(add_joints(part, row, n));
	}
	return OK;
}

static void run_part(void *parts, uint32_t i)
{
	struct part *part = (struct part *)parts + i;

	part->result = tally_part(part);
}

/* Pairs of a later part: its classes have other numbers here. */
static rc join_pairs(struct ctx *c, struct tuples *to, const struct tuples *from, const uint32_t *class)
{
	uint32_t number = 0;

	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t pair[2] = { class[from->key[(size_t)2 * i]], from->key[(size_t)2 * i + 1] };

		TRY(tuples_add_times(c, to, pair, from->size[i], &number));
	}
	return OK;
}

/* Adds what was counted of later rows. What is new in them comes after what is known: the order of the rows. */
static rc join(struct ctx *c, const struct beside *b, struct sums *to, const struct sums *from)
{
	uint32_t *class = NULL;

	to->suppressed += from->suppressed;
	to->untrue += from->untrue;
	to->unread += from->unread;
	to->altered += from->altered;
	if (to->untrue_row == 0)
		to->untrue_row = from->untrue_row;
	for (uint32_t q = 0; q < b->p->qs; q++)
		for (uint32_t i = 0; i < b->seen[q].col->texts.count; i++)
			to->rows[q][i] += from->rows[q][i];
	TRY_ARRAY(c, class, (size_t)from->classes.count + 1);
	for (uint32_t i = 0; i < from->classes.count; i++)
		TRY(tuples_add_times(c, &to->classes, from->classes.key + (size_t)i * b->p->qs, from->classes.size[i], &class[i]));
	for (uint32_t i = 0; i <= b->p->mores; i++)
		TRY(join_pairs(c, &to->pairs[i], &from->pairs[i], class));
	TRY(join_pairs(c, &to->persons, &from->persons, class));
	for (uint32_t i = 0; i < b->joints; i++)
		TRY(join_pairs(c, &to->both[i], &from->both[i], class));
	return OK;
}

rc tally_rows(struct ctx *c, const struct beside *b, struct sums *ret)
{
	uint32_t threads = runner_threads(b->p->t->runner);
	uint64_t rows = b->t->rows;
	struct part *part = NULL;

	TRY_ARRAY(c, part, threads);
	for (uint32_t i = 0; i < threads; i++) {
		TRY(part_init(c, b, &part[i]));
		part[i].from = rows * i / threads;
		part[i].end = rows * (i + 1) / threads;
	}
	runner_each(b->p->t->runner, threads, run_part, part);
	for (uint32_t i = 0; i < threads; i++) {
		rc r = part[i].result;

		if (r == OK && i > 0)
			r = join(&part[0].ctx, b, &part[0].t, &part[i].t);
		if (r == OK)
			continue;
		c->fault = part[part[i].result == OK ? 0 : i].ctx.fault;
		return r;
	}
	*ret = part[0].t;
	return OK;
}
