/* Labels, and the values that stand beside them. */
#include "engine/select/pii_unit.h"

#include <stdlib.h>

#include "base/banned.h"

static bool is_sign(uint16_t ch) { return ch == ':' || ch == '=' || ch == '|' || ch == 0x2192 || ch == '\t'; }

/* Brackets and quotes that may open a value. */
static bool is_opening(uint16_t ch)
{
	return ch == '"' || ch == '\'' || ch == '(' || ch == '[' || ch == '>' || ch == '\\' || ch == '*' ||
		ch == '`' || ch == '{' ||
		ch == 0x300C || ch == 0x300E || ch == 0x3010 || ch == 0x3014 || ch == 0x3015 || ch == 0xFF62 || ch == ')' ||
			ch == ']' || ch == 0x300D ||
		ch == 0x3011;
}

static uint32_t skip_markup(const struct unit *u, uint32_t i, uint32_t limit)
{
	for (uint32_t k = i + 1; k < limit && k < i + 200; k++)
		if (u->cp[k] == '>')
			return k + 1;
	return i;
}

/* (070)8427-0202: the brackets belong to the number. */
static bool is_area_code(const struct unit *u, uint32_t i)
{
	uint32_t k = i + 1;

	while (u_is(u, k, PC_DIGIT))
		k++;
	return k > i + 2 && k < i + 7 && u_cp(u, k) == ')' && (u_is(u, k + 1, PC_DIGIT) || (u_is(u, k + 1, PC_HYPHEN) && u_is(u, k + 2, PC_DIGIT)));
}

/* "(マイナンバー)", "（12桁）", "（ハイフンなし）": a remark in brackets, no value. Behind it, or i. */
static uint32_t skip_remark(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t digits = 0, k = i + 1;

	for (; k < limit && k < i + 16 && u->cp[k] != ')'; k++)
		digits += u_is(u, k, PC_DIGIT);
	if (k >= limit || u->cp[k] != ')' || digits > 2)
		return i;
	k++;
	if (k >= limit)
		return k;
	for (uint32_t j = k; j < limit && j < k + 3; j++)
		if (is_sign(u->cp[j]) || u_is(u, j, PC_DIGIT | PC_BLANK) || u->cp[j] == '"' || u->cp[j] == 0x3011)
			return k;
	return i;
}

/* ;TYPE=HOME: of a business card, and the empty fields behind it. Behind them, or i. */
static uint32_t parameter_end(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i + 1;

	while (k < limit && k < i + 40 && (u_alnum(u, k) || u->cp[k] == '=' || u->cp[k] == '-' || u->cp[k] == ',' || u->cp[k] == ';'))
		k++;
	if (k >= limit || u->cp[k] != ':' || k < i + 5)
		return i;
	for (k++; k < limit && u->cp[k] == ';';)
		k++;
	return k;
}

/* name="birthday" type="text" value="…": the value of a field of a form, from the blank behind its name on. Its begin, or i. */
static uint32_t attribute_value(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, word;

	for (int n = 0; n < 8; n++) {
		while (k < limit && k < i + 200 && u->cp[k] == ' ')
			k++;
		for (word = k; k < limit && (u_alnum(u, k) || u->cp[k] == '-');)
			k++;
		if (k == word || u_cp(u, k) != '=' || (u_cp(u, k + 1) != '"' && u_cp(u, k + 1) != '\''))
			return i;
		k += 2;
		if (k - word == 7 && u->cp[word] == 'v' && u->cp[word + 1] == 'a' && u->cp[word + 2] == 'l' && u->cp[word + 3] == 'u')
			return k;
		while (k < limit && k < i + 200 && u->cp[k] != u_cp(u, k - 1) && u->cp[k] != '"' && u->cp[k] != '\'')
			k++;
		k++;
	}
	return i;
}

