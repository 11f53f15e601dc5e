/*
 * What the strict reading (pii_strict.c) takes from words: two words that may be a name, with signs on both sides; a given name
 * behind a word of the family; whose wife somebody is; who is of an office; the birth beside a name.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* Nothing of a word goes on before i: a sign, a wide blank or two, the beginning. */
static bool field_begins(const struct unit *u, uint32_t i)
{
	if (!i || !u_is(u, i - 1, NAME_LETTERS | PC_ALPHA | PC_DIGIT | PC_BLANK))
		return true;
	return u->cp[i - 1] == ' ' && (i == 1 || u_is_wide(u, i - 1) || !u_is(u, i - 2, NAME_LETTERS));
}

/* The same behind end: a sign, two blanks, a wide one, a blank and a digit, the end. */
static bool field_ends(const struct unit *u, uint32_t end)
{
	if (end >= u->n || !u_is(u, end, NAME_LETTERS | PC_ALPHA | PC_DIGIT | PC_BLANK))
		return true;
	return u->cp[end] == ' ' && (u_is_wide(u, end) || !u_is(u, end + 1, NAME_LETTERS | PC_ALPHA));
}

/* 楓, トメ, あかり: is [i, end) a given name of the lists? */
static bool may_be_given(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t info = word_info(u->cp + i, end - i);

	return PW_GIVEN(info) || (end - i >= 2 && (info & PW_GIVEN_KANA));
}

/* 滞　納　整　理　票: does a letter by itself stand before or behind the two at i and k? */
static bool is_set_apart(const struct unit *u, uint32_t i, uint32_t k)
{
	return (i > 1 && u_is(u, i - 2, PC_KANJI) && u->cp[i - 1] == ' ') || (u_cp(u, k + 1) == ' ' && u_is(u, k + 2, PC_KANJI));
}

/* The same; behind a given name of the lists a particle will do. */
static bool name_ends(const struct unit *u, uint32_t given, uint32_t end)
{
	return field_ends(u, end) || (is_only_given(word_info(u->cp + given, end - given)) && name_end_at(u, end, u->n) >= END_PARTICLE);
}

/* 巽 皐月, 倶利伽羅 凪: two words by themselves of which the second is a given name, or the first a surname. */
static rc two_words(struct unit *u, uint32_t i)
{
	uint32_t first = letters_run(u, i, PC_KANJI, 5), k = i + first, second;
	bool surname;

	if (!first || first > 4 || u_cp(u, k) != ' ' || !(field_begins(u, i) || (u_is(u, i - 1, PC_HIRA) && PW_SURNAME(word_info(u->cp + i, first)))))
		return OK;
	k++;
	second = letters_run(u, k, u_is(u, k, PC_KANJI) ? NAME_LETTERS : u_class(u, k) & (PC_HIRA | PC_KATA), 5);
	surname = PW_SURNAME(word_info(u->cp + i, first)) >= (first == 1 ? 2u : 1u);
	if (second > 1 && u_is(u, k, PC_KANJI) && u_is(u, k + second - 1, PC_HIRA) && !may_be_given(u, k, k + second))
		second = letters_run(u, k, PC_KANJI, 4);   /* 樽　翼の同意を得て */
	if (!second || second > 4 || !name_ends(u, k, k + second) || !(may_be_given(u, k, k + second) || (surname && second <= 3)))
		return OK;
	if (first == 1 && second == 1 && is_set_apart(u, i, k))
		return OK;
	if (crowd_has_word(u, i, i + first) || crowd_has_word(u, k, k + second) || crowd_is_prefecture(u, i, i + first) || !strict_name(u, i, k + second))
		return OK;
	return unit_widen(u, i, k + second, PII_NAME, "strict: two words");
}

