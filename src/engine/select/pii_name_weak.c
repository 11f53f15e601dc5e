/*
 * Names that only weak signs speak for: 柊木さん, 主任　鵜飼, 税務課の諏訪です. Each is held back and left to an officer.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/*
 * 総務部長　石　黒　浩　一: four or five kanji, each by itself, that end a line or bracket; surname and given name by the
 * lists.
 */
static uint32_t spaced_clean(const struct unit *u, uint32_t i)
{
	uint16_t cp[6] = { 0 };
	uint32_t k = i, n = 0, end = 0;

	for (; n < 5 && u_is(u, k, PC_KANJI); n++) {
		cp[n] = u->cp[k];
		end = ++k;
		while (u_cp(u, k) == ' ')
			k++;
		if (k == end)
			break;
	}
	n += k == end && n < 5;
	if (n < 3 || end - i < 2 * n - 1 || (k < u->n && u->cp[k] != ')' && u->cp[k] != '\r' && u->cp[k] != '('))
		return 0;
	for (uint32_t s = 3; s >= 1; s--)
		if (n > s && n - s <= 3 && PW_SURNAME(word_info(cp, s)) >= (s == 1 ? 3u : 1u) && PW_GIVEN(word_info(cp + s, n - s)))
			return end;
	return 0;
}

/* Which end words that are called 様 or さん and are nobody's name: 保護者様, 店員さん, 要求仕様. */
#define CALLED_WORDS u"者員師官家長屋店課部係局署所院園校室庁省社会党団組連方親先客体業人側士手仕模同異一多有各両御生徒童児" \
	u"女男妻夫母父兄姉弟妹娘息子孫嬢僧侶王神仏殿姫君皇后帝様氏名何皆主今日祖霊"

bool name_is_called_word(uint16_t ch) { return is_in(ch, CALLED_WORDS); }

/* 柊木さん: two to four kanji that no list has, before what persons are called. The end, or 0. */
static uint32_t unknown_called(const struct unit *u, uint32_t i)
{
	uint32_t k = i, len, behind;
	uint64_t mask;

	for (; k - i < 5 && u_is(u, k, PC_KANJI); k++)
		if (k - i >= 2 && is_in(u->cp[k], u"様氏殿") && !u_is(u, k + 1, PC_KANJI))
			break;
	if (k - i < 2 || k - i > 4 || is_in(u->cp[k - 1], CALLED_WORDS))
		return 0;
	behind = u_cp(u, k) == ' ' ? k + 1 : k;
	len = lex_match(u, behind, LX(LX_HONORIFIC), &mask);
	if (!len || u_is(u, behind + len, PC_KANJI | PC_KATA) || is_in(u->cp[behind], u"君先御"))
		return 0;
	for (uint32_t a = i; a < k; a++)
		if (lex_match(u, a, LX(LX_NOTNAME) | LX(LX_ROLE) | LX(LX_TITLE), &mask) > 1)
			return 0;
	return k;
}

static uint32_t run_of_kana(const struct unit *u, uint32_t i)
{
	uint16_t kind = u_is(u, i, PC_KATA) ? PC_KATA : PC_HIRA;
	uint32_t k = i;

	while (k - i < 5 && u_is(u, k, kind))
		k++;
	return k - i;
}

