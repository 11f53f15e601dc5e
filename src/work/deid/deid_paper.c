#include "work/deid/deid_paper.h"

#include "work/report/report.h"

#include "base/banned.h"

#define LABEL_W (PAPER_BODY * 0.30)
#define MET_W (PAPER_BODY * 0.12)
#define ARTICLE_W (PAPER_BODY * 0.20)

static void head(struct paper *paper, slice text)
{
	struct strip s = { .n = 1, .before = 12, .keep = true };

	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = text, .ink = INK_HEAD, .tag = "H2" };
	paper_strip(paper, &s);
}

static void lines(struct paper *paper, const struct deid_paper *p)
{
	paper_open(paper, "Table");
	for (uint32_t i = 0; i < p->nlines; i++) {
		struct strip s = { .n = 2, .border = true };

		s.cells[0] = (struct cell){ .w = LABEL_W, .text = p->lines[i].label, .ink = INK_LABEL, .shade = true, .tag = "TH" };
		s.cells[1] = (struct cell){ .x = LABEL_W, .w = PAPER_BODY - LABEL_W, .text = p->lines[i].text, .ink = INK_BODY, .tag = "TD" };
		paper_strip(paper, &s);
	}
	paper_close(paper);
}

/* What each check of the item rests on; what is missing is said first. */
static rc item_text(struct ctx *c, const struct deid_paper *p, const struct criterion *item, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 16384);
	buf_put(&b, item->ja);
	for (uint32_t j = 0; j < item->nchecks; j++) {
		const struct check_found *f = &p->found[item->checks[j]];

		buf_putf(&b, "\n%s %" S_FMT, f->state == CHECK_MET ? "○" : "×", S_ARG(f->by));
	}
	return buf_done(c, &b, ret);
}

static rc items(struct ctx *c, struct paper *paper, const struct deid_paper *p)
{
	paper_open(paper, "Table");
	for (uint32_t i = 0; i < p->criteria->n; i++) {
		const struct criterion *item = &p->criteria->items[i];
		struct strip s = { .n = 3, .border = true };
		struct buf article;
		slice text;

		buf_init(&article, c->a, 1024);
		buf_put(&article, item->article);
		if (item->review)
			buf_putz(&article, "\n（条番号は要確認）");
		TRY(item_text(c, p, item, &text));
		s.cells[0] = (struct cell){ .w = ARTICLE_W, .text = buf_slice(&article), .ink = INK_LABEL, .shade = true, .tag = "TH" };
		s.cells[1] = (struct cell){ .x = ARTICLE_W, .w = PAPER_BODY - ARTICLE_W - MET_W, .text = text, .ink = INK_BODY, .tag = "TD" };
		s.cells[2] = (struct cell){ .x = PAPER_BODY - MET_W, .w = MET_W, .text = item->met ? S("適合") : S("不適合"),
			.ink = INK_BODY, .align = ALIGN_CENTER, .tag = "TD" };
		paper_strip(paper, &s);
	}
	paper_close(paper);
	return OK;
}

static rc draw(struct ctx *c, struct paper *paper, const void *arg)
{
	const struct deid_paper *p = arg;

	print_line(paper, p->title, INK_TITLE, ALIGN_CENTER, 0, "H1");
	head(paper, S("１　加工の内容と結果"));
	lines(paper, p);
	if (!p->criteria)
		return OK;
	head(paper, S("２　法令の基準との対応"));
	print_line(paper, p->criteria->name, INK_BODY, ALIGN_LEFT, 4, "P");
	TRY(items(c, paper, p));
	head(paper, S("３　取扱いの表示"));
	print_line(paper, S("この情報は、本人を識別するために他の情報と照合することが法律で禁じられています。"),
		INK_BODY, ALIGN_LEFT, 4, "P");
	return OK;
}

rc deid_paper_make(struct ctx *c, const struct deid_paper *p, slice *ret_pdf)
{
	const struct paper_info info = {
		.title = p->title, .author = S("renkei"), .subject = p->criteria ? p->criteria->name : S("加工の報告"),
		.foot_left = p->foot, .created = p->at, .exercise = p->exercise,
	};

	return paper_make(c, &info, draw, p, ret_pdf);
}
