/* A filled form as a workbook: one sheet for the form and one for each annex, merged cells as on paper. */
#include "work/report/filled.h"

#include <stdio.h>
#include <sys/mman.h>
#include <xlsxwriter.h>

#include "base/calendar.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "work/report/print.h"
#include "work/report/table.h"

#include "base/banned.h"

/* The label takes the first column, what is said the other twelve. */
#define GRID 12
#define GRID_WIDTH 6.4
#define CELL_MOST 32000u

enum look { LOOK_TITLE, LOOK_HEAD, LOOK_LABEL, LOOK_TEXT, LOOK_CENTER, LOOK_PLAIN, LOOK_WARN, LOOK_NUMBER };

#define LOOKS 8

struct sheet {
	struct ctx *c;
	lxw_workbook *book;
	lxw_worksheet *ws;
	lxw_format *looks[LOOKS];
	lxw_row_t row;
};

static lxw_format *make_look(lxw_workbook *book, enum look look)
{
	lxw_format *f = workbook_add_format(book);
	bool frame = look != LOOK_TITLE && look != LOOK_PLAIN && look != LOOK_WARN;

	format_set_font_name(f, look == LOOK_LABEL || look == LOOK_HEAD ? "游ゴシック" : "游明朝");
	format_set_font_size(f, look == LOOK_TITLE ? 16 : look == LOOK_LABEL ? 9 : 10.5);
	format_set_text_wrap(f);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (look == LOOK_TITLE || look == LOOK_CENTER)
		format_set_align(f, LXW_ALIGN_CENTER);
	if (look == LOOK_TITLE || look == LOOK_HEAD)
		format_set_bold(f);
	if (frame)
		format_set_border(f, LXW_BORDER_THIN);
	if (look == LOOK_LABEL || look == LOOK_CENTER)
		format_set_bg_color(f, 0xF1F1F1);
	if (look == LOOK_WARN)
		format_set_font_color(f, LXW_COLOR_RED);
	if (look == LOOK_NUMBER)
		format_set_align(f, LXW_ALIGN_LEFT);
	/* a text that begins with = is a text */
	if (look != LOOK_NUMBER)
		format_set_num_format(f, "@");
	return f;
}

/* Lines that the text takes in so many grid columns: full-width characters count two. */
static double lines_of(slice text, double columns)
{
	double room = columns * GRID_WIDTH * 0.95, lines = 0;
	slice line;

	while (slice_next(&text, '\n', &line)) {
		double w = 0;
		size_t i = 0;
		uint32_t cp;

		while (i < line.len && utf8_next(line, &i, &cp))
			w += cp < 0x2000 ? 1 : 2;
		lines += 1 + (double)(int)(w / room);
	}
	return lines < 1 ? 1 : lines;
}

/* A cell holds at most 32,767 characters; what is longer stands whole on paper and in JSON, and the cell says so. */
static rc cut_text(struct ctx *c, slice *text)
{
	struct buf b;

	if (text->len <= CELL_MOST)
		return OK;
	buf_init(&b, c->a, CELL_MOST + 128);
	buf_put(&b, slice_sub(*text, 0, utf8_valid_prefix(slice_sub(*text, 0, CELL_MOST))));
	buf_put(&b, S("…（以下略。全文はPDFを参照）"));
	return buf_done(c, &b, text);
}

static rc put(struct sheet *s, int from, int to, slice text, enum look look)
{
	lxw_error e;
	char *z;

	TRY(cut_text(s->c, &text));
	z = arena_cstr(s->c->a, text);
	if (!z)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	if (from == to)
		e = worksheet_write_string(s->ws, s->row, (lxw_col_t)from, z, s->looks[look]);
	else
		e = worksheet_merge_range(s->ws, s->row, (lxw_col_t)from, s->row, (lxw_col_t)to, z, s->looks[look]);
	return e == LXW_NO_ERROR ? OK : FAIL(s->c, E_LIMIT, "xlsx.cell");
}

static void end_row(struct sheet *s, double lines)
{
	double height = lines * 15.5 + 4;

	worksheet_set_row(s->ws, s->row++, height > 400 ? 400 : height, NULL);
}

