#include "work/report/paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/calendar.h"
#include "base/limits.h"
#include "work/report/pdf_tail.h"

#include "base/banned.h"

#define TOP 51.0
#define BOTTOM (PAPER_HEIGHT - 62.0)
#define PAD_X 4.5
#define PAD_Y 3.4
#define TAGS_MOST 8

static const struct { const char *font; double size, lead; } inks[INKS] = {
	[INK_BODY] = { "Noto Serif CJK JP", 10.0, 1.12 },
	[INK_LABEL] = { "Noto Sans CJK JP", 8.8, 1.08 },
	[INK_HEAD] = { "Noto Sans CJK JP Bold", 9.8, 1.08 },
	[INK_TITLE] = { "Noto Serif CJK JP Bold", 17.0, 1.15 },
	[INK_SMALL] = { "Noto Serif CJK JP", 8.8, 1.08 },
	[INK_LETTER] = { "Noto Serif CJK JP", 10.6, 1.22 },
	[INK_LETTER_HEAD] = { "Noto Sans CJK JP Bold", 10.8, 1.2 },
};

struct paper {
	struct ctx *c;
	const struct paper_info *info;
	cairo_t *cr;
	PangoContext *pango;
	PangoFontDescription *fonts[INKS];
	double y;
	int page, total;
	bool clean;                    /* nothing on this page yet */
	double edge_x, edge_w;         /* a cell that the last strip left open below; w 0: none */
	const char *open[TAGS_MOST];
	int nopen;
};

void rich_init(struct rich *r, struct arena *a)
{
	*r = (struct rich){ .nruns = 0 };
	buf_init(&r->text, a, LIMIT_VALUE_LONG * 16);
}

static rc add_run(struct ctx *c, struct rich *r, enum run_kind kind, size_t from)
{
	if (r->nruns == r->room) {
		uint32_t room = r->room ? r->room * 2 : 16;
		struct run *more;

		TRY_ARRAY(c, more, room);
		if (r->nruns)
			memcpy(more, r->runs, r->nruns * sizeof *more);
		r->runs = more;
		r->room = room;
	}
	r->runs[r->nruns++] = (struct run){ kind, from, r->text.len - from };
	return OK;
}

rc rich_box(struct ctx *c, struct rich *r, bool on, slice label, slice words)
{
	size_t from;

	if (r->text.len && r->text.p[r->text.len - 1] != '\n')
		buf_put(&r->text, S("　"));
	from = r->text.len;
	buf_put(&r->text, on ? S("☑ ") : S("☐ "));
	buf_put(&r->text, label);
	TRY(add_run(c, r, on ? RUN_BOX_ON : RUN_BOX, from));
	if (words.len) {
		buf_put(&r->text, S("（"));
		buf_put(&r->text, words);
		buf_put(&r->text, S("）"));
	}
	return r->text.full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

static void add_attr(PangoAttrList *list, PangoAttribute *attr, size_t from, size_t len)
{
	attr->start_index = (guint)from;
	attr->end_index = (guint)(from + len);
	pango_attr_list_insert(list, attr);
}

/* The boxes come from a font that has them: the Japanese ones do not. */
static void style_runs(PangoAttrList *list, const struct cell *cell)
{
	for (uint32_t i = 0; i < cell->nruns; i++) {
		const struct run *r = &cell->runs[i];

		if (r->kind == RUN_SMALL) {
			add_attr(list, pango_attr_scale_new(0.88), r->from, r->len);
			continue;
		}
		add_attr(list, pango_attr_family_new("DejaVu Sans"), r->from, 3);
		/* a long label may break: it would run out of its cell */
		if (r->len < 60)
			add_attr(list, pango_attr_allow_breaks_new(FALSE), r->from, r->len);
		if (r->kind == RUN_BOX_ON)
			add_attr(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), r->from + 3, r->len - 3);
	}
}

