#include <openssl/sha.h>

#include "base/file.h"
#include "base/json.h"
#include "door/cli/deid_job.h"
#include "work/deid/deid_paper.h"

#include "base/banned.h"

void hash_hex(slice bytes, char ret[65])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	(void)SHA256((const unsigned char *)bytes.p, bytes.len, digest);
	for (unsigned i = 0; i < sizeof digest; i++)
		(void)snprintf(ret + (size_t)2 * i, 3, "%02x", digest[i]);
}

static rc say(struct ctx *c, struct check_found *f, bool met, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static rc say(struct ctx *c, struct check_found *f, bool met, const char *fmt, ...)
{
	char z[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(z, sizeof z, fmt, ap);
	va_end(ap);
	NEVER(n < 0);
	f->state = met ? CHECK_MET : CHECK_NOT_MET;
	return slice_keep(c, (slice){ z, (size_t)n < sizeof z ? (size_t)n : sizeof z - 1 }, &f->by);
}

/* Rows of the rarest value that a released column shows as it is; 0 without such columns. */
static rc rarest(struct ctx *c, const struct job *j, uint64_t *ret)
{
	const struct table *t = &j->table;
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < t->cols; i++) {
		const struct column *col = &t->col[i];
		uint64_t *count = NULL;

		if (col->role == ROLE_QUASI || col->pseudonym)
			continue;
		TRY_ARRAY(c, count, (size_t)col->texts.count + 1);
		for (uint64_t row = 0; row < t->rows; row++)
			count[column_at(col, row)]++;
		for (uint32_t k = 0; k < col->texts.count; k++)
			if (count[k] > 0 && count[k] < least && !slice_is(col->texts.texts[k], "*"))
				least = count[k];
	}
	*ret = least == UINT64_MAX ? 0 : least;
	return OK;
}

/* Released as it is though most rows have a value of their own: it links to whatever holds the same code. */
static uint32_t linking_columns(const struct job *j)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < j->table.cols; i++) {
		const struct column *col = &j->table.col[i];

		n += col->role != ROLE_QUASI && !col->pseudonym && (uint64_t)col->texts.count * 2 > j->table.rows;
	}
	return n;
}

static rc find_in_table(struct ctx *c, struct job *j)
{
	struct check_found *v = j->found;
	const struct figures *f = &j->f;
	uint32_t out = j->table.file_cols - j->table.cols;
	uint64_t least = 0;

	TRY(rarest(c, j, &least));
	TRY(say(c, &v[CHECK_IDENTIFYING_REMOVED], f->leaks == 0, "識別する列 %u 列を削除、公開する値への混入 %llu 件",
		(unsigned)out, (unsigned long long)f->leaks));
	TRY(say(c, &v[CHECK_TRUTHFUL], f->untrue + f->unread == 0, "元の値を含まない一般化 %llu 件",
		(unsigned long long)(f->untrue + f->unread)));
	/* the run ends before this when a column holds such codes */
	TRY(say(c, &v[CHECK_CODES_NONE], true, "公開する列に個人識別符号の形の値なし（検査数字で確認）"));
	TRY(say(c, &v[CHECK_LINKS_CUT], linking_columns(j) == 0, "行ごとに異なる値をそのまま公開する列 %u 列",
		(unsigned)linking_columns(j)));
	TRY(say(c, &v[CHECK_RARE_NONE], least == 0 || least >= j->problem.model.k,
		least ? "そのまま公開する値のうち最も少ないもの %llu 人" : "そのまま公開する列なし", (unsigned long long)least));
	return say(c, &v[CHECK_MODEL_MET], j->met && (j->problem.model.k > 1 || j->problem.model.k_map > 1),
		"k=%u、最小の組 %llu 人、攻撃者の最大確率 %.3g", (unsigned)j->problem.model.k, (unsigned long long)f->least, f->risk_most);
}

