/* The register of releases of de-identified information: read only, out of what `renkei deid run --record` signed. */
#include "door/http/pages.h"

#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "door/http/listing.h"
#include "door/http/together.h"
#include "work/deid/deid_record.h"

#include "base/banned.h"

/* Called as in deid/criteria.yaml. */
static const char *regime_name(const struct visit *v, slice regime)
{
	if (slice_is(regime, "public"))
		return say(v, "行政機関等匿名加工情報", "anonymised information of public bodies");
	if (slice_is(regime, "private"))
		return say(v, "匿名加工情報", "anonymised information");
	return say(v, "法の基準は問わない（統計など）", "no criteria of the law were asked for (statistics)");
}

static void put_release(struct visit *v, struct json_out *o, const struct release_seen *r)
{
	jo_kv_int(o, "release", r->seq);
	m_time(v, o, "at", r->at);
	jo_kv_text(o, "by", who_name(v->c, v->n, r->actor));
	jo_kv_text(o, "regime_name", slice_of(regime_name(v, r->said.regime)));
	jo_kv_bool(o, "law", !slice_is(r->said.regime, "none"));
	jo_kv_bool(o, "law_met", r->said.law_met);
	jo_kv_text(o, "receiver", r->said.receiver);
	jo_kv_text(o, "purpose", r->said.purpose);
	jo_kv_int(o, "rows", r->said.rows);
	jo_kv_int(o, "suppressed", r->said.suppressed);
	jo_kv_int(o, "classes", r->said.classes);
	jo_kv_int(o, "k", r->said.k);
	jo_kv_bool(o, "sealed", r->said.sealed_sha.len > 0);
	jo_kv_text(o, "output_sha", r->said.out_sha);
}

