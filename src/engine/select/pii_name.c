/*
 * Names of persons. A name is believed by what it is made of (weights of surname and given name) and by what stands
 * around it: a label or column, an honorific (様, さん), a role before it (従業員), its reading in brackets, clean ends.
 */
#include "engine/select/pii_unit.h"

#include <uchar.h>

#include "base/banned.h"

/* How a name ends: in the midst of a word, before a particle, cleanly, before an honorific or title. */
enum end_kind { END_INSIDE, END_PARTICLE, END_CLEAN, END_HONOURED };

struct name { uint32_t end, surname, given; enum end_kind at_end; bool blank, words,
	modelled; uint32_t weight_s, weight_g; };

static bool is_in(uint16_t ch, const char16_t *set)
{
	for (; *set; set++)
		if (*set == ch)
			return true;
	return false;
}

static bool is_field_end(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t ch = u_cp(u, i);

	return i >= limit || ch == 0 || ch == '"' || ch == '\'' || ch == ',' || ch == '<' || ch == ')' ||
		ch == ';' || ch == '}' || ch == ']' ||
		ch == '&' || ch == '/' || ch == '|' || ch == '\t' || ch == '\\' || ch == 0x3001 ||
			ch == 0x3002 || ch == '(' || ch == ' ' ||
		ch == 0x300D || ch == '\r' || ch == '*';
}

static enum end_kind end_kind_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint64_t mask;
	uint32_t k = i < limit && u->cp[i] == ' ' ? i + 1 : i;

	if (k < limit && lex_match(u, k, LX(LX_HONORIFIC) | (k == i ? LX(LX_TITLE) : 0), &mask))
		return END_HONOURED;
	if (i >= limit)
		return END_CLEAN;
	if (u_is(u, i, PC_KANJI | PC_KATA))
		return lex_match(u, i, LX(LX_ROLE), &mask) >= 2 ? END_CLEAN : END_INSIDE;
	if (!u_is(u, i, PC_HIRA))
		return u_is(u, i, PC_ALPHA) ? END_PARTICLE : END_CLEAN;
	return is_in(u->cp[i], u"はがをのにともへでやかよだ") ? END_PARTICLE : END_INSIDE;
}

static uint32_t score(const struct name *n)
{
	return n->weight_s + n->weight_g + (uint32_t)n->at_end * 4 + (n->blank ? 3u : 0u);
}

static void better(struct name *best, const struct name *try)
{
	if (!best->end || score(try) > score(best) || (score(try) == score(best) && try->end > best->end))
		*best = *try;
}

/* A given name that no list has: one to three kanji that stand in given names. */
static bool is_like_given(const struct unit *u, uint32_t i, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		if (!u_is(u, i + k, PC_GIVEN) || !u_is(u, i + k, PC_KANJI))
			return false;
	return n >= 1;
}

/* ミツ様, はるさん: two or three kana, nothing but an honorific behind. */
static bool is_kana_before_honour(const struct unit *u, uint32_t i, uint32_t n, uint32_t limit)
{
	uint16_t kind = u_is(u, i, PC_KATA) ? PC_KATA : PC_HIRA;

	if (n < 2 || n > 3)
		return false;
	for (uint32_t k = 0; k < n; k++)
		if (!u_is(u, i + k, kind))
			return false;
	return end_kind_at(u, i + n, limit) == END_HONOURED;
}

/* ナツ子, ミサヲ, in a name after a blank: katakana of the lists, or two or three and what ends names of women. */
static bool is_kana_given(const struct unit *u, uint32_t i, uint32_t n)
{
	uint32_t k = 0;

	while (k < n && u_is(u, i + k, PC_KATA))
		k++;
	if (k == n)
		return n >= 2 && (word_info(u->cp + i, n) & PW_GIVEN_KANA);
	return k >= 1 && k + 1 == n && is_in(u->cp[i + k], u"子美江代枝恵香世");
}

