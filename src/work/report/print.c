/* A filled form on paper: official forms as tables. Letters are in print_letter.c. */
#include "work/report/print.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/limits.h"
#include "work/report/gather.h"

#include "base/banned.h"

#define LABEL_W (PAPER_BODY * 0.27)
#define PART_W (PAPER_BODY * 0.16)

/* `label` stands there once and, with （続き）, on each further page. */
static rc label_cell(struct ctx *c, slice label, bool first, struct cell *out)
{
	struct buf b;

	buf_init(&b, c->a, 8192);
	buf_put(&b, label);
	buf_put(&b, S("（続き）"));
	*out = (struct cell){ .w = LABEL_W, .text = first ? label : S_NONE, .again = buf_slice(&b), .ink = INK_LABEL,
		.shade = true, .tag = "TH" };
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

rc print_boxes(struct ctx *c, const struct filled_part *p, struct rich *out)
{
	for (uint32_t i = 0; i < p->nticks; i++)
		TRY(rich_box(c, out, p->ticks[i].on, p->ticks[i].choice->ja, p->ticks[i].words));
	if (p->text.len) {
		buf_put(&out->text, out->text.len ? S("　") : S_NONE);
		buf_put(&out->text, p->text);
	}
	return out->text.full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

bool print_has(const struct filled_field *f)
{
	for (uint32_t i = 0; i < f->field->nparts; i++) {
		const struct filled_part *p = &f->parts[i];

		if (p->text.len || p->nrows)
			return true;
		for (uint32_t j = 0; j < p->nticks; j++)
			if (p->ticks[j].on)
				return true;
	}
	return false;
}

static rc content_cell(struct ctx *c, const struct filled_part *p, struct cell *out)
{
	struct rich r;

	out->ink = INK_BODY;
	out->tag = "TD";
	if (p->nticks == 0 || p->part->as == AS_CHOSEN) {
		out->text = p->text;
		return OK;
	}
	rich_init(&r, c->a);
	TRY(print_boxes(c, p, &r));
	out->text = buf_slice(&r.text);
	out->runs = r.runs;
	out->nruns = r.nruns;
	return OK;
}

void print_table(struct paper *paper, const struct filled_part *p)
{
	struct strip head = { .border = true, .keep = true, .n = p->part->ncolumns };
	double x = 0;

	for (uint32_t j = 0; j < head.n; j++) {
		double w = PAPER_BODY * p->part->columns[j].width / 100.0;

		head.cells[j] = (struct cell){ .x = x, .w = w, .text = p->part->columns[j].ja, .ink = INK_LABEL,
			.align = ALIGN_CENTER, .shade = true, .tag = "TH" };
		x += w;
	}
	paper_strip(paper, &head);
	for (uint32_t i = 0; i < p->nrows; i++) {
		struct strip row = head;

		row.keep = false;
		row.header = &head;
		for (uint32_t j = 0; j < row.n; j++) {
			enum value_type t = p->part->columns[j].column->type;

			row.cells[j].text = p->rows[i][j];
			row.cells[j].ink = INK_BODY;
			row.cells[j].shade = false;
			row.cells[j].tag = "TD";
			row.cells[j].align = t == VALUE_INT || t == VALUE_DECIMAL ? ALIGN_RIGHT : ALIGN_LEFT;
		}
		paper_strip(paper, &row);
	}
}

/* A table takes the whole width under a row with its label. */
static void wide_label(struct paper *paper, slice text)
{
	struct strip s = { .border = true, .keep = true, .n = 1 };

	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = text, .ink = INK_LABEL, .shade = true, .tag = "TH" };
	paper_strip(paper, &s);
}

static rc field_label(struct ctx *c, const struct filled *f, const struct filled_field *fd, slice *ret)
{
	struct buf b;

	*ret = fd->field->ja;
	if (!f->compared || !fd->changed)
		return OK;
	buf_init(&b, c->a, 4096);
	buf_put(&b, S("※"));
	buf_put(&b, fd->field->ja);
	return buf_done(c, &b, ret);
}

static rc print_single(struct ctx *c, struct paper *paper, slice label, const struct filled_part *p)
{
	struct strip s = { .border = true, .n = 2 };

	TRY(label_cell(c, label, true, &s.cells[0]));
	s.cells[1] = (struct cell){ .x = LABEL_W, .w = PAPER_BODY - LABEL_W };
	TRY(content_cell(c, p, &s.cells[1]));
	paper_strip(paper, &s);
	return OK;
}

/* Field label on the left, its parts below each other on the right, each with its own small label. */
static rc print_parts(struct ctx *c, struct paper *paper, slice label, const struct filled_field *fd)
{
	uint32_t last = 0, shown = 0;

	for (uint32_t i = 0; i < fd->field->nparts; i++)
		last = fd->parts[i].part->type == PART_TABLE && fd->parts[i].nrows ? last : i;
	for (uint32_t i = 0; i < fd->field->nparts; i++) {
		const struct filled_part *p = &fd->parts[i];
		struct strip s = { .border = true, .n = 3 };
		double x = p->part->bare ? LABEL_W : LABEL_W + PART_W;

		if (p->part->type == PART_TABLE && p->nrows)
			continue;
		TRY(label_cell(c, label, shown == 0, &s.cells[0]));
		s.cells[0].open_top = shown > 0;
		s.cells[0].open_bottom = i != last;
		s.keep = i != last && shown == 0;
		s.cells[1] = (struct cell){ .x = LABEL_W, .w = PART_W, .text = p->part->ja, .ink = INK_LABEL, .shade = true,
			.tag = "TH" };
		s.cells[2] = (struct cell){ .x = x, .w = PAPER_BODY - x };
		TRY(content_cell(c, p, &s.cells[2]));
		if (p->part->bare) {
			s.cells[1] = s.cells[2];
			s.n = 2;
		}
		paper_strip(paper, &s);
		shown++;
	}
	for (uint32_t i = 0; i < fd->field->nparts; i++) {
		if (fd->parts[i].part->type != PART_TABLE || fd->parts[i].nrows == 0)
			continue;
		wide_label(paper, fd->parts[i].part->ja);
		print_table(paper, &fd->parts[i]);
	}
	return OK;
}

static rc print_field(struct ctx *c, struct paper *paper, const struct filled *f, const struct filled_field *fd)
{
	slice label;

	TRY(field_label(c, f, fd, &label));
	if (fd->field->nparts > 1)
		return print_parts(c, paper, label, fd);
	if (fd->parts[0].part->type == PART_TABLE && fd->parts[0].nrows) {
		wide_label(paper, label);
		print_table(paper, &fd->parts[0]);
		return OK;
	}
	return print_single(c, paper, label, &fd->parts[0]);
}

static bool is_shown(const struct filled *f, const struct filled_field *fd)
{
	if (!fd->field->print || (fd->parts[0].part->type == PART_NOTE && !fd->applies))
		return false;
	return !f->meta.only_known || print_has(fd);
}

static rc print_section(struct ctx *c, struct paper *paper, const struct filled *f, const struct filled_section *sec)
{
	struct strip head = { .border = true, .keep = true, .n = 1, .before = 7 };
	bool any = false;

	for (uint32_t i = 0; i < sec->nfields; i++)
		any = any || is_shown(f, &sec->fields[i]);
	if (!any)
		return OK;
	head.cells[0] = (struct cell){ .w = PAPER_BODY, .text = sec->section->ja, .ink = INK_HEAD, .tag = "TH" };
	paper_open(paper, "Table");
	paper_strip(paper, &head);
	for (uint32_t i = 0; i < sec->nfields; i++)
		if (is_shown(f, &sec->fields[i]))
			TRY(print_field(c, paper, f, &sec->fields[i]));
	paper_close(paper);
	return OK;
}

void print_line(struct paper *paper, slice text, enum ink ink, enum align align, double before, const char *tag)
{
	struct strip s = { .n = 1, .before = before, .keep = tag[0] == 'H' };

	if (text.len == 0)
		return;
	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = text, .ink = ink, .align = align, .tag = tag };
	paper_strip(paper, &s);
}

