#include <libgen.h>

#include "base/pack.h"
#include "door/cli/deid_job.h"

#include "base/banned.h"

/* The words of spec.yaml. Unknown keys are errors, so that a slip of the pen is no silent change of what is released. */

static const char *const kinds[] = { "identifying", "quasi", "sensitive", "other", NULL };
static const char *const builts[] = { "flat", "number", "age", "date", "postal", "municipality", "icd", "occupation",
	"prefix", "order", "frequent", NULL };
static const char *const date_words[] = { "month", "quarter", "year", "era-month", "era-year", "era", NULL };

static rc decimal_of(struct ctx *c, const struct pack *node, double least, double most, double *ret)
{
	char z[40];
	slice s;
	double v = 0;

	TRY(pack_as_text(c, node, &s));
	if (s.len >= sizeof z)
		return PACK_FAIL(c, node, "pack.number");
	memcpy(z, s.p, s.len);
	z[s.len] = '\0';
	if (!ask_decimal(z, &v))
		return PACK_FAIL(c, node, "pack.number");
	if (z[s.len - 1] == '%')
		v /= 100;
	if (!(v >= least && v <= most))
		return PACK_FAIL(c, node, "pack.range");
	*ret = v;
	return OK;
}

static rc read_step(struct ctx *c, const struct pack *node, enum build_kind kind, uint32_t *ret)
{
	static const uint32_t of_word[] = { STEP_MONTH, STEP_QUARTER, STEP_YEAR, STEP_ERA_MONTH, STEP_ERA_YEAR, STEP_ERA };
	int64_t n = 0;
	unsigned word = 0;

	TRY(pack_is(c, node, PACK_TEXT));
	if (kind == BUILD_DATE && node->text.len > 0 && (node->text.p[0] < '0' || node->text.p[0] > '9')) {
		TRY(pack_as_word(c, node, date_words, &word));
		*ret = of_word[word];
		return OK;
	}
	/* from STEP_MONTH on the numbers mean words */
	TRY(pack_as_int(c, node, 1, kind == BUILD_DATE ? STEP_MONTH - 1 : 1000000000, &n));
	*ret = (uint32_t)n;
	return OK;
}

static rc read_end(struct ctx *c, const struct pack *map, const char *key, bool *ret_has, int64_t *ret)
{
	const struct pack *node = pack_get(map, slice_of(key));

	*ret_has = node != NULL;
	return node ? pack_as_int(c, node, -1000000000000, 1000000000000, ret) : OK;
}

static rc read_built(struct ctx *c, const struct pack *map, const struct build **ret)
{
	static const char *const keys[] = { "built", "steps", "missing", "top", "bottom", "at", "values", NULL };
	const struct pack *steps = pack_get(map, S("steps"));
	struct build *b = NULL;
	unsigned kind = 0;
	slice *missing = NULL, *values = NULL;

	TRY_NEW(c, b);
	TRY(pack_keys(c, map, keys));
	TRY(pack_word(c, map, "built", builts, &kind));
	b->kind = (enum build_kind)kind;
	if (steps) {
		TRY(pack_is(c, steps, PACK_LIST));
		for PACK_EACH(step, steps) {
			if (b->steps + 2 >= HIERARCHY_LEVELS_MOST)
				return PACK_FAIL(c, step, "build.steps");
			TRY(read_step(c, step, b->kind, &b->step[b->steps++]));
		}
	}
	TRY(read_end(c, map, "top", &b->has_top, &b->top));
	TRY(read_end(c, map, "bottom", &b->has_bottom, &b->bottom));
	TRY(pack_texts(c, map, "missing", &missing, &b->missings));
	b->missing = missing;
	TRY(pack_texts(c, map, "values", &values, &b->many));
	b->values = values;
	if (b->many > 0 && b->kind != BUILD_ORDER)
		return PACK_FAIL(c, pack_get(map, S("values")), "pack.unknown_key");
	if (b->kind == BUILD_AGE)
		TRY(pack_day(c, map, "at", &b->at));
	else if (pack_get(map, S("at")))
		return PACK_FAIL(c, pack_get(map, S("at")), "pack.unknown_key");
	if (build_check(c, b) != OK)
		return PACK_FAIL(c, steps ? steps : map, "build.steps");
	*ret = b;
	return OK;
}

