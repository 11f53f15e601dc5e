/* Parts of fields: sources, choices, columns. */
#include "work/report/form_read.h"

#include "base/banned.h"

static const char *const part_words[PART_TYPES + 1] = {
	"text", "long", "date", "datetime", "int", "decimal", "bool", "one", "many", "table", "file", "present", "flag",
	"duration", "sum", "note", NULL,
};

static const char *const as_words[PART_AS + 1] = {
	"plain", "chosen", "date", "prefecture", "corporate_number", "others", NULL,
};

const char *part_type_word(enum part_type t)
{
	return (unsigned)t < PART_TYPES ? part_words[t] : "";
}

rc form_read_source(struct ctx *c, const struct forms *f, const struct pack *node, struct source *out)
{
	slice text, head;
	size_t dot;

	TRY(pack_as_text(c, node, &text));
	dot = slice_find(text, S("."), 0);
	head = dot == SIZE_MAX ? text : slice_sub(text, 0, dot);
	*out = (struct source){ .text = text, .own = slice_is(head, "this_report") };
	out->path = record_find(f->record, out->own ? S("reports") : head);
	if (!out->path)
		return PACK_FAIL(c, node, "form.unknown_path");
	if (dot == SIZE_MAX)
		return out->own ? PACK_FAIL(c, node, "form.unknown_path") : OK;
	out->column = record_column(out->path, slice_sub(text, dot + 1, text.len));
	return out->column ? OK : PACK_FAIL(c, node, "form.unknown_path");
}

static const struct record_path *source_end(const struct source *s)
{
	return s->column ? s->column : s->path;
}

static bool is_words(enum value_type t)
{
	return t == VALUE_TEXT || t == VALUE_LONG || t == VALUE_FILE || t == VALUE_REF;
}

static bool is_time(enum value_type t)
{
	return t == VALUE_DATE || t == VALUE_DATETIME;
}

static bool type_fits(const struct form_part *p)
{
	enum value_type t = source_end(&p->from)->type;

	switch (p->type) {
	case PART_TEXT: return is_words(t) || t == VALUE_INT;
	case PART_LONG: return is_words(t);
	case PART_DATE: case PART_DATETIME: return is_time(t);
	case PART_INT: return t == VALUE_INT;
	case PART_DECIMAL: return t == VALUE_DECIMAL || t == VALUE_INT;
	case PART_BOOL: return t == VALUE_BOOL;
	case PART_ONE: return t == VALUE_ONE;
	case PART_MANY: return t == VALUE_MANY || t == VALUE_ONE;
	case PART_TABLE: return t == VALUE_TABLE;
	case PART_FILE: return is_words(t);
	case PART_PRESENT: case PART_NOTE: return true;
	case PART_FLAG: return t == VALUE_MANY;
	case PART_DURATION: return is_time(t) && p->to.path && is_time(source_end(&p->to)->type);
	case PART_SUM: return t == VALUE_INT && p->from.column && p->from.path->type == VALUE_TABLE;
	}
	return false;
}

static rc make_choice(struct ctx *c, struct form_choice *out, slice code, slice ja, slice en)
{
	*out = (struct form_choice){ .code = code, .ja = ja, .en = en, .n_is = 1 };
	TRY_NEW(c, out->is);
	out->is[0] = code;
	return OK;
}

static rc default_choices(struct ctx *c, struct form_part *p)
{
	const struct choices *list = source_end(&p->from)->choices;
	bool two = p->type == PART_BOOL || p->type == PART_PRESENT || p->type == PART_FLAG;
	bool has = p->type == PART_PRESENT;

	if (two) {
		p->nchoices = 2;
		TRY_ARRAY(c, p->choices, 2);
		TRY(make_choice(c, &p->choices[0], S("true"), has ? S("有") : S("あり"), S("yes")));
		return make_choice(c, &p->choices[1], S("false"), has ? S("無") : S("なし"), S("no"));
	}
	if (p->type != PART_ONE && p->type != PART_MANY)
		return OK;
	p->nchoices = list->n;
	TRY_ARRAY(c, p->choices, list->n);
	for (uint32_t i = 0; i < list->n; i++)
		TRY(make_choice(c, &p->choices[i], list->items[i].code, list->items[i].ja, list->items[i].en));
	return OK;
}

