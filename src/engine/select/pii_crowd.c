/*
 * Names that no list has, where people stand: in lists (参加：桜井、新井), beside their reading (鳰崎 正雄（ニオザキ マサオ）),
 * before honorifics (榧谷内かつ江様), in the heads of letters. Here: what such a name looks like, and the places to look at.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define LETTERS_MOST 8u

bool crowd_is_prefecture(const struct unit *u, uint32_t i, uint32_t end)
{
	static const char16_t ends[] = u"県府都道";
	uint16_t cp[4];

	if (end - i > 3)
		return false;
	memcpy(cp, u->cp + i, (end - i) * sizeof *cp);
	for (const char16_t *p = ends; *p; p++) {
		cp[end - i] = *p;
		if (lex_whole(cp, end - i + 1, LX(LX_PREFECTURE)))
			return true;
	}
	return false;
}

bool crowd_has_word(const struct unit *u, uint32_t i, uint32_t end)
{
	const uint64_t words = LX_LABEL | LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE) | LX(LX_ROLE);
	uint64_t mask;

	for (; i < end; i++)
		if (lex_match(u, i, words, &mask) > 1)
			return true;
	return false;
}

/* 蘿子, 彪雄: two or three letters that no list has and that end as given names do. */
static bool ends_as_given(const struct unit *u, uint32_t i, uint32_t end)
{
	return end - i >= 2 && end - i <= 3 && u_is(u, i, PC_KANJI) && u_is(u, end - 1, PC_KANJI) &&
		is_in(u->cp[end - 1], u"子美江代枝恵郎夫雄男彦介太斗也香奈菜乃佳");
}

/* かつ江, まゆみ: kana and an ending of names of women. */
static bool is_kana_given(const struct unit *u, uint32_t i, uint32_t end)
{
	return end - i >= 2 && letters_all(u, i, end - 1, PC_HIRA | PC_KATA) &&
		is_in(u->cp[end - 1], u"子代江美枝恵世香");
}

/* かつ江, 美智子: does [i, end) look like a given name? */
static bool is_given(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t n = end - i;

	if (n < 1 || n > 4)
		return false;
	if (PW_GIVEN(word_info(u->cp + i, n)) || name_is_like_given(u, i, n))
		return true;
	if (n >= 2 && letters_all(u, i, end, PC_KATA))
		return (word_info(u->cp + i, n) & PW_GIVEN_KANA) != 0;
	return ends_as_given(u, i, end) || is_kana_given(u, i, end);
}

/* 榧谷内美智: three to six kanji of which the last two are a given name of the lists. */
static bool ends_in_given(const struct unit *u, uint32_t end, uint32_t letters)
{
	uint32_t info = word_info(u->cp + end - 2, 2);

	return letters >= 3 && letters <= 6 && (PW_GIVEN(info) >= 2 || is_only_given(info));
}

bool crowd_is_person(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t first = letters_run(u, i, PC_KANJI, end - i), k = i + first;

	if (!first || end - i < 3 || end - i > LETTERS_MOST + 1 || crowd_has_word(u, i, end))
		return false;
	if (k < end && u->cp[k] == ' ')   /* 鳰崎 正雄 */
		return first <= 4 && k + 1 < end && end - k <= 5 && letters_all(u, k + 1, end, NAME_LETTERS);
	if (k < end)                      /* 榧谷内かつ江 */
		return first <= 4 && is_given(u, k, end);
	for (uint32_t s = first - 1; s >= 1; s--)
		if (PW_SURNAME(word_info(u->cp + i, s)) && is_given(u, i + s, end))
			return true;
	return ends_in_given(u, end, first);
}

bool crowd_is_sure(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t first = letters_run(u, i, PC_KANJI, end - i), k = i + first, given;

	if (!crowd_is_person(u, i, end))
		return false;
	if (k >= end || u->cp[k] != ' ')
		return true;
	given = word_info(u->cp + k + 1, end - k - 1);
	return PW_SURNAME(word_info(u->cp + i, first)) || is_only_given(given) ||
		(u_is(u, k + 1, PC_KATA) && (given & PW_GIVEN_KANA));
}

/* Nothing of a longer word stands before [i, end). ちなみに榊 梓埜さん: a surname of the lists may stand behind hiragana. */
static bool surname_begins(const struct unit *u, uint32_t i, uint32_t end)
{
	if (!i || !u_is(u, i - 1, NAME_LETTERS) || u->cp[i - 1] == u'・')
		return true;
	return u_is(u, i - 1, PC_HIRA) && PW_SURNAME(word_info(u->cp + i, end - i));
}

/* Where the word before i begins: letters of names only. */
static uint32_t word_before(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	while (k && i - k < LETTERS_MOST + 1 && u_is(u, k - 1, NAME_LETTERS) && u->cp[k - 1] != u'・')
		k--;
	return k;
}

/* The same with the surname before a blank, if one may stand there. */
static uint32_t words_before(const struct unit *u, uint32_t i)
{
	uint32_t k = word_before(u, i), s;

	if (k <= 1 || k == i || u->cp[k - 1] != ' ' || !u_is(u, k - 2, PC_KANJI))
		return k;
	for (s = k - 1; s && k - s < 6 && u_is(u, s - 1, PC_KANJI);)
		s--;
	return surname_begins(u, s, k - 1) && !crowd_has_word(u, s, k - 1) ? s : k;
}

uint32_t crowd_person_before(const struct unit *u, uint32_t end)
{
	uint32_t from = words_before(u, end);

	if (crowd_is_person(u, from, end))
		return from;
	from = word_before(u, end);
	for (uint32_t k = end; k > from + 1; k--)   /* ちなみに瀬分由美子さん */
		if (u_is(u, k - 1, PC_KANJI) && u_is(u, k - 2, PC_HIRA) && crowd_is_person(u, k - 1, end))
			return k - 1;
	return from;
}

uint32_t crowd_words_end(const struct unit *u, uint32_t i, uint32_t most)
{
	uint32_t k = i;

	while (k < u->n && k < i + most && (u_is(u, k, NAME_LETTERS) || (u->cp[k] == ' ' && u_is(u, k + 1, NAME_LETTERS))))
		k++;
	return k;
}

rc crowd_find(struct unit *u)
{
	if (u->latin_only)
		return OK;
	TRY(crowd_line(u));
	for (uint32_t i = 0, next; i < u->n; i = next) {
		uint16_t ch = u->cp[i];

		next = i + 1;
		if (ch == '(' || ch == 0x300A)
			TRY(crowd_brackets(u, i));
		else if (ch == u'様' || ch == u'さ' || ch == u'氏' || ch == u'殿')
			TRY(crowd_honorific(u, i));
		if (u_is(u, i, PC_LEX) && u->claim[i] != 1)
			TRY(crowd_people(u, i, &next));
		if (u_is(u, i, PC_KANJI) && i && u->cp[i - 1] == ' ')
			TRY(crowd_behind_office(u, i));
		if (u_is(u, i, PC_SURNAME) && u_is(u, i, PC_KANJI) && !u->claim[i])
			TRY(crowd_surname(u, i));
	}
	return OK;
}
