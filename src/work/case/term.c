#include "work/case/term.h"

#include <stdlib.h>
#include <string.h>

#include "work/report/report.h"

#include "base/banned.h"

struct terms {
	const struct law *law;
	const struct term *all;
	size_t n;
	const struct term **by_path;   /* sorted; nall of them */
	size_t npaths;
};

/* ---- facts of the law ---- */

static enum term_type type_of_fact(enum fact_type t)
{
	switch (t) {
	case FACT_BOOL: return TERM_BOOL;
	case FACT_CHOICE: return TERM_ONE;
	case FACT_COUNT: return TERM_INT;
	case FACT_DAY: return TERM_DAY;
	case FACT_TIME: return TERM_TIME;
	case FACT_CODE: return TERM_REF;
	}
	return TERM_TEXT;
}

static rc term_of_fact(struct ctx *c, const struct law *law, uint32_t i, struct term *ret)
{
	const struct law_fact *f = law_fact_at(law, i);
	struct term_choice *choices = NULL;

	TRY_ARRAY(c, choices, f->nchoices + 1);
	for (uint32_t k = 0; k < f->nchoices; k++)
		choices[k] = (struct term_choice){ f->choices[k].id, f->choices[k].ja, f->choices[k].en };
	*ret = (struct term){
		.path = f->id, .ja = f->name_ja, .en = f->name_en, .ask_ja = f->ask_ja, .ask_en = f->ask_en,
		.type = type_of_fact(f->type), .law = true, .law_index = (int32_t)i,
		.choices = choices, .nchoices = f->nchoices,
	};
	return OK;
}

/* ---- the incident record ---- */

static enum term_type type_of_path(enum value_type t)
{
	switch (t) {
	case VALUE_TEXT: return TERM_TEXT;
	case VALUE_LONG: return TERM_LONG;
	case VALUE_DATE: return TERM_DAY;
	case VALUE_DATETIME: return TERM_TIME;
	case VALUE_INT: return TERM_INT;
	case VALUE_DECIMAL: return TERM_DECIMAL;
	case VALUE_BOOL: return TERM_BOOL;
	case VALUE_ONE: return TERM_ONE;
	case VALUE_MANY: return TERM_MANY;
	case VALUE_TABLE: return TERM_TABLE;
	case VALUE_GROUP: return TERM_GROUP;
	case VALUE_FILE: return TERM_FILE;
	case VALUE_REF: return TERM_REF;
	}
	return TERM_TEXT;
}

static rc term_of_path(struct ctx *c, const struct record_path *p, struct term *ret)
{
	struct term t = {
		.path = p->path, .ja = p->ja, .en = p->en, .type = type_of_path(p->type), .personal = p->personal,
		.repeats = p->repeats, .law_index = -1,
	};
	struct term_choice *choices;
	struct term *columns;

	if (p->choices) {
		TRY_ARRAY(c, choices, p->choices->n + 1);
		for (uint32_t i = 0; i < p->choices->n; i++)
			choices[i] = (struct term_choice){ p->choices->items[i].code, p->choices->items[i].ja,
				p->choices->items[i].en };
		t.choices = choices;
		t.nchoices = p->choices->n;
	}
	if (p->ncolumns > 0) {
		TRY_ARRAY(c, columns, p->ncolumns);
		for (uint32_t i = 0; i < p->ncolumns; i++)
			TRY(term_of_path(c, &p->columns[i], &columns[i]));
		t.columns = columns;
		t.ncolumns = p->ncolumns;
	}
	*ret = t;
	return OK;
}

static int by_path(const void *a, const void *b)
{
	return slice_cmp((*(const struct term *const *)a)->path, (*(const struct term *const *)b)->path);
}

static const struct term *find(const struct terms *t, slice path)
{
	struct term key = { .path = path };
	const struct term *k = &key;
	const struct term **hit = bsearch(&k, t->by_path, t->npaths, sizeof *t->by_path, by_path);

	return hit ? *hit : NULL;
}

const struct term *terms_find(const struct terms *t, slice path)
{
	const struct term *hit = find(t, path);

	return hit && hit->same ? hit->same : hit;
}

/* A path of the record that is a fact of the law as well is that fact. */
static rc index_terms(struct ctx *c, struct terms *t, struct term *all, size_t nfacts, const struct record_schema *r)
{
	TRY_ARRAY(c, t->by_path, t->n + 1);
	for (size_t k = 0; k < t->n; k++) {
		bool twice = false;

		for (size_t f = 0; f < nfacts && k >= nfacts; f++)
			if (slice_eq(all[f].path, all[k].path)) {
				all[k].same = &all[f];
				twice = true;
			}
		if (!twice)
			t->by_path[t->npaths++] = &all[k];
	}
	qsort(t->by_path, t->npaths, sizeof *t->by_path, by_path);
	for (uint32_t i = 0; i < r->npaths; i++) {
		if (r->paths[i].same.len == 0)
			continue;
		all[nfacts + i].same = find(t, r->paths[i].same);
		if (!all[nfacts + i].same || !all[nfacts + i].same->law) {
			(void)FAIL(c, E_INVALID, "term.same");
			fault_name(c, r->paths[i].path);
			return E_INVALID;
		}
	}
	return OK;
}

rc terms_make(struct ctx *c, const struct law *law, const struct record_schema *r, const struct terms **ret)
{
	uint32_t nfacts = law_fact_count(law);
	struct terms *t;
	struct term *all;

	TRY_NEW(c, t);
	t->n = nfacts + r->npaths;
	TRY_ARRAY(c, all, t->n + 1);
	for (uint32_t i = 0; i < nfacts; i++)
		TRY(term_of_fact(c, law, i, &all[i]));
	for (uint32_t i = 0; i < r->npaths; i++)
		TRY(term_of_path(c, &r->paths[i], &all[nfacts + i]));
	for (size_t i = 0; i < t->n; i++)
		all[i].place = (uint32_t)i;
	t->all = all;
	t->law = law;
	TRY(index_terms(c, t, all, nfacts, r));
	*ret = t;
	return OK;
}

size_t terms_count(const struct terms *t) { return t->n; }
const struct term *terms_at(const struct terms *t, size_t i) { return &t->all[i]; }
const struct law *terms_law(const struct terms *t) { return t->law; }

bool term_is_clear(const struct term *t)
{
	if (t->law)
		return true;
	if (t->personal || t->repeats)
		return false;
	switch (t->type) {
	case TERM_DAY:
	case TERM_TIME:
	case TERM_INT:
	case TERM_BOOL:
	case TERM_ONE: return true;
	case TERM_TEXT:
	case TERM_LONG:
	case TERM_DECIMAL:
	case TERM_MANY:
	case TERM_TABLE:
	case TERM_GROUP:
	case TERM_FILE:
	case TERM_REF: return false;
	}
	return false;
}
