/*
 * Names in lists of people (参加：桜井、新井), beside their reading (鳰崎 正雄（ニオザキ マサオ）), before honorifics (榧谷内かつ江様) and in the
 * heads of letters, also those that no list has. Only short texts are read so closely.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define LETTERS_MOST 8u

/* Do the letters stand at i, Latin ones in any case? Behind them, or 0. */
static uint32_t says(const struct unit *u, uint32_t i, const char16_t *word)
{
	for (; *word; word++, i++)
		if (small_letter(u_cp(u, i)) != *word)
			return 0;
	return i;
}

/* 千葉, 福島: surnames that are prefectures, too. */
static bool is_prefecture(const struct unit *u, uint32_t i, uint32_t end)
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

/* What no name has in it: labels, offices, prefectures, titles, roles. */
static bool has_word(const struct unit *u, uint32_t i, uint32_t end)
{
	uint64_t mask;

	for (; i < end; i++)
		if (lex_match(u, i, LX_LABEL | LX(LX_NOTNAME) | LX(LX_PREFECTURE) | LX(LX_TITLE) | LX(LX_ROLE), &mask) > 1)
			return true;
	return false;
}

static uint32_t run_of(const struct unit *u, uint32_t i, uint16_t want, uint32_t most)
{
	uint32_t k = i;

	while (k - i < most && u_is(u, k, want))
		k++;
	return k - i;
}

/* かつ江, 美智子, まゆみ: does [i, end) look like a given name? */
static bool is_given(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t n = end - i;

	if (n < 1 || n > 4)
		return false;
	if (PW_GIVEN(word_info(u->cp + i, n)) || name_is_like_given(u, i, n))
		return true;
	if (n >= 2 && run_of(u, i, PC_KATA, n) == n)
		return (word_info(u->cp + i, n) & PW_GIVEN_KANA) != 0;
	/* 久保蘿子: ends as given names do */
	if (n >= 2 && n <= 3 && u_is(u, i, PC_KANJI) && u_is(u, end - 1, PC_KANJI) && is_in(u->cp[end - 1], u"子美江代枝恵郎夫雄男彦介太斗也香奈菜乃佳"))
		return true;
	for (uint32_t k = i; k + 1 < end; k++)
		if (!u_is(u, k, PC_HIRA | PC_KATA))
			return false;
	return n >= 2 && is_in(u->cp[end - 1], u"子代江美枝恵世香");
}

/* One to four kanji and what looks like a given name, with a blank between them or none. */
static bool is_person(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t first = run_of(u, i, PC_KANJI, end - i), k = i + first;

	if (!first || end - i < 3 || end - i > LETTERS_MOST + 1 || has_word(u, i, end))
		return false;
	if (k < end && u->cp[k] == ' ')
		return first <= 4 && k + 1 < end && end - k <= 5 && run_of(u, k + 1, PC_KANJI | PC_HIRA | PC_KATA, end - k - 1) == end - k - 1;
	if (k < end)
		return first <= 4 && is_given(u, k, end);
	for (uint32_t s = first - 1; s >= 1; s--)
		if (PW_SURNAME(word_info(u->cp + i, s)) && is_given(u, i + s, end))
			return true;
	return first >= 3 && first <= 6 && (PW_GIVEN(word_info(u->cp + end - 2, 2)) >= 2 || (PW_GIVEN(word_info(u->cp + end - 2, 2)) && !(word_info(u->cp + end - 2, 2) & PW_GIVEN_WORD)));
}

/* The same, and the lists have a part of it. */
static bool is_sure(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t first = run_of(u, i, PC_KANJI, end - i), k = i + first;

	if (!is_person(u, i, end))
		return false;
	if (k >= end || u->cp[k] != ' ')
		return true;
	return PW_SURNAME(word_info(u->cp + i, first)) || (PW_GIVEN(word_info(u->cp + k + 1, end - k - 1)) && !(word_info(u->cp + k + 1, end - k - 1) & PW_GIVEN_WORD)) ||
		(u_is(u, k + 1, PC_KATA) && (word_info(u->cp + k + 1, end - k - 1) & PW_GIVEN_KANA));
}

