#include "work/report/filing_form.h"

#include "work/report/report.h"

#include "base/banned.h"

struct procedure_row { slice rules, procedure; };
struct ground_row { slice met, law, article, item; };

struct shelf {
	const struct forms *forms;
	struct procedure_row *procedures;
	struct ground_row *grounds;
	size_t nprocedures, ngrounds;
};

struct sheet { struct filled *filled; };

static rc path_of(struct ctx *c, const char *data, const char *name, const char **ret)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/%s", data, name);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	*ret = b.p;
	return OK;
}

static rc read_procedures(struct ctx *c, const char *path, struct shelf *p)
{
	const struct pack *root, *rows;

	TRY(pack_read(c, path, &root));
	TRY(pack_need(c, root, "procedures", &rows));
	TRY(pack_is(c, rows, PACK_LIST));
	TRY_ARRAY(c, p->procedures, rows->count + 1);
	for PACK_EACH(row, rows) {
		struct procedure_row *r = &p->procedures[p->nprocedures++];

		TRY(pack_text(c, row, "rules", &r->rules));
		TRY(pack_text(c, row, "procedure", &r->procedure));
	}
	TRY(pack_need(c, root, "grounds", &rows));
	TRY(pack_is(c, rows, PACK_LIST));
	TRY_ARRAY(c, p->grounds, rows->count + 1);
	for PACK_EACH(row, rows) {
		struct ground_row *r = &p->grounds[p->ngrounds++];

		TRY(pack_text(c, row, "met", &r->met));
		TRY(pack_text(c, row, "law", &r->law));
		TRY(pack_text(c, row, "article", &r->article));
		TRY(pack_text(c, row, "item", &r->item));
	}
	return OK;
}

rc shelf_load(struct ctx *c, const char *data, const struct shelf **ret)
{
	const char *dir, *procedures;
	struct shelf *p;

	TRY_NEW(c, p);
	TRY(path_of(c, data, "forms", &dir));
	TRY(path_of(c, data, "forms/procedures.yaml", &procedures));
	TRY(forms_load(c, dir, &p->forms));
	TRY(read_procedures(c, procedures, p));
	*ret = p;
	return OK;
}

const struct record_schema *shelf_record(const struct shelf *p) { return p->forms->record; }

size_t shelf_sections(const struct shelf *p) { return p->forms->record->nsections; }

struct shelf_section shelf_section(const struct shelf *p, size_t i)
{
	const struct record_section *s = &p->forms->record->sections[i];

	return (struct shelf_section){ s->id, s->ja, s->en };
}

slice shelf_section_of(const struct shelf *p, slice path)
{
	const struct record_path *r = record_find(p->forms->record, path);

	return r ? r->section : S_NONE;
}

slice shelf_procedure(const struct shelf *p, slice rule)
{
	for (size_t i = 0; i < p->nprocedures; i++)
		if (slice_starts(rule, p->procedures[i].rules))
			return p->procedures[i].procedure;
	return S_NONE;
}

bool shelf_ground(const struct shelf *p, slice met, slice *ret_law, slice *ret_article, slice *ret_item)
{
	for (size_t i = 0; i < p->ngrounds; i++) {
		if (!slice_eq(p->grounds[i].met, met))
			continue;
		*ret_law = p->grounds[i].law;
		*ret_article = p->grounds[i].article;
		*ret_item = p->grounds[i].item;
		return true;
	}
	return false;
}

/* Packs of the law write form ids small, the forms themselves large. */
static rc find_form(struct ctx *c, const struct shelf *p, slice id, jday day, const struct form **ret)
{
	char upper[16];

	if (id.len == 0 || id.len > sizeof upper)
		return FAIL(c, E_NOTFOUND, "form.unknown");
	for (size_t i = 0; i < id.len; i++)
		upper[i] = (char)(id.p[i] >= 'a' && id.p[i] <= 'z' ? id.p[i] - 32 : id.p[i]);
	return form_find(c, p->forms, (slice){ upper, id.len }, day, ret);
}

static struct sheet_head head_of(const struct form *f)
{
	return (struct sheet_head){ f->id, f->version, f->title, f->draft };
}

