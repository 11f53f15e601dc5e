/*
 * A line that is the record of a person: what is certain in it raises what stands beside it and says nothing by itself. Rows
 * without a head, lists in letters, the exports of talks.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define FIELDS_MOST 64u

/* What of the line is found, by kinds, up to two of each: names, and what is a person's and no name. */
void record_count(const struct unit *u, uint32_t *ret_names, uint32_t *ret_more)
{
	*ret_names = *ret_more = 0;
	for (size_t k = u->w->n_spans; k > u->w->own && u->w->spans[k - 1].start >= u->base && (!*ret_names || *ret_more < 2); k--) {
		enum pii_type t = u->w->spans[k - 1].type;

		if (t == PII_NAME)
			(*ret_names)++;
		else if (t != PII_NAME_KANA)
			(*ret_more)++;
	}
}

static uint32_t count_mails(const struct unit *u)
{
	uint32_t n = 0;

	for (size_t k = u->w->n_mails; k > 0 && u->w->mails[k - 1].start >= u->base; k--)
		n++;
	return n;
}

/* The year of a birth: of an era before this one, or before 2015, as nothing that happens today has. */
static bool is_old(const struct unit *u, uint32_t i)
{
	uint16_t ch = u->cp[i];

	if (is_in(ch, u"SsTHM昭平大明"))
		return true;
	return u_is(u, i + 3, PC_DIGIT) && ((ch == '1' && u_cp(u, i + 1) == '9') ||
		(ch == '2' && u_cp(u, i + 1) == '0' && (u_cp(u, i + 2) == '0' || (u_cp(u, i + 2) == '1' && u_cp(u, i + 3) < '5'))));
}

/* 2014-05-02 09:12, 2014-05-02:09:12: does the time follow the date that ends at i? Births have none. */
static bool is_moment(const struct unit *u, uint32_t i)
{
	return u_cp(u, i) == ':' || (u_cp(u, i) == ' ' && u_is(u, i + 1, PC_DIGIT) && u_cp(u, i + 3) == ':');
}

/* The next date from *i on, where it begins then; its end, or 0. With `any`, also dates that may be of today. */
static uint32_t next_date(const struct unit *u, uint32_t *i, bool any)
{
	for (uint32_t k = *i; (k = u_next(u, k, PC_ALPHA | PC_DIGIT | PC_KANJI)) < u->n; k++) {
		uint32_t end;

		if (u->claim[k] || (k && u_alnum(u, k - 1)) || !(any || is_old(u, k)))
			continue;
		end = date_read(u, k, u->n);
		if (!end || u_alnum(u, end) || is_moment(u, end) || !unit_free(u, k, end))
			continue;
		*i = k;
		return end;
	}
	return 0;
}

static rc old_dates(struct unit *u, bool any)
{
	for (uint32_t i = 0, end; (end = next_date(u, &i, any)) > 0; i = end)
		TRY(unit_span(u, i, end, PII_BIRTH_DATE, PII_LIKELY, "record"));
	return OK;
}

/* Where the next free postal code (112-0003) begins, from i on; n when there is none. */
static uint32_t next_postal(const struct unit *u, uint32_t i)
{
	for (; (i = u_next(u, i, PC_DIGIT)) + 8 <= u->n; i++) {
		bool form = u_is(u, i + 3, PC_HYPHEN) && !(i && (u_alnum(u, i - 1) || u_is(u, i - 1, PC_HYPHEN)));

		for (uint32_t k = 0; form && k < 8; k++)
			form = k == 3 || u_is(u, i + k, PC_DIGIT);
		if (form && !u_alnum(u, i + 8) && !u_is(u, i + 8, PC_HYPHEN) && unit_free(u, i, i + 8))
			return i;
	}
	return u->n;
}

/* Postal codes beside an address. */
static rc postals(struct unit *u)
{
	for (uint32_t i = 0; (i = next_postal(u, i)) < u->n; i += 8)
		TRY(unit_span(u, i, i + 8, PII_POSTAL, PII_LIKELY, "record"));
	return OK;
}