rc page_deid(struct visit *v, struct page *p)
{
	const struct look look = visit_look(v);
	struct json_out *o = page_view(p, "deid");
	struct release_seen *r;
	size_t n;

	TRY(release_list(v->c, v->n, &look, &r, &n));
	jo_key(o, S("releases"));
	jo_array(o);
	for (size_t i = n; i-- > 0;) {
		jo_object(o);
		put_release(v, o, &r[i]);
		/* the same table released before: what was given out can be joined */
		for (size_t k = 0; k < i; k++)
			if (slice_eq(r[k].said.in_sha, r[i].said.in_sha)) {
				jo_kv_bool(o, "again", true);
				break;
			}
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_deid_table(struct visit *v, struct page *p)
{
	const struct look look = visit_look(v);
	struct release_seen *r;
	struct listing l;
	size_t n;

	TRY(release_list(v->c, v->n, &look, &r, &n));
	TRY(listing_begin(&l, v, say(v, "番号,日時,出した人,区分,基準を満たすか,提供先,目的,行,削った行,組,k,元の表（SHA-256）,出力（SHA-256）",
		"number,time,by,regime,criteria met,receiver,purpose,rows,suppressed,classes,k,source (SHA-256),output (SHA-256)")));
	for (size_t i = n; i-- > 0;) {
		const struct release_said *s = &r[i].said;
		bool law = !slice_is(s->regime, "none");

		TRY(listing_int(&l, r[i].seq));
		TRY(listing_time(&l, true, r[i].at));
		TRY(listing_cell(&l, who_name(v->c, v->n, r[i].actor)));
		TRY(listing_cell(&l, slice_of(regime_name(v, s->regime))));
		TRY(listing_cell(&l, slice_of(!law ? "" : s->law_met ? say(v, "満たす", "met") : say(v, "満たさない", "not met"))));
		TRY(listing_cell(&l, s->receiver));
		TRY(listing_cell(&l, s->purpose));
		TRY(listing_int(&l, s->rows));
		TRY(listing_int(&l, s->suppressed));
		TRY(listing_int(&l, s->classes));
		TRY(listing_int(&l, s->k));
		TRY(listing_cell(&l, s->in_sha));
		TRY(listing_cell(&l, s->out_sha));
	}
	return listing_done(&l, p, say(v, "加工情報の台帳", "releases"));
}

/* ---- one release ---- */

enum figure_as { AS_NUMBER, AS_SHARE };

struct figure_row { const char *part, *name; enum figure_as as; const char *ja, *en; };

/* A figure of the report as people read it: 16.7%, 0.258, 60; empty where it has none. */
static slice figure(struct visit *v, const struct json *report, const struct figure_row *row)
{
	const struct json *f = json_get(json_get(report, slice_of(row->part)), slice_of(row->name));
	const char *z = f && (f->type == JSON_INT || f->type == JSON_NUMBER) ? arena_cstr(v->c->a, f->text) : NULL;
	double x = z ? strtod(z, NULL) : 0;
	struct buf b;

	if (!z)
		return S_NONE;
	if (fabs(x) < 5e-7)   /* what is left of a sum that is nought */
		x = 0;
	buf_init(&b, v->c->a, 64);
	if (row->as == AS_SHARE)
		buf_putf(&b, "%.1f%%", 100 * x);
	else if (f->type == JSON_INT)
		buf_put(&b, f->text);
	else
		buf_putf(&b, "%.4g", x);
	return buf_slice(&b);
}

static void put_figures(struct visit *v, struct json_out *o, const char *list, const struct json *report, const struct figure_row *rows,
	size_t n)
{
	jo_key(o, slice_of(list));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		slice value = figure(v, report, &rows[i]);

		if (value.len == 0)
			continue;
		jo_object(o);
		jo_kv_text(o, "label", slice_of(say(v, rows[i].ja, rows[i].en)));
		jo_kv_text(o, "value", value);
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* The criteria of the law with what meets each; *ret_banned whether the ban on matching goes along with the release. */
static void put_criteria(struct json_out *o, const struct json *law, bool *ret_banned)
{
	*ret_banned = false;
	jo_key(o, S("criteria"));
	jo_array(o);
	for JSON_EACH(x, json_get(law, S("items"))) {
		jo_object(o);
		jo_kv_text(o, "article", json_text(json_get(x, S("article"))));
		jo_kv_text(o, "asks", json_text(json_get(x, S("asks"))));
		jo_kv_bool(o, "met", json_is_true(json_get(x, S("met"))));
		jo_kv_bool(o, "review", json_is_true(json_get(x, S("review"))));
		jo_key(o, S("by"));
		jo_array(o);
		for JSON_EACH(k, json_get(x, S("checks"))) {
			jo_text(o, json_text(json_get(k, S("by"))));
			*ret_banned = *ret_banned || (slice_is(json_text(json_get(k, S("check"))), "matching_banned") && json_is_true(json_get(k, S("met"))));
		}
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static const char *treatment_name(const struct visit *v, slice word)
{
	static const struct { const char *word, *ja; } names[] = {
		{ "left out", "削除" }, { "generalised", "一般化" }, { "as it is", "そのまま" }, { "pseudonym", "仮の符号に置き換え" },
	};

	for (size_t i = 0; v->ja && i < sizeof names / sizeof names[0]; i++)
		if (slice_is(word, names[i].word))
			return names[i].ja;
	return NULL;
}

static void put_columns(struct visit *v, struct json_out *o, const struct json *report)
{
	jo_key(o, S("columns"));
	jo_array(o);
	for JSON_EACH(x, json_get(report, S("columns"))) {
		slice word = json_text(json_get(x, S("treatment")));
		const char *name = treatment_name(v, word);

		jo_object(o);
		jo_kv_text(o, "label", json_text(json_get(x, S("name"))));
		jo_kv_text(o, "value", name ? slice_of(name) : word);
		jo_end_object(o);
	}
	jo_end_array(o);
}

rc page_deid_release(struct visit *v, struct page *p)
{
	static const struct figure_row risk[] = {
		{ "risk", "prosecutor_highest", AS_SHARE, "特定の人を探す攻撃者：最も高い確率", "prosecutor: highest" },
		{ "risk", "prosecutor_mean", AS_SHARE, "同じく平均", "prosecutor: mean" },
		{ "risk", "journalist_highest", AS_SHARE, "誰でもよい攻撃者：最も高い確率", "journalist: highest" },
		{ "risk", "marketer", AS_SHARE, "当てられる人の割合", "marketer" },
		{ "risk", "records_at_risk", AS_NUMBER, "基準を超える行", "records at risk" },
		{ "result", "class_least", AS_NUMBER, "最も小さい組の人数", "smallest class" },
		{ "result", "l_distinct", AS_NUMBER, "組の中の値の種類（l）", "distinct values in a class (l)" },
		{ "result", "t", AS_NUMBER, "全体の分布との違い（t）", "distance from the whole (t)" },
	};
	static const struct figure_row utility[] = {
		{ "utility", "loss", AS_SHARE, "失われた情報", "information loss" },
		{ "utility", "entropy", AS_SHARE, "同じく、情報量で測ったもの", "loss by entropy" },
		{ "utility", "aecs", AS_NUMBER, "組の平均の大きさ（k の何倍か）", "average class size, of k" },
		{ "utility", "query_error", AS_SHARE, "集計の誤差", "error of counts" },
	};
	const struct look look = visit_look(v);
	struct json_out *o = page_view(p, "deid_release");
	const struct json *report = NULL;
	struct release_seen r;
	bool banned;
	int64_t seq;

	if (parse_i64(v->c, visit_text(v, "release"), 0, JSON_INT_MOST, &seq) != OK)
		return FAIL(v->c, E_NOTFOUND, "deid.no_release");
	TRY(release_open(v->c, v->n, &look, seq, &r));
	if (r.said.report.len > 0)
		TRY(json_parse(v->c, r.said.report, &report));
	put_release(v, o, &r);
	jo_kv_text(o, "input_sha", r.said.in_sha);
	jo_kv_text(o, "report_sha", r.said.report_sha);
	jo_kv_text(o, "spec_sha", r.said.spec_sha);
	jo_kv_text(o, "sealed_sha", r.said.sealed_sha);
	jo_kv_bool(o, "report", report != NULL);
	put_criteria(o, json_get(report, S("law")), &banned);
	jo_kv_bool(o, "banned", banned);
	put_figures(v, o, "risk", report, risk, sizeof risk / sizeof risk[0]);
	put_figures(v, o, "utility", report, utility, sizeof utility / sizeof utility[0]);
	put_columns(v, o, report);
	return OK;
}