static rc find_said(struct ctx *c, struct job *j)
{
	const struct law_said *law = &j->ask.law;
	struct check_found *v = j->found;

	TRY(say(c, &v[CHECK_HANDLERS_NAMED], law->handlers.len > 0, "取扱者: %" S_FMT, S_ARG(law->handlers)));
	TRY(say(c, &v[CHECK_RULES_WRITTEN], law->rules.len > 0, "規程: %" S_FMT, S_ARG(law->rules)));
	TRY(say(c, &v[CHECK_ITEMS_PUBLISHED], law->published.len > 0, "公表: %" S_FMT, S_ARG(law->published)));
	TRY(say(c, &v[CHECK_PURPOSE_SAID], law->purpose.len > 0, "目的: %" S_FMT, S_ARG(law->purpose)));
	TRY(say(c, &v[CHECK_RECEIVER_SAID], law->recipient.len > 0, "提供先: %" S_FMT, S_ARG(law->recipient)));
	return say(c, &v[CHECK_MATCHING_BANNED], true, "照合禁止の表示を出力に添付");
}

static rc find_kept(struct ctx *c, struct job *j)
{
	struct check_found *v = j->found;
	bool shuffled = j->ask.order == ORDER_SHUFFLED, seeded = j->ask.has_seed && !j->sealed;

	TRY(say(c, &v[CHECK_ORDER_UNLINKED], shuffled, shuffled ? "行の順序を無作為に並べ替え" : "行の順序が元のまま"));
	TRY(say(c, &v[CHECK_METHOD_SEALED], !seeded, j->sealed ? "加工の方法と鍵を取扱責任者の鍵で封印"
		: seeded ? "乱数の種を封印していません（--sealed を指定してください）" : "鍵を保存していません（復元できません）"));
	if (j->previous)
		return say(c, &v[CHECK_RELEASES_APART], j->f.joint_small == 0, "以前の出力と合わせた最小の組 %llu 人",
			(unsigned long long)j->f.joint_least);
	return say(c, &v[CHECK_RELEASES_APART], j->in_record && !j->same_before, j->same_before
		? "同じ表の以前の出力が記録にあります（--previous で比べてください）" : j->in_record ? "記録に同じ表の以前の出力なし"
		: "記録（--store）とも以前の出力（--previous）とも比べていません");
}

rc law_judge(struct ctx *c, struct job *j)
{
	j->law_met = true;
	if (!j->ask.law.said)
		return OK;
	TRY(criteria_load(c, c->app->data, j->ask.law.regime == LAW_PUBLIC ? S("public") : S("private"), msec_jday(c->now),
		&j->criteria));
	TRY(find_in_table(c, j));
	TRY(find_said(c, j));
	TRY(find_kept(c, j));
	j->law_met = criteria_judge(&j->criteria, j->found);
	return OK;
}

void law_complain(const struct job *j)
{
	for (uint32_t i = 0; i < j->criteria.n; i++) {
		const struct criterion *item = &j->criteria.items[i];

		for (uint32_t k = 0; k < item->nchecks && !item->met; k++) {
			const struct check_found *f = &j->found[item->checks[k]];

			if (f->state != CHECK_MET)
				fprintf(stderr, "  %" S_FMT " (%s): %" S_FMT "\n", S_ARG(item->article), deid_check_words[item->checks[k]],
					S_ARG(f->by));
		}
	}
}