static rc read_hierarchy(struct ctx *c, const struct pack *col, struct asked_column *to)
{
	static const char *const file_keys[] = { "file", NULL };
	const struct pack *h = NULL;

	TRY(pack_need(c, col, "hierarchy", &h));
	TRY(pack_is(c, h, PACK_MAP));
	if (pack_get(h, S("built")))
		return read_built(c, h, &to->is.build);
	TRY(pack_keys(c, h, file_keys));
	return pack_text(c, h, "file", &to->file);
}

static rc read_levels(struct ctx *c, const struct pack *col, struct asked_column *to)
{
	static const char *const keys[] = { "least", "most", NULL };
	const struct pack *levels = pack_get(col, S("levels")), *node;

	to->most = -1;
	if (!levels)
		return OK;
	TRY(pack_keys(c, levels, keys));
	node = pack_get(levels, S("least"));
	if (node)
		TRY(pack_as_int(c, node, 0, HIERARCHY_LEVELS_MOST - 1, &to->least));
	node = pack_get(levels, S("most"));
	if (node)
		TRY(pack_as_int(c, node, to->least, HIERARCHY_LEVELS_MOST - 1, &to->most));
	return OK;
}

static rc read_u32(struct ctx *c, const struct pack *map, const char *key, unsigned flag, struct treat *t, uint32_t *ret)
{
	const struct pack *node = pack_get(map, slice_of(key));
	int64_t v = 0;

	if (!node)
		return OK;
	TRY(pack_as_int(c, node, 1, 1000000000, &v));
	*ret = (uint32_t)v;
	t->what |= flag;
	return OK;
}

static rc read_treat(struct ctx *c, const struct pack *col, struct asked_column *to)
{
	static const char *const keys[] = { "rare", "top", "bottom", "round", "random_round", "micro", "swap", "noise",
		"pseudonym", NULL };
	const struct pack *map = pack_get(col, S("treat")), *node;
	struct treat *t = &to->treat;
	uint32_t base = 0;
	bool has = false;

	if (!map)
		return OK;
	TRY(pack_keys(c, map, keys));
	TRY(read_u32(c, map, "rare", TREAT_RARE, t, &t->rare));
	TRY(read_u32(c, map, "micro", TREAT_MICRO, t, &t->micro));
	TRY(read_u32(c, map, "noise", TREAT_NOISE, t, &t->noise));
	TRY(read_u32(c, map, "round", TREAT_ROUND, t, &base));
	TRY(read_u32(c, map, "random_round", TREAT_RANDOM, t, &base));
	t->round = base;
	TRY(read_end(c, map, "top", &has, &t->top));
	t->what |= has ? TREAT_TOP : 0;
	TRY(read_end(c, map, "bottom", &has, &t->bottom));
	t->what |= has ? TREAT_BOTTOM : 0;
	node = pack_get(map, S("swap"));
	if (node) {
		TRY(decimal_of(c, node, 0, 1, &t->swap));
		t->what |= TREAT_SWAP;
	}
	TRY(pack_bool_or(c, map, "pseudonym", false, &to->is.pseudonym));
	if (to->is.pseudonym && (t->what || to->is.role != ROLE_IDENTIFYING))
		return PACK_FAIL(c, map, "spec.pseudonym");
	/* an identifying column that is kept as a keyed code is released, but never as it is */
	if (to->is.pseudonym)
		to->is.role = ROLE_OTHER;
	else if (to->is.role == ROLE_IDENTIFYING || to->is.role == ROLE_QUASI)
		return PACK_FAIL(c, map, "spec.treat");
	return OK;
}

