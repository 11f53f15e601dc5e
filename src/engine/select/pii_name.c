/*
 * Names of persons. A name is believed by what it is made of (weights of surname and given name) and by what stands
 * around it: a label or column, an honorific (様, さん), a role before it (従業員), its reading in brackets, clean ends.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* far: several blanks between surname and given name */
struct name { uint32_t end, surname, given; enum end_kind at_end; bool blank, far, words,
	modelled; uint32_t weight_s, weight_g; };

bool name_field_ends(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint16_t ch = u_cp(u, i);

	return i >= limit || ch == 0 || ch == '"' || ch == '\'' || ch == ',' || ch == '<' || ch == ')' ||
		ch == ';' || ch == '}' || ch == ']' ||
		ch == '&' || ch == '/' || ch == '|' || ch == '\t' || ch == '\\' || ch == 0x3001 ||
			ch == 0x3002 || ch == '(' || ch == ' ' || ch == 0x300B ||
		ch == 0x300D || ch == '\r' || ch == '*';
}

enum end_kind name_end_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint64_t mask;
	uint32_t k = i < limit && u->cp[i] == ' ' ? i + 1 : i;

	if (k < limit && lex_match(u, k, LX(LX_HONORIFIC) | (k == i ? LX(LX_TITLE) : 0), &mask))
		return END_HONOURED;
	if (i >= limit)
		return END_CLEAN;
	/* 方, 宅: at the house of */
	if ((u->cp[i] == u'方' || u->cp[i] == u'宅') && !u_is(u, i + 1, PC_KANJI))
		return END_HONOURED;
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
bool name_is_like_given(const struct unit *u, uint32_t i, uint32_t n)
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
	return name_end_at(u, i + n, limit) == END_HONOURED;
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

/* 宗一郎, 虎之介: three kanji that end as only given names do. */
static bool ends_like_given(const struct unit *u, uint32_t i, uint32_t n)
{
	return n == 3 && is_in(u->cp[i + 2], u"郎朗介助輔丞") && is_in(u->cp[i + 1], u"一二三四五六七八太次之士乃雄新");
}

/* May the g letters at j, which no list has, be the given name behind the surname of n? 谷 蘿子, 佐伯 ナツ子, 佐伯ミツ様 */
static bool may_be_given(const struct unit *u, uint32_t j, uint32_t g, uint32_t limit, const struct name *n)
{
	if (g <= 3 && name_is_like_given(u, j, g))
		return true;
	if (n->surname < 2)
		return false;
	return (n->blank && is_kana_given(u, j, g)) || is_kana_before_honour(u, j, g, limit);
}

static void given_after(const struct unit *u, uint32_t j, uint32_t limit, struct name *n, struct name *best)
{
	for (uint32_t g = 4; g >= 1; g--) {
		uint32_t info;

		if (j + g > limit || !u_is(u, j, PC_GIVEN | PC_KANJI | PC_HIRA | PC_KATA))
			continue;
		info = word_info(u->cp + j, g);
		n->weight_g = PW_GIVEN(info);
		/* 大石エミ */
		if (!n->weight_g && g >= 2 && u_is(u, j, PC_KATA) && ((info & PW_GIVEN_KANA) || (g >= 3 && is_kana_given(u, j, g))))
			n->weight_g = 1;
		if (!n->weight_g && !may_be_given(u, j, g, limit, n))
			continue;
		n->end = j + g;
		n->given = g;
		n->at_end = name_end_at(u, n->end, limit);
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
		for (uint32_t most = j + 3; n.blank && j < most && u_cp(u, j) == ' '; j++)
			n.far = true;
		given_after(u, j, limit, &n, &best);
	}
	return best;
}

/* One letter that with 様, さん, 氏 or a title is a word, not somebody's name. */
#define CALLED_LETTERS u"王神仏殿姫奥皆何上若外模同多一仕異有源平摂華両各諸某彼母父娘兄姉屋子客弟妹主役今前新元本" \
	u"全副正当現総次嫁孫宮社医花猫犬虫鳥象生人者中小大"

/* 辻さん, 関委員、, 旭主事：: a surname of one letter before what persons are called, at the beginning of a word. */
static bool is_called_letter(const struct unit *u, uint32_t i, uint32_t len)
{
	uint16_t behind = u_cp(u, i + 1 + len);

	if ((i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA | PC_DIGIT)) || (i && is_in(u->cp[i - 1], u"おごのす")))
		return false;
	if (behind == ':' && (i == 0 || u->cp[i - 1] == ' ') && len >= 2)
		return !is_in(u->cp[i], u"各全同両副前現新元総次当正");
	if (is_in(u->cp[i], CALLED_LETTERS))
		return false;
	/* 南部 長, 東西 線 */
	if (u_is(u, i + 1, PC_KANJI | PC_KATA) && u_is(u, i + 1 + len, PC_KANJI | PC_KATA) && !is_in(behind, u"宅方宛邸"))
		return false;
	if ((len < 2 && u_cp(u, i + 1) != u'様'))
		return false;
	return !is_in(u_cp(u, i + 1), u"部署支") || len > 2;
}