static void given_after(const struct unit *u, uint32_t j, uint32_t limit, struct name *n, struct name *best)
{
	for (uint32_t g = 4; g >= 1; g--) {
		uint32_t info;

		if (j + g > limit || !u_is(u, j, PC_GIVEN | PC_KANJI | PC_HIRA | PC_KATA))
			continue;
		info = word_info(u->cp + j, g);
		n->weight_g = PW_GIVEN(info);
		if (!n->weight_g && !(n->blank && n->surname >= 2 && is_kana_given(u, j, g)) && !(g <= 3 && is_like_given(u, j, g)) && !(n->surname >= 2 && is_kana_before_honour(u, j, g, limit)))
			continue;
		n->end = j + g;
		n->given = g;
		n->at_end = end_kind_at(u, n->end, limit);
		if (n->at_end == END_INSIDE && !(n->weight_g && g >= 2 && u_is(u, j, PC_HIRA)))
			continue;
		n->words = (info & PW_GIVEN_WORD) != 0;
		better(best, n);
	}
}

/* The best reading of the text at i as surname and given name. */
static struct name full_name(const struct unit *u, uint32_t i, uint32_t limit)
{
	struct name best = { 0 };

	for (uint32_t s = 5; s >= 1; s--) {
		struct name n = { .surname = s };
		uint32_t info, j = i + s;

		if (j >= limit)
			continue;
		info = word_info(u->cp + i, s);
		n.weight_s = PW_SURNAME(info);
		n.modelled = !n.weight_s && s == 2 && is_surname_like(u->cp + i);
		if (!n.weight_s && !n.modelled)
			continue;
		if (u->cp[j] == ' ' || u->cp[j] == u'・') {
			n.blank = true;
			j++;
		}
		given_after(u, j, limit, &n, &best);
	}
	return best;
}

/* Surname alone before 様 or a title. */
static uint32_t surname_honoured(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight)
{
	for (uint32_t s = 5; s >= 1; s--) {
		uint64_t mask;
		uint32_t w, len, info;

		if (i + s >= limit)
			continue;
		info = word_info(u->cp + i, s);
		w = PW_SURNAME(info);
		if (s == 2 && !w && is_surname_like(u->cp + i))
			w = 1;
		len = w ? lex_match(u, i + s, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask) : 0;
		if (w && !len && s >= 2 && u->cp[i + s] == ' ' && lex_match(u, i + s + 1, LX(LX_HONORIFIC), &mask) && !u_is(u, i + s + 2, PC_KANJI)) {
			*ret_weight = w;
			return i + s;
		}
		if (!len || (s == 1 &&
			(w < 3 || is_in(u->cp[i],
			u"王神仏殿姫奥皆何上若外模同多一仕異有源平摂華両各諸某彼母父娘兄姉屋子客弟妹主役"))))
			continue;
		if ((mask & LX(LX_HONORIFIC)) ? w < 2 && (s < 2 || (info & PW_SURNAME_WORD)) : w < 3 || s < 2)
			continue;
		if (u_is(u, i + s + len, PC_KANJI | PC_KATA) && len < 3 && (u->cp[i + s] != u'様' || s < 2) &&
			!(u_is(u, i + s, PC_HIRA) && s >= 2))
			continue;
		*ret_weight = w;
		return i + s;
	}
	return 0;
}

uint32_t name_at(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight)
{
	struct name n;

	*ret_weight = 0;
	if (!u_is(u, i, PC_SURNAME))
		return 0;
	n = full_name(u, i, limit);
	*ret_weight = score(&n);
	return n.end;
}

/* "(サトウ": the reading of a name begins in brackets. */
static bool reading_follows(const struct unit *u, uint32_t i)
{
	uint32_t k = u_cp(u, i) == ' ' ? i + 1 : i;

	return u_cp(u, k) == '(' && u_is(u, k + 1, PC_KATA | PC_HIRA) && u_is(u, k + 2, PC_KATA | PC_HIRA);
}

static bool is_veto(const struct unit *u, uint32_t i, const struct name *n)
{
	return !n->blank && (word_info(u->cp + i, n->end - i) & PW_VETO);
}

