/*
 * Names beside a sign that only persons have: their reading or birth in brackets, an honorific behind, their office before.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

static uint32_t back_over_blanks(const struct unit *u, uint32_t i)
{
	while (i && u->cp[i - 1] == ' ')
		i--;
	return i;
}

/* 雨夜嘉津雄: is the word that begins at i as far as `end`, six kanji at most? */
static bool is_kanji_word(const struct unit *u, uint32_t i, uint32_t end)
{
	return letters_run(u, i, PC_KANJI, 6) == end - i;
}

/* （1932年2月19日生）: does a date of birth stand in the bracket at i? */
static bool is_birth(const struct unit *u, uint32_t i)
{
	uint32_t end = u_is(u, i + 1, PC_DIGIT | PC_ALPHA | PC_KANJI) ? date_read(u, i + 1, u->n) : 0;

	return end && u_cp(u, end) == u'生';
}

/* 雨夜嘉津雄（1932年2月19日生） */
static rc beside_birth(struct unit *u, uint32_t i)
{
	uint32_t end = back_over_blanks(u, i), from = crowd_person_before(u, end);

	if (end - from < 3 || !unit_free(u, from, end) || crowd_has_word(u, from, end) || !u_is(u, from, PC_KANJI))
		return OK;
	if (!crowd_is_person(u, from, end) && !is_kanji_word(u, from, end))
		return OK;
	return unit_span(u, from, end, PII_NAME, PII_LIKELY, "born");
}

/* （ニオザキ マサオ）, 《なかむらまさお》: where the reading of a person ends; *ret_two when it is two words. */
static uint32_t reading_at(const struct unit *u, uint32_t i, bool *ret_two)
{
	uint16_t close = u_cp(u, i) == '(' ? ')' : 0x300B, kind = u_is(u, i + 1, PC_KATA) ? PC_KATA : PC_HIRA;
	uint32_t first = letters_run(u, i + 1, kind, 14), k = i + 1 + first, second = 0;

	if (first < 2)
		return 0;
	if (u_cp(u, k) == ' ') {
		second = letters_run(u, k + 1, kind, 9);
		k += 1 + second;
	}
	*ret_two = second >= 2;
	if (u_cp(u, k) != close)
		return 0;
	if (second)
		return second >= 2 && second <= 8 && first <= 8 ? k : 0;
	return first >= 4 && first <= 13 ? k : 0;
}

/* 霞倉隆（かすみぐらたかし）: a given name of the lists ends the name, and a reading of one ends its reading. */
static bool reading_fits(const struct unit *u, uint32_t from, uint32_t end, uint32_t i, uint32_t close)
{
	bool given = false, read = false;

	if (end - from < 3 || letters_run(u, from, PC_KANJI, 3) < 2)
		return false;
	for (uint32_t g = 1; g <= 3 && g + 1 < end - from; g++)
		given |= PW_GIVEN(word_info(u->cp + end - g, g)) != 0;
	for (uint32_t g = 2; g <= 5 && g + 1 < close - i; g++)
		read |= kana_is_given(u, close - g, close);
	return given && read;
}

/* 鳰崎 正雄（ニオザキ マサオ）: a reading in two words is a person's, whatever the lists have. */
static bool is_read_in_two(const struct unit *u, uint32_t from, uint32_t end)
{
	uint32_t kanji = letters_run(u, from, PC_KANJI, 6);

	return crowd_is_person(u, from, end) || (end - from <= 6 && end - from <= kanji + 3);
}

/* 霞倉隆（かすみぐらたかし）: one word is the reading of anything (東京（トウキョウ）), so more must speak for a person. */
static bool is_read_in_one(const struct unit *u, uint32_t from, uint32_t end, uint32_t i, uint32_t close)
{
	uint32_t names, more;

	record_count(u, &names, &more);
	if (u->w->strict && crowd_is_person(u, from, end))
		return true;
	if (!more && !kana_splits(u, i, close) && !reading_fits(u, from, end, i, close))
		return false;
	return crowd_is_person(u, from, end) || (close - i >= 5 && end - from >= 3 && is_kanji_word(u, from, end));
}

static rc beside_reading(struct unit *u, uint32_t i)
{
	bool two;
	uint32_t close = reading_at(u, i, &two), end, from;

	if (!close || (!unit_free(u, i + 1, close) && u->claim[i + 1] != 1))   /* the reading may be known, and whose it is not */
		return OK;
	end = back_over_blanks(u, i);
	end = back_over_blanks(u, end - lex_before(u, end, LX(LX_HONORIFIC)));
	from = crowd_person_before(u, end);
	if (end && u->claim[end - 1] == 1 && (two || u->w->strict || kana_splits(u, i + 1, close))) {   /* 沼野井　翼様　（ﾇﾏﾉｲ ﾂﾊﾞｻ） */
		if (two && crowd_is_person(u, from, end))
			TRY(unit_widen(u, from, end, PII_NAME, "reading"));   /* 鴫坪 叶翔, of which the second word was found */
		return unit_span(u, i + 1, close, PII_NAME_KANA, PII_LIKELY, "reading");
	}
	if (end - from < 2 || !unit_free(u, from, end) || crowd_has_word(u, from, end) || !u_is(u, from, PC_KANJI))
		return OK;
	if (two ? !is_read_in_two(u, from, end) : !is_read_in_one(u, from, end, i + 1, close))
		return OK;
	TRY(unit_span(u, from, end, PII_NAME, PII_LIKELY, "reading"));
	return unit_span(u, i + 1, close, PII_NAME_KANA, PII_LIKELY, "reading");
}