static PangoLayout *make_layout(struct paper *p, const struct cell *cell)
{
	PangoLayout *l = pango_layout_new(p->pango);
	PangoAttrList *list = pango_attr_list_new();

	pango_layout_set_font_description(l, p->fonts[cell->ink]);
	pango_layout_set_text(l, cell->text.len ? cell->text.p : "", (int)cell->text.len);
	pango_layout_set_width(l, (int)((cell->w - 2 * PAD_X) * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_line_spacing(l, (float)inks[cell->ink].lead);
	pango_layout_set_indent(l, (int)(cell->indent * PANGO_SCALE));
	pango_layout_set_alignment(l, cell->align == ALIGN_LEFT ? PANGO_ALIGN_LEFT
		: cell->align == ALIGN_CENTER ? PANGO_ALIGN_CENTER : PANGO_ALIGN_RIGHT);
	/* Japanese is broken anywhere: a hyphen in ＶＰＮ would be an error */
	add_attr(list, pango_attr_insert_hyphens_new(FALSE), 0, cell->text.len);
	style_runs(list, cell);
	pango_layout_set_attributes(l, list);
	pango_attr_list_unref(list);
	return l;
}

static void one_line(struct paper *p, slice text, enum ink ink, enum align align, double y)
{
	struct cell cell = { .w = PAPER_BODY + 2 * PAD_X, .text = text, .ink = ink, .align = align };
	PangoLayout *l = make_layout(p, &cell);

	cairo_move_to(p->cr, PAPER_LEFT, y);
	pango_cairo_show_layout(p->cr, l);
	g_object_unref(l);
}

static void draw_exercise(struct paper *p)
{
	struct cell cell = { .w = 400, .text = S("訓練"), .ink = INK_TITLE, .align = ALIGN_CENTER };
	PangoLayout *l;

	cairo_save(p->cr);
	cairo_translate(p->cr, PAPER_WIDTH / 2, PAPER_HEIGHT / 2);
	cairo_rotate(p->cr, -0.7);
	cairo_scale(p->cr, 8, 8);
	cairo_set_source_rgb(p->cr, 1.0, 0.90, 0.90);
	l = make_layout(p, &cell);
	cairo_move_to(p->cr, -200 + PAD_X, -14);
	pango_cairo_show_layout(p->cr, l);
	g_object_unref(l);
	cairo_restore(p->cr);
	cairo_set_source_rgb(p->cr, 0.8, 0, 0);
	cairo_set_line_width(p->cr, 1.2);
	cairo_rectangle(p->cr, PAPER_LEFT + 130, 22, PAPER_BODY - 260, 19);
	cairo_stroke(p->cr);
	one_line(p, S("訓練（実際の事案ではありません）"), INK_HEAD, ALIGN_CENTER, 25);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
}

static void draw_foot(struct paper *p)
{
	struct buf b;

	buf_init(&b, p->c->a, 64);
	buf_putf(&b, "%d / %d", p->page, p->total);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	cairo_set_line_width(p->cr, 0.4);
	cairo_move_to(p->cr, PAPER_LEFT, PAPER_HEIGHT - 50);
	cairo_rel_line_to(p->cr, PAPER_BODY, 0);
	cairo_stroke(p->cr);
	cairo_save(p->cr);
	cairo_set_source_rgb(p->cr, 0.25, 0.25, 0.25);
	one_line(p, p->info->foot_left, INK_SMALL, ALIGN_LEFT, PAPER_HEIGHT - 46);
	one_line(p, buf_slice(&b), INK_SMALL, ALIGN_CENTER, PAPER_HEIGHT - 46);
	one_line(p, p->info->foot_right, INK_SMALL, ALIGN_RIGHT, PAPER_HEIGHT - 46);
	cairo_restore(p->cr);
}

static void begin_page(struct paper *p)
{
	p->page++;
	p->y = TOP;
	p->clean = true;
	if (p->info->exercise)
		draw_exercise(p);
	for (int i = 0; i < p->nopen; i++)
		cairo_tag_begin(p->cr, p->open[i], NULL);
}

/* Structure elements end with the page and begin again: a reader hears a table in two parts, not a broken one. */
static void end_page(struct paper *p)
{
	if (p->edge_w > 0) {
		cairo_set_line_width(p->cr, 0.5);
		cairo_move_to(p->cr, PAPER_LEFT + p->edge_x, p->y);
		cairo_rel_line_to(p->cr, p->edge_w, 0);
		cairo_stroke(p->cr);
		p->edge_w = 0;
	}
	for (int i = 0; i < p->nopen; i++)
		cairo_tag_end(p->cr, p->open[p->nopen - 1 - i]);
	draw_foot(p);
	cairo_show_page(p->cr);
}

void paper_break(struct paper *p)
{
	if (p->clean)
		return;
	end_page(p);
	begin_page(p);
}

void paper_open(struct paper *p, const char *tag)
{
	if (p->nopen == TAGS_MOST)
		return;
	p->open[p->nopen++] = tag;
	cairo_tag_begin(p->cr, tag, NULL);
}

void paper_close(struct paper *p)
{
	if (p->nopen == 0)
		return;
	cairo_tag_end(p->cr, p->open[--p->nopen]);
}

void paper_space(struct paper *p, double h)
{
	if (!p->clean)
		p->y += h;
}

/* A cell while it is drawn: its lines and the next of them. */
struct flow {
	PangoLayout *layout;
	PangoLayoutIter *iter;
	bool done;
	double top;                    /* where in the layout the next line begins */
};

static double line_end(PangoLayoutIter *it)
{
	int y0, y1;

	pango_layout_iter_get_line_yrange(it, &y0, &y1);
	return (double)y1 / PANGO_SCALE;
}

static double line_top(PangoLayoutIter *it)
{
	int y0, y1;

	pango_layout_iter_get_line_yrange(it, &y0, &y1);
	return (double)y0 / PANGO_SCALE;
}

static double rest_height(const struct flow *f)
{
	int h;

	pango_layout_get_size(f->layout, NULL, &h);
	return f->done ? 0 : (double)h / PANGO_SCALE - f->top;
}

/* Draws the lines that fit into `room` and moves on behind them; the height used. */
static double draw_lines(struct paper *p, struct flow *f, const struct cell *cell, double y, double room)
{
	double from = f->top, used = 0;

	if (f->done)
		return 0;
	if (cell->tag)
		cairo_tag_begin(p->cr, cell->tag, NULL);
	while (!f->done && line_end(f->iter) - from <= room + 0.01) {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(f->iter);
		PangoRectangle r;
		double base = (double)pango_layout_iter_get_baseline(f->iter) / PANGO_SCALE;

		pango_layout_iter_get_line_extents(f->iter, NULL, &r);
		used = line_end(f->iter) - from;
		cairo_move_to(p->cr, PAPER_LEFT + cell->x + PAD_X + (double)r.x / PANGO_SCALE, y + base - from);
		pango_cairo_show_layout_line(p->cr, line);
		f->done = !pango_layout_iter_next_line(f->iter);
		if (!f->done)
			f->top = line_top(f->iter);
	}
	if (cell->tag)
		cairo_tag_end(p->cr, cell->tag);
	return used;
}

static void draw_box(struct paper *p, const struct cell *cell, double y, double h)
{
	double x = PAPER_LEFT + cell->x, w = cell->w;

	if (cell->shade) {
		cairo_set_source_rgb(p->cr, 0.945, 0.945, 0.945);
		cairo_rectangle(p->cr, x, y, w, h);
		cairo_fill(p->cr);
	}
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	cairo_set_line_width(p->cr, 0.5);
	cairo_move_to(p->cr, x, y);
	cairo_rel_line_to(p->cr, 0, h);
	cairo_move_to(p->cr, x + w, y);
	cairo_rel_line_to(p->cr, 0, h);
	if (!cell->open_top) {
		cairo_move_to(p->cr, x, y);
		cairo_rel_line_to(p->cr, w, 0);
	}
	if (!cell->open_bottom) {
		cairo_move_to(p->cr, x, y + h);
		cairo_rel_line_to(p->cr, w, 0);
	}
	cairo_stroke(p->cr);
}

static void begin_flows(struct paper *p, const struct strip *s, struct flow *flows)
{
	for (uint32_t i = 0; i < s->n; i++) {
		flows[i].layout = make_layout(p, &s->cells[i]);
		flows[i].iter = pango_layout_get_iter(flows[i].layout);
		flows[i].done = false;
		flows[i].top = 0;
	}
}

static double strip_rest(const struct strip *s, const struct flow *flows)
{
	double most = 0;

	for (uint32_t i = 0; i < s->n; i++)
		most = rest_height(&flows[i]) > most ? rest_height(&flows[i]) : most;
	return most;
}

/* One piece of the strip on this page: as much of it as `h` allows, boxes first so that shades lie under the text. */
static void draw_piece(struct paper *p, const struct strip *s, struct flow *flows, double h, double pad, bool last)
{
	p->edge_w = 0;
	for (uint32_t i = 0; i < s->n && s->border; i++) {
		struct cell cell = s->cells[i];

		/* a page's first and last line are always drawn */
		cell.open_top = cell.open_top && !p->clean;
		cell.open_bottom = cell.open_bottom && last;
		if (cell.open_bottom) {
			p->edge_x = cell.x;
			p->edge_w = cell.w;
		}
		draw_box(p, &cell, p->y, h);
	}
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	if (s->border)
		cairo_tag_begin(p->cr, "TR", NULL);
	for (uint32_t i = 0; i < s->n; i++)
		(void)draw_lines(p, &flows[i], &s->cells[i], p->y + pad, h - 2 * pad);
	if (s->border)
		cairo_tag_end(p->cr, "TR");
	p->y += h;
	p->clean = false;
}

static double first_line(const struct strip *s, const struct flow *flows)
{
	double most = 0;

	for (uint32_t i = 0; i < s->n; i++)
		if (!flows[i].done && line_end(flows[i].iter) - flows[i].top > most)
			most = line_end(flows[i].iter) - flows[i].top;
	return most;
}

/* An empty label says on the new page whose it is. */
static void label_again(struct paper *p, const struct strip *s, struct flow *flows)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct cell cell = s->cells[i];

		if (cell.again.len == 0 || (cell.text.len && !flows[i].done))
			continue;
		cell.text = cell.again;
		cell.runs = NULL;
		cell.nruns = 0;
		pango_layout_iter_free(flows[i].iter);
		g_object_unref(flows[i].layout);
		flows[i] = (struct flow){ .layout = make_layout(p, &cell) };
		flows[i].iter = pango_layout_get_iter(flows[i].layout);
	}
}

