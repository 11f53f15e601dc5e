/* Addresses: prefecture or town, then the block, then the building. */
#include "engine/select/pii_unit.h"

#include <uchar.h>

#include "base/banned.h"

#define BODY_MOST 28u
#define REGION_MOST 6u     /* letters of its name, but for the last */

static bool is_one_of(uint16_t ch, const char16_t *set)
{
	for (; *set; set++)
		if (*set == ch)
			return true;
	return false;
}

static uint32_t numeral_end(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i;

	if (u_is(u, i, PC_DIGIT)) {
		while (k < limit && u_is(u, k, PC_DIGIT))
			k++;
		return k - i <= 5 ? k : i;
	}
	while (k < limit && k < i + 5 && u_is(u, k, PC_KNUM))
		k++;
	return k;
}

/* 丁目 番地 番 号 の - : behind it and whether it alone makes a block. */
static uint32_t block_word(const struct unit *u, uint32_t i, bool *ret_strong)
{
	*ret_strong = true;
	if (u_cp(u, i) == u'丁' && u_cp(u, i + 1) == u'目')
		return i + 2;
	if (u_cp(u, i) == u'番' && u_cp(u, i + 1) == u'地')
		return i + 2;
	if (u_cp(u, i) == u'街' && u_cp(u, i + 1) == u'区' && u_is(u, i + 2, PC_DIGIT | PC_KNUM))
		return i + 2;   /* 6街区21号 */
	if (u_cp(u, i) == u'番' &&
		(u_is(u, i + 1, PC_DIGIT | PC_KNUM | PC_HYPHEN) || !u_is(u, i + 1, PC_KANJI)))
		return i + 1;
	*ret_strong = false;
	/* 6 - 39 - 1 */
	if (u_cp(u, i) == ' ' && u_is(u, i + 1, PC_HYPHEN) && u_cp(u, i + 2) == ' ' && u_is(u, i + 3, PC_DIGIT))
		return i + 3;
	if (u_cp(u, i) == u'号' && u_cp(u, i + 1) != u'室' && u_cp(u, i + 1) != u'棟')
		return i + 1;
	if (u_is(u, i, PC_HYPHEN) || u_cp(u, i) == u'の' || u_cp(u, i) == u'ノ')
		return u_is(u, i + 1, PC_DIGIT | PC_KNUM) ? i + 1 : i;
	return i;
}

/* 三の四の二十八: a numeral, の and a numeral again behind the first の at i. */
static bool is_joined_by_no(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t e = numeral_end(u, i + 1, limit);

	return u_cp(u, i) == u'の' && e > i + 1 && u_cp(u, e) == u'の' && numeral_end(u, e + 1, limit) > e + 1;
}

/*
 * 3-24-27, 8丁目18番26号, 2丁目25番地24, 三丁目二十七番三号. The end, or 0.
 * A kanji numeral begins a block only when such a word follows: 二番町3-2-5 and 三軒茶屋 are names.
 */
static uint32_t block_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t parts = 0, end = 0, k = i, next;
	bool strong = false, any = false;

	while (k < limit && parts < 6) {
		uint32_t e = numeral_end(u, k, limit);

		if (e == k)
			break;
		next = block_word(u, e, &strong);
		if (!parts && next == e)
			return 0;
		if (!parts && !u_is(u, k, PC_DIGIT) && !strong && !u_is(u, e, PC_HYPHEN) && !is_joined_by_no(u, e, limit))
			return 0;
		if (parts && u_is(u, k, PC_KNUM) && u_is(u, e, PC_KANJI) && next == e)
			break;   /* 1丁目一心荘 */
		parts++;
		any |= strong && next > e;
		end = e;
		if (next == e)
			break;
		if (!u_is(u, e, PC_HYPHEN) && u->cp[e] != u'の' && u->cp[e] != u'ノ' && u->cp[e] != ' ')
			end = next;
		k = next;
		if (u_cp(u, k) == u'の' && u_is(u, k + 1, PC_DIGIT | PC_KNUM))
			k++;
		if (u_is(u, k, PC_HYPHEN) && u_is(u, k + 1, PC_DIGIT))
			k++;
	}
	return parts >= 2 || any ? end : 0;
}