/* 榊 様, 佐伯 さん: do a blank and an honorific stand behind the surname of s letters, which is no word by itself (王 様)? */
static bool is_called_apart(const struct unit *u, uint32_t i, uint32_t s)
{
	uint64_t mask;

	if (u->cp[i + s] != ' ' || u_is(u, i + s + 2, PC_KANJI))
		return false;
	if (s == 1 && (is_in(u->cp[i], CALLED_LETTERS) || (i && u_is(u, i - 1, PC_KANJI | PC_KATA))))
		return false;
	return lex_match(u, i + s + 1, LX(LX_HONORIFIC), &mask) > 0;
}

/* Surname alone before 様 or a title. */
uint32_t name_surname_honoured(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight)
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
		if (w && len && s == 1 && is_called_letter(u, i, len)) {
			*ret_weight = w;
			return i + s;
		}
		if (w && !len && is_called_apart(u, i, s)) {
			*ret_weight = w;
			return i + s;
		}
		if (!len || (s == 1 &&
			(w < 3 || is_in(u->cp[i], CALLED_LETTERS))))
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

/* 月見里　さゆり, read as 月見 and 里: a given name of the lists stands behind the blank. The end, or that of n. */
static uint32_t over_given(const struct unit *u, uint32_t i, const struct name *n)
{
	uint32_t j = n->end + 1;

	if (date_read(u, j, u->n) > 0)   /* 吉田隆　昭和56年 */
		return n->end;
	if (n->blank || n->end - i > 3 || u_cp(u, n->end) != ' ')
		return n->end;
	for (uint32_t g = 4; g >= 1; g--) {
		uint32_t info = j + g <= u->n ? word_info(u->cp + j, g) : 0;

		if (PW_GIVEN(info) && name_field_ends(u, j + g, u->n) && (g > 1 || !(info & PW_GIVEN_WORD)))
			return j + g;
	}
	return n->end;
}

uint32_t name_at(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight)
{
	struct name n;

	*ret_weight = 0;
	if (!u_is(u, i, PC_SURNAME))
		return 0;
	n = full_name(u, i, limit);
	*ret_weight = score(&n);
	return n.end ? over_given(u, i, &n) : 0;
}

uint32_t name_called_at(const struct unit *u, uint32_t i, uint32_t limit)
{
	struct name n;
	uint32_t weight;

	if (!u_is(u, i, PC_SURNAME))
		return 0;
	n = full_name(u, i, limit);
	if (n.end && n.at_end == END_HONOURED && (n.weight_g || n.weight_s >= 2))
		return n.end;
	return name_surname_honoured(u, i, limit, &weight);
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
	if (u_cp(u, end) == 0x329E || u_cp(u, end) == u'印')      /* ㊞ */
		end++;
	return end >= u->n || u->cp[end] == '<';
}

/* 八尾 花子、関　弘美: the next of a list whose last was a name. */
static bool is_listed(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	while (k && u->cp[k - 1] == ' ')
		k--;
	if (!k || !is_in(u->cp[k - 1], u"、・,／/"))
		return false;
	for (k--; k && (u->cp[k - 1] == ' ' || u_is(u, k - 1, PC_HIRA)); k--)
		;
	return k && u->claim[k - 1] == 1 && u_is(u, k - 1, PC_KANJI | PC_KATA | PC_HIRA);
}

/* 44歳, （34）, （S40.1.2…, （内線…: an age, a date or a label of a person's behind the name. */
static bool has_age(const struct unit *u, uint32_t end)
{
	bool bracket = false;
	uint32_t k = end;
	uint64_t mask;

	for (; u_cp(u, k) == ' ' || u_cp(u, k) == '('; k++)
		bracket |= u->cp[k] == '(';
	if (bracket && (date_read(u, k, u->n) > 0 ||
			lex_match(u, k, LX(PII_OTHER_ID) | LX(PII_PHONE) | LX(PII_BIRTH_DATE), &mask) > 1))
		return true;
	if (k == end || !u_is(u, k, PC_DIGIT) || !u_is(u, k + 1, PC_DIGIT) || u_is(u, k + 2, PC_DIGIT))
		return false;
	return u_cp(u, k + 2) == u'歳' || u_cp(u, k + 2) == u'才' || (bracket && u_cp(u, k + 2) == ')');
}