rc shelf_find(struct ctx *c, const struct shelf *p, slice id, jday day, struct sheet_head *ret)
{
	const struct form *f;

	TRY(find_form(c, p, id, day, &f));
	*ret = head_of(f);
	return OK;
}

static enum report_kind kind_of(slice word)
{
	if (slice_is(word, "final"))
		return REPORT_FINAL;
	return slice_is(word, "follow_up") ? REPORT_FOLLOW_UP : REPORT_PRELIMINARY;
}

static rc meta_of(struct ctx *c, const struct sheet_meta *m, struct report_meta *ret)
{
	struct report_meta out = {
		.kind = kind_of(m->kind), .follow_up = m->follow_up, .at = m->at, .addressee = m->addressee,
		.nprocedures = (uint32_t)m->nprocedures, .has_previous = m->has_previous, .previous = m->previous,
		.receipt_no = m->receipt, .document_id = m->document, .exercise = m->exercise,
	};

	TRY_ARRAY(c, out.procedures, m->nprocedures + 1);
	for (size_t i = 0; i < m->nprocedures; i++)
		out.procedures[i] = m->procedures[i];
	*ret = out;
	return OK;
}

rc sheet_fill(struct ctx *c, const struct shelf *p, slice id, slice version, jday day, slice values, slice facts,
              const struct sheet_meta *meta, struct sheet **ret)
{
	const struct json *v, *f, *all;
	struct report_meta m;
	const struct form *form;
	struct sheet *out;

	TRY(find_form(c, p, id, day, &form));
	/* a snapshot is printed by the definition that it was made with, or not at all */
	if (version.len > 0 && !slice_eq(version, form->version)) {
		(void)FAIL(c, E_CONFLICT, "filing.form_version");
		fault_name(c, version);
		return E_CONFLICT;
	}
	TRY(json_parse(c, values, &v));
	TRY(json_parse(c, facts, &f));
	TRY(record_derive(c, p->forms->record, f, v, &all));
	TRY(meta_of(c, meta, &m));
	TRY_NEW(c, out);
	TRY(form_fill(c, p->forms, form, all, &m, &out->filled));
	*ret = out;
	return OK;
}

rc sheet_missing(struct ctx *c, const struct sheet *p, struct sheet_missing **ret, size_t *ret_n)
{
	struct sheet_missing *v;
	struct missing *m;
	uint32_t n;

	TRY(filled_missing(c, p->filled, &m, &n));
	TRY_ARRAY(c, v, n + 1);
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct sheet_missing){ m[i].sheet, m[i].code, m[i].ja, slice_is(slice_of(m[i].why), "unknown") };
	*ret = v;
	*ret_n = n;
	return OK;
}

rc sheet_diff(struct ctx *c, const struct sheet *before, const struct sheet *now, struct sheet_change **ret,
              size_t *ret_n)
{
	static const char kinds[] = "+~-";
	struct sheet_change *v;
	struct change *ch;
	uint32_t n;

	TRY(filled_diff(c, before->filled, now->filled, &ch, &n));
	TRY_ARRAY(c, v, n + 1);
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct sheet_change){ ch[i].code, ch[i].ja, ch[i].before, ch[i].after, kinds[ch[i].kind] };
	*ret = v;
	*ret_n = n;
	return OK;
}

rc sheet_mark_changes(struct ctx *c, const struct sheet *before, struct sheet *now)
{
	return filled_mark_changes(c, before->filled, now->filled);
}

rc sheet_each(struct ctx *c, const struct sheet *p, sheet_line_fn *fn, void *arg)
{
	const struct filled *f = p->filled;

	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t k = 0; k < f->sheets[i].nsections; k++)
			for (uint32_t m = 0; m < f->sheets[i].sections[k].nfields; m++) {
				const struct filled_field *field = &f->sheets[i].sections[k].fields[m];
				slice text;

				if (!field->applies)
					continue;
				TRY(filled_text(c, field, &text));
				fn(arg, f->sheets[i].sheet->code, field->field->code, field->field->ja, text, field->missing);
			}
	return OK;
}

