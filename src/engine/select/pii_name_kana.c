/* Readings: surname and given name in kana, in brackets behind a name, in the column beside it. */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* A run of kana at i; copies it as katakana with its voicing joined (half-width ｶﾞ). The end. */
static uint32_t kana_run(const struct unit *u, uint32_t i, uint32_t limit, uint16_t out[24], uint32_t *ret_n)
{
	uint32_t n = 0;

	for (; i < limit && u_is(u, i, PC_KATA | PC_HIRA) && n < 24; i++) {
		uint16_t ch = kata(u->cp[i]);

		if (ch == 0x3099 && n)
			out[n - 1] = out[n - 1] == 0x30A6 ? 0x30F4 : (uint16_t)(out[n - 1] + 1);
		else if (ch == 0x309A && n)
			out[n - 1] = (uint16_t)(out[n - 1] + 2);
		else
			out[n++] = ch;
	}
	*ret_n = n;
	return i;
}

/* Kana at i that are a surname, a blank and a given name of the lists. The end, or 0. */
uint32_t kana_name(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_run(u, i, limit, word, &n);

	if (n < 2 || !(word_info(word, n) & PW_SURNAME_KANA) || u_cp(u, end) != ' ' || end + 1 >= limit)
		return 0;
	for (i = end + 1; i < limit && i < end + 4 && u->cp[i] == ' '; i++)
		;                                                          /* as the layout of a PDF has them */
	end = kana_run(u, i, limit, word, &n);
	for (; n >= 2; n--, end--) {
		if (word_info(word, n) & PW_GIVEN_KANA)
			break;
		if (n && u_is(u, end - 1, PC_KATA))
			return 0;   /* only hiragana (の, です) may follow the name */
	}
	return n >= 2 && end > i && u_is(u, i, PC_KATA) == u_is(u, end - 1, PC_KATA) ? end : 0;
}

bool kana_is_given(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t word[24];
	uint32_t n;

	return kana_run(u, i, end, word, &n) == end && (word_info(word, n) & PW_GIVEN_KANA);
}

bool kana_splits(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t word[24];
	uint32_t n;

	if (kana_run(u, i, end, word, &n) != end)
		return false;
	for (uint32_t k = 2; k + 2 <= n; k++)
		if ((word_info(word, k) & PW_SURNAME_KANA) && (word_info(word + k, n - k) & PW_GIVEN_KANA))
			return true;
	return false;
}

/* A quoted run of kana without a blank that falls into a surname and a given name. The end, or 0. */
static uint32_t kana_joined(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_run(u, i, limit, word, &n);

	return u_cp(u, end) == u->cp[i - 1] && kana_splits(u, i, end) ? end : 0;
}

uint32_t kana_labelled(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_name(u, i, limit), more, known;

	if (end && name_field_ends(u, end, limit))
		return end;
	known = end;
	end = kana_run(u, i, limit, word, &n);
	if (!n)
		return 0;
	/* グエン ヴァン アン; ヤ マ グチ ヒロミ of a scanned sheet */
	for (int parts = 1; parts < 7 && (u_cp(u, end) == ' ' || u_cp(u, end) == u'・'); parts++) {
		more = kana_run(u, end + 1, limit, word, &n);
		if (!n || !name_field_ends(u, more, limit))
			break;
		end = more;
	}
	return name_field_ends(u, end, limit) && end >= i + 2 ? end : known;
}

/* Does a name that was found end before i, or before an honorific or a blank there? */
static bool behind_name(const struct unit *u, uint32_t i)
{
	uint32_t k = i && u->cp[i - 1] == ' ' ? i - 1 : i;

	k -= lex_before(u, k, LX(LX_HONORIFIC));
	k -= k && u->cp[k - 1] == ' ';   /* 久保京子 様（クボキョウコ） */
	return k && u->claim[k - 1] == 1;
}

