#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "door/cli/deid_job.h"
#include "engine/deid/compare.h"

#include "base/banned.h"

/* One drawing: for each column pairs of bars and the numbers beside them; then the pairs of columns as a table. */

#define WIDTH 900
#define LINE 18
#define BAR_X 220
#define BAR_W 360
#define NUMBER_X 600

static void put_escaped(struct buf *b, slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch == '<')
			buf_putz(b, "&lt;");
		else if (ch == '&')
			buf_putz(b, "&amp;");
		else if (ch == '"')
			buf_putz(b, "&quot;");
		else if (ch >= 0x20)
			buf_putc(b, s.p[i]);
	}
}

static void put_text(struct buf *b, int x, int y, const char *class, slice s)
{
	buf_putf(b, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	put_escaped(b, s);
	buf_putz(b, "</text>\n");
}

static void put_number(struct buf *b, int x, int y, int digits, double v)
{
	char z[64];
	int n = snprintf(z, sizeof z, "%.*f", digits, v);

	put_text(b, x, y, "n", (slice){ z, n > 0 ? (size_t)n : 0 });
}

/* Labels as people look for them: numbers (and days, which begin with one) by size, the rest by letters. */
struct place { double number; slice text; uint32_t label; };

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	size_t n = x->text.len < y->text.len ? x->text.len : y->text.len;
	int order;

	if (x->number < y->number || x->number > y->number)
		return x->number < y->number ? -1 : 1;
	order = n > 0 ? memcmp(x->text.p, y->text.p, n) : 0;
	return order != 0 ? order : x->text.len < y->text.len ? -1 : x->text.len > y->text.len;
}

static struct place place_of(slice text, uint32_t label)
{
	char z[32];
	size_t n = text.len < sizeof z - 1 ? text.len : sizeof z - 1;
	struct place p = { .number = INFINITY, .text = text, .label = label };

	if (n == 0 || !memchr("-0123456789", text.p[0], 11))
		return p;
	memcpy(z, text.p, n);
	z[n] = '\0';
	p.number = strtod(z, NULL);
	return p;
}

static int put_margin(struct buf *b, const struct problem *p, const struct margin *m, uint32_t q, int y)
{
	const struct hierarchy *h = p->q[q].h;
	struct place place[COMPARE_LABELS_MOST] = { 0 };
	double most = 1e-9;

	for (uint32_t i = 0; i < m->labels; i++) {
		most = m->before[i] > most ? m->before[i] : most;
		most = m->after[i] > most ? m->after[i] : most;
		place[i] = place_of(h->node[h->level_first[m->level] + i].text, i);
	}
	qsort(place, m->labels, sizeof *place, by_place);
	put_text(b, 10, y, "h", p->q[q].col->name);
	put_text(b, NUMBER_X, y, "l", S("加工前 %"));
	put_text(b, NUMBER_X + 90, y, "l", S("加工後 %"));
	put_text(b, NUMBER_X + 180, y, "l", S("差の合計"));
	put_number(b, NUMBER_X + 240, y, 3, m->distance);
	for (uint32_t k = 0; k < m->labels; k++) {
		uint32_t i = place[k].label;

		y += LINE;
		put_text(b, 20, y, "l", h->node[h->level_first[m->level] + i].text);
		buf_putf(b, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"6\" class=\"a\"/>\n", BAR_X, y - 11,
			m->before[i] / most * BAR_W);
		buf_putf(b, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"6\" class=\"b\"/>\n", BAR_X, y - 4, m->after[i] / most * BAR_W);
		put_number(b, NUMBER_X, y, 2, m->before[i] * 100);
		put_number(b, NUMBER_X + 90, y, 2, m->after[i] * 100);
	}
	return y + 2 * LINE;
}

/* What fewer rows tell is no figure for the table: those that stand alone with rare values are generalised. */
#define TOLD_LEAST 0.3

static int put_pairs(struct buf *b, const struct compare *v, int y)
{
	uint32_t qs = v->p->qs;

	put_text(b, 10, y, "h", S("列どうしの関連（クラメールのV、― は読み取れる行 30 % 未満）"));
	put_text(b, NUMBER_X, y, "l", S("加工前"));
	put_text(b, NUMBER_X + 90, y, "l", S("加工後"));
	put_text(b, NUMBER_X + 180, y, "l", S("読み取れる行 %"));
	for (uint32_t i = 0; i < qs; i++) {
		for (uint32_t j = i + 1; j < qs; j++) {
			size_t at = (size_t)i * qs + j;

			y += LINE;
			put_text(b, 20, y, "l", v->p->q[i].col->name);
			put_text(b, 120, y, "l", v->p->q[j].col->name);
			buf_putf(b, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"6\" class=\"a\"/>\n", BAR_X, y - 11, v->v_before[at] * BAR_W);
			put_number(b, NUMBER_X, y, 3, v->v_before[at]);
			if (v->told[at] >= TOLD_LEAST) {
				buf_putf(b, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"6\" class=\"b\"/>\n", BAR_X, y - 4, v->v_after[at] * BAR_W);
				put_number(b, NUMBER_X + 90, y, 3, v->v_after[at]);
			} else {
				put_text(b, NUMBER_X + 90, y, "n", S("―"));
			}
			put_number(b, NUMBER_X + 180, y, 1, v->told[at] * 100);
		}
	}
	return y + 2 * LINE;
}

static rc feed(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return compare_feed(c, to, p, len, final, ret_used);
}

static rc put_drawing(struct ctx *c, const struct compare *v, slice *ret)
{
	int y = 3 * LINE, height = 5 * LINE;
	struct buf b;

	for (uint32_t q = 0; q < v->p->qs; q++)
		height += (int)(v->margin[q].labels + 2) * LINE;
	height += (int)(v->p->qs * (v->p->qs - 1) / 2 + 2) * LINE;
	buf_init(&b, c->a, (size_t)64 << 20);
	buf_putf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
		"<title>加工の前と後</title>\n<style>text{font:12px sans-serif;fill:#222}.h{font-weight:bold;font-size:14px}"
		".n{font-family:monospace}.a{fill:#4a6fa5}.b{fill:#e09f3e}</style>\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", WIDTH, height, WIDTH, height);
	buf_putf(&b, "<rect x=\"10\" y=\"%d\" width=\"20\" height=\"8\" class=\"a\"/><text x=\"36\" y=\"%d\">加工前</text>"
		"<rect x=\"100\" y=\"%d\" width=\"20\" height=\"8\" class=\"b\"/><text x=\"126\" y=\"%d\">加工後（幅のある値は等分）</text>\n",
		LINE - 8, LINE, LINE - 8, LINE);
	for (uint32_t q = 0; q < v->p->qs; q++)
		y = put_margin(&b, v->p, &v->margin[q], q, y);
	(void)put_pairs(&b, v, y);
	buf_putz(&b, "</svg>\n");
	return buf_done(c, &b, ret);
}

rc job_plots(struct ctx *c, const struct job *j, const char *release, const char *path)
{
	struct comparing *x = NULL;
	struct compare v;
	slice text;

	TRY(compare_begin(c, &j->problem, j->cells, &x));
	TRY(pump_file(c, release, j->ask.out_enc == OUTPUT_CP932 ? ENCODING_CP932 : ENCODING_UTF8, NULL, feed, x, NULL));
	TRY(compare_end(c, x, &v));
	TRY(put_drawing(c, &v, &text));
	return file_replace(c, path, text, 0640);
}