static rc part_text(struct ctx *c, const struct filled_part *p, slice *ret)
{
	struct rich r;

	*ret = p->text;
	if (p->nticks == 0 || p->part->as == AS_CHOSEN)
		return OK;
	rich_init(&r, c->a);
	TRY(print_boxes(c, p, &r));
	*ret = buf_slice(&r.text);
	return OK;
}

/* A count that is fixed is a number, so that the reader can reckon with it. */
static rc put_number(struct sheet *s, const struct filled_part *p, bool *ret_done)
{
	enum value_state state;
	const struct json *v = value_bare(p->value, &state);
	lxw_format *f;
	struct buf b;

	*ret_done = false;
	if (p->part->type != PART_INT || state != STATE_CONFIRMED || !v || v->type != JSON_INT)
		return OK;
	f = make_look(s->book, LOOK_NUMBER);
	buf_init(&b, s->c->a, 128);
	buf_putf(&b, "#,##0\"%" S_FMT "\"", S_ARG(p->part->unit));
	buf_putc(&b, '\0');
	format_set_num_format(f, b.p);
	worksheet_merge_range(s->ws, s->row, 1, s->row, GRID, "", f);
	worksheet_write_number(s->ws, s->row, 1, (double)v->num, f);
	*ret_done = true;
	return OK;
}

static rc put_table(struct sheet *s, slice label, const struct filled_part *p)
{
	TRY(put(s, 0, GRID, label, LOOK_LABEL));
	end_row(s, 1);
	for (uint32_t i = 0; i <= p->nrows; i++) {
		uint32_t share = 0;
		double most = 1;

		for (uint32_t j = 0; j < p->part->ncolumns; j++) {
			/* thirteen columns in all: the first counts as part of the table here */
			int from = (int)(share * (GRID + 1) / 100), to;
			slice text = i ? p->rows[i - 1][j] : p->part->columns[j].ja;

			share += p->part->columns[j].width;
			to = (int)(share * (GRID + 1) / 100) - 1;
			TRY(put(s, from, to < from ? from : to, text, i ? LOOK_TEXT : LOOK_CENTER));
			most = lines_of(text, to - from + 1) > most ? lines_of(text, to - from + 1) : most;
		}
		end_row(s, most);
	}
	return OK;
}

static rc put_part(struct sheet *s, const struct filled_field *fd, uint32_t i)
{
	const struct filled_part *p = &fd->parts[i];
	bool many = fd->field->nparts > 1, done;
	struct buf label;
	slice text;

	if (p->part->type == PART_TABLE && p->nrows)
		return put_table(s, many ? p->part->ja : fd->field->ja, p);
	buf_init(&label, s->c->a, 4096);
	buf_put(&label, fd->field->ja);
	if (many)
		buf_putf(&label, "\n　%" S_FMT, S_ARG(p->part->ja));
	TRY(put(s, 0, 0, buf_slice(&label), LOOK_LABEL));
	TRY(put_number(s, p, &done));
	TRY(part_text(s->c, p, &text));
	if (!done)
		TRY(put(s, 1, GRID, text, LOOK_TEXT));
	end_row(s, lines_of(text, GRID) > (many ? 2 : 1) ? lines_of(text, GRID) : (many ? 2 : 1.2));
	return OK;
}

static rc put_section(struct sheet *s, const struct filled *f, const struct filled_section *sec)
{
	bool headed = false;

	for (uint32_t i = 0; i < sec->nfields; i++) {
		const struct filled_field *fd = &sec->fields[i];

		if (!fd->field->print || (fd->parts[0].part->type == PART_NOTE && !fd->applies) ||
		    (f->meta.only_known && !print_has(fd)))
			continue;
		if (!headed) {
			TRY(put(s, 0, GRID, sec->section->ja, LOOK_HEAD));
			end_row(s, 1.1);
			headed = true;
		}
		for (uint32_t j = 0; j < fd->field->nparts; j++)
			TRY(put_part(s, fd, j));
	}
	return OK;
}