/* Floor or room behind a building's name: 305号室, 102, 3F, 405号. The end, or i. */
static uint32_t room_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i;

	while (k < limit && u_is(u, k, PC_DIGIT))
		k++;
	if (k == i || k - i > 5)
		return i;
	if (u_is(u, k, PC_HYPHEN) && u_is(u, k + 1, PC_DIGIT))
		for (k++; k < limit && u_is(u, k, PC_DIGIT);)
			k++;
	if (u_cp(u, k) == u'号')
		k += u_cp(u, k + 1) == u'室' || u_cp(u, k + 1) == u'棟' ? 2 : 1;
	else if (u_cp(u, k) == u'階' || u_cp(u, k) == u'F' || u_cp(u, k) == u'棟' || u_cp(u, k) == u'室')
		k++;
	return u_is(u, k, PC_ALPHA) ? i : k;
}

/* 7棟203号: building and room of an estate. The end, or i. */
static uint32_t rooms_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = room_at(u, i, limit);

	return k > i && (u->cp[k - 1] == u'棟' || u->cp[k - 1] == u'館') ? room_at(u, u_cp(u, k) == ' ' ? k + 1 : k, limit) : k;
}

static bool has_building_word(const struct unit *u, uint32_t i, uint32_t end)
{
	uint64_t mask;

	for (; i < end; i++)
		if (lex_match(u, i, LX(LX_BUILDING), &mask))
			return true;
	return false;
}

/* "1ビル", "2号館" within the name of a building: behind it, or i. */
static uint32_t numbered_building(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, len;
	uint64_t mask;

	while (k < limit && k < i + 3 && u_is(u, k, PC_DIGIT))
		k++;
	k += u_cp(u, k) == u'号' || u_cp(u, k) == u'番';
	len = lex_match(u, k, LX(LX_BUILDING), &mask);
	return len ? k + len : i;
}

/*
 * コーポみどり 1204, 第二ひばり荘203, ふじ寮 305号: with hiragana, which elsewhere begin the rest of a sentence, there must be a
 * room; ルミエール松風 101 has no word that says what it is, so what is in katakana must be followed by a room of three digits.
 */
static uint32_t soft_building(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, kana = 0, room, from;
	bool bare;

	bare = u_is(u, i, PC_HIRA) && !(i && u->cp[i - 1] == ' ');   /* 28つつじ荘101 */
	while (u_is(u, i + kana, PC_KATA))
		kana++;
	for (; k < limit && k < i + 20 && (u_is(u, k, PC_KATA | PC_KANJI | PC_HIRA | PC_ALPHA) || u->cp[k] == u'・'); k++)
		;
	from = u_cp(u, k) == ' ' ? k + 1 : k;
	room = rooms_at(u, from, limit);
	if (k < i + 2 || room == from || (bare && (k > i + 8 || (room < from + 2 && !has_building_word(u, i, k)))))
		return i;
	return has_building_word(u, i, k) || (kana >= 3 && room >= from + 3) ? room : i;
}

/* Casa Verde 205: words in Latin letters with a capital, before a room. */
static bool is_latin_name(const struct unit *u, uint32_t i, uint32_t end)
{
	for (uint32_t k = i; k < end; k++)
		if (!u_is(u, k, PC_ALPHA) && u->cp[k] != ' ')
			return false;
	return end - i >= 4 && u->cp[i] >= 'A' && u->cp[i] <= 'Z';
}

