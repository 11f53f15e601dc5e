/* Names under a label or in a column, which may be of any make that has the shape of a name. */
#include "engine/select/pii_name.h"

#include "base/banned.h"

static bool is_name_char(const struct unit *u,
	uint32_t i) { return u_is(u, i, PC_KANJI | PC_HIRA | PC_KATA); }

/* Without 様 and its like at the end. */
static uint32_t strip_honorific(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t k = lex_before(u, end, LX(LX_HONORIFIC));

	if (k && end - k > i)
		end -= k;
	return end > i && u->cp[end - 1] == ' ' ? end - 1 : end;
}

/* 株式会社 …, 総務課, 事務局: no person. */
static bool is_office(const struct unit *u, uint32_t i, uint32_t end)
{
	uint64_t mask;

	if (lex_before(u, end, LX(LX_NOTNAME)) || lex_match(u, i, LX(LX_NOTNAME), &mask) > 1)
		return true;
	for (uint32_t k = i; k < end; k++)
		if (lex_match(u, k, LX(LX_NOTNAME), &mask) > 1)
			return true;
	return false;
}

/* 佐藤 beginning at i, by the lists; its length, or 0. */
static uint32_t surname_at(const struct unit *u, uint32_t i, uint32_t end)
{
	for (uint32_t s = end - i < 5 ? end - i : 5; s; s--)
		if (PW_SURNAME(word_info(u->cp + i, s)))
			return s;
	return 0;
}

/* The letters of one part of a name: kanji, or kana, or kanji and then kana of a given name; no inflected verb. */
static uint32_t name_part(const struct unit *u, uint32_t i, uint32_t limit, uint16_t *ret_seen)
{
	uint32_t k = i;

	*ret_seen = 0;
	while (k < limit && is_name_char(u, k) && k - i < 12)
		*ret_seen |= u_class(u, k++) & (PC_KANJI | PC_HIRA | PC_KATA);
	return k;
}

/* Does [i, end) end in a blank and a given name of the lists? */
static bool given_ends(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t k = end;

	while (k > i && u->cp[k - 1] != ' ')
		k--;
	return k > i && PW_GIVEN(word_info(u->cp + k, end - k)) && !(word_info(u->cp + k, end - k) & PW_GIVEN_WORD);
}

/* Any word of the shape of a name that fills its field; under a weak label it begins with a known surname. */
static uint32_t name_shape(const struct unit *u, uint32_t i, uint32_t limit, bool weak)
{
	uint16_t seen, second = 0;
	uint32_t k = name_part(u, i, limit, &seen), end, first;
	bool two = false;

	if (k == i)
		return 0;
	if (k - i <= 5 && (u_cp(u, k) == ' ' || u_cp(u, k) == u'・') && is_name_char(u, k + 1)) {
		uint32_t j = name_part(u, k + 1, limit, &second);

		two = name_field_ends(u, j, limit) && j - k <= 9;
		k = two ? j : k;
	}
	if (!name_field_ends(u, k, limit))
		return 0;
	end = strip_honorific(u, i, k);
	if (end - i < 2 || end - i > 10 || is_office(u, i, end))
		return 0;
	first = surname_at(u, i, end);
	if (weak && two && first && (u_cp(u, i + first) == ' ' || u_cp(u, i + first) == u'・'))
		return end;   /* name: 帯刀 いぶき */
	if (weak && two && seen == PC_KANJI && k - i <= 8 && given_ends(u, i, end))
		return end;   /* <Name>月見里　結愛</Name> */
	if (weak)
		return first && !two && end - i <= 6 && end - i - first >= 1 &&
			name_is_like_given(u, i + first, end - i - first) ? end : 0;
	if (two || seen == PC_KANJI)
		return end;
	return first && end > i + first && !u_is(u, i, PC_KATA) ? end : 0;
}

static bool has_gap(const struct unit *u, uint32_t i, uint32_t end)
{
	while (i < end && u->cp[i] != ' ' && u->cp[i] != u'・')
		i++;
	return i < end;
}

/* 山　田　太　郎: three to six kanji, each by itself, that fill the field. */
static uint32_t spaced_name(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, n = 0;

	while (k < limit && n < 6 && u_is(u, k, PC_KANJI | PC_HIRA | PC_KATA)) {
		n++;
		k++;
		if (u_cp(u, k) != ' ' || !u_is(u, k + 1, PC_KANJI | PC_HIRA | PC_KATA))
			break;
		while (u_cp(u, k) == ' ')
			k++;
	}
	while (k > i && u->cp[k - 1] == ' ')
		k--;
	return n >= 3 && k - i >= 2 * n - 1 && name_field_ends(u, k, limit) && u_is(u, i, PC_SURNAME) ? k : 0;
}

/* 担当：渡辺: a frequent surname alone that fills its field. */
static uint32_t surname_alone(const struct unit *u, uint32_t i, uint32_t limit)
{
	for (uint32_t s = 4; s >= 1; s--) {
		uint32_t info = i + s <= limit ? word_info(u->cp + i, s) : 0;

		if (PW_SURNAME(info) && name_field_ends(u, i + s, limit))
			return i + s;
	}
	return 0;
}