/* ナカツガワ様: a surname in katakana that the lists have, before 様 or さん. The end, or 0. */
static uint32_t kana_called(const struct unit *u, uint32_t i)
{
	uint16_t word[24];
	uint32_t n, end = kana_run(u, i, u->n, word, &n), k;

	for (k = i; k < end && u_is(u, k, PC_KATA);)
		k++;
	if (k < i + 3 || !(u_cp(u, k) == u'様' || (u_cp(u, k) == u'さ' && u_cp(u, k + 1) == u'ん')) || u_is(u, k + 1, PC_KANJI))
		return 0;
	(void)kana_run(u, i, k, word, &n);
	return word_info(word, n) & PW_SURNAME_KANA ? k : 0;
}

/* ラマ・ビシュヌさん: two to four words in katakana before what persons are called. The end, or 0. */
static uint32_t kana_foreign(const struct unit *u, uint32_t i)
{
	uint32_t k = i, words = 0, end = i;
	uint64_t mask;

	while (words < 4) {
		while (k < i + 40 && u_is(u, k, PC_KATA) && u->cp[k] != u'・')
			k++;
		if (k < end + 1)
			break;
		end = k;
		words++;
		if (u_cp(u, k) != u'・' && u_cp(u, k) != ' ')
			break;
		k++;
	}
	k = u_cp(u, end) == ' ' ? end + 1 : end;
	return words >= 2 && lex_match(u, k, LX(LX_HONORIFIC), &mask) && !u_is(u, k + 1, PC_KANJI) ? end : 0;
}

/* 比屋根千鶴<TAB>ヒヤネ チヅル: the cell of kanji before one that is a reading, all of it. Where it begins, or 0 with *ret_end 0. */
static uint32_t cell_before(const struct unit *u, uint32_t i, uint32_t *ret_end)
{
	uint32_t k = i, end, letters = 0, blanks = 0;
	uint16_t sign;
	uint64_t mask;

	*ret_end = 0;
	while (k && u->cp[k - 1] == '"')
		k--;
	sign = k ? u->cp[k - 1] : 0;
	if (sign != '\t' && sign != ',' && sign != ';' && sign != '|')
		return 0;
	for (k--; k && u->cp[k - 1] == '"';)
		k--;
	for (end = k; k && (u_is(u, k - 1, PC_KANJI | PC_HIRA | PC_KATA) || u->cp[k - 1] == ' '); k--) {
		letters += u->cp[k - 1] != ' ';
		blanks += u->cp[k - 1] == ' ';
		if (lex_match(u, k - 1, LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE), &mask) > 1)
			return 0;
	}
	if (letters < 2 || letters > 8 || blanks > 1 || !u_is(u, k, PC_KANJI) || (k && u->cp[k - 1] != sign && u->cp[k - 1] != '"'))
		return 0;
	*ret_end = end;
	return k;
}

rc kana_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint32_t end, family, cell, cell_to;
	bool bracket = i > 1 && (u->cp[i - 1] == '(' || u->cp[i - 1] == 0x300A) && behind_name(u, i - 1);   /* 《 of ruby */

	*ret_next = i + 1;
	if (i && u_is(u, i - 1, PC_KATA))
		return OK;
	end = kana_name(u, i, u->n);
	if (!end && bracket) {
		end = kana_labelled(u, i, u->n);
		if (end && u_cp(u, end) != ')' && u_cp(u, end) != 0x300B)
			end = 0;
	}
	if (!end && i && (u->cp[i - 1] == '"' || u->cp[i - 1] == '\''))
		end = kana_joined(u, i, u->n);
	if (end && i && u->cp[i - 1] == '"' && u_cp(u, end) == '"' && u_cp(u, end + 1) == ':')
		return OK;   /* "セイメイ": a key */
	if (!end)
		end = kana_called(u, i);
	if (!end)
		end = kana_foreign(u, i);
	if (!end && (family = name_of_family(u, i)) > 0 && unit_free(u, i, family)) {
		*ret_next = family;
		return unit_span(u, i, family, PII_NAME, PII_DOUBTFUL, "of the family");
	}
	if (!end || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	cell = cell_before(u, i, &cell_to);
	if (cell_to > cell && unit_free(u, cell, cell_to))
		TRY(unit_span(u, cell, cell_to, PII_NAME, PII_LIKELY, "reading"));
	return unit_span(u, i, end, PII_NAME_KANA, PII_LIKELY,
		bracket ? "reading" : "surname and given name");
}