/* Where the word before i begins, and perhaps the one before a blank: letters of names only. */
static uint32_t word_before(const struct unit *u, uint32_t i, bool two)
{
	uint32_t k = i;

	while (k && i - k < LETTERS_MOST + 1 && u_is(u, k - 1, PC_KANJI | PC_HIRA | PC_KATA) && u->cp[k - 1] != u'・')
		k--;
	if (two && k > 1 && k < i && u->cp[k - 1] == ' ' && u_is(u, k - 2, PC_KANJI)) {
		uint32_t j = k - 1;

		while (j && k - j < 6 && u_is(u, j - 1, PC_KANJI))
			j--;
		/* ちなみに榊 梓埜さん: a surname of the lists may stand behind hiragana */
		if (!(j && u_is(u, j - 1, PC_HIRA | PC_KATA | PC_KANJI) && u->cp[j - 1] != u'・' && !(u_is(u, j - 1, PC_HIRA) && PW_SURNAME(word_info(u->cp + j, k - 1 - j)))) && !has_word(u, j, k - 1))
			return j;
	}
	return k;
}

/* Where the person whose name ends at `end` begins: with the word before a blank when both together are one. */
static uint32_t person_before(const struct unit *u, uint32_t end)
{
	uint32_t from = word_before(u, end, true);

	return is_person(u, from, end) ? from : word_before(u, end, false);
}

/* （ニオザキ マサオ）, 《なかむらまさお》: where the reading of a person ends; *ret_two when it is two words. */
static uint32_t reading_at(const struct unit *u, uint32_t i, bool *ret_two)
{
	uint16_t close = u_cp(u, i) == '(' ? ')' : 0x300B, kind = u_is(u, i + 1, PC_KATA) ? PC_KATA : PC_HIRA;
	uint32_t first = run_of(u, i + 1, kind, 14), k = i + 1 + first, second = 0;

	if (first < 2)
		return 0;
	if (u_cp(u, k) == ' ') {
		second = run_of(u, k + 1, kind, 9);
		k += 1 + second;
	}
	*ret_two = second >= 2;
	return u_cp(u, k) == close && (second ? second >= 2 && second <= 8 && first <= 8 : first >= 4 && first <= 13) ? k : 0;
}

/* 霞倉隆（かすみぐらたかし）: a given name of the lists ends the name, and a reading of one ends its reading. */
static bool reading_fits(const struct unit *u, uint32_t from, uint32_t end, uint32_t i, uint32_t close)
{
	bool given = false, read = false;

	if (end - from < 3 || run_of(u, from, PC_KANJI, 3) < 2)
		return false;
	for (uint32_t g = 1; g <= 3 && g + 1 < end - from; g++)
		given |= PW_GIVEN(word_info(u->cp + end - g, g)) != 0;
	for (uint32_t g = 2; g <= 5 && g + 1 < close - i; g++)
		read |= kana_is_given(u, close - g, close);
	return given && read;
}

/* 雨夜嘉津雄（1932年2月19日生）: the end of the date, or 0. */
static uint32_t birth_at(const struct unit *u, uint32_t i)
{
	uint32_t end = u_is(u, i + 1, PC_DIGIT | PC_ALPHA | PC_KANJI) ? date_read(u, i + 1, u->n) : 0;

	return end && u_cp(u, end) == u'生' ? end : 0;
}

static rc beside_birth(struct unit *u, uint32_t i)
{
	uint32_t end = i, from;

	while (end && u->cp[end - 1] == ' ')
		end--;
	from = person_before(u, end);
	if (end - from < 3 || !unit_free(u, from, end) || has_word(u, from, end) || !u_is(u, from, PC_KANJI))
		return OK;
	return is_person(u, from, end) || run_of(u, from, PC_KANJI, 6) == end - from ? unit_span(u, from, end, PII_NAME, PII_LIKELY, "born") : OK;
}