/* Behind a word of the family at i and the sign there: where the name begins; or i. */
static uint32_t behind_family(const struct unit *u, uint32_t i)
{
	static const char16_t *const words[] = {
		u"長男", u"次男", u"二男", u"三男", u"長女", u"次女", u"二女", u"三女", u"祖父", u"祖母", u"子ども", u"子供", u"息子", u"夫", u"妻", u"父", u"母",
		u"姉", u"妹", u"兄", u"弟", u"娘", u"孫", u"叔父", u"叔母", u"伯父", u"伯母", u"甥", u"姪", NULL
	};
	uint32_t k = words_at(u, i, words);

	if (!k || (i && u_is(u, i - 1, PC_KANJI) && u->cp[i - 1] != u'・'))
		return i;
	return is_in(u_cp(u, k), u" ・(の:、") ? k + 1 : u_is(u, k, PC_KANJI) ? k : i;
}

/* 母 遥, 妻（琉生）, 次女・久美子（別居）, 姉の楽々が, 祖母の轟　櫂が. */
static rc of_family(struct unit *u, uint32_t i)
{
	uint32_t from = behind_family(u, i), end, gap;

	if (from == i || !unit_free(u, from, from + 1))
		return OK;
	for (uint32_t g = 4; g >= 1; g--) {
		uint32_t info = word_info(u->cp + from, g);
		bool ends = name_end_at(u, from + g, u->n) >= (u->cp[from - 1] == u'の' ? END_PARTICLE : END_CLEAN);

		if (g >= 2 && name_end_at(u, from + g, u->n) >= END_CLEAN && name_is_like_given(u, from, g))
			info |= 1u << 3;   /* 夫 凛太朗（S25.1.8） */
		if (!ends || !(PW_GIVEN(info) || (g >= 2 && (info & PW_GIVEN_KANA))) || crowd_has_word(u, from, from + g))
			continue;
		return unit_free(u, from, from + g) ? strict_span(u, from, from + g, "strict: of the family") : OK;
	}
	gap = from + letters_run(u, from, PC_KANJI, 5);
	end = gap + 1 + letters_run(u, gap + 1, PC_KANJI, 4);
	if (gap > from && u_cp(u, gap) == ' ' && end > gap + 1 && end - gap <= 4 && name_end_at(u, end, u->n) >= END_PARTICLE && strict_name(u, from, end))
		return unit_widen(u, from, end, PII_NAME, "strict: of the family");
	return OK;
}

/* 日根野谷の妻, 冷泉の長男 */
static rc relative_of(struct unit *u, uint32_t i)
{
	static const char16_t *const whose[] = {
		u"の妻", u"の夫", u"の母", u"の父", u"の長男", u"の次男", u"の長女", u"の次女", u"の娘", u"の息子", u"の孫", u"の弟", u"の兄", u"の姉", u"の妹",
		u"の祖母", u"の祖父", u"の親", u"の子", NULL
	};
	uint32_t n = letters_run(u, i, PC_KANJI, 5);

	if (!n || n > 4 || (i && u_is(u, i - 1, PC_KANJI | PC_KATA)) || !words_at(u, i + n, whose) || !unit_free(u, i, i + n))
		return OK;
	if (n == 1 ? PW_SURNAME(word_info(u->cp + i, 1)) < 2 : !strict_name(u, i, i + n))
		return OK;
	return strict_span(u, i, i + n, "strict: whose wife");
}

/* 保健センターの関が, 弊社安慶名より, 担当は原とし: who is of an office, and does something. */
static rc of_office(struct unit *u, uint32_t i)
{
	static const char16_t *const ours[] = { u"弊社", u"当社", u"当課", u"当院", u"弊課", u"当店", u"当行", NULL };
	static const char16_t *const behind[] = { u"が", u"は", u"を", u"も", u"より", u"から", u"まで", u"とし", u"です", u"の端末", u"のもの", u"ヘルパー", NULL };
	bool office = i > 3 && u->cp[i - 1] == u'の' && is_in(u->cp[i - 2], u"課係部室局店社校院署所館ー園庁") && u_is(u, i - 3, PC_KANJI | PC_KATA);
	bool our = i > 1 && words_at(u, i - 2, ours) == i, on = i > 2 && u->cp[i - 1] == u'は' && lex_before(u, i - 1, LX(LX_PEOPLE)) >= 2;

	if (!office && !our && !on)
		return OK;
	for (uint32_t s = 4; s >= 1; s--) {
		uint32_t weight = PW_SURNAME(word_info(u->cp + i, s));

		if (!words_at(u, i + s, behind) || !unit_free(u, i, i + s) || crowd_has_word(u, i, i + s))
			continue;
		if (s == 1 ? weight < 2 : !weight && !((our || on) && s == 3 && strict_name(u, i, i + s)))
			continue;
		return strict_span(u, i, i + s, "strict: of an office");
	}
	return OK;
}

