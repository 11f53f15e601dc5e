#include "work/screen/proof_paper.h"

#include "base/json.h"
#include "work/report/report.h"
#include "work/screen/screening_words.h"

#include "base/banned.h"

#define COLS_MOST 6u

/* ---- cells ---- */

/* 1234567 is 1,234,567. */
static rc number(struct ctx *c, const struct json *v, const char *name, slice *ret)
{
	const struct json *m = json_get(v, slice_of(name));
	int64_t n = m ? m->num : 0;
	struct buf b;

	buf_init(&b, c->a, 40);
	buf_put_grouped(&b, n < 0 ? 0 : n);
	return buf_done(c, &b, ret);
}

static void head(struct paper *paper, slice text)
{
	struct strip s = { .n = 1, .before = 12, .keep = true };

	s.cells[0] = (struct cell){ .w = PAPER_BODY, .text = text, .ink = INK_HEAD, .tag = "H2" };
	paper_strip(paper, &s);
}

/* A row; widths are shares of the body. From cell `right` on they are figures. */
static void row(struct paper *paper, const double *share, const slice *texts, uint32_t n, uint32_t right, bool title,
	const struct strip *header)
{
	struct strip s = { .n = n, .border = true, .header = header, .keep = title };
	double x = 0;

	for (uint32_t i = 0; i < n; i++) {
		s.cells[i] = (struct cell){ .x = x, .w = PAPER_BODY * share[i], .text = texts[i], .ink = title || i == 0 ? INK_LABEL : INK_BODY,
			.align = !title && i >= right ? ALIGN_RIGHT : ALIGN_LEFT, .shade = title || i == 0, .tag = title || i == 0 ? "TH" : "TD" };
		x += PAPER_BODY * share[i];
	}
	paper_strip(paper, &s);
}

/* ---- sections ---- */

static rc sources(struct ctx *c, struct paper *paper, const struct json *proof)
{
	static const double share[] = { 0.34, 0.16, 0.14, 0.12, 0.12, 0.12 };
	static const slice titles[] = { S_INIT("ログ（様式・文字コード）"), S_INIT("行"), S_INIT("読めた行"), S_INIT("壊れた行"), S_INIT("重なった行"),
		S_INIT("見出し・空行") };

	head(paper, S("１　読んだログ"));
	paper_open(paper, "Table");
	row(paper, share, titles, COLS_MOST, COLS_MOST, true, NULL);
	for JSON_EACH(v, json_get(proof, S("sources"))) {
		const struct json *headers = json_get(v, S("headers")), *empty = json_get(v, S("empty"));
		slice cells[COLS_MOST];
		int64_t others = (headers ? headers->num : 0) + (empty ? empty->num : 0);
		struct buf name, rest;

		buf_init(&name, c->a, 4096);
		buf_putf(&name, "%" S_FMT "\n（%" S_FMT "・%" S_FMT "）", S_ARG(json_text(json_get(v, S("name")))),
		         S_ARG(json_text(json_get(v, S("form")))), S_ARG(json_text(json_get(v, S("encoding")))));
		buf_init(&rest, c->a, 64);
		buf_put_i64(&rest, others);
		TRY(buf_done(c, &name, &cells[0]));
		TRY(number(c, v, "lines", &cells[1]));
		TRY(number(c, v, "read", &cells[2]));
		TRY(number(c, v, "damaged", &cells[3]));
		TRY(number(c, v, "twice", &cells[4]));
		TRY(buf_done(c, &rest, &cells[5]));
		row(paper, share, cells, COLS_MOST, 1, false, NULL);
	}
	paper_close(paper);
	print_line(paper, S("どの行も、読めた行・壊れた行・重なった行・見出しと空行のいずれか一つに数えています。"), INK_SMALL, ALIGN_LEFT, 4, "P");
	return OK;
}

static rc sums(struct ctx *c, struct paper *paper, const struct json *proof)
{
	static const double share[] = { 0.6, 0.4 };
	static const struct { const char *name, *ja; } rows[] = {
		{ "organisations", "組織" }, { "missing_records", "番号の抜け（記録があるはずで、ないもの）" },
		{ "accesses", "個人の記録に対する操作" }, { "unexplained", "うち、説明のつかないもの" },
	};

	head(paper, S("２　全体"));
	paper_open(paper, "Table");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		slice cells[2] = { slice_of(rows[i].ja), S_NONE };

		TRY(number(c, proof, rows[i].name, &cells[1]));
		row(paper, share, cells, 2, 1, false, NULL);
	}
	paper_close(paper);
	return OK;
}