/* 久我山 慎吾 氏: any kanji, a blank and a given name of the lists before what persons are called. The end, or 0. */
static uint32_t unknown_surname(const struct unit *u, uint32_t i, bool role)
{
	uint32_t k = i, info;
	uint64_t mask;
	bool known, word;

	while (k - i < 5 && u_is(u, k, PC_KANJI))
		k++;
	if (k == i || k - i > 4 || u_cp(u, k) != ' ')
		return 0;
	info = word_info(u->cp + i, k - i);
	known = k - i >= 2 && (PW_SURNAME(info) || (info & PW_PLACE)) && !(i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_HIRA));
	word = k - i == 1 && !PW_SURNAME(info);   /* 共 通 様 式 */
	for (k++; u_cp(u, k) == ' ';)
		k++;
	for (uint32_t g = 4; g >= 1; g--) {
		enum end_kind at_end;
		uint32_t given;

		if (k + g > u->n || (word && g == 1))
			continue;
		/* 斯波 キヨ 様 */
		if (g >= 2 && run_of_kana(u, k) == g && name_end_at(u, k + g, u->n) == END_HONOURED)
			return k + g;
		given = word_info(u->cp + k, g);
		if (!PW_GIVEN(given))
			continue;
		/* 湯布 健太郎_報告書.xlsx */
		if (g >= 2 && u_cp(u, k + g) == '_')
			return k + g;
		/* 東 孝之 医師 */
		if (g >= 2 && u_cp(u, k + g) == ' ' && lex_match(u, k + g + 1, LX(LX_TITLE), &mask) >= 2)
			return k + g;
		at_end = name_end_at(u, k + g, u->n);
		/* 門真 美咲が参加: a place that is a surname, too */
		if (known && g >= 2 && PW_GIVEN(given) >= 2 && at_end >= END_PARTICLE && is_only_given(given))
			return k + g;
		if (at_end == END_HONOURED && !(g == 1 && is_in(u->cp[k], u"全各両本同当")))
			return k + g;
		if (role && at_end >= END_CLEAN && g >= 2)
			return k + g;
	}
	return 0;
}

/*
 * 主任　鵜飼, 課長の新垣が: a surname of two letters and more behind an office, and a particle or nothing behind it. The end,
 * or 0.
 */
static uint32_t surname_in_office(const struct unit *u, uint32_t i, bool of)
{
	for (uint32_t s = 5; s >= 2; s--) {
		uint32_t info = i + s <= u->n ? word_info(u->cp + i, s) : 0;
		uint64_t mask;

		enum end_kind at_end;

		if (!PW_SURNAME(info))
			continue;
		at_end = name_end_at(u, i + s, u->n);
		if (at_end < END_PARTICLE || (at_end < END_CLEAN && (info & PW_SURNAME_WORD) && !of))
			continue;
		if (of && lex_match(u, i, LX(LX_NOTNAME) | LX(LX_PREFECTURE), &mask) >= s)
			continue;
		return i + s;
	}
	return 0;
}

/* Do the letters from i on say that the one who writes is called so: 税務課の諏訪です。 */
static bool says_so(const struct unit *u, uint32_t i)
{
	uint16_t behind = u_cp(u, i + 2);

	return u_cp(u, i) == u'で' && u_cp(u, i + 1) == u'す' && (behind == 0 || is_in(behind, u"。\r ."));
}

/* いつもお世話になっております。山口です。: the words before i end a greeting. */
static bool after_greeting(const struct unit *u, uint32_t i)
{
	static const uint16_t ends[3][3] = { { u'り', u'ま', u'す' }, { u'ま', u'で', u'す' }, { u'い', u'ま', u'す' } };

	if (i < 6 || u->cp[i - 1] != 0x3002)
		return false;
	for (int k = 0; k < 3; k++)
		if (memcmp(u->cp + i - 4, ends[k], sizeof ends[k]) == 0)
			return true;
	return false;
}

/* いつもお世話になっております。ハヤテ物流の岡です。: where the sentence that holds i begins a greeting ends. */
static bool in_introduction(const struct unit *u, uint32_t i)
{
	uint32_t from = i > 30 ? i - 30 : 0;

	if (i < 3 || u->cp[i - 1] != u'の' || !u_is(u, i - 2, PC_KANJI | PC_KATA))
		return false;
	for (; i > from; i--)
		if (u->cp[i - 1] == 0x3002)
			return after_greeting(u, i);
	return false;
}

/* 班長 = : an office, and blanks perhaps, before the sign at i. */
static bool after_office(const struct unit *u, uint32_t i)
{
	while (i && u->cp[i - 1] == ' ')
		i--;
	return i && lex_before(u, i, LX(LX_TITLE) | LX(LX_ROLE)) > 1;
}

