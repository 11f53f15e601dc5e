/*
 * A stricter reading of a text that holds something certain of a person: what may be a name beside it, or where a letter or a
 * log puts a person, is held back although nothing else speaks for it. A word too many that is masked costs less than a name
 * that is read, and no indicator has the form of what is found here.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* In words that stand in such fields and are no names: 要確認, 未納, 全員, 至急. */
#define NEVER_LETTERS u"全不未済完了有無要各至急随時件回日月年中後前再確認保留転入出対応郵送受付号番第等他同計上下外初次新旧本当通常休可否" \
	u"予定期特別給与職退復"
#define WORD_LETTERS NEVER_LETTERS u"分内"   /* of surnames, too: 瀬分, 鶏内 */

static uint32_t run_of(const struct unit *u, uint32_t i, uint32_t end, uint16_t want)
{
	uint32_t k = i;

	while (k < end && u_is(u, k, want) && u->cp[k] != u'・')
		k++;
	return k - i;
}

/* Does a word that all of [i, end) is fall into a surname and a given name of the lists, or nearly? */
static bool is_built(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t n = end - i;

	if (n < 3 || n > 6 || (word_info(u->cp + i, n) & (PW_PLACE | PW_VETO)))
		return false;
	for (uint32_t s = 2; s <= 4 && s < n; s++)
		if (n - s <= 3 && PW_SURNAME(word_info(u->cp + i, s)))
			return true;
	for (uint32_t g = 2; g <= 3 && g < n; g++)
		if (PW_GIVEN(word_info(u->cp + end - g, g)) >= 2 && is_only_given(word_info(u->cp + end - g, g)))
			return true;
	return false;
}

/* Labels, offices, titles, roles, common words, and letters that such words have. */
static bool is_word(const struct unit *u, uint32_t i, uint32_t end, bool two)
{
	const uint64_t words = LX_LABEL | LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE) | LX(LX_ROLE) | LX(LX_FILL) |
		LX(LX_BUILDING) | LX(LX_HOSTILE);
	uint64_t mask;

	if (word_is_plain(u->cp + i, end - i))
		return true;
	two |= PW_SURNAME(word_info(u->cp + i, end - i)) != 0 || is_built(u, i, end);
	for (uint32_t k = i; k < end; k++) {
		bool ends = k + 1 == end && end - i > 2 && u_is(u, k, PC_SURNAME_END);   /* 榧谷内 */

		if (lex_match(u, k, words, &mask) > 1 || (!two && !ends && is_in(u->cp[k], end - i > 2 ? NEVER_LETTERS : WORD_LETTERS)))
			return true;
	}
	if (is_in(u->cp[end - 1], u"名長章") && end - i > 3)
		return true;
	return is_in(u->cp[end - 1], u"課係部室局所署院園校館社店者員市区町村県府都道線駅型式用別費金書票印税料先査庁構団");
}

/* 堀籠かつ江, 槐沼エミ: kanji up to k, then kana, and behind them one kanji at most; the kana are of the lists, or a kanji ends them. */
static bool ends_in_kana(const struct unit *u, uint32_t i, uint32_t k, uint32_t end)
{
	uint32_t kana = run_of(u, k, end, u_is(u, k, PC_HIRA) ? PC_HIRA : PC_KATA), behind = end - k - kana, info;

	if (k - i > 4 || kana > 4 || behind > 1 || run_of(u, k + kana, end, PC_KANJI) != behind || is_word(u, i, end, false))
		return false;
	info = word_info(u->cp + k, end - k);
	return PW_GIVEN(info) || (info & PW_GIVEN_KANA) || behind == 1;
}

bool strict_built(const struct unit *u, uint32_t i, uint32_t end)
{
	return u->w->strict && letters_all(u, i, end, PC_KANJI) && is_built(u, i, end) && !is_word(u, i, end, true);
}

rc strict_span(struct unit *u, uint32_t i, uint32_t end, const char *rule)
{
	return word_is_plain(u->cp + i, end - i) ? OK : unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, rule);
}

bool strict_letter(const struct unit *u, uint32_t i)
{
	uint32_t weight = PW_SURNAME(word_info(u->cp + i, 1));

	if (is_in(u->cp[i], u"父母夫妻兄弟姉妹祖叔伯姪甥男女子孫娘"))
		return false;
	return weight >= 2 || (u->w->strict && (weight || !is_in(u->cp[i], WORD_LETTERS)) && !is_word(u, i, i + 1, false));
}

