#include "engine/deid/cross.h"

#include "engine/deid/cover.h"
#include "engine/deid/tuple.h"

#include "base/banned.h"

/* One quasi-identifier of the earlier release. */
struct told {
	struct cover_reader reader;
	uint32_t at;              /* column of the file; UINT32_MAX: it lacks it */
	struct dict texts;
	uint32_t *text_of;        /* [leaves] code of the text over the leaf; UINT32_MAX: none */
	uint32_t star;
};

struct cross {
	const struct problem *p;
	struct csv csv;
	struct told *told;        /* [qs] */
	struct tuples classes;
	uint32_t cols;
	bool header;
};

rc cross_begin(struct ctx *c, const struct problem *p, struct arena *cells, struct cross **ret)
{
	struct cross *x = NULL;

	TRY_NEW(c, x);
	x->p = p;
	TRY(csv_init(c, &x->csv, cells));
	TRY_ARRAY(c, x->told, p->qs);
	for (uint32_t q = 0; q < p->qs; q++) {
		x->told[q].at = x->told[q].star = UINT32_MAX;
		dict_init(&x->told[q].texts, c->a);
		TRY(cover_reader_init(c, &x->told[q].reader, p->q[q].h));
	}
	TRY(tuples_init(c, &x->classes, p->qs));
	*ret = x;
	return OK;
}

static rc read_header(struct ctx *c, struct cross *x)
{
	bool any = false;

	x->cols = x->csv.count;
	for (uint32_t i = 0; i < x->csv.count; i++) {
		slice name = x->csv.cells[i];

		if (i == 0 && slice_starts(name, S("\xef\xbb\xbf")))
			name = slice_sub(name, 3, name.len);
		for (uint32_t q = 0; q < x->p->qs; q++) {
			if (!slice_eq(name, x->p->q[q].col->name))
				continue;
			x->told[q].at = i;
			any = true;
		}
	}
	x->header = true;
	return any ? OK : FAIL(c, E_INVALID, "release.column");
}

static rc take_row(struct ctx *c, struct cross *x)
{
	uint32_t code[DEID_QUASI_MOST] = { 0 }, number = 0;
	bool hidden = true;

	if (x->csv.count != x->cols) {
		(void)FAIL(c, E_INVALID, "table.ragged");
		fault_place(c, x->csv.row, 1);
		return E_INVALID;
	}
	for (uint32_t q = 0; q < x->p->qs; q++) {
		if (x->told[q].at == UINT32_MAX)
			continue;
		TRY(dict_add(c, &x->told[q].texts, x->csv.cells[x->told[q].at], &code[q]));
		hidden = hidden && slice_is(x->csv.cells[x->told[q].at], "*");
	}
	return hidden ? OK : tuples_add(c, &x->classes, code, &number);
}

static rc map_leaves(struct ctx *c, struct told *t)
{
	struct cover v;

	TRY_ARRAY(c, t->text_of, t->reader.h->leaves);
	memset(t->text_of, 0xff, t->reader.h->leaves * sizeof *t->text_of);
	for (uint32_t i = 0; i < t->texts.count; i++) {
		if (slice_is(t->texts.texts[i], "*")) {
			t->star = i;
			continue;
		}
		TRY(cover_read(c, &t->reader, t->texts.texts[i], &v));
		for (uint32_t r = 0; r < v.runs; r++) {
			for (uint32_t leaf = v.run[r].first; leaf < v.run[r].end; leaf++) {
				if (t->text_of[leaf] != UINT32_MAX)
					return FAIL(c, E_INVALID, "release.overlap");
				t->text_of[leaf] = i;
			}
		}
	}
	for (uint32_t leaf = 0; leaf < t->reader.h->leaves; leaf++)
		if (t->text_of[leaf] == UINT32_MAX)
			t->text_of[leaf] = t->star;
	return OK;
}

rc cross_feed(struct ctx *c, struct cross *x, const char *p, size_t len, bool final, size_t *ret_used)
{
	enum csv_state state = CSV_MORE;

	csv_window(&x->csv, p, len, final);
	for (;;) {
		TRY(csv_next(c, &x->csv, &state));
		if (state != CSV_ROW)
			break;
		TRY(x->header ? take_row(c, x) : read_header(c, x));
	}
	*ret_used = (size_t)(x->csv.p - p);
	for (uint32_t q = 0; final && q < x->p->qs; q++)
		TRY(map_leaves(c, &x->told[q]));
	return OK;
}

uint32_t cross_class(const struct cross *x, uint64_t row)
{
	uint32_t code[DEID_QUASI_MOST] = { 0 };

	for (uint32_t q = 0; q < x->p->qs; q++)
		if (x->told[q].at != UINT32_MAX)
			code[q] = x->told[q].text_of[column_at(x->p->q[q].col, row)];
	return tuples_find(&x->classes, code);
}