/* Nothing else in the line, but a mail address in brackets: a signature, a header of a mail. */
static bool fills_line(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t k = i;

	while (k && u->cp[k - 1] == ' ')
		k--;
	if (k && u->cp[k - 1] != '>' && u->cp[k - 1] != ':' && u->cp[k - 1] != '"')
		return false;
	while (end < u->n && (u->cp[end] == ' ' || u->cp[end] == '"'))
		end++;
	return end >= u->n || u->cp[end] == '<';
}

/* Is it a name although no label says so? */
static const char *believed(const struct unit *u, uint32_t i, const struct name *n, bool role)
{
	uint32_t letters = n->surname + n->given;

	if (!n->end || n->at_end == END_INSIDE || (n->at_end != END_HONOURED && is_veto(u, i, n)))
		return NULL;
	if (n->at_end == END_HONOURED && (n->weight_g || n->weight_s >= 2) &&
		(letters > 2 || n->weight_s >= 2))
		return "honorific";
	if (reading_follows(u, n->end) && (n->weight_g || (n->weight_s >= 2 && letters > 2)))
		return "reading";
	/* 総務課 木村 航平: a given name that no list has */
	if (role && n->blank && n->weight_s >= 2 && letters >= 3 && n->at_end >= END_CLEAN)
		return "role";
	if (role && n->weight_s + n->weight_g >= 2 && (letters > 2 || (n->weight_s == 3 && n->weight_g)))
		return "role";
	if (!n->weight_g)
		return n->blank && n->surname >= 2 && n->at_end == END_CLEAN && is_kana_given(u, n->end - n->given, n->given) ?
			"surname and given name" : NULL;
	if (letters >= 3 && fills_line(u, i, n->end))
		return "a line by itself";
	if (n->modelled || (n->surname == 1 && n->weight_g < 2))
		return NULL;
	if (n->blank && n->at_end == END_CLEAN && n->weight_s + n->weight_g >= 3)
		return "surname and given name";
	if (n->words && n->weight_s < 3)
		return NULL;
	if (letters >= 4 ? n->weight_s + n->weight_g >= 3 : letters == 3 && n->weight_s >= 2 &&
		n->weight_s + n->weight_g >= 4)
		return "surname and given name";
	return letters >= 3 && n->weight_s == 3 && n->at_end == END_CLEAN &&
		!n->words ? "surname and given name" : NULL;
}

/* 翔太くん, 花子ちゃん: a given name of two letters and more before what only persons are called. */
static uint32_t given_called(const struct unit *u, uint32_t i)
{
	for (uint32_t g = 4; g >= 2; g--) {
		uint32_t info = i + g < u->n ? word_info(u->cp + i, g) : 0, end = i + g;

		if (PW_GIVEN(info) < 1 || (info & PW_GIVEN_WORD))
			continue;
		if (u_cp(u, end) == u'く' && u_cp(u, end + 1) == u'ん')
			return end;
		if (u_cp(u, end) == u'ち' && u_cp(u, end + 1) == u'ゃ' && u_cp(u, end + 2) == u'ん')
			return end;
	}
	return 0;
}

/* 藤 原　美 咲　様: three to five kanji, each by itself, before an honorific; the first or the first two are a surname. The end, or 0. */
static uint32_t spaced_honoured(const struct unit *u, uint32_t i)
{
	uint16_t first[2] = { u->cp[i], 0 };
	uint32_t k = i, n = 0, end = 0;

	for (; n < 6 && u_is(u, k, PC_KANJI); n++) {
		if (n && end_kind_at(u, k, u->n) == END_HONOURED && lex_match(u, k, LX(LX_HONORIFIC), &(uint64_t){ 0 }))
			break;
		if (n == 1)
			first[1] = u->cp[k];
		end = k + 1;
		for (k = end; u_cp(u, k) == ' '; k++)
			;
		if (k == end)
			return 0;
	}
	if (n < 3 || n > 5 || !lex_match(u, k, LX(LX_HONORIFIC), &(uint64_t){ 0 }))
		return 0;
	return PW_SURNAME(word_info(first, 2)) || PW_SURNAME(word_info(first, 1)) >= 2 ? end : 0;
}

