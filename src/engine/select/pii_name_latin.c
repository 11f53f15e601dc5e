/* Names in Latin letters: Taro Yamada <taro@…>, Ms. Usami, Dear Runa Ishibashi. */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* Taro Yamada, YAMADA Taro, yamada taro: `least` words are of the lists; with 0, any words with capitals that fill the field. */
static uint32_t romaji_words(const struct unit *u, uint32_t i, uint32_t limit, uint32_t least)
{
	uint32_t k = i, words = 0, known = 0, capitals = 0;

	while (words < 4 && k < limit && u_is(u, k, PC_ALPHA)) {
		uint16_t word[24];
		uint32_t n = 0;

		capitals += u->cp[k] >= 'A' && u->cp[k] <= 'Z';
		for (; k < limit && (u_is(u, k, PC_ALPHA) || (n && u->cp[k] == '-')) && n < 24; k++)
			word[n++] = small_letter(u->cp[k]);
		if (n < 2)
			break;
		known += (word_info(word, n) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)) != 0;
		words++;
		if (u_cp(u, k) == ',' && u_cp(u, k + 1) == ' ' && u_is(u, k + 2, PC_ALPHA) && words == 1)
			k += 2;
		else if ((u_cp(u, k) == ' ' || u_cp(u, k) == '+') && u_is(u, k + 1, PC_ALPHA) && words < 4)
			k++;
		else
			break;
	}
	if (words < 2 || u_is(u, k, PC_ALPHA | PC_DIGIT) || u_cp(u, k) == '@' || u_cp(u, k) == '.' ||
		u_cp(u, k) == '_')
		return 0;
	return (least && known >= least) ||
		(!least && (known || words == 2 || capitals == words) && name_field_ends(u, k, limit) && u->cp[i] >= 'A' &&
		u->cp[i] <= 'Z') ? k : 0;
}

uint32_t romaji_name(const struct unit *u, uint32_t i, uint32_t limit, bool weak)
{
	uint32_t end = romaji_words(u, i, limit, weak ? 2 : 1);

	return end || weak ? end : romaji_words(u, i, limit, 0);
}

/* name,phone / HIIRAGI SHINTARO,0120-…: in a row that has something else of a person one word of the lists is enough. */
rc romaji_cells_find(struct unit *u)
{
	uint32_t names, more = 0;

	for (uint32_t t = 0; t < u->n_tags; t++) {
		const struct tag *tag = &u->tags[t];
		uint32_t i = tag->end, end;

		if (!tag->cell || !(tag->mask & LX(LX_NAME_WEAK)))
			continue;
		if (!more)
			record_count(u, &names, &more);
		if (!more)
			return OK;
		while (i < tag->limit && (u->cp[i] == ' ' || u->cp[i] == '"'))
			i++;
		end = romaji_words(u, i, tag->limit, 1);
		if (end && name_field_ends(u, end, tag->limit) && unit_free(u, i, end))
			TRY(unit_span(u, i, end, PII_NAME, PII_LIKELY, "record"));
	}
	return OK;
}

/* Minoru Takaishi: one word is a surname of the lists, the other a given name, and both begin with a capital. The end, or 0. */
static uint32_t romaji_pair(const struct unit *u, uint32_t i)
{
	uint32_t k = i, info[2] = { 0, 0 };

	for (int words = 0; words < 2; words++) {
		uint16_t word[24];
		uint32_t n = 0;

		if (u_cp(u, k) < 'A' || u_cp(u, k) > 'Z')
			return 0;
		for (; u_is(u, k, PC_ALPHA) && n < 24; k++)
			word[n++] = small_letter(u->cp[k]);
		info[words] = n >= 3 ? word_info(word, n) : 0;
		if (words == 0 && u_cp(u, k++) != ' ')
			return 0;
	}
	if (u_alnum(u, k) || u_cp(u, k) == '.' || u_cp(u, k) == '_' || u_cp(u, k) == '-' ||
			(u_cp(u, k) == ' ' && u_is(u, k + 1, PC_ALPHA | PC_DIGIT)))
		return 0;
	return ((info[0] & PW_SURNAME_ROMAJI) && (info[1] & PW_GIVEN_ROMAJI)) || ((info[0] & PW_GIVEN_ROMAJI) && (info[1] & PW_SURNAME_ROMAJI)) ? k : 0;
}

/* Nguyen Thi Huong さん: two to four words with capitals before what persons are called. The end, or 0. */
static uint32_t latin_called(const struct unit *u, uint32_t i)
{
	uint32_t k = i, words = 0, end = 0;
	uint64_t mask;

	while (words < 4 && u_cp(u, k) >= 'A' && u_cp(u, k) <= 'Z') {
		while (k < i + 80 && (u_is(u, k, PC_ALPHA) || u_cp(u, k) == '-' || u_cp(u, k) == '\''))
			k++;
		end = k;
		words++;
		if (u_cp(u, k) != ' ')
			break;
		k++;
	}
	if (words < 2)
		return 0;
	k = u_cp(u, end) == ' ' ? end + 1 : end;
	return lex_match(u, k, LX(LX_HONORIFIC), &mask) && !u_is(u, k + 1, PC_KANJI) ? end : 0;
}