static rc explained(struct ctx *c, struct paper *paper, const struct json *proof)
{
	static const double share[] = { 0.14, 0.66, 0.2 };
	static const slice titles[] = { S_INIT("符号"), S_INIT("説明"), S_INIT("件数") };
	const struct json *all = json_get(proof, S("explanations"));

	head(paper, S("３　操作の説明"));
	paper_open(paper, "Table");
	row(paper, share, titles, 3, 3, true, NULL);
	for JSON_EACH(v, all) {
		slice cells[3] = { v->name, screening_explanation_name(v->name, true), S_NONE };
		const char *z = arena_cstr(c->a, v->name);

		if (!z)
			return FAIL(c, E_NOMEM, "memory.limit");
		TRY(number(c, all, z, &cells[2]));
		row(paper, share, cells, 3, 2, false, NULL);
	}
	paper_close(paper);
	return OK;
}

static rc joined(struct ctx *c, struct paper *paper, const struct json *proof)
{
	static const double share[] = { 0.4, 0.2, 0.2, 0.2 };
	static const slice titles[] = { S_INIT("突き合わせた表"), S_INIT("有無"), S_INIT("行"), S_INIT("読めなかった行") };

	head(paper, S("４　突き合わせた表"));
	paper_open(paper, "Table");
	row(paper, share, titles, 4, 4, true, NULL);
	for JSON_EACH(v, json_get(proof, S("tables"))) {
		const struct json *given = json_get(v, S("given"));
		slice cells[4] = { screening_table_name(json_text(json_get(v, S("name"))), true), json_is_true(given) ? S("あり") : S("なし"),
			S_NONE, S_NONE };

		TRY(number(c, v, "rows", &cells[2]));
		TRY(number(c, v, "rows_not_understood", &cells[3]));
		row(paper, share, cells, 4, 2, false, NULL);
	}
	paper_close(paper);
	return OK;
}

static rc half_blind(struct ctx *c, const struct json *rule, slice *ret)
{
	const struct json *list = json_get(rule, S("half_blind_without"));
	struct buf b;

	buf_init(&b, c->a, 2048);
	for JSON_EACH(t, list)
		buf_putf(&b, "%s%" S_FMT, t == list->child ? "" : "、", S_ARG(screening_table_name(json_text(t), true)));
	return buf_done(c, &b, ret);
}

static rc rules(struct ctx *c, struct paper *paper, const struct json *proof)
{
	static const double share[] = { 0.1, 0.52, 0.12, 0.26 };
	static const slice titles[] = { S_INIT("規則"), S_INIT("見つけたときの文"), S_INIT("重み"), S_INIT("ないため重みを半分にした表") };

	head(paper, S("５　動かした規則"));
	paper_open(paper, "Table");
	row(paper, share, titles, 4, 4, true, NULL);
	for JSON_EACH(v, json_get(proof, S("rules"))) {
		slice why = json_text(json_get(v, S("why")));
		slice cells[4] = { json_text(json_get(v, S("id"))), why.len ? why : json_text(json_get(v, S("kind"))), S_NONE, S_NONE };

		TRY(number(c, v, "weight", &cells[2]));
		TRY(half_blind(c, v, &cells[3]));
		row(paper, share, cells, 4, 4, false, NULL);
	}
	paper_close(paper);
	print_line(paper, S("重みは百分率です。ここにない規則は動かしていません。｛ ｝は見つけた数などが入る所です。"), INK_SMALL, ALIGN_LEFT, 4, "P");
	return OK;
}

static rc draw(struct ctx *c, struct paper *paper, const void *arg)
{
	const struct json *proof = arg;

	print_line(paper, S("アクセス記録の点検の証明"), INK_TITLE, ALIGN_CENTER, 0, "H1");
	print_line(paper, S("何を読み、何を読めず、どの規則を動かしたかを示すものです。個人の情報は含みません。"), INK_BODY, ALIGN_LEFT, 6, "P");
	TRY(sources(c, paper, proof));
	TRY(sums(c, paper, proof));
	TRY(explained(c, paper, proof));
	TRY(joined(c, paper, proof));
	return rules(c, paper, proof);
}

rc screening_proof_paper(struct ctx *c, slice proof, msec at, bool exercise, slice *ret_pdf)
{
	struct paper_info info = { .title = S("アクセス記録の点検の証明"), .author = S("renkei"), .subject = S("アクセス記録の点検"),
		.created = at, .exercise = exercise };
	const struct json *v = NULL;

	TRY(json_parse(c, proof, &v));
	if (v->type != JSON_OBJECT || !slice_is(json_text(json_get(v, S("schema"))), "renkei/screen-proof/1"))
		return FAIL(c, E_INVALID, "screening.proof");
	return paper_make(c, &info, draw, v, ret_pdf);
}