/* The building behind the block: the end, or `i`. */
static uint32_t building_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t from = i, k, room;

	if (u_cp(u, from) == ' ' || u_cp(u, from) == 0x3001)
		from++;
	room = room_at(u, from, limit);
	if (room > from && from > i && u_cp(u, room - 1) == u'室')
		return room;   /* "3-24-27 405号室" */
	if (!u_is(u, from, PC_KATA | PC_KANJI | PC_ALPHA | PC_HIRA))
		return i;
	for (k = from; k < limit && k < from + 24; k++)
		if (u_is(u, k, PC_DIGIT) && k > from && (room = numbered_building(u, k, limit)) > k)
			k = room - 1;   /* 第1ビル */
		else if (u_is(u, k, PC_DIGIT) && k > from && u->cp[k - 1] == u'第')
			continue;   /* 第3吉岡ビル */
		else if (!u_is(u, k, PC_KATA | PC_KANJI | PC_ALPHA) && u->cp[k] != u'・' && u->cp[k] != u'の' &&
			!(u->cp[k] == ' ' && k > from + 1 && u_is(u, k - 1, PC_ALPHA | PC_KATA) &&
				u_is(u, k + 1, PC_ALPHA | PC_KATA)))
			break;
	if ((room = soft_building(u, from, limit)) > k)
		return room;
	if (k < from + 2)
		return i;
	room = rooms_at(u, u_cp(u, k) == ' ' ? k + 1 : k, limit);
	if (room > k + 1 || (room > k && u_cp(u, k) != ' '))
		if (u_cp(u, k) != ' ' || has_building_word(u, from, k) || (room >= k + 2 && is_latin_name(u, from, k)))
			return room;
	return has_building_word(u, from, k) && !u_is(u, k, PC_HIRA) ? k : i;
}

/* A town's name ends in one of these. */
static bool is_town_end(uint16_t ch) { return is_one_of(ch, u"市区町村郡"); }

/* Prefecture or town at i: behind it, or 0. */
static uint32_t region_at(const struct unit *u, uint32_t i)
{
	uint64_t mask;
	bool may = is_one_of(u_cp(u, i + 2), u"都道府県") || u_cp(u, i + 3) == u'県';
	uint32_t len = may ? lex_match(u, i, LX(LX_PREFECTURE), &mask) : 0;

	if (len)   /* 青森県 八戸市 */
		return i + len + (u_cp(u, i + len) == ' ' && u_is(u, i + len + 1, PC_PLACE));
	for (uint32_t k = REGION_MOST; k >= 1; k--) {
		if (!is_town_end(u_cp(u, i + k)))
			continue;
		if (k == 1 ? u_cp(u, i + 1) == u'市' &&
			u_is(u, i, PC_KANJI) && !(i && u_is(u, i - 1, PC_KANJI)) : (word_info(u->cp + i, k) & PW_PLACE) != 0)
			return i + k + 1;
	}
	return 0;
}

/* The next place from i on of a letter that ends the name of a region. */
static uint32_t next_region(const struct unit *u, uint32_t i)
{
	while ((i = u_next(u, i, PC_KANJI)) < u->n && !is_one_of(u->cp[i], u"市区町村郡都道府県"))
		i++;
	return i;
}

static uint32_t body_and_block(const struct unit *u, uint32_t i, uint32_t limit, bool labelled)
{
	uint32_t most = i + BODY_MOST < limit ? i + BODY_MOST : limit, hira = 0, end;
	bool sections = false;

	for (uint32_t k = i; k < most; k++) {
		if (u_is(u, k, PC_DIGIT | PC_KNUM) && (end = block_at(u, k, limit)) > 0)
			return building_at(u, end, limit);
		if (u_is(u, k, PC_DIGIT) && k > i && (end = numeral_end(u, k, limit)) > k && (u_cp(u, end) == u'条' || u_cp(u, end) == u'線')) {
			k = end;   /* 南1条西2丁目 */
			continue;
		}
		/* 大字上小松1567 */
		if (u_is(u, k, PC_DIGIT) && sections && (end = numeral_end(u, k, limit)) > k && !u_is(u, end, PC_ALPHA | PC_DIGIT | PC_KANJI))
			return building_at(u, end, limit);
		/* 京都府宇治市宇治琵琶33, and nothing more of it */
		if (u_is(u, k, PC_DIGIT) && u->w->strict && !hira && k > i + 1 && (end = numeral_end(u, k, limit)) > k &&
			(end >= u->n || !u_is(u, end, PC_ALPHA | PC_DIGIT | PC_KANJI | PC_HIRA | PC_KATA | PC_BLANK | PC_HYPHEN) || (u->cp[end] == ' ' && u_is_wide(u, end))))
			return end;
		sections |= u->cp[k] == u'字';
		if (u_is(u, k, PC_HIRA) && !labelled && ++hira > 6)
			return 0;
		if (!u_is(u, k, PC_KANJI | PC_KATA | PC_HIRA) &&
			!(u->cp[k] == ' ' && k > i && u_is(u, k + 1, PC_KANJI | PC_DIGIT | PC_KATA)))
			return 0;
	}
	return 0;
}

