/*
 * Names in lists of people (参加：桜井、新井), in the heads of letters, and in lines that by their form are about one person.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define ITEMS_MOST 40u

static uint32_t over_blanks(const struct unit *u, uint32_t i)
{
	while (u_cp(u, i) == ' ')
		i++;
	return i;
}

/* The end of the line without the blanks there. */
static uint32_t line_end(const struct unit *u)
{
	uint32_t end = u->n;

	while (end && (u->cp[end - 1] == ' ' || u->cp[end - 1] == '\r'))
		end--;
	return end;
}

/* 総務部長, 情報政策課長: behind an office and its title at i, where these are read; or i. */
static uint32_t office_end(const struct unit *u, uint32_t i)
{
	uint32_t n = u->w->strict ? letters_run(u, i, PC_KANJI | PC_KATA, 12) : 0;

	return n >= 4 && !is_in(u->cp[i], u"県市区町村都府道") && lex_before(u, i + n, LX(LX_TITLE)) >= 2 ? i + n : i;
}

/* Where an item of a list may end. */
static bool item_ends(const struct unit *u, uint32_t i)
{
	uint64_t mask;

	return name_field_ends(u, i, u->n) || is_in(u_cp(u, i), u"・→") || office_end(u, i) > i ||
		lex_match(u, i, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask);
}

/* A surname by itself that the lists have; its end, or 0. */
static uint32_t surname_item(const struct unit *u, uint32_t i)
{
	for (uint32_t s = 5; s >= 1; s--) {
		uint64_t mask;

		if (PW_SURNAME(word_info(u->cp + i, s)) < (s == 1 && office_end(u, i + 1) == i + 1 ? 2u : 1u) || !item_ends(u, i + s))
			continue;
		return lex_match(u, i, LX(LX_NOTNAME) | LX(LX_ROLE) | LX(LX_TITLE), &mask) >= s ? 0 : i + s;
	}
	return 0;
}

/* Any two to four kanji, or one that is a surname, as an item beside others that are surnames; the end, or 0. */
static uint32_t other_item(const struct unit *u, uint32_t i)
{
	uint32_t n = letters_run(u, i, PC_KANJI, 5), end = i + n;

	if (n < 1 || n > 4 || !item_ends(u, end) || (n == 1 && !strict_letter(u, i)))
		return 0;
	return crowd_has_word(u, i, end) || word_is_plain(u->cp + i, n) || name_is_called_word(u->cp[end - 1]) ? 0 : end;
}

/* Behind （訪問介護） and the sign between two items; 0 when the list ends. */
static uint32_t next_item(const struct unit *u, uint32_t i)
{
	uint64_t mask;
	uint32_t k = i + lex_match(u, i, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask);

	k = office_end(u, k);

	if (u_cp(u, k) == '(')
		for (uint32_t from = k; k < from + 24 && u_cp(u, k) && u->cp[k++] != ')';)
			;
	if (!is_in(u_cp(u, k), u"、・,/→") || (u->cp[k] == '/' && u_is(u, k + 1, PC_DIGIT)))
		return 0;
	return over_blanks(u, k + 1);
}

/* The items of a list; of how many the lists have the surname, and of how many of these it is a prefecture, too. */
struct items { uint32_t starts[ITEMS_MOST], ends[ITEMS_MOST], n, known, places; };

static void items_read(const struct unit *u, uint32_t i, struct items *ret)
{
	ret->n = ret->known = ret->places = 0;
	while (i && i < u->n && ret->n < ITEMS_MOST) {
		uint32_t known = surname_item(u, i), end = known ? known : other_item(u, i);

		if (!end)
			return;
		ret->starts[ret->n] = i;
		ret->ends[ret->n++] = end;
		ret->known += known != 0;
		ret->places += known && crowd_is_prefecture(u, i, known);
		i = next_item(u, end);
	}
}

/*
 * Are they people? 担当：福島、千葉 may be either; without a sign before them, all must be surnames of the lists, the first a
 * frequent one.
 */
static bool are_people(const struct unit *u, const struct items *l, bool sign)
{
	if (!l->known || l->known == l->places)
		return false;
	return sign || (u->w->strict && l->n > 1 && l->known * 2 >= l->n) || (l->known == l->n && PW_SURNAME(word_info(u->cp + l->starts[0], l->ends[0] - l->starts[0])) >= 2);
}

/* The people of the list that begins at i; `sign` when a colon or the like stands before it. */
static rc people_read(struct unit *u, uint32_t i, bool sign)
{
	struct items l;
	uint64_t mask;

	items_read(u, i, &l);
	if (!are_people(u, &l, sign))
		return OK;
	for (uint32_t k = 0; k < l.n; k++)
		if (unit_free(u, l.starts[k], l.ends[k]) && !lex_match(u, l.starts[k], LX(LX_PREFECTURE), &mask))
			TRY(unit_span(u, l.starts[k], l.ends[k], PII_NAME, PII_DOUBTFUL, "list of people"));
	return OK;
}

rc crowd_people(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	uint64_t mask;
	uint32_t len = lex_match(u, i, LX(LX_PEOPLE), &mask), from = i + len, k = from;
	bool sign = false;

	*ret_next = len ? from : i + 1;
	if (!len)
		return OK;
	for (; k < u->n && k < from + 12 && is_in(u->cp[k], u" :]】="); k++)
		sign |= u->cp[k] != ' ';
	if (k == from || k >= u->n || (!sign && i && u_is(u, i - 1, PC_KANJI)))
		return OK;
	return people_read(u, sign ? name_start(u, k, u->n) : k, sign);
}

