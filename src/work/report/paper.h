/*
 * A4 paper: strips of cells from top to bottom, broken over pages line by line; running foot with page x/y; tags for
 * screen readers. The only place that knows cairo and pango. The same calls give the same bytes.
 *
 * Lengths are points (1/72 inch). A cell's text is plain; runs over it change how it looks.
 */
#ifndef WORK_REPORT_PAPER_H
#define WORK_REPORT_PAPER_H

#include "base/buf.h"
#include "base/rc.h"

#define PAPER_WIDTH 595.28
#define PAPER_HEIGHT 841.89
#define PAPER_LEFT 56.7            /* 20 mm */
#define PAPER_BODY (PAPER_WIDTH - 2 * PAPER_LEFT)
#define STRIP_CELLS 8

enum ink {
	INK_BODY,                      /* Mincho, what is said */
	INK_LABEL,                     /* Gothic, small: what is asked */
	INK_HEAD,                      /* Gothic bold: heads of sections */
	INK_TITLE,
	INK_SMALL,
	INK_LETTER,                    /* Mincho, larger, wide lines */
	INK_LETTER_HEAD,
};

#define INKS 7

enum align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

enum run_kind { RUN_BOX, RUN_BOX_ON, RUN_SMALL };

struct run {
	enum run_kind kind;
	size_t from, len;              /* bytes of the text */
};

/* Text that grows, with runs. */
struct rich {
	struct buf text;
	struct run *runs;
	uint32_t nruns, room;
};

void rich_init(struct rich *r, struct arena *a);
/* ☑ or ☐ and its label, never broken over lines. */
MUST_USE rc rich_box(struct ctx *c, struct rich *r, bool on, slice label, slice words);

struct cell {
	double x, w;                   /* from the left end of the body */
	slice text;
	const struct run *runs;
	uint32_t nruns;
	enum ink ink;
	enum align align;
	bool shade, open_top, open_bottom;
	double indent;                 /* of the first line of each paragraph */
	slice again;                   /* stands in an empty cell when the strip begins a page: whose it is */
	const char *tag;               /* "TH", "TD", "P", "H1" …; NULL: none */
};

struct strip {
	struct cell cells[STRIP_CELLS];
	uint32_t n;
	bool border;
	bool keep;                     /* not the last on a page */
	const struct strip *header;    /* drawn again on top of a page when a table is broken */
	double before;                 /* space above, not at the top of a page */
	double pad;                    /* inside a cell, above and below; 0: the usual */
};

struct paper_info {
	slice title, author, subject;
	slice foot_left, foot_right;
	msec created;
	bool exercise;
};

struct paper;

void paper_strip(struct paper *p, const struct strip *s);
void paper_space(struct paper *p, double h);
void paper_break(struct paper *p);
/* Opens and closes a structure element ("Table", "Sect"). */
void paper_open(struct paper *p, const char *tag);
void paper_close(struct paper *p);

/* Draws twice, first to count the pages. E_LIMIT "pdf.limit", "pdf.fonts" when the Japanese fonts are not there. */
MUST_USE rc paper_make(struct ctx *c, const struct paper_info *info, rc (*draw)(struct ctx *c, struct paper *p,
	const void *arg), const void *arg, slice *ret);

#endif