static void new_page_for(struct paper *p, const struct strip *s, struct flow *flows)
{
	paper_break(p);
	label_again(p, s, flows);
	if (s->header && s->header != s)
		paper_strip(p, s->header);
}

void paper_strip(struct paper *p, const struct strip *s)
{
	struct flow flows[STRIP_CELLS];
	double pad = s->pad > 0 ? s->pad : s->border ? PAD_Y : 0, rest, room;
	bool moved = false;

	if (p->page > (int)LIMIT_PDF_PAGES)
		return;
	paper_space(p, s->before);
	begin_flows(p, s, flows);
	for (;;) {
		rest = strip_rest(s, flows) + 2 * pad;
		room = BOTTOM - p->y;
		if (rest <= room - (s->keep && !moved ? 44 : 0)) {
			draw_piece(p, s, flows, rest, pad, true);
			break;
		}
		/* what is short goes over whole; what is long is cut between lines */
		if (!moved && (s->keep || rest < (BOTTOM - TOP) * 0.3 || room < first_line(s, flows) * 2 + 2 * pad)) {
			moved = true;
			new_page_for(p, s, flows);
			continue;
		}
		draw_piece(p, s, flows, room, pad, false);
		new_page_for(p, s, flows);
		moved = true;
		if (p->page > (int)LIMIT_PDF_PAGES)
			break;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		pango_layout_iter_free(flows[i].iter);
		g_object_unref(flows[i].layout);
	}
}