static bool code_known(const struct form_part *p, slice code)
{
	const struct choices *list = source_end(&p->from)->choices;

	if (list)
		return choices_find(list, code) != NULL;
	return slice_is(code, "true") || slice_is(code, "false");
}

static rc read_choice(struct ctx *c, const struct pack *item, const struct form_part *p, struct form_choice *out)
{
	static const char *const keys[] = { "code", "ja", "en", "is", NULL };
	const struct choices *list = source_end(&p->from)->choices;
	const struct choice *known;
	slice code;

	if (item->kind == PACK_TEXT) {
		known = list ? choices_find(list, item->text) : NULL;
		if (!known)
			return PACK_FAIL(c, item, "form.unknown_choice");
		return make_choice(c, out, known->code, known->ja, known->en);
	}
	TRY(pack_keys(c, item, keys));
	TRY(pack_text(c, item, "code", &code));
	TRY(make_choice(c, out, code, S_NONE, S_NONE));
	TRY(pack_text(c, item, "ja", &out->ja));
	TRY(pack_text(c, item, "en", &out->en));
	if (pack_get(item, S("is")))
		TRY(pack_texts(c, item, "is", &out->is, &out->n_is));
	for (uint32_t i = 0; i < out->n_is; i++)
		if (!code_known(p, out->is[i]))
			return PACK_FAIL(c, item, "form.unknown_choice");
	return OK;
}

static rc read_choices(struct ctx *c, const struct pack *list, struct form_part *p)
{
	bool boxes = p->type == PART_ONE || p->type == PART_MANY || p->type == PART_BOOL;

	if (!boxes)
		return PACK_FAIL_KEY(c, list, "form.type");
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, p->choices, list->count);
	for PACK_EACH(item, list) {
		TRY(read_choice(c, item, p, &p->choices[p->nchoices]));
		for (uint32_t i = 0; i < p->nchoices; i++)
			if (slice_eq(p->choices[i].code, p->choices[p->nchoices].code))
				return PACK_FAIL(c, item, "form.duplicate");
		p->nchoices++;
	}
	return OK;
}

