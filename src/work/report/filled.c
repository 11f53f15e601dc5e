#include "work/report/filled.h"

#include "base/limits.h"

#include "base/banned.h"

const struct filled_field *filled_find(const struct filled *f, slice sheet, slice code)
{
	for (uint32_t i = 0; i < f->nsheets; i++) {
		if (!slice_eq(f->sheets[i].sheet->code, sheet))
			continue;
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < f->sheets[i].sections[j].nfields; k++)
				if (slice_eq(f->sheets[i].sections[j].fields[k].field->code, code))
					return &f->sheets[i].sections[j].fields[k];
	}
	return NULL;
}

static uint32_t count_fields(const struct filled *f)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			n += f->sheets[i].sections[j].nfields;
	return n;
}

rc filled_missing(struct ctx *c, const struct filled *f, struct missing **ret, uint32_t *ret_n)
{
	struct missing *list;
	uint32_t n = 0;

	TRY_ARRAY(c, list, count_fields(f) + 1);
	for (uint32_t i = 0; i < f->nsheets; i++)
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < f->sheets[i].sections[j].nfields; k++) {
				const struct filled_field *fd = &f->sheets[i].sections[j].fields[k];

				if (fd->missing)
					list[n++] = (struct missing){ f->sheets[i].sheet->code, fd->field->code, fd->field->ja, fd->why };
			}
	*ret = list;
	*ret_n = n;
	return OK;
}

static void put_part(struct buf *b, const struct filled_part *p)
{
	bool first = true;

	for (uint32_t i = 0; i < p->nticks && p->part->as != AS_CHOSEN; i++) {
		if (!p->ticks[i].on)
			continue;
		buf_put(b, first ? S_NONE : S("、"));
		first = false;
		buf_put(b, p->ticks[i].choice->ja);
		if (p->ticks[i].words.len)
			buf_putf(b, "（%" S_FMT "）", S_ARG(p->ticks[i].words));
	}
	if (p->text.len) {
		buf_put(b, first ? S_NONE : S("、"));
		buf_put(b, p->text);
	}
	for (uint32_t i = 0; i < p->nrows; i++) {
		buf_put(b, i ? S("\n") : S_NONE);
		for (uint32_t j = 0; j < p->part->ncolumns; j++) {
			buf_put(b, j ? S("　") : S_NONE);
			buf_put(b, p->rows[i][j]);
		}
	}
}

rc filled_text(struct ctx *c, const struct filled_field *f, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, LIMIT_DOCUMENT);
	for (uint32_t i = 0; i < f->field->nparts; i++) {
		size_t mark = b.len;
		struct buf one;
		slice text;

		buf_init(&one, c->a, LIMIT_DOCUMENT);
		put_part(&one, &f->parts[i]);
		TRY(buf_done(c, &one, &text));
		if (text.len == 0)
			continue;
		if (mark)
			buf_putc(&b, '\n');
		if (f->field->nparts > 1 && !f->parts[i].part->bare) {
			buf_put(&b, f->parts[i].part->ja);
			buf_put(&b, S("："));
		}
		buf_put(&b, text);
	}
	return buf_done(c, &b, ret);
}

/* What concerns the report itself differs every time and is no change of what is known. */
static bool is_own(const struct form_field *f)
{
	for (uint32_t i = 0; i < f->nparts; i++)
		if (!f->parts[i].from.own)
			return false;
	return true;
}

static rc compare_field(struct ctx *c, const struct filled *before, slice sheet, const struct filled_field *now,
	struct change *ret, bool *ret_differs)
{
	const struct filled_field *old = filled_find(before, sheet, now->field->code);
	slice a = S_NONE, b;

	*ret_differs = false;
	if (is_own(now->field))
		return OK;
	TRY(filled_text(c, now, &b));
	if (old)
		TRY(filled_text(c, old, &a));
	if (slice_eq(a, b))
		return OK;
	*ret = (struct change){
		.kind = a.len == 0 ? CHANGE_ADDED : b.len == 0 ? CHANGE_REMOVED : CHANGE_CHANGED,
		.sheet = sheet, .code = now->field->code, .ja = now->field->ja, .before = a, .after = b,
	};
	*ret_differs = true;
	return OK;
}