/* 担当アナリスト：三枝 / …, …課の諏訪です。: the end of the surname, or 0. */
static uint32_t surname_said(const struct unit *u, uint32_t i)
{
	uint32_t back = i;
	bool of_office;

	while (back && u->cp[back - 1] == ' ')
		back--;
	of_office = back > 1 && u->cp[back - 1] == u'の' &&
		is_in(u->cp[back - 2], u"課係部室局市町村区県庁省院校社所店会棟班園団組");
	for (uint32_t s = 4; s >= 1; s--) {
		uint32_t info = i + s <= u->n ? word_info(u->cp + i, s) : 0, k = i + s;
		uint64_t mask;
		bool modelled = s == 2 && i + s <= u->n && is_surname_like(u->cp + i);

		if ((!PW_SURNAME(info) && !modelled) || lex_match(u, i, LX(LX_NOTNAME) | LX(LX_PREFECTURE), &mask) >= s)
			continue;
		if (of_office && says_so(u, k))
			return k;
		if (back == i && (after_greeting(u, i) || in_introduction(u, i)) && says_so(u, k) && PW_SURNAME(info))
			return k;
		if (s == 1)
			break;
		/* 三島: at the beginning of a line */
		if (back == 0 && i == k - s && PW_SURNAME(info) >= 2 && u_cp(u, k) == ':' && !u_is(u, k + 1, PC_DIGIT))
			return k;
		if (back <= 2 || !is_in(u->cp[back - 1], u":=") || !name_field_ends(u, k, u->n))
			continue;
		if (after_office(u, back - 1))
			return k;
		if (u->cp[back - 1] == ':' && is_in(u->cp[back - 2], u"者員当人手長任名氏ト"))
			return k;
	}
	return 0;
}

/* 夫 悠斗、長男　翔: a given name of the lists behind a word of the family. The end, or 0. */
uint32_t name_of_family(const struct unit *u, uint32_t i)
{
	if (!i || u->cp[i - 1] != ' ' || i < 2 || !is_in(u->cp[i - 2], u"夫妻父母男女孫兄弟姉妹") || !lex_before(u, i - 1, LX(LX_ROLE)))
		return 0;
	for (uint32_t g = 4; g >= 1; g--) {
		uint32_t info = i + g <= u->n ? word_info(u->cp + i, g) : 0;

		if ((PW_GIVEN(info) || (g >= 2 && (info & PW_GIVEN_KANA))) && name_field_ends(u, i + g, u->n))
			return i + g;
	}
	return 0;
}

/* Where a form puts a person: what the sign behind the name at i says, or NULL. */
static const char *form_sign(const struct unit *u, uint32_t i, uint32_t start)
{
	uint32_t k = i;
	uint64_t mask;

	while (u_cp(u, k) == ' ')
		k++;
	/* 健康推進課　辺見 惣一朗　印 at the end of a line */
	if (k > i && (u_cp(u, k) == 0x329E || u_cp(u, k) == u'印') && (k + 1 >= u->n || u->cp[k + 1] == '\r'))
		return "sealed";
	/* 菅　キヨ子（以下「乙」という。） */
	if (k == i && u_cp(u, k) == '(' && u_cp(u, k + 1) == u'以' && u_cp(u, k + 2) == u'下' && u_cp(u, k + 3) == 0x300C)
		return "party";
	/* 長女　城誠　1993-11-21生 */
	if (k > i && start > 1 && u->cp[start - 1] == ' ' && lex_before(u, start - 1, LX(LX_ROLE)) && date_read(u, k, u->n) > 0)
		return "of the family";
	/* 7　薬袋瑞穂　（保護者 …） */
	if (k > i && u_cp(u, k) == '(' && lex_match(u, k + 1, LX(LX_ROLE), &mask) > 1 &&
			start > 1 && u->cp[start - 1] == ' ' && u_is(u, start - 2, PC_DIGIT))
		return "of the family";
	return NULL;
}