/* （0797-21-3360　辻）: a surname behind a telephone number, which a bracket or the line ends. */
static rc behind_phone(struct unit *u, uint32_t i)
{
	uint32_t n = letters_run(u, i, PC_KANJI, 4);

	if (i < 2 || u->cp[i - 1] != ' ' || !u_is(u, i - 2, PC_DIGIT) || u->claim[i - 2] != 1 || !n || n > 3 || !unit_free(u, i, i + n))
		return OK;
	if (u_cp(u, i + n) != ')' || !PW_SURNAME(word_info(u->cp + i, n)) || crowd_has_word(u, i, i + n))
		return OK;
	return strict_span(u, i, i + n, "strict: beside a telephone");
}

/* "クミコ", 'りん': kana of the lists that fill a quoted value, where the line names persons. */
static rc kana_value(struct unit *u, uint32_t i)
{
	bool kata = u_is(u, i, PC_KATA);
	uint32_t n = letters_run(u, i, kata ? PC_KATA : PC_HIRA, 10), info, names, more;

	if (n < 2 || n > 9 || !i || !is_in(u->cp[i - 1], u"\"'") || u_cp(u, i + n) != u->cp[i - 1] || !unit_free(u, i, i + n))
		return OK;
	info = word_info(u->cp + i, n);
	record_count(u, &names, &more);
	if (!names || !(info & PW_GIVEN_KANA || PW_GIVEN(info) || (kata && (info & PW_SURNAME_KANA))))
		return OK;
	return unit_span(u, i, i + n, kata ? PII_NAME_KANA : PII_NAME, PII_DOUBTFUL, "strict: value");
}

/* 杉山　節子　殿　　昭和12年5月5日, 翼（S25.1.8）: a date long past, by itself and beside a name. */
static rc old_date(struct unit *u, uint32_t i)
{
	uint32_t back = i, end;

	if ((i && u_is(u, i - 1, PC_DIGIT | PC_ALPHA | PC_KANJI)) || !is_in(u->cp[i], u"昭大明平SsTHM12"))
		return OK;
	if (is_in(u->cp[i], u"12") && !(u->cp[i] == '1' && u_cp(u, i + 1) == '9'))
		return OK;
	while (back && (u->cp[back - 1] == ' ' || u->cp[back - 1] == '('))
		back--;
	if (back == i)
		return OK;
	back -= lex_before(u, back, LX(LX_HONORIFIC));
	while (back && u->cp[back - 1] == ' ')
		back--;
	if (!back || u->claim[back - 1] != 1 || !u_is(u, back - 1, NAME_LETTERS))
		return OK;
	end = date_read(u, i, u->n);
	return end && field_ends(u, end) && unit_free(u, i, end) ? unit_span(u, i, end, PII_BIRTH_DATE, PII_DOUBTFUL, "strict: beside") : OK;
}

/* 隣家の辰巳様, 鍜治さん: all of the kanji before what persons are called are a surname of the lists. */
static rc called(struct unit *u, uint32_t i)
{
	static const char16_t *const so[] = { u"様", u"さん", u"さま", u"氏", u"ヘルパー", u"ケアマネ", NULL };
	uint32_t n = letters_run(u, i, PC_KANJI, 5), end;

	n -= n && is_in(u->cp[i + n - 1], u"様氏");
	if (!n || n > 4 || (i && u_is(u, i - 1, PC_KANJI | PC_KATA)) || !PW_SURNAME(word_info(u->cp + i, n)) || !unit_free(u, i, i + n))
		return OK;
	end = words_at(u, i + n, so);
	if (!end || u_is(u, end, PC_KANJI) || (n == 1 && !strict_letter(u, i)) || crowd_has_word(u, i, i + n))
		return OK;
	return strict_span(u, i, i + n, "strict: called so");
}