static rc read_columns(struct ctx *c, const struct pack *node, struct form_part *p)
{
	static const char *const keys[] = { "ja", "en", "from", "as", "width", NULL };
	const struct pack *list;
	uint32_t sum = 0;

	TRY(pack_need(c, node, "columns", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, p->columns, list->count);
	for PACK_EACH(item, list) {
		struct form_column *col = &p->columns[p->ncolumns++];
		int64_t width;
		unsigned as = AS_PLAIN;
		slice name;

		TRY(pack_keys(c, item, keys));
		TRY(pack_text(c, item, "ja", &col->ja));
		TRY(pack_text(c, item, "en", &col->en));
		TRY(pack_text(c, item, "from", &name));
		TRY(pack_int(c, item, "width", 5, 100, &width));
		if (pack_get(item, S("as")))
			TRY(pack_word(c, item, "as", as_words, &as));
		col->as = (enum part_as)as;
		col->width = (uint32_t)width;
		col->column = record_column(p->from.path, name);
		if (!col->column)
			return PACK_FAIL(c, pack_get(item, S("from")), "form.unknown_path");
		sum += col->width;
	}
	return sum == 100 ? OK : PACK_FAIL(c, list, "form.width");
}

static rc read_where(struct ctx *c, const struct pack *map, struct form_part *p)
{
	const struct pack *one;

	TRY(pack_is(c, map, PACK_MAP));
	one = map->child;
	if (map->count != 1 || !p->from.path->columns)
		return PACK_FAIL(c, map, "form.where");
	p->where = record_column(p->from.path, one->key);
	if (!p->where)
		return PACK_FAIL_KEY(c, one, "form.unknown_path");
	if (one->kind == PACK_LIST) {
		TRY_ARRAY(c, p->where_is, one->count);
		for PACK_EACH(e, one)
			TRY(pack_as_text(c, e, &p->where_is[p->nwhere++]));
	} else {
		TRY_NEW(c, p->where_is);
		p->nwhere = 1;
		TRY(pack_as_text(c, one, &p->where_is[0]));
	}
	for (uint32_t i = 0; p->where->choices && i < p->nwhere; i++)
		if (!choices_find(p->where->choices, p->where_is[i]))
			return PACK_FAIL(c, one, "form.unknown_choice");
	return OK;
}

static rc read_words(struct ctx *c, const struct pack *node, struct form_part *out)
{
	static const char *const rests[] = { "hide", NULL };
	unsigned word = AS_PLAIN;

	TRY(pack_bool_or(c, node, "optional", false, &out->optional));
	TRY(pack_bool_or(c, node, "bare", false, &out->bare));
	TRY(pack_text_or(c, node, "unit", S_NONE, &out->unit));
	if (pack_get(node, S("as")))
		TRY(pack_word(c, node, "as", as_words, &word));
	out->as = (enum part_as)word;
	out->hide_rest = pack_get(node, S("rest")) != NULL;
	if (out->hide_rest)
		TRY(pack_word(c, node, "rest", rests, &word));
	return OK;
}

static rc read_sources(struct ctx *c, const struct forms *f, const struct pack *node, struct form_part *out)
{
	const struct pack *from;

	TRY(pack_need(c, node, "from", &from));
	TRY(form_read_source(c, f, from, &out->from));
	if (pack_get(node, S("to")))
		TRY(form_read_source(c, f, pack_get(node, S("to")), &out->to));
	if (pack_get(node, S("precision")))
		TRY(form_read_source(c, f, pack_get(node, S("precision")), &out->precision));
	return OK;
}

rc form_read_part(struct ctx *c, const struct forms *f, const struct pack *node, bool as_field, struct form_part *out)
{
	static const char *const keys[] = {
		"ja", "en", "type", "from", "to", "precision", "as", "where", "choices", "columns", "unit", "optional", "bare",
		"rest", "is", NULL,
	};
	unsigned type;

	if (!as_field)
		TRY(pack_keys(c, node, keys));
	TRY(pack_text(c, node, "ja", &out->ja));
	TRY(pack_text(c, node, "en", &out->en));
	TRY(pack_word(c, node, "type", part_words, &type));
	out->type = (enum part_type)type;
	TRY(read_words(c, node, out));
	TRY(read_sources(c, f, node, out));
	if (!type_fits(out))
		return PACK_FAIL(c, pack_get(node, S("type")), "form.type");
	if (pack_get(node, S("where")))
		TRY(read_where(c, pack_get(node, S("where")), out));
	if (out->type == PART_FLAG) {
		TRY(pack_text(c, node, "is", &out->is));
		if (!code_known(out, out->is))
			return PACK_FAIL(c, pack_get(node, S("is")), "form.unknown_choice");
	}
	if (out->type == PART_TABLE)
		return read_columns(c, node, out);
	if (pack_get(node, S("choices")))
		return read_choices(c, pack_get(node, S("choices")), out);
	return default_choices(c, out);
}

/* A condition on a path with choices may ask only for codes that exist. */
rc form_read_conditions(struct ctx *c, const struct forms *f, const struct pack *map, struct condition **ret,
	uint32_t *ret_n)
{
	struct condition *all;
	uint32_t n = 0;

	TRY(pack_is(c, map, PACK_MAP));
	TRY_ARRAY(c, all, map->count);
	for PACK_EACH(m, map) {
		struct pack name = { .kind = PACK_TEXT, .text = m->key, .row = m->key_row, .col = m->key_col, .file = m->file };
		struct condition *cond = &all[n++];
		const struct choices *list;

		TRY(form_read_source(c, f, &name, &cond->source));
		TRY(pack_is(c, m, PACK_LIST));
		TRY_ARRAY(c, cond->is, m->count);
		list = source_end(&cond->source)->choices;
		for PACK_EACH(e, m) {
			if (list && !choices_find(list, e->text))
				return PACK_FAIL(c, e, "form.unknown_choice");
			TRY(pack_as_text(c, e, &cond->is[cond->n_is++]));
		}
	}
	*ret = all;
	*ret_n = n;
	return OK;
}
