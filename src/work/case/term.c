#include "work/case/term.h"

#include <stdlib.h>
#include <string.h>

#include "base/pack.h"

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

static const char *const type_words[] = {
	"text", "long", "date", "datetime", "int", "decimal", "bool", "one", "many", "table", "group", "file", "ref", NULL,
};

/* One list of choices, read once for all terms that use it. */
struct choice_list {
	slice name;
	struct term_choice *v;
	size_t n;
};

static rc read_choices(struct ctx *c, const struct pack *map, struct choice_list **ret, size_t *ret_n)
{
	struct choice_list *lists;
	size_t n = 0;

	TRY(pack_is(c, map, PACK_MAP));
	TRY_ARRAY(c, lists, map->count + 1);
	for PACK_EACH(list, map) {
		struct choice_list *l = &lists[n++];

		l->name = list->key;
		TRY(pack_is(c, list, PACK_LIST));
		TRY_ARRAY(c, l->v, list->count + 1);
		for PACK_EACH(ch, list) {
			struct term_choice *v = &l->v[l->n++];

			TRY(pack_text(c, ch, "code", &v->code));
			TRY(pack_text(c, ch, "ja", &v->ja));
			TRY(pack_text_or(c, ch, "en", v->code, &v->en));
		}
	}
	*ret = lists;
	*ret_n = n;
	return OK;
}

static rc set_choices(struct ctx *c, const struct pack *row, const struct choice_list *lists, size_t n, struct term *t)
{
	slice name;

	TRY(pack_text_or(c, row, "choices", S_NONE, &name));
	if (name.len == 0)
		return OK;
	for (size_t i = 0; i < n; i++)
		if (slice_eq(lists[i].name, name)) {
			t->choices = lists[i].v;
			t->nchoices = lists[i].n;
			return OK;
		}
	return PACK_FAIL(c, row, "term.choices");
}

static rc read_term(struct ctx *c, const struct pack *row, const char *name_key, const struct choice_list *lists, size_t n,
                    struct term *ret)
{
	struct term t = { .law_index = -1 };
	const struct pack *columns;
	struct term *cols = NULL;
	unsigned type = 0;

	TRY(pack_text(c, row, name_key, &t.path));
	TRY(pack_text(c, row, "ja", &t.ja));
	TRY(pack_text_or(c, row, "en", t.path, &t.en));
	TRY(pack_word(c, row, "type", type_words, &type));
	TRY(pack_bool_or(c, row, "repeats", false, &t.repeats));
	TRY(pack_bool_or(c, row, "personal", false, &t.personal));
	TRY(set_choices(c, row, lists, n, &t));
	t.type = (enum term_type)type;
	columns = pack_get(row, S("columns"));
	if (columns) {
		TRY(pack_is(c, columns, PACK_LIST));
		TRY_ARRAY(c, cols, columns->count + 1);
		for PACK_EACH(col, columns)
			TRY(read_term(c, col, "name", lists, n, &cols[t.ncolumns++]));
		t.columns = cols;
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
static rc index_terms(struct ctx *c, struct terms *t, struct term *all, size_t nfacts, const struct pack *paths)
{
	size_t i = nfacts;

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
	for PACK_EACH(row, paths) {
		slice same;

		TRY(pack_text_or(c, row, "same", S_NONE, &same));
		if (same.len > 0) {
			all[i].same = find(t, same);
			if (!all[i].same || !all[i].same->law)
				return PACK_FAIL(c, row, "term.same");
		}
		i++;
	}
	return OK;
}

rc terms_load(struct ctx *c, const struct law *law, const char *data, const struct terms **ret)
{
	const struct pack *root, *choices, *paths;
	uint32_t nfacts = law_fact_count(law);
	struct choice_list *lists;
	struct terms *t;
	struct term *all;
	size_t nlists;
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/forms/record.yaml", data);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(pack_read(c, b.p, &root));
	TRY(pack_need(c, root, "choices", &choices));
	TRY(pack_need(c, root, "paths", &paths));
	TRY(pack_is(c, paths, PACK_LIST));
	TRY(read_choices(c, choices, &lists, &nlists));
	TRY_NEW(c, t);
	t->n = nfacts + paths->count;
	TRY_ARRAY(c, all, t->n + 1);
	for (uint32_t i = 0; i < nfacts; i++)
		TRY(term_of_fact(c, law, i, &all[i]));
	t->all = all;
	all += nfacts;
	for PACK_EACH(row, paths)
		TRY(read_term(c, row, "path", lists, nlists, all++));
	all -= t->n;
	TRY(index_terms(c, t, all, nfacts, paths));
	for (size_t i = 0; i < t->n; i++)
		all[i].place = (uint32_t)i;
	t->law = law;
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