static rc beside_reading(struct unit *u, uint32_t i)
{
	bool two;
	uint32_t close = reading_at(u, i, &two), end = i, from, more, names;

	if (!close || !unit_free(u, i + 1, close))
		return OK;
	while (end && u->cp[end - 1] == ' ')
		end--;
	end -= lex_before(u, end, LX(LX_HONORIFIC));
	while (end && u->cp[end - 1] == ' ')
		end--;
	if (end && u->claim[end - 1] == 1 && (two || kana_splits(u, i + 1, close)))   /* 沼野井　翼様　（ﾇﾏﾉｲ ﾂﾊﾞｻ） */
		return unit_span(u, i + 1, close, PII_NAME_KANA, PII_LIKELY, "reading");
	from = person_before(u, end);
	if (end - from < 2 || !unit_free(u, from, end) || has_word(u, from, end))
		return OK;
	/* 東京（トウキョウ）: one word is the reading of anything */
	record_count(u, &names, &more);
	if (!u_is(u, from, PC_KANJI) || !(two || ((more || kana_splits(u, i + 1, close) || reading_fits(u, from, end, i + 1, close)) && (is_person(u, from, end) || (close - i > 5 && run_of(u, from, PC_KANJI, 6) == end - from && end - from >= 3)))))
		return OK;
	if (two && !is_person(u, from, end) && (!run_of(u, from, PC_KANJI, 4) || run_of(u, from, PC_KANJI, 6) + 3 < end - from || end - from > 6))
		return OK;
	TRY(unit_span(u, from, end, PII_NAME, PII_LIKELY, "reading"));
	return unit_span(u, i + 1, close, PII_NAME_KANA, PII_LIKELY, "reading");
}

/* 様, さん, 氏, 殿 at i, with nothing of a longer word behind. */
static bool honours(const struct unit *u, uint32_t i)
{
	uint16_t ch = u_cp(u, i);
	uint32_t len = ch == u'様' || ch == u'氏' || ch == u'殿' ? 1 : ch == u'さ' && u_cp(u, i + 1) == u'ん' ? 2 : ch == u'さ' && u_cp(u, i + 1) == u'ま' ? 2 : 0;

	return len && !u_is(u, i + len, PC_KANJI | PC_KATA) && !(ch == u'様' && (u_cp(u, i + 1) == u'々' || u_cp(u, i + 1) == u'な'));
}

/* 榧谷内かつ江様, 宇良　暢宏さん: the whole of what stands before what persons are called, parts of which may have been found. */
static rc before_honorific(struct unit *u, uint32_t i)
{
	uint32_t end = i, from;

	if (!honours(u, i) || !i)
		return OK;
	if (u->cp[end - 1] == ' ')
		end--;
	from = person_before(u, end);
	if (end - from < 3 || !u_is(u, from, PC_KANJI) || (name_is_called_word(u->cp[end - 1]) && u->cp[end - 1] != u'子' && !PW_GIVEN(word_info(u->cp + end - 2, 2)) && u->cp[end - 3] != ' ') ||
			(from && u_is(u, from - 1, PC_DIGIT)) || !is_person(u, from, end))
		return OK;
	if ((u->cp[i] == u'殿' && u->cp[i - 1] != ' ') || (u->cp[i - 1] == ' ' && u_cp(u, i + 1) == ' ' && u_is(u, i + 2, PC_KANJI)))
		return OK;   /* 伊勢神宮本殿, 共 通 様 式 */
	return unit_widen(u, from, end, PII_NAME, "called so");
}

/* Where an item of a list may end. */
static bool item_ends(const struct unit *u, uint32_t i)
{
	uint64_t mask;

	return name_field_ends(u, i, u->n) || u_cp(u, i) == 0x30FB || u_cp(u, i) == 0x2192 || lex_match(u, i, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask);
}

/* 裕子さん: a given name of the lists by itself. */
static rc given_called(struct unit *u, uint32_t i)
{
	uint32_t n = run_of(u, i, PC_KANJI, 4), info = word_info(u->cp + i, n);

	if (n < 2 || n > 3 || u_cp(u, i + n) != u'さ' || u_cp(u, i + n + 1) != u'ん' || PW_GIVEN(info) < 2 || (info & PW_GIVEN_WORD) || !unit_free(u, i, i + n))
		return OK;
	return unit_span(u, i, i + n, PII_NAME, PII_DOUBTFUL, "given name and honorific");
}