static rc read_column(struct ctx *c, const struct pack *col, struct asked *ask)
{
	static const char *const keys[] = { "name", "kind", "hierarchy", "weight", "levels", "treat", NULL };
	struct asked_column *to = &ask->column[ask->specs];
	const struct pack *weight;
	unsigned kind = 0;

	TRY(pack_keys(c, col, keys));
	*to = (struct asked_column){ .weight = 1, .most = -1 };
	TRY(pack_text(c, col, "name", &to->is.name));
	for (uint32_t i = 0; i < ask->specs; i++)
		if (slice_eq(ask->column[i].is.name, to->is.name))
			return PACK_FAIL(c, pack_get(col, S("name")), "table.twice");
	TRY(pack_word(c, col, "kind", kinds, &kind));
	to->is.role = (enum column_role)kind;
	TRY(read_treat(c, col, to));
	weight = pack_get(col, S("weight"));
	if (to->is.role == ROLE_QUASI)
		TRY(read_hierarchy(c, col, to));
	else if (to->is.role == ROLE_SENSITIVE && pack_get(col, S("hierarchy")))
		TRY(read_hierarchy(c, col, to));
	else if (weight || pack_get(col, S("levels")) || pack_get(col, S("hierarchy")))
		return PACK_FAIL(c, col, "spec.only_quasi");
	TRY(read_levels(c, col, to));
	if (weight) {
		TRY(decimal_of(c, weight, 0.001, 1000, &to->weight));
		ask->weighed = true;
	}
	if (to->is.role == ROLE_SENSITIVE) {
		if (ask->sensitive.len == 0)
			ask->sensitive = to->is.name;
		/* its hierarchy is for closeness only: the column is released as it is */
		to->is.build = NULL;
	}
	ask->specs++;
	return OK;
}