static rc put_head(struct sheet *s, const struct filled *f, const struct filled_sheet *sheet)
{
	struct buf b;

	if (f->meta.exercise) {
		TRY(put(s, 0, GRID, S("訓練（実際の事案ではありません）"), LOOK_WARN));
		end_row(s, 1);
	}
	buf_init(&b, s->c->a, 8192);
	buf_putf(&b, "%" S_FMT "%s", S_ARG(f->form->heading), f->form->draft ? "（案）" : "");
	TRY(put(s, 0, GRID, buf_slice(&b), LOOK_PLAIN));
	end_row(s, 1);
	TRY(put(s, 0, GRID, sheet->sheet->ja, LOOK_TITLE));
	end_row(s, 1.8);
	if (sheet->sheet->code.len == 0 && f->meta.addressee.len) {
		buf_init(&b, s->c->a, 8192);
		buf_putf(&b, "%" S_FMT "　%" S_FMT, S_ARG(f->meta.addressee), S_ARG(f->form->honorific));
		TRY(put(s, 0, GRID, buf_slice(&b), LOOK_PLAIN));
		end_row(s, 1);
	}
	return OK;
}

static rc put_foot(struct sheet *s, const struct filled *f)
{
	struct buf b;

	buf_init(&b, s->c->a, 8192);
	buf_putf(&b, "様式 %" S_FMT " %" S_FMT "版%s　%" S_FMT, S_ARG(f->form->id), S_ARG(f->form->version),
		f->form->draft ? "（案）" : "", S_ARG(f->meta.document_id));
	TRY(put(s, 0, GRID, buf_slice(&b), LOOK_PLAIN));
	end_row(s, 1);
	return OK;
}

static rc put_changes(struct sheet *s, const struct filled *f)
{
	slice heads[3] = { S("欄"), S("前回"), S("今回") };

	s->row++;
	TRY(put(s, 0, GRID, S("前回の報告からの変更点"), LOOK_HEAD));
	end_row(s, 1.1);
	for (uint32_t i = 0; i <= f->nchanges; i++) {
		slice texts[3] = { heads[0], heads[1], heads[2] };
		double most;

		if (i) {
			texts[0] = f->changes[i - 1].ja;
			texts[1] = f->changes[i - 1].before;
			texts[2] = f->changes[i - 1].after;
		}
		TRY(put(s, 0, 0, texts[0], LOOK_LABEL));
		TRY(put(s, 1, 6, texts[1], i ? LOOK_TEXT : LOOK_CENTER));
		TRY(put(s, 7, GRID, texts[2], i ? LOOK_TEXT : LOOK_CENTER));
		most = lines_of(texts[1], 6) > lines_of(texts[2], 6) ? lines_of(texts[1], 6) : lines_of(texts[2], 6);
		end_row(s, most);
	}
	return OK;
}

static rc put_sheet(struct sheet *s, const struct filled *f, uint32_t n)
{
	static const char *const names[] = { "様式", "別紙" };
	const struct filled_sheet *sheet = &f->sheets[n];
	char name[64];

	if (n == 0)
		(void)snprintf(name, sizeof name, "%s", names[0]);
	else
		(void)snprintf(name, sizeof name, "%s %.20s", names[1], arena_cstr(s->c->a, sheet->sheet->code));
	s->ws = workbook_add_worksheet(s->book, name);
	if (!s->ws)
		return FAIL(s->c, E_LIMIT, "xlsx.cell");
	s->row = 0;
	worksheet_set_column(s->ws, 0, 0, 30, NULL);
	worksheet_set_column(s->ws, 1, GRID, GRID_WIDTH, NULL);
	worksheet_set_paper(s->ws, 9);
	worksheet_fit_to_pages(s->ws, 1, 0);
	worksheet_set_margins(s->ws, 0.6, 0.6, 0.7, 0.7);
	worksheet_set_footer(s->ws, "&C&P / &N");
	TRY(put_head(s, f, sheet));
	for (uint32_t i = 0; i < sheet->nsections; i++)
		TRY(put_section(s, f, &sheet->sections[i]));
	if (n == 0 && f->compared)
		TRY(put_changes(s, f));
	return put_foot(s, f);
}