/* 総務部長　石　黒　浩　一: four or five kanji, each by itself, that end a line or bracket; surname and given name by the lists. */
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
#define CALLED_WORDS u"者員師官家長屋店課部係局署所院園校室庁省社会党団組連方親先客体業人側士手仕模同異一多有各両御生徒童児女男妻夫母父兄姉弟妹娘息子孫嬢僧侶王神仏殿姫君皇后" \
	u"帝様氏名何皆主今日祖霊"

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
	bool known;

	while (k - i < 5 && u_is(u, k, PC_KANJI))
		k++;
	if (k == i || k - i > 4 || u_cp(u, k) != ' ')
		return 0;
	info = word_info(u->cp + i, k - i);
	known = k - i >= 2 && (PW_SURNAME(info) || (info & PW_PLACE)) && !(i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_HIRA));
	for (k++; u_cp(u, k) == ' ';)
		k++;
	for (uint32_t g = 4; g >= 1; g--) {
		enum end_kind at_end;

		if (k + g > u->n)
			continue;
		/* 斯波 キヨ 様 */
		if (g >= 2 && run_of_kana(u, k) == g && end_kind_at(u, k + g, u->n) == END_HONOURED)
			return k + g;
		if (!PW_GIVEN(word_info(u->cp + k, g)))
			continue;
		/* 湯布 健太郎_報告書.xlsx */
		if (g >= 2 && u_cp(u, k + g) == '_')
			return k + g;
		/* 東 孝之 医師 */
		if (g >= 2 && u_cp(u, k + g) == ' ' && lex_match(u, k + g + 1, LX(LX_TITLE), &mask) >= 2)
			return k + g;
		at_end = end_kind_at(u, k + g, u->n);
		/* 門真 美咲が参加: a place that is a surname, too */
		if (known && g >= 2 && PW_GIVEN(word_info(u->cp + k, g)) >= 2 && at_end >= END_PARTICLE && !(word_info(u->cp + k, g) & PW_GIVEN_WORD))
			return k + g;
		if (at_end == END_HONOURED || (role && at_end >= END_CLEAN && g >= 2))
			return k + g;
	}
	return 0;
}

