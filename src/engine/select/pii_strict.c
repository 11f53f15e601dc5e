/*
 * A stricter reading, for a text that goes out with the values masked: what may be a name beside something that is certainly a
 * person's, or where a letter or a log puts a person, is masked although nothing else speaks for it. A word too many that is
 * masked costs less than a name that is read. What leaves as indicators, and the list of what was withheld beside them, never
 * come from here; the list beside a masked text does.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* In words that stand in such fields and are no names: 要確認, 未納, 全員, 至急. */
#define WORD_LETTERS u"全不未済完了有無要各至急随時件回分日月年中後前再確認保留転入出対応郵送受付号番第等他同計上下内外初次新旧本当通常休可否" \
	u"予定期特別給与職退復"

static uint32_t run_of(const struct unit *u, uint32_t i, uint32_t end, uint16_t want)
{
	uint32_t k = i;

	while (k < end && u_is(u, k, want) && u->cp[k] != u'・')
		k++;
	return k - i;
}

/* Labels, offices, titles, roles, and letters that ordinary words have. */
static bool is_word(const struct unit *u, uint32_t i, uint32_t end, bool two)
{
	const uint64_t words = LX_LABEL | LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE) | LX(LX_ROLE) | LX(LX_FILL) |
		LX(LX_BUILDING) | LX(LX_HOSTILE);
	uint64_t mask;

	two |= PW_SURNAME(word_info(u->cp + i, end - i)) != 0;
	for (uint32_t k = i; k < end; k++)
		if (lex_match(u, k, words, &mask) > 1 || (!two && is_in(u->cp[k], WORD_LETTERS)))
			return true;
	return is_in(u->cp[end - 1], u"課係部室局所署院園校館社店者員市区町村県府都道線駅型式用別費金書票印税料");
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

/* industry_name: 地方公務: is the label one of things as well, and the value no name by its parts? */
static bool is_thing(const struct unit *u, const struct tag *tag, uint32_t v, uint32_t end)
{
	return (tag->mask & LX(LX_NAME_WEAK)) && !(tag->mask & (LX(PII_NAME) | LX(LX_PEOPLE))) && !has_part(u, v, end);
}

/* "DisplayName">櫨山　祥吾<, user_name=…: under a label that is also one of things, what has two words as a name has. */
static rc weak_labels(struct unit *u)
{
	for (uint32_t t = 0; t < u->n_tags; t++) {
		const struct tag *tag = &u->tags[t];
		enum gap gap = GAP_SIGN;
		uint32_t v = tag->end, end;

		if (!(tag->mask & (LX(LX_NAME_WEAK) | LX(PII_NAME) | LX(LX_PEOPLE))))
			continue;
		if (!tag->cell)
			v = label_gap(u, tag->end, tag->limit, &gap);
		while (v < tag->limit && (u->cp[v] == ' ' || u->cp[v] == '"' || u->cp[v] == '\''))
			v++;
		end = value_end(u, v);
		if (gap == GAP_NONE || end <= v || end > tag->limit || !name_field_ends(u, end, tag->limit))
			continue;
		if (is_thing(u, tag, v, end) || !unit_free(u, v, end) || !strict_name(u, v, end))
			continue;
		TRY(unit_span(u, v, end, PII_NAME, PII_DOUBTFUL, "strict: label"));
	}
	return OK;
}

/* 莇教頭, 粟冠（内線, 槐先生: where the first of such signs stands behind one to four of the n kanji at i; or 0. */
static uint32_t sign_after(const struct unit *u, uint32_t i, uint32_t n)
{
	static const char16_t *const after[][2] = {
		{ u"(内" }, { u"先生" }, { u"教頭" }, { u"主任" }, { u"係長" }, { u"主事" }, { u"主査" }, { u"部長" }, { u"課長" }
	};

	for (size_t k = 0; k < sizeof after / sizeof *after; k++)
		for (uint32_t s = 1; s <= 4 && s <= n; s++)
			if (words_at(u, i + s, after[k]))
				return i + s;
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
	if (end - i > 4 || (end - i == 1 && !PW_SURNAME(word_info(u->cp + i, 1))))
		return OK;
	if (!unit_free(u, i, end) || is_word(u, i, end, false))
		return OK;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "strict: place");
}

/* 頴川の端末: a frequent surname of one letter, or more kanji that no list has, but not 複数の端末. */
static bool may_own(const struct unit *u, uint32_t i, uint32_t end)
{
	if (end - i < 2)
		return PW_SURNAME(word_info(u->cp + i, 1)) >= 2;
	return u_is(u, i, PC_SURNAME) && run_of(u, i, end, PC_KANJI) == end - i &&
		!is_in(u->cp[end - 1], u"数人務分該体側等内外用先端身々者");
}

/* 東の端末に, 下地のPC: any surname, where normally one that is no word. */
static rc owns(struct unit *u, uint32_t i)
{
	static const char16_t *const things[] = {
		u"の端末", u"のパソコン", u"のpc", u"のアカウント", u"のメール", u"の携帯", u"のスマ", u"が承", u"が伺", u"が対応いた",
		u"が担当いた", u"と申し", NULL
	};

	for (uint32_t s = 4; s >= 1; s--)
		if (words_at(u, i + s, things) && may_own(u, i, i + s) && !is_word(u, i, i + s, false) && unit_free(u, i, i + s))
			return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "strict: whose");
	return OK;
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
	bool sign;

	while (i < u->n && (u->cp[i] == ' ' || u_is(u, i, PC_DIGIT) || is_in(u->cp[i], u":.)・*●○■◆-~\xFF5E\x301C")))
		i++;
	sign = crowd_below_address(u->w, u->base);
	for (k = i; k > 0 && !sign; k--)
		sign = is_in(u->cp[k - 1], u")・*●○■◆~\xFF5E\x301C");
	end = value_end(u, i);
	for (k = end; u_cp(u, k) == ' ';)
		k++;
	if (!(sign || is_last_time(u, k)) || end <= i || !rest_is_open(u, k))
		return OK;
	if (!unit_free(u, i, end) || !strict_name(u, i, end))
		return OK;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "strict: line");
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
	TRY(has_line(u));
	list = list_begin(u);
	for (last = list; last < u->n && last < list + 60 && u->cp[last] != '"' && u->cp[last] != 0x3002 && u->cp[last] != '{';)
		last++;
	for (uint32_t i = 0; i < u->n; i++) {
		if (!u_is(u, i, PC_KANJI) || u->claim[i] || (i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA)))
			continue;
		TRY(beside_signs(u, i, i > list && i < last));
		TRY(owns(u, i));
	}
	return OK;
}