static bool has_address(const struct unit *u)
{
	for (size_t k = u->w->n_spans; k > u->w->own && u->w->spans[k - 1].start >= u->base; k--)
		if (u->w->spans[k - 1].type == PII_ADDRESS)
			return true;
	return false;
}

/* 09:12 and a tab: a line of a talk, in which the next field is who speaks. */
static uint32_t talk_begin(const struct unit *u)
{
	uint32_t i = u_is(u, 1, PC_DIGIT) ? 2 : 1;

	if (!u_is(u, 0, PC_DIGIT) || u_cp(u, i) != ':' || letters_run(u, i + 1, PC_DIGIT, 2) < 2 || u_cp(u, i + 3) != '\t')
		return 0;
	return i + 4;
}

/* Does a field end at the blank at i: before another, a bracket, a date or what was found, or a wide one beside a number? */
static bool blank_parts(const struct unit *u, uint32_t i)
{
	uint16_t next = u_cp(u, i + 1);

	if (next == ' ' || next == '(')
		return true;
	if (i + 1 < u->n && u->claim[i + 1] == 1 && u->claim[i] != 1)
		return true;
	if (u_is_wide(u, i) && ((i && u_is(u, i - 1, PC_DIGIT)) || u_is(u, i + 1, PC_DIGIT)))
		return true;
	return date_read(u, i + 1, u->n) > 0;
}

/* Does a field end at i? ／ and - between blanks part fields, too. */
static bool is_separator(const struct unit *u, uint32_t i)
{
	uint16_t ch = u->cp[i];

	if (u_is(u, i, NAME_LETTERS | PC_DIGIT | PC_ALPHA) && !u_is(u, i, PC_HYPHEN))   /* most are letters; ー is both */
		return false;
	if (ch == ',' || ch == '\t' || ch == ';' || ch == '|')
		return true;
	if (ch == '/')
		return u_is_wide(u, i);
	if (ch == '<' || ch == '>')
		return u->w->strict;
	if (u_is(u, i, PC_HYPHEN))
		return i && u->cp[i - 1] == ' ' && u_cp(u, i + 1) == ' ';
	return ch == ' ' && blank_parts(u, i);
}

/* ・, 11), 3.: what stands before an item of a list. Behind it. */
static uint32_t skip_bullet(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t k = i;

	while (k < end && u_is(u, k, PC_DIGIT))
		k++;
	if (k > i && (u_cp(u, k) == ')' || u_cp(u, k) == '.'))
		i = k + 1;
	while (i < end && (u->cp[i] == u'・' || u->cp[i] == ' ' || u->cp[i] == '-'))
		i++;
	return i;
}

/* 奈々瀬みどり: one to four kanji and a given name of the lists. */
static bool ends_in_given(const struct unit *u, uint32_t i, uint32_t end)
{
	uint64_t mask;

	if (end - i < 3 || end - i > 7)
		return false;
	for (uint32_t k = i; k < end; k++)
		if (lex_match(u, k, LX(LX_NOTNAME) | LX(LX_PREFECTURE), &mask) > 1)
			return false;
	for (uint32_t g = 1; g <= 4 && g < end - i && end - i - g <= 4; g++) {
		uint32_t info = word_info(u->cp + end - g, g);

		/* 鰺坂薫; 頴川トメ */
		bool given = g == 1 ? PW_GIVEN(info) >= 2 && u_is(u, i, PC_SURNAME) : PW_GIVEN(info) || (info & PW_GIVEN_KANA);

		if (given && !(info & PW_GIVEN_WORD) && letters_all(u, i, end - g, PC_KANJI))
			return true;
	}
	return false;
}

/* 東京都, 氏名: does the field begin with a place or an office, or is a label in it? */
static bool has_word(const struct unit *u, uint32_t i, uint32_t end)
{
	uint64_t mask;

	for (uint32_t j = i; j < end; j++)
		if (lex_match(u, j, (j == i ? LX(LX_PREFECTURE) | LX(LX_NOTNAME) : 0) | LX_LABEL, &mask) > 1)
			return true;
	return false;
}

