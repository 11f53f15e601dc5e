/* Inside of the search for names: what its files share. pii_name*.c, pii_crowd*.c, pii_lex.c, pii_record.c and pii_strict*.c include it. */
#ifndef ENGINE_SELECT_PII_NAME_H
#define ENGINE_SELECT_PII_NAME_H

#include <uchar.h>

#include "engine/select/pii_unit.h"

/* How a name ends: in the midst of a word, before a particle, cleanly, before an honorific or title. */
enum end_kind { END_INSIDE, END_PARTICLE, END_CLEAN, END_HONOURED };

static inline bool is_in(uint16_t ch, const char16_t *set)
{
	for (; *set; set++)
		if (*set == ch)
			return true;
	return false;
}

#define NAME_LETTERS (PC_KANJI | PC_HIRA | PC_KATA)

/* How many letters from i on have one of the bits, none from `end` on; i may stand behind it. */
static inline uint32_t letters_before(const struct unit *u, uint32_t i, uint32_t end, uint16_t bits)
{
	uint32_t k = i;

	while (k < end && u_is(u, k, bits))
		k++;
	return k - i;
}

/* The same; at most `most`. */
static inline uint32_t letters_run(const struct unit *u, uint32_t i, uint16_t bits, uint32_t most)
{
	return letters_before(u, i, i + most, bits);
}

/* Has every letter of [i, end) one of the bits? */
static inline bool letters_all(const struct unit *u, uint32_t i, uint32_t end, uint16_t bits)
{
	return letters_run(u, i, bits, end - i) == end - i;
}

/* Behind the first of the words (small letters, the last is NULL) that stands at i, Latin letters in any case; or 0. */
static inline uint32_t words_at(const struct unit *u, uint32_t i, const char16_t *const *words)
{
	for (; *words; words++) {
		const char16_t *p = *words;
		uint32_t k = i;

		for (; *p && small_letter(u_cp(u, k)) == *p; p++)
			k++;
		if (!*p)
			return k;
	}
	return 0;
}

/* 9:05, 14:11: digits and a colon behind the first or second; whether it is a time of the day is not asked. */
static inline bool time_begins(const struct unit *u, uint32_t i)
{
	return u_is(u, i, PC_DIGIT) && (u_cp(u, i + 1) == ':' || u_cp(u, i + 2) == ':');
}

/* What word_info() says of a given name that is no ordinary word, as 光 and 望 are. */
static inline bool is_only_given(uint32_t info) { return PW_GIVEN(info) && !(info & PW_GIVEN_WORD); }

/* pii_name.c */
/* Does a field end at i: a sign, a blank, the end of the value? */
bool name_field_ends(const struct unit *u, uint32_t i, uint32_t limit);
enum end_kind name_end_at(const struct unit *u, uint32_t i, uint32_t limit);
/* A given name that no list has: n kanji that stand in given names. */
bool name_is_like_given(const struct unit *u, uint32_t i, uint32_t n);
/* Surname alone before 様 or a title; its end, or 0. */
uint32_t name_surname_honoured(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight);

/* pii_name_weak.c */
MUST_USE rc name_weak(struct unit *u, uint32_t i, bool role, uint32_t *ret_next);

/* 夫 悠斗: a given name by itself behind a word of the family; its end, or 0. */
uint32_t name_of_family(const struct unit *u, uint32_t i);

/* pii_name_label.c: 吉光 玄 <…@…>; the end, or 0. */
uint32_t name_before_mail(const struct unit *u, uint32_t i);

/* pii_crowd.c: what a name looks like that no list has, and none of its parts perhaps */
/* A label, office, prefecture, title or role stands in it: it names nobody. */
bool crowd_has_word(const struct unit *u, uint32_t i, uint32_t end);
/* 千葉, 福島: surnames that are prefectures, too. */
bool crowd_is_prefecture(const struct unit *u, uint32_t i, uint32_t end);
/* One to four kanji and what looks like a given name, with a blank between them or none. */
bool crowd_is_person(const struct unit *u, uint32_t i, uint32_t end);
/* The same, and the lists have a part of it. */
bool crowd_is_sure(const struct unit *u, uint32_t i, uint32_t end);
/* Where the person whose name ends at `end` begins: with the word before a blank when both together are one. */
uint32_t crowd_person_before(const struct unit *u, uint32_t end);
/* Where kanji and kana from i on end, with single blanks between words; at most `most` letters. */
uint32_t crowd_words_end(const struct unit *u, uint32_t i, uint32_t most);

/* pii_crowd_beside.c: what begins at the sign, honorific or name at i */
MUST_USE rc crowd_brackets(struct unit *u, uint32_t i);
MUST_USE rc crowd_honorific(struct unit *u, uint32_t i);
MUST_USE rc crowd_behind_office(struct unit *u, uint32_t i);

/* pii_crowd_said.c: a surname at i by itself, in words that tell of a person */
MUST_USE rc crowd_surname(struct unit *u, uint32_t i);

/* pii_strict.c; each is false where a text is not read strictly, but for the last */
/* A surname of the lists and up to three kanji, or kanji and a given name of them; no word of an office. */
bool strict_built(const struct unit *u, uint32_t i, uint32_t end);
/* pii_strict_said.c */
MUST_USE rc strict_said(struct unit *u);
/* May the kanji at i be a surname by itself? A frequent one of the lists, and where it is strict any that is no word. */
bool strict_letter(const struct unit *u, uint32_t i);
/* As unit_span() for a name that is a guess; common words are none. */
MUST_USE rc strict_span(struct unit *u, uint32_t i, uint32_t end, const char *rule);

/* pii_crowd_list.c */
/* 参加：桜井、新井 at i; where to go on. */
MUST_USE rc crowd_people(struct unit *u, uint32_t i, uint32_t *ret_next);
/* A line that by its form is about one person or, in the head of a letter, names some. */
MUST_USE rc crowd_line(struct unit *u);
/* Does an address, postal code or telephone number end the line before? */
bool crowd_below_address(const struct pii_work *w, size_t at);

/* pii_name_kana.c: surname, blank and given name of the lists; the end, or 0. */
uint32_t kana_name(const struct unit *u, uint32_t i, uint32_t limit);
/* Is all of [i, end) kana that fall into a surname and a given name of the lists? */
bool kana_is_given(const struct unit *u, uint32_t i, uint32_t end);
bool kana_splits(const struct unit *u, uint32_t i, uint32_t end);
MUST_USE rc kana_free(struct unit *u, uint32_t i, uint32_t *ret_next);

/* pii_name_latin.c: Taro Yamada, YAMADA Taro; the end, or 0. */
uint32_t romaji_name(const struct unit *u, uint32_t i, uint32_t limit, bool weak);
MUST_USE rc romaji_free(struct unit *u, uint32_t i, uint32_t *ret_next);
/* The unit begins with "Dear ". */
MUST_USE rc salutation_find(struct unit *u);

#endif
