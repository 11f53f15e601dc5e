#include "work/report/record.h"

#include "base/limits.h"

#include "base/banned.h"

static const char *const type_words[VALUE_TYPES + 1] = {
	"text", "long", "date", "datetime", "int", "decimal", "bool", "one", "many", "table", "group", "file", "ref", NULL,
};

const char *value_type_word(enum value_type t)
{
	return (unsigned)t < VALUE_TYPES ? type_words[t] : "";
}

const char *value_state_word(enum value_state s)
{
	static const char *const words[VALUE_STATES] = { "absent", "confirmed", "estimated", "unknown", "not_applicable" };

	return (unsigned)s < VALUE_STATES ? words[s] : "";
}

const struct record_path *record_find(const struct record_schema *s, slice path)
{
	for (uint32_t i = 0; i < s->npaths; i++)
		if (slice_eq(s->paths[i].path, path))
			return &s->paths[i];
	return NULL;
}

const struct record_path *record_column(const struct record_path *table, slice name)
{
	for (uint32_t i = 0; i < table->ncolumns; i++)
		if (slice_eq(table->columns[i].path, name))
			return &table->columns[i];
	return NULL;
}

const struct choice *choices_find(const struct choices *list, slice code)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->items[i].code, code))
			return &list->items[i];
	return NULL;
}

static rc read_choices(struct ctx *c, const struct pack *node, struct choices *out)
{
	static const char *const keys[] = { "code", "ja", "en", NULL };
	uint32_t i = 0;

	TRY(pack_is(c, node, PACK_LIST));
	out->name = node->key;
	out->n = node->count;
	TRY_ARRAY(c, out->items, node->count);
	for PACK_EACH(item, node) {
		TRY(pack_keys(c, item, keys));
		TRY(pack_text(c, item, "code", &out->items[i].code));
		TRY(pack_text(c, item, "ja", &out->items[i].ja));
		TRY(pack_text(c, item, "en", &out->items[i].en));
		for (uint32_t j = 0; j < i; j++)
			if (slice_eq(out->items[j].code, out->items[i].code))
				return PACK_FAIL(c, item, "record.duplicate");
		i++;
	}
	return OK;
}

static const struct choices *find_list(const struct record_schema *s, slice name)
{
	for (uint32_t i = 0; i < s->nlists; i++)
		if (slice_eq(s->lists[i].name, name))
			return &s->lists[i];
	return NULL;
}

/* What a path and a column have in common. */
static rc read_common(struct ctx *c, const struct record_schema *s, const struct pack *node, struct record_path *out)
{
	const struct pack *list = pack_get(node, S("choices"));
	unsigned type;
	bool choose;

	TRY(pack_text(c, node, "ja", &out->ja));
	TRY(pack_text(c, node, "en", &out->en));
	TRY(pack_word(c, node, "type", type_words, &type));
	out->type = (enum value_type)type;
	choose = out->type == VALUE_ONE || out->type == VALUE_MANY;
	TRY(pack_bool_or(c, node, "repeats", false, &out->repeats));
	TRY(pack_bool_or(c, node, "personal", false, &out->personal));
	if (!list)
		return choose ? PACK_FAIL(c, node, "record.choices_missing") : OK;
	if (!choose)
		return PACK_FAIL_KEY(c, list, "record.choices_stray");
	out->choices = find_list(s, list->text);
	return out->choices ? OK : PACK_FAIL(c, list, "record.unknown_list");
}

static rc read_columns(struct ctx *c, const struct record_schema *s, const struct pack *node, struct record_path *out)
{
	static const char *const keys[] = { "name", "ja", "en", "type", "choices", "repeats", "personal", NULL };
	const struct pack *list = pack_get(node, S("columns"));
	bool wide = out->type == VALUE_TABLE || out->type == VALUE_GROUP;

	if (!list)
		return wide ? PACK_FAIL(c, node, "record.columns_missing") : OK;
	if (!wide)
		return PACK_FAIL_KEY(c, list, "record.columns_stray");
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out->columns, list->count);
	for PACK_EACH(item, list) {
		struct record_path *col = &out->columns[out->ncolumns];

		TRY(pack_keys(c, item, keys));
		TRY(pack_text(c, item, "name", &col->path));
		if (record_column(out, col->path))
			return PACK_FAIL(c, item, "record.duplicate");
		TRY(read_common(c, s, item, col));
		if (col->type == VALUE_TABLE || col->type == VALUE_GROUP)
			return PACK_FAIL(c, item, "record.nested");
		col->no = out->no;
		col->section = out->section;
		out->ncolumns++;
	}
	return OK;
}