/* 笹川霏々, 比留間喜久枝: the lists have the surname of the word of three to seven kanji, and one to three letters are behind it. */
static bool begins_in_surname(const struct unit *u, uint32_t i, uint32_t letters)
{
	if (letters < 3 || (word_info(u->cp + i, letters) & (PW_PLACE | PW_VETO)))
		return false;
	for (uint32_t s = 2; s <= 4; s++)
		if (letters >= s + 1 && letters <= s + 3 && PW_SURNAME(word_info(u->cp + i, s)))
			return true;
	return false;
}

/* May the field, which is up to four kanji, be a name: of a talk a surname alone, else surname and given name? */
static bool is_kanji_name(const struct unit *u, uint32_t i, uint32_t end, bool talk, uint32_t more)
{
	uint32_t n = end - i, weight;

	if (talk && n >= 2 && PW_SURNAME(word_info(u->cp + i, n)))
		return true;
	if (n >= 3 && name_at(u, i, end, &weight) == end && weight >= 4)
		return true;
	return more >= 2 && ends_in_given(u, i, end);
}

/* What the field [i, end) may be: two words of which the second is a given name, or of a talk one that is a surname. */
static bool may_be_name(const struct unit *u, uint32_t i, uint32_t end, bool talk, uint32_t more)
{
	uint32_t first = letters_before(u, i, end, PC_KANJI), k = i + first, second;
	uint64_t mask;

	if (u->w->strict && more && strict_name(u, i, end))
		return true;
	if (!first || first > 6 || lex_spaced(u, i, &mask) || has_word(u, i, end))
		return false;
	if (more >= 2 && k == end && begins_in_surname(u, i, first))
		return true;
	if (first > 4)
		return false;
	if (k == end)
		return is_kanji_name(u, i, end, talk, more);
	if (u->cp[k] != ' ')
		return more >= 2 && ends_in_given(u, i, end);
	while (k < end && u->cp[k] == ' ')
		k++;
	second = letters_before(u, k, end, PC_KANJI | PC_HIRA | PC_KATA);
	if (k + second != end || second > 5 || !second)
		return false;
	return PW_GIVEN(word_info(u->cp + k, second)) || PW_SURNAME(word_info(u->cp + i, first)) ||
		(u_is(u, k, PC_GIVEN) && second <= 3);
}

/* あんびる みさ: two words of one kind of kana. */
static bool may_be_kana(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t kind = u_is(u, i, PC_KATA) ? PC_KATA : PC_HIRA;
	uint32_t first = letters_before(u, i, end, kind), second;

	if (first < 2 || first > 7 || u_cp(u, i + first) != ' ')
		return false;
	second = letters_before(u, i + first + 1, end, kind);
	return second >= 2 && second <= 7 && i + first + 1 + second == end;
}

/* ホヅミジン in the field behind that of a name. */
static bool is_reading(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t kind = u_is(u, i, PC_KATA) ? PC_KATA : PC_HIRA;

	return end - i >= 3 && end - i <= 14 && letters_before(u, i, end, kind) == end - i;
}

/* Does a name that was found fill the field behind the separator at i? */
static bool names_next(const struct unit *u, uint32_t i)
{
	uint32_t k = i + 1;

	while (u_cp(u, k) == ' ' || u_cp(u, k) == '"')
		k++;
	return k < u->n && u->claim[k] == 1 && u_is(u, k, PC_KANJI);
}

/* Dates that would be of a birth beside a name: they make the line likelier a person's. */
static uint32_t count_old_dates(const struct unit *u)
{
	uint32_t n = 0;

	for (uint32_t i = 0; (i = u_next(u, i, PC_ALPHA | PC_DIGIT | PC_KANJI)) < u->n; i++) {
		uint32_t end;

		if (u->claim[i] || (i && u_alnum(u, i - 1)) || !is_old(u, i))
			continue;
		end = date_read(u, i, u->n);
		n += end > 0;
		i = end ? end : i;
	}
	return n;
}