/* 主任　鵜飼, 課長の新垣が: a surname of two letters and more behind an office, and a particle or nothing behind it. The end, or 0. */
static uint32_t surname_in_office(const struct unit *u, uint32_t i, bool of)
{
	for (uint32_t s = 5; s >= 2; s--) {
		uint32_t info = i + s <= u->n ? word_info(u->cp + i, s) : 0;
		uint64_t mask;

		enum end_kind at_end;

		if (!PW_SURNAME(info))
			continue;
		at_end = end_kind_at(u, i + s, u->n);
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

	return u_cp(u, i) == u'で' && u_cp(u, i + 1) == u'す' && (behind == 0 || behind == 0x3002 || behind == '\r' || behind == ' ' || behind == '.');
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

	while (back && u->cp[back - 1] == ' ')
		back--;
	for (uint32_t s = 4; s >= 2; s--) {
		uint32_t info = i + s <= u->n ? word_info(u->cp + i, s) : 0, k = i + s;
		uint64_t mask;

		bool modelled = s == 2 && i + s <= u->n && is_surname_like(u->cp + i);

		if ((!PW_SURNAME(info) && !modelled) || lex_match(u, i, LX(LX_NOTNAME) | LX(LX_PREFECTURE), &mask) >= s)
			continue;
		if (back > 1 && u->cp[back - 1] == u'の' && is_in(u->cp[back - 2], u"課係部室局市町村区県庁省院校社所店会棟班") && says_so(u, k))
			return k;
		/* 三島: at the beginning of a line */
		if (back == 0 && i == k - s && PW_SURNAME(info) >= 2 && u_cp(u, k) == ':' && !u_is(u, k + 1, PC_DIGIT))
			return k;
		if (back > 2 && (u->cp[back - 1] == ':' || u->cp[back - 1] == '=') && is_field_end(u, k, u->n) && after_office(u, back - 1))
			return k;
		if (back > 2 && u->cp[back - 1] == ':' && is_in(u->cp[back - 2], u"者員当人手長任名氏ト") && is_field_end(u, k, u->n))
			return k;
	}
	return 0;
}

static rc name_weak(struct unit *u, uint32_t i, bool role, uint32_t *ret_next)
{
	bool blank = i && u->cp[i - 1] == ' ', of = i > 1 && u->cp[i - 1] == u'の';
	uint32_t end = 0, back = i;
	const char *rule = "";

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
	if (!end && (end = unknown_called(u, i)) > 0)
		rule = "called so";
	if (!end && (end = surname_said(u, i)) > 0)
		rule = "says who";
	if (!end || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, rule);
}

static rc name_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	bool role = false;
	struct name n;
	const char *rule;
	uint32_t end, weight;

	*ret_next = i + 1;
	if (i && u_is(u, i - 1, PC_KANJI | PC_KATA)) {
		role = lex_before(u, i, LX(LX_ROLE)) > 0;
		if (!role && !u_is(u, i - 1, PC_KATA))
			return OK;
	} else if (i > 1 && (u->cp[i - 1] == ' ' || u->cp[i - 1] == u'の')) {
		role = lex_before(u, i - 1, LX(LX_ROLE)) > 0 || (u->cp[i - 1] == ' ' && is_in(u->cp[i - 2], u"課係部室局班署"));
	}
	if (u_cp(u, i + 1) == ' ' && u_is(u, i + 2, PC_KANJI) && (end = spaced_honoured(u, i)) > 0 && unit_free(u, i, end)) {
		*ret_next = end;
		return unit_span(u, i, end, PII_NAME, PII_LIKELY, "honorific");
	}
	n = full_name(u, i, u->n);
	rule = believed(u, i, &n, role);
	if (rule && (unit_free(u, i, n.end) || (n.at_end == END_HONOURED && u->claim[i] == 2))) {
		*ret_next = n.end;
		return unit_span(u, i, n.end, PII_NAME, *rule == 'h' ? PII_CERTAIN : *rule == 'a' ? PII_DOUBTFUL : PII_LIKELY, rule);
	}
	end = surname_honoured(u, i, u->n, &weight);
	if (!end)
		return name_weak(u, i, role, ret_next);
	if (!unit_free(u, i, end) && u->claim[i] != 2)
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_LIKELY, "surname and honorific");
}

/* Behind no kanji, and no surname of the lists begins so. */
static rc name_other(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	*ret_next = i + 1;
	return name_weak(u, i, false, ret_next);
}

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
static uint32_t kana_name(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_run(u, i, limit, word, &n);

	if (n < 2 || !(word_info(word, n) & PW_SURNAME_KANA) || u_cp(u, end) != ' ' || end + 1 >= limit)
		return 0;
	i = end + 1;
	end = kana_run(u, i, limit, word, &n);
	for (; n >= 2; n--, end--) {
		if (word_info(word, n) & PW_GIVEN_KANA)
			break;
		if (n && u_is(u, end - 1, PC_KATA))
			return 0;   /* only hiragana (の, です) may follow the name */
	}
	return n >= 2 && end > i && u_is(u, i, PC_KATA) == u_is(u, end - 1, PC_KATA) ? end : 0;
}

/* A quoted run of kana without a blank that falls into a surname and a given name. The end, or 0. */
static uint32_t kana_joined(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_run(u, i, limit, word, &n);

	for (uint32_t k = 2; k + 2 <= n && u_cp(u, end) == u->cp[i - 1]; k++)
		if ((word_info(word, k) & PW_SURNAME_KANA) && (word_info(word + k, n - k) & PW_GIVEN_KANA))
			return end;
	return 0;
}