/* 漏 え い 等 報 告 書: short titles are set wide. */
slice print_wide_title(struct ctx *c, slice title)
{
	struct buf b;
	size_t n = 0;

	if (title.len > 3 * 12)
		return title;
	buf_init(&b, c->a, 1024);
	for (size_t i = 0; i < title.len; i++) {
		if (n && ((unsigned char)title.p[i] & 0xc0) != 0x80)
			buf_putc(&b, ' ');
		buf_putc(&b, title.p[i]);
		n++;
	}
	return b.full ? title : buf_slice(&b);
}

slice print_value(const struct filled *f, const char *path)
{
	enum value_state state;

	return json_text(value_bare(json_get(f->values, slice_of(path)), &state));
}

/* Who reports, at the right under the date, as on paper that an office hands in. */
static void print_sender(struct ctx *c, struct paper *paper, const struct filled *f)
{
	struct strip s = { .n = 1 };
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_put(&b, print_value(f, "address"));
	if (b.len)
		buf_putc(&b, '\n');
	buf_put(&b, print_value(f, "org_name"));
	if (print_value(f, "representative_name").len) {
		buf_putc(&b, '\n');
		if (print_value(f, "representative_title").len)
			buf_putf(&b, "%" S_FMT "　", S_ARG(print_value(f, "representative_title")));
		buf_put(&b, print_value(f, "representative_name"));
	}
	if (b.len == 0 || b.full)
		return;
	s.cells[0] = (struct cell){ .x = PAPER_BODY * 0.52, .w = PAPER_BODY * 0.48, .text = buf_slice(&b), .ink = INK_BODY,
		.tag = "P" };
	paper_strip(paper, &s);
}