void law_report(struct json_out *o, const struct job *j)
{
	if (j->criteria.n == 0)
		return;
	jo_key(o, S("law"));
	jo_object(o);
	jo_kv_text(o, "regime", j->criteria.regime);
	jo_kv_bool(o, "met", j->law_met);
	jo_kv_bool(o, "review", j->criteria.review);
	jo_key(o, S("items"));
	jo_array(o);
	for (uint32_t i = 0; i < j->criteria.n; i++) {
		const struct criterion *item = &j->criteria.items[i];

		jo_object(o);
		jo_kv_text(o, "id", item->id);
		jo_kv_text(o, "article", item->article);
		jo_kv_text(o, "asks", item->ja);
		jo_kv_bool(o, "met", item->met);
		jo_kv_bool(o, "review", item->review);
		jo_key(o, S("checks"));
		jo_array(o);
		for (uint32_t k = 0; k < item->nchecks; k++) {
			const struct check_found *f = &j->found[item->checks[k]];

			jo_object(o);
			jo_kv_text(o, "check", slice_of(deid_check_words[item->checks[k]]));
			jo_kv_bool(o, "met", f->state == CHECK_MET);
			jo_kv_text(o, "by", f->by);
			jo_end_object(o);
		}
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_end_object(o);
}

/* ---- paper ---- */

struct lines { struct paper_line v[40]; uint32_t n; };

static rc line(struct ctx *c, struct lines *l, const char *label, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static rc line(struct ctx *c, struct lines *l, const char *label, const char *fmt, ...)
{
	char z[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(z, sizeof z, fmt, ap);
	va_end(ap);
	NEVER(n < 0 || l->n == sizeof l->v / sizeof *l->v);
	l->v[l->n].label = slice_of(label);
	return slice_keep(c, (slice){ z, (size_t)n < sizeof z ? (size_t)n : sizeof z - 1 }, &l->v[l->n++].text);
}

static rc column_names(struct ctx *c, const struct job *j, enum column_role role, slice *ret)
{
	const struct table *t = &j->table;
	uint32_t stored = 0;
	struct buf b;

	buf_init(&b, c->a, 65536);
	for (uint32_t i = 0; i < t->file_cols; i++) {
		bool kept = stored < t->cols && t->from[stored] == i;
		enum column_role mine = kept ? t->col[stored].role : ROLE_IDENTIFYING;

		if (mine == role) {
			buf_putz(&b, b.len > 0 ? "、" : "");
			buf_put(&b, t->names[i]);
		}
		stored += kept;
	}
	if (b.len == 0)
		buf_putz(&b, "なし");
	return buf_done(c, &b, ret);
}

/* Models and treatments beside k. */
static rc more_lines(struct ctx *c, const struct job *j, struct lines *l)
{
	static const char *const l_words[L_KINDS] = { "", "ℓ-多様性（値の種類）", "ℓ-多様性（エントロピー）",
		"ℓ-多様性（補正エントロピー）", "ℓ-多様性（再帰的）" };
	static const char *const t_words[T_KINDS] = { "", "t-近似性（等距離）", "t-近似性（順序）", "t-近似性（階層）" };
	const struct model *m = &j->problem.model;
	struct buf b;
	slice text;

	if (m->l_kind != L_NONE)
		TRY(line(c, l, "要配慮の値の多様性", "%s ℓ=%g", l_words[m->l_kind], m->l));
	if (m->t_kind != T_NONE)
		TRY(line(c, l, "要配慮の値の分布", "%s t=%g", t_words[m->t_kind], m->t));
	buf_init(&b, c->a, 65536);
	for (uint32_t i = 0; j->ask.column && i < j->ask.specs; i++) {
		static const struct { unsigned flag; const char *word; } words[] = {
			{ TREAT_RARE, "まれな値の削除" }, { TREAT_TOP, "トップコーディング" }, { TREAT_BOTTOM, "ボトムコーディング" },
			{ TREAT_ROUND, "丸め" }, { TREAT_RANDOM, "確率的な丸め" }, { TREAT_MICRO, "ミクロアグリゲーション" }, { TREAT_SWAP, "データ交換" },
			{ TREAT_NOISE, "ノイズ付加" },
		};
		const struct asked_column *col = &j->ask.column[i];

		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			if (!(col->treat.what & words[k].flag))
				continue;
			buf_putz(&b, b.len > 0 ? "、" : "");
			buf_put(&b, col->is.name);
			buf_putf(&b, "（%s）", words[k].word);
		}
		if (col->is.pseudonym && col->is.role == ROLE_OTHER) {
			buf_putz(&b, b.len > 0 ? "、" : "");
			buf_put(&b, col->is.name);
			buf_putz(&b, "（鍵付きの仮名）");
		}
	}
	TRY(buf_done(c, &b, &text));
	return text.len > 0 ? line(c, l, "列ごとの処理", "%" S_FMT, S_ARG(text)) : OK;
}

static rc paper_lines(struct ctx *c, const struct job *j, struct lines *l)
{
	static const struct { const char *label; enum column_role role; } roles[] = {
		{ "削除した列", ROLE_IDENTIFYING }, { "一般化した列", ROLE_QUASI }, { "要配慮の列", ROLE_SENSITIVE },
		{ "その他の列", ROLE_OTHER }, { "人を数える列（削除）", ROLE_PERSON },
	};
	const struct figures *f = &j->f;
	struct buf day;
	slice names;

	buf_init(&day, c->a, 64);
	jday_put_era(&day, msec_jday(c->now));
	TRY(line(c, l, "作成日", "%" S_FMT, S_ARG(buf_slice(&day))));
	TRY(line(c, l, "人数", "%llu %s（うち非公開とした行 %llu）", (unsigned long long)f->rows, j->problem.person ? "行" : "人", (unsigned long long)f->suppressed));
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		if (roles[i].role == ROLE_PERSON && !j->problem.person)
			continue;
		TRY(column_names(c, j, roles[i].role, &names));
		TRY(line(c, l, roles[i].label, "%" S_FMT, S_ARG(names)));
	}
	TRY(line(c, l, "方法", "%s、%s、k=%u%s", j->ask.global ? "大域的な一般化（最適解）" : "局所的な一般化",
		j->ask.sets ? "集合・区間で表示" : "階層の名で表示", (unsigned)j->problem.model.k, j->problem.person ? "（人数で数える）" : ""));
	TRY(more_lines(c, j, l));
	TRY(line(c, l, "組の大きさ", "%llu 組、最小 %llu 人、最大 %llu 人", (unsigned long long)f->classes,
		(unsigned long long)f->least, (unsigned long long)f->most));
	TRY(line(c, l, "識別される確率", "最大 %.4g、平均 %.4g", f->risk_most, f->risk_mean));
	TRY(line(c, l, "情報の損失", "%.4f（0 は元のまま、1 は全部隠した状態）", f->loss));
	TRY(line(c, l, "元の表", "SHA-256 %s", j->in_hash));
	TRY(line(c, l, "出力", "SHA-256 %s", j->out_hash));
	if (j->sealed_hash[0])
		TRY(line(c, l, "封印した加工方法", "SHA-256 %s", j->sealed_hash));
	return OK;
}

rc law_paper(struct ctx *c, const struct job *j, slice *ret_pdf)
{
	struct lines l = { .n = 0 };
	struct deid_paper p = { .title = S("匿名化の報告書"), .at = c->now };

	TRY(paper_lines(c, j, &l));
	p.lines = l.v;
	p.nlines = l.n;
	p.criteria = j->criteria.n > 0 ? &j->criteria : NULL;
	p.found = j->found;
	return deid_paper_make(c, &p, ret_pdf);
}

/* ---- what goes with the release ---- */

rc law_marking(struct ctx *c, const struct job *j, const char *out)
{
	struct buf b, path;
	struct json_out o;
	slice text;

	buf_init(&path, c->a, 4200);
	buf_putf(&path, "%s.marking.json", out);
	buf_putc(&path, '\0');
	buf_init(&b, c->a, (size_t)1 << 20);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.deid.marking.1"));
	jo_kv_text(&o, "kind", j->criteria.name);
	jo_kv_text(&o, "ban", S("本人を識別するために他の情報と照合してはなりません。"));
	jo_kv_text(&o, "receiver", j->ask.law.recipient);
	jo_kv_text(&o, "purpose", j->ask.law.purpose);
	jo_kv_text(&o, "sha256", slice_of(j->out_hash));
	jo_key(&o, S("items"));
	jo_array(&o);
	for (uint32_t i = 0; i < j->table.cols; i++)
		if (j->table.col[i].role != ROLE_PERSON)
			jo_text(&o, j->table.col[i].name);
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&b, '\n');
	if (path.full)
		return FAIL(c, E_LIMIT, "file.name");
	TRY(buf_done(c, &b, &text));
	return file_replace(c, path.p, text, 0640);
}