uint32_t kana_labelled(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t word[24];
	uint32_t n, end = kana_name(u, i, limit), more;

	if (end)
		return end;
	end = kana_run(u, i, limit, word, &n);
	if (n < 2)
		return 0;
	/* グエン ヴァン アン */
	for (int parts = 1; parts < 4 && (u_cp(u, end) == ' ' || u_cp(u, end) == u'・'); parts++) {
		more = kana_run(u, end + 1, limit, word, &n);
		if (!n || !is_field_end(u, more, limit))
			break;
		end = more;
	}
	return is_field_end(u, end, limit) ? end : 0;
}

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

		two = is_field_end(u, j, limit) && j - k <= 9;
		k = two ? j : k;
	}
	if (!is_field_end(u, k, limit))
		return 0;
	end = strip_honorific(u, i, k);
	if (end - i < 2 || end - i > 10 || is_office(u, i, end))
		return 0;
	first = surname_at(u, i, end);
	if (weak && two && first && (u_cp(u, i + first) == ' ' || u_cp(u, i + first) == u'・'))
		return end;   /* name: 帯刀 いぶき */
	if (weak)
		return first && !two && end - i <= 6 && end - i - first >= 1 &&
			is_like_given(u, i + first, end - i - first) ? end : 0;
	if (two || seen == PC_KANJI)
		return end;
	return first && end > i + first && !u_is(u, i, PC_KATA) ? end : 0;
}

/* Taro Yamada, YAMADA Taro, yamada taro. */
static uint32_t romaji_name(const struct unit *u, uint32_t i, uint32_t limit, bool weak)
{
	uint32_t k = i, words = 0, known = 0;

	while (words < 3 && k < limit && u_is(u, k, PC_ALPHA)) {
		uint16_t word[24];
		uint32_t n = 0;

		for (; k < limit && (u_is(u, k, PC_ALPHA) || (n && u->cp[k] == '-')) && n < 24; k++)
			word[n++] = small_letter(u->cp[k]);
		if (n < 2)
			break;
		known += (word_info(word, n) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)) != 0;
		words++;
		if (u_cp(u, k) == ',' && u_cp(u, k + 1) == ' ' && u_is(u, k + 2, PC_ALPHA) && words == 1)
			k += 2;
		else if ((u_cp(u, k) == ' ' || u_cp(u, k) == '+') && u_is(u, k + 1, PC_ALPHA) && words < 3)
			k++;
		else
			break;
	}
	if (words < 2 || u_is(u, k, PC_ALPHA | PC_DIGIT) || u_cp(u, k) == '@' || u_cp(u, k) == '.' ||
		u_cp(u, k) == '_')
		return 0;
	return known >= (weak ? 2u : 1u) ||
		(!weak && words == 2 && is_field_end(u, k, limit) && u->cp[i] >= 'A' &&
		u->cp[i] <= 'Z') ? k : 0;
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
	return n >= 3 && k - i >= 2 * n - 1 && is_field_end(u, k, limit) && u_is(u, i, PC_SURNAME) ? k : 0;
}

/* 担当：渡辺: a frequent surname alone that fills its field. */
static uint32_t surname_alone(const struct unit *u, uint32_t i, uint32_t limit)
{
	for (uint32_t s = 4; s >= 1 && s < limit; s--) {
		uint32_t info = i + s <= limit ? word_info(u->cp + i, s) : 0;

		if (PW_SURNAME(info) >= (s == 1 ? 3u : 2u) && is_field_end(u, i + s, limit))
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
		if (k < i + 2 || k + 1 >= limit || u->cp[k] != ' ' || !is_in(u->cp[k - 1], u"課係部室局班署所店") || word_info(u->cp + i, k - i))
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
	return gap == GAP_SIGN && !weak ? surname_alone(u, i, limit) : 0;
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
		(gap != GAP_NONE || end_kind_at(u, end, limit) >= END_CLEAN || weight >= 8))
		return end;
	end = surname_honoured(u, i, limit, &weight);
	if (end)
		return end;
	return gap == GAP_NONE ? 0 : name_shape(u, i, limit, weak);
}