/* '相馬','紗耶': a value beside a surname, in a row whose columns nobody named. */
static rc beside_value(struct unit *u, uint32_t i)
{
	uint32_t n = letters_run(u, i, PC_KANJI, 4), back = i - 4;

	if (n < 2 || n > 3 || i < 6 || u->cp[i - 1] != u_cp(u, i + n) || !is_in(u->cp[i - 1], u"'\"") || !unit_free(u, i, i + n))
		return OK;
	if (u->cp[i - 2] != ',' || u->cp[i - 3] != u->cp[i - 1] || u->claim[back] != 1 || !u_is(u, back, PC_KANJI))
		return OK;
	while (back && u->cp[back] != u->cp[i - 1])
		back--;
	if (i - 4 - back > 3 || (word_info(u->cp + i, n) & PW_PLACE) || !(strict_name(u, i, i + n) || name_is_like_given(u, i, n)))
		return OK;
	return strict_span(u, i, i + n, "strict: value");
}

/* グエン・ティ・ホア: three words and more of katakana that have the field to themselves. */
static rc foreign_words(struct unit *u, uint32_t i)
{
	uint32_t k = i, words = 0, n;

	if (i && u_is(u, i - 1, NAME_LETTERS | PC_ALPHA | PC_DIGIT))
		return OK;
	while ((n = letters_run(u, k, PC_KATA, 8)) >= 2) {
		words++;
		k += n;
		if (u_cp(u, k) != u'・')
			break;
		k++;
	}
	if (words < 3 || words > 5 || !field_begins(u, i) || !field_ends(u, k) || !unit_free(u, i, k) || crowd_has_word(u, i, k))
		return OK;
	return strict_span(u, i, k, "strict: words of katakana");
}

/* {family: 相馬, given: 一郎}: the parts of a name in a mapping that has no quotes. */
static rc flow_part(struct unit *u, uint32_t i)
{
	bool key = u_says(u, i, "family: ") || u_says(u, i, "given: ");
	uint32_t from = i, n;

	if (!key || !i || !is_in(u->cp[i - 1], u"{ "))
		return OK;
	while (u->cp[from] != ' ')
		from++;
	n = letters_run(u, ++from, NAME_LETTERS, 6);
	if (!n || n > 5 || !is_in(u_cp(u, from + n), u",}") || !unit_free(u, from, from + n))
		return OK;
	return strict_span(u, from, from + n, "strict: label");
}

/* Dr.川村へ, 収納１係　福島: behind a doctor's sign, or an office where the line ends. */
static rc behind_sign(struct unit *u, uint32_t i)
{
	uint32_t n = letters_run(u, i, PC_KANJI, 4), end = i + n;
	bool doctor = i > 2 && u->cp[i - 1] == '.' && small_letter(u->cp[i - 2]) == 'r' && small_letter(u->cp[i - 3]) == 'd';
	bool office = i > 3 && u->cp[i - 1] == ' ' && is_in(u->cp[i - 2], u"係課") &&
		(end >= u->n || is_in(u->cp[end], u"\r・") || (u->cp[end] == ' ' && u_is(u, end + 1, PC_DIGIT | PC_BLANK)));
	bool joined = i > 1 && u->cp[i - 1] == u'・' && u->claim[i - 2] == 1 && u_is(u, i - 2, PC_KANJI);   /* 秘書課　瑞慶覧・纐纈 */

	if ((!doctor && !office && !joined) || !n || !unit_free(u, i, end) || !PW_SURNAME(word_info(u->cp + i, n)) || name_end_at(u, end, u->n) < END_PARTICLE)
		return OK;
	return strict_span(u, i, end, doctor ? "strict: doctor" : "strict: of an office");
}