static cairo_status_t keep_bytes(void *closure, const unsigned char *data, unsigned int n)
{
	buf_put(closure, (slice){ (const char *)data, n });
	return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t drop_bytes(void *closure, const unsigned char *data, unsigned int n)
{
	(void)closure;
	(void)data;
	(void)n;
	return CAIRO_STATUS_SUCCESS;
}

static void set_metadata(struct paper *p, cairo_surface_t *surface)
{
	struct buf when;
	char *text;

	text = arena_cstr(p->c->a, p->info->title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, text ? text : "");
	text = arena_cstr(p->c->a, p->info->author);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, text ? text : "");
	text = arena_cstr(p->c->a, p->info->subject);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, text ? text : "");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Renkei");
	buf_init(&when, p->c->a, 64);
	msec_put(&when, p->info->created - p->info->created % 1000);
	text = arena_cstr(p->c->a, buf_slice(&when));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text ? text : "");
}

static void open_fonts(struct paper *p, PangoFontMap *map)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
	p->pango = pango_font_map_create_context(map);
	pango_cairo_context_set_font_options(p->pango, options);
	cairo_font_options_destroy(options);
	pango_context_set_language(p->pango, pango_language_from_string("ja"));
	pango_context_set_base_dir(p->pango, PANGO_DIRECTION_LTR);
	pango_context_set_round_glyph_positions(p->pango, FALSE);
	for (int i = 0; i < INKS; i++) {
		p->fonts[i] = pango_font_description_from_string(inks[i].font);
		pango_font_description_set_absolute_size(p->fonts[i], inks[i].size * PANGO_SCALE);
	}
}