/* ホヅミジン beside a name, or where more of the line is a person's: may the field [i, end) be the reading of a name? */
static bool may_be_reading(const struct unit *u, uint32_t i, uint32_t end, bool named, bool names_behind, bool sure)
{
	if (sure && (may_be_kana(u, i, end) || ((named || names_behind) && is_reading(u, i, end))))
		return true;
	return named && is_reading(u, i, end) && kana_splits(u, i, end);
}

static rc fields(struct unit *u, uint32_t from, bool talk, uint32_t more)
{
	const char *rule = talk ? "talk" : u->w->strict ? "strict: record" : "record";
	bool named = false;   /* the field before is a name */

	for (uint32_t i = from, n = 0; i < u->n && n < FIELDS_MOST; n++) {
		uint32_t end = i, a = i, b;

		while (end < u->n && !is_separator(u, end) && !(u->cp[end] == '(' && end > i + 1))
			end++;
		b = end;
		a = skip_bullet(u, a, b);
		while (a < b && (u->cp[a] == ' ' || u->cp[a] == '"'))
			a++;
		while (b > a && (u->cp[b - 1] == ' ' || u->cp[b - 1] == '"' || u->cp[b - 1] == '\r'))
			b--;
		if (b > a && unit_free(u, a, b)) {
			if (may_be_name(u, a, b, talk, more))
				TRY(unit_span(u, a, b, PII_NAME, PII_DOUBTFUL, rule));
			else if (may_be_reading(u, a, b, named, names_next(u, end), more >= 2 || (u->w->strict && more)))
				TRY(unit_span(u, a, b, PII_NAME_KANA, PII_DOUBTFUL, "record"));
		}
		if (talk)
			break;
		named = b > a && u->claim[a] == 1 && u->claim[b - 1] == 1 && u_is(u, a, PC_KANJI) && b - a <= 9;
		i = end + 1;
	}
	return OK;
}

/* Three fields, or two when `few`: signs other than commas part them. */
static bool has_fields(const struct unit *u, bool few)
{
	uint32_t n = 0, most = few ? 1 : 2;

	for (uint32_t i = 0; i < u->n && n < most; i++)
		n += few ? is_separator(u, i) : is_in(u->cp[i], u",\t;|");
	return n >= most;
}

/* 生年月日に誤記（誤：1938-05-22、正：昭和13年5月23日）: old dates beside the label are births. */
static bool has_birth_label(const struct unit *u)
{
	for (uint32_t k = 0; k < u->n_tags; k++)
		if (!u->tags[k].cell && (u->tags[k].mask & LX(PII_BIRTH_DATE)))
			return true;
	return false;
}

/* "No　氏名　　生年月日": labels that blanks part, and no digits. Which they are, or 0. */
static uint64_t list_head(const struct unit *u)
{
	uint64_t mask = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < u->n; i++)
		if (u_is(u, i, PC_DIGIT) || u->cp[i] == ':' || u->cp[i] == 0x3002)
			return 0;
	for (uint32_t k = 0; k < u->n_tags; k++) {
		const struct tag *t = &u->tags[k];

		if (t->cell || (t->start && u->cp[t->start - 1] != ' '))
			continue;
		mask |= t->mask;
		n += (t->mask & LX_TYPES) != 0;
	}
	return n >= 2 && (mask & LX(PII_NAME)) ? mask & LX_TYPES : 0;
}

/* 002　　薬袋　昇　　　1952/03/28: the first words of a row, behind a number, which two blanks end. */
static rc row_name(struct unit *u)
{
	uint32_t i = 0, end, k;
	uint64_t mask;

	while (i < u->n && i < 8 && (u_is(u, i, PC_DIGIT) || u->cp[i] == ' ' || u->cp[i] == '.' || u->cp[i] == ')'))
		i++;
	end = i + letters_before(u, i, u->n, PC_KANJI | PC_HIRA | PC_KATA);
	if (u_cp(u, end) == ' ' && u_is(u, end + 1, PC_KANJI | PC_HIRA | PC_KATA))
		end = end + 1 + letters_before(u, end + 1, u->n, PC_KANJI | PC_HIRA | PC_KATA);
	if (end < i + 3 || end > i + 9 || u_cp(u, end) != ' ' || u_cp(u, end + 1) != ' ')
		return OK;
	for (k = i; k < end; k++)
		if (u->claim[k] || lex_match(u, k, LX(LX_NOTNAME), &mask) > 1)
			return OK;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "row of a list");
}