/* A rule gives a code of the path's choices, true or false, or a row. */
static rc check_give(struct ctx *c, const struct record_path *p, const struct pack *give)
{
	const struct record_path *col;

	if (give->kind == PACK_TEXT) {
		if (p->choices)
			return choices_find(p->choices, give->text) ? OK : PACK_FAIL(c, give, "record.unknown_choice");
		if (p->type == VALUE_BOOL && (slice_is(give->text, "true") || slice_is(give->text, "false")))
			return OK;
		return PACK_FAIL(c, give, "record.give");
	}
	if (give->kind != PACK_MAP || p->type != VALUE_TABLE)
		return PACK_FAIL(c, give, "record.give");
	for PACK_EACH(cell, give) {
		col = record_column(p, cell->key);
		if (!col)
			return PACK_FAIL_KEY(c, cell, "record.unknown_column");
		if (!col->choices || !choices_find(col->choices, cell->text))
			return PACK_FAIL(c, cell, "record.unknown_choice");
	}
	return OK;
}

static rc read_rules(struct ctx *c, const struct pack *node, struct record_path *out)
{
	static const char *const keys[] = { "fact", "state_of", "is", "give", NULL };
	const struct pack *list = pack_get(node, S("from"));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out->rules, list->count);
	for PACK_EACH(item, list) {
		struct record_rule *rule = &out->rules[out->nrules++];
		const struct pack *state_of = NULL;

		TRY(pack_keys(c, item, keys));
		state_of = pack_get(item, S("state_of"));
		rule->of_state = state_of != NULL;
		TRY(pack_text(c, item, state_of ? "state_of" : "fact", &rule->fact));
		TRY(pack_texts(c, item, "is", &rule->is, &rule->n_is));
		TRY(pack_need(c, item, "give", &rule->give));
		TRY(check_give(c, out, rule->give));
	}
	return OK;
}

static rc read_path(struct ctx *c, struct record_schema *s, const struct pack *node)
{
	static const char *const keys[] = {
		"no", "path", "section", "ja", "en", "type", "choices", "repeats", "personal", "law", "same", "from", "columns",
		NULL,
	};
	struct record_path *p = &s->paths[s->npaths];
	bool known = false;
	int64_t no;

	TRY(pack_keys(c, node, keys));
	TRY(pack_text(c, node, "path", &p->path));
	if (record_find(s, p->path))
		return PACK_FAIL(c, pack_get(node, S("path")), "record.duplicate");
	TRY(pack_int(c, node, "no", 1, 9999, &no));
	p->no = (uint32_t)no;
	TRY(pack_text(c, node, "section", &p->section));
	for (uint32_t i = 0; i < s->nsections; i++)
		known = known || slice_eq(s->sections[i].id, p->section);
	if (!known)
		return PACK_FAIL(c, pack_get(node, S("section")), "record.unknown_section");
	TRY(pack_text_or(c, node, "law", S_NONE, &p->law));
	TRY(pack_text_or(c, node, "same", S_NONE, &p->same));
	TRY(read_common(c, s, node, p));
	TRY(read_columns(c, s, node, p));
	TRY(read_rules(c, node, p));
	s->npaths++;
	return OK;
}

static rc read_lists(struct ctx *c, const struct pack *root, struct record_schema *s)
{
	static const char *const keys[] = { "id", "ja", "en", NULL };
	const struct pack *list;

	TRY(pack_need(c, root, "sections", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, s->sections, list->count);
	for PACK_EACH(item, list) {
		struct record_section *sec = &s->sections[s->nsections++];

		TRY(pack_keys(c, item, keys));
		TRY(pack_text(c, item, "id", &sec->id));
		TRY(pack_text(c, item, "ja", &sec->ja));
		TRY(pack_text(c, item, "en", &sec->en));
	}
	TRY(pack_need(c, root, "choices", &list));
	TRY(pack_is(c, list, PACK_MAP));
	TRY_ARRAY(c, s->lists, list->count);
	for PACK_EACH(item, list)
		TRY(read_choices(c, item, &s->lists[s->nlists++]));
	return OK;
}

rc record_load(struct ctx *c, const char *path, const struct record_schema **ret)
{
	static const char *const keys[] = { "schema", "version", "sections", "choices", "paths", NULL };
	static const char *const schemas[] = { "renkei.record/1", NULL };
	const struct pack *root, *list;
	struct record_schema *s;
	unsigned which;

	TRY(pack_read(c, path, &root));
	TRY(pack_keys(c, root, keys));
	TRY(pack_word(c, root, "schema", schemas, &which));
	TRY_NEW(c, s);
	TRY(pack_text(c, root, "version", &s->version));
	TRY(read_lists(c, root, s));
	TRY(pack_need(c, root, "paths", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, s->paths, list->count);
	for PACK_EACH(item, list)
		TRY(read_path(c, s, item));
	*ret = s;
	return OK;
}