/* Ms. Usami, Dr Honjo: a surname of the lists behind a title. The end, or 0. */
static uint32_t latin_titled(const struct unit *u, uint32_t i)
{
	uint32_t k = i, from = i > 1 && u->cp[i - 1] == ' ' ? i - 1 : 0, n = 0;
	uint16_t word[24];

	from -= from && u->cp[from - 1] == '.';
	if (from < 2 || !((u->cp[from - 2] == 'M' && (u->cp[from - 1] == 'r' || u->cp[from - 1] == 's')) || (u->cp[from - 2] == 'D' && u->cp[from - 1] == 'r')))
		return 0;
	for (; u_is(u, k, PC_ALPHA) && n < 24; k++)
		word[n++] = small_letter(u->cp[k]);
	return n >= 3 && (word_info(word, n) & PW_SURNAME_ROMAJI) ? k : 0;
}

/* Latin words in a Japanese text that are a name by themselves. */
static rc latin_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint32_t end = 0;

	if (i && (u_alnum(u, i - 1) || is_in(u->cp[i - 1], u"._-/\\@&=")))
		return OK;
	if (!u->latin_only)
		end = latin_called(u, i);
	/* 東恩納祥吾（HIGAONNA Shogo） */
	if (i > 1 && u->cp[i - 1] == '(' && u->claim[i - 2] == 1 && u_is(u, i - 2, PC_KANJI | PC_HIRA) && (end = romaji_words(u, i, u->n, 0)) > 0 && u_cp(u, end) != ')')
		end = 0;
	if (!end && !(i > 1 && u->cp[i - 1] == ' ' && u_alnum(u, i - 2)))
		end = romaji_pair(u, i);
	if (!end)
		end = latin_titled(u, i);
	if (!end || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "Latin name");
}

/* Taro Yamada <taro@…>: both words are of the lists and the address follows. */
rc romaji_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint32_t end = i + 1, k;

	if (u->cp[i] <= 'Z') {
		*ret_next = i;
		TRY(latin_free(u, i, ret_next));
		if (*ret_next > i)
			return OK;
	}

	while (u_is(u, end, PC_ALPHA))
		end++;
	*ret_next = end;
	if (u->cp[i] > 'Z' || u_cp(u, end) != ' ' || !u->w->n_mails)
		return OK;
	end = romaji_words(u, i, u->n, 1);   /* NAKANDAKARI Hiroyuki <…> */
	if (!end)
		return OK;
	k = u_cp(u, end) == '"' ? end + 1 : end;
	k = u_cp(u, k) == ' ' ? k + 1 : k;
	if (u_cp(u, k) != '<' || !unit_free(u, i, end))
		return OK;
	for (k++; u_alnum(u, k) || u_cp(u, k) == '.' || u_cp(u, k) == '_' || u_cp(u, k) == '-' || u_cp(u, k) == '+'; k++)
		;
	if (u_cp(u, k) != '@')
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_LIKELY, "before a mail address");
}

/* Dear Ms. Ishibashi, Dear Runa Ishibashi: a word is of the lists. */
rc salutation_find(struct unit *u)
{
	static const char *const titles[] = { "mr", "mrs", "ms", "miss", "dr", "prof" };
	uint32_t i = GATE_DEAR, end = 0, words = 0, known = 0;

	for (size_t t = 0; t < sizeof titles / sizeof titles[0]; t++) {
		uint32_t k = 0;

		while (titles[t][k] && small_letter(u_cp(u, i + k)) == (uint16_t)(unsigned char)titles[t][k])
			k++;
		if (titles[t][k] || u_is(u, i + k, PC_ALPHA))
			continue;
		i += k + (u_cp(u, i + k) == '.');
		i += u_cp(u, i) == ' ';
		break;
	}
	for (uint32_t k = i; words < 3 && u_is(u, k, PC_ALPHA) && u->cp[k] < 'a'; k++) {
		uint16_t word[24];
		uint32_t n = 0;

		for (; u_is(u, k, PC_ALPHA) && n < 24; k++)
			word[n++] = small_letter(u->cp[k]);
		known += n >= 3 && (word_info(word, n) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI));
		words++;
		end = k;
		if (u_cp(u, k) != ' ')
			break;
	}
	if (!known || !unit_free(u, i, end))
		return OK;
	return unit_span(u, i, end, PII_NAME, PII_LIKELY, "salutation");
}