/* A surname by itself that the list of people may have; *ret_known when a list of ours has it. */
static uint32_t surname_item(const struct unit *u, uint32_t i, bool *ret_known)
{
	*ret_known = false;
	for (uint32_t s = 5; s >= 1; s--) {
		uint32_t info = word_info(u->cp + i, s);
		uint64_t mask;

		if (!PW_SURNAME(info) || (s == 1 && PW_SURNAME(info) < 2) || !item_ends(u, i + s))
			continue;
		if (lex_match(u, i, LX(LX_NOTNAME) | LX(LX_ROLE) | LX(LX_TITLE), &mask) >= s)
			return 0;
		*ret_known = true;
		return i + s;
	}
	return 0;
}

/* Any two to four kanji, as an item beside others that are surnames. */
static uint32_t other_item(const struct unit *u, uint32_t i)
{
	uint32_t n = run_of(u, i, PC_KANJI, 5);

	return n >= 2 && n <= 4 && item_ends(u, i + n) && !has_word(u, i, i + n) && !name_is_called_word(u->cp[i + n - 1]) ? i + n : 0;
}

/* Behind （訪問介護） and the sign between two items; 0 when the list ends. */
static uint32_t next_item(const struct unit *u, uint32_t i)
{
	uint64_t mask;
	uint32_t k = i + lex_match(u, i, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask);

	if (u_cp(u, k) == '(')
		for (uint32_t from = k; k < from + 24 && u_cp(u, k) && u->cp[k++] != ')';)
			;
	if (u_cp(u, k) != 0x3001 && u_cp(u, k) != 0x30FB && u_cp(u, k) != ',' && !(u_cp(u, k) == '/' && !u_is(u, k + 1, PC_DIGIT)))
		return 0;
	for (k++; u_cp(u, k) == ' ';)
		k++;
	return k;
}

#define ITEMS_MOST 40u

/* The surnames from i on; `sign` when a colon stands before them. */
static rc items_read(struct unit *u, uint32_t i, bool sign)
{
	uint32_t starts[ITEMS_MOST], ends[ITEMS_MOST], n = 0, known = 0, places = 0;
	uint64_t mask;

	while (i && i < u->n && n < ITEMS_MOST) {
		bool is_known;
		uint32_t end = surname_item(u, i, &is_known);

		if (!end)
			end = other_item(u, i);
		if (!end)
			break;
		starts[n] = i;
		ends[n++] = end;
		known += is_known;
		places += is_known && is_prefecture(u, i, end);
		i = next_item(u, end);
	}
	/* 担当：福島、千葉 may be either */
	if (!known || known == places || (!sign && (known < n || PW_SURNAME(word_info(u->cp + starts[0], ends[0] - starts[0])) < 2)))
		return OK;
	for (uint32_t k = 0; k < n; k++)
		if (unit_free(u, starts[k], ends[k]) && !lex_match(u, starts[k], LX(LX_PREFECTURE), &mask))
			TRY(unit_span(u, starts[k], ends[k], PII_NAME, PII_DOUBTFUL, "list of people"));
	return OK;
}

static rc people_listed(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint64_t mask;
	uint32_t len = lex_match(u, i, LX(LX_PEOPLE), &mask), k = i + len, from;
	bool sign = false;

	*ret_next = len ? i + len : i + 1;
	if (!len)
		return OK;
	for (from = k; k < u->n && k < from + 12 && (u->cp[k] == ' ' || u->cp[k] == ':' || u->cp[k] == ']' || u->cp[k] == 0x3011 || u->cp[k] == '='); k++)
		sign |= u->cp[k] != ' ';
	if (k == from || k >= u->n || (!sign && i && u_is(u, i - 1, PC_KANJI)))
		return OK;
	return items_read(u, sign ? name_start(u, k, u->n) : k, sign);
}

/* 弊社の佐藤が, 担任の久保まで: who speaks of one of theirs. */
static rc of_ours(struct unit *u, uint32_t i)
{
	static const char16_t *const before[] = { u"担任", u"担当", u"窓口", u"受付", u"上司", u"同僚", u"部下", u"後任", u"前任", u"弊社", u"当社", u"当課", u"当方", u"私ども", u"同課", u"同係", u"弊課", u"当院", u"当校", u"当行", u"弊行", u"弊店", u"当店" };
	bool said = false;

	if (i < 3 || u->cp[i - 1] != u'の' || !u_is(u, i, PC_SURNAME))
		return OK;
	for (size_t k = 0; k < sizeof before / sizeof *before && !said; k++)
		said = u->cp[i - 2] == before[k][1] && u->cp[i - 3] == before[k][0];
	for (uint32_t s = 5; s >= 1 && said; s--) {
		uint32_t info = word_info(u->cp + i, s);

		if (PW_SURNAME(info) < (s == 1 ? 2u : 1u) || (info & PW_PLACE && is_prefecture(u, i, i + s)) || (name_end_at(u, i + s, u->n) < END_PARTICLE && !(u_cp(u, i + s) == u'ま' && u_cp(u, i + s + 1) == u'で')) || is_in(u_cp(u, i + s), u"のや"))
			continue;
		return unit_free(u, i, i + s) ? unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "one of ours") : OK;
	}
	return OK;
}

