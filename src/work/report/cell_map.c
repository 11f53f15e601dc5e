/* Cell maps: which cell of a blank takes what. */
#include "work/report/blank.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "work/report/form_read.h"
#include "work/report/gather.h"

#include "base/banned.h"

/* Office programs call a file with more in a cell damaged; half a text in an agency's form would be worse than none. */
#define CELL_CHARACTERS_MOST 32000u

/* 様式!C7 */
static rc read_place(struct ctx *c, const struct pack *node, struct cell_rule *out)
{
	slice text;
	size_t bang = SIZE_MAX, i;

	TRY(pack_as_text(c, node, &text));
	for (i = 0; i < text.len; i++)
		if (text.p[i] == '!')
			bang = i;
	if (bang == SIZE_MAX || bang == 0)
		return PACK_FAIL(c, node, "cellmap.cell");
	out->sheet = slice_sub(text, 0, bang);
	for (i = bang + 1; i < text.len && text.p[i] >= 'A' && text.p[i] <= 'Z' && out->col < 17000; i++)
		out->col = out->col * 26 + (uint32_t)(text.p[i] - 'A' + 1);
	for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9' && out->row < 1100000; i++)
		out->row = out->row * 10 + (uint32_t)(text.p[i] - '0');
	if (i != text.len || out->col == 0 || out->col > 16384 || out->row == 0 || out->row > 1048576)
		return PACK_FAIL(c, node, "cellmap.cell");
	return OK;
}

/* A field by its code, with its annex before a slash, or a path of the record. */
static rc read_from(struct ctx *c, const struct forms *f, const struct form *form, const struct pack *node,
	struct cell_rule *out)
{
	slice text, code;
	size_t slash;

	TRY(pack_as_text(c, node, &text));
	slash = slice_find(text, S("/"), 0);
	out->annex = slash == SIZE_MAX ? S_NONE : slice_sub(text, 0, slash);
	code = slash == SIZE_MAX ? text : slice_sub(text, slash + 1, text.len);
	out->field = form_field_find(form, out->annex, code);
	if (out->field)
		return OK;
	if (slash != SIZE_MAX || form_read_source(c, f, node, &out->source) != OK || out->source.own)
		return PACK_FAIL(c, node, "cellmap.source");
	return OK;
}

static rc read_part(struct ctx *c, const struct pack *node, struct cell_rule *out)
{
	static const struct { const char *key; int64_t most; } numbers[] = {
		{ "part", 64 }, { "row", LIMIT_VALUE_ROWS }, { "column", 64 },
	};
	uint32_t *to[] = { &out->part, &out->table_row, &out->table_col };
	const struct form_part *part;

	for (size_t i = 0; i < 3; i++) {
		int64_t n;

		if (!pack_get(node, slice_of(numbers[i].key)))
			continue;
		TRY(pack_int(c, node, numbers[i].key, 1, numbers[i].most, &n));
		*to[i] = (uint32_t)n;
	}
	if ((out->part || out->table_row || out->table_col) && (!out->field || out->part > out->field->nparts))
		return PACK_FAIL(c, node, "cellmap.part");
	part = out->field ? &out->field->parts[out->part ? out->part - 1 : 0] : NULL;
	if ((out->table_row != 0) != (out->table_col != 0) ||
	    (out->table_row && (!part || part->type != PART_TABLE || out->table_col > part->ncolumns)))
		return PACK_FAIL(c, node, "cellmap.part");
	return OK;
}

static rc read_choice(struct ctx *c, const struct pack *node, struct cell_rule *out)
{
	const struct pack *choice = pack_get(node, S("choice"));
	const struct form_part *part;

	if (!choice)
		return OK;
	TRY(pack_as_text(c, choice, &out->choice));
	TRY(pack_text_or(c, node, "mark", S("○"), &out->mark));
	out->has_choice = true;
	if (!out->field)
		return PACK_FAIL(c, choice, "cellmap.choice");
	part = &out->field->parts[out->part ? out->part - 1 : 0];
	for (uint32_t i = 0; i < part->nchoices; i++)
		if (slice_eq(part->choices[i].code, out->choice))
			return OK;
	return PACK_FAIL(c, choice, "cellmap.choice");
}

static rc read_rule(struct ctx *c, const struct forms *f, const struct form *form, const struct pack *node,
	struct cell_rule *out)
{
	static const char *const keys[] = { "at", "from", "part", "row", "column", "choice", "mark", NULL };
	const struct pack *at, *from;

	TRY(pack_keys(c, node, keys));
	TRY(pack_need(c, node, "at", &at));
	TRY(pack_need(c, node, "from", &from));
	TRY(read_place(c, at, out));
	TRY(read_from(c, f, form, from, out));
	TRY(read_part(c, node, out));
	return read_choice(c, node, out);
}