static rc list_row(struct unit *u, uint32_t *names, uint32_t *more)
{
	struct pii_state *s = u->w->state;
	uint64_t head = list_head(u);

	if (head) {
		s->list = head;
		return OK;
	}
	if (!s->list)
		return OK;
	if (!*names && *more)
		TRY(row_name(u));
	record_count(u, names, more);
	if (*names && (s->list & LX(PII_BIRTH_DATE)))
		TRY(old_dates(u, true));
	if (!*names && !*more)
		s->list = 0;
	return OK;
}

/* Whether the line is N: or FN: with its parameters; where the value begins. */
static uint32_t card_value(const struct unit *u, bool *ret_parts)
{
	uint32_t i = u_cp(u, 0) == 'F' ? 1 : 0;

	*ret_parts = i == 0;
	if (u_cp(u, i) != 'N' || (u_cp(u, i + 1) != ':' && u_cp(u, i + 1) != ';'))
		return 0;
	for (i++; i < u->n && i < 60 && u->cp[i] != ':'; i++)
		;
	return i < u->n && u->cp[i] == ':' ? i + 1 : 0;
}

rc cards_find(struct unit *u)
{
	bool parts;
	uint32_t i = card_value(u, &parts), semicolons = 0;

	for (uint32_t k = i; i && k < u->n; k++)
		semicolons += u->cp[k] == ';';
	if (!i || u->n - i > 60 || (parts && semicolons < 2))
		return OK;
	while (i < u->n) {
		uint32_t end = i, letters = 0;

		while (end < u->n && u->cp[end] != '\r' && !(parts && u->cp[end] == ';'))
			letters += u_is(u, end++, PC_KANJI | PC_HIRA | PC_KATA | PC_ALPHA);
		if (letters && letters + 4 > end - i && unit_free(u, i, end))
			TRY(unit_span(u, i, end, PII_NAME, PII_LIKELY, "business card"));
		i = end + 1;
	}
	return OK;
}

/* 3,ｻｻｶﾞﾜﾀｶｼ,笹川　隆,2017/10/10,…: fields without a head, a reading and one date that may be of a birth among them. */
static bool is_bare_row(const struct unit *u)
{
	const struct pii_work *w = u->w;
	uint32_t dates = 0;
	bool read = false;

	for (size_t k = w->n_spans; k > w->own && w->spans[k - 1].start >= u->base; k--)
		read |= w->spans[k - 1].type == PII_NAME_KANA;
	if (!read || w->state->table != TABLE_NONE || w->laid.n || !has_fields(u, false))
		return false;
	for (uint32_t i = 0, end; (end = next_date(u, &i, true)) > 0; i = end)
		dates++;
	return dates == 1;
}

rc records_find(struct unit *u)
{
	uint32_t names, more, talk, mails = count_mails(u);

	if (u->latin_only)
		return OK;
	talk = talk_begin(u);
	if (talk)
		return fields(u, talk, true, 0);
	record_count(u, &names, &more);
	for (int round = 0; round < 2; round++) {   /* a name found makes a date of birth, and both the reading */
		if (u->n < 400 && ((names && has_fields(u, false)) || has_birth_label(u))) {
			TRY(old_dates(u, false));
			record_count(u, &names, &more);
		}
		if (more + mails && has_fields(u, true) && u->n < 400) {
			TRY(fields(u, 0, false, more + mails + (has_fields(u, false) && count_old_dates(u) == 1)));
			record_count(u, &names, &more);
		}
	}
	if (!u->w->laid.n)
		TRY(list_row(u, &names, &more));
	if (names && more)
		TRY(old_dates(u, u->w->strict && is_bare_row(u)));
	return more && has_address(u) ? postals(u) : OK;
}