/* 小島の端末に: whose machine, account or telephone it was. */
static rc owns_machine(struct unit *u, uint32_t i)
{
	static const char16_t *const things[] = { u"端末", u"パソコン", u"pc", u"アカウント", u"メールボックス", u"携帯", u"スマホ", u"スマートフォン", u"席", u"机", u"業務用" };

	if ((i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA)) || (i && is_in(u->cp[i - 1], u"のおご")))
		return OK;
	for (uint32_t s = 4; s >= 2; s--) {
		uint32_t info = u_cp(u, i + s) == u'の' ? word_info(u->cp + i, s) : 0;

		if (PW_SURNAME(info) < 2 || is_prefecture(u, i, i + s) || has_word(u, i, i + s))
			continue;
		for (size_t k = 0; k < sizeof things / sizeof *things; k++)
			if (says(u, i + s + 1, things[k]) && unit_free(u, i, i + s))
				return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "whose machine");
	}
	return OK;
}

/* 宛先: 水主　澪音; 笹川 梓埜 <…>: whom the head of a letter names. */
static rc letter_head(struct unit *u)
{
	static const char16_t *const heads[] = { u"差出人", u"送信者", u"宛先", u"受信者", u"cc", u"bcc", u"from", u"to" };
	uint32_t i = 0;

	for (size_t k = 0; k < sizeof heads / sizeof *heads && !i; k++)
		i = says(u, 0, heads[k]);
	while (i && i < u->n && u->cp[i] == ' ')
		i++;
	if (!i || u_cp(u, i) != ':')
		return OK;
	for (i++; i < u->n;) {
		uint32_t end;

		while (i < u->n && (u->cp[i] == ' ' || u->cp[i] == '"'))
			i++;
		for (end = i; end < u->n && u->cp[end] != ';' && u->cp[end] != ',' && u->cp[end] != '<' && u->cp[end] != '"' && u->cp[end] != '\r' && u->cp[end] != '(' && u->cp[end] != 0x3001;)
			end++;
		uint32_t last = end;
		while (last > i && u->cp[last - 1] == ' ')
			last--;
		if (last > i && is_person(u, i, last))
			TRY(unit_widen(u, i, last, PII_NAME, "head of a letter"));
		for (i = end; i < u->n && u->cp[i] != ';' && u->cp[i] != ',' && u->cp[i] != 0x3001;)
			i++;
		i++;
	}
	return OK;
}

/* 露木教頭, 帆足主任へ: before what only persons are; nothing that is a place or an office, too. */
static rc with_title(struct unit *u, uint32_t i)
{
	static const char16_t *const titles[] = { u"主任", u"教頭", u"主事", u"参事", u"主査", u"係長", u"課長", u"部長", u"次長", u"主幹", u"専務", u"常務", u"担任", u"医師", u"看護師", u"弁護士", u"巡査", u"警部補" };

	if (i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA))
		return OK;
	for (uint32_t s = 4; s >= 2; s--) {
		uint32_t info = i + s < u->n ? word_info(u->cp + i, s) : 0;

		if (!PW_SURNAME(info) || is_in(u->cp[i + s - 1], u"部課係室局署所館院校園員長") || is_prefecture(u, i, i + s) || has_word(u, i, i + s))
			continue;
		for (size_t k = 0; k < sizeof titles / sizeof *titles; k++) {
			uint32_t end = says(u, i + s, titles[k]);

			if (end && !u_is(u, end, PC_KANJI | PC_KATA) && unit_free(u, i, i + s))
				return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "title");
		}
	}
	return OK;
}