static bool is_particle(uint16_t ch)
{
	return ch == 0x306F || ch == 0x306E || ch == 0x304C || ch == 0x3092 || ch == 0x3082 ||
		ch == 0x3067 || ch == 0x306B;
}

uint32_t label_gap(const struct unit *u, uint32_t i, uint32_t limit, enum gap *ret_gap)
{
	enum gap gap = GAP_NONE;
	uint64_t mask;
	uint32_t most = i + 40 < limit ? i + 40 : limit, next;

	while (i < most) {
		uint16_t ch = u->cp[i];

		if (ch == ';' && gap == GAP_NONE && (next = parameter_end(u, i, limit)) > i) {
			gap = GAP_SIGN;                                    /* ADR;TYPE=HOME:;; */
			i = next;
		} else if (ch == '(' && u_cp(u, i + 1) == '0' && (gap != GAP_NONE || is_area_code(u, i))) {
			break;                                             /* (045)285-3390 */
		} else if (ch == '(' && (next = skip_remark(u, i, limit)) > i) {
			i = next;
		} else if (ch == ' ' && gap == GAP_SIGN && (u->cp[i - 1] == '"' || u->cp[i - 1] == '\'') &&
			(next = attribute_value(u, i, limit)) > i) {
			i = next;
			most = limit;
		} else if (ch == '<' && (next = skip_markup(u, i, limit)) > i) {
			gap = GAP_SIGN;
			i = next;
			most = limit;
		} else if (is_sign(ch) || is_opening(ch)) {
			gap = GAP_SIGN;
			i++;
		} else if (ch == ' ' || ch == 0x3000) {
			gap = gap == GAP_NONE ? GAP_BLANK : gap;
			i++;
		} else if (gap != GAP_SIGN && (next = lex_match(u, i, LX(LX_FILL), &mask)) > 0) {
			i += next;
		} else if (gap == GAP_NONE && is_particle(ch)) {
			i++;
		} else if (ch == '.' && gap != GAP_SIGN && !u_is(u, i + 1, PC_DIGIT)) {
			i++;
		} else {
			break;
		}
	}
	*ret_gap = gap;
	return i;
}

static bool is_separated(const struct unit *u, uint32_t end)
{
	uint16_t ch = u_cp(u, end);

	return end >= u->n || is_sign(ch) || is_opening(ch) || ch == ' ' || ch == '<' || ch == '.';
}

/* Words of one or two kana or one kanji are labels only when they stand alone. */
static bool is_alone(const struct unit *u, uint32_t start, uint32_t end)
{
	if (!is_separated(u, end))
		return false;
	if (start && u_is(u, start - 1, PC_KANJI | PC_KATA | PC_HIRA | PC_ALPHA))
		return false;
	return start < 2 || u->cp[start - 1] != ' ' || !u_is(u, start - 2, PC_KATA | PC_HIRA);
}

static uint32_t label_latin(const struct unit *u, uint32_t i, uint64_t *ret_mask, uint32_t *ret_skip)
{
	uint64_t mask = 0, mixed_mask = 0;
	uint32_t end, len = lex_ident_may(u, i) ? lex_ident(u, i, &mask) : 0, mixed = lex_match(u, i, LX_LABEL, &mixed_mask);

	end = i;
	while (u_alnum(u, end) || u_cp(u, end) == '_')
		end++;
	*ret_skip = end > i ? end - i : 1;
	/* TEL080-1234-5678 */
	if (mixed > len && (!u_alnum(u, i + mixed) || ((mixed_mask & LX(PII_PHONE)) && u_cp(u, i + mixed) == '0'))) {
		*ret_mask = mixed_mask;
		return mixed;
	}
	*ret_mask = mask;
	return len;
}