/* Another font would change the print and lose characters: better none than a wrong one. */
static bool has_fonts(const struct paper *p, PangoFontMap *map)
{
	bool all = true;

	for (int i = 0; i < INKS && all; i++) {
		PangoFont *font = pango_font_map_load_font(map, p->pango, p->fonts[i]);
		PangoFontDescription *got = font ? pango_font_describe(font) : NULL;
		const char *family = got ? pango_font_description_get_family(got) : NULL;

		all = family && strncmp(family, "Noto S", 6) == 0;
		if (got)
			pango_font_description_free(got);
		if (font)
			g_object_unref(font);
	}
	return all;
}

static rc draw_all(struct ctx *c, struct paper *p, cairo_surface_t *surface,
	rc (*draw)(struct ctx *c, struct paper *p, const void *arg), const void *arg)
{
	PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	rc r;

	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
	set_metadata(p, surface);
	p->cr = cairo_create(surface);
	open_fonts(p, map);
	r = has_fonts(p, map) ? OK : FAIL(c, E_NOTFOUND, "pdf.fonts");
	if (r == OK) {
		begin_page(p);
		r = draw(c, p, arg);
		if (r == OK)
			end_page(p);
	}
	if (r == OK && p->page > (int)LIMIT_PDF_PAGES)
		r = FAIL(c, E_LIMIT, "pdf.limit");
	cairo_surface_finish(surface);
	if (r == OK && (cairo_status(p->cr) != CAIRO_STATUS_SUCCESS || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS))
		r = FAIL(c, E_LIMIT, "pdf.drawing");
	for (int i = 0; i < INKS; i++)
		pango_font_description_free(p->fonts[i]);
	g_object_unref(p->pango);
	cairo_destroy(p->cr);
	g_object_unref(map);
	return r;
}

rc paper_make(struct ctx *c, const struct paper_info *info,
	rc (*draw)(struct ctx *c, struct paper *p, const void *arg), const void *arg, slice *ret)
{
	struct paper p = { .c = c, .info = info };
	cairo_surface_t *surface;
	struct buf b;
	int total;
	rc r;

	surface = cairo_pdf_surface_create_for_stream(drop_bytes, NULL, PAPER_WIDTH, PAPER_HEIGHT);
	r = draw_all(c, &p, surface, draw, arg);
	cairo_surface_destroy(surface);
	TRY(r);
	total = p.page;
	p = (struct paper){ .c = c, .info = info, .total = total };
	buf_init(&b, c->a, LIMIT_DOCUMENT);
	surface = cairo_pdf_surface_create_for_stream(keep_bytes, &b, PAPER_WIDTH, PAPER_HEIGHT);
	r = draw_all(c, &p, surface, draw, arg);
	cairo_surface_destroy(surface);
	TRY(r);
	TRY(buf_done(c, &b, ret));
	return pdf_add_tail(c, *ret, ret);
}
