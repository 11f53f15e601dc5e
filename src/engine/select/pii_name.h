/* Inside of the search for names: what its files share. Only pii_name*.c include it. */
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

/* pii_crowd.c: does an address, postal code or telephone number end the line before? */
bool crowd_below_address(const struct unit *u);

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
