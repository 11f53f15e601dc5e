/* Notices to persons and public announcements: letters with numbered heads, no tables where words will do. */
#include "work/report/print.h"

#include "base/calendar.h"
#include "base/limits.h"
#include "work/report/gather.h"

#include "base/banned.h"

#define BODY_X 11.0
/* between paragraphs as between lines */
#define LEAD 3.4

/* Puts values into {path}. */
static rc expand(struct ctx *c, const struct filled *f, slice text, slice *ret)
{
	struct buf b;
	size_t at = 0, open, end;

	buf_init(&b, c->a, LIMIT_VALUE_LONG);
	while ((open = slice_find(text, S("{"), at)) != SIZE_MAX) {
		char *path;

		end = slice_find(text, S("}"), open);
		NEVER(end == SIZE_MAX);
		buf_put(&b, slice_sub(text, at, open - at));
		path = arena_cstr(c->a, slice_sub(text, open + 1, end - open - 1));
		if (!path)
			return FAIL(c, E_LIMIT, "memory.limit");
		buf_put(&b, print_value(f, path));
		at = end + 1;
	}
	buf_put(&b, slice_sub(text, at, text.len));
	return buf_done(c, &b, ret);
}

/* `keep`: what follows (以上) does not stand alone on a page. */
static void paragraphs(struct paper *paper, slice text, double x, bool keep)
{
	slice line;

	while (slice_next(&text, '\n', &line)) {
		struct strip s = { .n = 1, .before = LEAD, .keep = keep };

		s.cells[0] = (struct cell){ .x = x, .w = PAPER_BODY - x, .text = line, .ink = INK_LETTER, .indent = 10.6, .tag = "P" };
		if (line.len)
			paper_strip(paper, &s);
	}
}

static void right_block(struct paper *paper, slice text, double before)
{
	struct strip s = { .n = 1, .before = before };

	s.cells[0] = (struct cell){ .x = PAPER_BODY * 0.52, .w = PAPER_BODY * 0.48, .text = text, .ink = INK_LETTER, .tag = "P" };
	paper_strip(paper, &s);
}

static rc letter_head(struct ctx *c, struct paper *paper, const struct filled *f)
{
	struct buf b;
	slice text;

	if (f->meta.document_id.len)
		print_line(paper, f->meta.document_id, INK_LETTER, ALIGN_RIGHT, 0, "P");
	buf_init(&b, c->a, 128);
	jday_put_era(&b, msec_jday(f->meta.at));
	print_line(paper, buf_slice(&b), INK_LETTER, ALIGN_RIGHT, 0, "P");
	if (f->meta.addressee.len && f->form->layout == LAYOUT_LETTER) {
		buf_init(&b, c->a, 8192);
		buf_putf(&b, "%" S_FMT "　%" S_FMT, S_ARG(f->meta.addressee), S_ARG(f->form->honorific));
		TRY(buf_done(c, &b, &text));
		print_line(paper, text, INK_LETTER, ALIGN_LEFT, 14, "P");
	}
	buf_init(&b, c->a, 16384);
	buf_put(&b, print_value(f, "org_name"));
	if (print_value(f, "representative_name").len) {
		buf_putc(&b, '\n');
		if (print_value(f, "representative_title").len)
			buf_putf(&b, "%" S_FMT "　", S_ARG(print_value(f, "representative_title")));
		buf_put(&b, print_value(f, "representative_name"));
	}
	TRY(buf_done(c, &b, &text));
	right_block(paper, text, 12);
	return OK;
}

/* The title that a publication was given goes before that of the form. */
static slice letter_title(const struct filled *f)
{
	const struct filled_field *fd = filled_find(f, S_NONE, S("PU-01"));

	for (uint32_t i = 0; fd && i < fd->field->nparts; i++)
		if (slice_is(fd->parts[i].part->from.text, "publications.title") && fd->parts[i].text.len)
			return fd->parts[i].text;
	return f->form->title;
}

static rc put_labelled(struct ctx *c, struct paper *paper, const struct filled_part *p)
{
	struct strip s = { .n = 2, .before = LEAD };
	struct rich r;

	rich_init(&r, c->a);
	if (p->nticks && p->part->as != AS_CHOSEN)
		TRY(print_boxes(c, p, &r));
	else
		buf_put(&r.text, p->text);
	s.cells[0] = (struct cell){ .x = BODY_X, .w = 92, .text = p->part->ja, .ink = INK_LETTER, .tag = "P" };
	s.cells[1] = (struct cell){ .x = BODY_X + 92, .w = PAPER_BODY - BODY_X - 92, .text = buf_slice(&r.text), .runs = r.runs,
		.nruns = r.nruns, .ink = INK_LETTER, .tag = "P" };
	paper_strip(paper, &s);
	return OK;
}

static rc letter_field(struct ctx *c, struct paper *paper, const struct filled_field *fd, int number)
{
	static const char *const digits[] = { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" };
	struct strip head = { .n = 1, .before = 9, .keep = true };
	bool single = fd->field->nparts == 1;
	struct buf b;

	buf_init(&b, c->a, 4096);
	if (number > 9)
		buf_putz(&b, digits[number / 10 % 10]);
	buf_putf(&b, "%s　%" S_FMT, digits[number % 10], S_ARG(fd->field->ja));
	head.cells[0] = (struct cell){ .w = PAPER_BODY, .text = buf_slice(&b), .ink = INK_LETTER_HEAD, .tag = "H2" };
	paper_strip(paper, &head);
	for (uint32_t i = 0; i < fd->field->nparts; i++) {
		const struct filled_part *p = &fd->parts[i];

		if (p->part->type == PART_TABLE && p->nrows) {
			paper_space(paper, 3);
			paper_open(paper, "Table");
			print_table(paper, p);
			paper_close(paper);
			paper_space(paper, 3);
		} else if (p->text.len == 0 && (p->nticks == 0 || p->part->as == AS_CHOSEN)) {
			continue;
		} else if (single || p->part->bare) {
			paragraphs(paper, p->text, BODY_X, false);
		} else {
			TRY(put_labelled(c, paper, p));
		}
	}
	return OK;
}

static rc letter_body(struct ctx *c, struct paper *paper, const struct filled *f)
{
	int number = 0;

	for (uint32_t i = 0; i < f->sheets[0].nsections; i++)
		for (uint32_t j = 0; j < f->sheets[0].sections[i].nfields; j++) {
			const struct filled_field *fd = &f->sheets[0].sections[i].fields[j];

			if (fd->field->print && print_has(fd))
				TRY(letter_field(c, paper, fd, ++number));
		}
	return OK;
}

rc print_letter(struct ctx *c, struct paper *paper, const void *arg)
{
	const struct filled *f = arg;
	slice text;

	TRY(letter_head(c, paper, f));
	print_line(paper, letter_title(f), INK_TITLE, ALIGN_CENTER, 18, "H1");
	paper_space(paper, 10);
	TRY(expand(c, f, f->form->opening, &text));
	paragraphs(paper, text, 0, false);
	print_line(paper, S("記"), INK_LETTER, ALIGN_CENTER, 10, "P");
	TRY(letter_body(c, paper, f));
	if (f->form->closing.len) {
		paper_space(paper, 12);
		TRY(expand(c, f, f->form->closing, &text));
		paragraphs(paper, text, 0, true);
	}
	print_line(paper, S("以上"), INK_LETTER, ALIGN_RIGHT, 8, "P");
	return OK;
}