/* 総務課　山田, 窓口係 中村: the name behind an office and a blank; where it begins, or 0. */
static uint32_t behind_office(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i;

	for (int words = 0; words < 3; words++) {
		while (k < limit && k - i < 24 && u_is(u, k, PC_KANJI | PC_HIRA | PC_KATA))
			k++;
		if (k < i + 2 || k + 1 >= limit || u->cp[k] != ' ' || !is_in(u->cp[k - 1], u"課係部室局班署所店院園校館") || word_info(u->cp + i, k - i))
			return words ? i : 0;
		while (k < limit && u->cp[k] == ' ')
			k++;
		i = k;
	}
	return i;
}

static uint32_t name_under_label(const struct unit *u, uint32_t i, uint32_t limit, enum gap gap, bool weak);

uint32_t name_labelled(const struct unit *u, uint32_t i, uint32_t limit, enum gap gap, bool weak)
{
	uint32_t end = name_under_label(u, i, limit, gap, weak);

	if (end || gap == GAP_NONE)
		return end;
	if (!weak && (end = spaced_name(u, i, limit)) > 0)
		return end;
	if (weak || (end = surname_alone(u, i, limit)) == 0)
		return 0;
	return gap == GAP_SIGN || u_cp(u, end) == ')' ? end : 0;   /* （旧姓　堺） */
}

/* 主事　波多野: behind a title and a blank. */
static uint32_t behind_title(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint64_t mask;
	uint32_t k = i + lex_match(u, i, LX(LX_TITLE) | LX(LX_ROLE), &mask);

	if (k < i + 2 || k >= limit || u->cp[k] != ' ')
		return i;
	while (k < limit && u->cp[k] == ' ')
		k++;
	return k;
}

uint32_t name_start(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = behind_office(u, i, limit);

	k = behind_title(u, k ? k : i, limit);
	return k && k < limit && u_is(u, k, PC_SURNAME) ? k : i;
}

/* お名前 ナカツガワ様: katakana before an honorific. The end, or 0. */
static uint32_t kana_before(const struct unit *u, uint32_t i)
{
	uint64_t mask;
	uint32_t k = i;

	while (k - i < 10 && u_is(u, k, PC_KATA))
		k++;
	return k >= i + 2 && lex_match(u, k, LX(LX_HONORIFIC), &mask) && !u_is(u, k + 1, PC_KANJI) ? k : 0;
}

static uint32_t name_under_label(const struct unit *u, uint32_t i, uint32_t limit, enum gap gap, bool weak)
{
	uint32_t end, weight;

	if (u_is(u, i, PC_ALPHA))
		return gap != GAP_NONE ? romaji_name(u, i, limit, weak || gap != GAP_SIGN) : 0;
	if (u_is(u, i, PC_KATA) &&
		(end = gap == GAP_NONE ? kana_name(u, i, limit) : kana_labelled(u, i, limit)) > 0 &&
		(kana_name(u, i, limit) || (!weak && has_gap(u, i, end))))
		return end;
	if (u_is(u, i, PC_KATA) && gap != GAP_NONE && !weak && (end = kana_before(u, i)) > 0)
		return end;
	end = name_at(u, i, limit, &weight);
	if (end && (weight >= 6 || (gap != GAP_NONE && weight >= 5)) && !(weak && is_office(u, i, end)) &&
		(gap != GAP_NONE || name_end_at(u, end, limit) >= END_CLEAN || weight >= 8))
		return end;
	end = name_surname_honoured(u, i, limit, &weight);
	if (end)
		return end;
	return gap == GAP_NONE ? 0 : name_shape(u, i, limit, weak);
}

/* 吉光 玄 <…@…>: one or two words of kanji or kana, up to eight letters, before a mail address in brackets. The end, or 0. */
uint32_t name_before_mail(const struct unit *u, uint32_t i)
{
	uint16_t seen;
	uint32_t k = name_part(u, i, u->n, &seen), end = k;

	if (k == i || !(seen & PC_KANJI) || is_office(u, i, k))
		return 0;
	if (u_cp(u, k) == ' ' && is_name_char(u, k + 1)) {
		end = name_part(u, k + 1, u->n, &seen);
		if (end - k > 5 || is_office(u, k + 1, end))
			return 0;
	}
	if (end - i > 9 || end - i < 2 || (end == k && !PW_SURNAME(word_info(u->cp + i, end - i))))
		return 0;
	k = u_cp(u, end) == '"' ? end + 1 : end;
	k = u_cp(u, k) == ' ' ? k + 1 : k;
	if (u_cp(u, k) != '<')
		return 0;
	for (k++; k < u->n && k < end + 80 && u->cp[k] != '>' && u->cp[k] != ' '; k++)
		if (u->cp[k] == '@')
			return end;
	return 0;
}
