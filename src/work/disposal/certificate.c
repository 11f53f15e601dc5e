#include "work/disposal/certificate.h"

#include "base/calendar.h"
#include "work/report/report.h"

#include "base/banned.h"

#define LABEL_WIDTH (PAPER_BODY * 0.28)

static void row(struct paper *paper, const char *label, slice text)
{
	struct strip s = { .n = 2, .border = true };

	s.cells[0] = (struct cell){ .w = LABEL_WIDTH, .text = slice_of(label), .ink = INK_LABEL, .shade = true, .tag = "TH" };
	s.cells[1] = (struct cell){ .x = LABEL_WIDTH, .w = PAPER_BODY - LABEL_WIDTH, .text = text, .ink = INK_BODY, .tag = "TD" };
	paper_strip(paper, &s);
}

static void line(struct paper *paper, slice text, enum ink ink, enum align align, double before, const char *tag)
{
	struct strip s = { .n = 1, .before = before };

	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = text, .ink = ink, .align = align, .tag = tag };
	paper_strip(paper, &s);
}

static rc draw(struct ctx *c, struct paper *paper, const void *arg)
{
	const struct certificate *k = arg;
	struct buf b;

	buf_init(&b, c->a, 256);
	jday_put_era(&b, msec_jday(k->done));
	line(paper, buf_slice(&b), INK_BODY, ALIGN_RIGHT, 0, "P");
	line(paper, k->node, INK_BODY, ALIGN_RIGHT, 2, "P");
	line(paper, S("廃　棄　証　明　書"), INK_TITLE, ALIGN_CENTER, 16, "H1");
	line(paper, S("次のとおり個人情報等を廃棄したことを証明します。"), INK_BODY, ALIGN_LEFT, 14, "P");
	paper_space(paper, 8);
	paper_open(paper, "Table");
	for (size_t i = 0; i < CERTIFICATE_ROWS; i++)
		row(paper, k->row[i].label, k->row[i].text);
	paper_close(paper);
	return OK;
}

rc certificate_make(struct ctx *c, const struct certificate *k, slice *ret_pdf)
{
	struct paper_info info = {
		.title = S("廃棄証明書"), .author = k->node, .subject = S("廃棄の記録"), .foot_left = k->node, .foot_right = S("廃棄証明書"),
		.created = k->done, .exercise = k->exercise,
	};

	return paper_make(c, &info, draw, k, ret_pdf);
}