/* Everything up to the end of the field, for an address that no grammar foresaw. */
static uint32_t field_end(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, kanji = 0, towns = 0;

	for (; k < limit && k < i + 80; k++) {
		uint16_t ch = u->cp[k];

		if (ch == '"' || ch == '<' || ch == ',' || ch == '\t' || ch == 0x3001 || ch == 0x3002 ||
			ch == ';' || ch == '}' || ch == '\'' ||
			ch == '|' || ch == ')' || ch == '&')
			break;
		kanji += u_is(u, k, PC_KANJI);
		towns += is_one_of(ch, u"都道府県市区町村郡");
	}
	return kanji >= 3 && towns ? k : 0;
}

static bool is_postal(const struct unit *u, uint32_t i)
{
	for (uint32_t k = 0; k < 8; k++)
		if (!u_is(u, i + k, k == 3 ? PC_HYPHEN : PC_DIGIT))
			return false;
	return true;
}

uint32_t address_at(const struct unit *u, uint32_t i, uint32_t limit, bool labelled)
{
	uint32_t region = region_at(u, i), end;

	if (!region && !labelled)
		return 0;
	if (labelled && u_is(u, i, PC_DIGIT) && !is_postal(u, i))
		return (end = block_at(u, i, limit)) > 0 ? building_at(u, end, limit) : 0;
	if (labelled && !u_is(u, i, PC_KANJI | PC_KATA | PC_HIRA))
		return 0;
	end = body_and_block(u, region ? region : i, limit, labelled);
	return end || !labelled ? end : field_end(u, i, limit);
}

uint32_t address_blocked(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t region = region_at(u, i);

	return u_is(u, i, PC_KANJI | PC_KATA) || region ? body_and_block(u, region ? region : i, limit, true) : 0;
}

/* 154-0011 before an address. */
static rc postal_before(struct unit *u, uint32_t i)
{
	uint32_t end = i, k;

	while (end && (u->cp[end - 1] == ' ' || u->cp[end - 1] == ',' || u->cp[end - 1] == '"' ||
		u->cp[end - 1] == 0x3001 || u->cp[end - 1] == ')'))
		end--;
	if (end < 8)
		return OK;
	k = end - 8;
	for (uint32_t j = 0; j < 8; j++)
		if (!u_is(u, k + j, j == 3 ? PC_HYPHEN : PC_DIGIT))
			return OK;
	if ((k && u_alnum(u, k - 1)) || !unit_free(u, k, end))
		return OK;
	return unit_span(u, k, end, PII_POSTAL, PII_LIKELY, "before an address");
}

rc addresses_find(struct unit *u)
{
	if (u->latin_only || !unit_has_digits(u))   /* each has a block */
		return OK;
	for (uint32_t i = u_next(u, 0, PC_PLACE | PC_LEX), region = 0; i < u->n; i = u_next(u, i + 1, PC_PLACE | PC_LEX)) {
		bool section = u->cp[i] == u'大' && u_cp(u, i + 1) == u'字';
		uint32_t end;

		if (region <= i)
			region = next_region(u, i + 1);
		if (u->claim[i] || (region > i + REGION_MOST && !section) || !u_is(u, i, PC_KANJI | PC_HIRA | PC_KATA))
			continue;
		end = section && !(i && u_is(u, i - 1, PC_KANJI)) ? body_and_block(u, i, u->n, false) :
			address_at(u, i, u->n, false);
		if (!end)
			continue;
		if (!unit_free(u, i, end))
			continue;
		TRY(unit_span(u, i, end, PII_ADDRESS, PII_LIKELY, "town and block"));
		TRY(postal_before(u, i));
		i = end - 1;
	}
	return OK;
}