/*
 * A name that the lists have only in part, where a form says that a person stands: surname and given name with one gap
 * or none, of which the lists have one; no word of an office or a firm in it. The end, or 0.
 */
static uint32_t name_in_form(const struct unit *u, uint32_t i, const char **ret_rule)
{
	const uint64_t words = LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE);
	uint32_t gap = 0, k = i, letters = 0;
	uint64_t mask;

	while (k < u->n && letters <= 8) {
		if (u->cp[k] == ' ' && !gap && letters && !(*ret_rule = form_sign(u, k, i))) {
			gap = k;
			while (u_cp(u, k) == ' ')
				k++;
		}
		if (!u_is(u, k, NAME_LETTERS) || lex_match(u, k, words, &mask) > 1)
			break;
		letters++;
		k++;
	}
	if (letters < 2 || letters > 8 || !(*ret_rule = form_sign(u, k, i)))
		return 0;
	for (uint32_t s = gap ? gap - i : 1; s < (gap ? gap - i + 1 : k - i); s++) {
		uint32_t from = i + s;

		while (u_cp(u, from) == ' ')
			from++;
		if (PW_SURNAME(word_info(u->cp + i, s)) || PW_GIVEN(word_info(u->cp + from, k - from)))
			return k;
	}
	return 0;
}

/* （内線7727）か: do an extension and the word before the other one end at i? */
static bool is_other_one(const struct unit *u, uint32_t i)
{
	return i > 4 && u->cp[i - 1] == u'か' && u->cp[i - 2] == ')' && u_is(u, i - 3, PC_DIGIT);
}

/* 秋田（内線7727）か南: a surname by itself with an extension, and the other one who may be called. The end, or 0. */
static uint32_t surname_called_at(const struct unit *u, uint32_t i)
{
	static const char16_t *const extension[] = { u"(内線", NULL }, *const until[] = { u"まで", NULL };

	for (uint32_t s = 4; s >= 1; s--) {
		uint32_t k = i + s, info = k <= u->n ? word_info(u->cp + i, s) : 0;

		if (!PW_SURNAME(info))
			continue;
		if (i && u_is(u, i - 1, PC_HIRA) && u->cp[i - 1] != u'の' && words_at(u, k, extension))
			return k;
		if (is_other_one(u, i) && words_at(u, k, until))
			return k;
	}
	return 0;
}

rc name_weak(struct unit *u, uint32_t i, bool role, uint32_t *ret_next)
{
	bool blank = i && u->cp[i - 1] == ' ', of = i > 1 && u->cp[i - 1] == u'の';
	uint32_t end = 0, back = i;
	const char *rule = "", *form = NULL;

	while (back && u->cp[back - 1] == ' ')
		back--;
	if (of || (back == i && back > 1 && u->cp[back - 1] == '('))
		back--;
	if (u_cp(u, i + 1) == ' ' && (end = spaced_clean(u, i)) > 0)
		rule = "letters set apart";
	if (!end && (end = unknown_surname(u, i, role && blank)) > 0)
		rule = "given name and honorific";
	if (!end && back && back >= i - 3 && lex_before(u, back, of ? LX(LX_TITLE) : LX(LX_TITLE) | LX(LX_ROLE)) > 1 &&
			(end = surname_in_office(u, i, of)) > 0)
		rule = "office and surname";
	if (!end && blank && (end = name_of_family(u, i)) > 0)
		rule = "of the family";
	if (!end && (end = name_in_form(u, i, &form)) > 0)
		rule = form;
	if (!end && (end = surname_called_at(u, i)) > 0)
		rule = "extension";
	if (!end && (end = unknown_called(u, i)) > 0)
		rule = "called so";
	if (!end && (end = surname_said(u, i)) > 0)
		rule = "says who";
	if (!end || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, rule);
}