/* Does a name that was found end before i, or before an honorific or a blank there? */
static bool behind_name(const struct unit *u, uint32_t i)
{
	uint32_t k = i && u->cp[i - 1] == ' ' ? i - 1 : i;

	k -= lex_before(u, k, LX(LX_HONORIFIC));
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

/* A blank or more between a name and what begins at i: the column of its reading. */
static bool beside_name(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	while (k && (u->cp[k - 1] == ' ' || u->cp[k - 1] == '\t'))
		k--;
	return k && k < i && u->claim[k - 1] == 1 && u_is(u, k - 1, PC_KANJI);
}

static rc kana_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint32_t end;
	bool bracket = i > 1 && u->cp[i - 1] == '(' && behind_name(u, i - 1);

	*ret_next = i + 1;
	if (i && u_is(u, i - 1, PC_KATA))
		return OK;
	end = kana_name(u, i, u->n);
	if (!end && bracket) {
		end = kana_labelled(u, i, u->n);
		if (end && u_cp(u, end) != ')')
			end = 0;
	}
	if (!end && i && (u->cp[i - 1] == '"' || u->cp[i - 1] == '\''))
		end = kana_joined(u, i, u->n);
	if (!end)
		end = kana_called(u, i);
	if (!end || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME_KANA, PII_LIKELY,
		bracket ? "reading" : "surname and given name");
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

/* 吉光 玄 <…@…>: one or two words of kanji or kana, up to eight letters, before a mail address in brackets. The end, or 0. */
static uint32_t before_mail(const struct unit *u, uint32_t i)
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

/* Latin words in a Japanese text that are a name by themselves. */
static rc latin_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint32_t end = 0;

	if (i && (u_alnum(u, i - 1) || is_in(u->cp[i - 1], u"._-/\\@&=")))
		return OK;
	if (!u->latin_only)
		end = latin_called(u, i);
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
static rc romaji_free(struct unit *u, uint32_t i, uint32_t *ret_next)
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
	end = romaji_name(u, i, u->n, true);
	if (!end)
		return OK;
	k = u_cp(u, end) == '"' ? end + 1 : end;
	k = u_cp(u, k) == ' ' ? k + 1 : k;
	if (u_cp(u, k) != '<' || !unit_free(u, i, end))
		return OK;
	*ret_next = end;
	return unit_span(u, i, end, PII_NAME, PII_LIKELY, "before a mail address");
}

/* Dear Ms. Ishibashi, Dear Runa Ishibashi: a word is of the lists. */
static rc salutation_find(struct unit *u)
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

rc names_find(struct unit *u)
{
	if (u->n > GATE_DEAR && u->cp[0] == 'D' && u->cp[1] == 'e' && u->cp[2] == 'a' && u->cp[3] == 'r' && u->cp[4] == ' ')
		TRY(salutation_find(u));
	/* in Latin letters: before a mail address */
	if (u->latin_only && !u->w->thorough && (!u->w->n_mails || !unit_may_have(u, "<")))
		return OK;
	for (uint32_t i = 0; i < u->n;) {
		uint16_t cl = u_class(u, i);

		uint32_t called = (cl & PC_GIVEN) && (cl & PC_KANJI) && u->claim[i] != 1 && !(i && u_is(u, i - 1, PC_KANJI)) ? given_called(u, i) : 0;

		uint32_t display = (cl & PC_KANJI) && u->w->n_mails && !(i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_HIRA)) ? before_mail(u, i) : 0;

		if (display && unit_free(u, i, display)) {
			TRY(unit_span(u, i, display, PII_NAME, PII_LIKELY, "before a mail address"));
			i = display;
		} else if (called && unit_free(u, i, called)) {
			TRY(unit_span(u, i, called, PII_NAME, PII_DOUBTFUL, "given name and honorific"));
			i = called;
		} else if (u->claim[i] == 1)
			i++;
		else if ((cl & PC_SURNAME) && (cl & PC_KANJI))
			TRY(name_free(u, i, &i));
		else if ((cl & PC_KANJI) && !(i && u_is(u, i - 1, PC_KANJI | PC_KATA)))
			TRY(name_other(u, i, &i));
		else if ((cl & PC_KATA) || ((cl & PC_HIRA) && i && (u->cp[i - 1] == '(' || beside_name(u, i))))
			TRY(kana_free(u, i, &i));
		else if (cl & PC_ALPHA)
			TRY(romaji_free(u, i, &i));
		else
			i++;
	}
	return OK;
}