rc filled_diff(struct ctx *c, const struct filled *before, const struct filled *now,
	struct change **ret, uint32_t *ret_n)
{
	struct change *list;
	uint32_t n = 0;

	if (!slice_eq(before->form->id, now->form->id))
		return FAIL(c, E_INVALID, "filled.other_form");
	TRY_ARRAY(c, list, count_fields(now) + 1);
	for (uint32_t i = 0; i < now->nsheets; i++)
		for (uint32_t j = 0; j < now->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < now->sheets[i].sections[j].nfields; k++) {
				struct filled_field *fd = &now->sheets[i].sections[j].fields[k];
				bool differs;

				TRY(compare_field(c, before, now->sheets[i].sheet->code, fd, &list[n], &differs));
				if (differs)
					n++;
			}
	*ret = list;
	*ret_n = n;
	return OK;
}

rc filled_mark_changes(struct ctx *c, const struct filled *before, struct filled *now)
{
	TRY(filled_diff(c, before, now, &now->changes, &now->nchanges));
	now->compared = true;
	for (uint32_t i = 0; i < now->nchanges; i++)
		for (uint32_t s = 0; s < now->nsheets; s++)
			for (uint32_t j = 0; j < now->sheets[s].nsections; j++)
				for (uint32_t k = 0; k < now->sheets[s].sections[j].nfields; k++) {
					struct filled_field *fd = &now->sheets[s].sections[j].fields[k];

					if (slice_eq(now->sheets[s].sheet->code, now->changes[i].sheet) &&
					    slice_eq(fd->field->code, now->changes[i].code))
						fd->changed = true;
				}
	return OK;
}

static bool names(const struct json *fields, slice scope, const struct filled_field *fd)
{
	for JSON_EACH(e, fields) {
		if (slice_eq(json_text(e), fd->field->code))
			return true;
		for (uint32_t i = 0; i < fd->field->nparts; i++) {
			const struct source *s = &fd->field->parts[i].from;

			if (slice_eq(json_text(e), s->text) || slice_eq(json_text(e), s->path->path))
				return true;
		}
	}
	return scope.len && (slice_find(scope, fd->field->code, 0) != SIZE_MAX || slice_find(scope, fd->field->ja, 0) != SIZE_MAX);
}

rc filled_for_nco(struct ctx *c, const struct filled *f, struct filled **ret)
{
	enum value_state state;
	const struct json *optout = value_bare(json_get(f->values, S("nco_share_optout")), &state);
	const struct json *ci = value_bare(json_get(f->values, S("is_critical_infrastructure")), &state);
	const struct json *fields = value_bare(json_get(f->values, S("nco_share_optout_fields")), &state);
	slice scope = json_text(value_bare(json_get(f->values, S("nco_share_optout_scope")), &state));
	bool wished = json_is_true(optout);
	struct filled *out;

	if (wished && !json_is_true(ci) && scope.len == 0 && (!fields || fields->count == 0))
		return FAIL(c, E_DENIED, "form.nco_optout");
	TRY_NEW(c, out);
	*out = *f;
	out->for_nco = true;
	out->nchanges = 0;
	out->compared = false;
	out->nsheets = 0;
	TRY_ARRAY(c, out->sheets, f->nsheets + 1);
	for (uint32_t i = 0; i < f->nsheets; i++) {
		struct filled_sheet *sheet = &out->sheets[out->nsheets];

		if (!f->sheets[i].sheet->nco)
			continue;
		*sheet = f->sheets[i];
		out->nsheets++;
		TRY_ARRAY(c, sheet->sections, sheet->nsections + 1);
		for (uint32_t j = 0; j < sheet->nsections; j++) {
			struct filled_section *sec = &sheet->sections[j];

			*sec = f->sheets[i].sections[j];
			sec->nfields = 0;
			TRY_ARRAY(c, sec->fields, f->sheets[i].sections[j].nfields + 1);
			for (uint32_t k = 0; k < f->sheets[i].sections[j].nfields; k++) {
				const struct filled_field *fd = &f->sheets[i].sections[j].fields[k];

				if (fd->field->nco && !(wished && names(fields, scope, fd)))
					sec->fields[sec->nfields++] = *fd;
			}
		}
	}
	*ret = out;
	return OK;
}