/* ---- fields ---- */

/* As judge() in fill.c: a part that is not optional has to be there; an empty table says that there is nothing. */
static bool part_must(const struct form_field *f, uint32_t i)
{
	bool all_optional = true;

	for (uint32_t k = 0; k < f->nparts; k++)
		all_optional = all_optional && f->parts[k].optional;
	return all_optional ? i == 0 : !f->parts[i].optional && f->parts[i].type != PART_TABLE;
}

static rc field_paths(struct ctx *c, const struct form_field *f, struct sheet_field *out)
{
	slice *paths;
	bool *must;

	TRY_ARRAY(c, paths, f->nparts * 2 + 1);
	TRY_ARRAY(c, must, f->nparts * 2 + 1);
	for (uint32_t i = 0; i < f->nparts; i++) {
		const struct source *from[] = { &f->parts[i].from, &f->parts[i].to };

		for (size_t k = 0; k < 2; k++) {
			size_t m = 0;

			if (!from[k]->path || from[k]->own)
				continue;
			while (m < out->npaths && !slice_eq(paths[m], from[k]->path->path))
				m++;
			paths[m] = from[k]->path->path;
			must[m] = must[m] || (out->required && k == 0 && part_must(f, i));
			out->npaths += m == out->npaths;
		}
	}
	out->paths = paths;
	out->must = must;
	return OK;
}

static bool required_now(const struct filled *f, const struct form_field *field)
{
	switch (field->required) {
	case REQUIRED_OPT: return false;
	case REQUIRED_PRELIMINARY: case REQUIRED_IF: return true;
	case REQUIRED_FINAL: return f->meta.kind == REPORT_FINAL;
	}
	return false;
}

rc sheet_fields(struct ctx *c, const struct sheet *p, struct sheet_field **ret, size_t *ret_n)
{
	const struct filled *f = p->filled;
	struct sheet_field *out;
	size_t n = 0;

	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t k = 0; k < f->sheets[i].nsections; k++)
			n += f->sheets[i].sections[k].nfields;
	TRY_ARRAY(c, out, n + 1);
	n = 0;
	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t k = 0; k < f->sheets[i].nsections; k++)
			for (uint32_t m = 0; m < f->sheets[i].sections[k].nfields; m++) {
				const struct filled_section *s = &f->sheets[i].sections[k];
				const struct filled_field *x = &s->fields[m];

				out[n] = (struct sheet_field){ .sheet = f->sheets[i].sheet->code, .section = s->section->id,
					.section_ja = s->section->ja, .section_en = s->section->en, .code = x->field->code,
					.ja = x->field->ja, .en = x->field->en, .applies = x->applies, .missing = x->missing,
					.required = required_now(f, x->field) };
				TRY(filled_text(c, x, &out[n].text));
				TRY(field_paths(c, x->field, &out[n++]));
			}
	*ret = out;
	*ret_n = n;
	return OK;
}

rc sheet_put_json(struct ctx *c, const struct sheet *p, struct buf *out) { return filled_put_json(c, p->filled, out); }
rc sheet_pdf(struct ctx *c, const struct sheet *p, slice *ret) { return filled_pdf(c, p->filled, ret); }
rc sheet_xlsx(struct ctx *c, const struct sheet *p, slice *ret) { return filled_xlsx(c, p->filled, ret); }

rc sheet_blank(struct ctx *c, const struct shelf *p, const struct sheet *sheet, const char *map_path, slice blank, slice *ret)
{
	const struct cell_map *map;

	TRY(cell_map_load(c, p->forms, map_path, sheet->filled->form, &map));
	return blank_fill(c, blank, map, sheet->filled, ret);
}

rc sheet_for_nco(struct ctx *c, const struct sheet *p, struct sheet **ret)
{
	struct sheet *out;

	TRY_NEW(c, out);
	TRY(filled_for_nco(c, p->filled, &out->filled));
	*ret = out;
	return OK;
}

struct sheet_head sheet_head(const struct sheet *p) { return head_of(p->filled->form); }