/* 経理部（工藤谷 義雄）: who of the office before the bracket at i. */
static rc in_brackets(struct unit *u, uint32_t i)
{
	uint32_t end = i + 1;

	if (i < 3 || !is_in(u->cp[i - 1], u"課係部室局店") || !u_is(u, i - 2, PC_KANJI | PC_KATA))
		return OK;
	while (end < u->n && u->cp[end] != ')' && end < i + 11)
		end++;
	return u_cp(u, end) == ')' && (crowd_is_person(u, i + 1, end) || strict_built(u, i + 1, end)) ? unit_widen(u, i + 1, end, PII_NAME, "of an office") : OK;
}

rc crowd_brackets(struct unit *u, uint32_t i)
{
	if (u->cp[i] == '(') {
		TRY(in_brackets(u, i));
		if (is_birth(u, i))
			return beside_birth(u, i);
	}
	return beside_reading(u, i);
}

/* 様, さん, さま, 氏, 殿 at i, with nothing of a longer word behind: not 様式, 様々, 様な. */
static bool honours(const struct unit *u, uint32_t i)
{
	uint16_t ch = u_cp(u, i);
	uint32_t len = is_in(ch, u"様氏殿") ? 1 : ch == u'さ' && is_in(u_cp(u, i + 1), u"んま") ? 2 : 0;

	return len && !u_is(u, i + len, PC_KANJI | PC_KATA) && !(ch == u'様' && is_in(u_cp(u, i + 1), u"々な"));
}

/* 保護者様, 要求仕様: the word that ends at `end` names nobody; but 花子様, and what two letters behind a blank are (榊　彩主様), may. */
static bool calls_nobody(const struct unit *u, uint32_t end)
{
	return name_is_called_word(u->cp[end - 1]) && u->cp[end - 1] != u'子' && u->cp[end - 3] != ' ' &&
		!PW_GIVEN(word_info(u->cp + end - 2, 2));
}

/* 伊勢神宮本殿, 共 通 様 式: what honours, and is part of a word here. */
static bool honours_nobody(const struct unit *u, uint32_t i)
{
	if (u->cp[i - 1] != ' ')
		return u->cp[i] == u'殿';
	return u_cp(u, i + 1) == ' ' && u_is(u, i + 2, PC_KANJI);
}

/* 榧谷内かつ江様, 宇良　暢宏さん: the whole of what stands before what persons are called, parts of which may have been found. */
static rc before_honorific(struct unit *u, uint32_t i)
{
	uint32_t end, from;

	if (!i || !honours(u, i) || honours_nobody(u, i))
		return OK;
	end = u->cp[i - 1] == ' ' ? i - 1 : i;
	from = crowd_person_before(u, end);
	if (end - from < 3 || !u_is(u, from, PC_KANJI) || calls_nobody(u, end))
		return OK;
	if ((from && u_is(u, from - 1, PC_DIGIT)) || !crowd_is_person(u, from, end))
		return OK;
	return unit_widen(u, from, end, PII_NAME, "called so");
}

/* 嘉　数　さ　く　ら　様: letters each by itself before an honorific. */
static rc spaced_before(struct unit *u, uint32_t i)
{
	uint32_t k = i, n = 0, behind = i + 1;
	uint16_t first[2] = { 0 };

	while (u_cp(u, behind) == ' ')
		behind++;
	if (!honours(u, i) || u_is(u, behind, NAME_LETTERS))
		return OK;   /* 共 通 様 式 */
	while (k > 1 && n < 8 && u->cp[k - 1] == ' ') {
		uint32_t j = back_over_blanks(u, k - 1);

		if (!j || !u_is(u, j - 1, NAME_LETTERS) || (j > 1 && u->cp[j - 2] != ' '))
			break;
		k = j - 1;
		first[1] = first[0];
		first[0] = u->cp[k];
		n++;
	}
	if (n < 3)
		return OK;
	/* by itself in its line, or a surname of the lists */
	if (!(k == 0 && behind >= u->n) && !PW_SURNAME(word_info(first, 2)) && PW_SURNAME(word_info(first, 1)) < 2)
		return OK;
	return unit_widen(u, k, i, PII_NAME, "letters set apart");
}

rc crowd_honorific(struct unit *u, uint32_t i)
{
	TRY(before_honorific(u, i));
	return u->cp[i] == u'様' || u->cp[i] == u'殿' ? spaced_before(u, i) : OK;
}

/* PTA会長　, 市民課　: does an office and a blank end before i? */
static bool is_behind_office(const struct unit *u, uint32_t i)
{
	if (i < 3 || u->cp[i - 1] != ' ')
		return false;
	return lex_before(u, i - 1, LX(LX_ROLE) | LX(LX_TITLE)) >= 2 ||
		(is_in(u->cp[i - 2], u"課係部室局店") && u_is(u, i - 3, PC_KANJI));
}

/* PTA会長　水主トメ */
rc crowd_behind_office(struct unit *u, uint32_t i)
{
	uint32_t end;

	if (!is_behind_office(u, i))
		return OK;
	end = crowd_words_end(u, i, 9);
	if (!name_field_ends(u, end, u->n))
		return OK;
	end -= lex_before(u, end, LX(LX_HONORIFIC));
	return crowd_is_sure(u, i, end) ? unit_widen(u, i, end, PII_NAME, "office and name") : OK;
}