static void print_intro(struct ctx *c, struct paper *paper, const struct filled *f)
{
	struct strip s = { .n = 1, .before = 8 };
	struct buf b;

	buf_init(&b, c->a, 4096);
	if (f->form->intro.len)
		buf_put(&b, f->form->intro);
	else
		buf_putf(&b, "%" S_FMT "に基づき、次のとおり報告します。", S_ARG(f->form->basis));
	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = buf_slice(&b), .ink = INK_BODY, .indent = 10, .tag = "P" };
	paper_strip(paper, &s);
}

static rc print_head(struct ctx *c, struct paper *paper, const struct filled *f)
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, 4096);
	buf_put(&b, f->form->heading);
	if (f->form->draft)
		buf_put(&b, S("（案）"));
	TRY(buf_done(c, &b, &text));
	print_line(paper, text, INK_SMALL, ALIGN_LEFT, 0, "P");
	buf_init(&b, c->a, 128);
	jday_put_era(&b, msec_jday(f->meta.at));
	print_line(paper, buf_slice(&b), INK_BODY, ALIGN_RIGHT, 4, "P");
	if (f->meta.addressee.len) {
		buf_init(&b, c->a, 8192);
		buf_putf(&b, "%" S_FMT "　%" S_FMT, S_ARG(f->meta.addressee), S_ARG(f->form->honorific));
		TRY(buf_done(c, &b, &text));
		print_line(paper, text, INK_BODY, ALIGN_LEFT, 8, "P");
	}
	print_sender(c, paper, f);
	print_line(paper, print_wide_title(c, f->form->title), INK_TITLE, ALIGN_CENTER, 14, "H1");
	print_intro(c, paper, f);
	return OK;
}

static rc print_changes(struct ctx *c, struct paper *paper, const struct filled *f)
{
	static const struct { const char *ja; double w; } cols[] = { { "欄", 0.26 }, { "前回", 0.37 }, { "今回", 0.37 } };
	struct strip head = { .border = true, .keep = true, .n = 3 };
	double x = 0;

	(void)c;
	print_line(paper, S("前回の報告からの変更点"), INK_HEAD, ALIGN_LEFT, 14, "H2");
	if (f->nchanges == 0) {
		print_line(paper, S("変更はありません。"), INK_BODY, ALIGN_LEFT, 4, "P");
		return OK;
	}
	for (uint32_t i = 0; i < 3; i++) {
		head.cells[i] = (struct cell){ .x = x, .w = PAPER_BODY * cols[i].w, .text = slice_of(cols[i].ja), .ink = INK_LABEL,
			.align = ALIGN_CENTER, .shade = true, .tag = "TH" };
		x += PAPER_BODY * cols[i].w;
	}
	paper_space(paper, 4);
	paper_open(paper, "Table");
	paper_strip(paper, &head);
	for (uint32_t i = 0; i < f->nchanges; i++) {
		struct strip row = head;
		slice texts[3] = { f->changes[i].ja, f->changes[i].before, f->changes[i].after };

		row.keep = false;
		row.header = &head;
		for (uint32_t j = 0; j < 3; j++) {
			row.cells[j].text = texts[j].len ? texts[j] : S("（記載なし）");
			row.cells[j].ink = j ? INK_BODY : INK_LABEL;
			row.cells[j].align = ALIGN_LEFT;
			row.cells[j].shade = j == 0;
			row.cells[j].tag = "TD";
		}
		paper_strip(paper, &row);
	}
	paper_close(paper);
	return OK;
}

static rc draw_form(struct ctx *c, struct paper *paper, const void *arg)
{
	const struct filled *f = arg;

	TRY(print_head(c, paper, f));
	if (f->compared)
		print_line(paper, S("※は、前回の報告から変更した欄です。"), INK_SMALL, ALIGN_LEFT, 6, "P");
	for (uint32_t i = 0; i < f->nsheets; i++) {
		if (i > 0) {
			paper_break(paper);
			print_line(paper, f->sheets[i].sheet->ja, INK_HEAD, ALIGN_LEFT, 0, "H2");
		}
		for (uint32_t j = 0; j < f->sheets[i].nsections; j++)
			TRY(print_section(c, paper, f, &f->sheets[i].sections[j]));
	}
	return f->compared ? print_changes(c, paper, f) : OK;
}

rc filled_pdf(struct ctx *c, const struct filled *f, slice *ret)
{
	struct paper_info info = { .title = f->form->title, .author = print_value(f, "org_name"), .created = f->meta.at,
		.exercise = f->meta.exercise, .foot_right = f->meta.document_id };
	struct buf b;

	buf_init(&b, c->a, 1024);
	buf_putf(&b, "%" S_FMT " %" S_FMT "版%s", S_ARG(f->form->id), S_ARG(f->form->version), f->form->draft ? "（案）" : "");
	TRY(buf_done(c, &b, &info.foot_left));
	info.subject = info.foot_left;
	return paper_make(c, &info, f->form->layout == LAYOUT_TABLE ? draw_form : print_letter, f, ret);
}

rc filled_write_pdf(struct ctx *c, const struct filled *f, const char *path)
{
	slice bytes;

	TRY(filled_pdf(c, f, &bytes));
	return file_replace(c, path, bytes, 0600);
}