/* 宛先:, From: where those begin whom the head of a letter names, or 0. */
static uint32_t head_begin(const struct unit *u)
{
	static const char16_t *const heads[] = {
		u"差出人", u"送信者", u"宛先", u"受信者", u"cc", u"bcc", u"from", u"to", NULL
	};
	uint32_t i = words_at(u, 0, heads);

	i = i ? over_blanks(u, i) : 0;
	return i && u_cp(u, i) == ':' ? i + 1 : 0;
}

/* 宛先: 水主　澪音; 笹川 梓埜 <…>: whom the head of a letter names. */
static rc letter_head(struct unit *u)
{
	uint32_t i = head_begin(u);

	while (i && i < u->n) {
		uint32_t end, last;

		while (i < u->n && (u->cp[i] == ' ' || u->cp[i] == '"'))
			i++;
		for (end = i; end < u->n && !is_in(u->cp[end], u";,、<(\"\r");)
			end++;
		for (last = end; last > i && u->cp[last - 1] == ' ';)
			last--;
		if (last > i && (crowd_is_person(u, i, last) || (u->w->strict && strict_name(u, i, last))))
			TRY(unit_widen(u, i, last, PII_NAME, "head of a letter"));
		for (i = end; i < u->n && !is_in(u->cp[i], u";,、");)
			i++;
		i++;
	}
	return OK;
}

/* 9:05, 14:11:30: is [i, end), of digits and colons, a time? */
static bool is_time(const struct unit *u, uint32_t i, uint32_t end)
{
	return end - i >= 4 && end - i <= 8 && time_begins(u, i);
}

/* 釜萢 光 14:11: who speaks, and when, by themselves in a line. */
static rc speaks(struct unit *u)
{
	uint32_t end = line_end(u), from = end;

	while (from && (u_is(u, from - 1, PC_DIGIT) || u->cp[from - 1] == ':'))
		from--;
	if (!is_time(u, from, end) || from < 4 || from > 14 || u->cp[from - 1] != ' ')
		return OK;
	while (from && u->cp[from - 1] == ' ')
		from--;
	if (!from || !unit_free(u, 0, from) || !crowd_is_sure(u, 0, from))
		return OK;
	return unit_span(u, 0, from, PII_NAME, PII_DOUBTFUL, "speaks");
}

/* ・, 11), 3.: where the item begins that the line is, or 0. */
static uint32_t bullet_end(const struct unit *u)
{
	uint32_t from = over_blanks(u, 0), i = from;

	while (u_is(u, i, PC_DIGIT))
		i++;
	return is_in(u_cp(u, i), i == from ? u"・*●○■-◆" : u".)") ? over_blanks(u, i + 1) : 0;
}

/* （市民課 → 医事課）: is an office, an age, a role or a person in the bracket at i? */
static bool bracket_tells(const struct unit *u, uint32_t i)
{
	uint64_t mask;

	for (uint32_t k = i + 1; k < u->n && k < i + 24 && u->cp[k] != ')'; k++)
		if (is_in(u->cp[k], u"課係部室局歳") || u->claim[k] == 1 || lex_match(u, k, LX(LX_ROLE) | LX(LX_TITLE), &mask) > 1)
			return true;
	return false;
}

/* ・標拓也（市民課 → 医事課）: an item of a list that is a person, and what is said of them in brackets. */
static rc list_item(struct unit *u)
{
	uint32_t i = bullet_end(u), end = i;

	while (i && end < u->n && u->cp[end] != '(' && end < i + 10)
		end++;
	if (end == i || u_cp(u, end) != '(' || !unit_free(u, i, end) || !crowd_is_sure(u, i, end))
		return OK;
	return bracket_tells(u, end) ? unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "item of a list") : OK;
}

bool crowd_below_address(const struct pii_work *w, size_t at)
{
	for (size_t k = w->n_spans; k > 0 && w->n_spans - k < 8; k--) {
		const struct pii_span *s = &w->spans[k - 1];

		if (s->end >= at || at - s->end > 2)
			continue;
		if (s->type == PII_ADDRESS || s->type == PII_PHONE || s->type == PII_POSTAL)
			return true;
	}
	return false;
}

/* 10:49～　: a time and a wave at i, behind which stands whose turn it is. */
static bool is_turn(const struct unit *u, uint32_t i)
{
	return i > 3 && is_in(u_cp(u, i), u"~\xFF5E\x301C") && u_is(u, i - 1, PC_DIGIT);
}

/* 山田皓太, alone below an address; 10:49～　十時美咲, the one whose turn it is. */
static rc alone_in_line(struct unit *u)
{
	uint32_t i = 0, end = line_end(u);

	while (i < end && (u->cp[i] == ' ' || u_is(u, i, PC_DIGIT) || u->cp[i] == ':'))
		i++;
	if (is_turn(u, i))
		i = over_blanks(u, i + 1);
	else if ((i && !u_is(u, i - 1, PC_BLANK)) || !crowd_below_address(u->w, u->base))
		return OK;
	if (end <= i || !unit_free(u, i, end) || !crowd_is_sure(u, i, end))
		return OK;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "alone in its line");
}

rc crowd_line(struct unit *u)
{
	TRY(letter_head(u));
	TRY(speaks(u));
	TRY(list_item(u));
	return alone_in_line(u);
}
