/* A filled form as JSON, and the values of the record back from it. */
#include "work/report/filled.h"

#include "base/calendar.h"
#include "base/limits.h"

#include "base/banned.h"

static void put_ticks(struct json_out *o, const struct filled_part *p)
{
	jo_key(o, S("choices"));
	jo_array(o);
	for (uint32_t i = 0; i < p->nticks; i++) {
		const struct tick *t = &p->ticks[i];

		jo_object(o);
		jo_kv_text(o, "code", t->choice->code);
		jo_kv_text(o, "label", t->choice->ja);
		jo_kv_bool(o, "on", t->on);
		if (t->words.len)
			jo_kv_text(o, "words", t->words);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_rows(struct json_out *o, const struct filled_part *p)
{
	jo_key(o, S("columns"));
	jo_array(o);
	for (uint32_t j = 0; j < p->part->ncolumns; j++)
		jo_text(o, p->part->columns[j].ja);
	jo_end_array(o);
	jo_key(o, S("rows"));
	jo_array(o);
	for (uint32_t i = 0; i < p->nrows; i++) {
		jo_array(o);
		for (uint32_t j = 0; j < p->part->ncolumns; j++)
			jo_text(o, p->rows[i][j]);
		jo_end_array(o);
	}
	jo_end_array(o);
}

static void put_part(struct json_out *o, const struct filled_part *p)
{
	jo_object(o);
	jo_kv_text(o, "label", p->part->ja);
	jo_kv_text(o, "label_en", p->part->en);
	jo_kv_text(o, "type", slice_of(part_type_word(p->part->type)));
	jo_kv_text(o, "source", p->part->from.text);
	jo_kv_text(o, "state", slice_of(value_state_word(p->state)));
	if (p->text.len)
		jo_kv_text(o, "text", p->text);
	if (p->nticks)
		put_ticks(o, p);
	if (p->part->type == PART_TABLE)
		put_rows(o, p);
	jo_end_object(o);
}

static rc put_field(struct ctx *c, struct json_out *o, const struct filled_field *fd)
{
	const char certainty[1] = { fd->field->certainty };
	slice text;

	TRY(filled_text(c, fd, &text));
	jo_object(o);
	jo_kv_text(o, "code", fd->field->code);
	jo_kv_text(o, "label", fd->field->ja);
	jo_kv_text(o, "label_en", fd->field->en);
	jo_kv_text(o, "required", slice_of(required_word(fd->field->required)));
	jo_kv_text(o, "certainty", (slice){ certainty, 1 });
	jo_kv_bool(o, "applies", fd->applies);
	jo_kv_bool(o, "missing", fd->missing);
	if (fd->missing)
		jo_kv_text(o, "why", slice_of(fd->why));
	if (fd->changed)
		jo_kv_bool(o, "changed", true);
	jo_kv_text(o, "text", text);
	jo_key(o, S("parts"));
	jo_array(o);
	for (uint32_t i = 0; i < fd->field->nparts; i++)
		put_part(o, &fd->parts[i]);
	jo_end_array(o);
	jo_end_object(o);
	return OK;
}

static rc put_sheet(struct ctx *c, struct json_out *o, const struct filled_sheet *s)
{
	jo_object(o);
	jo_kv_text(o, "code", s->sheet->code);
	jo_kv_text(o, "label", s->sheet->ja);
	jo_key(o, S("sections"));
	jo_array(o);
	for (uint32_t i = 0; i < s->nsections; i++) {
		jo_object(o);
		jo_kv_text(o, "id", s->sections[i].section->id);
		jo_kv_text(o, "label", s->sections[i].section->ja);
		jo_key(o, S("fields"));
		jo_array(o);
		for (uint32_t j = 0; j < s->sections[i].nfields; j++)
			TRY(put_field(c, o, &s->sections[i].fields[j]));
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_end_object(o);
	return OK;
}

static void put_changes(struct json_out *o, const struct filled *f)
{
	static const char *const kinds[] = { "added", "changed", "removed" };

	jo_key(o, S("changes"));
	jo_array(o);
	for (uint32_t i = 0; i < f->nchanges; i++) {
		const struct change *ch = &f->changes[i];

		jo_object(o);
		jo_kv_text(o, "sheet", ch->sheet);
		jo_kv_text(o, "code", ch->code);
		jo_kv_text(o, "label", ch->ja);
		jo_kv_text(o, "kind", slice_of(kinds[ch->kind]));
		jo_kv_text(o, "before", ch->before);
		jo_kv_text(o, "after", ch->after);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_missing(struct ctx *c, struct json_out *o, const struct filled *f)
{
	struct missing *list;
	uint32_t n;

	TRY(filled_missing(c, f, &list, &n));
	jo_key(o, S("missing"));
	jo_array(o);
	for (uint32_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "sheet", list[i].sheet);
		jo_kv_text(o, "code", list[i].code);
		jo_kv_text(o, "label", list[i].ja);
		jo_kv_text(o, "why", slice_of(list[i].why));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* Whether a sheet that is shown prints the path: what went to the NCO must not carry what was left out. */
static bool is_shown(const struct filled *f, slice path)
{
	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < f->sheets[i].sections[j].nfields; k++) {
				const struct form_field *fd = f->sheets[i].sections[j].fields[k].field;

				for (uint32_t l = 0; l < fd->nparts; l++) {
					const struct form_part *p = &fd->parts[l];

					if ((slice_eq(p->from.path->path, path) && !p->from.own) ||
					    (p->to.path && slice_eq(p->to.path->path, path)) ||
					    (p->precision.path && slice_eq(p->precision.path->path, path)))
						return true;
				}
			}
	return false;
}

/* Whether some part shows a whole path or this column of it. */
static bool column_is_shown(const struct filled *f, const struct record_path *path, slice column)
{
	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < f->sheets[i].sections[j].nfields; k++) {
				const struct form_field *fd = f->sheets[i].sections[j].fields[k].field;

				for (uint32_t l = 0; l < fd->nparts; l++) {
					const struct form_part *p = &fd->parts[l];

					if (p->from.own || p->from.path != path)
						continue;
					if ((p->from.column && slice_eq(p->from.column->path, column)) ||
					    (p->to.column && slice_eq(p->to.column->path, column)) ||
					    (p->where && slice_eq(p->where->path, column)))
						return true;
					for (uint32_t m = 0; m < p->ncolumns; m++)
						if (slice_eq(p->columns[m].column->path, column))
							return true;
				}
			}
	return false;
}

static void put_row(struct json_out *o, const struct filled *f, const struct record_path *p, const struct json *row)
{
	jo_object(o);
	for JSON_EACH(cell, row)
		if (column_is_shown(f, p, cell->name)) {
			jo_key(o, cell->name);
			jo_value(o, cell);
		}
	jo_end_object(o);
}

/* The values of the record that the form shows, and no column that it does not show. */
static void put_values(struct json_out *o, const struct filled *f)
{
	jo_key(o, S("values"));
	jo_object(o);
	for JSON_EACH(m, f->values) {
		const struct record_path *p = record_find(f->record, m->name);
		enum value_state state;
		const struct json *bare = value_bare(m, &state);

		if (!p || !is_shown(f, m->name))
			continue;
		jo_key(o, m->name);
		if (bare && p->ncolumns && bare->type == JSON_OBJECT) {
			put_row(o, f, p, bare);
		} else if (bare && p->ncolumns) {
			jo_array(o);
			for JSON_EACH(row, bare)
				put_row(o, f, p, row);
			jo_end_array(o);
		} else {
			jo_value(o, m);
		}
	}
	jo_end_object(o);
}

static void put_head(struct ctx *c, struct json_out *o, const struct filled *f)
{
	static const char *const kinds[REPORT_KINDS] = { "preliminary", "follow_up", "final" };
	struct buf at;

	buf_init(&at, c->a, 64);
	msec_put(&at, f->meta.at);
	jo_kv_text(o, "schema", S("renkei.filled/1"));
	jo_kv_text(o, "form", f->form->id);
	jo_kv_text(o, "version", f->form->version);
	jo_kv_bool(o, "draft", f->form->draft);
	jo_kv_text(o, "title", f->form->title);
	jo_kv_text(o, "record_version", f->record->version);
	jo_kv_text(o, "kind", slice_of(kinds[f->meta.kind]));
	jo_kv_bool(o, "follow_up", f->meta.follow_up);
	jo_kv_text(o, "at", buf_slice(&at));
	jo_kv_text(o, "addressee", f->meta.addressee);
	jo_kv_text(o, "document", f->meta.document_id);
	jo_kv_bool(o, "exercise", f->meta.exercise);
	jo_kv_bool(o, "for_nco", f->for_nco);
}

rc filled_put_json(struct ctx *c, const struct filled *f, struct buf *out)
{
	struct json_out o = json_out_on(out);
	slice all;

	jo_object(&o);
	put_head(c, &o, f);
	jo_key(&o, S("sheets"));
	jo_array(&o);
	for (uint32_t i = 0; i < f->nsheets; i++)
		TRY(put_sheet(c, &o, &f->sheets[i]));
	jo_end_array(&o);
	put_values(&o, f);
	TRY(put_missing(c, &o, f));
	if (f->compared)
		put_changes(&o, f);
	jo_end_object(&o);
	return buf_done(c, out, &all);
}

rc filled_read_json(struct ctx *c, const struct forms *f, const struct json *doc, const struct json **ret_values)
{
	const struct json *values = json_get(doc, S("values"));

	if (!slice_is(json_text(json_get(doc, S("schema"))), "renkei.filled/1") || !values)
		return FAIL(c, E_INVALID, "filled.form");
	TRY(record_check(c, f->record, values));
	*ret_values = values;
	return OK;
}