/* 3　谷与三郎　（保護者…: at the beginning of a line, behind a number perhaps, and blanks or a bracket behind it. */
static bool begins_row(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t from = 0;

	if (u->cp[0] == '<')   /* <div> */
		while (from < i && u->cp[from] != '>')
			from++;
	for (uint32_t k = from; k < i; k++)
		if (!u_is(u, k, PC_DIGIT) && !is_in(u->cp[k], u" >.") && !(u->cp[k] >= 0x2460 && u->cp[k] <= 0x2473))   /* ① to ⑳ */
			return false;
	return u_cp(u, end) == ' ' && (u_cp(u, end + 1) == ' ' || u_cp(u, end + 1) == '(');
}

/* The whole of a field: "泉勝利", (堤　亜由美), @二階堂佑樹, ] 今　与三郎 (営業部). */
static bool fills_field(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t before = i ? u->cp[i - 1] : 0, behind = u_cp(u, end);
	uint32_t k = end;

	if ((before == '"' || before == '\'') && behind == before)
		return true;
	if ((before == '>' && behind == '<') || (before == '(' && behind == ')') || (before == '=' && is_in(behind, u": ;")))
		return true;
	if (before == '@')
		return true;
	while (u_cp(u, k) == ' ')
		k++;
	if (before == ':' && (behind == ')' || behind == 0x3001))
		return true;
	return before == ' ' && i > 1 && is_in(u->cp[i - 2], u"]:") && (k >= u->n || is_in(u->cp[k], u"(:)"));
}

/* 二階堂佑樹  11:41: who speaks, and when, by themselves in a line. */
static bool speaks(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t k = end;

	while (u_cp(u, k) == ' ')
		k++;
	return i == 0 && k > end && time_begins(u, k) && u->n <= k + 5;
}

/*
 * Does the name stand where persons are put: an item, a field, a row, who speaks, before an age? When no list has the given
 * name, fewer places will do.
 */
static bool has_place(const struct unit *u, uint32_t i, const struct name *n)
{
	if (!n->weight_g)
		return n->surname >= 2 && ((i && u->cp[i - 1] == '@') || speaks(u, i, n->end));
	return is_listed(u, i) || fills_field(u, i, n->end) || speaks(u, i, n->end) || has_age(u, n->end) ||
		begins_row(u, i, n->end);
}

/* A given name that no list has, behind a surname that one has. */
static bool is_new_given(const struct unit *u, const struct name *n)
{
	uint32_t g = n->end - n->given;

	if (n->modelled || n->at_end < END_CLEAN || (n->surname < 2 && !n->blank))
		return false;
	if (ends_like_given(u, g, n->given))
		return n->weight_s >= 1;
	if (n->surname < 2)
		return false;
	return n->blank && n->weight_s >= 2 && n->given >= 2 && n->given <= 3 &&
		is_in(u->cp[n->end - 1], u"郎朗子美江代枝恵香世介助夫雄男彦樹太斗翔奈菜乃也哉輔吾希紀佳華音羽衣");
}