static rc fill_book(struct ctx *c, const void *what, lxw_workbook *book)
{
	const struct filled *f = what;
	char *title = arena_cstr(c->a, f->form->title), *author = arena_cstr(c->a, print_value(f, "org_name"));
	/* the day of the report, not of the printing: the same input gives the same bytes */
	lxw_doc_properties props = { .title = title, .author = author, .company = author, .created = f->meta.at / 1000 };
	struct sheet s = { .c = c, .book = book };

	if (!title || !author)
		return FAIL(c, E_LIMIT, "memory.limit");
	workbook_set_properties(book, &props);
	for (int i = 0; i < LOOKS; i++)
		s.looks[i] = make_look(book, (enum look)i);
	for (uint32_t i = 0; i < f->nsheets; i++)
		TRY(put_sheet(&s, f, i));
	return OK;
}

typedef rc fill_fn(struct ctx *c, const void *what, lxw_workbook *book);

static rc make_book(struct ctx *c, fill_fn *fill, const void *what, slice *ret)
{
	AUTO_FD fd = memfd_create("renkei-xlsx", MFD_CLOEXEC);
	lxw_workbook *book;
	char path[64];
	lxw_error e;
	rc r;

	if (fd < 0)
		return FAIL_SYS(c, "file.create");
	/* the library writes to a path only; this one is memory */
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	book = workbook_new(path);
	if (!book)
		return FAIL(c, E_LIMIT, "memory.limit");
	r = fill(c, what, book);
	e = workbook_close(book);
	TRY(r);
	if (e != LXW_NO_ERROR)
		return FAIL(c, E_IO, "xlsx.write");
	if (lseek(fd, 0, SEEK_SET) != 0)
		return FAIL_SYS(c, "file.read");
	return fd_read_all(c, fd, LIMIT_DOCUMENT, ret);
}

rc filled_xlsx(struct ctx *c, const struct filled *f, slice *ret) { return make_book(c, fill_book, f, ret); }

/* ---- a plain table ---- */

#define ROWS_MOST 100000u

struct plain_table { const slice *cells; size_t n, cols; };

static rc fill_table(struct ctx *c, const void *what, lxw_workbook *book)
{
	lxw_format *head = make_look(book, LOOK_HEAD), *text = make_look(book, LOOK_TEXT);
	lxw_doc_properties props = { .created = c->now / 1000 };
	lxw_worksheet *ws = workbook_add_worksheet(book, NULL);
	const struct plain_table *t = what;

	if (!ws || !head || !text)
		return FAIL(c, E_LIMIT, "memory.limit");
	workbook_set_properties(book, &props);
	worksheet_freeze_panes(ws, 1, 0);
	for (size_t i = 0; i < t->n; i++) {
		char *z = arena_cstr(c->a, t->cells[i]);

		if (!z)
			return FAIL(c, E_LIMIT, "memory.limit");
		if (worksheet_write_string(ws, (lxw_row_t)(i / t->cols), (lxw_col_t)(i % t->cols), z, i < t->cols ? head : text) != LXW_NO_ERROR)
			return FAIL(c, E_LIMIT, "xlsx.write");
	}
	return worksheet_set_column(ws, 0, (lxw_col_t)(t->cols - 1), 20, NULL) == LXW_NO_ERROR ? OK : FAIL(c, E_BUG, "xlsx.write");
}

rc table_xlsx(struct ctx *c, const slice *cells, size_t n, size_t cols, slice *ret)
{
	const struct plain_table t = { cells, n, cols };

	NEVER(cols == 0 || n % cols != 0);
	if (n / cols > ROWS_MOST)
		return FAIL(c, E_LIMIT, "xlsx.rows");
	return make_book(c, fill_table, &t, ret);
}

rc filled_write_xlsx(struct ctx *c, const struct filled *f, const char *path)
{
	slice bytes = S_NONE;

	TRY(filled_xlsx(c, f, &bytes));
	return file_replace(c, path, bytes, 0600);
}