/* 釜萢 光 14:11: who speaks, and when, by themselves in a line. */
static rc speaks(struct unit *u)
{
	uint32_t end = u->n, from;

	while (end && (u->cp[end - 1] == ' ' || u->cp[end - 1] == '\r'))
		end--;
	for (from = end; from && (u_is(u, from - 1, PC_DIGIT) || u->cp[from - 1] == ':');)
		from--;
	if (end - from < 4 || end - from > 8 || !u_is(u, from, PC_DIGIT) || from < 4 || from > 14 || u->cp[from - 1] != ' ' || (u_cp(u, from + 1) != ':' && u_cp(u, from + 2) != ':'))
		return OK;
	while (from && u->cp[from - 1] == ' ')
		from--;
	return from && unit_free(u, 0, from) && is_sure(u, 0, from) ? unit_span(u, 0, from, PII_NAME, PII_DOUBTFUL, "speaks") : OK;
}

/* ・標拓也（市民課 → 医事課）: an item of a list that is a person, and what is said of them in brackets. */
static rc list_item(struct unit *u)
{
	uint32_t i = 0, from, end;
	uint64_t mask;

	while (u_cp(u, i) == ' ')
		i++;
	from = i;
	while (u_is(u, i, PC_DIGIT))
		i++;
	if (i == from ? !is_in(u_cp(u, i), u"・*●○■-◆") : u_cp(u, i) != '.' && u_cp(u, i) != ')')
		return OK;
	for (i++; u_cp(u, i) == ' ';)
		i++;
	for (end = i; end < u->n && u->cp[end] != '(' && end < i + 10;)
		end++;
	if (u_cp(u, end) != '(' || end == i || !unit_free(u, i, end) || !is_sure(u, i, end))
		return OK;
	for (uint32_t k = end + 1; k < u->n && k < end + 24 && u->cp[k] != ')'; k++)
		if (is_in(u->cp[k], u"課係部室局歳") || u->claim[k] == 1 || lex_match(u, k, LX(LX_ROLE) | LX(LX_TITLE), &mask) > 1)
			return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "item of a list");
	return OK;
}

bool crowd_below_address(const struct unit *u)
{
	const struct pii_work *w = u->w;

	for (size_t k = w->n_spans; k > 0 && w->n_spans - k < 8; k--) {
		const struct pii_span *s = &w->spans[k - 1];

		if (s->end < u->base && u->base - s->end <= 2 && (s->type == PII_ADDRESS || s->type == PII_PHONE || s->type == PII_POSTAL))
			return true;
	}
	return false;
}

/* 山田皓太, alone below an address; 10:49～　十時美咲, the one whose turn it is. */
static rc alone_in_line(struct unit *u)
{
	uint32_t i = 0, end = u->n;

	while (end && (u->cp[end - 1] == ' ' || u->cp[end - 1] == '\r'))
		end--;
	while (i < end && (u->cp[i] == ' ' || u_is(u, i, PC_DIGIT) || u->cp[i] == ':'))
		i++;
	if (i > 3 && (u_cp(u, i) == 0xFF5E || u_cp(u, i) == '~' || u_cp(u, i) == 0x301C) && u_is(u, i - 1, PC_DIGIT)) {
		for (i++; u_cp(u, i) == ' ';)
			i++;
	} else if (i && !u_is(u, i - 1, PC_BLANK)) {
		return OK;
	} else if (!crowd_below_address(u)) {
		return OK;
	}
	return end > i && unit_free(u, i, end) && is_sure(u, i, end) ? unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "alone in its line") : OK;
}

/* お電話ありがとうございます。王生が承ります: who says what they do. */
static rc serves(struct unit *u, uint32_t i)
{
	static const char16_t *const verbs[] = { u"が承", u"がうけたま", u"が伺", u"がお伺", u"が対応いた", u"が対応させ", u"が担当いた", u"が担当させ", u"がお受け", u"が参り", u"がご案内", u"がご説明", u"と申し", u"と申す" };

	if (i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_HIRA | PC_ALPHA))
		return OK;
	for (uint32_t s = 5; s >= 1; s--) {
		if (!PW_SURNAME(word_info(u->cp + i, s)) || (s > 1 && has_word(u, i, i + s)))
			continue;
		for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
			if (says(u, i + s, verbs[k]) && unit_free(u, i, i + s))
				return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "serves");
	}
	return OK;
}