/* Is it a name although no label says so? */
static const char *believed(const struct unit *u, uint32_t i, const struct name *n, bool role)
{
	uint32_t letters = n->surname + n->given;

	if (!n->end || n->at_end == END_INSIDE || (n->at_end != END_HONOURED && is_veto(u, i, n)))
		return NULL;
	if (n->at_end == END_HONOURED && (n->weight_g || n->weight_s >= 2) &&
		(letters > 2 || (n->weight_s >= 2 && !name_is_called_word(u->cp[n->end - 1]))))
		return "honorific";
	if (reading_follows(u, n->end) && (n->weight_g || (n->weight_s >= 2 && letters > 2)))
		return "reading";
	/* 総務課 木村 航平: a given name that no list has */
	if (role && n->blank && n->weight_s >= 2 && letters >= 3 && n->at_end >= END_CLEAN)
		return "role";
	if (role && n->weight_s + n->weight_g >= 2 && (letters > 2 || (n->weight_s == 3 && n->weight_g)))
		return "role";
	/* 白樺町長　　上　　友里恵 */
	if (n->far)
		return role && n->weight_s && n->weight_g && n->end >= u->n ? "role" : NULL;
	if (letters >= 3 && n->weight_s && !n->modelled && n->at_end >= END_CLEAN && has_place(u, i, n))
		return "field";
	if (!n->weight_g && is_new_given(u, n))
		return "surname and given name";
	if (n->blank && n->surname >= 2 && n->at_end == END_CLEAN && is_kana_given(u, n->end - n->given, n->given))
		return "surname and given name";
	if (!n->weight_g)
		return NULL;
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

/*
 * 藤 原　美 咲　様: three to five kanji, each by itself, before an honorific; the first or the first two are a surname.
 * The end, or 0.
 */
static uint32_t spaced_honoured(const struct unit *u, uint32_t i)
{
	uint16_t first[2] = { u->cp[i], 0 };
	uint32_t k = i, n = 0, end = 0;

	for (; n < 6 && u_is(u, k, PC_KANJI); n++) {
		if (n && name_end_at(u, k, u->n) == END_HONOURED && lex_match(u, k, LX(LX_HONORIFIC), &(uint64_t){ 0 }))
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

static rc name_free(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	bool role = false;
	struct name n;
	const char *rule;
	uint32_t end, weight;

	*ret_next = i + 1;
	if (i && u_is(u, i - 1, PC_KANJI | PC_KATA)) {
		if (lex_before(u, i + 1, LX(LX_ROLE) | LX(LX_TITLE)) > 1)
			return OK;   /* the end of 副委員長 */
		role = lex_before(u, i, LX(LX_ROLE)) > 0;
		if (!role && !u_is(u, i - 1, PC_KATA))
			return OK;
	} else if (i > 1 && (u->cp[i - 1] == ' ' || u->cp[i - 1] == u'の')) {
		uint32_t back = i - 1;

		while (back > 1 && u->cp[back - 1] == ' ' && i - back < 4)
			back--;
		role = lex_before(u, back, LX(LX_ROLE)) > 0 || (u->cp[i - 1] == ' ' && is_in(u->cp[i - 2], u"課係部室局班署"));
	}
	if (u_cp(u, i + 1) == ' ' && u_is(u, i + 2, PC_KANJI) && (end = spaced_honoured(u, i)) > 0 && unit_free(u, i, end)) {
		*ret_next = end;
		return unit_span(u, i, end, PII_NAME, PII_LIKELY, "honorific");
	}
	n = full_name(u, i, u->n);
	rule = believed(u, i, &n, role);
	if (rule && (unit_free(u, i, n.end) || (n.at_end == END_HONOURED && u->claim[i] == 2))) {
		n.end = over_given(u, i, &n);
		*ret_next = n.end;
		return unit_span(u, i, n.end, PII_NAME, *rule == 'h' ? PII_CERTAIN : *rule == 'a' ? PII_DOUBTFUL : PII_LIKELY, rule);
	}
	end = name_surname_honoured(u, i, u->n, &weight);
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

/* A blank or more between a name and what begins at i: the column of its reading. */
static bool beside_name(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	while (k && (u->cp[k - 1] == ' ' || u->cp[k - 1] == '\t'))
		k--;
	return k && k < i && u->claim[k - 1] == 1 && u_is(u, k - 1, PC_KANJI);
}

rc names_find(struct unit *u)
{
	bool mails;

	if (u->n > GATE_DEAR && u->cp[0] == 'D' && u->cp[1] == 'e' && u->cp[2] == 'a' && u->cp[3] == 'r' && u->cp[4] == ' ')
		TRY(salutation_find(u));
	/* in Latin letters: before a mail address */
	if (u->latin_only && !u->w->thorough && (!u->w->n_mails || (u->plain.len && !unit_has(u, "<"))))
		return OK;
	mails = u->w->n_mails && unit_has(u, "<");
	for (uint32_t i = 0; i < u->n;) {
		uint16_t cl = u_class(u, i), before = i ? u_class(u, i - 1) : 0;
		uint32_t called = 0, display = 0;

		if ((cl & PC_GIVEN) && (cl & PC_KANJI) && u->claim[i] != 1 && !(before & PC_KANJI))
			called = given_called(u, i);
		if ((cl & PC_KANJI) && mails && !(before & NAME_LETTERS))
			display = name_before_mail(u, i);
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
		else if ((cl & PC_KANJI) && !(before & (PC_KANJI | PC_KATA)))
			TRY(name_other(u, i, &i));
		else if ((cl & PC_KATA) || ((cl & PC_HIRA) && i && (is_in(u->cp[i - 1], u"( 《") || beside_name(u, i))))
			TRY(kana_free(u, i, &i));
		else if (cl & PC_ALPHA)
			TRY(romaji_free(u, i, &i));
		else
			i = u_next(u, i + 1, PC_KANJI | PC_KATA | PC_HIRA | PC_ALPHA);
	}
	return OK;
}