static uint32_t label_at(const struct unit *u, uint32_t i, uint64_t *ret_mask, uint32_t *ret_skip)
{
	uint32_t len;

	*ret_skip = 1;
	if (i > 1 && u->cp[i - 1] == '.' && u_alnum(u, i - 2) && u_says(u, i, "zip") && !u_alnum(u, i + 3) && u_cp(u, i + 3) != '=')
		return 0;   /* impacket.zip */
	if (u_is(u, i, PC_ALPHA))
		return label_latin(u, i, ret_mask, ret_skip);
	if (u_is(u, i, PC_KANJI) && u_cp(u, i + 1) == ' ' && !(i && u_is(u, i - 1, PC_KANJI)) &&
		(len = lex_spaced(u, i, ret_mask)) > 0 &&
		(is_sign(u_cp(u, i + len)) || (u_cp(u, i + len) == ' ' && (i == 0 || u_cp(u, i + len + 1) == ' '))))
		return len;
	len = lex_match(u, i, LX_LABEL, ret_mask);
	if (len == 1 && i && u_is(u, i - 1, PC_DIGIT | PC_KNUM))
		return 0;   /* 18,462名 */
	if (len && (len == 1 || (len == 2 && u_is(u, i, PC_KATA | PC_HIRA))) && u->cp[i] != 0x3012 &&
		!is_alone(u, i, i + len))
		return 0;
	return len;
}