bool strict_name(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t first = run_of(u, i, end, PC_KANJI), k = i + first, second;

	if (!first || first > 6 || end - i < 2 || end - i > 10)
		return false;
	if (k == end)
		return !is_word(u, i, end, false) && (first > 2 || PW_SURNAME(word_info(u->cp + i, first)));
	if (u->cp[k] != ' ' && u->cp[k] != u'・')
		return ends_in_kana(u, i, k, end);
	for (k++; k < end && u->cp[k] == ' ';)
		k++;
	second = run_of(u, k, end, PC_KANJI | PC_HIRA | PC_KATA);
	return first <= 4 && second && second <= 5 && k + second == end && !is_word(u, i, end, true);
}

/* Where the value that begins at i ends: a sign, a line end, two blanks. */
static uint32_t value_end(const struct unit *u, uint32_t i) { return crowd_words_end(u, i, 14); }

/* Two words, or a part that the lists have. */
static bool has_part(const struct unit *u, uint32_t i, uint32_t end)
{
	for (uint32_t k = i; k < end; k++)
		if (u->cp[k] == ' ')
			return true;
	for (uint32_t s = 2; s <= 3 && i + s < end; s++)
		if (PW_SURNAME(word_info(u->cp + i, s)) || is_only_given(word_info(u->cp + end - s, s)))
			return true;
	return false;
}

/* Was a number, address or birth of somebody found shortly before the unit, or in it? */
static bool is_amid_person(const struct unit *u)
{
	const struct pii_work *w = u->w;

	for (size_t k = w->n_spans; k > w->own && w->spans[k - 1].end + 120 > u->base && w->n_spans - k < 12; k--)
		if (w->spans[k - 1].type != PII_NAME && w->spans[k - 1].type != PII_NAME_KANA && w->spans[k - 1].type != PII_OTHER_ID)
			return true;
	return false;
}

/* industry_name: 地方公務: is the label one of things as well, and the value no name by its parts? */
static bool is_thing(const struct unit *u, const struct tag *tag, uint32_t v, uint32_t end)
{
	bool part = tag->latin && tag->end > tag->start + 9;   /* industry_name is longer than user_name and full_name */

	if (end - v >= 3 && end - v <= 5 && !part && is_amid_person(u))
		return (word_info(u->cp + v, end - v) & PW_PLACE) != 0;
	return (tag->mask & LX(LX_NAME_WEAK)) && !(tag->mask & (LX(PII_NAME) | LX(LX_PEOPLE))) && !has_part(u, v, end);
}

/* ｶﾄｳﾀｶｼ: one word of kana, as long as a reading is. */
static bool is_kana(const struct unit *u, uint32_t i, uint32_t end)
{
	return end - i >= 4 && end - i <= 14 && letters_all(u, i, end, u_is(u, i, PC_KATA) ? PC_KATA : PC_HIRA);
}

/* "DisplayName">櫨山　祥吾<, user_name=…: under a label that is also one of things, what has two words as a name has. */
static rc weak_labels(struct unit *u)
{
	for (uint32_t t = 0; t < u->n_tags; t++) {
		const struct tag *tag = &u->tags[t];
		enum gap gap = GAP_SIGN;
		uint32_t v = tag->end, end;

		if (!(tag->mask & (LX(LX_NAME_WEAK) | LX(PII_NAME) | LX(LX_PEOPLE) | LX(LX_NAME_PART))))
			continue;
		if (!tag->cell)
			v = label_gap(u, tag->end, tag->limit, &gap);
		while (v < tag->limit && (u->cp[v] == ' ' || u->cp[v] == '"' || u->cp[v] == '\''))
			v++;
		end = value_end(u, v);
		if (gap == GAP_NONE || end <= v || end > tag->limit || !name_field_ends(u, end, tag->limit))
			continue;
		if ((tag->mask & LX(LX_NAME_PART)) && end - v >= 2 && end - v <= 5 && letters_all(u, v, end, PC_KATA | PC_HIRA))
			TRY(strict_span(u, v, end, "strict: label"));
		else if ((tag->mask & LX(PII_NAME)) && is_kana(u, v, end) && unit_free(u, v, end))
			TRY(unit_span(u, v, end, PII_NAME_KANA, PII_DOUBTFUL, "strict: label"));
		else if (!is_thing(u, tag, v, end) && strict_name(u, v, end))
			TRY(unit_widen(u, v, end, PII_NAME, "strict: label"));
	}
	return OK;
}