/* type: 普通, number: "1180427": seven digits shortly behind the kind of an account. */
static rc behind_kind(struct unit *u, uint32_t i)
{
	static const char16_t *const kinds[] = { u"普通", u"当座", NULL };
	uint32_t k = words_at(u, i, kinds), most = k + 16;

	while (k && k < most && k < u->n && !u_is(u, k, PC_DIGIT | PC_KANJI | PC_HIRA))
		k++;
	if (!k || letters_run(u, k, PC_DIGIT, 8) != 7 || u_is(u, k + 7, PC_ALPHA | PC_HYPHEN) || !unit_free(u, k, k + 7))
		return OK;
	return unit_span(u, k, k + 7, PII_BANK_ACCOUNT, PII_LIKELY, "strict: kind of account");
}

/* 芝　千　尋: three to six letters set apart that have the line to themselves, of which the lists have a part. */
static rc set_apart(struct unit *u)
{
	uint16_t cp[8] = { 0 };
	uint32_t n = 0, i = 0, from = 0, end = 0;

	while (i < u->n && u->cp[i] == ' ')
		i++;
	for (from = i; i < u->n && u->cp[i] != '\r'; i++) {
		if (u->cp[i] == ' ')
			continue;
		if (!u_is(u, i, n ? NAME_LETTERS : PC_KANJI) || n == 6 || (n && u->cp[i - 1] != ' '))
			return OK;
		cp[n++] = u->cp[i];
		end = i + 1;
	}
	if (n < 3 || !unit_free(u, from, end))
		return OK;
	for (uint32_t s = 1; s < n; s++)
		if (PW_SURNAME(word_info(cp, s)) && (PW_GIVEN(word_info(cp + s, n - s)) || (word_info(cp + s, n - s) & PW_GIVEN_KANA)))
			return strict_span(u, from, end, "strict: letters set apart");
	return OK;
}

/* 9/5 与那覇：発熱, 9/3 千葉、寝坊: the first word behind the day and before a sign, that is a surname of the lists. */
static rc dated(struct unit *u)
{
	uint32_t i = 0, n;

	while (i < u->n && i < 12 && (u->cp[i] == ' ' || u_is(u, i, PC_DIGIT) || is_in(u->cp[i], u"/:.月日")))
		i++;
	n = letters_run(u, i, PC_KANJI, 5);
	if (i < 3 || u->cp[i - 1] != ' ' || !u_is(u, i - 2, PC_DIGIT) || !n || n > 3 || !is_in(u_cp(u, i + n), u":、→") || !unit_free(u, i, i + n))
		return OK;
	if (PW_SURNAME(word_info(u->cp + i, n)) < (n == 1 ? 2u : 1u) || crowd_has_word(u, i, i + n))
		return OK;
	return strict_span(u, i, i + n, "strict: behind the day");
}

rc strict_said(struct unit *u)
{
	TRY(set_apart(u));
	TRY(dated(u));
	for (uint32_t i = 0; (i = u_next(u, i, PC_KANJI | PC_KATA | PC_HIRA)) < u->n; i++) {
		if (!u_is(u, i, PC_KANJI))
			TRY(kana_value(u, i));
		if (u_is(u, i, PC_KATA))
			TRY(foreign_words(u, i));
		if (!u_is(u, i, PC_KANJI))
			continue;
		TRY(two_words(u, i));
		TRY(of_family(u, i));
		TRY(relative_of(u, i));
		TRY(of_office(u, i));
		TRY(behind_phone(u, i));
		TRY(behind_sign(u, i));
		TRY(behind_kind(u, i));
		TRY(called(u, i));
		TRY(beside_value(u, i));
	}
	for (uint32_t i = 0; (i = u_next(u, i, PC_KANJI | PC_ALPHA | PC_DIGIT)) < u->n; i++) {
		TRY(old_date(u, i));
		TRY(flow_part(u, i));
	}
	return OK;
}