static rc read_columns(struct ctx *c, const struct pack *root, struct asked *ask)
{
	const struct pack *list = NULL;

	TRY(pack_need(c, root, "columns", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, ask->column, (size_t)list->count + 1);
	TRY_ARRAY(c, ask->spec, (size_t)list->count + 1);
	for PACK_EACH(col, list)
		TRY(read_column(c, col, ask));
	for (uint32_t i = 0; i < ask->specs; i++)
		ask->spec[i] = ask->column[i].is;
	return OK;
}

static rc text_z(struct ctx *c, const struct pack *node, const char **ret)
{
	slice s;
	char *z;

	TRY(pack_as_text(c, node, &s));
	z = arena_cstr(c->a, s);
	if (!z)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = z;
	return OK;
}

static rc read_presence(struct ctx *c, const struct pack *node, struct model *m)
{
	static const char *const keys[] = { "least", "most", NULL };
	const struct pack *least = NULL, *most = NULL;

	TRY(pack_keys(c, node, keys));
	TRY(pack_need(c, node, "least", &least));
	TRY(pack_need(c, node, "most", &most));
	TRY(decimal_of(c, least, 0, 1, &m->presence_least));
	TRY(decimal_of(c, most, m->presence_least, 1, &m->presence_most));
	m->presence = true;
	return OK;
}

static rc read_model(struct ctx *c, const struct pack *root, struct asked *ask)
{
	static const char *const keys[] = { "k", "l", "t", "k_map", "presence", "population", "person", NULL };
	const struct pack *model = NULL, *l, *t;
	const char *z = NULL;
	int64_t k = 0;

	TRY(pack_need(c, root, "model", &model));
	TRY(pack_keys(c, model, keys));
	TRY(pack_int(c, model, "k", 1, UINT32_MAX / 2, &k));
	ask->model.k = (uint32_t)k;
	l = pack_get(model, S("l"));
	t = pack_get(model, S("t"));
	if (l) {
		TRY(text_z(c, l, &z));
		if (ask_l(c, z, &ask->model) != OK)
			return PACK_FAIL(c, l, "deid.option");
	}
	if (t) {
		TRY(text_z(c, t, &z));
		if (ask_t(c, z, &ask->model) != OK)
			return PACK_FAIL(c, t, "deid.option");
	}
	if ((l || t) && ask->sensitive.len == 0)
		return PACK_FAIL(c, model, "deid.no_sensitive");
	if (pack_get(model, S("k_map"))) {
		TRY(pack_int(c, model, "k_map", 1, UINT32_MAX / 2, &k));
		ask->model.k_map = (uint32_t)k;
	}
	if (pack_get(model, S("presence")))
		TRY(read_presence(c, pack_get(model, S("presence")), &ask->model));
	TRY(pack_text_or(c, model, "population", S_NONE, &ask->population));
	if ((ask->model.k_map > 0 || ask->model.presence) && ask->population.len == 0)
		return PACK_FAIL(c, model, "spec.population");
	return OK;
}

/* Rows of a person are told apart by a column that is left out; released, even as a code, it would join them again. */
static rc read_person(struct ctx *c, const struct pack *root, struct asked *ask)
{
	const struct pack *node = pack_get(pack_get(root, S("model")), S("person"));
	struct column_spec *col;
	slice name;
	uint32_t i = 0;

	if (!node)
		return OK;
	TRY(pack_as_text(c, node, &name));
	while (i < ask->specs && !slice_eq(ask->spec[i].name, name))
		i++;
	col = &ask->spec[i];
	if (i == ask->specs) {
		ask->column[ask->specs] = (struct asked_column){ .is.name = name, .weight = 1, .most = -1 };
		ask->specs++;
	} else if (col->role != ROLE_IDENTIFYING) {
		return PACK_FAIL(c, node, "spec.person");
	}
	*col = (struct column_spec){ .name = name, .role = ROLE_PERSON, .pseudonym = true };
	return OK;
}

static rc read_share(struct ctx *c, const struct pack *root, const char *key, double *ret)
{
	const struct pack *node = pack_get(root, slice_of(key));
	const char *z = NULL;

	if (!node)
		return OK;
	TRY(text_z(c, node, &z));
	return ask_share(c, key, z, ret) == OK ? OK : PACK_FAIL(c, node, "deid.option");
}

static rc word_or(struct ctx *c, const struct pack *root, const char *key, const char *const *words, unsigned *ret)
{
	*ret = 0;
	return pack_get(root, slice_of(key)) ? pack_word(c, root, key, words, ret) : OK;
}

static rc read_law(struct ctx *c, const struct pack *root, struct law_said *law)
{
	static const char *const keys[] = { "regime", "recipient", "purpose", "handlers", "rules", "published", NULL };
	static const char *const regimes[] = { "public", "private", NULL };
	const struct pack *map = pack_get(root, S("law"));
	unsigned regime = 0;

	if (!map)
		return OK;
	TRY(pack_keys(c, map, keys));
	TRY(pack_word(c, map, "regime", regimes, &regime));
	law->said = true;
	law->regime = (enum law_regime)regime;
	TRY(pack_text_or(c, map, "recipient", S_NONE, &law->recipient));
	TRY(pack_text_or(c, map, "purpose", S_NONE, &law->purpose));
	TRY(pack_text_or(c, map, "handlers", S_NONE, &law->handlers));
	TRY(pack_text_or(c, map, "rules", S_NONE, &law->rules));
	return pack_text_or(c, map, "published", S_NONE, &law->published);
}

static rc read_mdav(struct ctx *c, const struct pack *root, struct asked *ask)
{
	static const char *const keys[] = { "columns", "k", NULL };
	const struct pack *map = pack_get(root, S("mdav"));
	int64_t k = 0;

	if (!map)
		return OK;
	TRY(pack_keys(c, map, keys));
	TRY(pack_int(c, map, "k", 2, 10000, &k));
	TRY(pack_texts(c, map, "columns", &ask->mdav, &ask->mdavs));
	ask->mdav_k = (uint32_t)k;
	return ask->mdavs > 0 ? OK : PACK_FAIL(c, map, "pack.missing");
}

rc spec_parse(struct ctx *c, const char *path, slice text, struct asked *ret)
{
	static const char *const keys[] = { "spec", "columns", "model", "suppress", "suppress_weight", "nodes_most",
		"recoding", "labels", "effort", "order", "sample", "encoding", "law", "mdav", NULL };
	static const char *const recodings[] = { "local", "global", NULL }, *const labels[] = { "hierarchy", "sets", NULL };
	static const char *const orders[] = { "shuffled", "kept", NULL }, *const encodings[] = { "utf-8", "cp932", NULL };
	const struct pack *root = NULL;
	struct asked ask = *ret;
	unsigned recoding = 0, label = 0, order = 0, encoding = 0;
	int64_t version = 0, effort = 0;

	TRY(pack_parse(c, path, text, &root));
	TRY(pack_keys(c, root, keys));
	TRY(pack_int(c, root, "spec", 1, 1, &version));
	TRY(read_columns(c, root, &ask));
	TRY(read_model(c, root, &ask));
	TRY(read_person(c, root, &ask));
	TRY(read_share(c, root, "suppress", &ask.suppress));
	if (pack_get(root, S("nodes_most")))
		TRY(pack_as_int(c, pack_get(root, S("nodes_most")), 1, 1000000000000, &ask.nodes_most));
	if (pack_get(root, S("suppress_weight")))
		TRY(decimal_of(c, pack_get(root, S("suppress_weight")), 0.001, 1000, &ask.suppress_weight));
	TRY(read_share(c, root, "sample", &ask.sample));
	TRY(word_or(c, root, "recoding", recodings, &recoding));
	TRY(word_or(c, root, "labels", labels, &label));
	TRY(word_or(c, root, "order", orders, &order));
	TRY(word_or(c, root, "encoding", encodings, &encoding));
	ask.global = recoding == 1;
	ask.sets = label == 1;
	ask.order = order == 1 ? ORDER_KEPT : ORDER_SHUFFLED;
	ask.out_enc = encoding == 1 ? OUTPUT_CP932 : OUTPUT_UTF8;
	if (ask.global && ask.sets)
		return PACK_FAIL(c, root, "deid.global_sets");
	if (!ask.global && (ask.model.k_map > 0 || ask.model.presence || ask.suppress_weight > 0))
		return PACK_FAIL(c, root, "spec.global_only");
	for (uint32_t i = 0; i < ask.specs; i++)
		if (!ask.global && ask.column[i].most >= 0)
			return PACK_FAIL(c, root, "spec.global_only");
	ask.effort = ask.sets ? EFFORT_SETS : EFFORT_LABELS;
	if (pack_get(root, S("effort"))) {
		TRY(pack_int(c, root, "effort", 0, 1000, &effort));
		ask.effort = (uint32_t)effort;
	}
	TRY(read_mdav(c, root, &ask));
	TRY(read_law(c, root, &ask.law));
	*ret = ask;
	return OK;
}

rc spec_read(struct ctx *c, const char *path, struct asked *ret)
{
	slice text, folder;
	char *copy;

	TRY(read_text_hash(c, path, &text, ret->spec_hash));
	/* files that the spec names stand beside it */
	copy = arena_cstr(c->a, slice_of(path));
	if (!copy)
		return FAIL(c, E_LIMIT, "memory.limit");
	folder = slice_of(dirname(copy));
	ret->data = arena_cstr(c->a, folder);
	ret->spec_path = path;
	return ret->data ? spec_parse(c, path, text, ret) : FAIL(c, E_LIMIT, "memory.limit");
}