rc cell_map_read(struct ctx *c, const struct forms *f, const struct pack *root, const struct form *form,
	const struct cell_map **ret)
{
	static const char *const keys[] = { "schema", "form", "version", "cells", NULL };
	static const char *const schemas[] = { "renkei.cellmap/1", NULL };
	const struct pack *list;
	struct cell_map *map;
	unsigned which;

	TRY(pack_keys(c, root, keys));
	TRY(pack_word(c, root, "schema", schemas, &which));
	TRY_NEW(c, map);
	TRY(pack_text(c, root, "form", &map->form));
	TRY(pack_text(c, root, "version", &map->version));
	if (!slice_eq(map->form, form->id) || !slice_eq(map->version, form->version))
		return PACK_FAIL(c, root, "cellmap.form");
	TRY(pack_need(c, root, "cells", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, map->rules, list->count);
	for PACK_EACH(item, list) {
		struct cell_rule *rule = &map->rules[map->n];

		TRY(read_rule(c, f, form, item, rule));
		for (uint32_t i = 0; i < map->n; i++)
			if (map->rules[i].row == rule->row && map->rules[i].col == rule->col &&
			    slice_eq(map->rules[i].sheet, rule->sheet) && !(map->rules[i].has_choice && rule->has_choice))
				return PACK_FAIL(c, item, "cellmap.duplicate");
		map->n++;
	}
	*ret = map;
	return OK;
}

rc cell_map_load(struct ctx *c, const struct forms *f, const char *path, const struct form *form,
	const struct cell_map **ret)
{
	const struct pack *root;

	TRY(pack_read(c, path, &root));
	return cell_map_read(c, f, root, form, ret);
}

/* A count that is fixed goes in as a number; the blank's own number format shows it. */
static rc number_text(struct ctx *c, const struct filled_part *p, struct cell_text *out)
{
	enum value_state state;
	const struct json *v = value_bare(p->value, &state);
	struct buf b;

	if (p->part->type != PART_INT || state != STATE_CONFIRMED || !v || v->type != JSON_INT)
		return OK;
	buf_init(&b, c->a, 32);
	buf_put_i64(&b, v->num);
	out->number = true;
	return buf_done(c, &b, &out->text);
}

static rc field_text(struct ctx *c, const struct cell_rule *r, const struct filled_field *fd, struct cell_text *out)
{
	const struct filled_part *p = &fd->parts[r->part ? r->part - 1 : 0];
	struct form_field one = *fd->field;
	struct filled_field single = { .field = &one, .parts = &fd->parts[r->part ? r->part - 1 : 0] };

	if (r->has_choice) {
		for (uint32_t i = 0; i < p->nticks; i++)
			if (p->ticks[i].on && slice_eq(p->ticks[i].choice->code, r->choice))
				out->text = r->mark;
		return OK;
	}
	if (r->table_row) {
		if (r->table_row <= p->nrows)
			out->text = p->rows[r->table_row - 1][r->table_col - 1];
		return OK;
	}
	if (r->part == 0 && fd->field->nparts > 1)
		return filled_text(c, fd, &out->text);
	one.nparts = 1;
	TRY(filled_text(c, &single, &out->text));
	return number_text(c, p, out);
}

static rc path_text(struct ctx *c, const struct filled *f, const struct source *s, slice *ret)
{
	struct filling filling = { .values = f->values, .addressee = f->meta.addressee };
	struct gathered g;
	struct buf b;

	TRY(gather(c, &filling, s, NULL, &g));
	buf_init(&b, c->a, LIMIT_VALUE_LONG * 4);
	for (uint32_t i = 0; i < g.n; i++) {
		if (!g.values[i])
			continue;
		if (b.len)
			buf_put(&b, S("、"));
		put_value(c, &b, s->column ? s->column : s->path, g.values[i], AS_PLAIN);
	}
	return buf_done(c, &b, ret);
}

/* Two choices may share a cell: the one that is ticked wins. */
static bool put_into_same(struct cell_text *list, uint32_t n, const struct cell_text *one)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i].row == one->row && list[i].col == one->col && slice_eq(list[i].sheet, one->sheet)) {
			if (one->text.len)
				list[i].text = one->text;
			return true;
		}
	return false;
}

rc cell_map_texts(struct ctx *c, const struct cell_map *map, const struct filled *f, struct cell_text **ret,
	uint32_t *ret_n)
{
	struct cell_text *list;
	uint32_t n = 0;

	TRY_ARRAY(c, list, map->n + 1);
	for (uint32_t i = 0; i < map->n; i++) {
		const struct cell_rule *r = &map->rules[i];
		struct cell_text one = { .sheet = r->sheet, .row = r->row, .col = r->col };
		const struct filled_field *fd = r->field ? filled_find(f, r->annex, r->field->code) : NULL;

		if (fd)
			TRY(field_text(c, r, fd, &one));
		else if (!r->field)
			TRY(path_text(c, f, &r->source, &one.text));
		if (utf8_count(one.text) > CELL_CHARACTERS_MOST) {
			(void)FAIL(c, E_LIMIT, "blank.cell_limit");
			fault_name(c, r->field ? r->field->code : r->source.text);
			return E_LIMIT;
		}
		if (!put_into_same(list, n, &one))
			list[n++] = one;
	}
	*ret = list;
	*ret_n = n;
	return OK;
}