/* 相談室長, 保健所長, 郵便局長: [i, end) is part of the office. */
static bool is_before_title(const struct unit *u, uint32_t i, uint32_t end)
{
	static const char16_t *const offices[] = {
		u"相談", u"企画", u"秘書", u"推進", u"対策", u"検査", u"支援", u"調査", u"管理", u"監査", u"広報", u"情報", u"分析", u"会議", u"研究", u"保健",
		u"事務", u"出張", u"営業", u"刑務", u"裁判", u"事業", u"製作", u"診療", u"病", u"医", u"学", u"幼稚", u"保育", u"小学", u"中学", u"高等", u"郵便",
		u"薬", u"支", u"副", u"元", u"前", u"現", u"同", u"当", u"各", u"総務", u"経理", u"人事", u"財務", u"法務", u"税務", u"産業", u"看護", u"外科", u"内科",
		u"危機", u"教育", u"福祉", u"市民", u"住民", u"建設", u"農政", u"施設", u"担当", u"主治", u"専門", u"顧問", u"代表", u"本", u"警", u"歯科", u"救急",
		NULL
	};

	return crowd_has_word(u, i, end) || words_at(u, i, offices) == end || (end - i > 2 && words_at(u, end - 2, offices) == end);
}

/* 莇教頭, 粟冠（内線, 槐先生: where the first of such signs stands behind one to four of the n kanji at i; or 0. */
static uint32_t sign_after(const struct unit *u, uint32_t i, uint32_t n)
{
	static const char16_t *const after[] = {
		u"(内", u"先生", u"教頭", u"主任", u"係長", u"主事", u"主査", u"部長", u"課長", u"所長", u"室長", u"次長", u"院長", u"園長",
		u"局長", u"店長", u"主幹", u"参事", u"医師", u"看護師", u"保健師", u"弁護士", u"巡査", u"警部", NULL
	};

	for (uint32_t s = 1; s <= 4 && s <= n; s++)
		if (words_at(u, i + s, after))
			return is_before_title(u, i, i + s) ? 0 : i + s;
	return 0;
}

/* 窓口：, 引継先　, 担任の: does a word of people stand before i, and a sign between? */
static bool people_before(const struct unit *u, uint32_t i)
{
	uint32_t back = i;

	while (back && (u->cp[back - 1] == ' ' || u->cp[back - 1] == ':'))
		back--;
	if (back == i && back > 2 && u->cp[back - 1] == u'の' && is_in(u->cp[back - 2], u"任当師者長口"))
		back--;   /* 担任の莇まで */
	return back < i && lex_before(u, back, LX(LX_PEOPLE)) >= 2;
}

/* Behind 窓口：, 引継先　, 担任の and before （内線, 先生, 教頭: one to four kanji that are no word. */
static rc beside_signs(struct unit *u, uint32_t i, bool listed)
{
	uint32_t n = run_of(u, i, u->n, PC_KANJI), sign = n ? sign_after(u, i, n) : 0, end = sign ? sign : i + n;
	bool field = name_field_ends(u, end, u->n), said;

	if (!n)
		return OK;
	if (sign)   /* 教頭 ends its word, and 内線 goes on */
		said = u_is(u, end + 2, PC_KANJI) == (u->cp[end] == '(');
	else
		said = listed && i && is_in(u->cp[i - 1], u" :、・/") && (field || u_cp(u, end) == u'・');
	if (!said && (!(field || is_in(u_cp(u, end), u"まがへよ")) || !people_before(u, i)))
		return OK;
	if (end - i > 4 || (end - i == 1 && !strict_letter(u, i)))
		return OK;
	if (!unit_free(u, i, end) || is_word(u, i, end, false))
		return OK;
	return strict_span(u, i, end, "strict: place");
}

/* 頴川の端末: a surname of one letter, or more kanji that no list has, but not 複数の端末. */
static bool may_own(const struct unit *u, uint32_t i, uint32_t end)
{
	static const char16_t *const others[] = {
		u"複数", u"多数", u"無数", u"少数", u"半数", u"社内", u"庁内", u"課内", u"室内", u"部内", u"署内", u"院内", u"校内", u"所内", u"館内", u"市内",
		u"県内", u"国内", u"局内", u"店内", u"区内", u"町内", u"村内", u"宅内", u"園内", u"学内", u"域内", u"自分", u"別", u"他", u"元", u"親", u"本", u"妻",
		u"夫", u"母", u"父", u"娘", u"私", u"僕", u"俺", u"彼", u"弟", u"妹", u"兄", u"姉", u"子", u"次", u"前", u"後", u"中", u"上", u"下", u"客", u"皆", u"誰", u"両", u"双", NULL
	};

	if (words_at(u, i, others) == end)
		return false;
	if (end - i < 2 && !PW_SURNAME(word_info(u->cp + i, 1)))
		return i && u->cp[i - 1] == 0x3001 && strict_letter(u, i);   /* 令和7年1月14日、垰の端末に */
	if (PW_SURNAME(word_info(u->cp + i, end - i)))
		return true;
	for (uint32_t k = i; k < end; k++)
		if (is_in(u->cp[k], NEVER_LETTERS))
			return false;
	return run_of(u, i, end, PC_KANJI) == end - i && !is_in(u->cp[end - 1], u"人務該体側等外用先端身々者様");
}