static int tag_order(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* A value ends where the next label begins. */
static void tags_limit(struct unit *u)
{
	bool ordered = true;

	for (uint32_t k = 1; k < u->n_tags && ordered; k++)
		ordered = u->tags[k - 1].start <= u->tags[k].start;
	if (!ordered)
		qsort(u->tags, u->n_tags, sizeof *u->tags, tag_order);
	for (uint32_t k = 0; k + 1 < u->n_tags; k++)
		if (!u->tags[k].cell && u->tags[k].limit > u->tags[k + 1].start)
			u->tags[k].limit = u->tags[k + 1].start;
}

rc labels_find(struct unit *u)
{
	uint32_t skip;
	size_t cell = 0, cells = u->n_tags;   /* the cells come first, in order */
	uint64_t mask;

	if (u->w->state->pending && u->n_tags == 0)
		u->tags[u->n_tags++] = (struct tag){ .limit = u->n, .mask = u->w->state->pending };
	u->w->state->pending = 0;
	for (uint32_t i = 0; (i = u_next(u, i, PC_ALPHA | PC_KANJI | PC_LEX)) < u->n && u->n_tags < TAGS_MOST; i += skip) {
		uint32_t len;

		while (cell < cells && u->tags[cell].limit <= i)
			cell++;
		if (cell < cells && i >= u->tags[cell].end && (u->tags[cell].mask & ~LX(LX_NONE))) {
			/* a typed cell holds no labels */
			skip = u->tags[cell].limit > i ? u->tags[cell].limit - i : 1;
			continue;
		}
		len = label_at(u, i, &mask, &skip);
		if (!len)
			continue;
		u->tags[u->n_tags++] = (struct tag){ .start = i, .end = i + len, .limit = u->n, .mask = mask,
			.latin = (pii_class[u->cp[i]] & PC_ALPHA) != 0 &&
				(pii_class[u->cp[i + len - 1]] & (PC_ALPHA | PC_DIGIT)) != 0 };
		skip = len;
	}
	tags_limit(u);
	return OK;
}

static const char *rule_of(const struct tag *t) { return t->cell ? "column" : "label"; }

/* Bank account: the seven digits behind bank, branch and kind; elsewhere the number may stand a little apart. */
static uint32_t reach(enum pii_type t) { return t == PII_BANK_ACCOUNT ? 48 : t == PII_PHONE ? 12 : 24; }

static bool is_digits(const struct unit *u, uint32_t i, uint32_t end)
{
	while (i < end && u_is(u, i, PC_DIGIT))
		i++;
	return i == end;
}

/* マイナンバーカード更新　7586-0682-8191: a form that nothing else under such a label has, whatever its check digit. */
static bool is_grouped(enum pii_type t, uint32_t len) { return (t == PII_MY_NUMBER && (len == 14 || len == 12)) || (t == PII_CARD && len == 19); }

static rc read_number(struct unit *u, const struct tag *tag, uint32_t v, enum gap gap, enum pii_type t,
	bool *ret_found)
{
	uint32_t far = v + reach(t) < tag->limit ? v + reach(t) : tag->limit;
	bool failed = false;

	*ret_found = false;
	for (uint32_t i = v; i < far || i == v; i++) {
		uint32_t end;

		if (i >= tag->limit || u->cp[i] == 0x3002 || (u->cp[i] == '"' && i > v))
			break;
		if (i > v && (u_alnum(u, i - 1) || !u_alnum(u, i)))
			continue;
		end = t == PII_PHONE ? phone_read(u, i, tag->limit, true) : number_labelled(u, i, tag->limit,
			t, &failed);
		if (end && t == PII_HEALTH_INSURED && end == i + 10 && is_digits(u, i, end))
			t = PII_CARE_INSURANCE;                            /* ten digits: no number of a health insurance has so many */
		if (end && (i == v || !failed || is_grouped(t, end - i)) && unit_free(u, i, end)) {
			TRY(unit_span(u, i, end, t, i == v && gap != GAP_NONE &&
				!failed ? PII_CERTAIN : PII_LIKELY, rule_of(tag)));
			u->w->spans[u->w->n_spans - 1].check_failed = failed;
			*ret_found = true;
			return OK;
		}
		if (tag->latin && gap == GAP_NONE)
			break;
	}
	return OK;
}

/* 面接官：大石、柳: the others of a list under the label. */
static rc names_listed(struct unit *u, const struct tag *tag, uint32_t end)
{
	while (u_cp(u, end) == 0x3001 || u_cp(u, end) == 0x30FB || (u_cp(u, end) == '/' && u_cp(u, end + 1) == ' ')) {
		uint32_t v = end + 1;

		while (u_cp(u, v) == ' ')
			v++;
		end = v < tag->limit && u_is(u, v, PC_KANJI) ? name_labelled(u, v, tag->limit, GAP_SIGN, false) : 0;
		if (!end || !unit_free(u, v, end))
			return OK;
		TRY(unit_span(u, v, end, PII_NAME, PII_LIKELY, rule_of(tag)));
	}
	return OK;
}

/* Is all of [v, end), a cell or quoted value under a label of names, one or two words of the shape of a name? Its end without 様, or 0. */
static uint32_t whole_name(const struct unit *u, uint32_t v, uint32_t end)
{
	uint32_t letters = 0, blanks = 0, kana;
	uint64_t mask;

	end -= end > v ? lex_before(u, end, LX(LX_HONORIFIC)) : 0;
	while (end > v && u->cp[end - 1] == ' ')
		end--;
	for (uint32_t i = v; i < end; i++) {
		bool letter = u_is(u, i, PC_KANJI | PC_HIRA | PC_KATA);

		if ((!letter && u->cp[i] != ' ') || lex_match(u, i, LX(LX_NOTNAME) | LX(LX_PREFECTURE), &mask) > 1)
			return 0;
		letters += letter;
		blanks += !letter;
	}
	for (kana = 0; end > v + kana && u_is(u, end - kana - 1, PC_HIRA | PC_KATA);)
		kana++;
	/* 道祖土トメ */
	if (!blanks && (kana < 2 || kana > 4 || !(word_info(u->cp + end - kana, kana) & PW_GIVEN_KANA || PW_GIVEN(word_info(u->cp + end - kana, kana)))))
		return 0;
	return letters >= 3 && letters <= 8 && blanks <= 1 && u_is(u, v, PC_KANJI) ? end : 0;
}

static uint32_t whole_end(const struct unit *u, const struct tag *tag, uint32_t v, enum gap gap);

/* 氏名 NAME: a label that says in English what stands before it. */
static bool repeats_label(const struct unit *u, const struct tag *tag)
{
	return tag->start > 2 && u->cp[tag->start - 1] == ' ' && u_is(u, tag->start - 2, PC_KANJI) && u->cp[tag->start] < 'a';
}

static rc read_text(struct unit *u, const struct tag *tag, uint32_t v, enum gap gap, enum pii_type t,
	bool weak, bool *ret_found)
{
	uint32_t end = 0, name, torn;

	*ret_found = false;
	if (tag->latin && gap != GAP_SIGN && !tag->cell && t != PII_BIRTH_DATE && !repeats_label(u, tag))
		return OK;
	if (t == PII_NAME && gap != GAP_NONE && !u_is(u, v, PC_ALPHA)) {
		uint32_t from = name_start(u, v, tag->limit);

		weak &= from == v;   /* an office says that a person follows */
		v = from;
	}
	if (t == PII_NAME) {
		/* 氏名（ローマ字）　GARCIA LOPEZ ANNA */
		end = name_labelled(u, v, tag->limit, tag->cell || (gap == GAP_BLANK && u_is(u, v, PC_ALPHA) && (u_cp(u, tag->end) == '(' || repeats_label(u, tag))) ? GAP_SIGN : gap, weak);
		/* 西久保　伊知朗, of which the lists know the first word only */
		if (!weak && (name = whole_name(u, v, whole_end(u, tag, v, gap))) > end)
			end = name;
		/* 届出人 丹生谷　帆乃佳, and nothing else in the line */
		if (!weak && !tag->cell && gap != GAP_NONE && tag->limit == u->n && u->n < v + 12 && (name = whole_name(u, v, u->n - (u_cp(u, u->n - 1) == '\r'))) > end)
			end = name;
	}
	/* 東霏々　平成 3年 9月 16日生 */
	for (uint32_t k = v; t == PII_NAME && k < end; k++)
		if (u->cp[k] == ' ' && date_read(u, k + 1, u->n) > 0)
			end = k;
	if (t == PII_NAME && end && gap != GAP_NONE)
		end = torn_name(u, tag, v, end);
	if (t == PII_NAME_KANA)
		end = kana_labelled(u, v, tag->limit);
	else if (t == PII_ADDRESS)
		end = address_at(u, v, tag->limit, gap == GAP_SIGN);
	else if (t == PII_BIRTH_DATE && (end = date_chosen(u, &v, tag->limit)) == 0)
		end = (end = date_read(u, v, tag->limit)) > 0 || gap != GAP_SIGN ? end : date_coded(u, v, tag->limit);
	if (t == PII_BIRTH_DATE && !end && tag->cell)
		end = date_counted(u, v, tag->limit);
	if (t == PII_BIRTH_DATE && !tag->cell && gap != GAP_NONE && (torn = torn_date(u, v, tag->limit)) > end)
		end = torn;
	if (t == PII_ADDRESS && !tag->cell && gap != GAP_NONE && (torn = torn_address(u, tag, v)) > end)
		end = torn;
	if (t == PII_ADDRESS && !end && gap == GAP_BLANK && !weak)
		end = address_blocked(u, v, tag->limit);
	/* お届け先：渡辺 美智代 様　静岡県… */
	if (t == PII_ADDRESS && (name = name_called_at(u, v, tag->limit)) > 0) {
		TRY(unit_span(u, v, name, PII_NAME, PII_CERTAIN, rule_of(tag)));
		end = 0;
	}
	if (!end || end <= v || !unit_free(u, v, end))
		return OK;
	*ret_found = true;
	if (t == PII_NAME && u_is(u, v, PC_KATA) && u_is(u, end - 1, PC_KATA))
		t = PII_NAME_KANA;                                         /* 名義 フジワラ メイ */
	TRY(unit_span(u, v, end, t, weak ? PII_LIKELY : PII_CERTAIN, rule_of(tag)));
	return t == PII_NAME && gap == GAP_SIGN && !tag->cell && !weak ? names_listed(u, tag, end) : OK;
}

/* 社員番号 and the like: a run of letters, digits and hyphens with two digits at least. */
static uint32_t other_id(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t digits = 0, k = i, kanji = 0;

	for (; k < limit && kanji < 4 && u_is(u, k, PC_KANJI); k++)        /* 品川 300 あ 12-34 */
		kanji++;
	for (; kanji && k < limit && k < i + 20 &&
		(u_is(u, k, PC_DIGIT | PC_HYPHEN | PC_HIRA) || u->cp[k] == ' '); k++)
		digits += u_is(u, k, PC_DIGIT);
	if (kanji)
		return digits >= 4 ? k : 0;
	for (; k < limit && k < i + 24 && (u_alnum(u, k) || u_is(u, k, PC_HYPHEN)); k++)
		digits += u_is(u, k, PC_DIGIT);
	return digits >= 2 ? k : 0;
}

static rc read_type(struct unit *u, const struct tag *tag, uint32_t v, enum gap gap, enum pii_type t,
	bool *ret_found)
{
	uint32_t end;

	*ret_found = false;
	if (t == PII_NAME || t == PII_NAME_KANA || t == PII_ADDRESS || t == PII_BIRTH_DATE)
		return read_text(u, tag, v, gap, t, false, ret_found);
	if (t == PII_EMAIL)
		return OK;
	if (t != PII_OTHER_ID)
		return read_number(u, tag, v, gap, t, ret_found);
	end = gap == GAP_NONE ? 0 : other_id(u, v, tag->limit);
	if (!end || !unit_free(u, v, end))
		return OK;
	*ret_found = true;
	return unit_span(u, v, end, t, PII_LIKELY, rule_of(tag));
}

/* The value of a label that is nobody's is closed to the free search. */
static void close_value(struct unit *u, const struct tag *tag, uint32_t v, enum gap gap)
{
	uint32_t end = v;

	if (tag->cell) {
		unit_close(u, tag->end, tag->limit);
		return;
	}
	if ((gap == GAP_NONE && !u_is(u, v, PC_DIGIT)) ||
		(tag->latin && gap != GAP_SIGN && !u_is(u, v, PC_DIGIT)))
		return;
	while (end < tag->limit && end < v + 64) {
		uint16_t ch = u->cp[end];

		if (ch == ' ' || ch == '"' || ch == ',' || ch == '<' || ch == ')' || ch == 0x3001 ||
			ch == 0x3002 || ch == '&' ||
			ch == '\'' || ch == ';' || ch == '}')
			break;
		end++;
	}
	unit_close(u, v, end);
}

#define WHOLE_MOST 40u

/* Where the cell, or the quoted value, that begins at v ends; v when it is neither. */
static uint32_t whole_end(const struct unit *u, const struct tag *tag, uint32_t v, enum gap gap)
{
	uint32_t end = tag->limit;

	if (!tag->cell) {
		if (gap == GAP_SIGN && v && u->cp[v - 1] == ' ' && tag->latin && tag->limit == u->n && u->n < v + 12) {
			for (end = u->n; end > v && (u->cp[end - 1] == ' ' || u->cp[end - 1] == '\r');)
				end--;
			return end;                                        /* first_name: 武 */
		}
		if (gap != GAP_SIGN || !v || (u->cp[v - 1] != '"' && u->cp[v - 1] != '\''))
			return v;
		for (end = v; end < tag->limit && end < v + WHOLE_MOST && u->cp[end] != u->cp[v - 1]; end++)
			;
		return u_cp(u, end) == u->cp[v - 1] ? end : v;
	}
	while (end > v && (u_is(u, end - 1, PC_BLANK) || u->cp[end - 1] == '"' || u->cp[end - 1] == '\''))
		end--;
	return end;
}

/* A surname or given name by itself, the name of a building: nothing but its place says what it is. */
static rc read_whole(struct unit *u, const struct tag *tag, uint32_t v, enum gap gap, bool *ret_found)
{
	bool address = (tag->mask & LX(LX_ADDRESS_PART)) != 0;
	uint32_t end, letters = 0, digits = 0;

	*ret_found = false;
	if (!address && !(tag->mask & (LX(LX_PART) | LX(LX_NAME_PART))))
		return OK;
	end = whole_end(u, tag, v, gap);
	for (uint32_t i = v; i < end; i++) {
		letters += u_is(u, i, PC_KANJI | PC_HIRA | PC_KATA) || ((tag->mask & LX(LX_NAME_PART)) && u_is(u, i, PC_ALPHA));
		digits += u_is(u, i, PC_DIGIT);
	}
	if (end - v > WHOLE_MOST || (address ? !letters && !digits : !letters || digits) || !unit_free(u, v, end))
		return OK;
	*ret_found = true;
	return unit_span(u, v, end, address ? PII_ADDRESS : PII_NAME, tag->cell ? PII_CERTAIN : PII_LIKELY, rule_of(tag));
}

static rc read_tag(struct unit *u, const struct tag *tag)
{
	enum gap gap = GAP_SIGN;
	uint32_t v = tag->end;
	bool found = false;

	if (tag->cell)
		while (v < tag->limit && (u->cp[v] == ' ' || u->cp[v] == '"' || u->cp[v] == '\''))
			v++;
	else
		v = label_gap(u, tag->end, tag->limit, &gap);
	if (!tag->cell && !tag->end && gap == GAP_NONE && u->n < 12)
		gap = GAP_BLANK;   /* the label ended the line before */
	if (u_cp(u, v) == 0x7B2C && u_is(u, v + 1, PC_DIGIT))
		v++;   /* 第308896663210号 */
	if (v >= u->n && !tag->cell &&
		(gap == GAP_SIGN || tag->start == 0 || !u_is(u, tag->start - 1, PC_KANJI | PC_HIRA)) &&
		!(tag->start > 1 && u->cp[tag->start - 1] == '/' && u->cp[tag->start - 2] == '<'))   /* </tel> */
		/* 住所、氏名、年齢: what follows is not the value of the last */
		u->w->state->pending = (tag->mask & LX_LABEL) == LX(LX_NONE) && u->n_tags > 1 ? 0 : tag->mask & LX_LABEL;
	if (v >= tag->limit)
		return OK;
	TRY(read_whole(u, tag, v, gap, &found));
	if (found)
		return OK;
	for (uint32_t t = 0; t < PII_TYPES && !found; t++)
		if (tag->mask & LX(t))
			TRY(read_type(u, tag, v, gap, (enum pii_type)t, &found));
	if (!found && (tag->mask & LX(LX_NAME_WEAK)))
		TRY(read_text(u, tag, v, gap, PII_NAME, !(tag->latin && gap == GAP_BLANK && repeats_label(u, tag)), &found));
	if (!found && (tag->mask & LX(LX_ADDRESS_WEAK)))
		TRY(read_text(u, tag, v, gap, PII_ADDRESS, true, &found));
	if (!found && (tag->mask & LX(LX_NONE)))
		close_value(u, tag, v, gap);
	return OK;
}

rc labels_read(struct unit *u)
{
	/* the cells that are nobody's last: there may be labels in them */
	for (uint32_t k = 0; k < u->n_tags; k++)
		if (!u->tags[k].cell || u->tags[k].mask != LX(LX_NONE))
			TRY(read_tag(u, &u->tags[k]));
	for (uint32_t k = 0; k < u->n_tags; k++)
		if (u->tags[k].cell && u->tags[k].mask == LX(LX_NONE))
			TRY(read_tag(u, &u->tags[k]));
	return OK;
}
