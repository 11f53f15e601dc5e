#include <stdio.h>

#include "base/calendar.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/when.h"
#include "core/law/law.h"
#include "door/cli/commands.h"
#include "work/report/report.h"

#include "base/banned.h"

static rc load(struct ctx *c, const struct call *in, const struct forms **ret)
{
	char dir[4096];

	(void)snprintf(dir, sizeof dir, "%s/forms", in->app->data);
	return forms_load(c, dir, ret);
}

static rc day_option(struct ctx *c, const struct call *in, jday *ret)
{
	const char *text = call_value(in, "on");

	if (text)
		return day_parse(c, slice_of(text), ret);
	*ret = msec_jday(c->now);
	return OK;
}

static void put_days(struct buf *b, const struct form *f)
{
	if (f->valid_from != JDAY_LEAST)
		jday_put(b, f->valid_from);
	buf_put(b, S(".."));
	if (f->valid_to != JDAY_MOST)
		jday_put(b, f->valid_to);
}

static void list_json(struct buf *b, const struct form *f)
{
	struct json_out o = json_out_on(b);
	struct buf day;

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.form-list/1"));
	jo_kv_text(&o, "form", f->id);
	jo_kv_text(&o, "version", f->version);
	jo_kv_text(&o, "title", f->title);
	jo_kv_text(&o, "title_en", f->title_en);
	jo_kv_text(&o, "basis", f->basis);
	jo_kv_bool(&o, "draft", f->draft);
	buf_init(&day, b->a, 64);
	jday_put(&day, f->valid_from);
	jo_key(&o, S("valid_from"));
	f->valid_from == JDAY_LEAST ? jo_null(&o) : jo_text(&o, buf_slice(&day));
	buf_init(&day, b->a, 64);
	jday_put(&day, f->valid_to);
	jo_key(&o, S("valid_to"));
	f->valid_to == JDAY_MOST ? jo_null(&o) : jo_text(&o, buf_slice(&day));
	jo_end_object(&o);
	buf_putc(b, '\n');
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct forms *f;
	struct buf b;
	slice text;

	(void)out;
	TRY(load(c, in, &f));
	buf_init(&b, c->a, LIMIT_FILE_SMALL);
	for (uint32_t i = 0; i < f->n; i++) {
		const struct form *form = &f->all[i];

		if (call_has(in, "json")) {
			list_json(&b, form);
			continue;
		}
		buf_putf(&b, "%" S_FMT "\t%" S_FMT "\t", S_ARG(form->id), S_ARG(form->version));
		put_days(&b, form);
		buf_putf(&b, "\t%s\t%" S_FMT "\n", form->draft ? "draft" : "official", S_ARG(form->title));
	}
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static void show_part(struct buf *b, const struct form_part *p, bool alone)
{
	buf_putf(b, "    %s%" S_FMT " <- %" S_FMT, alone ? "" : "- ", S_ARG(alone ? slice_of(part_type_word(p->type)) : p->ja),
		S_ARG(p->from.text));
	for (uint32_t i = 0; i < p->nchoices; i++)
		buf_putf(b, "%s%" S_FMT, i ? " / " : ": ", S_ARG(p->choices[i].ja));
	for (uint32_t i = 0; i < p->ncolumns; i++)
		buf_putf(b, "%s%" S_FMT, i ? " | " : ": ", S_ARG(p->columns[i].ja));
	buf_putc(b, '\n');
}

static void show_sheet(struct buf *b, const struct form_sheet *s)
{
	if (s->code.len)
		buf_putf(b, "\n%" S_FMT "  %" S_FMT "\n", S_ARG(s->code), S_ARG(s->ja));
	for (uint32_t i = 0; i < s->nsections; i++) {
		buf_putf(b, "\n[%" S_FMT "]\n", S_ARG(s->sections[i].ja));
		for (uint32_t j = 0; j < s->sections[i].nfields; j++) {
			const struct form_field *fd = &s->sections[i].fields[j];

			buf_putf(b, "  %-6.*s %-4s %c  %" S_FMT "\n", S_ARG(fd->code), required_word(fd->required), fd->certainty,
				S_ARG(fd->ja));
			for (uint32_t k = 0; k < fd->nparts; k++)
				show_part(b, &fd->parts[k], fd->nparts == 1);
		}
	}
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct forms *f;
	const struct form *form;
	struct buf b;
	slice text;
	jday day;

	(void)out;
	TRY(load(c, in, &f));
	TRY(day_option(c, in, &day));
	TRY(form_find(c, f, slice_of(call_arg(in, 0, "")), day, &form));
	buf_init(&b, c->a, LIMIT_FILE_SMALL);
	buf_putf(&b, "%" S_FMT " %" S_FMT "%s  %" S_FMT "\n", S_ARG(form->id), S_ARG(form->version),
		form->draft ? " (draft)" : "", S_ARG(form->title));
	buf_putf(&b, "%" S_FMT "\n%" S_FMT "\n", S_ARG(form->basis), S_ARG(form->origin));
	for (uint32_t i = 0; i < form->nsheets; i++)
		show_sheet(&b, &form->sheets[i]);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc run_check(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *dir = call_arg(in, 0, NULL);
	const struct forms *f;
	struct buf b;
	slice text;
	rc r = dir ? forms_load(c, dir, &f) : load(c, in, &f);

	buf_init(&b, c->a, LIMIT_FILE_SMALL);
	if (r == E_INVALID) {
		/* the answer of a check is a result, not a failure of the command */
		fault_put(&b, &c->fault, LANGUAGE_EN);
		buf_putc(&b, '\n');
		fault_clear(c);
		out->no = true;
	} else {
		TRY(r);
		buf_putf(&b, "%u definitions, record of %u paths: no mistake\n", f->n, f->record->npaths);
	}
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc read_object(struct ctx *c, const char *path, const struct json **ret)
{
	slice bytes;
	rc r;

	TRY(file_read(c, path, LIMIT_FILE_SMALL, &bytes));
	r = json_parse(c, bytes, ret);
	if (r != OK)
		fault_where(c, path);
	return r;
}

static rc read_procedures(struct ctx *c, slice list, struct report_meta *meta)
{
	slice part;

	TRY_ARRAY(c, meta->procedures, list.len + 1);
	while (slice_next(&list, ',', &part))
		meta->procedures[meta->nprocedures++] = part;
	return OK;
}

static slice option_text(const struct call *in, const char *name)
{
	const char *v = call_value(in, name);

	return v ? slice_of(v) : S_NONE;
}

static rc time_option(struct ctx *c, const struct call *in, const char *name, msec *ret)
{
	struct when w;
	rc r;

	if (!call_has(in, name))
		return OK;
	r = when_parse(c, option_text(in, name), &w);
	if (r == OK)
		*ret = w.at;
	else
		fault_name(c, slice_of(name));
	return r;
}

/* An agency's code stands for its name on that day; anything else is the name as it is printed. */
static rc addressee(struct ctx *c, const struct call *in, msec at, slice *ret)
{
	const struct law *law;

	*ret = option_text(in, "to");
	if (ret->len == 0)
		return OK;
	TRY(law_load(c, in->app->data, &law));
	if (law_agency_find(law, *ret))
		*ret = law_agency_name(law, *ret, msec_jday(at), true);
	return OK;
}

static rc read_meta(struct ctx *c, const struct call *in, struct report_meta *meta)
{
	slice kind = option_text(in, "kind");

	meta->at = c->now;
	TRY(time_option(c, in, "at", &meta->at));
	if (kind.len == 0 || slice_is(kind, "preliminary"))
		meta->kind = REPORT_PRELIMINARY;
	else if (slice_is(kind, "follow-up"))
		meta->kind = REPORT_FOLLOW_UP;
	else if (slice_is(kind, "final"))
		meta->kind = REPORT_FINAL;
	else
		return FAIL(c, E_INVALID, "form.kind");
	TRY(addressee(c, in, meta->at, &meta->addressee));
	meta->receipt_no = option_text(in, "receipt");
	meta->document_id = option_text(in, "document");
	meta->exercise = call_has(in, "exercise");
	meta->has_previous = call_has(in, "previous");
	TRY(time_option(c, in, "previous", &meta->previous));
	meta->follow_up = meta->has_previous || call_has(in, "before") || meta->kind == REPORT_FOLLOW_UP;
	meta->only_known = meta->kind == REPORT_FOLLOW_UP;
	return read_procedures(c, option_text(in, "procedure"), meta);
}

/* The values, with those that the facts give. */
static rc read_values(struct ctx *c, const struct forms *f, const char *values, const char *facts, const struct json **ret)
{
	const struct json *v, *said = NULL;

	TRY(read_object(c, values, &v));
	TRY(record_check(c, f->record, v));
	if (facts)
		TRY(read_object(c, facts, &said));
	return record_derive(c, f->record, said, v, ret);
}

static rc fill(struct ctx *c, const struct call *in, const struct forms *f, struct filled **ret)
{
	struct report_meta meta = { .kind = REPORT_PRELIMINARY };
	const struct json *values;
	const struct form *form;
	struct filled *before;
	jday day;

	TRY(read_meta(c, in, &meta));
	day = msec_jday(meta.at);
	if (call_has(in, "on"))
		TRY(day_option(c, in, &day));
	TRY(form_find(c, f, option_text(in, "form"), day, &form));
	TRY(read_values(c, f, call_value(in, "values"), call_value(in, "facts"), &values));
	TRY(form_fill(c, f, form, values, &meta, ret));
	if (call_has(in, "before")) {
		TRY(read_values(c, f, call_value(in, "before"), NULL, &values));
		TRY(form_fill(c, f, form, values, &meta, &before));
		TRY(filled_mark_changes(c, before, *ret));
	}
	return call_has(in, "for-nco") ? filled_for_nco(c, *ret, ret) : OK;
}

static rc tell_missing(struct ctx *c, const struct filled *f, struct answer *out)
{
	struct missing *list;
	uint32_t n;

	TRY(filled_missing(c, f, &list, &n));
	for (uint32_t i = 0; i < n; i++)
		fprintf(stderr, "missing: %" S_FMT "%s%" S_FMT " %" S_FMT " (%s)\n", S_ARG(list[i].sheet),
			list[i].sheet.len ? "/" : "", S_ARG(list[i].code), S_ARG(list[i].ja), list[i].why);
	out->no = n > 0;
	return OK;
}

static rc make_blank(struct ctx *c, const struct call *in, const struct forms *forms, const struct filled *f, slice *ret)
{
	const struct cell_map *map;
	slice blank;

	if (!call_has(in, "map") || !call_has(in, "out"))
		return FAIL(c, E_INVALID, "form.blank_options");
	TRY(cell_map_load(c, forms, call_value(in, "map"), f->form, &map));
	TRY(file_read(c, call_value(in, "blank"), LIMIT_BLANK, &blank));
	return blank_fill(c, blank, map, f, ret);
}

/* All documents are whole before the first is written. */
static rc write_documents(struct ctx *c, const struct call *in, const struct forms *f, const struct filled *filled)
{
	slice pdf = S_NONE, xlsx = S_NONE, blank = S_NONE;

	if (call_has(in, "pdf"))
		TRY(filled_pdf(c, filled, &pdf));
	if (call_has(in, "xlsx"))
		TRY(filled_xlsx(c, filled, &xlsx));
	if (call_has(in, "blank"))
		TRY(make_blank(c, in, f, filled, &blank));
	if (call_has(in, "pdf"))
		TRY(file_replace(c, call_value(in, "pdf"), pdf, 0600));
	if (call_has(in, "xlsx"))
		TRY(file_replace(c, call_value(in, "xlsx"), xlsx, 0600));
	if (call_has(in, "blank"))
		TRY(file_replace(c, call_value(in, "out"), blank, 0600));
	return OK;
}

static rc run_fill(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct forms *f;
	struct filled *filled;
	struct buf b;
	slice text;

	if (!call_has(in, "form") || !call_has(in, "values"))
		return FAIL(c, E_INVALID, "form.fill_options");
	if (!call_has(in, "blank") && (call_has(in, "map") || call_has(in, "out")))
		return FAIL(c, E_INVALID, "form.blank_options");
	TRY(load(c, in, &f));
	TRY(fill(c, in, f, &filled));
	TRY(write_documents(c, in, f, filled));
	if (call_has(in, "json")) {
		buf_init(&b, c->a, LIMIT_DOCUMENT);
		TRY(filled_put_json(c, filled, &b));
		buf_putc(&b, '\n');
		TRY(buf_done(c, &b, &text));
		TRY(out_write(c, text));
	}
	return tell_missing(c, filled, out);
}

static const struct option_spec list_options[] = {
	{ "json", NULL, "Print one JSON object a line." },
	{ 0 },
};

static const struct option_spec show_options[] = {
	{ "on", "DAY", "Show the version in force on DAY (default: today)." },
	{ 0 },
};

static const struct option_spec fill_options[] = {
	{ "form", "ID", "The form to fill: PV, PB, MN, RW, …; see `renkei form list`." },
	{ "values", "FILE", "Values of the record, a JSON object keyed by path." },
	{ "facts", "FILE", "Facts of the law, a JSON object; values that follow from them are not asked for again." },
	{ "before", "FILE", "Values at the previous report; the changes are listed at the end." },
	{ "kind", "KIND", "preliminary (default), follow-up or final; decides what is required." },
	{ "to", "NAME", "The addressee: as it is printed, or the code of an agency." },
	{ "at", "TIME", "Time of the report (default: now)." },
	{ "on", "DAY", "Use the version in force on DAY (default: the day of the report)." },
	{ "previous", "TIME", "Time of the previous report; makes this one a follow-up." },
	{ "receipt", "NO", "Receipt number of the previous report." },
	{ "procedure", "LIST", "Procedures it is filed under: appi26,appi68,mynumber,sector,acd,police." },
	{ "document", "ID", "Number of the document, printed at the foot." },
	{ "exercise", NULL, "Mark every page as an exercise." },
	{ "for-nco", NULL, "Leave out what may not be shared with the National Cybersecurity Office." },
	{ "pdf", "FILE", "Write the PDF." },
	{ "xlsx", "FILE", "Write the workbook." },
	{ "json", NULL, "Print the filled form as JSON." },
	{ "blank", "FILE", "Fill an agency's own blank workbook; needs --map and --out." },
	{ "map", "FILE", "Cell map of the blank." },
	{ "out", "FILE", "Where the filled blank goes." },
	{ 0 },
};

const struct command cmd_form[] = {
	{ "form", "list", "", 0, 0, "List the forms and their versions", list_options, run_list },
	{ "form", "show", "ID", 1, 1, "Show the fields of a form and where they come from", show_options, run_show },
	{ "form", "check", "[DIR]", 0, 1, "Check the definitions", NULL, run_check },
	{ "form", "fill", "", 0, 0, "Fill a form and print it", fill_options, run_fill },
	{ 0 },
};