/* 東の端末に, 下地のPC: any surname, where normally one that is no word. */
static rc owns(struct unit *u, uint32_t i)
{
	static const char16_t *const things[] = {
		u"の端末", u"のパソコン", u"のpc", u"のアカウント", u"のメール", u"の携帯", u"のスマ", u"が承", u"が伺", u"が対応いた",
		u"が担当いた", u"と申し", u"が不在", u"がこれに代わ", NULL
	};

	for (uint32_t s = 4; s >= 1; s--)
		if (words_at(u, i + s, things) && !(i && is_in(u->cp[i - 1], u"おご")) && may_own(u, i, i + s) && !is_word(u, i, i + s, true) && unit_free(u, i, i + s))
			return strict_span(u, i, i + s, "strict: whose");
	return OK;
}

/* 河野征四郎さん（20151212、茨城県…: a date that comes first in the bracket behind a name. */
static rc birth_in_brackets(struct unit *u, uint32_t i)
{
	uint32_t back = i, end;

	if (u->cp[i] != '(' || !u_is(u, i + 1, PC_DIGIT | PC_ALPHA | PC_KANJI))
		return OK;
	back -= lex_before(u, back, LX(LX_HONORIFIC));
	while (back && u->cp[back - 1] == ' ')
		back--;
	end = back && u->claim[back - 1] == 1 && u_is(u, back - 1, NAME_LETTERS) ? date_read(u, i + 1, u->n) : 0;
	if (!end || !is_in(u_cp(u, end), u"、,/・") || !unit_free(u, i + 1, end))
		return OK;
	return unit_span(u, i + 1, end, PII_BIRTH_DATE, PII_DOUBTFUL, "strict: beside");
}

/* 13:57 at k, that ends the line. */
static bool is_last_time(const struct unit *u, uint32_t k)
{
	return time_begins(u, k) && k + 6 > u->n;
}

/* Does nothing more, or a bracket or number, stand at k behind the name that has the line? */
static bool rest_is_open(const struct unit *u, uint32_t k)
{
	return k >= u->n || u->cp[k] == '\r' || u->cp[k] == '(' || u_is(u, k, PC_DIGIT);
}

/*
 * 祖父江　燿仄 13:57, ・粟冠 恋雪（…, 8:34～　槐沼詩, and below an address: a name has the line to itself but for a time, a bullet
 * or a bracket.
 */
static rc has_line(struct unit *u)
{
	uint32_t i = 0, end, k;
	bool sign, below;

	while (i < u->n && (u->cp[i] == ' ' || u_is(u, i, PC_DIGIT) || is_in(u->cp[i], u":.)・*●○■◆-~\xFF5E\x301C")))
		i++;
	sign = below = crowd_below_address(u->w, u->base);
	for (k = i; k > 0 && !sign; k--)
		sign = is_in(u->cp[k - 1], u")・*●○■◆~\xFF5E\x301C");
	end = value_end(u, i);
	for (k = end; u_cp(u, k) == ' ';)
		k++;
	if (!(sign || is_last_time(u, k)) || end <= i || !rest_is_open(u, k) || (below && u_is(u, k, PC_DIGIT)))
		return OK;
	if (!unit_free(u, i, end) || !strict_name(u, i, end))
		return OK;
	return strict_span(u, i, end, "strict: line");
}

/* Where a list of people begins: behind 出席： or 問合せ先：; u->n when there is none. */
static uint32_t list_begin(const struct unit *u)
{
	uint64_t mask;

	for (uint32_t i = 0; i < u->n; i++) {
		uint32_t len = lex_match(u, i, LX(LX_PEOPLE) | LX(PII_NAME), &mask);

		if (len && (u_cp(u, i + len) == ':' || (u_cp(u, i + len) == ' ' && u_cp(u, i + len + 1) == ':')))
			return i + len;
	}
	return u->n;
}

rc strict_find(struct unit *u)
{
	uint32_t list, last;

	if (u->latin_only)
		return OK;
	TRY(weak_labels(u));
	TRY(strict_said(u));
	TRY(has_line(u));
	list = list_begin(u);
	for (last = list; last < u->n && last < list + 60 && u->cp[last] != '"' && u->cp[last] != 0x3002 && u->cp[last] != '{';)
		last++;
	for (uint32_t i = 0; i < u->n; i++) {
		TRY(birth_in_brackets(u, i));
		if (!u_is(u, i, PC_KANJI) || u->claim[i] || (i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA)))
			continue;
		TRY(beside_signs(u, i, i > list && i < last));
		TRY(owns(u, i));
	}
	return OK;
}