/* PTA会長　水主トメ, behind an office. */
static rc behind_office(struct unit *u, uint32_t i)
{
	uint32_t end = i;

	if (i < 3 || u->cp[i - 1] != ' ' || (lex_before(u, i - 1, LX(LX_ROLE) | LX(LX_TITLE)) < 2 && !(is_in(u->cp[i - 2], u"課係部室局店") && u_is(u, i - 3, PC_KANJI))))
		return OK;
	while (end < u->n && end < i + 9 && (u_is(u, end, PC_KANJI | PC_HIRA | PC_KATA) || (u->cp[end] == ' ' && u_is(u, end + 1, PC_KANJI | PC_HIRA | PC_KATA))))
		end++;
	if (!name_field_ends(u, end, u->n))
		return OK;
	end -= lex_before(u, end, LX(LX_HONORIFIC));
	return is_sure(u, i, end) ? unit_widen(u, i, end, PII_NAME, "office and name") : OK;
}

/* 経理部（工藤谷 義雄）: who of an office. */
static rc in_brackets(struct unit *u, uint32_t i)
{
	uint32_t end = i;

	while (end < u->n && u->cp[end] != ')' && end < i + 10)
		end++;
	return u_cp(u, end) == ')' && is_person(u, i, end) ? unit_widen(u, i, end, PII_NAME, "of an office") : OK;
}

/* 嘉　数　さ　く　ら　様: letters each by itself before an honorific. */
static rc spaced_before(struct unit *u, uint32_t i)
{
	uint32_t k = i, n = 0, behind = i + 1;
	uint16_t first[2];

	while (u_cp(u, behind) == ' ')
		behind++;
	if (!honours(u, i) || u_is(u, behind, PC_KANJI | PC_HIRA | PC_KATA))
		return OK;   /* 共 通 様 式 */
	while (k > 1 && n < 8 && u->cp[k - 1] == ' ') {
		uint32_t j = k - 1;

		while (j && u->cp[j - 1] == ' ')
			j--;
		if (!j || !u_is(u, j - 1, PC_KANJI | PC_HIRA | PC_KATA) || (j > 1 && u->cp[j - 2] != ' '))
			break;
		k = j - 1;
		first[1] = n ? first[0] : 0;
		first[0] = u->cp[k];
		n++;
	}
	return n >= 3 && (PW_SURNAME(word_info(first, 2)) || PW_SURNAME(word_info(first, 1)) >= 2 || (k == 0 && behind >= u->n)) ? unit_widen(u, k, i, PII_NAME, "letters set apart") : OK;
}

rc crowd_find(struct unit *u)
{
	if (u->latin_only)
		return OK;
	TRY(letter_head(u));
	TRY(speaks(u));
	TRY(list_item(u));
	TRY(alone_in_line(u));
	for (uint32_t i = 0, next; i < u->n; i = next) {
		uint16_t ch = u->cp[i];

		next = i + 1;
		if (ch == '(' && i > 2 && is_in(u->cp[i - 1], u"課係部室局店") && u_is(u, i - 2, PC_KANJI | PC_KATA))
			TRY(in_brackets(u, i + 1));
		if (ch == '(' && birth_at(u, i))
			TRY(beside_birth(u, i));
		else if (ch == '(' || ch == 0x300A)
			TRY(beside_reading(u, i));
		else if (ch == u'様' || ch == u'さ' || ch == u'氏' || ch == u'殿')
			TRY(before_honorific(u, i));
		if (ch == u'様' || ch == u'殿')
			TRY(spaced_before(u, i));
		if (u_is(u, i, PC_LEX) && u->claim[i] != 1)
			TRY(people_listed(u, i, &next));
		if (u_is(u, i, PC_KANJI) && i && u->cp[i - 1] == ' ')
			TRY(behind_office(u, i));
		if (u_is(u, i, PC_SURNAME) && u_is(u, i, PC_KANJI) && !u->claim[i]) {
			TRY(serves(u, i));
			TRY(with_title(u, i));
			TRY(given_called(u, i));
			TRY(of_ours(u, i));
			TRY(owns_machine(u, i));
		}
	}
	return OK;
}
